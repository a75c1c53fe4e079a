/*
 * list_text: a list of texts as one JSON array, rows of texts as an array of arrays: the form in
 * which the state keeps short lists, so that a researcher may open them with SQLite's json_each().
 */
#ifndef WINNOW_FACTS_LIST_TEXT_H
#define WINNOW_FACTS_LIST_TEXT_H

#include "base/buffer.h"
#include "base/list.h"

/* Appends the list; nothing for an empty one. Bytes that are no UTF-8 become U+FFFD. */
void list_text_add(struct buffer *out, const struct span_list *list);

/*
 * Reads what list_text_add wrote (or any JSON array of strings); "" is an empty list. Items view
 * `text` where they can, else the arena. False when the text is something else or memory is out.
 */
bool list_text_read(struct arena *arena, struct span text, struct span_list *list);

/* Appends a row of `count` texts (at least one); rows_text_end comes behind the last. Bytes that
 * are no UTF-8 stay as they are. */
void rows_text_add(struct buffer *out, const struct span *items, size_t count, bool first);
void rows_text_end(struct buffer *out);

/* Reads rows of `count` texts each, one behind the other, as list_text_read does; "" has none. */
bool rows_text_read(struct arena *arena, struct span text, size_t count, struct span_list *items);

#endif
