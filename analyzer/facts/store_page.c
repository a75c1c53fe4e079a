/* store_page: puts into the state what index pages say. */
#include "base/hash.h"
#include "facts/store_private.h"

/* Pages that name files end like this (bandersnatch's older versions of a page, too); project JSON
 * does not. */
static bool is_simple_page(struct span path) {
    return span_ends(path, "v1_json");
}

/* Makes `path` the store's last page; its id stays 0 when the page is not known. */
static bool find_page(struct store *store, struct span path) {
    struct last_page *page = &store->last_page;
    uint64_t path_hash = hash64(path, store->path_seed);
    if (page->id != 0 && page->path_hash == path_hash)
        return true;
    struct run run = run_statement(store, SQL_PAGE_FIND);
    run_text(&run, path);
    *page = (struct last_page){.path_hash = path_hash};
    if (run_step(&run)) {
        page->id = column_int(&run, 0);
        page->names_files = column_int(&run, 1) != 0;
        page->project = column_int(&run, 2);
    }
    return run_end(&run);
}

/* A page that names files has a project from the start; project JSON has none. */
static bool set_project(struct store *store, struct span path, struct span project) {
    struct last_page *page = &store->last_page;
    page->names_files = is_simple_page(path);
    page->project = 0;
    return !page->names_files || project_intern(store, project, &page->project);
}

static void run_project(struct run *run, const struct last_page *page) {
    if (page->project != 0)
        run_int(run, page->project);
    else
        run_null(run);
}

static bool add_page(struct store *store, struct span path, struct span project) {
    struct last_page *page = &store->last_page;
    if (!set_project(store, path, project))
        return false;
    struct run run = run_statement(store, SQL_PAGE_ADD);
    run_text(&run, path);
    run_int(&run, page->names_files);
    run_project(&run, page);
    if (!run_once(&run))
        return false;
    page->id = sqlite3_last_insert_rowid(store->db);
    page->next_id = cluster_first(page->id);
    return true;
}

/* Makes the page that an entry belongs to the last one; it should have been begun, and is now if it
 * was not. */
static bool find_or_add_page(struct store *store, struct span path, struct span project) {
    return find_page(store, path) && (store->last_page.id != 0 || add_page(store, path, project));
}

static bool delete_entries(struct store *store, int64_t page) {
    struct run run = run_statement(store, SQL_INDEX_FILES_DELETE);
    run_int(&run, cluster_first(page));
    run_int(&run, cluster_last(page));
    return run_once(&run) && run_with_id(store, SQL_OWNERS_DELETE, page);
}

static bool begin_page(struct store *store, struct span path, struct span project) {
    struct last_page *page = &store->last_page;
    if (!find_page(store, path))
        return false;
    if (page->id == 0)
        return add_page(store, path, project);
    if (!set_project(store, path, project))
        return false;
    page->next_id = cluster_first(page->id);
    struct run run = run_statement(store, SQL_PAGE_RESET);
    run_int(&run, page->id);
    run_int(&run, page->names_files);
    run_project(&run, page);
    return run_once(&run) && delete_entries(store, page->id);
}

bool store_page_begin(struct store *store, struct span page_path, struct span project) {
    bool own = false;
    if (!write_begin(store, &own))
        return false;
    return begin_page(store, page_path, project) ? write_end(store, own)
                                                 : store_fail_write(store, "store an index page");
}

/* Where the file is: path_hash, folder and filename. What an index calls a file is the end of its
 * path, so the name counts only when there is no path. */
static void run_location(struct run *run, const struct index_file *file) {
    struct span folder;
    struct span filename;
    if (file->path.len > 0) {
        path_split(file->path, &folder, &filename);
        run_int(run, (int64_t)hash64(file->path, run->store->path_seed));
        run_text(run, folder);
        run_text(run, filename);
    } else {
        run_null(run);
        run_null(run);
        run_text(run, file->filename);
    }
}

/* Binds in the order of the table index_file. */
static bool put_index_file(struct store *store, int64_t id, const struct index_file *file,
                           bool on_disk) {
    struct run run = run_statement(store, SQL_INDEX_FILE_PUT);
    run_int(&run, id);
    run_location(&run, file);
    if (file->uploaded_at == INSTANT_UNKNOWN)
        run_null(&run);
    else
        run_int(&run, file->uploaded_at);
    if (file->size_bytes > INT64_MAX)
        run_null(&run);
    else
        run_int(&run, (int64_t)file->size_bytes);
    run_blob(&run, file->sha256, file->has_sha256 ? sizeof file->sha256 : 0);
    run_int(&run, file->yanked);
    run_int(&run, on_disk && file->path.len > 0);
    return run_once(&run);
}

/* A page names files of one project; that of the last one counts. */
static bool note_project(struct store *store, int64_t project) {
    struct last_page *page = &store->last_page;
    if (page->names_files && page->project == project)
        return true;
    struct run run = run_statement(store, SQL_PAGE_SET_PROJECT);
    page->names_files = true;
    page->project = project;
    run_int(&run, page->id);
    run_int(&run, project);
    return run_once(&run);
}

/* The id behind those that the page's files have. */
static bool find_next_id(struct store *store) {
    struct last_page *page = &store->last_page;
    if (page->next_id != 0)
        return true;
    struct run run = run_statement(store, SQL_INDEX_FILE_LAST);
    run_int(&run, cluster_first(page->id));
    run_int(&run, cluster_last(page->id));
    page->next_id = run_step(&run) ? column_int(&run, 0) + 1 : cluster_first(page->id);
    return run_end(&run);
}

bool store_page_file(struct store *store, struct span page_path, struct span project,
                     const struct index_file *file, bool on_disk) {
    bool own = false;
    int64_t project_id = 0;
    if (!write_begin(store, &own))
        return false;
    if (!find_or_add_page(store, page_path, project) ||
        !project_intern(store, project, &project_id) || !note_project(store, project_id) ||
        !find_next_id(store) || !put_index_file(store, store->last_page.next_id, file, on_disk))
        return store_fail_write(store, "store a file of an index page");
    store->last_page.next_id++;
    return write_end(store, own);
}

static bool put_owner(struct store *store, int64_t page, int64_t project, struct span user) {
    struct run run = run_statement(store, SQL_OWNER_PUT);
    run_int(&run, page);
    run_int(&run, project);
    run_text(&run, user);
    return run_once(&run);
}

bool store_page_owner(struct store *store, struct span page_path, struct span project,
                      struct span user) {
    bool own = false;
    int64_t project_id = 0;
    if (!write_begin(store, &own))
        return false;
    if (!find_or_add_page(store, page_path, project) ||
        !project_intern(store, project, &project_id) ||
        !put_owner(store, store->last_page.id, project_id, user))
        return store_fail_write(store, "store an owner");
    return write_end(store, own);
}

static bool end_page(struct store *store, int64_t page, uint64_t key) {
    struct run run = run_statement(store, SQL_PAGE_END);
    run_int(&run, page);
    run_int(&run, (int64_t)key);
    return run_once(&run);
}

bool store_page_end(struct store *store, struct span page_path, uint64_t key) {
    bool own = false;
    if (!write_begin(store, &own))
        return false;
    if (!find_or_add_page(store, page_path, SPAN_EMPTY) ||
        !end_page(store, store->last_page.id, key))
        return store_fail_write(store, "store an index page");
    return write_end(store, own);
}

bool page_remove(struct store *store, int64_t page) {
    store->last_page = (struct last_page){.id = 0};
    return delete_entries(store, page) && run_with_id(store, SQL_PAGE_DELETE, page);
}
