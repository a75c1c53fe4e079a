/*
 * collisions: see collisions.h. Three steps, each linear in what it reads: candidates (a project
 * and a name that others ship) by hash of the normalised name; a verdict on each candidate, over
 * all who ship the name; rows. A project has at most one candidate a relation and affix, so a
 * command that thousands ship is read a few times, not thousands of times.
 */
#include "cluster/collisions.h"

#include "base/stop.h"
#include "cluster/name_search.h"

#include <stdlib.h>

/*
 * Words that make a name of "the program X" or "X, in Python" and promise nothing else. Left out
 * are those that name another thing, as honest companions of a program do: -api, -client, -core,
 * -lib, -plugin, -sdk, -server, -utils.
 */
static const struct affix {
    struct span text;
    bool before;
} affixes[] = {
    {SPAN("py-"), true},       {SPAN("python-"), true}, {SPAN("-app"), false},
    {SPAN("-bin"), false},     {SPAN("-cli"), false},   {SPAN("-cmd"), false},
    {SPAN("-package"), false}, {SPAN("-pkg"), false},   {SPAN("-py"), false},
    {SPAN("-python"), false},  {SPAN("-tool"), false},  {SPAN("-tools"), false},
};

/* Rows that one project can have: affixes exclude each other at either end. */
enum { ROWS_MAX = 4 };

const char *relation_name(enum relation relation) {
    static const char *const names[] = {"command", "affix", "module"};
    return names[relation];
}

const char *exemption_name(enum exemption exemption) {
    static const char *const names[] = {"",           "same-address", "same-domain",
                                        "same-owner", "requires",     "ships-command",
                                        "has-code",   "generic",      "older"};
    return names[exemption];
}

bool generic_names_load(struct word_list *list) {
    return word_list_load(list, "generic-names",
#include "generic-names_txt.h"
    );
}

/* --- candidates ----------------------------------------------------------------------------- */

/* A project and a name that another ships. */
struct candidate {
    uint32_t project;
    uint32_t key; /* in the index of its relation */
    enum relation relation;
};

struct candidates {
    struct candidate *at; /* by project; of one project by relation */
    size_t count;
    size_t capacity;
};

static const struct name_index *index_of(const struct name_search *search, enum relation relation) {
    return relation == RELATION_MODULE ? &search->modules : &search->commands;
}

static bool is_same_candidate(const struct candidate *a, const struct candidate *b) {
    return a->project == b->project && a->key == b->key && a->relation == b->relation;
}

/* Adds the candidate if others ship `name`. */
static bool add_candidate(const struct name_search *search, struct candidates *list,
                          uint32_t project, enum relation relation, struct span name) {
    const struct name_index *index = index_of(search, relation);
    uint32_t key = strings_find(&index->keys, name);
    if (key == STRING_NONE)
        return true;
    struct shippers shippers = name_index_at(index, key);
    if (shippers.count == 1 && shippers.at[0].project == project)
        return true;
    const struct candidate made = {project, key, relation};
    if (list->count > 0 && is_same_candidate(&list->at[list->count - 1], &made))
        return true; /* py-py */
    if (list->count == list->capacity) {
        size_t wider = list->capacity ? list->capacity * 2 : 256;
        struct candidate *at = realloc(list->at, wider * sizeof *at);
        if (at == NULL)
            return false;
        list->at = at;
        list->capacity = wider;
    }
    list->at[list->count++] = made;
    return true;
}

/* `name` without the affix; empty when it does not have it. */
static struct span without_affix(struct span name, const struct affix *affix) {
    size_t len = affix->text.len;
    if (name.len <= len)
        return SPAN_EMPTY;
    size_t cut = name.len - len;
    if (affix->before)
        return span_equal(span_slice(name, 0, len), affix->text) ? span_from(name, len)
                                                                 : SPAN_EMPTY;
    return span_equal(span_from(name, cut), affix->text) ? span_slice(name, 0, cut) : SPAN_EMPTY;
}

static bool collect_candidates(const struct name_search *search, struct candidates *list) {
    bool done = true;
    for (uint32_t i = 0; done && i < search->corpus->count; i++) {
        struct span name = search->corpus->projects[i].project;
        done = add_candidate(search, list, i, RELATION_COMMAND, name);
        for (size_t k = 0; done && k < sizeof affixes / sizeof *affixes; k++) {
            struct span rest = without_affix(name, &affixes[k]);
            if (rest.len > 0)
                done = add_candidate(search, list, i, RELATION_AFFIX, rest);
        }
        done = done && add_candidate(search, list, i, RELATION_MODULE, name);
    }
    return done;
}

/* --- verdicts ------------------------------------------------------------------------------- */

static bool is_earlier(const struct shipper *shipper, const struct project *project) {
    return shipper->seen_at != INSTANT_UNKNOWN && project->first_uploaded_at != INSTANT_UNKNOWN &&
           shipper->seen_at < project->first_uploaded_at;
}

/* Whether `a` stands before `b` as the owner to be named. */
static bool is_better_owner(const struct corpus *corpus, const struct project *project,
                            const struct shipper *a, const struct shipper *b) {
    bool earlier_a = is_earlier(a, project);
    bool earlier_b = is_earlier(b, project);
    if (earlier_a != earlier_b)
        return earlier_a;
    uint32_t dependents_a = corpus->projects[a->project].dependents;
    uint32_t dependents_b = corpus->projects[b->project].dependents;
    if (dependents_a != dependents_b)
        return dependents_a > dependents_b;
    if (a->seen_at != b->seen_at)
        return instant_earlier(a->seen_at, b->seen_at) == a->seen_at;
    return a->project < b->project;
}

/* Why two projects may share names: EXEMPT_SAME_... or EXEMPT_REQUIRES. */
static enum exemption ties_of(const struct kin *kin, const struct project *project,
                              const struct project *owner) {
    const struct corpus *corpus = kin->corpus;
    if (id_lists_meet(&corpus->addresses, project->addresses, owner->addresses))
        return EXEMPT_SAME_ADDRESS;
    if (kin_share_domain(kin, project, owner))
        return EXEMPT_SAME_DOMAIN;
    if (id_lists_meet(&corpus->owners, project->owners, owner->owners))
        return EXEMPT_SAME_OWNER;
    if (id_list_has(&corpus->names, project->requires, owner->project) ||
        id_list_has(&corpus->names, owner->requires, project->project))
        return EXEMPT_REQUIRES;
    return EXEMPT_NONE;
}

/* The first that holds with any owner of the name: the same people may ship it twice. */
static enum exemption ties_of_any(const struct kin *kin, uint32_t own, struct shippers shippers) {
    const struct project *projects = kin->corpus->projects;
    enum exemption first = EXEMPT_NONE;
    for (size_t i = 0; i < shippers.count && first != EXEMPT_SAME_ADDRESS; i++) {
        if (shippers.at[i].project == own)
            continue;
        enum exemption tie = ties_of(kin, &projects[own], &projects[shippers.at[i].project]);
        if (tie != EXEMPT_NONE && (first == EXEMPT_NONE || tie < first))
            first = tie;
    }
    return first;
}

/* What a candidate's shippers say all together. */
struct shipping {
    const struct shipper *owner; /* the one to be named; NULL: only the project itself ships it */
    bool ships;                  /* the project itself does */
    bool earlier;                /* the owner did so before the project appeared */
};

static struct shipping examine_shippers(const struct corpus *corpus, uint32_t own,
                                        struct shippers shippers) {
    struct shipping found = {.owner = NULL};
    const struct project *project = &corpus->projects[own];
    for (size_t i = 0; i < shippers.count; i++) {
        const struct shipper *shipper = &shippers.at[i];
        if (shipper->project == own)
            found.ships = true;
        else if (found.owner == NULL || is_better_owner(corpus, project, shipper, found.owner))
            found.owner = shipper;
    }
    found.earlier = found.owner != NULL && is_earlier(found.owner, project);
    return found;
}

static bool find_exemption(const struct name_search *search, const struct candidate *candidate,
                           const struct shipping *shipping, enum exemption *exemption) {
    const struct project *project = &search->corpus->projects[candidate->project];
    struct shippers shippers = name_index_at(index_of(search, candidate->relation), candidate->key);
    bool generic = false;
    *exemption = ties_of_any(&search->kin, candidate->project, shippers);
    if (*exemption != EXEMPT_NONE)
        return true;
    if (shipping->ships && candidate->relation != RELATION_MODULE)
        *exemption = EXEMPT_SHIPS_COMMAND;
    else if (project->kind >= KIND_DATA)
        *exemption = EXEMPT_HAS_CODE;
    else if (!name_is_generic(search, candidate->relation, candidate->key, candidate->project,
                              &generic))
        return false;
    else if (generic)
        *exemption = EXEMPT_GENERIC;
    else if (!shipping->earlier)
        *exemption = EXEMPT_OLDER;
    return true;
}

/* Fills `row`; its owner is STRING_NONE when there is no collision. A project that carried its own
 * module before others did takes its name from nobody. */
static bool judge(const struct name_search *search, const struct candidate *candidate,
                  struct collision *row) {
    struct shippers shippers = name_index_at(index_of(search, candidate->relation), candidate->key);
    struct shipping shipping = examine_shippers(search->corpus, candidate->project, shippers);
    *row = (struct collision){.project = candidate->project, .owner = STRING_NONE};
    if (shipping.owner == NULL ||
        (candidate->relation == RELATION_MODULE && shipping.ships && !shipping.earlier))
        return true;
    row->owner = shipping.owner->project;
    row->name = shipping.owner->name;
    row->seen_at = shipping.owner->seen_at;
    row->relation = candidate->relation;
    return find_exemption(search, candidate, &shipping, &row->exemption);
}

bool name_is_generic(const struct name_search *search, enum relation relation, uint32_t key,
                     uint32_t except, bool *generic) {
    const struct name_index *index = index_of(search, relation);
    struct shippers shippers = name_index_at(index, key);
    *generic = word_list_has(search->generic_names, index->keys.at[key]);
    if (*generic || shippers.count < GENERIC_PROJECTS_MIN)
        return true;
    size_t groups = 0;
    bool done =
        kin_count_groups(&search->kin, shippers, except, relation != RELATION_MODULE, &groups);
    *generic = groups >= GENERIC_PROJECTS_MIN;
    return done;
}

/* --- rows ----------------------------------------------------------------------------------- */

struct span collision_name(const struct corpus *corpus, const struct collision *row) {
    return row->relation == RELATION_MODULE ? corpus->modules.at[row->name]
                                            : corpus->commands.at[row->name];
}

static int compare_rows(const struct corpus *corpus, const struct collision *a,
                        const struct collision *b) {
    int order = strcmp(relation_name(a->relation), relation_name(b->relation));
    return order != 0 ? order : span_compare(collision_name(corpus, a), collision_name(corpus, b));
}

/* Whether a stronger row says it already: the same owner, and this one is no better founded. */
static bool is_told(const struct collision *rows, size_t count, const struct collision *row) {
    for (size_t i = 0; i < count; i++)
        if (rows[i].owner == row->owner &&
            (rows[i].exemption == EXEMPT_NONE || row->exemption != EXEMPT_NONE))
            return true;
    return false;
}

/* Sorts the rows of one project, few as they are. */
static void sort_rows(const struct corpus *corpus, struct collision *rows, size_t count) {
    for (size_t i = 1; i < count; i++) {
        struct collision row = rows[i];
        size_t place = i;
        for (; place > 0 && compare_rows(corpus, &row, &rows[place - 1]) < 0; place--)
            rows[place] = rows[place - 1];
        rows[place] = row;
    }
}

static bool is_stronger(const struct corpus *corpus, const struct collision *a,
                        const struct collision *b) {
    if (a->relation != b->relation)
        return a->relation < b->relation;
    return corpus->projects[a->owner].dependents > corpus->projects[b->owner].dependents;
}

/* Drops what is no row from `at`, sorts the rest and finds each project's strongest. */
static void finish_rows(const struct corpus *corpus, struct collisions *collisions) {
    struct collision *at = collisions->at;
    size_t made = collisions->count;
    collisions->count = 0;
    for (size_t start = 0, end = 0; start < made; start = end) {
        size_t first = collisions->count;
        for (; end < made && at[end].project == at[start].project; end++)
            ;
        struct collision rows[ROWS_MAX];
        size_t count = 0;
        for (size_t i = start; i < end; i++)
            if (at[i].owner != STRING_NONE && !is_told(rows, count, &at[i]))
                rows[count++] = at[i];
        sort_rows(corpus, rows, count);
        uint32_t *best = &collisions->of_project[at[start].project];
        memcpy(at + first, rows, count * sizeof *at);
        collisions->count += count;
        for (size_t i = first; i < first + count; i++)
            if (at[i].exemption == EXEMPT_NONE &&
                (*best == STRING_NONE || is_stronger(corpus, &at[i], &at[*best])))
                *best = (uint32_t)i;
    }
}

static bool find_rows(const struct name_search *search, unsigned threads,
                      struct collisions *collisions) {
    const struct corpus *corpus = search->corpus;
    struct candidates list = {.at = NULL};
    bool done = collect_candidates(search, &list);
    collisions->at = malloc((list.count + 1) * sizeof *collisions->at);
    collisions->of_project = malloc((corpus->count + 1) * sizeof *collisions->of_project);
    done = done && collisions->at != NULL && collisions->of_project != NULL;
    if (done) {
        for (size_t i = 0; i < corpus->count; i++)
            collisions->of_project[i] = STRING_NONE;
        /* Candidates do not touch each other: any order gives the same rows. */
        (void)threads; /* a build without OpenMP */
#pragma omp parallel for schedule(dynamic, 64) num_threads(threads) reduction(&& : done)
        for (size_t i = 0; i < list.count; i++)
            done = !stop_wanted() && judge(search, &list.at[i], &collisions->at[i]) && done;
    }
    if (done) {
        collisions->count = list.count;
        finish_rows(corpus, collisions);
    }
    free(list.at);
    return done;
}

bool collisions_find(const struct corpus *corpus, const struct word_list *generic_names,
                     unsigned threads, struct collisions *collisions) {
    struct name_search search = {.corpus = corpus, .generic_names = generic_names};
    *collisions = (struct collisions){.at = NULL};
    bool done = name_index_commands(corpus, &search.commands) &&
                name_index_modules(corpus, &search.modules) &&
                kin_begin(corpus, generic_names, &search.kin) &&
                find_rows(&search, threads, collisions) &&
                watchlist_find(&search, threads, collisions);
    kin_free(&search.kin);
    name_index_free(&search.modules);
    name_index_free(&search.commands);
    return done;
}

void collisions_free(struct collisions *collisions) {
    free(collisions->at);
    free(collisions->of_project);
    free(collisions->watched);
    free(collisions->watch_owners);
    *collisions = (struct collisions){.at = NULL};
}
