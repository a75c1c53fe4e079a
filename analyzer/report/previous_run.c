/* previous_run: see previous_run.h. */
#include "report/previous_run.h"

#include "base/error.h"
#include "base/log.h"
#include "base/text.h"
#include "report/run_folder.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>

/* In the order of the schema. */
enum { COLUMN_ID, COLUMN_PROJECT };
/* More memberships than any index has projects: the file is not ours. */
enum { MEMBERSHIPS_MAX = 20000000, RUN_ID_BYTES = 96 };

/* "g" and the digits. */
static bool is_campaign_id(struct span id) {
    unsigned char bytes[CAMPAIGN_ID_DIGITS / 2];
    bool lower = true;
    for (size_t i = 0; i < id.len; i++)
        lower = lower && ascii_lower(id.at[i]) == id.at[i];
    return lower && span_starts(id, "g") && hex_parse(span_from(id, 1), bytes, sizeof bytes);
}

static bool add_membership(struct previous_run *previous, size_t *capacity, struct span id,
                           struct span project) {
    if (previous->count == *capacity) {
        size_t wider = *capacity ? *capacity * 2 : 1024;
        struct membership *rows = realloc(previous->rows, wider * sizeof *rows);
        if (rows == NULL)
            return false;
        previous->rows = rows;
        *capacity = wider;
    }
    struct membership *row = &previous->rows[previous->count];
    /* Rows of one campaign come together: its id is kept once. */
    if (previous->count > 0 && span_equal(id, row[-1].campaign_id))
        row->campaign_id = row[-1].campaign_id;
    else if (!arena_copy(previous->arena, id, &row->campaign_id))
        return false;
    if (!arena_copy(previous->arena, project, &row->project))
        return false;
    previous->count++;
    return true;
}

static bool read_rows(const struct run_folder *folder, struct previous_run *previous) {
    struct table_reader reader;
    size_t capacity = 0;
    bool done = true;
    bool sound = true;
    table_open(folder, TABLE_CAMPAIGN_MEMBERS, &reader);
    while (done && sound && table_next(&reader)) {
        struct span id = table_cell(&reader, COLUMN_ID);
        struct span project = table_cell(&reader, COLUMN_PROJECT);
        sound = is_campaign_id(id) && project.len > 0 && previous->count < MEMBERSHIPS_MAX;
        if (sound)
            done = add_membership(previous, &capacity, id, project);
    }
    sound = sound && !reader.damaged;
    done = done && !reader.no_memory;
    table_close(&reader);
    if (!sound) {
        log_line(LOG_WARNING, "campaign_members.csv of the previous run is not as winnow writes "
                              "it: its campaigns are not compared");
        previous->count = 0;
    }
    return done;
}

/* The run that OUT/latest leads to. */
static char *read_run_id(const char *path) {
    char target[RUN_ID_BYTES];
    ssize_t len = readlink(path, target, sizeof target - 1);
    if (len <= 0)
        return strdup("");
    target[len] = '\0';
    const char *slash = strrchr(target, '/');
    return strdup(slash != NULL ? slash + 1 : target);
}

bool previous_run_read(const char *out, struct previous_run *previous) {
    *previous = (struct previous_run){.run_id = NULL};
    struct run_folder folder;
    if (!run_folder_open(out, false, &folder)) {
        if (errno != ENOENT && errno != ENOMEM)
            log_line(LOG_WARNING,
                     "cannot read the previous run %s/latest: %s: its campaigns are "
                     "not compared",
                     out, error_words(errno));
        return errno != ENOMEM;
    }
    previous->run_id = read_run_id(folder.path);
    previous->arena = arena_new(SIZE_MAX / 4);
    bool done = previous->run_id != NULL && previous->arena != NULL && read_rows(&folder, previous);
    run_folder_close(&folder);
    return done;
}

void previous_run_free(struct previous_run *previous) {
    free(previous->run_id);
    free(previous->rows);
    arena_free(previous->arena);
    *previous = (struct previous_run){.run_id = NULL};
}
