/* emit_groups: the tables that clustering makes: a producer each, one row in the table at the end.
 */
#include "report/emit.h"
#include "report/run.h"

#include <math.h>
#include <stdlib.h>

/* What judging says of the project. */
static void add_judged(struct run *run, const struct verdict *verdict) {
    struct row *row = &run->row;
    row_bits(row, verdict->score);
    for (int signal = 0; signal < SIGNALS; signal++)
        if (verdict->signals >> signal & 1)
            row_list_item(row, span_text(signal_name((enum signal)signal)));
    row_list_end(row);
    row_word(row, verdict->campaign == STRING_NONE ? "" : run->campaigns.at[verdict->campaign].id);
}

static bool emit_projects(struct run *run) {
    const struct corpus *corpus = run->corpus;
    struct row *row = &run->row;
    bool done = true;
    for (size_t i = 0; done && i < corpus->count; i++) {
        const struct project *project = &corpus->projects[i];
        row_begin(row, TABLE_PROJECTS);
        row_text(row, project->project);
        row_text(row, project->name);
        row_count(row, project->releases);
        row_count(row, project->artifacts);
        row_time(row, project->first_uploaded_at);
        row_time(row, project->last_uploaded_at);
        row_word(row, payload_kind_name(project->kind));
        row_signature(row, &project->signature);
        row_ids(row, &corpus->addresses, &project->addresses);
        row_ids(row, &corpus->domains, &project->domains);
        row_ids(row, &corpus->owners, &project->owners);
        row_count(row, project->commands.count);
        row_count(row, project->dependents);
        row_text(row, project->summary);
        add_judged(run, &run->verdicts.of_project[i]);
        done = run->clusters.has_project[i] || run_lists(run, i)
                   ? run_emit_everywhere(run, TABLE_PROJECTS)
                   : run_emit(run, TABLE_PROJECTS);
    }
    return done;
}

static bool emit_domains(struct run *run) {
    struct row *row = &run->row;
    bool done = true;
    for (size_t i = 0; done && i < run->domains.count; i++) {
        const struct domain_group *domain = &run->domains.at[i];
        row_begin(row, TABLE_DOMAINS);
        row_text(row, run->corpus->domains.at[domain->domain]);
        row_word(row, domain_type_name(domain->type));
        row_count(row, domain->group.count);
        row_count(row, domain->facts.addresses);
        row_count(row, domain->empty_projects);
        row_share(row, domain->empty_share);
        row_share(row, domain->lift);
        row_small_number(row, exp(domain->log_q));
        row_count(row, domain->signatures);
        row_signature(row, &domain->top_signature);
        row_count(row, domain->top_signature_projects);
        row_times(row, &domain->facts);
        done = run_emit_everywhere(run, TABLE_DOMAINS);
    }
    return done;
}

static bool emit_signatures(struct run *run) {
    struct row *row = &run->row;
    bool done = true;
    for (size_t i = 0; done && i < run->signatures.count; i++) {
        const struct signature_group *group = &run->signatures.at[i];
        row_begin(row, TABLE_SIGNATURES);
        row_signature(row, &group->signature);
        row_word(row, payload_kind_name(group->kind));
        row_count(row, group->group.count);
        row_count(row, group->domains);
        row_count(row, group->facts.addresses);
        row_times(row, &group->facts);
        row_examples(row, run->corpus, group->group);
        done = run_emit_everywhere(run, TABLE_SIGNATURES);
    }
    return done;
}

static bool emit_clusters(struct run *run) {
    struct row *row = &run->row;
    bool done = true;
    for (size_t i = 0; done && i < run->clusters.count; i++) {
        const struct cluster *cluster = &run->clusters.at[i];
        row_begin(row, TABLE_CLUSTERS);
        row_word(row, cluster->id);
        row_text(row, cluster->domain == STRING_NONE ? SPAN_EMPTY
                                                     : run->corpus->domains.at[cluster->domain]);
        row_signature(row, &run->signatures.at[cluster->signature].signature);
        row_word(row, payload_kind_name(cluster->kind));
        row_count(row, cluster->group.count);
        row_count(row, cluster->facts.addresses);
        row_times(row, &cluster->facts);
        row_examples(row, run->corpus, cluster->group);
        done = run_emit_everywhere(run, TABLE_CLUSTERS);
    }
    return done;
}

static bool emit_cluster_members(struct run *run) {
    uint32_t *order = clusters_by_id(&run->clusters);
    bool done = order != NULL;
    for (size_t i = 0; done && i < run->clusters.count; i++) {
        const struct cluster *cluster = &run->clusters.at[order[i]];
        for (size_t k = 0; done && k < cluster->group.count; k++) {
            row_begin(&run->row, TABLE_CLUSTER_MEMBERS);
            row_word(&run->row, cluster->id);
            row_text(&run->row, run->corpus->projects[cluster->group.projects[k]].project);
            done = run_emit_everywhere(run, TABLE_CLUSTER_MEMBERS);
        }
    }
    free(order);
    return done;
}

bool run_emit_groups(struct run *run) {
    static bool (*const producers[])(struct run * run) = {
        emit_projects, emit_domains, emit_signatures, emit_clusters, emit_cluster_members,
    };
    bool done = true;
    for (size_t i = 0; done && i < sizeof producers / sizeof *producers; i++)
        done = producers[i](run);
    return done;
}
