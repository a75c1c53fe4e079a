/* list_file: see list_file.h. */
#include "engine/list_file.h"

#include "base/log.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

/* A copy in a temporary file without a name; -1 with errno. */
static int spool(int from) {
    char bytes[64 * 1024];
    FILE *file = tmpfile();
    int fd = file != NULL ? fcntl(fileno(file), F_DUPFD_CLOEXEC, 0) : -1;
    if (file != NULL)
        fclose(file);
    ssize_t got = 0;
    while (fd >= 0 && (got = read(from, bytes, sizeof bytes)) != 0) {
        if ((got < 0 && errno != EINTR) || (got > 0 && write(fd, bytes, (size_t)got) != got)) {
            int error = got < 0 ? errno : ENOSPC;
            close(fd);
            fd = -1;
            errno = error;
        }
    }
    return fd;
}

/* 0 or errno. */
static int open_list(const char *name, int *list_fd) {
    struct stat status;
    int fd = strcmp(name, "-") == 0 ? fcntl(STDIN_FILENO, F_DUPFD_CLOEXEC, 0)
                                    : open(name, O_RDONLY | O_CLOEXEC);
    if (fd < 0)
        return errno;
    int error = fstat(fd, &status) != 0 ? errno : S_ISDIR(status.st_mode) ? EISDIR : 0;
    if (error == 0 && lseek(fd, 0, SEEK_SET) != 0) {
        int copy = spool(fd);
        error = copy < 0 ? errno : 0;
        close(fd);
        fd = copy;
    }
    if (error == 0)
        *list_fd = fd;
    else if (fd >= 0)
        close(fd);
    return error;
}

int list_file_open(const char *name) {
    int fd = -1;
    int error = open_list(name, &fd);
    if (error != 0)
        log_line(LOG_ERROR, "--files-from %s: %s", name, strerrordesc_np(error));
    return fd;
}

bool list_file_is_absolute(int fd) {
    char first = '\0';
    return pread(fd, &first, 1, 0) == 1 && first == '/';
}
