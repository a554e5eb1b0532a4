/* SPDX-License-Identifier: AGPL-3.0-or-later
 *
 * copy.h - all rows of one database into an empty one, whichever engines hold them.
 *
 * The tables and their statements come from sqlgen, so a new table is copied without a word here.
 *
 * Keeps:  one snapshot of the source, one transaction in the target: all or nothing; every row is read back from the
 *         target and compared before the commit; memory does not grow with the rows.
 * Source: issue "The same on PostgreSQL"; docs/operate/postgres.md.
 */
#ifndef BIRGE_DB_COPY_H
#define BIRGE_DB_COPY_H

#include "base/hash.h"
#include "db/db.h"

struct db_copy_options {
    /* Called now and then, and at the end: rows done of all, both of writing and of reading back. May be NULL. */
    void (*progress)(void *user, int64_t done, int64_t all);
    void *user;
};

struct db_copy_report {
    int64_t tables;
    int64_t rows;
    struct hash digest; /* over all rows, tables by name and rows by key: two databases with the same rows agree */
};

/* Copy every row that `from` sees into `to`, through its writer, in one transaction.
 *
 * `from` is not inside a read transaction; one is held from the first row to the last. `to` was opened with the same
 * schema and is written by nobody else; its writer is started and stopped here, so it must not run yet.
 *
 * Memory:  scratch of some rows; errors in `a`.
 * Errors:  ERR_CONFLICT when a table of `to` holds a row already; ERR_INPUT when what was read back differs; those of
 *          the engines. After an error `to` holds no row.
 * Cost:    each row is read, written, and read once more.
 */
struct err *db_copy(struct arena *a, struct db_read *from, struct db *to, const struct db_copy_options *options,
                    struct db_copy_report *ret_report) WARN_UNUSED;
/* Count and digest all rows that `r` sees, as db_copy does. */
struct err *db_digest_all(struct arena *a, struct db_read *r, struct db_copy_report *ret_report) WARN_UNUSED;
/* Copy into a new SQLite file at `path`, which must not exist; nothing but it is left. For backups of any engine. */
struct err *db_copy_to_file(struct arena *a, struct db *from, const char *path, struct db_copy_report *ret_report)
    WARN_UNUSED;

#endif
