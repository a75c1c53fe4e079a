/*
 * filename: see filename.h. A file name has no grammar that says where the
 * project's name ends: "-" stands inside names, between name and version, and
 * inside versions. So each format first drops what it appends itself (tags,
 * architecture, platform), and what remains is cut by cut_name_version.
 */
#include "mirror/filename.h"

#include "base/text.h"
#include "mirror/name.h"

/* How the part before the ending is laid out. */
enum shape { SHAPE_WHEEL, SHAPE_EGG, SHAPE_SOURCE, SHAPE_INSTALLER, SHAPE_RPM, SHAPE_DEB };

struct ending {
    struct span text; /* lower case */
    enum artifact_format format;
    enum shape shape;
};

/* Every ending an index has accepted (warehouse, and the older index before it). Longer endings
 * before their own ends. */
static const struct ending endings[] = {
    {SPAN(".whl"), FORMAT_WHEEL, SHAPE_WHEEL},      {SPAN(".tar.gz"), FORMAT_SDIST, SHAPE_SOURCE},
    {SPAN(".zip"), FORMAT_SDIST, SHAPE_SOURCE},     {SPAN(".tgz"), FORMAT_SDIST, SHAPE_SOURCE},
    {SPAN(".tar.bz2"), FORMAT_SDIST, SHAPE_SOURCE}, {SPAN(".tbz"), FORMAT_SDIST, SHAPE_SOURCE},
    {SPAN(".tbz2"), FORMAT_SDIST, SHAPE_SOURCE},    {SPAN(".tar.xz"), FORMAT_SDIST, SHAPE_SOURCE},
    {SPAN(".txz"), FORMAT_SDIST, SHAPE_SOURCE},     {SPAN(".tar.zst"), FORMAT_SDIST, SHAPE_SOURCE},
    {SPAN(".tar.z"), FORMAT_SDIST, SHAPE_SOURCE},   {SPAN(".tar"), FORMAT_SDIST, SHAPE_SOURCE},
    {SPAN(".egg"), FORMAT_EGG, SHAPE_EGG},          {SPAN(".exe"), FORMAT_OTHER, SHAPE_INSTALLER},
    {SPAN(".msi"), FORMAT_OTHER, SHAPE_INSTALLER},  {SPAN(".dmg"), FORMAT_OTHER, SHAPE_INSTALLER},
    {SPAN(".rpm"), FORMAT_OTHER, SHAPE_RPM},        {SPAN(".deb"), FORMAT_OTHER, SHAPE_DEB},
};

/* Versions that are words: what development snapshots were called before PEP 440. */
static const struct span word_versions[] = {
    SPAN("dev"), SPAN("trunk"), SPAN("master"), SPAN("snapshot"), SPAN("latest"), SPAN("final"),
};

/* --- where the version starts --------------------------------------------------------------- */

static void set_split(struct parsed_filename *parsed, struct span stem, size_t dash) {
    parsed->name = span_slice(stem, 0, dash);
    parsed->version = span_from(stem, dash + 1);
}

static bool starts_like_version(struct span s) {
    if (s.len > 1 && ascii_lower(s.at[0]) == 'v')
        s = span_from(s, 1);
    return s.len > 0 && ascii_is_digit(s.at[0]);
}

/* A release of more than one number, or a date in one number: too much for a part of a name. */
static bool is_strong_release(struct span s) {
    if (s.len > 0 && ascii_lower(s.at[0]) == 'v')
        s = span_from(s, 1);
    size_t digits = 0;
    while (digits < s.len && ascii_is_digit(s.at[digits]))
        digits++;
    return digits >= 4 ||
           (digits > 0 && digits < s.len && (s.at[digits] == '.' || s.at[digits] == '!'));
}

/* "2004-01-31" and nothing after it. */
static bool is_dashed_date(struct span s) {
    size_t lengths[3] = {0, 0, 0};
    struct span piece;
    for (size_t i = 0; span_next_piece(&s, '-', &piece); i++) {
        if (i == 3)
            return false;
        for (size_t j = 0; j < piece.len; j++)
            if (!ascii_is_digit(piece.at[j]))
                return false;
        lengths[i] = piece.len;
    }
    return lengths[0] == 4 && lengths[1] >= 1 && lengths[1] <= 2 && lengths[2] >= 1 &&
           lengths[2] <= 2;
}

static bool is_word_version(struct span s) {
    for (size_t i = 0; i < sizeof word_versions / sizeof *word_versions; i++)
        if (span_equal_nocase(s, word_versions[i]))
            return true;
    return false;
}

/*
 * The "-" before the version, by what looks best: a date; the earliest version that is more than
 * a bare number ("1.0-1", "1.0-beta"); the latest version of any kind ("foo-2-1" is release 1 of
 * foo-2); the earliest digit ("1.0-final", "0.1dev-r1234"); a word.
 */
static size_t find_version(struct span stem) {
    size_t latest = stem.len, digit = stem.len, word = stem.len;
    for (size_t i = 1; i + 1 < stem.len; i++) {
        if (stem.at[i] != '-')
            continue;
        struct span suffix = span_from(stem, i + 1);
        if (is_dashed_date(suffix))
            return i;
        if (version_is_valid(suffix)) {
            if (is_strong_release(suffix))
                return i;
            latest = i;
        }
        if (digit == stem.len && starts_like_version(suffix))
            digit = i;
        if (is_word_version(suffix))
            word = i;
    }
    return latest < stem.len ? latest : digit < stem.len ? digit : word;
}

/* Where the known name ends: at "-", or at another separator when a version follows. */
static size_t find_hinted_version(struct span stem, struct span hint) {
    /* Every byte of the hint stands for at least one byte of the name. */
    for (size_t i = hint.len; i + 1 < stem.len; i++) {
        if (stem.at[i] != '-' && stem.at[i] != '_' && stem.at[i] != '.')
            continue;
        if (project_same(span_slice(stem, 0, i), hint) &&
            (stem.at[i] == '-' || version_is_valid(span_from(stem, i + 1))))
            return i;
    }
    return stem.len;
}

/* "foo_1.0", as some files were named by hand. */
static size_t find_underscored_version(struct span stem) {
    size_t i = span_find_last(stem, '_');
    struct span suffix = i < stem.len ? span_from(stem, i + 1) : SPAN_EMPTY;
    return i > 0 && is_strong_release(suffix) && version_is_valid(suffix) ? i : stem.len;
}

/* "bar-1.0" after the hint "foo": a stray foo-bar in foo's folder, not a version of foo. */
static bool is_stray(struct span stem, size_t dash) {
    struct span suffix = span_from(stem, dash + 1);
    if (starts_like_version(suffix) || version_is_valid(suffix))
        return false;
    size_t other = find_version(stem);
    return other > dash + 1 && other < stem.len && version_is_valid(span_from(stem, other + 1));
}

static void cut_name_version(struct parsed_filename *parsed, struct span stem, struct span hint) {
    size_t dash = hint.len > 0 ? find_hinted_version(stem, hint) : stem.len;
    if (dash == stem.len || is_stray(stem, dash))
        dash = find_version(stem);
    if (dash == stem.len)
        dash = find_underscored_version(stem);
    set_split(parsed, stem, dash);
}

/* --- what each format appends --------------------------------------------------------------- */

/* The stem without its last `count` "-"-separated pieces; false when it has no more than these. */
static bool drop_pieces(struct span *stem, size_t count) {
    struct span rest = *stem;
    for (; count > 0; count--) {
        size_t dash = span_find_last(rest, '-');
        if (dash == rest.len)
            return false;
        rest = span_slice(rest, 0, dash);
    }
    *stem = rest;
    return true;
}

/* name-version(-build)?-python-abi-platform (PEP 427). */
static void parse_wheel(struct parsed_filename *parsed, struct span stem, struct span hint) {
    struct span rest = stem;
    if (!drop_pieces(&rest, 3) || span_find(rest, '-') == rest.len) {
        /* Not a wheel's name; it may still have a version. */
        cut_name_version(parsed, stem, hint);
        return;
    }
    size_t dash = hint.len > 0 ? find_hinted_version(rest, hint) : rest.len;
    size_t last = span_find_last(rest, '-');
    if (dash == rest.len) {
        size_t before = span_find_last(span_slice(rest, 0, last), '-');
        bool has_build = before < last && ascii_is_digit(rest.at[before + 1]) &&
                         last + 1 < rest.len && ascii_is_digit(rest.at[last + 1]);
        dash = has_build ? before : last;
    }
    set_split(parsed, rest, dash);
    struct span version = parsed->version;
    size_t build = span_find_last(version, '-');
    if (build + 1 < version.len && ascii_is_digit(version.at[build + 1]))
        parsed->version = span_slice(version, 0, build);
}

/* "py2.7", "py3". */
static bool is_python_tag(struct span piece) {
    return piece.len > 2 && span_is_nocase(span_slice(piece, 0, 2), "py") &&
           ascii_is_digit(piece.at[2]);
}

/* Up to the last "-pyX.Y" and what follows it, if there is one. */
static struct span drop_python_tag(struct span stem) {
    for (size_t i = stem.len; i > 1; i--)
        if (stem.at[i - 1] == '-') {
            struct span tail = span_from(stem, i);
            if (is_python_tag(span_slice(tail, 0, span_find(tail, '-'))))
                return span_slice(stem, 0, i - 1);
        }
    return stem;
}

/* Platforms as distutils writes them after the version: ".win32", ".linux-x86_64". */
static struct span drop_platform(struct span stem) {
    static const char *const whole[] = {".win32", ".win-amd64", ".win-arm64", ".win-arm32"};
    static const char *const starts[] = {".linux-", ".macosx-", ".cygwin-", ".freebsd-"};
    for (size_t i = 0; i < sizeof whole / sizeof *whole; i++) {
        size_t len = strlen(whole[i]);
        if (stem.len > len && span_is_nocase(span_from(stem, stem.len - len), whole[i]))
            return span_slice(stem, 0, stem.len - len);
    }
    for (size_t i = 0; i < sizeof starts / sizeof *starts; i++) {
        size_t at = span_search(stem, starts[i]);
        /* A digit before it: the end of a version. */
        if (at > 0 && at < stem.len && ascii_is_digit(stem.at[at - 1]))
            return span_slice(stem, 0, at);
    }
    return stem;
}

/* name-version-release.arch; none of the last three holds a "-". */
static void parse_rpm(struct parsed_filename *parsed, struct span stem, struct span hint) {
    struct span rest = span_slice(stem, 0, span_find_last(stem, '.'));
    size_t last = span_find_last(rest, '-');
    size_t dash = span_find_last(span_slice(rest, 0, last), '-');
    if (last == rest.len || dash == last)
        cut_name_version(parsed, rest, hint);
    else
        set_split(parsed, span_slice(rest, 0, last), dash);
}

/* name_version_arch; none of them holds a "_". */
static void parse_deb(struct parsed_filename *parsed, struct span stem, struct span hint) {
    size_t first = span_find(stem, '_');
    if (first == 0 || first == stem.len) {
        cut_name_version(parsed, stem, hint);
        return;
    }
    set_split(parsed, stem, first);
    parsed->version = span_slice(parsed->version, 0, span_find(parsed->version, '_'));
}

/* An ending nobody knows goes part by part, until a version stands behind the known name. */
static void parse_unknown(struct parsed_filename *parsed, struct span filename, struct span hint) {
    size_t dash = hint.len > 0 ? find_hinted_version(filename, hint) : filename.len;
    struct span stem = filename;
    while (dash < stem.len && !version_is_valid(span_from(stem, dash + 1))) {
        size_t dot = span_find_last(stem, '.');
        if (dot == stem.len)
            return;
        stem = span_slice(stem, 0, dot);
    }
    if (dash < stem.len)
        set_split(parsed, stem, dash);
}

static const struct ending *find_ending(struct span filename) {
    for (size_t i = 0; i < sizeof endings / sizeof *endings; i++) {
        size_t len = endings[i].text.len;
        if (filename.len > len &&
            span_equal_nocase(span_from(filename, filename.len - len), endings[i].text))
            return &endings[i];
    }
    return NULL;
}

struct parsed_filename filename_parse(struct span filename, struct span project_hint) {
    struct parsed_filename parsed = {.format = FORMAT_OTHER};
    const struct ending *ending = find_ending(filename);
    if (ending == NULL) {
        parse_unknown(&parsed, filename, project_hint);
        return parsed;
    }
    parsed.format = ending->format;
    parsed.is_artifact = true;
    struct span stem = span_slice(filename, 0, filename.len - ending->text.len);
    switch (ending->shape) {
    case SHAPE_WHEEL:
        parse_wheel(&parsed, stem, project_hint);
        break;
    case SHAPE_EGG:
        cut_name_version(&parsed, drop_python_tag(stem), project_hint);
        break;
    case SHAPE_SOURCE:
        cut_name_version(&parsed, drop_platform(stem), project_hint);
        break;
    case SHAPE_INSTALLER:
        cut_name_version(&parsed, drop_platform(drop_python_tag(stem)), project_hint);
        break;
    case SHAPE_RPM:
        parse_rpm(&parsed, stem, project_hint);
        break;
    case SHAPE_DEB:
        parse_deb(&parsed, stem, project_hint);
        break;
    }
    return parsed;
}
