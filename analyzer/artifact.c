/* artifact: see artifact.h. */
#include "artifact.h"

#include "base/limits.h"

#include <stdarg.h>
#include <stdio.h>

const char *artifact_format_name(enum artifact_format format) {
    static const char *const names[] = {"other", "wheel", "sdist", "egg"};
    return names[format];
}

const char *artifact_status_name(enum artifact_status status) {
    static const char *const names[] = {"ok",      "damaged", "unsupported", "over_limit",
                                        "timeout", "crashed", "unreadable"};
    return names[status];
}

const char *payload_kind_name(enum payload_kind kind) {
    static const char *const names[] = {
        "", "none", "blank", "constant", "stub", "metapackage", "data", "native", "code"};
    return names[kind];
}

const char *entry_source_name(enum entry_source source) {
    static const char *const names[] = {"wheel", "egg-info", "pyproject", "setup.cfg", "setup.py"};
    return names[source];
}

void artifact_begin(struct artifact *artifact, struct arena *arena) {
    *artifact = (struct artifact){.arena = arena};
}

enum outcome artifact_fail(struct artifact *artifact, enum artifact_status status,
                           const char *format, ...) {
    if (artifact->status != STATUS_OK)
        return SKIP_ARTIFACT;
    artifact->status = status;
    char text[512];
    va_list args;
    va_start(args, format);
    int len = vsnprintf(text, sizeof text, format, args);
    va_end(args);
    size_t kept = len < 0 ? 0 : (size_t)len < sizeof text ? (size_t)len : sizeof text - 1;
    arena_copy(artifact->arena, span_of(text, kept), &artifact->status_detail);
    return SKIP_ARTIFACT;
}

static bool has_anomaly(const struct anomaly_list *list, struct span code, struct span detail) {
    for (size_t i = 0; i < list->count; i++)
        if (span_equal(list->at[i].code, code) && span_equal(list->at[i].detail, detail))
            return true;
    return false;
}

void artifact_note(struct artifact *artifact, const char *code, struct span detail) {
    struct anomaly_list *list = &artifact->anomalies;
    if (list->count >= ANOMALIES_MAX)
        return;
    if (list->count == ANOMALIES_MAX - 1) {
        code = "more-anomalies";
        detail = SPAN_EMPTY;
    }
    detail = span_slice(detail, 0, ANOMALY_DETAIL_BYTES_MAX);
    if (has_anomaly(list, span_text(code), detail))
        return;
    struct span copy;
    if (!arena_copy(artifact->arena, detail, &copy))
        return;
    struct anomaly *place = arena_push(artifact->arena, (void **)&list->at, &list->count,
                                       &list->capacity, sizeof *list->at);
    if (place != NULL)
        *place = (struct anomaly){.code = span_text(code), .detail = copy};
}

void artifact_notef(struct artifact *artifact, const char *code, const char *format, ...) {
    char text[ANOMALY_DETAIL_BYTES_MAX + 1];
    va_list args;
    va_start(args, format);
    int len = vsnprintf(text, sizeof text, format, args);
    va_end(args);
    size_t kept = len < 0 ? 0 : (size_t)len < sizeof text ? (size_t)len : sizeof text - 1;
    artifact_note(artifact, code, span_of(text, kept));
}

void artifact_note_counted(struct artifact *artifact, const char *code, struct span first,
                           const char *why, uint64_t count) {
    char end[64] = "";
    if (count > 1)
        snprintf(end, sizeof end, "%s and %llu more", why != NULL ? "," : "",
                 (unsigned long long)(count - 1));
    if (why == NULL)
        why = "";
    /* The name is cut first, so that what is behind it always fits. */
    char text[ANOMALY_DETAIL_BYTES_MAX];
    const char *colon = why[0] != '\0' ? ": " : "";
    size_t rest = strlen(colon) + strlen(why) + strlen(end) + 1;
    first = span_slice(first, 0, rest < sizeof text ? sizeof text - rest : 0);
    if (first.len > 0)
        memcpy(text, first.at, first.len);
    int len = snprintf(text + first.len, sizeof text - first.len, "%s%s%s", colon, why, end);
    artifact_note(artifact, code, span_of(text, first.len + (size_t)(len < 0 ? 0 : len)));
}

bool artifact_add_entry_point(struct artifact *artifact, const struct entry_point *entry) {
    struct entry_point_list *list = &artifact->entry_points;
    if (list->count >= ENTRY_POINTS_MAX) {
        artifact_note(artifact, "too-many-entry-points", SPAN_EMPTY);
        return false;
    }
    struct entry_point *place = arena_push(artifact->arena, (void **)&list->at, &list->count,
                                           &list->capacity, sizeof *list->at);
    if (place != NULL)
        *place = *entry;
    return place != NULL;
}
