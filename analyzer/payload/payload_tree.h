/*
 * payload_tree: which members of an archive are payload, and under which path
 * they would be installed. Comes in: the members, and for sdists what extract/ says of the layout.
 * A wheel and an sdist of the same project should give the same tree.
 *
 * - wheel: all but *.dist-info/; *.data/purelib and platlib into the root, scripts into "scripts/",
 *   data and headers into "data/"
 * - egg: all but EGG-INFO/, of which the scripts into "scripts/"
 * - sdist: packages and modules that egg-info's top_level.txt or the build configuration name; when
 *   these say nothing or name nothing that is there, the packages that build backends would
 *   discover: under src/, or beside setup.py without docs/, tests/ and the like. Sources that a
 *   build would compile count as the compiled module, wherever they are.
 *
 * Boilerplate (member_class.h) and empty data files are left out. So are tests, as long as
 * something else is importable, unless the project's name has a word that begins with "test".
 */
#ifndef WINNOW_PAYLOAD_PAYLOAD_TREE_H
#define WINNOW_PAYLOAD_PAYLOAD_TREE_H

#include "payload/mask.h"
#include "payload/member_class.h"
#include "unpack/archive.h"

struct payload_entry {
    struct member *member;
    struct span path;        /* installed path, in the artifact's arena or the archive */
    enum member_class class; /* never BOILERPLATE or NATIVE_SOURCE */
    bool is_script;          /* a plain script: DATA until its contents say Python or a program */
};

struct payload_tree {
    struct payload_entry *at;
    size_t count;
    size_t capacity;
    uint64_t bytes; /* sum of the declared sizes */
};

/* Fills *tree (zeroed before), in archive order, in the artifact's arena. False when memory is out.
 */
bool payload_tree_build(struct archive *archive, struct artifact *artifact, const struct mask *mask,
                        struct payload_tree *tree);

/* For payload_tree.c and sdist_tree.c: adds a member under `path` unless boilerplate. */
bool payload_tree_add(struct artifact *artifact, struct payload_tree *tree, struct member *member,
                      struct span path);
bool payload_tree_add_script(struct artifact *artifact, struct payload_tree *tree,
                             struct member *member);
bool sdist_tree_build(struct archive *archive, struct artifact *artifact, const struct mask *mask,
                      struct payload_tree *tree);

#endif
