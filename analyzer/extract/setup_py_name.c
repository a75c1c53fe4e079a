/*
 * setup_py_name: the value of a name. Bound once, in a block that holds the
 * place where it is used, it is what it was bound to, with the items that
 * name[key] = ... adds there. Bound or changed in any other way it is a
 * choice of all that it may be, and dynamic. The order of statements is not
 * looked at. Here too: what values are made of.
 */
#include "extract/setup_py_parts.h"

#include "base/limits.h"

bool setup_block_holds(const struct setup_file *file, uint32_t outer, uint32_t block) {
    while (block != outer && block != 0)
        block = file->blocks[block].parent;
    return block == outer;
}

void value_add(struct setup_file *file, struct value *to, struct value item) {
    struct value *place = NULL;
    if (setup_work(file, 1))
        place = arena_push(file->arena, (void **)&to->items, &to->count, &to->capacity,
                           sizeof *to->items);
    if (place != NULL)
        *place = item;
    else
        to->is_dynamic = true;
}

void value_put(struct setup_file *file, struct value *dict, struct value key, struct value item,
               bool is_certain) {
    if (!setup_work(file, dict->count / 8 + 1)) {
        dict->is_dynamic = true;
        return;
    }
    if (is_certain) {
        for (size_t i = 0; i + 1 < dict->count; i += 2) {
            if (span_equal(dict->items[i].text, key.text)) {
                dict->items[i + 1] = item;
                return;
            }
        }
    }
    item.is_dynamic = item.is_dynamic || !is_certain;
    value_add(file, dict, key);
    value_add(file, dict, item);
    dict->count -= dict->count % 2;
}

void value_merge(struct setup_file *file, struct value *dict, const struct value *from,
                 bool is_certain) {
    if (from->kind == VALUE_CHOICE) {
        for (size_t i = 0; i < from->count && setup_work(file, 1); i++)
            value_merge(file, dict, &from->items[i], false);
        dict->is_dynamic = dict->is_dynamic || from->is_open;
        return;
    }
    if (from->kind != VALUE_DICT || from->is_dynamic)
        dict->is_dynamic = true;
    if (from->kind == VALUE_DICT)
        for (size_t i = 0; i + 1 < from->count; i += 2)
            value_put(file, dict, from->items[i], from->items[i + 1],
                      is_certain && !from->items[i + 1].is_dynamic);
}

static void append_all(struct setup_file *file, struct value *list, const struct value *from) {
    switch (from->kind) {
    case VALUE_FIND:
        value_add(file, list, *from);
        break;
    case VALUE_CHOICE:
    case VALUE_LIST:
        for (size_t i = 0; i < from->count; i++) {
            if (from->kind == VALUE_CHOICE && setup_work(file, 1))
                append_all(file, list, &from->items[i]);
            else if (from->kind == VALUE_LIST)
                value_add(file, list, from->items[i]);
        }
        break;
    default:
        list->is_dynamic = true;
    }
    list->is_dynamic = list->is_dynamic || from->is_dynamic;
}

static struct value join_texts(struct setup_file *file, struct span left, struct span right) {
    struct value joined = {.kind = VALUE_UNKNOWN, .is_dynamic = true};
    size_t len = left.len + right.len;
    if (!setup_work(file, len / 16 + 1))
        return joined;
    unsigned char *at = arena_alloc_raw(file->arena, len);
    if (at == NULL)
        return joined;
    if (left.len > 0)
        memcpy(at, left.at, left.len);
    if (right.len > 0)
        memcpy(at + left.len, right.at, right.len);
    return (struct value){.kind = VALUE_STRING, .text = span_of(at, len)};
}

static bool is_listlike(const struct value *value) {
    return value->kind == VALUE_LIST || value->kind == VALUE_FIND || value->kind == VALUE_CHOICE;
}

struct value value_sum(struct setup_file *file, struct value left, struct value right) {
    if (left.kind == VALUE_STRING && right.kind == VALUE_STRING) {
        struct value joined = join_texts(file, left.text, right.text);
        joined.is_dynamic = joined.is_dynamic || left.is_dynamic || right.is_dynamic;
        return joined;
    }
    struct value list = {.kind = VALUE_LIST};
    if (!is_listlike(&left) && !is_listlike(&right))
        return (struct value){.kind = VALUE_UNKNOWN, .is_dynamic = true};
    append_all(file, &list, &left);
    append_all(file, &list, &right);
    return list;
}

void value_add_choice(struct setup_file *file, struct value *value, struct value item) {
    if (value->kind != VALUE_CHOICE) {
        struct value choice = {
            .kind = VALUE_CHOICE, .is_dynamic = true, .is_open = value->kind == VALUE_UNKNOWN};
        if (value->kind != VALUE_UNKNOWN)
            value_add(file, &choice, *value);
        *value = choice;
    }
    if (item.kind != VALUE_UNKNOWN)
        value_add(file, value, item);
    else
        value->is_open = true;
}

static struct value wrap_key(struct setup_file *file, struct value key, struct value item) {
    struct value dict = {.kind = VALUE_DICT};
    value_put(file, &dict, key, item, false);
    return dict;
}

/* What a change puts into the list or dict that it changes. */
static struct value change_value(struct setup_file *file, const struct setup_binding *change) {
    struct value value = {.kind = VALUE_UNKNOWN, .is_dynamic = true};
    if (change->how == CHANGE_UPDATE)
        return setup_dict_call(file, change->value, change->block);
    if (change->how != CHANGE_UNKNOWN)
        value = setup_value(file, change->value, change->block);
    if (change->how == CHANGE_APPEND && value.kind != VALUE_UNKNOWN) {
        struct value list = {.kind = VALUE_LIST};
        value_add(file, &list, value);
        return list;
    }
    return value;
}

/* name[key] = item, name[key].append(item)... */
static void change_item(struct setup_file *file, const struct setup_binding *change,
                        bool is_certain, struct value *value) {
    struct value key = setup_value(file, change->key, change->block);
    struct value item = change_value(file, change);
    bool has_key = key.kind == VALUE_STRING && !key.is_dynamic;
    if (value->kind != VALUE_DICT) {
        value_add_choice(file, value, has_key ? wrap_key(file, key, item) : item);
        value->is_open = value->is_open || !has_key;
        return;
    }
    if (has_key)
        value_put(file, value, key, item, is_certain && change->how == CHANGE_ITEM);
    else
        value->is_dynamic = true;
}

static void apply_change(struct setup_file *file, const struct setup_binding *change,
                         uint32_t block, struct value *value) {
    if (change->key.from < change->key.to) {
        change_item(file, change, setup_block_holds(file, change->block, block), value);
        return;
    }
    struct value item = change_value(file, change);
    if (value->kind == VALUE_DICT && change->how == CHANGE_UPDATE)
        value_merge(file, value, &item, false);
    else if (value->kind == VALUE_DICT && change->how == CHANGE_UNKNOWN)
        value->is_dynamic = true;
    else
        value_add_choice(file, value, item);
}

/* The bindings of a name: they are sorted. */
static struct setup_range find_bindings(const struct setup_file *file, struct span name) {
    size_t low = 0, high = file->binding_count;
    while (low < high) {
        size_t middle = low + (high - low) / 2;
        if (span_compare(file->bindings[middle].name, name) < 0)
            low = middle + 1;
        else
            high = middle;
    }
    size_t end = low;
    while (end < file->binding_count && span_equal(file->bindings[end].name, name))
        end++;
    return (struct setup_range){(uint32_t)low, (uint32_t)end};
}

static bool is_bind(const struct setup_binding *binding) {
    return binding->how == BIND_VALUE || binding->how == BIND_UNKNOWN;
}

/* The scope that the name means in `block`: the nearest one that binds it. */
static bool find_scope(const struct setup_file *file, struct setup_range range, uint32_t block,
                       uint32_t *scope) {
    bool found = false;
    for (uint32_t i = range.from; i < range.to; i++) {
        uint32_t candidate = file->blocks[file->bindings[i].block].scope;
        if (is_bind(&file->bindings[i]) && setup_block_holds(file, candidate, block) &&
            (!found || setup_block_holds(file, *scope, candidate))) {
            *scope = candidate;
            found = true;
        }
    }
    return found;
}

/* What a binding is bound to; while that is found out, the name is unknown to itself. */
static struct value bound_value(struct setup_file *file, struct setup_binding *binding) {
    struct value value = {.kind = VALUE_UNKNOWN, .is_dynamic = true};
    if (binding->how == BIND_UNKNOWN || binding->busy)
        return value;
    binding->busy = true;
    value = setup_value(file, binding->value, binding->block);
    binding->busy = false;
    return value;
}

struct value setup_name_value(struct setup_file *file, struct span name, uint32_t block) {
    struct value value = {.kind = VALUE_UNKNOWN, .is_dynamic = true};
    struct setup_range range = find_bindings(file, name);
    uint32_t scope = 0;
    size_t steps = (size_t)(range.to - range.from) * 8 + 1;
    if (!setup_work(file, steps) || !find_scope(file, range, block, &scope))
        return value;
    size_t binds = 0;
    value = (struct value){.kind = VALUE_CHOICE, .is_dynamic = true};
    for (uint32_t i = range.from; i < range.to; i++) {
        struct setup_binding *binding = &file->bindings[i];
        if (!is_bind(binding) || file->blocks[binding->block].scope != scope)
            continue;
        struct value bound = bound_value(file, binding);
        if (binds++ == 0 && setup_block_holds(file, binding->block, block))
            value = bound;
        else
            value_add_choice(file, &value, bound);
    }
    for (uint32_t i = range.from; i < range.to; i++) {
        struct setup_binding *change = &file->bindings[i];
        if (is_bind(change) || change->busy || !setup_block_holds(file, scope, change->block))
            continue;
        change->busy = true;
        apply_change(file, change, block, &value);
        change->busy = false;
    }
    return value;
}
