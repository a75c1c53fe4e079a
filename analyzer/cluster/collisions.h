/*
 * collisions: projects named after a command (or a module) of another, earlier project, with the
 * reason why a row may be harmless; and the watchlist, commands that no project is named after.
 * Names compare normalised (PEP 503). Where it is not known that the command was there first, the
 * row is exempt as older: in doubt for the project.
 */
#ifndef WINNOW_CLUSTER_COLLISIONS_H
#define WINNOW_CLUSTER_COLLISIONS_H

#include "cluster/corpus.h"

/* From strong to weak. */
enum relation {
    RELATION_COMMAND, /* the name is the command's */
    RELATION_AFFIX,   /* command plus a common affix: -cli, -py, -tool, py-... */
    RELATION_MODULE   /* the name is a top-level module's */
};

enum exemption {
    EXEMPT_NONE,
    EXEMPT_SAME_ADDRESS,  /* an address on both sides */
    EXEMPT_SAME_DOMAIN,   /* an own domain on both sides */
    EXEMPT_SAME_OWNER,    /* an owner account on both sides */
    EXEMPT_REQUIRES,      /* one requires the other: a redirect stub, a plug-in */
    EXEMPT_SHIPS_COMMAND, /* the project itself ships that command */
    EXEMPT_HAS_CODE,      /* the project itself has real code, data or compiled modules */
    EXEMPT_GENERIC,       /* a word that everybody uses, or several unrelated projects ship it */
    EXEMPT_OLDER          /* the project is older than the command, as far as is known */
};

/* Unrelated projects that make a name generic. Two may be a program and its fork by strangers;
 * three who came to one name without knowing of each other show that it belongs to none. */
enum { GENERIC_PROJECTS_MIN = 3 };

/* "command", "affix", "module"; "same-address"... ("" for EXEMPT_NONE), as reports show them. */
const char *relation_name(enum relation relation);
const char *exemption_name(enum exemption exemption);

struct collision {
    uint32_t project;
    uint32_t owner;  /* the project that ships it: of several, of those that did so before the
                        project appeared (if any), the one with most dependents, then the earliest,
                        then the first by name */
    uint32_t name;   /* number in corpus->commands; in corpus->modules for RELATION_MODULE */
    instant seen_at; /* the owner's earliest upload that declares it; of a module: first upload */
    enum relation relation;
    enum exemption exemption; /* the first that holds, in the order of the enum */
};

/* A command that no project is named after and that could be a project's name, whose owners others
 * require, and that is not generic. */
struct watch {
    uint32_t command;       /* number in corpus->commands; of several spellings the first */
    const uint32_t *owners; /* projects, ascending */
    uint32_t owner_count;
    uint32_t dependents;   /* of all owners together */
    instant first_seen_at; /* earliest upload that declares it */
};

struct collisions {
    struct collision *at; /* sorted by project, then bytewise by the words of relation and name */
    size_t count;
    uint32_t *of_project;  /* for each project: index of its strongest row without exemption (of
                              one relation: the one with most dependents); STRING_NONE: none */
    struct watch *watched; /* sorted by command's text */
    size_t watched_count;
    uint32_t *watch_owners; /* what the watches point into */
};

/* The list datasets/generic-names.txt. False after a logged message. */
bool generic_names_load(struct word_list *list);

/* False when memory is out. The same for any `threads`. */
bool collisions_find(const struct corpus *corpus, const struct word_list *generic_names,
                     unsigned threads, struct collisions *collisions);
/* The command or module, as the owner writes it. */
struct span collision_name(const struct corpus *corpus, const struct collision *row);
void collisions_free(struct collisions *collisions);

#endif
