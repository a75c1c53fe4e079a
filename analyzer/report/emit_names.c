/* emit_names: the tables of names: who is named after whose command, and who may be next. */
#include "report/run.h"

static bool emit_collisions(struct run *run) {
    const struct corpus *corpus = run->corpus;
    struct row *row = &run->row;
    bool done = true;
    for (size_t i = 0; done && i < run->collisions.count; i++) {
        const struct collision *collision = &run->collisions.at[i];
        const struct project *project = &corpus->projects[collision->project];
        const struct project *owner = &corpus->projects[collision->owner];
        row_begin(row, TABLE_COLLISIONS);
        row_text(row, project->project);
        row_text(row, collision_name(corpus, collision));
        row_text(row, owner->project);
        row_time(row, collision->seen_at);
        row_time(row, project->first_uploaded_at);
        row_count(row, owner->dependents);
        row_word(row, relation_name(collision->relation));
        row_word(row, exemption_name(collision->exemption));
        done = run_emit(run, TABLE_COLLISIONS);
    }
    return done;
}

static bool emit_watchlist(struct run *run) {
    const struct corpus *corpus = run->corpus;
    struct row *row = &run->row;
    bool done = true;
    for (size_t i = 0; done && i < run->collisions.watched_count; i++) {
        const struct watch *watch = &run->collisions.watched[i];
        row_begin(row, TABLE_WATCHLIST);
        row_text(row, corpus->commands.at[watch->command]);
        for (uint32_t k = 0; k < watch->owner_count && k < EXAMPLES_MAX; k++)
            row_list_item(row, corpus->projects[watch->owners[k]].project);
        row_list_end(row);
        row_count(row, watch->dependents);
        row_time(row, watch->first_seen_at);
        done = run_emit(run, TABLE_WATCHLIST);
    }
    return done;
}

bool run_emit_names(struct run *run) {
    return emit_collisions(run) && emit_watchlist(run);
}
