/* SPDX-License-Identifier: AGPL-3.0-or-later
 *
 * engine_postgres.c - the second engine: a PostgreSQL server, through libpq in pipeline mode.
 *
 * The writer's transactions are READ COMMITTED behind one advisory lock for each realm: what is read after the lock
 * includes all that other servers committed, and nobody writes beside it. A page is one REPEATABLE READ, READ ONLY
 * transaction. Why a broken commit ends the process: the server may have made it or not, and only a new look at the
 * journal tells; going on would either acknowledge what is lost or refuse what is stored.
 *
 * Keeps:  no statement is sent on a connection whose settings were not found safe, also not after a reconnect; a
 *         transaction never outlives the connection it began on.
 * Source: trust.md, section 3 points 2 to 4; docs/adr/0030-postgresql-engine.md.
 */
#include "db/engine_postgres_private.h"

#include <stdio.h>
#include <string.h>
#include <time.h>

#define PAUSE_MIN 100 /* ms before the second attempt to connect; then doubled */
#define PAUSE_MAX 5000

static struct engine_postgres *self(struct engine *e)
{
    return (struct engine_postgres *)(void *)e;
}

/* == the connection == */

static int64_t monotonic_ms(void)
{
    struct timespec t;
    MUST(clock_gettime(CLOCK_MONOTONIC, &t) == 0);
    return (int64_t)t.tv_sec * 1000 + t.tv_nsec / 1000000;
}

/* Warnings alone are sent (client_min_messages); one in answer to a commit makes it doubtful. */
static void noticed(void *user, const PGresult *notice)
{
    (void)notice;
    ((struct engine_postgres *)user)->warned = true;
}

static PGconn *dial(const char *url)
{
    /* The address may say otherwise, but for what stands after it. A network that swallows packets must not hang a
     * loop: it is given up after about 25 s. */
    static const char *const names[] = {"connect_timeout", "keepalives_idle", "keepalives_interval", "keepalives_count",
                                        "tcp_user_timeout", "fallback_application_name", "dbname", "client_encoding", NULL};
    const char *const values[] = {"3", "10", "5", "3", "15000", "birge", url, "UTF8", NULL};
    return PQconnectdbParams(names, values, 1);
}

static struct err *connect_now(struct engine_postgres *s, struct arena *a)
{
    s->conn = dial(s->url);
    MUST(s->conn);
    if (PQstatus(s->conn) != CONNECTION_OK) {
        struct err *e = pg_failed(s, a, "connect", NULL);
        pg_lose(s);
        return e;
    }
    (void)PQsetNoticeReceiver(s->conn, noticed, s);
    struct err *e = pg_configure(s, a);
    if (e)
        pg_lose(s);
    return e;
}

static struct err *prepare_all(struct engine_postgres *s, struct arena *a)
{
    for (int i = 0; i < s->schema->n_statements; i++)
        if (!s->is_prepared[i])
            TRY(pg_send_prepare(s, a, i));
    return pg_collect(s, a);
}

/* Connect again, but not at every call while the server is away. */
static struct err *reconnect(struct engine_postgres *s, struct arena *a)
{
    int64_t now = monotonic_ms();
    if (now < s->next_try)
        return ERR(a, ERR_BUSY, "PostgreSQL is away; the next attempt to connect is in %lld ms",
                   (long long)(s->next_try - now));
    struct err *e = connect_now(s, a);
    if (!e && s->prepares_all)
        e = prepare_all(s, a);
    if (e) {
        pg_lose(s);
        s->pause = s->pause == 0 ? PAUSE_MIN : s->pause * 2 < PAUSE_MAX ? s->pause * 2 : PAUSE_MAX;
        s->next_try = monotonic_ms() + s->pause;
        return e;
    }
    s->pause = 0;
    return NULL;
}

/* Before a transaction: notice a server that left while nothing was asked, and connect again. */
static struct err *be_there(struct engine_postgres *s, struct arena *a)
{
    /* Twice: its farewell, then the end. Each costs a call that does not wait. */
    for (int i = 0; i < 2 && s->conn; i++) {
        bool is_open = PQconsumeInput(s->conn);
        (void)PQisBusy(s->conn);
        if (!is_open || PQstatus(s->conn) == CONNECTION_BAD)
            pg_lose(s);
    }
    return s->conn ? NULL : reconnect(s, a);
}

/* == transactions == */

/* Plans are made once and kept, the first of them over empty tables, where one index looks as good as another: one that
 * knows the realm alone would then be read from end to end with each question. So they are made anew at the 8th, 16th,
 * 32nd ... transaction; from the first ANALYZE of autovacuum on, that does the same. */
static struct err *renew_plans(struct engine_postgres *s, struct arena *a)
{
    s->n_transactions++;
    bool is_power_of_two = (s->n_transactions & (s->n_transactions - 1)) == 0;
    return is_power_of_two && s->n_transactions >= 8 ? pg_send_control(s, a, N_ENGINE_STEPS, "DISCARD PLANS") : NULL;
}

static struct err *begin(struct engine_postgres *s, struct arena *a, enum engine_step step)
{
    TRY(be_there(s, a));
    s->commit = PG_COMMIT_NONE;
    s->is_interrupted = false;
    TRY(pg_send_control(s, a, step, step == ENGINE_BEGIN ? "BEGIN ISOLATION LEVEL READ COMMITTED READ WRITE"
                                                         : "BEGIN ISOLATION LEVEL REPEATABLE READ READ ONLY"));
    s->is_in_transaction = true;
    return renew_plans(s, a);
}

static struct err *commit(struct engine_postgres *s, struct arena *a)
{
    if (s->n_waiting + 3 > PG_QUEUE)
        TRY(pg_collect(s, a)); /* before COMMIT is sent nothing is in doubt */
    s->warned = false;
    s->commit = PG_COMMIT_ASKED;
    struct err *e = pg_send_control(s, a, ENGINE_COMMIT, "COMMIT");
    if (!e)
        e = pg_collect(s, a);
    bool is_done = s->commit == PG_COMMIT_DONE;
    s->commit = PG_COMMIT_NONE;
    if (is_done)
        s->is_in_transaction = false;
    return is_done && e && e->code != ERR_SYNC ? NULL : e; /* it broke after it had said yes */
}

/* What the job did goes. What is outstanding is collected first: it may fail, and what follows would be skipped. */
static struct err *rollback_to(struct engine_postgres *s, struct arena *a)
{
    struct err *e = pg_collect(s, a);
    (void)e; /* the job has failed already */
    TRY(pg_send_control(s, a, ENGINE_ROLLBACK_TO, "ROLLBACK TO SAVEPOINT job"));
    return pg_collect(s, a);
}

/* Afterwards there is no transaction, if need be since there is no connection. */
static struct err *rollback(struct engine_postgres *s, struct arena *a)
{
    struct err *e = s->conn ? pg_collect(s, a) : NULL;
    if (s->conn) {
        e = pg_send_control(s, a, ENGINE_ROLLBACK, "ROLLBACK");
        if (!e)
            e = pg_collect(s, a);
        if (e)
            pg_lose(s);
    }
    s->is_in_transaction = false;
    s->is_interrupted = false;
    return NULL; /* undone either way */
}

static struct err *end_read(struct engine_postgres *s, struct arena *a)
{
    s->is_in_transaction = false;
    s->is_interrupted = false;
    if (!s->conn)
        return NULL;
    TRY(pg_send_control(s, a, ENGINE_END_READ, "COMMIT"));
    return pg_flush(s, a); /* its answer is collected with the next page */
}

static struct err *release(struct engine_postgres *s, struct arena *a)
{
    bool has_unchecked = s->n_unchecked > 0;
    TRY(pg_send_control(s, a, ENGINE_RELEASE, "RELEASE SAVEPOINT job"));
    return has_unchecked ? pg_collect(s, a) : NULL; /* an error belongs to the job that made it */
}

static struct err *postgres_control(struct engine *e, struct arena *a, enum engine_step step)
{
    struct engine_postgres *s = self(e);
    switch (step) {
    case ENGINE_BEGIN_READ:
    case ENGINE_BEGIN:
        return begin(s, a, step);
    case ENGINE_END_READ:
        return end_read(s, a);
    case ENGINE_COMMIT:
        return commit(s, a);
    case ENGINE_ROLLBACK:
        return rollback(s, a);
    case ENGINE_SAVEPOINT:
        return pg_send_control(s, a, step, "SAVEPOINT job");
    case ENGINE_RELEASE:
        return release(s, a);
    case ENGINE_ROLLBACK_TO:
        return rollback_to(s, a);
    case N_ENGINE_STEPS:
        break;
    }
    MUST(false);
    return NULL;
}

static bool postgres_in_transaction(struct engine *e)
{
    return self(e)->is_in_transaction;
}

static struct err *postgres_lock_realm(struct engine *e, struct arena *a, int64_t realm)
{
    const int64_t ours = 0x62697267; /* "birg": other programs may lock numbers of their own */
    char sql[96];
    MUST(self(e)->is_in_transaction);
    (void)snprintf(sql, sizeof sql, "SELECT pg_advisory_xact_lock(%lld)", (long long)(ours << 32 ^ realm));
    return pg_send_control(self(e), a, N_ENGINE_STEPS, sql); /* the next question waits for it too */
}

/* == statements == */

/* What was begun before the connection broke is gone: nothing that belongs to it may run on another connection, outside
 * of any transaction, even if the caller swallowed the error. */
static struct err *may_ask(const struct engine_postgres *s, struct arena *a)
{
    return s->is_interrupted ? ERR(a, ERR_BUSY, "the connection to PostgreSQL broke in this transaction") : NULL;
}

static struct err *postgres_start(struct engine *e, struct arena *a, int id, const struct db_value *args, int n_args,
                                  void **ret_statement)
{
    struct engine_postgres *s = self(e);
    MUST(id >= 0 && id < s->schema->n_statements);
    TRY(may_ask(s, a));
    if (!s->is_in_transaction)
        TRY(be_there(s, a));
    struct pg_cursor *c = &s->cursors[id];
    MUST(c->state != PG_STREAMING); /* a cursor of the same statement was not finished */
    pg_finish(s, id);
    c->state = PG_SENT;
    struct err *err = pg_send_statement(s, a, PG_READ, id, args, n_args);
    if (err)
        c->state = PG_UNUSED;
    else
        *ret_statement = c;
    return err;
}

static int id_of(const struct engine_postgres *s, const void *statement)
{
    return (int)((const struct pg_cursor *)statement - s->cursors);
}

static struct err *postgres_step(struct engine *e, struct arena *a, void *statement, bool *ret_has_row)
{
    return pg_step(self(e), a, id_of(self(e), statement), ret_has_row);
}

static struct db_value postgres_column(struct engine *e, void *statement, int i)
{
    (void)e;
    return pg_column(statement, i);
}

static void postgres_finish(struct engine *e, void *statement)
{
    pg_finish(self(e), id_of(self(e), statement));
}

static struct err *postgres_exec(struct engine *e, struct arena *a, int id, const struct db_value *args, int n_args,
                                 int64_t *ret_changed)
{
    struct engine_postgres *s = self(e);
    TRY(may_ask(s, a));
    TRY(pg_send_statement(s, a, PG_WRITE, id, args, n_args));
    if (!ret_changed)
        return NULL;
    TRY(pg_collect(s, a));
    *ret_changed = s->changed;
    return NULL;
}

static struct err *postgres_migrate(struct engine *e, struct arena *a, const struct db_migration *m)
{
    return pg_run(self(e), a, m->name, m->postgres, NULL);
}

static struct err *postgres_prepare(struct engine *e, struct arena *a)
{
    self(e)->prepares_all = true;
    return prepare_all(self(e), a);
}

static void postgres_close(struct engine *e)
{
    pg_lose(self(e));
}

static const struct engine_ops postgres_ops = {
    .control = postgres_control,
    .in_transaction = postgres_in_transaction,
    .start = postgres_start,
    .step = postgres_step,
    .column = postgres_column,
    .finish = postgres_finish,
    .exec = postgres_exec,
    .lock_realm = postgres_lock_realm,
    .migrate = postgres_migrate,
    .prepare = postgres_prepare,
    .check = pg_check,
    .close = postgres_close,
    .settings = pg_settings,
};

struct err *engine_postgres_open(struct arena *app, const char *url, enum engine_use use, const struct db_schema *schema,
                                 struct engine **ret_engine)
{
    size_t n = (size_t)schema->n_statements;
    struct engine_postgres *s = ARENA_NEW(app, struct engine_postgres);
    s->super.ops = &postgres_ops;
    s->url = url;
    s->use = use;
    s->schema = schema;
    s->cursors = ARENA_ARRAY(app, n, struct pg_cursor);
    s->is_prepared = ARENA_ARRAY(app, n, bool);
    s->is_bounded = ARENA_ARRAY(app, n, bool);
    for (size_t i = 0; i < n; i++)
        s->is_bounded[i] = strstr(schema->statements[i].postgres, " LIMIT ") != NULL;
    TRY(connect_now(s, app));
    *ret_engine = &s->super;
    return NULL;
}
