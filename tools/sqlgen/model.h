/* SPDX-License-Identifier: AGPL-3.0-or-later
 *
 * model.h - what sqlgen knows after reading: slices, tables, statements.
 */
#ifndef BIRGE_TOOLS_SQLGEN_MODEL_H
#define BIRGE_TOOLS_SQLGEN_MODEL_H

#include <sqlite3.h>

#include "base/arena.h"
#include "base/buf.h"

#define MAX_COLUMNS 48
#define MAX_TABLES 128
#define MAX_STATEMENTS 1024
#define MAX_FILES 64

enum type { T_INT, T_FLAG, T_TEXT, T_BLOB };

struct column {
    struct str name;
    enum type type;
    bool is_null;  /* may be NULL */
    int key;       /* position in the primary key from 1; 0: not in it */
};

enum table_kind { TABLE_FACT, TABLE_JOURNAL, TABLE_PROJECTION };

struct table {
    struct str name;
    enum table_kind kind;
    struct str noun, by; /* facts */
    struct column columns[MAX_COLUMNS];
    int n_columns;
};

struct param {
    struct str name;
    enum type type;
    bool is_null;
    bool is_typed;
};

enum result { RESULT_ONE, RESULT_MANY, RESULT_EXEC };

struct statement {
    struct str slice, name;
    const char *file;
    int line;
    struct str comment; /* free text before it */
    enum result result;
    struct str sql;     /* with $names */
    struct str bound;   /* with ?n */
    struct str scan;    /* reason for a table scan; absent: none allowed */
    struct param params[MAX_COLUMNS];
    int n_params;
    struct str nulls[8]; /* result columns declared nullable */
    int n_nulls;
    struct column columns[MAX_COLUMNS]; /* of the result */
    int n_columns;
};

struct migration {
    struct str slice, name, sql, hash;
    int number;
};

struct model {
    struct arena *a;
    sqlite3 *db;
    struct str slices[MAX_FILES];
    int n_slices;
    struct table tables[MAX_TABLES];
    int n_tables;
    struct statement statements[MAX_STATEMENTS];
    int n_statements;
    struct migration migrations[MAX_FILES];
    int n_migrations;
    int n_errors;
};

/* Print "file:line: error: ..." and count it. */
void complain(struct model *m, const char *file, int line, const char *fmt, ...)
    __attribute__((format(printf, 4, 5)));
const struct table *table_find(const struct model *m, struct str name);
const struct column *column_find(const struct table *t, struct str name);

/* Read one schema file: run it, check its tables. */
void schema_read(struct model *m, struct str slice, const char *file);
/* Read one queries file. */
void queries_read(struct model *m, struct str slice, const char *file);
/* Prepare a statement against the schema: parameter and result types, plan, subset. */
void statement_check(struct model *m, struct statement *s);
/* A bound statement and a schema file in PostgreSQL's words (postgres.c). */
struct str postgres_statement(struct model *m, struct str bound);
struct str postgres_schema(struct model *m, struct str sql);
/* Refuse what PostgreSQL reads in another way. */
void postgres_check_schema(struct model *m, const char *file, struct str sql);
/* Would a table, a column or an alias of this name have to be quoted there (postgres_words.c)? */
bool postgres_reserves(struct str name);
/* The same of a word that SQLite has no use for itself: wherever it stands, it is a name. */
bool postgres_reserves_alone(struct str word);
/* One line of the list of statements: `params` has a letter for each parameter (type_letter). */
void emit_statement(struct model *m, struct buf *b, struct str name, struct str bound, struct str params, bool is_write);
char type_letter(enum type type);
/* Statements by which all rows can be copied (emit_copy.c), and the list of tables that names them; `id` is that of
 * the first of them, returned is the one after the last. */
void emit_copy_statements(struct model *m, struct buf *b);
int emit_copy_tables(struct model *m, struct buf *b, int id);
/* Write gen/<slice>_queries.[hc] for each slice and gen/schema.[hc]. */
void emit_all(struct model *m, const char *out_dir);

#endif
