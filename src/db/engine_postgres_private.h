/* SPDX-License-Identifier: AGPL-3.0-or-later
 *
 * engine_postgres_private.h - what the files of the PostgreSQL engine share; nobody else includes it.
 */
#ifndef BIRGE_DB_ENGINE_POSTGRES_PRIVATE_H
#define BIRGE_DB_ENGINE_POSTGRES_PRIVATE_H

#include <libpq-fe.h>

#include "db/engine.h"

#define PG_QUEUE 256       /* answers that may be outstanding */
#define PG_PARAMS 64       /* of one statement */

/* What an outstanding answer belongs to. */
enum pg_what { PG_CONTROL, PG_PREPARE, PG_WRITE, PG_READ, PG_SYNC };

struct pg_waiting {
    enum pg_what what;
    int id;        /* of the statement; of a control the enum engine_step */
    unsigned turn; /* of a read: which use of its cursor */
};

enum pg_state {
    PG_UNUSED,
    PG_SENT,      /* its answer is outstanding */
    PG_READY,     /* all rows are in `result` */
    PG_STREAMING, /* rows come one by one; nothing else can be asked meanwhile */
    PG_FAILED,    /* it was not run, since something before it failed */
};

/* A statement that is being read. One for each statement, as an engine runs each once at a time. */
struct pg_cursor {
    enum pg_state state;
    unsigned turn;      /* raised by every start and finish: answers of an earlier use are thrown away */
    PGresult *result;
    int row;            /* the current one; -1 before the first */
};

struct engine_postgres {
    struct engine super;
    PGconn *conn;         /* NULL: gone; the next transaction connects again */
    const char *url;
    enum engine_use use;
    const struct db_schema *schema;
    struct pg_cursor *cursors; /* by statement id */
    bool *is_prepared;         /* the same */
    bool *is_bounded;          /* the same: it says how many rows it wants */
    struct pg_waiting waiting[PG_QUEUE];
    int n_waiting;
    int n_unchecked;           /* of them: writes, whose errors belong to the running job */
    struct pg_cursor *streaming;
    bool is_in_transaction;
    bool is_interrupted;       /* the connection broke inside the transaction that the caller still believes in */
    enum { PG_COMMIT_NONE, PG_COMMIT_ASKED, PG_COMMIT_DONE } commit; /* of the running transaction */
    bool warned;               /* the server warned since COMMIT was sent */
    bool prepares_all;         /* after a reconnect too */
    uint64_t n_transactions;   /* begun on this engine */
    int64_t changed;           /* rows of the last write that was answered */
    int64_t pause, next_try;   /* ms; monotonic: no attempt to connect before */
};

/* == engine_postgres_pipeline.c == */

/* Ask for something; the answer is collected later. */
struct err *pg_send_control(struct engine_postgres *s, struct arena *a, enum engine_step step, const char *sql) WARN_UNUSED;
struct err *pg_send_statement(struct engine_postgres *s, struct arena *a, enum pg_what what, int id,
                              const struct db_value *args, int n_args) WARN_UNUSED;
struct err *pg_send_prepare(struct engine_postgres *s, struct arena *a, int id) WARN_UNUSED;
/* Let the server work off what was sent, without waiting for it. */
struct err *pg_flush(struct engine_postgres *s, struct arena *a) WARN_UNUSED;
/* Wait for all outstanding answers; the first error among them. */
struct err *pg_collect(struct engine_postgres *s, struct arena *a) WARN_UNUSED;
struct err *pg_step(struct engine_postgres *s, struct arena *a, int id, bool *ret_has_row) WARN_UNUSED;
/* A view of column `i` of the current row. */
struct db_value pg_column(const struct pg_cursor *c, int i);
void pg_finish(struct engine_postgres *s, int id);
/* Drop the connection and everything outstanding; the server undoes what was not committed. */
void pg_lose(struct engine_postgres *s);
/* Run text that has no place in the schema (settings, schema files) at once, outside the pipeline. The last result, to
 * be cleared by the caller; NULL `ret_result`: none is wanted. */
struct err *pg_run(struct engine_postgres *s, struct arena *a, const char *what, const char *sql, PGresult **ret_result)
    WARN_UNUSED;

/* == engine_postgres_settings.c == */

/* Set what belongs to a session, and refuse a server whose settings do not keep what is promised. */
struct err *pg_configure(struct engine_postgres *s, struct arena *a) WARN_UNUSED;
struct err *pg_settings(struct engine *e, struct arena *a, struct db_setting **ret_settings, size_t *ret_n) WARN_UNUSED;
/* Did the server meet a page whose checksum is wrong? */
struct err *pg_check(struct engine *e, struct arena *a) WARN_UNUSED;

/* == errors (engine_postgres_pipeline.c) == */

/* The error of a result, or of the connection when `r` is NULL. */
struct err *pg_failed(struct engine_postgres *s, struct arena *a, const char *what, const PGresult *r);

#endif
