/* SPDX-License-Identifier: AGPL-3.0-or-later
 *
 * engine_sqlite.c - the embedded engine: one writing connection, readers that cannot write.
 *
 * Why each pragma: synchronous=FULL, since with NORMAL a power cut gave two people the same number and
 * integrity_check called it sound (trust.md, section 1); one connection writes and checkpoints, since
 * 3.40 has the WAL-reset bug for several; trusted_schema off and DEFENSIVE on, since a database file is
 * input too.
 */
#include "db/engine.h"

#include <fcntl.h>
#include <sqlite3.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

struct engine_sqlite {
    struct engine super;
    sqlite3 *handle;
    const struct db_schema *schema;
    enum engine_use use;
    int wal_pages;                           /* in the log after the last commit; 0: nothing new */
    sqlite3_stmt **prepared;                 /* by statement id; made on first use */
    sqlite3_stmt *control[N_ENGINE_STEPS];
};

static struct engine_sqlite *self(struct engine *e)
{
    return (struct engine_sqlite *)(void *)e;
}

static enum err_code code_of(int rc)
{
    switch (rc) {
    case SQLITE_IOERR_FSYNC:
    case SQLITE_IOERR_DIR_FSYNC:
        return ERR_SYNC;
    default:
        break;
    }
    switch (rc & 0xff) {
    case SQLITE_FULL:
        return ERR_FULL;
    case SQLITE_BUSY:
    case SQLITE_LOCKED:
        return ERR_BUSY;
    case SQLITE_CONSTRAINT:
        return ERR_CONFLICT;
    case SQLITE_CORRUPT:
    case SQLITE_NOTADB:
        return ERR_CORRUPT;
    case SQLITE_IOERR:
    case SQLITE_CANTOPEN:
    case SQLITE_READONLY:
        return ERR_IO;
    case SQLITE_TOOBIG:
        return ERR_LIMIT;
    default:
        return ERR_DB;
    }
}

static struct err *failed(struct engine_sqlite *s, struct arena *a, const char *what)
{
    int rc = sqlite3_extended_errcode(s->handle);
    return ERR(a, code_of(rc), "%s: %s (SQLite %d)", what, sqlite3_errmsg(s->handle), rc);
}

static struct err *sqlite_control(struct engine *e, struct arena *a, enum engine_step step)
{
    static const char *const words[N_ENGINE_STEPS] = {
        [ENGINE_BEGIN_READ] = "BEGIN",
        [ENGINE_END_READ] = "COMMIT",
        [ENGINE_BEGIN] = "BEGIN IMMEDIATE",
        [ENGINE_COMMIT] = "COMMIT",
        [ENGINE_ROLLBACK] = "ROLLBACK",
        [ENGINE_SAVEPOINT] = "SAVEPOINT job",
        [ENGINE_RELEASE] = "RELEASE job",
        [ENGINE_ROLLBACK_TO] = "ROLLBACK TO job",
    };
    struct engine_sqlite *s = self(e);
    if (!s->control[step] && sqlite3_prepare_v3(s->handle, words[step], -1, SQLITE_PREPARE_PERSISTENT,
                                                &s->control[step], NULL) != SQLITE_OK)
        return failed(s, a, words[step]);
    int rc = sqlite3_step(s->control[step]);
    struct err *err = rc == SQLITE_DONE ? NULL : failed(s, a, words[step]);
    (void)sqlite3_reset(s->control[step]);
    return err;
}

static bool sqlite_in_transaction(struct engine *e)
{
    return sqlite3_get_autocommit(self(e)->handle) == 0;
}

static int bind(sqlite3_stmt *st, int at, const struct db_value *v)
{
    switch (v->type) {
    case DB_INT:
        return sqlite3_bind_int64(st, at, v->i);
    case DB_TEXT:
        return sqlite3_bind_text64(st, at, v->s.p, v->s.n, SQLITE_STATIC, SQLITE_UTF8);
    case DB_BLOB:
        return sqlite3_bind_blob64(st, at, v->s.p, v->s.n, SQLITE_STATIC);
    case DB_NULL:
        break;
    }
    return sqlite3_bind_null(st, at);
}

static struct err *sqlite_start(struct engine *e, struct arena *a, int id, const struct db_value *args,
                                int n_args, void **ret_statement)
{
    struct engine_sqlite *s = self(e);
    MUST(id >= 0 && id < s->schema->n_statements);
    const struct db_statement *d = &s->schema->statements[id];
    if (!s->prepared[id] && sqlite3_prepare_v3(s->handle, d->sql, -1, SQLITE_PREPARE_PERSISTENT,
                                               &s->prepared[id], NULL) != SQLITE_OK)
        return failed(s, a, d->name);
    sqlite3_stmt *st = s->prepared[id];
    MUST(!sqlite3_stmt_busy(st)); /* a cursor of the same statement was not finished */
    for (int i = 0; i < n_args; i++) {
        if (bind(st, i + 1, &args[i]) != SQLITE_OK)
            return failed(s, a, d->name);
    }
    *ret_statement = st;
    return NULL;
}

static struct err *sqlite_step(struct engine *e, struct arena *a, void *statement, bool *ret_has_row)
{
    int rc = sqlite3_step(statement);
    if (rc != SQLITE_ROW && rc != SQLITE_DONE)
        return failed(self(e), a, "statement");
    *ret_has_row = rc == SQLITE_ROW;
    return NULL;
}

static struct db_value sqlite_column(struct engine *e, void *statement, int i)
{
    (void)e;
    struct db_value v = {0};
    switch (sqlite3_column_type(statement, i)) {
    case SQLITE_INTEGER:
        v.type = DB_INT;
        v.i = sqlite3_column_int64(statement, i);
        break;
    case SQLITE_TEXT:
        v.type = DB_TEXT;
        v.s.p = (const char *)sqlite3_column_text(statement, i);
        v.s.n = (size_t)sqlite3_column_bytes(statement, i);
        break;
    case SQLITE_BLOB:
        v.type = DB_BLOB;
        v.s.p = sqlite3_column_blob(statement, i);
        v.s.n = (size_t)sqlite3_column_bytes(statement, i);
        if (!v.s.p)
            v.s.p = ""; /* an empty blob is not NULL */
        break;
    default:
        break;
    }
    return v;
}

static void sqlite_finish(struct engine *e, void *statement)
{
    (void)e;
    (void)sqlite3_reset(statement); /* its error was reported by step */
    (void)sqlite3_clear_bindings(statement);
}

static struct err *sqlite_exec(struct engine *e, struct arena *a, int id, const struct db_value *args, int n_args,
                               int64_t *ret_changed)
{
    void *st;
    bool has_row;
    TRY(sqlite_start(e, a, id, args, n_args, &st));
    struct err *err = sqlite_step(e, a, st, &has_row);
    sqlite_finish(e, st);
    if (!err && ret_changed)
        *ret_changed = sqlite3_changes64(self(e)->handle);
    return err;
}

static struct err *sqlite_migrate(struct engine *e, struct arena *a, const struct db_migration *m)
{
    struct engine_sqlite *s = self(e);
    if (sqlite3_exec(s->handle, m->sql, NULL, NULL, NULL) != SQLITE_OK)
        return failed(s, a, m->name);
    return NULL;
}

/* What SQLite would do by itself inside the commit that passes the mark: a citizen would wait for it, and a failed sync
 * would go unheard. Pages that a reader still needs stay for the next time. */
static struct err *sqlite_checkpoint(struct engine *e, struct arena *a, int pages)
{
    struct engine_sqlite *s = self(e);
    if (s->wal_pages < pages)
        return NULL;
    s->wal_pages = 0;
    int rc = sqlite3_wal_checkpoint_v2(s->handle, NULL, SQLITE_CHECKPOINT_PASSIVE, NULL, NULL);
    return rc == SQLITE_OK || rc == SQLITE_BUSY ? NULL : failed(s, a, "checkpoint");
}

static int committed(void *user, sqlite3 *handle, const char *name, int pages)
{
    struct engine_sqlite *s = user;
    (void)handle;
    (void)name;
    s->wal_pages = pages;
    return SQLITE_OK;
}

static struct err *sync_file(struct arena *a, const char *path)
{
    int fd = open(path, O_RDONLY | O_CLOEXEC);
    int rc = fd < 0 ? -1 : fsync(fd);
    if (fd >= 0)
        (void)close(fd);
    return rc == 0 ? NULL : ERR(a, ERR_IO, "%s cannot be synced", path);
}

static struct err *sqlite_backup(struct engine *e, struct arena *a, const char *path)
{
    struct engine_sqlite *s = self(e);
    sqlite3 *to;
    if (sqlite3_open_v2(path, &to, SQLITE_OPEN_READWRITE | SQLITE_OPEN_CREATE | SQLITE_OPEN_NOMUTEX, NULL) !=
        SQLITE_OK) {
        struct err *err = ERR(a, ERR_IO, "backup %s: %s", path, sqlite3_errmsg(to));
        (void)sqlite3_close(to);
        return err;
    }
    sqlite3_backup *b = sqlite3_backup_init(to, "main", s->handle, "main");
    int rc = b ? sqlite3_backup_step(b, -1) : SQLITE_ERROR;
    int rc2 = b ? sqlite3_backup_finish(b) : SQLITE_ERROR;
    struct err *err = NULL;
    if (rc != SQLITE_DONE || rc2 != SQLITE_OK)
        err = ERR(a, code_of(rc2), "backup %s: %s", path, sqlite3_errmsg(to));
    else if (sqlite3_exec(to, "PRAGMA journal_mode=DELETE", NULL, NULL, NULL) != SQLITE_OK)
        err = ERR(a, ERR_IO, "backup %s: %s", path, sqlite3_errmsg(to));
    (void)sqlite3_close(to);
    return err ? err : sync_file(a, path);
}

static struct err *sqlite_check(struct engine *e, struct arena *a)
{
    struct engine_sqlite *s = self(e);
    sqlite3_stmt *st;
    if (sqlite3_prepare_v2(s->handle, "PRAGMA integrity_check", -1, &st, NULL) != SQLITE_OK)
        return failed(s, a, "integrity check");
    struct err *err = NULL;
    if (sqlite3_step(st) != SQLITE_ROW)
        err = failed(s, a, "integrity check");
    else if (!str_eq(str_c((const char *)sqlite3_column_text(st, 0)), S("ok")))
        err = ERR(a, ERR_CORRUPT, "integrity check: %s", (const char *)sqlite3_column_text(st, 0));
    (void)sqlite3_finalize(st);
    return err;
}

static void sqlite_close(struct engine *e)
{
    struct engine_sqlite *s = self(e);
    for (int i = 0; i < s->schema->n_statements; i++)
        (void)sqlite3_finalize(s->prepared[i]);
    for (int i = 0; i < N_ENGINE_STEPS; i++)
        (void)sqlite3_finalize(s->control[i]);
    MUST(sqlite3_close(s->handle) == SQLITE_OK);
}

static struct err *sqlite_settings(struct engine *e, struct arena *a, struct db_setting **ret_settings, size_t *ret_n);

static const struct engine_ops sqlite_ops = {
    .control = sqlite_control,
    .in_transaction = sqlite_in_transaction,
    .start = sqlite_start,
    .step = sqlite_step,
    .column = sqlite_column,
    .finish = sqlite_finish,
    .exec = sqlite_exec,
    .migrate = sqlite_migrate,
    .checkpoint = sqlite_checkpoint,
    .backup = sqlite_backup,
    .check = sqlite_check,
    .close = sqlite_close,
    .settings = sqlite_settings,
};

struct pragma {
    const char *name;
    const char *value;
    const char *read_back; /* NULL: not asked */
};

static const struct pragma writer_pragmas[] = {
    {"journal_mode", "WAL", "wal"},
#ifdef SABOTEUR_SYNC_NORMAL
    {"synchronous", "NORMAL", NULL},
#elif defined SABOTEUR_EARLY_REPLY
    {"synchronous", "OFF", NULL}, /* the writer syncs, too late */
#else
    {"synchronous", "FULL", "2"},
#endif
    {"foreign_keys", "ON", "1"},
    {"trusted_schema", "OFF", "0"},
    {"cell_size_check", "ON", "1"},
    {"secure_delete", "FAST", "2"},
    {"temp_store", "MEMORY", "2"},
    {"wal_autocheckpoint", "0", "0"}, /* the writer asks for it between two batches */
    {"journal_size_limit", "67108864", "67108864"},
    {"cache_size", "-16384", "-16384"},
    {"mmap_size", "0", NULL},
};
static const struct pragma reader_pragmas[] = {
    {"query_only", "ON", "1"},
    {"trusted_schema", "OFF", "0"},
    {"cell_size_check", "ON", "1"},
    {"wal_autocheckpoint", "0", "0"},
    {"cache_size", "-4096", "-4096"},
    {"temp_store", "MEMORY", "2"},
    {"mmap_size", "0", NULL},
};

/* What the engine says of a pragma, in `a`. */
static struct err *read_pragma(struct engine_sqlite *s, struct arena *a, const char *name, struct str *ret_value)
{
    struct str sql = str_printf(a, "PRAGMA %s", name);
    sqlite3_stmt *st;
    if (sqlite3_prepare_v2(s->handle, sql.p, -1, &st, NULL) != SQLITE_OK)
        return failed(s, a, sql.p);
    *ret_value = S("");
    if (sqlite3_step(st) == SQLITE_ROW)
        *ret_value = str_dup(a, str_c((const char *)sqlite3_column_text(st, 0)));
    (void)sqlite3_finalize(st);
    return NULL;
}

/* Set a pragma and ask the engine for it: a setting that silently did not take must not start. */
static struct err *set_pragma(struct engine_sqlite *s, struct arena *a, const struct pragma *p)
{
    struct str sql = str_printf(a, "PRAGMA %s=%s", p->name, p->value);
    struct str got;
    if (sqlite3_exec(s->handle, sql.p, NULL, NULL, NULL) != SQLITE_OK)
        return failed(s, a, sql.p);
    if (!p->read_back)
        return NULL;
    TRY(read_pragma(s, a, p->name, &got));
    if (!str_eq(got, str_c(p->read_back)))
        return ERR(a, ERR_CONFIG, "%s is %.*s and must be %s: the storage does not keep what Birge promises",
                   p->name, STR_FMT(got), p->read_back);
    return NULL;
}

static const struct pragma *pragmas_of(enum engine_use use, size_t *ret_n)
{
    *ret_n = use == ENGINE_WRITER ? sizeof writer_pragmas / sizeof *writer_pragmas
                                  : sizeof reader_pragmas / sizeof *reader_pragmas;
    return use == ENGINE_WRITER ? writer_pragmas : reader_pragmas;
}

static struct err *sqlite_settings(struct engine *e, struct arena *a, struct db_setting **ret_settings, size_t *ret_n)
{
    struct engine_sqlite *s = self(e);
    size_t n_pragmas;
    size_t n = 0;
    const struct pragma *p = pragmas_of(s->use, &n_pragmas);
    struct db_setting *all = ARENA_ARRAY(a, n_pragmas + 2, struct db_setting);
    all[n++] = (struct db_setting){"SQLite", str_c(sqlite3_libversion()), NULL};
    if (s->use == ENGINE_READER) { /* the one that lies in the file, so that a reader can tell it too */
        all[n] = (struct db_setting){.name = "journal_mode", .expected = "wal"};
        TRY(read_pragma(s, a, "journal_mode", &all[n++].value));
    }
    for (size_t i = 0; i < n_pragmas; i++, n++) {
        all[n] = (struct db_setting){.name = p[i].name, .expected = p[i].read_back};
        TRY(read_pragma(s, a, p[i].name, &all[n].value));
    }
    *ret_settings = all;
    *ret_n = n;
    return NULL;
}

static struct err *configure(struct engine_sqlite *s, struct arena *a, enum engine_use use)
{
    (void)sqlite3_extended_result_codes(s->handle, 1);
    (void)sqlite3_busy_timeout(s->handle, 5000);
    (void)sqlite3_db_config(s->handle, SQLITE_DBCONFIG_DEFENSIVE, 1, (int *)0);
    (void)sqlite3_db_config(s->handle, SQLITE_DBCONFIG_DQS_DML, 0, (int *)0);
    (void)sqlite3_db_config(s->handle, SQLITE_DBCONFIG_DQS_DDL, 0, (int *)0);
    (void)sqlite3_db_config(s->handle, SQLITE_DBCONFIG_ENABLE_LOAD_EXTENSION, 0, (int *)0);
    /* The schema has neither: one that somebody planted in the file must not act in our name. */
    (void)sqlite3_db_config(s->handle, SQLITE_DBCONFIG_ENABLE_TRIGGER, 0, (int *)0);
    (void)sqlite3_db_config(s->handle, SQLITE_DBCONFIG_ENABLE_VIEW, 0, (int *)0);
    (void)sqlite3_limit(s->handle, SQLITE_LIMIT_LENGTH, 64 * 1024 * 1024);
    (void)sqlite3_limit(s->handle, SQLITE_LIMIT_ATTACHED, 0);
    size_t n;
    const struct pragma *p = pragmas_of(use, &n);
    for (size_t i = 0; i < n; i++)
        TRY(set_pragma(s, a, &p[i]));
    if (use == ENGINE_WRITER)
        (void)sqlite3_wal_hook(s->handle, committed, s);
    return NULL;
}

struct err *engine_sqlite_open(struct arena *app, const char *path, enum engine_use use,
                               const struct db_schema *schema, struct engine **ret_engine)
{
    struct engine_sqlite *s = ARENA_NEW(app, struct engine_sqlite);
    s->super.ops = &sqlite_ops;
    s->schema = schema;
    s->use = use;
    s->prepared = ARENA_ARRAY(app, (size_t)schema->n_statements, sqlite3_stmt *);
    int flags = SQLITE_OPEN_READWRITE | SQLITE_OPEN_NOMUTEX | (use == ENGINE_WRITER ? SQLITE_OPEN_CREATE : 0);
    if (sqlite3_open_v2(path, &s->handle, flags, NULL) != SQLITE_OK) {
        struct err *e = ERR(app, ERR_IO, "%s: %s", path, sqlite3_errmsg(s->handle));
        (void)sqlite3_close(s->handle);
        return e;
    }
    struct err *e = configure(s, app, use);
    if (e) {
        (void)sqlite3_close(s->handle);
        return WRAP(app, e, "%s", path);
    }
    *ret_engine = &s->super;
    return NULL;
}
