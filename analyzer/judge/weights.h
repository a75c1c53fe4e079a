/* weights: datasets/signals.txt in memory: what each signal weighs, and where the tiers begin. */
#ifndef WINNOW_JUDGE_WEIGHTS_H
#define WINNOW_JUDGE_WEIGHTS_H

#include "cluster/word_list.h"
#include "judge/signal.h"

struct weights {
    double of_signal[SIGNALS]; /* bits */
    double prior;
    double review;
    double high;
    struct word_list table; /* the file */
    struct word_list words; /* placeholder-words.txt */
};

/* Finds the two lists as domain.h says. False after a logged message that names the file and what
 * is wrong: a row that is missing, unknown, twice there, or no number. */
bool weights_load(struct weights *weights);
void weights_free(struct weights *weights);

/* The first phrase of the list of words, in bytewise order, that `text` has; SPAN_EMPTY: none. */
struct span weights_find_words(const struct weights *weights, struct span text);

#endif
