/* csv: see csv.h. */
#include "report/csv.h"

#include "base/text.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>

static const char REPLACEMENT[] = "\xEF\xBF\xBD";

/* = + - @, or their full-width forms. */
static bool leads_formula(struct span text) {
    static const char *const wide[] = {"\xEF\xBC\x9D", "\xEF\xBC\x8B", "\xEF\xBC\x8D",
                                       "\xEF\xBC\xA0"};
    if (text.len == 0)
        return false;
    unsigned char first = text.at[0];
    if (first == '=' || first == '+' || first == '-' || first == '@')
        return true;
    for (size_t i = 0; first == 0xEF && i < sizeof wide / sizeof *wide; i++)
        if (span_starts(text, wide[i]))
            return true;
    return false;
}

bool csv_is_formula(struct span text) {
    if (text.len == 0)
        return false;
    if (text.at[0] == '\t' || text.at[0] == '\r' || text.at[0] == '\n' || text.at[0] == '\0')
        return true;
    while (text.len > 0 && text.at[0] == ' ')
        text = span_from(text, 1);
    return leads_formula(text);
}

/* RFC 4180's, and what spreadsheets split at as well unless told not to. */
static bool needs_quotes(unsigned char c) {
    static const bool quoted[256] = {
        [','] = true, ['"'] = true, ['\r'] = true, ['\n'] = true, [';'] = true, ['\t'] = true};
    return quoted[c];
}

/*
 * Where the list separator is ";", a spreadsheet splits there and at line ends: to it our quotes
 * stand amid a cell, and mean nothing. The rest of `"a;=1+1"` would be a formula.
 */
static bool may_begin_cell(unsigned char c) {
    return c == ';' || c == '\t' || c == '\r' || c == '\n';
}

/* The bytes that do not stop a plain copy. */
static bool is_plain(unsigned char c) {
    return c < 0x80 && c != '\0' && !needs_quotes(c);
}

static void add_text(struct buffer *out, struct span text) {
    while (text.len > 0) {
        size_t plain = 0;
        while (plain < text.len && text.at[plain] < 0x80 && text.at[plain] != '\0' &&
               text.at[plain] != '"')
            plain++;
        buffer_add(out, span_slice(text, 0, plain));
        text = span_from(text, plain);
        if (text.len == 0)
            break;
        uint32_t point = 0;
        size_t len = utf8_decode(text, &point);
        if (text.at[0] == '"')
            buffer_add_text(out, "\"\"");
        else if (len == 0 || point == 0)
            buffer_add_text(out, REPLACEMENT);
        else
            buffer_add(out, span_slice(text, 0, len));
        text = span_from(text, len ? len : 1);
    }
}

bool csv_is_formula_amid(unsigned char before, struct span text) {
    if (!may_begin_cell(before))
        return false;
    while (text.len > 0 && (text.at[0] == ' ' || text.at[0] == '"'))
        text = span_from(text, 1);
    return leads_formula(text);
}

/* The same with "'" before what would be a formula in a cell that begins amid the text. */
static void add_hostile(struct buffer *out, struct span text) {
    while (text.len > 0) {
        size_t end = 0;
        while (end + 1 < text.len && !may_begin_cell(text.at[end]))
            end++;
        add_text(out, span_slice(text, 0, end + 1));
        if (csv_is_formula_amid(text.at[end], span_from(text, end + 1)))
            buffer_add_byte(out, '\'');
        text = span_from(text, end + 1);
    }
}

void csv_add_cell(struct buffer *out, struct span text, bool hostile) {
    bool formula = hostile && csv_is_formula(text);
    size_t plain = 0;
    while (plain < text.len && is_plain(text.at[plain]))
        plain++;
    bool edge_space = text.len > 0 && (text.at[0] == ' ' || text.at[text.len - 1] == ' ');
    if (plain == text.len && !edge_space) { /* nearly all cells */
        if (formula)
            buffer_add_byte(out, '\'');
        buffer_add(out, text);
        return;
    }
    bool quote = edge_space;
    for (size_t i = plain; i < text.len && !quote; i++)
        quote = needs_quotes(text.at[i]);
    if (quote)
        buffer_add_byte(out, '"');
    if (formula)
        buffer_add_byte(out, '\'');
    if (hostile)
        add_hostile(out, text);
    else
        add_text(out, text);
    if (quote)
        buffer_add_byte(out, '"');
}

struct out_file *csv_open(int folder_fd, const struct table *table) {
    char *name = NULL;
    if (asprintf(&name, "%s.csv", table->name) < 0) {
        errno = ENOMEM;
        return NULL;
    }
    struct out_file *file = out_file_open(folder_fd, name);
    int error = errno;
    free(name);
    errno = error;
    if (file == NULL)
        return NULL;
    struct buffer *out = out_file_buffer(file);
    for (size_t i = 0; i < table->column_count; i++) {
        if (i > 0)
            buffer_add_byte(out, ',');
        buffer_add_text(out, table->columns[i].name);
    }
    buffer_add_byte(out, '\n');
    return file;
}

bool csv_write_row(struct out_file *file, const struct row *row) {
    if (!row_is_complete(row))
        out_file_fail(file, ENOMEM);
    struct buffer *out = out_file_buffer(file);
    for (size_t i = 0; i < row->count; i++) {
        enum column_type type = row->table->columns[i].type;
        if (i > 0)
            buffer_add_byte(out, ',');
        if (column_is_bare(type))
            buffer_add(out, row_cell(row, i));
        else
            csv_add_cell(out, row_cell(row, i), column_is_hostile(type));
    }
    buffer_add_byte(out, '\n');
    return out_file_end_row(file);
}
