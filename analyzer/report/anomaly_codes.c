/* anomaly_codes: see anomaly_codes.h. */
#include "report/anomaly_codes.h"

#include "extract/extract_anomalies.h"

#include <stdlib.h>

/* Those that come from no archive: they compare a file with what is said of it, or tell of our own
 * bounds. */
static const struct anomaly_meaning other_anomalies[] = {
    {"more-anomalies", "there were more anomalies than are recorded of one artifact", false},
    {"not-in-index", "the file is on disk, and no index page of the mirror names it", false},
    {"metadata-mismatch",
     "fields in which a wheel differs from the sdist of its release, whose metadata promises that "
     "they are equal (2.2 or later, not Dynamic)",
     false},
    {"commands-differ",
     "a wheel and the sdist of its release declare different commands (only where no build could "
     "add one)",
     false},
    {"size-mismatch", "the file's size on disk differs from what the index states", false},
};

static int compare_codes(const void *left, const void *right) {
    const struct anomaly_meaning *a = *(const struct anomaly_meaning *const *)left;
    const struct anomaly_meaning *b = *(const struct anomaly_meaning *const *)right;
    return strcmp(a->code, b->code);
}

bool anomaly_codes_each(void (*visit)(void *context, const struct anomaly_meaning *meaning),
                        void *context) {
    const struct {
        const struct anomaly_meaning *at;
        size_t count;
    } rooms[] = {
        {unpack_anomalies, unpack_anomaly_count},
        {extract_anomalies, extract_anomaly_count},
        {other_anomalies, sizeof other_anomalies / sizeof *other_anomalies},
    };
    size_t all = 0;
    for (size_t i = 0; i < sizeof rooms / sizeof *rooms; i++)
        all += rooms[i].count;
    const struct anomaly_meaning **order = malloc(all * sizeof *order);
    if (order == NULL)
        return false;
    size_t count = 0;
    for (size_t i = 0; i < sizeof rooms / sizeof *rooms; i++)
        for (size_t k = 0; k < rooms[i].count; k++)
            order[count++] = &rooms[i].at[k];
    qsort(order, count, sizeof *order, compare_codes);
    for (size_t i = 0; i < count; i++)
        if (i == 0 || strcmp(order[i - 1]->code, order[i]->code) != 0)
            visit(context, order[i]);
    free(order);
    return true;
}
