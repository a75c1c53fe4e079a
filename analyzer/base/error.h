/*
 * error: what may still go on after a failure, and who is told. Failure is
 * data: it becomes a row of the report. Only main exits.
 */
#ifndef WINNOW_BASE_ERROR_H
#define WINNOW_BASE_ERROR_H

enum outcome {
    OUTCOME_OK = 0,
    SKIP_MEMBER,   /* this member is lost, the archive goes on */
    SKIP_ARTIFACT, /* this artifact ends here; its status says why */
    STOP_RUN       /* the run cannot go on; a message was logged */
};

/* Exit codes of the command line: part of the contract. */
enum exit_code {
    EXIT_DONE = 0,
    EXIT_LOSSES = 1, /* done, but some inputs could not be examined or some output was lost */
    EXIT_USAGE = 2,
    EXIT_STOPPED = 3 /* disk full, state damaged, lock held, Redis demanded but not there */
};

/* An errno in words, whatever the locale. */
const char *error_words(int error);
/* "; what to do next" for errors that a person can do something about, else "". */
const char *error_advice(int error);

#endif
