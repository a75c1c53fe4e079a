/*
 * scope: what the names of one Python source stand for, as far as python_kind
 * must know. A fixed table on the stack: when more names are bound than it
 * holds, it says so, and the source counts as code.
 */
#ifndef WINNOW_PAYLOAD_SCOPE_H
#define WINNOW_PAYLOAD_SCOPE_H

#include "base/span.h"

/*
 * How far an expression is from a constant. The order is the scale; an
 * expression has the highest grade of its parts.
 */
enum grade {
    GRADE_LITERAL,   /* literals only */
    GRADE_CONSTANT,  /* names bound to constants too */
    GRADE_NAME,      /* a name that stands for something imported, defined or built in */
    GRADE_OWN,       /* result of printing, or of calling what this project defines itself */
    GRADE_ATTRIBUTE, /* looks into something imported: reads, has no effect */
    GRADE_PARAMETER, /* depends on what a caller passes */
    GRADE_CODE       /* anything else */
};

/* What a call of the name would run. */
enum callee {
    CALLEE_UNKNOWN,    /* to be looked up by its dotted name */
    CALLEE_OWN,        /* a function or plain class of this source, itself judged */
    CALLEE_OWN_IMPORT, /* something of another source of this project, judged there */
    CALLEE_FOREIGN     /* may run anything */
};

struct binding {
    struct span name;
    struct span module; /* imports: "os.path"; "" otherwise */
    struct span member; /* from-imports: the name inside the module; "" otherwise */
    enum grade grade;
    enum callee callee;
};

/* Enough for a package that only re-exports or prints; the stack is the reason for a bound. */
enum { SCOPE_BINDINGS_MAX = 512, SCOPE_HEADS = 128 };

struct scope {
    struct binding bindings[SCOPE_BINDINGS_MAX];
    uint16_t next[SCOPE_BINDINGS_MAX];
    uint16_t heads[SCOPE_HEADS]; /* 1-based, 0 is none */
    size_t count;
    size_t floor; /* first binding of the innermost scope */
};

/* Only the heads need a start value: the table is large and most sources end early. */
void scope_begin(struct scope *scope);

/* Opens an inner scope; give the returned mark to scope_leave. */
size_t scope_enter(struct scope *scope);
void scope_leave(struct scope *scope, size_t mark);

/* Binds, or binds anew in the innermost scope. False when the table is full. Spans are borrowed. */
bool scope_bind(struct scope *scope, const struct binding *binding);

/* The innermost binding of `name`, or NULL. Valid until the next change. */
const struct binding *scope_find(const struct scope *scope, struct span name);

#endif
