/*
 * artifact: the record that travels. One file of a release goes down the road
 * mirror -> unpack -> extract -> payload -> facts, and each stage fills its own
 * member of struct artifact. All spans live in the artifact's arena (or in what
 * its archive holds) and die with it; facts/ serialises what must stay.
 */
#ifndef WINNOW_ARTIFACT_H
#define WINNOW_ARTIFACT_H

#include "base/error.h"
#include "base/hash.h"
#include "base/limits.h"
#include "base/list.h"

/* The numbers of these enums are stored in the state file: append, never reorder. */

enum artifact_format { FORMAT_OTHER, FORMAT_WHEEL, FORMAT_SDIST, FORMAT_EGG };

enum artifact_status {
    STATUS_OK,
    STATUS_DAMAGED,     /* the bytes contradict their format */
    STATUS_UNSUPPORTED, /* a format we do not open */
    STATUS_OVER_LIMIT,  /* a budget of base/limits.h was crossed */
    STATUS_TIMEOUT,     /* the deadline passed, twice */
    STATUS_CRASHED,     /* the examiner died on it, twice */
    STATUS_UNREADABLE   /* the file could not be read, or is not there */
};

/* From nothing to something: the order is the scale, the first four (after unknown) are empty. */
enum payload_kind {
    KIND_UNKNOWN,
    KIND_NONE,
    KIND_BLANK,
    KIND_CONSTANT,
    KIND_STUB,
    KIND_METAPACKAGE,
    KIND_DATA,
    KIND_NATIVE,
    KIND_CODE
};

static inline bool payload_kind_is_empty(enum payload_kind kind) {
    return kind >= KIND_NONE && kind <= KIND_STUB;
}

enum entry_source {
    SOURCE_WHEEL,
    SOURCE_EGG_INFO,
    SOURCE_PYPROJECT,
    SOURCE_SETUP_CFG,
    SOURCE_SETUP_PY
};

const char *artifact_format_name(enum artifact_format format);
const char *artifact_status_name(enum artifact_status status);
/* "" for KIND_UNKNOWN. */
const char *payload_kind_name(enum payload_kind kind);
/* "setup.cfg" etc., as the reports show it. */
const char *entry_source_name(enum entry_source source);

struct entry_point {
    struct span group; /* "console_scripts", "gui_scripts", "scripts", any other */
    struct span name;
    struct span object_reference; /* "package.module:attribute", without extras */
    struct span extras;           /* "a b", one space between */
    enum entry_source source;
};

struct entry_point_list {
    struct entry_point *at;
    size_t count;
    size_t capacity;
};

/* Something odd that an analyst should know. `code` is a word of reports/SCHEMA.md. */
struct anomaly {
    struct span code;
    struct span detail;
};

struct anomaly_list {
    struct anomaly *at;
    size_t count;
    size_t capacity;
};

/* mirror/ fills this from the file's place and name. */
struct artifact_file {
    struct span path;     /* relative to the mirror's root */
    struct span filename; /* the last component of path */
    uint64_t size_bytes;
    int64_t mtime_ns;
    enum artifact_format format;
    struct span project; /* PEP 503-normalised; "" when the name cannot be parsed */
    struct span version; /* as in the file name */
};

/* unpack/ fills this. */
struct artifact_contents {
    uint64_t member_count; /* all members: files, directories, links */
    uint64_t python_file_count;
    uint64_t python_bytes;
    uint64_t native_file_count;
};

/* extract/ fills this. Texts are UTF-8, as email.parser gives them; "" when missing. */
struct artifact_metadata {
    bool found; /* a METADATA or PKG-INFO was there */
    struct span metadata_version;
    struct span name;
    struct span version;
    struct span summary;
    struct span author;
    struct span author_email; /* the raw field, for the metadata signature */
    struct span maintainer;
    struct span maintainer_email;
    struct span license;
    struct span home_page;
    struct span repository;         /* home or source page, normalised: "host/path"; "" without */
    struct span description;        /* from the field, or the body when the field is missing */
    struct span_list author_emails; /* every address, as written, in order, no repeats */
    struct span_list maintainer_emails;
    struct span_list project_urls;  /* raw values, "Label, URL" */
    struct span_list field_names;   /* lower case, in order of appearance, with repeats */
    struct span_list requires_dist; /* raw values (Requires-Dist, else requires.txt); the count is
                                       the report's requires_dist_count */
    struct span_list
        requires_projects;      /* normalised names of other projects, from every place that
                                   declares requirements, sorted, no repeats, never itself */
    struct span_list top_level; /* importable top-level names, sorted */
    struct span marks;          /* extract/field_marks.h; "" when there is nothing to compare */
};

/*
 * extract/ fills this for sdists: what the build configuration says of which files would be
 * installed. All lists may be empty (nothing said). Paths are relative to the sdist's root
 * directory, "/" between parts.
 */
struct artifact_layout {
    struct span_list source_roots; /* import roots: "src", "lib"; "." for the root itself */
    struct span_list packages;     /* folders of top-level packages: "foo", "src/foo" */
    struct span_list renamed;      /* "foo=lib/x": the folder is installed as foo */
    struct span_list modules;      /* files of top-level modules: "foo.py", "src/foo.py" */
    struct span_list scripts;      /* files of plain scripts: "bin/foo" */
};

/* What a sketch and its signature are of. */
enum sketch_kind { SKETCH_PAYLOAD, SKETCH_METADATA, SKETCH_KINDS };

/* The most values that a sketch of this kind holds. One that holds fewer holds all there are. */
static inline uint32_t sketch_values_max(enum sketch_kind kind) {
    return kind == SKETCH_PAYLOAD ? SKETCH_PAYLOAD_VALUES : SKETCH_METADATA_VALUES;
}

/* The smallest hashes of a body's shingles, ascending, no repeats; see payload/sketch.h. */
struct sketch {
    const uint32_t *at;
    uint32_t count;
};

/* payload/ fills this. Equal signatures come with equal sketches. */
struct artifact_payload {
    enum payload_kind kind;
    struct signature signature;          /* zero when unknown */
    struct signature metadata_signature; /* zero when unknown */
    struct sketch sketch;
    struct sketch metadata_sketch;
};

struct artifact {
    struct arena *arena;
    struct artifact_file file;
    bool thorough; /* asked for: compare all that can be compared, whatever it costs */
    enum artifact_status status;
    struct span
        status_detail; /* what failed, in words; bytes of the archive are escaped at the sink */
    struct artifact_contents contents;
    struct artifact_metadata metadata;
    struct entry_point_list entry_points;
    struct artifact_layout layout;
    struct artifact_payload payload;
    struct anomaly_list anomalies;
};

/* A fresh record that uses `arena` for all it holds. */
void artifact_begin(struct artifact *artifact, struct arena *arena);

/*
 * The first failure of an artifact stays: later calls do not overwrite it.
 * `format` with trusted arguments only. Always returns SKIP_ARTIFACT.
 */
enum outcome artifact_fail(struct artifact *artifact, enum artifact_status status,
                           const char *format, ...) __attribute__((format(printf, 3, 4)));

/*
 * Adds an anomaly; `code` is a literal, `detail` is copied and may be hostile.
 * An anomaly equal to an earlier one is dropped; past ANOMALIES_MAX only
 * the last, `more-anomalies`, stays.
 */
void artifact_note(struct artifact *artifact, const char *code, struct span detail);

/* The same with a formatted detail of trusted arguments. */
void artifact_notef(struct artifact *artifact, const char *code, const char *format, ...)
    __attribute__((format(printf, 3, 4)));

/* The same for what `count` (at least 1) members have in common: "FIRST", "FIRST and N more" or,
 * with a trusted `why` of the first, "FIRST: WHY, and N more". */
void artifact_note_counted(struct artifact *artifact, const char *code, struct span first,
                           const char *why, uint64_t count);

/* Appends an entry point (views, not copies). False when memory is out or past ENTRY_POINTS_MAX. */
bool artifact_add_entry_point(struct artifact *artifact, const struct entry_point *entry);

#endif
