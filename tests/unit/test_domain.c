/* Registrable domains and their types, on the lists built into the program and on replaced ones. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "cluster/domain.h"

#include <stdio.h>
#include <stdlib.h>
#include <sys/stat.h>
#include <unistd.h>

static int open_rules(void **state) {
    unsetenv("WINNOW_DATASETS");
    *state = domain_rules_open();
    return *state == NULL;
}

static int close_rules(void **state) {
    domain_rules_close(*state);
    return 0;
}

static const struct {
    const char *address;
    const char *domain; /* NULL: none */
} cases[] = {
    {"jane@example.com", "example.com"},
    {"Jane@Mail.Example.CO.UK", "example.co.uk"},
    {"jane@example.com.", "example.com"},
    {"a@b@example.org", "example.org"},
    {"\"a@b\"@sub.example.org", "example.org"},
    {"x@users.noreply.github.com", "github.com"},
    {"x@foo.github.io", "foo.github.io"},
    {"x@us.com", "us.com"},
    {"x@m\xC3\xBCnchen.de", "xn--mnchen-3ya.de"},
    {"x@M\xC3\x9CNCHEN.de", "xn--mnchen-3ya.de"},
    {"x@mail.xn--mnchen-3ya.de", "xn--mnchen-3ya.de"},
    {"x@\xE4\xBE\x8B\xE3\x81\x88.\xE3\x83\x86\xE3\x82\xB9\xE3\x83\x88", "xn--r8jz45g.xn--zckzah"},
    {"x@host.unheardof", "host.unheardof"},
    {"x@co.uk", NULL},
    {"x@com", NULL},
    {"x@localhost", NULL},
    {"x@127.0.0.1", NULL},
    {"x@[127.0.0.1]", NULL},
    {"x@[IPv6:::1]", NULL},
    {"x@example..com", NULL},
    {"x@.example.com", NULL},
    {"x@-a.com", NULL},
    {"x@exa mple.com", NULL},
    {"x@exam\xFFple.com", NULL},
    {"x@", NULL},
    {"@example.com", NULL},
    {"nobody", NULL},
    {"", NULL},
};

static void finds_registrable_domains(void **state) {
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        struct buffer domain = BUFFER_EMPTY;
        bool found = domain_of_address(*state, span_text(cases[i].address), &domain);
        if (found != (cases[i].domain != NULL) ||
            (found && !span_is(buffer_span(&domain), cases[i].domain)))
            fail_msg("%s gives %.*s", cases[i].address, (int)domain.len,
                     domain.at ? (const char *)domain.at : "");
        buffer_free(&domain);
    }
}

static void bounds_long_hosts(void **state) {
    char address[4096];
    struct buffer domain = BUFFER_EMPTY;
    for (size_t len = 1; len < 4000; len += 61) {
        memset(address, 'a', len);
        memcpy(address, "x@", 2);
        memcpy(address + len, ".com", 5);
        size_t label = len > 2 ? len - 2 : 0;
        bool found = domain_of_address(*state, span_text(address), &domain);
        assert_int_equal(found, label > 0 && label <= 63);
        for (size_t i = 2; i + 1 < len; i += 2)
            memcpy(address + i, "\xC3\xBC", 2);
        domain_of_address(*state, span_text(address), &domain);
    }
    char nul[] = "x@exam\0ple.com";
    buffer_clear(&domain);
    assert_false(domain_of_address(*state, span_of(nul, sizeof nul - 1), &domain));
    buffer_free(&domain);
}

static void knows_types(void **state) {
    static const struct {
        const char *domain;
        enum domain_type type;
    } types[] = {
        {"gmail.com", DOMAIN_FREE},  {"inbox.ru", DOMAIN_FREE},
        {"github.com", DOMAIN_FREE}, {"mailinator.com", DOMAIN_DISPOSABLE},
        {"python.org", DOMAIN_OWN},  {"", DOMAIN_OWN},
    };
    for (size_t i = 0; i < sizeof types / sizeof *types; i++)
        assert_int_equal(domain_type_of(*state, span_text(types[i].domain)), types[i].type);
    assert_string_equal(domain_type_name(DOMAIN_DISPOSABLE), "disposable");
    for (size_t i = 0; i < domain_list_count(); i++)
        assert_true(domain_list(*state, i)->count > 50);
}

static void put(const char *folder, const char *name, const char *text) {
    char path[512];
    snprintf(path, sizeof path, "%s/%s", folder, name);
    FILE *file = fopen(path, "w");
    assert_non_null(file);
    fputs(text, file);
    fclose(file);
}

static void prefers_fetched_lists(void **state) {
    (void)state;
    char folder[] = "/tmp/winnow-domains-XXXXXX";
    assert_non_null(mkdtemp(folder));
    char fetched[64];
    snprintf(fetched, sizeof fetched, "%s/fetched", folder);
    assert_int_equal(mkdir(fetched, 0700), 0);
    put(folder, "free-mail.txt", "gmail.com\n");
    put(fetched, "free-mail.txt", "# larger\r\nNew.Example # with a comment\r\n\r\n");
    setenv("WINNOW_DATASETS", folder, 1);
    struct domain_rules *rules = domain_rules_open();
    unsetenv("WINNOW_DATASETS");
    assert_non_null(rules);
    assert_int_equal(domain_type_of(rules, span_text("new.example")), DOMAIN_FREE);
    assert_int_equal(domain_type_of(rules, span_text("gmail.com")), DOMAIN_OWN);
    assert_int_equal(domain_type_of(rules, span_text("mailinator.com")), DOMAIN_DISPOSABLE);
    assert_int_equal(domain_list(rules, 0)->count, 1);
    domain_rules_close(rules);
    char path[512];
    snprintf(path, sizeof path, "%s/free-mail.txt", fetched);
    unlink(path);
    snprintf(path, sizeof path, "%s/free-mail.txt", folder);
    unlink(path);
    rmdir(fetched);
    rmdir(folder);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup_teardown(finds_registrable_domains, open_rules, close_rules),
        cmocka_unit_test_setup_teardown(bounds_long_hosts, open_rules, close_rules),
        cmocka_unit_test_setup_teardown(knows_types, open_rules, close_rules),
        cmocka_unit_test(prefers_fetched_lists),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
