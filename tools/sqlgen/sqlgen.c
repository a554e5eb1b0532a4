/* SPDX-License-Identifier: AGPL-3.0-or-later
 *
 * sqlgen.c - from schema files and named statements to typed C: wrong SQL does not compile.
 *
 * Usage: sqlgen OUT_DIR slice schema.sql... queries.sql [-- slice schema.sql... queries.sql]...
 * Every statement is prepared against all schemas together. See README.md for the rules.
 */
#include <stdarg.h>
#include <stdio.h>

#include "base/file.h"
#include "tools/sqlgen/model.h"

void complain(struct model *m, const char *file, int line, const char *fmt, ...)
{
    va_list args;
    va_start(args, fmt);
    (void)fprintf(stderr, "%s:%d: error: ", file, line);
    (void)vfprintf(stderr, fmt, args);
    (void)fputc('\n', stderr);
    va_end(args);
    m->n_errors++;
}

const struct table *table_find(const struct model *m, struct str name)
{
    for (int i = 0; i < m->n_tables; i++)
        if (str_eq(m->tables[i].name, name))
            return &m->tables[i];
    return NULL;
}

const struct column *column_find(const struct table *t, struct str name)
{
    for (int i = 0; i < t->n_columns; i++)
        if (str_eq(t->columns[i].name, name))
            return &t->columns[i];
    return NULL;
}

int main(int argc, char **argv)
{
    if (argc < 4) {
        (void)fprintf(stderr, "usage: sqlgen OUT_DIR slice schema.sql... queries.sql [-- slice ...]\n");
        return 2;
    }
    struct arena *a = arena_new("sqlgen", 0);
    struct model *m = ARENA_NEW(a, struct model);
    m->a = a;
    MUST(sqlite3_open(":memory:", &m->db) == SQLITE_OK);
    const char *queries[MAX_FILES] = {0};
    for (int i = 2; i < argc; i++) {
        struct str slice = str_c(argv[i++]);
        MUST(m->n_slices < MAX_FILES);
        int index = m->n_slices++;
        m->slices[index] = slice;
        for (; i < argc && !str_eq(str_c(argv[i]), S("--")); i++) {
            if (str_ends(str_c(argv[i]), S("queries.sql")))
                queries[index] = argv[i];
            else
                schema_read(m, slice, argv[i]);
        }
    }
    for (int i = 0; i < m->n_slices && m->n_errors == 0; i++)
        if (queries[i])
            queries_read(m, m->slices[i], queries[i]);
    for (int i = 0; i < m->n_statements; i++)
        statement_check(m, &m->statements[i]);
    if (m->n_errors == 0)
        emit_all(m, argv[1]);
    int failed = m->n_errors > 0;
    (void)sqlite3_close(m->db);
    arena_free(a);
    return failed;
}
