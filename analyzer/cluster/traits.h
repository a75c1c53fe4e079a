/*
 * traits: what projects may share beside their being empty, as groups: which projects have each
 * trait, and which traits each project has. Traits of one family say much the same thing; those of
 * different families are independent, more or less, and it takes two of these to join projects.
 *
 *   payload   what was uploaded: exactly the same, or similar
 *   metadata  exactly the same, or similar
 *   people    who says to be behind it: addresses, domains (mail providers aside), the shape of an
 *             address with digits ("a.99@post.example"), owner accounts
 *   names     the first and the last word of the project's name; of a short one, its length
 *
 * Time, and whether a name is taken from a command, are no groups: see burst.h and collisions.h.
 */
#ifndef WINNOW_CLUSTER_TRAITS_H
#define WINNOW_CLUSTER_TRAITS_H

#include "cluster/group.h"
#include "cluster/near.h"

enum trait_type {
    TRAIT_PAYLOAD,
    TRAIT_SIMILAR_PAYLOAD,
    TRAIT_METADATA,
    TRAIT_SIMILAR_METADATA,
    TRAIT_ADDRESS,
    TRAIT_DOMAIN,
    TRAIT_SHAPE,
    TRAIT_OWNER,
    TRAIT_WORD
};

enum trait_family { FAMILY_PAYLOAD, FAMILY_METADATA, FAMILY_PEOPLE, FAMILY_NAMES, TRAIT_FAMILIES };

static inline enum trait_family trait_family(enum trait_type type) {
    if (type >= TRAIT_ADDRESS)
        return type == TRAIT_WORD ? FAMILY_NAMES : FAMILY_PEOPLE;
    return type < TRAIT_METADATA ? FAMILY_PAYLOAD : FAMILY_METADATA;
}

struct trait {
    uint64_t key; /* type above TRAIT_VALUE_BITS, then a number within the type */
    struct group group;
};

enum { TRAIT_VALUE_BITS = 60 };

static inline enum trait_type trait_type(const struct trait *trait) {
    return (enum trait_type)(trait->key >> TRAIT_VALUE_BITS);
}

struct traits {
    const struct corpus *corpus;
    struct arena *arena;
    struct trait *at; /* sorted by key; each with two projects at least */
    uint32_t count;
    uint32_t *members;    /* what the groups point into */
    uint32_t *starts;     /* traits of project i: of_project[starts[i]] up to starts[i + 1] */
    uint32_t *of_project; /* ascending within a project */
    bool *has_people;     /* whether a project names anybody at all */
    struct strings shapes;
    struct strings words; /* "acme-", "-core", "length-3" */
};

/* False when memory is out. */
bool traits_find(const struct corpus *corpus, const struct near_groups *similar_payloads,
                 const struct near_groups *similar_metadata, struct traits *traits);
void traits_free(struct traits *traits);

/* Appends "payload:1a2b3c4d", "domain:example.org"...: the first 8 hex digits of signatures, texts
 * as they are. */
void trait_write(const struct traits *traits, const struct trait *trait, struct buffer *out);

/* Appends the shape of an address: letters of the local part become "a" (a run of them one), each
 * digit "9"; the domain stays. */
void address_shape(struct span address, struct buffer *out);

#endif
