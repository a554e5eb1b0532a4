/* SPDX-License-Identifier: AGPL-3.0-or-later
 *
 * distribute.c - create_distributed_table for every table that the schema knows.
 *
 * The text of these statements is not in queries.sql: they are made of names of tables alone, run once by an operator,
 * and no database without the extension would prepare them.
 */
#include "db/distribute.h"

#include "base/buf.h"
#include "db/db_private.h"

static const char first_table[] = "db_migration"; /* the others are laid beside it */

static void put_table(struct buf *b, const char *table)
{
    buf_printf(b, "  IF NOT EXISTS (SELECT 1 FROM pg_dist_partition WHERE logicalrelid = '%s'::regclass) THEN\n"
                  "    PERFORM create_distributed_table('%s', 'realm', colocate_with => '%s');\n  END IF;\n",
               table, table, table == first_table ? "none" : first_table);
}

struct err *db_distribute(struct arena *a, struct db *db, int64_t *ret_tables)
{
    struct engine *w = db->writer;
    struct buf b;
    MUST(w && !db->is_running);
    if (!db_is_shared(db))
        return ERR(a, ERR_CONFIG, "only a database of PostgreSQL can be distributed");
    buf_init(&b, a, ARENA_MIB);
    buf_c(&b, "DO $birge$ BEGIN\n"
              "  IF NOT EXISTS (SELECT 1 FROM pg_extension WHERE extname = 'citus') THEN\n"
              "    RAISE EXCEPTION 'the extension citus is not in this database; nothing was changed. Install it, then: "
              "CREATE EXTENSION citus';\n  END IF;\n");
    put_table(&b, first_table);
    for (int i = 0; i < db->schema->n_tables; i++)
        put_table(&b, db->schema->tables[i].table);
    buf_c(&b, "END $birge$;");
    TRY(buf_check(&b, "the script of the distribution"));
    TRY(w->ops->control(w, a, ENGINE_BEGIN));
    struct db_migration all = {.slice = "db", .name = "distribute", .postgres = str_to_c(a, buf_view(&b))};
    struct err *e = w->ops->migrate(w, a, &all);
    if (!e)
        e = w->ops->control(w, a, ENGINE_COMMIT);
    if (e && w->ops->in_transaction(w)) {
        struct err *undo = w->ops->control(w, a, ENGINE_ROLLBACK);
        (void)undo; /* the first error is the one to tell */
    }
    if (e)
        return WRAP(a, e, "distribute");
    *ret_tables = db->schema->n_tables + 1;
    return NULL;
}
