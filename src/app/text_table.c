/* SPDX-License-Identifier: AGPL-3.0-or-later
 *
 * text_table.c - the header names the columns, every row must have as many fields.
 */
#include "app/text_table.h"

#include <errno.h>
#include <stdio.h>
#include <string.h>

#include "base/arena.h"
#include "base/buf.h"
#include "base/csv.h"

static struct err *read_file(void *user, char *bytes, size_t max, size_t *ret_n)
{
    *ret_n = fread(bytes, 1, max, user);
    return NULL; /* what could not be read is asked of the file at the end */
}

struct reading_table {
    struct arena *a;
    const char *path;
    struct csv_reader *csv;
    const char *const *names;
    size_t n_names;
    size_t at[CSV_COLUMNS]; /* which field of the file each asked column is */
    size_t n_fields;
    size_t cap;
    struct text_table *table;
};

static struct err *bad_row(struct reading_table *t, const struct csv_row *row)
{
    return ERR(t->a, ERR_INPUT, "%s:%lld:%lld: %s", t->path, (long long)row->problem_line,
               (long long)row->problem_column, row->problem);
}

/* Find the asked columns in the header. */
static struct err *read_header(struct reading_table *t)
{
    struct csv_row row;
    bool more;
    TRY(csv_next(t->a, t->csv, &row, &more));
    if (!more)
        return ERR(t->a, ERR_INPUT, "%s: empty; expected a header with the names of the columns", t->path);
    if (row.problem)
        return bad_row(t, &row);
    t->n_fields = row.n_fields;
    for (size_t i = 0; i < t->n_names; i++) {
        size_t k = 0;
        while (k < row.n_fields && !str_eq(str_trim(row.fields[k]), str_c(t->names[i])))
            k++;
        if (k == row.n_fields) {
            struct buf there;
            buf_init(&there, t->a, 4096);
            for (k = 0; k < row.n_fields; k++)
                buf_printf(&there, "%s%.*s", k ? ", " : "", STR_FMT(row.fields[k]));
            return ERR(t->a, ERR_INPUT, "%s:1: no column \"%s\"; there is %.*s", t->path, t->names[i],
                       STR_FMT(buf_view(&there)));
        }
        t->at[i] = k;
    }
    return NULL;
}

static void keep_row(struct reading_table *t, const struct csv_row *row)
{
    struct text_table *table = t->table;
    if (table->n_rows == t->cap) {
        size_t cap = t->cap ? t->cap * 2 : 256;
        struct str *more = ARENA_ARRAY(t->a, cap * t->n_names, struct str);
        if (table->n_rows > 0)
            memcpy(more, table->cells, table->n_rows * t->n_names * sizeof *more);
        table->cells = more;
        t->cap = cap;
    }
    for (size_t i = 0; i < t->n_names; i++)
        table->cells[table->n_rows * t->n_names + i] = str_dup(t->a, row->fields[t->at[i]]);
    table->n_rows++;
}

static struct err *read_rows(struct reading_table *t)
{
    struct arena *tmp = arena_new("row", 0);
    struct err *e = NULL;
    bool more = true;
    while (!e && more) {
        struct arena_mark mark = arena_mark(tmp);
        struct csv_row row;
        e = csv_next(tmp, t->csv, &row, &more);
        if (e)
            e = ERR(t->a, e->code, "%s: %s", t->path, e->msg);
        else if (more && row.problem)
            e = bad_row(t, &row);
        else if (more && row.n_fields != t->n_fields)
            e = ERR(t->a, ERR_INPUT, "%s:%lld: %zu fields; expected %zu as in the header", t->path,
                    (long long)row.line, row.n_fields, t->n_fields);
        else if (more)
            keep_row(t, &row);
        arena_rewind(tmp, mark);
    }
    arena_free(tmp);
    return e;
}

struct err *text_table_read(struct arena *a, const char *path, const char *const *names, size_t n_names,
                            struct text_table *ret_table)
{
    struct reading_table t = {.a = a, .path = path, .names = names, .n_names = n_names, .table = ret_table};
    struct csv_options options = {.max_field = 4 * ARENA_MIB, .max_row = 8 * ARENA_MIB};
    *ret_table = (struct text_table){.n_columns = n_names};
    FILE *f = fopen(path, "re");
    if (!f)
        return ERR(a, ERR_IO, "%s: %s", path, strerror(errno));
    struct err *e = csv_open(a, read_file, f, &options, &t.csv);
    if (!e)
        e = read_header(&t);
    if (!e)
        e = read_rows(&t);
    if (!e && ferror(f))
        e = ERR(a, ERR_IO, "%s cannot be read to its end", path);
    (void)fclose(f);
    return e;
}
