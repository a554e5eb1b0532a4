/* SPDX-License-Identifier: AGPL-3.0-or-later
 *
 * backup.c - packing and unpacking a data folder with libarchive.
 */
#include "app/backup.h"

#include <archive.h>
#include <archive_entry.h>
#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "app/database.h"
#include "app/folder.h"
#include "app/site_open.h"
#include "base/file.h"

#define COPY_BYTES (64 * ARENA_KIB)

/* ---- packing ---- */

struct packing {
    struct arena *a;
    struct archive *out;
};

static struct err *archive_failed(struct arena *a, struct archive *archive, const char *what)
{
    const char *why = archive_error_string(archive);
    enum err_code code = archive_errno(archive) == ENOSPC ? ERR_FULL : ERR_IO;
    return ERR(a, code, "%s: %s", what, why ? why : "the archive library gives no reason");
}

static struct err *copy_file(struct packing *p, int fd, const char *name, int64_t size)
{
    char *bytes = arena_alloc(p->a, COPY_BYTES);
    int64_t left = size;
    while (left > 0) {
        ssize_t n = read(fd, bytes, COPY_BYTES);
        if (n < 0 && errno == EINTR)
            continue;
        if (n <= 0)
            return ERR(p->a, ERR_IO, "%s: %s", name, n == 0 ? "shorter than it was" : strerror(errno));
        if (archive_write_data(p->out, bytes, (size_t)n) != n)
            return archive_failed(p->a, p->out, name);
        left -= n;
    }
    return NULL;
}

/* One regular file under the name it has inside the folder. */
static struct err *pack_file(struct packing *p, const char *path, const char *name)
{
    struct stat st;
    int fd = open(path, O_RDONLY | O_CLOEXEC | O_NOFOLLOW);
    if (fd < 0 || fstat(fd, &st) != 0) {
        if (fd >= 0)
            (void)close(fd);
        return ERR(p->a, ERR_IO, "%s: %s", path, strerror(errno));
    }
    struct arena_mark mark = arena_mark(p->a);
    struct archive_entry *entry = archive_entry_new();
    archive_entry_set_pathname(entry, name);
    archive_entry_set_size(entry, st.st_size);
    archive_entry_set_filetype(entry, AE_IFREG);
    archive_entry_set_perm(entry, 0600);
    archive_entry_set_mtime(entry, st.st_mtime, 0);
    struct err *e = NULL;
    if (archive_write_header(p->out, entry) != ARCHIVE_OK)
        e = archive_failed(p->a, p->out, name);
    archive_entry_free(entry);
    if (!e)
        e = copy_file(p, fd, path, st.st_size);
    (void)close(fd);
    if (!e)
        arena_rewind(p->a, mark);
    return e;
}

/* All regular files below `dir`, at most `depth` folders deep; temporary files are left out. */
static struct err *pack_folder(struct packing *p, const char *dir, const char *name, int depth)
{
    DIR *d = opendir(dir);
    struct err *e = NULL;
    if (!d)
        return errno == ENOENT ? NULL : ERR(p->a, ERR_IO, "%s: %s", dir, strerror(errno));
    for (struct dirent *item; !e && (item = readdir(d));) {
        if (item->d_name[0] == '.' || str_ends(str_c(item->d_name), S(".tmp")))
            continue;
        struct arena_mark mark = arena_mark(p->a);
        const char *path = str_printf(p->a, "%s/%s", dir, item->d_name).p;
        const char *inner = str_printf(p->a, "%s/%s", name, item->d_name).p;
        struct stat st;
        if (lstat(path, &st) != 0)
            e = ERR(p->a, ERR_IO, "%s: %s", path, strerror(errno));
        else if (S_ISDIR(st.st_mode) && depth > 0)
            e = pack_folder(p, path, inner, depth - 1);
        else if (S_ISREG(st.st_mode))
            e = pack_file(p, path, inner);
        if (!e)
            arena_rewind(p->a, mark);
    }
    (void)closedir(d);
    return e;
}

static struct err *pack_all(struct packing *p, struct site *site, const char *db_copy)
{
    struct site_paths paths = site_paths(p->a, str_to_c(p->a, site->data_dir));
    TRY(pack_file(p, paths.ini, "birge.ini"));
    TRY(pack_folder(p, paths.keys, "keys", 0));
    TRY(pack_file(p, paths.vkey, "log/vkey"));
    TRY(pack_file(p, db_copy, "birge.db"));
    TRY(pack_folder(p, paths.objects, "objects", 1));
    return pack_folder(p, str_printf(p->a, "%.*s/profiles", STR_FMT(site->data_dir)).p, "profiles", 0);
}

/* Give the finished file its name, durably. */
static struct err *publish(struct arena *a, const char *temporary, const char *file, int64_t *ret_bytes)
{
    struct stat st;
    int fd = open(temporary, O_RDONLY | O_CLOEXEC);
    bool ok = fd >= 0 && fsync(fd) == 0 && fstat(fd, &st) == 0;
    int why = errno;
    if (fd >= 0)
        (void)close(fd);
    if (ok && link(temporary, file) != 0) {
        ok = false;
        why = errno;
    }
    if (!ok)
        return ERR(a, why == EEXIST ? ERR_CONFLICT : ERR_IO, "%s: %s", file, strerror(why));
    *ret_bytes = st.st_size;
    return file_sync_folder(a, file);
}

static struct err *write_archive(struct arena *a, struct site *site, const char *db_copy, const char *temporary)
{
    struct packing p = {.a = a, .out = archive_write_new()};
    struct err *e = NULL;
    if (archive_write_set_format_pax_restricted(p.out) != ARCHIVE_OK ||
        archive_write_open_filename(p.out, temporary) != ARCHIVE_OK)
        e = archive_failed(a, p.out, temporary);
    if (!e)
        e = pack_all(&p, site, db_copy);
    if (!e && archive_write_close(p.out) != ARCHIVE_OK)
        e = archive_failed(a, p.out, temporary);
    (void)archive_write_free(p.out);
    return e;
}

struct err *backup_write(struct arena *a, struct site *site, const char *file, int64_t *ret_bytes)
{
    if (file_exists(file))
        return ERR(a, ERR_CONFLICT, "%s exists already", file);
    const char *db_copy = str_printf(a, "%s.db.tmp", file).p;
    const char *temporary = str_printf(a, "%s.tmp", file).p;
    (void)unlink(db_copy);
    (void)unlink(temporary);
    struct err *e = db_backup(a, site->db, db_copy);
    if (!e)
        e = write_archive(a, site, db_copy, temporary);
    if (!e)
        e = publish(a, temporary, file, ret_bytes);
    (void)unlink(db_copy);
    (void)unlink(temporary);
    return e;
}

/* ---- unpacking ---- */

/* Only names that a backup has: relative, no "..", known tops. */
static bool is_our_name(struct str name)
{
    static const struct str files[] = {STR("birge.ini"), STR("birge.db"), STR("log/vkey")};
    static const struct str folders[] = {STR("keys/"), STR("objects/"), STR("profiles/")};
    if (str_find_str(name, S("..")) != SIZE_MAX || str_starts(name, S("/")))
        return false;
    for (size_t i = 0; i < sizeof files / sizeof files[0]; i++)
        if (str_eq(name, files[i]))
            return true;
    for (size_t i = 0; i < sizeof folders / sizeof folders[0]; i++)
        if (str_starts(name, folders[i]) && name.n > folders[i].n)
            return true;
    return false;
}

/* Make the folders of `name` below `dir`. */
static struct err *make_folders(struct arena *a, const char *dir, struct str name)
{
    for (size_t i = 0; i < name.n; i++)
        if (name.p[i] == '/')
            TRY(file_mkdir(a, str_printf(a, "%s/%.*s", dir, (int)i, name.p).p, 0700));
    return NULL;
}

static struct err *unpack_file(struct arena *a, struct archive *in, const char *path)
{
    int fd = open(path, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0600);
    if (fd < 0)
        return ERR(a, ERR_IO, "%s: %s", path, strerror(errno));
    struct err *e = NULL;
    if (archive_read_data_into_fd(in, fd) != ARCHIVE_OK)
        e = archive_failed(a, in, path);
    else if (fsync(fd) != 0)
        e = ERR(a, ERR_SYNC, "%s: %s", path, strerror(errno));
    (void)close(fd);
    return e;
}

static struct err *unpack_all(struct arena *a, struct archive *in, const char *file, const char *dir)
{
    struct archive_entry *entry;
    int got;
    bool has_db = false;
    while ((got = archive_read_next_header(in, &entry)) == ARCHIVE_OK) {
        struct str name = str_c(archive_entry_pathname(entry));
        if (!name.p || archive_entry_filetype(entry) != AE_IFREG || !is_our_name(name))
            return ERR(a, ERR_INPUT, "%s: \"%.*s\" is not part of a backup", file, STR_FMT(name));
        name = str_dup(a, name);
        has_db = has_db || str_eq(name, S("birge.db"));
        TRY(make_folders(a, dir, name));
        const char *path = str_printf(a, "%s/%s", dir, name.p).p;
        TRY(unpack_file(a, in, path));
        TRY(file_sync_folder(a, path));
    }
    if (got != ARCHIVE_EOF)
        return archive_failed(a, in, file);
    if (!has_db)
        return ERR(a, ERR_INPUT, "%s: no birge.db in it: not a backup", file);
    return NULL;
}

static struct err *unpack_archive(struct arena *a, const char *file, const char *dir)
{
    struct archive *in = archive_read_new();
    struct err *e = NULL;
    if (archive_read_support_format_tar(in) != ARCHIVE_OK ||
        archive_read_open_filename(in, file, COPY_BYTES) != ARCHIVE_OK)
        e = archive_failed(a, in, file);
    if (!e)
        e = unpack_all(a, in, file, dir);
    (void)archive_read_free(in);
    return e;
}

/* Where the rows of an unpacked archive are to live: its birge.ini may name the server that they came from. */
static struct err *settle_database(struct arena *a, const char *dir, struct str url)
{
    struct site_paths paths = site_paths(a, dir);
    struct database source = {.path = paths.db};
    struct database target = {.url = url};
    struct db_copy_report report;
    if (url.n > 0) {
        TRY(database_copy(a, &source, &target, NULL, &report));
        if (unlink(paths.db) != 0)
            return ERR(a, ERR_IO, "%s: %s", paths.db, strerror(errno));
        (void)unlink(str_printf(a, "%s.lock", paths.db).p);
    }
    return file_exists(paths.ini) ? database_write_ini(a, paths.ini, url) : NULL;
}

struct err *backup_restore(struct arena *a, const char *file, const char *dir, struct str url)
{
    const char *temporary;
    TRY(folder_begin(a, dir, &temporary));
    struct err *e = file_mkdir(a, str_printf(a, "%s/objects", temporary).p, 0700);
    if (!e)
        e = unpack_archive(a, file, temporary);
    if (!e)
        e = settle_database(a, temporary, url);
    if (!e)
        e = folder_publish(a, temporary, dir);
    if (e)
        folder_remove(a, temporary);
    return e;
}
