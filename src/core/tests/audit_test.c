/* SPDX-License-Identifier: AGPL-3.0-or-later
 *
 * audit_test.c - whatever is changed in the database behind the journal's back, the audit finds it.
 *
 * The tables are those of the whole schema, whatever slice they belong to: each fact table gets rows made from
 * its columns' types, each noun its events. Then every column of every table is changed, rows are deleted and
 * copied with a plain SQLite connection, as somebody with the right to write the file could.
 */
#include "core/tests/journal_fixture.h"

#include <sqlite3.h>

#include "base/buf.h"
#include "base/file.h"
#include "core/audit.h"
#include "core/document.h"

/* ---- a plain connection ---- */

static sqlite3 *plain_open(const char *path)
{
    sqlite3 *db;
    assert_int_equal(sqlite3_open_v2(path, &db, SQLITE_OPEN_READWRITE, NULL), SQLITE_OK);
    assert_int_equal(sqlite3_exec(db, "PRAGMA ignore_check_constraints=ON; PRAGMA foreign_keys=OFF; PRAGMA synchronous=OFF",
                                  NULL, NULL, NULL), SQLITE_OK);
    return db;
}

static void plain_do(sqlite3 *db, const char *sql)
{
    char *why = NULL;
    if (sqlite3_exec(db, sql, NULL, NULL, &why) != SQLITE_OK)
        fail_msg("%s: %s", sql, why);
}

static int64_t plain_int(sqlite3 *db, const char *sql)
{
    sqlite3_stmt *st;
    if (sqlite3_prepare_v2(db, sql, -1, &st, NULL) != SQLITE_OK)
        fail_msg("%s: %s", sql, sqlite3_errmsg(db));
    assert_int_equal(sqlite3_step(st), SQLITE_ROW);
    int64_t v = sqlite3_column_int64(st, 0);
    sqlite3_finalize(st);
    return v;
}

enum { MAX_COLUMNS = 48, MAX_TABLES = 64 };

struct column {
    char name[64];
    char type; /* 'i', 't', 'b' */
    bool is_null;
    int key;
};

struct table {
    char name[64];
    const struct db_fact_table *facts; /* NULL: of the journal */
    struct column columns[MAX_COLUMNS];
    int n;
};

static void read_columns(sqlite3 *db, struct table *t)
{
    char sql[128];
    sqlite3_stmt *st;
    (void)snprintf(sql, sizeof sql, "PRAGMA table_info(%s)", t->name);
    assert_int_equal(sqlite3_prepare_v2(db, sql, -1, &st, NULL), SQLITE_OK);
    while (sqlite3_step(st) == SQLITE_ROW) {
        struct column *c = &t->columns[t->n++];
        assert_true(t->n <= MAX_COLUMNS);
        (void)snprintf(c->name, sizeof c->name, "%s", (const char *)sqlite3_column_text(st, 1));
        c->type = (char)(sqlite3_column_text(st, 2)[0] | 32);
        c->is_null = sqlite3_column_int(st, 3) == 0;
        c->key = sqlite3_column_int(st, 5);
    }
    sqlite3_finalize(st);
    assert_true(t->n > 0);
}

/* All tables that hold facts or are of the journal: from the schema and from the file itself. */
static int read_tables(sqlite3 *db, struct table *tables)
{
    int n = 0;
    sqlite3_stmt *st;
    for (int i = 0; i < schema_all.n_facts; i++) {
        (void)snprintf(tables[n].name, sizeof tables[n].name, "%s", schema_all.facts[i].table);
        tables[n++].facts = &schema_all.facts[i];
    }
    assert_int_equal(sqlite3_prepare_v2(db, "SELECT name FROM sqlite_master WHERE type = 'table' AND name GLOB "
                                        "'journal_*' ORDER BY name", -1, &st, NULL), SQLITE_OK);
    while (sqlite3_step(st) == SQLITE_ROW)
        (void)snprintf(tables[n++].name, sizeof tables[0].name, "%s", (const char *)sqlite3_column_text(st, 0));
    sqlite3_finalize(st);
    for (int i = 0; i < n; i++)
        read_columns(db, &tables[i]);
    assert_int_equal(n, schema_all.n_facts + schema_all.n_journals);
    assert_true(n <= MAX_TABLES);
    return n;
}

/* ---- a database with a row in every fact table and an event for every noun ---- */

/* Row `id` of the noun: 1 has a value in every column, 2 leaves out what may be left out. */
static void insert_fact(sqlite3 *db, struct arena *a, const struct table *t, int id)
{
    struct buf sql;
    buf_init(&sql, a, 65536);
    buf_printf(&sql, "INSERT INTO %s VALUES (", t->name);
    for (int i = 0; i < t->n; i++) {
        const struct column *c = &t->columns[i];
        if (i > 0)
            buf_c(&sql, ", ");
        if (strcmp(c->name, "realm") == 0)
            buf_c(&sql, "1");
        else if (strcmp(c->name, t->facts->columns[0]) != 0 && c->is_null && id == 2)
            buf_c(&sql, "NULL");
        else if (c->type == 't')
            buf_printf(&sql, "'%c'", 'a' + id);
        else if (c->type == 'b')
            buf_printf(&sql, "x'0%d'", id);
        else
            buf_printf(&sql, "%d", id);
    }
    buf_c(&sql, ")");
    plain_do(db, buf_view(&sql).p);
}

static struct err *run_events(struct db_job *job, struct db_tx *tx)
{
    struct folder *f = job->user;
    for (int id = 1; id <= 2; id++) {
        for (int i = 0; i < schema_all.n_facts; i++) {
            struct event *e = ARENA_NEW(job->a, struct event);
            *e = (struct event){.noun = str_c(schema_all.facts[i].noun), .noun_id = id, .verb = S("changed"),
                                .actor = {.kind = ACTOR_STAFF, .person_id = 5, .office_id = 6}, .profile = S("p 1")};
            TRY(journal_append(f->journal, tx, e));
        }
    }
    return NULL;
}

#define BULK 60    /* first calendar that comes in bulk */
#define BULK_N 5
#define BULK_TOLD 62 /* one of them that an event names later */

/* Calendars that come in bulk, with one event for all. */
static struct err *run_bulk(struct db_job *job, struct db_tx *tx)
{
    struct folder *f = job->user;
    struct event *e = ARENA_NEW(job->a, struct event);
    for (int64_t i = 0; i < BULK_N; i++)
        TRY(core_q_calendar_add(job->a, tx, REALM, BULK + i, S("1111100"), NULL));
    *e = (struct event){.noun = S("import"), .noun_id = 1, .verb = S("taken"), .actor = actor_operator(),
                        .part_noun = S("calendar"), .part_first = BULK, .part_n = BULK_N};
    return journal_append(f->journal, tx, e);
}

static struct folder full_folder(struct arena *a)
{
    struct folder f = folder_new(a);
    struct table *tables = ARENA_ARRAY(a, MAX_TABLES, struct table);
    folder_open(&f); /* makes the tables */
    folder_close(&f);
    sqlite3 *db = plain_open(f.db_path);
    int n = read_tables(db, tables);
    for (int i = 0; i < n; i++)
        for (int id = 1; id <= 2 && tables[i].facts; id++)
            insert_fact(db, a, &tables[i], id);
    sqlite3_close(db);
    folder_open(&f);
    folder_do(&f, (struct task){.n_events = 260, .calendar = 9, .n_readings = 2});
    struct db_job job = {.a = arena_new("events", 0), .run = run_events, .user = &f};
    assert_ok(db_run(f.db, &job));
    job.run = run_bulk;
    assert_ok(db_run(f.db, &job));
    arena_free(job.a);
    folder_do(&f, (struct task){.n_events = 1, .event = {
        .noun = S("calendar"), .noun_id = BULK_TOLD, .verb = S("changed"), .actor = actor_operator()}});
    folder_do(&f, (struct task){.n_events = 1, .calendar = 10, .n_readings = 1, .event = {
        .noun = S("appeal"), .noun_id = 1, .verb = S("registered"), .actor = actor_visitor(),
        .lines = S("number: 1\nregistered: x\nbody: y\ncontent: z\n")}});
    folder_do(&f, (struct task){.n_events = 1, .calendar = 11, .event = {
        .noun = S("calendar"), .noun_id = 10, .verb = S("added"), .actor = actor_operator()}});
    folder_do(&f, (struct task){.n_events = 1, .calendar = 12});
    folder_do(&f, (struct task){.n_events = 1, .event = {
        .noun = S("calendar"), .noun_id = 11, .verb = S("added"), .actor = actor_operator()}});
    folder_close(&f);
    return f;
}

/* ---- auditing a file ---- */

static struct audit_report audit_file(struct arena *a, const struct folder *f, const char *path, const char *head_path)
{
    struct db_options options = {.path = path, .is_read_only = true};
    struct audit_options how = {.realm = REALM, .vkey = f->vkey, .head_path = head_path};
    struct audit_report report;
    struct db *db;
    struct db_read *r;
    assert_ok(db_open(a, &schema_all, &options, &db));
    assert_ok(db_reader(a, db, &r));
    assert_ok(audit(a, r, &how, &report));
    db_close(db);
    assert_int_equal(report.is_sound, report.finding.p == NULL);
    return report;
}

/* A fresh copy of the file, changed by one statement: what does the audit say? */
struct attack {
    struct folder *f;
    struct str good; /* bytes of the sound file */
    char path[112];
    int n; /* attacks so far */
};

static struct str attacked(struct attack *k, struct arena *a, const char *sql)
{
    assert_ok(file_swap(a, k->path, k->good, 0600));
    sqlite3 *db = plain_open(k->path);
    plain_do(db, sql);
    assert_true(sqlite3_total_changes(db) > 0); /* it hit something */
    sqlite3_close(db);
    k->n++;
    return audit_file(a, k->f, k->path, NULL).finding;
}

static void assert_found(struct attack *k, const char *sql, const char *table)
{
    struct arena *a = arena_new("attack", 0);
    struct str finding = attacked(k, a, sql);
    if (!finding.p)
        fail_msg("not found: %s", sql);
    if (table && str_find_str(finding, str_c(table)) == SIZE_MAX)
        fail_msg("%s: the finding does not name %s: %s", sql, table, finding.p);
    arena_free(a);
}

static struct attack attack_new(struct arena *a, struct folder *f)
{
    struct attack k = {.f = f};
    (void)snprintf(k.path, sizeof k.path, "%s/attacked.db", f->dir);
    assert_ok(file_read(a, f->db_path, 64 * ARENA_MIB, &k.good));
    return k;
}

/* ---- the tests ---- */

static void an_untouched_folder_is_sound(void **state)
{
    struct folder f = full_folder(*state);
    struct audit_report report = audit_file(f.a, &f, f.db_path, f.head_path);
    if (report.finding.p)
        fail_msg("%s", report.finding.p);
    assert_true(report.is_sound);
    assert_int_equal(report.heads, 8);
    assert_int_equal(report.notes, 7);
    assert_int_equal(report.events, 266 + 2 * schema_all.n_facts);
    assert_int_equal(report.readings, 3);
    assert_int_equal(report.leaves, report.events + report.heads);
    assert_true(report.rows >= 2 * schema_all.n_facts);
    assert_int_equal(report.head.size, report.leaves);
    folder_end(&f);
}

/* One column of one row, chosen by `order`: changed, emptied, or filled. */
static void attack_column(struct attack *k, struct arena *a, const struct table *t, const struct column *c,
                          const char *order)
{
    const char *where = str_printf(a, "WHERE rowid = (SELECT rowid FROM %s ORDER BY rowid %s LIMIT 1)", t->name,
                                   order).p;
    sqlite3 *db = plain_open(k->f->db_path);
    int64_t is_null = plain_int(db, str_printf(a, "SELECT %s IS NULL FROM %s %s", c->name, t->name, where).p);
    sqlite3_close(db);
    const char *v = c->name;
    struct str value = is_null && c->type == 'i'   ? S("7")
                       : is_null && c->type == 't' ? S("'x'")
                       : is_null                   ? S("x'01'")
                       : c->type == 'i'            ? str_printf(a, "%s + 1000000", v)
                       : c->type == 't'            ? str_printf(a, "%s || 'x'", v)
                                                   : str_printf(a, "CAST(CASE substr(%s, 1, 1) WHEN x'ff' THEN x'00' ELSE "
                                                                "x'ff' END || substr(%s, 2) AS BLOB)", v, v);
    assert_found(k, str_printf(a, "UPDATE %s SET %s = %s %s", t->name, c->name, value.p, where).p, NULL);
    if (c->is_null && !is_null)
        assert_found(k, str_printf(a, "UPDATE %s SET %s = NULL %s", t->name, c->name, where).p, NULL);
}

static void every_change_of_every_column_is_found(void **state)
{
    struct folder f = full_folder(*state);
    struct attack k = attack_new(f.a, &f);
    struct table *tables = ARENA_ARRAY(f.a, MAX_TABLES, struct table);
    sqlite3 *db = plain_open(f.db_path);
    int n = read_tables(db, tables);
    sqlite3_close(db);
    int columns = 0;
    for (int i = 0; i < n; i++) {
        for (int c = 0; c < tables[i].n; c++) {
            struct arena *a = arena_new("column", 0);
            attack_column(&k, a, &tables[i], &tables[i].columns[c], "ASC");
            if (!tables[i].facts || tables[i].columns[c].is_null) /* the last row: NULL where there may be */
                attack_column(&k, a, &tables[i], &tables[i].columns[c], "DESC");
            arena_free(a);
            columns++;
        }
    }
    print_message("%d tables, %d columns, %d changes: all found\n", n, columns, k.n);
    folder_end(&f);
}

static void every_deleted_or_copied_row_is_found(void **state)
{
    static const char *const orders[] = {"ASC", "DESC"};
    struct folder f = full_folder(*state);
    struct attack k = attack_new(f.a, &f);
    struct table *tables = ARENA_ARRAY(f.a, MAX_TABLES, struct table);
    sqlite3 *db = plain_open(f.db_path);
    int n = read_tables(db, tables);
    sqlite3_close(db);
    for (int i = 0; i < n; i++) {
        struct arena *a = arena_new("row", 0);
        const struct table *t = &tables[i];
        assert_found(&k, str_printf(a, "DELETE FROM %s", t->name).p, NULL);
        for (int o = 0; o < 2; o++)
            assert_found(&k, str_printf(a, "DELETE FROM %s WHERE rowid = (SELECT rowid FROM %s ORDER BY rowid %s LIMIT 1)",
                                        t->name, t->name, orders[o]).p, NULL);
        for (int key = 0; key < t->n; key++) { /* a copy under another key, one column of the key at a time */
            if (t->columns[key].key == 0)
                continue;
            struct buf sql;
            buf_init(&sql, a, 65536);
            buf_printf(&sql, "INSERT INTO %s SELECT ", t->name);
            for (int c = 0; c < t->n; c++) {
                const struct column *col = &t->columns[c];
                const char *more = col->type == 't' ? " || 'copy'" : " + 5000";
                bool is_other = c == key || (col->type == 't' && col->key == 0); /* texts may be unique */
                buf_printf(&sql, "%s%s%s", c ? ", " : "", col->name, is_other ? more : "");
            }
            buf_printf(&sql, " FROM %s ORDER BY rowid LIMIT 1", t->name);
            assert_found(&k, buf_view(&sql).p, NULL);
        }
        arena_free(a);
    }
    print_message("%d deletions and copies: all found\n", k.n);
    folder_end(&f);
}

static void findings_name_the_place(void **state)
{
    static const struct { const char *sql, *finding; } cases[] = {
        {"UPDATE core_calendar SET week = '0000000' WHERE id = 10", "core_calendar"},
        {"UPDATE core_calendar SET week = '0000000' WHERE id = 10", "calendar 10"},
        {"DELETE FROM journal_event WHERE seq = 17", "journal_event: the row of seq 17 is missing"},
        {"UPDATE journal_event SET detail = '{\"x\":1}' WHERE seq = 17", "journal_event: seq 17"},
        {"UPDATE journal_event SET office_id = 9 WHERE seq = 17", "journal_event: seq 17"},
        {"UPDATE journal_event SET person_id = 9 WHERE verb = 'registered'", "journal_event"},
        {"UPDATE journal_entry SET commitment = zeroblob(32) WHERE leaf = 100", "journal_entry: leaf 100"},
        {"UPDATE journal_tile SET hash = zeroblob(32)", "journal_tile: level 1, idx 0"},
        {"UPDATE journal_note SET note = replace(note, 'birge.test', 'birge.tesy')", "journal_note"},
        {"UPDATE journal_reading SET person_id = 9 WHERE seq = 1", "journal_reading"},
        {"INSERT INTO journal_event SELECT realm, 90000, leaf, batch, at, noun, noun_id, verb, actor, person_id, "
         "office_id, profile, lines, detail, salt, state FROM journal_event WHERE seq = 5", "seq 90000"},
        {"UPDATE core_body SET realm = 4 WHERE id = 1", "core_body: rows of realm 4"},
        {"INSERT INTO core_calendar VALUES (1, 77, '1111111')", "core_calendar: there are rows of calendar 77"},
        {"DELETE FROM journal_head WHERE batch = 8", "belongs to no head"},
        {"UPDATE core_calendar SET week = '0000000' WHERE id = 61", "calendar 61 are not those that came with"},
        {"UPDATE core_calendar SET week = '0000000' WHERE id = 62", "calendar 62 are not those that its last event"},
        {"DELETE FROM core_calendar WHERE id = 64", "calendar 64"},
        {"INSERT INTO core_calendar VALUES (1, 65, '1111111')", "core_calendar: there are rows of calendar 65"},
        {"INSERT INTO core_calendar_day VALUES (1, 63, '2026-01-01', 0, '', '', '', '', 0)", "calendar 63"},
        {"UPDATE journal_part SET states = zeroblob(160)", "its row of journal_part"},
        {"UPDATE journal_part SET states = zeroblob(32)", "journal_part: seq"},
        {"UPDATE journal_part SET first_id = 59", "its row of journal_part"},
        {"UPDATE journal_part SET noun = 'body'", "its row of journal_part"},
        {"DELETE FROM journal_part", "its lines do not say"},
        {"UPDATE journal_part SET seq = 5", "journal_event: seq 5"},
        {"INSERT INTO journal_part SELECT realm, 90000, noun, 7000, n, states FROM journal_part", "belongs to no event"},
        {"INSERT INTO journal_part SELECT realm, 17, noun, 7000, n, states FROM journal_part", "journal_event: seq 17"},
        {"UPDATE journal_head SET root = zeroblob(32) WHERE batch = 3", "journal_head: batch 3"},
    };
    struct folder f = full_folder(*state);
    struct attack k = attack_new(f.a, &f);
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++)
        assert_found(&k, cases[i].sql, cases[i].finding);
    folder_end(&f);
}

/* Two rows that change places, and two events whose rows are swapped whole. */
static void a_changed_order_is_found(void **state)
{
    struct folder f = full_folder(*state);
    struct attack k = attack_new(f.a, &f);
    assert_found(&k, "UPDATE journal_event SET seq = -1 WHERE seq = 3; UPDATE journal_event SET seq = 3 WHERE seq = 4; "
                     "UPDATE journal_event SET seq = 4 WHERE seq = -1", "journal_event");
    assert_found(&k, "UPDATE journal_event SET leaf = 4 WHERE seq = 3; UPDATE journal_event SET leaf = 3 WHERE seq = 4",
                 "journal_event");
    assert_found(&k, "UPDATE journal_entry SET leaf = -1 WHERE leaf = 3; UPDATE journal_entry SET leaf = 3 WHERE leaf = 4; "
                     "UPDATE journal_entry SET leaf = 4 WHERE leaf = -1", "journal_entry");
    assert_found(&k, "UPDATE journal_reading SET seq = -1 WHERE seq = 0; UPDATE journal_reading SET seq = 0 WHERE seq = 1; "
                     "UPDATE journal_reading SET seq = 1 WHERE seq = -1", "journal_reading");
    assert_found(&k, "UPDATE core_body SET id = -1 WHERE id = 1; UPDATE core_body SET id = 1 WHERE id = 2; "
                     "UPDATE core_body SET id = 2 WHERE id = -1", "core_body");
    folder_end(&f);
}

static void projections_are_not_looked_at(void **state)
{
    struct folder f = full_folder(*state);
    struct attack k = attack_new(f.a, &f);
    struct str finding = attacked(&k, f.a, "INSERT INTO core_series VALUES (1, 'x', 7); "
                                  "INSERT INTO core_trace VALUES (1, 'a', 1, 'b', 'c', 2, 3)");
    assert_null(finding.p);
    folder_end(&f);
}

static void an_old_or_foreign_copy_is_found_by_the_head_file(void **state)
{
    struct folder f = full_folder(*state);
    struct str old;
    assert_ok(file_read(f.a, f.db_path, 64 * ARENA_MIB, &old));
    folder_open(&f);
    folder_do(&f, (struct task){.n_events = 1, .calendar = 20});
    folder_do(&f, (struct task){.n_events = 1, .event = {.noun = S("calendar"), .noun_id = 20, .verb = S("added")}});
    folder_close(&f);
    assert_ok(file_swap(f.a, f.db_path, old, 0600));
    struct audit_report report = audit_file(f.a, &f, f.db_path, f.head_path);
    assert_false(report.is_sound);
    assert_true(str_find_str(report.finding, S("it is an old copy")) != SIZE_MAX);
    /* The copy goes on by itself to the same size: two histories. */
    run_shell(str_printf(f.a, "mv %s %s.kept", f.head_path, f.head_path).p);
    folder_open(&f);
    folder_do(&f, (struct task){.n_events = 1, .calendar = 21});
    folder_do(&f, (struct task){.n_events = 1, .event = {.noun = S("calendar"), .noun_id = 21, .verb = S("added")}});
    folder_close(&f);
    run_shell(str_printf(f.a, "mv %s.kept %s", f.head_path, f.head_path).p);
    report = audit_file(f.a, &f, f.db_path, f.head_path);
    assert_false(report.is_sound);
    assert_true(str_find_str(report.finding, S("two histories under one key")) != SIZE_MAX);
    /* Without the file, both are sound in themselves: that is why it is kept, and why witnesses are. */
    assert_true(audit_file(f.a, &f, f.db_path, NULL).is_sound);
    folder_end(&f);
}

/* A trigger in the file would act inside our own transactions, before the digest is taken. */
static void a_planted_trigger_does_not_act(void **state)
{
    struct folder f = full_folder(*state);
    sqlite3 *db = plain_open(f.db_path);
    plain_do(db, "CREATE TRIGGER planted AFTER INSERT ON core_calendar BEGIN UPDATE core_calendar SET week = '0000000' "
                 "WHERE id = new.id; END");
    sqlite3_close(db);
    folder_open(&f);
    folder_do(&f, (struct task){.n_events = 1, .calendar = 30});
    folder_do(&f, (struct task){.n_events = 1, .event = {.noun = S("calendar"), .noun_id = 30, .verb = S("added")}});
    struct core_q_calendar_row row;
    bool found;
    assert_ok(core_q_calendar(f.a, f.read, REALM, 30, &row, &found));
    assert_str(row.week, "1111100");
    folder_close(&f);
    assert_true(audit_file(f.a, &f, f.db_path, f.head_path).is_sound);
    folder_end(&f);
}

/* The digest of calendar 10 when a later schema gives the table one column more, with this value. */
static struct hash digest_with_column(struct arena *a, const struct folder *f, const char *value)
{
    static const char *const columns[] = {"realm", "id", "week", "extra"};
    struct db_schema later = schema_all;
    struct db_statement *statements = ARENA_ARRAY(a, (size_t)later.n_statements, struct db_statement);
    struct db_fact_table *facts = ARENA_ARRAY(a, (size_t)later.n_facts, struct db_fact_table);
    struct db_options options = {.path = f->db_path, .is_read_only = true};
    struct db *db;
    struct db_read *r;
    struct hash digest;
    memcpy(statements, later.statements, (size_t)later.n_statements * sizeof *statements);
    memcpy(facts, later.facts, (size_t)later.n_facts * sizeof *facts);
    for (int i = 0; i < later.n_facts; i++) {
        if (strcmp(facts[i].table, "core_calendar") != 0)
            continue;
        facts[i].columns = columns;
        facts[i].n_columns = 4;
        statements[facts[i].rows_statement].sql = str_printf(
            a, "SELECT realm, id, week, %s FROM core_calendar WHERE realm = ?1 AND id = ?2", value).p;
    }
    later.statements = statements;
    later.facts = facts;
    assert_ok(db_open(a, &later, &options, &db));
    assert_ok(db_reader(a, db, &r));
    assert_ok(db_digest(a, r, REALM, S("calendar"), 10, S("salt"), &digest, NULL));
    db_close(db);
    return digest;
}

static void a_column_of_a_later_schema_changes_nothing_until_it_is_filled(void **state)
{
    struct folder f = full_folder(*state);
    struct db_options options = {.path = f.db_path, .is_read_only = true};
    struct db *db;
    struct db_read *r;
    struct hash now;
    assert_ok(db_open(f.a, &schema_all, &options, &db));
    assert_ok(db_reader(f.a, db, &r));
    assert_ok(db_digest(f.a, r, REALM, S("calendar"), 10, S("salt"), &now, NULL));
    db_close(db);
    struct hash empty = digest_with_column(f.a, &f, "NULL");
    struct hash filled = digest_with_column(f.a, &f, "''");
    assert_memory_equal(now.b, empty.b, HASH_BYTES);
    assert_memory_not_equal(now.b, filled.b, HASH_BYTES);
    folder_end(&f);
}

static void another_key_is_found(void **state)
{
    struct folder f = full_folder(*state);
    const uint8_t seed[LOG_SEED_BYTES] = {99};
    struct log_key *other;
    assert_ok(log_key_make(f.a, seed, S("birge.test/log"), &other));
    f.vkey = log_key_public(other);
    struct audit_report report = audit_file(f.a, &f, f.db_path, NULL);
    assert_false(report.is_sound);
    assert_true(str_find_str(report.finding, S("journal_note")) != SIZE_MAX);
    folder_end(&f);
}

static void the_audit_reads_one_moment_while_the_writer_goes_on(void **state)
{
    struct folder f = full_folder(*state);
    folder_open(&f);
    struct task tasks[200];
    for (int i = 0; i < 200; i++) {
        task_init(&tasks[i], &f);
        tasks[i].n_events = 1;
        tasks[i].calendar = 100 + i;
        assert_true(db_submit(f.db, &tasks[i].job));
    }
    for (int i = 0; i < 5; i++) {
        struct audit_report report = audit_file(f.a, &f, f.db_path, NULL);
        if (report.finding.p)
            fail_msg("%s", report.finding.p);
    }
    db_stop(f.db);
    for (int i = 0; i < 200; i++) {
        assert_int_equal(tasks[i].outcome, 0);
        arena_free(tasks[i].a);
    }
    folder_end(&f);
}

/* ---- objects ---- */

static struct hash object_hash;
static int64_t object_size;

static struct err *name_object(struct arena *a, struct db_read *r, int64_t realm, object_seen *seen, void *user)
{
    (void)a;
    (void)r;
    (void)realm;
    return seen(user, hash_str(&object_hash), object_size);
}

static void objects_must_hash_to_their_names(void **state)
{
    static const struct institution slice = {.name = "test", .objects = name_object};
    const struct institution *const slices[] = {&slice};
    struct folder f = full_folder(*state);
    struct db_options db_options = {.path = f.db_path, .is_read_only = true};
    struct audit_options how = {.realm = REALM, .vkey = f.vkey, .objects_dir = str_c(f.dir), .institutions = slices,
                                .n_institutions = 1};
    struct document d = {.bytes = S("the bytes")};
    struct audit_report report;
    struct db *db;
    struct db_read *r;
    object_hash = HASH(d.bytes);
    object_size = (int64_t)d.bytes.n;
    memcpy(d.hash, object_hash.b, HASH_BYTES);
    const char *path = document_path(f.a, str_c(f.dir), d.hash);
    assert_ok(db_open(f.a, &schema_all, &db_options, &db));
    assert_ok(db_reader(f.a, db, &r));
    assert_ok(audit(f.a, r, &how, &report));
    assert_false(report.is_sound); /* it is not there */
    assert_true(str_find_str(report.finding, S("objects: ")) != SIZE_MAX);
    assert_ok(document_put(f.a, str_c(f.dir), &d));
    assert_ok(audit(f.a, r, &how, &report));
    assert_true(report.is_sound);
    assert_int_equal(report.objects, 1);
    object_size++;
    assert_ok(audit(f.a, r, &how, &report));
    assert_false(report.is_sound); /* another size than its row says */
    object_size--;
    assert_ok(file_swap(f.a, path, S("the bytez"), 0600));
    assert_ok(audit(f.a, r, &how, &report));
    assert_false(report.is_sound);
    db_close(db);
    folder_end(&f);
}

int main(void)
{
    if (test_db_is_server())
        return 77; /* skipped: they change bytes of the file; tests/postgres changes rows of a server */
    const struct CMUnitTest tests[] = {
        TEST(an_untouched_folder_is_sound),
        TEST(every_change_of_every_column_is_found),
        TEST(every_deleted_or_copied_row_is_found),
        TEST(findings_name_the_place),
        TEST(a_changed_order_is_found),
        TEST(projections_are_not_looked_at),
        TEST(an_old_or_foreign_copy_is_found_by_the_head_file),
        TEST(a_planted_trigger_does_not_act),
        TEST(a_column_of_a_later_schema_changes_nothing_until_it_is_filled),
        TEST(another_key_is_found),
        TEST(the_audit_reads_one_moment_while_the_writer_goes_on),
        TEST(objects_must_hash_to_their_names),
    };
    return cmocka_run_group_tests_name("audit", tests, NULL, NULL);
}
