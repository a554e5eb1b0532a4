/* SPDX-License-Identifier: AGPL-3.0-or-later
 *
 * file.c - reading and durable writing of small files.
 */
#include "base/file.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

static struct err *failed(struct arena *a, const char *what, const char *path)
{
    int number = errno;
    enum err_code code = number == ENOENT                         ? ERR_NOT_FOUND
                         : number == ENOSPC || number == EDQUOT   ? ERR_FULL
                         : number == EEXIST                       ? ERR_CONFLICT
                                                                  : ERR_IO;
    return ERR(a, code, "%s %s: %s", what, path, strerror(number));
}

struct err *file_read(struct arena *a, const char *path, size_t max, struct str *ret_bytes)
{
    int fd = open(path, O_RDONLY | O_CLOEXEC);
    if (fd < 0)
        return failed(a, "open", path);
    struct stat st;
    if (fstat(fd, &st) != 0 || !S_ISREG(st.st_mode)) {
        struct err *e = S_ISDIR(st.st_mode) ? ERR(a, ERR_IO, "%s is a folder", path)
                                            : failed(a, "stat", path);
        (void)close(fd);
        return e;
    }
    if ((uint64_t)st.st_size > max) {
        (void)close(fd);
        return ERR(a, ERR_LIMIT, "%s has %lld bytes; at most %zu are read", path, (long long)st.st_size, max);
    }
    size_t size = (size_t)st.st_size;
    char *p = arena_alloc(a, size + 1);
    size_t n = 0;
    while (n < size) {
        ssize_t got = read(fd, p + n, size - n);
        if (got < 0 && errno == EINTR)
            continue;
        if (got < 0) {
            struct err *e = failed(a, "read", path);
            (void)close(fd);
            return e;
        }
        if (got == 0)
            break;
        n += (size_t)got;
    }
    (void)close(fd);
    p[n] = '\0';
    *ret_bytes = (struct str){p, n};
    return NULL;
}

static struct err *write_all(struct arena *a, int fd, const char *path, struct str bytes, bool is_synced)
{
    size_t n = 0;
    while (n < bytes.n) {
        ssize_t put = write(fd, bytes.p + n, bytes.n - n);
        if (put < 0 && errno == EINTR)
            continue;
        if (put < 0)
            return failed(a, "write", path);
        n += (size_t)put;
    }
    if (is_synced && fsync(fd) != 0)
        return ERR(a, ERR_SYNC, "fsync %s: %s", path, strerror(errno));
    return NULL;
}

static struct err *create_new(struct arena *a, const char *path, struct str bytes, unsigned mode, bool is_synced)
{
    int fd = open(path, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, (mode_t)mode);
    if (fd < 0)
        return failed(a, "create", path);
    struct err *e = write_all(a, fd, path, bytes, is_synced);
    if (close(fd) != 0 && !e)
        e = failed(a, "close", path);
    if (e)
        (void)unlink(path);
    return e;
}

struct err *file_sync_folder(struct arena *a, const char *path)
{
    const char *slash = strrchr(path, '/');
    struct str folder = slash == NULL ? S(".") : slash == path ? S("/") : (struct str){path, (size_t)(slash - path)};
    char *name = str_to_c(a, folder);
    int fd = open(name, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
    if (fd < 0)
        return failed(a, "open folder", name);
    int rc = fsync(fd);
    int number = errno;
    (void)close(fd);
    if (rc != 0)
        return ERR(a, ERR_SYNC, "fsync %s: %s", name, strerror(number));
    return NULL;
}

/* Put a new file in the place of an old one. */
static struct err *replace(struct arena *a, const char *path, struct str bytes, unsigned mode, bool is_synced)
{
    struct str tmp = str_printf(a, "%s.%ld.tmp", path, (long)getpid());
    (void)unlink(tmp.p);
    TRY(create_new(a, tmp.p, bytes, mode, is_synced));
    if (rename(tmp.p, path) != 0) {
        struct err *e = failed(a, "rename", path);
        (void)unlink(tmp.p);
        return e;
    }
    return NULL;
}

struct err *file_write(struct arena *a, const char *path, struct str bytes, unsigned mode)
{
    TRY(replace(a, path, bytes, mode, true));
    return file_sync_folder(a, path);
}

struct err *file_swap(struct arena *a, const char *path, struct str bytes, unsigned mode)
{
    return replace(a, path, bytes, mode, false);
}

struct err *file_create(struct arena *a, const char *path, struct str bytes, unsigned mode)
{
    TRY(create_new(a, path, bytes, mode, true));
    return file_sync_folder(a, path);
}

struct err *file_mkdir(struct arena *a, const char *path, unsigned mode)
{
    if (mkdir(path, (mode_t)mode) != 0) {
        struct stat st;
        if (errno == EEXIST && stat(path, &st) == 0 && S_ISDIR(st.st_mode))
            return NULL;
        return failed(a, "make folder", path);
    }
    return file_sync_folder(a, path);
}

bool file_exists(const char *path)
{
    struct stat st;
    return stat(path, &st) == 0;
}
