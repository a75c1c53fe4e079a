/*
 * corpus: what clustering knows of the mirror: one compact record per project.
 * Artifacts stream by, sorted by project, and are folded into the open project; only
 * projects stay in memory (about 500 bytes each), texts are kept once.
 * Projects come out sorted by name, so a project's index is its rank.
 */
#ifndef WINNOW_CLUSTER_CORPUS_H
#define WINNOW_CLUSTER_CORPUS_H

#include "cluster/domain.h"
#include "cluster/sketches.h"
#include "cluster/strings.h"
#include "facts/store.h"

/* Numbers of a string table, sorted by text, no repeats. */
struct id_list {
    const uint32_t *at;
    uint32_t count;
};

/* Whether the number of `text` is in the list. */
bool id_list_has(const struct strings *strings, struct id_list list, struct span text);
/* Whether two lists of one string table share a number. */
bool id_lists_meet(const struct strings *strings, struct id_list a, struct id_list b);

/* The meaning of each member stands in report/schema.c, table projects. */
struct project {
    struct span project;
    struct span name;
    struct span summary;
    uint32_t releases;
    uint32_t artifacts;
    uint32_t dependents;
    enum payload_kind kind;
    struct signature signature;          /* zero when unknown */
    struct signature metadata_signature; /* the commonest of its artifacts'; zero when unknown */
    instant first_uploaded_at;
    instant last_uploaded_at;
    struct id_list addresses; /* corpus->addresses */
    struct id_list domains;   /* corpus->domains */
    struct id_list commands;  /* corpus->commands */
    struct id_list owners;    /* corpus->owners */
    struct id_list top_level; /* corpus->modules: importable top-level names */
    struct id_list requires;  /* corpus->names: other projects that any release requires */
    struct id_list versions; /* corpus->versions: as written, in the order of PEP 440; of equal ones
                                the first bytewise; without the empty one */
    const instant *commands_seen_at; /* of commands.at[i]: earliest upload that declares it */
    uint32_t repository;    /* corpus->repositories: its home or source page; STRING_NONE without */
    uint32_t version_major; /* the largest first number of its versions, epochs aside */
    uint64_t python_bytes;  /* the most that one of its artifacts has */
};

struct open_project; /* the one that artifacts are being folded into */

struct corpus {
    struct arena *arena;
    const struct domain_rules *rules; /* borrowed */
    struct project *projects;
    size_t count;
    size_t capacity;
    struct strings addresses;
    struct strings domains;
    struct strings commands;
    struct strings owners;
    struct strings modules;
    struct strings versions;
    struct strings repositories;
    struct strings names;                   /* projects that somebody requires */
    struct sketches sketches[SKETCH_KINDS]; /* of the projects' signatures, by enum sketch_kind */
    uint32_t *dependents;                   /* of names[i] */
    uint32_t dependents_capacity;
    uint32_t *address_domains; /* domain of addresses[i], STRING_NONE without */
    uint32_t address_domains_known;
    uint32_t address_domains_capacity;
    struct open_project *open;
    size_t owner_cursor; /* project that the next owner may belong to */
};

/* NULL when memory is out. `rules` must outlive it. */
struct corpus *corpus_new(const struct domain_rules *rules);
void corpus_free(struct corpus *corpus);

/* Folds one artifact in. Rows come sorted by project; one without a project name is passed over.
 * False when memory is out. */
bool corpus_add(struct corpus *corpus, const struct artifact_row *row);

/* After the last artifact: closes the last project and counts dependents. */
bool corpus_end_artifacts(struct corpus *corpus);

/* Adds the sketch of a signature, after corpus_end_artifacts, in any order, each once. Signatures
 * that no project has are passed over. */
bool corpus_add_sketch(struct corpus *corpus, enum sketch_kind kind,
                       const struct signature *signature, const struct sketch *sketch);

/* Adds an owner; calls come sorted by (project, user), after corpus_end_artifacts. Unknown projects
 * are passed over. */
bool corpus_add_owner(struct corpus *corpus, struct span project, struct span user);

/* Index of a project by its name; `count` when the corpus does not have it. */
size_t corpus_find(const struct corpus *corpus, struct span project);

/* Its signature of this kind. */
static inline const struct signature *project_signature(const struct project *project,
                                                        enum sketch_kind kind) {
    return kind == SKETCH_PAYLOAD ? &project->signature : &project->metadata_signature;
}

static inline bool project_is_empty(const struct project *project) {
    return payload_kind_is_empty(project->kind);
}

#endif
