/* stop: see stop.h. */
#include "base/stop.h"

#include "base/log.h"

#include <signal.h>
#include <stddef.h>

/* A handler gets no context: with the log's level the only mutable global. */
static volatile sig_atomic_t wanted = 0;

static const int signals[] = {SIGINT, SIGTERM, SIGHUP};

enum { SIGNAL_COUNT = sizeof signals / sizeof signals[0] };

static void on_signal(int number) {
    if (wanted) { /* raised while blocked: delivered when this returns */
        signal(number, SIG_DFL);
        raise(number);
    }
    wanted = 1;
}

void stop_listen(void) {
    struct sigaction action = {.sa_handler = on_signal, .sa_flags = SA_RESTART};
    sigemptyset(&action.sa_mask);
    for (size_t i = 0; i < SIGNAL_COUNT; i++) {
        struct sigaction before;
        if (sigaction(signals[i], NULL, &before) == 0 && before.sa_handler != SIG_IGN)
            sigaction(signals[i], &action, NULL);
    }
}

bool stop_wanted(void) {
    return wanted != 0;
}

void stop_say(void) {
    log_line(LOG_ERROR,
             "stopped by a signal; what was done is kept: run the same command again to go on");
}

void stop_ignore(void) {
    for (size_t i = 0; i < SIGNAL_COUNT; i++)
        signal(signals[i], SIG_IGN);
}
