/*
 * lexer: see lexer.h. One table says what a first byte starts; each rule then
 * reads to the end of its token. At the start of a logical line the
 * indentation is measured first, as tokenize does: blank lines and lines of
 * one comment do not count.
 */
#include "python/lexer.h"

#include "base/text.h"
#include "python/strings.h"

/* What a byte may begin; WORD is a flag: the byte may go on a name. */
enum byte_class {
    BAD,
    BLANK,
    EOL,
    LETTER,
    DIGIT,
    QUOTE,
    OPERATOR,
    DOT,
    OPEN,
    CLOSE,
    HASH,
    BACKSLASH
};
enum { WORD = 0x80, CLASS = 0x7f };

static const unsigned char classes[256] = {
    ['\t'] = BLANK,
    ['\f'] = BLANK,
    [' '] = BLANK,
    ['\n'] = EOL,
    ['\r'] = EOL,
    ['0' ... '9'] = DIGIT | WORD,
    ['A' ... 'Z'] = LETTER | WORD,
    ['a' ... 'z'] = LETTER | WORD,
    ['_'] = LETTER | WORD,
    [0x80 ... 0xff] = LETTER | WORD,
    ['\''] = QUOTE,
    ['"'] = QUOTE,
    ['.'] = DOT,
    ['('] = OPEN,
    ['['] = OPEN,
    ['{'] = OPEN,
    [')'] = CLOSE,
    [']'] = CLOSE,
    ['}'] = CLOSE,
    ['#'] = HASH,
    ['\\'] = BACKSLASH,
    ['!'] = OPERATOR,
    ['%'] = OPERATOR,
    ['&'] = OPERATOR,
    ['*'] = OPERATOR,
    ['+'] = OPERATOR,
    [','] = OPERATOR,
    ['-'] = OPERATOR,
    ['/'] = OPERATOR,
    [':'] = OPERATOR,
    [';'] = OPERATOR,
    ['<'] = OPERATOR,
    ['='] = OPERATOR,
    ['>'] = OPERATOR,
    ['@'] = OPERATOR,
    ['^'] = OPERATOR,
    ['|'] = OPERATOR,
    ['~'] = OPERATOR,
};

void python_lexer_begin(struct python_lexer *lexer, struct span source) {
    memset(lexer, 0, sizeof *lexer);
    lexer->source = source.at != NULL ? source : span_of("", 0); /* tokens point somewhere */
    lexer->line = 1;
    lexer->line_start = true;
    if (span_starts(source, "\xef\xbb\xbf"))
        lexer->at = 3;
}

static unsigned char byte_at(const struct python_lexer *lexer, size_t at) {
    return at < lexer->source.len ? lexer->source.at[at] : 0;
}

/* The token from lexer->at up to `end`, on the current line; goes on behind it. */
static struct python_token take(struct python_lexer *lexer, enum python_token_type type,
                                size_t end) {
    struct python_token token = {type, span_of(lexer->source.at + lexer->at, end - lexer->at),
                                 lexer->line};
    lexer->at = end;
    return token;
}

/* The place behind the line end at `at`. */
static size_t after_eol(const struct python_lexer *lexer, size_t at) {
    return at + (byte_at(lexer, at) == '\r' && byte_at(lexer, at + 1) == '\n' ? 2 : 1);
}

static struct python_token take_eol(struct python_lexer *lexer, size_t end) {
    bool ends_statement = lexer->brackets == 0 && !lexer->comment_line && !lexer->line_start;
    struct python_token token = take(lexer, ends_statement ? PY_NEWLINE : PY_NL, end);
    lexer->line++;
    lexer->line_start = lexer->brackets == 0;
    lexer->comment_line = false;
    return token;
}

static struct python_token take_comment(struct python_lexer *lexer) {
    size_t at = lexer->at;
    const unsigned char *source = lexer->source.at;
    while (at < lexer->source.len && source[at] != '\n' && source[at] != '\r')
        at++;
    return take(lexer, PY_COMMENT, at);
}

static struct python_token take_dedent(struct python_lexer *lexer) {
    lexer->pending_dedents--;
    return take(lexer, PY_DEDENT, lexer->at);
}

/* The blocks that are open close, then nothing comes. */
static struct python_token take_end(struct python_lexer *lexer) {
    if (!lexer->ended) {
        lexer->ended = true;
        lexer->pending_dedents = lexer->indent_count;
        lexer->indent_count = 0;
    }
    if (lexer->pending_dedents > 0)
        return take_dedent(lexer);
    return take(lexer, PY_END, lexer->at);
}

/* Passes the white space of a new line. Returns its width. */
static uint32_t measure_indent(struct python_lexer *lexer) {
    size_t column = 0;
    while (lexer->at < lexer->source.len) {
        unsigned char c = lexer->source.at[lexer->at];
        if (c == ' ')
            column++;
        else if (c == '\t')
            column = (column / 8 + 1) * 8;
        else if (c == '\f')
            column = 0;
        else
            break;
        lexer->at++;
    }
    return column < UINT32_MAX ? (uint32_t)column : UINT32_MAX;
}

static uint32_t indent_of(const struct python_lexer *lexer, uint32_t level) {
    return level > 0 ? lexer->indents[level - 1] : 0;
}

static void close_blocks(struct python_lexer *lexer, uint32_t column) {
    while (lexer->indent_count > 0 && column < indent_of(lexer, lexer->indent_count)) {
        if (column > indent_of(lexer, lexer->indent_count - 1)) {
            lexer->indents[lexer->indent_count - 1] = column;
            return;
        }
        lexer->indent_count--;
        lexer->pending_dedents++;
    }
}

/* The start of a logical line. False when the statement's first token comes next. */
static bool take_line_start(struct python_lexer *lexer, struct python_token *token) {
    size_t start = lexer->at;
    uint32_t column = measure_indent(lexer);
    unsigned char class =
        lexer->at < lexer->source.len ? classes[lexer->source.at[lexer->at]] & CLASS : BAD;
    if (lexer->at == lexer->source.len) {
        *token = take_end(lexer);
        return true;
    }
    if (class == EOL) {
        *token = take_eol(lexer, after_eol(lexer, lexer->at));
        return true;
    }
    lexer->line_start = false;
    if (class == HASH) {
        lexer->comment_line = true;
        *token = take_comment(lexer);
        return true;
    }
    if (column > indent_of(lexer, lexer->indent_count)) {
        if (lexer->indent_count == PYTHON_INDENTS_MAX)
            return false;
        lexer->indents[lexer->indent_count++] = column;
        size_t end = lexer->at;
        lexer->at = start;
        *token = take(lexer, PY_INDENT, end);
        return true;
    }
    close_blocks(lexer, column);
    if (lexer->pending_dedents == 0)
        return false;
    *token = take_dedent(lexer);
    return true;
}

/* Passes white space and backslashed line ends inside a statement. */
static void skip_blanks(struct python_lexer *lexer) {
    while (lexer->at < lexer->source.len) {
        unsigned char c = lexer->source.at[lexer->at];
        if (classes[c] == BLANK) {
            lexer->at++;
        } else if (c == '\\' && classes[byte_at(lexer, lexer->at + 1)] == EOL) {
            lexer->at = after_eol(lexer, lexer->at + 1);
            lexer->line++;
        } else {
            return;
        }
    }
}

/* Digits with single underscores between. `hex` allows a to f. */
static size_t skip_digits(const struct python_lexer *lexer, size_t at, bool hex) {
    for (;;) {
        size_t next = byte_at(lexer, at) == '_' ? at + 1 : at;
        unsigned char c = ascii_lower(byte_at(lexer, next));
        if (!ascii_is_digit(c) && !(hex && c >= 'a' && c <= 'f'))
            return at;
        at = next + 1;
    }
}

/* Python 2's long suffix. */
static size_t skip_long(const struct python_lexer *lexer, size_t at) {
    bool is_long =
        ascii_lower(byte_at(lexer, at)) == 'l' && !(classes[byte_at(lexer, at + 1)] & WORD);
    return is_long ? at + 1 : at;
}

/* The end of a number with 0x, 0o or 0b; 0 when it is none. */
static size_t radix_end(const struct python_lexer *lexer) {
    unsigned char mark = ascii_lower(byte_at(lexer, lexer->at + 1));
    if (byte_at(lexer, lexer->at) != '0' || (mark != 'x' && mark != 'o' && mark != 'b'))
        return 0;
    size_t at = lexer->at + 2;
    unsigned char last = mark == 'b' ? '1' : '7';
    size_t end = at;
    if (mark == 'x') {
        end = skip_digits(lexer, at, true);
    } else {
        for (;;) {
            size_t next = byte_at(lexer, end) == '_' ? end + 1 : end;
            unsigned char c = byte_at(lexer, next);
            if (c < '0' || c > last)
                break;
            end = next + 1;
        }
    }
    return end > at ? end : 0;
}

static size_t number_end(const struct python_lexer *lexer) {
    size_t radix = radix_end(lexer);
    if (radix != 0)
        return skip_long(lexer, radix);
    bool is_whole = true;
    size_t at = lexer->at;
    if (byte_at(lexer, at) != '.')
        at = skip_digits(lexer, at, false);
    if (byte_at(lexer, at) == '.') {
        is_whole = false;
        at++;
        if (ascii_is_digit(byte_at(lexer, at)))
            at = skip_digits(lexer, at, false);
    }
    if (ascii_lower(byte_at(lexer, at)) == 'e') {
        size_t power = at + 1;
        if (byte_at(lexer, power) == '+' || byte_at(lexer, power) == '-')
            power++;
        if (ascii_is_digit(byte_at(lexer, power))) {
            is_whole = false;
            at = skip_digits(lexer, power, false);
        }
    }
    if (ascii_lower(byte_at(lexer, at)) == 'j')
        return at + 1;
    return is_whole ? skip_long(lexer, at) : at;
}

/* The end of an operator: the longest of one to three characters. 0 for a lone '!'. */
static size_t operator_end(const struct python_lexer *lexer) {
    unsigned char first = byte_at(lexer, lexer->at);
    unsigned char second = byte_at(lexer, lexer->at + 1);
    size_t at = lexer->at + 1;
    if (second == first && (first == '*' || first == '/' || first == '<' || first == '>'))
        return byte_at(lexer, at + 1) == '=' ? at + 2 : at + 1;
    if ((first == '-' || first == '<') && second == '>')
        return at + 1;
    if (second == '=' && first != ',' && first != ';' && first != '~')
        return at + 1;
    return first == '!' ? 0 : at;
}

static struct python_token take_operator(struct python_lexer *lexer) {
    size_t end = operator_end(lexer);
    return end != 0 ? take(lexer, PY_OP, end) : take(lexer, PY_ERROR, lexer->at + 1);
}

static struct python_token take_dot(struct python_lexer *lexer) {
    size_t at = lexer->at;
    if (ascii_is_digit(byte_at(lexer, at + 1)))
        return take(lexer, PY_NUMBER, number_end(lexer));
    bool is_ellipsis = byte_at(lexer, at + 1) == '.' && byte_at(lexer, at + 2) == '.';
    return take(lexer, PY_OP, at + (is_ellipsis ? 3 : 1));
}

/*
 * The end of an f-string by PEP 701, 0 when there is none. Failed attempts may
 * cost as much as the source is long, all together; then old rules do.
 */
static size_t try_formatted(struct python_lexer *lexer, size_t quote, bool is_raw) {
    if (lexer->wasted > lexer->source.len)
        return 0;
    size_t reached;
    size_t end = formatted_string_end(lexer->source, quote, is_raw, &reached);
    if (end == 0)
        lexer->wasted += reached - quote;
    return end;
}

/*
 * The end of a string by its quotes alone, 0 when there is none. When a search
 * fails, every quote of that kind on its way was escaped, so that a search from
 * there would read the same bytes the same way: it is not repeated.
 */
static size_t plain_end(struct python_lexer *lexer, size_t quote) {
    unsigned kind = lexer->source.at[quote] == '"';
    bool is_triple = string_is_triple(lexer->source, quote);
    if (is_triple ? lexer->no_triple_end[kind] : quote < lexer->no_end[kind])
        return 0;
    size_t reached;
    size_t end = string_end(lexer->source, quote, &reached);
    if (end == 0 && is_triple)
        lexer->no_triple_end[kind] = true;
    else if (end == 0)
        lexer->no_end[kind] = reached;
    return end;
}

static uint32_t count_lines(struct span text) {
    uint32_t lines = 0;
    for (size_t i = 0; i < text.len; i++)
        lines += text.at[i] == '\n' ||
                 (text.at[i] == '\r' && (i + 1 == text.len || text.at[i + 1] != '\n'));
    return lines;
}

/* The string from lexer->at, its first quote at `quote`. False when it has no end. */
static bool take_string(struct python_lexer *lexer, size_t quote, struct string_prefix prefix,
                        struct python_token *token) {
    size_t end = prefix.is_formatted ? try_formatted(lexer, quote, prefix.is_raw) : 0;
    if (end == 0)
        end = plain_end(lexer, quote);
    if (end == 0)
        return false;
    *token = take(lexer, PY_STRING, end);
    lexer->line += count_lines(token->text);
    return true;
}

static struct python_token take_word(struct python_lexer *lexer) {
    const unsigned char *source = lexer->source.at;
    size_t end = lexer->at + 1;
    while (end < lexer->source.len && (classes[source[end]] & WORD))
        end++;
    if (classes[byte_at(lexer, end)] == QUOTE) {
        struct string_prefix prefix;
        struct python_token token;
        struct span word = span_slice(lexer->source, lexer->at, end);
        if (string_prefix_read(word, &prefix) && take_string(lexer, end, prefix, &token))
            return token;
    }
    return take(lexer, PY_NAME, end);
}

static struct python_token take_quote(struct python_lexer *lexer) {
    struct python_token token;
    if (take_string(lexer, lexer->at, (struct string_prefix){false, false, false}, &token))
        return token;
    return take(lexer, PY_ERROR, lexer->at + 1);
}

struct python_token python_lexer_next(struct python_lexer *lexer) {
    struct python_token token;
    if (lexer->pending_dedents > 0)
        return take_dedent(lexer);
    if (lexer->ended)
        return take_end(lexer);
    if (lexer->line_start && take_line_start(lexer, &token))
        return token;
    skip_blanks(lexer);
    if (lexer->at == lexer->source.len) { /* the last line has no end */
        lexer->brackets = 0;
        return take_eol(lexer, lexer->at);
    }
    switch (classes[lexer->source.at[lexer->at]] & CLASS) {
    case LETTER:
        return take_word(lexer);
    case EOL:
        return take_eol(lexer, after_eol(lexer, lexer->at));
    case DIGIT:
        return take(lexer, PY_NUMBER, number_end(lexer));
    case QUOTE:
        return take_quote(lexer);
    case OPERATOR:
        return take_operator(lexer);
    case DOT:
        return take_dot(lexer);
    case OPEN:
        lexer->brackets++;
        return take(lexer, PY_OP, lexer->at + 1);
    case CLOSE:
        if (lexer->brackets > 0)
            lexer->brackets--;
        return take(lexer, PY_OP, lexer->at + 1);
    case HASH:
        return take_comment(lexer);
    default:
        return take(lexer, PY_ERROR, lexer->at + 1);
    }
}

bool python_is_keyword(struct span name) {
    static const char *const keywords[] = {
        "False", "None",     "True",  "and",    "as",   "assert", "async",  "await",    "break",
        "class", "continue", "def",   "del",    "elif", "else",   "except", "finally",  "for",
        "from",  "global",   "if",    "import", "in",   "is",     "lambda", "nonlocal", "not",
        "or",    "pass",     "raise", "return", "try",  "while",  "with",   "yield"};
    if (name.len < 2 || name.len > 8)
        return false;
    for (size_t i = 0; i < sizeof keywords / sizeof *keywords; i++)
        if (keywords[i][0] == (char)name.at[0] && span_is(name, keywords[i]))
            return true;
    return false;
}
