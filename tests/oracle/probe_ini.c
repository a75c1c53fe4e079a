/*
 * probe_ini: what extract/ reads in INI texts, for an oracle. Questions as probe_lines.h says:
 *   ini TEXT DELIMITERS | entry_points TEXT | setup_cfg TEXT
 */
#include "extract/entry_points.h"
#include "extract/ini.h"
#include "extract/setup_cfg.h"
#include "probe_declared.h"

static bool show_ini(struct arena *arena, struct json *json, struct span text,
                     struct span delimiters) {
    struct ini ini;
    if (!ini_read(arena, text, span_is(delimiters, "=") ? "=" : "=:", &ini))
        return false;
    json_open(json, '{');
    json_key(json, "bad_line");
    json_int(json, ini.bad_line);
    json_key(json, "items");
    json_open(json, '[');
    for (size_t i = 0; i < ini.count; i++) {
        struct span row[3] = {ini.at[i].section, ini.at[i].name, ini.at[i].value};
        probe_list(json, NULL, row, 3);
    }
    json_close(json, ']');
    json_close(json, '}');
    return true;
}

static bool answer(struct arena *arena, struct json *json, struct span verb,
                   const struct span arguments[2]) {
    if (span_is(verb, "ini"))
        return show_ini(arena, json, arguments[0], arguments[1]);
    if (span_is(verb, "entry_points")) {
        struct entry_point_list list = {0};
        bool read = entry_points_read_ini(arena, arguments[0], SOURCE_WHEEL, &list);
        probe_entries(json, &list);
        return read;
    }
    struct declared declared;
    uint32_t bad_line = 0;
    if (!span_is(verb, "setup_cfg") || !setup_cfg_read(arena, arguments[0], &declared, &bad_line))
        return false;
    probe_declared(json, &declared);
    return true;
}

int main(void) {
    return probe_lines("probe_ini", answer);
}
