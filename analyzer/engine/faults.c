/* faults: see faults.h. */
#include "engine/faults.h"

#ifdef WINNOW_FAULTS

#include "engine/escape.h"

#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

/* Where inbox.c puts the pipe, and the folder that examiner.c opens next. */
enum { PIPE_FD = 3, ROOT_FD = 4 };

/* Whether the name holds "fault-WORD" or "fault_WORD". */
static bool says(struct span filename, const char *word) {
    char name[64];
    snprintf(name, sizeof name, "fault-%s", word);
    if (span_search(filename, name) < filename.len)
        return true;
    name[strlen("fault")] = '_';
    return span_search(filename, name) < filename.len;
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

static void send_garbage(void) {
    unsigned char garbage[512];
    memset(garbage, 0xFE, sizeof garbage);
    if (write(PIPE_FD, garbage, sizeof garbage) < 0)
        _exit(1);
}

static void try_to_escape(struct artifact *artifact) {
    struct buffer name = BUFFER_EMPTY;
    struct buffer done = BUFFER_EMPTY;
    buffer_add(&name, artifact->file.path);
    buffer_add_byte(&name, '\0');
    const struct escape_ground ground = {.root_fd = ROOT_FD,
                                         .inside = (const char *)name.at,
                                         .keeper = getppid(),
                                         .pipe_fd = PIPE_FD};
    size_t tried = escape_try_all(&ground, &done);
    artifact_fail(artifact, STATUS_DAMAGED, "%zu ways out tried, open: %.*s", tried,
                  done.len > 0 ? (int)done.len : 4, done.len > 0 ? (const char *)done.at : "none");
    buffer_free(&name);
    buffer_free(&done);
}

void fault_inject(struct artifact *artifact) {
    struct span filename = artifact->file.filename;
    if (says(filename, "crash"))
        raise(SIGSEGV);
    if (says(filename, "hang"))
        for (;;)
            usleep(1000);
    if (says(filename, "memory"))
        eat_memory();
    if (says(filename, "exit"))
        _exit(77);
    if (says(filename, "badrecord"))
        send_garbage();
    if (says(filename, "escape"))
        try_to_escape(artifact);
}

void fault_lie(struct span path, void *shared, size_t len) {
    if (!says(path, "lie"))
        return;
    memset(shared, 0xFF, len);
    abort();
}

int64_t fault_deadline_ms(int64_t standard) {
    const char *text = getenv("WINNOW_DEADLINE_MS");
    return text != NULL ? strtoll(text, NULL, 10) : standard;
}

#else
typedef int faults_are_not_built; /* ISO C wants a declaration in every file */
#endif
