/* store_attached: entry points and anomalies as texts, which an artifact's row holds: as rows of
 * tables of their own they would cost a page each, to read and to write. */
#include "facts/list_text.h"
#include "facts/store_private.h"

enum { ENTRY_POINT_TEXTS = 5, ANOMALY_TEXTS = 2 };

void entry_points_add_text(struct buffer *out, const struct entry_point_list *list) {
    for (size_t i = 0; i < list->count; i++) {
        const struct entry_point *entry = &list->at[i];
        const struct span texts[ENTRY_POINT_TEXTS] = {entry->group, entry->name,
                                                      entry->object_reference, entry->extras,
                                                      span_text(entry_source_name(entry->source))};
        rows_text_add(out, texts, ENTRY_POINT_TEXTS, i == 0);
    }
    if (list->count > 0)
        rows_text_end(out);
}

void anomalies_add_text(struct buffer *out, const struct anomaly_list *list) {
    for (size_t i = 0; i < list->count; i++) {
        const struct span texts[ANOMALY_TEXTS] = {list->at[i].code, list->at[i].detail};
        rows_text_add(out, texts, ANOMALY_TEXTS, i == 0);
    }
    if (list->count > 0)
        rows_text_end(out);
}

static bool read_source(struct span word, enum entry_source *source) {
    for (int i = SOURCE_WHEEL; i <= SOURCE_SETUP_PY; i++)
        if (span_is(word, entry_source_name((enum entry_source)i))) {
            *source = (enum entry_source)i;
            return true;
        }
    return false;
}

bool entry_points_read_text(struct arena *arena, struct span text, struct entry_point_list *list) {
    struct span_list texts;
    *list = (struct entry_point_list){.at = NULL};
    if (!rows_text_read(arena, text, ENTRY_POINT_TEXTS, &texts))
        return false;
    for (const struct span *at = texts.at; at < texts.at + texts.count; at += ENTRY_POINT_TEXTS) {
        struct entry_point *entry =
            arena_push(arena, (void **)&list->at, &list->count, &list->capacity, sizeof *list->at);
        if (entry == NULL)
            return false;
        *entry = (struct entry_point){
            .group = at[0], .name = at[1], .object_reference = at[2], .extras = at[3]};
        if (!read_source(at[4], &entry->source))
            return false;
    }
    return true;
}

bool anomalies_read_text(struct arena *arena, struct span text, struct anomaly_list *list) {
    struct span_list texts;
    *list = (struct anomaly_list){.at = NULL};
    if (!rows_text_read(arena, text, ANOMALY_TEXTS, &texts))
        return false;
    for (const struct span *at = texts.at; at < texts.at + texts.count; at += ANOMALY_TEXTS) {
        struct anomaly *anomaly =
            arena_push(arena, (void **)&list->at, &list->count, &list->capacity, sizeof *list->at);
        if (anomaly == NULL)
            return false;
        *anomaly = (struct anomaly){.code = at[0], .detail = at[1]};
    }
    return true;
}
