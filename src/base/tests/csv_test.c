/* SPDX-License-Identifier: AGPL-3.0-or-later
 *
 * csv_test.c - rows as RFC 4180 says, and files as people really hand them over.
 */
#include "base/csv.h"

#include <string.h>

#include "base/buf.h"
#include "tests/test.h"

/* A file in memory that comes in pieces of `piece` bytes; 0: all at once. */
struct bytes {
    struct str left;
    size_t piece;
};

static struct err *take(void *user, char *out, size_t max, size_t *ret_n)
{
    struct bytes *b = user;
    size_t n = b->left.n < max ? b->left.n : max;
    if (b->piece > 0 && n > b->piece)
        n = b->piece;
    memcpy(out, b->left.p, n);
    b->left = str_slice(b->left, n, b->left.n);
    *ret_n = n;
    return NULL;
}

/* All rows as "a|b|c\n"; a bad one as "!line:column/field problem\n". */
static struct str rows_of(struct arena *a, struct str file, size_t piece, struct csv_options options)
{
    struct bytes bytes = {file, piece};
    struct csv_reader *csv;
    struct csv_row row;
    struct buf b;
    bool more = true;
    buf_init(&b, a, 16 * ARENA_MIB);
    assert_null(csv_open(a, take, &bytes, &options, &csv));
    for (;;) {
        struct err *e = csv_next(a, csv, &row, &more);
        if (e) {
            buf_str(&b, err_text(a, e));
            return buf_view(&b);
        }
        if (!more)
            break;
        if (row.problem)
            buf_printf(&b, "!%lld:%lld %s", (long long)row.problem_line, (long long)row.problem_column, row.problem);
        for (size_t i = 0; i < row.n_fields; i++) {
            buf_c(&b, i > 0 ? "|" : "");
            buf_str(&b, row.fields[i]);
        }
        buf_byte(&b, '\n');
    }
    assert_int_equal(csv_offset(csv), (int64_t)file.n);
    return buf_view(&b);
}

static void check_with(struct str file, const char *expected, struct csv_options options)
{
    static const size_t pieces[] = {0, 1, 2, 3, 7};
    for (size_t i = 0; i < sizeof pieces / sizeof pieces[0]; i++) {
        struct arena *a = arena_new("csv", 0);
        assert_string_equal(rows_of(a, file, pieces[i], options).p, expected);
        arena_free(a);
    }
}

static void check(const char *file, const char *expected)
{
    check_with(str_c(file), expected, (struct csv_options){0});
}

static void test_rfc4180(void **state)
{
    (void)state;
    check("a,b,c\r\n1,2,3\r\n", "a|b|c\n1|2|3\n");
    check("a,b,c\n1,2,3", "a|b|c\n1|2|3\n");
    check("\"a\",\"b \"\"x\"\"\",\"c,d\"\n", "a|b \"x\"|c,d\n");
    check("\"one\r\ntwo\",3\n4,5\n", "one\r\ntwo|3\n4|5\n");
    check("a,,\n,,\n\"\",\"\",\"\"\n", "a||\n||\n||\n");
    check("a b , c\n", "a b | c\n");
    check("\n\na,b\n\n1,2\n\n", "a|b\n1|2\n");
    check("\xEF\xBB\xBF" "a,b\n", "a|b\n");
    check("", "");
    check("\"\"\"\"\n", "\"\n");
}

static void test_separators(void **state)
{
    (void)state;
    check("a;b;c\n1,5;2;3\n", "a|b|c\n1,5|2|3\n");
    check("a\tb\n1;2\t3\n", "a|b\n1;2|3\n");
    check("\"x;y;z\",b\n1,2\n", "x;y;z|b\n1|2\n");
    check_with(S("a,b;c\n"), "a,b|c\n", (struct csv_options){.separator = ';'});
}

static void test_broken_quotes_cost_their_own_lines(void **state)
{
    (void)state;
    check("a,b\n1,\"x\"y\n2,z\n", "a|b\n!2:6 text behind a closing quote; quotes inside a field are doubled\n2|z\n");
    check("a,b\n1,x\"y\n2,z\n", "a|b\n!2:4 a quote inside a field that does not begin with one; such a field is quoted "
                               "whole, and quotes in it are doubled\n2|z\n");
    check("a,b\n1,\"never\n2,z\n3,w\n",
          "a|b\n!2:3 the quote that opens here is never closed\n2|z\n3|w\n");
    /* The words between two quotes that do not fit are no rows, whatever they look like. */
    check("a,b\n1,\"first\n9,evil\n\"more\n2,z\n",
          "a|b\n!4:2 text behind a closing quote; quotes inside a field are doubled\n2|z\n");
}

static void test_bounds(void **state)
{
    (void)state;
    struct csv_options small = {.max_field = 8, .max_row = 32};
    check_with(S("a,b\n123456789,2\n3,4\n"), "a|b\n!2:10 the field is longer than is allowed\n3|4\n", small);
    check_with(S("a,b\n\"123456789\",2\n3,4\n"), "a|b\n!2:2 the field is longer than is allowed\n3|4\n", small);
    check_with(S("a,b\n\"123456789abc\n3,4\n"), "a|b\n!2:1 the quote that opens here is never closed\n3|4\n", small);
    check_with(S("a,b\n1,2,3,4,5,6,7,8,9,10,11,12,13,14,15,16\n3,4\n"),
               "a|b\n!2:33 the row is longer than is allowed\n3|4\n", small);
}

static void test_a_huge_line_stays_in_bounds(void **state)
{
    (void)state;
    struct arena *a = arena_new("csv", 0);
    size_t n = 8 * ARENA_MIB;
    char *p = arena_alloc(a, n);
    memset(p, 'x', n);
    memcpy(p, "a,b\n", 4);
    memcpy(p + n - 5, "\n1,2\n", 5);
    struct str out = rows_of(a, (struct str){p, n}, 0, (struct csv_options){0});
    assert_string_equal(out.p, "a|b\n!2:262146 the field is longer than is allowed\n1|2\n");
    arena_free(a);
}

static void test_encodings(void **state)
{
    (void)state;
    struct csv_options cp1251 = {.encoding = "windows-1251"};
    check_with(S("\xE0,\xE1\n"), "а|б\n", cp1251);
    check_with(S("a,\x98\n1,2\n"), "!1:3 the field holds bytes that are no letters of the declared encoding\n1|2\n", cp1251);
    check_with(S("a,b\n\xD0\xBF\xD1\x80\xD0\xB8,\xE0\n\xE2,2\n"),
               "a|b\n!2:1 the field is UTF-8 in a file of another declared encoding\nв|2\n", cp1251);
    check("a,b\n1,\xE0\xE1\n2,\xD0\xBF\n",
          "a|b\n!2:3 the field is not UTF-8; the file may mix encodings, or need --encoding\n2|п\n");
    check_with(S("\xFF\xFE" "a\0"), "line 1: the file is UTF-16; save it as CSV UTF-8 and try again",
               (struct csv_options){0});
    check_with(S("a\0,b\n1,2\n"), "!1:2 a NUL byte\n1|2\n", (struct csv_options){0});
    check_with(S("\"a\0\",b\n1,2\n"), "!1:1 a NUL byte\n1|2\n", (struct csv_options){0});
}

static void test_unfit_encodings(void **state)
{
    (void)state;
    static const char *const names[] = {"UTF-16", "UTF-32", "UTF-7", "ISO-2022-JP", "ebcdic-cp-us", "no-such-thing"};
    for (size_t i = 0; i < sizeof names / sizeof names[0]; i++) {
        struct arena *a = arena_new("csv", 0);
        struct csv_reader *csv;
        struct csv_options options = {.encoding = names[i]};
        struct err *e = csv_open(a, take, NULL, &options, &csv);
        assert_non_null(e);
        assert_int_equal(e->code, ERR_CONFIG);
        arena_free(a);
    }
}

static void test_many_columns(void **state)
{
    (void)state;
    struct arena *a = arena_new("csv", 0);
    struct buf b;
    buf_init(&b, a, ARENA_MIB);
    for (int i = 0; i < 300; i++)
        buf_c(&b, "x,");
    buf_c(&b, "\n1,2\n");
    assert_string_equal(rows_of(a, buf_view(&b), 0, (struct csv_options){0}).p, "!1:513 more than 256 fields\n1|2\n");
    arena_free(a);
}

static void test_written_lines_read_back(void **state)
{
    (void)state;
    static const char *const fields[] = {"plain", "a,b", "say \"hi\"", "two\nlines", "", "tab\there", "=1+1"};
    struct arena *a = arena_new("csv", 0);
    struct buf b;
    buf_init(&b, a, ARENA_MIB);
    for (size_t i = 0; i < 7; i++)
        csv_put(&b, i == 0, str_c(fields[i]));
    csv_put_end(&b);
    assert_string_equal(rows_of(a, buf_view(&b), 0, (struct csv_options){0}).p,
                        "plain|a,b|say \"hi\"|two\nlines||tab\there|=1+1\n");
    buf_init(&b, a, ARENA_MIB); /* a row of one empty field is a row, too */
    csv_put(&b, true, S(""));
    csv_put_end(&b);
    csv_put(&b, true, S("x"));
    csv_put_end(&b);
    assert_string_equal(rows_of(a, buf_view(&b), 0, (struct csv_options){0}).p, "\nx\n");
    arena_free(a);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_rfc4180),
        cmocka_unit_test(test_separators),
        cmocka_unit_test(test_broken_quotes_cost_their_own_lines),
        cmocka_unit_test(test_bounds),
        cmocka_unit_test(test_a_huge_line_stays_in_bounds),
        cmocka_unit_test(test_encodings),
        cmocka_unit_test(test_unfit_encodings),
        cmocka_unit_test(test_many_columns),
        cmocka_unit_test(test_written_lines_read_back),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
