/* listing_json: takedown.jsonl, see listing.h. Lossless: no "'" for spreadsheets, findings as
 * structure. A cell that is empty in the CSV is null here; an empty text stays "", a list []. */
#include "report/cell_json.h"
#include "report/listing.h"

static void add_text_member(struct json *json, const char *name, struct span text) {
    if (text.len == 0)
        return;
    json_key(json, name);
    json_string(json, text);
}

static void add_finding(struct json *json, const struct finding *finding, struct buffer *scratch) {
    json_open(json, '{');
    json_key(json, "signal");
    json_text(json, signal_name(finding->signal));
    json_key(json, "bits");
    json_double(json, finding->bits);
    buffer_clear(scratch);
    finding_write(finding, scratch);
    json_key(json, "text");
    json_string(json, buffer_span(scratch));
    add_text_member(json, "subject", finding->subject);
    add_text_member(json, "other", finding->other);
    if (finding->count > 0) {
        json_key(json, "count");
        json_int(json, (int64_t)finding->count);
    }
    if (finding->expected >= 0) {
        json_key(json, "expected");
        json_double(json, finding->expected);
    }
    buffer_clear(scratch);
    instant_add(scratch, finding->when);
    add_text_member(json, "when", buffer_span(scratch));
    if (finding->span_seconds > 0) {
        json_key(json, "span_seconds");
        json_int(json, (int64_t)finding->span_seconds);
    }
    json_close(json, '}');
}

void listing_add_json(const struct listing *listing, struct buffer *out) {
    const struct row *row = listing->row;
    struct buffer scratch = BUFFER_EMPTY;
    struct json json = json_to(out, false);
    json_open(&json, '{');
    for (size_t i = 0; i < row->count; i++) {
        json_key(&json, row->table->columns[i].name);
        if (row->table->columns[i].type ==
            COLUMN_LIST) /* there is one; its cell has %20 for spaces */
            listing_add_versions(listing, &json);
        else
            cell_add_json(&json, row->table->columns[i].type, row_cell(row, i));
    }
    json_key(&json, "findings");
    json_open(&json, '[');
    for (size_t i = 0; i < listing->verdict->finding_count; i++)
        add_finding(&json, &listing->verdict->findings[i], &scratch);
    json_close(&json, ']');
    json_close(&json, '}');
    buffer_add_byte(out, '\n');
    out->failed = out->failed || scratch.failed;
    buffer_free(&scratch);
}
