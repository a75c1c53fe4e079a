/*
 * mask: rewrites names, texts and sources so that what two copies of one
 * template may differ in becomes equal: the project's name in all its spellings, version, authors,
 * addresses, dates, ids, white space. What comes out is only fit to be hashed.
 *
 * A name is found by its letters and digits: text falls into sub-words (ends at other characters
 * and where camelCase changes), and a run of whole sub-words, at most one of "-_. " between two of
 * them, that spells the name is the name: foo-bar, foo_bar, FooBar, FOO_BAR, foobar, "Foo Bar".
 */
#ifndef WINNOW_PAYLOAD_MASK_H
#define WINNOW_PAYLOAD_MASK_H

#include "artifact.h"

/* Bounds of what is looked for at each sub-word, so that masking costs a bounded time a byte. */
enum { MASK_NEEDLES_MAX = 12, MASK_NEEDLE_BYTES_MAX = 80 };
/* The bit in `starts` of the byte that the version starts with. */
enum { MASK_STARTS_VERSION = 1 << MASK_NEEDLES_MAX };

/* A lower-case run of letters and digits to look for. */
struct mask_needle {
    unsigned char bytes[MASK_NEEDLE_BYTES_MAX];
    size_t len;
    unsigned char mark;
    bool in_texts; /* false: too short, or too common a word, to be looked for there */
    bool in_names;
};

struct mask {
    struct mask_needle needles[MASK_NEEDLES_MAX];
    size_t count;
    struct span version;   /* borrowed from the artifact */
    uint16_t starts[256];  /* one bit for each needle that starts with the byte, in either case */
    uint16_t seconds[256]; /* for each whose second byte it is */
    uint16_t names;        /* the bits of those with in_names */
};

/* From the artifact's file name and metadata, which must outlive the mask. */
void mask_begin(struct mask *mask, const struct artifact *artifact);

/* Whether `word` spells the project's name, up to case and separators. */
bool mask_is_project(const struct mask *mask, struct span word);

/* An identifier, dotted or not: names and ids. All of these append; see out->failed. */
void mask_identifier(const struct mask *mask, struct span name, struct buffer *out);
/* A path of "/"-separated names: names, ids, dates and versions; a "/" may stand inside a spelling
 * of the project's name. */
void mask_path(const struct mask *mask, struct span path, struct buffer *out);
/* A text: all of the above list. Runs of white space become one space, none at the ends. */
void mask_text(const struct mask *mask, struct span text, struct buffer *out);

/*
 * A Python source as tokens: comments, docstrings and layout dropped, strings by value and masked,
 * the value of `__version__` and its like masked whole. `arena` takes unescaped strings.
 */
void mask_python(const struct mask *mask, struct arena *arena, struct span source,
                 struct buffer *out);

#endif
