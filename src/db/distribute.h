/* SPDX-License-Identifier: AGPL-3.0-or-later
 *
 * distribute.h - spreading the tables of one PostgreSQL over the workers of a Citus cluster.
 *
 * Every key of every table begins with realm, so all tables are spread by it and lie together: a batch of one realm
 * touches one worker, and no statement crosses two.
 *
 * Source: docs/operate/citus.md; architecture.md, section 6.
 */
#ifndef BIRGE_DB_DISTRIBUTE_H
#define BIRGE_DB_DISTRIBUTE_H

#include "db/db.h"

/* Let Citus distribute every table of the schema by realm, in one transaction; those that are distributed already stay
 * as they are. The writer of `db` must not run.
 * Errors: ERR_CONFIG when the database is a file; ERR_DB, naming what to do, when the extension is not there. */
struct err *db_distribute(struct arena *a, struct db *db, int64_t *ret_tables) WARN_UNUSED;

#endif
