/* SPDX-License-Identifier: AGPL-3.0-or-later
 *
 * journal_fixture.h - a data folder with a database and a journal, for tests of the proof.
 */
#ifndef BIRGE_CORE_TESTS_JOURNAL_FIXTURE_H
#define BIRGE_CORE_TESTS_JOURNAL_FIXTURE_H

#include "tests/test.h"

#include <semaphore.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/wait.h>
#include <unistd.h>

#include "core/journal_private.h"
#include "gen/schema.h"
#include "tests/test_db.h"

#define REALM 1

struct folder {
    struct arena *a;
    char dir[64];
    char db_path[96];
    char head_path[96];
    struct db *db;
    struct db_read *read;
    struct log_key *key;
    struct vkey vkey;
    struct journal *journal;
    int64_t now; /* what the journal's clock says */
};

#define assert_ok(e)                                                                               \
    do {                                                                                           \
        struct err *assert_ok_ = (e);                                                              \
        if (assert_ok_) {                                                                          \
            struct arena *assert_a_ = arena_new("failure", 0);                                     \
            print_error("%s\n", err_text(assert_a_, assert_ok_).p);                                \
            arena_free(assert_a_);                                                                 \
        }                                                                                          \
        assert_null(assert_ok_);                                                                   \
    } while (0)

static inline int64_t folder_clock(void *user)
{
    return ((struct folder *)user)->now;
}

static inline void run_shell(const char *command)
{
    pid_t pid = fork();
    if (pid == 0) {
        execl("/bin/sh", "sh", "-c", command, (char *)NULL);
        _exit(127);
    }
    int status = 1;
    (void)waitpid(pid, &status, 0);
    assert_int_equal(status, 0);
}

static inline struct folder folder_new(struct arena *a)
{
    struct folder f = {.a = a, .now = INT64_C(1767225600000)};
    const uint8_t seed[LOG_SEED_BYTES] = {7};
    (void)snprintf(f.dir, sizeof f.dir, "/tmp/birge-journal-XXXXXX");
    assert_non_null(mkdtemp(f.dir));
    (void)snprintf(f.db_path, sizeof f.db_path, "%s/birge.db", f.dir);
    (void)snprintf(f.head_path, sizeof f.head_path, "%s/head", f.dir);
    assert_ok(log_key_make(a, seed, S("birge.test/log"), &f.key));
    f.vkey = log_key_public(f.key);
    return f;
}

/* Open database and journal without starting the writer. */
static inline struct err *folder_try_open(struct folder *f, struct db_options options)
{
    test_db(f->a, f->db_path, &options);
    assert_ok(db_open(f->a, &schema_all, &options, &f->db));
    assert_ok(db_reader(f->a, f->db, &f->read));
    struct err *e = journal_open(f->a, f->db, f->read, REALM, f->key, f->head_path, &f->journal);
    if (!e)
        journal_set_clock(f->journal, folder_clock, f);
    return e;
}

static inline void folder_start(struct folder *f)
{
    struct batch_hooks hooks = journal_hooks(f->journal);
    assert_ok(db_start(f->a, f->db, &hooks));
}

static inline void folder_open(struct folder *f)
{
    assert_ok(folder_try_open(f, (struct db_options){0}));
    folder_start(f);
}

static inline void folder_close(struct folder *f)
{
    db_stop(f->db);
    db_close(f->db);
    f->db = NULL;
}

static inline void folder_end(struct folder *f)
{
    char command[128];
    if (f->db)
        folder_close(f);
    (void)snprintf(command, sizeof command, "rm -rf %s", f->dir);
    run_shell(command);
}

/* A job that changes a fact, tells of it and reads a case, as asked. */
struct task {
    struct db_job job;
    struct folder *f;
    struct arena *a;
    struct event event;
    int64_t n_events;
    int64_t n_readings;
    int64_t calendar; /* id of a calendar whose fact is added; 0: none */
    bool fails;
    bool is_done;
    enum err_code outcome; /* 0: durable */
    sem_t *gate;      /* waited for at first */
    sem_t *at_gate;   /* told before */
    bool is_at_gate;
};

static inline struct err *task_run(struct db_job *job, struct db_tx *tx)
{
    struct task *t = job->user;
    if (t->gate) {
        t->is_at_gate = true;
        MUST(sem_post(t->at_gate) == 0);
        MUST(sem_wait(t->gate) == 0);
    }
    if (t->calendar != 0)
        TRY(core_q_calendar_add(job->a, tx, REALM, t->calendar, S("1111100"), NULL));
    for (int64_t i = 0; i < t->n_events; i++) {
        struct event *e = i == 0 ? &t->event : ARENA_NEW(job->a, struct event);
        if (!e->noun.p)
            *e = (struct event){.noun = S("calendar"), .noun_id = t->calendar, .verb = S("changed"),
                                .actor = actor_operator()};
        TRY(journal_append(t->f->journal, tx, e));
    }
    for (int64_t i = 0; i < t->n_readings; i++) {
        struct reading r = {.noun = S("appeal"), .noun_id = 1 + i, .way = S("open"), .purpose = S("own_case"),
                            .actor = {.kind = ACTOR_STAFF, .person_id = 3, .office_id = 4}};
        TRY(journal_read(t->f->journal, tx, &r));
    }
    return t->fails ? ERR(job->a, ERR_INPUT, "asked to fail") : NULL;
}

static inline void task_done(struct db_job *job, struct err *outcome)
{
    struct task *t = job->user;
    t->outcome = outcome ? outcome->code : 0;
    t->is_done = true;
    if (t->at_gate && !t->is_at_gate)
        MUST(sem_post(t->at_gate) == 0); /* it never ran: nobody may wait for it */
}

static inline void task_init(struct task *t, struct folder *f)
{
    struct arena *a = arena_new("job", 0);
    *t = (struct task){.f = f, .a = a, .job = {.a = a, .run = task_run, .done = task_done, .user = t}};
}

/* Run one task in a batch of its own; its arena lives on in the folder's. */
static inline struct task *folder_do(struct folder *f, struct task like)
{
    struct task *t = ARENA_NEW(f->a, struct task);
    task_init(t, f);
    t->event = like.event;
    t->n_events = like.n_events;
    t->n_readings = like.n_readings;
    t->calendar = like.calendar;
    struct err *e = db_run(f->db, &t->job);
    t->outcome = e ? e->code : 0;
    arena_defer(f->a, (void (*)(void *))arena_free, t->a);
    return t;
}

/* Run `n` tasks in one batch: a gate holds the writer until all are queued. True unless the gate itself failed. */
static inline bool folder_do_together(struct folder *f, struct task *tasks, int n)
{
    struct task gate;
    sem_t open;
    sem_t arrived;
    assert_int_equal(sem_init(&open, 0, 0), 0);
    assert_int_equal(sem_init(&arrived, 0, 0), 0);
    task_init(&gate, f);
    gate.gate = &open;
    gate.at_gate = &arrived;
    assert_true(db_submit(f->db, &gate.job));
    assert_int_equal(sem_wait(&arrived), 0);
    for (int i = 0; i < n; i++)
        assert_true(db_submit(f->db, &tasks[i].job));
    assert_int_equal(sem_post(&open), 0);
    db_stop(f->db);
    arena_free(gate.a);
    folder_start(f);
    return gate.outcome == 0;
}

/* Walk the whole journal of the folder; the finding, or absent. */
static inline struct str folder_walk(struct folder *f, struct journal_place *ret_place)
{
    struct journal_place start = {0};
    struct journal_walk *w = ARENA_NEW(f->a, struct journal_walk);
    struct str finding = {0};
    bool more = true;
    journal_walk_begin(w, f->a, f->read, REALM, &start, &f->vkey);
    while (more && !finding.p)
        assert_ok(journal_walk_next(w, &more, &finding));
    if (ret_place)
        *ret_place = w->place;
    return finding;
}

#endif
