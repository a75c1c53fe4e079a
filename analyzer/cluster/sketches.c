/* sketches: see sketches.h. */
#include "cluster/sketches.h"

#include <stdlib.h>

static int compare_signatures(const void *left, const void *right) {
    return signature_compare(left, right);
}

bool sketches_list(struct sketches *sketches, struct arena *arena, struct signature *signatures,
                   size_t count) {
    if (count > 1)
        qsort(signatures, count, sizeof *signatures, compare_signatures);
    size_t different = count > 0;
    for (size_t i = 1; i < count; i++)
        different += signature_compare(&signatures[i - 1], &signatures[i]) != 0;
    *sketches = (struct sketches){.at = arena_alloc(arena, (different + 1) * sizeof *sketches->at)};
    for (size_t i = 0; sketches->at != NULL && i < count; i++)
        if (i == 0 || signature_compare(&signatures[i - 1], &signatures[i]) != 0)
            sketches->at[sketches->count++].signature = signatures[i];
    return sketches->at != NULL;
}

/* The signature is the first member. */
size_t sketches_find(const struct sketches *sketches, const struct signature *signature) {
    const struct sketched *found = NULL;
    if (sketches->count > 0)
        found =
            bsearch(signature, sketches->at, sketches->count, sizeof *found, compare_signatures);
    return found != NULL ? (size_t)(found - sketches->at) : sketches->count;
}

bool sketches_add(struct sketches *sketches, struct arena *arena, const struct signature *signature,
                  const struct sketch *sketch) {
    size_t place = sketches_find(sketches, signature);
    if (place == sketches->count || sketch->count == 0 || sketches->at[place].sketch.count > 0)
        return true;
    uint32_t *at = arena_alloc_raw(arena, sketch->count * sizeof *at);
    if (at == NULL)
        return false;
    memcpy(at, sketch->at, sketch->count * sizeof *at);
    sketches->at[place].sketch = (struct sketch){at, sketch->count};
    return true;
}

/* Up to which value the sketch holds all hashes there are. */
static uint32_t bound_of(const struct sketch *sketch, enum sketch_kind kind) {
    return sketch->count < sketch_values_max(kind) ? UINT32_MAX : sketch->at[sketch->count - 1];
}

/* Who is as similar as `floor` is not lost by it: the order of comparisons does not matter. */
#define ROUNDING 1e-9

double sketch_similarity(const struct sketch *a, const struct sketch *b, enum sketch_kind kind,
                         double floor) {
    if (a->count == 0 || b->count == 0)
        return 0;
    uint32_t bound = bound_of(a, kind) < bound_of(b, kind) ? bound_of(a, kind) : bound_of(b, kind);
    /* With n hashes in all, of which s stand on one side only, it is (n - s) / (n + s). */
    double most_single = (a->count + b->count) * (1 - floor) / (1 + floor) + ROUNDING;
    uint32_t both = 0;
    uint32_t single = 0;
    uint32_t i = 0;
    uint32_t k = 0;
    while (i < a->count || k < b->count) {
        uint64_t first = i < a->count ? a->at[i] : UINT64_MAX;
        uint64_t second = k < b->count ? b->at[k] : UINT64_MAX;
        if ((first < second ? first : second) > bound)
            break;
        both += first == second;
        single += first != second;
        if (single > most_single)
            return 0;
        i += first <= second;
        k += second <= first;
    }
    double similarity = (double)both / (both + single);
    return similarity >= floor ? similarity : 0;
}
