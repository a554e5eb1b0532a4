/* SPDX-License-Identifier: AGPL-3.0-or-later
 *
 * db.c - opening, readers, cursors and digests.
 */
#include "db/db_private.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <string.h>
#include <sys/file.h>
#include <sys/statvfs.h>
#include <unistd.h>

#include "db/own.h"

/* Jobs in one transaction of a server: other servers wait for its end, and beyond 64 savepoints PostgreSQL keeps them
 * on disk, which slows down every reader. */
#define BATCH_SHARED 60

/* One process writes a data folder: an flock on <path>.lock, with the process number for people. */
static struct err *take_lock(struct arena *a, struct db *db)
{
    struct str path = str_printf(a, "%s.lock", db->options.path);
    int fd = open(path.p, O_RDWR | O_CREAT | O_CLOEXEC, 0600);
    if (fd < 0)
        return ERR(a, ERR_IO, "%s: %s", path.p, strerror(errno));
    char pid[32] = {0};
    if (flock(fd, LOCK_EX | LOCK_NB) != 0) {
        (void)!read(fd, pid, sizeof pid - 1);
        (void)close(fd);
        return ERR(a, ERR_CONFLICT, "%s is in use by process %.*s", db->options.path,
                   (int)strcspn(pid, "\n"), pid);
    }
    int n = snprintf(pid, sizeof pid, "%ld\n", (long)getpid());
    if (ftruncate(fd, 0) != 0 || write(fd, pid, (size_t)n) != n) {
        (void)close(fd);
        return ERR(a, ERR_IO, "%s: %s", path.p, strerror(errno));
    }
    db->lock_fd = fd;
    return NULL;
}

static struct err *connect_engine(struct arena *a, const struct db *db, enum engine_use use, struct engine **ret_engine)
{
    const struct db_options *o = &db->options;
    return o->url ? engine_postgres_open(a, o->url, use, db->schema, ret_engine)
                  : engine_sqlite_open(a, o->path, use, db->schema, ret_engine);
}

static struct err *open_writer(struct arena *app, struct db *db)
{
    if (db->options.path)
        TRY(take_lock(app, db));
    TRY(connect_engine(app, db, ENGINE_WRITER, &db->writer));
    if (db->options.url)
        TRY(expect_own_database(app, db->writer, db->schema));
    TRY(migrate(app, db->writer, db->schema));
    if (db->writer->ops->prepare)
        TRY(db->writer->ops->prepare(db->writer, app));
    if (db->options.fault_at > 0)
        db->writer = engine_fault(app, db->writer, db->options.fault_at,
                                  (enum err_code)db->options.fault_code, db->options.fault_forever);
    return NULL;
}

struct err *db_open(struct arena *app, const struct db_schema *schema, const struct db_options *options,
                    struct db **ret_db)
{
    struct db *db = ARENA_NEW(app, struct db);
    db->app = app;
    db->schema = schema;
    db->options = *options;
    if (db->options.url && !db->options.url[0])
        db->options.url = NULL;
    db->lock_fd = -1;
    if (db->options.url && db->options.batch <= 0)
        db->options.batch = BATCH_SHARED;
    if (db->options.queue <= 0)
        db->options.queue = 4096;
    MUST(pthread_mutex_init(&db->lock, NULL) == 0 && pthread_cond_init(&db->wake, NULL) == 0);
    if (!options->is_read_only) {
        struct err *e = open_writer(app, db);
        if (e) {
            db_close(db);
            return e;
        }
    }
    *ret_db = db;
    return NULL;
}

void db_at_close(struct db *db, void (*fn)(void *arg), void *arg)
{
    MUST(db->n_at_close < DB_AT_CLOSE);
    db->at_close[db->n_at_close++] = (struct at_close){fn, arg};
}

void db_close(struct db *db)
{
    if (!db)
        return;
    MUST(!db->is_running);
    while (db->n_at_close > 0) {
        db->n_at_close--;
        db->at_close[db->n_at_close].fn(db->at_close[db->n_at_close].arg);
    }
    for (struct reader *r = db->readers; r; r = r->next) {
        r->read.engine->ops->close(r->read.engine);
        r->read.engine = NULL;
    }
    db->readers = NULL;
    if (db->writer)
        db->writer->ops->close(db->writer); /* last: it checkpoints the log away */
    db->writer = NULL;
    if (db->lock_fd >= 0)
        (void)close(db->lock_fd);
    db->lock_fd = -1;
}

const struct db_schema *db_schema_of(const struct db *db)
{
    return db->schema;
}

bool db_is_shared(const struct db *db)
{
    return db->options.url != NULL;
}

struct err *db_lock_realm(struct arena *a, struct db_tx *tx, int64_t realm)
{
    struct engine *e = tx->view.engine;
    return e->ops->lock_realm ? e->ops->lock_realm(e, a, realm) : NULL;
}

/* The arena of a reader ends before the database does: a loop thread that stops. */
static void reader_end(void *arg)
{
    struct reader *r = arg;
    if (!r->read.engine)
        return; /* db_close was first */
    struct db *db = r->read.db;
    MUST(pthread_mutex_lock(&db->lock) == 0);
    struct reader **at = &db->readers;
    while (*at && *at != r)
        at = &(*at)->next;
    if (*at)
        *at = r->next;
    MUST(pthread_mutex_unlock(&db->lock) == 0);
    r->read.engine->ops->close(r->read.engine);
    r->read.engine = NULL;
}

struct err *db_reader(struct arena *a, struct db *db, struct db_read **ret_read)
{
    struct reader *r = ARENA_NEW(a, struct reader);
    r->read.db = db;
    TRY(connect_engine(a, db, ENGINE_READER, &r->read.engine));
    MUST(pthread_mutex_lock(&db->lock) == 0);
    r->next = db->readers;
    db->readers = r;
    MUST(pthread_mutex_unlock(&db->lock) == 0);
    arena_defer(a, reader_end, r);
    *ret_read = &r->read;
    return NULL;
}

struct err *db_read_begin(struct arena *a, struct db_read *r)
{
    TRY(r->engine->ops->control(r->engine, a, ENGINE_BEGIN_READ));
    r->round++;
    return NULL;
}

void db_read_end(struct db_read *r)
{
    struct arena *a = arena_new("read_end", 0);
    struct err *e = r->engine->ops->control(r->engine, a, ENGINE_END_READ);
    (void)e; /* ending a read transaction loses nothing */
    r->round += r->round & 1;
    arena_free(a);
}

bool db_has_space(struct db *db)
{
    struct statvfs v;
    /* Of a server's database the folder that holds the lock: attachments lie there. */
    if ((db->lock_fd >= 0 ? fstatvfs(db->lock_fd, &v) : db->options.path ? statvfs(db->options.path, &v) : -1) != 0)
        return true; /* cannot know; the engine will say */
    int64_t free_bytes = (int64_t)v.f_bavail * (int64_t)v.f_frsize;
    int64_t all_bytes = (int64_t)v.f_blocks * (int64_t)v.f_frsize;
    return free_bytes >= db->options.reserve_bytes &&
           free_bytes >= all_bytes / 100 * db->options.reserve_percent;
}

struct err *db_check(struct arena *a, struct db_read *r)
{
    return r->engine->ops->check(r->engine, a);
}

struct err *db_settings(struct arena *a, struct db_read *r, struct db_setting **ret_settings, size_t *ret_n)
{
    return r->engine->ops->settings(r->engine, a, ret_settings, ret_n);
}

/* == cursors == */

struct db_cursor {
    struct arena *a;
    struct engine *engine;
    void *statement; /* NULL when finished */
    const char *name;
};

struct err *db_query(struct arena *a, struct db_read *r, int id, const struct db_value *args, int n_args,
                     struct db_cursor **ret_cursor)
{
    struct db_cursor *c = ARENA_NEW(a, struct db_cursor);
    c->a = a;
    c->engine = r->engine;
    c->name = r->db->schema->statements[id].name;
    TRY(r->engine->ops->start(r->engine, a, id, args, n_args, &c->statement));
    *ret_cursor = c;
    return NULL;
}

struct err *db_next(struct db_cursor *c, bool *ret_has_row)
{
    if (arena_is_full(c->a, 0)) {
        db_finish(c);
        return ERR(c->a, ERR_LIMIT, "the rows of %s are more than a request may hold", c->name);
    }
    struct err *e = c->engine->ops->step(c->engine, c->a, c->statement, ret_has_row);
    if (e) {
        db_finish(c);
        return WRAP(c->a, e, "%s", c->name);
    }
    if (!*ret_has_row)
        db_finish(c);
    return NULL;
}

struct db_value db_peek(struct db_cursor *c, int i)
{
    return c->engine->ops->column(c->engine, c->statement, i);
}

struct db_value db_column(struct db_cursor *c, int i)
{
    struct db_value v = db_peek(c, i);
    v.s = str_dup(c->a, v.s);
    return v;
}

void db_finish(struct db_cursor *c)
{
    if (c->statement)
        c->engine->ops->finish(c->engine, c->statement);
    c->statement = NULL;
}

struct err *db_exec(struct arena *a, struct db_tx *tx, int id, const struct db_value *args, int n_args,
                    int64_t *ret_changed)
{
    struct engine *engine = tx->view.engine;
    struct err *e = engine->ops->exec(engine, a, id, args, n_args, ret_changed);
    return e ? WRAP(a, e, "%s", tx->view.db->schema->statements[id].name) : NULL;
}
