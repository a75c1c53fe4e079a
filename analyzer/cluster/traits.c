/*
 * traits: see traits.h. Every (trait, project) is one row of 16 bytes; sorted, the rows of a trait
 * are neighbours. A trait that only one project has joins nothing and is dropped.
 */
#include "cluster/traits.h"

#include "base/text.h"

#include <stdio.h>
#include <stdlib.h>

struct rows {
    struct grouped *at;
    size_t count;
    size_t capacity;
};

static bool add_row(struct rows *rows, enum trait_type type, uint64_t value, uint32_t project) {
    if (rows->count == rows->capacity) {
        size_t wider = rows->capacity ? rows->capacity * 2 : 4096;
        struct grouped *at = realloc(rows->at, wider * sizeof *at);
        if (at == NULL)
            return false;
        rows->at = at;
        rows->capacity = wider;
    }
    rows->at[rows->count++] = (struct grouped){(uint64_t)type << TRAIT_VALUE_BITS | value, project};
    return true;
}

/* --- templates ------------------------------------------------------------------------------ */

struct ranking {
    const struct corpus *corpus;
    bool metadata;
};

static const struct signature *signature_at(const struct ranking *ranking, uint32_t project) {
    const struct project *at = &ranking->corpus->projects[project];
    return ranking->metadata ? &at->metadata_signature : &at->signature;
}

static int compare_by_signature(const void *left, const void *right, void *context) {
    return signature_compare(signature_at(context, *(const uint32_t *)left),
                             signature_at(context, *(const uint32_t *)right));
}

/* Each project's number among the different signatures; STRING_NONE without one. NULL when memory
 * is out. */
static uint32_t *rank_signatures(const struct corpus *corpus, bool metadata) {
    struct ranking ranking = {corpus, metadata};
    uint32_t *rank = malloc((corpus->count + 1) * sizeof *rank);
    uint32_t *order = malloc((corpus->count + 1) * sizeof *order);
    size_t count = 0;
    for (uint32_t i = 0; rank != NULL && order != NULL && i < corpus->count; i++) {
        rank[i] = STRING_NONE;
        if (!signature_is_zero(signature_at(&ranking, i)))
            order[count++] = i;
    }
    if (count > 1)
        qsort_r(order, count, sizeof *order, compare_by_signature, &ranking);
    uint32_t next = 0;
    for (size_t i = 0; i < count; i++) {
        next += i > 0 && signature_compare(signature_at(&ranking, order[i - 1]),
                                           signature_at(&ranking, order[i])) != 0;
        rank[order[i]] = next;
    }
    if (order == NULL) {
        free(rank);
        rank = NULL;
    }
    free(order);
    return rank;
}

static bool add_exact(const struct corpus *corpus, bool metadata, struct rows *rows) {
    uint32_t *rank = rank_signatures(corpus, metadata);
    bool done = rank != NULL;
    for (uint32_t i = 0; done && i < corpus->count; i++)
        if (rank[i] != STRING_NONE)
            done = add_row(rows, metadata ? TRAIT_METADATA : TRAIT_PAYLOAD, rank[i], i);
    free(rank);
    return done;
}

static bool add_similar(const struct corpus *corpus, const struct near_groups *near,
                        enum trait_type type, struct rows *rows) {
    bool done = true;
    for (uint32_t i = 0; done && i < corpus->count; i++)
        if (near->of_project[i] != STRING_NONE)
            done = add_row(rows, type, near->of_project[i], i);
    return done;
}

/* --- people --------------------------------------------------------------------------------- */

void address_shape(struct span address, struct buffer *out) {
    size_t at = span_find_last(address, '@');
    bool in_letters = false;
    for (size_t i = 0; i < at; i++) {
        unsigned char c = address.at[i];
        bool letter = ascii_is_alpha(c) || c >= 0x80;
        if (letter && !in_letters)
            buffer_add_byte(out, 'a');
        else if (!letter)
            buffer_add_byte(out, ascii_is_digit(c) ? '9' : c);
        in_letters = letter;
    }
    buffer_add(out, span_from(address, at));
}

/* Addresses without a digit are shaped like anybody's. */
static bool has_digit(struct span text) {
    for (size_t i = 0; i < text.len; i++)
        if (ascii_is_digit(text.at[i]))
            return true;
    return false;
}

/* The shape of each address of the corpus, by number; STRING_NONE for one without a digit before
 * the @. NULL when memory is out. */
static uint32_t *find_shapes(const struct corpus *corpus, struct strings *shapes) {
    uint32_t *shape = malloc((corpus->addresses.count + 1) * sizeof *shape);
    struct buffer text = BUFFER_EMPTY;
    bool done = shape != NULL;
    for (uint32_t i = 0; done && i < corpus->addresses.count; i++) {
        struct span address = corpus->addresses.at[i];
        shape[i] = STRING_NONE;
        if (!has_digit(span_slice(address, 0, span_find_last(address, '@'))))
            continue;
        buffer_clear(&text);
        address_shape(address, &text);
        shape[i] = text.failed ? STRING_NONE : strings_intern(shapes, buffer_span(&text));
        done = shape[i] != STRING_NONE;
    }
    buffer_free(&text);
    if (!done) {
        free(shape);
        shape = NULL;
    }
    return shape;
}

static bool add_ids(struct rows *rows, enum trait_type type, const struct id_list *ids,
                    uint32_t project) {
    bool done = true;
    for (uint32_t i = 0; done && i < ids->count; i++)
        done = add_row(rows, type, ids->at[i], project);
    return done;
}

/* example.com and its like (RFC 2606) stand in the templates that everybody fills in. */
static bool is_nobodys(struct span domain) {
    return span_is(domain, "example.com") || span_is(domain, "example.org") ||
           span_is(domain, "example.net");
}

static bool address_is_nobodys(const struct corpus *corpus, uint32_t address) {
    uint32_t domain = corpus->address_domains[address];
    return domain != STRING_NONE && is_nobodys(corpus->domains.at[domain]);
}

static bool add_people_of(struct traits *traits, uint32_t i, const uint32_t *shape,
                          struct rows *rows) {
    const struct corpus *corpus = traits->corpus;
    const struct project *project = &corpus->projects[i];
    traits->has_people[i] = project->owners.count > 0;
    bool done = add_ids(rows, TRAIT_OWNER, &project->owners, i);
    for (uint32_t k = 0; done && k < project->addresses.count; k++) {
        uint32_t address = project->addresses.at[k];
        if (address_is_nobodys(corpus, address))
            continue;
        traits->has_people[i] = true;
        done = add_row(rows, TRAIT_ADDRESS, address, i) &&
               (shape[address] == STRING_NONE || add_row(rows, TRAIT_SHAPE, shape[address], i));
    }
    for (uint32_t k = 0; done && k < project->domains.count; k++) {
        uint32_t domain = project->domains.at[k];
        struct span name = corpus->domains.at[domain];
        if (!is_nobodys(name) && domain_type_of(corpus->rules, name) != DOMAIN_FREE)
            done = add_row(rows, TRAIT_DOMAIN, domain, i);
    }
    return done;
}

static bool add_people(struct traits *traits, struct rows *rows) {
    uint32_t *shape = find_shapes(traits->corpus, &traits->shapes);
    bool done = shape != NULL;
    for (uint32_t i = 0; done && i < traits->corpus->count; i++)
        done = add_people_of(traits, i, shape, rows);
    free(shape);
    return done;
}

/* --- names ---------------------------------------------------------------------------------- */

/* Names without a hyphen, up to this long, are told by their length. */
enum { SHORT_NAME_BYTES = 4 };

static bool add_word(struct traits *traits, struct span word, uint32_t project, struct rows *rows) {
    uint32_t id = strings_intern(&traits->words, word);
    return id != STRING_NONE && add_row(rows, TRAIT_WORD, id, project);
}

static bool add_names(struct traits *traits, struct rows *rows) {
    bool done = true;
    for (uint32_t i = 0; done && i < traits->corpus->count; i++) {
        struct span name = traits->corpus->projects[i].project;
        size_t first = span_find(name, '-');
        if (first < name.len) {
            done = add_word(traits, span_slice(name, 0, first + 1), i, rows) &&
                   add_word(traits, span_from(name, span_find_last(name, '-')), i, rows);
        } else if (name.len <= SHORT_NAME_BYTES) {
            char length[16];
            snprintf(length, sizeof length, "length-%zu", name.len);
            done = add_word(traits, span_text(length), i, rows);
        }
    }
    return done;
}

/* --- groups --------------------------------------------------------------------------------- */

/* Drops repeats (two addresses of one shape) and traits of one project. */
static void keep_shared(struct rows *rows) {
    size_t kept = 0;
    for (size_t start = 0, end = 0; start < rows->count; start = end) {
        end = grouped_end(rows->at, rows->count, start);
        size_t first = kept;
        for (size_t i = start; i < end; i++)
            if (kept == first || rows->at[kept - 1].project != rows->at[i].project)
                rows->at[kept++] = rows->at[i];
        if (kept - first < 2)
            kept = first;
    }
    rows->count = kept;
}

static bool cut_groups(const struct rows *rows, struct traits *traits) {
    size_t projects = traits->corpus->count;
    traits->at = malloc((rows->count / 2 + 1) * sizeof *traits->at);
    traits->members = malloc((rows->count + 1) * sizeof *traits->members);
    traits->of_project = malloc((rows->count + 1) * sizeof *traits->of_project);
    traits->starts = calloc(projects + 2, sizeof *traits->starts);
    if (traits->at == NULL || traits->members == NULL || traits->of_project == NULL ||
        traits->starts == NULL)
        return false;
    /* starts[i + 2] counts first, then starts[i + 1] is where the next trait of i goes. */
    for (size_t i = 0; i < rows->count; i++) {
        traits->members[i] = rows->at[i].project;
        traits->starts[rows->at[i].project + 2]++;
    }
    for (size_t i = 2; i < projects + 2; i++)
        traits->starts[i] += traits->starts[i - 1];
    for (size_t start = 0, end = 0; start < rows->count; start = end) {
        end = grouped_end(rows->at, rows->count, start);
        for (size_t i = start; i < end; i++)
            traits->of_project[traits->starts[rows->at[i].project + 1]++] = traits->count;
        traits->at[traits->count++] =
            (struct trait){rows->at[start].key, {traits->members + start, end - start}};
    }
    return true;
}

static void begin_strings(struct traits *traits) {
    strings_begin(&traits->shapes, traits->arena);
    strings_begin(&traits->words, traits->arena);
}

bool traits_find(const struct corpus *corpus, const struct near_groups *similar_payloads,
                 const struct near_groups *similar_metadata, struct traits *traits) {
    *traits = (struct traits){.corpus = corpus, .arena = arena_new(SIZE_MAX / 4)};
    struct rows rows = {.at = NULL};
    traits->has_people = calloc(corpus->count + 1, sizeof *traits->has_people);
    bool done = traits->arena != NULL && traits->has_people != NULL;
    if (done)
        begin_strings(traits);
    done = done && add_exact(corpus, false, &rows) && add_exact(corpus, true, &rows) &&
           add_similar(corpus, similar_payloads, TRAIT_SIMILAR_PAYLOAD, &rows) &&
           add_similar(corpus, similar_metadata, TRAIT_SIMILAR_METADATA, &rows) &&
           add_people(traits, &rows) && add_names(traits, &rows);
    if (done) {
        grouped_sort(rows.at, rows.count);
        keep_shared(&rows);
        done = cut_groups(&rows, traits);
    }
    free(rows.at);
    return done;
}

void traits_free(struct traits *traits) {
    free(traits->at);
    free(traits->members);
    free(traits->starts);
    free(traits->of_project);
    free(traits->has_people);
    strings_free(&traits->shapes);
    strings_free(&traits->words);
    arena_free(traits->arena);
    *traits = (struct traits){.corpus = NULL};
}

/* --- words ---------------------------------------------------------------------------------- */

enum { SHOWN_SIGNATURE_BYTES = 4 };

static void add_signature(struct buffer *out, const char *name, const struct signature *signature) {
    buffer_add_text(out, name);
    hex_add(out, span_of(signature->at, SHOWN_SIGNATURE_BYTES));
}

static void add_named(struct buffer *out, const char *name, struct span text) {
    buffer_add_text(out, name);
    buffer_add(out, text);
}

void trait_write(const struct traits *traits, const struct trait *trait, struct buffer *out) {
    const struct corpus *corpus = traits->corpus;
    const struct project *first = &corpus->projects[trait->group.projects[0]];
    uint64_t value = trait->key & ((UINT64_C(1) << TRAIT_VALUE_BITS) - 1);
    switch (trait_type(trait)) {
    case TRAIT_PAYLOAD:
        add_signature(out, "payload:", &first->signature);
        break;
    case TRAIT_SIMILAR_PAYLOAD:
        add_signature(out, "similar-payload:", &first->signature);
        break;
    case TRAIT_METADATA:
        add_signature(out, "metadata:", &first->metadata_signature);
        break;
    case TRAIT_SIMILAR_METADATA:
        add_signature(out, "similar-metadata:", &first->metadata_signature);
        break;
    case TRAIT_ADDRESS:
        add_named(out, "address:", corpus->addresses.at[value]);
        break;
    case TRAIT_DOMAIN:
        add_named(out, "domain:", corpus->domains.at[value]);
        break;
    case TRAIT_SHAPE:
        add_named(out, "shape:", traits->shapes.at[value]);
        break;
    case TRAIT_OWNER:
        add_named(out, "owner:", corpus->owners.at[value]);
        break;
    case TRAIT_WORD:
        add_named(out, "word:", traits->words.at[value]);
        break;
    }
}
