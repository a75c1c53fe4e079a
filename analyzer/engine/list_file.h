/* list_file: the file that --files-from names, open for reading from its start as often as needed.
 */
#ifndef WINNOW_ENGINE_LIST_FILE_H
#define WINNOW_ENGINE_LIST_FILE_H

#include <stdbool.h>

/* "-" is stdin. What cannot be read twice is copied to a temporary file. The caller closes it; -1
 * after a logged message. */
int list_file_open(const char *name);

/* Whether its first path is absolute. */
bool list_file_is_absolute(int fd);

#endif
