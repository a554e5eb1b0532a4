/* SPDX-License-Identifier: AGPL-3.0-or-later
 *
 * test_db.h - the database of a test: a SQLite file, or a database on the server that BIRGE_TEST_DB names.
 *
 * The same tests run on both engines: `tools/test` runs them a second time with BIRGE_TEST_DB set.
 */
#ifndef BIRGE_TESTS_TEST_DB_H
#define BIRGE_TESTS_TEST_DB_H

#include "db/db.h"

/* Let `options` open the database that belongs to `path`: the file itself or, on a server, an empty database that is
 * this path's until `a` ends. Memory: `a`. */
void test_db(struct arena *a, const char *path, struct db_options *options);
/* Do the tests run on a server? Those that look into the file itself cannot. */
bool test_db_is_server(void);
/* Keep a copy of the database of `path`, which nobody has open, and put it back. */
void test_db_keep(struct arena *a, const char *path);
void test_db_put_back(struct arena *a, const char *path);
/* Run `sql` on the server's database of `path`: for tests that break something on purpose. */
void test_db_sql(struct arena *a, const char *path, const char *sql);

#endif
