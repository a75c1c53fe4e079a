/*
 * archive: one archive as a list of members, whatever its format. A ZIP is
 * read from its directory and members are inflated when asked for; a tar
 * streams by once, and a visitor says on the way what to look at and what to
 * keep. Nothing is written to disk, no name from an archive is ever opened.
 */
#ifndef WINNOW_UNPACK_ARCHIVE_H
#define WINNOW_UNPACK_ARCHIVE_H

#include "artifact.h"

/* Links and special files are a tar's only. */
enum member_type { MEMBER_FILE, MEMBER_DIRECTORY, MEMBER_SYMLINK, MEMBER_HARDLINK, MEMBER_SPECIAL };

struct member {
    struct span name; /* as stored, borrowed from the archive */
    struct span path; /* name without ".", doubled and trailing slashes and (sdists) the root
                         directory; "" for the root itself, and for names that would leave it
                         (absolute, "..") */
    uint64_t size;    /* bytes; ZIP: as declared by the directory; tar: as declared by the header */
    uint32_t crc32;   /* of the contents, unless not summed: ask archive_crc32() */
    enum member_type type;
    uint8_t verdict;   /* of the visitor's look, meaning is the visitor's */
    bool shadowed;     /* a later member has the same path: this one would be overwritten */
    bool kept;         /* tar: `bytes` holds the contents, to be asked for */
    bool not_summed;   /* tar: `bytes` holds them, and crc32 is not known */
    bool far;          /* ZIP: the contents lie before what the disk was asked for at once */
    bool read;         /* ZIP: the contents were asked for, and are good */
    bool lost;         /* ZIP: they were asked for, and cannot be had, which failed the artifact */
    uint16_t oddities; /* of the name: enum name_oddity */
    struct span bytes; /* once kept or read, until their memory is given back: then to be emptied;
                          of a tar in memory always */
    size_t index;      /* reader's own */
};

/* What a visitor wants of a tar member before its contents have been read. */
enum member_wish { WISH_SKIP, WISH_CRC, WISH_LOOK };

struct archive_visitor {
    void *context;
    /* Called once a member, in archive order. `path` is complete except that the root directory is
     * still on it. NULL means WISH_CRC for all. */
    enum member_wish (*offer)(void *context, const struct member *member);
    /* tar only: the contents of a member that was wished for (WISH_LOOK). May set member->verdict.
     * Returns true to have the contents kept until archive_close. `bytes` is borrowed for the call.
     */
    bool (*look)(void *context, struct member *member, struct span bytes);
};

struct archive;

/* Asks the system to fetch what archive_open() and its readers will most likely read of a file of
 * that name; returns at once, and changes nothing but how long they wait. */
void archive_fetch(int fd, struct span filename, uint64_t size);

/*
 * Reads the list of members of the open file `fd` (positioned reads only; the
 * caller closes it) into *archive, which the caller closes with archive_close.
 * artifact->file.size_bytes is taken for the file's size; a file that is shorter by now is damaged.
 * Container and compression are chosen by magic bytes; a disagreement with the file
 * name's ending is the anomaly `magic-mismatch`. FORMAT_OTHER is never opened. Fills
 * artifact->contents, and status and anomalies on the way. On SKIP_ARTIFACT *archive still holds
 * what was learned so far (possibly no member), or is NULL when nothing could be opened.
 */
enum outcome archive_open(struct archive **archive, int fd, struct artifact *artifact,
                          const struct archive_visitor *visitor);
void archive_close(struct archive *archive);

struct member *archive_members(struct archive *archive, size_t *count);

/*
 * The contents of a member, borrowed until archive_close. ZIP: inflated when first asked for,
 * CRC-checked. tar: only what was kept. SKIP_MEMBER when they cannot be had (not kept, damaged,
 * larger than `bytes_max`): damage fails the artifact (STATUS_DAMAGED; STATUS_UNSUPPORTED for
 * encryption and methods other than deflate), and other members can still be asked for;
 * SKIP_ARTIFACT when a budget was crossed.
 */
enum outcome archive_bytes(struct archive *archive, struct member *member, uint64_t bytes_max,
                           struct span *bytes);

/* CRC-32 of a member's contents: as a ZIP declares it, as a tar's regular files have it, else 0. */
uint32_t archive_crc32(const struct member *member);

/*
 * Reads the members of a ZIP that nobody asked for, too, so that what is wrong with any contents
 * fails the artifact. Contents of a tar were all read on the way. SKIP_ARTIFACT when a budget was
 * crossed.
 */
enum outcome archive_read_rest(struct archive *archive);

/* The member with this path, the last one when several; NULL when there is none. */
struct member *archive_find(struct archive *archive, struct span path);

#endif
