/* member_name: see member_name.h. */
#include "unpack/member_name.h"

#include "base/text.h"

/* Bits beside those of enum name_oddity: a slash, and what may be odd before one or at the end. */
enum { BYTE_ENDS = 0x4000, BYTE_SLASH = BYTE_ENDS << 1 };

static const uint16_t byte_marks[256] = {
    [0x00] = NAME_NUL,       [0x01 ... 0x1f] = NAME_CONTROL, [0x7f] = NAME_CONTROL,
    ['\\'] = NAME_BACKSLASH, [':'] = NAME_WINDOWS,           ['*'] = NAME_WINDOWS,
    ['?'] = NAME_WINDOWS,    ['"'] = NAME_WINDOWS,           ['<'] = NAME_WINDOWS,
    ['>'] = NAME_WINDOWS,    ['|'] = NAME_WINDOWS,           ['.'] = BYTE_ENDS,
    [' '] = BYTE_ENDS,       ['/'] = BYTE_ENDS | BYTE_SLASH, [0x80 ... 0xff] = NAME_NOT_ASCII,
};

/* The oddities of its bytes. *whole: no part is empty or ends in a dot or a space. */
static unsigned byte_oddities(struct span name, bool *whole) {
    unsigned found = 0;
    unsigned ends = 0;
    unsigned before = BYTE_ENDS;
    for (size_t i = 0; i < name.len; i++) {
        unsigned marks = byte_marks[name.at[i]];
        found |= marks;
        ends |= before << 1 & marks;
        before = marks;
    }
    *whole = ((ends | before << 1) & BYTE_SLASH) == 0;
    if ((found & NAME_NOT_ASCII) != 0 && !utf8_is_valid(name))
        found |= NAME_NOT_UTF8;
    return found & ~(unsigned)(BYTE_ENDS | BYTE_SLASH);
}

/* What the parts of a name need. */
struct parts {
    bool dotdot;
    bool cut;     /* ends in a dot or a space, which Windows cuts off */
    bool rewrite; /* empty or "." parts inside: a view is not enough */
};

static struct parts look_at_parts(struct span name) {
    struct parts parts = {false, false, false};
    for (size_t start = 0; start <= name.len;) {
        size_t end = start + span_find(span_from(name, start), '/');
        struct span part = span_slice(name, start, end);
        if (part.len == 0 || span_is(part, "."))
            parts.rewrite = true;
        else if (span_is(part, ".."))
            parts.dotdot = true;
        else if (part.at[part.len - 1] == '.' || part.at[part.len - 1] == ' ')
            parts.cut = true;
        start = end + 1;
    }
    return parts;
}

static bool rewrite(struct arena *arena, struct span name, struct span *path) {
    unsigned char *at = arena_alloc_raw(arena, name.len);
    if (at == NULL)
        return false;
    size_t len = 0;
    struct span rest = name;
    struct span part;
    while (span_next_piece(&rest, '/', &part)) {
        if (part.len == 0 || span_is(part, "."))
            continue;
        if (len > 0)
            at[len++] = '/';
        memcpy(at + len, part.at, part.len);
        len += part.len;
    }
    arena_shrink(arena, at, name.len, len);
    *path = len > 0 ? span_of(at, len) : SPAN_EMPTY;
    return true;
}

static struct span without_ends(struct span name) {
    while (span_starts(name, "./"))
        name = span_from(name, 2);
    while (name.len > 0 && name.at[name.len - 1] == '/')
        name.len--;
    return name;
}

bool member_path(struct arena *arena, struct span name, struct span *path, unsigned *oddities) {
    bool whole;
    unsigned found = byte_oddities(name, &whole);
    *oddities = found;
    *path = name;
    if (whole && (found & NAME_NUL) == 0)
        return true;
    *path = SPAN_EMPTY;
    if (found & NAME_NUL)
        name = span_slice(name, 0, span_find(name, 0));
    if (name.len == 0)
        found |= NAME_EMPTY;
    else if (name.at[0] == '/')
        found |= NAME_ABSOLUTE;
    name = without_ends(name);
    struct parts parts = look_at_parts(name);
    if (parts.dotdot)
        found |= NAME_DOTDOT;
    if (parts.cut)
        found |= NAME_WINDOWS;
    *oddities = found;
    if (found & (NAME_EMPTY | NAME_ABSOLUTE | NAME_DOTDOT))
        return true;
    if (parts.rewrite && name.len > 0)
        return rewrite(arena, name, path);
    *path = name;
    return true;
}

bool link_leaves_root(struct span path, struct span target) {
    if (target.len > 0 && target.at[0] == '/')
        return true;
    size_t depth = 0; /* of the directory that holds the link */
    for (size_t i = 0; i < path.len; i++)
        if (path.at[i] == '/')
            depth++;
    struct span part;
    while (span_next_piece(&target, '/', &part)) {
        if (part.len == 0 || span_is(part, "."))
            continue;
        if (!span_is(part, ".."))
            depth++;
        else if (depth == 0)
            return true;
        else
            depth--;
    }
    return false;
}

static bool ends_nocase(struct span s, const char *suffix) {
    size_t len = strlen(suffix);
    return s.len >= len && span_is_nocase(span_from(s, s.len - len), suffix);
}

bool is_native_name(struct span path) {
    size_t slash = span_find_last(path, '/');
    struct span base = slash < path.len ? span_from(path, slash + 1) : path;
    if (ends_nocase(base, ".so") || ends_nocase(base, ".pyd") || ends_nocase(base, ".dll") ||
        ends_nocase(base, ".dylib"))
        return true;
    /* libfoo.so.1.2: digits and dots back to ".so" */
    size_t end = base.len;
    while (end > 0 && (ascii_is_digit(base.at[end - 1]) || base.at[end - 1] == '.'))
        end--;
    struct span version = span_from(base, end);
    return version.len >= 2 && version.at[0] == '.' && ascii_is_digit(version.at[1]) &&
           span_ends(span_slice(base, 0, end), ".so");
}

bool is_junk_root(struct span first_part) {
    return span_starts(first_part, "._") || span_is(first_part, "__MACOSX") ||
           span_is(first_part, "pax_global_header") || span_starts(first_part, "PaxHeader");
}
