/*
 * probe_report OUT SEED PROJECTS JOBS: writes a run from facts made up by a generator instead of a
 * state file: this file stands in for the reading half of facts/store. Prints the exit code.
 */
#include "base/json.h"
#include "made_up_judge.h"

#include <stdio.h>
#include <stdlib.h>

struct store {
    uint64_t random;
    unsigned projects;
};

/* One call an expression: the order of two would be the compiler's choice. */
static unsigned pick(struct store *store, unsigned below) {
    store->random = store->random * UINT64_C(6364136223846793005) + UINT64_C(1442695040888963407);
    return (unsigned)(store->random >> 33) % below;
}

/* Texts that break careless sinks. */
static const char *const texts[] = {
    "",       "A plain summary", "=cmd()", "+1",          "-x, \"quoted\"",
    "@here",  "two\nlines",      "\ttab",  "caf\xC3\xA9", "bad\xFF\xC3",
    " edge ", "'apostrophe",     "a,b",    "\r",          "\xEF\xBC\x9Dwide",
    "%20",
};

static const char *const hosts[] = {
    "gmail.com",
    "inbox.ru",
    "mail.inbox.ru",
    "example.co.uk",
    "a.example.co.uk",
    "localhost",
    "[127.0.0.1]",
    "Acme.Example",
    "acme.example",
    "spam.example",
    "m\xC3\xBCnchen.de",
    "mailinator.com",
    "users.noreply.github.com",
};

static const char *const versions[] = {"0.0.1",  "0.0.1.0", "1.0", "1.0.0",
                                       "1.0rc1", "1.0-RC1", "2",   "not one"};

#define PICK(store, array) (array)[pick(store, sizeof(array) / sizeof *(array))]

static struct span print(struct arena *arena, const char *format, const char *text,
                         unsigned number) {
    char made[256];
    int len = snprintf(made, sizeof made, format, text, number);
    struct span copy = SPAN_EMPTY;
    arena_copy(arena, span_of(made, (size_t)len), &copy);
    return copy;
}

static void add_addresses(struct store *store, struct arena *arena, struct span_list *list,
                          unsigned most) {
    for (unsigned n = pick(store, most + 1); n > 0; n--) {
        const char *host = PICK(store, hosts);
        struct span address = print(arena, "User%2$u@%1$s", host, pick(store, 3));
        if (!span_list_has(list, address))
            span_list_add(list, arena, address);
    }
}

static void add_commands(struct store *store, struct artifact *artifact) {
    for (unsigned n = pick(store, 3); n > 0; n--) {
        static const char *const groups[] = {"console_scripts", "gui_scripts", "scripts", "=group"};
        struct entry_point entry = {.source = SOURCE_WHEEL};
        entry.group = span_text(PICK(store, groups));
        entry.name = print(artifact->arena, "%scommand-%u", "", pick(store, 9));
        entry.object_reference = span_text(PICK(store, texts));
        artifact_add_entry_point(artifact, &entry);
    }
}

static void fill(struct store *store, struct artifact_row *row, struct arena *arena,
                 unsigned project, unsigned n) {
    struct artifact *artifact = &row->artifact;
    artifact_begin(artifact, arena);
    struct artifact_file *file = &artifact->file;
    file->project = print(arena, "%sp%05u", "", project);
    file->version = span_text(PICK(store, versions));
    file->filename = print(arena, "%sfile-%u", "", n);
    file->path = print(arena, "%spath/%u", pick(store, 40) ? "" : "=", n);
    file->size_bytes = pick(store, 100000);
    file->format = pick(store, 2) ? FORMAT_WHEEL : FORMAT_SDIST;
    if (pick(store, 20) == 0)
        artifact->status = (enum artifact_status)pick(store, STATUS_UNREADABLE + 1);
    artifact->contents.member_count = pick(store, 5);
    artifact->metadata.found = pick(store, 10) > 0;
    if (artifact->metadata.found) {
        artifact->metadata.name = print(arena, "%sP%05u", "", project);
        artifact->metadata.summary = span_text(PICK(store, texts));
        artifact->metadata.author = span_text(PICK(store, texts));
        add_addresses(store, arena, &artifact->metadata.author_emails, 2);
        add_addresses(store, arena, &artifact->metadata.maintainer_emails, 1);
        for (unsigned k = pick(store, 3); k > 0; k--)
            span_list_add(&artifact->metadata.requires_projects, arena,
                          print(arena, "%sp%05u", "", pick(store, store->projects + 5)));
        span_list_sort_unique(&artifact->metadata.requires_projects);
    }
    add_commands(store, artifact);
    if (pick(store, 8) == 0)
        artifact_note(artifact, "odd", span_text(PICK(store, texts)));
    artifact->payload.kind =
        pick(store, 3) ? (enum payload_kind)pick(store, KIND_CODE + 1) : KIND_CODE;
    if (artifact->payload.kind != KIND_UNKNOWN && pick(store, 20) > 0)
        memset(artifact->payload.signature.at,
               (int)(16 * artifact->payload.kind +
                     pick(store, payload_kind_is_empty(artifact->payload.kind) ? 3 : 15)),
               SIGNATURE_BYTES);
    row->uploaded_at = INSTANT_UNKNOWN;
    if (pick(store, 30) > 0) {
        row->uploaded_at = (int64_t)(20000 + pick(store, 9)) * INSTANT_DAY;
        row->uploaded_at += pick(store, 86400) * INSTANT_SECOND;
    }
    row->uploaded_at_from_index = pick(store, 2);
    row->has_sha256 = pick(store, 2);
    row->vanished = pick(store, 50) == 0;
}

/* One project in ten is a squat: the same stub, from one domain or, one in thirty, from nobody. */
static void make_squat(struct artifact *artifact, unsigned project) {
    artifact->payload.kind = KIND_STUB;
    memset(artifact->payload.signature.at, 0x44, SIGNATURE_BYTES);
    artifact->metadata.author_emails = (struct span_list){.at = NULL};
    artifact->metadata.maintainer_emails = (struct span_list){.at = NULL};
    if (project % 30 != 7)
        span_list_add(&artifact->metadata.author_emails, artifact->arena,
                      print(artifact->arena, "%sme%u@squats.example", "", project % 4));
}

bool store_each_artifact(struct store *store, unsigned threads,
                         bool (*visit)(void *context, const struct artifact_row *row),
                         void *context) {
    (void)threads;
    struct arena *arena = arena_new(1 << 24);
    bool more = arena != NULL;
    unsigned n = 10000000;
    for (unsigned project = 0; more && project < store->projects; project++)
        for (unsigned k = 1 + pick(store, 4); more && k > 0; k--) {
            struct artifact_row row = {.vanished = false};
            arena_reset(arena);
            fill(store, &row, arena, project, n++);
            if (project % 10 == 7)
                make_squat(&row.artifact, project);
            more = visit(context, &row);
        }
    arena_free(arena);
    return true;
}

bool store_each_owner(struct store *store,
                      bool (*visit)(void *context, struct span project, struct span user),
                      void *context) {
    bool more = true;
    for (unsigned project = 0; more && project < store->projects; project += 3) {
        char name[16];
        snprintf(name, sizeof name, "p%05u", project);
        more = visit(context, span_text(name), span_text("ann")) &&
               visit(context, span_text(name), span_text("bob"));
    }
    return true;
}

bool store_each_sketch(struct store *store,
                       bool (*visit)(void *context, enum sketch_kind kind,
                                     const struct signature *signature,
                                     const struct sketch *sketch),
                       void *context) {
    (void)store;
    (void)visit;
    (void)context;
    return true;
}

bool store_get_meta(struct store *store, const char *name, struct buffer *value) {
    (void)store;
    (void)name;
    buffer_add_text(value, "{\"seen\": 7}");
    return true;
}

const char *store_problem(const struct store *store) {
    (void)store;
    return "";
}

int main(int argc, char **argv) {
    if (argc != 5)
        return 2;
    struct store store = {.random = strtoull(argv[2], NULL, 10),
                          .projects = (unsigned)atoi(argv[3])};
    const struct report_request request = {.out = argv[1],
                                           .redis_url = getenv("WINNOW_REDIS_URL"),
                                           .allow = getenv("WINNOW_MADE_UP_ALLOW"),
                                           .redis_keep = 2,
                                           .jobs = (unsigned)atoi(argv[4]),
                                           .options_json = "{}",
                                           .started_ms = monotonic_ms()};
    enum exit_code code = EXIT_DONE;
    struct report *report = report_open(&request, &code);
    if (report != NULL)
        code = report_write(report, &store);
    report_close(report);
    return (int)code;
}
