/* mask: see mask.h. Names and texts; Python sources are in mask_python.c. */
#include "payload/mask.h"

#include <limits.h>

#include "payload/mask_pattern.h"
#include "payload/mask_words.h"

/* A person is named in full, a login may be any short word. */
enum { NAME_BYTES_MIN = 2, LOGIN_BYTES_MIN = 4 };

/* --- what to look for ----------------------------------------------------------------------- */

static void add_byte(uint16_t *table, unsigned char byte, size_t needle) {
    table[byte] |= (uint16_t)(1U << needle);
    if (byte >= 'a' && byte <= 'z')
        table[byte - 'a' + 'A'] = table[byte];
}

/* `len_min`: shorter spellings are too likely to be in a text by chance. */
static void add_needle(struct mask *mask, struct span spelling, unsigned char mark,
                       size_t len_min) {
    if (mask->count == MASK_NEEDLES_MAX)
        return;
    struct mask_needle *needle = &mask->needles[mask->count];
    *needle = (struct mask_needle){.mark = mark};
    for (size_t i = 0; i < spelling.len; i++) {
        if (!is_word_byte(spelling.at[i]))
            continue;
        if (needle->len == MASK_NEEDLE_BYTES_MAX)
            return; /* no honest name is that long, and a part of one would match too much */
        needle->bytes[needle->len++] = ascii_lower(spelling.at[i]);
    }
    struct span word = span_of(needle->bytes, needle->len);
    bool project = mark == MARK_PROJECT;
    needle->in_texts = needle->len >= len_min;
    needle->in_names = project && word.len >= NAME_BYTES_MIN && !mask_word_is_common(word);
    if (needle->len == 0 || (!project && (!needle->in_texts || mask_word_is_common(word))))
        return;
    for (size_t i = 0; i < mask->count; i++)
        if (span_equal(span_of(mask->needles[i].bytes, mask->needles[i].len), word))
            return;
    add_byte(mask->starts, needle->bytes[0], mask->count);
    if (needle->len > 1)
        add_byte(mask->seconds, needle->bytes[1], mask->count);
    if (needle->in_names)
        mask->names |= (uint16_t)(1U << mask->count);
    mask->count++;
}

/* The names of "Ann <ann@host>, Bob <bob@host>", and what stands before each @. */
static void add_people(struct mask *mask, struct span field) {
    struct span person;
    while (span_next_piece(&field, ',', &person)) {
        size_t angle = span_find(person, '<');
        struct span address = angle < person.len ? span_from(person, angle + 1) : person;
        size_t sign = span_find(address, '@');
        if (sign < address.len)
            add_needle(mask, span_slice(address, 0, sign), MARK_PERSON, LOGIN_BYTES_MIN);
        if (angle < person.len || sign == address.len)
            add_needle(mask, span_slice(person, 0, angle), MARK_PERSON, NAME_BYTES_MIN);
    }
}

void mask_begin(struct mask *mask, const struct artifact *artifact) {
    mask->count = 0;
    mask->names = 0;
    memset(mask->starts, 0, sizeof mask->starts);
    memset(mask->seconds, 0, sizeof mask->seconds);
    const struct artifact_metadata *metadata = &artifact->metadata;
    add_needle(mask, artifact->file.project, MARK_PROJECT, NAME_BYTES_MIN);
    add_needle(mask, metadata->name, MARK_PROJECT, NAME_BYTES_MIN);
    add_people(mask, metadata->author);
    add_people(mask, metadata->author_email);
    add_people(mask, metadata->maintainer);
    add_people(mask, metadata->maintainer_email);
    struct span version = metadata->version.len > 0 ? metadata->version : artifact->file.version;
    mask->version = version.len >= 3 ? version : SPAN_EMPTY;
    if (mask->version.len > 0)
        mask->starts[version.at[0]] |= MASK_STARTS_VERSION;
}

/* --- sub-words ------------------------------------------------------------------------------ */

static bool is_upper(unsigned char c) {
    return c >= 'A' && c <= 'Z';
}
static bool is_lower(unsigned char c) {
    return c >= 'a' && c <= 'z';
}

/* Whether a sub-word starts at the word byte `at`: "fooBar" and "HTTPServer" have two. */
static bool starts_subword(struct span text, size_t at) {
    if (at == 0 || !is_word_byte(text.at[at - 1]))
        return true;
    unsigned char before = text.at[at - 1];
    if (!is_upper(text.at[at]))
        return false;
    return is_lower(before) || ascii_is_digit(before) ||
           (is_upper(before) && at + 1 < text.len && is_lower(text.at[at + 1]));
}

static bool ends_subword(struct span text, size_t at) {
    return at == text.len || !is_word_byte(text.at[at]) || starts_subword(text, at);
}

/* Length of the needle's spelling at `at`, a start of a sub-word; 0 when it is not there. */
static size_t match_needle(const struct mask_needle *needle, struct span text, size_t at,
                           const char *separators) {
    size_t i = at;
    for (size_t n = 0; n < needle->len; n++, i++) {
        if (n > 0 && i + 1 < text.len && !is_word_byte(text.at[i]) && text.at[i] != 0 &&
            strchr(separators, text.at[i]) != NULL)
            i++;
        if (i >= text.len || ascii_lower(text.at[i]) != needle->bytes[n])
            return 0;
    }
    return ends_subword(text, i) ? i - at : 0;
}

/* The needles that the first two bytes at `at` allow, a bit each, and the bit of the version. What
 * is looked for has two bytes at least; only separators may stand between them. */
static unsigned candidates_at(const struct mask *mask, struct span text, size_t at) {
    unsigned candidates = mask->starts[text.at[at]];
    bool adjacent = at + 1 < text.len && is_word_byte(text.at[at + 1]);
    unsigned second = adjacent ? mask->seconds[text.at[at + 1]] : UINT_MAX;
    return candidates & (second | MASK_STARTS_VERSION);
}

/* The longest needle at `at`; `texts`: those for texts, else those for names. */
static size_t match_needles(const struct mask *mask, struct span text, size_t at, bool texts,
                            const char *separators, unsigned char *mark) {
    size_t longest = 0;
    unsigned candidates = candidates_at(mask, text, at);
    if (candidates == 0 || !starts_subword(text, at))
        return 0;
    for (size_t n = 0; n < mask->count && candidates != 0; n++, candidates >>= 1) {
        const struct mask_needle *needle = &mask->needles[n];
        if ((candidates & 1) == 0)
            continue;
        if (texts ? !needle->in_texts : !needle->in_names)
            continue;
        size_t len = match_needle(needle, text, at, separators);
        if (len > longest) {
            longest = len;
            *mark = needle->mark;
        }
    }
    return longest;
}

bool mask_is_project(const struct mask *mask, struct span word) {
    for (size_t n = 0; n < mask->count; n++)
        if (mask->needles[n].mark == MARK_PROJECT && word.len > 0 && is_word_byte(word.at[0]) &&
            match_needle(&mask->needles[n], word, 0, "-_. /") == word.len)
            return true;
    return false;
}

/* Word bytes that go on a sub-word, whatever comes before them. */
static const bool goes_on[256] = {
    ['0' ... '9'] = true, ['a' ... 'z'] = true, [0x80 ... 0xff] = true};

/* The place behind the word byte at `at` and those after it that start no sub-word. */
static size_t skip_subword(struct span text, size_t at) {
    do
        at++;
    while (at < text.len && goes_on[text.at[at]]);
    return at;
}

/* Writes what stays as it is, text from `plain` to `at`, and a mark in place of what follows. */
static void write_mark(struct span text, size_t plain, size_t at, unsigned char mark,
                       struct buffer *out) {
    buffer_add(out, span_slice(text, plain, at));
    buffer_add_byte(out, mark);
}

/* --- names ---------------------------------------------------------------------------------- */

/* Length and mark of what is masked at the word byte `at` of a name. */
static size_t match_name(const struct mask *mask, struct span text, size_t at,
                         const char *separators, bool ids_only, unsigned char *mark) {
    if ((candidates_at(mask, text, at) & mask->names) != 0) {
        size_t len = match_needles(mask, text, at, false, separators, mark);
        if (len > 0)
            return len;
    }
    if (at > 0 && is_word_byte(text.at[at - 1]))
        return 0;
    if (!ids_only)
        return pattern_match(text, at, mark);
    return pattern_may_be_id(text, at) ? pattern_id(text, at, mark) : 0;
}

static inline void mask_names(const struct mask *mask, struct span text, const char *separators,
                              bool ids_only, struct buffer *out) {
    size_t at = 0;
    size_t plain = 0; /* from here on nothing is written yet */
    while (at < text.len) {
        unsigned char mark = 0;
        if (!is_word_byte(text.at[at])) {
            at++;
            continue;
        }
        size_t len = match_name(mask, text, at, separators, ids_only, &mark);
        if (len > 0) {
            write_mark(text, plain, at, mark, out);
            plain = at += len;
        } else {
            at = skip_subword(text, at);
        }
    }
    buffer_add(out, span_from(text, plain));
}

void mask_identifier(const struct mask *mask, struct span name, struct buffer *out) {
    mask_names(mask, name, "_.", true, out);
}

/* The top folder or module, up to its endings. */
static struct span top_of(struct span path) {
    size_t slash = span_find(path, '/');
    return span_slice(path, 0, slash < path.len ? slash : span_find(path, '.'));
}

/* The top is a name of its own, so that even a common word is the project's there. */
void mask_path(const struct mask *mask, struct span path, struct buffer *out) {
    struct span top = top_of(path);
    bool project = mask_is_project(mask, top);
    if (project)
        buffer_add_byte(out, MARK_PROJECT);
    mask_names(mask, span_from(path, project ? top.len : 0), "-_. /", false, out);
}

/* --- texts ---------------------------------------------------------------------------------- */

/* Length and mark of what is masked at the word byte `at`. */
static size_t match_any(const struct mask *mask, struct span text, size_t at, unsigned char *mark) {
    unsigned candidates = candidates_at(mask, text, at);
    if (candidates == 0 && !pattern_may_start(text, at))
        return 0;
    size_t len = candidates != 0 ? match_needles(mask, text, at, true, "-_. ", mark) : 0;
    if (len > 0 || (at > 0 && is_word_byte(text.at[at - 1])))
        return len;
    struct span version = mask->version;
    if (version.len > 0 && version.at[0] == text.at[at] &&
        span_equal(span_slice(text, at, at + version.len), version) &&
        (at + version.len == text.len || !is_word_byte(text.at[at + version.len]))) {
        *mark = MARK_VERSION;
        return version.len;
    }
    return pattern_match(text, at, mark);
}

/* The place behind the white space at `at`, which becomes one space. */
static size_t write_space(struct span text, size_t *plain, size_t at, struct buffer *out) {
    size_t end = at + 1;
    while (ascii_is_space(text.at[end]))
        end++; /* ends: the text is trimmed */
    if (end > at + 1 || text.at[at] != ' ') {
        write_mark(text, *plain, at, ' ', out);
        *plain = end;
    }
    return end;
}

/* Length of the address that starts at `at`; 0 when there is none. `*next`: where one may start. */
static size_t match_address(struct span text, size_t at, size_t *next) {
    if (at > *next) /* something that was masked reached into it */
        *next = pattern_next_address(text, at);
    if (at < *next)
        return 0;
    size_t scanned = at;
    size_t len = pattern_address(text, at, &scanned);
    *next = pattern_next_address(text, scanned);
    return len;
}

void mask_text(const struct mask *mask, struct span text, struct buffer *out) {
    text = span_trim(text);
    size_t address_at = pattern_next_address(text, 0);
    size_t at = 0;
    size_t plain = 0; /* from here on nothing is written yet */
    while (at < text.len) {
        unsigned char mark = MARK_ADDRESS;
        size_t len = 0;
        if (ascii_is_space(text.at[at]))
            at = write_space(text, &plain, at, out);
        if (at >= address_at)
            len = match_address(text, at, &address_at);
        bool word = is_word_byte(text.at[at]);
        if (len == 0 && word)
            len = match_any(mask, text, at, &mark);
        if (len > 0) {
            write_mark(text, plain, at, mark, out);
            plain = at += len;
        } else {
            at = word ? skip_subword(text, at) : at + 1;
        }
    }
    buffer_add(out, span_from(text, plain));
}
