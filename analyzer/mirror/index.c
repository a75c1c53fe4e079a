/*
 * index: see index.h. yajl calls back for each piece of JSON; this room keeps
 * only where it stands (a role for each open bracket) and the entry in hand.
 *
 * A page can be wrong in two ways. Text that is no JSON, or too deep, ends the
 * reading. A value of the wrong type is as good as not stated: the reading goes
 * on, so that one odd entry does not cost a project its upload times, and the
 * page is reported as a problem at the end.
 */
#include "mirror/index.h"

#include "base/hash.h"
#include "base/limits.h"
#include "base/text.h"
#include "mirror/index_url.h"

#include <errno.h>
#include <stdlib.h>
#include <unistd.h>
#include <yajl/yajl_parse.h>

enum { READ_BYTES = 64 * 1024 };

/* What an open bracket stands for. */
enum role {
    ROLE_OTHER,
    ROLE_PAGE, /* the outermost object */
    ROLE_META,
    ROLE_FILES,
    ROLE_FILE,
    ROLE_HASHES,
    ROLE_OWNERSHIP,
    ROLE_ROLES,
    ROLE_OWNER
};

/* What a value means, from the bracket it stands in and its key. */
enum meaning {
    IS_OTHER,
    IS_META,
    IS_FILES,
    IS_API_VERSION,
    IS_FILE,
    IS_FILENAME,
    IS_URL,
    IS_HASHES,
    IS_SHA256,
    IS_SIZE,
    IS_UPLOAD_TIME,
    IS_YANKED,
    IS_OWNERSHIP,
    IS_ROLES,
    IS_OWNER,
    IS_USER
};

struct key {
    const char *name;
    enum role in;
    enum meaning meaning;
};

static const struct key simple_keys[] = {
    {"meta", ROLE_PAGE, IS_META},
    {"files", ROLE_PAGE, IS_FILES},
    {"api-version", ROLE_META, IS_API_VERSION},
    {"filename", ROLE_FILE, IS_FILENAME},
    {"url", ROLE_FILE, IS_URL},
    {"hashes", ROLE_FILE, IS_HASHES},
    {"size", ROLE_FILE, IS_SIZE},
    {"upload-time", ROLE_FILE, IS_UPLOAD_TIME},
    {"yanked", ROLE_FILE, IS_YANKED},
    {"sha256", ROLE_HASHES, IS_SHA256},
    {NULL, ROLE_OTHER, IS_OTHER},
};

static const struct key project_keys[] = {
    {"ownership", ROLE_PAGE, IS_OWNERSHIP},
    {"roles", ROLE_OWNERSHIP, IS_ROLES},
    {"user", ROLE_OWNER, IS_USER},
    {NULL, ROLE_OTHER, IS_OTHER},
};

struct page {
    const struct index_visitor *visitor;
    const struct key *keys;
    struct span project;
    struct span folder;
    unsigned char roles[NESTING_MAX]; /* enum role of each open bracket */
    unsigned depth;
    enum meaning next; /* of the value to come */
    struct index_file file;
    struct buffer filename;
    struct buffer url;
    struct buffer path;
    const char *problem; /* the first one */
    bool stopped;        /* the visitor has seen enough */
    bool complete;       /* the outermost object was closed */
    bool said;           /* a callback came since the last chunk */
};

static void note(struct page *page, const char *problem) {
    if (page->problem == NULL)
        page->problem = problem;
}

static enum role role_here(const struct page *page) {
    return page->depth > 0 ? (enum role)page->roles[page->depth - 1] : ROLE_OTHER;
}

/* The meaning of the value that now begins. Elements of an array have no key. */
static enum meaning take_meaning(struct page *page) {
    page->said = true;
    enum meaning meaning = page->next;
    page->next = IS_OTHER;
    if (role_here(page) == ROLE_FILES)
        return IS_FILE;
    if (role_here(page) == ROLE_ROLES)
        return IS_OWNER;
    return meaning;
}

static const char *type_problem(enum meaning meaning) {
    switch (meaning) {
    case IS_META:
    case IS_API_VERSION:
        return "meta is not an object with an api-version";
    case IS_FILES:
        return "files is not an array";
    case IS_FILE:
        return "an entry of files is not an object";
    case IS_FILENAME:
        return "a filename is not a string";
    case IS_URL:
        return "a url is not a string";
    case IS_HASHES:
    case IS_SHA256:
        return "hashes is not an object of hex strings";
    case IS_SIZE:
        return "a size is not a whole number";
    case IS_UPLOAD_TIME:
        return "an upload-time is not a string";
    case IS_YANKED:
        return "a yanked is neither a boolean nor a string";
    case IS_OWNERSHIP:
    case IS_ROLES:
    case IS_OWNER:
    case IS_USER:
        return "ownership is not an object with roles of users";
    case IS_OTHER:
        break;
    }
    return NULL;
}

/* A value of a type that its key does not allow. */
static void note_type(struct page *page, enum meaning meaning) {
    if (page->depth == 0)
        note(page, "the page is not an object");
    else if (type_problem(meaning) != NULL)
        note(page, type_problem(meaning));
}

/* --- brackets ------------------------------------------------------------------------------- */

static int open_bracket(struct page *page, enum role role) {
    if (page->depth == NESTING_MAX) {
        note(page, "nested too deep");
        return 0;
    }
    page->roles[page->depth++] = (unsigned char)role;
    return 1;
}

static void begin_file(struct page *page) {
    page->file = (struct index_file){.uploaded_at = INSTANT_UNKNOWN, .size_bytes = UINT64_MAX};
    buffer_clear(&page->filename);
    buffer_clear(&page->url);
}

/* Gives the entry in hand to the visitor. 0 to stop. */
static int end_file(struct page *page) {
    struct index_file *file = &page->file;
    file->filename = buffer_span(&page->filename);
    if (file->filename.len == 0) {
        note(page, "an entry of files has no filename");
        return 1;
    }
    struct span url = buffer_span(&page->url);
    index_url_path(url, page->folder, &page->path);
    file->path = buffer_span(&page->path);
    if (!file->has_sha256)
        file->has_sha256 = hex_parse(index_url_sha256(url), file->sha256, sizeof file->sha256);
    if (page->filename.failed || page->url.failed || page->path.failed) {
        note(page, "out of memory");
        return 0;
    }
    page->stopped = page->visitor->file != NULL &&
                    !page->visitor->file(page->visitor->context, page->project, file);
    return !page->stopped;
}

static int on_start_map(void *context) {
    struct page *page = context;
    enum meaning meaning = take_meaning(page);
    enum role role = ROLE_OTHER;
    if (page->depth == 0) {
        role = ROLE_PAGE;
    } else if (meaning == IS_FILE) {
        role = ROLE_FILE;
        begin_file(page);
    } else if (meaning == IS_META) {
        role = ROLE_META;
    } else if (meaning == IS_HASHES) {
        role = ROLE_HASHES;
    } else if (meaning == IS_OWNERSHIP) {
        role = ROLE_OWNERSHIP;
    } else if (meaning == IS_OWNER) {
        role = ROLE_OWNER;
    } else {
        note_type(page, meaning);
    }
    return open_bracket(page, role);
}

static int on_end_map(void *context) {
    struct page *page = context;
    page->said = true;
    enum role closed = role_here(page);
    page->depth--;
    page->complete = closed == ROLE_PAGE;
    return closed == ROLE_FILE ? end_file(page) : 1;
}

static int on_start_array(void *context) {
    struct page *page = context;
    enum meaning meaning = take_meaning(page);
    enum role role = ROLE_OTHER;
    if (meaning == IS_FILES)
        role = ROLE_FILES;
    else if (meaning == IS_ROLES)
        role = ROLE_ROLES;
    else
        note_type(page, meaning);
    return open_bracket(page, role);
}

static int on_end_array(void *context) {
    struct page *page = context;
    page->said = true;
    page->depth--;
    return 1;
}

/* --- values --------------------------------------------------------------------------------- */

static int on_key(void *context, const unsigned char *at, size_t len) {
    struct page *page = context;
    page->said = true;
    page->next = IS_OTHER;
    for (const struct key *key = page->keys; key->name != NULL; key++)
        if (key->in == role_here(page) && span_is(span_of(at, len), key->name))
            page->next = key->meaning;
    return 1;
}

/* Keeps a text of the entry in hand; the last of repeated keys counts. */
static int keep(struct page *page, struct buffer *buffer, struct span text) {
    if (text.len > MEMBER_NAME_BYTES_MAX) {
        note(page, "a filename or url is too long");
        return 0;
    }
    buffer_clear(buffer);
    buffer_add(buffer, text);
    return 1;
}

static void take_api_version(struct page *page, struct span version) {
    if (!span_starts(version, "1."))
        note(page, "the api-version is not 1.x");
}

static void take_sha256(struct page *page, struct span hex) {
    page->file.has_sha256 = hex_parse(hex, page->file.sha256, sizeof page->file.sha256);
    if (!page->file.has_sha256)
        note(page, "a sha256 is not 64 hex digits");
}

static int on_string(void *context, const unsigned char *at, size_t len) {
    struct page *page = context;
    struct span text = span_of(at, len);
    enum meaning meaning = take_meaning(page);
    switch (meaning) {
    case IS_API_VERSION:
        take_api_version(page, text);
        return 1;
    case IS_FILENAME:
        return keep(page, &page->filename, text);
    case IS_URL:
        return keep(page, &page->url, text);
    case IS_SHA256:
        take_sha256(page, text);
        return 1;
    case IS_UPLOAD_TIME:
        if (!instant_parse(text, &page->file.uploaded_at))
            page->file.uploaded_at = INSTANT_UNKNOWN; /* bandersnatch writes "" for none */
        return 1;
    case IS_YANKED:
        page->file.yanked = len > 0; /* the reason why (PEP 592) */
        return 1;
    case IS_USER:
        page->stopped = len > 0 && page->visitor->owner != NULL &&
                        !page->visitor->owner(page->visitor->context, page->project, text);
        return !page->stopped;
    default:
        note_type(page, meaning);
        return 1;
    }
}

static int on_number(void *context, const char *at, size_t len) {
    struct page *page = context;
    enum meaning meaning = take_meaning(page);
    if (meaning == IS_SIZE && text_to_u64(span_of(at, len), &page->file.size_bytes))
        return 1;
    if (meaning == IS_SIZE)
        page->file.size_bytes = UINT64_MAX;
    note_type(page, meaning);
    return 1;
}

static int on_boolean(void *context, int value) {
    struct page *page = context;
    enum meaning meaning = take_meaning(page);
    if (meaning == IS_YANKED)
        page->file.yanked = value != 0;
    else
        note_type(page, meaning);
    return 1;
}

/* Not stated, wherever a statement is not needed. */
static int on_null(void *context) {
    struct page *page = context;
    enum meaning meaning = take_meaning(page);
    if (page->depth == 0 || meaning == IS_FILES || meaning == IS_FILE || meaning == IS_FILENAME)
        note_type(page, meaning);
    return 1;
}

static const yajl_callbacks callbacks = {
    .yajl_null = on_null,
    .yajl_boolean = on_boolean,
    .yajl_number = on_number,
    .yajl_string = on_string,
    .yajl_start_map = on_start_map,
    .yajl_map_key = on_key,
    .yajl_end_map = on_end_map,
    .yajl_start_array = on_start_array,
    .yajl_end_array = on_end_array,
};

/* --- reading -------------------------------------------------------------------------------- */

/* Fills the chunk; short only at the end of the file. -1 on a read error. */
static ssize_t read_chunk(int fd, unsigned char *chunk, size_t size) {
    size_t len = 0;
    while (len < size) {
        ssize_t got = read(fd, chunk + len, size - len);
        if (got < 0 && errno == EINTR)
            continue;
        if (got < 0)
            return -1;
        if (got == 0)
            break;
        len += (size_t)got;
    }
    return (ssize_t)len;
}

/*
 * yajl keeps a string that spans chunks, and looks at it from its start for every new chunk. So
 * chunks grow while nothing is said: the cost stays linear, and a string without end is an error.
 */
static void read_page(struct page *page, yajl_handle yajl, int fd) {
    struct buffer chunk = BUFFER_EMPTY;
    size_t silent = 0;
    for (;;) {
        size_t want = silent > READ_BYTES ? silent : READ_BYTES;
        ssize_t got = buffer_reserve(&chunk, want) ? read_chunk(fd, chunk.at, want) : -1;
        if (got < 0)
            note(page, chunk.failed ? "out of memory" : "it cannot be read");
        if (got <= 0)
            break;
        page->said = false;
        if (yajl_parse(yajl, chunk.at, (size_t)got) != yajl_status_ok) {
            if (!page->stopped)
                note(page, "not valid JSON");
            break;
        }
        silent = page->said ? 0 : silent + (size_t)got;
        if (silent > TEXT_MEMBER_BYTES_MAX) {
            note(page, "a string is too long");
            break;
        }
    }
    buffer_free(&chunk);
    if (page->problem == NULL && !page->stopped &&
        (yajl_complete_parse(yajl) != yajl_status_ok || !page->complete))
        note(page, "the text ends too early");
}

static bool run(struct page *page, int fd, const char **problem) {
    yajl_handle yajl = yajl_alloc(&callbacks, NULL, page);
    if (yajl == NULL)
        note(page, "out of memory");
    else
        read_page(page, yajl, fd);
    if (yajl != NULL)
        yajl_free(yajl);
    buffer_free(&page->filename);
    buffer_free(&page->url);
    buffer_free(&page->path);
    *problem = page->problem;
    return page->problem == NULL;
}

bool index_read_simple(int fd, struct span project, struct span page_folder,
                       const struct index_visitor *visitor, const char **problem) {
    struct page page = {
        .visitor = visitor, .keys = simple_keys, .project = project, .folder = page_folder};
    return run(&page, fd, problem);
}

bool index_read_project(int fd, struct span project, const struct index_visitor *visitor,
                        const char **problem) {
    struct page page = {.visitor = visitor, .keys = project_keys, .project = project};
    return run(&page, fd, problem);
}
