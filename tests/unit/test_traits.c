/* Traits: what two projects at least have in common, and what everybody has. */
#include "corpus_samples.h"

#include "cluster/traits.h"

#include <stdlib.h>

enum { PROJECTS_MAX = 16 };

#define SAMPLE .version = "1", .filename = "f"

/* Every trait as a line "domain:a.example p1 p2", in the order of the traits. */
static void write_traits(const struct traits *traits, struct buffer *out) {
    for (uint32_t i = 0; i < traits->count; i++) {
        trait_write(traits, &traits->at[i], out);
        for (size_t k = 0; k < traits->at[i].group.count; k++) {
            buffer_add_byte(out, ' ');
            buffer_add(out, traits->corpus->projects[traits->at[i].group.projects[k]].project);
        }
        buffer_add_byte(out, '\n');
    }
}

/* Each project's list is the groups turned around, ascending. */
static void check_lists(const struct traits *traits) {
    size_t members = 0;
    for (uint32_t i = 0; i < traits->corpus->count; i++)
        for (uint32_t k = traits->starts[i]; k < traits->starts[i + 1]; k++) {
            const struct group *group = &traits->at[traits->of_project[k]].group;
            bool found = false;
            assert_true(k == traits->starts[i] ||
                        traits->of_project[k - 1] < traits->of_project[k]);
            for (size_t m = 0; m < group->count; m++)
                found = found || group->projects[m] == i;
            assert_true(found);
        }
    for (uint32_t i = 0; i < traits->count; i++) {
        assert_true(traits->at[i].group.count >= 2);
        assert_true(i == 0 || traits->at[i - 1].key < traits->at[i].key);
        members += traits->at[i].group.count;
    }
    assert_int_equal(members, traits->starts[traits->corpus->count]);
}

static void assert_traits(struct corpus *corpus, const struct near_groups *similar_payloads,
                          const struct near_groups *similar_metadata, const char *want) {
    struct traits traits;
    struct buffer out = BUFFER_EMPTY;
    assert_true(traits_find(corpus, similar_payloads, similar_metadata, &traits));
    check_lists(&traits);
    write_traits(&traits, &out);
    if (!span_is(buffer_span(&out), want))
        fail_msg("%.*s is not\n%s", (int)out.len, out.at ? (const char *)out.at : "", want);
    buffer_free(&out);
    traits_free(&traits);
}

static void check(void **state, const struct sample *samples, size_t count, const char *want) {
    uint32_t nobody[PROJECTS_MAX];
    struct near_groups none = {.of_project = nobody};
    memset(nobody, 0xFF, sizeof nobody); /* STRING_NONE */
    struct corpus *corpus = fold(*state, samples, count);
    assert_true(corpus->count <= PROJECTS_MAX);
    assert_traits(corpus, &none, &none, want);
    corpus_free(corpus);
}

#define CHECK(samples, want) check(state, samples, sizeof samples / sizeof *samples, want)

static void people(void **state) {
    static const struct sample samples[] = {
        {SAMPLE, .project = "paaa1", .authors = "x@firm.example"},
        {SAMPLE, .project = "paaa2", .authors = "x@firm.example", .maintainers = "y@gmail.com"},
        {SAMPLE, .project = "paaa3", .authors = "z@firm.example y@gmail.com"},
        {SAMPLE, .project = "paaa4",
         .authors = "w@gmail.com"}, /* a mail provider's domain joins nobody */
        {SAMPLE, .project = "paaa5", .authors = "lonely@alone.example"},
    };
    CHECK(samples, "address:x@firm.example paaa1 paaa2\n"
                   "address:y@gmail.com paaa2 paaa3\n"
                   "domain:firm.example paaa1 paaa2 paaa3\n");
}

static void shapes_have_digits(void **state) {
    static const struct sample samples[] = {
        {SAMPLE, .project = "paaa1", .authors = "anna@gmail.com"}, /* shaped like anybody's */
        {SAMPLE, .project = "paaa2", .authors = "bert@gmail.com"},
        {SAMPLE, .project = "paaa3",
         .authors = "anna.12@gmail.com anna.13@gmail.com"}, /* one shape */
        {SAMPLE, .project = "paaa4", .authors = "b.99@gmail.com"},
        {SAMPLE, .project = "paaa5", .authors = "c.9@gmail.com"},  /* one digit less */
        {SAMPLE, .project = "paaa6", .authors = "d@4you.example"}, /* a digit of the domain only */
        {SAMPLE, .project = "paaa7", .authors = "e.99@web.de"},
    };
    CHECK(samples, "shape:a.99@gmail.com paaa3 paaa4\n");
}

static void words(void **state) {
    static const struct sample samples[] = {
        {SAMPLE, .project = "a-b-tail"}, {SAMPLE, .project = "a-tail"}, {SAMPLE, .project = "abc"},
        {SAMPLE, .project = "long1"},    {SAMPLE, .project = "long2"},  {SAMPLE, .project = "tail"},
        {SAMPLE, .project = "tail-a"},   {SAMPLE, .project = "xyz"},
    };
    CHECK(samples, "word:a- a-b-tail a-tail\n"
                   "word:-tail a-b-tail a-tail\n"
                   "word:length-3 abc xyz\n");
}

static void templates(void **state) {
    static const struct sample samples[] = {
        {SAMPLE, .project = "paaa1", .kind = KIND_BLANK, .signature = 7},
        {SAMPLE, .project = "paaa2", .kind = KIND_BLANK, .signature = 7},
        {SAMPLE, .project = "paaa3", .kind = KIND_BLANK, .signature = 8},
        {SAMPLE, .project = "paaa4"}, /* unknown is no payload in common */
        {SAMPLE, .project = "paaa5"},
    };
    uint32_t nobody[] = {STRING_NONE, STRING_NONE, STRING_NONE, STRING_NONE, STRING_NONE};
    uint32_t similar[] = {0, 0, 0, STRING_NONE, STRING_NONE};
    struct near_groups none = {.of_project = nobody};
    struct near_groups near = {.of_project = similar, .count = 1};
    struct corpus *corpus = fold(*state, samples, 5);
    assert_traits(corpus, &near, &none,
                  "payload:07070707 paaa1 paaa2\n"
                  "similar-payload:07070707 paaa1 paaa2 paaa3\n");
    corpus->projects[3].metadata_signature.at[0] = 0xAB;
    corpus->projects[4].metadata_signature.at[0] = 0xAB;
    assert_traits(corpus, &none, &near,
                  "payload:07070707 paaa1 paaa2\n"
                  "metadata:ab000000 paaa4 paaa5\n"
                  "similar-metadata:00000000 paaa1 paaa2 paaa3\n");
    corpus_free(corpus);
}

static void owners(void **state) {
    static const struct sample samples[] = {{SAMPLE, .project = "paaa1"},
                                            {SAMPLE, .project = "paaa2"},
                                            {SAMPLE, .project = "paaa3", .authors = "x@y.example"}};
    uint32_t nobody[] = {STRING_NONE, STRING_NONE, STRING_NONE};
    struct near_groups none = {.of_project = nobody};
    struct corpus *corpus = fold(*state, samples, 3);
    assert_true(corpus_add_owner(corpus, span_text("paaa1"), span_text("ann")) &&
                corpus_add_owner(corpus, span_text("paaa2"), span_text("ann")));
    assert_traits(corpus, &none, &none, "owner:ann paaa1 paaa2\n");
    corpus_free(corpus);
}

static void nothing(void **state) {
    static const struct sample none;
    check(state, &none, 0, "");
}

static void families(void **state) {
    (void)state;
    assert_int_equal(trait_family(TRAIT_PAYLOAD), FAMILY_PAYLOAD);
    assert_int_equal(trait_family(TRAIT_SIMILAR_PAYLOAD), FAMILY_PAYLOAD);
    assert_int_equal(trait_family(TRAIT_METADATA), FAMILY_METADATA);
    assert_int_equal(trait_family(TRAIT_SIMILAR_METADATA), FAMILY_METADATA);
    for (int type = TRAIT_ADDRESS; type < TRAIT_WORD; type++)
        assert_int_equal(trait_family((enum trait_type)type), FAMILY_PEOPLE);
    assert_int_equal(trait_family(TRAIT_WORD), FAMILY_NAMES);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(people),   cmocka_unit_test(shapes_have_digits),
        cmocka_unit_test(words),    cmocka_unit_test(templates),
        cmocka_unit_test(owners),   cmocka_unit_test(nothing),
        cmocka_unit_test(families),
    };
    return cmocka_run_group_tests(tests, open_rules, close_rules);
}
