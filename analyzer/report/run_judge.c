/* run_judge: the second half of the pipeline: from facts and groups to campaigns and verdicts. */
#include "base/stop.h"
#include "report/run.h"

static bool find_traits(struct run *run, struct near_groups *payloads,
                        struct near_groups *metadata) {
    unsigned threads = run->request->jobs > 0 ? run->request->jobs : 1;
    return near_find(run->corpus, SKETCH_PAYLOAD, threads, payloads) &&
           near_find(run->corpus, SKETCH_METADATA, threads, metadata) &&
           traits_find(run->corpus, payloads, metadata, &run->traits);
}

static bool find_campaigns(struct run *run) {
    struct timeline timeline;
    bool done =
        timeline_find(run->corpus, &timeline) &&
        campaigns_find(run->corpus, &run->traits, &timeline, &run->collisions, &run->campaigns);
    timeline_free(&timeline);
    return done;
}

bool run_judge(struct run *run) {
    struct near_groups payloads = {.of_project = NULL};
    struct near_groups metadata = {.of_project = NULL};
    struct standing standing = {.traits = NULL};
    const struct judge_input input = {.corpus = run->corpus,
                                      .traits = &run->traits,
                                      .standing = &standing,
                                      .domains = &run->domains,
                                      .collisions = &run->collisions,
                                      .weights = &run->weights};
    bool done = find_traits(run, &payloads, &metadata) && !stop_wanted() && find_campaigns(run) &&
                !stop_wanted() && standing_find(&run->traits, &standing) &&
                judge_campaigns(&input, &run->campaigns) && run_name_campaigns(run) &&
                judge_projects(&input, &run->campaigns, &run->verdicts);
    standing_free(&standing);
    near_free(&payloads);
    near_free(&metadata);
    return done;
}

void run_judge_free(struct run *run) {
    verdicts_free(&run->verdicts);
    campaigns_free(&run->campaigns);
    traits_free(&run->traits);
}
