/* SPDX-License-Identifier: AGPL-3.0-or-later
 *
 * copy.c - carrying rows from one engine to another.
 *
 * Pages of a table follow its primary key, so that no engine has to hold a table in memory. Each value goes into a
 * digest on its way out; the target's rows are then read in the same order inside the same transaction, and only equal
 * digests are committed.
 */
#include "db/copy.h"

#include <string.h>
#include <unistd.h>

#include "db/db_private.h"

#define PAGE_ROWS 256
#define PAGE_ARENA (256 * ARENA_MIB)
#define SAY_EVERY 1024

struct copy {
    struct arena *a;    /* of the errors */
    struct arena *page; /* the page being read, and where the next one begins */
    struct arena *row;  /* the row being written */
    struct db_read *from;
    struct db_tx *tx; /* NULL: only read */
    const struct db_copy_options *options;
    int64_t done, all;
    struct hasher digest;
    int64_t rows;
};

/* An error of a scratch arena, told in the one that stays. */
static struct err *keep(struct copy *c, const struct db_table *t, const struct err *e)
{
    struct str text = err_text(c->a, e);
    return ERR(c->a, e->code, "table %s: %.*s", t->table, STR_FMT(text));
}

static void say(struct copy *c, bool is_last)
{
    if (c->options && c->options->progress && (is_last || c->done % SAY_EVERY == 0))
        c->options->progress(c->options->user, c->done, c->all);
}

/* Below every key of the table: no row has the least realm. */
static void first_key(const struct db_table *t, struct db_value *key)
{
    for (int i = 0; i < t->n_keys; i++) {
        enum db_type type = t->types[t->key[i]];
        key[i] = type == DB_INT ? db_int(INT64_MIN) : type == DB_TEXT ? db_text(S("")) : db_blob(S(""));
    }
}

static void digest_row(struct copy *c, const struct db_table *t, const struct db_value *row)
{
    digest_str(&c->digest, 'T', str_c(t->table));
    for (int i = 0; i < t->n_columns; i++)
        digest_value(&c->digest, &row[i]);
    c->rows++;
}

static struct err *write_row(struct copy *c, const struct db_table *t, const struct db_value *row)
{
    struct arena_mark mark = arena_mark(c->row);
    TRY(db_exec(c->row, c->tx, t->insert_statement, row, t->n_columns, NULL)); /* nobody asks: an engine need not wait */
    arena_rewind(c->row, mark);
    return NULL;
}

/* What is read after `row`; its bytes in `key_arena`. */
static void keep_key(const struct db_table *t, const struct db_value *row, struct arena *key_arena, struct db_value *key)
{
    arena_clear(key_arena);
    for (int i = 0; i < t->n_keys; i++) {
        key[i] = row[t->key[i]];
        key[i].s = str_dup(key_arena, key[i].s);
    }
}

static struct err *carry_rows(struct copy *c, const struct db_table *t, struct db_cursor *cursor, struct db_value *key,
                              struct arena *key_arena, int64_t *ret_n)
{
    struct db_value *row = ARENA_ARRAY(c->page, (size_t)t->n_columns, struct db_value);
    bool has_row;
    TRY(db_next(cursor, &has_row));
    while (has_row) {
        for (int i = 0; i < t->n_columns; i++)
            row[i] = db_peek(cursor, i);
        digest_row(c, t, row);
        if (c->tx)
            TRY(write_row(c, t, row));
        (*ret_n)++;
        c->done++;
        say(c, false);
        keep_key(t, row, key_arena, key);
        TRY(db_next(cursor, &has_row));
    }
    return NULL;
}

/* One page after `key`, which becomes the key of its last row. */
static struct err *carry_page(struct copy *c, const struct db_table *t, struct db_value *key, struct arena *key_arena,
                              int64_t *ret_n)
{
    struct db_value *args = ARENA_ARRAY(c->page, (size_t)t->n_keys + 1, struct db_value);
    struct db_cursor *cursor;
    for (int i = 0; i < t->n_keys; i++) {
        args[i] = key[i];
        args[i].s = str_dup(c->page, key[i].s);
    }
    args[t->n_keys] = db_int(PAGE_ROWS);
    TRY(db_query(c->page, c->from, t->page_statement, args, t->n_keys + 1, &cursor));
    *ret_n = 0;
    struct err *e = carry_rows(c, t, cursor, key, key_arena, ret_n);
    db_finish(cursor);
    return e;
}

static struct err *carry_table(struct copy *c, const struct db_table *t)
{
    struct arena *key_arena = arena_new("copy_key", ARENA_MIB);
    struct db_value *key = ARENA_ARRAY(c->page, (size_t)t->n_keys, struct db_value);
    struct arena_mark mark = arena_mark(c->page);
    struct err *e = NULL;
    int64_t n = PAGE_ROWS;
    first_key(t, key);
    while (!e && n == PAGE_ROWS) {
        e = carry_page(c, t, key, key_arena, &n);
        if (e)
            e = keep(c, t, e);
        arena_rewind(c->page, mark);
    }
    arena_free(key_arena);
    return e;
}

static struct err *carry_all(struct copy *c, struct hash *ret_digest)
{
    const struct db_schema *schema = c->from->db->schema;
    hasher_begin(&c->digest);
    c->rows = 0;
    for (int i = 0; i < schema->n_tables; i++) {
        arena_clear(c->page);
        TRY(carry_table(c, &schema->tables[i]));
    }
    *ret_digest = hasher_end(&c->digest);
    return NULL;
}

static struct err *count_rows(struct copy *c, struct db_read *r, int64_t *ret_n)
{
    const struct db_schema *schema = r->db->schema;
    int64_t n = 0;
    for (int i = 0; i < schema->n_tables; i++) {
        struct db_cursor *cursor;
        bool has_row;
        TRY(db_query(c->a, r, schema->tables[i].count_statement, NULL, 0, &cursor));
        TRY(db_next(cursor, &has_row));
        n += has_row ? db_peek(cursor, 0).i : 0;
        db_finish(cursor);
    }
    *ret_n = n;
    return NULL;
}

/* The first table of `r` that has a row is a reason to stop. */
static struct err *expect_empty(struct copy *c, struct db_read *r)
{
    const struct db_schema *schema = r->db->schema;
    for (int i = 0; i < schema->n_tables; i++) {
        const struct db_table *t = &schema->tables[i];
        struct db_value *args = ARENA_ARRAY(c->a, (size_t)t->n_keys + 1, struct db_value);
        struct db_cursor *cursor;
        bool has_row;
        first_key(t, args);
        args[t->n_keys] = db_int(1);
        TRY(db_query(c->a, r, t->page_statement, args, t->n_keys + 1, &cursor));
        TRY(db_next(cursor, &has_row));
        db_finish(cursor);
        if (has_row)
            return ERR(c->a, ERR_CONFLICT, "the target holds rows already (in %s); nothing was changed. Give a database "
                       "without any", t->table);
    }
    return NULL;
}

/* ---- the one transaction of the target ---- */

struct copy_job {
    struct db_job super;
    struct copy *copy;
    struct db_copy_report *report;
};

static struct err *run_copy(struct db_job *job, struct db_tx *tx)
{
    struct copy_job *j = (struct copy_job *)(void *)job;
    struct copy *c = j->copy;
    struct hash read_back;
    TRY(expect_empty(c, db_tx_read(tx)));
    c->tx = tx;
    TRY(carry_all(c, &j->report->digest));
    j->report->rows = c->rows;
    j->report->tables = c->from->db->schema->n_tables;
    c->tx = NULL;
    c->from = db_tx_read(tx);
    TRY(carry_all(c, &read_back));
    say(c, true);
    if (c->rows != j->report->rows || memcmp(read_back.b, j->report->digest.b, sizeof read_back.b) != 0)
        return ERR(c->a, ERR_INPUT, "what the target holds differs from what was written (%lld rows of %lld); nothing was "
                   "changed", (long long)c->rows, (long long)j->report->rows);
    return NULL;
}

static struct err *copy_into(struct copy *c, struct db *to, struct db_copy_report *ret_report)
{
    struct copy_job job = {.super = {.a = c->a, .run = run_copy}, .copy = c, .report = ret_report};
    TRY(db_start(c->a, to, NULL));
    struct err *e = db_run(to, &job.super);
    db_stop(to);
    return e;
}

static struct err *in_snapshot(struct copy *c, struct db *to, struct db_copy_report *report)
{
    struct db_read *from = c->from;
    TRY(db_read_begin(c->a, from));
    struct err *e = NULL;
    if (to)
        e = count_rows(c, from, &c->all);
    c->all *= 2; /* written, then read back */
    if (!e)
        e = to ? copy_into(c, to, report) : carry_all(c, &report->digest);
    db_read_end(from);
    return e;
}

static struct err *with_scratch(struct arena *a, struct db_read *from, struct db *to,
                                const struct db_copy_options *options, struct db_copy_report *ret_report)
{
    struct copy c = {.a = a, .from = from, .options = options};
    struct db_copy_report report = {.tables = from->db->schema->n_tables};
    c.page = arena_new("copy_page", PAGE_ARENA);
    c.row = arena_new("copy_row", PAGE_ARENA);
    struct err *e = in_snapshot(&c, to, &report);
    arena_free(c.row);
    arena_free(c.page);
    if (e)
        return e;
    report.rows = c.rows;
    *ret_report = report;
    return NULL;
}

struct err *db_copy(struct arena *a, struct db_read *from, struct db *to, const struct db_copy_options *options,
                    struct db_copy_report *ret_report)
{
    return with_scratch(a, from, to, options, ret_report);
}

struct err *db_digest_all(struct arena *a, struct db_read *r, struct db_copy_report *ret_report)
{
    return with_scratch(a, r, NULL, NULL, ret_report);
}

struct err *db_copy_to_file(struct arena *a, struct db *from, const char *path, struct db_copy_report *ret_report)
{
    struct db_options options = {.path = path};
    struct db_read *r;
    struct db *to;
    if (access(path, F_OK) == 0)
        return ERR(a, ERR_CONFLICT, "%s exists already", path);
    struct arena *own = arena_new("copy_to_file", 0); /* the connections end with it */
    struct err *e = db_reader(own, from, &r);
    if (!e)
        e = db_open(own, from->schema, &options, &to);
    if (!e) {
        e = db_copy(own, r, to, NULL, ret_report);
        db_close(to);
    }
    (void)unlink(str_printf(a, "%s.lock", path).p);
    if (e)
        (void)unlink(path);
    struct str text = e ? err_text(a, e) : S("");
    enum err_code code = e ? e->code : ERR_IO;
    arena_free(own);
    return text.n > 0 ? ERR(a, code, "%.*s", STR_FMT(text)) : NULL;
}
