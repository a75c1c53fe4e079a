/* publish: see publish.h. */
#include "report/publish.h"

#include "base/error.h"
#include "base/instant.h"
#include "base/log.h"
#include "base/text.h"

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <unistd.h>

#define TEMPORARY_PREFIX ".tmp-"
/* Runs that may start within one second. */
enum { SUFFIXES_MAX = 1000, NAME_BYTES = 96, TREE_DEPTH_MAX = 4 };

struct publication {
    char *out;
    char *folder;
    int out_fd;
    int folder_fd;
    bool published;
    bool has_unsynced; /* folders whose files nobody synced */
    char run_id[NAME_BYTES];
    char temporary[NAME_BYTES * 2];
};

/* mkdir -p; 0 or errno. */
static int make_folders(const char *path) {
    char *copy = strdup(path);
    if (copy == NULL)
        return ENOMEM;
    int error = 0;
    for (char *at = copy + 1; error == 0 && *copy != '\0'; at++) {
        bool last = *at == '\0';
        if (!last && *at != '/')
            continue;
        *at = '\0';
        if (mkdir(copy, 0777) != 0 && errno != EEXIST)
            error = errno;
        if (last)
            break;
        *at = '/';
    }
    free(copy);
    return error;
}

static void remove_tree(int parent_fd, const char *name, unsigned depth);

/* One pass over a folder's entries; how many are gone. */
static size_t remove_entries(int fd, unsigned depth) {
    _Alignas(struct dirent64) char entries[4096];
    size_t removed = 0;
    ssize_t got = 0;
    while ((got = getdents64(fd, entries, sizeof entries)) > 0) {
        const struct dirent64 *entry = NULL;
        for (ssize_t at = 0; at < got; at += entry->d_reclen) {
            entry = (const void *)(entries + at);
            if (strcmp(entry->d_name, ".") == 0 || strcmp(entry->d_name, "..") == 0)
                continue;
            bool gone = unlinkat(fd, entry->d_name, 0) == 0;
            if (!gone && depth < TREE_DEPTH_MAX)
                remove_tree(fd, entry->d_name, depth + 1);
            removed += gone;
        }
    }
    return removed;
}

/* Removes a folder and what is in it. Best effort. Asks for no memory, which may be what is out. */
static void remove_tree(int parent_fd, const char *name, unsigned depth) {
    int fd = openat(parent_fd, name, O_RDONLY | O_DIRECTORY | O_NOFOLLOW | O_CLOEXEC);
    if (fd < 0)
        return;
    while (remove_entries(fd, depth) > 0) /* again: removing may shift what a reading meets */
        lseek(fd, 0, SEEK_SET);
    close(fd);
    unlinkat(parent_fd, name, AT_REMOVEDIR);
}

/*
 * Whether the temporary folder's process is gone: no such pid here, and nobody holds the folder's
 * lock (a process on another machine does). The lock dies with its process.
 */
static bool is_abandoned(int out_fd, const char *name) {
    struct span text = span_text(name);
    uint64_t pid = 0;
    if (!text_to_u64(span_from(text, span_find_last(text, '-') + 1), &pid) || pid == 0 ||
        pid > INT32_MAX)
        return false;
    if (kill((pid_t)pid, 0) == 0 || errno != ESRCH)
        return false;
    int fd = openat(out_fd, name, O_RDONLY | O_DIRECTORY | O_NOFOLLOW | O_CLOEXEC);
    if (fd < 0)
        return false;
    bool free_of_owner = flock(fd, LOCK_EX | LOCK_NB) == 0;
    close(fd);
    return free_of_owner;
}

static bool starts_with(const char *name, const char *prefix) {
    return strncmp(name, prefix, strlen(prefix)) == 0;
}

static void remove_abandoned(int out_fd) {
    int fd = openat(out_fd, ".", O_RDONLY | O_DIRECTORY | O_CLOEXEC);
    DIR *directory = fd < 0 ? NULL : fdopendir(fd);
    if (directory == NULL) {
        if (fd >= 0)
            close(fd);
        return;
    }
    for (struct dirent *entry; (entry = readdir(directory)) != NULL;) {
        if (!starts_with(entry->d_name, TEMPORARY_PREFIX) || !is_abandoned(out_fd, entry->d_name))
            continue;
        log_name(LOG_INFO, "removing what an interrupted run left:", span_text(entry->d_name));
        remove_tree(out_fd, entry->d_name, 0);
    }
    closedir(directory);
}

/* Whether a run, finished or being written, has the id already. */
static bool is_taken(int out_fd, const char *run_id) {
    struct stat info;
    if (fstatat(out_fd, run_id, &info, AT_SYMLINK_NOFOLLOW) == 0)
        return true;
    char prefix[NAME_BYTES + sizeof TEMPORARY_PREFIX + 1];
    snprintf(prefix, sizeof prefix, TEMPORARY_PREFIX "%s-", run_id);
    int fd = openat(out_fd, ".", O_RDONLY | O_DIRECTORY | O_CLOEXEC);
    DIR *directory = fd < 0 ? NULL : fdopendir(fd);
    if (directory == NULL) {
        if (fd >= 0)
            close(fd);
        return false;
    }
    bool taken = false;
    for (struct dirent *entry; !taken && (entry = readdir(directory)) != NULL;)
        /* "ID-PID" only: "ID-2-PID" is another run's. */
        taken = starts_with(entry->d_name, prefix) &&
                strchr(entry->d_name + strlen(prefix), '-') == NULL;
    closedir(directory);
    return taken;
}

/* Chooses the id and makes the folder. 0 or errno. Under the lock of OUT, so that two runs cannot
 * agree. */
static int make_temporary(struct publication *publication) {
    struct buffer text = BUFFER_EMPTY;
    instant now = instant_now();
    instant_add(&text, now - now % INSTANT_SECOND); /* "2026-11-23T08:30:00Z" */
    char base[NAME_BYTES / 2] = "";
    size_t len = 0;
    for (size_t i = 0; i < text.len && len + 1 < sizeof base; i++)
        if (text.at[i] != '-' && text.at[i] != ':')
            base[len++] = (char)text.at[i];
    bool told = !text.failed;
    buffer_free(&text);
    if (!told)
        return ENOMEM;
    for (unsigned suffix = 1; suffix < SUFFIXES_MAX; suffix++) {
        if (suffix == 1)
            snprintf(publication->run_id, sizeof publication->run_id, "%s", base);
        else
            snprintf(publication->run_id, sizeof publication->run_id, "%s-%u", base, suffix);
        if (is_taken(publication->out_fd, publication->run_id))
            continue;
        snprintf(publication->temporary, sizeof publication->temporary, TEMPORARY_PREFIX "%s-%ld",
                 publication->run_id, (long)getpid());
        return mkdirat(publication->out_fd, publication->temporary, 0777) == 0 ? 0 : errno;
    }
    return EEXIST;
}

static int open_folders(struct publication *publication, const char *out) {
    publication->out = strdup(out);
    if (publication->out == NULL)
        return ENOMEM;
    int error = make_folders(out);
    if (error != 0)
        return error;
    publication->out_fd = open(out, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
    if (publication->out_fd < 0)
        return errno;
    bool locked = flock(publication->out_fd, LOCK_EX) == 0; /* not on every network file system */
    remove_abandoned(publication->out_fd);
    error = make_temporary(publication);
    if (error == 0) {
        publication->folder_fd =
            openat(publication->out_fd, publication->temporary, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
        if (publication->folder_fd < 0)
            error = errno;
        else
            flock(publication->folder_fd, LOCK_EX | LOCK_NB); /* a sign of life, see is_abandoned */
    }
    if (locked)
        flock(publication->out_fd, LOCK_UN);
    if (error == 0 && asprintf(&publication->folder, "%s/%s", out, publication->run_id) < 0) {
        publication->folder = NULL;
        error = ENOMEM;
    }
    return error;
}

struct publication *publication_open(const char *out) {
    struct publication *publication = calloc(1, sizeof *publication);
    if (publication == NULL) {
        log_line(LOG_ERROR, "cannot write reports into %s: out of memory", out);
        return NULL;
    }
    publication->out_fd = -1;
    publication->folder_fd = -1;
    int error = open_folders(publication, out);
    if (error == 0)
        return publication;
    log_line(LOG_ERROR, "cannot write reports into %s: %s%s", out, error_words(error),
             error_advice(error));
    publication_close(publication);
    return NULL;
}

const char *publication_run_id(const struct publication *publication) {
    return publication->run_id;
}

const char *publication_folder(const struct publication *publication) {
    return publication->folder;
}

int publication_fd(const struct publication *publication) {
    return publication->folder_fd;
}

void publication_complain(const struct publication *publication, const char *name, int error) {
    log_line(LOG_ERROR, "cannot write %s%s%s: %s%s", publication->folder, name ? "/" : "",
             name ? name : "", error_words(error), error_advice(error));
}

bool publication_add_folder(struct publication *publication, const char *name) {
    publication->has_unsynced = true;
    return mkdirat(publication->folder_fd, name, 0777) == 0 || errno == EEXIST;
}

bool publication_write(struct publication *publication, const char *name, struct span content) {
    int fd = openat(publication->folder_fd, name,
                    O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC | O_NOFOLLOW, 0666);
    if (fd < 0)
        return false;
    int error = 0;
    for (size_t done = 0; error == 0 && done < content.len;) {
        ssize_t wrote = write(fd, content.at + done, content.len - done);
        if (wrote >= 0)
            done += (size_t)wrote;
        else if (errno != EINTR)
            error = errno;
    }
    if (error == 0 && fsync(fd) != 0 && errno != EINVAL)
        error = errno;
    if (close(fd) != 0 && error == 0)
        error = errno;
    errno = error;
    return error == 0;
}

bool publication_publish(struct publication *publication) {
    /* Thousands of small files: one sync of the file system costs less than one of each. */
    bool done = !publication->has_unsynced || syncfs(publication->folder_fd) == 0;
    done = done && (fsync(publication->folder_fd) == 0 || errno == EINVAL);
    /* The id was free when chosen and our temporary folder kept it; renaming onto a folder with
     * content fails. */
    done = done && renameat(publication->out_fd, publication->temporary, publication->out_fd,
                            publication->run_id) == 0;
    if (!done) {
        publication_complain(publication, NULL, errno);
        return false;
    }
    publication->published = true;
    return true;
}

static bool sync_out(const struct publication *publication) {
    return fsync(publication->out_fd) == 0 || errno == EINVAL;
}

/* The folder is on disk before the link to it, and the link before success is told. */
bool publication_move_latest(struct publication *publication) {
    static const char name[] = ".latest-new";
    int out = publication->out_fd;
    bool locked = flock(out, LOCK_EX) == 0; /* as in open_folders */
    unlinkat(out, name, 0);                 /* of a process that died here */
    bool done = sync_out(publication) && symlinkat(publication->run_id, out, name) == 0 &&
                renameat(out, name, out, "latest") == 0 && sync_out(publication);
    int error = errno;
    if (!done)
        unlinkat(out, name, 0);
    if (locked)
        flock(out, LOCK_UN);
    if (done)
        return true;
    log_line(LOG_ERROR, "cannot move %s/latest to %s: %s%s", publication->out, publication->run_id,
             error_words(error), error_advice(error));
    return false;
}

void publication_close(struct publication *publication) {
    if (publication == NULL)
        return;
    if (!publication->published && publication->folder_fd >= 0)
        remove_tree(publication->out_fd, publication->temporary, 0);
    if (publication->folder_fd >= 0)
        close(publication->folder_fd);
    if (publication->out_fd >= 0)
        close(publication->out_fd);
    free(publication->folder);
    free(publication->out);
    free(publication);
}
