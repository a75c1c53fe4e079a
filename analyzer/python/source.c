/*
 * source: which encodings leave the bytes of ASCII in their place, so that
 * Python source can be lexed undecoded. See python_source_is_transparent() in lexer.h.
 */
#include "base/text.h"
#include "python/lexer.h"

/* Names without case and punctuation; encodings of Python's codecs module that move ASCII. */
static const char *const opaque[] = {"utf7",
                                     "u7",
                                     "unicode11utf7",
                                     "unicodeescape",
                                     "rawunicodeescape",
                                     "undefined",
                                     "rot13",
                                     "rot",
                                     "hex",
                                     "hexcodec",
                                     "base64",
                                     "base64codec",
                                     "uu",
                                     "uucodec",
                                     "quopri",
                                     "quopricodec",
                                     "quotedprintable",
                                     "zlib",
                                     "zlibcodec",
                                     "zip",
                                     "bz2",
                                     "bz2codec",
                                     "punycode",
                                     "idna",
                                     "hz",
                                     "hzgb",
                                     "hzgb2312",
                                     "csiso2022jp",
                                     "csiso2022kr",
                                     "iso2022",
                                     "cp037",
                                     "037",
                                     "csibm037",
                                     "ebcdiccpca",
                                     "ebcdiccpnl",
                                     "ebcdiccpus",
                                     "ebcdiccpwt",
                                     "ibm037",
                                     "ibm039",
                                     "cp273",
                                     "273",
                                     "ibm273",
                                     "csibm273",
                                     "cp424",
                                     "424",
                                     "csibm424",
                                     "ebcdiccphe",
                                     "ibm424",
                                     "cp500",
                                     "500",
                                     "csibm500",
                                     "ebcdiccpbe",
                                     "ebcdiccpch",
                                     "ibm500",
                                     "cp875",
                                     "cp1026",
                                     "1026",
                                     "csibm1026",
                                     "ibm1026",
                                     "cp1140",
                                     "1140",
                                     "ibm1140",
                                     "base64",
                                     "dbcs"};

/* Families: whatever follows (byte order, variant) changes nothing here. */
static const char *const opaque_families[] = {"utf16",   "u16",        "utf32",        "u32",
                                              "iso2022", "unicodebig", "unicodelittle"};

static bool is_opaque(struct span name) {
    char plain[32];
    size_t len = 0;
    for (size_t i = 0; i < name.len && len + 1 < sizeof plain; i++)
        if (ascii_is_alnum(name.at[i]))
            plain[len++] = (char)ascii_lower(name.at[i]);
    plain[len] = '\0';
    for (size_t i = 0; i < sizeof opaque / sizeof *opaque; i++)
        if (strcmp(plain, opaque[i]) == 0)
            return true;
    for (size_t i = 0; i < sizeof opaque_families / sizeof *opaque_families; i++)
        if (span_starts(span_of(plain, len), opaque_families[i]))
            return true;
    return false;
}

static bool is_name_byte(unsigned char c) {
    return ascii_is_alnum(c) || c == '-' || c == '_' || c == '.';
}

/* The encoding that a line declares (PEP 263): a comment with "coding[:=] *NAME". */
static bool find_declaration(struct span line, struct span *name) {
    size_t at = 0;
    while (at < line.len && (line.at[at] == ' ' || line.at[at] == '\t' || line.at[at] == '\f'))
        at++;
    if (at == line.len || line.at[at] != '#')
        return false;
    struct span rest = span_from(line, at + 1);
    for (;;) {
        size_t found = span_search(rest, "coding");
        if (found == rest.len)
            return false;
        rest = span_from(rest, found + 6);
        if (rest.len == 0 || (rest.at[0] != ':' && rest.at[0] != '='))
            continue;
        size_t start = 1;
        while (start < rest.len && (rest.at[start] == ' ' || rest.at[start] == '\t'))
            start++;
        size_t end = start;
        while (end < rest.len && is_name_byte(rest.at[end]))
            end++;
        *name = span_slice(rest, start, end);
        if (end > start)
            return true;
    }
}

static bool is_blank_or_comment(struct span line) {
    struct span text = span_trim(line);
    return text.len == 0 || text.at[0] == '#';
}

bool python_source_is_transparent(struct span source) {
    if (span_starts(source, "\xff\xfe") || span_starts(source, "\xfe\xff"))
        return false;
    if (source.len >= 4 && memcmp(source.at, "\0\0\xfe\xff", 4) == 0)
        return false;
    struct span rest = span_starts(source, "\xef\xbb\xbf") ? span_from(source, 3) : source;
    struct span line;
    for (int i = 0; i < 2 && span_next_line(&rest, &line); i++) {
        struct span name;
        if (find_declaration(line, &name))
            return !is_opaque(name);
        if (!is_blank_or_comment(line))
            return true;
    }
    return true;
}
