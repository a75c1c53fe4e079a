/* run_folder: see run_folder.h. */
#include "report/run_folder.h"

#include "base/error.h"
#include "base/log.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <unistd.h>

/* Opens a folder that holds a run.json; -1 otherwise. */
static int open_run(const char *path) {
    int fd = open(path, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
    if (fd >= 0 && faccessat(fd, "run.json", R_OK, 0) != 0) {
        int error = errno;
        close(fd);
        errno = error;
        fd = -1;
    }
    return fd;
}

bool run_folder_open(const char *out, bool or_itself, struct run_folder *folder) {
    *folder = (struct run_folder){.fd = -1};
    if (asprintf(&folder->path, "%s/latest", out) < 0) {
        folder->path = NULL;
        errno = ENOMEM;
        return false;
    }
    folder->fd = open_run(folder->path);
    if (folder->fd < 0 && or_itself) {
        folder->fd = open_run(out);
        folder->path[strlen(out)] = '\0';
    }
    if (folder->fd >= 0)
        return true;
    int error = errno;
    run_folder_close(folder);
    errno = error;
    return false;
}

void run_folder_close(struct run_folder *folder) {
    if (folder->fd >= 0)
        close(folder->fd);
    free(folder->path);
    *folder = (struct run_folder){.fd = -1};
}

bool run_folder_map(const struct run_folder *folder, const char *name, struct mapped *mapped) {
    *mapped = (struct mapped){.text = SPAN_EMPTY};
    int fd = openat(folder->fd, name, O_RDONLY | O_CLOEXEC | O_NOFOLLOW | O_NONBLOCK);
    if (fd < 0)
        return false;
    struct stat info;
    bool done = fstat(fd, &info) == 0;
    if (done && !S_ISREG(info.st_mode)) {
        errno = EINVAL;
        done = false;
    }
    if (done && info.st_size > 0) {
        size_t len = (size_t)info.st_size;
        void *at = mmap(NULL, len, PROT_READ, MAP_PRIVATE, fd, 0);
        done = at != MAP_FAILED;
        if (done)
            mapped->text = span_of(at, len);
    }
    int error = errno;
    close(fd);
    errno = error;
    return done;
}

void mapped_close(struct mapped *mapped) {
    if (mapped->text.len > 0)
        munmap((void *)(uintptr_t)mapped->text.at, mapped->text.len);
    mapped->text = SPAN_EMPTY;
}

static void note_damage(struct table_reader *reader) {
    reader->no_memory = reader->csv.unquoted.failed;
    reader->damaged = !reader->no_memory;
    reader->csv.rest = SPAN_EMPTY;
    if (reader->damaged)
        log_line(LOG_WARNING, "%s.csv of the earlier run is damaged: the rest of it is not read",
                 reader->table->name);
}

void table_open(const struct run_folder *folder, enum table_id table, struct table_reader *reader) {
    *reader = (struct table_reader){.table = schema_table(table)};
    char name[64];
    snprintf(name, sizeof name, "%s.csv", reader->table->name);
    if (!run_folder_map(folder, name, &reader->mapped) && errno != ENOENT) {
        reader->no_memory = errno == ENOMEM;
        reader->damaged = !reader->no_memory;
        log_line(LOG_WARNING, "cannot read %s of the earlier run: %s", name, error_words(errno));
    }
    reader->csv = csv_reader_begin(reader->mapped.text);
    for (size_t i = 0; i < COLUMNS_MAX; i++)
        reader->place[i] = COLUMNS_MAX;
    enum csv_result header = csv_reader_next(&reader->csv);
    if (header == CSV_DAMAGED)
        note_damage(reader);
    for (size_t i = 0; header == CSV_ROW && i < reader->table->column_count; i++)
        for (size_t k = 0; k < reader->csv.count; k++)
            if (span_is(reader->csv.cells[k], reader->table->columns[i].name))
                reader->place[i] = k;
}

void table_close(struct table_reader *reader) {
    csv_reader_free(&reader->csv);
    mapped_close(&reader->mapped);
}

bool table_next(struct table_reader *reader) {
    enum csv_result result = csv_reader_next(&reader->csv);
    if (result == CSV_DAMAGED)
        note_damage(reader);
    return result == CSV_ROW;
}

struct span table_cell(const struct table_reader *reader, size_t column) {
    size_t place = reader->place[column];
    if (place == COLUMNS_MAX)
        return SPAN_EMPTY;
    struct span cell = reader->csv.cells[place];
    return column_is_hostile(reader->table->columns[column].type) ? csv_cell_text(cell) : cell;
}
