/*
 * near: see near.h. Who leads an item depends on all items before it. So items are taken a stretch
 * at a time: all threads hash them and compare them with the leaders before the stretch, which is
 * the bulk of the work; then, one item after the other, come the few leaders of the stretch itself.
 * Buckets hold leaders only, which differ from each other, and few of them: the costs of an item
 * are bounded whatever the others are.
 */
#include "cluster/near.h"

#include "base/stop.h"
#include "cluster/group.h"

#include <endian.h>
#include <stdlib.h>

/*
 * Bands of rows: two sets of similarity s agree in one of them with 1 - (1 - s^ROWS)^BANDS: at 0.55
 * 95%, at 0.6 99%, at 0.7 all; at 0.2, where most honest pairs of small modules are below, 5%.
 */
enum { BANDS = 32, ROWS = 4, HASHES = BANDS * ROWS };

/* Leaders of one bucket. Only shingles that everybody has fill one; the other bands of a set are in
 * other buckets. */
enum { BUCKET_LEADERS_MAX = 32 };

/* Items that all threads look at together: 700 KiB of what they find. */
enum { STRETCH = 4096 };

struct search {
    const struct sketches *sketches;
    enum sketch_kind kind;
    unsigned threads;
    /* By number of a sketch. Sketches that are the same set stand for each other: the first of
     * them, its head, has the projects of all. */
    uint32_t *head; /* STRING_NONE: too small */
    uint32_t *projects;
    uint32_t *leader;     /* of a head: the head that leads it */
    struct grouped *rows; /* of a sketch each, to be sorted */
    uint32_t *order;      /* heads, those with many projects first */
    size_t count;         /* of heads */
};

/* --- sets ------------------------------------------------------------------------------------- */

static struct span bytes_of(const struct search *search, uint32_t number) {
    const struct sketch *sketch = &search->sketches->at[number].sketch;
    return span_of(sketch->at, sketch->count * sizeof *sketch->at);
}

/* Notes the number of each project's sketch in `of_project`. */
static void count_projects(const struct corpus *corpus, struct search *search,
                           uint32_t *of_project) {
    for (size_t i = 0; i < corpus->count; i++) {
        const struct signature *signature = project_signature(&corpus->projects[i], search->kind);
        size_t number = sketches_find(search->sketches, signature);
        bool found = number < search->sketches->count;
        of_project[i] = found ? (uint32_t)number : STRING_NONE;
        if (found)
            search->projects[number]++;
    }
}

static bool is_large_enough(const struct search *search, uint32_t number) {
    uint32_t least = search->kind == SKETCH_PAYLOAD ? NEAR_PAYLOAD_SHINGLES_MIN : 1;
    return search->sketches->at[number].sketch.count >= least;
}

/* Should two different sets have one hash, a set may get two heads; these resemble each other. */
static void find_heads(struct search *search) {
    size_t rows = 0;
    for (uint32_t i = 0; i < search->sketches->count; i++) {
        search->head[i] = STRING_NONE;
        if (is_large_enough(search, i))
            search->rows[rows++] = (struct grouped){hash64(bytes_of(search, i), 0), i};
    }
    grouped_sort(search->rows, rows);
    for (size_t i = 0; i < rows; i++) {
        uint32_t number = search->rows[i].project;
        uint32_t before = i > 0 ? search->head[search->rows[i - 1].project] : number;
        bool same = i > 0 && span_equal(bytes_of(search, before), bytes_of(search, number));
        search->head[number] = same ? before : number;
        if (same)
            search->projects[before] += search->projects[number];
    }
}

/* Heads by falling number of projects, then by signature. */
static void order_heads(struct search *search) {
    for (uint32_t i = 0; i < search->sketches->count; i++)
        if (search->head[i] == i)
            search->rows[search->count++] = (struct grouped){UINT32_MAX - search->projects[i], i};
    grouped_sort(search->rows, search->count);
    for (size_t i = 0; i < search->count; i++)
        search->order[i] = search->rows[i].project;
}

/* --- hashing ---------------------------------------------------------------------------------- */

/* Multiply and shift: (a * x + b) >> 32 with odd a (M. Dietzfelbinger et al., 1997). */
struct hashes {
    uint64_t a[HASHES];
    uint64_t b[HASHES];
};

static uint64_t next_random(uint64_t *state) {
    uint64_t bytes = htole64(++*state);
    return hash64(span_of(&bytes, sizeof bytes), 0);
}

static void draw_hashes(struct hashes *hashes) {
    uint64_t state = 0;
    for (size_t i = 0; i < HASHES; i++) {
        hashes->a[i] = next_random(&state) | 1;
        hashes->b[i] = next_random(&state);
    }
}

/* Vectors of 64-bit products pay, and older processors have none. A sanitizer cannot run yet when
 * the program chooses among the clones. */
#if defined(__x86_64__) && defined(__gnu_linux__) && !defined(WINNOW_SANITIZED)
#define FOR_EACH_PROCESSOR __attribute__((target_clones("arch=x86-64-v4", "avx2", "default")))
#else
#define FOR_EACH_PROCESSOR
#endif

/* The least hash of all, for each of the functions. */
FOR_EACH_PROCESSOR
static void find_least(const struct hashes *hashes, const struct sketch *sketch, uint32_t *least) {
    memset(least, 0xFF, HASHES * sizeof *least);
    for (uint32_t i = 0; i < sketch->count; i++) {
        uint64_t shingle = sketch->at[i];
        for (size_t h = 0; h < HASHES; h++) {
            uint32_t value = (uint32_t)((hashes->a[h] * shingle + hashes->b[h]) >> 32);
            least[h] = value < least[h] ? value : least[h];
        }
    }
}

/* A key for each band: the hash of its ROWS minima. */
static void find_keys(const struct hashes *hashes, const struct sketch *sketch, uint32_t *keys) {
    uint32_t least[HASHES];
    find_least(hashes, sketch, least);
    for (size_t band = 0; band < BANDS; band++)
        keys[band] = (uint32_t)hash64(span_of(&least[band * ROWS], ROWS * sizeof *least), band);
}

/* --- leaders ---------------------------------------------------------------------------------- */

/* A leader with one of its keys. */
struct entry {
    uint32_t key;
    uint32_t leader; /* its place in the order */
    uint32_t next;   /* older entry of the same slot, plus 1; 0: none */
};

/* The leaders so far, by the keys of their bands. */
struct table {
    struct entry *entries;
    uint32_t count;
    size_t capacity;
    uint32_t *slots; /* the newest entry, plus 1; 0: none */
    size_t slot_count;
};

/* What was found of an item so far. */
struct look {
    uint32_t keys[BANDS];
    uint8_t leaders[BANDS]; /* of the bucket of each key */
    uint32_t best;          /* place of the leader that it resembles most; STRING_NONE: none */
    double similarity;
};

static bool open_table(struct table *table, size_t items) {
    *table = (struct table){.slot_count = 1024};
    while (table->slot_count < items * BANDS / 2)
        table->slot_count *= 2;
    table->slots = calloc(table->slot_count, sizeof *table->slots);
    return table->slots != NULL;
}

static void close_table(struct table *table) {
    free(table->entries);
    free(table->slots);
}

static bool add_entry(struct table *table, uint32_t key, uint32_t leader) {
    if (table->count == table->capacity) {
        size_t wider = table->capacity ? table->capacity * 2 : 4096;
        struct entry *at = wider < UINT32_MAX ? realloc(table->entries, wider * sizeof *at) : NULL;
        if (at == NULL)
            return false;
        table->entries = at;
        table->capacity = wider;
    }
    uint32_t *slot = &table->slots[key & (table->slot_count - 1)];
    table->entries[table->count++] = (struct entry){key, leader, *slot};
    *slot = table->count;
    return true;
}

/* Compares an item with one leader. */
static void try_leader(const struct search *search, uint32_t place, uint32_t leader,
                       struct look *look) {
    const struct sketched *at = search->sketches->at;
    double similarity =
        sketch_similarity(&at[search->order[place]].sketch, &at[search->order[leader]].sketch,
                          search->kind, look->similarity);
    if (similarity > look->similarity || (similarity > 0 && leader < look->best)) {
        look->best = leader;
        look->similarity = similarity;
    }
}

/* Leaders to compare an item with. Two bands with one key can bring more than there is room for:
 * the rest is not compared with. */
enum { CANDIDATES_MAX = BANDS * BUCKET_LEADERS_MAX };
struct candidates {
    uint32_t at[CANDIDATES_MAX];
    size_t count;
};

/* The leaders of the item's buckets that are among the entries from `first` on. All this lies
 * scattered in memory, so that it is asked for before it is read. */
static void find_candidates(const struct table *table, uint32_t first, struct look *look,
                            struct candidates *candidates) {
    enum { LATEST = 64 };
    uint32_t latest[LATEST]; /* who resembles the item is in several buckets */
    uint32_t newest[BANDS];
    memset(latest, 0xFF, sizeof latest);
    for (size_t band = 0; band < BANDS; band++)
        __builtin_prefetch(&table->slots[look->keys[band] & (table->slot_count - 1)]);
    for (size_t band = 0; band < BANDS; band++) {
        newest[band] = table->slots[look->keys[band] & (table->slot_count - 1)];
        if (newest[band] > first)
            __builtin_prefetch(&table->entries[newest[band] - 1]);
    }
    candidates->count = 0;
    for (size_t band = 0; band < BANDS; band++)
        for (uint32_t next = newest[band]; next > first;) {
            const struct entry *entry = &table->entries[next - 1];
            next = entry->next;
            if (entry->key != look->keys[band])
                continue;
            look->leaders[band]++;
            if (latest[entry->leader % LATEST] != entry->leader &&
                candidates->count < CANDIDATES_MAX)
                candidates->at[candidates->count++] = entry->leader;
            latest[entry->leader % LATEST] = entry->leader;
        }
}

/* Compares the item at `place` with them. */
static void try_leaders(const struct search *search, const struct table *table, uint32_t first,
                        uint32_t place, struct look *look) {
    struct candidates candidates;
    find_candidates(table, first, look, &candidates);
    for (size_t i = 0; i < candidates.count; i++)
        __builtin_prefetch(&search->sketches->at[search->order[candidates.at[i]]]);
    for (size_t i = 0; i < candidates.count; i++) {
        const struct sketch *leader = &search->sketches->at[search->order[candidates.at[i]]].sketch;
        __builtin_prefetch(leader->at);
        __builtin_prefetch(&leader->at[leader->count - 1]);
    }
    for (size_t i = 0; i < candidates.count; i++)
        try_leader(search, place, candidates.at[i], look);
}

/* Gives the item at `place` its leader, maybe itself. */
static bool settle(struct search *search, struct table *table, uint32_t place,
                   const struct look *look) {
    uint32_t head = search->order[place];
    search->leader[head] = head;
    if (look->best != STRING_NONE) {
        search->leader[head] = search->order[look->best];
        search->projects[search->leader[head]] += search->projects[head];
        return true;
    }
    for (size_t band = 0; band < BANDS; band++)
        if (look->leaders[band] < BUCKET_LEADERS_MAX && !add_entry(table, look->keys[band], place))
            return false;
    return true;
}

/* All leaders before the stretch are known: the items of it can be looked at in any order. */
static void look_at_stretch(const struct search *search, const struct hashes *hashes,
                            const struct table *table, size_t start, size_t end,
                            struct look *looks) {
#pragma omp parallel for schedule(dynamic, 64) num_threads(search->threads)
    for (size_t i = start; i < end; i++) {
        struct look *look = &looks[i - start];
        *look = (struct look){.best = STRING_NONE, .similarity = NEAR_SIMILARITY};
        find_keys(hashes, &search->sketches->at[search->order[i]].sketch, look->keys);
        try_leaders(search, table, 0, (uint32_t)i, look);
    }
}

static bool find_leaders(struct search *search) {
    struct hashes hashes;
    struct table table = {.entries = NULL};
    struct look *looks = malloc(sizeof *looks * STRETCH);
    bool done = looks != NULL && open_table(&table, search->count);
    draw_hashes(&hashes);
    for (size_t start = 0; done && start < search->count; start += STRETCH) {
        size_t end = start + STRETCH < search->count ? start + STRETCH : search->count;
        uint32_t before = table.count;
        look_at_stretch(search, &hashes, &table, start, end, looks);
        done = !stop_wanted();
        for (size_t i = start; done && i < end; i++) {
            try_leaders(search, &table, before, (uint32_t)i, &looks[i - start]);
            done = settle(search, &table, (uint32_t)i, &looks[i - start]);
        }
    }
    close_table(&table);
    free(looks);
    return done;
}

/* --- groups ----------------------------------------------------------------------------------- */

/* Leaders get their numbers in order; what is alone gets none. In groups->of_project stand the
 * numbers of sketches, which become those of groups. */
static void number_groups(const struct corpus *corpus, const struct search *search,
                          struct near_groups *groups) {
    uint32_t *numbers = search->projects; /* of leaders; not read any more where written */
    for (size_t i = 0; i < search->count; i++) {
        uint32_t head = search->order[i];
        if (search->leader[head] == head)
            numbers[head] = search->projects[head] > 1 ? groups->count++ : STRING_NONE;
    }
    for (size_t i = 0; i < corpus->count; i++) {
        uint32_t number = groups->of_project[i];
        uint32_t head = number != STRING_NONE ? search->head[number] : STRING_NONE;
        groups->of_project[i] = head != STRING_NONE ? numbers[search->leader[head]] : STRING_NONE;
    }
}

bool near_find(const struct corpus *corpus, enum sketch_kind kind, unsigned threads,
               struct near_groups *groups) {
    const struct sketches *sketches = &corpus->sketches[kind];
    size_t room = sketches->count + 1;
    struct search search = {.sketches = sketches,
                            .kind = kind,
                            .threads = threads,
                            .head = malloc(room * sizeof *search.head),
                            .projects = calloc(room, sizeof *search.projects),
                            .leader = malloc(room * sizeof *search.leader),
                            .rows = malloc(room * sizeof *search.rows),
                            .order = malloc(room * sizeof *search.order)};
    *groups = (struct near_groups){.of_project =
                                       malloc((corpus->count + 1) * sizeof *groups->of_project)};
    bool done = search.head != NULL && search.projects != NULL && search.leader != NULL &&
                search.rows != NULL && search.order != NULL && groups->of_project != NULL;
    if (done) {
        count_projects(corpus, &search, groups->of_project);
        find_heads(&search);
        order_heads(&search);
        done = find_leaders(&search);
    }
    if (done)
        number_groups(corpus, &search, groups);
    free(search.head);
    free(search.projects);
    free(search.leader);
    free(search.rows);
    free(search.order);
    return done;
}

void near_free(struct near_groups *groups) {
    free(groups->of_project);
    *groups = (struct near_groups){.of_project = NULL};
}
