/*
 * sources: which members of an archive hold the artifact's own declarations,
 * and not those of something it carries along (vendored packages, test data).
 */
#ifndef WINNOW_EXTRACT_SOURCES_H
#define WINNOW_EXTRACT_SOURCES_H

#include "unpack/archive.h"

struct sources {
    struct span info_dir; /* the project's .dist-info, EGG-INFO or .egg-info folder; "" when none */
    bool several_dist_infos;
    bool own_egg_info;       /* sdists: info_dir is named like the project */
    struct member *metadata; /* METADATA or PKG-INFO; all of these may be NULL */
    struct member *entry_points;
    struct member *requires;
    struct member *top_level;
    struct member *pyproject; /* these three: sdists only, in the root */
    struct member *setup_cfg;
    struct member *setup_py;
};

/*
 * Wheels: the top-level .dist-info that matches the file name, else the first by name. Eggs:
 * EGG-INFO. sdists: PKG-INFO in the root, else that of the egg-info; egg-info is the shallowest one
 * named like the project, else one of another name in the root, src/, lib/ or python/.
 */
void sources_find(struct archive *archive, const struct artifact *artifact,
                  struct sources *sources);

/* PEP 440 equality, also when a file name had to escape one of the two. */
bool sources_same_version(struct span a, struct span b);

/* extract_wants() of extract.h. */
bool sources_want(struct span path);

/*
 * Calls `take` with the file name of each script that the archive installs as it is: the members of
 * *.data/scripts/ in wheels, of EGG-INFO/scripts/ in eggs. False as soon as `take` is.
 */
bool sources_each_script(struct archive *archive, enum artifact_format format,
                         bool (*take)(void *context, struct span name), void *context);

/* Appends the importable top-level names of a wheel or egg, judged by its members; repeats
 * possible. False when memory is out. */
bool sources_top_level(struct archive *archive, struct arena *arena, struct span_list *names);

#endif
