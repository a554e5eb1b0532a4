/* SPDX-License-Identifier: AGPL-3.0-or-later
 *
 * own.h - a database server may hold what belongs to others; Birge does not move in with them.
 */
#ifndef BIRGE_DB_OWN_H
#define BIRGE_DB_OWN_H

#include "db/engine.h"

/* Before the first migration: refuse a database of PostgreSQL that holds tables which are not the schema's and not those
 * of an extension. Where Birge lives already nothing is looked for. On the writer's connection.
 * Errors: ERR_CONFIG, naming some of the tables; those of the engine. */
struct err *expect_own_database(struct arena *a, struct engine *e, const struct db_schema *schema) WARN_UNUSED;

#endif
