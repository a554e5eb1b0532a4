/* SPDX-License-Identifier: AGPL-3.0-or-later
 *
 * postgres.c - the same statements and schema files in PostgreSQL's words.
 *
 * Files are written in the subset that both know, in SQLite's dialect; what differs is spelling: types, parameters,
 * STRICT. Text is collated "C", so that both order it by its bytes.
 */
#include <ctype.h>

#include "tools/sqlgen/model.h"

#define OUT_MAX (4 * ARENA_MIB)

static bool is_word(char c)
{
    return isalnum((unsigned char)c) || c == '_';
}

/* The end of the piece of SQL that begins at `i`: a word, a quoted text, a comment, or one sign. */
static size_t piece_end(struct str sql, size_t i)
{
    size_t end = i + 1;
    if (is_word(sql.p[i])) {
        while (end < sql.n && is_word(sql.p[end]))
            end++;
    } else if (sql.p[i] == '\'') {
        while (end < sql.n && sql.p[end] != '\'')
            end++;
        end += end < sql.n;
    } else if (sql.p[i] == '-' && end < sql.n && sql.p[end] == '-') {
        while (end < sql.n && sql.p[end] != '\n')
            end++;
    }
    return end;
}

/* What stands for a word that only SQLite knows in this sense; absent: itself. */
static struct str translate(struct str word, struct str before, bool is_schema)
{
    if (str_eq_nocase(word, S("INTEGER")))
        return S("BIGINT");
    if (str_eq_nocase(word, S("BLOB")))
        return S("BYTEA");
    if (is_schema && str_eq_nocase(word, S("STRICT")))
        return S("");
    if (is_schema && str_eq(word, S("TEXT")) && /* a column may be called text */
        !str_eq_nocase(before, S("AS")))
        return S("TEXT COLLATE \"C\"");
    return word;
}

static struct str rewrite(struct model *m, struct str sql, bool is_schema)
{
    struct buf b;
    struct str before = S("");
    buf_init(&b, m->a, OUT_MAX);
    for (size_t i = 0; i < sql.n;) {
        size_t end = piece_end(sql, i);
        struct str piece = str_slice(sql, i, end);
        if (is_word(piece.p[0])) {
            buf_str(&b, translate(piece, before, is_schema));
            before = piece;
        } else if (piece.p[0] == '?') {
            buf_byte(&b, '$');
        } else if (!str_starts(piece, S("--"))) {
            buf_str(&b, piece);
        }
        i = end;
    }
    MUST(!b.overflow);
    return buf_view(&b);
}

struct str postgres_statement(struct model *m, struct str bound)
{
    return rewrite(m, bound, false);
}

struct str postgres_schema(struct model *m, struct str sql)
{
    return rewrite(m, sql, true);
}

void postgres_check_schema(struct model *m, const char *file, struct str sql)
{
    static const char *const words[] = {"AUTOINCREMENT", "GLOB", "LIKE", "PRAGMA", "REPLACE", "TRIGGER", "VIRTUAL",
                                        "WITHOUT", "rowid", "strftime"};
    int line = 1;
    for (size_t i = 0, end; i < sql.n; i = end) {
        end = piece_end(sql, i);
        struct str piece = str_slice(sql, i, end);
        for (size_t k = 0; k < sizeof words / sizeof words[0]; k++)
            if (str_eq_nocase(piece, str_c(words[k])))
                complain(m, file, line, "%s is not in the subset that every engine knows", words[k]);
        if (postgres_reserves_alone(piece))
            complain(m, file, line, "%.*s: PostgreSQL keeps this word for itself", STR_FMT(piece));
        if (piece.n == 1 && (piece.p[0] == 'x' || piece.p[0] == 'X') && end < sql.n && sql.p[end] == '\'')
            complain(m, file, line, "x'...' is a number in PostgreSQL: fill blobs from C");
        for (size_t k = 0; k < piece.n; k++)
            line += piece.p[k] == '\n';
    }
}
