/* extract_anomalies: see extract_anomalies.h. */
#include "extract/extract_anomalies.h"

const struct anomaly_meaning extract_anomalies[] = {
    {"no-metadata", "no METADATA or PKG-INFO where this format keeps it", false},
    {"several-dist-info", "a wheel with more than one .dist-info folder", true},
    {"name-mismatch", "the file name and the metadata name different projects", true},
    {"version-mismatch", "the file name and the metadata give different versions", true},
    {"field-cut", "a metadata value or a part of an entry point is longer than what is stored",
     false},
    {"too-many-fields", "more metadata fields than are recorded", false},
    {"too-many-entry-points", "more entry points than are recorded", false},
    {"bad-toml", "pyproject.toml is no valid TOML and says nothing", false},
    {"bad-setup-cfg", "setup.cfg has a line that configparser refuses", false},
    {"dynamic-entry-points", "setup.py computes its entry points; only the literal part is known",
     false},
};

const size_t extract_anomaly_count = sizeof extract_anomalies / sizeof extract_anomalies[0];
