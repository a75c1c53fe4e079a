/* name: project names and versions as the index compares them. */
#ifndef WINNOW_MIRROR_NAME_H
#define WINNOW_MIRROR_NAME_H

#include "base/arena.h"

/* PEP 503: runs of -, _ and . become one -, ASCII lower case. False when memory is out. */
bool project_normalize(struct arena *arena, struct span name, struct span *normalized);

/* Whether two spellings normalise to the same project. */
bool project_same(struct span a, struct span b);

/* Whether PEP 440 reads `text` as a version, in any of the spellings it accepts. */
bool version_is_valid(struct span text);

/* PEP 440 equality of two versions ("1.0" and "1.0.0", "1.0-RC1" and "1.0rc1"); bytewise equality
 * (ASCII case ignored) when either is not PEP 440. */
bool version_same(struct span a, struct span b);

/* PEP 440 order: <0, 0, >0; 0 is version_same. What is not PEP 440 sorts before what is, bytewise
 * among itself (ASCII case ignored). */
int version_compare(struct span a, struct span b);

/* The first number of the release, the epoch aside: 2025 of "1!2025.1". UINT32_MAX when it is
 * larger than that, 0 when the text is not PEP 440. */
uint32_t version_major(struct span text);

#endif
