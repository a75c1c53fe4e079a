/*
 * member_name: from a member's name as stored to a path below the archive's
 * root, and what is odd about the name. No name is ever opened; the path is
 * what an honest unpacking would create.
 */
#ifndef WINNOW_UNPACK_MEMBER_NAME_H
#define WINNOW_UNPACK_MEMBER_NAME_H

#include "base/arena.h"

enum name_oddity {
    NAME_EMPTY = 1,
    NAME_ABSOLUTE = 2,
    NAME_DOTDOT = 4,
    NAME_CONTROL = 8, /* 0x01-0x1F or 0x7F */
    NAME_NUL = 16,
    NAME_BACKSLASH = 32,
    NAME_NOT_UTF8 = 64,
    NAME_NOT_ASCII = 128,
    NAME_WINDOWS = 256 /* has another meaning there: drives, streams, endings that are cut */
};

/*
 * The path: cut at a NUL, without "." parts, doubled and trailing slashes; "" when the
 * name is absolute or has a ".." part. A view of `name` where that is enough, else a
 * copy in the arena. *oddities gets the bits above. False when memory is out.
 */
bool member_path(struct arena *arena, struct span name, struct span *path, unsigned *oddities);

/* Whether a link at `path` (a member's cleaned path) to `target` leads out of the archive's root.
 */
bool link_leaves_root(struct span path, struct span target);

/* Compiled module or library: .so, .so.1.2, .pyd, .dll, .dylib. */
bool is_native_name(struct span path);

/* What some tools add and nobody unpacks on purpose: "._x" and __MACOSX (AppleDouble),
 * PaxHeader(s) folders, pax_global_header. Looks at the first part of the path. */
bool is_junk_root(struct span first_part);

#endif
