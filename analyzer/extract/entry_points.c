/* entry_points: see entry_points.h. */
#include "extract/entry_points.h"

#include "base/limits.h"
#include "base/text.h"
#include "extract/ini.h"
#include "extract/pytext.h"

bool entry_point_has_break(struct span s) {
    for (size_t i = 0; i < s.len; i++)
        if (s.at[i] == '\n' || s.at[i] == '\r' || s.at[i] == 0)
            return true;
    return false;
}

/* "a, b" -> "a b": extras are separated by anything that no extra's name can hold. */
static bool join_extras(struct arena *arena, struct span inner, struct span *extras) {
    unsigned char *out = arena_alloc_raw(arena, inner.len);
    if (out == NULL)
        return false;
    size_t used = 0;
    bool gap = false;
    for (size_t i = 0; i < inner.len; i++) {
        unsigned char c = inner.at[i];
        if (!ascii_is_alnum(c) && c != '_' && c != '-' && c != '.' && c < 0x80) {
            gap = used > 0;
            continue;
        }
        if (gap)
            out[used++] = ' ';
        gap = false;
        out[used++] = c;
    }
    arena_shrink(arena, out, inner.len, used);
    *extras = used > 0 ? span_of(out, used) : SPAN_EMPTY;
    return true;
}

/* "module : attr" -> "module:attr": readers ignore the white space around the colon. */
static bool join_reference(struct arena *arena, struct span *reference) {
    size_t colon = span_find(*reference, ':');
    struct span module = pytext_rstrip(span_slice(*reference, 0, colon));
    struct span attr = pytext_lstrip(span_from(*reference, colon + 1));
    size_t len = module.len + 1 + attr.len;
    if (colon == reference->len || len == reference->len)
        return true;
    unsigned char *out = arena_alloc_raw(arena, len);
    if (out == NULL)
        return false;
    if (module.len > 0)
        memcpy(out, module.at, module.len);
    out[module.len] = ':';
    if (attr.len > 0)
        memcpy(out + module.len + 1, attr.at, attr.len);
    *reference = span_of(out, len);
    return true;
}

bool entry_point_parse(struct arena *arena, struct span name, struct span value,
                       struct entry_point *entry) {
    *entry = (struct entry_point){.name = pytext_strip(name)};
    struct span reference = pytext_strip(value);
    if (entry_point_has_break(entry->name) || entry_point_has_break(reference))
        return false;
    size_t bracket = span_find(reference, '[');
    bool has_extras = bracket < reference.len && reference.at[reference.len - 1] == ']';
    struct span inner = SPAN_EMPTY;
    if (has_extras) {
        inner = span_slice(reference, bracket + 1, reference.len - 1);
        reference = pytext_rstrip(span_slice(reference, 0, bracket));
    }
    if (entry->name.len == 0 || reference.len == 0 || !join_reference(arena, &reference))
        return false;
    entry->object_reference = reference;
    return inner.len == 0 || join_extras(arena, inner, &entry->extras);
}

bool entry_point_parse_line(struct arena *arena, struct span line, struct entry_point *entry) {
    size_t equals = span_find(line, '=');
    if (equals == line.len)
        return false;
    return entry_point_parse(arena, span_slice(line, 0, equals), span_from(line, equals + 1),
                             entry);
}

bool entry_point_add(struct arena *arena, struct entry_point_list *list,
                     const struct entry_point *entry) {
    if (list->count > ENTRY_POINTS_MAX)
        return true;
    struct entry_point *place =
        arena_push(arena, (void **)&list->at, &list->count, &list->capacity, sizeof *list->at);
    if (place != NULL)
        *place = *entry;
    return place != NULL;
}

static bool add_as(struct arena *arena, struct entry_point_list *list, struct entry_point entry,
                   struct span group, enum entry_source source) {
    entry.group = group;
    entry.source = source;
    return entry_point_add(arena, list, &entry);
}

/* A value of several lines that is no reference as a whole: its first line belongs to the name,
 * each further line with "=" is an entry of its own. */
static bool add_by_line(struct arena *arena, struct entry_point_list *list,
                        const struct ini_item *item, enum entry_source source) {
    struct span rest = item->value;
    struct span line;
    for (bool first = true; span_next_line(&rest, &line); first = false) {
        struct entry_point entry;
        bool valid = first ? entry_point_parse(arena, item->name, line, &entry)
                           : entry_point_parse_line(arena, line, &entry);
        if (valid && !add_as(arena, list, entry, item->section, source))
            return false;
    }
    return true;
}

bool entry_points_read_ini(struct arena *arena, struct span text, enum entry_source source,
                           struct entry_point_list *list) {
    struct ini ini;
    if (!ini_read(arena, text, "=", &ini))
        return false;
    for (size_t i = 0; i < ini.count; i++) {
        const struct ini_item *item = &ini.at[i];
        struct entry_point entry;
        bool added = entry_point_parse(arena, item->name, item->value, &entry)
                         ? add_as(arena, list, entry, item->section, source)
                         : add_by_line(arena, list, item, source);
        if (!added)
            return false;
    }
    return !arena_refused(arena);
}

static bool same_entry(const struct entry_point *a, const struct entry_point *b) {
    return span_equal(a->name, b->name) && span_equal(a->object_reference, b->object_reference) &&
           span_equal(a->group, b->group);
}

static uint64_t entry_hash(const struct entry_point *entry) {
    uint64_t hash = hash64(entry->group, 0);
    hash = hash64(entry->name, hash);
    return hash64(entry->object_reference, hash);
}

bool entry_points_drop_repeats(struct arena *arena, struct entry_point_list *list) {
    if (list->count < 2)
        return true;
    size_t slots = 4;
    while (slots < list->count * 2)
        slots *= 2;
    uint32_t *table = arena_alloc(arena, slots * sizeof *table); /* index + 1 of what was kept */
    if (table == NULL)
        return false;
    size_t kept = 0;
    for (size_t i = 0; i < list->count; i++) {
        size_t slot = entry_hash(&list->at[i]) & (slots - 1);
        while (table[slot] != 0 && !same_entry(&list->at[table[slot] - 1], &list->at[i]))
            slot = (slot + 1) & (slots - 1);
        if (table[slot] != 0)
            continue;
        list->at[kept] = list->at[i];
        table[slot] = (uint32_t)++kept;
    }
    list->count = kept;
    return true;
}
