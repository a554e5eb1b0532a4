/* SPDX-License-Identifier: AGPL-3.0-or-later
 *
 * writer.c - the one thread that writes: a batch is what queued up during the last commit.
 *
 * No timer: at one client a batch is one job and costs what a transaction costs; at sixty-four it is what
 * sixty-four clients sent while the disk was busy, and costs one sync. Nothing is acknowledged before the
 * commit returned. After every failed job the engine is asked whether the transaction still stands: SQLite
 * may end it behind a savepoint (measured with SQLITE_FULL), and later jobs would then run in autocommit.
 * A failed sync ends the process: after it the kernel may have dropped the pages and a second sync may lie.
 *
 * Source: trust.md, section 3 points 2 to 4.
 */
#include "db/db_private.h"

#ifdef SABOTEUR_EARLY_REPLY
#include <fcntl.h>
#endif
#include <stdlib.h>
#include <time.h>
#include <unistd.h>

#include "base/clock.h"
#include "base/log.h"
#include "db/copy.h"
#include "db/migrate.h"

#define PATIENCE_US 50000       /* that a patient job may stand behind others */
#define BUSY_US 1000000         /* that somebody who wrote is expected again */
#define CHECKPOINT_PAGES 4000   /* in the log, of 4 KiB: 16 MiB */
#define CHECKPOINT_SOONER 1000  /* while bulk and others write: no checkpoint shall take long */

struct backup {
    const char *path;
    struct arena *a;
    struct err *outcome;
    bool is_done;
    struct backup *next;
};

/* Errors after which stored data cannot be trusted to a running process. */
static void die_if_fatal(const struct err *e)
{
    if (!e || (e->code != ERR_SYNC && e->code != ERR_CORRUPT))
        return;
    struct arena *a = arena_new("fatal", 0);
    LOG(LOG_ERROR, "storage failed: the process ends, nothing more is acknowledged", {"error", err_text(a, e)});
    abort();
}

static void run_job(struct db *db, struct db_job *job)
{
    struct engine *w = db->writer;
    struct db_tx tx = {.view = {db, w}, .job = job};
    struct err *e = w->ops->control(w, job->a, ENGINE_SAVEPOINT);
    if (!e) {
        e = job->run(job, &tx);
        if (!e && db->hooks.job_end)
            e = db->hooks.job_end(db->hooks.user, job->a, &tx);
        if (!e)
            e = w->ops->control(w, job->a, ENGINE_RELEASE);
    }
    job->outcome = e;
    if (!e)
        return;
    die_if_fatal(e);
    if (db->hooks.job_undone)
        db->hooks.job_undone(db->hooks.user, job);
    if (!w->ops->in_transaction(w))
        return; /* the whole batch is gone; the caller sees it */
    struct err *undo = w->ops->control(w, job->a, ENGINE_ROLLBACK_TO);
    if (!undo)
        undo = w->ops->control(w, job->a, ENGINE_RELEASE);
    die_if_fatal(undo);
    if (undo && w->ops->in_transaction(w)) {
        undo = w->ops->control(w, job->a, ENGINE_ROLLBACK); /* what the job did must not stay */
        die_if_fatal(undo);
    }
}

/* Every job of the batch gets `e`, but those that failed on their own keep their error. */
static void lose_batch(struct db *db, struct db_job *batch, const struct err *e, struct arena *tmp)
{
    struct engine *w = db->writer;
    if (w->ops->in_transaction(w)) {
        struct err *undo = w->ops->control(w, tmp, ENGINE_ROLLBACK);
        die_if_fatal(undo);
    }
    MUST(!w->ops->in_transaction(w));
    if (db->hooks.lost)
        db->hooks.lost(db->hooks.user);
    for (struct db_job *job = batch; job; job = job->next) {
        if (!job->outcome) {
            struct str why = err_text(tmp, e);
            job->outcome = ERR(job->a, e->code, "the batch was lost: %.*s", STR_FMT(why));
        }
    }
}

#ifdef SABOTEUR_EARLY_REPLY
/* What this build does wrong on purpose: the sync comes after the replies. */
static void sync_too_late(const struct db *db, struct arena *tmp)
{
    struct timespec pause = {.tv_nsec = 20000000};
    (void)nanosleep(&pause, NULL);
    int fd = open(str_printf(tmp, "%s-wal", db->options.path).p, O_RDWR | O_CLOEXEC);
    MUST(fd >= 0 && fdatasync(fd) == 0);
    (void)close(fd);
}
#endif

/* Run all jobs, then seal and commit. An error means that nothing of the batch is stored. */
static struct err *run_batch(struct db *db, struct db_job *batch, struct arena *tmp)
{
    struct engine *w = db->writer;
    bool is_short = !db_has_space(db);
    int64_t began = clock_monotonic_us();
    TRY(w->ops->control(w, tmp, ENGINE_BEGIN));
    if (db->hooks.begun)
        TRY(db->hooks.begun(db->hooks.user, tmp, &(struct db_tx){.view = {db, w}}));
    for (struct db_job *job = batch; job; job = job->next) {
        if (is_short && job->needs_space) {
            job->outcome = ERR(job->a, ERR_FULL, "the disk has less free space than is kept in reserve");
            continue;
        }
        run_job(db, job);
        if (job->outcome && !w->ops->in_transaction(w))
            return ERR(tmp, job->outcome->code, "the engine ended the transaction: %s", job->outcome->msg);
    }
#ifdef SABOTEUR_EARLY_REPLY
    if (db->hooks.seal)
        TRY(db->hooks.seal(db->hooks.user, tmp, &(struct db_tx){.view = {db, w}}));
    TRY(w->ops->control(w, tmp, ENGINE_COMMIT)); /* readers see it, the disk has not got it */
    if (db->hooks.committed)
        db->hooks.committed(db->hooks.user);
    for (struct db_job *job = batch, *next; job; job = next) {
        next = job->next;
        job->done(job, job->outcome);
    }
    sync_too_late(db, tmp);
    return NULL;
#else
    if (db->hooks.seal)
        TRY(db->hooks.seal(db->hooks.user, tmp, &(struct db_tx){.view = {db, w}}));
    int64_t ran = clock_monotonic_us();
    struct err *e = w->ops->control(w, tmp, ENGINE_COMMIT);
    batch->ran_us = ran - began;
    batch->commit_us = clock_monotonic_us() - ran;
    return e;
#endif
}

/* False when the batch was lost. */
static bool serve_batch(struct db *db, struct db_job *batch)
{
    struct arena *tmp = arena_new("batch", 16 * ARENA_MIB);
    struct err *e = run_batch(db, batch, tmp);
#ifdef SABOTEUR_EARLY_REPLY
    MUST(!e);
    arena_free(tmp);
    return true;
#endif
    die_if_fatal(e);
    if (e) {
        LOG(LOG_ERROR, "a batch was lost", {"error", err_text(tmp, e)});
        lose_batch(db, batch, e, tmp);
    } else if (db->hooks.committed) {
        db->hooks.committed(db->hooks.user);
    }
    for (struct db_job *job = batch, *next; job; job = next) {
        next = job->next; /* done may free the job */
        job->done(job, job->outcome);
    }
    arena_free(tmp);
    return !e;
}

/* == the queues == */

static void put(struct job_queue *q, struct db_job *job)
{
    if (q->last)
        q->last->next = job;
    else
        q->first = job;
    q->last = job;
}

/* Take the first jobs, at most `max`; 0: all. */
static struct db_job *take(struct db *db, struct job_queue *q, int max)
{
    struct db_job *batch = q->first;
    struct db_job *last = batch;
    int n = 1;
    while (last->next && (max <= 0 || n < max)) {
        last = last->next;
        n++;
    }
    q->first = last->next;
    if (!q->first)
        q->last = NULL;
    last->next = NULL;
    db->waiting -= n;
    return batch;
}

/* Take what waits, at most one batch. A patient job comes when nobody else waits, or when its patience ends. Called with
 * the lock held; something waits. */
static struct db_job *take_batch(struct db *db)
{
    int64_t now = clock_monotonic_us();
    if (db->patient.first && db->jobs.first && db->yielding_at == 0)
        db->yielding_at = now;
    if (db->jobs.first && !(db->patient.first && now - db->yielding_at > PATIENCE_US))
        return take(db, &db->jobs, db->options.batch);
    db->yielding_at = 0;
    db->patient_at = now;
    return take(db, &db->patient, 1);
}

static bool is_recent(int64_t at)
{
    return at != 0 && clock_monotonic_us() - at < BUSY_US;
}

/* A checkpoint when nobody waits, or when the log is long. Called with the lock held. */
static void checkpoint(struct db *db)
{
    struct engine *w = db->writer;
    bool is_mixed = is_recent(db->patient_at) && is_recent(db->hurried_at);
    int pages = is_mixed && !db->jobs.first ? CHECKPOINT_SOONER : CHECKPOINT_PAGES;
    if (!w->ops->checkpoint)
        return;
    MUST(pthread_mutex_unlock(&db->lock) == 0);
    struct arena *a = arena_new("checkpoint", ARENA_MIB);
    struct err *e = w->ops->checkpoint(w, a, pages);
    die_if_fatal(e);
    if (e)
        LOG(LOG_WARN, "a checkpoint failed; what is committed stays in the log", {"error", err_text(a, e)});
    arena_free(a);
    MUST(pthread_mutex_lock(&db->lock) == 0);
}

static void serve_backups(struct db *db)
{
    while (db->backups) {
        struct backup *b = db->backups;
        db->backups = b->next;
        MUST(pthread_mutex_unlock(&db->lock) == 0);
        struct err *e = db->writer->ops->backup(db->writer, b->a, b->path);
        MUST(pthread_mutex_lock(&db->lock) == 0);
        b->outcome = e;
        b->is_done = true;
        MUST(pthread_cond_broadcast(&db->wake) == 0);
    }
}

/* After a lost batch the server says that it takes no writes, so nobody may bring the job that would show otherwise: the
 * writer asks by itself. A question and no commit, since one that breaks would end the process. */
static bool is_well(struct db *db)
{
    struct engine *w = db->writer;
    struct arena *a = arena_new("well", ARENA_MIB);
    void *st;
    bool has_row;
    struct err *e = w->ops->control(w, a, ENGINE_BEGIN);
    if (!e)
        e = w->ops->start(w, a, DB_MIGRATIONS_APPLIED, NULL, 0, &st);
    if (!e) {
        e = w->ops->step(w, a, st, &has_row);
        w->ops->finish(w, st);
    }
    if (w->ops->in_transaction(w)) {
        struct err *undo = w->ops->control(w, a, ENGINE_ROLLBACK);
        die_if_fatal(undo);
    }
    die_if_fatal(e);
    arena_free(a);
    return !e;
}

/* Wait for work; while the last batch was lost, ask the engine twice a second. Called with the lock held. */
static void wait_for_work(struct db *db)
{
    struct timespec until;
    if (!db->is_lossy) {
        MUST(pthread_cond_wait(&db->wake, &db->lock) == 0);
        return;
    }
    MUST(clock_gettime(CLOCK_REALTIME, &until) == 0);
    until.tv_nsec += 500000000;
    until.tv_sec += until.tv_nsec / 1000000000;
    until.tv_nsec %= 1000000000;
    if (pthread_cond_timedwait(&db->wake, &db->lock, &until) == 0)
        return;
    MUST(pthread_mutex_unlock(&db->lock) == 0);
    bool ok = is_well(db);
    MUST(pthread_mutex_lock(&db->lock) == 0);
    db->is_lossy = !ok;
}

static void *writer_main(void *arg)
{
    struct db *db = arg;
    MUST(pthread_mutex_lock(&db->lock) == 0);
    for (;;) {
        serve_backups(db);
        if (db->jobs.first || db->patient.first) {
            struct db_job *batch = take_batch(db);
            MUST(pthread_mutex_unlock(&db->lock) == 0);
            bool ok = serve_batch(db, batch);
            MUST(pthread_mutex_lock(&db->lock) == 0);
            db->is_lossy = !ok;
            checkpoint(db);
        } else if (db->is_stopping) {
            break;
        } else {
            wait_for_work(db);
        }
    }
    MUST(pthread_mutex_unlock(&db->lock) == 0);
    return NULL;
}

struct err *db_start(struct arena *a, struct db *db, const struct batch_hooks *hooks)
{
    MUST(db->writer && !db->is_running);
    db->hooks = hooks ? *hooks : (struct batch_hooks){0};
    db->is_stopping = false;
    if (pthread_create(&db->thread, NULL, writer_main, db) != 0)
        return ERR(a, ERR_INTERNAL, "the writer's thread cannot be made");
    db->is_running = true;
    return NULL;
}

void db_stop(struct db *db)
{
    if (!db || !db->is_running)
        return;
    MUST(pthread_mutex_lock(&db->lock) == 0);
    db->is_stopping = true;
    MUST(pthread_cond_broadcast(&db->wake) == 0);
    MUST(pthread_mutex_unlock(&db->lock) == 0);
    MUST(pthread_join(db->thread, NULL) == 0);
    db->is_running = false;
}

bool db_submit(struct db *db, struct db_job *job)
{
    MUST(job->run && job->done && job->a);
    job->next = NULL;
    job->outcome = NULL;
    MUST(pthread_mutex_lock(&db->lock) == 0);
    bool ok = db->is_running && !db->is_stopping && db->waiting < db->options.queue;
    if (ok) {
        put(job->is_patient ? &db->patient : &db->jobs, job);
        if (!job->is_patient)
            db->hurried_at = clock_monotonic_us();
        db->waiting++;
        MUST(pthread_cond_broadcast(&db->wake) == 0);
    }
    MUST(pthread_mutex_unlock(&db->lock) == 0);
    return ok;
}

/* A job that somebody waits for; wraps the caller's. */
struct waited_job {
    struct db_job super;
    struct db_job *inner;
    pthread_mutex_t lock;
    pthread_cond_t wake;
    bool is_done;
    struct err *outcome;
};

static struct waited_job *waited(struct db_job *job)
{
    return (struct waited_job *)(void *)job;
}

static struct err *run_waited(struct db_job *job, struct db_tx *tx)
{
    return waited(job)->inner->run(waited(job)->inner, tx);
}

static void waited_done(struct db_job *job, struct err *outcome)
{
    struct waited_job *w = waited(job);
    MUST(pthread_mutex_lock(&w->lock) == 0);
    w->is_done = true;
    w->outcome = outcome;
    MUST(pthread_cond_signal(&w->wake) == 0);
    MUST(pthread_mutex_unlock(&w->lock) == 0);
}

struct err *db_run(struct db *db, struct db_job *job)
{
    struct waited_job w = {.super = {.a = job->a, .run = run_waited, .done = waited_done,
                                     .needs_space = job->needs_space},
                           .inner = job};
    MUST(pthread_mutex_init(&w.lock, NULL) == 0 && pthread_cond_init(&w.wake, NULL) == 0);
    if (!db_submit(db, &w.super))
        return ERR(job->a, ERR_BUSY, "too many jobs wait for the writer, or it stopped");
    MUST(pthread_mutex_lock(&w.lock) == 0);
    while (!w.is_done)
        MUST(pthread_cond_wait(&w.wake, &w.lock) == 0);
    MUST(pthread_mutex_unlock(&w.lock) == 0);
    return w.outcome;
}

int db_waiting(struct db *db)
{
    MUST(pthread_mutex_lock(&db->lock) == 0);
    int n = db->waiting;
    MUST(pthread_mutex_unlock(&db->lock) == 0);
    return n;
}

bool db_is_busy(struct db *db)
{
    MUST(pthread_mutex_lock(&db->lock) == 0);
    bool is = is_recent(db->hurried_at);
    MUST(pthread_mutex_unlock(&db->lock) == 0);
    return is;
}

bool db_takes_writes(struct db *db)
{
    MUST(pthread_mutex_lock(&db->lock) == 0);
    bool ok = db->is_running && !db->is_stopping && !db->is_lossy && db->waiting < db->options.queue;
    MUST(pthread_mutex_unlock(&db->lock) == 0);
    return ok && db_has_space(db);
}

struct db_read *db_tx_read(struct db_tx *tx)
{
    return &tx->view;
}

struct db_job *db_tx_job(struct db_tx *tx)
{
    return tx->job;
}

struct err *db_backup(struct arena *a, struct db *db, const char *path)
{
    if (access(path, F_OK) == 0)
        return ERR(a, ERR_CONFLICT, "%s exists already", path);
    if (db_is_shared(db)) {
        struct db_copy_report report;
        return db_copy_to_file(a, db, path, &report); /* a snapshot of its own; the writer goes on */
    }
    if (!db->is_running)
        return db->writer->ops->backup(db->writer, a, path);
    struct backup b = {.path = path, .a = a};
    MUST(pthread_mutex_lock(&db->lock) == 0);
    b.next = db->backups;
    db->backups = &b;
    MUST(pthread_cond_broadcast(&db->wake) == 0);
    while (!b.is_done)
        MUST(pthread_cond_wait(&db->wake, &db->lock) == 0);
    MUST(pthread_mutex_unlock(&db->lock) == 0);
    return b.outcome;
}
