/*
 * stats: see stats.h. Point probabilities after C. Loader, "Fast and Accurate
 * Computation of Binomial Probabilities" (2000): the large factorials cancel
 * on paper instead of in floating point, which log-gamma differences would lose.
 */
#include "cluster/stats.h"

#include <math.h>
#include <stdlib.h>

/* The normal quantile of 0.975. */
static const double Z_95 = 1.959963984540054;
static const double LOG_2_PI = 1.8378770664093453;

double wilson_lower(uint64_t hits, uint64_t trials) {
    if (hits == 0) /* exactly, not the rest of a subtraction */
        return 0;
    double n = (double)trials;
    double share = (double)hits / n;
    double z2 = Z_95 * Z_95;
    double centre = share + z2 / (2 * n);
    double margin = Z_95 * sqrt(share * (1 - share) / n + z2 / (4 * n * n));
    double lower = (centre - margin) / (1 + z2 / n);
    return lower > 0 ? lower : 0;
}

/* log(n!) minus Stirling's formula for it. The series is good to 1e-16 above 15. */
static double stirling_error(double n) {
    if (n <= 15) {
        int sign = 0;
        return lgamma_r(n + 1, &sign) - (n + 0.5) * log(n) + n - LOG_2_PI / 2;
    }
    double nn = n * n;
    return (1.0 / 12 - (1.0 / 360 - (1.0 / 1260 - (1.0 / 1680 - 1.0 / 1188 / nn) / nn) / nn) / nn) /
           n;
}

/* x log(x / m) + m - x, without cancellation where x is near m. */
static double deviance(double x, double m) {
    if (fabs(x - m) >= 0.1 * (x + m))
        return x * log(x / m) + m - x;
    double v = (x - m) / (x + m);
    double sum = (x - m) * v;
    double power = 2 * x * v;
    for (int i = 1; i < 1000; i++) {
        power *= v * v;
        double wider = sum + power / (2 * i + 1);
        if (wider == sum)
            break;
        sum = wider;
    }
    return sum;
}

/* log P(X = k); 0 < p < 1. */
static double point_log(double k, double n, double p) {
    double q = 1 - p;
    if (k == 0)
        return n * log1p(-p);
    if (k == n)
        return n * log(p);
    double exact = stirling_error(n) - stirling_error(k) - stirling_error(n - k) -
                   deviance(k, n * p) - deviance(n - k, n * q);
    return exact - 0.5 * (LOG_2_PI + log(k) + log1p(-k / n));
}

/*
 * Sum of the terms from k on, upwards (to n) or downwards (to 0), each divided by the term at k:
 * the ratio of neighbours is rational. Away from the mean the terms fall, so the loop ends when
 * they no longer count: after O(sqrt(n)) steps at worst.
 */
static double relative_sum(double k, double n, double odds, bool upwards) {
    double sum = 1;
    double term = 1;
    while (upwards ? k < n : k > 0) {
        if (upwards) {
            term *= (n - k) / (k + 1) * odds;
            k++;
        } else {
            term *= k / (n - k + 1) / odds;
            k--;
        }
        sum += term;
        if (term < sum * 1e-18)
            break;
    }
    return sum;
}

double binomial_tail_log(uint64_t hits, uint64_t trials, double share) {
    if (hits == 0 || share >= 1)
        return 0;
    if (share <= 0 || hits > trials)
        return -INFINITY;
    double k = (double)hits;
    double n = (double)trials;
    double odds = share / (1 - share);
    if (k > n * share)
        return fmin(0, point_log(k, n, share) + log(relative_sum(k, n, odds, true)));
    double below = point_log(k - 1, n, share) + log(relative_sum(k - 1, n, odds, false));
    return below < 0 ? log1p(-exp(below)) : -INFINITY;
}

double poisson_tail_log(uint64_t hits, double expected) {
    if (hits == 0)
        return 0;
    double k = (double)hits;
    bool upper = k > expected;
    double at = upper ? k : k - 1;
    double point = at == 0
                       ? -expected
                       : -stirling_error(at) - deviance(at, expected) - 0.5 * (LOG_2_PI + log(at));
    double sum = 1;
    for (double term = 1, j = at; term > sum * 1e-18 && (upper || j > 0);) {
        term *= upper ? expected / ++j : j-- / expected;
        sum += term;
    }
    double tail = point + log(sum);
    if (upper)
        return fmin(0, tail);
    return tail < 0 ? log1p(-exp(tail)) : -INFINITY;
}

struct ranked {
    double log_p;
    size_t row;
};

static int compare_ranked(const void *left, const void *right) {
    const struct ranked *a = left;
    const struct ranked *b = right;
    if (a->log_p != b->log_p)
        return a->log_p < b->log_p ? -1 : 1;
    return a->row < b->row ? -1 : a->row > b->row;
}

bool false_discovery_log(double *log_p, size_t count) {
    if (count == 0)
        return true;
    struct ranked *order = malloc(count * sizeof *order);
    if (order == NULL)
        return false;
    for (size_t i = 0; i < count; i++)
        order[i] = (struct ranked){log_p[i], i};
    qsort(order, count, sizeof *order, compare_ranked);
    double smallest = 0; /* log 1 */
    for (size_t rank = count; rank > 0; rank--) {
        double adjusted = order[rank - 1].log_p + log((double)count / (double)rank);
        smallest = fmin(smallest, adjusted);
        log_p[order[rank - 1].row] = smallest;
    }
    free(order);
    return true;
}
