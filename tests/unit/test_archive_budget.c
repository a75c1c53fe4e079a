/* What one archive may cost: each limit at its edge. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "base/limits.h"
#include "unpack/budget.h"

struct fixture {
    struct arena *arena;
    struct artifact artifact;
    struct budget budget;
};

static void begin(struct fixture *fixture, uint64_t bytes_in) {
    fixture->arena = arena_new(1 << 16);
    artifact_begin(&fixture->artifact, fixture->arena);
    budget_begin(&fixture->budget, &fixture->artifact, bytes_in);
}

static void test_bytes_out(void **state) {
    (void)state;
    struct fixture fixture;
    begin(&fixture, ARCHIVE_BYTES_OUT_MAX);
    assert_int_equal(budget_spend(&fixture.budget, ARCHIVE_BYTES_OUT_MAX), OUTCOME_OK);
    assert_int_equal(budget_spend(&fixture.budget, 0), OUTCOME_OK);
    assert_int_equal(budget_spend(&fixture.budget, 1), SKIP_ARTIFACT);
    assert_int_equal(fixture.artifact.status, STATUS_OVER_LIMIT);
    assert_int_equal(budget_tick(&fixture.budget), SKIP_ARTIFACT); /* once over, always over */
    arena_free(fixture.arena);
}

static void test_sum_does_not_wrap(void **state) {
    (void)state;
    struct fixture fixture;
    begin(&fixture, UINT64_MAX);
    assert_int_equal(budget_spend(&fixture.budget, 10), OUTCOME_OK);
    assert_int_equal(budget_spend(&fixture.budget, UINT64_MAX - 5), SKIP_ARTIFACT);
    arena_free(fixture.arena);
}

static void test_ratio(void **state) {
    (void)state;
    struct fixture fixture;
    begin(&fixture, 10);
    assert_int_equal(budget_spend(&fixture.budget, ARCHIVE_RATIO_FREE_BYTES), OUTCOME_OK);
    assert_int_equal(budget_spend(&fixture.budget, 1), SKIP_ARTIFACT);
    arena_free(fixture.arena);
    const uint64_t size = ARCHIVE_RATIO_FREE_BYTES / 100;
    begin(&fixture, size);
    assert_int_equal(budget_spend(&fixture.budget, size * ARCHIVE_RATIO_MAX), OUTCOME_OK);
    assert_int_equal(budget_spend(&fixture.budget, ARCHIVE_RATIO_MAX), SKIP_ARTIFACT);
    arena_free(fixture.arena);
}

static void test_deadline(void **state) {
    (void)state;
    struct fixture fixture;
    begin(&fixture, 10);
    for (int i = 0; i < 1000; i++)
        assert_int_equal(budget_tick(&fixture.budget), OUTCOME_OK);
    fixture.budget.deadline_ms = 0;
    enum outcome outcome = OUTCOME_OK;
    for (int i = 0; i < 100 && outcome == OUTCOME_OK; i++)
        outcome = budget_tick(&fixture.budget);
    assert_int_equal(outcome, SKIP_ARTIFACT);
    assert_int_equal(fixture.artifact.status, STATUS_OVER_LIMIT);
    assert_int_equal(budget_spend(&fixture.budget, 0), SKIP_ARTIFACT);
    arena_free(fixture.arena);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_bytes_out),
        cmocka_unit_test(test_sum_does_not_wrap),
        cmocka_unit_test(test_ratio),
        cmocka_unit_test(test_deadline),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
