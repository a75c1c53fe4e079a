/* libraries: the versions in force, for run.json: a result may depend on them. */
#include "base/json.h"
#include "report/run.h"

#include <archive.h>
#include <hiredis/hiredis.h>
#include <idn2.h>
#include <isa-l.h>
#include <libdeflate.h>
#include <libpsl.h>
#include <nettle/version.h>
#include <seccomp.h>
#include <sqlite3.h>
#include <stdio.h>
#include <xxhash.h>
#include <yajl/yajl_version.h>
#include <zlib.h>

static void add_number(struct json *json, const char *name, unsigned major, unsigned minor,
                       unsigned patch) {
    char text[48];
    snprintf(text, sizeof text, "%u.%u.%u", major, minor, patch);
    json_key(json, name);
    json_text(json, text);
}

static void add_text(struct json *json, const char *name, const char *version) {
    json_key(json, name);
    json_text(json, version != NULL ? version : "");
}

void libraries_write_json(struct json *json) {
    json_key(json, "libraries");
    json_open(json, '{');
    add_text(json, "libarchive", archive_version_details());
    add_text(json, "libdeflate", LIBDEFLATE_VERSION_STRING);
    add_number(json, "isa-l", ISAL_MAJOR_VERSION, ISAL_MINOR_VERSION, ISAL_PATCH_VERSION);
    add_text(json, "zlib", zlibVersion());
    add_text(json, "sqlite", sqlite3_libversion());
    unsigned yajl = (unsigned)yajl_version();
    add_number(json, "yajl", yajl / 10000, yajl / 100 % 100, yajl % 100);
    add_number(json, "hiredis", HIREDIS_MAJOR, HIREDIS_MINOR, HIREDIS_PATCH);
    add_text(json, "libpsl", psl_get_version());
    add_text(json, "libidn2", idn2_check_version(NULL));
    const struct scmp_version *seccomp = seccomp_version();
    if (seccomp != NULL)
        add_number(json, "libseccomp", seccomp->major, seccomp->minor, seccomp->micro);
    unsigned xxhash = XXH_versionNumber();
    add_number(json, "xxhash", xxhash / 10000, xxhash / 100 % 100, xxhash % 100);
    add_number(json, "nettle", NETTLE_VERSION_MAJOR, NETTLE_VERSION_MINOR, 0);
    json_close(json, '}');
}
