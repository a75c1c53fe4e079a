/* emit_artifact: the three tables that are written while artifacts stream by. */
#include "report/run.h"

/* Zero of an artifact that was not examined whole means that nothing was learned. */
static void add_learned(struct row *row, const struct artifact *artifact, uint64_t count) {
    if (count == 0 && artifact->status != STATUS_OK)
        row_unknown(row);
    else
        row_count(row, count);
}

static uint64_t count_commands(const struct entry_point_list *list) {
    uint64_t count = 0;
    for (size_t i = 0; i < list->count; i++)
        count += span_is(list->at[i].group, "console_scripts") ||
                 span_is(list->at[i].group, "gui_scripts");
    return count;
}

static void add_file(struct row *row, const struct artifact_row *from) {
    const struct artifact_file *file = &from->artifact.file;
    row_text(row, file->project);
    row_text(row, file->version);
    row_text(row, file->filename);
    row_text(row, file->path);
    row_word(row, artifact_format_name(file->format));
    if (file->size_bytes == 0 && from->artifact.status == STATUS_UNREADABLE)
        row_unknown(row); /* not on disk, and the index does not say */
    else
        row_count(row, file->size_bytes);
    row_time(row, from->uploaded_at);
    row_word(row, from->uploaded_at == INSTANT_UNKNOWN ? ""
                  : from->uploaded_at_from_index       ? "index"
                                                       : "mtime");
    row_hex(row, from->has_sha256 ? span_of(from->sha256, sizeof from->sha256) : SPAN_EMPTY);
    row_word(row, artifact_status_name(from->artifact.status));
    row_text(row, from->artifact.status_detail);
}

static bool emit_artifact(struct run *run, const struct artifact_row *from) {
    const struct artifact *artifact = &from->artifact;
    const struct artifact_metadata *metadata = &artifact->metadata;
    struct row *row = &run->row;
    row_begin(row, TABLE_ARTIFACTS);
    add_file(row, from);
    row_text(row, metadata->metadata_version);
    row_text(row, metadata->name);
    row_text(row, metadata->summary);
    row_text(row, metadata->author);
    row_list(row, &metadata->author_emails);
    row_list(row, &metadata->maintainer_emails);
    row_text(row, metadata->home_page);
    add_learned(row, artifact, metadata->requires_dist.count);
    add_learned(row, artifact, count_commands(&artifact->entry_points));
    add_learned(row, artifact, artifact->contents.member_count);
    add_learned(row, artifact, artifact->contents.python_file_count);
    add_learned(row, artifact, artifact->contents.python_bytes);
    add_learned(row, artifact, artifact->contents.native_file_count);
    row_word(row, payload_kind_name(artifact->payload.kind));
    row_signature(row, &artifact->payload.signature);
    row_signature(row, &artifact->payload.metadata_signature);
    return run_emit(run, TABLE_ARTIFACTS);
}

static void begin_detail(struct row *row, enum table_id table, const struct artifact_file *file) {
    row_begin(row, table);
    row_text(row, file->project);
    row_text(row, file->version);
    row_text(row, file->filename);
}

static bool emit_entry_point(struct run *run, const struct artifact_file *file,
                             const struct entry_point *entry) {
    struct row *row = &run->row;
    begin_detail(row, TABLE_ENTRY_POINTS, file);
    row_text(row, entry->group);
    row_text(row, entry->name);
    row_text(row, entry->object_reference);
    row_text(row, entry->extras);
    row_word(row, entry_source_name(entry->source));
    return run_emit(run, TABLE_ENTRY_POINTS);
}

static bool emit_anomaly(struct run *run, const struct artifact_file *file,
                         const struct anomaly *anomaly) {
    struct row *row = &run->row;
    begin_detail(row, TABLE_ANOMALIES, file);
    row_text(row, anomaly->code);
    row_text(row, anomaly->detail);
    return run_emit(run, TABLE_ANOMALIES);
}

bool run_emit_artifact(struct run *run, const struct artifact_row *row) {
    const struct artifact *artifact = &row->artifact;
    run->counts.artifacts++;
    run->counts.by_status[artifact->status]++;
    run->counts.entry_points += artifact->entry_points.count;
    run->counts.anomalies += artifact->anomalies.count;
    bool done = emit_artifact(run, row);
    for (size_t i = 0; done && i < artifact->entry_points.count; i++)
        done = emit_entry_point(run, &artifact->file, &artifact->entry_points.at[i]);
    for (size_t i = 0; done && i < artifact->anomalies.count; i++)
        done = emit_anomaly(run, &artifact->file, &artifact->anomalies.at[i]);
    return done;
}
