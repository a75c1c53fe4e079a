/*
 * stop: the wish from outside that the program end: SIGINT, SIGTERM, SIGHUP. Long work asks now and
 * then, puts its things in order and ends; a second signal ends the program at once.
 */
#ifndef WINNOW_BASE_STOP_H
#define WINNOW_BASE_STOP_H

#include <stdbool.h>

/*
 * From now on the signals are remembered instead of fatal; those that were ignored stay ignored
 * (nohup). Called once, before the first file is created.
 */
void stop_listen(void);

/* Whether such a signal has come; cheap enough for inner loops. */
bool stop_wanted(void);

/* One error line that says so, and how to go on. */
void stop_say(void);

/* In a child that ends with its parent: the signals mean nothing here. */
void stop_ignore(void);

#endif
