/*
 * lexer: Python source into tokens, in the way of Python's own tokenize
 * module, for any bytes: Python 2, Python 3 up to 3.14, junk. It never fails
 * and never loops, takes time linear in the source and no memory of its own.
 *
 * What differs from tokenize (3.11), because tokenize stops or splits there:
 * - what no rule accepts is an ERROR token of one character, also the first
 *   quote of a string without end; what follows it is read as code;
 * - an f-string or t-string is one STRING, nested quotes included (PEP 701);
 *   one that makes no sense so ends at its first own quote, as before 3.12;
 * - Python 2: 0777, 10L, ur"" and <> are one token each; a backquote is ERROR;
 * - every byte from 0x80 belongs to a name; no other alphabet is known here;
 * - a lone \r ends a line, as it does for Python itself;
 * - a dedent to no outer level stays in the innermost block that it leaves;
 *   blocks deeper than PYTHON_INDENTS_MAX give no INDENT.
 */
#ifndef WINNOW_PYTHON_LEXER_H
#define WINNOW_PYTHON_LEXER_H

#include "base/span.h"

enum python_token_type {
    PY_END,
    PY_NAME, /* identifiers and keywords */
    PY_NUMBER,
    PY_STRING, /* with prefix and quotes */
    PY_OP,
    PY_COMMENT,
    PY_NEWLINE, /* ends a statement */
    PY_NL,      /* any other line end */
    PY_INDENT,
    PY_DEDENT,
    PY_ERROR
};

struct python_token {
    enum python_token_type type;
    struct span text; /* borrowed from the source; empty for DEDENT and END */
};

enum { PYTHON_INDENTS_MAX = 100 }; /* as CPython's MAXINDENT */

struct python_lexer {
    struct span source;
    size_t at;
    uint32_t brackets; /* open ones */
    uint32_t pending_dedents;
    uint32_t indent_count;
    uint32_t indents[PYTHON_INDENTS_MAX];
    bool line_start;   /* at the start of a logical line */
    bool comment_line; /* behind a comment that stands alone on its line */
    bool ended;
    /* What keeps hostile quotes linear; [0] is for ', [1] for ". */
    size_t no_end[2];      /* before this place no string of one line ends */
    bool no_triple_end[2]; /* no triple-quoted string ends any more */
    size_t wasted;         /* bytes read for f-strings that came to nothing */
};

/* `source` is borrowed as long as the lexer is used. A UTF-8 byte order mark is skipped. */
void python_lexer_begin(struct python_lexer *lexer, struct span source);

/* The next token; PY_END for ever at the end. */
void python_lexer_next(struct python_lexer *lexer, struct python_token *token);

/*
 * Whether the bytes can be lexed as they are: true for every encoding that keeps ASCII
 * (UTF-8, Latin-n, cp125x, EUC, Shift JIS...), false when a byte order mark or
 * declaration (PEP 263) names one that does not (UTF-16, UTF-7, rot13, zlib...).
 */
bool python_source_is_transparent(struct span source);

/* Keywords of Python 3 (hard ones). */
bool python_is_keyword(struct span name);

#endif
