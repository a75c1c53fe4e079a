/*
 * signal: what counts for or against a project. Each signal is one row of one table: its name, its
 * weight in bits (log2 of how many times more often it is seen in campaigns than elsewhere), and
 * how a finding of it reads. Words are evidence with numbers: no intent, no accusation.
 */
#ifndef WINNOW_JUDGE_SIGNAL_H
#define WINNOW_JUDGE_SIGNAL_H

#include "base/buffer.h"
#include "base/instant.h"

enum signal {
    /* for */
    SIGNAL_EMPTY,          /* count: unused */
    SIGNAL_COMMAND_NAME,   /* subject: command, other: owner, count: dependents, when: owner's first
                              upload */
    SIGNAL_AFFIX_NAME,     /* the same */
    SIGNAL_MODULE_NAME,    /* the same, subject: module */
    SIGNAL_SHARED_PAYLOAD, /* count: other projects with it */
    SIGNAL_SIMILAR_PAYLOAD, /* count */
    SIGNAL_SHARED_METADATA, /* count */
    SIGNAL_BURST, /* subject: what the uploads share, count, expected, when: start, span_seconds */
    SIGNAL_CAMPAIGN,       /* subject: campaign id, count: its projects */
    SIGNAL_CAMPAIGN_NAMES, /* count: its projects named after commands */
    SIGNAL_MANY_PEOPLE,    /* count: different addresses and accounts behind one payload */
    SIGNAL_DOMAIN_LIFT,    /* subject: domain, count: its empty projects */
    SIGNAL_WORDING,        /* subject: the words */
    SIGNAL_HIGH_VERSION,   /* count: the number */
    SIGNAL_SINGLE_RELEASE,
    SIGNAL_NO_LINK,
    /* against */
    SIGNAL_DEPENDENTS,   /* count */
    SIGNAL_AGE,          /* count: days between first and last upload */
    SIGNAL_REAL_CODE,    /* count: bytes of Python */
    SIGNAL_RELEASES,     /* count */
    SIGNAL_LINK,         /* subject: the page */
    SIGNAL_OWN_BRAND,    /* subject: domain or word that its people's projects share */
    SIGNAL_KNOWN_PEOPLE, /* count: projects with code of the same people */
    SIGNALS
};

/* One observation about one project. */
struct finding {
    enum signal signal;
    double bits;         /* what it adds to the score; negative: counter-evidence */
    struct span subject; /* see the enum; hostile */
    struct span other;
    uint64_t count;
    double expected;       /* uploads that the corpus predicts; negative: does not apply */
    instant when;          /* INSTANT_UNKNOWN: does not apply */
    uint64_t span_seconds; /* length of a window; 0: does not apply */
};

/* "named-after-command" etc.: for JSON, `signals` lists and the documentation. */
const char *signal_name(enum signal signal);
/* What it means, one sentence for people. */
const char *signal_meaning(enum signal signal);

/* Appends the finding as a clause with numbers: "named after command `foo` of project bar (412
 * dependents, 2019-03-02)". Bytes of a mirror are appended as they are: escape at the sink. */
void finding_write(const struct finding *finding, struct buffer *out);

#endif
