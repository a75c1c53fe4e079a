/*
 * lzw: see lzw.h. The format as compress 4.0 and ncompress write it:
 *
 *   1f 9d flags codes...      flags: 5 bits of largest code width, 80 for "has clear codes"
 *
 * Codes are packed from the low bit up, in groups of eight; when the width
 * changes or the table is cleared, the rest of the group is padding.
 */
#include "unpack/lzw.h"

#include <stdlib.h>

enum {
    HEADER_BYTES = 3,
    BITS_MIN = 9,
    BITS_MAX = 16,
    CLEAR_CODE = 256,
    CODES_MAX = 1 << BITS_MAX,
    PIECE_BYTES = 64 * 1024,
    NO_CODE = -1
};

struct lzw {
    struct unpack *unpack;
    struct byte_source file;
    struct span in; /* rest of the current piece */
    bool begun;
    bool ended;
    uint32_t held; /* bits read and not used, low bit first */
    unsigned held_bits;
    unsigned width;     /* of a code now, bits */
    unsigned width_max; /* of this file */
    bool clears;
    unsigned in_group; /* codes read of the current group of eight */
    int free_code;     /* the next to be defined */
    int old_code;
    unsigned char first; /* byte of the string of old_code */
    uint16_t prefix[CODES_MAX];
    unsigned char suffix[CODES_MAX];
    unsigned char string[CODES_MAX + 1]; /* of one code, filled from the end */
    size_t string_at;                    /* what is left of it: [string_at, end) */
    unsigned char out[PIECE_BYTES];
};

static enum outcome damage(struct lzw *lzw, const char *why) {
    return artifact_fail(lzw->unpack->artifact, STATUS_DAMAGED, "compress: %s", why);
}

/* *byte is -1 at the end of the file. */
static enum outcome next_byte(struct lzw *lzw, int *byte) {
    *byte = -1;
    if (lzw->in.len == 0) {
        enum outcome outcome = lzw->file.next(lzw->file.state, &lzw->in);
        if (outcome != OUTCOME_OK || lzw->in.len == 0)
            return outcome;
    }
    *byte = lzw->in.at[0];
    lzw->in = span_from(lzw->in, 1);
    return OUTCOME_OK;
}

/* *code is NO_CODE at the end; bits that are no whole code are padding. */
static enum outcome next_code(struct lzw *lzw, int *code) {
    *code = NO_CODE;
    while (lzw->held_bits < lzw->width) {
        int byte;
        enum outcome outcome = next_byte(lzw, &byte);
        if (outcome != OUTCOME_OK || byte < 0)
            return outcome;
        lzw->held |= (uint32_t)byte << lzw->held_bits;
        lzw->held_bits += 8;
    }
    *code = (int)(lzw->held & ((1U << lzw->width) - 1));
    lzw->held >>= lzw->width;
    lzw->held_bits -= lzw->width;
    lzw->in_group = (lzw->in_group + 1) % 8;
    return OUTCOME_OK;
}

/* Skips to the end of the group, then codes have `width` bits. */
static enum outcome change_width(struct lzw *lzw, unsigned width) {
    while (lzw->in_group != 0) {
        int padding;
        enum outcome outcome = next_code(lzw, &padding);
        if (outcome != OUTCOME_OK)
            return outcome;
        if (padding == NO_CODE)
            break;
    }
    lzw->in_group = 0;
    lzw->width = width;
    return OUTCOME_OK;
}

static enum outcome begin(struct lzw *lzw) {
    lzw->begun = true;
    int header[HEADER_BYTES];
    for (int i = 0; i < HEADER_BYTES; i++) {
        enum outcome outcome = next_byte(lzw, &header[i]);
        if (outcome != OUTCOME_OK)
            return outcome;
        if (header[i] < 0)
            return damage(lzw, "truncated");
    }
    lzw->width_max = (unsigned)header[2] & 0x1f;
    lzw->clears = (header[2] & 0x80) != 0;
    if (lzw->width_max < BITS_MIN || lzw->width_max > BITS_MAX)
        return damage(lzw, "codes of an unknown width");
    lzw->width = BITS_MIN;
    lzw->free_code = lzw->clears ? CLEAR_CODE + 1 : CLEAR_CODE;
    lzw->old_code = NO_CODE;
    return OUTCOME_OK;
}

/* Writes the string of `code` and defines the next code. */
static enum outcome expand(struct lzw *lzw, int code) {
    size_t at = sizeof lzw->string;
    if (code > lzw->free_code || (code == lzw->free_code && lzw->old_code == NO_CODE) ||
        (lzw->old_code == NO_CODE && code >= CLEAR_CODE))
        return damage(lzw, "a code that was not defined");
    uint16_t link = (uint16_t)code; /* codes have 16 bits at most */
    if (code == lzw->free_code) {   /* just being defined: the old string and its first byte */
        lzw->string[--at] = lzw->first;
        link = (uint16_t)lzw->old_code;
    }
    while (link >= CLEAR_CODE) {
        lzw->string[--at] = lzw->suffix[link];
        link = lzw->prefix[link]; /* smaller than the code it belongs to: this ends */
    }
    lzw->first = (unsigned char)link;
    lzw->string[--at] = lzw->first;
    lzw->string_at = at;
    if (lzw->old_code != NO_CODE && lzw->free_code < 1 << lzw->width_max) {
        lzw->prefix[lzw->free_code] = (uint16_t)lzw->old_code;
        lzw->suffix[lzw->free_code] = lzw->first;
        lzw->free_code++;
    }
    lzw->old_code = code;
    return OUTCOME_OK;
}

/* The next string, or the end. */
static enum outcome step(struct lzw *lzw) {
    enum outcome outcome = OUTCOME_OK;
    if (lzw->width < lzw->width_max && lzw->free_code > (1 << lzw->width) - 1)
        outcome = change_width(lzw, lzw->width + 1);
    int code = NO_CODE;
    if (outcome == OUTCOME_OK)
        outcome = next_code(lzw, &code);
    if (outcome != OUTCOME_OK)
        return outcome;
    if (code == NO_CODE) {
        lzw->ended = true;
        return OUTCOME_OK;
    }
    if (lzw->clears && code == CLEAR_CODE) {
        lzw->free_code = CLEAR_CODE + 1;
        lzw->old_code = NO_CODE;
        return change_width(lzw, BITS_MIN);
    }
    return expand(lzw, code);
}

static enum outcome lzw_next(void *state, struct span *piece) {
    struct lzw *lzw = state;
    *piece = SPAN_EMPTY;
    enum outcome outcome = lzw->begun ? OUTCOME_OK : begin(lzw);
    size_t len = 0;
    while (outcome == OUTCOME_OK && len < sizeof lzw->out) {
        size_t left = sizeof lzw->string - lzw->string_at;
        if (left > 0) {
            size_t room = sizeof lzw->out - len;
            size_t take = left < room ? left : room;
            memcpy(lzw->out + len, lzw->string + lzw->string_at, take);
            lzw->string_at += take;
            len += take;
        } else if (lzw->ended) {
            break;
        } else {
            outcome = step(lzw);
        }
    }
    /* What came before the damage is given first; the damage stays recorded. */
    if (outcome != OUTCOME_OK)
        lzw->ended = true;
    if (len == 0)
        return lzw->unpack->artifact->status != STATUS_OK ? SKIP_ARTIFACT : outcome;
    outcome = budget_spend(&lzw->unpack->budget, len);
    if (outcome == OUTCOME_OK)
        *piece = span_of(lzw->out, len);
    return outcome;
}

static void lzw_close(void *state) {
    struct lzw *lzw = state;
    if (lzw->file.state != NULL)
        lzw->file.close(lzw->file.state);
    free(lzw);
}

bool lzw_source_open(struct unpack *unpack, struct byte_source *source) {
    struct lzw *lzw = calloc(1, sizeof *lzw);
    if (lzw == NULL)
        return false;
    lzw->unpack = unpack;
    lzw->string_at = sizeof lzw->string;
    if (!file_source_open(unpack, false, &lzw->file)) {
        free(lzw);
        return false;
    }
    *source = (struct byte_source){lzw, lzw_next, lzw_close};
    return true;
}
