/* mask_words: see mask_words.h. Both lists are sorted bytewise. */
#include "payload/mask_words.h"

#include <stdlib.h>

static const char *const COMMON[] = {
    "abs",        "add",       "admin",   "all",         "and",        "any",      "app",
    "args",       "array",     "as",      "assert",      "async",      "author",   "await",
    "base",       "bool",      "break",   "bytes",       "call",       "class",    "cli",
    "client",     "cls",       "code",    "config",      "contact",    "continue", "core",
    "data",       "def",       "del",     "demo",        "dev",        "devel",    "developer",
    "developers", "dict",      "dist",    "doc",         "elif",       "else",     "email",
    "enumerate",  "error",     "eval",    "example",     "examples",   "except",   "exception",
    "exec",       "exit",      "false",   "file",        "filter",     "finally",  "float",
    "for",        "format",    "from",    "func",        "function",   "get",      "global",
    "hello",      "help",      "hi",      "home",        "id",         "if",       "import",
    "in",         "info",      "init",    "input",       "int",        "is",       "isinstance",
    "items",      "iter",      "join",    "json",        "key",        "kwargs",   "lambda",
    "len",        "lib",       "library", "list",        "log",        "mail",     "main",
    "map",        "max",       "me",      "message",     "min",        "model",    "module",
    "my",         "name",      "next",    "none",        "nonlocal",   "noreply",  "not",
    "object",     "of",        "office",  "open",        "opensource", "or",       "os",
    "package",    "pass",      "path",    "placeholder", "postmaster", "print",    "project",
    "property",   "public",    "put",     "python",      "raise",      "range",    "read",
    "reserved",   "result",    "return",  "run",         "sales",      "sample",   "security",
    "self",       "server",    "service", "set",         "setup",      "software", "sorted",
    "squat",      "start",     "str",     "string",      "sum",        "super",    "support",
    "sys",        "team",      "test",    "tests",       "text",       "the",      "time",
    "tool",       "tools",     "true",    "try",         "tuple",      "type",     "types",
    "unknown",    "url",       "user",    "util",        "utils",      "value",    "version",
    "warnings",   "webmaster", "while",   "with",        "world",      "write",    "yield",
    "your",       "yourname",  "zip"};

static const char *const METADATA[] = {"AUTHOR",
                                       "AUTHORS",
                                       "AUTHOR_EMAIL",
                                       "BUILD_DATE",
                                       "COPYRIGHT",
                                       "DATE",
                                       "EMAIL",
                                       "LICENSE",
                                       "RELEASE_DATE",
                                       "VERSION",
                                       "VERSION_INFO",
                                       "__author__",
                                       "__author_email__",
                                       "__authors__",
                                       "__build__",
                                       "__commit_id__",
                                       "__contact__",
                                       "__copyright__",
                                       "__created__",
                                       "__credits__",
                                       "__date__",
                                       "__email__",
                                       "__license__",
                                       "__maintainer__",
                                       "__maintainer_email__",
                                       "__release__",
                                       "__release_date__",
                                       "__revision__",
                                       "__updated__",
                                       "__url__",
                                       "__version__",
                                       "__version_info__",
                                       "__version_tuple__",
                                       "author",
                                       "author_email",
                                       "commit_id",
                                       "email",
                                       "version",
                                       "version_info",
                                       "version_tuple"};

static int compare(const void *key, const void *item) {
    return span_compare(*(const struct span *)key, span_text(*(const char *const *)item));
}

bool mask_word_is_common(struct span word) {
    return bsearch(&word, COMMON, sizeof COMMON / sizeof *COMMON, sizeof *COMMON, compare) != NULL;
}

bool mask_word_is_metadata(struct span name) {
    return bsearch(&name, METADATA, sizeof METADATA / sizeof *METADATA, sizeof *METADATA,
                   compare) != NULL;
}
