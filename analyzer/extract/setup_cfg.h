/*
 * setup_cfg: what a setup.cfg declares, as setuptools and pbr read it:
 * [options], [options.entry_points], [options.packages.find],
 * [options.extras_require], [metadata]; pbr's [entry_points] and [files].
 */
#ifndef WINNOW_EXTRACT_SETUP_CFG_H
#define WINNOW_EXTRACT_SETUP_CFG_H

#include "extract/declared.h"

/*
 * Fills `declared`; spans view `text` or live in the arena. Names of entry point groups keep their
 * case, but for pbr's, which are lower case with "_" for "-" there. *bad_line is the first line
 * that configparser would refuse (0: none); the rest is read all the same. False when memory is
 * out.
 */
bool setup_cfg_read(struct arena *arena, struct span text, struct declared *declared,
                    uint32_t *bad_line);

#endif
