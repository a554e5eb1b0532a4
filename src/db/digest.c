/* SPDX-License-Identifier: AGPL-3.0-or-later
 *
 * digest.c - SHA-256 over rows, the same on every engine: each value typed and length-prefixed.
 *
 * Keeps: what an event's digest says of its rows; a change here would make every audit fail.
 */
#include "db/db_private.h"

#define MAX_TABLES 32 /* that hold facts of one noun */

static void update_int(struct hasher *st, int64_t v)
{
    uint8_t b[8];
    for (int i = 0; i < 8; i++)
        b[i] = (uint8_t)((uint64_t)v >> (56 - 8 * i));
    hasher_add(st, b, sizeof b);
}

void digest_str(struct hasher *st, char tag, struct str s)
{
    uint8_t head[9] = {(uint8_t)tag};
    for (int i = 0; i < 8; i++)
        head[1 + i] = (uint8_t)((uint64_t)s.n >> (56 - 8 * i));
    hasher_add(st, head, sizeof head);
    hasher_add(st, s.p, s.n);
}

void digest_value(struct hasher *st, const struct db_value *v)
{
    switch (v->type) {
    case DB_NULL:
        hasher_add(st, "n", 1);
        return;
    case DB_INT:
        hasher_add(st, "i", 1);
        update_int(st, v->i);
        return;
    case DB_TEXT:
        digest_str(st, 't', v->s);
        return;
    case DB_BLOB:
        digest_str(st, 'b', v->s);
        return;
    }
}

static void update_row(struct hasher *st, const struct db_fact_table *t, struct db_cursor *c)
{
    digest_str(st, 'T', str_c(t->table));
    for (int i = 0; i < t->n_columns; i++) {
        struct db_value v = db_peek(c, i);
        if (v.type == DB_NULL)
            continue; /* so that a column which a later schema adds changes nothing until it is filled */
        digest_str(st, 'C', str_c(t->columns[i]));
        digest_value(st, &v);
    }
}

/* The rows of one table, whose statement was begun as `c`. */
static struct err *digest_table(const struct db_fact_table *t, struct db_cursor *c, struct hasher *st,
                                int64_t *rows)
{
    bool has_row;
    TRY(db_next(c, &has_row));
    while (has_row) {
        update_row(st, t, c);
        (*rows)++;
        TRY(db_next(c, &has_row));
    }
    return NULL;
}

/* All tables of `noun`. Their statements are begun together, so that a server is asked once. */
static struct err *digest_tables(struct arena *a, struct db_read *r, struct str noun, const struct db_value args[2],
                                 struct hasher *st, int64_t *rows)
{
    const struct db_schema *schema = r->db->schema;
    struct db_cursor *cursors[MAX_TABLES];
    const struct db_fact_table *tables[MAX_TABLES];
    struct err *e = NULL;
    int n = 0;
    for (int i = 0; i < schema->n_facts && !e; i++) {
        const struct db_fact_table *t = &schema->facts[i];
        if (!str_eq(str_c(t->noun), noun))
            continue;
        MUST(n < MAX_TABLES);
        e = db_query(a, r, t->rows_statement, args, 2, &cursors[n]);
        tables[n] = t;
        n += !e;
    }
    for (int i = 0; i < n; i++) {
        if (!e)
            e = digest_table(tables[i], cursors[i], st, rows);
        db_finish(cursors[i]);
    }
    return e;
}

struct err *db_digest(struct arena *a, struct db_read *r, int64_t realm, struct str noun, int64_t id,
                      struct str salt, struct hash *ret_digest, int64_t *ret_rows)
{
    const struct db_value args[] = {db_int(realm), db_int(id)};
    struct hasher st;
    int64_t rows = 0;
    hasher_begin(&st);
    digest_str(&st, 'S', salt);
    TRY(digest_tables(a, r, noun, args, &st, &rows));
    *ret_digest = hasher_end(&st);
    if (ret_rows)
        *ret_rows = rows;
    return NULL;
}

static struct err *digest_table_range(struct arena *a, struct db_read *r, const struct db_fact_table *t, int64_t realm,
                                      int64_t first, size_t n, struct hasher *states, int64_t *rows)
{
    struct db_value args[] = {db_int(realm), db_int(first), db_int(first + (int64_t)n - 1)};
    struct db_cursor *c;
    bool has_row;
    TRY(db_query(a, r, t->range_statement, args, 3, &c));
    TRY(db_next(c, &has_row));
    while (has_row) {
        int64_t id = db_peek(c, t->key).i;
        MUST(id >= first && id - first < (int64_t)n);
        update_row(&states[id - first], t, c);
        (*rows)++;
        TRY(db_next(c, &has_row));
    }
    return NULL;
}

struct err *db_digest_range(struct arena *a, struct db_read *r, int64_t realm, struct str noun, int64_t first, size_t n,
                            const struct hash *salts, struct hash *ret_digests, int64_t *ret_rows)
{
    const struct db_schema *schema = r->db->schema;
    struct hasher *states = ARENA_ARRAY(a, n, struct hasher);
    int64_t rows = 0;
    for (size_t i = 0; i < n; i++) {
        hasher_begin(&states[i]);
        digest_str(&states[i], 'S', hash_str(&salts[i]));
    }
    for (int i = 0; i < schema->n_facts; i++)
        if (str_eq(str_c(schema->facts[i].noun), noun))
            TRY(digest_table_range(a, r, &schema->facts[i], realm, first, n, states, &rows));
    for (size_t i = 0; i < n; i++)
        ret_digests[i] = hasher_end(&states[i]);
    if (ret_rows)
        *ret_rows = rows;
    return NULL;
}

struct err *db_fact_ids(struct arena *a, struct db_read *r, const struct db_fact_table *table, int64_t realm,
                        int64_t after, int64_t *ret_ids, size_t max, size_t *ret_n)
{
    struct db_value args[] = {db_int(realm), db_int(after), db_int((int64_t)max)};
    struct db_cursor *c;
    bool has_row;
    size_t n = 0;
    TRY(db_query(a, r, table->ids_statement, args, 3, &c));
    TRY(db_next(c, &has_row));
    while (has_row) {
        MUST(n < max);
        ret_ids[n++] = db_peek(c, 0).i;
        TRY(db_next(c, &has_row));
    }
    *ret_n = n;
    return NULL;
}

struct err *db_next_realm(struct arena *a, struct db_read *r, int realms_statement, int64_t after,
                          int64_t *ret_realm, bool *ret_found)
{
    struct db_value args[] = {db_int(after)};
    struct db_cursor *c;
    TRY(db_query(a, r, realms_statement, args, 1, &c));
    TRY(db_next(c, ret_found));
    if (*ret_found)
        *ret_realm = db_peek(c, 0).i;
    db_finish(c);
    return NULL;
}
