/* domain: see domain.h. */
#include "cluster/domain.h"

#include "base/log.h"
#include "base/text.h"

#include <idn2.h>
#include <libpsl.h>
#include <stdlib.h>

/* RFC 1035: a name's length without the final dot, and a label's. */
enum { HOST_BYTES_MAX = 253, LABEL_BYTES_MAX = 63 };
/* No internationalised host name that fits HOST_BYTES_MAX in ASCII form needs more as UTF-8. */
enum { HOST_UTF8_BYTES_MAX = 1024 };

enum { LIST_FREE, LIST_DISPOSABLE, LISTS };

static const struct {
    const char *name;
    const char *built_in;
} list_sources[LISTS] = {
    [LIST_FREE] =
        {
            "free-mail",
#include "free-mail_txt.h"
        },
    [LIST_DISPOSABLE] =
        {
            "disposable",
#include "disposable_txt.h"
        },
};

struct domain_rules {
    psl_ctx_t *suffixes;
    struct word_list lists[LISTS];
};

const char *domain_type_name(enum domain_type type) {
    static const char *const names[] = {"own", "free", "disposable"};
    return names[type];
}

struct domain_rules *domain_rules_open(void) {
    struct domain_rules *rules = calloc(1, sizeof *rules);
    if (rules == NULL) {
        log_line(LOG_ERROR, "out of memory");
        return NULL;
    }
    rules->suffixes = psl_latest(NULL); /* the system's list, or the one inside libpsl */
    if (rules->suffixes == NULL) {
        log_line(LOG_ERROR, "libpsl has no public suffix list");
        domain_rules_close(rules);
        return NULL;
    }
    for (size_t i = 0; i < LISTS; i++) {
        if (!word_list_load(&rules->lists[i], list_sources[i].name, list_sources[i].built_in)) {
            domain_rules_close(rules);
            return NULL;
        }
    }
    return rules;
}

void domain_rules_close(struct domain_rules *rules) {
    if (rules == NULL)
        return;
    for (size_t i = 0; i < LISTS; i++)
        word_list_free(&rules->lists[i]);
    psl_free(rules->suffixes);
    free(rules);
}

static bool is_ascii(struct span s) {
    for (size_t i = 0; i < s.len; i++)
        if (s.at[i] >= 0x80)
            return false;
    return true;
}

/* Whether `host` is made of labels of letters, digits and hyphens, two at least, the last no
 * number. */
static bool is_host_name(struct span host) {
    if (host.len == 0 || host.len > HOST_BYTES_MAX || span_find(host, '.') == host.len)
        return false;
    bool number = false;
    struct span label;
    if (host.at[host.len - 1] == '.')
        return false;
    while (span_next_piece(&host, '.', &label)) {
        if (label.len == 0 || label.len > LABEL_BYTES_MAX || label.at[0] == '-' ||
            label.at[label.len - 1] == '-')
            return false;
        number = true;
        for (size_t i = 0; i < label.len; i++) {
            if (!ascii_is_alnum(label.at[i]) && label.at[i] != '-')
                return false;
            number = number && ascii_is_digit(label.at[i]);
        }
    }
    return !number; /* a numeric last label makes an IP address (RFC 3696, section 2) */
}

/* Writes the ASCII form of `name` into `host`, lower case, NUL at the end. */
static bool host_to_ascii(struct span name, char host[HOST_BYTES_MAX + 1]) {
    if (name.len == 0 || name.len > HOST_UTF8_BYTES_MAX)
        return false;
    size_t len = 0;
    if (is_ascii(name)) {
        if (name.len > HOST_BYTES_MAX)
            return false;
        memcpy(host, name.at, name.len);
        len = name.len;
    } else {
        unsigned char text[HOST_UTF8_BYTES_MAX + 1];
        if (!utf8_is_valid(name) || span_find(name, 0) < name.len)
            return false;
        memcpy(text, name.at, name.len);
        text[name.len] = 0;
        unsigned char *ascii = NULL;
        if (idn2_lookup_u8(text, &ascii, IDN2_NFC_INPUT | IDN2_NONTRANSITIONAL) != IDN2_OK)
            return false;
        len = strlen((const char *)ascii);
        if (len <= HOST_BYTES_MAX)
            memcpy(host, ascii, len);
        idn2_free(ascii);
        if (len > HOST_BYTES_MAX)
            return false;
    }
    for (size_t i = 0; i < len; i++)
        host[i] = (char)ascii_lower((unsigned char)host[i]);
    host[len] = '\0';
    return is_host_name(span_of(host, len));
}

bool domain_of_address(const struct domain_rules *rules, struct span address,
                       struct buffer *domain) {
    size_t at = span_find_last(address, '@');
    if (at == 0 || at == address.len)
        return false;
    struct span name = span_trim(span_from(address, at + 1));
    if (span_ends(name, "."))
        name = span_slice(name, 0, name.len - 1);
    char host[HOST_BYTES_MAX + 1];
    if (!host_to_ascii(name, host))
        return false;
    const char *registrable = psl_registrable_domain(rules->suffixes, host);
    if (registrable == NULL && !psl_is_public_suffix2(rules->suffixes, host, PSL_TYPE_ICANN))
        registrable = host; /* a suffix of the private section only */
    if (registrable == NULL)
        return false;
    buffer_add_text(domain, registrable);
    return !domain->failed;
}

enum domain_type domain_type_of(const struct domain_rules *rules, struct span domain) {
    if (word_list_has(&rules->lists[LIST_DISPOSABLE], domain))
        return DOMAIN_DISPOSABLE;
    return word_list_has(&rules->lists[LIST_FREE], domain) ? DOMAIN_FREE : DOMAIN_OWN;
}

size_t domain_list_count(void) {
    return LISTS;
}

const struct word_list *domain_list(const struct domain_rules *rules, size_t index) {
    return &rules->lists[index];
}
