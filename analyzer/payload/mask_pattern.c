/* mask_pattern: see mask_pattern.h. Hand-written, because each must be linear on hostile text. */
#include "payload/mask_pattern.h"

const bool hex_bytes[256] = {['0' ... '9'] = true, ['A' ... 'F'] = true, ['a' ... 'f'] = true};
const bool word_bytes[256] = {
    ['0' ... '9'] = true, ['A' ... 'Z'] = true, ['a' ... 'z'] = true, [0x80 ... 0xff] = true};

#define LETTER(c) (UINT32_C(1) << ((c) - 'a'))
#define HEX_LETTERS                                                                                \
    (LETTER('a') | LETTER('b') | LETTER('c') | LETTER('d') | LETTER('e') | LETTER('f'))
const uint32_t pattern_seconds[26] = {
    ['a' - 'a'] = HEX_LETTERS | LETTER('p') | LETTER('u'),
    ['b' - 'a'] = HEX_LETTERS,
    ['c' - 'a'] = HEX_LETTERS,
    ['d' - 'a'] = HEX_LETTERS,
    ['e' - 'a'] = HEX_LETTERS,
    ['f' - 'a'] = HEX_LETTERS | LETTER('r'),
    ['j' - 'a'] = LETTER('a') | LETTER('u'),
    ['m' - 'a'] = LETTER('a') | LETTER('o'),
    ['n' - 'a'] = LETTER('o'),
    ['o' - 'a'] = LETTER('c'),
    ['s' - 'a'] = LETTER('a') | LETTER('e') | LETTER('u'),
    ['t' - 'a'] = LETTER('h') | LETTER('u'),
    ['w' - 'a'] = LETTER('e'),
};

static unsigned char byte_at(struct span text, size_t at) {
    return at < text.len ? text.at[at] : 0;
}

static bool ends_word(struct span text, size_t at) {
    return at >= text.len || !is_word_byte(text.at[at]);
}

/* How many digits stand at `at`, at most `most`. */
static size_t digits_at(struct span text, size_t at, size_t most) {
    size_t n = 0;
    while (n < most && ascii_is_digit(byte_at(text, at + n)))
        n++;
    return n;
}

/* --- addresses ------------------------------------------------------------------------------ */

static bool is_address_byte(unsigned char c) {
    return is_word_byte(c) || c == '.' || c == '_' || c == '%' || c == '+' || c == '-' || c == '@';
}

size_t pattern_next_address(struct span text, size_t from) {
    size_t start = from + span_find(span_from(text, from), '@');
    if (start >= text.len)
        return text.len;
    while (start > from && is_address_byte(text.at[start - 1]))
        start--;
    return start;
}

size_t pattern_address(struct span text, size_t at, size_t *scanned) {
    size_t end = at;
    size_t sign = text.len;
    size_t last_dot = 0;
    for (; end < text.len && is_address_byte(text.at[end]); end++) {
        if (text.at[end] == '@')
            sign = end;
        if (text.at[end] == '.' && sign < end && ascii_is_alnum(byte_at(text, end + 1)))
            last_dot = end;
    }
    *scanned = end > at ? end : at + 1;
    if (sign == text.len || sign == at || last_dot <= sign + 1)
        return 0;
    while (end > last_dot && !is_word_byte(text.at[end - 1]))
        end--;
    return end - at;
}

/* --- ids ------------------------------------------------------------------------------------ */

/* 8-4-4-4-12 hex digits (RFC 9562). */
static size_t match_uuid(struct span text, size_t at) {
    static const size_t groups[] = {8, 4, 4, 4, 12};
    size_t i = at;
    for (size_t group = 0; group < 5; group++) {
        if (group > 0 && byte_at(text, i++) != '-')
            return 0;
        for (size_t n = 0; n < groups[group]; n++)
            if (!is_hex(byte_at(text, i++)))
                return 0;
    }
    return ends_word(text, i) ? i - at : 0;
}

/* 8 or more hex digits, a decimal one among them: without it is likely a word. Also the 7 of an
 * abbreviated commit, with letter and digit. */
static size_t match_hex(struct span text, size_t at) {
    enum { HEX_MIN = 8, COMMIT_DIGITS = 7 };
    size_t prefix = byte_at(text, at) == '0' && ascii_lower(byte_at(text, at + 1)) == 'x' ? 2 : 0;
    size_t i = at + prefix;
    size_t decimals = 0;
    for (; is_hex(byte_at(text, i)); i++)
        decimals += ascii_is_digit(text.at[i]);
    size_t digits = i - at - prefix;
    bool id = decimals > 0 && (digits >= HEX_MIN || (digits == COMMIT_DIGITS && decimals < digits));
    return id && ends_word(text, i) ? i - at : 0;
}

size_t pattern_id(struct span text, size_t at, unsigned char *mark) {
    if (!pattern_may_be_id(text, at))
        return 0;
    size_t len = match_uuid(text, at);
    *mark = MARK_ID;
    return len > 0 ? len : match_hex(text, at);
}

/* --- versions ------------------------------------------------------------------------------- */

/* "rc1", ".dev0", "-beta.2" at `at`: its length. */
static size_t match_version_suffix(struct span text, size_t at) {
    static const char *const words[] = {"alpha", "beta", "preview", "pre", "post", "rev",
                                        "dev",   "rc",   "a",       "b",   "c",    "r"};
    size_t i = at;
    unsigned char sign = byte_at(text, i);
    if (sign == '.' || sign == '-' || sign == '_')
        i++;
    for (size_t w = 0; w < sizeof words / sizeof *words; w++) {
        size_t len = strlen(words[w]);
        if (!span_equal_nocase(span_slice(text, i, i + len), span_text(words[w])))
            continue;
        size_t after = i + len;
        if (byte_at(text, after) == '.' && ascii_is_digit(byte_at(text, after + 1)))
            after++;
        after += digits_at(text, after, 20);
        return ends_word(text, after) || ascii_is_alpha(byte_at(text, after)) ? after - at : 0;
    }
    return 0;
}

/* 1.2, v0.1.0, 1.0rc1: at least one dot between digits. The bounds keep "1.1.1.1..." linear. */
static size_t match_version(struct span text, size_t at) {
    enum { PARTS_MAX = 8, PART_DIGITS_MAX = 20 };
    size_t i = at;
    if (ascii_lower(byte_at(text, i)) == 'v')
        i++;
    size_t digits = digits_at(text, i, PART_DIGITS_MAX);
    size_t parts = 0;
    for (; digits > 0 && parts < PARTS_MAX; parts++) {
        i += digits;
        digits = byte_at(text, i) == '.' ? digits_at(text, i + 1, PART_DIGITS_MAX) : 0;
        i += digits > 0;
    }
    if (parts < 2 || digits > 0)
        return 0;
    size_t end = ends_word(text, i) ? i : at;
    for (size_t suffix = 0; suffix < 3; suffix++) { /* "1.0rc1.post2.dev3" has three */
        i += match_version_suffix(text, i);
        end = ends_word(text, i) ? i : end; /* not the ".c" of "1.0.csv" */
    }
    return end - at;
}

/* --- dates ---------------------------------------------------------------------------------- */

static bool is_year(struct span text, size_t at) {
    return digits_at(text, at, 5) == 4 && ((text.at[at] == '1' && text.at[at + 1] == '9') ||
                                           (text.at[at] == '2' && text.at[at + 1] == '0'));
}

/* "Z", "+02:00", " +0000", " PM" after a time: its length. */
static size_t match_zone(struct span text, size_t at) {
    size_t i = at + (byte_at(text, at) == ' ');
    unsigned char sign = byte_at(text, i);
    size_t digits = sign == '+' || sign == '-' ? digits_at(text, i + 1, 4) : 0;
    bool colon = byte_at(text, i + 3) == ':' && digits_at(text, i + 4, 2) == 2;
    if (digits == 4 || (digits == 2 && (colon || i == at)))
        i += 1 + digits + (digits == 2 && colon ? 3 : 0);
    else if (sign == 'Z' && i == at)
        i++;
    else if ((ascii_lower(sign) == 'a' || ascii_lower(sign) == 'p') &&
             ascii_lower(byte_at(text, i + 1)) == 'm' && ends_word(text, i + 2))
        i += 2;
    else
        return 0;
    return i - at;
}

/* 12:30, 12:30:05.123, with a zone or not. */
static size_t match_time(struct span text, size_t at) {
    size_t i = at + digits_at(text, at, 2);
    if (i == at || byte_at(text, i) != ':' || digits_at(text, i + 1, 2) != 2)
        return 0;
    i += 3;
    if (byte_at(text, i) == ':' && digits_at(text, i + 1, 2) == 2)
        i += 3;
    if (byte_at(text, i) == '.' && ascii_is_digit(byte_at(text, i + 1)))
        i += 1 + digits_at(text, i + 1, text.len);
    i += match_zone(text, i);
    return ends_word(text, i) ? i - at : 0;
}

/* 20250630T120000Z; seconds since 1970 with a fraction. */
static size_t match_compact_time(struct span text, size_t at) {
    size_t first = digits_at(text, at, 11);
    size_t i = at + first;
    unsigned char sign = byte_at(text, i);
    size_t second = digits_at(text, i + 1, 16);
    if (!(first == 8 && sign == 'T' && (second == 4 || second == 6)) &&
        !(first == 10 && sign == '.' && second > 0))
        return 0;
    i += 1 + second;
    if (sign == 'T')
        i += match_zone(text, i);
    return ends_word(text, i) ? i - at : 0;
}

/* 2025-06-30, 30/6/2025, 6/30/25, also with a time after it; 2025-06. */
static size_t match_numeric_date(struct span text, size_t at) {
    size_t first = digits_at(text, at, 5);
    size_t i = at + first;
    unsigned char sign = byte_at(text, i);
    if (first == 0 || first == 3 || first > 4 || (sign != '-' && sign != '/'))
        return 0;
    size_t second = digits_at(text, ++i, 3);
    i += second;
    if (second == 0 || second > 2)
        return 0;
    if (byte_at(text, i) != sign)
        return is_year(text, at) && sign == '-' && second == 2 && ends_word(text, i) ? i - at : 0;
    size_t third = digits_at(text, ++i, 5);
    i += third;
    bool whole = (first == 4 && third >= 1 && third <= 2) || (first <= 2 && third == 4) ||
                 (first <= 2 && third == 2 && sign == '/');
    if (!whole)
        return 0;
    size_t time = byte_at(text, i) == 'T' || byte_at(text, i) == ' ' ? match_time(text, i + 1) : 0;
    if (time > 0)
        i += 1 + time;
    return ends_word(text, i) ? i - at : 0;
}

/* Letters at `at`, at most as many as the longest name of a month or day has, and one. */
static struct span letters_at(struct span text, size_t at) {
    enum { LETTERS_MAX = 10 };
    size_t len = 0;
    while (len < LETTERS_MAX && ascii_is_alpha(byte_at(text, at + len)))
        len++;
    return span_slice(text, at, at + len);
}

/* Whether `word` is one of the names, or the first letters of one: 3 to `cut_max` of them. */
static bool is_one_of(struct span word, const struct span *names, size_t count, size_t cut_max) {
    if (word.len < 3)
        return false;
    unsigned char first = ascii_lower(word.at[0]);
    for (size_t i = 0; i < count; i++)
        if (names[i].at[0] == first &&
            (word.len == names[i].len || (word.len <= cut_max && word.len < names[i].len)) &&
            span_equal_nocase(word, span_slice(names[i], 0, word.len)))
            return true;
    return false;
}

/* "June", "jun", "Sept": its length. */
static size_t month_at(struct span text, size_t at) {
    static const struct span months[] = {SPAN("january"), SPAN("february"), SPAN("march"),
                                         SPAN("april"),   SPAN("may"),      SPAN("june"),
                                         SPAN("july"),    SPAN("august"),   SPAN("september"),
                                         SPAN("october"), SPAN("november"), SPAN("december")};
    struct span word = letters_at(text, at);
    return ends_word(text, at + word.len) && is_one_of(word, months, 12, 4) ? word.len : 0;
}

/* Up to two of space, comma, dot, dash, slash. */
static size_t date_gap(struct span text, size_t at) {
    size_t n = 0;
    for (; n < 2; n++) {
        unsigned char c = byte_at(text, at + n);
        if (c != ' ' && c != ',' && c != '.' && c != '-' && c != '/')
            break;
    }
    return n;
}

/* 1 or 2 digits, with "st", "nd", "rd", "th" or not. */
static size_t day_at(struct span text, size_t at) {
    size_t n = digits_at(text, at, 3);
    if (n == 0 || n > 2)
        return 0;
    static const char *const endings[] = {"st", "nd", "rd", "th"};
    for (size_t e = 0; e < 4; e++)
        if (span_is_nocase(span_slice(text, at + n, at + n + 2), endings[e]))
            n += 2;
    return ends_word(text, at + n) ? n : 0;
}

/* "30 June 2025", "June 30, 2025", "June 2025", "30-Jun". */
static size_t match_named_date(struct span text, size_t at) {
    size_t i = at;
    size_t day = day_at(text, i);
    if (day > 0) {
        i += day;
        size_t gap = date_gap(text, i);
        if (gap == 0)
            return 0;
        i += gap;
    }
    size_t month = month_at(text, i);
    if (month == 0)
        return 0;
    i += month;
    size_t end = day > 0 ? i : at;
    size_t gap = date_gap(text, i);
    size_t later_day = day == 0 && gap > 0 ? day_at(text, i + gap) : 0;
    if (later_day > 0) {
        i += gap + later_day;
        end = i;
        gap = date_gap(text, i);
    }
    if (gap > 0 && is_year(text, i + gap) && ends_word(text, i + gap + 4))
        end = i + gap + 4;
    return end - at;
}

/* "Mon, ", "Tuesday ": the length of a day's name and the gap after it; 0 when there is none. */
static size_t weekday_at(struct span text, size_t at) {
    static const struct span days[] = {SPAN("monday"),   SPAN("tuesday"), SPAN("wednesday"),
                                       SPAN("thursday"), SPAN("friday"),  SPAN("saturday"),
                                       SPAN("sunday")};
    struct span word = letters_at(text, at);
    size_t gap = date_gap(text, at + word.len);
    return gap > 0 && is_one_of(word, days, 7, 3) ? word.len + gap : 0;
}

/* A date, with the day's name before it or not. */
static size_t match_date(struct span text, size_t at) {
    size_t weekday = weekday_at(text, at);
    size_t len = match_numeric_date(text, at + weekday);
    if (len == 0)
        len = match_named_date(text, at + weekday);
    return len > 0 ? weekday + len : 0;
}

#define LETTERS(a, b, c) ((unsigned)(a) << 16 | (unsigned)(b) << 8 | (unsigned)(c))

/* The first three letters of a month's or day's name? */
static bool starts_date_name(const unsigned char *at) {
    switch (LETTERS(at[0] | 0x20, at[1] | 0x20, at[2] | 0x20)) { /* lower case, where letters */
    case LETTERS('j', 'a', 'n'):
    case LETTERS('f', 'e', 'b'):
    case LETTERS('m', 'a', 'r'):
    case LETTERS('a', 'p', 'r'):
    case LETTERS('m', 'a', 'y'):
    case LETTERS('j', 'u', 'n'):
    case LETTERS('j', 'u', 'l'):
    case LETTERS('a', 'u', 'g'):
    case LETTERS('s', 'e', 'p'):
    case LETTERS('o', 'c', 't'):
    case LETTERS('n', 'o', 'v'):
    case LETTERS('d', 'e', 'c'):
    case LETTERS('m', 'o', 'n'):
    case LETTERS('t', 'u', 'e'):
    case LETTERS('w', 'e', 'd'):
    case LETTERS('t', 'h', 'u'):
    case LETTERS('f', 'r', 'i'):
    case LETTERS('s', 'a', 't'):
    case LETTERS('s', 'u', 'n'):
        return true;
    default:
        return false;
    }
}

/* At a place that may start one. */
static size_t match_word(struct span text, size_t at, unsigned char *mark) {
    const unsigned char *first = text.at + at;
    size_t len = pattern_id(text, at, mark);
    if (len == 0 && starts_date_name(first)) {
        *mark = MARK_DATE;
        len = match_date(text, at);
    }
    if (len == 0 && ascii_lower(first[0]) == 'v') {
        *mark = MARK_VERSION;
        len = match_version(text, at);
    }
    return len;
}

size_t pattern_match(struct span text, size_t at, unsigned char *mark) {
    size_t len = 0;
    if (!pattern_may_start(text, at))
        return 0;
    if (!ascii_is_digit(text.at[at]))
        return match_word(text, at, mark);
    *mark = MARK_DATE;
    if ((len = match_compact_time(text, at)) > 0 || (len = pattern_id(text, at, mark)) > 0)
        return len;
    *mark = MARK_DATE;
    if ((len = match_date(text, at)) > 0 || (len = match_time(text, at)) > 0)
        return len;
    if (is_year(text, at) && ends_word(text, at + 4) && byte_at(text, at + 4) != '.')
        return 4;
    *mark = MARK_VERSION;
    if ((len = match_version(text, at)) > 0)
        return len;
    *mark = MARK_DATE;
    return is_year(text, at) && ends_word(text, at + 4) ? 4 : 0;
}
