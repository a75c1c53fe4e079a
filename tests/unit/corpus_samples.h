/* corpus_samples: a corpus folded from artifacts that a test writes as rows. */
#ifndef WINNOW_TEST_CORPUS_SAMPLES_H
#define WINNOW_TEST_CORPUS_SAMPLES_H

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "cluster/corpus.h"

/* One artifact, as a test writes it. Lists are separated by one space. */
struct sample {
    const char *project;
    const char *version;
    const char *filename;
    int day; /* upload, days since 1970; -1 unknown */
    enum payload_kind kind;
    unsigned char signature; /* repeated 16 times; 0 unknown */
    const char *authors;
    const char *maintainers;
    const char *commands;
    const char *requires;
    const char *name; /* NULL: no metadata */
    const char *modules;
};

static inline bool add_words(struct arena *arena, struct span_list *list, const char *words) {
    struct span rest = span_text(words != NULL ? words : "");
    struct span word;
    while (rest.len > 0 && span_next_piece(&rest, ' ', &word))
        if (!span_list_add(list, arena, word))
            return false;
    return true;
}

static inline void feed(struct corpus *corpus, struct arena *arena, const struct sample *sample) {
    struct artifact_row row = {.uploaded_at = sample->day < 0 ? INSTANT_UNKNOWN
                                                              : sample->day * INSTANT_DAY + 1};
    struct artifact *artifact = &row.artifact;
    arena_reset(arena);
    artifact_begin(artifact, arena);
    artifact->file.project = span_text(sample->project);
    artifact->file.version = span_text(sample->version);
    artifact->file.filename = span_text(sample->filename);
    artifact->payload.kind = sample->kind;
    memset(artifact->payload.signature.at, sample->signature, SIGNATURE_BYTES);
    artifact->metadata.found = sample->name != NULL;
    artifact->metadata.name = span_text(sample->name != NULL ? sample->name : "");
    artifact->metadata.summary = artifact->file.filename;
    struct span_list commands = {.at = NULL};
    assert_true(add_words(arena, &artifact->metadata.author_emails, sample->authors) &&
                add_words(arena, &artifact->metadata.maintainer_emails, sample->maintainers) &&
                add_words(arena, &artifact->metadata.requires_projects, sample->requires) &&
                add_words(arena, &artifact->metadata.top_level, sample->modules) &&
                add_words(arena, &commands, sample->commands));
    for (size_t i = 0; i < commands.count; i++) {
        struct entry_point entry = {.name = commands.at[i], .group = SPAN("console_scripts")};
        if (span_starts(entry.name, "plugin"))
            entry.group = (struct span)SPAN("plugins");
        assert_true(artifact_add_entry_point(artifact, &entry));
    }
    assert_true(corpus_add(corpus, &row));
}

static inline struct corpus *fold(const struct domain_rules *rules, const struct sample *samples,
                                  size_t count) {
    struct corpus *corpus = corpus_new(rules);
    struct arena *arena = arena_new(1 << 20);
    assert_non_null(corpus);
    for (size_t i = 0; i < count; i++)
        feed(corpus, arena, &samples[i]);
    assert_true(corpus_end_artifacts(corpus));
    arena_free(arena);
    return corpus;
}

static inline int open_rules(void **state) {
    *state = domain_rules_open();
    return *state == NULL;
}

static inline int close_rules(void **state) {
    domain_rules_close(*state);
    return 0;
}

static inline void assert_ids(const struct strings *strings, struct id_list list,
                              const char *want) {
    struct buffer text = BUFFER_EMPTY;
    for (uint32_t i = 0; i < list.count; i++) {
        if (i > 0)
            buffer_add_byte(&text, ' ');
        buffer_add(&text, strings->at[list.at[i]]);
    }
    if (!span_is(buffer_span(&text), want))
        fail_msg("%.*s is not %s", (int)text.len, text.at ? (const char *)text.at : "", want);
    buffer_free(&text);
}

#endif
