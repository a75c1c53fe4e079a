/*
 * inbox: the keeper's workbench, shared by keeper.c (what to do) and inbox.c (how
 * records arrive): the crew of one examiner, its pipes, and what becomes of a record.
 */
#ifndef WINNOW_ENGINE_INBOX_H
#define WINNOW_ENGINE_INBOX_H

#include "base/progress.h"
#include "engine/examiner.h"
#include "engine/keeper.h"

struct keeper {
    const struct scan_request *request;
    struct store *store;
    struct scan_result *result;
    struct board *board;
    struct seen *seen;
    uint64_t key_seed;
    uint64_t *fresh; /* keys stored since the seen set was last widened */
    size_t fresh_count;
    size_t fresh_capacity;
    struct arena *arena;  /* one record at a time */
    uint64_t met_again;   /* stored in this scan before the running examiner started */
    uint64_t records;     /* artifacts stored in this scan */
    uint64_t uncommitted; /* records since the last commit */
    int64_t committed_ms;
    struct found *queue; /* files named by a walking examiner and not yet examined */
    size_t queued;
    size_t queue_capacity;
    struct arena *queue_arena; /* their names */
    bool no_memory;
    bool has_told; /* why the run stops was logged */
    int64_t started_ms;
    struct progress progress;
};

/* One examiner process and what it left behind. */
struct crew {
    pid_t pid;
    int records_fd;
    int log_fd;
    struct buffer inbox; /* bytes of records not yet complete */
    struct buffer log;   /* bytes of a log line not yet complete */
    uint64_t log_bytes;  /* forwarded so far */
    bool walks;          /* and names files */
    bool done;           /* it said so */
    bool killed;
    bool late;       /* killed for a missed deadline */
    bool distrusted; /* it sent a record that cannot be */
    int exit_status;
    int signal;          /* it died by this one; 0: none */
    uint64_t peak_bytes; /* the most memory it had */
};

enum inbox_event { INBOX_NOTHING, INBOX_RECORDS, INBOX_ENDED, INBOX_FAILED };

/* What an examiner is for: all files, `count` given ones, or to name those that are new. */
struct task {
    const struct found *files; /* NULL: all */
    size_t count;
    bool only_walk;
};

/* Forks an examiner. False after a logged message. */
bool crew_start(struct keeper *keeper, struct crew *crew, struct task task);
void crew_kill(struct crew *crew);
/* Waits for the process and frees what the crew holds; exit_status and signal are then known. */
void crew_end(struct crew *crew);

/* Waits for the next event, a quarter of a second at most; forwards log lines. */
enum inbox_event inbox_wait(struct keeper *keeper, struct crew *crew);

/* Stores the complete records that have arrived. */
enum outcome inbox_take(struct keeper *keeper, struct crew *crew);

/* Serves one examiner to its end: stores what it sends, kills it when it must not go on. */
enum outcome crew_serve(struct keeper *keeper, struct crew *crew);

/* Examines once more, each alone, what was in hand when an examiner died; what fails again gets its
 * row. */
enum outcome keeper_retry_suspects(struct keeper *keeper);
enum outcome keeper_retry_alone(struct keeper *keeper, const struct found *found);

/* What no second try can mend; a message has been logged. */
bool crew_is_hopeless(const struct crew *crew);
bool crew_has_finished(const struct crew *crew);
/* What ended the examiner, in words. */
void crew_say_end(const struct crew *crew, char *text, size_t size);

/* Before an examiner that walks: it counts anew what is known. */
void keeper_begin_walk(struct keeper *keeper);

/* Goes on after a death (batches.c). */
enum outcome keeper_run_batches(struct keeper *keeper);

/* Stores one artifact, counts it, remembers its key. False: see store_problem. */
bool keeper_store(struct keeper *keeper, const struct artifact *artifact, uint64_t key);
bool keeper_remember(struct keeper *keeper, uint64_t key);

/* Logs why the store failed, unless that was told already. */
enum outcome keeper_stop_for_store(struct keeper *keeper);

/* Makes the keys remembered so far known to the next examiner. False when memory is out. */
bool keeper_refresh(struct keeper *keeper);

/* Frees all that a keeper holds. */
void inbox_close(struct keeper *keeper);

#endif
