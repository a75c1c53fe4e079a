/*
 * index_url: where on disk the file lies that an index page links to. Urls are
 * as hostile as archives: no result ever leaves the mirror's root.
 */
#ifndef WINNOW_MIRROR_INDEX_URL_H
#define WINNOW_MIRROR_INDEX_URL_H

#include "base/buffer.h"

/*
 * Writes to `path` (cleared first) the path of `url` relative to the mirror's root:
 * - a url that ends in "packages/<2>/<2>/<60>/<file>" (how the index itself and bandersnatch name
 *   files, with any host or any number of "..") lies in the `packages` folder beside the page's
 *   `simple` folder: "web/simple/f/foo" gives "web/packages/...";
 * - other relative urls are resolved against `page_folder`;
 * - all else ("http://elsewhere/file", "/file", more ".." than folders, a NUL, an encoded "/")
 * gives
 *   "".
 * Percent-encoding is decoded, query and fragment are dropped. `path` is "" with failed set when
 * memory is out.
 */
void index_url_path(struct span url, struct span page_folder, struct buffer *path);

/* What a "#sha256=..." fragment states, not checked; "" when there is none. */
struct span index_url_sha256(struct span url);

#endif
