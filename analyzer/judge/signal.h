/*
 * signal: what counts for or against a project. Each signal is one row of one table
 * (datasets/signals.txt): its name, its weight in bits (log2 of how many times more often it is
 * seen in campaigns than elsewhere; negative: against), and where the weight comes from. Words are
 * evidence with numbers: no intent, no accusation.
 */
#ifndef WINNOW_JUDGE_SIGNAL_H
#define WINNOW_JUDGE_SIGNAL_H

#include "base/buffer.h"
#include "base/instant.h"

enum signal {
    /* for; the comment says what a finding's members hold */
    SIGNAL_EMPTY,            /* subject: payload kind */
    SIGNAL_COMMAND_NAME,     /* subject: command; other: its owner; count: the owner's dependents;
                                when: since when the owner ships it */
    SIGNAL_AFFIX_NAME,       /* the same */
    SIGNAL_MODULE_NAME,      /* the same, subject: module */
    SIGNAL_CAMPAIGN,         /* subject: campaign id; count: its projects */
    SIGNAL_CAMPAIGN_NAMES,   /* count: projects of the campaign named after commands; expected: of
                                how many */
    SIGNAL_SHARED_PAYLOAD,   /* count: other projects of the campaign with this payload */
    SIGNAL_SIMILAR_TEMPLATE, /* count: other projects of the campaign with a similar payload or
                                metadata */
    SIGNAL_BURST,            /* count: first uploads of the campaign; expected; when: begin of the
                                window; span_seconds: its length */
    SIGNAL_MANY_PEOPLE,      /* count: different addresses or accounts of the campaign */
    SIGNAL_EMPTY_DOMAIN,     /* subject: domain; count: its empty projects; expected: of how many */
    SIGNAL_DISPOSABLE_DOMAIN, /* subject: domain */
    SIGNAL_WORDING,           /* subject: the words */
    SIGNAL_HIGH_VERSION,      /* count: the number */
    SIGNAL_SINGLE_RELEASE,
    SIGNAL_NO_LINK,
    /* against */
    SIGNAL_DEPENDENTS,       /* count: projects outside of its campaign that require it */
    SIGNAL_AGE,              /* count: days between first and last upload */
    SIGNAL_REAL_CODE,        /* subject: payload kind; count: bytes of Python */
    SIGNAL_RELEASES,         /* count */
    SIGNAL_LINK,             /* subject: the page */
    SIGNAL_OWN_BRAND,        /* subject: the word of the name that its people's projects bear */
    SIGNAL_OWN_NAME,         /* subject: the address whose owner's name the project bears */
    SIGNAL_ONE_ORGANISATION, /* subject: domain; count: projects of the campaign with it */
    SIGNAL_NAME_FAMILY,      /* subject: a word of the names; count: projects with it */
    SIGNAL_KNOWN_PEOPLE,     /* count: established projects of the same people */
    SIGNALS
};

/* A verdict keeps the set of its signals as bits. */
_Static_assert(SIGNALS <= 32, "signals fit a uint32_t");

/* One observation about one project. */
struct finding {
    enum signal signal;
    double bits;         /* what it adds to the score; negative: counter-evidence */
    struct span subject; /* see the enum; hostile */
    struct span other;
    uint64_t count;
    double expected;       /* negative: does not apply */
    instant when;          /* INSTANT_UNKNOWN: does not apply */
    uint64_t span_seconds; /* length of a window; 0: does not apply */
};

/* "command-name" etc.: for lists, JSON and datasets/signals.txt. */
const char *signal_name(enum signal signal);
/* What it means, one sentence of Markdown. */
const char *signal_meaning(enum signal signal);

/* Appends the finding as a clause with numbers: "named after command `foo` of project bar (412
 * dependents, 2019-03-02)". Bytes of a mirror are appended as they are: escape at the sink. */
void finding_write(const struct finding *finding, struct buffer *out);

#endif
