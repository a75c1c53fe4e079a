/*
 * filename: project, version and format from the name of an artifact's file:
 * wheels (PEP 427, with build tag, old spellings), sdists (all legacy endings,
 * hyphens in the name), eggs, formats that are only counted.
 */
#ifndef WINNOW_MIRROR_FILENAME_H
#define WINNOW_MIRROR_FILENAME_H

#include "artifact.h"

struct parsed_filename {
    enum artifact_format
        format;          /* by the ending; FORMAT_OTHER for .exe .msi .rpm .deb .dmg and the rest */
    bool is_artifact;    /* an ending that an index has ever accepted */
    struct span name;    /* as written; "" when it cannot be told */
    struct span version; /* as written; "" when it cannot be told */
};

/*
 * `project_hint`: normalised project name known from elsewhere (index, folder), or
 * empty; where a beginning of the file name normalises to it, the name ends there.
 * Without it the name ends where the best version starts ("foo-bar-1.0-1" is release 1.0-1 of
 * foo-bar, "foo-2004-01-01" a date); a name without any version is all name. A platform that
 * distutils appended ("1.0.linux-x86_64") is not part of the version.
 * Under an unknown ending only the hint can tell, and only if a PEP 440 version follows
 * ("foo-1.0.7z"). Endings are compared without case. Results are views of `filename`.
 */
struct parsed_filename filename_parse(struct span filename, struct span project_hint);

#endif
