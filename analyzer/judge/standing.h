/*
 * standing: what speaks for people: projects of theirs that others rely on. A project is
 * established when it holds code, data or compiled modules and is required by others or was
 * released three times. Addresses can be written by anyone, accounts cannot: where a mirror tells a
 * project's owners, only they count.
 */
#ifndef WINNOW_JUDGE_STANDING_H
#define WINNOW_JUDGE_STANDING_H

#include "cluster/traits.h"

struct standing {
    const struct traits *traits;
    bool *is_established; /* by project */
    uint32_t *of_trait;   /* established projects that have a trait */
    uint64_t *brands;     /* hashes of (trait, first word of an established name), sorted */
    size_t brand_count;
    bool *link_is_own; /* by project: whether only its people's projects have its repository */
};

/* False when memory is out. */
bool standing_find(const struct traits *traits, struct standing *standing);
void standing_free(struct standing *standing);

struct known_people {
    uint32_t projects; /* established ones of the same people, beside the project itself */
    bool by_domain;    /* only a domain links them */
};
struct known_people standing_known(const struct standing *standing, uint32_t project);

/* The word of the project's name that is its people's own: the label of an own domain, an owner's
 * account, or the first word of an established project of theirs. SPAN_EMPTY: none. Lives as long
 * as the corpus. */
struct span standing_brand(const struct standing *standing, uint32_t project);

/* The address of its people whose letters before the @ are part of the project's name
 * ("ann.lee7@..." of "example-annlee"). SPAN_EMPTY: none. Lives as long as the corpus. */
struct span standing_own_name(const struct corpus *corpus, uint32_t project);

/* Whether `word` (not empty) stands anywhere in a name: "acme" in "pyacme-core". */
bool name_has(struct span name, struct span word);
/* Up to the first hyphen. */
struct span name_first_word(struct span project);

#endif
