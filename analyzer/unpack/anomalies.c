/* anomalies: see anomalies.h. */
#include "unpack/anomalies.h"

#include "base/limits.h"

#include <stdarg.h>
#include <stdio.h>

const struct anomaly_meaning unpack_anomalies[] = {
    [CODE_MAGIC_MISMATCH] = {"magic-mismatch",
                             "the file name's ending and the bytes disagree on the format", false},
    [CODE_ZIP_AND_TAR] = {"zip-and-tar", "the file can be read both as a ZIP and as a tar", true},
    [CODE_NESTED_COMPRESSION] = {"nested-compression",
                                 "under one layer of compression lies another, not a tar", false},
    [CODE_DUPLICATE_MEMBER] = {"duplicate-member",
                               "several members have one path; the last one wins", true},
    [CODE_OUTSIDE_ROOT] = {"outside-root",
                           "members lie beside the root directory of the source distribution",
                           false},
    [CODE_ZIP_PREFIX_DATA] = {"zip-prefix-data", "bytes before the first member", true},
    [CODE_ZIP_TRAILING_DATA] = {"zip-trailing-data", "bytes after the end of the archive", true},
    [CODE_ZIP_COMMENT] = {"zip-comment", "the archive has a comment", false},
    [CODE_ZIP_SEVERAL_ENDS] = {"zip-several-ends",
                               "more than one end-of-directory record: parsers may see different "
                               "archives",
                               true},
    [CODE_ZIP_MULTI_DISK] = {"zip-multi-disk", "the archive says it is a part of several", true},
    [CODE_ZIP_DIRECTORY_COUNT] = {"zip-directory-count",
                                  "the directory holds another number of records than the end "
                                  "record says",
                                  true},
    [CODE_ZIP_DIRECTORY_PLACE] = {"zip-directory-place",
                                  "the directory does not lie where the end record says", true},
    [CODE_ZIP_DIRECTORY_GAP] = {"zip-directory-gap",
                                "bytes between the directory and the end record", true},
    [CODE_ZIP_DIRECTORY_SIZE] = {"zip-directory-size",
                                 "the records do not fill the directory's stated size", true},
    [CODE_ZIP_OTHER_RECORD] = {"zip-other-record",
                               "a record that is none of member, directory and end: a split mark, "
                               "a signature, archive extra data, a data descriptor that belongs "
                               "to no member",
                               true},
    [CODE_ZIP_END64_MISMATCH] = {"zip-end64-mismatch",
                                 "the ZIP64 end record contradicts the end record", true},
    [CODE_ZIP_END64_PLACE] = {"zip-end64-place",
                              "the ZIP64 end record does not lie where its locator says, or is "
                              "missing",
                              true},
    [CODE_ZIP_END64_EXTRA] = {"zip-end64-extra",
                              "the ZIP64 end record has extensible data or a wrong size", true},
    [CODE_ZIP_END64_NO_LOCATOR] = {"zip-end64-no-locator",
                                   "a ZIP64 end record that no locator points to", true},
    [CODE_ZIP_MEMBER_COMMENT] = {"zip-member-comment", "a directory record has a comment", true},
    [CODE_ZIP_DATA_DESCRIPTOR] = {"zip-data-descriptor",
                                  "sizes and CRC follow the data (streamed writing)", true},
    [CODE_ZIP_ENCRYPTED] = {"zip-encrypted", "members are encrypted", true},
    [CODE_ZIP_METHOD] = {"zip-method", "members are compressed by a method other than deflate",
                         true},
    [CODE_ZIP_VERSION] = {"zip-version",
                          "members ask for a version of the format that zipfile does not read",
                          true},
    [CODE_ZIP_SIZE] = {"zip-size", "a member's stated size cannot come out of its packed bytes",
                       true},
    [CODE_ZIP_RATIO] = {"zip-ratio",
                        "more than 64 MiB are to come out, over 50 times the file's size", true},
    [CODE_ZIP_CONTENTS] = {"zip-contents",
                           "a member's contents are not what its record says: they do not "
                           "inflate, are shorter, or have another CRC",
                           true},
    [CODE_ZIP_EXTRA_MALFORMED] = {"zip-extra-malformed", "an extra field does not parse", true},
    [CODE_ZIP_EXTRA_DUPLICATE] = {"zip-extra-duplicate",
                                  "a ZIP64 or Unicode Path extra field stands twice", true},
    [CODE_ZIP_EXTRA_LENGTH] = {"zip-extra-length",
                               "a ZIP64 or Unicode Path extra field has a wrong length", true},
    [CODE_ZIP_EXTRA_UNUSED] = {"zip-extra-unused",
                               "a ZIP64 extra field gives sizes although its record has its own",
                               false},
    [CODE_ZIP_UNICODE_PATH] = {"zip-unicode-path",
                               "a Unicode Path extra field gives the member another name or is "
                               "invalid",
                               true},
    [CODE_ZIP_NAME_CONTROL] = {"zip-name-control", "control characters in a member's name", true},
    [CODE_ZIP_NAME_NUL] = {"zip-name-nul", "a NUL in a member's name: some parsers cut it there",
                           true},
    [CODE_ZIP_NAME_BACKSLASH] = {"zip-name-backslash",
                                 "a backslash in a member's name: some systems split it there",
                                 false},
    [CODE_ZIP_NAME_ABSOLUTE] = {"zip-name-absolute", "a member's name is an absolute path", false},
    [CODE_ZIP_NAME_DOTDOT] = {"zip-name-dotdot", "a member's name has a \"..\" part", false},
    [CODE_ZIP_NAME_NOT_UTF8] = {"zip-name-not-utf8", "a member's name is not UTF-8", true},
    [CODE_ZIP_NAME_UNMARKED] = {"zip-name-unmarked",
                                "a member's name is UTF-8 and not marked so: zipfile reads it in "
                                "code page 437, others do not",
                                true},
    [CODE_ZIP_NAME_WINDOWS] = {"zip-name-windows",
                               "a member's name means something else on Windows: a drive, one of "
                               "`:*?\"<>|`, a part that ends in a dot or a space",
                               false},
    [CODE_ZIP_NAME_EMPTY] = {"zip-name-empty", "a member has no name", false},
    [CODE_ZIP_SYMLINK] =
        {"zip-symlink",
         "members are marked as symbolic links; read as what they are to zipfile, plain files",
         false},
    [CODE_ZIP_DIRECTORY_DATA] = {"zip-directory-data",
                                 "a member named as a directory, with a slash at its end, has "
                                 "contents",
                                 false},
    [CODE_ZIP_DIRECTORY_MARK] = {"zip-directory-mark",
                                 "attributes mark a member as a directory, its name does not",
                                 false},
    [CODE_ZIP_OVERLAP] = {"zip-overlap", "members share bytes of the file", true},
    [CODE_ZIP_GAP] = {"zip-gap", "bytes between members that belong to none", true},
    [CODE_ZIP_HIDDEN_MEMBER] = {"zip-hidden-member",
                                "a local member that the directory does not list", true},
    [CODE_ZIP_LOCAL_MISSING] = {"zip-local-missing",
                                "a directory record points to no member in the file", true},
    [CODE_ZIP_LOCAL_NAME] = {"zip-local-name",
                             "a member's own header and the directory give it different names",
                             true},
    [CODE_ZIP_LOCAL_MISMATCH] = {"zip-local-mismatch",
                                 "a member's own header and the directory disagree on sizes, CRC, "
                                 "method, flags or extra fields",
                                 true},
    [CODE_ZIP_LOCAL_TIME] = {"zip-local-time",
                             "a member's own header and the directory give it different times",
                             false},
    [CODE_ZIP_DESCRIPTOR_MISMATCH] = {"zip-descriptor-mismatch",
                                      "a data descriptor contradicts the directory", true},
    [CODE_ZIP_MEMBER_SLACK] = {"zip-member-slack", "a member's data goes on after its stated size",
                               false},
    [CODE_TAR_LINKS] = {"tar-links", "members are symbolic or hard links", false},
    [CODE_TAR_LINK_OUTSIDE] = {"tar-link-outside",
                               "a link points to an absolute path or out of the archive", true},
    [CODE_TAR_SPECIAL] = {"tar-special", "members are devices, pipes or sockets", true},
    [CODE_TAR_SPARSE] = {"tar-sparse", "members are stored as sparse files", true},
    [CODE_TAR_NAME_CONTROL] = {"tar-name-control", "control characters in a member's name", false},
    [CODE_TAR_NAME_ABSOLUTE] = {"tar-name-absolute", "a member's name is an absolute path", true},
    [CODE_TAR_NAME_DOTDOT] = {"tar-name-dotdot", "a member's name has a \"..\" part", true},
    [CODE_TAR_NAME_NOT_UTF8] = {"tar-name-not-utf8", "a member's name is not UTF-8", false},
    [CODE_TAR_NAME_EMPTY] = {"tar-name-empty", "a member has no name", false},
    [CODE_TAR_WARNING] = {"tar-warning", "a member's header has a field that makes no sense",
                          false},
    [CODE_TAR_FIELD] =
        {"tar-field",
         "a number of a header is none, its checksum is of signed bytes, or it fills a field that "
         "its format has not: parsers disagree on it",
         false},
    [CODE_TAR_PAX_MALFORMED] = {"tar-pax-malformed",
                                "a record of an extended header does not parse, holds a NUL or a "
                                "number that is none",
                                false},
    [CODE_TAR_HEADER_CONFLICT] =
        {"tar-header-conflict",
         "extended headers repeat each other, name a member twice, set names or sizes for all "
         "members, or describe none: parsers disagree on which count",
         false},
    [CODE_TAR_SIZE_CONFLICT] =
        {"tar-size-conflict",
         "an extended header contradicts a member's own size, or a link, directory or device has "
         "a size: parsers may see other members behind it",
         false},
    [CODE_TAR_TWO_READINGS] = {"tar-two-readings",
                               "two ways to read the headers find different members", false},
    [CODE_TAR_HIDDEN_MEMBER] = {"tar-hidden-member",
                                "a member's header stands behind the end-of-archive mark", false},
    [CODE_TAR_THROUGH_LINK] = {"tar-through-link",
                               "a member's path leads through a symbolic link of the archive",
                               false},
    [CODE_TAR_NO_END] = {"tar-no-end", "the tar lacks its end-of-archive mark, or half of it",
                         false},
    [CODE_TAR_TRAILING_DATA] = {"tar-trailing-data", "bytes after the tar's end-of-archive mark",
                                false},
    [CODE_GZIP_TRAILING_DATA] = {"gzip-trailing-data", "bytes after the gzip data", false},
    [CODE_GZIP_MEMBERS] = {"gzip-members", "the gzip file is made of several members", false},
    [CODE_GZIP_HEADER_SUM] = {"gzip-header-sum",
                              "the gzip header has a checksum of its own, and it is wrong", false},
    [CODE_BZIP2_TRAILING_DATA] = {"bzip2-trailing-data", "bytes after the bzip2 data", false},
};

const size_t unpack_anomaly_count = sizeof unpack_anomalies / sizeof unpack_anomalies[0];

_Static_assert(sizeof unpack_anomalies / sizeof unpack_anomalies[0] == CODE_COUNT,
               "each code has its meaning");

void unpack_note(struct artifact *artifact, enum unpack_code code, struct span detail) {
    artifact_note(artifact, unpack_anomalies[code].code, detail);
}

void unpack_notef(struct artifact *artifact, enum unpack_code code, const char *format, ...) {
    char text[ANOMALY_DETAIL_BYTES_MAX];
    va_list args;
    va_start(args, format);
    int len = vsnprintf(text, sizeof text, format, args);
    va_end(args);
    size_t kept = len < 0 ? 0 : (size_t)len < sizeof text ? (size_t)len : sizeof text - 1;
    unpack_note(artifact, code, span_of(text, kept));
}

void tally(struct tallies *tallies, enum unpack_code code, struct span member_name) {
    tally_why(tallies, code, member_name, NULL);
}

void tally_why(struct tallies *tallies, enum unpack_code code, struct span member_name,
               const char *why) {
    if (tallies->count[code]++ == 0) {
        tallies->first[code] = member_name;
        tallies->why[code] = why;
    }
}

void tallies_note(const struct tallies *tallies, struct artifact *artifact) {
    for (size_t code = 0; code < CODE_COUNT; code++)
        if (tallies->count[code] > 0)
            artifact_note_counted(artifact, unpack_anomalies[code].code, tallies->first[code],
                                  tallies->why[code], tallies->count[code]);
}
