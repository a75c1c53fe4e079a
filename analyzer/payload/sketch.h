/*
 * sketch: of a body, what can tell how much it resembles another one: the hashes of its shingles
 * (short runs of tokens or words), of which the smallest are kept (A. Broder, 1997: a bottom-k
 * sketch). All of them are kept when the body is small, as the payloads of templates are. Two sets
 * are compared in cluster/near.
 *
 * A sketch is made from the masked bytes that the signature hashes, and from nothing else: equal
 * signatures have equal sketches, whichever artifact brings them. Its hashes are no secret and can
 * be forged, but to make one's own body resemble another one it is enough to copy that.
 *
 * Python: comments, docstrings, white space and values of `__version__` and its like are masked
 * already (mask.h). Here each string and each number becomes one mark, and so does each name that
 * the file itself gives (behind def and class, before "="), because copies with other constants,
 * texts and names are still copies. Ends of statements and of blocks count as tokens. Shingles do
 * not run from file to file.
 *
 * Why 4 tokens: measured on pairs of different small programs (1,500 functions and classes out of a
 * standard library and of installed projects) and on seven small templates against copies of them
 * with one, two and three edits (another name, new import, argument, constant, function; a line
 * less or more), at the similarity of 0.55 that cluster/near asks for:
 *
 *     tokens   pairs of functions in 100,000   copies with 1, 2, 3 edits
 *     3        128                             100%, 98%, 95%
 *     4        73                              98%, 95%, 93%
 *     5        42                              96%, 92%, 88%
 *
 * 38 of the 73 pairs resemble each other by more than 0.7; all that were looked at are of one
 * template. With own names left as they are 60 pairs stay, but only 96%, 89%, 83% of the copies,
 * and of copies with all own names replaced by random ones 29% instead of 86%.
 */
#ifndef WINNOW_PAYLOAD_SKETCH_H
#define WINNOW_PAYLOAD_SKETCH_H

#include "artifact.h"

enum { SHINGLE_TOKENS = 4, SKETCHER_VALUES = 4 * SKETCH_PAYLOAD_VALUES };

/* A sketch in the making; a few KiB, for the stack. */
struct sketcher {
    uint64_t values[SKETCHER_VALUES]; /* of 32 bits */
    size_t count;
    size_t most;        /* how many are kept */
    uint64_t bound;     /* all are below; what is not is none of the smallest */
    size_t python_left; /* bytes that may still come */
    bool too_big;
};

/* `most`: how many values are kept, at most SKETCH_PAYLOAD_VALUES. */
void sketcher_begin(struct sketcher *sketcher, size_t most);

/* A file as mask_python() writes it. What does not begin as such a file does adds nothing. False
 * when memory is out. */
bool sketcher_add_python(struct sketcher *sketcher, struct arena *arena, struct span masked);

/* A text as mask_text() writes it: runs of two words of its beginning. */
void sketcher_add_text(struct sketcher *sketcher, struct span masked);

/* Words that count as a whole, in their order, repeats in a row once. */
void sketcher_add_sequence(struct sketcher *sketcher, struct span words);

/* Into the arena; empty when there was nothing, or too much. False when memory is out. */
bool sketcher_end(struct sketcher *sketcher, struct arena *arena, struct sketch *sketch);

#endif
