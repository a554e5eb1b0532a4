/* SPDX-License-Identifier: AGPL-3.0-or-later
 *
 * emit.c - writing the C that slices include: readable, since people debug through it.
 */
#include <stdio.h>

#include "base/file.h"
#include "tools/sqlgen/model.h"

#define OUT_MAX (16 * ARENA_MIB)

static const char banner[] = "/* SPDX-License-Identifier: AGPL-3.0-or-later\n *\n"
                             " * Made by tools/sqlgen from queries.sql and schema/; change those.\n */\n";

static void save(struct model *m, const char *dir, const char *name, struct buf *b)
{
    struct str path = str_printf(m->a, "%s/%s", dir, name);
    FILE *f = fopen(path.p, "w");
    MUST(f && !b->overflow);
    MUST(fwrite(b->p, 1, b->n, f) == b->n);
    MUST(fclose(f) == 0);
}

/* A C string literal of `s`, a line of source per line of text. */
static void literal(struct buf *b, struct str s)
{
    buf_byte(b, '"');
    for (size_t i = 0; i < s.n; i++) {
        char c = s.p[i];
        if (c == '\n')
            buf_c(b, i + 1 < s.n ? "\\n\"\n    \"" : "\\n");
        else if (c == '"' || c == '\\')
            buf_printf(b, "\\%c", c);
        else
            buf_byte(b, c);
    }
    buf_byte(b, '"');
}

static const char *c_type(enum type type, bool is_null)
{
    switch (type) {
    case T_INT:
        return is_null ? "struct opt_int " : "int64_t ";
    case T_FLAG:
        return "bool ";
    case T_TEXT:
    case T_BLOB:
        break;
    }
    return "struct str ";
}

static void signature(struct buf *b, const struct statement *s)
{
    const char *prefix = s->result == RESULT_EXEC ? "struct db_tx *tx" : "struct db_read *r";
    buf_printf(b, "struct err *%.*s_q_%.*s(struct arena *a, %s", STR_FMT(s->slice), STR_FMT(s->name), prefix);
    if (s->n_params > 4) {
        buf_printf(b, ", const struct %.*s_q_%.*s_args *args", STR_FMT(s->slice), STR_FMT(s->name));
    } else {
        for (int i = 0; i < s->n_params; i++)
            buf_printf(b, ", %s%.*s", c_type(s->params[i].type, s->params[i].is_null),
                       STR_FMT(s->params[i].name));
    }
    if (s->result == RESULT_ONE)
        buf_printf(b, ", struct %.*s_q_%.*s_row *ret_row, bool *ret_found)", STR_FMT(s->slice),
                   STR_FMT(s->name));
    else if (s->result == RESULT_MANY)
        buf_printf(b, ", struct %.*s_q_%.*s_row **ret_rows, size_t *ret_n)", STR_FMT(s->slice),
                   STR_FMT(s->name));
    else
        buf_c(b, ", int64_t *ret_changed)");
}

static void emit_struct(struct buf *b, const struct statement *s)
{
    if (s->n_params > 4) {
        buf_printf(b, "struct %.*s_q_%.*s_args {\n", STR_FMT(s->slice), STR_FMT(s->name));
        for (int i = 0; i < s->n_params; i++)
            buf_printf(b, "    %s%.*s;\n", c_type(s->params[i].type, s->params[i].is_null),
                       STR_FMT(s->params[i].name));
        buf_c(b, "};\n");
    }
    if (s->result == RESULT_EXEC)
        return;
    buf_printf(b, "struct %.*s_q_%.*s_row {\n", STR_FMT(s->slice), STR_FMT(s->name));
    for (int i = 0; i < s->n_columns; i++)
        buf_printf(b, "    %s%.*s;\n", c_type(s->columns[i].type, s->columns[i].is_null),
                   STR_FMT(s->columns[i].name));
    buf_c(b, "};\n");
}

static void emit_args(struct buf *b, const struct statement *s)
{
    if (s->n_params == 0)
        return;
    buf_c(b, "    const struct db_value values[] = {\n");
    for (int i = 0; i < s->n_params; i++) {
        const struct param *p = &s->params[i];
        const char *make = p->type == T_TEXT   ? "db_text"
                           : p->type == T_BLOB ? "db_blob"
                           : p->is_null && p->type == T_INT ? "db_opt"
                                                            : "db_int";
        buf_printf(b, "        %s(%s%.*s),\n", make, s->n_params > 4 ? "args->" : "", STR_FMT(p->name));
    }
    buf_c(b, "    };\n");
}

static void emit_row(struct buf *b, const struct statement *s, const char *target)
{
    for (int i = 0; i < s->n_columns; i++) {
        const struct column *c = &s->columns[i];
        if (c->type == T_TEXT || c->type == T_BLOB)
            buf_printf(b, "        %s%.*s = db_column(c, %d).s;\n", target, STR_FMT(c->name), i);
        else if (c->type == T_FLAG)
            buf_printf(b, "        %s%.*s = db_peek(c, %d).i != 0;\n", target, STR_FMT(c->name), i);
        else if (c->is_null)
            buf_printf(b, "        %s%.*s = db_as_opt(db_peek(c, %d));\n", target, STR_FMT(c->name), i);
        else
            buf_printf(b, "        %s%.*s = db_peek(c, %d).i;\n", target, STR_FMT(c->name), i);
    }
}

static void emit_body(struct buf *b, const struct statement *s, int id)
{
    const char *values = s->n_params ? "values" : "NULL";
    signature(b, s);
    buf_c(b, "\n{\n");
    emit_args(b, s);
    if (s->result == RESULT_EXEC) {
        buf_printf(b, "    return db_exec(a, tx, %d, %s, %d, ret_changed);\n}\n\n", id, values, s->n_params);
        return;
    }
    buf_printf(b, "    struct db_cursor *c;\n    bool has_row;\n"
               "    TRY(db_query(a, r, %d, %s, %d, &c));\n    TRY(db_next(c, &has_row));\n", id, values,
               s->n_params);
    if (s->result == RESULT_ONE) {
        buf_printf(b, "    if (has_row) {\n        struct %.*s_q_%.*s_row row;\n", STR_FMT(s->slice),
                   STR_FMT(s->name));
        emit_row(b, s, "row.");
        buf_c(b, "        *ret_row = row;\n        db_finish(c);\n    }\n    *ret_found = has_row;\n"
                 "    return NULL;\n}\n\n");
        return;
    }
    buf_printf(b, "    struct %.*s_q_%.*s_row *rows = NULL;\n    size_t n_rows = 0;\n    size_t space = 0;\n"
               "    while (has_row) {\n        if (n_rows == space) {\n            size_t more = space ? space * 2 : 8;\n"
               "            rows = rows ? arena_grow(a, rows, space * sizeof *rows, more * sizeof *rows)\n"
               "                        : arena_array(a, more, sizeof *rows);\n            space = more;\n        }\n",
               STR_FMT(s->slice), STR_FMT(s->name));
    emit_row(b, s, "rows[n_rows].");
    buf_c(b, "        n_rows++;\n        TRY(db_next(c, &has_row));\n    }\n    *ret_rows = rows;\n    *ret_n = n_rows;\n"
             "    return NULL;\n}\n\n");
}

static void emit_slice(struct model *m, const char *dir, struct str slice, int first_id)
{
    struct buf h;
    struct buf c;
    buf_init(&h, m->a, OUT_MAX);
    buf_init(&c, m->a, OUT_MAX);
    buf_printf(&h, "%s#ifndef BIRGE_GEN_%.*s_QUERIES_H\n#define BIRGE_GEN_%.*s_QUERIES_H\n\n#include "
               "\"db/db.h\"\n\n", banner, STR_FMT(slice), STR_FMT(slice));
    buf_printf(&c, "%s#include \"gen/%.*s_queries.h\"\n\n", banner, STR_FMT(slice));
    for (int i = 0; i < m->n_statements; i++) {
        struct statement *s = &m->statements[i];
        if (!str_eq(s->slice, slice))
            continue;
        if (s->comment.n > 0)
            buf_printf(&h, "/* %.*s */\n", STR_FMT(s->comment));
        emit_struct(&h, s);
        buf_printf(&h, "/* %.*s */\n", STR_FMT(s->sql));
        signature(&h, s);
        buf_c(&h, " WARN_UNUSED;\n\n");
        emit_body(&c, s, first_id + i);
    }
    buf_c(&h, "#endif\n");
    save(m, dir, str_printf(m->a, "%.*s_queries.h", STR_FMT(slice)).p, &h);
    save(m, dir, str_printf(m->a, "%.*s_queries.c", STR_FMT(slice)).p, &c);
}

/* The statement that reads all fact rows of one id, by primary key; or of a range of ids, by id and primary key. */
static struct str fact_rows_sql(struct model *m, const struct table *t, bool is_range)
{
    struct buf sql;
    buf_init(&sql, m->a, 65536);
    buf_c(&sql, "SELECT ");
    for (int k = 0; k < t->n_columns; k++)
        buf_printf(&sql, "%s%.*s", k ? ", " : "", STR_FMT(t->columns[k].name));
    buf_printf(&sql, " FROM %.*s WHERE realm = ?1 AND %.*s ", STR_FMT(t->name), STR_FMT(t->by));
    if (is_range)
        buf_printf(&sql, "BETWEEN ?2 AND ?3 ORDER BY %.*s, ", STR_FMT(t->by));
    else
        buf_c(&sql, "= ?2 ORDER BY ");
    for (int key = 1; key <= t->n_columns; key++)
        for (int k = 0; k < t->n_columns; k++)
            if (t->columns[k].key == key)
                buf_printf(&sql, "%s%.*s", key > 1 ? ", " : "", STR_FMT(t->columns[k].name));
    return buf_view(&sql);
}

static void check_fact_plan(struct model *m, const struct table *t, struct str sql)
{
    sqlite3_stmt *st;
    struct str plan = str_printf(m->a, "EXPLAIN QUERY PLAN %.*s", STR_FMT(sql));
    MUST(sqlite3_prepare_v2(m->db, plan.p, -1, &st, NULL) == SQLITE_OK);
    while (sqlite3_step(st) == SQLITE_ROW)
        if (str_starts(str_c((const char *)sqlite3_column_text(st, 3)), S("SCAN")))
            complain(m, "schema", 0, "table %.*s needs an index on (realm, %.*s): every event reads its facts",
                     STR_FMT(t->name), STR_FMT(t->by));
    (void)sqlite3_finalize(st);
}

char type_letter(enum type type)
{
    return type == T_TEXT ? 't' : type == T_BLOB ? 'b' : 'i';
}

void emit_statement(struct model *m, struct buf *b, struct str name, struct str bound, struct str params, bool is_write)
{
    buf_printf(b, "    {\"%.*s\",\n    ", STR_FMT(name));
    literal(b, bound);
    buf_c(b, ",\n    ");
    literal(b, postgres_statement(m, bound));
    buf_printf(b, ",\n    \"%.*s\", %s},\n", STR_FMT(params), is_write ? "true" : "false");
}

/* A statement about the rows of a table by integers: realm, ids, a limit. */
static void emit_about(struct model *m, struct buf *b, const char *what, const struct table *t, struct str sql, int n)
{
    emit_statement(m, b, str_printf(m->a, "%s of %.*s", what, STR_FMT(t->name)), sql, str_slice(S("iiii"), 0, (size_t)n),
                   false);
}

/* Four statements for each fact table (its rows of one id, and of a range of them, its ids, its realms), one for each
 * table of the journal (its realms): what digests and audits read. */
static void emit_table_statements(struct model *m, struct buf *b)
{
    for (int i = 0; i < m->n_tables; i++) {
        const struct table *t = &m->tables[i];
        if (t->kind == TABLE_PROJECTION)
            continue;
        if (t->kind == TABLE_FACT) {
            struct str rows = fact_rows_sql(m, t, false);
            check_fact_plan(m, t, rows);
            emit_about(m, b, "facts", t, rows, 2);
            rows = fact_rows_sql(m, t, true);
            check_fact_plan(m, t, rows);
            emit_about(m, b, "range", t, rows, 3);
            rows = str_printf(m->a, "SELECT DISTINCT %.*s FROM %.*s WHERE realm = ?1 AND %.*s > ?2 ORDER BY %.*s LIMIT ?3",
                              STR_FMT(t->by), STR_FMT(t->name), STR_FMT(t->by), STR_FMT(t->by));
            emit_about(m, b, "ids", t, rows, 3);
        }
        emit_about(m, b, "realms", t, str_printf(m->a, "SELECT realm FROM %.*s WHERE realm > ?1 ORDER BY realm LIMIT 1",
                                                 STR_FMT(t->name)), 1);
    }
}

/* The lists of fact and journal tables, and the schema. `id` is that of the first statement about a table. */
static void emit_tables(struct model *m, struct buf *b, int id)
{
    struct buf facts;
    struct buf journals;
    int n_facts = 0;
    int n_journals = 0;
    buf_init(&facts, m->a, OUT_MAX);
    buf_init(&journals, m->a, OUT_MAX);
    for (int i = 0; i < m->n_tables; i++) {
        const struct table *t = &m->tables[i];
        if (t->kind == TABLE_JOURNAL) {
            buf_printf(&journals, "    {\"%.*s\", %d},\n", STR_FMT(t->name), id++);
            n_journals++;
        }
        if (t->kind != TABLE_FACT)
            continue;
        int key = 0;
        while (!str_eq(t->columns[key].name, t->by))
            key++;
        buf_printf(b, "static const char *const columns_%.*s[] = {", STR_FMT(t->name));
        for (int k = 0; k < t->n_columns; k++)
            buf_printf(b, "%s\"%.*s\"", k ? ", " : "", STR_FMT(t->columns[k].name));
        buf_c(b, "};\n");
        buf_printf(&facts, "    {\"%.*s\", \"%.*s\", columns_%.*s, %d, %d, %d, %d, %d, %d},\n", STR_FMT(t->noun),
                   STR_FMT(t->name), STR_FMT(t->name), t->n_columns, key, id, id + 1, id + 2, id + 3);
        id += 4;
        n_facts++;
    }
    buf_printf(b, "\nstatic const struct db_fact_table facts[] = {\n%.*s};\n\n", STR_FMT(buf_view(&facts)));
    buf_printf(b, "static const struct db_journal_table journals[] = {\n%.*s};\n\n", STR_FMT(buf_view(&journals)));
    id = emit_copy_tables(m, b, id);
    buf_printf(b, "const struct db_schema schema_all = {statements, %d, migrations, %d, facts, %d, journals, %d,\n"
               "    tables, %d};\n", id, m->n_migrations, n_facts, n_journals, m->n_tables);
}

static void emit_schema(struct model *m, const char *dir, int first_id)
{
    struct buf b;
    buf_init(&b, m->a, OUT_MAX);
    buf_printf(&b, "%s#include \"gen/schema.h\"\n\nstatic const struct db_statement statements[] = {\n", banner);
    emit_statement(m, &b, S("db.migrations"),
                   S("SELECT slice, number, hash FROM db_migration WHERE realm = 0 ORDER BY slice, number"), S(""), false);
    emit_statement(m, &b, S("db.migration_record"),
                   S("INSERT INTO db_migration (realm, slice, number, name, hash) VALUES (0, ?1, ?2, ?3, ?4)"), S("titt"),
                   true);
    for (int i = 0; i < m->n_statements; i++) {
        const struct statement *s = &m->statements[i];
        char params[MAX_COLUMNS];
        for (int k = 0; k < s->n_params; k++)
            params[k] = type_letter(s->params[k].type);
        emit_statement(m, &b, str_printf(m->a, "%.*s.%.*s", STR_FMT(s->slice), STR_FMT(s->name)), s->bound,
                       (struct str){params, (size_t)s->n_params}, s->result == RESULT_EXEC);
    }
    emit_table_statements(m, &b);
    emit_copy_statements(m, &b);
    buf_c(&b, "};\n\nstatic const struct db_migration migrations[] = {\n");
    for (int i = 0; i < m->n_migrations; i++) {
        const struct migration *g = &m->migrations[i];
        buf_printf(&b, "    {\"%.*s\", %d, \"%.*s\",\n    ", STR_FMT(g->slice), g->number, STR_FMT(g->name));
        literal(&b, g->sql);
        buf_c(&b, ",\n    ");
        literal(&b, postgres_schema(m, g->sql));
        buf_printf(&b, ",\n    \"%.*s\"},\n", STR_FMT(g->hash));
    }
    buf_c(&b, "};\n\n");
    emit_tables(m, &b, first_id + m->n_statements);
    save(m, dir, "schema.c", &b);
    buf_clear(&b);
    buf_printf(&b, "%s#ifndef BIRGE_GEN_SCHEMA_H\n#define BIRGE_GEN_SCHEMA_H\n\n#include \"db/db.h\"\n\n"
               "/* All statements, schema files and fact tables of all slices. */\n"
               "extern const struct db_schema schema_all;\n\n#endif\n", banner);
    save(m, dir, "schema.h", &b);
}

static int compare_tables(const void *x, const void *y)
{
    return str_cmp(((const struct table *)x)->name, ((const struct table *)y)->name);
}

void emit_all(struct model *m, const char *out_dir)
{
    const int first_id = 2; /* after the statements of db itself, db/migrate.h */
    for (int i = 1; i < m->n_tables; i++) /* tables by name: the digest's order */
        for (int k = i; k > 0 && compare_tables(&m->tables[k - 1], &m->tables[k]) > 0; k--) {
            struct table t = m->tables[k];
            m->tables[k] = m->tables[k - 1];
            m->tables[k - 1] = t;
        }
    for (int i = 0; i < m->n_slices; i++)
        emit_slice(m, out_dir, m->slices[i], first_id);
    emit_schema(m, out_dir, first_id);
}
