/* Who is behind projects that others rely on, whose a link is, and whose word a name has. */
#include "corpus_samples.h"

#include "judge/standing.h"

#include <stdlib.h>

/* Three releases of code by `authors`: an established project. */
#define RELEASE(name, number, by)                                                                  \
    {                                                                                              \
        .project = name, .version = number, .filename = "f", .day = 1, .kind = KIND_CODE,          \
        .authors = by                                                                              \
    }
#define ESTABLISHED(name, by) RELEASE(name, "1", by), RELEASE(name, "2", by), RELEASE(name, "3", by)
#define STUB(name, by)                                                                             \
    {                                                                                              \
        .project = name, .version = "1", .filename = "f", .day = 2, .kind = KIND_BLANK,            \
        .signature = 1, .authors = by                                                              \
    }

struct stage {
    struct corpus *corpus;
    struct traits traits;
    struct standing standing;
};

static void fold_stage(struct stage *stage, const struct domain_rules *rules,
                       const struct sample *samples, size_t count) {
    *stage = (struct stage){.corpus = fold(rules, samples, count)};
}

static void own(struct stage *stage, const char *project, const char *user) {
    assert_true(corpus_add_owner(stage->corpus, span_text(project), span_text(user)));
}

static void link_to(struct stage *stage, const char *project, const char *page) {
    size_t index = corpus_find(stage->corpus, span_text(project));
    assert_true(index < stage->corpus->count);
    stage->corpus->projects[index].repository =
        strings_intern(&stage->corpus->repositories, span_text(page));
}

static void find(struct stage *stage) {
    struct near_groups none = {.of_project =
                                   malloc(stage->corpus->count * sizeof *none.of_project)};
    memset(none.of_project, 0xFF, stage->corpus->count * sizeof *none.of_project); /* STRING_NONE */
    assert_true(traits_find(stage->corpus, &none, &none, &stage->traits));
    assert_true(standing_find(&stage->traits, &stage->standing));
    free(none.of_project);
}

static void end(struct stage *stage) {
    standing_free(&stage->standing);
    traits_free(&stage->traits);
    corpus_free(stage->corpus);
}

static uint32_t index_of(const struct stage *stage, const char *project) {
    size_t index = corpus_find(stage->corpus, span_text(project));
    assert_true(index < stage->corpus->count);
    return (uint32_t)index;
}

static void assert_known(const struct stage *stage, const char *project, unsigned projects,
                         bool by_domain) {
    struct known_people known = standing_known(&stage->standing, index_of(stage, project));
    if (known.projects != projects || known.by_domain != by_domain)
        fail_msg("%s: %u, by domain %d", project, known.projects, known.by_domain);
}

static void known_people(void **state) {
    static const struct sample samples[] = {
        ESTABLISHED("big-one", "ann@firm.example pat@gmail.com"),
        ESTABLISHED("big-two", "bob@firm.example"),
        RELEASE("required", "1", "cid@other.example"),
        STUB("s-address", "ann@firm.example"),
        STUB("s-colleague", "eve@firm.example"),
        STUB("s-provider", "eve@gmail.com"),
        STUB("s-requirer", "cid@other.example"),
        STUB("s-stranger", "eve@else.example"),
        {.project = "user",
         .kind = KIND_CODE,
         .filename = "f",
         .version = "1",
         .requires = "required"},
    };
    struct stage stage;
    fold_stage(&stage, *state, samples, sizeof samples / sizeof *samples);
    find(&stage);
    assert_known(&stage, "s-address", 1, false); /* people tell more than their domain */
    assert_known(&stage, "s-colleague", 2, true);
    assert_known(&stage, "s-provider", 0, false);
    assert_known(&stage, "s-stranger", 0, false);
    assert_known(&stage, "s-requirer", 1, false); /* one release, but somebody requires it */
    assert_known(&stage, "big-one", 1, true);     /* itself does not count */
    assert_known(&stage, "required", 0, false);
    end(&stage);
}

/* Anybody can write an address; where the mirror knows the account, only that counts. */
static void owners_beat_addresses(void **state) {
    static const struct sample samples[] = {
        ESTABLISHED("big", "ann@firm.example"),
        STUB("s-claims", "ann@firm.example"),
        STUB("s-hers", "eve@else.example"),
        STUB("s-nobodys", "ann@firm.example"),
    };
    struct stage stage;
    fold_stage(&stage, *state, samples, sizeof samples / sizeof *samples);
    own(&stage, "big", "ann");
    own(&stage, "s-claims", "mallory");
    own(&stage, "s-hers", "ann");
    find(&stage);
    assert_known(&stage, "s-claims", 0, false);
    assert_known(&stage, "s-hers", 1, false);
    assert_known(&stage, "s-nobodys", 1, false); /* no account known: addresses are all there is */
    end(&stage);
}

static void links(void **state) {
    static const struct sample samples[] = {
        STUB("a-one", "ann@firm.example"),
        STUB("a-two", "ann@firm.example"),
        STUB("b-copied", "bob@gmail.com"),
        STUB("b-original", "ann@firm.example"),
        STUB("c-alone", NULL),
        STUB("c-none", NULL),
        STUB("d-colleague", "u@firm.example"),
        STUB("d-other", "v@firm.example"),
        STUB("e-one", "u@gmail.com"),
        STUB("e-two", "v@gmail.com"),
    };
    static const char *const pages[][2] = {
        {"a-one", "a"},      {"a-two", "a"},   {"b-copied", "b"},
        {"b-original", "b"}, {"c-alone", "c"}, {"d-colleague", "d"},
        {"d-other", "d"},    {"e-one", "e"},   {"e-two", "e"},
    };
    struct stage stage;
    fold_stage(&stage, *state, samples, sizeof samples / sizeof *samples);
    for (size_t i = 0; i < sizeof pages / sizeof *pages; i++)
        link_to(&stage, pages[i][0], pages[i][1]);
    find(&stage);
    static const char *const own_links[] = {"a-one", "a-two", "c-alone", "d-colleague", "d-other"};
    for (size_t i = 0; i < stage.corpus->count; i++) {
        bool want = false;
        for (size_t k = 0; k < sizeof own_links / sizeof *own_links; k++)
            want = want || span_is(stage.corpus->projects[i].project, own_links[k]);
        if (stage.standing.link_is_own[i] != want)
            fail_msg("%.*s", SPAN_ARGS(stage.corpus->projects[i].project));
    }
    end(&stage);
}

static void assert_brand(const struct stage *stage, const char *project, const char *want) {
    struct span brand = standing_brand(&stage->standing, index_of(stage, project));
    if (!span_is(brand, want))
        fail_msg("%s: %.*s, not %s", project, SPAN_ARGS(brand), want);
}

static void brands(void **state) {
    static const struct sample samples[] = {
        STUB("acme-one", "a@acme.example"),
        STUB("acme-two", "a@gmail.com"), /* the name, but not the people */
        STUB("gmail-tool", "a@gmail.com"),
        STUB("owned-by-zoe", NULL),
        STUB("py-tiny", "a@py.example"), /* too short a word */
        STUB("pyacme", "b@acme.example"),
        ESTABLISHED("quartz-core", "dev@lab.example"),
        STUB("quartz-docs", "dev@lab.example"),
        STUB("quartz-fake", "eve@else.example"),
        STUB("zoetrope", NULL),
    };
    struct stage stage;
    fold_stage(&stage, *state, samples, sizeof samples / sizeof *samples);
    own(&stage, "owned-by-zoe", "zoe"); /* three letters */
    own(&stage, "zoetrope", "zoetrope");
    find(&stage);
    assert_brand(&stage, "acme-one", "acme");
    assert_brand(&stage, "pyacme", "acme");
    assert_brand(&stage, "acme-two", "");
    assert_brand(&stage, "gmail-tool", "");
    assert_brand(&stage, "owned-by-zoe", "");
    assert_brand(&stage, "py-tiny", "");
    assert_brand(&stage, "quartz-core", ""); /* its own word does not speak for itself */
    assert_brand(&stage, "quartz-docs", "quartz");
    assert_brand(&stage, "quartz-fake", "");
    assert_brand(&stage, "zoetrope", "zoetrope");
    end(&stage);
}

static void words(void **state) {
    (void)state;
    assert_true(name_has(span_text("pyacme-core"), span_text("acme")));
    assert_true(name_has(span_text("acme"), span_text("acme")));
    assert_false(name_has(span_text("acm"), span_text("acme")));
    assert_false(name_has(SPAN_EMPTY, span_text("acme")));
    assert_true(span_is(name_first_word(span_text("acme-core-x")), "acme"));
    assert_true(span_is(name_first_word(span_text("acme")), "acme"));
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(known_people), cmocka_unit_test(owners_beat_addresses),
        cmocka_unit_test(links),        cmocka_unit_test(brands),
        cmocka_unit_test(words),
    };
    return cmocka_run_group_tests(tests, open_rules, close_rules);
}
