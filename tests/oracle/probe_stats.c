/* probe_stats: reads lines "wilson K N", "tail K N P", "poisson K EXPECTED" and "fdr LOGP..." from
 * stdin, prints one JSON array. */
#include "base/json.h"
#include "cluster/stats.h"

#include <stdio.h>
#include <stdlib.h>

enum { RATES_MAX = 4096 };

static void add_number(struct json *json, double value) {
    char text[64];
    snprintf(text, sizeof text, "%.17g", value); /* as text: "-inf" is not JSON */
    json_text(json, text);
}

static void add_rates(struct json *json, char *text) {
    static double rates[RATES_MAX];
    size_t count = 0;
    for (char *at = text, *end = NULL; count < RATES_MAX; at = end) {
        double value = strtod(at, &end);
        if (end == at)
            break;
        rates[count++] = value;
    }
    bool done = false_discovery_log(rates, count);
    json_open(json, '[');
    for (size_t i = 0; done && i < count; i++)
        add_number(json, rates[i]);
    json_close(json, ']');
}

int main(void) {
    struct buffer out = BUFFER_EMPTY;
    struct json json = json_to(&out, false);
    char *line = NULL;
    size_t capacity = 0;
    json_open(&json, '[');
    while (getline(&line, &capacity, stdin) > 0) {
        unsigned long long k = 0;
        unsigned long long n = 0;
        double p = 0;
        if (sscanf(line, "wilson %llu %llu", &k, &n) == 2)
            add_number(&json, wilson_lower(k, n));
        else if (sscanf(line, "tail %llu %llu %lf", &k, &n, &p) == 3)
            add_number(&json, binomial_tail_log(k, n, p));
        else if (sscanf(line, "poisson %llu %lf", &k, &p) == 2)
            add_number(&json, poisson_tail_log(k, p));
        else if (strncmp(line, "fdr ", 4) == 0)
            add_rates(&json, line + 4);
    }
    json_close(&json, ']');
    free(line);
    printf("%.*s\n", (int)out.len, (const char *)out.at);
    buffer_free(&out);
    return 0;
}
