/* tar_member: see tar_member.h. */
#include "unpack/tar_member.h"

#include "base/limits.h"
#include "unpack/member_name.h"
#include "unpack/members.h"

#include <archive.h>
#include <archive_entry.h>
#include <errno.h>

/* The most that is ever handed to a visitor: no less than PYTHON_FILE_BYTES_MAX. */
#define LOOK_BYTES_MAX TEXT_MEMBER_BYTES_MAX

enum outcome tar_damage(struct tar_reading *reading) {
    if (archive_errno(reading->reader) == ENOMEM)
        return unpack_out_of_memory(reading->unpack);
    const char *why = archive_error_string(reading->reader);
    return artifact_fail(reading->unpack->artifact, STATUS_DAMAGED, "tar: %.200s",
                         why != NULL ? why : "damaged");
}

static enum member_type type_of(struct archive_entry *entry) {
    if (archive_entry_hardlink(entry) != NULL || archive_entry_hardlink_utf8(entry) != NULL)
        return MEMBER_HARDLINK;
    switch (archive_entry_filetype(entry)) {
    case AE_IFREG:
        return MEMBER_FILE;
    case AE_IFDIR:
        return MEMBER_DIRECTORY;
    case AE_IFLNK:
        return MEMBER_SYMLINK;
    default:
        return MEMBER_SPECIAL;
    }
}

typedef const char *text_getter(struct archive_entry *entry);

/* libarchive keeps a name as bytes, or as UTF-8 when a pax header says so and the locale (always
 * "C" here) cannot hold it. To ask for UTF-8 costs a conversion. */
static struct span text_of(struct archive_entry *entry, text_getter *bytes, text_getter *utf8) {
    const char *text = bytes(entry);
    if (text == NULL)
        text = utf8(entry);
    return text != NULL ? span_text(text) : SPAN_EMPTY;
}

static struct span target_of(struct archive_entry *entry, enum member_type type) {
    if (type == MEMBER_SYMLINK)
        return text_of(entry, archive_entry_symlink, archive_entry_symlink_utf8);
    if (type == MEMBER_HARDLINK)
        return text_of(entry, archive_entry_hardlink, archive_entry_hardlink_utf8);
    return SPAN_EMPTY;
}

static void tally_type(struct unpack *unpack, const struct member *member, struct span target) {
    struct tallies *tallies = &unpack->tallies;
    bool soft = member->type == MEMBER_SYMLINK;
    if (member->type == MEMBER_SPECIAL)
        tally(tallies, CODE_TAR_SPECIAL, member->name);
    if (!soft && member->type != MEMBER_HARDLINK)
        return;
    tally(tallies, CODE_TAR_LINKS, member->name);
    /* A symbolic link starts in its directory, a hard link at the archive's root. */
    if (link_leaves_root(soft ? member->path : SPAN_EMPTY, target))
        tally(tallies, CODE_TAR_LINK_OUTSIDE, member->name);
}

static enum outcome add_member(struct tar_reading *reading, struct archive_entry *entry,
                               struct member **member) {
    struct unpack *unpack = reading->unpack;
    struct span name = text_of(entry, archive_entry_pathname, archive_entry_pathname_utf8);
    struct span copy;
    /* The list refuses longer names; no need to keep a whole one for that. */
    if (!arena_copy(unpack->artifact->arena, span_slice(name, 0, MEMBER_NAME_BYTES_MAX + 1), &copy))
        return unpack_out_of_memory(unpack);
    enum outcome outcome = members_add(unpack, copy, false, member);
    if (outcome != OUTCOME_OK)
        return outcome;
    (*member)->type = type_of(entry);
    la_int64_t size = archive_entry_size(entry);
    (*member)->size = (*member)->type == MEMBER_FILE && size > 0 ? (uint64_t)size : 0;
    tally_type(unpack, *member, target_of(entry, (*member)->type));
    return OUTCOME_OK;
}

/* --- contents ------------------------------------------------------------------------------- */

struct contents {
    uint64_t at; /* how much of the member was seen */
    uint32_t crc;
    bool gather;      /* the bytes are wanted, not only their CRC */
    struct span view; /* of the first block, in memory */
};

/* What a sparse file leaves out. */
static enum outcome add_zeros(struct tar_reading *reading, struct contents *contents,
                              uint64_t count) {
    static const unsigned char zeros[64 * 1024];
    while (count > 0) {
        size_t step = count < sizeof zeros ? (size_t)count : sizeof zeros;
        if (budget_spend(&reading->unpack->budget, step) != OUTCOME_OK)
            return SKIP_ARTIFACT;
        contents->crc = crc32_add(contents->crc, span_of(zeros, step));
        if (contents->gather)
            buffer_add(&reading->gathered, span_of(zeros, step));
        contents->at += step;
        count -= step;
    }
    return OUTCOME_OK;
}

static enum outcome add_block(struct tar_reading *reading, const struct member *member,
                              struct contents *contents, struct span block, uint64_t offset) {
    if (offset < contents->at || offset > member->size || block.len > member->size - offset)
        return artifact_fail(reading->unpack->artifact, STATUS_DAMAGED,
                             "tar: the pieces of a member do not fit together");
    if (offset > contents->at) {
        enum outcome outcome = add_zeros(reading, contents, offset - contents->at);
        if (outcome != OUTCOME_OK)
            return outcome;
    }
    contents->crc = crc32_add(contents->crc, block);
    if (contents->at == 0 && block.len == member->size && reading->in_memory)
        contents->view = block;
    else if (contents->gather)
        buffer_add(&reading->gathered, block);
    contents->at += block.len;
    return OUTCOME_OK;
}

static enum outcome read_contents(struct tar_reading *reading, const struct member *member,
                                  struct contents *contents) {
    buffer_clear(&reading->gathered);
    for (;;) {
        const void *at;
        size_t len;
        la_int64_t offset;
        int code = archive_read_data_block(reading->reader, &at, &len, &offset);
        if (code == ARCHIVE_EOF)
            break;
        /* RETRY is what libarchive calls a header whose sum is wrong: what follows is guesswork. */
        if (code == ARCHIVE_RETRY || code < ARCHIVE_WARN)
            return tar_damage(reading);
        if (len == 0)
            continue;
        enum outcome outcome =
            add_block(reading, member, contents, span_of(at, len), (uint64_t)offset);
        if (outcome != OUTCOME_OK)
            return outcome;
    }
    return add_zeros(reading, contents, member->size - contents->at);
}

static enum outcome keep(struct tar_reading *reading, struct member *member, struct span bytes,
                         bool is_view) {
    member->bytes = bytes;
    if (!is_view && !arena_copy(reading->unpack->artifact->arena, bytes, &member->bytes))
        return unpack_out_of_memory(reading->unpack);
    member->kept = true;
    return OUTCOME_OK;
}

static enum member_wish wish_for(const struct archive_visitor *visitor,
                                 const struct member *member) {
    enum member_wish wish = WISH_CRC;
    if (visitor != NULL && visitor->offer != NULL)
        wish = visitor->offer(visitor->context, member);
    if (member->type != MEMBER_FILE)
        return WISH_SKIP;
    bool look = wish == WISH_LOOK && visitor->look != NULL && member->size <= LOOK_BYTES_MAX;
    return wish == WISH_LOOK && !look ? WISH_CRC : wish;
}

static enum outcome visit(struct tar_reading *reading, struct member *member) {
    const struct archive_visitor *visitor = reading->unpack->visitor;
    enum member_wish wish = wish_for(visitor, member);
    if (wish == WISH_SKIP)
        return OUTCOME_OK;
    struct contents contents = {.gather = wish == WISH_LOOK};
    enum outcome outcome = read_contents(reading, member, &contents);
    if (outcome != OUTCOME_OK)
        return outcome;
    member->crc32 = contents.crc;
    if (wish != WISH_LOOK)
        return OUTCOME_OK;
    if (reading->gathered.failed)
        return unpack_out_of_memory(reading->unpack);
    bool is_view = contents.view.len > 0;
    struct span bytes = is_view ? contents.view : buffer_span(&reading->gathered);
    if (!visitor->look(visitor->context, member, bytes))
        return OUTCOME_OK;
    return keep(reading, member, bytes, is_view);
}

/* --- a plain tar ---------------------------------------------------------------------------- */

static void visit_plain(const struct archive_visitor *visitor, struct member *member,
                        struct span bytes) {
    enum member_wish wish = wish_for(visitor, member);
    if (wish == WISH_SKIP)
        return;
    member->bytes = bytes;
    member->not_summed = true;
    member->kept = wish == WISH_LOOK && visitor->look(visitor->context, member, bytes);
}

enum outcome tar_read_plain(struct tar_reading *reading, const struct plain_tar *plain) {
    struct unpack *unpack = reading->unpack;
    enum outcome outcome = members_reserve(unpack, plain->count);
    for (size_t i = 0; i < plain->count && outcome == OUTCOME_OK; i++) {
        const struct plain_member *found = &plain->members[i];
        struct member *member = NULL;
        outcome = members_add(unpack, found->name, false, &member);
        if (outcome != OUTCOME_OK || member == NULL)
            return outcome;
        member->type = found->type;
        member->size = found->bytes.len;
        tally_type(unpack, member, found->target);
        visit_plain(unpack->visitor, member, found->bytes);
    }
    return outcome;
}

/* --- through libarchive --------------------------------------------------------------------- */

static bool has_name(struct archive_entry *entry) {
    return archive_entry_pathname(entry) != NULL || archive_entry_pathname_utf8(entry) != NULL;
}

/* A name that the "C" locale cannot hold is no fault: its bytes are there all the same. */
static bool is_charset_warning(const char *text) {
    return text != NULL && strstr(text, "convert") != NULL;
}

enum outcome tar_read_members(struct tar_reading *reading) {
    for (;;) {
        struct archive_entry *entry;
        int code = archive_read_next_header(reading->reader, &entry);
        if (code == ARCHIVE_EOF)
            return OUTCOME_OK;
        /* RETRY is what libarchive calls a header whose sum is wrong: what follows is guesswork. */
        if (code == ARCHIVE_RETRY || code < ARCHIVE_WARN)
            return tar_damage(reading);
        if (code == ARCHIVE_WARN && !has_name(entry))
            return tar_damage(reading); /* special headers, and no member behind them */
        struct member *member = NULL;
        enum outcome outcome = add_member(reading, entry, &member);
        if (outcome != OUTCOME_OK || member == NULL)
            return outcome;
        la_int64_t at = archive_read_header_position(reading->reader);
        tar_headers_compare(reading->headers, (uint64_t)at, member->name);
        if (code == ARCHIVE_WARN && !is_charset_warning(archive_error_string(reading->reader)))
            tally(&reading->unpack->tallies, CODE_TAR_WARNING, member->name);
        outcome = visit(reading, member);
        if (outcome != OUTCOME_OK)
            return outcome;
    }
}

void tar_reading_end(struct tar_reading *reading) {
    if (reading->reader != NULL)
        archive_read_free(reading->reader);
    tar_headers_free(reading->headers);
    buffer_free(&reading->gathered);
}
