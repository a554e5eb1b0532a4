/* SPDX-License-Identifier: AGPL-3.0-or-later
 *
 * test_db.c - databases that live as long as a test.
 */
#include "tests/test_db.h"

#include <libpq-fe.h>
#include <stdlib.h>
#include <unistd.h>

#include "base/hash.h"
#include "tests/test.h"

static const char *server(void)
{
    const char *url = getenv("BIRGE_TEST_DB");
    return url && url[0] ? url : NULL;
}

bool test_db_is_server(void)
{
    return server() != NULL;
}

static void run_on(const char *url, const char *sql)
{
    PGconn *c = PQconnectdb(url);
    if (PQstatus(c) != CONNECTION_OK)
        fail_msg("BIRGE_TEST_DB: %s", PQerrorMessage(c));
    PGresult *r = PQexec(c, sql);
    ExecStatusType got = PQresultStatus(r);
    if (got != PGRES_COMMAND_OK && got != PGRES_TUPLES_OK)
        fail_msg("%s: %s", sql, PQerrorMessage(c));
    PQclear(r);
    PQfinish(c);
}

/* "t" and 24 digits of what the path and this process are. */
static const char *name_of(struct arena *a, const char *path)
{
    struct str key = str_printf(a, "%ld %s", (long)getpid(), path);
    struct hash h = HASH(key);
    return str_printf(a, "t%.*s", 24, str_hex(a, h.b, 12).p).p;
}

/* The server's address with another database: everything between the first '/' of the path and '?'. */
static const char *url_of(struct arena *a, const char *name)
{
    struct str url = str_c(server());
    struct str query = S("");
    size_t at = str_find(url, '?');
    if (at != SIZE_MAX) {
        query = str_slice(url, at, url.n);
        url = str_slice(url, 0, at);
    }
    struct str authority = str_slice(url, str_find_str(url, S("://")) + 3, url.n);
    size_t slash = str_find(authority, '/');
    if (slash != SIZE_MAX)
        url = str_slice(url, 0, url.n - authority.n + slash);
    return str_printf(a, "%.*s/%s%.*s", STR_FMT(url), name, STR_FMT(query)).p;
}

struct made {
    struct arena *a;
    const char *name;
    long owner; /* a child that a test forks drops nothing */
};

static void drop(void *arg)
{
    const struct made *m = arg;
    struct arena *a = arena_new("drop", 0);
    if (m->owner == (long)getpid())
        run_on(server(), str_printf(a, "DROP DATABASE IF EXISTS %s WITH (FORCE)", m->name).p);
    arena_free(a);
}

static bool is_there(struct arena *a, const char *name)
{
    PGconn *c = PQconnectdb(server());
    PGresult *r = PQexec(c, str_printf(a, "SELECT 1 FROM pg_database WHERE datname = '%s'", name).p);
    if (PQresultStatus(r) != PGRES_TUPLES_OK)
        fail_msg("BIRGE_TEST_DB: %s", PQerrorMessage(c));
    bool found = PQntuples(r) > 0;
    PQclear(r);
    PQfinish(c);
    return found;
}

void test_db(struct arena *a, const char *path, struct db_options *options)
{
    options->path = path;
    if (!server())
        return;
    const char *name = name_of(a, path);
    options->url = url_of(a, name);
    if (is_there(a, name))
        return;
    run_on(server(), str_printf(a, "CREATE DATABASE %s", name).p);
    struct made *m = ARENA_NEW(a, struct made);
    *m = (struct made){a, name, (long)getpid()};
    arena_defer(a, drop, m);
}

void test_db_sql(struct arena *a, const char *path, const char *sql)
{
    run_on(url_of(a, name_of(a, path)), sql);
}
