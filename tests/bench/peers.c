/*
 * peers: what winnow is measured against, each in one process over files named on stdin, one a
 * line:
 *
 *     peers directory    the floor of wheels: read 64 KiB from the end, step through the directory
 *     peers declared     the floor of their facts: as that, and METADATA, RECORD and entry points
 * are inflated with libdeflate; nothing is made of them peers deflate      the floor of gzip
 * sdists: libdeflate the whole file, step through the tar peers libarchive   list every member with
 * libarchive, as `bsdtar -tf` does peers read         read every byte
 *
 * Prints "FILES MEMBERS BYTES".
 */
#include <archive.h>
#include <archive_entry.h>
#include <fcntl.h>
#include <libdeflate.h>
#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

enum { TAIL_BYTES = 65536 + 22, BLOCK = 512 };

struct peer {
    unsigned char *room; /* of the file */
    size_t room_bytes;
    unsigned char *out; /* of what comes out of it */
    size_t out_bytes;
    struct libdeflate_decompressor *inflater;
    uint64_t files;
    uint64_t members;
    uint64_t bytes;
};

static unsigned char *widen(unsigned char **room, size_t *has, size_t wanted) {
    if (wanted > *has) {
        free(*room);
        *room = malloc(wanted);
        *has = *room != NULL ? wanted : 0;
        if (*room == NULL)
            abort();
    }
    return *room;
}

static uint32_t u16(const unsigned char *at) {
    return (uint32_t)at[0] | (uint32_t)at[1] << 8;
}

static uint32_t u32(const unsigned char *at) {
    return u16(at) | u16(at + 2) << 16;
}

static size_t read_range(struct peer *peer, int fd, uint64_t from, size_t bytes) {
    unsigned char *room = widen(&peer->room, &peer->room_bytes, bytes + 1);
    ssize_t got = pread(fd, room, bytes, (off_t)from);
    peer->bytes += got > 0 ? (uint64_t)got : 0;
    return got > 0 ? (size_t)got : 0;
}

/* Whether a member is one that no list of an artifact's facts can do without. */
static bool is_declaration(const unsigned char *record) {
    static const char *const names[] = {"/METADATA", "/RECORD", "/entry_points.txt"};
    size_t len = u16(record + 28);
    for (size_t i = 0; i < sizeof names / sizeof names[0]; i++) {
        size_t end = strlen(names[i]);
        if (len > end && memcmp(record + 46 + len - end, names[i], end) == 0)
            return true;
    }
    return false;
}

/* Of what was read with the directory; what lies before it is left out. */
static void inflate_member(struct peer *peer, const unsigned char *record, uint64_t from) {
    uint64_t start = u32(record + 42);
    if (start < from)
        return;
    const unsigned char *local = peer->room + (start - from);
    size_t size = u32(record + 24);
    size_t made = 0;
    widen(&peer->out, &peer->out_bytes, size + 1);
    libdeflate_deflate_decompress(peer->inflater, local + 30 + u16(local + 26) + u16(local + 28),
                                  u32(record + 20), peer->out, size, &made);
}

static void step_wheel(struct peer *peer, int fd, uint64_t size, bool declared) {
    size_t bytes = size < TAIL_BYTES ? (size_t)size : TAIL_BYTES;
    uint64_t from = size - bytes;
    if (read_range(peer, fd, from, bytes) != bytes || bytes < 22)
        return;
    size_t end = bytes - 22;
    while (end > 0 && memcmp(peer->room + end, "PK\5\6", 4) != 0)
        end--;
    uint64_t directory = u32(peer->room + end + 16);
    size_t length = u32(peer->room + end + 12);
    unsigned char *at = peer->room + (directory - from);
    bool apart = directory < from;
    if (apart && read_range(peer, fd, directory, length) == length)
        at = peer->room;
    for (const unsigned char *stop = at + length; at + 46 <= stop;
         at += 46 + u16(at + 28) + u16(at + 30) + u16(at + 32)) {
        peer->members++;
        if (declared && !apart && is_declaration(at))
            inflate_member(peer, at, from);
    }
}

static void step_directory(struct peer *peer, int fd, uint64_t size) {
    step_wheel(peer, fd, size, false);
}

static void step_declared(struct peer *peer, int fd, uint64_t size) {
    step_wheel(peer, fd, size, true);
}

static void step_tar(struct peer *peer, size_t size) {
    size_t at = 0;
    while (at + BLOCK <= size && peer->out[at] != 0) {
        size_t member = strtoul((const char *)peer->out + at + 124, NULL, 8);
        peer->members++;
        at += BLOCK + (member + BLOCK - 1) / BLOCK * BLOCK;
    }
}

static void inflate_whole(struct peer *peer, int fd, uint64_t size) {
    if (read_range(peer, fd, 0, (size_t)size) != size || size < 18)
        return;
    size_t stated = u32(peer->room + size - 4);
    size_t made = 0;
    widen(&peer->out, &peer->out_bytes, stated + 1);
    if (libdeflate_gzip_decompress(peer->inflater, peer->room, (size_t)size, peer->out, stated,
                                   &made) == LIBDEFLATE_SUCCESS)
        step_tar(peer, made);
}

static void read_all(struct peer *peer, int fd, uint64_t size) {
    enum { CHUNK = 1 << 20 };
    for (uint64_t at = 0; at < size; at += CHUNK)
        if (read_range(peer, fd, at, CHUNK) == 0)
            return;
}

static void list_members(struct peer *peer, int fd, uint64_t size) {
    struct archive *archive = archive_read_new();
    struct archive_entry *entry;
    archive_read_support_filter_all(archive);
    archive_read_support_format_all(archive);
    if (archive_read_open_fd(archive, fd, 10240) == ARCHIVE_OK)
        while (archive_read_next_header(archive, &entry) == ARCHIVE_OK)
            peer->members++;
    archive_read_free(archive);
    peer->bytes += size;
}

typedef void (*way)(struct peer *peer, int fd, uint64_t size);

static way way_of(const char *name) {
    static const struct {
        const char *name;
        way way;
    } ways[] = {{"directory", step_directory},
                {"declared", step_declared},
                {"deflate", inflate_whole},
                {"libarchive", list_members},
                {"read", read_all}};
    for (size_t i = 0; i < sizeof ways / sizeof ways[0]; i++)
        if (strcmp(ways[i].name, name) == 0)
            return ways[i].way;
    return NULL;
}

int main(int argc, char **argv) {
    way go = argc == 2 ? way_of(argv[1]) : NULL;
    if (go == NULL) {
        fputs("usage: peers directory|declared|deflate|libarchive|read <FILES\n", stderr);
        return 2;
    }
    struct peer peer = {.inflater = libdeflate_alloc_decompressor()};
    char *line = NULL;
    size_t room = 0;
    ssize_t len;
    while ((len = getline(&line, &room, stdin)) > 0) {
        line[len - 1] = '\0';
        int fd = open(line, O_RDONLY | O_CLOEXEC);
        struct stat status;
        if (fd < 0 || fstat(fd, &status) != 0)
            return 1;
        go(&peer, fd, (uint64_t)status.st_size);
        close(fd);
        peer.files++;
    }
    printf("%llu %llu %llu\n", (unsigned long long)peer.files, (unsigned long long)peer.members,
           (unsigned long long)peer.bytes);
    free(line);
    free(peer.room);
    free(peer.out);
    libdeflate_free_decompressor(peer.inflater);
    return 0;
}
