/* probe_declared: entry points and struct declared as JSON, for probe_ini and probe_toml. */
#ifndef WINNOW_PROBE_DECLARED_H
#define WINNOW_PROBE_DECLARED_H

#include "extract/declared.h"
#include "probe_lines.h"

static inline void probe_entries(struct json *json, const struct entry_point_list *list) {
    json_open(json, '[');
    for (size_t i = 0; i < list->count; i++) {
        struct span row[4] = {list->at[i].group, list->at[i].name, list->at[i].object_reference,
                              list->at[i].extras};
        probe_list(json, NULL, row, 4);
    }
    json_close(json, ']');
}

static inline void probe_declared(struct json *json, const struct declared *declared) {
    json_open(json, '{');
    json_key(json, "name");
    json_string(json, declared->name);
    json_key(json, "version");
    json_string(json, declared->version);
    json_key(json, "entry_points");
    probe_entries(json, &declared->entry_points);
    probe_list(json, "files", declared->entry_point_files.at, declared->entry_point_files.count);
    probe_list(json, "requires", declared->requires.at, declared->requires.count);
    const struct artifact_layout *layout = &declared->layout;
    probe_list(json, "source_roots", layout->source_roots.at, layout->source_roots.count);
    probe_list(json, "packages", layout->packages.at, layout->packages.count);
    probe_list(json, "modules", layout->modules.at, layout->modules.count);
    probe_list(json, "scripts", layout->scripts.at, layout->scripts.count);
    json_close(json, '}');
}

#endif
