/*
 * make_facts: fills a state file with facts of a made-up mirror, without any
 * archive: what the report stage costs at the size of a full mirror can be
 * measured on any disk.
 *
 *     make_facts ARTIFACTS STATE
 *
 * The shares are those of the real index where they are known (27
 * artifacts a project, 10.6% trivial projects, wheels beside sdists), else round
 * guesses that rather cost more than less. Artifacts are stored in no order, as
 * a mirror's folders, which are named by hashes, give them. The same arguments
 * make the same facts.
 */
#include "base/hash.h"
#include "base/text.h"
#include "facts/store_private.h"

#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>

enum {
    SHUFFLED = 1000000, /* artifacts that are stored in no order, in one transaction */
    TEXT_BYTES = 256,
    WORD_BYTES = 64,
    PAYLOAD_TEMPLATES = 3000, /* different bodies of trivial projects */
    CAMPAIGN_EVERY = 400,     /* of so many projects one is a campaign's */
    CAMPAIGN_SIZE = 60,
    POPULAR = 3000, /* projects that others require */
    RELEASES_MAX = 150,
    WHEELS_MAX = 24,
    FILES_MAX = RELEASES_MAX * (WHEELS_MAX + 1) /* of a project */
};

#define CACHE_KIB "3000000" /* holds what is shuffled, and the indexes */

static const instant year_2015 = INT64_C(1420070400) * INSTANT_SECOND;

/* --- dice ----------------------------------------------------------------------------------- */

struct dice {
    uint64_t state;
};

/* splitmix64. */
static uint64_t roll(struct dice *dice) {
    uint64_t z = dice->state += UINT64_C(0x9E3779B97F4A7C15);
    z = (z ^ (z >> 30)) * UINT64_C(0xBF58476D1CE4E5B9);
    z = (z ^ (z >> 27)) * UINT64_C(0x94D049BB133111EB);
    return z ^ (z >> 31);
}

static uint64_t below(struct dice *dice, uint64_t bound) {
    return roll(dice) % bound;
}

static bool chance(struct dice *dice, unsigned percent) {
    return below(dice, 100) < percent;
}

/* The dice of a thing with a number: always the same. */
static struct dice dice_of(const char *kind, uint64_t number) {
    return (struct dice){hash64(span_of(&number, sizeof number), hash64(span_text(kind), 1))};
}

/* --- texts ---------------------------------------------------------------------------------- */

/* A word for each number, each number's another one. */
static void word_of(char *word, uint64_t number, unsigned syllables) {
    static const char consonants[] = "bdfgklmnprstvz";
    static const char vowels[] = "aeiou";
    enum { SYLLABLES = 14 * 5 };
    for (unsigned i = 0; i < syllables || number > 0; i++) {
        uint64_t syllable = number % SYLLABLES;
        number /= SYLLABLES;
        *word++ = consonants[syllable / 5];
        *word++ = vowels[syllable % 5];
    }
    *word = '\0';
}

/* Names are spread, so that neighbours in a report are not neighbours in time. */
static void name_of(char *name, uint64_t project) {
    uint64_t spread = (project * UINT64_C(2654435761) + 17) & 0xFFFFFFFFU;
    word_of(name, spread, 5);
    if (project % 3 == 0) {
        memmove(name + 5, name + 4, strlen(name + 4) + 1);
        name[4] = '-';
    }
}

/* A text in the arena of the project at hand. */
__attribute__((format(printf, 2, 3))) static struct span made(struct arena *arena,
                                                              const char *format, ...) {
    char text[TEXT_BYTES];
    va_list args;
    va_start(args, format);
    vsnprintf(text, sizeof text, format, args);
    va_end(args);
    struct span copy = SPAN_EMPTY;
    if (!arena_copy(arena, span_text(text), &copy)) {
        fputs("make_facts: out of memory\n", stderr);
        exit(3);
    }
    return copy;
}

/* --- a project ------------------------------------------------------------------------------ */

struct project {
    uint64_t number;
    uint64_t campaign; /* UINT64_MAX: of none */
    char name[WORD_BYTES];
    struct arena *arena; /* reset from project to project */
    instant begin;
    enum payload_kind kind;
    unsigned releases;
    unsigned wheels; /* a release */
    bool sdist;
    struct span author;
    struct span email;
    struct span owner;
    struct span summary;
    struct span repository;
    struct span_list requires;
};

static bool is_trivial(const struct project *project) {
    return payload_kind_is_empty(project->kind);
}

static void choose_person(struct project *project) {
    static const char *const mail[] = {"gmail.com", "outlook.com", "qq.com", "163.com",
                                       "protonmail.com"};
    uint64_t of = project->campaign != UINT64_MAX ? project->campaign : project->number / 3;
    struct dice dice = dice_of("person", of);
    char given[WORD_BYTES], family[WORD_BYTES], house[WORD_BYTES];
    word_of(given, below(&dice, 4000), 2);
    word_of(family, below(&dice, 200000), 3);
    word_of(house, below(&dice, 300000), 3);
    project->author = made(project->arena, "%s %s", given, family);
    project->owner = made(project->arena, "%s%s%u", given, family, (unsigned)below(&dice, 100));
    unsigned which = (unsigned)below(&dice, 100);
    if (which < 45)
        project->email = made(project->arena, "%s.%s@%s", given, family, mail[below(&dice, 5)]);
    else if (which < 85)
        project->email = made(project->arena, "%s@%s.io", given, house);
    if (chance(&dice, 70))
        project->repository =
            made(project->arena, "github.com/%s%s/%s", given, family, project->name);
}

static enum payload_kind choose_kind(struct dice *dice) {
    unsigned which = (unsigned)below(dice, 1000);
    return which < 30    ? KIND_NONE
           : which < 50  ? KIND_BLANK
           : which < 70  ? KIND_CONSTANT
           : which < 106 ? KIND_STUB
           : which < 116 ? KIND_METAPACKAGE
           : which < 130 ? KIND_DATA
           : which < 200 ? KIND_NATIVE
                         : KIND_CODE;
}

/* Releases: most projects have few, some have hundreds; the mean is near 13, at 2.1 files each. */
static unsigned choose_releases(struct dice *dice) {
    unsigned which = (unsigned)below(dice, 100);
    return which < 35   ? 1 + (unsigned)below(dice, 2)
           : which < 80 ? 3 + (unsigned)below(dice, 8)
           : which < 97 ? 10 + (unsigned)below(dice, 40)
                        : 40 + (unsigned)below(dice, RELEASES_MAX - 40);
}

static void choose_requirements(struct project *project, struct dice *dice) {
    size_t count = below(dice, 9);
    for (size_t i = 0; i < count; i++) {
        char name[WORD_BYTES];
        uint64_t span = POPULAR / (1 + below(dice, 50));
        name_of(name, below(dice, span + 1) * 7);
        span_list_add(&project->requires, project->arena, made(project->arena, "%s", name));
    }
    span_list_sort_unique(&project->requires);
}

static void begin_project(struct project *project, struct arena *arena, uint64_t number) {
    struct dice dice = dice_of("project", number);
    arena_reset(arena);
    *project = (struct project){.number = number, .arena = arena, .campaign = UINT64_MAX};
    if (number % CAMPAIGN_EVERY == 1)
        project->campaign = number / CAMPAIGN_EVERY / CAMPAIGN_SIZE;
    name_of(project->name, number);
    choose_person(project);
    project->begin = year_2015 + (instant)below(&dice, 4000) * INSTANT_DAY +
                     (instant)below(&dice, 86400) * INSTANT_SECOND;
    project->kind = choose_kind(&dice);
    project->releases = choose_releases(&dice);
    unsigned which = (unsigned)below(&dice, 100);
    project->sdist = which >= 28;
    project->wheels = which >= 80 && project->sdist ? 0 : 1;
    if (project->kind == KIND_NATIVE)
        project->wheels = 4 + (unsigned)below(&dice, WHEELS_MAX - 4);
    if (project->campaign != UINT64_MAX) {
        struct dice plan = dice_of("campaign", project->campaign);
        project->begin = year_2015 + (instant)below(&plan, 4000) * INSTANT_DAY +
                         (instant)below(&dice, 3 * 86400) * INSTANT_SECOND;
        project->kind = KIND_STUB;
        project->releases = 1;
    } else {
        choose_requirements(project, &dice);
    }
    char word[3][WORD_BYTES];
    for (unsigned i = 0; i < 3; i++)
        word_of(word[i], below(&dice, 5000), 2);
    project->summary =
        made(project->arena, "A %s for %s and the %s of it", word[0], word[1], word[2]);
}

/* --- one artifact --------------------------------------------------------------------------- */

static struct signature signature_from(const char *kind, uint64_t a, uint64_t b) {
    char text[TEXT_BYTES];
    snprintf(text, sizeof text, "%s %llu %llu", kind, (unsigned long long)a, (unsigned long long)b);
    return signature_of(span_text(text));
}

/* A sketch that shares most values with others of its family; ascending, as each value has a range
 * of its own. */
static struct sketch sketch_from(struct arena *arena, const char *kind, uint64_t family,
                                 uint64_t edition, uint32_t count) {
    struct dice same = dice_of(kind, family);
    struct dice own = dice_of(kind, family * 1000 + edition + 1);
    uint32_t *values = arena_alloc(arena, count * sizeof *values);
    if (values == NULL)
        return (struct sketch){NULL, 0};
    const uint32_t range = 0x0FFFFFFFU / count;
    for (uint32_t i = 0; i < count; i++)
        values[i] = i * range + (uint32_t)below(chance(&own, 90) ? &same : &own, range);
    return (struct sketch){values, count};
}

/* The store keeps one sketch a signature, so only the first file with one brings it. */
static void fill_payload(const struct project *project, unsigned release, bool first,
                         struct artifact *artifact) {
    struct dice dice = dice_of("body", project->number);
    struct artifact_payload *payload = &artifact->payload;
    bool small = is_trivial(project) || chance(&dice, 30);
    uint64_t body = project->number;
    if (project->campaign != UINT64_MAX)
        body = UINT64_C(1) << 40 | project->campaign;
    else if (is_trivial(project) && chance(&dice, 80))
        body = UINT64_C(1) << 41 | below(&dice, 1 + below(&dice, PAYLOAD_TEMPLATES));
    unsigned edition = is_trivial(project) ? 0 : release;
    payload->kind = project->kind;
    payload->signature = signature_from("payload", body, edition);
    if (small && first && (edition > 0 || release == 0))
        payload->sketch = sketch_from(project->arena, "payload", body, edition,
                                      is_trivial(project) ? 20 : SKETCH_PAYLOAD_VALUES);
    edition = release / 3;
    body =
        project->campaign != UINT64_MAX ? UINT64_C(1) << 40 | project->campaign : project->number;
    payload->metadata_signature = signature_from("metadata", body, edition);
    if (first && release % 3 == 0)
        payload->metadata_sketch =
            sketch_from(project->arena, "metadata", body, edition, SKETCH_METADATA_VALUES);
}

static void fill_metadata(const struct project *project, struct artifact *artifact) {
    struct artifact_metadata *metadata = &artifact->metadata;
    metadata->found = true;
    metadata->metadata_version = span_text("2.1");
    metadata->name = span_text(project->name);
    metadata->version = artifact->file.version;
    metadata->summary = project->summary;
    metadata->author = project->author;
    metadata->repository = project->repository;
    if (project->repository.len > 0)
        metadata->home_page = made(project->arena, "https://%.*s", SPAN_ARGS(project->repository));
    if (project->email.len > 0)
        span_list_add(&metadata->author_emails, project->arena, project->email);
    metadata->requires_projects = project->requires;
    metadata->requires_dist.count = project->requires.count;
    span_list_add(&metadata->top_level, project->arena, span_text(project->name));
}

static void fill_commands(const struct project *project, struct artifact *artifact) {
    struct dice dice = dice_of("commands", project->number);
    if (project->campaign != UINT64_MAX || !chance(&dice, 25))
        return;
    size_t count = 1 + below(&dice, 3);
    for (size_t i = 0; i < count; i++) {
        char word[WORD_BYTES];
        if (i == 0)
            snprintf(word, sizeof word, "%s", project->name);
        else if (chance(&dice, 10))
            name_of(word, 1 + CAMPAIGN_EVERY * below(&dice, 2000)); /* a squat's name */
        else
            word_of(word, roll(&dice) % 40000000, 3);
        struct entry_point entry = {
            .group = span_text("console_scripts"),
            .name = made(project->arena, "%s", word),
            .object_reference = made(project->arena, "%s.cli:main", project->name),
            .source = artifact->file.format == FORMAT_WHEEL ? SOURCE_WHEEL : SOURCE_EGG_INFO};
        artifact_add_entry_point(artifact, &entry);
    }
}

static void fill_file(const struct project *project, unsigned release, unsigned wheel,
                      struct artifact *artifact) {
    struct artifact_file *file = &artifact->file;
    struct arena *arena = project->arena;
    bool is_wheel = wheel < project->wheels;
    file->format = is_wheel ? FORMAT_WHEEL : FORMAT_SDIST;
    file->project = span_text(project->name);
    file->version = made(arena, "%u.%u.%u", release / 100, release / 10 % 10, release % 10);
    if (is_wheel && project->kind == KIND_NATIVE)
        file->filename = made(arena, "%s-%.*s-cp3%u-cp3%u-manylinux_2_17_x86_64.whl", project->name,
                              SPAN_ARGS(file->version), wheel, wheel);
    else
        file->filename = made(arena, "%s-%.*s%s", project->name, SPAN_ARGS(file->version),
                              is_wheel ? "-py3-none-any.whl" : ".tar.gz");
    struct dice dice = dice_of("file", hash64(file->filename, 1));
    uint64_t a = roll(&dice);
    uint64_t b = roll(&dice);
    file->path = made(arena, "web/packages/%02x/%02x/%016llx%016llx%028x/%.*s",
                      (unsigned)(a & 0xFF), (unsigned)(b & 0xFF), (unsigned long long)a,
                      (unsigned long long)b, 7U, SPAN_ARGS(file->filename));
    file->size_bytes = 900 + below(&dice, 1 + below(&dice, 2000000));
    file->mtime_ns = (project->begin + (instant)release * 20 * INSTANT_DAY) * 1000;
}

static unsigned files_of(const struct project *project) {
    return project->releases * (project->wheels + project->sdist);
}

/* The artifact of a project's file, what the index says of it apart: the dice for that. */
static struct dice make_file(const struct project *project, unsigned number,
                             struct artifact *artifact) {
    unsigned a_release = project->wheels + project->sdist;
    artifact_begin(artifact, project->arena);
    fill_file(project, number / a_release, number % a_release, artifact);
    return dice_of("contents", hash64(artifact->file.path, 2));
}

static bool put_artifact(struct store *store, const struct project *project, unsigned number) {
    struct artifact artifact;
    struct dice dice = make_file(project, number, &artifact);
    unsigned a_release = project->wheels + project->sdist;
    artifact.contents = (struct artifact_contents){.member_count = 3 + below(&dice, 80),
                                                   .python_file_count = below(&dice, 60),
                                                   .python_bytes = below(&dice, 400000)};
    fill_metadata(project, &artifact);
    fill_payload(project, number / a_release, number % a_release == 0, &artifact);
    fill_commands(project, &artifact);
    if (chance(&dice, 3))
        artifact_note(&artifact, "zip-data-descriptor", artifact.file.filename);
    return store_put_artifact(store, &artifact, roll(&dice));
}

static bool put_index_file(struct store *store, const struct project *project, unsigned number,
                           struct span page) {
    struct artifact artifact;
    struct dice dice = make_file(project, number, &artifact);
    struct index_file named = {.filename = artifact.file.filename,
                               .path = artifact.file.path,
                               .uploaded_at = artifact.file.mtime_ns / 1000,
                               .size_bytes = artifact.file.size_bytes,
                               .has_sha256 = true};
    for (size_t i = 0; i < sizeof named.sha256; i++)
        named.sha256[i] = (unsigned char)roll(&dice);
    return store_page_file(store, page, artifact.file.project, &named, true);
}

/* The index pages of a project. */
static bool put_pages(struct store *store, const struct project *project) {
    struct span name = span_text(project->name);
    struct span page = made(project->arena, "web/simple/%s/index.v1_json", project->name);
    struct span owners = made(project->arena, "web/json/%s", project->name);
    if (!store_page_begin(store, page, name))
        return false;
    for (unsigned number = 0; number < files_of(project); number++)
        if (!put_index_file(store, project, number, page))
            return false;
    return store_page_end(store, page, hash64(page, 3)) && store_page_begin(store, owners, name) &&
           store_page_owner(store, owners, name, project->owner) &&
           store_page_end(store, owners, hash64(owners, 3));
}

/* --- all ------------------------------------------------------------------------------------ */

/* A file that a fall of the machine would spoil is made anew. */
static bool begin_in_bulk(struct store *store) {
    return sqlite3_exec(store->db,
                        "PRAGMA journal_mode=OFF; PRAGMA synchronous=OFF;"
                        "PRAGMA cache_size=-" CACHE_KIB,
                        NULL, NULL, NULL) == SQLITE_OK;
}

static bool end_in_bulk(struct store *store) {
    return sqlite3_exec(store->db, "PRAGMA synchronous=FULL; PRAGMA journal_mode=WAL", NULL, NULL,
                        NULL) == SQLITE_OK;
}

/* A file of a project. */
struct place {
    uint32_t project;
    uint32_t file;
};

/* Lists the files of projects from `first` on until there are `count` of them, or some more.
 * Returns the project after the last. */
static uint32_t list_files(struct arena *arena, uint32_t first, uint64_t count,
                           struct place *places, size_t *listed) {
    for (*listed = 0; *listed < count; first++) {
        struct project project;
        begin_project(&project, arena, first);
        for (uint32_t file = 0; file < files_of(&project); file++)
            places[(*listed)++] = (struct place){first, file};
    }
    return first;
}

static void shuffle(struct place *places, size_t count, uint64_t number) {
    struct dice dice = dice_of("order", number);
    for (size_t i = count; i > 1; i--) {
        size_t k = below(&dice, i);
        struct place other = places[k];
        places[k] = places[i - 1];
        places[i - 1] = other;
    }
}

static bool put_files(struct store *store, struct arena *arena, const struct place *places,
                      size_t count) {
    for (size_t i = 0; i < count; i++) {
        struct project project;
        begin_project(&project, arena, places[i].project);
        if (!put_artifact(store, &project, places[i].file))
            return false;
    }
    return true;
}

static bool put_all_pages(struct store *store, struct arena *arena, uint32_t first, uint32_t end) {
    for (; first < end; first++) {
        struct project project;
        begin_project(&project, arena, first);
        if (!put_pages(store, &project))
            return false;
    }
    return true;
}

static bool fill(struct store *store, uint64_t artifacts) {
    struct arena *arena = arena_new(SIZE_MAX / 4);
    struct place *places = malloc((SHUFFLED + FILES_MAX) * sizeof *places);
    uint64_t count = 0;
    uint32_t first = 0;
    bool good = arena != NULL && places != NULL && store_begin(store);
    while (good && count < artifacts) {
        size_t listed = 0;
        uint64_t wanted = artifacts - count < SHUFFLED ? artifacts - count : SHUFFLED;
        uint32_t end = list_files(arena, first, wanted, places, &listed);
        shuffle(places, listed, first);
        good = put_files(store, arena, places, listed) && put_all_pages(store, arena, first, end) &&
               store_commit(store) && store_begin(store);
        count += listed;
        first = end;
        fprintf(stderr, "%llu artifacts\n", (unsigned long long)count);
    }
    free(places);
    arena_free(arena);
    return good && store_commit(store);
}

int main(int argc, char **argv) {
    uint64_t artifacts = 0;
    if (argc != 3 || !text_to_u64(span_text(argv[1]), &artifacts)) {
        fputs("usage: make_facts ARTIFACTS STATE\n", stderr);
        return 2;
    }
    char *problem = NULL;
    struct store *store = store_open(argv[2], STORE_WRITE, &problem);
    if (store == NULL) {
        fprintf(stderr, "make_facts: %s\n", problem);
        free(problem);
        return 3;
    }
    bool good = begin_in_bulk(store) && fill(store, artifacts) && end_in_bulk(store);
    if (!good)
        fprintf(stderr, "make_facts: %s\n", store_problem(store));
    store_close(store);
    return good ? 0 : 3;
}
