/* sketch: see sketch.h. */
#include "payload/sketch.h"

#include <endian.h>
#include <stdlib.h>

#include "payload/mask_pattern.h"

/* Of all shingles and tokens. Stored hashes depend on it: a new one needs a new STATE_VERSION. */
enum { SKETCH_SEED = 3 };

/* --- the smallest ------------------------------------------------------------------------------
 */

/* By insertion: what comes is nearly sorted. */
static void sort_numbers(uint64_t *at, size_t count) {
    for (size_t i = 1; i < count; i++) {
        uint64_t number = at[i];
        size_t place = i;
        for (; place > 0 && at[place - 1] > number; place--)
            at[place] = at[place - 1];
        at[place] = number;
    }
}

/* Hashes fall evenly into buckets, which are then in order but for neighbours; only as many are
 * sorted as hold the smallest. A file can be made to fill one bucket, which costs some 50
 * microseconds in 400 shingles. */
static void keep_smallest(struct sketcher *sketcher) {
    enum { BUCKETS = 256 };
    uint64_t spread[SKETCHER_VALUES];
    uint16_t ends[BUCKETS + 1] = {0};
    unsigned shift = 0;
    size_t kept = 0;
    if (sketcher->count == 0)
        return;
    while ((sketcher->bound - 1) >> shift >= BUCKETS)
        shift++;
    for (size_t i = 0; i < sketcher->count; i++)
        ends[(sketcher->values[i] >> shift) + 1]++;
    for (size_t b = 1; b < BUCKETS; b++)
        ends[b] = (uint16_t)(ends[b] + ends[b - 1]);
    for (size_t i = 0; i < sketcher->count; i++)
        spread[ends[sketcher->values[i] >> shift]++] = sketcher->values[i];
    for (size_t b = 0, i = 0; b < BUCKETS && kept < sketcher->most; b++) {
        if (ends[b] - i < sketcher->most - kept && b + 1 < BUCKETS)
            continue; /* too few so far: one long run costs less than many short ones */
        sort_numbers(spread + i, ends[b] - i);
        for (; i < ends[b] && kept < sketcher->most; i++)
            if (kept == 0 || spread[i] != sketcher->values[kept - 1])
                sketcher->values[kept++] = spread[i];
    }
    sketcher->count = kept;
    if (kept == sketcher->most)
        sketcher->bound = sketcher->values[kept - 1] + 1;
}

static void add_value(struct sketcher *sketcher, uint32_t value) {
    if (value < sketcher->bound && sketcher->count == SKETCHER_VALUES)
        keep_smallest(sketcher); /* lowers the bound */
    if (value < sketcher->bound)
        sketcher->values[sketcher->count++] = value;
}

static void add_shingle(struct sketcher *sketcher, struct span shingle) {
    add_value(sketcher, (uint32_t)hash64(shingle, SKETCH_SEED));
}

void sketcher_begin(struct sketcher *sketcher, size_t most) {
    sketcher->count = 0;
    sketcher->most = most;
    sketcher->bound = UINT64_C(1) << 32;
    sketcher->python_left = SKETCH_PAYLOAD_BYTES_MAX;
    sketcher->too_big = false;
}

bool sketcher_end(struct sketcher *sketcher, struct arena *arena, struct sketch *sketch) {
    *sketch = (struct sketch){.at = NULL};
    keep_smallest(sketcher);
    if (sketcher->count == 0 || sketcher->too_big)
        return true;
    uint32_t *at = arena_alloc_raw(arena, sketcher->count * sizeof *at);
    if (at == NULL)
        return false;
    for (size_t i = 0; i < sketcher->count; i++)
        at[i] = (uint32_t)sketcher->values[i];
    *sketch = (struct sketch){at, (uint32_t)sketcher->count};
    return true;
}

/* --- Python ------------------------------------------------------------------------------------
 */

/* Tokens that have no text of their own here; hashes of texts are never that small but by chance.
 */
enum { TOKEN_STRING = 1, TOKEN_NUMBER, TOKEN_OWN_NAME, TOKEN_VALUE, TOKEN_MARKS };

/* Marks that begin a token of mask_python(). */
static const bool is_mark[256] = {
    ['\n'] = true,       [MARK_VALUE] = true,  [MARK_INDENT] = true, [MARK_DEDENT] = true,
    [MARK_TOKEN] = true, [MARK_STRING] = true, [MARK_BYTES] = true,  [MARK_FORMAT] = true,
};

static bool is_number(struct span text) {
    return text.len > 0 && (ascii_is_digit(text.at[0]) ||
                            (text.len > 1 && text.at[0] == '.' && ascii_is_digit(text.at[1])));
}

/* Names of the project and of people are marks (mask_pattern.h). */
static bool is_name(struct span text) {
    return text.len > 0 && !ascii_is_digit(text.at[0]) &&
           (is_word_byte(text.at[0]) || text.at[0] == '_' ||
            (text.at[0] >= MARK_PROJECT && text.at[0] < MARK_VALUE));
}

/* The finaliser of SplitMix64 (G. Steele, D. Lea, C. Flood, 2014). */
static uint64_t mix(uint64_t bits) {
    bits = (bits ^ (bits >> 30)) * UINT64_C(0xbf58476d1ce4e5b9);
    bits = (bits ^ (bits >> 27)) * UINT64_C(0x94d049bb133111eb);
    return bits ^ (bits >> 31);
}

/* Most tokens fit into a word, which is faster to hash than any bytes are. */
static uint64_t hash_of_token(struct span masked, size_t from, size_t end) {
    uint64_t word = 0;
    size_t len = end - from;
    if (len > sizeof word)
        return hash64(span_of(masked.at + from, len), SKETCH_SEED);
    if (len > 0 && end >= sizeof word) {
        memcpy(&word, masked.at + end - sizeof word, sizeof word);
        return mix(be64toh(word) & UINT64_MAX >> 8 * (sizeof word - len));
    }
    for (size_t i = from; i < end; i++)
        word = word << 8 | masked.at[i];
    return mix(word);
}

static uint32_t hash_of_shingle(const uint64_t *tokens) {
    _Static_assert(SHINGLE_TOKENS == 4, "as many as here");
    return (uint32_t)mix(mix(mix(mix(SKETCH_SEED + tokens[0]) + tokens[1]) + tokens[2]) +
                         tokens[3]);
}

static uint32_t hash_of_short_file(const uint64_t *tokens, size_t count) {
    uint64_t hash = SKETCH_SEED;
    for (size_t i = 0; i < count; i++)
        hash = mix(hash + tokens[i]);
    return (uint32_t)hash;
}

struct tokens {
    uint64_t *at;
    size_t count;
    uint64_t *own_names;
    size_t own_name_count;
    struct span before; /* the latest token, when it is no string or mark */
};

static uint64_t token_of(unsigned char mark, struct span masked, size_t from, size_t end) {
    if (mark == MARK_TOKEN)
        return is_number(span_slice(masked, from, end)) ? TOKEN_NUMBER
                                                        : hash_of_token(masked, from, end);
    if (mark == MARK_VALUE)
        return TOKEN_VALUE;
    return mark == MARK_STRING || mark == MARK_BYTES || mark == MARK_FORMAT ? TOKEN_STRING
                                                                            : TOKEN_MARKS + mark;
}

/* The token behind the mark at `at`, up to `end`. */
static void add_token(struct tokens *tokens, struct span masked, size_t at, size_t end) {
    unsigned char mark = masked.at[at];
    struct span word = mark == MARK_TOKEN ? span_of(masked.at + at + 1, end - at - 1) : SPAN_EMPTY;
    uint64_t token = token_of(mark, masked, at + 1, end);
    if (span_is(word, "=") && is_name(tokens->before))
        tokens->own_names[tokens->own_name_count++] = tokens->at[tokens->count - 1];
    else if ((span_is(tokens->before, "def") || span_is(tokens->before, "class")) && is_name(word))
        tokens->own_names[tokens->own_name_count++] = token;
    tokens->before = word;
    tokens->at[tokens->count++] = token;
}

/* `at`: ascending. The last that is not above `number` is looked for without a branch to guess. */
static bool has_number(const uint64_t *at, size_t count, uint64_t number) {
    while (count > 1) {
        size_t half = count / 2;
        at += at[half] <= number ? half : 0;
        count -= half;
    }
    return count > 0 && *at == number;
}

static int compare_numbers(const void *left, const void *right) {
    uint64_t a = *(const uint64_t *)left;
    uint64_t b = *(const uint64_t *)right;
    return a < b ? -1 : a > b;
}

static void hide_own_names(struct tokens *tokens) {
    size_t count = tokens->own_name_count;
    enum { LOW_BITS = 0x3ff };
    bool maybe[LOW_BITS + 1] = {false}; /* own names by their low bits: most tokens are none */
    if (count > 1)
        qsort(tokens->own_names, count, sizeof *tokens->own_names, compare_numbers);
    for (size_t i = 0; i < count; i++)
        maybe[tokens->own_names[i] & LOW_BITS] = true;
    for (size_t i = 0; i < tokens->count; i++) {
        if (maybe[tokens->at[i] & LOW_BITS] && has_number(tokens->own_names, count, tokens->at[i]))
            tokens->at[i] = TOKEN_OWN_NAME;
    }
}

/* The next mark at `at` or behind it. */
static size_t next_mark(struct span masked, size_t at) {
    const uint64_t each = UINT64_C(0x0101010101010101);
    const uint64_t tops = each << 7;
    uint64_t word;
    while (at < masked.len && masked.len - at >= sizeof word) {
        memcpy(&word, masked.at + at, sizeof word);
        word = le64toh(word);
        uint64_t low = (word - each * (MARK_FORMAT + 1)) & ~word & tops; /* no mark is above */
        at += low != 0 ? (size_t)__builtin_ctzll(low) / 8 : sizeof word;
        if (low == 0)
            continue;
        if (is_mark[masked.at[at]])
            return at;
        at++;
    }
    while (at < masked.len && !is_mark[masked.at[at]])
        at++;
    return at;
}

static void read_tokens(struct tokens *tokens, struct span masked) {
    for (size_t at = 0; at < masked.len;) {
        size_t end = next_mark(masked, at + 1);
        add_token(tokens, masked, at, end);
        at = end;
    }
}

bool sketcher_add_python(struct sketcher *sketcher, struct arena *arena, struct span masked) {
    if (masked.len == 0 || !is_mark[masked.at[0]] || masked.at[0] == '\n')
        return true;
    if (masked.len > sketcher->python_left)
        sketcher->too_big = true;
    if (sketcher->too_big)
        return true;
    sketcher->python_left -= masked.len;
    /* A token takes a byte at least, and gives a name at most. */
    size_t room = masked.len * 2 * sizeof(uint64_t);
    struct tokens tokens = {.at = arena_alloc_raw(arena, room)};
    if (tokens.at == NULL)
        return false;
    tokens.own_names = tokens.at + masked.len;
    read_tokens(&tokens, masked);
    hide_own_names(&tokens);
    if (tokens.count < SHINGLE_TOKENS)
        add_value(sketcher, hash_of_short_file(tokens.at, tokens.count));
    for (size_t i = SHINGLE_TOKENS; i <= tokens.count; i++)
        add_value(sketcher, hash_of_shingle(tokens.at + i - SHINGLE_TOKENS));
    arena_shrink(arena, tokens.at, room, 0);
    return true;
}

/* --- texts -------------------------------------------------------------------------------------
 */

void sketcher_add_text(struct sketcher *sketcher, struct span masked) {
    struct span text = span_slice(masked, 0, SKETCH_TEXT_BYTES_MAX);
    size_t before = 0; /* where the word before the one in hand starts */
    size_t at = span_find(text, ' ') + 1;
    if (text.len > 0 && at >= text.len)
        add_shingle(sketcher, text);
    while (at < text.len) {
        size_t end = at + span_find(span_from(text, at), ' ');
        add_shingle(sketcher, span_slice(text, before, end));
        before = at;
        at = end + 1;
    }
}

void sketcher_add_sequence(struct sketcher *sketcher, struct span words) {
    uint64_t chain = 0;
    struct span word = SPAN_EMPTY;
    struct span before = SPAN_EMPTY;
    while (span_next_piece(&words, ' ', &word)) {
        if (!span_equal(word, before))
            chain = hash64(word, chain);
        before = word;
    }
    chain = htole64(chain);
    add_shingle(sketcher, span_of(&chain, sizeof chain));
}
