/* Names taken from other projects: each relation, each exemption, whose name it is, what to watch.
 */
#include "corpus_samples.h"

#include "cluster/collisions.h"

#include <stdio.h>
#include <stdlib.h>

/* Tools are uploaded on day 100 and have code; who is named after their commands comes on day 200
 * and is a stub, where the rows below say nothing else. */
#define TOOL .version = "1", .filename = "f", .kind = KIND_CODE
#define STUB .version = "1", .filename = "f", .kind = KIND_STUB
#define USER .version = "1", .filename = "f", .kind = KIND_CODE, .day = 100

static int compare_samples(const void *left, const void *right) {
    return strcmp(((const struct sample *)left)->project, ((const struct sample *)right)->project);
}

static struct corpus *fold_unsorted(const struct domain_rules *rules, const struct sample *samples,
                                    size_t count) {
    struct sample sorted[100];
    assert_true(count <= sizeof sorted / sizeof *sorted);
    for (size_t i = 0; i < count; i++)
        sorted[i] = samples[i];
    qsort(sorted, count, sizeof *sorted, compare_samples);
    return fold(rules, sorted, count);
}

/* "project command owner relation exemption", a line a row. */
static void dump_rows(const struct corpus *corpus, const struct collisions *found,
                      struct buffer *out) {
    for (size_t i = 0; i < found->count; i++) {
        const struct collision *row = &found->at[i];
        struct span name = collision_name(corpus, row);
        buffer_printf(out, "%.*s %.*s %.*s %s %s\n",
                      SPAN_ARGS(corpus->projects[row->project].project), SPAN_ARGS(name),
                      SPAN_ARGS(corpus->projects[row->owner].project), relation_name(row->relation),
                      exemption_name(row->exemption));
    }
}

/* "command owners dependents day", a line a watch. */
static void dump_watches(const struct corpus *corpus, const struct collisions *found,
                         struct buffer *out) {
    for (size_t i = 0; i < found->watched_count; i++) {
        const struct watch *watch = &found->watched[i];
        struct span name = corpus->commands.at[watch->command];
        buffer_printf(out, "%.*s", SPAN_ARGS(name));
        for (uint32_t k = 0; k < watch->owner_count; k++)
            buffer_printf(out, "%c%.*s", k ? ',' : ' ',
                          SPAN_ARGS(corpus->projects[watch->owners[k]].project));
        long day = watch->first_seen_at == INSTANT_UNKNOWN
                       ? -1
                       : (long)(watch->first_seen_at / INSTANT_DAY);
        buffer_printf(out, " %u %ld\n", watch->dependents, day);
    }
}

/* Finds them with one, two and seven threads; all must be as wanted. NULL: not compared. */
static void check(const struct corpus *corpus, const char *rows, const char *watches) {
    static const unsigned threads[] = {1, 2, 7};
    struct word_list generic_names;
    assert_true(generic_names_load(&generic_names));
    for (size_t i = 0; i < sizeof threads / sizeof *threads; i++) {
        struct collisions found;
        struct buffer made = BUFFER_EMPTY;
        assert_true(collisions_find(corpus, &generic_names, threads[i], &found));
        dump_rows(corpus, &found, &made);
        buffer_add_byte(&made, '\0');
        if (rows != NULL)
            assert_string_equal((const char *)made.at, rows);
        buffer_clear(&made);
        dump_watches(corpus, &found, &made);
        buffer_add_byte(&made, '\0');
        if (watches != NULL)
            assert_string_equal((const char *)made.at, watches);
        buffer_free(&made);
        collisions_free(&found);
    }
    word_list_free(&generic_names);
}

static void check_samples(const struct domain_rules *rules, const struct sample *samples,
                          size_t count, const char *rows, const char *watches) {
    struct corpus *corpus = fold_unsorted(rules, samples, count);
    check(corpus, rows, watches);
    corpus_free(corpus);
}

#define CHECK(samples, rows, watches)                                                              \
    check_samples(*state, samples, sizeof(samples) / sizeof *(samples), rows, watches)

static void finds_each_relation(void **state) {
    static const struct sample samples[] = {
        {.project = "maker",
         TOOL,
         .day = 100,
         .commands = "alpha Alpha_Ctl a.b py plugin-x",
         .modules = "alphalib alpha alpha_ctl"},
        {.project = "alpha", STUB, .day = 200, .modules = "alpha"},
        {.project = "alpha-ctl", STUB, .day = 200},
        {.project = "a-b", STUB, .day = 200},
        {.project = "alpha-cli", STUB, .day = 200},
        {.project = "alpha-toolbox", STUB, .day = 200},
        {.project = "alphalib", STUB, .day = 200, .modules = "alphalib"},
        {.project = "plugin-x", STUB, .day = 200}, /* no command: another group of entry points */
        {.project = "py-", STUB, .day = 200},
        {.project = "py-alpha", STUB, .day = 200},
        {.project = "py-alphalib", STUB, .day = 200}, /* affixes are for commands */
        {.project = "py-py", STUB, .day = 200},
        {.project = "python-alpha-cli", STUB, .day = 200}, /* one affix, not two */
    };
    CHECK(samples,
          "a-b a.b maker command \n"
          "alpha alpha maker command \n" /* the module says no more */
          "alpha-cli alpha maker affix \n"
          "alpha-ctl Alpha_Ctl maker command \n"
          "alphalib alphalib maker module \n"
          "py-alpha alpha maker affix \n"
          "py-py py maker affix \n",
          "");
}

static void exempts_kin(void **state) {
    static const struct sample samples[] = {
        {.project = "t1", TOOL, .day = 100, .authors = "p@gmail.com", .commands = "by-address"},
        {.project = "by-address", STUB, .day = 200, .maintainers = "P@GMail.com"},
        {.project = "t2", TOOL, .day = 100, .authors = "a@corp.example", .commands = "by-domain"},
        {.project = "by-domain", STUB, .day = 200, .authors = "b@mail.corp.example x@gmail.com"},
        {.project = "t3",
         TOOL,
         .day = 100,
         .authors = "a@gmail.com b@mailinator.com",
         .commands = "by-provider"},
        {.project = "by-provider", STUB, .day = 200, .authors = "c@gmail.com d@mailinator.com"},
        {.project = "t4", TOOL, .day = 100, .commands = "by-owner"},
        {.project = "by-owner", STUB, .day = 200},
        {.project = "t5", TOOL, .day = 100, .commands = "redirect"},
        {.project = "redirect", STUB, .day = 200, .requires = "other t5"},
        {.project = "t6", TOOL, .day = 100, .commands = "part", .requires = "part zlib"},
        {.project = "part", STUB, .day = 200},
        /* The people of the second owner, who is not the one shown. */
        {.project = "t7", TOOL, .day = 100, .commands = "twice", .authors = "a@seven.example"},
        {.project = "t8", TOOL, .day = 100, .commands = "twice", .authors = "a@eight.example"},
        {.project = "twice", STUB, .day = 200, .authors = "b@eight.example"},
        /* The strongest of two reasons is told. */
        {.project = "t9", TOOL, .day = 100, .commands = "both", .authors = "a@nine.example"},
        {.project = "both", STUB, .day = 200, .authors = "a@nine.example", .requires = "t9"},
    };
    struct corpus *corpus = fold_unsorted(*state, samples, sizeof samples / sizeof *samples);
    assert_true(corpus_add_owner(corpus, span_text("by-owner"), span_text("ann")) &&
                corpus_add_owner(corpus, span_text("by-owner"), span_text("bob")) &&
                corpus_add_owner(corpus, span_text("t4"), span_text("bob")));
    check(corpus,
          "both both t9 command same-address\n"
          "by-address by-address t1 command same-address\n"
          "by-domain by-domain t2 command same-domain\n"
          "by-owner by-owner t4 command same-owner\n"
          "by-provider by-provider t3 command \n"
          "part part t6 command requires\n"
          "redirect redirect t5 command requires\n"
          "twice twice t7 command same-domain\n",
          NULL);
    corpus_free(corpus);
}

static void exempts_what_a_project_is(void **state) {
    static const struct sample samples[] = {
        {.project = "tool",
         TOOL,
         .day = 100,
         .commands = "ships coded tabled native meta unread old same-day undated base run",
         .modules = "tests coded_module"},
        {.project = "clock", TOOL, .day = -1, .commands = "later"},
        {.project = "ships", STUB, .day = 200, .commands = "Ships"},
        {.project = "base-app", STUB, .day = 200, .commands = "base other"},
        {.project = "coded", TOOL, .day = 200},
        {.project = "coded-module", TOOL, .day = 200, .modules = "coded_module"},
        {.project = "tabled", .version = "1", .filename = "f", .kind = KIND_DATA, .day = 200},
        {.project = "native", .version = "1", .filename = "f", .kind = KIND_NATIVE, .day = 200},
        {.project = "meta", .version = "1", .filename = "f", .kind = KIND_METAPACKAGE, .day = 200},
        {.project = "unread", .version = "1", .filename = "f", .day = 200},
        {.project = "run", STUB, .day = 200},
        {.project = "run-cli", STUB, .day = 200},
        {.project = "tests", STUB, .day = 200},
        {.project = "old", STUB, .day = 99},
        {.project = "old-py", STUB, .day = 101},
        {.project = "same-day", STUB, .day = 100},
        {.project = "undated", STUB, .day = -1},
        {.project = "later", STUB, .day = 200},
    };
    CHECK(samples,
          "base-app base tool affix ships-command\n"
          "coded coded tool command has-code\n"
          "coded-module coded_module tool module has-code\n"
          "later later clock command older\n"
          "meta meta tool command \n"
          "native native tool command has-code\n"
          "old old tool command older\n"
          "old-py old tool affix \n"
          "run run tool command generic\n"
          "run-cli run tool affix generic\n"
          "same-day same-day tool command older\n"
          "ships ships tool command ships-command\n"
          "tabled tabled tool command has-code\n"
          "tests tests tool module generic\n"
          "undated undated tool command older\n"
          "unread unread tool command \n",
          NULL);
}

/* Three unrelated projects make a name generic; kin and forks count once. */
static void counts_unrelated_shippers(void **state) {
    static const struct sample samples[] = {
        {.project = "g1", TOOL, .day = 100, .commands = "common pair", .modules = "tests one"},
        {.project = "g2", TOOL, .day = 100, .commands = "common pair", .modules = "tests two"},
        {.project = "g3", TOOL, .day = 100, .commands = "common", .modules = "tests three"},
        {.project = "common", STUB, .day = 200},
        {.project = "pair", STUB, .day = 200},
        /* A chain: an address, then a domain, then a module. */
        {.project = "k1", TOOL, .day = 100, .commands = "chained", .authors = "k@gmail.com"},
        {.project = "k2",
         TOOL,
         .day = 100,
         .commands = "chained",
         .authors = "k@gmail.com x@kin.example"},
        {.project = "k3",
         TOOL,
         .day = 100,
         .commands = "chained",
         .authors = "y@kin.example",
         .modules = "chain"},
        {.project = "k4", TOOL, .day = 100, .commands = "chained", .modules = "chain"},
        {.project = "k5", TOOL, .day = 100, .commands = "chained"},
        {.project = "chained", STUB, .day = 200},
        /* All who ship a module share it: there only people count; nor does the project itself. */
        {.project = "m1", TOOL, .day = 100, .modules = "shared few", .authors = "a@gmail.com"},
        {.project = "m2", TOOL, .day = 100, .modules = "shared few", .authors = "b@gmail.com"},
        {.project = "m3", TOOL, .day = 100, .modules = "shared", .authors = "c@gmail.com"},
        {.project = "shared", STUB, .day = 200, .modules = "shared"},
        {.project = "few", STUB, .day = 200, .modules = "few"},
    };
    CHECK(samples,
          "chained chained k1 command \n"
          "common common g1 command generic\n"
          "few few m1 module \n"
          "pair pair g1 command \n"
          "shared shared m1 module generic\n",
          NULL);
}

static void names_the_best_owner(void **state) {
    static const struct sample samples[] = {
        /* Most dependents; but who came after the project took nothing from it first. */
        {.project = "a1", TOOL, .day = 100, .commands = "reach late"},
        {.project = "a2", TOOL, .day = 150, .commands = "reach"},
        {.project = "a3", TOOL, .day = 250, .commands = "late"},
        {.project = "u1", USER, .requires = "a2 a3"},
        {.project = "late", STUB, .day = 200},
        {.project = "reach", STUB, .day = 200},
        /* The earliest declaration, not the earliest project. */
        {.project = "b1", TOOL, .day = 120, .commands = "early"},
        {.project = "b2", .version = "1", .filename = "f", .kind = KIND_CODE, .day = 90},
        {.project = "b2",
         .version = "2",
         .filename = "g",
         .kind = KIND_CODE,
         .day = 130,
         .commands = "early"},
        {.project = "early", STUB, .day = 200},
        /* The first by name; each spelling as its owner writes it. */
        {.project = "c1", TOOL, .day = 100, .commands = "Even_Odd even-odd"},
        {.project = "c2", TOOL, .day = 100, .commands = "EVEN.ODD"},
        {.project = "even-odd", STUB, .day = 200},
        /* None was earlier: the best of all. */
        {.project = "d1", TOOL, .day = 110, .commands = "first"},
        {.project = "d2", TOOL, .day = 105, .commands = "first"},
        {.project = "first", STUB, .day = 50},
    };
    CHECK(samples,
          "early early b1 command \n"
          "even-odd Even_Odd c1 command \n"
          "first first d2 command older\n"
          "late late a1 command \n"
          "reach reach a2 command \n",
          NULL);
}

static void tells_each_owner_once(void **state) {
    static const struct sample samples[] = {
        {.project = "o1", TOOL, .day = 100, .commands = "word word-cli", .modules = "word"},
        {.project = "o2", TOOL, .day = 100, .commands = "word-cli-py", .modules = "word_cli_py"},
        {.project = "word-cli", STUB, .day = 200},
        {.project = "word-cli-py", STUB, .day = 200},
        {.project = "word", STUB, .day = 200, .commands = "word", .modules = "word"},
        /* Its own module, before others had it: nothing is taken. */
        {.project = "mine", TOOL, .day = 50, .modules = "mine"},
        {.project = "fork", TOOL, .day = 100, .modules = "mine"},
    };
    CHECK(samples,
          "word word o1 command ships-command\n"
          "word word o1 module \n" /* better founded than the command's row */
          "word-cli word-cli o1 command \n"
          "word-cli-py word-cli o1 affix \n"
          "word-cli-py word-cli-py o2 command \n",
          "");
}

static void finds_the_strongest_row(void **state) {
    static const struct sample samples[] = {
        {.project = "o1", TOOL, .day = 100, .commands = "x-cli py-x"},
        {.project = "o2", TOOL, .day = 100, .commands = "py-x"},
        {.project = "o3", TOOL, .day = 100, .modules = "py_x_cli", .commands = "y"},
        {.project = "u1", USER, .requires = "o1 o2"},
        {.project = "u2", USER, .requires = "o2"},
        {.project = "py-x-cli", STUB, .day = 200},
        {.project = "y", STUB, .day = 50},
    };
    struct corpus *corpus = fold_unsorted(*state, samples, sizeof samples / sizeof *samples);
    struct word_list generic_names;
    struct collisions found;
    assert_true(generic_names_load(&generic_names));
    assert_true(collisions_find(corpus, &generic_names, 2, &found));
    struct buffer made = BUFFER_EMPTY;
    dump_rows(corpus, &found, &made);
    buffer_add_byte(&made, '\0');
    assert_string_equal((const char *)made.at, "py-x-cli py-x o2 affix \n"
                                               "py-x-cli x-cli o1 affix \n"
                                               "py-x-cli py_x_cli o3 module \n"
                                               "y y o3 command older\n");
    assert_int_equal(corpus->count, 7);
    for (uint32_t i = 0; i < corpus->count; i++) {
        bool squat = span_is(corpus->projects[i].project, "py-x-cli");
        assert_int_equal(found.of_project[i], squat ? 0 : STRING_NONE);
    }
    assert_int_equal(found.at[0].seen_at, 100 * INSTANT_DAY + 1);
    buffer_free(&made);
    collisions_free(&found);
    word_list_free(&generic_names);
    corpus_free(corpus);
}

static void watches_free_names(void **state) {
    static const struct sample samples[] = {
        {.project = "lib",
         TOOL,
         .day = 100,
         .commands =
             "free Two_Forms two-forms taken serve -edge edge- sp@ce caf\xC3\xA9 .dot a..b"},
        {.project = "fork", TOOL, .day = 90, .commands = "two.forms unseen", .modules = "fork"},
        {.project = "lone", TOOL, .day = 100, .commands = "nobody-needs-it"},
        {.project = "undated", TOOL, .day = -1, .commands = "no-date"},
        {.project = "taken", STUB, .day = 300},
        {.project = "u1", USER, .requires = "lib undated absent"},
        {.project = "u2", USER, .requires = "lib"},
        {.project = "g1", TOOL, .day = 100, .commands = "everywhere"},
        {.project = "g2", TOOL, .day = 100, .commands = "everywhere"},
        {.project = "g3", TOOL, .day = 100, .commands = "everywhere"},
        {.project = "u3", USER, .requires = "g1 g2 g3"},
    };
    CHECK(samples, NULL,
          "Two_Forms fork,lib 2 90\n"
          "a..b lib 2 100\n"
          "free lib 2 100\n"
          "no-date undated 1 -1\n");
}

static void survives_nothing(void **state) {
    check_samples(*state, NULL, 0, "", "");
}

/* A command that very many ship is read once for each project of its name, not once for each of
 * its owners. */
static void bears_a_name_that_all_ship(void **state) {
    enum { PROJECTS = 60000 };
    struct corpus *corpus = corpus_new(*state);
    struct arena *arena = arena_new(1 << 20);
    for (int i = 0; i < PROJECTS; i++) {
        char name[32];
        char address[32];
        snprintf(name, sizeof name, "p%06d", i);
        snprintf(address, sizeof address, "a%d@gmail.com", i / 2);
        feed(corpus, arena,
             &(struct sample){.project = name,
                              TOOL,
                              .day = 100,
                              .authors = address,
                              .commands = "everywhere",
                              .modules = "pack",
                              .requires = "p000001"});
    }
    feed(corpus, arena, &(struct sample){.project = "py-everywhere", STUB, .day = 200});
    assert_true(corpus_end_artifacts(corpus));
    check(corpus, "py-everywhere everywhere p000001 affix \n", /* forks: all have one module */
          NULL);
    corpus_free(corpus);
    arena_free(arena);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(finds_each_relation),       cmocka_unit_test(exempts_kin),
        cmocka_unit_test(exempts_what_a_project_is), cmocka_unit_test(counts_unrelated_shippers),
        cmocka_unit_test(names_the_best_owner),      cmocka_unit_test(tells_each_owner_once),
        cmocka_unit_test(finds_the_strongest_row),   cmocka_unit_test(watches_free_names),
        cmocka_unit_test(survives_nothing),          cmocka_unit_test(bears_a_name_that_all_ship),
    };
    return cmocka_run_group_tests(tests, open_rules, close_rules);
}
