/* SPDX-License-Identifier: AGPL-3.0-or-later
 *
 * journal_test.c - events become leaves, leaves become heads, and nothing that fails leaves a trace.
 */
#include "core/tests/journal_fixture.h"

#include "base/file.h"
#include "core/receipt.h"

/* ---- what a good journal keeps ---- */

static void every_leaf_is_proven_in_every_later_head(void **state)
{
    struct folder f = folder_new(*state);
    folder_open(&f);
    struct task *tasks[12];
    for (int i = 0; i < 12; i++) {
        tasks[i] = folder_do(&f, (struct task){.n_events = i % 3 + 1, .calendar = i + 1});
        assert_int_equal(tasks[i]->outcome, 0);
    }
    struct str note = journal_checkpoint(f.a, f.journal);
    struct tree_head head;
    assert_ok(checkpoint_open(f.a, &f.vkey, note, &head));
    assert_int_equal(head.size, journal_size(f.journal));
    assert_int_equal(head.size, 12 + 24); /* one entry per batch beside the events */
    for (int i = 0; i < 12; i++) {
        for (int later = i; later < 12; later++) {
            struct hash *hashes;
            size_t n;
            struct str lines;
            int64_t size = tasks[later]->event.size;
            assert_ok(journal_note(f.a, f.journal, f.read, size, &note));
            assert_ok(checkpoint_open(f.a, &f.vkey, note, &head));
            assert_int_equal(head.size, size);
            assert_ok(journal_proof(f.a, f.journal, f.read, tasks[i]->event.leaf, size, &hashes, &n));
            struct core_q_events_of_row *rows;
            size_t n_rows;
            assert_ok(core_q_events_of(f.a, f.read, REALM, S("calendar"), i + 1, &rows, &n_rows));
            lines = rows[0].lines;
            struct hash c = log_commitment(rows[0].salt, S("calendar"), S("changed"), lines);
            struct hash leaf = log_leaf(&c);
            assert_true(merkle_check((uint64_t)tasks[i]->event.leaf, (uint64_t)size, &leaf, hashes, n, &head.root));
        }
        int64_t size;
        assert_ok(journal_head_of_leaf(f.a, f.journal, f.read, tasks[i]->event.leaf, &size));
        assert_int_equal(size, tasks[i]->event.size);
    }
    assert_null(folder_walk(&f, NULL).p);
    folder_end(&f);
}

static void a_registration_yields_a_receipt_that_verifies(void **state)
{
    struct folder f = folder_new(*state);
    folder_open(&f);
    struct receipt rc = {.number = S("2026-0000001-5"), .registered_at = f.now, .body = S("Жол басқармасы")};
    struct str salt = random_str(f.a, RECEIPT_SALT);
    struct str lines;
    struct str text;
    rc.content = receipt_content(salt, S("Light"), S("The lamp is broken."));
    assert_ok(receipt_lines(f.a, &rc, &lines));
    folder_do(&f, (struct task){.n_events = 1, .calendar = 1});
    struct task *t = folder_do(&f, (struct task){.n_events = 1, .calendar = 2, .event = {
        .noun = S("appeal"), .noun_id = 1, .verb = S("registered"), .lines = lines, .salt = salt}});
    assert_int_equal(t->outcome, 0);
    assert_ok(receipt_of_event(f.a, f.journal, f.read, lines, salt, t->event.leaf, t->event.size, &text));
    assert_ok(receipt_verify(f.a, &f.vkey, text, NULL));
    folder_do(&f, (struct task){.n_events = 1, .calendar = 3});
    struct str renewed;
    assert_ok(receipt_of_event(f.a, f.journal, f.read, lines, salt, t->event.leaf, journal_size(f.journal), &renewed));
    assert_false(str_eq(text, renewed));
    assert_ok(receipt_verify(f.a, &f.vkey, renewed, NULL));
    assert_null(folder_walk(&f, NULL).p);
    folder_end(&f);
}

static void a_batch_of_readings_is_bound_by_one_leaf(void **state)
{
    struct folder f = folder_new(*state);
    folder_open(&f);
    folder_do(&f, (struct task){.n_readings = 5});
    assert_int_equal(journal_size(f.journal), 1);
    struct core_q_readings_of_args args = {.realm = REALM, .noun = S("appeal"), .noun_id = 3, .before = INT64_MAX,
                                           .n = 10};
    struct core_q_readings_of_row *rows;
    size_t n;
    assert_ok(core_q_readings_of(f.a, f.read, &args, &rows, &n));
    assert_int_equal(n, 1);
    assert_int_equal(rows[0].at, f.now);
    assert_int_equal(rows[0].person_id, 3);
    assert_null(folder_walk(&f, NULL).p);
    folder_end(&f);
}

static void a_batch_without_events_adds_nothing(void **state)
{
    struct folder f = folder_new(*state);
    folder_open(&f);
    folder_do(&f, (struct task){0});
    assert_int_equal(journal_size(f.journal), 0);
    struct tree_head head;
    assert_ok(checkpoint_open(f.a, &f.vkey, journal_checkpoint(f.a, f.journal), &head));
    assert_int_equal(head.size, 0);
    folder_end(&f);
}

static void the_note_of_a_head_is_stored_by_the_next_batch(void **state)
{
    struct folder f = folder_new(*state);
    folder_open(&f);
    struct core_q_note_of_size_row row;
    bool found;
    folder_do(&f, (struct task){.n_events = 1, .calendar = 1});
    struct str note = journal_checkpoint(f.a, f.journal);
    assert_ok(core_q_note_of_size(f.a, f.read, REALM, 2, &row, &found));
    assert_false(found);
    folder_do(&f, (struct task){.n_events = 1, .calendar = 2});
    assert_ok(core_q_note_of_size(f.a, f.read, REALM, 2, &row, &found));
    assert_true(found);
    assert_true(str_eq(row.note, note));
    struct err *e = journal_note(f.a, f.journal, f.read, 3, &note);
    assert_int_equal(e->code, ERR_NOT_FOUND);
    folder_end(&f);
}

static void tiles_and_bundles_are_those_of_the_tree(void **state)
{
    struct folder f = folder_new(*state);
    folder_open(&f);
    folder_do(&f, (struct task){.n_events = 600, .calendar = 1});
    folder_do(&f, (struct task){.n_events = 70, .calendar = 2});
    assert_int_equal(journal_size(f.journal), 672);
    struct str bundle;
    struct str tile;
    struct merkle_frontier all = {0};
    struct hash tops[2];
    for (int t = 0; t < 3; t++) {
        int width = t < 2 ? 256 : 160;
        assert_ok(journal_entries(f.a, f.journal, f.read, t, width, &bundle));
        assert_ok(journal_tile(f.a, f.journal, f.read, 0, t, width, &tile));
        assert_int_equal(tile.n, width * HASH_BYTES);
        assert_int_equal(bundle.n, width * (2 + LOG_ENTRY_BYTES));
        struct merkle_frontier one = {0};
        for (int i = 0; i < width; i++) {
            struct str entry = str_slice(bundle, (size_t)i * 56 + 2, (size_t)i * 56 + 56);
            struct hash leaf = merkle_leaf(entry);
            assert_int_equal(bundle.p[i * 56], 0);
            assert_int_equal(bundle.p[i * 56 + 1], LOG_ENTRY_BYTES);
            assert_memory_equal(tile.p + i * HASH_BYTES, leaf.b, HASH_BYTES);
            merkle_append(&all, &leaf);
            merkle_append(&one, &leaf);
        }
        if (t < 2)
            tops[t] = merkle_root(&one);
    }
    assert_ok(journal_tile(f.a, f.journal, f.read, 1, 0, 2, &tile));
    assert_memory_equal(tile.p, tops, sizeof tops);
    struct tree_head head;
    assert_ok(checkpoint_open(f.a, &f.vkey, journal_checkpoint(f.a, f.journal), &head));
    struct hash root = merkle_root(&all);
    assert_memory_equal(root.b, head.root.b, HASH_BYTES);
    assert_null(folder_walk(&f, NULL).p);

    static const struct { int level; int64_t idx; int width; } absent[] = {
        {0, 2, 161}, {0, 3, 1}, {0, -1, 1}, {0, 0, 0}, {0, 0, 257}, {1, 0, 3}, {1, 1, 1}, {2, 0, 1}, {-1, 0, 1},
        {8, 0, 1}, {63, 0, 1}, {0, INT64_MAX, 256}, {7, INT64_MAX / 256, 256},
    };
    for (size_t i = 0; i < sizeof absent / sizeof *absent; i++) {
        struct err *e = journal_tile(f.a, f.journal, f.read, absent[i].level, absent[i].idx, absent[i].width, &tile);
        assert_non_null(e);
        assert_int_equal(e->code, ERR_NOT_FOUND);
    }
    assert_int_equal(journal_entries(f.a, f.journal, f.read, 2, 161, &bundle)->code, ERR_NOT_FOUND);
    struct hash *hashes;
    size_t n;
    assert_int_equal(journal_proof(f.a, f.journal, f.read, 672, 672, &hashes, &n)->code, ERR_NOT_FOUND);
    assert_int_equal(journal_proof(f.a, f.journal, f.read, 0, 673, &hashes, &n)->code, ERR_NOT_FOUND);
    assert_int_equal(journal_proof(f.a, f.journal, f.read, -1, 672, &hashes, &n)->code, ERR_NOT_FOUND);
    folder_end(&f);
}

static void proofs_across_tiles_verify(void **state)
{
    struct folder f = folder_new(*state);
    folder_open(&f);
    for (int i = 0; i < 7; i++)
        folder_do(&f, (struct task){.n_events = 190, .calendar = i + 1});
    struct tree_head head;
    assert_ok(checkpoint_open(f.a, &f.vkey, journal_checkpoint(f.a, f.journal), &head));
    for (int64_t leaf = 0; leaf < head.size; leaf += 37) {
        struct hash *hashes;
        size_t n;
        struct core_q_entries_row *rows;
        size_t n_rows;
        struct hash commitment;
        assert_ok(core_q_entries(f.a, f.read, REALM, leaf, leaf + 1, &rows, &n_rows));
        memcpy(commitment.b, rows[0].commitment.p, HASH_BYTES);
        struct hash hash = log_leaf(&commitment);
        assert_ok(journal_proof(f.a, f.journal, f.read, leaf, head.size, &hashes, &n));
        assert_true(merkle_check((uint64_t)leaf, (uint64_t)head.size, &hash, hashes, n, &head.root));
    }
    folder_end(&f);
}

/* ---- many threads ---- */

struct reading_thread {
    pthread_t thread;
    struct folder *f;
    struct db_read *read;
    _Atomic bool *is_over;
    int64_t n; /* rounds */
};

/* The newest checkpoint verifies, and a leaf that it covers is proven under its root. No cmocka here: it is not for
 * threads. */
static void *read_on(void *arg)
{
    struct reading_thread *t = arg;
    do {
        struct arena *a = arena_new("round", 0);
        struct tree_head head;
        struct hash *hashes;
        struct hash commitment;
        struct core_q_entries_row *rows;
        size_t n;
        size_t n_rows;
        MUST(!checkpoint_open(a, &t->f->vkey, journal_checkpoint(a, t->f->journal), &head));
        MUST(journal_size(t->f->journal) >= head.size);
        if (head.size > 0) {
            int64_t leaf = (t->n * 7919) % head.size;
            struct str note;
            MUST(!journal_note(a, t->f->journal, t->read, head.size, &note));
            MUST(!journal_proof(a, t->f->journal, t->read, leaf, head.size, &hashes, &n));
            MUST(!core_q_entries(a, t->read, REALM, leaf, leaf + 1, &rows, &n_rows) && n_rows == 1);
            memcpy(commitment.b, rows[0].commitment.p, HASH_BYTES);
            struct hash hash = log_leaf(&commitment);
            MUST(merkle_check((uint64_t)leaf, (uint64_t)head.size, &hash, hashes, n, &head.root));
        }
        t->n++;
        arena_free(a);
    } while (!*t->is_over);
    return NULL;
}

static void others_read_while_the_writer_writes(void **state)
{
    struct folder f = folder_new(*state);
    struct reading_thread threads[3];
    _Atomic bool is_over = false;
    folder_open(&f);
    for (int i = 0; i < 3; i++) {
        threads[i] = (struct reading_thread){.f = &f, .is_over = &is_over};
        assert_ok(db_reader(f.a, f.db, &threads[i].read));
        assert_int_equal(pthread_create(&threads[i].thread, NULL, read_on, &threads[i]), 0);
    }
    for (int i = 0; i < 40; i++)
        folder_do(&f, (struct task){.n_events = 1 + i * 3, .n_readings = 1, .calendar = i + 1});
    is_over = true;
    for (int i = 0; i < 3; i++) {
        assert_int_equal(pthread_join(threads[i].thread, NULL), 0);
        assert_true(threads[i].n > 0);
    }
    assert_null(folder_walk(&f, NULL).p);
    folder_end(&f);
}

/* ---- what fails leaves nothing ---- */

static void a_failed_job_leaves_no_hole(void **state)
{
    for (int failing = 0; failing < 8; failing++) {
        struct folder f = folder_new(*state);
        struct task tasks[8];
        folder_open(&f);
        for (int i = 0; i < 8; i++) {
            task_init(&tasks[i], &f);
            tasks[i].n_events = 2;
            tasks[i].n_readings = 1;
            tasks[i].calendar = i + 1;
            tasks[i].fails = i == failing || i == 5;
        }
        folder_do_together(&f, tasks, 8);
        int64_t n_good = 0;
        for (int i = 0; i < 8; i++) {
            assert_true(tasks[i].is_done);
            assert_int_equal(tasks[i].outcome, tasks[i].fails ? ERR_INPUT : 0);
            if (!tasks[i].fails) {
                assert_int_equal(tasks[i].event.leaf, 2 * n_good);
                assert_int_equal(tasks[i].event.seq, 2 * n_good);
                n_good++;
            }
        }
        struct journal_place place;
        struct str finding = folder_walk(&f, &place);
        assert_null(finding.p);
        assert_int_equal(place.batch, 1);
        assert_int_equal(place.events, 2 * n_good);
        assert_int_equal(place.readings, n_good);
        for (int i = 0; i < 8; i++)
            arena_free(tasks[i].a);
        folder_end(&f);
    }
}

/* Fail every engine call of a batch in turn: whatever was acknowledged is there, and all of it agrees. */
static void whatever_engine_call_fails_the_journal_stays_sound(void **state)
{
    static const enum err_code codes[] = {ERR_IO, ERR_FULL}; /* the second also ends the transaction */
    (void)state;
    for (size_t k = 0; k < 2; k++) {
        bool has_failed = true; /* until the call to fail lies behind the last one */
        for (int at = 1 + (int)k; has_failed; at += 3) {
            struct arena *a = arena_new("round", 0);
            struct folder f = folder_new(a);
            struct task tasks[3];
            assert_ok(folder_try_open(&f, (struct db_options){.fault_at = at, .fault_code = (int)codes[k]}));
            folder_start(&f);
            for (int i = 0; i < 3; i++) {
                task_init(&tasks[i], &f);
                tasks[i].n_events = 1;
                tasks[i].n_readings = 1;
                tasks[i].calendar = i + 1;
            }
            has_failed = !folder_do_together(&f, tasks, 3);
            int64_t n_good = 0;
            for (int i = 0; i < 3; i++) {
                n_good += tasks[i].outcome == 0;
                has_failed = has_failed || tasks[i].outcome != 0;
                arena_free(tasks[i].a);
            }
            folder_close(&f);
            folder_open(&f);
            struct journal_place place;
            struct str finding = folder_walk(&f, &place);
            if (finding.p)
                print_error("call %d: %s\n", at, finding.p);
            assert_null(finding.p);
            assert_int_equal(place.events, n_good);
            struct task *more = folder_do(&f, (struct task){.n_events = 1, .calendar = 9});
            assert_int_equal(more->event.seq, n_good);
            folder_end(&f);
            arena_free(a);
        }
    }
}

/* ---- starting again ---- */

static void the_last_head_is_signed_again_with_the_same_bytes(void **state)
{
    struct folder f = folder_new(*state);
    folder_open(&f);
    for (int i = 0; i < 5; i++)
        folder_do(&f, (struct task){.n_events = 300, .calendar = i + 1});
    struct str before = journal_checkpoint(f.a, f.journal);
    folder_close(&f);
    folder_open(&f);
    assert_true(str_eq(before, journal_checkpoint(f.a, f.journal)));
    struct task *t = folder_do(&f, (struct task){.n_events = 1, .calendar = 9});
    assert_int_equal(t->event.seq, 1500);
    assert_int_equal(t->event.leaf, 1505);
    assert_null(folder_walk(&f, NULL).p);
    folder_end(&f);
}

static void sql(struct folder *f, const char *statement)
{
    size_t at = str_find_str(str_c(statement), S("zeroblob(32)"));
    if (test_db_is_server() && at != SIZE_MAX)
        statement = str_printf(f->a, "%.*sdecode(repeat('00', 32), 'hex')%s", (int)at, statement,
                               statement + at + strlen("zeroblob(32)")).p;
    if (test_db_is_server())
        test_db_sql(f->a, f->db_path, statement);
    else
        run_shell(str_printf(f->a, "sqlite3 %s \"%s\"", f->db_path, statement).p);
}

static void a_changed_tail_is_found_at_start(void **state)
{
    static const struct { const char *statement, *finding; } cases[] = {
        {"UPDATE journal_entry SET commitment = zeroblob(32) WHERE leaf = 1390", "leaf 1390"},
        {"DELETE FROM journal_entry WHERE leaf = 1204", "leaf 1204 is missing"},
        {"UPDATE journal_event SET detail = '{}x' WHERE seq = 1200", "seq 1200"},
        {"DELETE FROM journal_event WHERE seq = 1203", "seq 1203 is missing"},
        {"UPDATE journal_head SET root = zeroblob(32) WHERE batch = 5", "batch 5"},
        {"DELETE FROM journal_head WHERE batch = 5", "belongs to no head"},
        {"UPDATE journal_tile SET hash = zeroblob(32) WHERE idx = 4", "journal_tile"},
    };
    struct folder f = folder_new(*state);
    folder_open(&f);
    for (int i = 0; i < 5; i++)
        folder_do(&f, (struct task){.n_events = 300, .calendar = i + 1});
    folder_close(&f);
    test_db_keep(f.a, f.db_path);
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        sql(&f, cases[i].statement);
        struct err *e = folder_try_open(&f, (struct db_options){0});
        assert_non_null(e);
        assert_int_equal(e->code, ERR_CORRUPT);
        if (str_find_str(str_c(e->msg), str_c(cases[i].finding)) == SIZE_MAX)
            fail_msg("%s: %s", cases[i].statement, e->msg);
        folder_close(&f);
        test_db_put_back(f.a, f.db_path);
    }
    folder_open(&f);
    folder_end(&f);
}

static void an_old_copy_of_the_database_is_not_opened(void **state)
{
    struct folder f = folder_new(*state);
    folder_open(&f);
    folder_do(&f, (struct task){.n_events = 1, .calendar = 1});
    folder_close(&f);
    test_db_keep(f.a, f.db_path);
    folder_open(&f);
    folder_do(&f, (struct task){.n_events = 1, .calendar = 2});
    folder_close(&f);
    test_db_put_back(f.a, f.db_path);
    struct err *e = folder_try_open(&f, (struct db_options){0});
    assert_non_null(e);
    assert_int_equal(e->code, ERR_CORRUPT);
    assert_true(str_find_str(str_c(e->msg), S("the database is older than the log: it holds 2 entries")) != SIZE_MAX);
    assert_true(str_find_str(str_c(e->msg), S("an old copy was restored, or power was lost without sync")) != SIZE_MAX);
    folder_end(&f);
}

static void another_history_under_the_same_key_is_not_opened(void **state)
{
    struct folder f = folder_new(*state);
    folder_open(&f);
    folder_do(&f, (struct task){.n_events = 1, .calendar = 1});
    folder_close(&f);
    test_db_keep(f.a, f.db_path);
    folder_open(&f);
    folder_do(&f, (struct task){.n_events = 1, .calendar = 2});
    folder_close(&f);
    /* The old copy goes on by itself: longer than the file's head, and different from leaf 2 on. */
    test_db_put_back(f.a, f.db_path);
    run_shell(str_printf(f.a, "mv %s %s.keep", f.head_path, f.head_path).p);
    folder_open(&f);
    folder_do(&f, (struct task){.n_events = 3, .calendar = 3});
    folder_close(&f);
    run_shell(str_printf(f.a, "mv %s.keep %s", f.head_path, f.head_path).p);
    struct err *e = folder_try_open(&f, (struct db_options){0});
    assert_non_null(e);
    assert_int_equal(e->code, ERR_CORRUPT);
    assert_true(str_find_str(str_c(e->msg), S("another history")) != SIZE_MAX);
    folder_end(&f);
}

static void a_head_file_that_power_emptied_is_written_anew(void **state)
{
    struct folder f = folder_new(*state);
    struct str kept;
    folder_open(&f);
    folder_do(&f, (struct task){.n_events = 1, .calendar = 1});
    struct str note = journal_checkpoint(f.a, f.journal);
    assert_ok(file_read(f.a, f.head_path, LOG_NOTE_MAX, &kept));
    assert_true(str_eq(kept, note));
    folder_close(&f);
    run_shell(str_printf(f.a, ": > %s", f.head_path).p);
    folder_open(&f);
    assert_ok(file_read(f.a, f.head_path, LOG_NOTE_MAX, &kept));
    assert_true(str_eq(kept, note));
    folder_end(&f);
}

/* ---- two servers on one database ---- */

/* Let `g` be another server beside `f`: a folder of its own, the same key, the same database. */
static void folder_beside(struct folder *f, struct folder *g)
{
    struct db_options options = {0};
    *g = folder_new(f->a);
    test_db(f->a, f->db_path, &options);
    options.path = g->db_path;
    assert_ok(db_open(g->a, &schema_all, &options, &g->db));
    assert_ok(db_reader(g->a, g->db, &g->read));
    assert_ok(journal_open(g->a, g->db, g->read, REALM, g->key, g->head_path, &g->journal));
    journal_set_clock(g->journal, folder_clock, g);
    folder_start(g);
}

static void two_servers_keep_one_journal(void **state)
{
    if (!test_db_is_server())
        skip(); /* an SQLite file has one server; the pass on PostgreSQL runs this */
    struct folder f = folder_new(*state);
    folder_open(&f);
    struct folder g;
    folder_beside(&f, &g);
    struct hash *hashes;
    size_t n;
    struct str note;
    int64_t size = 0;
    for (int i = 0; i < 60; i++) {
        struct folder *one = i % 3 ? &g : &f;
        struct folder *other = i % 3 ? &f : &g;
        struct task *t = folder_do(one, (struct task){.n_events = i % 7 + 1, .n_readings = i % 2, .calendar = i + 1});
        assert_int_equal(t->outcome, 0);
        assert_true(t->event.size > size); /* behind what the other wrote */
        size = t->event.size;
        /* The other proves it without having written since. */
        assert_ok(journal_note(f.a, other->journal, other->read, size, &note));
        assert_ok(journal_proof(f.a, other->journal, other->read, t->event.leaf, size, &hashes, &n));
        assert_int_equal(journal_size(other->journal), size);
        assert_true(str_eq(journal_checkpoint(f.a, other->journal), journal_checkpoint(f.a, one->journal)));
        assert_true(str_eq(note, journal_checkpoint(f.a, one->journal)));
    }
    assert_null(folder_walk(&f, NULL).p);
    folder_close(&f);
    (void)folder_do(&g, (struct task){.n_events = 1, .calendar = 100});
    folder_open(&f); /* its head file is older than the database: that is fine */
    assert_int_equal(journal_size(f.journal), journal_size(g.journal));
    folder_end(&g);
    folder_end(&f);
}

static void *write_many(void *arg)
{
    struct folder *f = arg;
    for (int i = 0; i < 40; i++) {
        struct task t;
        task_init(&t, f);
        t.n_events = 1 + i % 3;
        t.event = (struct event){.noun = S("calendar"), .noun_id = 7, .verb = S("changed"), .actor = actor_operator()};
        struct err *e = db_run(f->db, &t.job);
        MUST(!e);
        arena_free(t.a);
    }
    return NULL;
}

static void two_servers_that_write_at_once_leave_no_hole(void **state)
{
    if (!test_db_is_server())
        skip(); /* an SQLite file has one server; the pass on PostgreSQL runs this */
    struct folder f = folder_new(*state);
    folder_open(&f);
    struct folder g;
    folder_beside(&f, &g);
    pthread_t threads[4];
    for (int i = 0; i < 4; i++)
        assert_int_equal(pthread_create(&threads[i], NULL, write_many, i % 2 ? &f : &g), 0);
    for (int i = 0; i < 4; i++)
        assert_int_equal(pthread_join(threads[i], NULL), 0);
    struct journal_place end;
    assert_null(folder_walk(&f, &end).p);
    assert_int_equal(end.events, 4 * (13 * 6 + 1)); /* 1, 2, 3, 1, 2, 3 ... 1 */
    folder_end(&g);
    folder_end(&f);
}

/* A standby that lacks the last batch takes over beneath a running server. */
static void a_database_that_lost_signed_batches_ends_the_server(void **state)
{
    static const char *const losses[] = {
        "DELETE FROM journal_head WHERE batch = 3", /* it ends before what was signed */
        "UPDATE journal_head SET root = digest WHERE batch = 3", /* the same number, written by another */
    };
    if (!test_db_is_server())
        skip(); /* an SQLite file has one server; the pass on PostgreSQL runs this */
    for (size_t i = 0; i < sizeof losses / sizeof *losses; i++) {
        struct folder f = folder_new(*state);
        folder_open(&f);
        folder_close(&f);
        pid_t pid = fork();
        if (pid == 0) {
            folder_open(&f);
            for (int k = 1; k <= 3; k++)
                (void)folder_do(&f, (struct task){.n_events = 1, .calendar = k});
            test_db_sql(f.a, f.db_path, losses[i]);
            (void)!freopen("/dev/null", "w", stderr);
            (void)folder_do(&f, (struct task){.n_events = 1, .calendar = 4});
            _exit(0);
        }
        int status = 0;
        assert_int_equal(waitpid(pid, &status, 0), pid);
        assert_true(WIFSIGNALED(status) && WTERMSIG(status) == SIGABRT);
        folder_end(&f);
    }
}

/* ---- time ---- */

static void time_never_steps_back_and_a_step_is_told_once(void **state)
{
    struct folder f = folder_new(*state);
    folder_open(&f);
    int64_t start = f.now;
    struct core_q_events_of_row *rows;
    size_t n;
    folder_do(&f, (struct task){.n_events = 1, .calendar = 1});
    f.now = start - 1500; /* a little: nobody is told */
    struct task *t = folder_do(&f, (struct task){.n_events = 1, .calendar = 2});
    assert_int_equal(t->event.at, start);
    assert_ok(core_q_events_of(f.a, f.read, REALM, S("realm"), REALM, &rows, &n));
    assert_int_equal(n, 0);
    f.now = start - 60000;
    folder_do(&f, (struct task){.n_events = 1, .calendar = 3});
    f.now = start - 50000;
    t = folder_do(&f, (struct task){.n_events = 1, .calendar = 4});
    assert_int_equal(t->event.at, start);
    assert_ok(core_q_events_of(f.a, f.read, REALM, S("realm"), REALM, &rows, &n));
    assert_int_equal(n, 1);
    assert_str(rows[0].verb, "clock_set_back");
    assert_str(rows[0].detail, "{\"back_ms\":60000}");
    f.now = start + 1000;
    t = folder_do(&f, (struct task){.n_events = 1, .calendar = 5});
    assert_int_equal(t->event.at, start + 1000);
    assert_null(folder_walk(&f, NULL).p);
    folder_end(&f);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        TEST(every_leaf_is_proven_in_every_later_head),
        TEST(a_registration_yields_a_receipt_that_verifies),
        TEST(a_batch_of_readings_is_bound_by_one_leaf),
        TEST(a_batch_without_events_adds_nothing),
        TEST(the_note_of_a_head_is_stored_by_the_next_batch),
        TEST(tiles_and_bundles_are_those_of_the_tree),
        TEST(proofs_across_tiles_verify),
        TEST(others_read_while_the_writer_writes),
        TEST(a_failed_job_leaves_no_hole),
        TEST(whatever_engine_call_fails_the_journal_stays_sound),
        TEST(the_last_head_is_signed_again_with_the_same_bytes),
        TEST(a_changed_tail_is_found_at_start),
        TEST(an_old_copy_of_the_database_is_not_opened),
        TEST(another_history_under_the_same_key_is_not_opened),
        TEST(a_head_file_that_power_emptied_is_written_anew),
        TEST(two_servers_keep_one_journal),
        TEST(two_servers_that_write_at_once_leave_no_hole),
        TEST(a_database_that_lost_signed_batches_ends_the_server),
        TEST(time_never_steps_back_and_a_step_is_told_once),
    };
    return cmocka_run_group_tests_name("journal", tests, NULL, NULL);
}
