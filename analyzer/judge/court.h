/*
 * court: what is looked at when one project is weighed: the corpus, its people's standing, and what
 * is known of its campaign. Private to judge/.
 */
#ifndef WINNOW_JUDGE_COURT_H
#define WINNOW_JUDGE_COURT_H

#include "judge/judge.h"
#include "judge/standing.h"

/* By how much what was uploaded, payload or metadata, speaks for a member. */
static inline double template_bits(const struct campaign_member *member) {
    return member->payload_bits > member->metadata_bits ? member->payload_bits
                                                        : member->metadata_bits;
}

/* What campaign.h does not say of a campaign. */
struct campaign_context {
    uint32_t organisation;          /* corpus->domains; STRING_NONE: no single one */
    uint32_t organisation_projects; /* members with it */
    uint32_t organisation_people;   /* their different addresses */
    uint32_t organisation_others;   /* projects with it beside them, with code or data */
    struct span family;             /* first word of most names; SPAN_EMPTY: none */
    uint32_t family_projects;
    uint32_t templated;    /* members that share a template */
    uint32_t with_address; /* members that tell an address */
    uint32_t with_owner;   /* members whose owner the mirror tells */
};

struct court {
    const struct corpus *corpus;
    const struct judge_input *input;
    const struct campaigns *campaigns;
    const struct standing *standing;
    struct campaign_context *contexts; /* by campaign */
    uint32_t *same_payload;            /* by project: members of its campaign with its payload */
    uint32_t *inner_dependents;        /* by project: members of its campaign that require it */
    uint32_t *place;                   /* by project: index among the members of its campaign */
    uint32_t *domain_group;            /* by domain: index of its group */
};

/* False when memory is out; court_close in any case. */
bool court_open(struct court *court, const struct judge_input *input,
                const struct campaigns *campaigns);
void court_close(struct court *court);

/* What was found about one project, in the order of the signals. Returns how many (room for
 * SIGNALS). */
size_t court_hear(const struct court *court, uint32_t project, struct finding *findings);

#endif
