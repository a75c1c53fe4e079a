/* toml_scalar: TOML's strings, numbers, booleans, dates and times. */
#include "base/text.h"
#include "extract/toml_parse.h"

/* Python refuses to read longer decimal integers (sys.int_info.default_max_str_digits). */
enum { INTEGER_DIGITS_MAX = 4300 };

/* --- strings ---------------------------------------------------------------------------------- */

static bool is_control(unsigned char c) {
    return (c < 0x20 && c != '\t') || c == 0x7F;
}

static bool take_hex(struct toml_parser *parser, size_t digits, uint32_t *point) {
    *point = 0;
    for (size_t i = 0; i < digits; i++) {
        unsigned char c = ascii_lower(toml_peek(parser, i));
        bool letter = c >= 'a' && c <= 'f';
        if (!letter && !ascii_is_digit(c))
            return toml_fail(parser, "invalid \\u escape");
        *point = *point << 4 | (uint32_t)(letter ? c - 'a' + 10 : c - '0');
    }
    if (*point > 0x10FFFF || (*point >= 0xD800 && *point <= 0xDFFF))
        return toml_fail(parser, "escape is no Unicode scalar value");
    parser->at += digits;
    return true;
}

/* A line ending backslash: the line end and all white space after it vanish. */
static bool skip_line_continuation(struct toml_parser *parser) {
    toml_skip_blanks(parser);
    if (parser->at < parser->text.len && toml_peek(parser, 0) != '\n')
        return toml_fail(parser, "stray backslash in a string");
    while (toml_peek(parser, 0) == ' ' || toml_peek(parser, 0) == '\t' ||
           toml_peek(parser, 0) == '\n')
        parser->at++;
    return true;
}

/* After a backslash. Writes to out[*len...]; what comes out is never longer than what went in. */
static bool take_escape(struct toml_parser *parser, bool multiline, unsigned char *out,
                        size_t *len) {
    static const char names[] = "btnfr\"\\";
    static const char values[] = "\b\t\n\f\r\"\\";
    unsigned char c = toml_peek(parser, 0);
    if (multiline && (c == ' ' || c == '\t' || c == '\n'))
        return skip_line_continuation(parser);
    if (c == 'u' || c == 'U') {
        parser->at++;
        uint32_t point = 0;
        if (!take_hex(parser, c == 'u' ? 4 : 8, &point))
            return false;
        *len += utf8_encode(point, out + *len);
        return true;
    }
    const char *name = c != 0 ? strchr(names, c) : NULL;
    if (name == NULL)
        return toml_fail(parser, "unknown escape in a string");
    out[(*len)++] = (unsigned char)values[name - names];
    parser->at++;
    return true;
}

/* End of the string that starts at the position; the text's length when it is not closed. Escapes
 * are not judged here. */
static size_t find_basic_end(const struct toml_parser *parser, bool multiline) {
    for (size_t i = parser->at; i < parser->text.len; i++) {
        unsigned char c = parser->text.at[i];
        if (c == '\\')
            i++;
        else if (c == '"' && (!multiline || span_starts(span_from(parser->text, i), "\"\"\"")))
            return i;
        else if (!multiline && c == '\n')
            break;
    }
    return parser->text.len;
}

/* Bytes up to `end` with escapes resolved: a view when there are none. */
static bool take_basic(struct toml_parser *parser, size_t end, bool multiline, struct span *text) {
    size_t start = parser->at;
    unsigned char *out = NULL;
    size_t len = 0;
    while (parser->at < end) {
        unsigned char c = toml_peek(parser, 0);
        if (is_control(c) && !(multiline && c == '\n'))
            return toml_fail(parser, "control character in a string");
        if (c == '\\' && out == NULL) {
            out = arena_alloc_raw(parser->arena, end - start + 8);
            if (out == NULL)
                return toml_no_memory(parser);
            len = parser->at - start;
            if (len > 0)
                memcpy(out, parser->text.at + start, len);
        }
        parser->at++;
        if (c == '\\') {
            if (!take_escape(parser, multiline, out, &len))
                return false;
        } else if (out != NULL) {
            out[len++] = c;
        }
    }
    *text = out != NULL ? span_of(out, len) : span_slice(parser->text, start, end);
    return true;
}

bool toml_basic_string(struct toml_parser *parser, struct span *text) {
    parser->at++;
    size_t end = find_basic_end(parser, false);
    if (end == parser->text.len)
        return toml_fail(parser, "unterminated string");
    if (!take_basic(parser, end, false, text))
        return false;
    parser->at = end + 1;
    return true;
}

bool toml_literal_string(struct toml_parser *parser, struct span *text) {
    size_t start = ++parser->at;
    while (toml_peek(parser, 0) != '\'') {
        if (parser->at >= parser->text.len || is_control(toml_peek(parser, 0)))
            return toml_fail(parser, "unterminated or illegal literal string");
        parser->at++;
    }
    *text = span_slice(parser->text, start, parser->at++);
    return true;
}

static bool take_multiline_literal(struct toml_parser *parser, size_t end) {
    for (; parser->at < end; parser->at++)
        if (is_control(toml_peek(parser, 0)) && toml_peek(parser, 0) != '\n')
            return toml_fail(parser, "control character in a string");
    return true;
}

/* """...""" and '''...''': a line end right after the opening is dropped, up to two quotes may
 * stand before the closing ones. */
static bool multiline_string(struct toml_parser *parser, unsigned char quote, struct span *text) {
    parser->at += 3;
    if (toml_peek(parser, 0) == '\n')
        parser->at++;
    struct span rest = span_from(parser->text, parser->at);
    size_t start = parser->at;
    size_t end =
        quote == '"' ? find_basic_end(parser, true) : parser->at + span_search(rest, "'''");
    if (end >= parser->text.len)
        return toml_fail(parser, "unterminated string");
    size_t extra = 0;
    while (extra < 2 && end + 3 + extra < parser->text.len &&
           parser->text.at[end + 3 + extra] == quote)
        extra++;
    end += extra; /* the quotes are the same byte, so the text just reaches further */
    if (quote == '"') {
        if (!take_basic(parser, end, true, text))
            return false;
    } else {
        if (!take_multiline_literal(parser, end))
            return false;
        *text = span_slice(parser->text, start, end);
    }
    parser->at = end + 3;
    return true;
}

/* --- numbers, dates, times -------------------------------------------------------------------- */

/* Length of a run of digits with single underscores between, from `at` on: x(_?x)*. */
static size_t digit_run(struct span text, size_t at, bool (*is_digit)(unsigned char)) {
    size_t end = at;
    while (end < text.len) {
        size_t next = end;
        if (end > at && text.at[next] == '_')
            next++;
        if (next >= text.len || !is_digit(text.at[next]))
            break;
        end = next + 1;
    }
    return end - at;
}

static bool is_hex(unsigned char c) {
    return ascii_is_digit(c) || (ascii_lower(c) >= 'a' && ascii_lower(c) <= 'f');
}
static bool is_octal(unsigned char c) {
    return c >= '0' && c <= '7';
}
static bool is_binary(unsigned char c) {
    return c == '0' || c == '1';
}

static unsigned char byte_at(struct span text, size_t at) {
    return at < text.len ? text.at[at] : 0;
}

/* Length of 0x..., 0o..., 0b...; 0 when there is none. */
static size_t prefixed_length(struct span text) {
    if (byte_at(text, 0) != '0')
        return 0;
    unsigned char base = byte_at(text, 1);
    size_t run = base == 'x'   ? digit_run(text, 2, is_hex)
                 : base == 'o' ? digit_run(text, 2, is_octal)
                 : base == 'b' ? digit_run(text, 2, is_binary)
                               : 0;
    return run > 0 ? run + 2 : 0;
}

static size_t number_length(struct span text, enum toml_type *type) {
    *type = TOML_INTEGER;
    size_t prefixed = prefixed_length(text);
    if (prefixed > 0)
        return prefixed;
    size_t at = byte_at(text, 0) == '+' || byte_at(text, 0) == '-' ? 1 : 0;
    size_t whole = byte_at(text, at) == '0' ? 1 : digit_run(text, at, ascii_is_digit);
    if (whole == 0)
        return 0;
    at += whole;
    size_t fraction = byte_at(text, at) == '.' ? digit_run(text, at + 1, ascii_is_digit) : 0;
    if (fraction > 0)
        at += 1 + fraction;
    size_t exponent = 0;
    if (ascii_lower(byte_at(text, at)) == 'e') {
        size_t sign = byte_at(text, at + 1) == '+' || byte_at(text, at + 1) == '-' ? 1 : 0;
        exponent = digit_run(text, at + 1 + sign, ascii_is_digit);
        if (exponent > 0)
            at += 1 + sign + exponent;
    }
    if (fraction > 0 || exponent > 0)
        *type = TOML_FLOAT;
    return at;
}

/* Two digits with a value of lowest to highest; -1 when they are not there. */
static int two_digits(struct span text, size_t at, int lowest, int highest) {
    if (!ascii_is_digit(byte_at(text, at)) || !ascii_is_digit(byte_at(text, at + 1)))
        return -1;
    int value = (text.at[at] - '0') * 10 + (text.at[at + 1] - '0');
    return value >= lowest && value <= highest ? value : -1;
}

/* HH:MM:SS[.digits] from `at` on; 0 when it is not there. */
static size_t time_length(struct span text, size_t at) {
    if (two_digits(text, at, 0, 23) < 0 || byte_at(text, at + 2) != ':' ||
        two_digits(text, at + 3, 0, 59) < 0 || byte_at(text, at + 5) != ':' ||
        two_digits(text, at + 6, 0, 59) < 0)
        return 0;
    size_t end = at + 8;
    if (byte_at(text, end) == '.' && ascii_is_digit(byte_at(text, end + 1)))
        for (end++; ascii_is_digit(byte_at(text, end));)
            end++;
    return end - at;
}

static size_t offset_length(struct span text, size_t at) {
    unsigned char c = byte_at(text, at);
    if (c == 'Z' || c == 'z')
        return 1;
    bool offset = (c == '+' || c == '-') && two_digits(text, at + 1, 0, 23) >= 0 &&
                  byte_at(text, at + 3) == ':' && two_digits(text, at + 4, 0, 59) >= 0;
    return offset ? 6 : 0;
}

/* Length of a date, or date and time; 0 when there is none. */
static size_t date_length(struct span text, enum toml_type *type, bool *valid) {
    for (size_t i = 0; i < 4; i++)
        if (!ascii_is_digit(byte_at(text, i)))
            return 0;
    int month = byte_at(text, 4) == '-' ? two_digits(text, 5, 1, 12) : -1;
    int day = month > 0 && byte_at(text, 7) == '-' ? two_digits(text, 8, 1, 31) : -1;
    if (day < 0)
        return 0;
    int year = (text.at[0] - '0') * 1000 + (text.at[1] - '0') * 100 + (text.at[2] - '0') * 10 +
               (text.at[3] - '0');
    static const int days[13] = {0, 31, 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31};
    bool leap = year % 4 == 0 && (year % 100 != 0 || year % 400 == 0);
    *valid = year > 0 && day <= days[month] + (month == 2 && leap ? 1 : 0);
    *type = TOML_DATE;
    unsigned char c = byte_at(text, 10);
    size_t time = c == 'T' || c == 't' || c == ' ' ? time_length(text, 11) : 0;
    if (time == 0)
        return 10;
    *type = TOML_DATE_TIME;
    return 11 + time + offset_length(text, 11 + time);
}

static size_t count_digits(struct span text) {
    size_t digits = 0;
    for (size_t i = 0; i < text.len; i++)
        digits += ascii_is_digit(text.at[i]);
    return digits;
}

static size_t word_length(const struct toml_parser *parser, enum toml_type *type) {
    static const char *const words[] = {"true", "false", "inf",  "nan",
                                        "+inf", "-inf",  "+nan", "-nan"};
    for (size_t i = 0; i < sizeof words / sizeof words[0]; i++)
        if (toml_looking_at(parser, words[i])) {
            *type = i < 2 ? TOML_BOOLEAN : TOML_FLOAT;
            return strlen(words[i]);
        }
    return 0;
}

static struct toml_value *number_or_date(struct toml_parser *parser) {
    struct span text = span_from(parser->text, parser->at);
    enum toml_type type = TOML_STRING;
    bool valid = true;
    size_t len = word_length(parser, &type);
    if (len == 0)
        len = date_length(text, &type, &valid);
    if (len == 0) {
        len = time_length(text, 0);
        type = TOML_TIME;
    }
    if (len == 0) {
        len = number_length(text, &type);
        valid = type != TOML_INTEGER || prefixed_length(text) > 0 ||
                count_digits(span_slice(text, 0, len)) <= INTEGER_DIGITS_MAX;
    }
    if (len == 0 || !valid) {
        toml_fail(parser, len == 0 ? "invalid value" : "invalid date or number");
        return NULL;
    }
    struct toml_value *value = toml_new(parser, type);
    if (value != NULL)
        value->text = span_slice(text, 0, len);
    parser->at += len;
    return value;
}

struct toml_value *toml_scalar(struct toml_parser *parser) {
    unsigned char c = toml_peek(parser, 0);
    if (c != '"' && c != '\'')
        return number_or_date(parser);
    struct span text = SPAN_EMPTY;
    bool triple = toml_peek(parser, 1) == c && toml_peek(parser, 2) == c;
    bool read = triple     ? multiline_string(parser, c, &text)
                : c == '"' ? toml_basic_string(parser, &text)
                           : toml_literal_string(parser, &text);
    struct toml_value *value = read ? toml_new(parser, TOML_STRING) : NULL;
    if (value != NULL)
        value->text = text;
    return value;
}
