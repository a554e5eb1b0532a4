/* SPDX-License-Identifier: AGPL-3.0-or-later
 *
 * emit_copy.c - three statements for every table, so that db/copy.c can carry all rows from one engine to another:
 * how many rows, a page of rows by primary key, one row in.
 */
#include "tools/sqlgen/model.h"

/* The columns in the primary key's order, separated by commas; returns how many. */
static int put_key(struct buf *b, const struct table *t)
{
    int n = 0;
    for (int key = 1; key <= t->n_columns; key++)
        for (int k = 0; k < t->n_columns; k++)
            if (t->columns[k].key == key)
                buf_printf(b, "%s%.*s", n++ ? ", " : "", STR_FMT(t->columns[k].name));
    return n;
}

static void put_columns(struct buf *b, const struct table *t)
{
    for (int k = 0; k < t->n_columns; k++)
        buf_printf(b, "%s%.*s", k ? ", " : "", STR_FMT(t->columns[k].name));
}

static void put_params(struct buf *b, int n)
{
    for (int i = 1; i <= n; i++)
        buf_printf(b, "%s?%d", i > 1 ? ", " : "", i);
}

static void put_count(struct model *m, struct buf *b, const struct table *t)
{
    emit_statement(m, b, str_printf(m->a, "count of %.*s", STR_FMT(t->name)),
                   str_printf(m->a, "SELECT CAST(count(*) AS INTEGER) AS n FROM %.*s", STR_FMT(t->name)), S(""), false);
}

static void put_page(struct model *m, struct buf *b, const struct table *t)
{
    struct buf sql;
    char params[MAX_COLUMNS + 1];
    int n_keys = 0;
    buf_init(&sql, m->a, 65536);
    buf_c(&sql, "SELECT ");
    put_columns(&sql, t);
    buf_printf(&sql, " FROM %.*s WHERE (", STR_FMT(t->name));
    (void)put_key(&sql, t);
    buf_c(&sql, ") > (");
    for (int key = 1; key <= t->n_columns; key++)
        for (int k = 0; k < t->n_columns; k++)
            if (t->columns[k].key == key)
                params[n_keys++] = type_letter(t->columns[k].type);
    put_params(&sql, n_keys);
    buf_c(&sql, ") ORDER BY ");
    (void)put_key(&sql, t);
    buf_printf(&sql, " LIMIT ?%d", n_keys + 1);
    params[n_keys] = 'i';
    emit_statement(m, b, str_printf(m->a, "page of %.*s", STR_FMT(t->name)), buf_view(&sql),
                   (struct str){params, (size_t)n_keys + 1}, false);
}

static void put_insert(struct model *m, struct buf *b, const struct table *t)
{
    struct buf sql;
    char params[MAX_COLUMNS];
    buf_init(&sql, m->a, 65536);
    buf_printf(&sql, "INSERT INTO %.*s (", STR_FMT(t->name));
    put_columns(&sql, t);
    buf_c(&sql, ") VALUES (");
    put_params(&sql, t->n_columns);
    buf_c(&sql, ")");
    for (int k = 0; k < t->n_columns; k++)
        params[k] = type_letter(t->columns[k].type);
    emit_statement(m, b, str_printf(m->a, "insert into %.*s", STR_FMT(t->name)), buf_view(&sql),
                   (struct str){params, (size_t)t->n_columns}, true);
}

void emit_copy_statements(struct model *m, struct buf *b)
{
    for (int i = 0; i < m->n_tables; i++) {
        put_count(m, b, &m->tables[i]);
        put_page(m, b, &m->tables[i]);
        put_insert(m, b, &m->tables[i]);
    }
}

static const char *type_name(enum type type)
{
    switch (type) {
    case T_INT:
    case T_FLAG:
        return "DB_INT";
    case T_TEXT:
        return "DB_TEXT";
    case T_BLOB:
        break;
    }
    return "DB_BLOB";
}

/* One list a table: names of columns, their types, and which of them make the key. */
static void put_lists(struct buf *b, const struct table *t)
{
    buf_printf(b, "static const char *const all_%.*s[] = {", STR_FMT(t->name));
    for (int k = 0; k < t->n_columns; k++)
        buf_printf(b, "%s\"%.*s\"", k ? ", " : "", STR_FMT(t->columns[k].name));
    buf_printf(b, "};\nstatic const enum db_type types_%.*s[] = {", STR_FMT(t->name));
    for (int k = 0; k < t->n_columns; k++)
        buf_printf(b, "%s%s", k ? ", " : "", type_name(t->columns[k].type));
    buf_printf(b, "};\nstatic const int key_%.*s[] = {", STR_FMT(t->name));
    int n = 0;
    for (int key = 1; key <= t->n_columns; key++)
        for (int k = 0; k < t->n_columns; k++)
            if (t->columns[k].key == key)
                buf_printf(b, "%s%d", n++ ? ", " : "", k);
    buf_c(b, "};\n");
}

static int count_keys(const struct table *t)
{
    int n = 0;
    for (int k = 0; k < t->n_columns; k++)
        n += t->columns[k].key > 0;
    return n;
}

int emit_copy_tables(struct model *m, struct buf *b, int id)
{
    for (int i = 0; i < m->n_tables; i++)
        put_lists(b, &m->tables[i]);
    buf_c(b, "\nstatic const struct db_table tables[] = {\n");
    for (int i = 0; i < m->n_tables; i++, id += 3) {
        const struct table *t = &m->tables[i];
        buf_printf(b, "    {\"%.*s\", all_%.*s, types_%.*s, %d, key_%.*s, %d, %d, %d, %d},\n", STR_FMT(t->name),
                   STR_FMT(t->name), STR_FMT(t->name), t->n_columns, STR_FMT(t->name), count_keys(t), id, id + 1, id + 2);
    }
    buf_c(b, "};\n\n");
    return id;
}
