/* SPDX-License-Identifier: AGPL-3.0-or-later
 *
 * postgres_test.c - what is true of the PostgreSQL engine alone: errors found late, connections that break, order.
 *
 * Needs a server (BIRGE_TEST_DB); skipped without one.
 */
#include "tests/test.h"

#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/wait.h>
#include <unistd.h>

#include "db/db.h"
#include "db/engine.h"
#include "gen/core_queries.h"
#include "gen/schema.h"
#include "tests/test_db.h"

struct fixture {
    struct arena *a;
    char path[96];
    struct db_options options;
    struct db *db;
};

static struct fixture fixture_new(struct arena *a)
{
    struct fixture f = {.a = a};
    char dir[] = "/tmp/birge-postgres-XXXXXX";
    assert_non_null(mkdtemp(dir));
    assert_int_equal(rmdir(dir), 0);
    (void)snprintf(f.path, sizeof f.path, "%s.db", dir);
    test_db(a, f.path, &f.options);
    f.options.path = NULL; /* no lock: several are opened at once */
    struct err *e = db_open(a, &schema_all, &f.options, &f.db);
    if (e)
        print_message("%s\n", err_text(a, e).p);
    assert_null(e);
    return f;
}

static void fixture_end(struct fixture *f)
{
    db_stop(f->db);
    db_close(f->db);
}

/* End all connections of the database but the one that asks. */
static void cut_connections(struct fixture *f)
{
    test_db_sql(f->a, f->path, "SELECT pg_terminate_backend(pid, 5000) FROM pg_stat_activity WHERE datname = "
                               "current_database() AND pid <> pg_backend_pid()");
}

struct step {
    struct db_job job;
    struct fixture *f;
    const char *name;
    const char *way;
    bool is_done;
    enum err_code outcome; /* 0: durable */
    char text[256];
};

static struct err *add_session(struct step *s, struct db_tx *tx, char tag)
{
    char hash[32] = {tag};
    struct core_q_session_add_args session = {.realm = 1, .hash = {hash, sizeof hash}};
    return core_q_session_add(s->job.a, tx, &session, NULL);
}

static struct err *step_run(struct db_job *job, struct db_tx *tx)
{
    struct step *s = job->user;
    struct str way = str_c(s->way);
    struct core_q_series_last_row row;
    bool found;
    TRY(core_q_series_set(job->a, tx, 1, str_c(s->name), 1, NULL));
    if (str_starts(way, S("same key")))
        TRY(add_session(s, tx, 'x'));
    if (str_eq(way, S("same key twice, then others"))) {
        TRY(add_session(s, tx, 'x'));
        TRY(core_q_series_set(job->a, tx, 1, S("behind the error"), 1, NULL));
    }
    if (str_eq(way, S("same key twice, then a question"))) {
        TRY(add_session(s, tx, 'x'));
        TRY(core_q_series_last(job->a, db_tx_read(tx), 1, S("x"), &row, &found));
        fail_msg("the question was answered behind an error");
    }
    if (str_eq(way, S("NUL")))
        TRY(core_q_series_set(job->a, tx, 1, S("a\0b"), 1, NULL));
    if (str_eq(way, S("not UTF-8")))
        TRY(core_q_series_set(job->a, tx, 1, S("a\xff"), 1, NULL));
    if (str_starts(way, S("cut")))
        cut_connections(s->f);
    if (str_eq(way, S("cut, and never mind"))) { /* a verb that swallows errors must not write outside the transaction */
        struct err *e = core_q_series_last(job->a, db_tx_read(tx), 1, S("x"), &row, &found);
        assert_non_null(e);
        e = core_q_series_last(job->a, db_tx_read(tx), 1, S("x"), &row, &found);
        assert_non_null(e);
        e = core_q_series_set(job->a, tx, 1, S("adrift"), 1, NULL);
        assert_non_null(e);
    }
    return NULL;
}

static void step_done(struct db_job *job, struct err *outcome)
{
    struct step *s = job->user;
    s->outcome = outcome ? outcome->code : 0;
    if (outcome)
        (void)snprintf(s->text, sizeof s->text, "%s", err_text(job->a, outcome).p);
    s->is_done = true;
}

static void step_init(struct step *s, struct fixture *f, const char *name, const char *way)
{
    *s = (struct step){.name = name, .way = way, .f = f,
                       .job = {.a = arena_new("job", 0), .run = step_run, .done = step_done, .user = s}};
}

static int64_t stored(struct fixture *f, const char *name)
{
    struct arena *a = arena_new("stored", 0);
    struct db_read *r;
    struct core_q_series_last_row row;
    bool found;
    assert_null(db_reader(a, f->db, &r));
    assert_null(core_q_series_last(a, r, 1, str_c(name), &row, &found));
    arena_free(a);
    return found ? row.last : 0;
}

/* Three jobs in one batch, the middle one in the given way. */
static void run_three(struct fixture *f, struct step *s, const char *way)
{
    step_init(&s[0], f, "before", "");
    step_init(&s[1], f, "middle", way);
    step_init(&s[2], f, "after", "");
    assert_null(db_start(f->a, f->db, NULL));
    for (int i = 0; i < 3; i++)
        assert_true(db_submit(f->db, &s[i].job));
    db_stop(f->db);
    for (int i = 0; i < 3; i++) {
        assert_true(s[i].is_done);
        arena_free(s[i].job.a);
    }
}

static void an_error_found_late_undoes_its_own_job_alone(void **state)
{
    static const struct {
        const char *way;
        enum err_code code;
    } cases[] = {
        {"same key twice, then others", ERR_CONFLICT},
        {"same key twice, then a question", ERR_CONFLICT},
        {"NUL", ERR_INPUT},
        {"not UTF-8", ERR_INPUT},
    };
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        struct arena *a = arena_new("case", 0);
        struct fixture f = fixture_new(a);
        struct step s[3];
        run_three(&f, s, cases[i].way);
        assert_int_equal(s[0].outcome, 0);
        assert_int_equal(s[1].outcome, cases[i].code);
        assert_int_equal(s[2].outcome, 0);
        assert_int_equal(stored(&f, "before"), 1);
        assert_int_equal(stored(&f, "middle"), 0);
        assert_int_equal(stored(&f, "behind the error"), 0);
        assert_int_equal(stored(&f, "after"), 1);
        fixture_end(&f);
        arena_free(a);
    }
    (void)state;
}

/* Details of an error quote values; those may be anybody's words. */
static void errors_do_not_quote_what_was_stored(void **state)
{
    struct fixture f = fixture_new(*state);
    struct step s[3];
    run_three(&f, s, "same key twice, then others");
    assert_non_null(strstr(s[1].text, "23505"));
    assert_null(strstr(s[1].text, "\\x78"));
    assert_null(strstr(s[1].text, "Key ("));
    fixture_end(&f);
}

static void a_connection_cut_before_the_commit_loses_the_batch_and_comes_back(void **state)
{
    struct fixture f = fixture_new(*state);
    struct step s[3];
    run_three(&f, s, "cut");
    for (int i = 0; i < 3; i++) {
        assert_int_equal(s[i].outcome, ERR_BUSY);
        assert_int_equal(stored(&f, s[i].name), 0);
    }
    run_three(&f, s, "");
    for (int i = 0; i < 3; i++)
        assert_int_equal(s[i].outcome, 0);
    fixture_end(&f);
}

static void nothing_is_written_outside_a_transaction(void **state)
{
    struct fixture f = fixture_new(*state);
    struct step s[3];
    run_three(&f, s, "cut, and never mind");
    for (int i = 0; i < 3; i++) {
        assert_int_equal(s[i].outcome, ERR_BUSY);
        assert_int_equal(stored(&f, s[i].name), 0);
    }
    assert_int_equal(stored(&f, "adrift"), 0);
    fixture_end(&f);
}

static void a_connection_cut_between_batches_costs_nothing(void **state)
{
    struct fixture f = fixture_new(*state);
    struct step s[3];
    struct db_read *r;
    struct core_q_series_last_row row;
    bool found;
    assert_null(db_reader(*state, f.db, &r));
    run_three(&f, s, "");
    assert_null(core_q_series_last(*state, r, 1, S("after"), &row, &found));
    cut_connections(&f);
    run_three(&f, s, "");
    for (int i = 0; i < 3; i++)
        assert_int_equal(s[i].outcome, 0);
    assert_null(db_read_begin(*state, r));
    assert_null(core_q_series_last(*state, r, 1, S("after"), &row, &found));
    assert_true(found);
    db_read_end(r);
    fixture_end(&f);
}

/* Seal is the last thing before the commit. */
static struct err *cut_in_seal(void *user, struct arena *a, struct db_tx *tx)
{
    struct fixture *f = user;
    (void)a;
    (void)tx;
    cut_connections(f);
    return NULL;
}

static void a_connection_cut_at_the_commit_ends_the_process(void **state)
{
    struct fixture f = fixture_new(*state);
    pid_t pid = fork();
    if (pid == 0) { /* a connection of its own; the parent's is not touched */
        struct fixture g = f;
        struct step s;
        if (db_open(arena_new("child", 0), &schema_all, &f.options, &g.db))
            _exit(3);
        (void)!freopen("/dev/null", "w", stderr);
        step_init(&s, &g, "child", "");
        struct batch_hooks hooks = {.user = &g, .seal = cut_in_seal};
        if (db_start(g.a, g.db, &hooks))
            _exit(3);
        _exit(db_run(g.db, &s.job) ? 1 : 0); /* either would be a lie */
    }
    int status = 0;
    assert_int_equal(waitpid(pid, &status, 0), pid);
    assert_true(WIFSIGNALED(status));
    assert_int_equal(WTERMSIG(status), SIGABRT);
    fixture_end(&f);
}

static void text_is_ordered_by_its_bytes(void **state)
{
    static const char *const names[] = {"B", "a", "Ж", "ж", "Қ", "z", "_"};
    static const char *const sorted[] = {"B", "_", "a", "z", "Ж", "ж", "Қ"};
    struct fixture f = fixture_new(*state);
    struct db_read *r;
    struct db_cursor *c;
    bool has_row;
    assert_null(db_start(*state, f.db, NULL));
    for (size_t i = 0; i < 7; i++) {
        struct step s;
        step_init(&s, &f, names[i], "");
        assert_null(db_run(f.db, &s.job));
        arena_free(s.job.a);
    }
    const struct db_table *t = schema_all.tables;
    while (strcmp(t->table, "core_series") != 0)
        t++;
    const struct db_value args[] = {db_int(INT64_MIN), db_text(S("")), db_int(100)};
    assert_null(db_reader(*state, f.db, &r));
    assert_null(db_query(*state, r, t->page_statement, args, 3, &c));
    for (size_t i = 0; i < 7; i++) {
        assert_null(db_next(c, &has_row));
        assert_true(has_row);
        assert_str(db_column(c, 1).s, sorted[i]);
    }
    assert_null(db_next(c, &has_row));
    assert_false(has_row);
    fixture_end(&f);
}

/* == settings == */

/* A setting of the role in this database, through the address: options=-c... */
static const char *url_with(struct arena *a, const char *url, const char *setting)
{
    return str_printf(a, "%s%soptions=-c%s", url, strchr(url, '?') ? "&" : "?", setting).p;
}

static void unsafe_settings_are_refused_by_name(void **state)
{
    static const struct {
        const char *setting, *word;
    } cases[] = {
        {"default_transaction_read_only%3Don", "transaction_read_only is on and must be off"},
        {"standard_conforming_strings%3Doff", "standard_conforming_strings is off and must be on"},
    };
    struct fixture f = fixture_new(*state);
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        struct db *second;
        struct db_options o = f.options;
        o.url = url_with(f.a, f.options.url, cases[i].setting);
        struct err *e = db_open(f.a, &schema_all, &o, &second);
        assert_non_null(e);
        assert_int_equal(e->code, ERR_CONFIG);
        if (!strstr(err_text(f.a, e).p, cases[i].word))
            fail_msg("%s: %s", cases[i].word, err_text(f.a, e).p);
    }
    fixture_end(&f);
}

static void a_weak_commit_is_made_strong_in_our_sessions(void **state)
{
    struct fixture f = fixture_new(*state);
    struct db_read *r;
    struct db_setting *all;
    size_t n;
    bool seen = false;
    struct db_options weak = f.options;
    weak.url = url_with(f.a, f.options.url, "synchronous_commit%3Doff");
    struct db *second;
    assert_null(db_open(f.a, &schema_all, &weak, &second));
    assert_null(db_reader(f.a, second, &r));
    assert_null(db_settings(f.a, r, &all, &n));
    for (size_t i = 0; i < n; i++)
        if (strcmp(all[i].name, "synchronous_commit") == 0) {
            assert_str(all[i].value, "on");
            seen = true;
        }
    assert_true(seen);
    db_close(second);
    fixture_end(&f);
}

static void a_server_that_is_not_there_is_an_error_without_the_password(void **state)
{
    struct db *db;
    struct db_options o = {.url = "postgresql://u:s3cr3t@/x?host=/nowhere"};
    struct err *e = db_open(*state, &schema_all, &o, &db);
    assert_non_null(e);
    assert_int_equal(e->code, ERR_BUSY);
    assert_null(strstr(err_text(*state, e).p, "s3cr3t"));
}

int main(void)
{
    if (!test_db_is_server())
        return 77; /* about a database server; the pass on PostgreSQL runs this */
    const struct CMUnitTest tests[] = {
        TEST(an_error_found_late_undoes_its_own_job_alone),
        TEST(errors_do_not_quote_what_was_stored),
        TEST(a_connection_cut_before_the_commit_loses_the_batch_and_comes_back),
        TEST(nothing_is_written_outside_a_transaction),
        TEST(a_connection_cut_between_batches_costs_nothing),
        TEST(a_connection_cut_at_the_commit_ends_the_process),
        TEST(text_is_ordered_by_its_bytes),
        TEST(unsafe_settings_are_refused_by_name),
        TEST(a_weak_commit_is_made_strong_in_our_sessions),
        TEST(a_server_that_is_not_there_is_an_error_without_the_password),
    };
    return cmocka_run_group_tests_name("postgres", tests, NULL, NULL);
}
