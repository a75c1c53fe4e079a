/*
 * addresses: see addresses.h.
 *
 * The grammar is that of Python's _parseaddr.py, rebuilt as a scanner over one
 * output buffer: an address never holds more bytes than the text it came from plus
 * the backslashes of quoted pairs. Nested comments and groups are counted, not recursed into.
 */
#include "extract/addresses.h"

#include "base/limits.h"
#include "extract/pytext.h"

struct scanner {
    struct span field;
    size_t at;
    unsigned char *out; /* the address in hand; room for twice the field */
    size_t len;
};

static bool at_end(const struct scanner *scanner) {
    return scanner->at >= scanner->field.len;
}

static unsigned char peek(const struct scanner *scanner) {
    return scanner->field.at[scanner->at];
}

static bool is_blank(unsigned char c) {
    return c == ' ' || c == '\t';
}

static bool is_fold(unsigned char c) {
    return is_blank(c) || c == '\r' || c == '\n';
}

/* What ends a word of a phrase (names may hold dots); an atom ends at a dot too. */
static bool ends_phrase_word(unsigned char c) {
    static const bool ends[256] = {
        ['\t'] = true, ['\n'] = true, ['\r'] = true, [' '] = true, ['('] = true,
        [')'] = true,  ['<'] = true,  ['>'] = true,  ['@'] = true, [','] = true,
        [':'] = true,  [';'] = true,  ['"'] = true,  ['['] = true, [']'] = true};
    return ends[c];
}

static bool ends_atom(unsigned char c) {
    return c == '.' || ends_phrase_word(c);
}

static void put(struct scanner *scanner, unsigned char c) {
    scanner->out[scanner->len++] = c;
}

/* A comment ends at its ")", or at a carriage return; comments nest. */
static void skip_comment(struct scanner *scanner) {
    size_t depth = 1;
    for (scanner->at++; !at_end(scanner) && depth > 0; scanner->at++) {
        unsigned char c = peek(scanner);
        if (c == '(')
            depth++;
        else if (c == ')' || c == '\r')
            depth--;
        else if (c == '\\')
            scanner->at++;
    }
    if (scanner->at > scanner->field.len)
        scanner->at = scanner->field.len;
}

/* The text up to `close` or a carriage return, backslashes resolved; `escape` writes \ and " as
 * pairs again, as an address with a quoted local part shows them. */
static void take_delimited(struct scanner *scanner, unsigned char close, bool escape) {
    bool quoted = false;
    for (scanner->at++; !at_end(scanner); scanner->at++) {
        unsigned char c = peek(scanner);
        if (!quoted && (c == close || c == '\r')) {
            scanner->at++;
            return;
        }
        if (!quoted && c == '\\') {
            quoted = true;
            continue;
        }
        quoted = false;
        if (escape && (c == '"' || c == '\\'))
            put(scanner, '\\');
        put(scanner, c);
    }
}

static void take_atom(struct scanner *scanner, bool (*ends)(unsigned char)) {
    while (!at_end(scanner) && !ends(peek(scanner)))
        put(scanner, scanner->field.at[scanner->at++]);
}

/* Skips folding and comments; writes the blanks among them when `keep`. */
static void skip_gap(struct scanner *scanner, bool keep) {
    while (!at_end(scanner)) {
        unsigned char c = peek(scanner);
        if (c == '(') {
            skip_comment(scanner);
        } else if (is_fold(c)) {
            if (keep && is_blank(c))
                put(scanner, c);
            scanner->at++;
        } else {
            return;
        }
    }
}

/* Reads the words of a phrase. Returns whether there was one; the first stays in `out`. */
static bool take_phrase(struct scanner *scanner) {
    bool any = false;
    size_t first_len = 0;
    scanner->len = 0;
    while (!at_end(scanner)) {
        unsigned char c = peek(scanner);
        if (is_fold(c)) {
            scanner->at++;
            continue;
        }
        if (c == '(') {
            skip_comment(scanner);
            continue;
        }
        if (c != '"' && ends_phrase_word(c))
            break;
        if (c == '"')
            take_delimited(scanner, '"', false);
        else
            take_atom(scanner, ends_phrase_word);
        if (!any)
            first_len = scanner->len;
        any = true;
        scanner->len = first_len;
    }
    return any;
}

/* Appends a domain to `out`. False when a second "@" makes it invalid. */
static bool take_domain(struct scanner *scanner) {
    while (!at_end(scanner)) {
        unsigned char c = peek(scanner);
        if (is_blank(c)) {
            scanner->at++;
        } else if (c == '(') {
            skip_comment(scanner);
        } else if (c == '[') {
            put(scanner, '[');
            take_delimited(scanner, ']', false);
            put(scanner, ']');
        } else if (c == '.') {
            put(scanner, '.');
            scanner->at++;
        } else if (c == '@') {
            return false;
        } else if (ends_atom(c)) {
            break;
        } else {
            take_atom(scanner, ends_atom);
        }
    }
    return true;
}

static void drop_trailing_blanks(struct scanner *scanner) {
    while (scanner->len > 0 && is_blank(scanner->out[scanner->len - 1]))
        scanner->len--;
}

/* local@domain into `out`; a local part alone when no domain follows, nothing when it is invalid.
 */
static void take_addr_spec(struct scanner *scanner) {
    scanner->len = 0;
    skip_gap(scanner, false);
    while (!at_end(scanner)) {
        unsigned char c = peek(scanner);
        bool keep_blanks = true;
        if (c == '.') {
            drop_trailing_blanks(scanner);
            put(scanner, '.');
            scanner->at++;
            keep_blanks = false;
        } else if (c == '"') {
            put(scanner, '"');
            take_delimited(scanner, '"', true);
            put(scanner, '"');
        } else if (ends_atom(c)) {
            drop_trailing_blanks(scanner);
            break;
        } else {
            take_atom(scanner, ends_atom);
        }
        skip_gap(scanner, keep_blanks);
    }
    if (at_end(scanner) || peek(scanner) != '@')
        return;
    put(scanner, '@');
    scanner->at++;
    skip_gap(scanner, false);
    size_t before = scanner->len;
    if (!take_domain(scanner) || scanner->len == before)
        scanner->len = 0;
}

/* "<@route:local@domain>": the route is skipped. The byte after the addr-spec is taken for ">". */
static void take_route_addr(struct scanner *scanner) {
    bool expect_route = false;
    scanner->at++;
    skip_gap(scanner, false);
    scanner->len = 0;
    while (!at_end(scanner)) {
        unsigned char c = peek(scanner);
        if (expect_route) {
            take_domain(scanner);
            scanner->len = 0;
            expect_route = false;
        } else if (c == '>') {
            scanner->at++;
            return;
        } else if (c == '@' || c == ':') {
            scanner->at++;
            expect_route = c == '@';
        } else {
            take_addr_spec(scanner);
            scanner->at++;
            return;
        }
        skip_gap(scanner, false);
    }
}

static bool is_address(struct span s) {
    size_t at = span_find_last(s, '@');
    if (at == 0 || at + 1 >= s.len)
        return false;
    bool ascii = true;
    for (size_t i = 0; i < s.len; i++) {
        if (s.at[i] <= ' ' || s.at[i] == 0x7F)
            return false;
        ascii = ascii && s.at[i] < 0x80;
    }
    return ascii || !pytext_has_space(s);
}

static bool keep_address(struct scanner *scanner, struct arena *arena, struct span_list *list) {
    struct span address = span_of(scanner->out, scanner->len);
    struct span copy;
    if (!is_address(address) || span_list_has(list, address))
        return true;
    return arena_copy(arena, address, &copy) && span_list_add(list, arena, copy);
}

/* The end of a mailbox or group: a comma may follow. */
static void end_item(struct scanner *scanner) {
    skip_gap(scanner, false);
    if (!at_end(scanner) && peek(scanner) == ',')
        scanner->at++;
}

/* One mailbox, or the head of a group. Leaves the address, if any, in `out`. Returns true for a
 * group. */
static bool take_item(struct scanner *scanner) {
    skip_gap(scanner, false);
    size_t start = scanner->at;
    bool any = take_phrase(scanner);
    if (at_end(scanner))
        return false;
    unsigned char c = peek(scanner);
    if (c == ':') {
        scanner->at++;
        scanner->len = 0;
        return true;
    }
    if (c == '@') {
        scanner->at = start;
        take_addr_spec(scanner);
    } else if (c == '<') {
        take_route_addr(scanner);
    } else if (!any) {
        scanner->at++;
    }
    return false;
}

static bool read_all(struct scanner *scanner, struct arena *arena, struct span_list *list) {
    size_t groups = 0; /* open ones */
    while (!at_end(scanner) && list->count < ADDRESSES_MAX) {
        if (groups > 0) {
            skip_gap(scanner, false);
            if (!at_end(scanner) && peek(scanner) == ';') {
                scanner->at++;
                groups--;
                end_item(scanner);
                continue;
            }
        }
        if (take_item(scanner)) {
            groups++;
            continue;
        }
        if (!keep_address(scanner, arena, list))
            return false;
        end_item(scanner);
    }
    return true;
}

bool addresses_read(struct arena *arena, struct span field, struct span_list *list) {
    if (span_find(field, '@') == field.len)
        return true;
    size_t room = field.len * 2 + 8;
    unsigned char *out = arena_alloc_raw(arena, room);
    if (out == NULL)
        return false;
    struct scanner scanner = {.field = field, .out = out};
    return read_all(&scanner, arena, list);
}
