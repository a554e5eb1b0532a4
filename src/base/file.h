/* SPDX-License-Identifier: AGPL-3.0-or-later
 *
 * file.h - small files: read whole with a bound, written so that a power cut leaves old or new.
 */
#ifndef BIRGE_BASE_FILE_H
#define BIRGE_BASE_FILE_H

#include "base/err.h"

/* The whole file, at most `max` bytes, NUL-terminated behind the last, in `a`.
 * Errors: ERR_NOT_FOUND, ERR_LIMIT, ERR_IO. */
struct err *file_read(struct arena *a, const char *path, size_t max, struct str *ret_bytes) WARN_UNUSED;
/* Replace `path` durably: a temporary file beside it, fsync, rename, fsync of the folder. `mode` such as
 * 0600. Errors: ERR_IO, ERR_FULL, ERR_SYNC. */
struct err *file_write(struct arena *a, const char *path, struct str bytes, unsigned mode) WARN_UNUSED;
/* As file_write without any sync: readers see old or new, but a power cut may leave old, new or an empty file. */
struct err *file_swap(struct arena *a, const char *path, struct str bytes, unsigned mode) WARN_UNUSED;
/* As file_write, but ERR_CONFLICT when the file exists. */
struct err *file_create(struct arena *a, const char *path, struct str bytes, unsigned mode) WARN_UNUSED;
/* Make a folder (its parent must exist) and sync the parent; fine when it exists already. */
struct err *file_mkdir(struct arena *a, const char *path, unsigned mode) WARN_UNUSED;
bool file_exists(const char *path);
/* fsync of the folder that holds `path`. */
struct err *file_sync_folder(struct arena *a, const char *path) WARN_UNUSED;

#endif
