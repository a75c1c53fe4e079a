/*
 * redis_news: what a run lists and the run in force does not, for those who want to be told:
 * entries of the stream winnow:takedown:new, added together with the switch to the run.
 */
#ifndef WINNOW_REPORT_REDIS_NEWS_H
#define WINNOW_REPORT_REDIS_NEWS_H

#include "report/redis_link.h"
#include "report/row.h"

/* Rows of takedown.csv that have been written so far. */
struct redis_news {
    struct buffer cells; /* one after the other */
    size_t *ends;        /* of each cell in `cells` */
    size_t row_count;
    size_t row_capacity;
    bool failed; /* memory ran out */
};

void redis_news_add(struct redis_news *news, const struct row *row);
void redis_news_free(struct redis_news *news);

/* Asks which rows the run in force has already: true at [i] for those that are news. `is_new` has
 * row_count places. False when the link failed or memory is out. */
bool redis_news_find(const struct redis_news *news, struct redis_link *link, bool *is_new);

/* Sends an entry for each; returns how many. */
size_t redis_news_send(const struct redis_news *news, struct redis_link *link, const char *run_id,
                       const bool *is_new);

#endif
