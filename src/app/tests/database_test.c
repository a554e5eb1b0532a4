/* SPDX-License-Identifier: AGPL-3.0-or-later
 *
 * database_test.c - addresses of databases, their passwords, and the line of birge.ini.
 */
#include "tests/test.h"

#include <stdio.h>
#include <stdlib.h>
#include <sys/stat.h>
#include <unistd.h>

#include "app/database.h"
#include "base/file.h"
#include "core/config.h"

static void password_is_shown_to_nobody(void **state)
{
    static const struct {
        const char *url, *shown;
    } rows[] = {
        {"postgresql://birge:secret@db/birge", "postgresql://birge:***@db/birge"},
        {"postgresql://birge:se@cret:x@db:5432/birge", "postgresql://birge:***@db:5432/birge"},
        {"postgresql://birge@db/birge", "postgresql://birge@db/birge"},
        {"postgresql://db:5432/birge", "postgresql://db:5432/birge"},
        {"postgresql:///birge?host=/run&password=secret&user=x", "postgresql:///birge?host=/run&password=***&user=x"},
        {"postgresql:///birge?password=secret", "postgresql:///birge?password=***"},
        {"postgresql://u:s1@h/d?password=s2&sslpassword=s3", "postgresql://u:***@h/d?password=***&sslpassword=***"},
        {"postgresql://birge:@db/birge", "postgresql://birge:@db/birge"},
        {"postgresql://db/birge?host=a@b:c", "postgresql://db/birge?host=a@b:c"},
    };
    struct arena *a = *state;
    for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
        assert_str(database_shown(a, str_c(rows[i].url)), rows[i].shown);
        char *word = str_to_c(a, str_c(rows[i].url));
        assert_string_equal(database_hide(a, word), rows[i].url);
        assert_int_equal(strlen(word), strlen(rows[i].url));
        assert_true(str_find_str(str_c(word), S("secret")) == SIZE_MAX);
        assert_true(str_find_str(str_c(word), S("s2")) == SIZE_MAX && str_find_str(str_c(word), S("s3")) == SIZE_MAX);
    }
}

static void address_comes_from_the_word_or_from_a_file(void **state)
{
    struct arena *a = *state;
    char path[] = "/tmp/birge-url-XXXXXX";
    struct str url;
    int fd = mkstemp(path);
    assert_true(fd >= 0);
    assert_int_equal(write(fd, "postgresql://birge:secret@db/birge\n", 35), 35);
    (void)close(fd);
    assert_null(database_url(a, path, &url));
    assert_str(url, "postgresql://birge:secret@db/birge");
    assert_null(database_url(a, "postgres://db/x", &url));
    static const char *const wrong[] = {"", "mysql://db/x", "birge.db", "postgresql://u:secret@h/d b", "/tmp",
                                        "postgresql://u:secret@h/d\nx"};
    for (size_t i = 0; i < sizeof wrong / sizeof wrong[0]; i++) {
        struct err *e = database_url(a, wrong[i], &url);
        assert_non_null(e);
        assert_true(str_find_str(err_text(a, e), S("secret")) == SIZE_MAX);
    }
    (void)unlink(path);
}

static void expect_ini(struct arena *a, const char *before, const char *url, const char *after)
{
    char path[] = "/tmp/birge-ini-XXXXXX";
    struct stat st;
    struct str text;
    int fd = mkstemp(path);
    assert_true(fd >= 0);
    (void)close(fd);
    assert_null(file_write(a, path, str_c(before), 0644));
    assert_null(database_write_ini(a, path, str_c(url)));
    assert_null(file_read(a, path, ARENA_MIB, &text));
    assert_str(text, after);
    assert_int_equal(stat(path, &st), 0);
    assert_int_equal(st.st_mode & 0777, 0600);
    (void)unlink(path);
}

static void only_the_one_line_of_the_ini_changes(void **state)
{
    struct arena *a = *state;
    expect_ini(a, "; mine\n[limits]\nqueue = 100\n", "postgresql://db/x",
               "; mine\n[limits]\nqueue = 100\n\n[database]\nurl = postgresql://db/x\n");
    expect_ini(a, "[database]\n; note\nurl = postgresql://old/x\n[limits]\nqueue = 100\n", "postgresql://new/x",
               "[database]\nurl = postgresql://new/x\n; note\n[limits]\nqueue = 100\n");
    expect_ini(a, "[database]\nurl = postgresql://old/x\n[limits]\nqueue = 100", "", "[database]\n[limits]\nqueue = 100\n");
    expect_ini(a, "[database]\n;url =\n", "postgresql://new/x", "[database]\nurl = postgresql://new/x\n;url =\n");
}

static void written_ini_is_one_that_can_be_read(void **state)
{
    struct arena *a = *state;
    char path[] = "/tmp/birge-ini-XXXXXX";
    struct config config = config_default();
    struct config read;
    struct buf b;
    int fd = mkstemp(path);
    assert_true(fd >= 0);
    (void)close(fd);
    buf_init(&b, a, ARENA_MIB);
    config.queue = 99;
    config_write(&b, &config);
    assert_null(file_write(a, path, buf_view(&b), 0600));
    assert_null(database_write_ini(a, path, S("postgresql://db/x?a=b=c")));
    assert_null(config_load(a, path, &read));
    assert_str(read.database_url, "postgresql://db/x?a=b=c");
    assert_int_equal(read.queue, 99);
    assert_null(database_write_ini(a, path, S("")));
    assert_null(config_load(a, path, &read));
    assert_int_equal(read.database_url.n, 0);
    (void)unlink(path);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        TEST(password_is_shown_to_nobody),
        TEST(address_comes_from_the_word_or_from_a_file),
        TEST(only_the_one_line_of_the_ini_changes),
        TEST(written_ini_is_one_that_can_be_read),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
