/* error: see error.h. */
#include "base/error.h"

#include <errno.h>
#include <string.h>

const char *error_words(int error) {
    const char *words = strerrordesc_np(error);
    return words != NULL ? words : "unknown error";
}

const char *error_advice(int error) {
    switch (error) {
    case ENOSPC:
    case EDQUOT:
        return "; make room and run the same command again";
    case EFBIG:
        return "; raise the limit of file sizes (ulimit -f) and run the same command again";
    case EIO:
        return "; check the disk, then run the same command again";
    case EACCES:
    case EPERM:
    case EROFS:
        return "; allow writing there, or name another place";
    case EMFILE:
    case ENFILE:
        return "; raise the limit of open files (ulimit -n)";
    case ENOMEM:
        return "; free memory and run the same command again";
    default:
        return "";
    }
}
