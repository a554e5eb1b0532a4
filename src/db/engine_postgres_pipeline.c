/* SPDX-License-Identifier: AGPL-3.0-or-later
 *
 * engine_postgres_pipeline.c - asking without waiting, and sorting out the answers.
 *
 * A statement that only writes is sent and its answer is collected later, together with those of others: at the next
 * read, at the end of the job, at the commit. Reads that are started before the first of them is stepped travel
 * together too. So a job costs as many round trips as it has questions whose answers it needs.
 *
 * After an error the server skips what was sent before the next sync point, and says so; nothing that followed the
 * error has run. Everything is in binary, so no value is ever read as SQL.
 *
 * Keeps:  answers come in the order of what was sent; an error is never lost: whoever collects gets the first.
 */
#include "db/engine_postgres_private.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define OID_INT8 20
#define OID_TEXT 25
#define OID_BYTEA 17

static const char *name_of(const struct engine_postgres *s, const struct pg_waiting *w)
{
    switch (w->what) {
    case PG_CONTROL:
        return w->id == ENGINE_COMMIT ? "COMMIT" : "transaction";
    case PG_SYNC:
        return "sync";
    case PG_PREPARE:
    case PG_WRITE:
    case PG_READ:
        break;
    }
    return s->schema->statements[w->id].name;
}

/* == errors == */

static enum err_code code_of(const char *state)
{
    static const struct {
        const char *prefix;
        enum err_code code;
    } codes[] = {
        {"53100", ERR_FULL},    {"53", ERR_BUSY},      {"57", ERR_BUSY},       {"08", ERR_BUSY},
        {"40", ERR_BUSY},       {"55P03", ERR_BUSY},   {"25006", ERR_BUSY},    {"25P03", ERR_BUSY},
        {"23", ERR_CONFLICT},   {"22021", ERR_INPUT},  {"22P05", ERR_INPUT},   {"54", ERR_LIMIT},
        {"XX001", ERR_CORRUPT}, {"XX002", ERR_CORRUPT}, {"58030", ERR_IO},     {"28", ERR_CONFIG},
        {"3D000", ERR_CONFIG},  {"42501", ERR_CONFIG},
    };
    for (size_t i = 0; i < sizeof codes / sizeof codes[0]; i++)
        if (strncmp(state, codes[i].prefix, strlen(codes[i].prefix)) == 0)
            return codes[i].code;
    return ERR_DB;
}

struct err *pg_failed(struct engine_postgres *s, struct arena *a, const char *what, const PGresult *r)
{
    /* The primary message alone: details quote values, which may be somebody's words. */
    const char *state = r ? PQresultErrorField(r, PG_DIAG_SQLSTATE) : NULL;
    const char *text = r ? PQresultErrorField(r, PG_DIAG_MESSAGE_PRIMARY) : NULL;
    if (state && text)
        return ERR(a, code_of(state), "%s: %s (PostgreSQL %s)", what, text, state);
    struct str why = str_trim(str_c(s->conn ? PQerrorMessage(s->conn) : "not connected"));
    return ERR(a, ERR_BUSY, "%s: the connection to PostgreSQL is gone: %.*s", what, STR_FMT(why));
}

void pg_lose(struct engine_postgres *s)
{
    for (int i = 0; i < s->schema->n_statements; i++) {
        struct pg_cursor *c = &s->cursors[i];
        PQclear(c->result);
        *c = (struct pg_cursor){.state = c->state == PG_UNUSED ? PG_UNUSED : PG_FAILED, .turn = c->turn};
        s->is_prepared[i] = false;
    }
    PQfinish(s->conn);
    s->conn = NULL;
    s->streaming = NULL;
    s->n_waiting = 0;
    s->n_unchecked = 0;
    s->is_interrupted = s->is_interrupted || s->is_in_transaction;
    s->is_in_transaction = false;
}

/* The connection broke. While a commit is under way nobody knows whether it was made: ERR_SYNC ends the process, and
 * the next start finds out from the journal. */
static struct err *lost(struct engine_postgres *s, struct arena *a, const char *what, const PGresult *r)
{
    struct err *e = pg_failed(s, a, what, r);
    if (s->commit == PG_COMMIT_ASKED) {
        struct str why = err_text(a, e);
        e = ERR(a, ERR_SYNC, "the connection broke while a batch was committed, so whether it is stored is not known: %.*s",
                STR_FMT(why));
    }
    pg_lose(s);
    return e;
}

/* == asking == */

static void push(struct engine_postgres *s, enum pg_what what, int id, unsigned turn)
{
    MUST(s->n_waiting < PG_QUEUE);
    s->waiting[s->n_waiting++] = (struct pg_waiting){what, id, turn};
    s->n_unchecked += what == PG_WRITE;
}

/* Room for two more and their sync point; nothing streams. */
static struct err *make_room(struct engine_postgres *s, struct arena *a, const char *what)
{
    MUST(!s->streaming); /* a cursor of many rows must be finished before the next statement */
    if (!s->conn)
        return pg_failed(s, a, what, NULL);
    return s->n_waiting + 3 <= PG_QUEUE ? NULL : pg_collect(s, a);
}

struct err *pg_send_control(struct engine_postgres *s, struct arena *a, enum engine_step step, const char *sql)
{
    TRY(make_room(s, a, sql));
    if (!PQsendQueryParams(s->conn, sql, 0, NULL, NULL, NULL, NULL, 1))
        return lost(s, a, sql, NULL);
    push(s, PG_CONTROL, (int)step, 0);
    return NULL;
}

struct err *pg_send_prepare(struct engine_postgres *s, struct arena *a, int id)
{
    const struct db_statement *d = &s->schema->statements[id];
    Oid types[PG_PARAMS];
    char name[16];
    int n = (int)strlen(d->params);
    MUST(n <= PG_PARAMS);
    for (int i = 0; i < n; i++)
        types[i] = d->params[i] == 'i' ? OID_INT8 : d->params[i] == 't' ? OID_TEXT : OID_BYTEA;
    TRY(make_room(s, a, d->name));
    (void)snprintf(name, sizeof name, "s%d", id);
    if (!PQsendPrepare(s->conn, name, d->postgres, n, types))
        return lost(s, a, d->name, NULL);
    s->is_prepared[id] = true;
    push(s, PG_PREPARE, id, 0);
    return NULL;
}

/* The arguments as the protocol wants them. */
struct arguments {
    const char *values[PG_PARAMS];
    int lengths[PG_PARAMS];
    int formats[PG_PARAMS];
    uint8_t integers[PG_PARAMS][8]; /* big-endian */
};

static struct err *set_argument(struct arguments *p, struct arena *a, const struct db_statement *d, int i,
                                const struct db_value *v)
{
    p->formats[i] = 1;
    p->values[i] = NULL;
    p->lengths[i] = 0;
    if (v->type == DB_NULL)
        return NULL;
    MUST((d->params[i] == 'i') == (v->type == DB_INT));
    if (v->type == DB_INT) {
        for (int k = 0; k < 8; k++)
            p->integers[i][k] = (uint8_t)((uint64_t)v->i >> (56 - 8 * k));
        p->values[i] = (const char *)p->integers[i];
        p->lengths[i] = 8;
        return NULL;
    }
    if (v->s.n > INT32_MAX)
        return ERR(a, ERR_LIMIT, "%s: a value is too large", d->name);
    if (d->params[i] == 't' && v->s.n > 0 && memchr(v->s.p, 0, v->s.n))
        return ERR(a, ERR_INPUT, "%s: a text holds a NUL character", d->name);
    p->values[i] = v->s.p;
    p->lengths[i] = (int)v->s.n;
    return NULL;
}

struct err *pg_send_statement(struct engine_postgres *s, struct arena *a, enum pg_what what, int id,
                              const struct db_value *args, int n_args)
{
    const struct db_statement *d = &s->schema->statements[id];
    struct arguments p;
    char name[16];
    MUST((size_t)n_args == strlen(d->params) && n_args <= PG_PARAMS);
    for (int i = 0; i < n_args; i++)
        TRY(set_argument(&p, a, d, i, &args[i]));
    TRY(make_room(s, a, d->name));
    if (!s->is_prepared[id])
        TRY(pg_send_prepare(s, a, id));
    (void)snprintf(name, sizeof name, "s%d", id);
    if (!PQsendQueryPrepared(s->conn, name, n_args, p.values, p.lengths, p.formats, 1))
        return lost(s, a, d->name, NULL);
    push(s, what, id, what == PG_READ ? s->cursors[id].turn : 0);
    return NULL;
}

/* A sync point behind what was sent. */
static struct err *send_sync(struct engine_postgres *s, struct arena *a)
{
    if (s->n_waiting == 0 || s->waiting[s->n_waiting - 1].what == PG_SYNC)
        return NULL;
    if (!PQpipelineSync(s->conn))
        return lost(s, a, "sync", NULL);
    push(s, PG_SYNC, 0, 0);
    return NULL;
}

struct err *pg_flush(struct engine_postgres *s, struct arena *a)
{
    return s->conn ? send_sync(s, a) : NULL; /* a sync point flushes */
}

/* == sorting out the answers == */

/* The columns must be of the three types that the schema knows. */
static struct err *check_types(struct engine_postgres *s, struct arena *a, int id, const PGresult *r)
{
    for (int i = 0; i < PQnfields(r); i++) {
        Oid type = PQftype(r, i);
        if (type != OID_INT8 && type != OID_TEXT && type != OID_BYTEA)
            return ERR(a, ERR_DB, "%s: column %s has the type %u, for which it needs a CAST", s->schema->statements[id].name,
                       PQfname(r, i), type);
    }
    return NULL;
}

/* Hand the rows to their cursor, if that still waits for them. Takes `r`. */
static struct err *give_rows(struct engine_postgres *s, struct arena *a, const struct pg_waiting *w, PGresult *r)
{
    struct pg_cursor *c = &s->cursors[w->id];
    if (c->turn != w->turn || c->state != PG_SENT) {
        PQclear(r);
        return NULL;
    }
    struct err *e = check_types(s, a, w->id, r);
    if (e) {
        PQclear(r);
        c->state = PG_FAILED;
        return e;
    }
    c->state = PG_READY;
    c->result = r;
    c->row = -1;
    return NULL;
}

static void not_run(struct engine_postgres *s, const struct pg_waiting *w)
{
    if (w->what == PG_PREPARE)
        s->is_prepared[w->id] = false;
    if (w->what == PG_READ && s->cursors[w->id].turn == w->turn)
        s->cursors[w->id].state = PG_FAILED;
}

/* An error of the server that ends the connection, or one that libpq made of a broken one. */
static bool is_fatal(const PGresult *r)
{
    const char *severity = PQresultErrorField(r, PG_DIAG_SEVERITY_NONLOCALIZED);
    return PQresultStatus(r) == PGRES_FATAL_ERROR && (!severity || strcmp(severity, "ERROR") != 0);
}

/* The transaction is over, one way or the other: a plain error means that the server undid it. */
static struct err *take_commit(struct engine_postgres *s, struct arena *a, PGresult *r)
{
    bool is_done = PQresultStatus(r) == PGRES_COMMAND_OK && strcmp(PQcmdStatus(r), "COMMIT") == 0;
    s->commit = is_done ? PG_COMMIT_DONE : PG_COMMIT_NONE;
    if (is_done && s->warned) /* it gave up waiting for a standby, for one */
        return ERR(a, ERR_SYNC, "PostgreSQL warned while a batch was committed, so whether it is kept is not known");
    if (PQresultStatus(r) == PGRES_COMMAND_OK && !is_done)
        return ERR(a, ERR_DB, "the transaction had failed before and was rolled back");
    return NULL;
}

/* One answer; takes `r`. Its error, or NULL: also when it was skipped after the error of another. */
static struct err *take_answer(struct engine_postgres *s, struct arena *a, const struct pg_waiting *w, PGresult *r)
{
    struct err *e = w->what == PG_CONTROL && w->id == ENGINE_COMMIT ? take_commit(s, a, r) : NULL;
    switch (PQresultStatus(r)) {
    case PGRES_TUPLES_OK:
        if (w->what == PG_READ)
            return give_rows(s, a, w, r);
        break;
    case PGRES_COMMAND_OK:
        if (w->what == PG_WRITE)
            s->changed = strtoll(PQcmdTuples(r), NULL, 10);
        break;
    case PGRES_PIPELINE_SYNC:
        break;
    case PGRES_PIPELINE_ABORTED:
        not_run(s, w);
        break;
    default:
        not_run(s, w);
        e = pg_failed(s, a, name_of(s, w), r);
        break;
    }
    PQclear(r);
    return e;
}

/* The answer to the i-th thing that was sent; an error is kept when it is the first. False: the connection broke. */
static bool next_answer(struct engine_postgres *s, struct arena *a, int i, struct err **first)
{
    struct pg_waiting w = s->waiting[i];
    PGresult *r = PQgetResult(s->conn);
    if (r && (PQresultStatus(r) == PGRES_PIPELINE_SYNC) != (w.what == PG_SYNC)) {
        PQclear(r);
        r = NULL; /* out of step: what a broken connection leaves */
    }
    if (!r || PQstatus(s->conn) == CONNECTION_BAD || is_fatal(r)) {
        struct err *e = lost(s, a, name_of(s, &w), r);
        PQclear(r);
        if (!*first || e->code == ERR_SYNC)
            *first = e;
        return false;
    }
    struct err *e = take_answer(s, a, &w, r);
    if (e && !*first)
        *first = e;
    if (w.what != PG_SYNC)
        PQclear(PQgetResult(s->conn)); /* the NULL that ends each */
    return true;
}

struct err *pg_collect(struct engine_postgres *s, struct arena *a)
{
    struct err *first = NULL;
    MUST(!s->streaming);
    if (!s->conn)
        return pg_failed(s, a, "transaction", NULL);
    TRY(send_sync(s, a));
    for (int i = 0, n = s->n_waiting; i < n; i++)
        if (!next_answer(s, a, i, &first))
            return first;
    s->n_waiting = 0;
    s->n_unchecked = 0;
    return first;
}

/* == rows == */

/* Collect all but the last answer, and let that one come row by row. */
static struct err *begin_stream(struct engine_postgres *s, struct arena *a, int id)
{
    struct err *first = NULL;
    TRY(send_sync(s, a));
    int at = s->n_waiting - 2; /* before its sync point */
    for (int i = 0; i < at; i++)
        if (!next_answer(s, a, i, &first))
            return first;
    s->waiting[0] = s->waiting[at];
    s->waiting[1] = s->waiting[at + 1];
    s->n_waiting = 2;
    if (first || !PQsetSingleRowMode(s->conn)) {
        struct err *e = pg_collect(s, a); /* skipped, or as a whole after all */
        return first ? first : e;
    }
    s->cursors[id].state = PG_STREAMING;
    s->streaming = &s->cursors[id];
    return NULL;
}

static struct err *end_stream(struct engine_postgres *s, struct arena *a, const struct err *first)
{
    struct err *e = NULL;
    s->streaming = NULL;
    s->waiting[0] = s->waiting[1];
    s->n_waiting = 1;
    (void)next_answer(s, a, 0, &e);
    s->n_waiting = 0;
    if (first) {
        struct str text = err_text(a, first);
        return ERR(a, first->code, "%.*s", STR_FMT(text));
    }
    return e;
}

static struct err *stream_step(struct engine_postgres *s, struct arena *a, int id, bool *ret_has_row)
{
    struct pg_cursor *c = &s->cursors[id];
    bool is_first = c->result == NULL;
    PQclear(c->result);
    c->result = PQgetResult(s->conn);
    c->row = 0;
    if (!c->result || PQstatus(s->conn) == CONNECTION_BAD || is_fatal(c->result)) {
        PGresult *r = c->result;
        c->result = NULL;
        struct err *e = lost(s, a, s->schema->statements[id].name, r);
        PQclear(r);
        return e;
    }
    *ret_has_row = PQresultStatus(c->result) == PGRES_SINGLE_TUPLE;
    if (*ret_has_row)
        return is_first ? check_types(s, a, id, c->result) : NULL;
    struct err *e = NULL;
    if (PQresultStatus(c->result) != PGRES_TUPLES_OK)
        e = pg_failed(s, a, s->schema->statements[id].name, c->result);
    PQclear(c->result);
    c->result = NULL;
    c->state = PG_UNUSED;
    PQclear(PQgetResult(s->conn)); /* the NULL that ends each */
    return end_stream(s, a, e);
}

struct err *pg_step(struct engine_postgres *s, struct arena *a, int id, bool *ret_has_row)
{
    struct pg_cursor *c = &s->cursors[id];
    if (c->state == PG_SENT) {
        const struct pg_waiting *last = &s->waiting[s->n_waiting - 1];
        bool is_last = last->what == PG_READ && last->id == id;
        bool streams = s->use == ENGINE_READER && is_last && !s->is_bounded[id];
        TRY(streams ? begin_stream(s, a, id) : pg_collect(s, a));
    }
    if (c->state == PG_STREAMING)
        return stream_step(s, a, id, ret_has_row);
    if (c->state != PG_READY)
        return ERR(a, ERR_DB, "%s was not run, since a statement before it failed", s->schema->statements[id].name);
    *ret_has_row = ++c->row < PQntuples(c->result);
    return NULL;
}

struct db_value pg_column(const struct pg_cursor *c, int i)
{
    struct db_value v = {0};
    if (PQgetisnull(c->result, c->row, i))
        return v;
    const char *p = PQgetvalue(c->result, c->row, i);
    switch (PQftype(c->result, i)) {
    case OID_INT8:
        v.type = DB_INT;
        for (int k = 0; k < 8; k++)
            v.i = (int64_t)((uint64_t)v.i << 8 | (uint8_t)p[k]);
        return v;
    case OID_TEXT:
        v.type = DB_TEXT;
        break;
    default: /* OID_BYTEA: check_types let no other through */
        v.type = DB_BLOB;
        break;
    }
    v.s = (struct str){p, (size_t)PQgetlength(c->result, c->row, i)};
    return v;
}

void pg_finish(struct engine_postgres *s, int id)
{
    struct pg_cursor *c = &s->cursors[id];
    struct arena *a = NULL;
    bool has_row = c->state == PG_STREAMING;
    if (has_row)
        a = arena_new("finish", 0);
    while (has_row)
        if (stream_step(s, a, id, &has_row) != NULL)
            has_row = false; /* a connection that broke is noticed by the next statement too */
    arena_free(a);
    PQclear(c->result);
    c->result = NULL;
    c->state = PG_UNUSED;
    c->turn++;
}

/* == outside the pipeline == */

struct err *pg_run(struct engine_postgres *s, struct arena *a, const char *what, const char *sql, PGresult **ret_result)
{
    if (!s->conn)
        return pg_failed(s, a, what, NULL);
    if (PQpipelineStatus(s->conn) != PQ_PIPELINE_OFF) {
        TRY(pg_collect(s, a));
        if (!PQexitPipelineMode(s->conn))
            return lost(s, a, what, NULL);
    }
    PGresult *r = PQexec(s->conn, sql);
    ExecStatusType status = PQresultStatus(r);
    struct err *e = NULL;
    if (PQstatus(s->conn) == CONNECTION_BAD)
        e = lost(s, a, what, r);
    else if (status != PGRES_COMMAND_OK && status != PGRES_TUPLES_OK)
        e = pg_failed(s, a, what, r);
    if (!e && !PQenterPipelineMode(s->conn))
        e = lost(s, a, what, NULL);
    else if (e && s->conn)
        (void)PQenterPipelineMode(s->conn);
    if (e || !ret_result)
        PQclear(r);
    else
        *ret_result = r;
    return e;
}
