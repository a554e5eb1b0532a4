/* SPDX-License-Identifier: AGPL-3.0-or-later
 *
 * backup.h - the whole state in one file: a pax archive of database, objects, keys, settings.
 *
 * The database is copied first, through the writer's connection, as one moment of it; every object that this
 * moment names was durable before the row that names it, so the archive is complete. It holds the keys: keep
 * it as you keep the folder.
 */
#ifndef BIRGE_APP_BACKUP_H
#define BIRGE_APP_BACKUP_H

#include "core/site.h"

/* Write `file` (must not exist; appears under its name only when it is whole and synced). Memory: `a`. */
struct err *backup_write(struct arena *a, struct site *site, const char *file, int64_t *ret_bytes) WARN_UNUSED;
/* Unpack `file` into `dir`, which must not exist; its rows into the empty database `url`, or, absent, into DIR/birge.db,
 * whatever held them before. On an error nothing stays. */
struct err *backup_restore(struct arena *a, const char *file, const char *dir, struct str url) WARN_UNUSED;

#endif
