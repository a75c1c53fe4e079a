/* scope: see scope.h. Hash chains over a stack, newest first, so that leaving a scope unlinks in
 * order. */
#include "payload/scope.h"

#include "base/hash.h"

void scope_begin(struct scope *scope) {
    memset(scope->heads, 0, sizeof scope->heads);
    scope->count = 0;
    scope->floor = 0;
}

static size_t head_of(struct span name) {
    return (size_t)(hash64(name, 0) % SCOPE_HEADS);
}

size_t scope_enter(struct scope *scope) {
    size_t mark = scope->floor;
    scope->floor = scope->count;
    return mark;
}

void scope_leave(struct scope *scope, size_t mark) {
    while (scope->count > scope->floor) {
        scope->count--;
        size_t head = head_of(scope->bindings[scope->count].name);
        scope->heads[head] = scope->next[scope->count];
    }
    scope->floor = mark;
}

static size_t find_index(const struct scope *scope, struct span name) {
    for (size_t i = scope->heads[head_of(name)]; i != 0; i = scope->next[i - 1])
        if (span_equal(scope->bindings[i - 1].name, name))
            return i;
    return 0;
}

bool scope_bind(struct scope *scope, const struct binding *binding) {
    size_t old = find_index(scope, binding->name);
    if (old > scope->floor) {
        scope->bindings[old - 1] = *binding;
        return true;
    }
    if (scope->count == SCOPE_BINDINGS_MAX)
        return false;
    size_t head = head_of(binding->name);
    scope->bindings[scope->count] = *binding;
    scope->next[scope->count] = scope->heads[head];
    scope->heads[head] = (uint16_t)++scope->count;
    return true;
}

const struct binding *scope_find(const struct scope *scope, struct span name) {
    size_t i = find_index(scope, name);
    return i != 0 ? &scope->bindings[i - 1] : NULL;
}
