/* weights: see weights.h. */
#include "judge/weights.h"

#include "base/log.h"
#include "base/text.h"

#include <errno.h>
#include <math.h>
#include <stdlib.h>

static const char signals_txt[] =
#include "signals_txt.h"
    ;
static const char words_txt[] =
#include "placeholder-words_txt.h"
    ;

enum { NUMBER_BYTES_MAX = 32 };

/* Rows beside those of the signals. */
enum { ROW_PRIOR = SIGNALS, ROW_REVIEW, ROW_HIGH, ROWS };

static const char *row_name(int row) {
    static const char *const others[] = {"prior", "review", "high"};
    return row < SIGNALS ? signal_name((enum signal)row) : others[row - SIGNALS];
}

static double *row_value(struct weights *weights, int row) {
    switch (row) {
    case ROW_PRIOR:
        return &weights->prior;
    case ROW_REVIEW:
        return &weights->review;
    case ROW_HIGH:
        return &weights->high;
    default:
        return &weights->of_signal[row];
    }
}

static size_t word_end(struct span text) {
    size_t end = 0;
    while (end < text.len && !ascii_is_space(text.at[end]))
        end++;
    return end;
}

static bool parse_number(struct span text, double *value) {
    char number[NUMBER_BYTES_MAX + 1];
    char *end = NULL;
    if (text.len == 0 || text.len > NUMBER_BYTES_MAX)
        return false;
    memcpy(number, text.at, text.len);
    number[text.len] = '\0';
    *value = strtod(number, &end);
    return *end == '\0' && isfinite(*value);
}

/* "name bits source..." into its place; NULL, or what is wrong with it. */
static const char *take_line(struct weights *weights, struct span line, bool *seen) {
    size_t name = word_end(line);
    struct span rest = span_trim(span_from(line, name));
    for (int row = 0; row < ROWS; row++) {
        if (!span_is(span_slice(line, 0, name), row_name(row)))
            continue;
        if (seen[row])
            return "there is a second row for";
        seen[row] = true;
        return parse_number(span_slice(rest, 0, word_end(rest)), row_value(weights, row))
                   ? NULL
                   : "no number stands behind";
    }
    return "nothing is known of the signal in";
}

static bool complain(const struct weights *weights, const char *problem, struct span line) {
    struct buffer message = BUFFER_EMPTY;
    buffer_printf(&message, "%s: %s:", weights->table.source, problem);
    buffer_add_byte(&message, '\0');
    log_name(LOG_ERROR, message.failed ? problem : (const char *)message.at, line);
    buffer_free(&message);
    return false;
}

static bool parse(struct weights *weights) {
    bool seen[ROWS] = {false};
    for (size_t i = 0; i < weights->table.count; i++) {
        const char *problem = take_line(weights, weights->table.words[i], seen);
        if (problem != NULL)
            return complain(weights, problem, weights->table.words[i]);
    }
    for (int row = 0; row < ROWS; row++)
        if (!seen[row])
            return complain(weights, "there is no row for", span_text(row_name(row)));
    return true;
}

bool weights_load(struct weights *weights) {
    *weights = (struct weights){.prior = 0};
    if (word_list_load(&weights->table, "signals", signals_txt) &&
        word_list_load(&weights->words, "placeholder-words", words_txt) && parse(weights))
        return true;
    weights_free(weights);
    return false;
}

void weights_free(struct weights *weights) {
    word_list_free(&weights->table);
    word_list_free(&weights->words);
}

/* Whether `words` stands at that place of the text, ASCII case ignored, with no letter or digit
 * behind it. */
static bool has_words_at(struct span text, size_t at, struct span words) {
    size_t end = at + words.len;
    return end <= text.len && (end == text.len || !ascii_is_alnum(text.at[end])) &&
           span_equal_nocase(span_slice(text, at, end), words);
}

struct span weights_find_words(const struct weights *weights, struct span text) {
    const struct word_list *list = &weights->words;
    size_t first = list->count; /* in the order of the list */
    for (size_t at = 0; at < text.len; at++)
        if (at == 0 || !ascii_is_alnum(text.at[at - 1]))
            for (size_t i = 0; i < first; i++)
                if (has_words_at(text, at, list->words[i]))
                    first = i;
    return first < list->count ? list->words[first] : SPAN_EMPTY;
}
