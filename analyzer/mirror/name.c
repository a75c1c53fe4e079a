/*
 * name: see name.h. Names and versions come from hostile files, so nothing is
 * turned into a machine integer: a number is a run of digits of any length,
 * compared without its leading zeros. Nothing here allocates but the result of
 * project_normalize.
 */
#include "mirror/name.h"

#include "base/text.h"

static bool is_name_separator(unsigned char c) {
    return c == '-' || c == '_' || c == '.';
}

/* --- project names (PEP 503) ---------------------------------------------------------------- */

/* The next byte of the normalised spelling, *at moved past what it stands for; -1 at the end. */
static int normalized_next(struct span name, size_t *at) {
    if (*at >= name.len)
        return -1;
    unsigned char c = name.at[(*at)++];
    if (!is_name_separator(c))
        return ascii_lower(c);
    while (*at < name.len && is_name_separator(name.at[*at]))
        (*at)++;
    return '-';
}

bool project_normalize(struct arena *arena, struct span name, struct span *normalized) {
    *normalized = SPAN_EMPTY;
    if (name.len == 0)
        return true;
    unsigned char *text = arena_alloc_raw(arena, name.len);
    if (text == NULL)
        return false;
    size_t len = 0, at = 0;
    for (int c; (c = normalized_next(name, &at)) >= 0;)
        text[len++] = (unsigned char)c;
    arena_shrink(arena, text, name.len, len);
    *normalized = span_of(text, len);
    return true;
}

bool project_same(struct span a, struct span b) {
    size_t at_a = 0, at_b = 0;
    for (;;) {
        int c = normalized_next(a, &at_a);
        if (c != normalized_next(b, &at_b))
            return false;
        if (c < 0)
            return true;
    }
}

/* --- versions (PEP 440) --------------------------------------------------------------------- */

/* Phases in the order in which they sort. */
enum pre_phase { PRE_ALPHA, PRE_BETA, PRE_CANDIDATE };

/* A version taken apart. Numbers are digit runs; an empty one that is present means 0. */
struct version {
    struct span epoch;
    struct span release; /* "1.0.3" */
    bool has_pre, has_post, has_dev, has_local;
    enum pre_phase pre_phase;
    struct span pre, post, dev;
    struct span local; /* "ubuntu-1.2": pieces separated by - _ or . */
};

struct phase_word {
    struct span word;
    enum pre_phase phase;
};

/* Longer words before their own beginnings. */
static const struct phase_word pre_words[] = {
    {SPAN("alpha"), PRE_ALPHA},  {SPAN("a"), PRE_ALPHA},           {SPAN("beta"), PRE_BETA},
    {SPAN("b"), PRE_BETA},       {SPAN("preview"), PRE_CANDIDATE}, {SPAN("pre"), PRE_CANDIDATE},
    {SPAN("rc"), PRE_CANDIDATE}, {SPAN("c"), PRE_CANDIDATE},
};
static const struct span post_words[] = {SPAN("post"), SPAN("rev"), SPAN("r")};
static const struct span dev_words[] = {SPAN("dev")};

static struct span cut_digits(struct span *rest) {
    size_t n = 0;
    while (n < rest->len && ascii_is_digit(rest->at[n]))
        n++;
    struct span digits = span_slice(*rest, 0, n);
    *rest = span_from(*rest, n);
    return digits;
}

static void cut_separator(struct span *rest) {
    if (rest->len > 0 && is_name_separator(rest->at[0]))
        *rest = span_from(*rest, 1);
}

/* Cuts `[-_.]? word [-_.]? digits?` off `rest`; leaves it alone and says false when the word is not
 * there. */
static bool cut_word(struct span *rest, struct span word, struct span *number) {
    struct span tail = *rest;
    cut_separator(&tail);
    if (!span_equal_nocase(span_slice(tail, 0, word.len), word))
        return false;
    tail = span_from(tail, word.len);
    cut_separator(&tail);
    *number = cut_digits(&tail);
    *rest = tail;
    return true;
}

static bool cut_any_word(struct span *rest, const struct span *words, size_t count,
                         struct span *number) {
    for (size_t i = 0; i < count; i++)
        if (cut_word(rest, words[i], number))
            return true;
    return false;
}

static bool cut_release(struct span *rest, struct span *release) {
    const struct span start = *rest;
    if (cut_digits(rest).len == 0)
        return false;
    while (rest->len > 1 && rest->at[0] == '.' && ascii_is_digit(rest->at[1])) {
        *rest = span_from(*rest, 1);
        cut_digits(rest);
    }
    *release = span_slice(start, 0, start.len - rest->len);
    return true;
}

static void cut_pre(struct span *rest, struct version *v) {
    for (size_t i = 0; i < sizeof pre_words / sizeof *pre_words; i++)
        if (cut_word(rest, pre_words[i].word, &v->pre)) {
            v->has_pre = true;
            v->pre_phase = pre_words[i].phase;
            return;
        }
}

static void cut_post(struct span *rest, struct version *v) {
    if (rest->len > 1 && rest->at[0] == '-' && ascii_is_digit(rest->at[1])) {
        *rest = span_from(*rest, 1);
        v->post = cut_digits(rest);
        v->has_post = true;
        return;
    }
    v->has_post = cut_any_word(rest, post_words, sizeof post_words / sizeof *post_words, &v->post);
}

/* `+piece.piece`: pieces are not empty. */
static bool local_is_valid(struct span local) {
    bool after_separator = true;
    for (size_t i = 0; i < local.len; i++) {
        bool separator = is_name_separator(local.at[i]);
        if (separator ? after_separator : !ascii_is_alnum(local.at[i]))
            return false;
        after_separator = separator;
    }
    return !after_separator;
}

/* False when `text` is not a PEP 440 version in any of its accepted spellings. */
static bool version_parse(struct span text, struct version *v) {
    *v = (struct version){0};
    struct span rest = span_trim(text);
    if (rest.len > 0 && ascii_lower(rest.at[0]) == 'v')
        rest = span_from(rest, 1);
    struct span tail = rest;
    struct span epoch = cut_digits(&tail);
    if (epoch.len > 0 && tail.len > 0 && tail.at[0] == '!') {
        v->epoch = epoch;
        rest = span_from(tail, 1);
    }
    if (!cut_release(&rest, &v->release))
        return false;
    cut_pre(&rest, v);
    cut_post(&rest, v);
    v->has_dev = cut_any_word(&rest, dev_words, 1, &v->dev);
    if (rest.len == 0)
        return true;
    if (rest.at[0] != '+')
        return false;
    v->has_local = true;
    v->local = span_from(rest, 1);
    return local_is_valid(v->local);
}

static int number_compare(struct span a, struct span b) {
    while (a.len > 0 && a.at[0] == '0')
        a = span_from(a, 1);
    while (b.len > 0 && b.at[0] == '0')
        b = span_from(b, 1);
    if (a.len != b.len)
        return a.len < b.len ? -1 : 1;
    return span_compare(a, b);
}

/* A missing part counts as 0, which is what dropping trailing zeros means. */
static int release_compare(struct span a, struct span b) {
    while (a.len > 0 || b.len > 0) {
        int order = number_compare(cut_digits(&a), cut_digits(&b));
        if (order != 0)
            return order;
        a = span_from(a, 1);
        b = span_from(b, 1);
    }
    return 0;
}

static struct span cut_local_piece(struct span *rest) {
    size_t n = 0;
    while (n < rest->len && !is_name_separator(rest->at[n]))
        n++;
    struct span piece = span_slice(*rest, 0, n);
    *rest = span_from(*rest, n + 1);
    return piece;
}

static bool is_number(struct span s) {
    return cut_digits(&s).len > 0 && s.len == 0;
}

static int text_compare_nocase(struct span a, struct span b) {
    for (size_t i = 0; i < a.len && i < b.len; i++) {
        int order = ascii_lower(a.at[i]) - ascii_lower(b.at[i]);
        if (order != 0)
            return order;
    }
    return (a.len > b.len) - (a.len < b.len);
}

/* Numbers sort after words; a version that goes on sorts after one that ends. */
static int local_compare(struct span a, struct span b) {
    while (a.len > 0 && b.len > 0) {
        struct span piece_a = cut_local_piece(&a), piece_b = cut_local_piece(&b);
        bool number_a = is_number(piece_a), number_b = is_number(piece_b);
        int order = number_a - number_b;
        if (order == 0)
            order =
                number_a ? number_compare(piece_a, piece_b) : text_compare_nocase(piece_a, piece_b);
        if (order != 0)
            return order;
    }
    return (a.len > 0) - (b.len > 0);
}

/* Where a version stands by its pre-release: a bare development release comes before all of them,
 * anything without one after. */
static int pre_rank(const struct version *v) {
    if (v->has_pre)
        return 1 + (int)v->pre_phase;
    return !v->has_post && v->has_dev ? 0 : 1 + PRE_CANDIDATE + 1;
}

static int parsed_compare(const struct version *a, const struct version *b) {
    int order = number_compare(a->epoch, b->epoch);
    if (order == 0)
        order = release_compare(a->release, b->release);
    if (order == 0)
        order = pre_rank(a) - pre_rank(b);
    if (order == 0)
        order = number_compare(a->pre, b->pre);
    if (order == 0)
        order = a->has_post - b->has_post;
    if (order == 0)
        order = number_compare(a->post, b->post);
    if (order == 0)
        order = b->has_dev - a->has_dev;
    if (order == 0)
        order = number_compare(a->dev, b->dev);
    if (order == 0)
        order = a->has_local - b->has_local;
    return order != 0 ? order : local_compare(a->local, b->local);
}

bool version_is_valid(struct span text) {
    struct version parsed;
    return version_parse(text, &parsed);
}

bool version_same(struct span a, struct span b) {
    struct version parsed_a, parsed_b;
    if (span_equal(a, b))
        return true;
    if (!version_parse(a, &parsed_a) || !version_parse(b, &parsed_b))
        return span_equal_nocase(a, b);
    return parsed_compare(&parsed_a, &parsed_b) == 0;
}

int version_compare(struct span a, struct span b) {
    struct version parsed_a, parsed_b;
    bool valid_a = version_parse(a, &parsed_a), valid_b = version_parse(b, &parsed_b);
    if (!valid_a && !valid_b)
        return text_compare_nocase(a, b);
    if (valid_a != valid_b)
        return valid_a - valid_b;
    return parsed_compare(&parsed_a, &parsed_b);
}

uint32_t version_major(struct span text) {
    struct version parsed;
    if (!version_parse(text, &parsed))
        return 0;
    struct span digits = cut_digits(&parsed.release);
    uint32_t major = 0;
    for (size_t i = 0; i < digits.len; i++) {
        uint32_t digit = digits.at[i] - (uint32_t)'0';
        if (major > (UINT32_MAX - digit) / 10)
            return UINT32_MAX;
        major = major * 10 + digit;
    }
    return major;
}
