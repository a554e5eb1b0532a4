/* SPDX-License-Identifier: AGPL-3.0-or-later
 *
 * queries.c - reading named statements, typing their parameters and results, judging their plans.
 */
#include <ctype.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/file.h"
#include "tools/sqlgen/model.h"

/* == reading == */

static bool parse_type(struct str s, enum type *ret)
{
    static const char *const names[] = {"int", "flag", "text", "blob"};
    for (int i = 0; i < 4; i++)
        if (str_eq(s, str_c(names[i]))) {
            *ret = (enum type)i;
            return true;
        }
    return false;
}

static void directive(struct model *m, struct statement *s, int line, struct str key, struct str value)
{
    struct str first;
    struct str rest;
    if (!str_cut(value, ' ', &first, &rest))
        rest = S("");
    if (str_eq(key, S("scan"))) {
        s->scan = value;
    } else if (str_eq(key, S("null")) && s->n_nulls < 8) {
        s->nulls[s->n_nulls++] = value;
    } else if (str_eq(key, S("param"))) {
        struct param *p = &s->params[s->n_params++];
        struct str type;
        struct str null;
        if (!str_cut(rest, ' ', &type, &null))
            null = S("");
        p->name = first;
        p->is_typed = parse_type(type, &p->type);
        p->is_null = str_eq(null, S("null"));
        if (!p->is_typed)
            complain(m, s->file, line, "expected \"-- param: name int|flag|text|blob [null]\"");
    } else {
        complain(m, s->file, line, "unknown directive \"%.*s\"", STR_FMT(key));
    }
}

static void begin_statement(struct model *m, struct str slice, const char *file, int line, struct str value,
                            struct str comment)
{
    MUST(m->n_statements < MAX_STATEMENTS);
    struct statement *s = &m->statements[m->n_statements++];
    struct str name;
    struct str kind;
    *s = (struct statement){.slice = slice, .file = file, .line = line, .comment = comment, .sql = S("")};
    if (!str_cut(value, ' ', &name, &kind))
        kind = S("");
    s->name = name;
    if (str_eq(kind, S(":one")))
        s->result = RESULT_ONE;
    else if (str_eq(kind, S(":many")))
        s->result = RESULT_MANY;
    else if (str_eq(kind, S(":exec")))
        s->result = RESULT_EXEC;
    else
        complain(m, file, line, "expected \"-- name: %.*s :one, :many or :exec\"", STR_FMT(name));
    for (int i = 0; i + 1 < m->n_statements; i++)
        if (str_eq(m->statements[i].slice, slice) && str_eq(m->statements[i].name, name))
            complain(m, file, line, "statement %.*s is there twice", STR_FMT(name));
}

void queries_read(struct model *m, struct str slice, const char *file)
{
    struct str text;
    struct err *e = file_read(m->a, file, 4 * ARENA_MIB, &text);
    if (e) {
        complain(m, file, 1, "%s", e->msg);
        return;
    }
    struct statement *open = NULL;
    struct str comment = S("");
    struct str rest = text;
    for (int line = 1; rest.n > 0; line++) {
        struct str raw;
        struct str next;
        if (!str_cut(rest, '\n', &raw, &next))
            next = S("");
        rest = next;
        struct str t = str_trim(raw);
        if (str_starts(t, S("--"))) {
            struct str body = str_trim(str_slice(t, 2, t.n));
            struct str key;
            struct str value;
            bool is_directive = str_cut(body, ':', &key, &value) && str_find(key, ' ') == SIZE_MAX;
            if (is_directive && str_eq(key, S("name"))) {
                begin_statement(m, slice, file, line, str_trim(value), comment);
                open = &m->statements[m->n_statements - 1];
                comment = S("");
            } else if (is_directive && open) {
                directive(m, open, line, key, str_trim(value));
            } else if (!open) {
                comment = str_printf(m->a, "%.*s%s%.*s", STR_FMT(comment), comment.n ? " " : "", STR_FMT(body));
            }
        } else if (t.n > 0) {
            if (!open) {
                complain(m, file, line, "SQL without \"-- name: ...\" before it");
                return;
            }
            bool is_end = t.p[t.n - 1] == ';';
            open->sql = str_printf(m->a, "%.*s%s%.*s", STR_FMT(open->sql), open->sql.n ? " " : "",
                                   (int)(is_end ? t.n - 1 : t.n), t.p);
            if (is_end)
                open = NULL;
        } else if (!open) {
            comment = S("");
        }
    }
    if (open)
        complain(m, file, open->line, "statement %.*s does not end with ;", STR_FMT(open->name));
}

/* == tokens == */

struct token {
    struct str s; /* word, $name, or one sign; "quoted" text is one token */
};

#define MAX_TOKENS 1024

static bool is_word(char c)
{
    return isalnum((unsigned char)c) || c == '_' || c == '.';
}

static int tokenize(struct str sql, struct token *ret)
{
    int n = 0;
    for (size_t i = 0; i < sql.n;) {
        size_t start = i;
        char c = sql.p[i];
        if (c == ' ') {
            i++;
            continue;
        }
        if (c == '\'') {
            for (i++; i < sql.n && sql.p[i] != '\''; i++) {
            }
            i++;
        } else if (is_word(c) || c == '$') {
            for (i++; i < sql.n && is_word(sql.p[i]); i++) {
            }
        } else if ((c == '<' || c == '>' || c == '|' || c == ':') && i + 1 < sql.n &&
                   strchr("=>|:", sql.p[i + 1])) {
            i += 2;
        } else {
            i++;
        }
        MUST(n < MAX_TOKENS);
        ret[n++].s = str_slice(sql, start, i);
    }
    return n;
}

static bool is(const struct token *t, const char *word)
{
    return str_eq_nocase(t->s, str_c(word));
}

/* == parameters == */

/* The column that `word` ("name" or "alias.name") can mean in this statement. */
static const struct column *resolve(struct model *m, const struct token *t, int n, struct str word)
{
    size_t dot = str_find(word, '.');
    struct str name = dot == SIZE_MAX ? word : str_slice(word, dot + 1, word.n);
    for (int i = 0; i < n; i++) {
        const struct table *table = table_find(m, t[i].s);
        const struct column *c = table ? column_find(table, name) : NULL;
        if (c)
            return c;
    }
    return NULL;
}

static struct param *param(struct statement *s, struct str name)
{
    for (int i = 0; i < s->n_params; i++)
        if (str_eq(s->params[i].name, name))
            return &s->params[i];
    struct param *p = &s->params[s->n_params++];
    MUST(s->n_params <= MAX_COLUMNS);
    *p = (struct param){.name = name};
    return p;
}

static void set_type(struct param *p, const struct column *c, bool is_stored)
{
    if (!c)
        return;
    if (!p->is_typed) {
        p->type = c->type;
        p->is_typed = true;
    }
    if (is_stored && c->is_null)
        p->is_null = true;
}

/* "(a, b) > ($x, $y)": the word at the same place of the parenthesis before. */
static int row_partner(const struct token *t, int at)
{
    int place = 0;
    int i = at - 1;
    for (; i > 0 && !is(&t[i], "("); i--)
        place += is(&t[i], ",");
    if (i < 2 || !is(&t[i - 2], ")"))
        return -1;
    int k = i - 2;
    while (k > 0 && !is(&t[k], "("))
        k--;
    for (k++; place > 0 && !is(&t[k], ")"); k++)
        place -= is(&t[k], ",");
    return place == 0 ? k : -1;
}

/* INSERT INTO t (a, b) VALUES ($x, $y): the column at the same place. */
static void type_insert(struct model *m, struct statement *s, const struct token *t, int n)
{
    if (n < 4 || !is(&t[0], "INSERT"))
        return;
    const struct table *table = table_find(m, t[2].s);
    int values = 0;
    while (values < n && !is(&t[values], "VALUES"))
        values++;
    if (!table || values == n)
        return;
    int column = 4;
    for (int i = values + 2; i < n && column < values; i += 2, column += 2) {
        if (t[i].s.p[0] == '$')
            set_type(param(s, str_slice(t[i].s, 1, t[i].s.n)), column_find(table, t[column].s), true);
        if (i + 1 < n && is(&t[i + 1], ")"))
            break;
    }
}

static void type_params(struct model *m, struct statement *s)
{
    struct token t[MAX_TOKENS];
    int n = tokenize(s->sql, t);
    bool in_where = false;
    type_insert(m, s, t, n);
    for (int i = 0; i < n; i++) {
        in_where = in_where || is(&t[i], "WHERE");
        if (t[i].s.p[0] != '$')
            continue;
        struct param *p = param(s, str_slice(t[i].s, 1, t[i].s.n));
        bool after_sign = i >= 2 && (is(&t[i - 1], "=") || is(&t[i - 1], "<") || is(&t[i - 1], ">") ||
                                     is(&t[i - 1], "<=") || is(&t[i - 1], ">=") || is(&t[i - 1], "<>"));
        if (after_sign)
            set_type(p, resolve(m, t, n, t[i - 2].s), !in_where);
        else if (i >= 1 && is(&t[i - 1], "LIMIT"))
            set_type(p, &(struct column){.type = T_INT}, false);
        else if (i >= 1 && (is(&t[i - 1], "(") || is(&t[i - 1], ",")) && in_where) {
            int k = row_partner(t, i);
            set_type(p, k < 0 ? NULL : resolve(m, t, n, t[k].s), false);
        }
        if (!p->is_typed)
            set_type(p, resolve(m, t, n, p->name), false);
        if (!p->is_typed)
            complain(m, s->file, s->line, "%.*s: cannot tell the type of $%.*s; add \"-- param: %.*s int|flag|"
                     "text|blob\"", STR_FMT(s->name), STR_FMT(p->name), STR_FMT(p->name));
    }
}

/* $name -> ?n in the order of the parameters. */
static void bind_params(struct model *m, struct statement *s)
{
    struct buf b;
    buf_init(&b, m->a, s->sql.n * 2 + 64);
    for (size_t i = 0; i < s->sql.n;) {
        if (s->sql.p[i] != '$') {
            buf_byte(&b, s->sql.p[i++]);
            continue;
        }
        size_t end = i + 1;
        while (end < s->sql.n && is_word(s->sql.p[end]))
            end++;
        struct str name = str_slice(s->sql, i + 1, end);
        for (int k = 0; k < s->n_params; k++)
            if (str_eq(s->params[k].name, name))
                buf_printf(&b, "?%d", k + 1);
        i = end;
    }
    s->bound = buf_view(&b);
}

/* == the portable subset == */

/* Words of SQLite's that it also takes for names, and that never follow the name of a table. */
static bool is_lone_name(struct str word)
{
    static const char *const words[] = {"analyze", "asc", "cast", "desc", "end", "for", "initially", "offset"};
    for (size_t i = 0; i < sizeof words / sizeof words[0]; i++)
        if (str_eq_nocase(word, str_c(words[i])))
            return true;
    return false;
}

/* A name that PostgreSQL would read as something else: of a column, a table, an alias (with AS or behind its table). */
static void check_names(struct model *m, struct statement *s, const struct token *t, int n)
{
    for (int i = 0; i < n; i++) {
        size_t dot = str_find(t[i].s, '.');
        struct str name = str_slice(t[i].s, 0, dot == SIZE_MAX ? t[i].s.n : dot);
        bool is_alias = i > 0 && (is(&t[i - 1], "AS") || (table_find(m, t[i - 1].s) && is_lone_name(name)));
        if (postgres_reserves_alone(name) || (is_alias && postgres_reserves(name)))
            complain(m, s->file, s->line, "%.*s: %.*s: PostgreSQL keeps this word for itself", STR_FMT(s->name),
                     STR_FMT(name));
    }
}

static void check_subset(struct model *m, struct statement *s)
{
    static const char *const words[] = {"datetime", "strftime", "julianday", "group_concat", "string_agg",
                                        "LIKE", "GLOB", "lower", "upper", "rowid", "REPLACE", "ifnull", "random",
                                        "printf", "greatest", "max2", "now", "json_extract", "IGNORE", "::"};
    struct token t[MAX_TOKENS];
    int n = tokenize(s->sql, t);
    for (int i = 0; i < n; i++) {
        for (size_t k = 0; k < sizeof words / sizeof words[0]; k++)
            if (is(&t[i], words[k]))
                complain(m, s->file, s->line, "%.*s: %s is not in the subset that every engine knows",
                         STR_FMT(s->name), words[k]);
        if (is(&t[i], "LEFT") && s->n_nulls == 0)
            complain(m, s->file, s->line, "%.*s: say which columns an outer join leaves empty: \"-- null: name\"",
                     STR_FMT(s->name));
    }
    check_names(m, s, t, n);
    bool with_write = n > 0 && is(&t[0], "WITH");
    for (int i = 0; with_write && i < n; i++)
        if (is(&t[i], "INSERT") || is(&t[i], "UPDATE") || is(&t[i], "DELETE"))
            complain(m, s->file, s->line, "%.*s: no statement that writes inside WITH", STR_FMT(s->name));
}

/* == results and plans == */

/* "CAST(count(*) AS INTEGER) AS n": the type of an expression is what it says. */
static bool cast_type(struct statement *s, struct str column, enum type *ret)
{
    struct token t[MAX_TOKENS];
    int n = tokenize(s->sql, t);
    for (int i = 4; i < n; i++) {
        if (!str_eq(t[i].s, column) || !is(&t[i - 1], "AS") || !is(&t[i - 2], ")") || !is(&t[i - 4], "AS"))
            continue;
        *ret = is(&t[i - 3], "INTEGER") ? T_INT : is(&t[i - 3], "TEXT") ? T_TEXT : T_BLOB;
        return true;
    }
    return false;
}

static void type_column(struct model *m, struct statement *s, sqlite3_stmt *st, int i)
{
    struct column *c = &s->columns[i];
    c->name = str_dup(m->a, str_c(sqlite3_column_name(st, i)));
    const char *table = sqlite3_column_table_name(st, i);
    const char *origin = sqlite3_column_origin_name(st, i);
    const struct table *t = table ? table_find(m, str_c(table)) : NULL;
    const struct column *from = t && origin ? column_find(t, str_c(origin)) : NULL;
    if (from) {
        c->type = from->type;
        c->is_null = from->is_null;
    } else if (!cast_type(s, c->name, &c->type)) {
        complain(m, s->file, s->line, "%.*s: column %d is an expression; write CAST(... AS INTEGER) AS name",
                 STR_FMT(s->name), i + 1);
    }
    for (int k = 0; k < s->n_nulls; k++)
        c->is_null = c->is_null || str_eq(s->nulls[k], c->name);
    for (int k = 0; k < i; k++)
        if (str_eq(s->columns[k].name, c->name))
            complain(m, s->file, s->line, "%.*s: two columns are called %.*s", STR_FMT(s->name),
                     STR_FMT(c->name));
}

static void check_plan(struct model *m, struct statement *s)
{
    struct str sql = str_printf(m->a, "EXPLAIN QUERY PLAN %.*s", STR_FMT(s->bound));
    sqlite3_stmt *st;
    bool is_scan = false;
    if (sqlite3_prepare_v2(m->db, sql.p, -1, &st, NULL) != SQLITE_OK)
        return;
    while (sqlite3_step(st) == SQLITE_ROW) {
        struct str detail = str_dup(m->a, str_c((const char *)sqlite3_column_text(st, 3)));
        if (!str_starts(detail, S("SCAN ")) || str_starts(detail, S("SCAN CONSTANT")))
            continue;
        is_scan = true;
        if (!s->scan.p)
            complain(m, s->file, s->line, "%.*s reads a whole table (%.*s); add an index, or a reason: "
                     "\"-- scan: why\"", STR_FMT(s->name), STR_FMT(detail));
    }
    if (s->scan.p && !is_scan)
        complain(m, s->file, s->line, "%.*s gives a reason for a scan but does not scan", STR_FMT(s->name));
    (void)sqlite3_finalize(st);
}

void statement_check(struct model *m, struct statement *s)
{
    int before = m->n_errors;
    check_subset(m, s);
    type_params(m, s);
    if (m->n_errors > before)
        return;
    bind_params(m, s);
    sqlite3_stmt *st;
    struct str sql = str_dup(m->a, s->bound);
    if (sqlite3_prepare_v2(m->db, sql.p, -1, &st, NULL) != SQLITE_OK) {
        complain(m, s->file, s->line, "%.*s: %s", STR_FMT(s->name), sqlite3_errmsg(m->db));
        return;
    }
    bool is_write = sqlite3_stmt_readonly(st) == 0;
    s->n_columns = sqlite3_column_count(st);
    if (is_write != (s->result == RESULT_EXEC))
        complain(m, s->file, s->line, "%.*s: :exec is for statements that write, :one and :many for those that "
                 "read", STR_FMT(s->name));
    if (sqlite3_bind_parameter_count(st) != s->n_params)
        complain(m, s->file, s->line, "%.*s: a declared parameter is not used", STR_FMT(s->name));
    for (int i = 0; i < s->n_columns && i < MAX_COLUMNS; i++)
        type_column(m, s, st, i);
    (void)sqlite3_finalize(st);
    check_plan(m, s);
}
