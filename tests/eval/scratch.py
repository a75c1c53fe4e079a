"""Where corpora are built: in memory when there is room, because a mirror is some folders per file
and a disk takes ten times as long to make them."""

import os
import shutil
import tempfile

MEMORY = "/dev/shm"
# Of each project, its pages and folders, on a file system in memory (measured: 15 to 20 KiB).
PROJECT_BYTES = 24 << 10


def folder(projects):
    """A temporary directory for corpora of so many projects at once."""
    place = None
    try:
        if os.access(MEMORY, os.W_OK) and shutil.disk_usage(MEMORY).free > 2 * projects * PROJECT_BYTES:
            place = MEMORY
    except OSError:
        pass
    return tempfile.TemporaryDirectory(prefix="winnow-eval-", dir=place)
