/* SPDX-License-Identifier: AGPL-3.0-or-later
 *
 * own.c - whose tables are in this database?
 *
 * Asked by a block that raises an exception: the text is made of names of our tables alone, and no value comes back.
 */
#include "db/own.h"

#include "base/buf.h"

struct err *expect_own_database(struct arena *a, struct engine *e, const struct db_schema *schema)
{
    struct buf b;
    buf_init(&b, a, ARENA_MIB);
    buf_c(&b, "DO $birge$ DECLARE others text; BEGIN\n"
              "  IF to_regclass('db_migration') IS NOT NULL THEN RETURN; END IF;\n"
              "  SELECT string_agg(name, ', ' ORDER BY name) INTO others FROM (SELECT CAST(c.relname AS text) AS name\n"
              "    FROM pg_class c WHERE c.relkind IN ('r', 'p', 'f') AND c.relnamespace = current_schema()::regnamespace\n"
              "    AND NOT EXISTS (SELECT 1 FROM pg_depend d WHERE d.objid = c.oid AND d.deptype = 'e')\n"
              "    AND c.relname NOT IN (''");
    for (int i = 0; i < schema->n_tables; i++)
        buf_printf(&b, ", '%s'", schema->tables[i].table);
    buf_c(&b, ") ORDER BY 1 LIMIT 5) AS found;\n"
              "  IF others IS NOT NULL THEN RAISE EXCEPTION 'the database holds tables that are not Birge''s (%); nothing "
              "was changed. Give it a database of its own', others; END IF;\n"
              "END $birge$;");
    TRY(buf_check(&b, "the question about tables"));
    struct db_migration question = {.slice = "db", .name = "tables", .postgres = str_to_c(a, buf_view(&b))};
    struct err *failed = e->ops->migrate(e, a, &question);
    return failed && failed->code == ERR_DB ? ERR(a, ERR_CONFIG, "%.*s", STR_FMT(err_text(a, failed))) : failed;
}
