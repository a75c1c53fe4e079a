/* options: the command line, frozen after parsing. */
#ifndef WINNOW_OPTIONS_H
#define WINNOW_OPTIONS_H

#include "base/log.h"

enum verb {
    VERB_NONE,
    VERB_SWEEP,
    VERB_SCAN,
    VERB_REPORT,
    VERB_EXPLAIN,
    VERB_SCHEMA,
    VERB_HELP,
    VERB_VERSION
};

struct options {
    enum verb verb;
    const char *mirror;     /* NULL when not given */
    const char *name;       /* that explain is asked about */
    const char *files_from; /* NULL: walk the mirror */
    const char *state;
    const char *out;
    const char *allow;     /* file of allowed projects; NULL: none */
    const char *redis_url; /* NULL: no Redis */
    unsigned redis_keep;   /* runs kept in Redis */
    unsigned jobs;         /* threads of clustering */
    unsigned readers;      /* threads of the examiner */
    bool quiet;
    bool json; /* explain for programs */
    bool sandbox;
    bool thorough; /* examine what costs more, too */
    bool help;     /* print the verb's help, do nothing else */
    enum log_level log_level;
};

/* Fills *options from the command line and the environment. False after a message on stderr:
 * exit 2. */
bool options_parse(int argc, char **argv, struct options *options);

/* Help of a verb, or of all for VERB_NONE, on stdout. */
void options_print_help(enum verb verb);

#endif
