/* SPDX-License-Identifier: AGPL-3.0-or-later
 *
 * test_db.c - databases that live as long as a test.
 */
#include "tests/test_db.h"

#include <libpq-fe.h>
#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>

#include "base/file.h"
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

/* Databases of this program: making one costs far more than emptying it, so they go from test to test. They are left
 * when the program ends: the whole server is thrown away. */
#define MAX_DATABASES 64
static struct lent {
    char name[32];
    char path[128]; /* whose it is now; "" = nobody's, and empty */
} databases[MAX_DATABASES];
static int n_databases;

static struct lent *find(const char *path)
{
    for (int i = 0; i < n_databases; i++)
        if (strcmp(databases[i].path, path) == 0)
            return &databases[i];
    return NULL;
}

struct giving_back {
    struct lent *lent;
    long owner; /* a child that a test forks gives nothing back */
};

static void give_back(void *arg)
{
    static const char empty_all[] =
        "DO $$ DECLARE t text; BEGIN FOR t IN SELECT relname FROM pg_class WHERE relkind = 'r' AND "
        "relnamespace = 'public'::regnamespace AND relname <> 'db_migration' "
        "LOOP EXECUTE 'DELETE FROM ' || t; END LOOP; END $$";
    const struct giving_back *g = arg;
    if (g->owner != (long)getpid())
        return;
    struct arena *a = arena_new("give_back", 0);
    run_on(url_of(a, g->lent->name), empty_all);
    g->lent->path[0] = 0;
    arena_free(a);
}

static struct lent *make(struct arena *a)
{
    assert_true(n_databases < MAX_DATABASES);
    struct lent *l = &databases[n_databases];
    (void)snprintf(l->name, sizeof l->name, "t%ld_%d", (long)getpid(), n_databases);
    run_on(server(), str_printf(a, "CREATE DATABASE %s", l->name).p);
    n_databases++;
    return l;
}

void test_db(struct arena *a, const char *path, struct db_options *options)
{
    options->path = path;
    if (!server())
        return;
    struct lent *l = find(path);
    if (!l) {
        l = find("");
        if (!l)
            l = make(a);
        assert_true(strlen(path) < sizeof l->path);
        (void)snprintf(l->path, sizeof l->path, "%s", path);
        struct giving_back *g = ARENA_NEW(a, struct giving_back);
        *g = (struct giving_back){l, (long)getpid()};
        arena_defer(a, give_back, g);
    }
    options->url = url_of(a, l->name);
}

static void copy_file(struct arena *a, const char *from, const char *to)
{
    struct str bytes;
    assert_null(file_read(a, from, 256 * ARENA_MIB, &bytes));
    assert_null(file_swap(a, to, bytes, 0600));
}

void test_db_keep(struct arena *a, const char *path)
{
    const struct lent *l = find(path);
    if (!server()) {
        copy_file(a, path, str_printf(a, "%s.kept", path).p);
        return;
    }
    assert_non_null(l);
    run_on(server(), str_printf(a, "DROP DATABASE IF EXISTS %s_kept", l->name).p);
    run_on(server(), str_printf(a, "CREATE DATABASE %s_kept TEMPLATE %s", l->name, l->name).p);
}

void test_db_put_back(struct arena *a, const char *path)
{
    const struct lent *l = find(path);
    if (!server()) {
        copy_file(a, str_printf(a, "%s.kept", path).p, path);
        return;
    }
    assert_non_null(l);
    run_on(server(), str_printf(a, "DROP DATABASE %s", l->name).p);
    run_on(server(), str_printf(a, "CREATE DATABASE %s TEMPLATE %s_kept", l->name, l->name).p);
}

void test_db_sql(struct arena *a, const char *path, const char *sql)
{
    const struct lent *l = find(path);
    assert_non_null(l);
    run_on(url_of(a, l->name), sql);
}
