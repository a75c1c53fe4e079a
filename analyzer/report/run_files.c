/* run_files: the files that a run is written into: one a table, one a form of the listings, and one
 * a listing for the forms that want that. */
#include "base/log.h"
#include "report/run.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>

static void log_table(const struct run *run, size_t table, int error) {
    char name[64];
    snprintf(name, sizeof name, "%s.csv", schema_table((enum table_id)table)->name);
    publication_complain(run->publication, name, error);
}

bool run_files_open(struct run *run) {
    int folder = publication_fd(run->publication);
    for (size_t i = 0; i < TABLES; i++) {
        run->tables[i] = csv_open(folder, schema_table((enum table_id)i));
        if (run->tables[i] == NULL) {
            log_table(run, i, errno);
            return false;
        }
    }
    for (size_t i = 0; i < LISTING_FORMS; i++) {
        if (listing_form_is_folder(&listing_forms[i]))
            continue;
        run->forms[i] = out_file_open(folder, listing_forms[i].file_name);
        if (run->forms[i] == NULL) {
            publication_complain(run->publication, listing_forms[i].file_name, errno);
            return false;
        }
    }
    return true;
}

bool run_files_close(struct run *run) {
    bool done = true;
    for (size_t i = 0; i < TABLES; i++) {
        bool closed = out_file_close(run->tables[i], true, &run->table_facts[i]);
        run->tables[i] = NULL;
        if (!closed)
            log_table(run, i, errno);
        done = done && closed;
    }
    for (size_t i = 0; i < LISTING_FORMS; i++) {
        if (run->forms[i] == NULL)
            continue;
        bool closed = out_file_close(run->forms[i], true, &run->form_facts[i]);
        run->forms[i] = NULL;
        if (!closed)
            publication_complain(run->publication, listing_forms[i].file_name, errno);
        done = done && closed;
    }
    return done;
}

/* The next place in the list of own files, NULL when memory is out. */
static struct own_file *push_own(struct run *run) {
    if (run->own_file_count == run->own_file_capacity) {
        size_t wider = run->own_file_capacity ? run->own_file_capacity * 2 : 64;
        struct own_file *at = realloc(run->own_files, wider * sizeof *at);
        if (at == NULL)
            return NULL;
        run->own_files = at;
        run->own_file_capacity = wider;
    }
    return &run->own_files[run->own_file_count];
}

/* "osv/MAL-0000-NAME.json"; the caller frees it. */
static char *own_name(const struct listing_form *form, const struct listing *listing) {
    struct buffer name = BUFFER_EMPTY;
    buffer_add_text(&name, form->file_name);
    listing_add_file_name(listing->project->project, &name);
    buffer_add_byte(&name, '\0');
    if (!name.failed)
        return (char *)name.at;
    buffer_free(&name);
    return NULL;
}

bool run_files_add_own(struct run *run, const struct listing_form *form,
                       const struct listing *listing) {
    struct own_file *own = push_own(run);
    char *name = own != NULL ? own_name(form, listing) : NULL;
    if (name == NULL)
        return false;
    char *slash = strchr(name, '/');
    *slash = '\0';
    bool done = publication_add_folder(run->publication, name);
    *slash = '/';
    struct out_file *file = done ? out_file_open(publication_fd(run->publication), name) : NULL;
    if (file != NULL) {
        form->add(listing, out_file_buffer(file));
        out_file_end_row(file);
        done = out_file_close(file, false, &own->facts);
    }
    if (file == NULL || !done) {
        publication_complain(run->publication, name, errno);
        run->own_file_failed = true;
        free(name);
        return false;
    }
    own->name = name;
    run->own_file_count++;
    return true;
}

void run_files_log_failure(const struct run *run) {
    if (run->own_file_failed)
        return; /* logged where it happened */
    for (size_t i = 0; i < TABLES; i++)
        if (run->tables[i] != NULL && out_file_error(run->tables[i]) != 0) {
            log_table(run, i, out_file_error(run->tables[i]));
            return;
        }
    for (size_t i = 0; i < LISTING_FORMS; i++)
        if (run->forms[i] != NULL && out_file_error(run->forms[i]) != 0) {
            publication_complain(run->publication, listing_forms[i].file_name,
                                 out_file_error(run->forms[i]));
            return;
        }
    log_line(LOG_ERROR, "out of memory");
}

void run_files_free(struct run *run) {
    for (size_t i = 0; i < TABLES; i++)
        out_file_abandon(run->tables[i]);
    for (size_t i = 0; i < LISTING_FORMS; i++)
        out_file_abandon(run->forms[i]);
    for (size_t i = 0; i < run->own_file_count; i++)
        free(run->own_files[i].name);
    free(run->own_files);
}
