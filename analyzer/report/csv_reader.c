/* csv_reader: see csv_reader.h. */
#include "report/csv_reader.h"

#include "report/csv.h"

struct csv_reader csv_reader_begin(struct span text) {
    return (struct csv_reader){.rest = text, .unquoted = BUFFER_EMPTY};
}

void csv_reader_free(struct csv_reader *reader) {
    buffer_free(&reader->unquoted);
}

/* Bytes up to the comma or line end after a cell without quotes; rest.len when there is none. */
static size_t plain_length(struct span rest) {
    size_t len = 0;
    while (len < rest.len && rest.at[len] != ',' && rest.at[len] != '\n' && rest.at[len] != '"' &&
           rest.at[len] != '\r')
        len++;
    return len;
}

/* Copies a quoted cell's text. Returns the bytes that the cell takes, 0 when it has no end. */
static size_t unquote(struct span rest, struct buffer *out) {
    size_t at = 1;
    while (at < rest.len) {
        size_t quote = at + span_find(span_from(rest, at), '"');
        buffer_add(out, span_slice(rest, at, quote));
        at = quote + 1;
        if (at >= rest.len || rest.at[at] != '"')
            return quote < rest.len ? at : 0;
        buffer_add_byte(out, '"');
        at++;
    }
    return 0;
}

/* Takes off the marks inside of a text, from `from` to the end of `out`. */
static void drop_marks(struct buffer *out, size_t from) {
    size_t kept = from;
    for (size_t at = from; at < out->len; at++) {
        bool mark = at > from && out->at[at] == '\'' &&
                    csv_is_formula_amid(out->at[at - 1], span_from(buffer_span(out), at + 1));
        if (!mark)
            out->at[kept++] = out->at[at];
    }
    if (from < out->len)
        out->len = kept;
}

/* A place in `unquoted`, kept as a number until the row is whole: the buffer may move. */
struct place {
    size_t from;
    size_t to;
    bool quoted;
};

static void point_cells(struct csv_reader *reader, const struct place *places, size_t count) {
    for (size_t i = 0; i < count; i++)
        if (places[i].quoted)
            reader->cells[i] =
                span_slice(buffer_span(&reader->unquoted), places[i].from, places[i].to);
}

enum csv_result csv_reader_next(struct csv_reader *reader) {
    struct place places[COLUMNS_MAX];
    size_t count = 0;
    bool more = true;
    if (reader->rest.len == 0)
        return CSV_END;
    buffer_clear(&reader->unquoted);
    while (more) {
        if (count == COLUMNS_MAX)
            return CSV_DAMAGED;
        struct place *place = &places[count];
        *place = (struct place){.from = reader->unquoted.len};
        place->quoted = reader->rest.len > 0 && reader->rest.at[0] == '"';
        size_t len =
            place->quoted ? unquote(reader->rest, &reader->unquoted) : plain_length(reader->rest);
        drop_marks(&reader->unquoted, place->from);
        place->to = reader->unquoted.len;
        if (len >= reader->rest.len || (place->quoted && len == 0))
            return CSV_DAMAGED;
        reader->cells[count++] = span_slice(reader->rest, 0, len);
        unsigned char after = reader->rest.at[len];
        if (after != ',' && after != '\n')
            return CSV_DAMAGED;
        more = after == ',';
        reader->rest = span_from(reader->rest, len + 1);
    }
    if (reader->unquoted.failed || (reader->count != 0 && reader->count != count))
        return CSV_DAMAGED;
    reader->count = count;
    point_cells(reader, places, count);
    return CSV_ROW;
}

struct span csv_cell_text(struct span cell) {
    if (cell.len > 1 && cell.at[0] == '\'' && csv_is_formula(span_from(cell, 1)))
        return span_from(cell, 1);
    return cell;
}
