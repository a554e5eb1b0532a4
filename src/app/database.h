/* SPDX-License-Identifier: AGPL-3.0-or-later
 *
 * database.h - which database a data folder uses: its address, its birge.ini, and moving from one to another.
 *
 * Keeps:  an address with a password is nowhere but in birge.ini (0600) and in the library that connects: not in
 *         messages, not in the log, not in the process list.
 * Source: docs/operate/postgres.md.
 */
#ifndef BIRGE_APP_DATABASE_H
#define BIRGE_APP_DATABASE_H

#include "db/copy.h"

/* The address of a database from the command line: itself, or the name of a file whose first line it is. In `a`.
 * Errors: ERR_CONFIG when it is not postgresql://...; the text repeats nothing of it that may be a password. */
struct err *database_url(struct arena *a, const char *arg, struct str *ret_url) WARN_UNUSED;
/* The same without its password, for people: "postgresql://birge:***@host/birge". In `a`. */
struct str database_shown(struct arena *a, struct str url);
/* Let `word`, a word of argv, show no password in the process list any more; the whole of it, in `a`. */
const char *database_hide(struct arena *a, char *word);

/* Let birge.ini at `path` say [database] url = `url`; an empty one takes the line out. Everything else stays as it
 * is, comments too. Durable, 0600. */
struct err *database_write_ini(struct arena *a, const char *path, struct str url) WARN_UNUSED;

/* One of the two places where rows can live. */
struct database {
    const char *path; /* of the SQLite file, when `url` is absent */
    struct str url;
};
/* Copy all rows of `from` into `to`, which may have Birge's tables and must have no row (db_copy). The source is held by
 * this process meanwhile: no server may run on it. */
struct err *database_copy(struct arena *a, const struct database *from, const struct database *to,
                          const struct db_copy_options *options, struct db_copy_report *ret_report) WARN_UNUSED;

#endif
