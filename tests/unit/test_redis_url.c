/* Redis URLs: what is read, what is refused, and that a refusal repeats nothing of the URL. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "report/redis_url.h"

static const struct {
    const char *text;
    struct redis_url url;
} good[] = {
    {"redis://localhost", {false, "localhost", 6379, NULL, NULL, 0}},
    {"redis://localhost/", {false, "localhost", 6379, NULL, NULL, 0}},
    {"redis://h:1234/5", {false, "h", 1234, NULL, NULL, 5}},
    {"redis://:secret@h", {false, "h", 6379, NULL, "secret", 0}},
    {"redis://me:s%40c%2Fr@h:1/0", {false, "h", 1, "me", "s@c/r", 0}},
    {"redis://me:p@ss@h", {false, "h", 6379, "me", "p@ss", 0}},
    {"redis://[::1]:6380/2", {false, "::1", 6380, NULL, NULL, 2}},
    {"redis://[::1]", {false, "::1", 6379, NULL, NULL, 0}},
    {"unix:///run/redis.sock", {true, "/run/redis.sock", 6379, NULL, NULL, 0}},
    {"unix:///run/r@s?db=3", {true, "/run/r@s", 6379, NULL, NULL, 3}},
    {"unix://me:pw@/run/x%20y", {true, "/run/x y", 6379, "me", "pw", 0}},
};

static const char *const bad[] = {
    "",
    "localhost:6379",
    "http://localhost",
    "rediss://secret@h",
    "redis://",
    "redis:///0",
    "redis://h:0",
    "redis://h:65536",
    "redis://h:secret",
    "redis://h/secret",
    "redis://h/99999999999",
    "redis://[::1",
    "redis://[::1]secret",
    "redis://:sec%ret@h",
    "redis://:sec%00ret@h",
    "redis://:secret%2@h",
    "unix://relative/path",
    "unix://",
    "unix:///x?db=secret",
    "unix:///x?secret=1",
};

static void assert_text(const char *got, const char *want, const char *url) {
    if ((got == NULL) != (want == NULL) || (got != NULL && strcmp(got, want) != 0))
        fail_msg("%s: %s is not %s", url, got ? got : "(none)", want ? want : "(none)");
}

static void reads_urls(void **state) {
    (void)state;
    for (size_t i = 0; i < sizeof good / sizeof *good; i++) {
        struct redis_url url;
        const char *problem = "";
        if (!redis_url_parse(good[i].text, &url, &problem))
            fail_msg("%s: %s", good[i].text, problem);
        assert_int_equal(url.is_unix, good[i].url.is_unix);
        assert_int_equal(url.database, good[i].url.database);
        assert_int_equal(url.port, good[i].url.port);
        assert_text(url.host, good[i].url.host, good[i].text);
        assert_text(url.user, good[i].url.user, good[i].text);
        assert_text(url.password, good[i].url.password, good[i].text);
        redis_url_free(&url);
    }
}

static void refuses_the_rest(void **state) {
    (void)state;
    for (size_t i = 0; i < sizeof bad / sizeof *bad; i++) {
        struct redis_url url;
        const char *problem = NULL;
        if (redis_url_parse(bad[i], &url, &problem))
            fail_msg("%s is accepted", bad[i]);
        assert_non_null(problem);
        assert_null(strstr(problem, "secret"));
    }
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(reads_urls),
        cmocka_unit_test(refuses_the_rest),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
