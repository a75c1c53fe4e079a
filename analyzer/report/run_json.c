/* run_json: run.json, what a run was made of and what it holds. All that changes from run to run on
 * the same mirror stands in run_id and timings. */
#include "base/json.h"
#include "report/run.h"

#include <stdio.h>

uint64_t run_losses(const struct run_counts *counts) {
    uint64_t losses = 0;
    for (int status = 0; status < STATUS_COUNT; status++)
        if (status != STATUS_OK && status != STATUS_UNSUPPORTED)
            losses += counts->by_status[status];
    return losses;
}

size_t run_named_counts(const struct run *run, struct named_count *out) {
    /* Names must outlive the call: they are literals, in the order of the enums. */
    static const char *const statuses[STATUS_COUNT] = {
        "artifacts_ok",      "artifacts_damaged", "artifacts_unsupported", "artifacts_over_limit",
        "artifacts_timeout", "artifacts_crashed", "artifacts_unreadable"};
    static const char *const kinds[KIND_COUNT] = {
        "projects_unknown",  "projects_none",   "projects_blank",
        "projects_constant", "projects_stub",   "projects_metapackage",
        "projects_data",     "projects_native", "projects_code"};
    const struct run_counts *counts = &run->counts;
    size_t n = 0;
    out[n++] = (struct named_count){"artifacts", counts->artifacts};
    for (int i = 0; i < STATUS_COUNT; i++)
        out[n++] = (struct named_count){statuses[i], counts->by_status[i]};
    out[n++] = (struct named_count){"vanished", counts->vanished};
    out[n++] = (struct named_count){"entry_points", counts->entry_points};
    out[n++] = (struct named_count){"anomalies", counts->anomalies};
    out[n++] = (struct named_count){"projects", counts->projects};
    for (int i = 0; i < KIND_COUNT; i++)
        out[n++] = (struct named_count){kinds[i], counts->projects_by_kind[i]};
    out[n++] = (struct named_count){"empty_projects", counts->empty_projects};
    out[n++] = (struct named_count){"domains", run->domains.count};
    out[n++] = (struct named_count){"signatures", run->signatures.count};
    out[n++] = (struct named_count){"clusters", run->clusters.count};
    out[n++] = (struct named_count){"clustered_projects", counts->clustered_projects};
    out[n++] = (struct named_count){"collisions", run->collisions.count};
    out[n++] = (struct named_count){"watchlist", run->collisions.watched_count};
    out[n++] = (struct named_count){"campaigns", run->campaigns.count};
    out[n++] = (struct named_count){"campaign_projects", counts->campaign_projects};
    out[n++] = (struct named_count){"takedown_high", counts->listed[TIER_HIGH]};
    out[n++] = (struct named_count){"takedown_review", counts->listed[TIER_REVIEW]};
    out[n++] = (struct named_count){"allowed", counts->allowed};
    return n;
}

static void add_seconds(struct json *json, const char *name, int64_t ms) {
    json_key(json, name);
    json_double(json, (double)ms / 1000);
}

/* An object that another stage wrote, as it is. */
static void add_object(struct json *json, const char *name, struct span object) {
    json_key(json, name);
    if (object.len == 0)
        json_null(json);
    else
        json_raw(json, span_trim(object));
}

static void add_timings(struct json *json, const struct run *run) {
    struct buffer text = BUFFER_EMPTY;
    json_key(json, "timings");
    json_open(json, '{');
    json_key(json, "started_at");
    instant_add(&text, run->started_at);
    json_string(json, buffer_span(&text));
    json_key(json, "finished_at");
    buffer_clear(&text);
    instant_add(&text, instant_now());
    json_string(json, buffer_span(&text));
    add_seconds(json, "seconds", monotonic_ms() - run->request->started_ms);
    add_seconds(json, "read_seconds", run->read_ms);
    add_seconds(json, "cluster_seconds", run->cluster_ms);
    add_seconds(json, "write_seconds", run->write_ms);
    add_object(json, "last_scan", buffer_span(&run->scan_work_json));
    json_key(json, "previous_run");
    if (run->previous.run_id != NULL)
        json_text(json, run->previous.run_id);
    else
        json_null(json);
    json_close(json, '}');
    json->out->failed = json->out->failed || text.failed;
    buffer_free(&text);
}

/* What a score begins at, and where the tiers begin. */
static void add_weights(struct json *json, const struct weights *weights) {
    json_key(json, "weights");
    json_open(json, '{');
    json_key(json, "prior");
    json_double(json, weights->prior);
    json_key(json, "review");
    json_double(json, weights->review);
    json_key(json, "high");
    json_double(json, weights->high);
    json_close(json, '}');
}

static void add_vanished(struct json *json, const struct run *run) {
    json_key(json, "vanished");
    json_open(json, '{');
    json_key(json, "count");
    json_int(json, (int64_t)run->counts.vanished);
    json_key(json, "first_paths");
    json_open(json, '[');
    struct span rest = buffer_span(&run->vanished);
    struct span path;
    while (rest.len > 0 && span_next_piece(&rest, 0, &path))
        json_string(json, path);
    json_close(json, ']');
    json_close(json, '}');
}

static void add_dataset(struct json *json, const struct word_list *list) {
    json_open(json, '{');
    json_key(json, "name");
    json_text(json, list->name);
    json_key(json, "source");
    json_text(json, list->source);
    json_key(json, "entries");
    json_int(json, (int64_t)list->count);
    json_close(json, '}');
}

static void add_datasets(struct json *json, const struct run *run) {
    json_key(json, "datasets");
    json_open(json, '[');
    for (size_t i = 0; i < domain_list_count(); i++)
        add_dataset(json, domain_list(run->rules, i));
    add_dataset(json, &run->generic_names);
    json_close(json, ']');
}

static void add_file(struct json *json, const char *name, const char *ending,
                     const struct file_facts *file) {
    struct buffer text = BUFFER_EMPTY;
    json_open(json, '{');
    json_key(json, "name");
    buffer_printf(&text, "%s%s", name, ending);
    json_string(json, buffer_span(&text));
    json_key(json, "rows");
    json_int(json, (int64_t)file->rows);
    json_key(json, "bytes");
    json_int(json, (int64_t)file->bytes);
    json_key(json, "sha256");
    buffer_clear(&text);
    hex_add(&text, span_of(file->sha256, SHA256_BYTES));
    json_string(json, buffer_span(&text));
    json_close(json, '}');
    json->out->failed = json->out->failed || text.failed;
    buffer_free(&text);
}

static void add_files(struct json *json, const struct run *run) {
    json_key(json, "files");
    json_open(json, '[');
    for (size_t i = 0; i < TABLES; i++)
        add_file(json, schema_table((enum table_id)i)->name, ".csv", &run->table_facts[i]);
    for (size_t i = 0; i < LISTING_FORMS; i++)
        if (!listing_form_is_folder(&listing_forms[i]))
            add_file(json, listing_forms[i].file_name, "", &run->form_facts[i]);
    for (size_t i = 0; i < run->own_file_count; i++)
        add_file(json, run->own_files[i].name, "", &run->own_files[i].facts);
    json_close(json, ']');
}

/* Of the listed projects, the share that one campaign has: near 1 when something chains. */
static double largest_campaign_share(const struct run_counts *counts) {
    uint64_t listed = counts->listed[TIER_REVIEW] + counts->listed[TIER_HIGH];
    return listed > 0 ? (double)counts->largest_campaign / (double)listed : 0;
}

void run_write_json(const struct run *run, struct buffer *out) {
    struct named_count counts[NAMED_COUNTS];
    size_t count = run_named_counts(run, counts);
    struct json json = json_to(out, true);
    json_open(&json, '{');
    json_key(&json, "run_id");
    json_text(&json, publication_run_id(run->publication));
    json_key(&json, "tool");
    json_text(&json, "winnow");
    json_key(&json, "version");
    json_text(&json, WINNOW_VERSION);
    add_object(&json, "options", span_text(run->options_json ? run->options_json : ""));
    json_key(&json, "counts");
    json_open(&json, '{');
    for (size_t i = 0; i < count; i++) {
        json_key(&json, counts[i].name);
        json_int(&json, (int64_t)counts[i].value);
    }
    json_close(&json, '}');
    json_key(&json, "base_share");
    json_double(&json, run->domains.base_share);
    json_key(&json, "largest_campaign_share");
    json_double(&json, largest_campaign_share(&run->counts));
    add_weights(&json, &run->weights);
    run_write_changes(run, &json);
    run_write_allowed(run, &json);
    add_vanished(&json, run);
    add_timings(&json, run);
    add_object(&json, "scan", buffer_span(&run->scan_json));
    add_datasets(&json, run);
    libraries_write_json(&json);
    add_files(&json, run);
    json_close(&json, '}');
    buffer_add_byte(out, '\n');
}
