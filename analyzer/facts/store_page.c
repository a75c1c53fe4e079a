/* store_page: puts into the state what index pages say. */
#include "base/hash.h"
#include "facts/store_private.h"

/* Pages that name files end like this (bandersnatch's older versions of a page, too); project JSON
 * does not. */
static bool is_simple_page(struct span path) {
    return span_ends(path, "v1_json");
}

struct known_page {
    int64_t id; /* 0: not known */
    bool names_files;
};

static bool find_page(struct store *store, struct span path, struct known_page *page) {
    struct run run = run_statement(store, SQL_PAGE_FIND);
    run_text(&run, path);
    *page = (struct known_page){0};
    if (run_step(&run))
        *page =
            (struct known_page){.id = column_int(&run, 0), .names_files = column_int(&run, 1) != 0};
    return run_end(&run);
}

static bool add_page(struct store *store, struct span path, struct known_page *page) {
    struct run run = run_statement(store, SQL_PAGE_ADD);
    page->names_files = is_simple_page(path);
    run_text(&run, path);
    run_int(&run, page->names_files);
    if (!run_once(&run))
        return false;
    page->id = sqlite3_last_insert_rowid(store->db);
    return true;
}

/* The page that an entry belongs to; it should have been begun, and is now if it was not. */
static bool find_or_add_page(struct store *store, struct span path, struct known_page *page) {
    return find_page(store, path, page) && (page->id != 0 || add_page(store, path, page));
}

static bool delete_entries(struct store *store, int64_t page) {
    struct run run = run_statement(store, SQL_INDEX_FILES_DELETE);
    run_int(&run, cluster_first(page));
    run_int(&run, cluster_last(page));
    return run_once(&run) && run_with_id(store, SQL_OWNERS_DELETE, page);
}

static bool begin_page(struct store *store, struct span path) {
    struct known_page page;
    if (!find_page(store, path, &page))
        return false;
    if (page.id == 0)
        return add_page(store, path, &page);
    struct run run = run_statement(store, SQL_PAGE_RESET);
    run_int(&run, page.id);
    run_int(&run, is_simple_page(path));
    return run_once(&run) && delete_entries(store, page.id);
}

bool store_page_begin(struct store *store, struct span page_path) {
    bool own = false;
    if (!write_begin(store, &own))
        return false;
    return begin_page(store, page_path) ? write_end(store, own)
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
static bool put_index_file(struct store *store, int64_t id, int64_t project,
                           const struct index_file *file, bool on_disk) {
    struct run run = run_statement(store, SQL_INDEX_FILE_PUT);
    run_int(&run, id);
    run_int(&run, project);
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

bool store_page_file(struct store *store, struct span page_path, struct span project,
                     const struct index_file *file, bool on_disk) {
    bool own = false;
    struct known_page page;
    int64_t project_id = 0;
    int64_t id = 0;
    if (!write_begin(store, &own))
        return false;
    if (!find_or_add_page(store, page_path, &page) ||
        (!page.names_files && !run_with_id(store, SQL_PAGE_NAMES_FILES, page.id)) ||
        !project_intern(store, project, &project_id) ||
        !next_id(store, SQL_INDEX_FILE_LAST, page.id, &id) ||
        !put_index_file(store, id, project_id, file, on_disk))
        return store_fail_write(store, "store a file of an index page");
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
    struct known_page page;
    int64_t project_id = 0;
    if (!write_begin(store, &own))
        return false;
    if (!find_or_add_page(store, page_path, &page) ||
        !project_intern(store, project, &project_id) ||
        !put_owner(store, page.id, project_id, user))
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
    struct known_page page;
    if (!write_begin(store, &own))
        return false;
    if (!find_or_add_page(store, page_path, &page) || !end_page(store, page.id, key))
        return store_fail_write(store, "store an index page");
    return write_end(store, own);
}

bool page_remove(struct store *store, int64_t page) {
    return delete_entries(store, page) && run_with_id(store, SQL_PAGE_DELETE, page);
}
