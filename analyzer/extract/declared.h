/*
 * declared: what a build configuration (pyproject.toml, setup.cfg) says of
 * the distribution it builds; filled by pyproject.c and setup_cfg.c, merged by
 * extract.c.
 */
#ifndef WINNOW_EXTRACT_DECLARED_H
#define WINNOW_EXTRACT_DECLARED_H

#include "artifact.h"

struct declared {
    struct span name;
    struct span version;
    struct entry_point_list entry_points; /* plain scripts are group `scripts`, name = file name */
    bool other_backend;                   /* it names a backend that is not setuptools */
    bool settles_commands;                /* a build adds no commands to those here */
    struct span_list entry_point_files;   /* INI files with more of them, paths in the sdist */
    struct span_list requires;            /* raw requirement texts, extras included */
    struct artifact_layout layout;
};

/* Longest list of packages, modules or roots taken from one file. */
enum { DECLARED_ITEMS_MAX = 500 };

/*
 * Helpers for both files. All paths are cleaned: no "./" in front, no "/" at the end; absolute ones
 * and those with ".." are dropped. Repeats and items past DECLARED_ITEMS_MAX are dropped too. False
 * when memory is out.
 */
bool declared_add(struct arena *arena, struct span_list *list, struct span item);
bool declared_add_path(struct arena *arena, struct span_list *list, struct span path);
/* The file's name as an entry point of group `scripts`, its path to layout.scripts. */
bool declared_add_script(struct arena *arena, struct declared *declared, struct span path,
                         enum entry_source source);
/* "module:attr [extras]" under `name` in `group`; what cannot be read is dropped. */
bool declared_add_entry(struct arena *arena, struct declared *declared, struct span group,
                        struct span name, struct span value, enum entry_source source);

/* Where packages are found: package_dir of setuptools, "from" of others. */
struct package_dirs {
    struct span_list packages; /* dotted names, "" for all others */
    struct span_list folders;  /* folders[i] is for packages[i] */
};
/* Adds the folder of the top-level package of the dotted name `package` to layout.packages. */
bool declared_add_package(struct arena *arena, struct declared *declared,
                          const struct package_dirs *dirs, struct span package);
/* The same for a module "foo" or "foo.bar": its file. */
bool declared_add_module(struct arena *arena, struct declared *declared,
                         const struct package_dirs *dirs, struct span module);

#endif
