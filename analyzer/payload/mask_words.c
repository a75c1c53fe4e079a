/* mask_words: see mask_words.h. Both lists are sorted bytewise. */
#include "payload/mask_words.h"

#include <stdlib.h>

static const struct span COMMON[] = {
    SPAN("abs"),        SPAN("add"),        SPAN("admin"),     SPAN("all"),
    SPAN("and"),        SPAN("any"),        SPAN("app"),       SPAN("args"),
    SPAN("array"),      SPAN("as"),         SPAN("assert"),    SPAN("async"),
    SPAN("author"),     SPAN("await"),      SPAN("base"),      SPAN("bool"),
    SPAN("break"),      SPAN("bytes"),      SPAN("call"),      SPAN("class"),
    SPAN("cli"),        SPAN("client"),     SPAN("cls"),       SPAN("code"),
    SPAN("config"),     SPAN("contact"),    SPAN("continue"),  SPAN("core"),
    SPAN("data"),       SPAN("def"),        SPAN("del"),       SPAN("demo"),
    SPAN("dev"),        SPAN("devel"),      SPAN("developer"), SPAN("developers"),
    SPAN("dict"),       SPAN("dist"),       SPAN("doc"),       SPAN("elif"),
    SPAN("else"),       SPAN("email"),      SPAN("enumerate"), SPAN("error"),
    SPAN("eval"),       SPAN("example"),    SPAN("examples"),  SPAN("except"),
    SPAN("exception"),  SPAN("exec"),       SPAN("exit"),      SPAN("false"),
    SPAN("file"),       SPAN("filter"),     SPAN("finally"),   SPAN("float"),
    SPAN("for"),        SPAN("format"),     SPAN("from"),      SPAN("func"),
    SPAN("function"),   SPAN("get"),        SPAN("global"),    SPAN("hello"),
    SPAN("help"),       SPAN("hi"),         SPAN("home"),      SPAN("id"),
    SPAN("if"),         SPAN("import"),     SPAN("in"),        SPAN("info"),
    SPAN("init"),       SPAN("input"),      SPAN("int"),       SPAN("is"),
    SPAN("isinstance"), SPAN("items"),      SPAN("iter"),      SPAN("join"),
    SPAN("json"),       SPAN("key"),        SPAN("kwargs"),    SPAN("lambda"),
    SPAN("len"),        SPAN("lib"),        SPAN("library"),   SPAN("list"),
    SPAN("log"),        SPAN("mail"),       SPAN("main"),      SPAN("map"),
    SPAN("max"),        SPAN("me"),         SPAN("message"),   SPAN("min"),
    SPAN("model"),      SPAN("module"),     SPAN("my"),        SPAN("name"),
    SPAN("next"),       SPAN("none"),       SPAN("nonlocal"),  SPAN("noreply"),
    SPAN("not"),        SPAN("object"),     SPAN("of"),        SPAN("office"),
    SPAN("open"),       SPAN("opensource"), SPAN("or"),        SPAN("os"),
    SPAN("package"),    SPAN("pass"),       SPAN("path"),      SPAN("placeholder"),
    SPAN("postmaster"), SPAN("print"),      SPAN("project"),   SPAN("property"),
    SPAN("public"),     SPAN("put"),        SPAN("python"),    SPAN("raise"),
    SPAN("range"),      SPAN("read"),       SPAN("reserved"),  SPAN("result"),
    SPAN("return"),     SPAN("run"),        SPAN("sales"),     SPAN("sample"),
    SPAN("security"),   SPAN("self"),       SPAN("server"),    SPAN("service"),
    SPAN("set"),        SPAN("setup"),      SPAN("software"),  SPAN("sorted"),
    SPAN("squat"),      SPAN("start"),      SPAN("str"),       SPAN("string"),
    SPAN("sum"),        SPAN("super"),      SPAN("support"),   SPAN("sys"),
    SPAN("team"),       SPAN("test"),       SPAN("tests"),     SPAN("text"),
    SPAN("the"),        SPAN("time"),       SPAN("tool"),      SPAN("tools"),
    SPAN("true"),       SPAN("try"),        SPAN("tuple"),     SPAN("type"),
    SPAN("types"),      SPAN("unknown"),    SPAN("url"),       SPAN("user"),
    SPAN("util"),       SPAN("utils"),      SPAN("value"),     SPAN("version"),
    SPAN("warnings"),   SPAN("webmaster"),  SPAN("while"),     SPAN("with"),
    SPAN("world"),      SPAN("write"),      SPAN("yield"),     SPAN("your"),
    SPAN("yourname"),   SPAN("zip")};

static const struct span METADATA[] = {SPAN("AUTHOR"),
                                       SPAN("AUTHORS"),
                                       SPAN("AUTHOR_EMAIL"),
                                       SPAN("BUILD_DATE"),
                                       SPAN("COPYRIGHT"),
                                       SPAN("DATE"),
                                       SPAN("EMAIL"),
                                       SPAN("LICENSE"),
                                       SPAN("RELEASE_DATE"),
                                       SPAN("VERSION"),
                                       SPAN("VERSION_INFO"),
                                       SPAN("__author__"),
                                       SPAN("__author_email__"),
                                       SPAN("__authors__"),
                                       SPAN("__build__"),
                                       SPAN("__commit_id__"),
                                       SPAN("__contact__"),
                                       SPAN("__copyright__"),
                                       SPAN("__created__"),
                                       SPAN("__credits__"),
                                       SPAN("__date__"),
                                       SPAN("__email__"),
                                       SPAN("__license__"),
                                       SPAN("__maintainer__"),
                                       SPAN("__maintainer_email__"),
                                       SPAN("__release__"),
                                       SPAN("__release_date__"),
                                       SPAN("__revision__"),
                                       SPAN("__updated__"),
                                       SPAN("__url__"),
                                       SPAN("__version__"),
                                       SPAN("__version_info__"),
                                       SPAN("__version_tuple__"),
                                       SPAN("author"),
                                       SPAN("author_email"),
                                       SPAN("commit_id"),
                                       SPAN("email"),
                                       SPAN("version"),
                                       SPAN("version_info"),
                                       SPAN("version_tuple")};

static int compare(const void *key, const void *item) {
    return span_compare(*(const struct span *)key, *(const struct span *)item);
}

bool mask_word_is_common(struct span word) {
    return bsearch(&word, COMMON, sizeof COMMON / sizeof *COMMON, sizeof *COMMON, compare) != NULL;
}

bool mask_word_is_metadata(struct span name) {
    return bsearch(&name, METADATA, sizeof METADATA / sizeof *METADATA, sizeof *METADATA,
                   compare) != NULL;
}
