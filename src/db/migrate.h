/* SPDX-License-Identifier: AGPL-3.0-or-later
 *
 * migrate.h - the statements that db itself needs; sqlgen puts them before those of the slices.
 */
#ifndef BIRGE_DB_MIGRATE_H
#define BIRGE_DB_MIGRATE_H

enum {
    DB_MIGRATIONS_APPLIED, /* slice, number, hash of every applied file */
    DB_MIGRATION_RECORD,   /* slice, number, name, hash */
    N_DB_STATEMENTS,
};

#endif
