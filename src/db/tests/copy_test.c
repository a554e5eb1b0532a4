/* SPDX-License-Identifier: AGPL-3.0-or-later
 *
 * copy_test.c - all rows into another database: none lost, none changed, or nothing at all.
 */
#include "tests/test.h"

#include <dirent.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/wait.h>
#include <unistd.h>

#include "db/copy.h"
#include "gen/core_queries.h"
#include "gen/schema.h"
#include "tests/test_db.h"

#define N_SERIES 1000   /* in each of two realms: more than three pages */
#define N_SESSIONS 300

struct pair {
    struct arena *a;
    char dir[64];
    const char *paths[2];
    struct db *from, *to;
    struct db_read *read;
};

static struct db *open_at(struct arena *a, const char *path, int fault_at)
{
    struct db *db;
    struct db_options options = {.fault_at = fault_at, .fault_code = ERR_FULL};
    if (str_ends(str_c(path), S(".db")))
        options.path = path;
    else
        test_db(a, path, &options);
    struct err *e = db_open(a, &schema_all, &options, &db);
    if (e)
        print_message("%s\n", err_text(a, e).p);
    assert_null(e);
    return db;
}

/* Rows with keys of each kind: text, blob and integers; absent values; letters of more than one byte. */
static struct err *fill(struct db_job *job, struct db_tx *tx)
{
    for (int64_t realm = 1; realm <= 2; realm++)
        for (int i = 0; i < N_SERIES; i++)
            TRY(core_q_series_set(job->a, tx, realm, str_printf(job->a, "қатар-%d", i * 7919 % N_SERIES), i - 500, NULL));
    for (int i = 0; i < N_SESSIONS; i++) {
        uint8_t hash[32] = {(uint8_t)(i * 37), (uint8_t)(i >> 8), 0, 255};
        struct core_q_session_add_args s = {.realm = 1, .hash = {(const char *)hash, sizeof hash}, .noun = {0},
                                            .created_at = i, .expires_at = INT64_MAX - i};
        if (i % 2 == 0)
            s.person_id = (struct opt_int){true, i};
        TRY(core_q_session_add(job->a, tx, &s, NULL));
    }
    return NULL;
}

static struct err *run(struct arena *a, struct db *db, struct err *(*fn)(struct db_job *, struct db_tx *))
{
    struct db_job job = {.a = a, .run = fn};
    assert_null(db_start(a, db, NULL));
    struct err *e = db_run(db, &job);
    db_stop(db);
    return e;
}

static void pair_open(struct pair *p, struct arena *a, int fault_at)
{
    *p = (struct pair){.a = a};
    (void)snprintf(p->dir, sizeof p->dir, "/tmp/birge-copy-XXXXXX");
    assert_non_null(mkdtemp(p->dir));
    p->paths[0] = str_printf(a, "%s/from.db", p->dir).p;
    p->paths[1] = str_printf(a, "%s/to", p->dir).p;
    p->from = open_at(a, p->paths[0], 0);
    p->to = open_at(a, p->paths[1], fault_at);
    assert_null(run(a, p->from, fill));
    assert_null(db_reader(a, p->from, &p->read));
}

static void pair_end(struct pair *p)
{
    db_close(p->from);
    db_close(p->to);
    pid_t pid = fork();
    if (pid == 0)
        execl("/bin/rm", "rm", "-rf", p->dir, (char *)NULL);
    (void)waitpid(pid, NULL, 0);
}

static struct db_copy_report digest_of(struct pair *p, struct db *db)
{
    struct db_read *r;
    struct db_copy_report report = {0};
    assert_null(db_reader(p->a, db, &r));
    assert_null(db_digest_all(p->a, r, &report));
    return report;
}

struct seen {
    int64_t calls, done, all;
};

static void see(void *user, int64_t done, int64_t all)
{
    struct seen *s = user;
    assert_true(done >= s->done && done <= all);
    *s = (struct seen){s->calls + 1, done, all};
}

static void every_row_arrives_as_it_was(void **state)
{
    struct pair p;
    struct seen seen = {0};
    struct db_copy_options options = {.progress = see, .user = &seen};
    struct db_copy_report report = {0};
    pair_open(&p, *state, 0);
    struct db_copy_report before = digest_of(&p, p.from);
    assert_int_equal(before.rows, 2 * N_SERIES + N_SESSIONS);
    assert_null(db_copy(p.a, p.read, p.to, &options, &report));
    struct db_copy_report after = digest_of(&p, p.to);
    assert_int_equal(report.rows, before.rows);
    assert_int_equal(after.rows, before.rows);
    assert_memory_equal(report.digest.b, before.digest.b, HASH_BYTES);
    assert_memory_equal(after.digest.b, before.digest.b, HASH_BYTES);
    assert_int_equal(report.tables, schema_all.n_tables);
    assert_int_equal(seen.done, seen.all);
    assert_int_equal(seen.all, 2 * before.rows);
    assert_true(seen.calls >= 2);
    pair_end(&p);
}

static struct err *change_one(struct db_job *job, struct db_tx *tx)
{
    return core_q_series_set(job->a, tx, 2, S("қатар-999"), 77, NULL);
}

static void one_other_value_is_another_digest(void **state)
{
    struct pair p;
    struct db_copy_report report = {0};
    pair_open(&p, *state, 0);
    assert_null(db_copy(p.a, p.read, p.to, NULL, &report));
    assert_null(run(p.a, p.to, change_one));
    struct db_copy_report after = digest_of(&p, p.to);
    assert_int_equal(after.rows, report.rows);
    assert_memory_not_equal(after.digest.b, report.digest.b, HASH_BYTES);
    pair_end(&p);
}

/* From the file to the server (or another file) and back into a file. */
static void rows_come_back_as_they_went(void **state)
{
    struct pair p;
    struct db_copy_report there = {0};
    struct db_copy_report back = {0};
    struct db_read *r;
    pair_open(&p, *state, 0);
    assert_null(db_copy(p.a, p.read, p.to, NULL, &there));
    struct db *third = open_at(p.a, str_printf(p.a, "%s/third.db", p.dir).p, 0);
    assert_null(db_reader(p.a, p.to, &r));
    assert_null(db_copy(p.a, r, third, NULL, &back));
    assert_memory_equal(back.digest.b, there.digest.b, HASH_BYTES);
    assert_int_equal(back.rows, there.rows);
    db_close(third);
    pair_end(&p);
}

static void target_that_holds_a_row_is_refused_and_keeps_it(void **state)
{
    struct pair p;
    struct db_copy_report report = {0};
    pair_open(&p, *state, 0);
    assert_null(run(p.a, p.to, change_one));
    struct err *e = db_copy(p.a, p.read, p.to, NULL, &report);
    assert_non_null(e);
    assert_int_equal(e->code, ERR_CONFLICT);
    assert_true(str_find_str(err_text(p.a, e), S("core_series")) != SIZE_MAX);
    assert_int_equal(digest_of(&p, p.to).rows, 1);
    pair_end(&p);
}

/* The n-th call fails and takes the transaction with it, as a full disk does. */
static void copy_that_fails_leaves_nothing(void **state)
{
    static const int at[] = {3, 40, 700, 4000};
    for (size_t i = 0; i < sizeof at / sizeof at[0]; i++) {
        struct arena *a = arena_new("round", 0);
        struct pair p;
        struct db_copy_report report = {0};
        pair_open(&p, a, at[i]);
        struct err *e = db_copy(a, p.read, p.to, NULL, &report);
        assert_non_null(e);
        assert_int_equal(report.rows, 0);
        assert_int_equal(digest_of(&p, p.to).rows, 0);
        assert_null(db_copy(a, p.read, p.to, NULL, &report)); /* and can be done again */
        assert_int_equal(digest_of(&p, p.to).rows, report.rows);
        pair_end(&p);
        arena_free(a);
    }
    (void)state;
}

static void copy_to_a_file_leaves_the_file_alone(void **state)
{
    struct pair p;
    struct db_copy_report report = {0};
    pair_open(&p, *state, 0);
    const char *path = str_printf(p.a, "%s/backup.db", p.dir).p;
    assert_null(db_copy_to_file(p.a, p.from, path, &report));
    struct err *e = db_copy_to_file(p.a, p.from, path, &report);
    assert_non_null(e);
    assert_int_equal(e->code, ERR_CONFLICT);
    DIR *d = opendir(p.dir);
    int n = 0;
    for (struct dirent *item; (item = readdir(d));)
        n += str_starts(str_c(item->d_name), S("backup.db"));
    (void)closedir(d);
    assert_int_equal(n, 1);
    struct db *copy = open_at(p.a, path, 0);
    assert_memory_equal(digest_of(&p, copy).digest.b, digest_of(&p, p.from).digest.b, HASH_BYTES);
    db_close(copy);
    pair_end(&p);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        TEST(every_row_arrives_as_it_was),
        TEST(one_other_value_is_another_digest),
        TEST(rows_come_back_as_they_went),
        TEST(target_that_holds_a_row_is_refused_and_keeps_it),
        TEST(copy_that_fails_leaves_nothing),
        TEST(copy_to_a_file_leaves_the_file_alone),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
