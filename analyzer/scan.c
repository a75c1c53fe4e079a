/* scan: a mirror in, facts stored. */
#include "base/instant.h"
#include "base/log.h"
#include "base/stop.h"
#include "engine/list_file.h"
#include "verbs.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <sys/resource.h>
#include <sys/stat.h>
#include <unistd.h>

struct store *open_state(const struct options *options, enum store_mode mode) {
    char *problem = NULL;
    store_count_no_memory();
    struct store *store = store_open(options->state, mode, &problem);
    if (store == NULL)
        log_line(LOG_ERROR, "%s", problem ? problem : "the state cannot be opened: out of memory");
    free(problem);
    return store;
}

/* The mirror's real path, for the caller to free; NULL after a logged message. */
static char *find_mirror(const char *named) {
    char *real = realpath(named, NULL);
    struct stat status;
    if (real == NULL || stat(real, &status) != 0) {
        log_line(LOG_ERROR, "mirror %s: %s", named, strerrordesc_np(errno));
    } else if (!S_ISDIR(status.st_mode)) {
        log_line(LOG_ERROR, "mirror %s: not a folder; use --files-from for single files", named);
    } else {
        return real;
    }
    free(real);
    return NULL;
}

bool source_open(struct source *source, const struct options *options) {
    *source = (struct source){.mirror = NULL, .list_fd = -1};
    if (options->files_from != NULL) {
        source->list_fd = list_file_open(options->files_from);
        if (source->list_fd < 0)
            return false;
    }
    const char *named = options->mirror;
    if (named == NULL) /* absolute paths in a list are taken from /, relative ones from here */
        named = list_file_is_absolute(source->list_fd) ? "/" : ".";
    source->mirror = find_mirror(named);
    if (source->mirror == NULL)
        source_close(source);
    return source->mirror != NULL;
}

void source_close(struct source *source) {
    if (source->list_fd >= 0)
        close(source->list_fd);
    free(source->mirror);
    *source = (struct source){.mirror = NULL, .list_fd = -1};
}

/* One state belongs to one mirror: otherwise all files of the other one would count as vanished. */
static bool belongs_to(struct store *store, const char *mirror, const struct options *options) {
    struct buffer known = BUFFER_EMPTY;
    bool same = store_get_meta(store, "mirror", &known) &&
                (known.len > 0 || store_set_meta(store, "mirror", span_text(mirror)));
    if (!same) {
        log_line(LOG_ERROR, "%s", store_problem(store));
    } else if (known.len > 0 && !span_is(buffer_span(&known), mirror)) {
        same = false;
        log_name(LOG_ERROR, "the state holds the facts of another mirror:", buffer_span(&known));
        log_line(
            LOG_ERROR,
            "give this one a state of its own (--state FILE); if the mirror has moved: sqlite3 %s "
            "\"UPDATE meta SET value='%s' WHERE name='mirror'\"",
            options->state, mirror);
    }
    buffer_free(&known);
    return same;
}

/* The keeper has stopped already if the state knows better. */
static void warn_of_nothing(const struct scan_result *result, const char *mirror) {
    if (result->examined + result->known == 0)
        log_line(LOG_WARNING, "no artifact was found in %s: is it a mirror, and is it mounted?",
                 mirror);
}

static void say_result(const struct scan_result *result) {
    uint64_t bad = result->examined - result->by_status[STATUS_OK];
    log_line(LOG_INFO,
             "scan: %llu artifacts examined (%llu not ok), %llu known, %llu vanished, "
             "%llu index pages read, %.1f s",
             (unsigned long long)result->examined, (unsigned long long)bad,
             (unsigned long long)result->known, (unsigned long long)result->vanished,
             (unsigned long long)result->pages_read, (double)result->elapsed_ms / 1000.0);
    const struct walk_counts *walked = &result->walked;
    if (walked->links_outside + walked->links_broken + walked->loops + walked->not_regular +
            walked->unreadable_directories >
        0)
        log_line(
            LOG_INFO,
            "skipped: %llu links that leave the mirror, %llu broken links, %llu loops, %llu not "
            "regular, %llu folders that cannot be read (each named at --log-level info or debug)",
            (unsigned long long)walked->links_outside, (unsigned long long)walked->links_broken,
            (unsigned long long)walked->loops, (unsigned long long)walked->not_regular,
            (unsigned long long)walked->unreadable_directories);
}

/* An input that nobody could examine is a loss; one of a format that we only count is not. */
static bool has_losses(const struct scan_result *result) {
    return result->examined >
               result->by_status[STATUS_OK] + result->by_status[STATUS_UNSUPPORTED] ||
           result->pages_damaged > 0 || result->walked.unreadable_directories > 0;
}

/* Kept in the state, so that a later `report` can say it in run.json. */
static bool remember_scan(struct store *store, const struct scan_result *result,
                          const char *mirror) {
    struct buffer json = BUFFER_EMPTY;
    struct buffer work = BUFFER_EMPTY;
    scan_result_add_json(&json, result, mirror);
    scan_result_add_work_json(&work, result);
    bool made = !json.failed && !work.failed;
    bool kept = made && store_set_meta(store, "last_scan", buffer_span(&json)) &&
                store_set_meta(store, "last_scan_work", buffer_span(&work)) && store_commit(store);
    if (!kept)
        log_line(LOG_ERROR, "%s", made ? store_problem(store) : "out of memory");
    buffer_free(&json);
    buffer_free(&work);
    return kept;
}

/* With little memory (ulimit -v), readers that only wait take from those that work. */
static unsigned readers_of(const struct options *options) {
    struct rlimit memory;
    bool limited = getrlimit(RLIMIT_AS, &memory) == 0 && memory.rlim_cur != RLIM_INFINITY;
    return limited && options->readers > options->jobs ? options->jobs : options->readers;
}

enum exit_code scan_into(struct store *store, const struct source *source,
                         const struct options *options) {
    if (!belongs_to(store, source->mirror, options))
        return EXIT_STOPPED;
    const struct scan_request request = {.mirror = source->mirror,
                                         .list_fd = source->list_fd,
                                         .jobs = readers_of(options),
                                         .sandbox = options->sandbox,
                                         .thorough = options->thorough,
                                         .quiet = options->quiet};
    struct scan_result result;
    if (keeper_scan(&request, store, &result) != OUTCOME_OK ||
        !remember_scan(store, &result, source->mirror))
        return EXIT_STOPPED;
    if (source->list_fd < 0)
        warn_of_nothing(&result, source->mirror);
    say_result(&result);
    return has_losses(&result) ? EXIT_LOSSES : EXIT_DONE;
}

enum exit_code verb_scan(const struct options *options) {
    enum exit_code code = EXIT_STOPPED;
    struct source source;
    struct store *store = NULL;
    if (source_open(&source, options)) {
        stop_listen();
        store = open_state(options, STORE_WRITE);
    }
    if (store != NULL)
        code = scan_into(store, &source, options);
    store_close(store);
    source_close(&source);
    return code;
}
