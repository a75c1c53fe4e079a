/* out_file: see out_file.h. */
#include "report/out_file.h"

#include <errno.h>
#include <fcntl.h>
#include <nettle/sha2.h>
#include <stdlib.h>
#include <unistd.h>

enum { FLUSH_BYTES = 256 * 1024 };

struct out_file {
    int fd;
    int error; /* errno of the first failure */
    struct sha256_ctx hash;
    struct buffer pending;
    uint64_t rows;
    uint64_t bytes;
};

struct out_file *out_file_open(int folder_fd, const char *name) {
    struct out_file *file = calloc(1, sizeof *file);
    if (file == NULL) {
        errno = ENOMEM;
        return NULL;
    }
    file->fd = openat(folder_fd, name, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC | O_NOFOLLOW, 0666);
    if (file->fd < 0) {
        int error = errno;
        free(file);
        errno = error;
        return NULL;
    }
    file->pending = BUFFER_EMPTY;
    sha256_init(&file->hash);
    return file;
}

struct buffer *out_file_buffer(struct out_file *file) {
    return &file->pending;
}

static bool flush(struct out_file *file) {
    if (file->pending.failed)
        out_file_fail(file, ENOMEM);
    sha256_update(&file->hash, file->pending.len, file->pending.at);
    size_t done = 0;
    while (file->error == 0 && done < file->pending.len) {
        ssize_t wrote = write(file->fd, file->pending.at + done, file->pending.len - done);
        if (wrote >= 0)
            done += (size_t)wrote;
        else if (errno != EINTR)
            file->error = errno;
    }
    file->bytes += done;
    file->pending.len = 0;
    return file->error == 0;
}

bool out_file_end_row(struct out_file *file) {
    file->rows++;
    if (file->error == 0 && file->pending.len < FLUSH_BYTES && !file->pending.failed)
        return true;
    return flush(file);
}

void out_file_fail(struct out_file *file, int error) {
    if (file->error == 0)
        file->error = error;
}

bool out_file_close(struct out_file *file, bool sync, struct file_facts *facts) {
    flush(file);
    if (sync && file->error == 0 && fsync(file->fd) != 0 &&
        errno != EINVAL) /* EINVAL: no storage behind it */
        file->error = errno;
    if (close(file->fd) != 0)
        out_file_fail(file, errno);
    int error = file->error;
    facts->rows = file->rows;
    facts->bytes = file->bytes;
    sha256_digest(&file->hash, SHA256_BYTES, facts->sha256);
    buffer_free(&file->pending);
    free(file);
    errno = error;
    return error == 0;
}

void out_file_abandon(struct out_file *file) {
    if (file == NULL)
        return;
    close(file->fd);
    buffer_free(&file->pending);
    free(file);
}

int out_file_error(const struct out_file *file) {
    return file->error;
}
