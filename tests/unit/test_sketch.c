/* Sketches: what edits keep, what keeps programs apart, that order does not matter, and bounds.
 * tests/oracle/test_sketch.py compares similarities with Python. */
#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>

#include <cmocka.h>

#include "payload/mask.h"
#include "payload/sketch.h"

struct stage {
    struct arena *arena;
    struct mask mask;
};

static int set_stage(void **state) {
    struct stage *stage = calloc(1, sizeof *stage);
    struct artifact artifact;
    stage->arena = arena_new((size_t)64 << 20);
    artifact_begin(&artifact, stage->arena);
    artifact.file.project = span_text("quux-tool");
    mask_begin(&stage->mask, &artifact);
    *state = stage;
    return 0;
}

static int strike_stage(void **state) {
    struct stage *stage = *state;
    arena_free(stage->arena);
    free(stage);
    return 0;
}

#define STAGED(test) cmocka_unit_test_setup_teardown(test, set_stage, strike_stage)

static void add(struct stage *stage, struct sketcher *sketcher, const char *source) {
    struct buffer masked = BUFFER_EMPTY;
    mask_python(&stage->mask, stage->arena, span_text(source), &masked);
    assert_false(masked.failed);
    assert_true(sketcher_add_python(sketcher, stage->arena, buffer_span(&masked)));
    buffer_free(&masked);
}

static struct sketch end(struct stage *stage, struct sketcher *sketcher) {
    struct sketch sketch;
    assert_true(sketcher_end(sketcher, stage->arena, &sketch));
    for (uint32_t i = 1; i < sketch.count; i++)
        assert_true(sketch.at[i - 1] < sketch.at[i]);
    return sketch;
}

static struct sketch sketch_of(struct stage *stage, const char *source) {
    struct sketcher sketcher;
    sketcher_begin(&sketcher, SKETCH_PAYLOAD_VALUES);
    add(stage, &sketcher, source);
    return end(stage, &sketcher);
}

static bool same(struct sketch a, struct sketch b) {
    return a.count == b.count && (a.count == 0 || memcmp(a.at, b.at, a.count * sizeof *a.at) == 0);
}

/* Per cent of the hashes that two whole sketches have in common. */
static unsigned similarity(struct sketch a, struct sketch b) {
    unsigned both = 0;
    assert_true(a.count + b.count > 0 && a.count < SKETCH_PAYLOAD_VALUES &&
                b.count < SKETCH_PAYLOAD_VALUES);
    for (uint32_t i = 0; i < a.count; i++)
        for (uint32_t k = 0; k < b.count; k++)
            both += a.at[i] == b.at[k];
    return 100 * both / (a.count + b.count - both);
}

static const char hello[] = "import sys\n\n\ndef main(argv=None):\n    \"\"\"Doc.\"\"\"\n"
                            "    limit = 3\n    print('Hello from quux-tool', limit)\n"
                            "    return 0\n\n\nif __name__ == '__main__':\n    sys.exit(main())\n";

static void edits_that_do_not_count(void **state) {
    struct stage *stage = *state;
    struct sketch base = sketch_of(stage, hello);
    static const char *const copies[] = {
        /* texts and numbers, comments and layout, names of its own */
        "import sys\ndef main(argv=None):\n  limit = 0x7F\n  print(f'Bye {limit}', limit)\n"
        "  return 1.5\nif __name__ == 'x':\n  sys.exit(main())\n",
        "# c\nimport sys;\ndef start_it(words=None):\n\tx9 = 3 # d\n\tprint(b'', x9)\n\treturn 0\n"
        "if __name__ == '__main__': # e\n\tsys.exit(start_it())\n",
        "import sys\ndef quux_tool(Quux=None):\n  zz = 3\n  print('a', zz)\n  return 0\n"
        "if __name__ == '__main__':\n  sys.exit(quux_tool())\n",
    };
    assert_in_range(base.count, 20, 40);
    for (size_t i = 0; i < sizeof copies / sizeof *copies; i++)
        if (!same(sketch_of(stage, copies[i]), base))
            fail_msg("copy %zu differs", i);
}

static void edits_keep_similarity(void **state) {
    struct stage *stage = *state;
    struct sketch base = sketch_of(stage, hello);
    static const struct {
        const char *source;
        unsigned from;
        unsigned to;
    } cases[] = {
        {"import os\nimport sys\ndef main(argv=None):\n  limit = 3\n  print('a', limit)\n"
         "  return 0\nif __name__ == '__main__':\n  sys.exit(main())\n",
         80, 99},
        {"import sys\ndef main(argv=None):\n  limit = 3\n  print('a', limit)\n  print('b')\n"
         "  return 0\ndef more():\n  pass\nif __name__ == '__main__':\n  sys.exit(main())\n",
         60, 99},
        {"import sys\ndef main(argv=None):\n  limit = 3\n  print('a', limit)\n  return 0\n", 50,
         75},
        {"def add(a, b):\n  return a + b\n", 0, 12},
        {"import json\nclass Thing:\n  def load(self, path):\n    with open(path) as file:\n"
         "      return json.load(file)\n",
         0, 12},
        {"for x in range(10):\n  print(x)\n", 0, 12},
        {"A = 1\nB = 2\n", 0, 5},
    };
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        unsigned got = similarity(sketch_of(stage, cases[i].source), base);
        if (got < cases[i].from || got > cases[i].to)
            fail_msg("case %zu: %u%%", i, got);
    }
}

static void nothing_has_no_sketch(void **state) {
    struct stage *stage = *state;
    static const char *const sources[] = {"", "\n\n", "# only a comment\n", "'''A docstring.'''\n"};
    for (size_t i = 0; i < sizeof sources / sizeof *sources; i++)
        assert_int_equal(sketch_of(stage, sources[i]).count, 0);
    /* Fewer tokens than a shingle has are one. */
    assert_int_equal(sketch_of(stage, "pass\n").count, 1);
    assert_int_equal(sketch_of(stage, "__version__ = '1'\n").count, 1);
    assert_false(same(sketch_of(stage, "pass\n"), sketch_of(stage, "...\n")));
    struct sketcher sketcher; /* neither text nor raw bytes are taken for tokens */
    sketcher_begin(&sketcher, SKETCH_PAYLOAD_VALUES);
    assert_true(sketcher_add_python(&sketcher, stage->arena, span_text("\ndef main(): pass")));
    assert_true(sketcher_add_python(&sketcher, stage->arena, span_text("a,b\n1,2\n")));
    assert_int_equal(end(stage, &sketcher).count, 0);
}

static void order_and_repeats_do_not_matter(void **state) {
    struct stage *stage = *state;
    char files[5][400];
    for (size_t i = 0; i < 5; i++) {
        size_t len = 0;
        for (size_t k = 0; k < 12; k++)
            len += (size_t)snprintf(files[i] + len, sizeof files[i] - len, "f%zu(a%zu, b.c%zu)\n",
                                    i * 12 + k, i, k);
    }
    static const size_t orders[][7] = {
        {0, 1, 2, 3, 4, 0, 0}, {4, 3, 2, 1, 0, 4, 1}, {2, 2, 0, 4, 4, 1, 3}};
    struct sketch sketches[3];
    for (size_t o = 0; o < 3; o++) {
        struct sketcher sketcher;
        sketcher_begin(&sketcher, SKETCH_PAYLOAD_VALUES);
        for (size_t i = 0; i < 7; i++)
            add(stage, &sketcher, files[orders[o][i]]);
        sketches[o] = end(stage, &sketcher);
        assert_int_equal(sketches[o].count, SKETCH_PAYLOAD_VALUES);
        assert_true(same(sketches[o], sketches[0]));
    }
    /* Shingles do not run from file to file. */
    struct sketcher sketcher;
    sketcher_begin(&sketcher, SKETCH_PAYLOAD_VALUES);
    add(stage, &sketcher, "a(b)\n");
    add(stage, &sketcher, "c(d)\n");
    assert_int_equal(end(stage, &sketcher).count, 4);
    assert_int_equal(sketch_of(stage, "a(b)\nc(d)\n").count, 7);
}

/* The smallest of all are kept, whenever they come: compared with keeping everything. */
static void the_smallest_are_kept(void **state) {
    struct stage *stage = *state;
    struct sketcher sketcher;
    for (size_t most = 1; most <= 64; most *= 4) {
        struct sketch wide;
        sketcher_begin(&sketcher, SKETCH_PAYLOAD_VALUES);
        struct sketcher narrow;
        sketcher_begin(&narrow, most);
        for (unsigned i = 0; i < 5000; i++) {
            char word[16];
            snprintf(word, sizeof word, "w%u", i * 7919 % 2500); /* each twice */
            sketcher_add_text(&sketcher, span_text(word));
            sketcher_add_text(&narrow, span_text(word));
        }
        wide = end(stage, &sketcher);
        struct sketch few = end(stage, &narrow);
        assert_int_equal(wide.count, SKETCH_PAYLOAD_VALUES);
        assert_int_equal(few.count, most);
        assert_memory_equal(few.at, wide.at, most * sizeof *few.at);
    }
}

static void texts_are_pairs_of_words(void **state) {
    struct stage *stage = *state;
    static const struct {
        const char *text;
        uint32_t count;
    } cases[] = {{"", 0}, {"one", 1}, {"one two", 1}, {"one two three", 2}, {"a a a a", 1}};
    struct sketcher sketcher;
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        sketcher_begin(&sketcher, SKETCH_METADATA_VALUES);
        sketcher_add_text(&sketcher, span_text(cases[i].text));
        assert_int_equal(end(stage, &sketcher).count, cases[i].count);
    }
    char text[2 * SKETCH_TEXT_BYTES_MAX]; /* only the beginning counts */
    memset(text, 'x', sizeof text);
    struct sketch sketches[2];
    for (size_t i = 0; i < 2; i++) {
        text[SKETCH_TEXT_BYTES_MAX + 1] = i == 0 ? ' ' : 'y';
        sketcher_begin(&sketcher, SKETCH_METADATA_VALUES);
        sketcher_add_text(&sketcher, span_of(text, sizeof text));
        sketches[i] = end(stage, &sketcher);
    }
    assert_true(same(sketches[0], sketches[1]));
    static const char *const sequences[] = {"name classifier classifier license", /* repeats */
                                            "name classifier license", "name license classifier"};
    struct sketch wholes[3];
    for (size_t i = 0; i < 3; i++) {
        sketcher_begin(&sketcher, SKETCH_METADATA_VALUES);
        sketcher_add_sequence(&sketcher, span_text(sequences[i]));
        wholes[i] = end(stage, &sketcher);
        assert_int_equal(wholes[i].count, 1);
    }
    assert_true(same(wholes[0], wholes[1]) && !same(wholes[0], wholes[2]));
}

static void large_payloads_have_none(void **state) {
    struct stage *stage = *state;
    struct sketcher sketcher;
    sketcher_begin(&sketcher, SKETCH_PAYLOAD_VALUES);
    struct buffer masked = BUFFER_EMPTY;
    mask_python(&stage->mask, stage->arena, span_text(hello), &masked);
    size_t files = SKETCH_PAYLOAD_BYTES_MAX / masked.len;
    for (size_t i = 0; i < files; i++)
        assert_true(sketcher_add_python(&sketcher, stage->arena, buffer_span(&masked)));
    assert_true(same(end(stage, &sketcher), sketch_of(stage, hello)));
    assert_true(sketcher_add_python(&sketcher, stage->arena, buffer_span(&masked)));
    assert_int_equal(end(stage, &sketcher).count, 0);
    buffer_free(&masked);
}

/* Whatever the bytes are: no crash, a bounded sketch, the same twice. */
static void any_bytes_do(void **state) {
    struct stage *stage = *state;
    static const char pieces[] = "\n\x07\x08\x0E\x0F\x10\x0F=\x0F"
                                 "def\x0F"
                                 "class 1.";
    uint64_t dice = 88172645463325252;
    for (unsigned round = 0; round < 3000; round++) {
        unsigned char bytes[300];
        size_t len = round % sizeof bytes;
        for (size_t i = 0; i < len; i++) {
            dice ^= dice << 13;
            dice ^= dice >> 7;
            dice ^= dice << 17;
            bytes[i] = (unsigned char)(dice >> 8);
            if (dice % 3 > 0)
                bytes[i] = (unsigned char)pieces[dice / 3 % (sizeof pieces - 1)];
        }
        struct sketch sketches[2];
        for (size_t i = 0; i < 2; i++) {
            struct sketcher sketcher;
            sketcher_begin(&sketcher, SKETCH_PAYLOAD_VALUES);
            unsigned char *copy = malloc(len + 1); /* exact, for the sanitizer */
            memcpy(copy, bytes, len);
            assert_true(sketcher_add_python(&sketcher, stage->arena, span_of(copy, len)));
            sketcher_add_text(&sketcher, span_of(copy, len));
            sketcher_add_sequence(&sketcher, span_of(copy, len));
            free(copy);
            sketches[i] = end(stage, &sketcher);
        }
        assert_true(same(sketches[0], sketches[1]));
        arena_reset(stage->arena);
    }
}

int main(void) {
    const struct CMUnitTest tests[] = {
        STAGED(edits_that_do_not_count),  STAGED(edits_keep_similarity),
        STAGED(nothing_has_no_sketch),    STAGED(order_and_repeats_do_not_matter),
        STAGED(the_smallest_are_kept),    STAGED(texts_are_pairs_of_words),
        STAGED(large_payloads_have_none), STAGED(any_bytes_do),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
