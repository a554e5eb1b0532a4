/* SPDX-License-Identifier: AGPL-3.0-or-later
 *
 * engine.h - what a database engine must do for db: one const struct of functions, one file each.
 *
 * A `struct engine` is one connection and belongs to one thread at a time. Engines translate their
 * library's codes into err_code; ERR_SYNC and ERR_CORRUPT end the process, ERR_FULL may have ended the
 * transaction (ask in_transaction).
 */
#ifndef BIRGE_DB_ENGINE_H
#define BIRGE_DB_ENGINE_H

#include "db/db.h"

struct engine {
    const struct engine_ops *ops;
};

enum engine_step {
    ENGINE_BEGIN_READ,
    ENGINE_END_READ,
    ENGINE_BEGIN,
    ENGINE_COMMIT,
    ENGINE_ROLLBACK,
    ENGINE_SAVEPOINT,
    ENGINE_RELEASE,
    ENGINE_ROLLBACK_TO,
    N_ENGINE_STEPS,
};

struct engine_ops {
    struct err *(*control)(struct engine *e, struct arena *a, enum engine_step step);
    bool (*in_transaction)(struct engine *e);
    struct err *(*start)(struct engine *e, struct arena *a, int id, const struct db_value *args, int n_args,
                         void **ret_statement);
    struct err *(*step)(struct engine *e, struct arena *a, void *statement, bool *ret_has_row);
    struct db_value (*column)(struct engine *e, void *statement, int i); /* views until the next step */
    void (*finish)(struct engine *e, void *statement);
    /* Run a statement that writes. With `ret_changed` NULL it may be queued: its error then comes from the next call
     * that waits, at the latest from ENGINE_RELEASE or ENGINE_COMMIT. */
    struct err *(*exec)(struct engine *e, struct arena *a, int id, const struct db_value *args, int n_args,
                        int64_t *ret_changed);
    /* Until the transaction ends, no other server's transaction that asks for the same gets it. NULL: there is none. */
    struct err *(*lock_realm)(struct engine *e, struct arena *a, int64_t realm);
    /* All statements of a schema file, in this engine's words. */
    struct err *(*migrate)(struct engine *e, struct arena *a, const struct db_migration *m);
    /* The schema is there: prepare every statement, so that a wrong one is found now. NULL: nothing to do. */
    struct err *(*prepare)(struct engine *e, struct arena *a);
    /* Between two batches, when nobody waits for the last one any more: bring what was committed into the file if at
     * least `pages` of it stand in the log beside it. NULL: the server does it. */
    struct err *(*checkpoint)(struct engine *e, struct arena *a, int pages);
    struct err *(*backup)(struct engine *e, struct arena *a, const char *path); /* NULL: there is none, see db_backup */
    struct err *(*check)(struct engine *e, struct arena *a);
    void (*close)(struct engine *e);
    /* As db_settings. */
    struct err *(*settings)(struct engine *e, struct arena *a, struct db_setting **ret_settings, size_t *ret_n);
};

enum engine_use { ENGINE_WRITER, ENGINE_READER };

/* A connection to the SQLite file `path`. The writer's makes the file. */
struct err *engine_sqlite_open(struct arena *app, const char *path, enum engine_use use,
                               const struct db_schema *schema, struct engine **ret_engine) WARN_UNUSED;
/* A connection to the PostgreSQL server at `url`, whose settings were found safe. It comes back by itself when the
 * server was away; a transaction that was running then is lost. */
struct err *engine_postgres_open(struct arena *app, const char *url, enum engine_use use,
                                 const struct db_schema *schema, struct engine **ret_engine) WARN_UNUSED;
/* Wrap `inner`: the n-th call that can fail does, with `code`; ERR_FULL rolls the transaction back first,
 * as SQLite does. */
struct engine *engine_fault(struct arena *app, struct engine *inner, int at, enum err_code code, bool forever);

/* Bring the schema up to date on the writer's connection. */
struct err *migrate(struct arena *a, struct engine *e, const struct db_schema *schema) WARN_UNUSED;

#endif
