/* SPDX-License-Identifier: AGPL-3.0-or-later
 *
 * schema.c - reading schema files, and what every table must be.
 */
#include <stdio.h>
#include <string.h>

#include "base/file.h"
#include "base/hash.h"
#include "tools/sqlgen/model.h"

static int line_of(struct str file, const char *at)
{
    int line = 1;
    for (const char *p = file.p; p < at; p++)
        line += *p == '\n';
    return line;
}

static struct str word(struct str *rest)
{
    *rest = str_trim(*rest);
    size_t n = 0;
    while (n < rest->n && rest->p[n] != ' ' && rest->p[n] != '(' && rest->p[n] != '\n')
        n++;
    struct str w = str_slice(*rest, 0, n);
    *rest = str_slice(*rest, n, rest->n);
    return w;
}

/* "-- fact of appeal by appeal_id", "-- journal", "-- projection": the last comment line before a table. */
static bool read_kind(struct str comment, struct table *t)
{
    struct str rest = comment;
    struct str last = S("");
    while (rest.n > 0) {
        struct str line;
        struct str next;
        if (!str_cut(rest, '\n', &line, &next))
            next = S("");
        rest = next;
        line = str_trim(line);
        if (str_starts(line, S("--")))
            last = str_trim(str_slice(line, 2, line.n));
    }
    struct str w = word(&last);
    if (str_eq(w, S("journal"))) {
        t->kind = TABLE_JOURNAL;
        return true;
    }
    if (str_eq(w, S("projection"))) {
        t->kind = TABLE_PROJECTION;
        return true;
    }
    if (!str_eq(w, S("fact")) || !str_eq(word(&last), S("of")))
        return false;
    t->kind = TABLE_FACT;
    t->noun = word(&last);
    if (!str_eq(word(&last), S("by")))
        return false;
    t->by = word(&last);
    return t->noun.n > 0 && t->by.n > 0;
}

static bool is_flag(struct model *m, struct str create, struct str column)
{
    struct str check = str_printf(m->a, "CHECK (%.*s IN (0, 1))", STR_FMT(column));
    return str_find_str(create, check) != SIZE_MAX;
}

static void read_columns(struct model *m, const char *file, int line, struct table *t, struct str create)
{
    struct str sql = str_printf(m->a, "PRAGMA table_info(%.*s)", STR_FMT(t->name));
    sqlite3_stmt *st;
    MUST(sqlite3_prepare_v2(m->db, sql.p, -1, &st, NULL) == SQLITE_OK);
    while (sqlite3_step(st) == SQLITE_ROW) {
        MUST(t->n_columns < MAX_COLUMNS);
        struct column *c = &t->columns[t->n_columns++];
        c->name = str_dup(m->a, str_c((const char *)sqlite3_column_text(st, 1)));
        struct str type = str_c((const char *)sqlite3_column_text(st, 2));
        c->type = str_eq(type, S("INTEGER")) ? (is_flag(m, create, c->name) ? T_FLAG : T_INT)
                  : str_eq(type, S("TEXT"))  ? T_TEXT
                                             : T_BLOB;
        c->is_null = sqlite3_column_int(st, 3) == 0;
        c->key = sqlite3_column_int(st, 5);
        if (postgres_reserves(c->name))
            complain(m, file, line, "column %.*s.%.*s: PostgreSQL keeps this word for itself", STR_FMT(t->name),
                     STR_FMT(c->name));
        if (c->type == T_BLOB && !str_eq(type, S("BLOB")))
            complain(m, file, line, "column %.*s.%.*s: the type must be INTEGER, TEXT or BLOB",
                     STR_FMT(t->name), STR_FMT(c->name));
    }
    (void)sqlite3_finalize(st);
}

static void check_table(struct model *m, const char *file, int line, struct table *t, struct str create)
{
    if (!str_ends(str_trim(create), S("STRICT")))
        complain(m, file, line, "table %.*s must be STRICT", STR_FMT(t->name));
    const struct column *realm = column_find(t, S("realm"));
    if (!realm || realm->key != 1)
        complain(m, file, line, "the primary key of table %.*s must begin with realm", STR_FMT(t->name));
    if (t->kind != TABLE_FACT)
        return;
    const struct column *by = column_find(t, t->by);
    if (!by)
        complain(m, file, line, "table %.*s has no column %.*s, which should hold the noun's id",
                 STR_FMT(t->name), STR_FMT(t->by));
    else if (by->is_null)
        complain(m, file, line, "column %.*s.%.*s must be NOT NULL: a row without an id escapes the audit",
                 STR_FMT(t->name), STR_FMT(by->name));
}

static void read_table(struct model *m, const char *file, int line, struct str comment, struct str create)
{
    MUST(m->n_tables < MAX_TABLES);
    struct table *t = &m->tables[m->n_tables++];
    struct str rest = str_slice(create, strlen("CREATE TABLE"), create.n);
    t->name = word(&rest);
    if (!read_kind(comment, t))
        complain(m, file, line,
                 "say before table %.*s what it is: \"-- fact of <noun> by <column>\", \"-- journal\" or "
                 "\"-- projection\"", STR_FMT(t->name));
    if (postgres_reserves(t->name))
        complain(m, file, line, "table %.*s: PostgreSQL keeps this word for itself", STR_FMT(t->name));
    read_columns(m, file, line, t, create);
    check_table(m, file, line, t, create);
}

void schema_read(struct model *m, struct str slice, const char *file)
{
    struct str text;
    struct err *e = file_read(m->a, file, 4 * ARENA_MIB, &text);
    if (e) {
        complain(m, file, 1, "%s", e->msg);
        return;
    }
    const char *slash = strrchr(file, '/');
    struct str name = str_c(slash ? slash + 1 : file);
    struct migration *mig = &m->migrations[m->n_migrations++];
    struct hash h = HASH(text);
    *mig = (struct migration){.slice = slice, .name = str_slice(name, 0, name.n - 4), .sql = text,
                              .hash = str_hex(m->a, h.b, HASH_BYTES)};
    if (sscanf(name.p, "%4d_", &mig->number) != 1)
        complain(m, file, 1, "a schema file is called NNNN_name.sql");
    postgres_check_schema(m, file, text);
    const char *at = text.p;
    while (*at) {
        const char *tail;
        sqlite3_stmt *st;
        if (sqlite3_prepare_v2(m->db, at, -1, &st, &tail) != SQLITE_OK ||
            (st && sqlite3_step(st) != SQLITE_DONE)) {
            complain(m, file, line_of(text, at), "%s", sqlite3_errmsg(m->db));
            return;
        }
        (void)sqlite3_finalize(st);
        struct str part = {at, (size_t)(tail - at)};
        size_t create = str_find_str(part, S("CREATE TABLE"));
        if (create != SIZE_MAX) {
            struct str body = str_slice(part, create, part.n - 1);
            read_table(m, file, line_of(text, body.p), str_slice(part, 0, create), body);
        }
        at = tail;
    }
}
