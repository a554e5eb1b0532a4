/* SPDX-License-Identifier: AGPL-3.0-or-later
 *
 * migrate.c - applying the numbered schema files that are missing, each in a transaction of its own.
 *
 * Forward only. Every database, also a new one, runs the same files, so no second truth can drift. What
 * was applied is recorded with the hash of its file: a changed file and a newer schema are refused. Servers that start
 * at the same moment take turns, and the second finds the work done.
 *
 * The three statements about the record itself stand in db_schema's first places (sqlgen puts them there).
 */
#include "db/engine.h"
#include "db/migrate.h"

#define RECORD_COLUMNS(integer, text)                                                                                \
    "CREATE TABLE IF NOT EXISTS db_migration (realm " integer " NOT NULL, slice " text " NOT NULL, number " integer  \
    " NOT NULL, name " text " NOT NULL, hash " text " NOT NULL, PRIMARY KEY (realm, slice, number))"

static const struct db_migration record_table = {
    .slice = "db",
    .name = "db_migration",
    .sql = RECORD_COLUMNS("INTEGER", "TEXT") " STRICT;",
    .postgres = RECORD_COLUMNS("BIGINT", "TEXT COLLATE \"C\"") ";",
};

static const struct db_migration *find(const struct db_schema *schema, struct str slice, int64_t number)
{
    for (int i = 0; i < schema->n_migrations; i++) {
        const struct db_migration *m = &schema->migrations[i];
        if (m->number == number && str_eq(str_c(m->slice), slice))
            return m;
    }
    return NULL;
}

/* Check what is recorded and mark it in `applied`. */
static struct err *read_record(struct arena *a, struct engine *e, const struct db_schema *schema, bool *applied)
{
    void *st;
    bool has_row;
    TRY(e->ops->start(e, a, DB_MIGRATIONS_APPLIED, NULL, 0, &st));
    struct err *err = e->ops->step(e, a, st, &has_row);
    while (!err && has_row) {
        struct str slice = e->ops->column(e, st, 0).s;
        int64_t number = e->ops->column(e, st, 1).i;
        struct str hash = e->ops->column(e, st, 2).s;
        const struct db_migration *m = find(schema, slice, number);
        if (!m)
            err = ERR(a, ERR_CONFIG, "the database has schema %.*s %lld, which this program does not know: "
                      "it was written by a newer version", STR_FMT(slice), (long long)number);
        else if (!str_eq(str_c(m->hash), hash))
            err = ERR(a, ERR_CONFIG, "schema file %s of %s was changed after it was applied", m->name, m->slice);
        else
            applied[m - schema->migrations] = true;
        if (!err)
            err = e->ops->step(e, a, st, &has_row);
    }
    e->ops->finish(e, st);
    return err;
}

static struct err *record(struct arena *a, struct engine *e, const struct db_migration *m)
{
    struct db_value args[] = {db_text(str_c(m->slice)), db_int(m->number), db_text(str_c(m->name)),
                              db_text(str_c(m->hash))};
    int64_t changed;
    return e->ops->exec(e, a, DB_MIGRATION_RECORD, args, 4, &changed);
}

/* Inside the transaction that has the lock: run and record `m`, unless another server did so while we waited. */
static struct err *apply_locked(struct arena *a, struct engine *e, const struct db_schema *schema,
                                const struct db_migration *m)
{
    if (m == &record_table)
        return e->ops->migrate(e, a, m);
    bool *applied = ARENA_ARRAY(a, (size_t)schema->n_migrations, bool);
    TRY(read_record(a, e, schema, applied));
    if (applied[m - schema->migrations])
        return NULL;
    TRY(e->ops->migrate(e, a, m));
    return record(a, e, m);
}

static struct err *apply(struct arena *a, struct engine *e, const struct db_schema *schema, const struct db_migration *m)
{
    TRY(e->ops->control(e, a, ENGINE_BEGIN));
    struct err *err = e->ops->lock_realm ? e->ops->lock_realm(e, a, 0) : NULL;
    if (!err)
        err = apply_locked(a, e, schema, m);
    if (!err)
        err = e->ops->control(e, a, ENGINE_COMMIT);
    if (!err)
        return NULL;
    if (e->ops->in_transaction(e)) {
        struct err *undo = e->ops->control(e, a, ENGINE_ROLLBACK);
        (void)undo; /* the first error is the one to tell */
    }
    return WRAP(a, err, "schema %s of %s", m->name, m->slice);
}

struct err *migrate(struct arena *a, struct engine *e, const struct db_schema *schema)
{
    bool *applied = ARENA_ARRAY(a, (size_t)schema->n_migrations, bool);
    TRY(apply(a, e, schema, &record_table));
    TRY(read_record(a, e, schema, applied));
    for (int i = 0; i < schema->n_migrations; i++)
        if (!applied[i])
            TRY(apply(a, e, schema, &schema->migrations[i]));
    return NULL;
}
