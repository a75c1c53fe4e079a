/* answer_facts: see answer_facts.h. */
#include "report/answer_facts.h"

#include <stdlib.h>

/* What yajl says when a value could not be kept: our input cancels nothing. */
static bool is_memory(const char *problem) {
    return strstr(problem, "client cancelled") != NULL;
}

yajl_val facts_parse(struct span json, struct buffer *out) {
    char problem[256] = "";
    char *text = malloc(json.len + 1); /* yajl wants a terminator */
    if (text == NULL) {
        out->failed = true;
        return NULL;
    }
    if (json.len > 0)
        memcpy(text, json.at, json.len);
    text[json.len] = '\0';
    yajl_val value = yajl_tree_parse(text, problem, sizeof problem);
    if (value == NULL && is_memory(problem))
        out->failed = true;
    free(text);
    return value;
}

static yajl_val member(yajl_val object, const char *name, yajl_type type) {
    const char *path[] = {name, NULL};
    return object != NULL ? yajl_tree_get(object, path, type) : NULL;
}

struct span facts_string(yajl_val value) {
    bool is_text = value != NULL && value->type == yajl_t_string && value->u.string != NULL;
    return is_text ? span_text(value->u.string) : SPAN_EMPTY;
}

struct span facts_text(yajl_val object, const char *name) {
    return facts_string(member(object, name, yajl_t_string));
}

struct span facts_number(yajl_val object, const char *name) {
    yajl_val value = member(object, name, yajl_t_number);
    return value != NULL && value->u.number.r != NULL ? span_text(value->u.number.r) : SPAN_EMPTY;
}

yajl_val *facts_items(yajl_val object, const char *name, size_t *count) {
    yajl_val value = member(object, name, yajl_t_array);
    *count = value != NULL ? value->u.array.len : 0;
    return value != NULL ? value->u.array.values : NULL;
}

yajl_val facts_object(yajl_val object, const char *name) {
    return member(object, name, yajl_t_object);
}

yajl_val facts_allowed(yajl_val run, struct span project) {
    size_t count = 0;
    yajl_val *at = facts_items(facts_object(run, "allowed"), "projects", &count);
    for (size_t i = 0; i < count; i++)
        if (span_equal(facts_text(at[i], "project"), project))
            return at[i];
    return NULL;
}
