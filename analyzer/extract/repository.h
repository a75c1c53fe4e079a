/* repository: the page where a project lives, so that projects that name one page can be told. */
#ifndef WINNOW_EXTRACT_REPOSITORY_H
#define WINNOW_EXTRACT_REPOSITORY_H

#include "artifact.h"

/*
 * Fills metadata->repository from Home-page, else from the Project-URL whose label best says that
 * it is the source or the home, else from the first Project-URL. False when memory is out.
 */
bool repository_find(struct arena *arena, struct artifact_metadata *metadata);

/*
 * Writes `url` as "host/path", lower case: without scheme, user, "www.", query, fragment, slashes
 * and ".git" at the end, at most REPOSITORY_BYTES_MAX. Writes nothing for what is no http(s) page
 * ("UNKNOWN", "http://localhost") or nobody's (a code host without a path).
 */
void repository_normalize(struct span url, struct buffer *out);

#endif
