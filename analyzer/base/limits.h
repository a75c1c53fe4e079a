/*
 * limits: every bound of winnow, each with its unit and its reason. Budgets
 * count what came out of an archive, never what its headers claim.
 */
#ifndef WINNOW_BASE_LIMITS_H
#define WINNOW_BASE_LIMITS_H

#include <stdint.h>

/* --- one archive ---------------------------------------------------------------------------- */

/* Bytes that may come out of one archive: the largest honest sdists unpack to about 1.5 GB. */
#define ARCHIVE_BYTES_OUT_MAX (UINT64_C(4) << 30)
/* The index refuses more than 64 MiB at a ratio above 50 since 2025; older honest files of test
 * data reach about 200, so we stop later than it does. */
#define ARCHIVE_RATIO_MAX 400U
#define ARCHIVE_RATIO_FREE_BYTES (UINT64_C(64) << 20)
/* The index's own figures, which only make an anomaly. */
#define INDEX_RATIO_MAX 50U
#define INDEX_RATIO_FREE_BYTES (UINT64_C(64) << 20)
/* Members: the largest honest wheels hold some 60,000. */
#define ARCHIVE_MEMBERS_MAX 250000U
/* Member names: PATH_MAX on Linux. */
#define MEMBER_NAME_BYTES_MAX 4096U
/* Seconds one archive may take before the keeper ends it. */
#define ARTIFACT_SECONDS_MAX 60
/* A ZIP directory: 250,000 members of 300 bytes each, rounded up. */
#define ZIP_DIRECTORY_BYTES_MAX (UINT64_C(96) << 20)
/* The end of a ZIP that the disk is asked for at once: the end record with the longest comment
 * (65,557 bytes). A file up to this size is read whole. */
#define ZIP_TAIL_BYTES (64U * 1024 + 22 + 20)
/* What is read of it at first: the directory and the .dist-info of most wheels. */
#define ZIP_TAIL_GUESS_BYTES (UINT64_C(16) * 1024)
/* Up to this size, compressed and not, a gzip file is inflated whole (libdeflate); above, streamed
 * (zlib). Whole costs 0.45 to 0.6 of the CPU time of streamed at 6, 17, 33 and 84 MB alike: what
 * limits it is memory, twice this for each thread. */
#define GZIP_WHOLE_BYTES_MAX (UINT64_C(64) << 20)
/* The dictionary an xz may ask for: xz -9 takes 64 MiB, some packers 256. */
#define XZ_DICTIONARY_BYTES_MAX (UINT64_C(256) << 20)
/* The window a zstd may ask for: what libzstd itself allows unless told otherwise. */
#define ZSTD_WINDOW_BYTES_MAX (UINT64_C(128) << 20)
/* An access control list in a tar: libarchive takes the square of its entries in steps, seconds for
 * a list of the megabyte that it allows. Honest ones have some hundred bytes. */
#define TAR_ACL_BYTES_MAX 2048U
/* Pieces of a sparse file in a tar: libarchive keeps some 50 bytes of each, and a map of millions
 * is packed into kilobytes. */
#define TAR_SPARSE_PIECES_MAX 100000U
/* What may be held of one artifact at a time: members kept, records made. */
#define ARTIFACT_MEMORY_BYTES_MAX (UINT64_C(384) << 20)
/* A member asked for as text (METADATA, entry_points.txt, setup.py...): 10 MB summaries exist. */
#define TEXT_MEMBER_BYTES_MAX (UINT64_C(16) << 20)
/* A wheel's RECORD, and a member whose hash is compared with it (--thorough): one at a time, with
 * room left in ARTIFACT_MEMORY_BYTES_MAX. The largest honest RECORD has some 10 MB. */
#define RECORD_MEMBER_BYTES_MAX (UINT64_C(128) << 20)

/* --- payload -------------------------------------------------------------------------------- */

/* A Python file above this is not lexed: the largest honest modules are about 10 MB of tables. */
#define PYTHON_FILE_BYTES_MAX (UINT64_C(16) << 20)
/* Up to this total the payload signature reads contents; above (and never for empty kinds)
 * it hashes (path, size, crc32). Masking a source costs several times what inflating it does, and
 * what campaigns put into their projects is small: the evaluation gave the same figures with
 * 256 KiB. */
#define SMALL_PAYLOAD_BYTES (UINT64_C(8) << 10)
/* Hashes that a sketch keeps: payloads of up to some 130 tokens whole, for larger ones a sample
 * that tells their similarity to about 0.04. A metadata sketch holds that many pairs of words. */
#define SKETCH_PAYLOAD_VALUES 128U
#define SKETCH_METADATA_VALUES 64U
/* A payload with more masked Python than this has no sketch: templates are small, and what is
 * larger is code that somebody wrote. */
#define SKETCH_PAYLOAD_BYTES_MAX (32U << 10)
/* What is sketched of each text: the beginning of a description is its own, the rest often a
 * change log. */
#define SKETCH_TEXT_BYTES_MAX (1U << 10)
/* A member up to this size is kept while a tar streams by, to be read when its place in the payload
 * is known: few are read then. Of a larger source the kind is told at once. */
#define KEPT_MEMBER_BYTES_MAX (UINT64_C(256) << 10)
/* Members' contents kept while a tar streams by. */
#define PAYLOAD_KEPT_BYTES_MAX (UINT64_C(64) << 20)

/* --- what is recorded of one artifact ------------------------------------------------------- */

/* Longest value stored from metadata or of an entry point; longer ones are cut and the anomaly
 * `field-cut` says so. */
#define FIELD_BYTES_MAX (UINT64_C(64) << 10)
/* The home or source page, without scheme; longer ones are cut. */
#define REPOSITORY_BYTES_MAX 255U
/* Entry points, addresses, requirements of one artifact. The largest honest one declares 1,300. */
#define ENTRY_POINTS_MAX 20000U
#define ADDRESSES_MAX 1000U
#define REQUIREMENTS_MAX 20000U
/* Anomalies of one artifact; the last one says how many more there were. */
#define ANOMALIES_MAX 100U
#define ANOMALY_DETAIL_BYTES_MAX 256U
/* Nesting of TOML, setup.py literals and JSON: deeper than any honest file. */
#define NESTING_MAX 64U
/* Tokens read of one setup.py, comments not counted: 16 MB of memory. Honest ones have thousands.
 */
#define SETUP_PY_TOKENS_MAX (1U << 20)
/* Steps to evaluate its literals, one for each token, item or 16 bytes looked at: names that refer
 * to each other could ask for any number. 3,000 commands fit. */
#define SETUP_PY_WORK_MAX (1U << 20)
/* setup() calls of one setup.py, and other names for setup in it. */
#define SETUP_PY_CALLS_MAX 16U
#define SETUP_PY_ALIASES_MAX 32U

/* --- processes ------------------------------------------------------------------------------ */

/* Largest record that may come through the examiner's pipe. */
#define RECORD_BYTES_MAX (UINT64_C(32) << 20)
/* Longest line that an examiner may log, and how much it may log in all. */
#define LOG_LINE_BYTES_MAX 4096U
#define EXAMINER_LOG_BYTES_MAX (UINT64_C(64) << 20)
/* Files a thread takes from the walk at once. */
#define WALK_BATCH_FILES 64U
/* Depth of directories followed below the mirror's root. */
#define WALK_DEPTH_MAX 32U

#endif
