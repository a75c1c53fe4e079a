/* run_judge: from groups to campaigns and verdicts, and what a run counts of them. */
#include "report/run.h"

#include <stdlib.h>

/* TEMPORARY: no campaigns, no verdicts, until judge/ has its files. */
bool run_judge(struct run *run) {
    if (!run_name_campaigns(run))
        return false;
    run->verdicts.of_project = calloc(run->corpus->count + 1, sizeof *run->verdicts.of_project);
    for (size_t i = 0; run->verdicts.of_project != NULL && i < run->corpus->count; i++)
        run->verdicts.of_project[i].campaign = STRING_NONE;
    return run->verdicts.of_project != NULL;
}

void run_judge_free(struct run *run) {
    free(run->verdicts.of_project);
}
