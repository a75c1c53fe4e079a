/* Addresses of Author-email fields; tests/oracle/test_addresses.py holds them against Python. */
#include "extract_test.h"

#include "base/limits.h"
#include "extract/addresses.h"

static const struct {
    const char *field;
    const char *addresses;
} cases[] = {
    {"", ""},
    {"a@b.c", "a@b.c"},
    {"\"Doe, Jane\" <jane@x.org>, Joe <joe@y.org>", "jane@x.org|joe@y.org"},
    {"Team: a@b.c, D <d@e.f>;, g@h.i", "a@b.c|d@e.f|g@h.i"},
    {"a@b.c (one (nested) comment), d@e.f", "a@b.c|d@e.f"},
    {"name at host dot com", ""},
    {"name@host@other", ""},
    {"a@b.c, a@b.c, A@b.c", "a@b.c|A@b.c"},
    {"<@route:a@b.c>", "a@b.c"},
    {"two words@x.org", ""},
    {"\"two words\"@x.org", ""},
    {"\"quoted\"@x.org", "\"quoted\"@x.org"},
    {"a . b @ c . d", "a.b@c.d"},
    {"One <one@a.b>,\n  Two <two@c.d>", "one@a.b|two@c.d"},
    {"a@", ""},
    {"@b", ""},
};

static void test_cases(void **state) {
    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        struct span_list list = {0};
        assert_true(addresses_read(*state, span_text(cases[i].field), &list));
        assert_list(&list, cases[i].addresses);
    }
}

static void test_as_many_as_allowed(void **state) {
    struct buffer field = BUFFER_EMPTY;
    for (unsigned i = 0; i < ADDRESSES_MAX + 10; i++)
        buffer_printf(&field, "a%u@b.c,", i);
    struct span_list list = {0};
    assert_true(addresses_read(*state, buffer_span(&field), &list));
    assert_int_equal(list.count, ADDRESSES_MAX);
    buffer_free(&field);
}

static void test_nul_bytes(void **state) {
    struct span_list list = {0};
    assert_true(addresses_read(*state, span_of("a\0@b.c, d@e.f\0", 14), &list));
    assert_list(&list, "");
}

static bool read_field(struct arena *arena, struct span text) {
    struct span_list list = {0};
    return addresses_read(arena, text, &list);
}

static void test_memory_out(void **state) {
    (void)state;
    check_memory_out(read_field, "a@b.c, d@e.f, g@h.i, x@y.z");
}

int main(void) {
    const struct CMUnitTest tests[] = {
        TEST(test_cases),
        TEST(test_as_many_as_allowed),
        TEST(test_nul_bytes),
        TEST(test_memory_out),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
