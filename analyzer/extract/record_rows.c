/* record_rows: see record_rows.h. */
#include "extract/record_rows.h"

static bool ends_line(unsigned char c) {
    return c == '\n' || c == '\r';
}

/* Bytes up to the comma or line end behind a cell. */
static size_t plain_length(struct span rest) {
    size_t len = span_run_of(rest, ',' + 1);
    while (len < rest.len && rest.at[len] != ',' && !ends_line(rest.at[len]))
        len++;
    return len;
}

/* Where the text between quotes ends (at the closing quote, or the end of all). */
static size_t quoted_end(struct span rest) {
    size_t at = 1;
    while (at < rest.len) {
        at += span_find(span_from(rest, at), '"');
        if (at + 1 >= rest.len || rest.at[at + 1] != '"')
            return at;
        at += 2;
    }
    return rest.len;
}

/* A cell that begins with a quote. What follows the closing one belongs to it, as csv reads it. */
static bool take_quoted(struct arena *arena, struct span *rest, struct record_row *row,
                        struct span *cell) {
    size_t end = quoted_end(*rest);
    row->unclosed = row->unclosed || end >= rest->len;
    struct span tail = span_from(*rest, end + 1);
    tail = span_slice(tail, 0, plain_length(tail));
    unsigned char *out = arena_alloc_raw(arena, end + tail.len);
    if (out == NULL)
        return false;
    size_t len = 0;
    for (size_t i = 1; i < end; i++) {
        out[len++] = rest->at[i];
        i += rest->at[i] == '"'; /* the second one of a pair */
    }
    if (tail.len > 0)
        memcpy(out + len, tail.at, tail.len);
    *cell = span_of(out, len + tail.len);
    *rest = span_from(*rest, end + 1 + tail.len);
    return true;
}

static bool take_cell(struct arena *arena, struct span *rest, struct record_row *row) {
    struct span cell;
    if (rest->len > 0 && rest->at[0] == '"') {
        if (!take_quoted(arena, rest, row, &cell))
            return false;
    } else {
        cell = span_slice(*rest, 0, plain_length(*rest));
        *rest = span_from(*rest, cell.len);
    }
    if (row->count < RECORD_CELLS)
        row->cells[row->count] = cell;
    row->count++;
    return true;
}

bool record_rows_next(struct arena *arena, struct span *rest, struct record_row *row) {
    *row = (struct record_row){.count = 0};
    while (rest->len > 0 && ends_line(rest->at[0]))
        *rest = span_from(*rest, 1);
    if (rest->len == 0)
        return false;
    bool more = true;
    while (more) {
        if (!take_cell(arena, rest, row))
            return false;
        more = rest->len > 0 && rest->at[0] == ',';
        *rest = span_from(*rest, 1); /* the comma or the line's end */
    }
    return true;
}
