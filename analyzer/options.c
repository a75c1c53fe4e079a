/*
 * options: see options.h. One table row an option; getopt_long reads the words,
 * the table gives them meaning and prints the help.
 */
#include "options.h"

#include "base/text.h"

#include <getopt.h>
#include <sched.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum { JOBS_MAX = 1024, REDIS_KEEP_DEFAULT = 7 };
/* Threads that wait for a disk need no processor: from a cold one, four times as many read twice as
 * fast, and from memory they cost nothing. No disk is faster for having more than some 32 requests.
 */
enum { READERS_A_PROCESSOR = 4, READERS_MAX = 32 };

#define FOR(verb) (1U << (verb))
#define FOR_SCANS (FOR(VERB_SWEEP) | FOR(VERB_SCAN))
#define FOR_REPORTS (FOR(VERB_SWEEP) | FOR(VERB_REPORT))
#define FOR_ALL (FOR_SCANS | FOR_REPORTS | FOR(VERB_EXPLAIN))

static bool set_state(struct options *o, const char *value) {
    o->state = value;
    return value[0] != '\0';
}

static bool set_out(struct options *o, const char *value) {
    o->out = value;
    return value[0] != '\0';
}

static bool set_files_from(struct options *o, const char *value) {
    o->files_from = value;
    return value[0] != '\0';
}

static bool set_allow(struct options *o, const char *value) {
    o->allow = value;
    return value[0] != '\0';
}

static bool set_redis(struct options *o, const char *value) {
    o->redis_url = value;
    return value[0] != '\0';
}

static bool parse_count(const char *value, uint64_t max, unsigned *count) {
    uint64_t number = 0;
    if (!text_to_u64(span_text(value), &number) || number < 1 || number > max)
        return false;
    *count = (unsigned)number;
    return true;
}

static bool set_redis_keep(struct options *o, const char *value) {
    return parse_count(value, 1000000, &o->redis_keep);
}

static bool set_jobs(struct options *o, const char *value) {
    bool good = parse_count(value, JOBS_MAX, &o->jobs);
    o->readers = o->jobs;
    return good;
}

static bool set_log_level(struct options *o, const char *value) {
    return log_level_parse(value, &o->log_level);
}

static bool set_quiet(struct options *o, const char *value) {
    (void)value;
    o->quiet = true;
    return true;
}

static bool set_json(struct options *o, const char *value) {
    (void)value;
    o->json = true;
    return true;
}

static bool set_no_sandbox(struct options *o, const char *value) {
    (void)value;
    o->sandbox = false;
    return true;
}

static bool set_thorough(struct options *o, const char *value) {
    (void)value;
    o->thorough = true;
    return true;
}

static bool set_help(struct options *o, const char *value) {
    (void)value;
    o->help = true;
    return true;
}

static const struct option_row {
    const char *name;
    const char *argument; /* NULL: a switch */
    unsigned verbs;
    bool (*set)(struct options *options, const char *value);
    const char *help;
} rows[] = {
    {"state", "FILE", FOR_ALL, set_state, "SQLite file of facts (default reports/winnow.db)"},
    {"out", "DIR", FOR_REPORTS | FOR(VERB_EXPLAIN), set_out,
     "folder of runs (default reports/runs)"},
    {"json", NULL, FOR(VERB_EXPLAIN), set_json, "one JSON object with all that is known"},
    {"files-from", "FILE", FOR_SCANS, set_files_from,
     "examine only the files listed, one a line or NUL-separated; - is stdin"},
    {"jobs", "N", FOR_ALL, set_jobs,
     "threads (default: the processors at hand, and to read the mirror, whose disk\n"
     "keeps them waiting, four times as many, up to 32)"},
    {"allow", "FILE", FOR_REPORTS, set_allow,
     "projects to leave out of the listings, a line `project,reason` each; run.json names them"},
    {"redis", "URL", FOR_REPORTS, set_redis,
     "also write to Redis: redis://[user:password@]host:port/db or\n"
     "unix://[user:password@]/socket?db=N (also WINNOW_REDIS_URL, which keeps\n"
     "the password off the command line)"},
    {"redis-keep", "N", FOR_REPORTS, set_redis_keep, "runs kept in Redis (default 7)"},
    {"quiet", NULL, FOR_ALL, set_quiet, "no progress, no summary; errors only"},
    {"log-level", "LEVEL", FOR_ALL, set_log_level, "error, warning, info (default) or debug"},
    {"thorough", NULL, FOR_SCANS, set_thorough,
     "also read all of every ZIP: each member's own header, contents and CRC, and RECORD;\n"
     "examines again what was only examined without it"},
    {"no-sandbox", NULL, FOR_SCANS, set_no_sandbox,
     "examine without Landlock and seccomp (for debugging)"},
    {"help", NULL, FOR_ALL | FOR(VERB_SCHEMA), set_help, "this text"},
};
enum { ROW_COUNT = sizeof rows / sizeof rows[0] };

static const struct verb_row {
    const char *name;
    enum verb verb;
    const char *arguments;
    const char *help;
} verbs[] = {
    {"sweep", VERB_SWEEP, "MIRROR", "scan, then report: the nightly job"},
    {"scan", VERB_SCAN, "MIRROR", "examine what is new in a mirror, store the facts"},
    {"report", VERB_REPORT, "", "cluster the stored facts, write the reports"},
    {"explain", VERB_EXPLAIN, "NAME",
     "why a project, command, domain, cluster or campaign is listed"},
    {"schema", VERB_SCHEMA, "", "print the data dictionary of the reports (reports/SCHEMA.md)"},
};
enum { VERB_COUNT = sizeof verbs / sizeof verbs[0] };

static const struct verb_row *find_verb(const char *name) {
    for (size_t i = 0; i < VERB_COUNT; i++)
        if (strcmp(verbs[i].name, name) == 0)
            return &verbs[i];
    return NULL;
}

static void print_option(const struct option_row *row) {
    char left[64];
    snprintf(left, sizeof left, "--%s%s%s", row->name, row->argument ? " " : "",
             row->argument ? row->argument : "");
    const char *help = row->help;
    const char *label = left;
    while (*help != '\0') {
        size_t line = strcspn(help, "\n");
        printf("  %-18s %.*s\n", label, (int)line, help);
        help += line + (help[line] == '\n');
        label = "";
    }
}

void options_print_help(enum verb verb) {
    if (verb == VERB_NONE || verb == VERB_HELP) {
        puts("winnow: finds the chaff in a mirror of Python packages\n\nusage:");
        for (size_t i = 0; i < VERB_COUNT; i++)
            printf("  winnow %-7s %-7s %s\n", verbs[i].name, verbs[i].arguments, verbs[i].help);
        puts("  winnow --version\n\n`winnow VERB --help` lists the options of a verb.");
        return;
    }
    for (size_t i = 0; i < VERB_COUNT; i++)
        if (verbs[i].verb == verb)
            printf("usage: winnow %s%s%s [options]\n%s\n\n", verbs[i].name,
                   verbs[i].arguments[0] != '\0' ? " " : "", verbs[i].arguments, verbs[i].help);
    if (FOR(verb) & FOR_SCANS)
        puts("MIRROR: a bandersnatch root (has web/), or any folder of sdists and wheels.\n"
             "With --files-from it may be left out: absolute paths are then taken from /,\n"
             "others from the current folder.\n");
    if (verb == VERB_EXPLAIN)
        puts("NAME: a project, a command, a domain, the id of a cluster or campaign, or the first "
             "six\ndigits or more of a payload signature. Read from the latest run; with --out RUN "
             "from\nthat one.\n");
    for (size_t i = 0; i < ROW_COUNT; i++)
        if (rows[i].verbs & FOR(verb))
            print_option(&rows[i]);
    puts(verb == VERB_EXPLAIN
             ? "\nexit: 0 done; 1 nothing is known by that name; 2 bad usage; 3 there is no run"
             : "\nexit: 0 done; 1 done, but some inputs could not be examined or some output was "
               "lost\n      (named); 2 bad usage; 3 stopped (message says why)");
}

static unsigned processors_at_hand(void) {
    cpu_set_t set;
    CPU_ZERO(&set);
    if (sched_getaffinity(0, sizeof set, &set) != 0)
        return 1;
    int count = CPU_COUNT(&set);
    return count > 0 ? (unsigned)count : 1;
}

static unsigned readers_for(unsigned processors) {
    unsigned readers = processors * READERS_A_PROCESSOR;
    if (readers > READERS_MAX)
        readers = READERS_MAX;
    return readers > processors ? readers : processors;
}

static bool usage_error(const char *what, const char *word) {
    struct buffer text = BUFFER_EMPTY;
    text_add_escaped(&text, span_text(word), 200);
    buffer_add_byte(&text, '\0');
    log_line(LOG_ERROR, "%s%s; see winnow --help", what, text.failed ? "" : (const char *)text.at);
    buffer_free(&text);
    return false;
}

/* Handles one option that getopt_long found. */
static bool apply(struct options *options, const struct option_row *row, const char *value) {
    if (!(row->verbs & FOR(options->verb)))
        return usage_error("this verb has no option --", row->name);
    if (!row->set(options, value)) {
        log_line(LOG_ERROR, "--%s: not a valid value", row->name);
        return usage_error("the value was ", value);
    }
    return true;
}

static bool parse_words(int argc, char **argv, struct options *options) {
    struct option longs[ROW_COUNT + 1];
    memset(longs, 0, sizeof longs);
    for (int i = 0; i < ROW_COUNT; i++) {
        longs[i].name = rows[i].name;
        longs[i].has_arg = rows[i].argument != NULL ? required_argument : no_argument;
        longs[i].val = 256 + i;
    }
    opterr = 0;
    optind = 1;
    int found = 0;
    while ((found = getopt_long(argc, argv, ":h", longs, NULL)) != -1) {
        const char *word = argv[optind - 1];
        if (found == ':')
            return usage_error("a value is missing after ", word);
        if (found == '?')
            return usage_error("unknown option ", word);
        if (found == 'h')
            options->help = true;
        else if (!apply(options, &rows[found - 256], optarg))
            return false;
    }
    if (optind < argc && FOR(options->verb) & FOR_SCANS)
        options->mirror = argv[optind++];
    else if (optind < argc && options->verb == VERB_EXPLAIN)
        options->name = argv[optind++];
    if (optind < argc)
        return usage_error("unexpected word ", argv[optind]);
    return true;
}

static bool check(const struct options *options) {
    if ((FOR(options->verb) & FOR_SCANS) && options->mirror == NULL &&
        options->files_from == NULL) {
        log_line(LOG_ERROR, "which MIRROR? Give a folder, or --files-from FILE; see winnow --help");
        return false;
    }
    if (options->verb == VERB_EXPLAIN && (options->name == NULL || options->name[0] == '\0')) {
        log_line(LOG_ERROR, "which NAME? See winnow explain --help");
        return false;
    }
    return true;
}

bool options_parse(int argc, char **argv, struct options *options) {
    const unsigned processors = processors_at_hand();
    *options = (struct options){
        .verb = VERB_NONE,
        .state = "reports/winnow.db",
        .out = "reports/runs",
        .redis_keep = REDIS_KEEP_DEFAULT,
        .jobs = processors,
        .readers = readers_for(processors),
        .sandbox = true,
        .log_level = LOG_INFO,
    };
    if (argc < 2) {
        log_line(LOG_ERROR, "which verb? See winnow --help");
        return false;
    }
    if (strcmp(argv[1], "--help") == 0 || strcmp(argv[1], "-h") == 0 ||
        strcmp(argv[1], "help") == 0) {
        options->verb = VERB_HELP;
        return true;
    }
    if (strcmp(argv[1], "--version") == 0) {
        options->verb = VERB_VERSION;
        return true;
    }
    const struct verb_row *verb = find_verb(argv[1]);
    if (verb == NULL)
        return usage_error("unknown verb ", argv[1]);
    options->verb = verb->verb;
    if (FOR(verb->verb) & FOR_REPORTS) {
        const char *url = getenv("WINNOW_REDIS_URL");
        if (url != NULL && url[0] != '\0')
            options->redis_url = url;
    }
    if (!parse_words(argc - 1, argv + 1, options))
        return false;
    if (options->quiet && options->log_level > LOG_ERROR)
        options->log_level = LOG_ERROR;
    return options->help || check(options);
}
