/* SPDX-License-Identifier: AGPL-3.0-or-later
 *
 * realm_test.c - what lets a realm live on one worker of a Citus cluster: every key begins with realm, and every
 * statement names it for every table that it touches.
 */
#include "tests/test.h"

#include <ctype.h>

#include "gen/schema.h"

static bool is_word_byte(char c)
{
    return isalnum((unsigned char)c) || c == '_';
}

/* How often `word` stands in `text` as a word of its own, not after a '.' when `is_name`. */
static int count_word(struct str text, const char *word, bool is_name)
{
    struct str w = str_c(word);
    int n = 0;
    for (size_t i = 0; i + w.n <= text.n; i++) {
        if (!str_starts(str_slice(text, i, text.n), w))
            continue;
        bool begins = i == 0 || (!is_word_byte(text.p[i - 1]) && !(is_name && text.p[i - 1] == '.'));
        bool ends = i + w.n == text.n || !is_word_byte(text.p[i + w.n]);
        bool is_qualifier = is_name && i + w.n < text.n && text.p[i + w.n] == '.'; /* core_body.id */
        n += begins && ends && !is_qualifier;
    }
    return n;
}

/* Tables that a statement names, each as often as it does. */
static int tables_of(struct str sql)
{
    int n = 0;
    for (int i = 0; i < schema_all.n_tables; i++)
        n += count_word(sql, schema_all.tables[i].table, true);
    return n;
}

/* Copying and counting whole tables is the one thing that is about all realms at once. */
static bool is_about_all_realms(struct str name)
{
    return str_starts(name, S("count of "));
}

static void every_statement_names_the_realm_of_each_table(void **state)
{
    int n_seen = 0;
    for (int i = 0; i < schema_all.n_statements; i++) {
        const struct db_statement *s = &schema_all.statements[i];
        struct str sql = str_c(s->sql);
        int n_tables = tables_of(sql);
        if (is_about_all_realms(str_c(s->name)))
            continue;
        n_seen += n_tables > 0;
        if (count_word(sql, "realm", false) < n_tables)
            fail_msg("%s names %d tables and realm less often: %s", s->name, n_tables, s->sql);
    }
    assert_true(n_seen > 100);
    (void)state;
}

static void every_primary_key_begins_with_realm(void **state)
{
    assert_true(schema_all.n_tables > 20);
    for (int i = 0; i < schema_all.n_tables; i++) {
        const struct db_table *t = &schema_all.tables[i];
        assert_true(t->n_keys > 0);
        assert_string_equal(t->columns[t->key[0]], "realm");
        assert_int_equal(t->types[t->key[0]], DB_INT);
    }
    (void)state;
}

/* The first word in the parentheses after `at`. */
static struct str first_in_parentheses(struct str text)
{
    size_t open = str_find(text, '(');
    assert_true(open != SIZE_MAX);
    struct str rest = str_trim(str_slice(text, open + 1, text.n));
    size_t n = 0;
    while (n < rest.n && is_word_byte(rest.p[n]))
        n++;
    return str_slice(rest, 0, n);
}

static int check_all(const struct db_migration *m, struct str what)
{
    struct str rest = str_c(m->sql);
    int n = 0;
    for (size_t at; (at = str_find_str(rest, what)) != SIZE_MAX; n++) {
        rest = str_slice(rest, at + what.n, rest.n);
        if (!str_eq(first_in_parentheses(rest), S("realm")))
            fail_msg("%s: a key does not begin with realm: %s%.60s", m->name, what.p, rest.p);
    }
    return n;
}

static void every_unique_key_and_index_begins_with_realm(void **state)
{
    int n = 0;
    for (int i = 0; i < schema_all.n_migrations; i++) {
        n += check_all(&schema_all.migrations[i], S("UNIQUE"));
        n += check_all(&schema_all.migrations[i], S("PRIMARY KEY"));
        n += check_all(&schema_all.migrations[i], S("CREATE INDEX"));
    }
    assert_true(n > 40);
    (void)state;
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        TEST(every_statement_names_the_realm_of_each_table),
        TEST(every_primary_key_begins_with_realm),
        TEST(every_unique_key_and_index_begins_with_realm),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
