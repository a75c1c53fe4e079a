/*
 * ini: INI text in the way of Python's configparser (RawConfigParser with
 * its defaults, no interpolation): sections, options, full-line comments, values
 * that go on over indented lines. What is no option there is skipped here.
 */
#ifndef WINNOW_EXTRACT_INI_H
#define WINNOW_EXTRACT_INI_H

#include "base/arena.h"

struct ini_item {
    struct span section;
    struct span name;  /* as written, never empty */
    struct span value; /* lines stripped, joined by "\n"; trailing white space removed */
};

struct ini {
    struct ini_item *at; /* in order of appearance, repeats included */
    size_t count;
    size_t capacity;
    uint32_t bad_line; /* the first line that configparser would refuse, from 1; 0: none */
};

/* `delimiters`: the bytes that end an option's name: "=" or "=:". Spans view `text` or live in
 * the arena. False when memory is out. */
bool ini_read(struct arena *arena, struct span text, const char *delimiters, struct ini *ini);

/* The value of an option; `name` is lower case with "_", the file's may have upper case and "-".
 * The last one when several, that of section DEFAULT when the section has none; "" when missing. */
struct span ini_get(const struct ini *ini, const char *section, const char *name);

#endif
