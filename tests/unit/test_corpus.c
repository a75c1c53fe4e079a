/* Projects folded from artifacts, and the domains, signatures and clusters found among them. */
#include "corpus_samples.h"

#include "cluster/clusters.h"

#include <math.h>
#include <stdio.h>
#include <stdlib.h>

static const struct sample folded[] = {
    {"", "", "odd.exe", 1, KIND_UNKNOWN, 0, NULL, NULL, NULL, NULL, NULL, NULL},
    {"bar", "1", "bar-1.tar.gz", 9, KIND_CODE, 7, NULL, NULL, "bar", "foo foo", "Bar", "bar"},
    {"foo", "1.0", "foo-1.0.tar.gz", 5, KIND_STUB, 3, "Z@B.org a@x.co.uk", "a@X.co.uk",
     "foo plugin-a", "bar foo", "Foo.Old", "foo _foo"},
    {"foo", "1.0.0", "foo-1.0.0.whl", 8, KIND_STUB, 2, "n@localhost", NULL, "foo zed", "bar", "FOO",
     "foo extra"},
    {"foo", "1.0rc1", "foo-1.0rc1.whl", 8, KIND_STUB, 2, NULL, NULL, NULL, "bar", "Foo_later",
     NULL},
    {"foo", "1.0RC1", "foo-1.0RC1.tar.gz", -1, KIND_STUB, 3, NULL, NULL, NULL, NULL, "Foo-never",
     NULL},
    {"foo", "2", "foo-2.whl", 20, KIND_UNKNOWN, 0, NULL, NULL, NULL, NULL, NULL, NULL},
    {"foo", "not a version", "foo-x.whl", 3, KIND_NONE, 1, NULL, NULL, NULL, NULL, "Foo", NULL},
    {"foo", "not a version", "foo-y.whl", 3, KIND_NONE, 1, NULL, NULL, NULL, NULL, "Foo", NULL},
    {"foo", "not a version", "foo-z.whl", 3, KIND_NONE, 1, NULL, NULL, NULL, NULL, "Foo", NULL},
    {"quux", "1", "quux-1.whl", -1, KIND_UNKNOWN, 0, NULL, NULL, NULL, "foo nowhere", NULL, NULL},
};

static void folds_projects(void **state) {
    struct corpus *corpus = fold(*state, folded, sizeof folded / sizeof *folded);
    assert_int_equal(corpus->count, 3);
    const struct project *foo = &corpus->projects[1];
    assert_true(span_is(foo->project, "foo"));
    assert_true(
        span_is(foo->name, "Foo_later")); /* day 8, the last file name; foo-2.whl has no metadata */
    assert_true(span_is(foo->summary, "foo-1.0rc1.whl"));
    assert_int_equal(foo->releases, 4);
    assert_int_equal(foo->artifacts, 8);
    assert_int_equal(foo->kind, KIND_STUB);
    assert_int_equal(foo->signature.at[0],
                     2); /* 2 and 3 twice each, the smaller wins; 1 is no stub's */
    assert_int_equal(instant_day(foo->first_uploaded_at), 3 * INSTANT_DAY);
    assert_int_equal(instant_day(foo->last_uploaded_at), 20 * INSTANT_DAY);
    assert_ids(&corpus->addresses, foo->addresses, "a@x.co.uk n@localhost z@b.org");
    assert_ids(&corpus->domains, foo->domains, "b.org x.co.uk");
    assert_ids(&corpus->commands, foo->commands, "foo zed");
    assert_int_equal(foo->dependents, 2); /* bar and quux; its own mention does not count */
    assert_int_equal(corpus->projects[0].dependents, 1);
    const struct project *quux = &corpus->projects[2];
    assert_int_equal(quux->kind, KIND_UNKNOWN);
    assert_true(quux->first_uploaded_at == INSTANT_UNKNOWN &&
                quux->last_uploaded_at == INSTANT_UNKNOWN);
    assert_true(signature_is_zero(&quux->signature) && quux->name.len == 0);
    corpus_free(corpus);
}

/* What names and takedown rows ask of a project. */
static void keeps_lists(void **state) {
    struct corpus *corpus = fold(*state, folded, sizeof folded / sizeof *folded);
    const struct project *bar = &corpus->projects[0];
    const struct project *foo = &corpus->projects[1];
    assert_ids(&corpus->versions, foo->versions, "not a version 1.0RC1 1.0 2");
    assert_int_equal(foo->version_major, 2);
    assert_ids(&corpus->modules, foo->top_level, "_foo extra foo");
    assert_ids(&corpus->names, foo->requires, "bar"); /* itself left out */
    assert_ids(&corpus->names, bar->requires, "foo");
    assert_int_equal(instant_day(foo->commands_seen_at[0]), 5 * INSTANT_DAY);
    assert_int_equal(instant_day(foo->commands_seen_at[1]), 8 * INSTANT_DAY);
    const struct project *quux = &corpus->projects[2];
    assert_true(quux->commands.count == 0 && quux->top_level.count == 0);
    assert_true(id_list_has(&corpus->modules, foo->top_level, span_text("extra")));
    assert_false(id_list_has(&corpus->modules, foo->top_level, span_text("bar")));
    assert_false(id_list_has(&corpus->modules, quux->top_level, span_text("bar")));
    assert_true(id_lists_meet(&corpus->commands, foo->commands, foo->commands));
    assert_false(id_lists_meet(&corpus->commands, foo->commands, bar->commands));
    corpus_free(corpus);
}

/* Of each row: filename, day, first byte of the metadata signature, repository, bytes of Python. */
static void keeps_template_and_page(void **state) {
    static const struct {
        const char *filename;
        int day;
        unsigned char metadata_signature;
        const char *repository;
        uint64_t python_bytes;
    } rows[] = {{"a", 5, 9, "host.example/old", 100},
                {"b", 30, 4, "", 7},
                {"c", 20, 0, "host.example/new", 300},
                {"d", 20, 4, "host.example/newer", 0},
                {"e", 20, 9, "", 5},
                {"f", 10, 2, "host.example/x", 5}};
    struct corpus *corpus = corpus_new(*state);
    struct arena *arena = arena_new(1 << 20);
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
        struct artifact_row row = {.uploaded_at = rows[i].day * INSTANT_DAY};
        artifact_begin(&row.artifact, arena);
        row.artifact.file.project = span_text("p");
        row.artifact.file.filename = span_text(rows[i].filename);
        row.artifact.metadata.repository = span_text(rows[i].repository);
        row.artifact.payload.metadata_signature.at[0] = rows[i].metadata_signature;
        row.artifact.contents.python_bytes = rows[i].python_bytes;
        assert_true(corpus_add(corpus, &row));
    }
    struct artifact_row other = {.uploaded_at = INSTANT_UNKNOWN};
    artifact_begin(&other.artifact, arena);
    other.artifact.file.project = span_text("q");
    assert_true(corpus_add(corpus, &other) && corpus_end_artifacts(corpus));
    const struct project *p = &corpus->projects[0];
    assert_int_equal(p->metadata_signature.at[0], 4); /* as often as 9, and smaller */
    assert_true(signature_is_zero(&p->signature));
    assert_true(span_is(corpus->repositories.at[p->repository], "host.example/newer"));
    assert_int_equal(p->python_bytes, 300);
    assert_int_equal(corpus->projects[1].repository, STRING_NONE);
    arena_free(arena);
    corpus_free(corpus);
}

static void keeps_sketches_of_its_signatures(void **state) {
    struct corpus *corpus = fold(*state, folded, sizeof folded / sizeof *folded);
    const struct sketches *payloads = &corpus->sketches[SKETCH_PAYLOAD];
    const uint32_t hashes[] = {1, 2, 3};
    const struct sketch sketch = {hashes, 3};
    const struct sketch repeated = {hashes, 2};
    for (unsigned char i = 9; i > 0; i--) { /* of projects are 2 and 7 */
        struct signature signature;
        memset(signature.at, i, SIGNATURE_BYTES);
        assert_true(corpus_add_sketch(corpus, SKETCH_METADATA, &signature, &sketch));
        if (i == 2)
            continue;
        assert_true(corpus_add_sketch(corpus, SKETCH_PAYLOAD, &signature, &sketch));
        assert_true(corpus_add_sketch(corpus, SKETCH_PAYLOAD, &signature, &repeated));
    }
    assert_int_equal(payloads->count, 2);
    assert_int_equal(payloads->at[0].signature.at[0], 2);
    assert_int_equal(payloads->at[0].sketch.count, 0);
    assert_int_equal(payloads->at[1].sketch.count, 3);
    assert_memory_equal(payloads->at[1].sketch.at, hashes, sizeof hashes);
    assert_int_equal(sketches_find(payloads, &corpus->projects[0].signature), 1);
    assert_int_equal(sketches_find(payloads, &corpus->projects[2].signature), 2); /* unknown */
    assert_int_equal(corpus->sketches[SKETCH_METADATA].count, 0);
    corpus_free(corpus);
}

/* Uploads come by version, not by time, and some times are unknown. */
static void finds_when_a_command_was_first_seen(void **state) {
    static const struct sample samples[] = {
        {.project = "p", .version = "1", .filename = "a", .day = 30, .commands = "b a"},
        {.project = "p", .version = "1.10", .filename = "b", .day = -1, .commands = "a c"},
        {.project = "p", .version = "1.9", .filename = "c", .day = 20, .commands = "a d a"},
        {.project = "p", .version = "2", .filename = "d", .day = 25, .commands = "b"},
    };
    struct corpus *corpus = fold(*state, samples, sizeof samples / sizeof *samples);
    const struct project *p = &corpus->projects[0];
    assert_ids(&corpus->commands, p->commands, "a b c d");
    static const int days[] = {20, 25, -1, 20};
    for (size_t i = 0; i < sizeof days / sizeof *days; i++)
        assert_true(p->commands_seen_at[i] ==
                    (days[i] < 0 ? INSTANT_UNKNOWN : days[i] * INSTANT_DAY + 1));
    corpus_free(corpus);
}

static void merges_owners(void **state) {
    struct corpus *corpus = fold(*state, folded, sizeof folded / sizeof *folded);
    static const char *const owners[][2] = {
        {"aaa", "u"},   {"bar", "ann"}, {"bar", "bob"}, {"bar", "bob"},  {"bar", "cy"},
        {"bar", "dee"}, {"bar", "eve"}, {"cab", "x"},   {"quux", "ann"}, {"zzz", "u"}};
    for (size_t i = 0; i < sizeof owners / sizeof *owners; i++)
        assert_true(corpus_add_owner(corpus, span_text(owners[i][0]), span_text(owners[i][1])));
    assert_ids(&corpus->owners, corpus->projects[0].owners, "ann bob cy dee eve");
    assert_int_equal(corpus->projects[1].owners.count, 0);
    assert_ids(&corpus->owners, corpus->projects[2].owners, "ann");
    corpus_free(corpus);
}

/* a1-a4 stubs of spam.example, b1 stub of two domains, n1-n3 without address, l1-l3 at localhost.
 */
static const struct sample squats[] = {
    {"a1", "1", "f", 10, KIND_STUB, 5, "x@spam.example", NULL, NULL, NULL, "a1", NULL},
    {"a2", "1", "f", 11, KIND_STUB, 5, "y@spam.example", NULL, NULL, NULL, "a2", NULL},
    {"a3", "1", "f", 11, KIND_STUB, 5, "x@spam.example", NULL, NULL, NULL, "a3", NULL},
    {"a4", "1", "f", 12, KIND_BLANK, 4, "x@spam.example", NULL, NULL, NULL, "a4", NULL},
    {"b1", "1", "f", 12, KIND_STUB, 5, "x@spam.example b@two.example", NULL, NULL, NULL, "b1",
     NULL},
    {"g1", "1", "f", 1, KIND_CODE, 9, "g@good.example", NULL, NULL, NULL, "g1", NULL},
    {"g2", "1", "f", 1, KIND_CODE, 9, "g@good.example", NULL, NULL, NULL, "g2", NULL},
    {"g3", "1", "f", 1, KIND_CODE, 9, "g@good.example", NULL, NULL, NULL, "g3", NULL},
    {"l1", "1", "f", -1, KIND_NONE, 6, "x@localhost", NULL, NULL, NULL, "l1", NULL},
    {"l2", "1", "f", -1, KIND_NONE, 6, "x@localhost", NULL, NULL, NULL, "l2", NULL},
    {"l3", "1", "f", -1, KIND_NONE, 6, "x@localhost", NULL, NULL, NULL, "l3", NULL},
    {"m1", "1", "f", 1, KIND_METAPACKAGE, 6, NULL, NULL, NULL, NULL, "m1", NULL},
    {"n1", "1", "f", 30, KIND_NONE, 6, NULL, NULL, NULL, NULL, "n1", NULL},
    {"n2", "1", "f", 31, KIND_NONE, 6, NULL, NULL, NULL, NULL, "n2", NULL},
    {"n3", "1", "f", -1, KIND_NONE, 6, NULL, NULL, NULL, NULL, "n3", NULL},
};

struct found {
    struct corpus *corpus;
    struct signature_groups signatures;
    struct domain_groups domains;
    struct clusters clusters;
};

static struct found find(const struct domain_rules *rules, unsigned threads) {
    struct found found = {.corpus = fold(rules, squats, sizeof squats / sizeof *squats)};
    assert_true(signatures_find(found.corpus, threads, &found.signatures));
    assert_true(domains_find(found.corpus, &found.signatures, threads, &found.domains));
    assert_true(clusters_find(found.corpus, &found.signatures, &found.domains, &found.clusters));
    return found;
}

static void drop(struct found *found) {
    clusters_free(&found->clusters);
    domains_free(&found->domains);
    signatures_free(&found->signatures);
    corpus_free(found->corpus);
}

static void finds_signatures(void **state) {
    struct found found = find(*state, 2);
    assert_int_equal(found.signatures.count, 3);
    const struct signature_group *five = &found.signatures.at[1];
    assert_int_equal(five->signature.at[0], 5);
    assert_int_equal(five->kind, KIND_STUB);
    assert_int_equal(five->group.count, 4);
    assert_int_equal(five->domains, 2);
    assert_int_equal(five->facts.addresses, 3);
    assert_int_equal(five->facts.busiest_day, 11 * INSTANT_DAY);
    assert_int_equal(five->facts.busiest_day_projects, 2);
    assert_int_equal(found.signatures.at[2].group.count, 6);
    drop(&found);
}

static void finds_domains(void **state) {
    struct found found = find(*state, 2);
    assert_int_equal(found.domains.count, 3);
    const struct domain_group *good = &found.domains.at[0];
    const struct domain_group *spam = &found.domains.at[1];
    assert_true(span_is(found.corpus->domains.at[spam->domain], "spam.example"));
    assert_int_equal(found.domains.empty_projects, 11);
    assert_int_equal(spam->group.count, 5);
    assert_int_equal(spam->empty_projects, 5);
    assert_int_equal(spam->facts.addresses, 2);
    assert_int_equal(spam->signatures, 2);
    assert_int_equal(spam->top_signature.at[0], 5);
    assert_int_equal(spam->top_signature_projects, 4);
    /* Days 11 and 12 have two projects each: the earlier wins. */
    assert_int_equal(spam->facts.busiest_day, 11 * INSTANT_DAY);
    assert_true(fabs(spam->lift - 0.5655175 / (11.0 / 15)) < 1e-6);
    /* Three domains, p = (11/15)^5 the smallest: q = 3 p. */
    assert_true(fabs(exp(spam->log_q) - 3 * pow(11.0 / 15, 5)) < 1e-9);
    assert_int_equal(good->empty_projects, 0);
    assert_true(good->lift == 0 && good->log_q == 0 && signature_is_zero(&good->top_signature));
    drop(&found);
}

static void finds_clusters(void **state) {
    struct found found = find(*state, 1);
    assert_int_equal(found.clusters.count, 2);
    const struct cluster *nobody = &found.clusters.at[0];
    const struct cluster *spam = &found.clusters.at[1];
    /* Projects with an address that has no domain are in no cluster: they do have an address. */
    assert_int_equal(nobody->domain, STRING_NONE);
    assert_int_equal(nobody->group.count, 3);
    assert_true(span_is(found.corpus->projects[nobody->group.projects[0]].project, "n1"));
    assert_int_equal(nobody->facts.busiest_day, 30 * INSTANT_DAY);
    assert_int_equal(spam->group.count, 4);
    assert_int_equal(spam->facts.addresses, 2);
    /* python3: blake2b(b"spam.example\0" + b"05" * 16, digest_size=16).hexdigest()[:12] */
    assert_string_equal(spam->id, "c88588141f8cc");
    assert_string_equal(nobody->id, "ca21566b216ce");
    assert_int_equal(found.clusters.project_count, 7);
    uint32_t *order = clusters_by_id(&found.clusters);
    assert_true(strcmp(found.clusters.at[order[0]].id, found.clusters.at[order[1]].id) < 0);
    free(order);
    drop(&found);
}

static void survives_nothing(void **state) {
    struct found found = {.corpus = fold(*state, NULL, 0)};
    assert_true(signatures_find(found.corpus, 2, &found.signatures));
    assert_true(domains_find(found.corpus, &found.signatures, 2, &found.domains));
    assert_true(clusters_find(found.corpus, &found.signatures, &found.domains, &found.clusters));
    assert_int_equal(found.domains.count + found.signatures.count + found.clusters.count, 0);
    drop(&found);
}

/* 3,000 versions of one project, twice each: sorted, not compared pairwise. */
static void counts_many_releases(void **state) {
    enum { VERSIONS = 3000 };
    struct corpus *corpus = corpus_new(*state);
    struct arena *arena = arena_new(1 << 20);
    for (int i = 0; i < VERSIONS; i++) {
        char shorter[32];
        char longer[32];
        snprintf(shorter, sizeof shorter, "1.%d", i);
        snprintf(longer, sizeof longer, "1.%d.0", i);
        feed(corpus, arena,
             &(struct sample){.project = "p", .version = shorter, .filename = shorter, .day = i});
        feed(corpus, arena,
             &(struct sample){.project = "p", .version = longer, .filename = longer, .day = i});
    }
    assert_true(corpus_end_artifacts(corpus));
    assert_int_equal(corpus->projects[0].releases, VERSIONS);
    assert_int_equal(corpus->projects[0].artifacts, 2 * VERSIONS);
    assert_int_equal(corpus->projects[0].versions.count, VERSIONS);
    corpus_free(corpus);
    arena_free(arena);
}

static void interns_strings(void **state) {
    (void)state;
    struct arena *arena = arena_new(1 << 24);
    struct strings strings;
    strings_begin(&strings, arena);
    assert_int_equal(strings_find(&strings, span_text("x")), STRING_NONE);
    for (int round = 0; round < 2; round++)
        for (uint32_t i = 0; i < 20000; i++) {
            char text[16];
            snprintf(text, sizeof text, "%u", i);
            assert_int_equal(strings_intern(&strings, span_text(text)), i);
        }
    assert_int_equal(strings_find(&strings, span_text("777")), 777);
    assert_int_equal(strings_find(&strings, span_text("x")), STRING_NONE);
    uint32_t ids[] = {10, 9, 2, 10, 1};
    assert_int_equal(strings_sort_unique(&strings, ids, 5), 4);
    const uint32_t sorted[] = {1, 10, 2, 9};
    assert_memory_equal(ids, sorted, sizeof sorted);
    strings_free(&strings);
    arena_free(arena);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(folds_projects),
        cmocka_unit_test(merges_owners),
        cmocka_unit_test(keeps_lists),
        cmocka_unit_test(finds_when_a_command_was_first_seen),
        cmocka_unit_test(keeps_template_and_page),
        cmocka_unit_test(keeps_sketches_of_its_signatures),
        cmocka_unit_test(finds_signatures),
        cmocka_unit_test(finds_domains),
        cmocka_unit_test(finds_clusters),
        cmocka_unit_test(survives_nothing),
        cmocka_unit_test(counts_many_releases),
        cmocka_unit_test(interns_strings),
    };
    return cmocka_run_group_tests(tests, open_rules, close_rules);
}
