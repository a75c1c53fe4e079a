/*
 * Campaigns: bursts against the rate of the mirror, seasons, what joins projects and what must not:
 * chance, common traits, chains.
 */
#include "campaign_stage.h"

#include "judge/season.h"

/* How many members' names begin with `name`. */
static size_t members_named(const struct stage *stage, const struct campaign *campaign,
                            const char *name) {
    size_t count = 0;
    for (size_t i = 0; i < campaign->group.count; i++)
        count += span_starts(stage->corpus->projects[campaign->group.projects[i]].project, name);
    return count;
}

static void assert_one_campaign(const struct stage *stage, size_t projects) {
    assert_int_equal(stage->campaigns.count, 1);
    assert_int_equal(stage->campaigns.at[0].group.count, projects);
    assert_int_equal(members_named(stage, &stage->campaigns.at[0], "squat"), projects);
}

static void chance_makes_no_campaign(void **state) {
    struct stage *stage = *state;
    find(stage);
    assert_int_equal(stage->campaigns.count, 0);
}

static void template_and_people(void **state) {
    struct stage *stage = *state;
    for (unsigned i = 0; i < 30; i++)
        add(stage, "squat", i, FIRST_DAY + 100 + (int)i * 5, 2,
            text(stage, "a%u@bulk.example%s", i, ""));
    find(stage);
    assert_one_campaign(stage, 30);
}

/* The payload is the commonest, the addresses are at a large provider: only time and shape join. */
static void a_burst_of_the_commonest_payload(void **state) {
    struct stage *stage = *state;
    for (unsigned i = 0; i < 60; i++)
        add(stage, "squat", i, FIRST_DAY + 300, COMMON,
            text(stage, "zz.%u.zz@gmail.com%s", i + 100, ""));
    find(stage);
    assert_one_campaign(stage, 60);
}

static void common_traits_join_nothing(void **state) {
    struct stage *stage = *state;
    for (unsigned i = 0; i < 60; i++)
        add(stage, "squat", i, FIRST_DAY + (int)i * 15, COMMON,
            text(stage, "dev%u@gmail.com%s", i * 7 + 5000, ""));
    find(stage);
    assert_int_equal(stage->campaigns.count, 0);
}

/* Some have no address, some another domain: what they share else brings them in. */
static void missing_addresses_and_several_domains(void **state) {
    static const char *const domains[] = {"bulk.example", "other.example", "third.example"};
    struct stage *stage = *state;
    for (unsigned i = 0; i < 90; i++)
        add(stage, "squat", i, FIRST_DAY + 400 + (int)i / 30, 2,
            i % 3 == 2 ? NULL : text(stage, "x%u@%s", i, domains[i % 9 / 3]));
    find(stage);
    assert_one_campaign(stage, 90);
    assert_int_equal(stage->campaigns.at[0].domains, 3);
    assert_int_equal(stage->campaigns.at[0].facts.addresses, 60);
}

/* A bridge shares people with one group and template and time with another: two groups stay two. */
static void no_chains(void **state) {
    struct stage *stage = *state;
    for (unsigned i = 0; i < 30; i++) {
        add(stage, "squat", i, FIRST_DAY + 100, 2, text(stage, "a%u@bulk.example%s", i, ""));
        add(stage, "other", i, FIRST_DAY + 700, 3, text(stage, "b%u@else.example%s", i, ""));
    }
    add(stage, "squat", 99, FIRST_DAY + 700, 3, "a99@bulk.example");
    find(stage);
    assert_int_equal(stage->campaigns.count, 2);
    for (size_t i = 0; i < 2; i++) {
        const struct campaign *campaign = &stage->campaigns.at[i];
        size_t squats = members_named(stage, campaign, "squat");
        assert_true(campaign->group.count >= 30 && campaign->group.count <= 31);
        assert_true(squats <= 1 || squats >= campaign->group.count - 1);
    }
}

/* Templates and domains that change hands, but overlap, are one campaign. */
static void variants_of_one_hand_are_merged(void **state) {
    static const char *const domains[] = {"bulk.example", "other.example"};
    struct stage *stage = *state;
    for (unsigned i = 0; i < 80; i++)
        add(stage, "squat", i, FIRST_DAY + 500 + (int)i / 40, (unsigned char)(2 + i % 2),
            text(stage, "q%u@%s", i, domains[i / 2 % 2]));
    find(stage);
    assert_one_campaign(stage, 80);
}

static void empty_squats_of_commands(void **state) {
    struct stage *stage = *state;
    struct sample *maker = add(stage, "maker", 0, FIRST_DAY, 0, "dev@firm.example");
    char *commands = arena_alloc(stage->arena, 50 * 16);
    size_t len = 0;
    for (unsigned i = 0; i < 50; i++)
        len += (size_t)snprintf(commands + len, 16, "%ssquat-%05u", i ? " " : "", i);
    maker->kind = KIND_CODE;
    maker->commands = commands;
    for (unsigned i = 0; i < 50; i++) /* a drip of 100 days, no people, the commonest payload */
        add(stage, "squat", i, FIRST_DAY + 500 + (int)i * 2, COMMON, NULL);
    find(stage);
    assert_one_campaign(stage, 50);
    assert_int_equal(stage->campaigns.at[0].colliding_projects, 50);
}

static void bursts(void **state) {
    struct stage *stage = *state;
    find(stage);
    const struct timeline *timeline = &stage->timeline;
    assert_int_equal(timeline->count, HONEST);
    assert_int_equal(
        timeline_count(timeline, FIRST_DAY * INSTANT_DAY, (FIRST_DAY + 1) * INSTANT_DAY - 1), 2);
    instant times[40];
    for (size_t i = 0; i < 40; i++) /* as even as the mirror */
        times[i] = timeline->at[i * 50];
    assert_int_equal(burst_find(timeline, times, 40).projects, 0);
    memcpy(times, timeline->at, sizeof times); /* in 20 days of 1,000 */
    struct burst burst = burst_find(timeline, times, 40);
    assert_int_equal(burst.projects, 16); /* a window has both its ends */
    assert_true(burst.span == 7 * INSTANT_DAY);
    assert_true(burst.expected > 0 && burst.expected < 1);
    assert_int_equal(burst_find(timeline, times, 4).projects, 0); /* too few */
    assert_int_equal(burst_find(timeline, times, 0).projects, 0);
}

static void seasons(void **state) {
    struct stage *stage = *state;
    find(stage);
    struct season season = {.at = NULL};
    instant times[20];
    for (size_t i = 0; i < 20; i++) /* two dense stretches, 200 days apart */
        times[i] = stage->timeline.at[(i < 10 ? 600 : 1000) + i];
    assert_true(season_find(&season, &stage->timeline, times, 20));
    assert_int_equal(season.count, 2);
    assert_int_equal(season.inside, 20);
    assert_true(season_holds(&season, times[0]) && season_holds(&season, times[19]));
    assert_true(season_holds(&season, times[0] - INSTANT_DAY));
    assert_false(season_holds(&season, times[0] - INSTANT_DAY - 1));
    assert_false(season_holds(&season, times[0] + 100 * INSTANT_DAY));
    for (size_t i = 0; i < 20; i++) /* a drip: one span */
        times[i] = stage->timeline.at[600 + 6 * i];
    assert_true(season_find(&season, &stage->timeline, times, 20));
    assert_int_equal(season.count, 1);
    assert_true(season_find(&season, &stage->timeline, times, 0));
    assert_false(season_holds(&season, times[0]));
    season_free(&season);
}

static void shapes(void **state) {
    (void)state;
    struct buffer out = BUFFER_EMPTY;
    address_shape(span_text("ann.o'neil07@x.example"), &out);
    address_shape(span_text("@x"), &out);
    address_shape(span_text("plain"), &out);
    assert_true(span_is(buffer_span(&out), "a.a'a99@x.example@xa"));
    buffer_free(&out);
}

#define STAGED(test) cmocka_unit_test_setup_teardown(test, open_stage, close_stage)

int main(void) {
    const struct CMUnitTest tests[] = {
        STAGED(chance_makes_no_campaign),
        STAGED(template_and_people),
        STAGED(a_burst_of_the_commonest_payload),
        STAGED(common_traits_join_nothing),
        STAGED(missing_addresses_and_several_domains),
        STAGED(no_chains),
        STAGED(variants_of_one_hand_are_merged),
        STAGED(empty_squats_of_commands),
        STAGED(bursts),
        STAGED(seasons),
        cmocka_unit_test(shapes),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
