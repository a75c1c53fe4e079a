/* open_project: see open_project.h. */
#include "cluster/open_project.h"

#include "base/text.h"
#include "cluster/seen_commands.h"
#include "mirror/name.h"

#include <stdlib.h>

/* What is kept of a summary; indexes accept 512 characters. */
enum { SUMMARY_BYTES_MAX = 4096 };

struct ids {
    uint32_t *at;
    size_t count;
    size_t capacity;
};

struct signature_list {
    struct signature *at;
    size_t count;
    size_t capacity;
};

/* The upload that something was taken from. */
struct source {
    bool found;
    instant uploaded_at;
    struct span filename;
};

struct open_project {
    struct arena *arena; /* reset from project to project */
    bool is_open;
    struct project record;
    struct span_list versions;        /* as written */
    struct signature_list signatures; /* of the artifacts of record.kind */
    struct signature_list metadata_signatures;
    struct seen_commands commands;
    struct ids addresses;
    struct ids modules;
    struct ids requires;
    struct ids others;         /* domains and versions, made at the end */
    struct source name_source; /* and of the summary */
    struct source repository_source;
    struct span repository;
    struct buffer scratch;
};

struct open_project *open_project_new(void) {
    struct open_project *open = calloc(1, sizeof *open);
    if (open == NULL)
        return NULL;
    open->arena = arena_new(SIZE_MAX / 4);
    if (open->arena == NULL) {
        free(open);
        return NULL;
    }
    return open;
}

void open_project_free(struct open_project *open) {
    if (open == NULL)
        return;
    arena_free(open->arena);
    free(open->signatures.at);
    free(open->metadata_signatures.at);
    free(open->commands.at);
    free(open->addresses.at);
    free(open->modules.at);
    free(open->requires.at);
    free(open->others.at);
    buffer_free(&open->scratch);
    free(open);
}

struct span open_project_name(const struct open_project *open) {
    return open->is_open ? open->record.project : SPAN_EMPTY;
}

bool open_project_begin(struct open_project *open, const struct artifact_row *row) {
    arena_reset(open->arena);
    open->record = (struct project){.first_uploaded_at = INSTANT_UNKNOWN,
                                    .last_uploaded_at = INSTANT_UNKNOWN,
                                    .repository = STRING_NONE};
    open->versions = (struct span_list){.at = NULL};
    open->signatures.count = 0;
    open->metadata_signatures.count = 0;
    open->commands.count = 0;
    open->addresses.count = 0;
    open->modules.count = 0;
    open->requires.count = 0;
    open->name_source.found = false;
    open->repository_source.found = false;
    open->is_open = true;
    return arena_copy(open->arena, row->artifact.file.project, &open->record.project);
}

/* How far back a repeat is looked for: artifacts of a project mostly say the same. */
enum { REPEAT_DISTANCE = 32 };

static bool add_id(struct ids *ids, uint32_t id) {
    if (id == STRING_NONE)
        return false;
    for (size_t i = ids->count; i > 0 && ids->count - i < REPEAT_DISTANCE; i--)
        if (ids->at[i - 1] == id)
            return true;
    if (ids->count == ids->capacity) {
        size_t wider = ids->capacity ? ids->capacity * 2 : 64;
        uint32_t *at = realloc(ids->at, wider * sizeof *at);
        if (at == NULL)
            return false;
        ids->at = at;
        ids->capacity = wider;
    }
    ids->at[ids->count++] = id;
    return true;
}

static struct span lower_case(struct buffer *scratch, struct span text) {
    buffer_clear(scratch);
    for (size_t i = 0; i < text.len; i++)
        buffer_add_byte(scratch, ascii_lower(text.at[i]));
    return buffer_span(scratch);
}

/* Equal spellings come together (rows are sorted by version), so a list of the different ones stays
 * short. */
static bool add_version(struct open_project *open, struct span version) {
    size_t count = open->versions.count;
    if (count > 0 && span_equal(open->versions.at[count - 1], version))
        return true;
    struct span copy;
    return arena_copy(open->arena, version, &copy) &&
           span_list_add(&open->versions, open->arena, copy);
}

static bool push_signature(struct signature_list *list, const struct signature *signature) {
    if (list->count == list->capacity) {
        size_t wider = list->capacity ? list->capacity * 2 : 64;
        struct signature *at = realloc(list->at, wider * sizeof *at);
        if (at == NULL)
            return false;
        list->at = at;
        list->capacity = wider;
    }
    list->at[list->count++] = *signature;
    return true;
}

static bool add_signatures(struct open_project *open, const struct artifact_payload *payload) {
    if (payload->kind > open->record.kind) {
        open->record.kind = payload->kind;
        open->signatures.count = 0;
    }
    bool counts = payload->kind == open->record.kind && payload->kind != KIND_UNKNOWN &&
                  !signature_is_zero(&payload->signature);
    return (!counts || push_signature(&open->signatures, &payload->signature)) &&
           (signature_is_zero(&payload->metadata_signature) ||
            push_signature(&open->metadata_signatures, &payload->metadata_signature));
}

static bool add_addresses(struct open_project *open, struct corpus *corpus,
                          const struct span_list *list) {
    for (size_t i = 0; i < list->count; i++) {
        struct span lower = lower_case(&open->scratch, list->at[i]);
        if (open->scratch.failed ||
            !add_id(&open->addresses, strings_intern(&corpus->addresses, lower)))
            return false;
    }
    return true;
}

static bool add_commands(struct open_project *open, struct corpus *corpus,
                         const struct artifact_row *row) {
    const struct entry_point_list *list = &row->artifact.entry_points;
    for (size_t i = 0; i < list->count; i++) {
        const struct entry_point *entry = &list->at[i];
        if (!span_is(entry->group, "console_scripts") && !span_is(entry->group, "gui_scripts"))
            continue;
        if (!seen_commands_add(&open->commands, strings_intern(&corpus->commands, entry->name),
                               row->uploaded_at))
            return false;
    }
    return true;
}

static bool add_modules(struct open_project *open, struct corpus *corpus,
                        const struct span_list *list) {
    for (size_t i = 0; i < list->count; i++)
        if (!add_id(&open->modules, strings_intern(&corpus->modules, list->at[i])))
            return false;
    return true;
}

static bool add_requires(struct open_project *open, struct corpus *corpus,
                         const struct span_list *list) {
    for (size_t i = 0; i < list->count; i++) {
        if (span_equal(list->at[i], open->record.project))
            continue;
        if (!add_id(&open->requires, strings_intern(&corpus->names, list->at[i])))
            return false;
    }
    return true;
}

/* Whether `row` is the latest upload so far, which it then is; of several at one time, the one
 * whose file name sorts last. *copied: false when memory is out. */
static bool is_latest(struct open_project *open, const struct artifact_row *row,
                      struct source *source, bool *copied) {
    struct span filename = row->artifact.file.filename;
    if (source->found &&
        (row->uploaded_at < source->uploaded_at ||
         (row->uploaded_at == source->uploaded_at && span_compare(filename, source->filename) < 0)))
        return false;
    source->found = true;
    source->uploaded_at = row->uploaded_at;
    *copied = arena_copy(open->arena, filename, &source->filename);
    return *copied;
}

/* Name and summary come from the latest upload that has metadata, the repository from the latest
 * that has one. */
static bool keep_latest(struct open_project *open, const struct artifact_row *row) {
    const struct artifact_metadata *metadata = &row->artifact.metadata;
    bool copied = true;
    if (metadata->found && is_latest(open, row, &open->name_source, &copied))
        copied = arena_copy(open->arena, metadata->name, &open->record.name) &&
                 arena_copy(open->arena, utf8_cut(metadata->summary, SUMMARY_BYTES_MAX),
                            &open->record.summary);
    if (copied && metadata->repository.len > 0 &&
        is_latest(open, row, &open->repository_source, &copied))
        copied = arena_copy(open->arena, metadata->repository, &open->repository);
    return copied;
}

static void widen_times(struct project *record, instant when) {
    if (when == INSTANT_UNKNOWN)
        return;
    record->first_uploaded_at = instant_earlier(record->first_uploaded_at, when);
    if (when > record->last_uploaded_at)
        record->last_uploaded_at = when;
}

bool open_project_add(struct open_project *open, struct corpus *corpus,
                      const struct artifact_row *row) {
    const struct artifact *artifact = &row->artifact;
    open->record.artifacts++;
    if (artifact->contents.python_bytes > open->record.python_bytes)
        open->record.python_bytes = artifact->contents.python_bytes;
    widen_times(&open->record, row->uploaded_at);
    return add_version(open, artifact->file.version) && add_signatures(open, &artifact->payload) &&
           add_addresses(open, corpus, &artifact->metadata.author_emails) &&
           add_addresses(open, corpus, &artifact->metadata.maintainer_emails) &&
           add_commands(open, corpus, row) &&
           add_modules(open, corpus, &artifact->metadata.top_level) &&
           add_requires(open, corpus, &artifact->metadata.requires_projects) &&
           keep_latest(open, row);
}

static int compare_signatures(const void *left, const void *right) {
    return signature_compare(left, right);
}

/* The commonest; of several, the smallest. */
static struct signature choose_signature(const struct signature_list *list) {
    struct signature *at = list->at;
    size_t count = list->count;
    struct signature best = {{0}};
    size_t best_count = 0;
    if (count > 1)
        qsort(at, count, sizeof *at, compare_signatures);
    for (size_t start = 0, end = 0; start < count; start = end) {
        while (end < count && signature_compare(&at[start], &at[end]) == 0)
            end++;
        if (end - start > best_count) {
            best_count = end - start;
            best = at[start];
        }
    }
    return best;
}

static bool copy_ids(struct corpus *corpus, const uint32_t *from, size_t count,
                     struct id_list *list) {
    *list = (struct id_list){.at = NULL};
    if (count == 0)
        return true;
    uint32_t *at = arena_alloc_raw(corpus->arena, count * sizeof *at);
    if (at == NULL)
        return false;
    memcpy(at, from, count * sizeof *at);
    *list = (struct id_list){at, (uint32_t)count};
    return true;
}

static bool keep_ids(struct corpus *corpus, const struct strings *strings, struct ids *ids,
                     struct id_list *list) {
    ids->count = strings_sort_unique(strings, ids->at, ids->count);
    return copy_ids(corpus, ids->at, ids->count, list);
}

static int compare_versions(const void *left, const void *right) {
    const struct span *a = left;
    const struct span *b = right;
    int order = version_compare(*a, *b);
    return order != 0 ? order : span_compare(*a, *b);
}

/* Counts different versions, the empty one included, which has no place in the list. */
static bool keep_versions(struct open_project *open, struct corpus *corpus,
                          struct project *record) {
    const struct span *at = open->versions.at;
    size_t count = open->versions.count;
    if (count > 1)
        qsort(open->versions.at, count, sizeof *at, compare_versions);
    struct ids *kept = &open->others;
    kept->count = 0;
    for (size_t i = 0; i < count; i++) {
        if (i > 0 && version_compare(at[i - 1], at[i]) == 0)
            continue;
        record->releases++;
        uint32_t major = version_major(at[i]);
        if (major > record->version_major)
            record->version_major = major;
        if (at[i].len > 0 && !add_id(kept, strings_intern(&corpus->versions, at[i])))
            return false;
    }
    return copy_ids(corpus, kept->at, kept->count, &record->versions);
}

/* The domain of address number `id`, looked up once. */
static bool address_domain(struct open_project *open, struct corpus *corpus, uint32_t id,
                           uint32_t *domain) {
    while (corpus->address_domains_known <= id) {
        uint32_t next = corpus->address_domains_known;
        if (next == corpus->address_domains_capacity) {
            uint32_t wider = next ? next * 2 : 512;
            uint32_t *at = realloc(corpus->address_domains, wider * sizeof *at);
            if (at == NULL)
                return false;
            corpus->address_domains = at;
            corpus->address_domains_capacity = wider;
        }
        buffer_clear(&open->scratch);
        uint32_t known = STRING_NONE;
        if (domain_of_address(corpus->rules, corpus->addresses.at[next], &open->scratch)) {
            known = strings_intern(&corpus->domains, buffer_span(&open->scratch));
            if (known == STRING_NONE)
                return false;
        }
        corpus->address_domains[next] = known;
        corpus->address_domains_known++;
    }
    *domain = corpus->address_domains[id];
    return true;
}

static bool keep_domains(struct open_project *open, struct corpus *corpus, struct project *record) {
    struct ids *domains = &open->others;
    domains->count = 0;
    for (uint32_t i = 0; i < record->addresses.count; i++) {
        uint32_t domain = STRING_NONE;
        if (!address_domain(open, corpus, record->addresses.at[i], &domain))
            return false;
        if (domain != STRING_NONE && !add_id(domains, domain))
            return false;
    }
    return keep_ids(corpus, &corpus->domains, domains, &record->domains);
}

static bool keep_repository(struct open_project *open, struct corpus *corpus,
                            struct project *record) {
    if (!open->repository_source.found)
        return true;
    record->repository = strings_intern(&corpus->repositories, open->repository);
    return record->repository != STRING_NONE;
}

static bool count_dependents(struct corpus *corpus, struct id_list requires) {
    for (uint32_t i = 0; i < requires.count; i++) {
        uint32_t id = requires.at[i];
        if (id >= corpus->dependents_capacity) {
            uint32_t wider = corpus->names.capacity;
            uint32_t *at = realloc(corpus->dependents, wider * sizeof *at);
            if (at == NULL)
                return false;
            memset(at + corpus->dependents_capacity, 0,
                   (wider - corpus->dependents_capacity) * sizeof *at);
            corpus->dependents = at;
            corpus->dependents_capacity = wider;
        }
        corpus->dependents[id]++;
    }
    return true;
}

bool open_project_end(struct open_project *open, struct corpus *corpus) {
    open->is_open = false;
    if (corpus->count == corpus->capacity) {
        size_t wider = corpus->capacity ? corpus->capacity * 2 : 1024;
        struct project *at = realloc(corpus->projects, wider * sizeof *at);
        if (at == NULL)
            return false;
        corpus->projects = at;
        corpus->capacity = wider;
    }
    struct project record = open->record;
    record.signature = choose_signature(&open->signatures);
    record.metadata_signature = choose_signature(&open->metadata_signatures);
    if (!arena_copy(corpus->arena, open->record.project, &record.project) ||
        !arena_copy(corpus->arena, open->record.name, &record.name) ||
        !arena_copy(corpus->arena, open->record.summary, &record.summary) ||
        !keep_versions(open, corpus, &record) || !keep_repository(open, corpus, &record) ||
        !seen_commands_keep(&open->commands, corpus, &record) ||
        !keep_ids(corpus, &corpus->addresses, &open->addresses, &record.addresses) ||
        !keep_domains(open, corpus, &record) ||
        !keep_ids(corpus, &corpus->modules, &open->modules, &record.top_level) ||
        !keep_ids(corpus, &corpus->names, &open->requires, &record.requires) ||
        !count_dependents(corpus, record.requires))
        return false;
    corpus->projects[corpus->count++] = record;
    return true;
}
