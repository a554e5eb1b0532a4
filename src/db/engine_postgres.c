/* SPDX-License-Identifier: AGPL-3.0-or-later
 *
 * engine_postgres.c - the second engine: a PostgreSQL server, through libpq.
 */
#include "db/engine.h"

struct err *engine_postgres_open(struct arena *app, const char *url, enum engine_use use, const struct db_schema *schema,
                                 struct engine **ret_engine)
{
    (void)url;
    (void)use;
    (void)schema;
    (void)ret_engine;
    return ERR(app, ERR_CONFIG, "this build cannot connect to PostgreSQL yet");
}
