/* emit_judged: campaigns, their members, and the listings: each listing is one row of takedown.csv
 * that feeds all its forms. */
#include "report/emit.h"
#include "report/run.h"

static bool emit_campaigns(struct run *run) {
    struct row *row = &run->row;
    bool done = true;
    for (size_t i = 0; done && i < run->campaigns.count; i++) {
        const struct campaign *campaign = &run->campaigns.at[i];
        row_begin(row, TABLE_CAMPAIGNS);
        row_word(row, campaign->id);
        row_word(row, category_name(campaign->category));
        row_count(row, campaign->group.count);
        row_count(row, campaign->domains);
        row_count(row, campaign->facts.addresses);
        row_count(row, campaign->owners);
        row_count(row, campaign->signatures);
        row_count(row, campaign->colliding_projects);
        row_times(row, &campaign->facts);
        row_share(row, campaign->cohesion);
        row_bits(row, campaign->score);
        row_examples(row, run->corpus, campaign->group);
        row_text(row, campaign->traits);
        done = run_emit_everywhere(run, TABLE_CAMPAIGNS);
    }
    return done;
}

static bool emit_campaign_members(struct run *run) {
    struct row *row = &run->row;
    bool done = true;
    for (size_t i = 0; done && i < run->campaigns.count; i++) {
        const struct campaign *campaign = &run->campaigns.at[i];
        for (size_t k = 0; done && k < campaign->group.count; k++) {
            const struct campaign_member *member = &campaign->members[k];
            row_begin(row, TABLE_CAMPAIGN_MEMBERS);
            row_word(row, campaign->id);
            row_text(row, run->corpus->projects[member->project].project);
            row_bits(row, member->score);
            row_text(row, member->traits);
            done = run_emit_everywhere(run, TABLE_CAMPAIGN_MEMBERS);
        }
    }
    return done;
}

/* The cell of all findings that speak for (sign 1) or against (-1), strongest first. */
static void add_evidence(struct row *row, const struct verdict *verdict, int sign) {
    bool first = true;
    for (size_t i = 0; i < verdict->finding_count; i++) {
        const struct finding *finding = &verdict->findings[i];
        if (finding->bits * sign <= 0)
            continue;
        if (!first)
            buffer_add_text(&row->text, "; ");
        finding_write(finding, &row->text);
        first = false;
    }
    row_text(row, SPAN_EMPTY); /* ends the cell */
}

static void make_takedown_row(struct run *run, const struct listing *listing) {
    struct row *row = &run->row;
    const struct verdict *verdict = listing->verdict;
    row_begin(row, TABLE_TAKEDOWN);
    row_text(row, listing->project->project);
    row_word(row, tier_name(verdict->tier));
    row_bits(row, verdict->score);
    row_word(row, category_name(verdict->category));
    row_word(row, verdict->campaign == STRING_NONE ? "" : run->campaigns.at[verdict->campaign].id);
    row_ids(row, &run->corpus->versions, &listing->project->versions);
    row_count(row, listing->project->artifacts);
    row_time(row, listing->project->first_uploaded_at);
    add_evidence(row, verdict, 1);
    add_evidence(row, verdict, -1);
    listing_add_purl(listing->project->project, &row->text);
    row_text(row, SPAN_EMPTY);
}

static bool emit_forms(struct run *run, const struct listing *listing) {
    bool done = true;
    for (size_t i = 0; done && i < LISTING_FORMS; i++) {
        const struct listing_form *form = &listing_forms[i];
        if (form->high_only && listing->verdict->tier != TIER_HIGH)
            continue;
        if (run->forms[i] == NULL) {
            done = run_files_add_own(run, form, listing);
        } else {
            form->add(listing, out_file_buffer(run->forms[i]));
            done = out_file_end_row(run->forms[i]);
        }
    }
    return done;
}

static bool emit_takedown(struct run *run) {
    bool done = true;
    for (size_t i = 0; done && i < run->corpus->count; i++) {
        if (!run_lists(run, i))
            continue;
        const struct listing listing = {.row = &run->row,
                                        .corpus = run->corpus,
                                        .project = &run->corpus->projects[i],
                                        .verdict = &run->verdicts.of_project[i]};
        make_takedown_row(run, &listing);
        done = run_emit_everywhere(run, TABLE_TAKEDOWN) && emit_forms(run, &listing);
    }
    return done;
}

bool run_emit_judged(struct run *run) {
    return emit_campaigns(run) && emit_campaign_members(run) && emit_takedown(run);
}
