/* faults: see faults.h. */
#include "engine/faults.h"

#ifdef WINNOW_FAULTS

#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

static bool says(struct span filename, const char *word) {
    return span_search(filename, word) < filename.len;
}

/* Takes memory until there is no more, then dies the way most parsers would. */
static void eat_memory(void) {
    for (;;) {
        enum { MEAL_BYTES = 16 * 1024 * 1024 };
        void *meal = malloc(MEAL_BYTES);
        if (meal == NULL)
            abort();
        memset(meal, 1, MEAL_BYTES);
    }
}

void fault_inject(struct span filename) {
    if (says(filename, "fault-crash") || says(filename, "fault_crash"))
        raise(SIGSEGV);
    if (says(filename, "fault-hang") || says(filename, "fault_hang"))
        for (;;)
            usleep(1000);
    if (says(filename, "fault-memory") || says(filename, "fault_memory"))
        eat_memory();
    if (says(filename, "fault-exit") || says(filename, "fault_exit"))
        _exit(77);
}

int64_t fault_deadline_ms(int64_t standard) {
    const char *text = getenv("WINNOW_DEADLINE_MS");
    return text != NULL ? strtoll(text, NULL, 10) : standard;
}

#else
typedef int faults_are_not_built; /* ISO C wants a declaration in every file */
#endif
