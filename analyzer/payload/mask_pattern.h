/* mask_pattern: texts that differ from copy to copy without meaning anything: ids, versions, dates.
 */
#ifndef WINNOW_PAYLOAD_MASK_PATTERN_H
#define WINNOW_PAYLOAD_MASK_PATTERN_H

#include "base/text.h"

/* Each takes the place of one thing; none can be in masked text by other means than being in the
 * text. */
enum mask_mark {
    MARK_PROJECT = 1,
    MARK_PERSON,
    MARK_ADDRESS,
    MARK_VERSION,
    MARK_DATE,
    MARK_ID,
    MARK_VALUE, /* of `__version__` and its like */
    MARK_INDENT,
    MARK_DEDENT = 0x0E,
    MARK_TOKEN,  /* before each token */
    MARK_STRING, /* before each string's value */
    MARK_BYTES,
    MARK_FORMAT
};

extern const bool word_bytes[256];
extern const bool hex_bytes[256];

/* Letters, digits, and all beyond ASCII. */
static inline bool is_word_byte(unsigned char c) {
    return word_bytes[c];
}

/* Where the next run of bytes that holds a @, and so may be an address, starts: at `from` or later;
 * text.len when there is none. */
size_t pattern_next_address(struct span text, size_t from);

/* Length of the e-mail address at `at`, where no other byte of an address may come before; 0 when
 * there is none. *scanned: how far was looked, so that a caller need not look twice. */
size_t pattern_address(struct span text, size_t at, size_t *scanned);

static inline bool is_hex(unsigned char c) {
    return hex_bytes[c];
}

/* Whether an id may start at the word byte `at`: each begins with seven hex digits or 0x. */
static inline bool pattern_may_be_id(struct span text, size_t at) {
    return is_hex(text.at[at]) && text.len - at >= 7 &&
           (ascii_lower(text.at[at + 1]) == 'x' ||
            (is_hex(text.at[at + 1]) && is_hex(text.at[at + 6])));
}

/* Length of the id at `at`, where no word byte comes before; 0 when there is none. */
size_t pattern_id(struct span text, size_t at, unsigned char *mark);

/* Second letters with which an id, a date's name or a version may go on after a first one. */
extern const uint32_t pattern_seconds[26];

/* Whether an id, date or version may start at the word byte `at`: most words say no by their first
 * two bytes. */
static inline bool pattern_may_start(struct span text, size_t at) {
    unsigned char first = ascii_lower(text.at[at]);
    if (ascii_is_digit(first))
        return true;
    if (text.len - at < 3 || first < 'a' || first > 'z')
        return false;
    unsigned char second = ascii_lower(text.at[at + 1]);
    if (ascii_is_digit(second))
        return first <= 'f' || first == 'v';
    return second >= 'a' && second <= 'z' &&
           (pattern_seconds[first - 'a'] >> (second - 'a') & 1) != 0;
}

/* Length and mark of the id, date or version that starts at `at`, where no word byte comes before;
 * 0 when there is none. Looks only a bounded way ahead, past the digits of the thing itself. */
size_t pattern_match(struct span text, size_t at, unsigned char *mark);

#endif
