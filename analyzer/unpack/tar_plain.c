/* tar_plain: see tar_plain.h. When in doubt, a tar is not plain: that costs time and nothing else.
 */
#include "unpack/tar_plain.h"

#include "base/limits.h"
#include "base/text.h"
#include "unpack/magic.h"
#include "unpack/tar_layout.h"
#include "unpack/tar_pax.h"

struct walk {
    struct arena *arena;
    struct span rest; /* of the tar */
    struct plain_tar *tar;
    size_t capacity;
    const unsigned char *judged[2]; /* the latest plain header: of a member, and an extended one */
};

/* A header and what belongs to it. */
struct entry {
    struct span head;
    struct span bytes;
};

/* --- fields --------------------------------------------------------------------------------- */

/* Octal digits, then one NUL or space, or several. Of eleven digits at most: 8 GiB. */
static bool read_octal(struct span field, uint64_t *value) {
    size_t i = 0;
    *value = 0;
    for (; i < field.len && field.at[i] >= '0' && field.at[i] <= '7'; i++)
        *value = *value << 3 | (uint64_t)(field.at[i] - '0');
    if (i == 0 || i == field.len)
        return false;
    while (i < field.len && (field.at[i] == 0 || field.at[i] == ' '))
        i++;
    return i == field.len;
}

static bool is_ascii(struct span text) {
    for (size_t i = 0; i < text.len; i++)
        if (text.at[i] < ' ' || text.at[i] > '~')
            return false;
    return true;
}

/* Mode, owner and group; of a device nothing, or zero. */
static bool numbers_are_plain(struct span head) {
    static const struct {
        size_t at;
        size_t len;
        bool may_lack;
    } fields[] = {{TAR_MODE_AT, 8, false},
                  {TAR_MODE_AT + 8, 8, false},
                  {TAR_MODE_AT + 16, 8, false},
                  {TAR_DEVICE_AT, 8, true},
                  {TAR_DEVICE_AT + 8, 8, true}};
    for (size_t i = 0; i < sizeof fields / sizeof fields[0]; i++) {
        struct span field = span_slice(head, fields[i].at, fields[i].at + fields[i].len);
        uint64_t ignored;
        if (!read_octal(field, &ignored) && !(fields[i].may_lack && all_zero(field)))
            return false;
    }
    return true;
}

/* POSIX, or GNU without what it keeps in the place of the prefix. */
static bool format_is_plain(struct span head) {
    const unsigned char *magic = head.at + TAR_MAGIC_AT;
    struct span prefix = span_slice(head, TAR_PREFIX_AT, TAR_BLOCK_BYTES);
    return memcmp(magic, "ustar\00000", 8) == 0 ||
           (memcmp(magic, "ustar  ", 8) == 0 && all_zero(prefix));
}

static bool owners_are_plain(struct span head) {
    struct span owners = span_slice(head, TAR_OWNERS_AT, TAR_OWNERS_AT + TAR_OWNERS_BYTES);
    struct span user = span_slice(owners, 0, TAR_OWNERS_BYTES / 2);
    struct span group = span_from(owners, TAR_OWNERS_BYTES / 2);
    return is_ascii(tar_text(user)) && is_ascii(tar_text(group));
}

/* The fields that most headers of a tar have from the one before. */
static bool repeats(const unsigned char *head, const unsigned char *judged) {
    return memcmp(head + TAR_MODE_AT, judged + TAR_MODE_AT, TAR_SIZE_AT - TAR_MODE_AT) == 0 &&
           memcmp(head + TAR_MAGIC_AT, judged + TAR_MAGIC_AT, TAR_BLOCK_BYTES - TAR_MAGIC_AT) == 0;
}

static bool head_is_plain(struct walk *walk, struct span head) {
    unsigned char type = head.at[TAR_TYPE_AT];
    const unsigned char **judged = &walk->judged[type == 'x'];
    uint64_t time;
    if (tar_header_sum(head) != TAR_SUM_RIGHT || (head.at[TAR_LINK_AT] != 0) != (type == '2') ||
        !read_octal(span_of(head.at + TAR_TIME_AT, TAR_TIME_BYTES), &time))
        return false;
    if (*judged != NULL && repeats(head.at, *judged))
        return true;
    *judged = head.at;
    return format_is_plain(head) && numbers_are_plain(head) && owners_are_plain(head);
}

/* Prefix, slash and name. */
static bool read_name(struct walk *walk, struct span head, struct span *name) {
    *name = tar_text(span_slice(head, 0, TAR_NAME_BYTES));
    struct span prefix =
        tar_text(span_slice(head, TAR_PREFIX_AT, TAR_PREFIX_AT + TAR_PREFIX_BYTES));
    if (prefix.len == 0)
        return true;
    unsigned char *joined = arena_alloc_raw(walk->arena, prefix.len + 1 + name->len);
    if (joined == NULL || span_ends(prefix, "/") || name->len == 0)
        return false;
    memcpy(joined, prefix.at, prefix.len);
    joined[prefix.len] = '/';
    memcpy(joined + prefix.len + 1, name->at, name->len);
    *name = span_of(joined, prefix.len + 1 + name->len);
    return true;
}

/* --- headers -------------------------------------------------------------------------------- */

/* Cuts the next header and its contents off the rest. */
static bool next_entry(struct walk *walk, struct entry *entry) {
    entry->head = span_slice(walk->rest, 0, TAR_BLOCK_BYTES);
    uint64_t size;
    if (entry->head.len < TAR_BLOCK_BYTES || !head_is_plain(walk, entry->head) ||
        !read_octal(span_slice(entry->head, TAR_SIZE_AT, TAR_SIZE_AT + TAR_SIZE_BYTES), &size))
        return false;
    size_t room = walk->rest.len - TAR_BLOCK_BYTES;
    uint64_t padded = (size + TAR_BLOCK_BYTES - 1) / TAR_BLOCK_BYTES * TAR_BLOCK_BYTES;
    if (padded > room)
        return false;
    entry->bytes = size > 0 ? span_of(entry->head.at + TAR_BLOCK_BYTES, (size_t)size) : SPAN_EMPTY;
    walk->rest = span_from(walk->rest, TAR_BLOCK_BYTES + (size_t)padded);
    return true;
}

static bool type_of(unsigned char flag, enum member_type *type) {
    *type = flag == '2' ? MEMBER_SYMLINK : flag == '5' ? MEMBER_DIRECTORY : MEMBER_FILE;
    return flag == '0' || *type != MEMBER_FILE;
}

static bool add_member(struct walk *walk, const struct entry *entry, struct span name) {
    struct plain_tar *tar = walk->tar;
    enum member_type type;
    struct span target = tar_text(span_of(entry->head.at + TAR_LINK_AT, TAR_LINK_BYTES));
    if (!type_of(entry->head.at[TAR_TYPE_AT], &type) ||
        (type != MEMBER_FILE && entry->bytes.len > 0) || name.len == 0 ||
        name.len > MEMBER_NAME_BYTES_MAX || !is_ascii(name) || !is_ascii(target) ||
        (type != MEMBER_DIRECTORY && name.at[name.len - 1] == '/'))
        return false;
    struct plain_member *member = arena_push(walk->arena, (void **)&tar->members, &tar->count,
                                             &walk->capacity, sizeof *member);
    if (member == NULL)
        return false;
    *member = (struct plain_member){type, name, entry->bytes, target};
    return true;
}

static bool take_member(struct walk *walk) {
    struct entry entry;
    struct span path = SPAN_EMPTY;
    struct span name;
    if (!next_entry(walk, &entry))
        return false;
    if (entry.head.at[TAR_TYPE_AT] == 'x' &&
        (!pax_is_plain(entry.bytes, &path) || !next_entry(walk, &entry)))
        return false;
    return read_name(walk, entry.head, &name) &&
           add_member(walk, &entry, path.len > 0 ? path : name);
}

static bool take_all(struct walk *walk) {
    enum { END_BYTES = 2 * TAR_BLOCK_BYTES };
    while (walk->rest.len >= END_BYTES && walk->rest.at[0] != 0)
        if (!take_member(walk))
            return false;
    return walk->tar->count > 0 && walk->rest.len >= END_BYTES && all_zero(walk->rest);
}

bool tar_plain_read(struct arena *arena, struct span whole, struct plain_tar *tar) {
    *tar = (struct plain_tar){NULL, 0};
    struct walk walk = {.arena = arena, .rest = whole, .tar = tar};
    struct arena_mark mark = arena_mark(arena);
    bool plain = take_all(&walk);
    if (!plain)
        arena_rewind(arena, mark);
    return plain;
}
