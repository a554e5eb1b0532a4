/* SPDX-License-Identifier: AGPL-3.0-or-later
 *
 * folder.c - making and unmaking data folders.
 */
#include "app/folder.h"

#include <dirent.h>
#include <errno.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/file.h"

#define FOLDER_DEPTH 4

static void remove_below(struct arena *a, const char *dir, int depth)
{
    DIR *d = opendir(dir);
    if (!d)
        return;
    for (struct dirent *item; (item = readdir(d));) {
        struct stat st;
        if (strcmp(item->d_name, ".") == 0 || strcmp(item->d_name, "..") == 0)
            continue;
        struct arena_mark mark = arena_mark(a);
        const char *path = str_printf(a, "%s/%s", dir, item->d_name).p;
        bool is_folder = lstat(path, &st) == 0 && S_ISDIR(st.st_mode);
        if (is_folder && depth > 0)
            remove_below(a, path, depth - 1);
        else if (!is_folder)
            (void)unlink(path);
        arena_rewind(a, mark);
    }
    (void)closedir(d);
    (void)rmdir(dir);
}

void folder_remove(struct arena *a, const char *dir)
{
    struct stat st;
    if (lstat(dir, &st) == 0 && S_ISDIR(st.st_mode))
        remove_below(a, dir, FOLDER_DEPTH);
}

struct err *folder_begin(struct arena *a, const char *dir, const char **ret_temporary)
{
    if (file_exists(dir))
        return ERR(a, ERR_CONFLICT, "%s exists already; nothing was changed", dir);
    const char *temporary = str_printf(a, "%s.new", dir).p;
    folder_remove(a, temporary);
    TRY(file_mkdir(a, temporary, 0700));
    *ret_temporary = temporary;
    return NULL;
}

struct err *folder_publish(struct arena *a, const char *temporary, const char *dir)
{
    if (rename(temporary, dir) != 0)
        return ERR(a, ERR_IO, "%s: %s", dir, strerror(errno));
    return file_sync_folder(a, dir);
}
