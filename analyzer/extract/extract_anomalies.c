/* extract_anomalies: see extract_anomalies.h. */
#include "extract/extract_anomalies.h"

const struct anomaly_meaning extract_anomalies[] = {
    {"no-metadata", "no METADATA or PKG-INFO where this format keeps it", false},
    {"several-dist-info", "a wheel with more than one .dist-info folder", true},
    {"no-record", "a wheel without a RECORD in its .dist-info folder", true},
    {"no-wheel-file", "a wheel without a WHEEL in its .dist-info folder", true},
    {"record-malformed",
     "a row of RECORD has not three columns, no path, or a size or hash that cannot be one", false},
    {"record-path",
     "RECORD gives a path that leaves the installation or is not how the member is called", true},
    {"record-duplicate", "RECORD lists a member more than once", false},
    {"record-absent", "RECORD lists what is not in the wheel", true},
    {"record-unlisted", "RECORD does not list a member of the wheel", true},
    {"record-no-hash", "RECORD lists a member without a hash or without a size", false},
    {"record-weak-hash", "a hash in RECORD is weaker than SHA-256, or of no known algorithm",
     false},
    {"record-size", "RECORD gives a member another size than it has", false},
    {"record-hash", "RECORD gives a member another hash than it has (found with --thorough)",
     false},
    {"record-unchecked",
     "a member is too large for its hash in RECORD to be compared (with --thorough)", false},
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
