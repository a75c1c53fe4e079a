/*
 * hearing: what is found about one project, one witness for each signal. A witness says how strong
 * its signal is, 0 (not found) to 1 (full weight), and gives the numbers behind it.
 */
#include "judge/court.h"

#include "judge/core.h"

#include <math.h>

struct hearing {
    const struct court *court;
    uint32_t index;
    const struct project *project;
    const struct campaign *campaign; /* NULL: none, then so are the next two */
    const struct campaign_context *context;
    const struct campaign_member *member;
};

/* Returns the strength; fills the members of *finding that the signal has. */
typedef double witness(const struct hearing *hearing, struct finding *finding);

static double clamp(double strength) {
    return fmax(0, fmin(1, strength));
}

/* From so many people for each project on, everybody has one. */
static const double EACH_SHARE = 0.7;

/* What one person does in an afternoon is nothing yet, 128 projects are all there can be. */
static double size_strength(double projects) {
    return clamp(log2(projects / 4) / 5);
}

/* --- what it holds -------------------------------------------------------------------------- */

/* That a project requires another one saves it from being called empty, but not where most of a
 * campaign is named after commands. */
static double see_empty(const struct hearing *hearing, struct finding *finding) {
    finding->subject = span_text(payload_kind_name(hearing->project->kind));
    if (hearing->project->kind == KIND_METAPACKAGE && hearing->campaign != NULL &&
        (size_t)hearing->campaign->named_projects * 2 >= hearing->campaign->group.count)
        return 0.5;
    return project_is_empty(hearing->project);
}

static double see_real_code(const struct hearing *hearing, struct finding *finding) {
    if (hearing->project->kind < KIND_DATA)
        return 0;
    finding->subject = span_text(payload_kind_name(hearing->project->kind));
    finding->count = hearing->project->python_bytes;
    bool shared = hearing->campaign != NULL && hearing->member->payload_bits >= RARE_BITS;
    return shared ? 1.0 / 6 : 1;
}

/* --- its name ------------------------------------------------------------------------------- */

static double see_name(const struct hearing *hearing, enum relation relation,
                       struct finding *finding) {
    const struct corpus *corpus = hearing->court->corpus;
    const struct collisions *collisions = hearing->court->input->collisions;
    uint32_t row = collisions->of_project[hearing->index];
    if (row == STRING_NONE || collisions->at[row].relation != relation)
        return 0;
    const struct collision *collision = &collisions->at[row];
    const struct project *owner = &corpus->projects[collision->owner];
    finding->subject = collision_name(corpus, collision);
    finding->other = owner->project;
    finding->count = owner->dependents;
    finding->when = collision->seen_at;
    return 0.5 + clamp(log2(1 + (double)owner->dependents) / 3) / 2;
}

static double see_command_name(const struct hearing *hearing, struct finding *finding) {
    return see_name(hearing, RELATION_COMMAND, finding);
}

static double see_affix_name(const struct hearing *hearing, struct finding *finding) {
    return see_name(hearing, RELATION_AFFIX, finding);
}

static double see_module_name(const struct hearing *hearing, struct finding *finding) {
    return see_name(hearing, RELATION_MODULE, finding);
}

/* --- its campaign --------------------------------------------------------------------------- */

static double see_campaign(const struct hearing *hearing, struct finding *finding) {
    if (hearing->campaign == NULL)
        return 0;
    finding->subject = span_text(hearing->campaign->id);
    finding->count = hearing->campaign->group.count;
    return size_strength((double)finding->count);
}

static double see_campaign_names(const struct hearing *hearing, struct finding *finding) {
    static const double share_min = 0.3;
    if (hearing->campaign == NULL)
        return 0;
    finding->count = hearing->campaign->named_projects;
    finding->expected = (double)hearing->campaign->group.count;
    double share = (double)finding->count / finding->expected;
    return share >= share_min ? share : 0;
}

/* Full weight at ten bits. */
static double rarity(double bits) {
    return bits >= RARE_BITS ? clamp(bits / 10) : 0;
}

static bool shares_payload(const struct hearing *hearing) {
    return hearing->campaign != NULL && hearing->court->same_payload[hearing->index] > 1 &&
           hearing->member->payload_bits >= RARE_BITS;
}

static double see_shared_payload(const struct hearing *hearing, struct finding *finding) {
    if (!shares_payload(hearing))
        return 0;
    finding->count = hearing->court->same_payload[hearing->index] - 1;
    return rarity(hearing->member->payload_bits);
}

/* Who fits a campaign most of which is of one template is seen in its light, at half the weight. */
static double see_similar_template(const struct hearing *hearing, struct finding *finding) {
    if (hearing->campaign == NULL || shares_payload(hearing) || hearing->context->templated < 2)
        return 0;
    double own = rarity(template_bits(hearing->member));
    bool most = (size_t)hearing->context->templated * 2 >= hearing->campaign->group.count;
    finding->count = hearing->context->templated - (own > 0);
    return most ? fmax(own, 0.5) : own;
}

static double see_burst(const struct hearing *hearing, struct finding *finding) {
    if (hearing->campaign == NULL)
        return 0;
    const struct burst *burst = &hearing->campaign->burst;
    instant when = hearing->project->first_uploaded_at;
    if (burst->projects == 0)
        return 0;
    bool inside =
        when != INSTANT_UNKNOWN && when >= burst->start && when <= burst->start + burst->span;
    finding->count = burst->projects;
    finding->expected = burst->expected;
    finding->when = burst->start;
    finding->span_seconds = (uint64_t)(burst->span / INSTANT_SECOND);
    return fmin(clamp(log10(burst->projects / burst->expected) / 2),
                size_strength(burst->projects)) *
           (inside ? 1 : 0.5);
}

/* Whether nearly every member of the campaign has people of its own. */
static bool each_has_own_people(const struct hearing *hearing) {
    const struct campaign *campaign = hearing->campaign;
    const struct campaign_context *context = hearing->context;
    return campaign->facts.addresses >= EACH_SHARE * context->with_address &&
           campaign->owners >= EACH_SHARE * context->with_owner;
}

/* Where everybody has one project it says nothing of a course, whose names have a word in common,
 * nor of a fashion, whose projects hold code. */
static double see_many_people(const struct hearing *hearing, struct finding *finding) {
    if (hearing->campaign == NULL)
        return 0;
    uint32_t addresses = hearing->campaign->facts.addresses;
    uint32_t owners = hearing->campaign->owners;
    finding->count = addresses > owners ? addresses : owners;
    if ((hearing->context->family.len > 0 || hearing->project->kind >= KIND_DATA) &&
        each_has_own_people(hearing))
        return 0;
    return finding->count >= 3 ? clamp(log2((double)finding->count) / 4) : 0;
}

static double see_name_family(const struct hearing *hearing, struct finding *finding) {
    if (hearing->campaign == NULL || hearing->context->family.len == 0)
        return 0;
    finding->subject = hearing->context->family;
    finding->count = hearing->context->family_projects;
    return 1;
}

/* --- its people ----------------------------------------------------------------------------- */

static double see_empty_domain(const struct hearing *hearing, struct finding *finding) {
    static const double share_min = 0.95;
    static const double log_q_max = -6.9; /* q of 0.001 */
    const struct court *court = hearing->court;
    for (uint32_t i = 0; i < hearing->project->domains.count; i++) {
        uint32_t domain = hearing->project->domains.at[i];
        uint32_t group = court->domain_group[domain];
        if (group == STRING_NONE)
            continue;
        const struct domain_group *found = &court->input->domains->at[group];
        if (found->empty_share < share_min || found->log_q > log_q_max)
            continue;
        finding->subject = court->corpus->domains.at[domain];
        finding->count = found->empty_projects;
        finding->expected = (double)found->group.count;
        return 1;
    }
    return 0;
}

/* A class, or a company's staff, has nearly as many people as projects; a company has other
 * projects. A domain that serves the campaign only may have been got for that. */
static double see_organisation(const struct hearing *hearing, struct finding *finding) {
    const struct campaign_context *context = hearing->context;
    if (hearing->campaign == NULL || context->organisation == STRING_NONE)
        return 0;
    finding->subject = hearing->court->corpus->domains.at[context->organisation];
    finding->count = context->organisation_projects;
    return context->organisation_others > 0 ||
           context->organisation_people >= EACH_SHARE * context->organisation_projects;
}

static double see_disposable_domain(const struct hearing *hearing, struct finding *finding) {
    const struct corpus *corpus = hearing->court->corpus;
    for (uint32_t i = 0; i < hearing->project->domains.count; i++) {
        finding->subject = corpus->domains.at[hearing->project->domains.at[i]];
        if (domain_type_of(corpus->rules, finding->subject) == DOMAIN_DISPOSABLE)
            return 1;
    }
    return 0;
}

static double see_own_brand(const struct hearing *hearing, struct finding *finding) {
    finding->subject = standing_brand(hearing->court->standing, hearing->index);
    return finding->subject.len > 0;
}

static double see_own_name(const struct hearing *hearing, struct finding *finding) {
    finding->subject = standing_own_name(hearing->court->corpus, hearing->index);
    return finding->subject.len > 0;
}

static double see_known_people(const struct hearing *hearing, struct finding *finding) {
    struct known_people known = standing_known(hearing->court->standing, hearing->index);
    finding->count = known.projects;
    return clamp(log2(1 + (double)known.projects) / 2) * (known.by_domain ? 0.5 : 1);
}

/* --- its record ----------------------------------------------------------------------------- */

static double see_wording(const struct hearing *hearing, struct finding *finding) {
    finding->subject =
        weights_find_words(hearing->court->input->weights, hearing->project->summary);
    return finding->subject.len > 0;
}

/* Years (1900 to 2100) and dates (20250630) are common first numbers. */
static double see_high_version(const struct hearing *hearing, struct finding *finding) {
    uint32_t major = hearing->project->version_major;
    finding->count = major;
    return (major >= 90 && major < 1900) || (major > 2100 && major < 19000000);
}

static double see_single_release(const struct hearing *hearing, struct finding *finding) {
    (void)finding;
    return hearing->project->releases == 1;
}

static double see_releases(const struct hearing *hearing, struct finding *finding) {
    finding->count = hearing->project->releases;
    return clamp(((double)finding->count - 2) / 4);
}

static double see_no_link(const struct hearing *hearing, struct finding *finding) {
    (void)finding;
    return hearing->project->name.len > 0 && hearing->project->repository == STRING_NONE;
}

static double see_link(const struct hearing *hearing, struct finding *finding) {
    const struct standing *standing = hearing->court->standing;
    if (!standing->link_is_own[hearing->index])
        return 0;
    finding->subject = hearing->court->corpus->repositories.at[hearing->project->repository];
    return standing_known(standing, hearing->index).projects > 0 ? 1 : 0.25;
}

static double see_dependents(const struct hearing *hearing, struct finding *finding) {
    uint32_t inner = hearing->court->inner_dependents[hearing->index];
    uint32_t all = hearing->project->dependents;
    finding->count = all > inner ? all - inner : 0;
    return clamp(log2(1 + (double)finding->count) / 2);
}

static double see_age(const struct hearing *hearing, struct finding *finding) {
    instant first = hearing->project->first_uploaded_at;
    if (first == INSTANT_UNKNOWN)
        return 0;
    finding->count = (uint64_t)((hearing->project->last_uploaded_at - first) / INSTANT_DAY);
    return clamp((double)finding->count / 365);
}

/* --- all witnesses -------------------------------------------------------------------------- */

static witness *const witnesses[SIGNALS] = {
    [SIGNAL_EMPTY] = see_empty,
    [SIGNAL_COMMAND_NAME] = see_command_name,
    [SIGNAL_AFFIX_NAME] = see_affix_name,
    [SIGNAL_MODULE_NAME] = see_module_name,
    [SIGNAL_CAMPAIGN] = see_campaign,
    [SIGNAL_CAMPAIGN_NAMES] = see_campaign_names,
    [SIGNAL_SHARED_PAYLOAD] = see_shared_payload,
    [SIGNAL_SIMILAR_TEMPLATE] = see_similar_template,
    [SIGNAL_BURST] = see_burst,
    [SIGNAL_MANY_PEOPLE] = see_many_people,
    [SIGNAL_EMPTY_DOMAIN] = see_empty_domain,
    [SIGNAL_DISPOSABLE_DOMAIN] = see_disposable_domain,
    [SIGNAL_WORDING] = see_wording,
    [SIGNAL_HIGH_VERSION] = see_high_version,
    [SIGNAL_SINGLE_RELEASE] = see_single_release,
    [SIGNAL_NO_LINK] = see_no_link,
    [SIGNAL_DEPENDENTS] = see_dependents,
    [SIGNAL_AGE] = see_age,
    [SIGNAL_REAL_CODE] = see_real_code,
    [SIGNAL_RELEASES] = see_releases,
    [SIGNAL_LINK] = see_link,
    [SIGNAL_OWN_BRAND] = see_own_brand,
    [SIGNAL_OWN_NAME] = see_own_name,
    [SIGNAL_ONE_ORGANISATION] = see_organisation,
    [SIGNAL_NAME_FAMILY] = see_name_family,
    [SIGNAL_KNOWN_PEOPLE] = see_known_people,
};

size_t court_hear(const struct court *court, uint32_t project, struct finding *findings) {
    uint32_t campaign = court->campaigns->of_project[project];
    struct hearing hearing = {
        .court = court, .index = project, .project = &court->corpus->projects[project]};
    if (campaign != STRING_NONE) {
        hearing.campaign = &court->campaigns->at[campaign];
        hearing.context = &court->contexts[campaign];
        hearing.member = &hearing.campaign->members[court->place[project]];
    }
    size_t count = 0;
    for (int i = 0; i < SIGNALS; i++) {
        struct finding finding = {
            .signal = (enum signal)i, .expected = -1, .when = INSTANT_UNKNOWN};
        double strength = witnesses[i](&hearing, &finding);
        if (strength <= 0)
            continue;
        finding.bits = strength * court->input->weights->of_signal[i];
        findings[count++] = finding;
    }
    return count;
}
