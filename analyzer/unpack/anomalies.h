/*
 * anomalies: every oddity that unpack/ reports, as one word with its meaning.
 * The report's data dictionary is made from this table. Oddities of members
 * are tallied and noted once an archive with a count, so that an archive with
 * a thousand odd members is one line, not a thousand.
 */
#ifndef WINNOW_UNPACK_ANOMALIES_H
#define WINNOW_UNPACK_ANOMALIES_H

#include "artifact.h"

struct anomaly_meaning {
    const char *code;
    const char *meaning;
    bool refused; /* the index, or a strict installer, refuses it since 2025-08 */
};

/* In the order of enum unpack_code. */
extern const struct anomaly_meaning unpack_anomalies[];
extern const size_t unpack_anomaly_count;

enum unpack_code {
    CODE_MAGIC_MISMATCH,
    CODE_ZIP_AND_TAR,
    CODE_NESTED_COMPRESSION,
    CODE_DUPLICATE_MEMBER,
    CODE_OUTSIDE_ROOT,
    CODE_ZIP_PREFIX_DATA,
    CODE_ZIP_TRAILING_DATA,
    CODE_ZIP_COMMENT,
    CODE_ZIP_SEVERAL_ENDS,
    CODE_ZIP_MULTI_DISK,
    CODE_ZIP_DIRECTORY_COUNT,
    CODE_ZIP_DIRECTORY_PLACE,
    CODE_ZIP_DIRECTORY_GAP,
    CODE_ZIP_DIRECTORY_SIZE,
    CODE_ZIP_OTHER_RECORD,
    CODE_ZIP_END64_MISMATCH,
    CODE_ZIP_END64_PLACE,
    CODE_ZIP_END64_EXTRA,
    CODE_ZIP_END64_NO_LOCATOR,
    CODE_ZIP_MEMBER_COMMENT,
    CODE_ZIP_DATA_DESCRIPTOR,
    CODE_ZIP_ENCRYPTED,
    CODE_ZIP_METHOD,
    CODE_ZIP_VERSION,
    CODE_ZIP_SIZE,
    CODE_ZIP_RATIO,
    CODE_ZIP_CONTENTS,
    CODE_ZIP_EXTRA_MALFORMED,
    CODE_ZIP_EXTRA_DUPLICATE,
    CODE_ZIP_EXTRA_LENGTH,
    CODE_ZIP_EXTRA_UNUSED,
    CODE_ZIP_UNICODE_PATH,
    CODE_ZIP_NAME_CONTROL,
    CODE_ZIP_NAME_NUL,
    CODE_ZIP_NAME_BACKSLASH,
    CODE_ZIP_NAME_ABSOLUTE,
    CODE_ZIP_NAME_DOTDOT,
    CODE_ZIP_NAME_NOT_UTF8,
    CODE_ZIP_NAME_UNMARKED,
    CODE_ZIP_NAME_WINDOWS,
    CODE_ZIP_NAME_EMPTY,
    CODE_ZIP_SYMLINK,
    CODE_ZIP_DIRECTORY_DATA,
    CODE_ZIP_DIRECTORY_MARK,
    CODE_ZIP_OVERLAP,
    CODE_ZIP_GAP,
    CODE_ZIP_HIDDEN_MEMBER,
    CODE_ZIP_LOCAL_MISSING,
    CODE_ZIP_LOCAL_NAME,
    CODE_ZIP_LOCAL_MISMATCH,
    CODE_ZIP_LOCAL_TIME,
    CODE_ZIP_DESCRIPTOR_MISMATCH,
    CODE_ZIP_MEMBER_SLACK,
    CODE_TAR_LINKS,
    CODE_TAR_LINK_OUTSIDE,
    CODE_TAR_SPECIAL,
    CODE_TAR_SPARSE,
    CODE_TAR_NAME_CONTROL,
    CODE_TAR_NAME_ABSOLUTE,
    CODE_TAR_NAME_DOTDOT,
    CODE_TAR_NAME_NOT_UTF8,
    CODE_TAR_NAME_EMPTY,
    CODE_TAR_WARNING,
    CODE_TAR_FIELD,
    CODE_TAR_PAX_MALFORMED,
    CODE_TAR_HEADER_CONFLICT,
    CODE_TAR_SIZE_CONFLICT,
    CODE_TAR_TWO_READINGS,
    CODE_TAR_HIDDEN_MEMBER,
    CODE_TAR_THROUGH_LINK,
    CODE_TAR_NO_END,
    CODE_TAR_TRAILING_DATA,
    CODE_GZIP_TRAILING_DATA,
    CODE_GZIP_MEMBERS,
    CODE_GZIP_HEADER_SUM,
    CODE_BZIP2_TRAILING_DATA,
    CODE_COUNT
};

/* Adds the anomaly at once; `detail` may be hostile. */
void unpack_note(struct artifact *artifact, enum unpack_code code, struct span detail);
void unpack_notef(struct artifact *artifact, enum unpack_code code, const char *format, ...)
    __attribute__((format(printf, 3, 4)));

/* How often each oddity was met in one archive, and the name of the first member that has it. */
struct tallies {
    uint64_t count[CODE_COUNT];
    struct span first[CODE_COUNT]; /* borrowed: must live until tallies_note() */
    const char *why[CODE_COUNT];   /* of the first, a word or two; NULL: the code says it all */
};

void tally(struct tallies *tallies, enum unpack_code code, struct span member_name);
void tally_why(struct tallies *tallies, enum unpack_code code, struct span member_name,
               const char *why);

/* Notes all that was counted, in the order of the table: "NAME", "NAME: WHY", "NAME and N more",
 * "NAME: WHY, and N more". */
void tallies_note(const struct tallies *tallies, struct artifact *artifact);

#endif
