/* threads: how many there can be. OpenMP ends the program when it cannot start one. */
#ifndef WINNOW_BASE_THREADS_H
#define WINNOW_BASE_THREADS_H

/* Up to `wanted` (1 or more): as many as can run at once here and now, by trying. Fewer are
 * logged. */
unsigned threads_available(unsigned wanted);

#endif
