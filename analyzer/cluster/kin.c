/* kin: see kin.h. */
#include "cluster/kin.h"

#include "cluster/group.h"

#include <stdlib.h>

/* Modules are spelled with "_" where names on the list have "-". */
static bool mark_common_modules(const struct corpus *corpus, const struct word_list *generic_names,
                                bool *common) {
    struct buffer spelling = BUFFER_EMPTY;
    for (size_t i = 0; i < generic_names->count; i++) {
        struct span word = generic_names->words[i];
        buffer_clear(&spelling);
        for (size_t k = 0; k < word.len; k++)
            buffer_add_byte(&spelling, word.at[k] == '-' ? '_' : word.at[k]);
        uint32_t module = strings_find(&corpus->modules, buffer_span(&spelling));
        if (module != STRING_NONE)
            common[module] = true;
    }
    bool done = !spelling.failed;
    buffer_free(&spelling);
    return done;
}

bool kin_begin(const struct corpus *corpus, const struct word_list *generic_names,
               struct kin *kin) {
    *kin = (struct kin){.corpus = corpus};
    kin->own_domain = calloc((size_t)corpus->domains.count + 1, sizeof *kin->own_domain);
    kin->common_module = calloc((size_t)corpus->modules.count + 1, sizeof *kin->common_module);
    if (kin->own_domain == NULL || kin->common_module == NULL)
        return false;
    for (uint32_t i = 0; i < corpus->domains.count; i++)
        kin->own_domain[i] = domain_type_of(corpus->rules, corpus->domains.at[i]) == DOMAIN_OWN;
    return mark_common_modules(corpus, generic_names, kin->common_module);
}

void kin_free(struct kin *kin) {
    free(kin->own_domain);
    free(kin->common_module);
    *kin = (struct kin){.corpus = NULL};
}

bool kin_share_domain(const struct kin *kin, const struct project *a, const struct project *b) {
    const struct strings *domains = &kin->corpus->domains;
    const struct id_list shorter = a->domains.count < b->domains.count ? a->domains : b->domains;
    const struct id_list longer = a->domains.count < b->domains.count ? b->domains : a->domains;
    for (uint32_t i = 0; i < shorter.count; i++)
        if (kin->own_domain[shorter.at[i]] &&
            id_list_has(domains, longer, domains->at[shorter.at[i]]))
            return true;
    return false;
}

/* --- groups --------------------------------------------------------------------------------- */

/* What makes kin of two projects that have it: a sort of thing and its number. */
enum tie { TIE_ADDRESS, TIE_DOMAIN, TIE_OWNER, TIE_MODULE };

struct ties {
    struct grouped *at; /* key: tie and number; project: place among the shippers */
    size_t count;
};

static size_t ties_max(const struct project *project) {
    return (size_t)project->addresses.count + project->domains.count + project->owners.count +
           project->top_level.count;
}

/* Adds the numbers that `only` (NULL: all) has as `want`. */
static void add_ties(struct ties *ties, enum tie tie, uint32_t place, struct id_list list,
                     const bool *only, bool want) {
    for (uint32_t i = 0; i < list.count; i++)
        if (only == NULL || only[list.at[i]] == want)
            ties->at[ties->count++] = (struct grouped){(uint64_t)tie << 32 | list.at[i], place};
}

static bool collect_ties(const struct kin *kin, struct shippers shippers, uint32_t except,
                         bool by_module, struct ties *ties) {
    const struct project *projects = kin->corpus->projects;
    size_t most = 0;
    for (size_t i = 0; i < shippers.count; i++)
        most += ties_max(&projects[shippers.at[i].project]);
    *ties = (struct ties){malloc((most + 1) * sizeof *ties->at), 0};
    if (ties->at == NULL)
        return false;
    for (uint32_t i = 0; i < shippers.count; i++) {
        const struct project *project = &projects[shippers.at[i].project];
        if (shippers.at[i].project == except)
            continue;
        add_ties(ties, TIE_ADDRESS, i, project->addresses, NULL, true);
        add_ties(ties, TIE_DOMAIN, i, project->domains, kin->own_domain, true);
        add_ties(ties, TIE_OWNER, i, project->owners, NULL, true);
        if (by_module)
            add_ties(ties, TIE_MODULE, i, project->top_level, kin->common_module, false);
    }
    grouped_sort(ties->at, ties->count);
    return true;
}

/* The first of the group of `place`; paths are halved on the way (union-find). */
static uint32_t find_first(uint32_t *parents, uint32_t place) {
    while (parents[place] != place) {
        parents[place] = parents[parents[place]];
        place = parents[place];
    }
    return place;
}

static size_t count_joins(const struct ties *ties, uint32_t *parents) {
    size_t joins = 0;
    for (size_t i = 1; i < ties->count; i++) {
        if (ties->at[i].key != ties->at[i - 1].key)
            continue;
        uint32_t a = find_first(parents, ties->at[i - 1].project);
        uint32_t b = find_first(parents, ties->at[i].project);
        joins += a != b;
        parents[b] = a;
    }
    return joins;
}

bool kin_count_groups(const struct kin *kin, struct shippers shippers, uint32_t except,
                      bool by_module, size_t *groups) {
    struct ties ties;
    uint32_t *parents = malloc((shippers.count + 1) * sizeof *parents);
    bool done = collect_ties(kin, shippers, except, by_module, &ties) && parents != NULL;
    *groups = 0;
    if (done) {
        for (uint32_t i = 0; i < shippers.count; i++) {
            parents[i] = i;
            *groups += shippers.at[i].project != except;
        }
        *groups -= count_joins(&ties, parents);
    }
    free(ties.at);
    free(parents);
    return done;
}
