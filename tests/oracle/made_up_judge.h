/*
 * made_up_judge: stands in for judging (report/run_judge.c) in probe_report: campaigns and verdicts
 * that depend on the number in a project's name only, so that a test can say what must come out.
 * Every tenth project (p...7) is listed; WINNOW_MADE_UP_CAMPAIGNS says in how many campaigns (3).
 */
#ifndef WINNOW_TESTS_MADE_UP_JUDGE_H
#define WINNOW_TESTS_MADE_UP_JUDGE_H

#include "base/text.h"
#include "report/run.h"

#include <stdlib.h>

enum { FINDINGS_EACH = 5 };

static unsigned number_of(const struct project *project) {
    uint64_t number = 0;
    text_to_u64(span_from(project->project, 1), &number);
    return (unsigned)number;
}

static bool made_up_is_listed(const struct project *project) {
    return number_of(project) % 10 == 7;
}

static void make_up_findings(const struct corpus *corpus, const struct project *project,
                             struct finding *at) {
    static const char *const hostile[] = {"plain",
                                          "=cmd()",
                                          "a; b",
                                          "</script>\"'",
                                          "two\nlines",
                                          "bad\xFF\xC3",
                                          "\xE2\x80\xAEtxt.exe",
                                          "\x1B[31mred"};
    unsigned number = number_of(project);
    struct span subject = span_text(hostile[number / 10 % 8]);
    at[0] = (struct finding){.signal = SIGNAL_COMMAND_NAME,
                             .bits = 9.5,
                             .subject = subject,
                             .other = corpus->projects[0].project,
                             .count = number % 3,
                             .when = INSTANT_DAY * 17000,
                             .expected = -1};
    at[1] = (struct finding){.signal = SIGNAL_BURST,
                             .bits = 4.0625,
                             .subject = span_text("stub payload"),
                             .count = 740,
                             .expected = 12.25,
                             .when = INSTANT_DAY * 20000,
                             .span_seconds = 86400};
    at[2] = (struct finding){
        .signal = SIGNAL_EMPTY, .bits = 0, .when = INSTANT_UNKNOWN, .expected = -1};
    at[3] = (struct finding){.signal = SIGNAL_RELEASES,
                             .bits = -0.5,
                             .count = number,
                             .when = INSTANT_UNKNOWN,
                             .expected = -1};
    at[4] = (struct finding){.signal = SIGNAL_LINK,
                             .bits = -2,
                             .subject = subject,
                             .when = INSTANT_UNKNOWN,
                             .expected = -1};
}

static bool make_up_verdict(struct run *run, size_t index) {
    const struct project *project = &run->corpus->projects[index];
    struct verdict *verdict = &run->verdicts.of_project[index];
    unsigned number = number_of(project);
    bool listed = made_up_is_listed(project);
    struct finding *findings = arena_alloc(run->campaigns.arena, FINDINGS_EACH * sizeof *findings);
    if (findings == NULL)
        return false;
    make_up_findings(run->corpus, project, findings);
    verdict->findings = listed ? findings : findings + 2;
    verdict->finding_count = !listed ? 1 : number % 20 == 7 ? FINDINGS_EACH : 2;
    for (size_t i = 0; i < verdict->finding_count; i++)
        verdict->signals |= UINT32_C(1) << verdict->findings[i].signal;
    verdict->campaign = run->campaigns.of_project[index];
    verdict->category = (enum category)(number / 10 % 5);
    verdict->score = listed ? 10 + number / 16.0 : -(double)(number % 9) / 2;
    verdict->tier = !listed ? TIER_NONE : number % 30 == 7 ? TIER_REVIEW : TIER_HIGH;
    return true;
}

static bool make_up_campaign(struct run *run, unsigned index, unsigned count) {
    struct campaign *campaign = &run->campaigns.at[run->campaigns.count];
    struct arena *arena = run->campaigns.arena;
    uint32_t *projects = arena_alloc(arena, run->corpus->count * sizeof *projects);
    struct campaign_member *members = arena_alloc(arena, run->corpus->count * sizeof *members);
    if (projects == NULL || members == NULL)
        return false;
    *campaign = (struct campaign){.category = (enum category)(index % 5),
                                  .group.projects = projects,
                                  .members = members,
                                  .domains = 1,
                                  .owners = index,
                                  .signatures = 2,
                                  .colliding_projects = 3,
                                  .cohesion = 0.75,
                                  .score = 20.25,
                                  .traits = span_text("payload:44=0.93 domain:squats.example=0.7")};
    for (uint32_t i = 0; i < run->corpus->count; i++) {
        unsigned number = number_of(&run->corpus->projects[i]);
        if (!made_up_is_listed(&run->corpus->projects[i]) || number / 10 % count != index)
            continue;
        run->campaigns.of_project[i] = (uint32_t)run->campaigns.count;
        members[campaign->group.count] = (struct campaign_member){
            .project = i, .score = number / 8.0, .traits = span_text("payload:44")};
        projects[campaign->group.count++] = i;
    }
    run->campaigns.count += campaign->group.count > 0;
    return group_examine(run->corpus, campaign->group, STRING_NONE, &campaign->facts);
}

bool run_judge(struct run *run) {
    const char *wish = getenv("WINNOW_MADE_UP_CAMPAIGNS");
    unsigned count = wish != NULL ? (unsigned)atoi(wish) : 3;
    size_t projects = run->corpus->count;
    struct campaigns *campaigns = &run->campaigns;
    campaigns->arena = arena_new(SIZE_MAX / 4);
    campaigns->at = calloc(count + 1, sizeof *campaigns->at);
    campaigns->of_project = malloc((projects + 1) * sizeof *campaigns->of_project);
    run->verdicts.of_project = calloc(projects + 1, sizeof *run->verdicts.of_project);
    bool done = campaigns->arena != NULL && campaigns->at != NULL &&
                campaigns->of_project != NULL && run->verdicts.of_project != NULL;
    for (size_t i = 0; done && i < projects; i++)
        campaigns->of_project[i] = STRING_NONE;
    for (unsigned i = 0; done && i < count; i++)
        done = make_up_campaign(run, i, count);
    done = done && run_name_campaigns(run);
    for (size_t i = 0; done && i < projects; i++)
        done = make_up_verdict(run, i);
    return done;
}

void run_judge_free(struct run *run) {
    free(run->verdicts.of_project);
    free(run->campaigns.of_project);
    free(run->campaigns.at);
    arena_free(run->campaigns.arena);
}

#endif
