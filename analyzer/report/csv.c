/* csv: see csv.h. */
#include "report/csv.h"

#include "base/text.h"

#include <errno.h>
#include <fcntl.h>
#include <nettle/sha2.h>
#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>

enum { FLUSH_BYTES = 256 * 1024 };

static const char REPLACEMENT[] = "\xEF\xBF\xBD";

struct csv {
    int fd;
    int error; /* errno of the first failure */
    struct sha256_ctx hash;
    struct buffer pending;
    uint64_t rows;
    uint64_t bytes;
};

/* Whether a spreadsheet could take the text for a formula, or loses its first character. */
static bool is_formula(struct span text) {
    static const char *const wide[] = {"\xEF\xBC\x9D", "\xEF\xBC\x8B", "\xEF\xBC\x8D",
                                       "\xEF\xBC\xA0"};
    if (text.len == 0)
        return false;
    if (text.at[0] == '\t' || text.at[0] == '\r' || text.at[0] == '\n' || text.at[0] == '\0')
        return true;
    while (text.len > 0 && text.at[0] == ' ')
        text = span_from(text, 1);
    if (text.len == 0)
        return false;
    unsigned char first = text.at[0];
    if (first == '=' || first == '+' || first == '-' || first == '@')
        return true;
    for (size_t i = 0; i < sizeof wide / sizeof *wide; i++)
        if (span_starts(text, wide[i]))
            return true;
    return false;
}

/* RFC 4180's, and what spreadsheets split at as well unless told not to: in "a;=1+1" the second
 * half would begin a cell. */
static bool needs_quotes(unsigned char c) {
    return c == ',' || c == '"' || c == '\r' || c == '\n' || c == ';' || c == '\t';
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

void csv_add_cell(struct buffer *out, struct span text, bool hostile) {
    bool formula = hostile && is_formula(text);
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
    add_text(out, text);
    if (quote)
        buffer_add_byte(out, '"');
}

static bool flush(struct csv *csv) {
    if (csv->pending.failed && csv->error == 0)
        csv->error = ENOMEM;
    sha256_update(&csv->hash, csv->pending.len, csv->pending.at);
    size_t done = 0;
    while (csv->error == 0 && done < csv->pending.len) {
        ssize_t wrote = write(csv->fd, csv->pending.at + done, csv->pending.len - done);
        if (wrote >= 0)
            done += (size_t)wrote;
        else if (errno != EINTR)
            csv->error = errno;
    }
    csv->bytes += done;
    csv->pending.len = 0;
    return csv->error == 0;
}

struct csv *csv_open(int folder_fd, const struct table *table) {
    struct csv *csv = calloc(1, sizeof *csv);
    char *name = NULL;
    if (csv == NULL || asprintf(&name, "%s.csv", table->name) < 0) {
        free(csv);
        errno = ENOMEM;
        return NULL;
    }
    csv->fd = openat(folder_fd, name, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC | O_NOFOLLOW, 0666);
    free(name);
    if (csv->fd < 0) {
        int error = errno;
        free(csv);
        errno = error;
        return NULL;
    }
    csv->pending = BUFFER_EMPTY;
    sha256_init(&csv->hash);
    for (size_t i = 0; i < table->column_count; i++) {
        if (i > 0)
            buffer_add_byte(&csv->pending, ',');
        buffer_add_text(&csv->pending, table->columns[i].name);
    }
    buffer_add_byte(&csv->pending, '\n');
    return csv;
}

bool csv_write_row(struct csv *csv, const struct row *row) {
    if (!row_is_complete(row) && csv->error == 0)
        csv->error = ENOMEM;
    for (size_t i = 0; i < row->count; i++) {
        if (i > 0)
            buffer_add_byte(&csv->pending, ',');
        csv_add_cell(&csv->pending, row_cell(row, i),
                     column_is_hostile(row->table->columns[i].type));
    }
    buffer_add_byte(&csv->pending, '\n');
    csv->rows++;
    if (csv->error == 0 && csv->pending.len < FLUSH_BYTES && !csv->pending.failed)
        return true;
    return flush(csv);
}

bool csv_close(struct csv *csv, struct file_facts *facts) {
    flush(csv);
    if (csv->error == 0 && fsync(csv->fd) != 0 &&
        errno != EINVAL) /* EINVAL: no storage behind it */
        csv->error = errno;
    if (close(csv->fd) != 0 && csv->error == 0)
        csv->error = errno;
    int error = csv->error;
    facts->rows = csv->rows;
    facts->bytes = csv->bytes;
    sha256_digest(&csv->hash, SHA256_BYTES, facts->sha256);
    buffer_free(&csv->pending);
    free(csv);
    errno = error;
    return error == 0;
}

void csv_abandon(struct csv *csv) {
    if (csv == NULL)
        return;
    close(csv->fd);
    buffer_free(&csv->pending);
    free(csv);
}

int csv_error(const struct csv *csv) {
    return csv->error;
}
