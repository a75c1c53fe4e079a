/* ini: see ini.h. */
#include "extract/ini.h"

#include "base/list.h"
#include "base/text.h"
#include "extract/pytext.h"

struct reader {
    struct arena *arena;
    struct ini *ini;
    const char *delimiters;
    struct span section;
    bool in_section;
    bool in_option;
    size_t indent;          /* of the line that began the option or section */
    struct span_list lines; /* of the value in hand; its memory serves all values */
    struct ini_item *item;
    uint32_t line_number; /* from 1 */
};

static void note_bad_line(struct reader *reader) {
    if (reader->ini->bad_line == 0)
        reader->ini->bad_line = reader->line_number;
}

static bool is_comment(struct span line) {
    return line.len > 0 && (line.at[0] == '#' || line.at[0] == ';');
}

/* Joins the lines of the option in hand: a view when there is one line, which is the common case.
 */
static bool end_option(struct reader *reader) {
    if (!reader->in_option)
        return true;
    reader->in_option = false;
    struct span_list *lines = &reader->lines;
    while (lines->count > 0 && lines->at[lines->count - 1].len == 0)
        lines->count--;
    if (lines->count <= 1) {
        reader->item->value = lines->count == 1 ? lines->at[0] : SPAN_EMPTY;
        return true;
    }
    size_t len = lines->count - 1;
    for (size_t i = 0; i < lines->count; i++)
        len += lines->at[i].len;
    unsigned char *out = arena_alloc_raw(reader->arena, len);
    if (out == NULL)
        return false;
    size_t used = 0;
    for (size_t i = 0; i < lines->count; i++) {
        if (i > 0)
            out[used++] = '\n';
        if (lines->at[i].len > 0)
            memcpy(out + used, lines->at[i].at, lines->at[i].len);
        used += lines->at[i].len;
    }
    reader->item->value = span_of(out, len);
    return true;
}

static bool begin_option(struct reader *reader, struct span line) {
    size_t end = 0;
    while (end < line.len && strchr(reader->delimiters, line.at[end] ? line.at[end] : 1) == NULL)
        end++;
    struct span name = pytext_rstrip(span_slice(line, 0, end));
    if (end == line.len || name.len == 0) {
        note_bad_line(reader);
        return true;
    }
    struct ini *ini = reader->ini;
    reader->item =
        arena_push(reader->arena, (void **)&ini->at, &ini->count, &ini->capacity, sizeof *ini->at);
    if (reader->item == NULL)
        return false;
    reader->item->section = reader->section;
    reader->item->name = name;
    reader->in_option = true;
    reader->lines.count = 0;
    return span_list_add(&reader->lines, reader->arena, pytext_strip(span_from(line, end + 1)));
}

static size_t count_characters(struct span s) {
    size_t count = 0;
    for (size_t i = 0; i < s.len; i++)
        count += (s.at[i] & 0xC0) != 0x80;
    return count;
}

static bool take_line(struct reader *reader, struct span raw) {
    struct span line = pytext_strip(raw);
    if (is_comment(line))
        return true;
    if (line.len == 0)
        return !reader->in_option || span_list_add(&reader->lines, reader->arena, line);
    size_t indent = count_characters(span_slice(raw, 0, (size_t)(line.at - raw.at)));
    if (reader->in_option && indent > reader->indent)
        return span_list_add(&reader->lines, reader->arena, line);
    reader->indent = indent;
    if (!end_option(reader))
        return false;
    size_t bracket = line.at[0] == '[' ? span_find_last(line, ']') : line.len;
    if (bracket < line.len && bracket > 1) {
        reader->section = span_slice(line, 1, bracket);
        reader->in_section = true;
        return true;
    }
    if (!reader->in_section) {
        note_bad_line(reader);
        return true;
    }
    return begin_option(reader, line);
}

bool ini_read(struct arena *arena, struct span text, const char *delimiters, struct ini *ini) {
    *ini = (struct ini){0};
    struct reader reader = {.arena = arena, .ini = ini, .delimiters = delimiters};
    struct span rest = pytext_without_bom(text);
    struct span line;
    while (span_next_line(&rest, &line)) {
        reader.line_number++;
        if (!take_line(&reader, line))
            return false;
    }
    return end_option(&reader);
}

/* As setuptools and pbr compare: without case, "-" for "_". */
static bool is_option(struct span name, const char *wanted) {
    size_t i = 0;
    while (i < name.len && wanted[i] != '\0' &&
           (name.at[i] == '-' ? '_' : ascii_lower(name.at[i])) == wanted[i])
        i++;
    return i == name.len && wanted[i] == '\0';
}

static struct span last_value(const struct ini *ini, const char *section, const char *name,
                              bool *found) {
    *found = false;
    for (size_t i = ini->count; i > 0; i--) {
        const struct ini_item *item = &ini->at[i - 1];
        if (is_option(item->name, name) && span_is(item->section, section)) {
            *found = true;
            return item->value;
        }
    }
    return SPAN_EMPTY;
}

struct span ini_get(const struct ini *ini, const char *section, const char *name) {
    bool found = false;
    struct span value = last_value(ini, section, name, &found);
    return found ? value : last_value(ini, "DEFAULT", name, &found);
}
