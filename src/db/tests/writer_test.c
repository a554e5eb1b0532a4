/* SPDX-License-Identifier: AGPL-3.0-or-later
 *
 * writer_test.c - batches, savepoints, lost transactions and faults, on a real SQLite file.
 */
#include "tests/test.h"

#include <pthread.h>
#include <stdatomic.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#include "db/db.h"
#include "gen/core_queries.h"
#include "gen/schema.h"
#include "tests/test_db.h"

struct fixture {
    struct arena *a;
    char dir[64];
    char path[96];
    struct db *db;
};

static struct fixture fixture_new(struct arena *a)
{
    struct fixture f = {.a = a};
    (void)snprintf(f.dir, sizeof f.dir, "/tmp/birge-writer-XXXXXX");
    assert_non_null(mkdtemp(f.dir));
    (void)snprintf(f.path, sizeof f.path, "%s/birge.db", f.dir);
    return f;
}

static void fixture_open(struct fixture *f, struct db_options options)
{
    test_db(f->a, f->path, &options);
    struct err *e = db_open(f->a, &schema_all, &options, &f->db);
    if (e)
        print_message("%s\n", err_text(f->a, e).p);
    assert_null(e);
}

static void fixture_end(struct fixture *f)
{
    db_stop(f->db);
    db_close(f->db);
    char command[128];
    (void)snprintf(command, sizeof command, "rm -rf %s", f->dir);
    pid_t pid = fork();
    if (pid == 0)
        execl("/bin/sh", "sh", "-c", command, (char *)NULL);
    (void)waitpid(pid, NULL, 0);
}

/* A job that raises a series and fails when asked to. */
struct step {
    struct db_job job;
    const char *name;
    bool fails;
    bool is_done;
    enum err_code outcome; /* 0: durable */
};

static struct err *step_run(struct db_job *job, struct db_tx *tx)
{
    struct step *s = job->user;
    TRY(core_q_series_set(job->a, tx, 1, str_c(s->name), 1, NULL));
    return s->fails ? ERR(job->a, ERR_INPUT, "asked to fail") : NULL;
}

static void step_done(struct db_job *job, struct err *outcome)
{
    struct step *s = job->user;
    s->outcome = outcome ? outcome->code : 0;
    s->is_done = true;
}

static void step_init(struct step *s, struct arena *a, const char *name)
{
    *s = (struct step){.name = name, .job = {.a = a, .run = step_run, .done = step_done, .user = s}};
}

static int64_t stored(struct fixture *f, const char *name)
{
    struct db_read *r;
    struct core_q_series_last_row row;
    bool found;
    assert_null(db_reader(f->a, f->db, &r));
    assert_null(core_q_series_last(f->a, r, 1, str_c(name), &row, &found));
    return found ? row.last : 0;
}

/* Eight jobs in one batch: queued before the writer starts its thread's first look. */
static void run_eight(struct fixture *f, struct step *steps, int failing, const struct batch_hooks *hooks)
{
    static const char *const names[] = {"a", "b", "c", "d", "e", "f", "g", "h"};
    for (int i = 0; i < 8; i++) {
        step_init(&steps[i], arena_new("job", 0), names[i]);
        steps[i].fails = i == failing;
    }
    assert_null(db_start(f->a, f->db, hooks));
    for (int i = 0; i < 8; i++)
        assert_true(db_submit(f->db, &steps[i].job));
    db_stop(f->db);
    for (int i = 0; i < 8; i++) {
        assert_true(steps[i].is_done);
        arena_free(steps[i].job.a);
    }
}

static void a_job_that_fails_is_undone_alone(void **state)
{
    for (int failing = 0; failing < 8; failing++) {
        struct fixture f = fixture_new(*state);
        struct step steps[8];
        fixture_open(&f, (struct db_options){0});
        run_eight(&f, steps, failing, NULL);
        for (int i = 0; i < 8; i++) {
            assert_int_equal(steps[i].outcome, i == failing ? ERR_INPUT : 0);
            assert_int_equal(stored(&f, steps[i].name), i == failing ? 0 : 1);
        }
        fixture_end(&f);
    }
}

struct tally {
    int sealed, committed, lost, undone;
    bool refuse_seal;
};

static struct err *tally_seal(void *user, struct arena *a, struct db_tx *tx)
{
    struct tally *t = user;
    (void)tx;
    t->sealed++;
    return t->refuse_seal ? ERR(a, ERR_INTERNAL, "cannot seal") : NULL;
}
static void tally_committed(void *user)
{
    ((struct tally *)user)->committed++;
}
static void tally_lost(void *user)
{
    ((struct tally *)user)->lost++;
}
static void tally_undone(void *user, const struct db_job *job)
{
    assert_non_null(job);
    ((struct tally *)user)->undone++;
}

static void a_batch_that_cannot_be_sealed_leaves_nothing(void **state)
{
    struct fixture f = fixture_new(*state);
    struct tally t = {.refuse_seal = true};
    struct batch_hooks hooks = {&t, NULL, NULL, tally_undone, tally_seal, tally_committed, tally_lost};
    struct step steps[8];
    fixture_open(&f, (struct db_options){0});
    run_eight(&f, steps, -1, &hooks);
    assert_int_equal(t.committed, 0);
    assert_int_equal(t.lost, t.sealed);
    for (int i = 0; i < 8; i++) {
        assert_int_equal(steps[i].outcome, ERR_INTERNAL);
        assert_int_equal(stored(&f, steps[i].name), 0);
    }
    fixture_end(&f);
}

/* Fail every call in turn: each job is either durable or refused, and says so truthfully. */
static void every_fault_ends_in_the_truth(void **state)
{
    struct arena *a = *state;
    static const enum err_code codes[] = {ERR_FULL, ERR_IO};
    for (size_t c = 0; c < 2; c++) {
        bool was_hit = true;
        for (int n = 1; was_hit && n < 400; n++) {
            struct arena_mark mark = arena_mark(a);
            struct fixture f = fixture_new(a);
            struct tally t = {0};
            struct batch_hooks hooks = {&t, NULL, NULL, tally_undone, tally_seal, tally_committed, tally_lost};
            struct step steps[8];
            fixture_open(&f, (struct db_options){.fault_at = n, .fault_code = (int)codes[c]});
            run_eight(&f, steps, 3, &hooks);
            was_hit = false;
            for (int i = 0; i < 8; i++) {
                was_hit = was_hit || (steps[i].outcome != 0 && steps[i].outcome != ERR_INPUT);
                assert_int_equal(stored(&f, steps[i].name), steps[i].outcome == 0 ? 1 : 0);
            }
            assert_int_equal(t.sealed >= t.committed, true);
            fixture_end(&f);
            arena_rewind(a, mark);
        }
        assert_false(was_hit); /* the loop ended because nothing fails any more */
    }
}

static void a_failed_sync_ends_the_process(void **state)
{
    struct fixture f = fixture_new(*state);
    pid_t pid = fork();
    if (pid == 0) {
        (void)!freopen("/dev/null", "w", stderr);
        struct step s;
        fixture_open(&f, (struct db_options){.fault_at = 5, .fault_code = ERR_SYNC});
        step_init(&s, f.a, "a");
        assert_null(db_start(f.a, f.db, NULL));
        (void)db_submit(f.db, &s.job);
        db_stop(f.db);
        _exit(s.outcome == 0 ? 1 : 2);
    }
    int status;
    assert_int_equal(waitpid(pid, &status, 0), pid);
    assert_true(WIFSIGNALED(status));
    fixture_open(&f, (struct db_options){0});
    assert_int_equal(stored(&f, "a"), 0);
    fixture_end(&f);
}

static void a_full_queue_refuses_and_a_stopped_writer_too(void **state)
{
    struct fixture f = fixture_new(*state);
    struct step s;
    fixture_open(&f, (struct db_options){.queue = 8});
    step_init(&s, f.a, "a");
    assert_false(db_submit(f.db, &s.job));
    assert_null(db_start(f.a, f.db, NULL));
    assert_null(db_run(f.db, &s.job));
    db_stop(f.db);
    assert_false(db_submit(f.db, &s.job));
    fixture_end(&f);
}

static void a_disk_without_reserve_refuses_what_needs_space(void **state)
{
    struct fixture f = fixture_new(*state);
    struct step s;
    if (test_db_is_server())
        skip(); /* the disk of a server cannot be seen from here */
    fixture_open(&f, (struct db_options){.reserve_bytes = INT64_MAX});
    step_init(&s, f.a, "a");
    s.job.needs_space = true;
    assert_null(db_start(f.a, f.db, NULL));
    struct err *e = db_run(f.db, &s.job);
    assert_non_null(e);
    assert_int_equal(e->code, ERR_FULL);
    s.job.needs_space = false;
    assert_null(db_run(f.db, &s.job));
    fixture_end(&f);
}

static void only_one_process_opens_a_folder(void **state)
{
    struct fixture f = fixture_new(*state);
    struct db *second;
    struct db_options options = {.path = f.path};
    fixture_open(&f, (struct db_options){0});
    struct err *e = db_open(f.a, &schema_all, &options, &second);
    assert_non_null(e);
    assert_int_equal(e->code, ERR_CONFLICT);
    fixture_end(&f);
}

static void a_changed_schema_file_is_refused(void **state)
{
    struct fixture f = fixture_new(*state);
    fixture_open(&f, (struct db_options){0});
    db_close(f.db);
    struct db_schema other = schema_all;
    struct db_migration *m = ARENA_ARRAY(f.a, (size_t)other.n_migrations, struct db_migration);
    memcpy(m, schema_all.migrations, sizeof *m * (size_t)other.n_migrations);
    m[0].hash = "0000";
    other.migrations = m;
    struct db_options options = {0};
    test_db(f.a, f.path, &options);
    struct err *e = db_open(f.a, &other, &options, &f.db);
    assert_non_null(e);
    assert_int_equal(e->code, ERR_CONFIG);
    m[0].hash = schema_all.migrations[0].hash;
    other.n_migrations = 1; /* the program knows less than the database */
    e = db_open(f.a, &other, &options, &f.db);
    assert_non_null(e);
    assert_int_equal(e->code, ERR_CONFIG);
    fixture_open(&f, (struct db_options){0});
    fixture_end(&f);
}

static void a_backup_holds_what_was_committed(void **state)
{
    struct fixture f = fixture_new(*state);
    struct step s;
    fixture_open(&f, (struct db_options){0});
    step_init(&s, f.a, "a");
    assert_null(db_start(f.a, f.db, NULL));
    assert_null(db_run(f.db, &s.job));
    char copy[128];
    (void)snprintf(copy, sizeof copy, "%s/copy.db", f.dir);
    assert_null(db_backup(f.a, f.db, copy));
    struct err *e = db_backup(f.a, f.db, copy);
    assert_non_null(e);
    assert_int_equal(e->code, ERR_CONFLICT);
    struct fixture g = f;
    struct db_options options = {.path = copy}; /* a file, whichever engine was copied */
    assert_null(db_open(f.a, &schema_all, &options, &g.db));
    assert_int_equal(stored(&g, "a"), 1);
    db_close(g.db);
    fixture_end(&f);
}

/* Threads that submit at once; each sees its own outcome. */
static void *submit_many(void *arg)
{
    struct fixture *f = arg;
    for (int i = 0; i < 50; i++) {
        struct arena *a = arena_new("thread", 0);
        struct step s;
        step_init(&s, a, "shared");
        assert_null(db_run(f->db, &s.job));
        arena_free(a);
    }
    return NULL;
}

static void many_threads_submit_at_once(void **state)
{
    struct fixture f = fixture_new(*state);
    pthread_t threads[8];
    fixture_open(&f, (struct db_options){0});
    assert_null(db_start(f.a, f.db, NULL));
    for (int i = 0; i < 8; i++)
        assert_int_equal(pthread_create(&threads[i], NULL, submit_many, &f), 0);
    for (int i = 0; i < 8; i++)
        assert_int_equal(pthread_join(threads[i], NULL), 0);
    fixture_end(&f);
}

/* Jobs that note in which order they ran; the first holds the writer until it is let go. */
struct order {
    pthread_mutex_t lock;
    char names[64];
    size_t n;
    bool is_held;
};

static struct order *order_of(const struct step *s)
{
    return (struct order *)(void *)(uintptr_t)s->name; /* a step that writes nothing needs no name */
}

static struct err *note_run(struct db_job *job, struct db_tx *tx)
{
    struct step *s = job->user;
    struct order *o = order_of(s);
    (void)tx;
    MUST(pthread_mutex_lock(&o->lock) == 0);
    while (o->n == 0 && o->is_held) {
        MUST(pthread_mutex_unlock(&o->lock) == 0);
        (void)usleep(1000);
        MUST(pthread_mutex_lock(&o->lock) == 0);
    }
    o->names[o->n++] = job->is_patient ? 'p' : 'c';
    MUST(pthread_mutex_unlock(&o->lock) == 0);
    return NULL;
}

static void note_init(struct step *s, struct arena *a, struct order *o, bool is_patient)
{
    step_init(s, a, (const char *)o);
    s->job.run = note_run;
    s->job.is_patient = is_patient;
}

static void bulk_gives_way_to_whoever_waits(void **state)
{
    struct fixture f = fixture_new(*state);
    struct order o = {.is_held = true};
    struct step steps[6];
    assert_int_equal(pthread_mutex_init(&o.lock, NULL), 0);
    for (int i = 0; i < 6; i++)
        note_init(&steps[i], arena_new("job", 0), &o, i == 1 || i == 2);
    fixture_open(&f, (struct db_options){.batch = 1});
    assert_false(db_is_busy(f.db));
    assert_null(db_start(f.a, f.db, NULL));
    for (int i = 0; i < 6; i++)
        assert_true(db_submit(f.db, &steps[i].job));
    assert_true(db_is_busy(f.db));
    assert_int_equal(pthread_mutex_lock(&o.lock), 0);
    o.is_held = false;
    assert_int_equal(pthread_mutex_unlock(&o.lock), 0);
    db_stop(f.db);
    assert_string_equal(o.names, "ccccpp"); /* the patient came second and third, and go last */
    for (int i = 0; i < 6; i++) {
        assert_true(steps[i].is_done && steps[i].outcome == 0);
        arena_free(steps[i].job.a);
    }
    fixture_end(&f);
}

/* A job that comes back as soon as it is done, until the patient one has run. */
struct endless {
    struct db_job job;
    struct db *db;
    _Atomic bool *is_over;
    _Atomic int *left;
};

static struct err *endless_run(struct db_job *job, struct db_tx *tx)
{
    (void)tx;
    (void)usleep(500);
    (void)job;
    return NULL;
}

static void endless_done(struct db_job *job, struct err *outcome)
{
    struct endless *s = job->user;
    if (outcome || atomic_load(s->is_over) || !db_submit(s->db, job))
        atomic_fetch_sub(s->left, 1);
}

static void patience_ends(void **state)
{
    struct fixture f = fixture_new(*state);
    struct step s;
    _Atomic bool is_over = false;
    _Atomic int left = 2;
    struct endless all[2];
    fixture_open(&f, (struct db_options){.batch = 1});
    assert_null(db_start(f.a, f.db, NULL));
    for (int i = 0; i < 2; i++) { /* one of them waits whenever the other runs */
        all[i] = (struct endless){.db = f.db, .is_over = &is_over, .left = &left,
                                  .job = {.a = f.a, .run = endless_run, .done = endless_done, .user = &all[i]}};
        assert_true(db_submit(f.db, &all[i].job));
    }
    step_init(&s, f.a, "p");
    s.job.is_patient = true;
    assert_true(db_submit(f.db, &s.job));
    for (int i = 0; i < 2000 && stored(&f, "p") == 0; i++)
        (void)usleep(1000);
    atomic_store(&is_over, true);
    db_stop(f.db);
    assert_true(s.is_done && s.outcome == 0);
    assert_true(s.job.ran_us > 0 && s.job.commit_us > 0);
    assert_int_equal(atomic_load(&left), 0);
    fixture_end(&f);
}

static void the_log_beside_the_file_stays_small(void **state)
{
    struct fixture f = fixture_new(*state);
    struct stat st;
    char wal[128];
    if (getenv("BIRGE_TEST_DB") && getenv("BIRGE_TEST_DB")[0])
        skip(); /* a server has a log of its own */
    fixture_open(&f, (struct db_options){0});
    assert_null(db_start(f.a, f.db, NULL));
    (void)snprintf(wal, sizeof wal, "%s-wal", f.path);
    struct arena_mark mark = arena_mark(f.a);
    for (int i = 0; i < 250; i++) { /* some thirty pages each: the name, in the table and its index */
        struct step s;
        step_init(&s, f.a, str_printf(f.a, "series %d %060000d", i, i).p);
        assert_null(db_run(f.db, &s.job));
        arena_rewind(f.a, mark);
    }
    assert_int_equal(stat(wal, &st), 0);
    assert_in_range(st.st_size, 4096, 4300 * 4120);
    fixture_end(&f);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        TEST(a_job_that_fails_is_undone_alone),
        TEST(a_batch_that_cannot_be_sealed_leaves_nothing),
        TEST(every_fault_ends_in_the_truth),
        TEST(a_failed_sync_ends_the_process),
        TEST(a_full_queue_refuses_and_a_stopped_writer_too),
        TEST(a_disk_without_reserve_refuses_what_needs_space),
        TEST(only_one_process_opens_a_folder),
        TEST(a_changed_schema_file_is_refused),
        TEST(a_backup_holds_what_was_committed),
        TEST(many_threads_submit_at_once),
        TEST(bulk_gives_way_to_whoever_waits),
        TEST(patience_ends),
        TEST(the_log_beside_the_file_stays_small),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
