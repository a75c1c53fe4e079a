/* Campaign ids: from founders, inherited by overlap, never another's. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "judge/campaign_ids.h"

#include <stdio.h>
#include <stdlib.h>

/* Projects p00, p01... uploaded a day after the other; p05 at a time that nobody knows. */
enum { PROJECTS = 40, UNKNOWN = 5, CAMPAIGNS_MAX = 4 };

struct stage {
    char names[PROJECTS][8];
    struct project projects[PROJECTS];
    struct corpus corpus;
    struct campaign at[CAMPAIGNS_MAX];
    uint32_t members[CAMPAIGNS_MAX][PROJECTS];
    uint32_t of_project[PROJECTS];
    struct campaigns campaigns;
    struct campaign_history history;
};

static void begin(struct stage *stage) {
    memset(stage, 0, sizeof *stage);
    for (uint32_t i = 0; i < PROJECTS; i++) {
        snprintf(stage->names[i], sizeof stage->names[i], "p%02u", i);
        stage->projects[i].project = span_text(stage->names[i]);
        stage->projects[i].first_uploaded_at = i == UNKNOWN ? INSTANT_UNKNOWN : i * INSTANT_DAY;
        stage->of_project[i] = STRING_NONE;
    }
    stage->corpus.projects = stage->projects;
    stage->corpus.count = PROJECTS;
    stage->campaigns.at = stage->at;
    stage->campaigns.of_project = stage->of_project;
}

/* A campaign of the projects [from, to). */
static void add(struct stage *stage, uint32_t from, uint32_t to) {
    uint32_t index = (uint32_t)stage->campaigns.count++;
    struct campaign *campaign = &stage->at[index];
    campaign->group.projects = stage->members[index];
    for (uint32_t i = from; i < to; i++) {
        stage->members[index][campaign->group.count++] = i;
        stage->of_project[i] = index;
    }
}

/* Memberships, written "g...: 0-9 20-29". */
static size_t remember(struct membership *rows, size_t count, const struct stage *stage,
                       const char *id, uint32_t from, uint32_t to) {
    for (uint32_t i = from; i < to; i++)
        rows[count++] = (struct membership){span_text(id), span_text(stage->names[i])};
    return count;
}

static void assign(struct stage *stage, const struct membership *rows, size_t count) {
    campaign_history_free(&stage->history);
    assert_true(
        campaign_ids_assign(&stage->corpus, rows, count, &stage->campaigns, &stage->history));
    for (size_t i = 0; i < stage->campaigns.count; i++) {
        const struct campaign *campaign = &stage->at[i];
        assert_int_equal(strlen(campaign->id), CAMPAIGN_ID_DIGITS + 1);
        assert_true(i == 0 || strcmp(stage->at[i - 1].id, campaign->id) < 0);
        for (size_t k = 0; k < campaign->group.count; k++)
            assert_int_equal(stage->of_project[campaign->group.projects[k]], i);
    }
}

static const char *id_of(const struct stage *stage, uint32_t project) {
    return stage->at[stage->of_project[project]].id;
}

static void founder_id(const char *founder, char *id) {
    struct signature digest = signature_of(span_text(founder));
    int len = sprintf(id, "g");
    for (int i = 0; i < CAMPAIGN_ID_DIGITS / 2; i++)
        len += sprintf(id + len, "%02x", digest.at[i]);
}

static void names_after_the_founder(void **state) {
    (void)state;
    struct stage stage;
    begin(&stage);
    stage.projects[12].first_uploaded_at = 0; /* as early as p00 would be */
    stage.projects[13].first_uploaded_at = 0;
    add(&stage, 1, 4);
    add(&stage, 5, 8); /* the unknown time does not count as early */
    add(&stage, 10, 15);
    assign(&stage, NULL, 0);
    char id[16];
    founder_id("p01", id);
    assert_string_equal(id_of(&stage, 3), id);
    founder_id("p06", id);
    assert_string_equal(id_of(&stage, 5), id);
    founder_id("p12", id);
    assert_string_equal(id_of(&stage, 10), id);
    assert_int_equal(stage.history.overlap_count, 0);
    campaign_history_free(&stage.history);
}

/* With a run before that says the same, the same ids. */
static void same_content_same_ids(void **state) {
    (void)state;
    struct stage stage;
    struct membership rows[PROJECTS];
    begin(&stage);
    add(&stage, 0, 10);
    add(&stage, 10, 20);
    assign(&stage, NULL, 0);
    char first[16];
    char second[16];
    strcpy(first, id_of(&stage, 0));
    strcpy(second, id_of(&stage, 10));
    size_t count = remember(rows, 0, &stage, second, 10, 20);
    count = remember(rows, count, &stage, first, 0, 10);
    assign(&stage, rows, count);
    assert_string_equal(id_of(&stage, 0), first);
    assert_string_equal(id_of(&stage, 10), second);
    assert_int_equal(stage.history.overlap_count, 2);
    campaign_history_free(&stage.history);
}

#define OLD "gaaaaaaaaaaaa"
#define OTHER "gbbbbbbbbbbbb"

static void keeps_with_half_of_what_is_still_there(void **state) {
    (void)state;
    struct stage stage;
    struct membership rows[PROJECTS + 9];
    begin(&stage);
    add(&stage, 0, 6);
    size_t count = remember(rows, 0, &stage, OLD, 0, 12);
    assign(&stage, rows, count);
    assert_string_equal(id_of(&stage, 0), OLD); /* 6 of 12 */
    count = remember(rows, count, &stage, OLD, 12, 13);
    assign(&stage, rows, count);
    assert_string_not_equal(id_of(&stage, 0), OLD); /* 6 of 13 */
    rows[count - 1].project = span_text("removed");
    count = remember(rows, count, &stage, OLD, 0, 3); /* repeats count once */
    assign(&stage, rows, count);
    assert_string_equal(id_of(&stage, 0), OLD);
    assert_int_equal(stage.history.earlier[0].projects, 13);
    assert_int_equal(stage.history.earlier[0].present, 12);
    assert_int_equal(stage.history.overlaps[0].projects, 6);
    campaign_history_free(&stage.history);
}

static void larger_overlap_wins(void **state) {
    (void)state;
    struct stage stage;
    struct membership rows[PROJECTS];
    begin(&stage);
    add(&stage, 0, 20); /* holds all 8 of the one, all 12 of the other */
    size_t count = remember(rows, 0, &stage, OLD, 0, 8);
    count = remember(rows, count, &stage, OTHER, 8, 20);
    assign(&stage, rows, count);
    assert_string_equal(id_of(&stage, 0), OTHER);
    count = remember(rows, 0, &stage, OTHER, 0, 10);
    count = remember(rows, count, &stage, OLD, 10, 20);
    assign(&stage, rows, count);
    assert_string_equal(id_of(&stage, 0), OLD); /* the smaller id */
    assert_int_equal(stage.history.overlap_count, 2);
    campaign_history_free(&stage.history);
}

/* Two halves of an old campaign: the one with the earlier founder has the id; the other must not
 * get the same one from its founder, nor that of a campaign that is gone. */
static void ids_are_nobody_elses(void **state) {
    (void)state;
    struct stage stage;
    struct membership rows[PROJECTS];
    char of_p10[16];
    char of_p20[16];
    begin(&stage);
    founder_id("p10", of_p10);
    founder_id("p20", of_p20);
    add(&stage, 10, 16);
    add(&stage, 0, 10);
    add(&stage, 20, 22);
    size_t count = remember(rows, 0, &stage, of_p10, 4, 16); /* 6 in each */
    count = remember(rows, count, &stage, of_p20, 20, 21);
    count = remember(rows, count, &stage, of_p20, 30, 34);
    assign(&stage, rows, count);
    assert_string_equal(id_of(&stage, 0), of_p10);
    assert_string_not_equal(id_of(&stage, 10), of_p10);
    assert_string_not_equal(id_of(&stage, 20), of_p20);
    assert_int_equal(stage.history.overlap_count, 3);
    for (size_t i = 1; i < 3; i++) {
        const struct campaign_overlap *a = &stage.history.overlaps[i - 1];
        const struct campaign_overlap *b = &stage.history.overlaps[i];
        assert_true(a->earlier < b->earlier ||
                    (a->earlier == b->earlier && a->campaign < b->campaign));
    }
    campaign_history_free(&stage.history);
}

static void all_may_be_gone(void **state) {
    (void)state;
    struct stage stage;
    struct membership rows[PROJECTS];
    begin(&stage);
    size_t count = remember(rows, 0, &stage, OLD, 0, 3);
    assign(&stage, rows, count);
    assert_int_equal(stage.history.earlier_count, 1);
    assert_int_equal(stage.history.overlap_count, 0);
    campaign_history_free(&stage.history);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(names_after_the_founder),
        cmocka_unit_test(same_content_same_ids),
        cmocka_unit_test(keeps_with_half_of_what_is_still_there),
        cmocka_unit_test(larger_overlap_wins),
        cmocka_unit_test(ids_are_nobody_elses),
        cmocka_unit_test(all_may_be_gone),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
