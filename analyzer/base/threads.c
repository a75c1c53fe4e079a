/* threads: see threads.h. */
#include "base/threads.h"

#include "base/log.h"

#include <pthread.h>
#include <stdlib.h>

static void *wait_for_all(void *gate) {
    pthread_mutex_lock(gate);
    pthread_mutex_unlock(gate);
    return NULL;
}

unsigned threads_available(unsigned wanted) {
    pthread_t *threads = wanted > 1 ? calloc(wanted - 1, sizeof *threads) : NULL;
    if (threads == NULL)
        return 1;
    pthread_mutex_t gate;
    pthread_mutex_init(&gate, NULL);
    pthread_mutex_lock(&gate);
    unsigned count = 0;
    while (count < wanted - 1 && pthread_create(&threads[count], NULL, wait_for_all, &gate) == 0)
        count++;
    pthread_mutex_unlock(&gate);
    for (unsigned i = 0; i < count; i++)
        pthread_join(threads[i], NULL);
    pthread_mutex_destroy(&gate);
    free(threads);
    if (count + 1 < wanted)
        log_line(LOG_WARNING, "the system allows %u threads, not %u (ulimit -u, -v)", count + 1,
                 wanted);
    return count + 1;
}
