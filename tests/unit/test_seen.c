/* seen: membership, marks, key 0, fullness, and sharing between processes and threads. */
#include "facts/seen.h"

#include <pthread.h>
#include <setjmp.h>
#include <stdarg.h>
#include <sys/wait.h>
#include <unistd.h>

#include <cmocka.h>

static void keeps_what_was_added(void **state) {
    (void)state;
    struct seen *seen = seen_new(1000);
    assert_non_null(seen);
    assert_false(seen_mark(seen, 7));
    for (uint64_t key = 1; key < 1000; key++)
        assert_true(seen_add(seen, key * key));
    assert_true(seen_add(seen, 49)); /* again: no second entry */
    assert_int_equal(seen_count(seen), 999);
    assert_int_equal(seen_marked_count(seen), 0);
    assert_true(seen_mark(seen, 49));
    assert_true(seen_mark(seen, 49));
    assert_false(seen_mark(seen, 50));
    assert_true(seen_is_marked(seen, 49));
    assert_false(seen_is_marked(seen, 50));
    assert_false(seen_is_marked(seen, 64));
    assert_int_equal(seen_marked_count(seen), 1);
    seen_free(seen);
}

static void zero_is_a_key_like_any(void **state) {
    (void)state;
    struct seen *seen = seen_new(1);
    assert_false(seen_mark(seen, 0));
    assert_false(seen_is_marked(seen, 0));
    assert_true(seen_add(seen, 0));
    assert_true(seen_add(seen, 0));
    assert_int_equal(seen_count(seen), 1);
    assert_false(seen_is_marked(seen, 0));
    assert_true(seen_mark(seen, 0));
    assert_true(seen_is_marked(seen, 0));
    assert_int_equal(seen_marked_count(seen), 1);
    seen_free(seen);
}

static void refuses_above_its_capacity(void **state) {
    (void)state;
    struct seen *seen = seen_new(100);
    for (uint64_t key = 0; key < 100; key++)
        assert_true(seen_add(seen, key));
    assert_false(seen_add(seen, 100));
    assert_true(seen_add(seen, 99));
    assert_false(seen_mark(seen, 100)); /* also ends: a free slot is always left */
    for (uint64_t key = 0; key < 100; key++)
        assert_true(seen_mark(seen, key));
    assert_int_equal(seen_marked_count(seen), 100);
    seen_free(seen);
    assert_null(seen_new(SIZE_MAX));
    assert_null(seen_new(SIZE_MAX / 64)); /* more than any address space holds */
    seen_free(NULL);
}

static void children_share_marks(void **state) {
    (void)state;
    struct seen *seen = seen_new(1000);
    for (uint64_t key = 0; key < 500; key++)
        seen_add(seen, key);
    pid_t child = fork();
    if (child == 0) {
        bool all = true;
        for (uint64_t key = 0; key < 500; key += 2)
            all = seen_mark(seen, key) && all;
        _exit(all ? 0 : 1);
    }
    int status = 0;
    assert_int_equal(waitpid(child, &status, 0), child);
    assert_int_equal(status, 0);
    for (uint64_t key = 0; key < 500; key++)
        assert_int_equal(seen_is_marked(seen, key), key % 2 == 0);
    assert_int_equal(seen_marked_count(seen), 250);
    seen_free(seen);
}

enum { SHARED_KEYS = 20000 };

static void *mark_all(void *context) {
    struct seen *seen = context;
    size_t found = 0;
    while (found < SHARED_KEYS) /* until the adder is done */
        for (uint64_t key = found = 0; key < SHARED_KEYS; key++)
            found += seen_mark(seen, key);
    return NULL;
}

static void marking_and_adding_at_once(void **state) {
    (void)state;
    struct seen *seen = seen_new(SHARED_KEYS);
    pthread_t threads[2];
    for (size_t i = 0; i < 2; i++)
        assert_int_equal(pthread_create(&threads[i], NULL, mark_all, seen), 0);
    for (uint64_t key = 0; key < SHARED_KEYS; key++)
        assert_true(seen_add(seen, key));
    for (size_t i = 0; i < 2; i++)
        pthread_join(threads[i], NULL);
    assert_int_equal(seen_marked_count(seen), SHARED_KEYS);
    seen_free(seen);
}

static void widening_keeps_keys_and_marks(void **state) {
    (void)state;
    struct seen *seen = seen_new(100);
    for (uint64_t key = 0; key < 100; key++)
        assert_true(seen_add(seen, key));
    assert_false(seen_add(seen, 100));
    for (uint64_t key = 0; key < 100; key += 3)
        assert_true(seen_mark(seen, key));
    assert_ptr_equal(seen_widened(seen, 0), seen); /* there is room */
    seen = seen_widened(seen, 1000);
    assert_non_null(seen);
    assert_int_equal(seen_count(seen), 100);
    assert_int_equal(seen_marked_count(seen), 34);
    for (uint64_t key = 0; key < 100; key++)
        assert_int_equal(seen_is_marked(seen, key), key % 3 == 0);
    for (uint64_t key = 100; key < 1100; key++)
        assert_true(seen_add(seen, key));
    assert_int_equal(seen_count(seen), 1100);
    assert_null(seen_widened(seen, SIZE_MAX / 64)); /* the old set is whole */
    assert_true(seen_mark(seen, 1099));
    seen_free(seen);
}

static void key_depends_on_every_part(void **state) {
    (void)state;
    struct span path = span_text("web/packages/aa/x.whl");
    uint64_t key = seen_key(path, 10, 20, 1);
    assert_true(key == seen_key(path, 10, 20, 1));
    assert_true(key != seen_key(span_text("web/packages/aa/y.whl"), 10, 20, 1));
    assert_true(key != seen_key(path, 11, 20, 1));
    assert_true(key != seen_key(path, 10, 21, 1));
    assert_true(key != seen_key(path, 20, 10, 1));
    assert_true(key != seen_key(path, 10, -20, 1));
    assert_true(key != seen_key(path, 10, 20, 2));
    seen_key(SPAN_EMPTY, 0, 0, 0);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(keeps_what_was_added),
        cmocka_unit_test(zero_is_a_key_like_any),
        cmocka_unit_test(refuses_above_its_capacity),
        cmocka_unit_test(children_share_marks),
        cmocka_unit_test(widening_keeps_keys_and_marks),
        cmocka_unit_test(marking_and_adding_at_once),
        cmocka_unit_test(key_depends_on_every_part),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
