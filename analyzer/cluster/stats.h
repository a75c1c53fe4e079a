/*
 * stats: the formulas behind lift, q_value and bursts. Pure functions of numbers:
 * no tables, no state, the same result on every thread.
 */
#ifndef WINNOW_CLUSTER_STATS_H
#define WINNOW_CLUSTER_STATS_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/*
 * Lower end of the two-sided 95% score interval for a share of `hits` in `trials` (E. B. Wilson,
 * JASA 22, 1927). 0 when hits is 0. `hits` <= `trials`.
 */
double wilson_lower(uint64_t hits, uint64_t trials);

/*
 * Natural logarithm of P(X >= hits) for X binomial(trials, share), exact up to rounding: relative
 * error of the probability below 1e-9 for trials up to 1e6, also where the probability itself would
 * underflow. 0 (that is, P = 1) for hits = 0; -INFINITY when impossible. `hits` <= `trials`, 0 <=
 * share <= 1.
 */
double binomial_tail_log(uint64_t hits, uint64_t trials, double share);

/*
 * Natural logarithm of P(X >= hits) for X Poisson(expected), exact up to rounding, also where the
 * probability itself would underflow. 0 (that is, P = 1) for hits = 0. `expected` > 0.
 */
double poisson_tail_log(uint64_t hits, double expected);

/*
 * Benjamini and Hochberg (J. R. Statist. Soc. B 57, 1995): replaces each log p by its log q, the
 * smallest false discovery rate at which that row would be listed. Order of rows is kept. False
 * when memory is out.
 */
bool false_discovery_log(double *log_p, size_t count);

#endif
