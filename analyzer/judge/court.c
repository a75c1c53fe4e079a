/* court: see court.h. */
#include "judge/court.h"

#include "judge/core.h"

#include <stdlib.h>

/* Share of a campaign that makes a rule of something. */
static const double MOST = 0.8;
/* Shorter first words, such as "py", are in names of all kinds. */
enum { FAMILY_BYTES_MIN = 4 };

/* --- one campaign --------------------------------------------------------------------------- */

static int compare_first_words(const void *left, const void *right, void *context) {
    const struct corpus *corpus = context;
    return span_compare(name_first_word(corpus->projects[*(const uint32_t *)left].project),
                        name_first_word(corpus->projects[*(const uint32_t *)right].project));
}

/* The commonest first word, if most names have it anywhere ("acme-core", "pyacme-core"). */
static void find_family(const struct corpus *corpus, struct group group, uint32_t *scratch,
                        struct campaign_context *context) {
    struct span family = SPAN_EMPTY;
    size_t most = 0;
    memcpy(scratch, group.projects, group.count * sizeof *scratch);
    qsort_r(scratch, group.count, sizeof *scratch, compare_first_words, (void *)(uintptr_t)corpus);
    for (size_t start = 0, end = 0; start < group.count; start = end) {
        struct span word = name_first_word(corpus->projects[scratch[start]].project);
        while (end < group.count &&
               span_equal(word, name_first_word(corpus->projects[scratch[end]].project)))
            end++;
        if (word.len >= FAMILY_BYTES_MIN && end - start > most) {
            most = end - start;
            family = word;
        }
    }
    size_t having = 0;
    for (size_t i = 0; most > 0 && i < group.count; i++)
        having += name_has(corpus->projects[group.projects[i]].project, family);
    if ((double)having < MOST * (double)group.count)
        return;
    context->family = family;
    context->family_projects = (uint32_t)having;
}

/* The domain that most members have; `counts` has a place for each domain, all zero before and
 * after. */
static uint32_t commonest_domain(const struct corpus *corpus, struct group group, uint32_t *counts,
                                 uint32_t *projects, uint32_t *with_address) {
    uint32_t commonest = STRING_NONE;
    *projects = *with_address = 0;
    for (size_t i = 0; i < group.count; i++) {
        const struct id_list *domains = &corpus->projects[group.projects[i]].domains;
        *with_address += domains->count > 0;
        for (uint32_t k = 0; k < domains->count; k++)
            if (++counts[domains->at[k]] > *projects) {
                *projects = counts[domains->at[k]];
                commonest = domains->at[k];
            }
    }
    for (size_t i = 0; i < group.count; i++) {
        const struct id_list *domains = &corpus->projects[group.projects[i]].domains;
        for (uint32_t k = 0; k < domains->count; k++)
            counts[domains->at[k]] = 0;
    }
    return commonest;
}

/* Projects of a domain outside of a campaign that are more than empty. */
static uint32_t count_others(const struct court *court, uint32_t domain, uint32_t campaign) {
    uint32_t index = court->domain_group[domain];
    uint32_t count = 0;
    if (index == STRING_NONE)
        return 0;
    struct group group = court->input->domains->at[index].group;
    for (size_t i = 0; i < group.count; i++)
        count += court->corpus->projects[group.projects[i]].kind >= KIND_DATA &&
                 court->campaigns->of_project[group.projects[i]] != campaign;
    return count;
}

static bool find_organisation(const struct court *court, uint32_t campaign, uint32_t *counts,
                              struct campaign_context *context) {
    const struct corpus *corpus = court->corpus;
    struct group group = court->campaigns->at[campaign].group;
    uint32_t projects = 0;
    uint32_t with_address = 0;
    uint32_t domain = commonest_domain(corpus, group, counts, &projects, &with_address);
    context->organisation = STRING_NONE;
    if (domain == STRING_NONE || (double)projects < MOST * (double)with_address ||
        (size_t)projects * 2 < group.count ||
        domain_type_of(corpus->rules, corpus->domains.at[domain]) != DOMAIN_OWN)
        return true;
    struct group_facts facts;
    context->organisation = domain;
    context->organisation_projects = projects;
    if (!group_examine(corpus, group, domain, &facts))
        return false;
    context->organisation_people = facts.addresses;
    context->organisation_others = count_others(court, domain, campaign);
    return true;
}

static int compare_payloads(const void *left, const void *right, void *context) {
    const struct corpus *corpus = context;
    return signature_compare(&corpus->projects[*(const uint32_t *)left].signature,
                             &corpus->projects[*(const uint32_t *)right].signature);
}

static void count_same_payloads(struct court *court, struct group group, uint32_t *scratch) {
    const struct corpus *corpus = court->corpus;
    memcpy(scratch, group.projects, group.count * sizeof *scratch);
    qsort_r(scratch, group.count, sizeof *scratch, compare_payloads, (void *)(uintptr_t)corpus);
    for (size_t start = 0, end = 0; start < group.count; start = end) {
        const struct signature *signature = &corpus->projects[scratch[start]].signature;
        while (end < group.count &&
               signature_compare(signature, &corpus->projects[scratch[end]].signature) == 0)
            end++;
        for (size_t i = start; i < end; i++)
            court->same_payload[scratch[i]] =
                signature_is_zero(signature) ? 1 : (uint32_t)(end - start);
    }
}

static bool learn_campaigns(struct court *court) {
    const struct corpus *corpus = court->corpus;
    const struct campaigns *campaigns = court->campaigns;
    uint32_t *scratch = malloc((corpus->count + 1) * sizeof *scratch);
    uint32_t *counts = calloc((size_t)corpus->domains.count + 1, sizeof *counts);
    bool done = scratch != NULL && counts != NULL;
    for (size_t i = 0; done && i < campaigns->count; i++) {
        const struct campaign *campaign = &campaigns->at[i];
        struct campaign_context *context = &court->contexts[i];
        find_family(corpus, campaign->group, scratch, context);
        done = find_organisation(court, (uint32_t)i, counts, context);
        count_same_payloads(court, campaign->group, scratch);
        for (size_t k = 0; k < campaign->group.count; k++) {
            court->place[campaign->group.projects[k]] = (uint32_t)k;
            const struct project *member = &corpus->projects[campaign->group.projects[k]];
            context->with_address += member->addresses.count > 0;
            context->with_owner += member->owners.count > 0;
            context->templated += template_bits(&campaign->members[k]) >= RARE_BITS;
        }
    }
    free(scratch);
    free(counts);
    return done;
}

/* --- the rest ------------------------------------------------------------------------------- */

/* Who requires a project of its own campaign does not speak for it. */
static bool count_inner_dependents(struct court *court) {
    const struct corpus *corpus = court->corpus;
    const uint32_t *campaign_of = court->campaigns->of_project;
    uint32_t *project_of = malloc(((size_t)corpus->names.count + 1) * sizeof *project_of);
    if (project_of == NULL)
        return false;
    for (uint32_t i = 0; i < corpus->names.count; i++)
        project_of[i] = STRING_NONE;
    for (uint32_t i = 0; i < corpus->count; i++) {
        uint32_t name = strings_find(&corpus->names, corpus->projects[i].project);
        if (name != STRING_NONE)
            project_of[name] = i;
    }
    for (uint32_t i = 0; i < corpus->count; i++) {
        const struct id_list *requires = &corpus->projects[i].requires;
        for (uint32_t k = 0; campaign_of[i] != STRING_NONE && k < requires->count; k++) {
            uint32_t target = project_of[requires->at[k]];
            if (target != STRING_NONE && campaign_of[target] == campaign_of[i])
                court->inner_dependents[target]++;
        }
    }
    free(project_of);
    return true;
}

static void index_domains(struct court *court) {
    const struct domain_groups *domains = court->input->domains;
    for (uint32_t i = 0; i < court->corpus->domains.count; i++)
        court->domain_group[i] = STRING_NONE;
    for (size_t i = 0; i < domains->count; i++)
        court->domain_group[domains->at[i].domain] = (uint32_t)i;
}

bool court_open(struct court *court, const struct judge_input *input,
                const struct campaigns *campaigns) {
    size_t projects = input->corpus->count + 1;
    *court = (struct court){.corpus = input->corpus,
                            .input = input,
                            .standing = input->standing,
                            .campaigns = campaigns};
    court->contexts = calloc(court->campaigns->count + 1, sizeof *court->contexts);
    court->same_payload = calloc(projects, sizeof *court->same_payload);
    court->inner_dependents = calloc(projects, sizeof *court->inner_dependents);
    court->place = calloc(projects, sizeof *court->place);
    court->domain_group =
        malloc(((size_t)court->corpus->domains.count + 1) * sizeof *court->domain_group);
    if (court->contexts == NULL || court->same_payload == NULL || court->inner_dependents == NULL ||
        court->place == NULL || court->domain_group == NULL)
        return false;
    index_domains(court);
    return learn_campaigns(court) && count_inner_dependents(court);
}

void court_close(struct court *court) {
    free(court->contexts);
    free(court->same_payload);
    free(court->inner_dependents);
    free(court->place);
    free(court->domain_group);
}
