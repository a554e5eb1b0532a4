/* SPDX-License-Identifier: AGPL-3.0-or-later
 *
 * profile_load.c - which profiles there are: those of the program, those of the data folder, kept versions.
 *
 * DIR/profiles/<id>.json is an institution's own version and goes before the program's of the same id; the
 * program's stays known by its tag. DIR/profiles/<id>@<12 hex>.json is an earlier version that cases name:
 * its bytes must hash to its name, so a kept version cannot be changed under the cases that rest on it.
 */
#include "core/profile_private.h"

#include <dirent.h>
#include <errno.h>

#include "base/buf.h"
#include "base/file.h"

#define PROFILE_BYTES ((size_t)2 * ARENA_MIB)
#define MAX_PROFILES 1000

struct found {
    const struct profile *items[MAX_PROFILES];
    size_t n;
};

struct str profile_file_bytes(const char *name)
{
    for (size_t i = 0; i < profile_n_files; i++)
        if (str_eq(str_c(profile_files[i].name), str_c(name)))
            return (struct str){(const char *)profile_files[i].bytes,
                                (size_t)(profile_files[i].end - profile_files[i].bytes)};
    return (struct str){0};
}

static bool is_calendar(struct str name)
{
    return str_starts(name, S("calendar-"));
}

const char *const *profile_builtin_ids(size_t *ret_n)
{
    static const char *const ids[] = {"kz-2026", "kz-2021", "kz-2019", "city-default"};
    *ret_n = sizeof ids / sizeof ids[0];
    return ids;
}

/* Parse, check and add; the same bytes twice are one profile. */
static struct err *add(struct arena *app, struct found *f, struct str name, struct str bytes,
                       const struct profile **ret_profile)
{
    const struct profile *p;
    struct profile_finding *findings;
    size_t n;
    TRY(profile_parse(app, name, bytes, &p));
    profile_check(app, p, &findings, &n);
    if (n > 0)
        return ERR(app, ERR_CONFIG, "%.*s: %.*s: %.*s%s", STR_FMT(name), STR_FMT(findings[0].place),
                   STR_FMT(findings[0].problem), n > 1 ? " (and more: birge profile check)" : "");
    if (f->n == MAX_PROFILES)
        return ERR(app, ERR_LIMIT, "more than %d profiles", MAX_PROFILES);
    if (!profile_find_tag(f->items, f->n, p->info.tag))
        f->items[f->n++] = p;
    *ret_profile = p;
    return NULL;
}

/* One file of DIR/profiles. `kept` chooses which of the two sorts this round takes. */
static struct err *add_file(struct arena *app, struct found *f, struct str dir, struct str name, bool kept)
{
    struct str bytes;
    const struct profile *p;
    struct str stem = str_slice(name, 0, name.n - strlen(".json"));
    if (is_calendar(name) || (str_find(stem, '@') != SIZE_MAX) != kept)
        return NULL;
    struct str path = str_printf(app, "%.*s/%.*s", STR_FMT(dir), STR_FMT(name));
    TRY(file_read(app, path.p, PROFILE_BYTES, &bytes));
    TRY(add(app, f, path, bytes, &p));
    struct str expected = kept ? p->info.tag : p->info.id;
    if (!str_eq(stem, expected))
        return ERR(app, ERR_CONFIG, "%.*s: its content belongs to the name %.*s.json%s", STR_FMT(path),
                   STR_FMT(expected), kept ? ": a kept version was changed" : "");
    return NULL;
}

static int by_name(const void *left, const void *right)
{
    return str_cmp(*(const struct str *)left, *(const struct str *)right);
}

/* Names of the .json files of a folder in order, into `app`; none when the folder is not there. */
static struct err *list_folder(struct arena *app, struct str dir, struct str **ret_names, size_t *ret_n)
{
    struct str *names = ARENA_ARRAY(app, MAX_PROFILES, struct str);
    size_t n = 0;
    char *path = str_to_c(app, dir);
    DIR *d = opendir(path);
    *ret_names = names;
    *ret_n = 0;
    if (!d)
        return errno == ENOENT ? NULL : ERR(app, ERR_IO, "%s cannot be listed: %s", path, strerror(errno));
    for (struct dirent *e = readdir(d); e && n < MAX_PROFILES; e = readdir(d)) {
        struct str name = str_c(e->d_name);
        if (str_ends(name, S(".json")) && e->d_name[0] != '.')
            names[n++] = str_dup(app, name);
    }
    closedir(d);
    qsort(names, n, sizeof names[0], by_name);
    *ret_n = n;
    return NULL;
}

struct err *profile_load_all(struct arena *app, struct str data_dir,
                             const struct profile *const **ret_profiles, size_t *ret_n)
{
    struct found *f = ARENA_NEW(app, struct found);
    struct str *names = NULL;
    size_t n = 0;
    const struct profile *p;
    struct str dir = {0};
    if (data_dir.p) {
        dir = str_printf(app, "%.*s/profiles", STR_FMT(data_dir));
        TRY(list_folder(app, dir, &names, &n));
    }
    for (size_t i = 0; i < n; i++)
        TRY(add_file(app, f, dir, names[i], false));
    for (size_t i = 0; i < profile_n_files; i++)
        if (!is_calendar(str_c(profile_files[i].name)))
            TRY(add(app, f, str_printf(app, "profiles/%s", profile_files[i].name),
                    profile_file_bytes(profile_files[i].name), &p));
    for (size_t i = 0; i < n; i++)
        TRY(add_file(app, f, dir, names[i], true));
    *ret_profiles = f->items;
    *ret_n = f->n;
    return NULL;
}

struct err *profile_keep(struct arena *a, struct str data_dir, const struct profile *p)
{
    struct str dir = str_printf(a, "%.*s/profiles", STR_FMT(data_dir));
    struct str path = str_printf(a, "%.*s/%.*s.json", STR_FMT(dir), STR_FMT(p->info.tag));
    TRY(file_mkdir(a, dir.p, 0700));
    if (file_exists(path.p))
        return NULL;
    return file_write(a, path.p, p->info.json, 0600);
}
