/* SPDX-License-Identifier: AGPL-3.0-or-later
 *
 * postgres_words.c - the words that PostgreSQL keeps for itself: nothing of ours may be called so.
 *
 * SQLite takes many of them as names, so a table alias `some` passes every test on a file and breaks the start of a
 * server. In "SELECT x AS word" PostgreSQL would allow them; refusing them there too keeps the rule one sentence.
 *
 * Source: SELECT word FROM pg_get_keywords() WHERE catcode IN ('R', 'T'), PostgreSQL 15; tests/postgres/cluster_test.py
 *         compares.
 */
#include <sqlite3.h>

#include "tools/sqlgen/model.h"

bool postgres_reserves(struct str name)
{
    static const char *const words[] = {
        "all", "analyse", "analyze", "and", "any", "array", "as", "asc", "asymmetric", "authorization",
        "binary", "both", "case", "cast", "check", "collate", "collation", "column", "concurrently",
        "constraint", "create", "cross", "current_catalog", "current_date", "current_role", "current_schema",
        "current_time", "current_timestamp", "current_user", "default", "deferrable", "desc", "distinct",
        "do", "else", "end", "except", "false", "fetch", "for", "foreign", "freeze", "from", "full", "grant",
        "group", "having", "ilike", "in", "initially", "inner", "intersect", "into", "is", "isnull", "join",
        "lateral", "leading", "left", "like", "limit", "localtime", "localtimestamp", "natural", "not",
        "notnull", "null", "offset", "on", "only", "or", "order", "outer", "overlaps", "placing", "primary",
        "references", "returning", "right", "select", "session_user", "similar", "some", "symmetric", "table",
        "tablesample", "then", "to", "trailing", "true", "union", "unique", "user", "using", "variadic",
        "verbose", "when", "where", "window", "with",
    };
    for (size_t i = 0; i < sizeof words / sizeof words[0]; i++)
        if (str_eq_nocase(name, str_c(words[i])))
            return true;
    return false;
}

bool postgres_reserves_alone(struct str word)
{
    return postgres_reserves(word) && !sqlite3_keyword_check(word.p, (int)word.n);
}
