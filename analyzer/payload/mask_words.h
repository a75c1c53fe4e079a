/* mask_words: words too common in sources to be taken for a project's name there. */
#ifndef WINNOW_PAYLOAD_MASK_WORDS_H
#define WINNOW_PAYLOAD_MASK_WORDS_H

#include "base/span.h"

/* `word` in lower case, letters and digits only: keywords, built-ins, and the words that any source
 * or address uses. */
bool mask_word_is_common(struct span word);

/* Names whose assigned value says who, when and which version: `__version__`, `AUTHOR`, ... */
bool mask_word_is_metadata(struct span name);

#endif
