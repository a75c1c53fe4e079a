/*
 * publish: a run's folder is complete or absent. It is filled under a name of its own,
 * OUT/.tmp-ID-PID, renamed to OUT/ID when all is on disk, and then the symbolic link OUT/latest
 * moves to it in one step. On any failure the folder is removed and the previous run stays what it
 * was.
 */
#ifndef WINNOW_REPORT_PUBLISH_H
#define WINNOW_REPORT_PUBLISH_H

#include "base/buffer.h"

struct publication;

/*
 * Makes the folder of runs (and its parents) when missing, chooses a run id, a UTC time as
 * "20261123T083000Z", with "-2"... when taken, makes the temporary folder, and removes those that
 * dead processes left. NULL after a logged message.
 */
struct publication *publication_open(const char *out);

/* Valid until publication_close. */
const char *publication_run_id(const struct publication *publication);
/* "OUT/ID": where the run will be. */
const char *publication_folder(const struct publication *publication);
/* Descriptor of the folder to fill. */
int publication_fd(const struct publication *publication);

/* Makes a folder in it for many small files; they need not be synced one by one, publishing syncs
 * them all at once. Fine when it is there. False with errno set. */
bool publication_add_folder(struct publication *publication, const char *name);

/* Writes one small file, synced to disk. False with errno set. */
bool publication_write(struct publication *publication, const char *name, struct span content);

/* Logs that a file of the run (NULL: the run) cannot be written. */
void publication_complain(const struct publication *publication, const char *name, int error);

/* Puts the folder in place; its own files are synced already. False after a logged message: nothing
 * is left behind. */
bool publication_publish(struct publication *publication);

/* Moves `latest`. False after a logged message. */
bool publication_move_latest(struct publication *publication);

/* Removes the folder, unless it was published. */
void publication_close(struct publication *publication);

#endif
