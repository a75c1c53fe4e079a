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
    COMMA,
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
    [','] = COMMA,
    ['\\'] = BACKSLASH,
    ['!'] = OPERATOR,
    ['%'] = OPERATOR,
    ['&'] = OPERATOR,
    ['*'] = OPERATOR,
    ['+'] = OPERATOR,
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
    lexer->line_start = true;
    if (span_starts(source, "\xef\xbb\xbf"))
        lexer->at = 3;
}

static unsigned char byte_at(const struct python_lexer *lexer, size_t at) {
    return at < lexer->source.len ? lexer->source.at[at] : 0;
}

/* The token from lexer->at up to `end`; goes on behind it. */
static void take(struct python_lexer *lexer, struct python_token *token,
                 enum python_token_type type, size_t end) {
    token->type = type;
    token->text = span_of(lexer->source.at + lexer->at, end - lexer->at);
    lexer->at = end;
}

/* The place behind the line end at `at`. */
static size_t after_eol(const struct python_lexer *lexer, size_t at) {
    return at + (byte_at(lexer, at) == '\r' && byte_at(lexer, at + 1) == '\n' ? 2 : 1);
}

static void take_eol(struct python_lexer *lexer, struct python_token *token, size_t end) {
    bool ends_statement = lexer->brackets == 0 && !lexer->comment_line && !lexer->line_start;
    take(lexer, token, ends_statement ? PY_NEWLINE : PY_NL, end);
    lexer->line_start = lexer->brackets == 0;
    lexer->comment_line = false;
}

static void take_dedent(struct python_lexer *lexer, struct python_token *token) {
    lexer->pending_dedents--;
    take(lexer, token, PY_DEDENT, lexer->at);
}

/* The blocks that are open close, then nothing comes. */
static void take_end(struct python_lexer *lexer, struct python_token *token) {
    lexer->ended = true;
    lexer->pending_dedents = lexer->indent_count;
    lexer->indent_count = 0;
    if (lexer->pending_dedents > 0)
        take_dedent(lexer, token);
    else
        take(lexer, token, PY_END, lexer->at);
}

static size_t comment_end(const struct python_lexer *lexer) {
    struct span rest = span_from(lexer->source, lexer->at);
    struct span line = span_slice(rest, 0, span_find(rest, '\n'));
    return lexer->at + span_find(line, '\r');
}

/* Passes the white space of a new line. Returns its width. */
static uint32_t measure_indent(struct python_lexer *lexer) {
    size_t at = lexer->at;
    size_t column = 0;
    for (; at < lexer->source.len && classes[lexer->source.at[at]] == BLANK; at++) {
        unsigned char c = lexer->source.at[at];
        column = c == ' ' ? column + 1 : c == '\t' ? (column / 8 + 1) * 8 : 0;
    }
    lexer->at = at;
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

/* Passes white space and backslashed line ends inside a statement. */
static void skip_blanks(struct python_lexer *lexer) {
    size_t at = lexer->at;
    for (;;) {
        while (classes[byte_at(lexer, at)] == BLANK)
            at++;
        if (byte_at(lexer, at) != '\\' || classes[byte_at(lexer, at + 1)] != EOL)
            break;
        at = after_eol(lexer, at + 1);
    }
    lexer->at = at;
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

/* The end of an operator: the longest of one to three characters. */
static size_t operator_end(const struct python_lexer *lexer) {
    unsigned char first = byte_at(lexer, lexer->at);
    unsigned char second = byte_at(lexer, lexer->at + 1);
    size_t at = lexer->at + 1;
    if (second == first && (first == '*' || first == '/' || first == '<' || first == '>'))
        return byte_at(lexer, at + 1) == '=' ? at + 2 : at + 1;
    if ((first == '-' || first == '<') && second == '>')
        return at + 1;
    if (second == '=' && first != ';' && first != '~')
        return at + 1;
    return at;
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

/* The end of the string from lexer->at, its first quote at `quote`; 0 when there is none. Not
 * inlined: most tokens are no strings, and need few registers. */
__attribute__((noinline)) static size_t literal_end(struct python_lexer *lexer, size_t quote) {
    struct string_prefix prefix;
    size_t end = 0;
    if (!string_prefix_read(span_slice(lexer->source, lexer->at, quote), &prefix))
        return 0;
    if (prefix.is_formatted)
        end = try_formatted(lexer, quote, prefix.is_raw);
    return end != 0 ? end : plain_end(lexer, quote);
}

static size_t word_end(const struct python_lexer *lexer) {
    size_t end = lexer->at + 1;
    while (end < lexer->source.len && (classes[lexer->source.at[end]] & WORD))
        end++;
    return end;
}

/* A token inside a logical line. */
static void take_next(struct python_lexer *lexer, struct python_token *token) {
    skip_blanks(lexer);
    if (lexer->at == lexer->source.len) { /* the last line has no end */
        lexer->brackets = 0;
        take_eol(lexer, token, lexer->at);
        return;
    }
    enum python_token_type type = PY_OP;
    size_t end = lexer->at + 1;
    size_t string = 0;
    switch (classes[lexer->source.at[lexer->at]] & CLASS) {
    case LETTER:
        end = word_end(lexer);
        string = classes[byte_at(lexer, end)] == QUOTE ? literal_end(lexer, end) : 0;
        type = string != 0 ? PY_STRING : PY_NAME;
        end = string != 0 ? string : end;
        break;
    case EOL:
        take_eol(lexer, token, after_eol(lexer, lexer->at));
        return;
    case DIGIT:
        type = PY_NUMBER;
        end = number_end(lexer);
        break;
    case QUOTE:
        string = literal_end(lexer, lexer->at);
        type = string != 0 ? PY_STRING : PY_ERROR;
        end = string != 0 ? string : end;
        break;
    case OPERATOR:
        end = operator_end(lexer);
        if (end == lexer->at + 1 && lexer->source.at[lexer->at] == '!')
            type = PY_ERROR;
        break;
    case COMMA:
        break;
    case DOT:
        if (ascii_is_digit(byte_at(lexer, end))) {
            type = PY_NUMBER;
            end = number_end(lexer);
        } else if (byte_at(lexer, end) == '.' && byte_at(lexer, end + 1) == '.') {
            end += 2;
        }
        break;
    case OPEN:
        lexer->brackets++;
        break;
    case CLOSE:
        if (lexer->brackets > 0)
            lexer->brackets--;
        break;
    case HASH:
        type = PY_COMMENT;
        end = comment_end(lexer);
        break;
    default:
        type = PY_ERROR;
    }
    take(lexer, token, type, end);
}

/* The start of a logical line. */
static void take_line_start(struct python_lexer *lexer, struct python_token *token) {
    size_t start = lexer->at;
    uint32_t column = measure_indent(lexer);
    if (lexer->at == lexer->source.len) {
        take_end(lexer, token);
        return;
    }
    unsigned char class = classes[lexer->source.at[lexer->at]] & CLASS;
    if (class == EOL) {
        take_eol(lexer, token, after_eol(lexer, lexer->at));
        return;
    }
    lexer->line_start = false;
    if (class == HASH) {
        lexer->comment_line = true;
    } else if (column > indent_of(lexer, lexer->indent_count) &&
               lexer->indent_count < PYTHON_INDENTS_MAX) {
        lexer->indents[lexer->indent_count++] = column;
        size_t end = lexer->at;
        lexer->at = start;
        take(lexer, token, PY_INDENT, end);
        return;
    } else {
        close_blocks(lexer, column);
    }
    if (lexer->pending_dedents > 0)
        take_dedent(lexer, token);
    else
        take_next(lexer, token);
}

void python_lexer_next(struct python_lexer *lexer, struct python_token *token) {
    if (lexer->pending_dedents > 0)
        take_dedent(lexer, token);
    else if (lexer->ended)
        take(lexer, token, PY_END, lexer->at);
    else if (lexer->line_start)
        take_line_start(lexer, token);
    else
        take_next(lexer, token);
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
