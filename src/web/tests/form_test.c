/* SPDX-License-Identifier: AGPL-3.0-or-later
 *
 * form_test.c - bodies, sound and hostile: url-encoded, multipart, JSON; and fields against their table.
 */
#include "tests/test.h"

#include "base/buf.h"
#include "web/form_private.h"

/* ---- url-encoded ---- */

static struct str value_of(const struct form_data *d, const char *name)
{
    for (size_t i = 0; i < d->n_values; i++)
        if (str_eq(d->values[i].name, str_c(name)))
            return d->values[i].text;
    return (struct str){0};
}

static void a_form_is_decoded(void **state)
{
    struct form_data d;
    assert_int_equal(form_parse_urlencoded(*state, S("a=1&b=x+y%2B%D2%9B&c&d=&&e==="), &d), 0);
    assert_int_equal(d.n_values, 5);
    assert_str(value_of(&d, "a"), "1");
    assert_str(value_of(&d, "b"), "x y+қ");
    assert_str(value_of(&d, "c"), "");
    assert_str(value_of(&d, "d"), "");
    assert_str(value_of(&d, "e"), "==");
    assert_int_equal(form_parse_urlencoded(*state, S(""), &d), 0);
    assert_int_equal(d.n_values, 0);
}

static void hostile_forms_are_refused(void **state)
{
    static const struct {
        const char *why;
        struct str body;
    } table[] = {
        {"half an escape", STR("a=%4")},
        {"an escape that is none", STR("a=%zz")},
        {"broken UTF-8", STR("a=%ff")},
        {"broken UTF-8, raw", STR("a=\xff")},
        {"overlong", STR("a=%c0%af")},
        {"surrogate", STR("a=%ed%a0%80")},
        {"cut letter", STR("a=%d2")},
        {"broken name", STR("%ff=a")},
        {"no name", STR("=a")},
    };
    struct form_data d;
    for (size_t i = 0; i < sizeof table / sizeof table[0]; i++)
        if (form_parse_urlencoded(*state, table[i].body, &d) != 400)
            fail_msg("%s: taken", table[i].why);
    struct buf b;
    buf_init(&b, *state, 10000);
    for (int i = 0; i < FORM_FIELDS; i++)
        buf_c(&b, "a=1&");
    assert_int_equal(form_parse_urlencoded(*state, buf_view(&b), &d), 400);
    assert_int_equal(form_parse_urlencoded(*state, str_slice(buf_view(&b), 4, b.n), &d), 0);
    buf_clear(&b);
    for (int i = 0; i < FORM_NAME_BYTES + 1; i++)
        buf_byte(&b, 'a');
    assert_int_equal(form_parse_urlencoded(*state, buf_view(&b), &d), 400);
}

/* ---- header parameters ---- */

static void media_types_are_read(void **state)
{
    (void)state;
    struct media_type m;
    assert_true(media_type_parse(S("multipart/form-data; boundary=\"a b\"; charset=utf-8"), &m));
    assert_str(m.name, "multipart/form-data");
    assert_str(m.boundary, "a b");
    assert_str(m.charset, "utf-8");
    assert_true(media_type_parse(S(" application/json ; x=y; "), &m));
    assert_str(m.name, "application/json");
    static const char *const bad[] = {"", "json", "application/", "/json", "application json", "a/b boundary=x", "a/b; x",
                                      "a/b; x=", "a/b; =y", "a/b; x=\"y", "a/b; boundary=x; boundary=y", "a/b; x=y z",
                                      "a/b, c/d"};
    for (size_t i = 0; i < sizeof bad / sizeof bad[0]; i++)
        if (media_type_parse(str_c(bad[i]), &m))
            fail_msg("%s: taken", bad[i]);
}

/* ---- multipart ---- */

#define TEXT_PART(name, value) "--b\r\nContent-Disposition: form-data; name=\"" name "\"\r\n\r\n" value "\r\n"
#define FILE_PART(name, file, value)                                                                                   \
    "--b\r\nContent-Disposition: form-data; name=\"" name "\"; filename=\"" file "\"\r\nContent-Type: image/png\r\n\r\n" \
    value "\r\n"
#define END "--b--\r\n"

static int parse(struct arena *a, struct str body, bool takes_file, struct form_data *d)
{
    return form_parse_multipart(a, body, S("b"), takes_file, d);
}

static void a_multipart_form_is_taken_apart(void **state)
{
    struct form_data d;
    struct str body = S(TEXT_PART("a", "қ") TEXT_PART("b", "one\r\ntwo") FILE_PART("f", "хат.png", "\x89PNG\r\n--c\0--")
                        TEXT_PART("e", "") END);
    assert_int_equal(parse(*state, body, true, &d), 0);
    assert_int_equal(d.n_values, 3);
    assert_str(value_of(&d, "a"), "қ");
    assert_str(value_of(&d, "b"), "one\r\ntwo");
    assert_str(value_of(&d, "e"), "");
    assert_str(d.file_field, "f");
    assert_str(d.file.name, "хат.png");
    assert_int_equal(d.file.bytes.n, 12);
    assert_memory_equal(d.file.bytes.p, "\x89PNG\r\n--c\0--", 12);
}

static void no_file_chosen_is_no_file(void **state)
{
    struct form_data d;
    assert_int_equal(parse(*state, S(FILE_PART("f", "", "") END), true, &d), 0);
    assert_str(d.file_field, "f");
    assert_null(d.file.bytes.p);
    assert_int_equal(parse(*state, S(FILE_PART("f", "empty.txt", "") END), true, &d), 0);
    assert_non_null(d.file.bytes.p);
    assert_int_equal(parse(*state, S(END), true, &d), 0);
    assert_int_equal(parse(*state, S("--b--"), true, &d), 0);
}

#define DISPOSITION "Content-Disposition: form-data; name=\"a\"\r\n"

static void hostile_multipart_is_refused(void **state)
{
    static const struct {
        const char *why;
        struct str body;
    } table[] = {
        {"empty", STR("")},
        {"only a delimiter", STR("--b")},
        {"only a delimiter line", STR("--b\r\n")},
        {"something in front", STR("x\r\n" TEXT_PART("a", "1") END)},
        {"a line in front", STR("\r\n" TEXT_PART("a", "1") END)},
        {"something behind", STR(TEXT_PART("a", "1") END "x")},
        {"no end", STR(TEXT_PART("a", "1"))},
        {"no end of the last part", STR("--b\r\n" DISPOSITION "\r\n1")},
        {"another boundary", STR("--c\r\n" DISPOSITION "\r\n1\r\n--c--\r\n")},
        {"bare LF behind the delimiter", STR("--b\n" DISPOSITION "\r\n1\r\n" END)},
        {"bare LF in the header", STR("--b\r\nContent-Disposition: form-data; name=\"a\"\n\r\n1\r\n" END)},
        {"bare LF before the delimiter", STR("--b\r\n" DISPOSITION "\r\n1\n" END)},
        {"letters behind the delimiter", STR("--b\r\n" DISPOSITION "\r\n1\r\n--bc\r\n" END)},
        {"blank behind the delimiter", STR("--b \r\n" DISPOSITION "\r\n1\r\n" END)},
        {"no disposition", STR("--b\r\n\r\n1\r\n" END)},
        {"only a type", STR("--b\r\nContent-Type: text/plain\r\n\r\n1\r\n" END)},
        {"two dispositions", STR("--b\r\n" DISPOSITION DISPOSITION "\r\n1\r\n" END)},
        {"no name", STR("--b\r\nContent-Disposition: form-data\r\n\r\n1\r\n" END)},
        {"empty name", STR("--b\r\nContent-Disposition: form-data; name=\"\"\r\n\r\n1\r\n" END)},
        {"two names", STR("--b\r\nContent-Disposition: form-data; name=\"a\"; name=\"b\"\r\n\r\n1\r\n" END)},
        {"open quote", STR("--b\r\nContent-Disposition: form-data; name=\"a\r\n\r\n1\r\n" END)},
        {"letters behind a quote", STR("--b\r\nContent-Disposition: form-data; name=\"a\"b\r\n\r\n1\r\n" END)},
        {"filename*",
         STR("--b\r\nContent-Disposition: form-data; name=\"a\"; filename*=UTF-8''x\r\n\r\n1\r\n" END)},
        {"two file names",
         STR("--b\r\nContent-Disposition: form-data; name=\"a\"; filename=\"x\"; filename=\"y\"\r\n\r\n1\r\n" END)},
        {"attachment", STR("--b\r\nContent-Disposition: attachment; name=\"a\"\r\n\r\n1\r\n" END)},
        {"folded header", STR("--b\r\nContent-Disposition: form-data;\r\n name=\"a\"\r\n\r\n1\r\n" END)},
        {"header without a colon", STR("--b\r\n" DISPOSITION "X\r\n\r\n1\r\n" END)},
        {"unknown header", STR("--b\r\n" DISPOSITION "X-A: b\r\n\r\n1\r\n" END)},
        {"base64", STR("--b\r\n" DISPOSITION "Content-Transfer-Encoding: base64\r\n\r\nMQ==\r\n" END)},
        {"NUL in a name", STR("--b\r\nContent-Disposition: form-data; name=\"a\0b\"\r\n\r\n1\r\n" END)},
        {"control in a file name",
         STR("--b\r\nContent-Disposition: form-data; name=\"a\"; filename=\"x\x01y\"\r\n\r\n1\r\n" END)},
        {"broken UTF-8 in a file name",
         STR("--b\r\nContent-Disposition: form-data; name=\"a\"; filename=\"\xff\"\r\n\r\n1\r\n" END)},
        {"broken UTF-8 in a text", STR("--b\r\n" DISPOSITION "\r\n\xff\r\n" END)},
        {"two files", STR(FILE_PART("f", "1", "1") FILE_PART("g", "2", "2") END)},
        {"the same file twice", STR(FILE_PART("f", "1", "1") FILE_PART("f", "1", "1") END)},
        {"header without an end", STR("--b\r\n" DISPOSITION "--b--\r\n")},
        {"nested multipart",
         STR("--b\r\nContent-Disposition: form-data; name=\"a\"\r\nContent-Type: multipart/mixed; boundary=c\r\n\r\n"
             "--c\r\n\r\n--c--\r\n--b")},
    };
    struct form_data d;
    for (size_t i = 0; i < sizeof table / sizeof table[0]; i++)
        if (parse(*state, table[i].body, true, &d) != 400)
            fail_msg("%s: taken", table[i].why);
    assert_int_equal(parse(*state, S(FILE_PART("f", "1", "1") END), false, &d), 400);
}

static void every_cut_of_a_multipart_form_is_refused(void **state)
{
    struct form_data d;
    struct str body = S(TEXT_PART("a", "1") FILE_PART("f", "x", "12345") "--b--");
    for (size_t n = 0; n < body.n; n++)
        if (parse(*state, str_slice(body, 0, n), true, &d) != 400)
            fail_msg("the first %zu bytes are taken", n);
    assert_int_equal(parse(*state, body, true, &d), 0);
}

static void boundaries_are_plain(void **state)
{
    struct form_data d;
    static const char *const bad[] = {"", "a b", "a\"", "a;b", "a\\", "қ",
                                      "12345678901234567890123456789012345678901234567890123456789012345678901"};
    for (size_t i = 0; i < sizeof bad / sizeof bad[0]; i++)
        assert_int_equal(form_parse_multipart(*state, S("--b--"), str_c(bad[i]), true, &d), 400);
}

static void parts_are_counted_and_headers_short(void **state)
{
    struct form_data d;
    struct buf b;
    buf_init(&b, *state, 1 << 20);
    for (int i = 0; i <= FORM_FIELDS; i++)
        buf_c(&b, TEXT_PART("a", "1"));
    buf_c(&b, END);
    assert_int_equal(parse(*state, buf_view(&b), true, &d), 400);
    assert_int_equal(parse(*state, str_slice(buf_view(&b), sizeof TEXT_PART("a", "1") - 1, b.n), true, &d), 0);
    buf_clear(&b);
    buf_c(&b, "--b\r\n" DISPOSITION "Content-Type: a/");
    for (int i = 0; i < MULTIPART_HEADER; i++)
        buf_byte(&b, 'x');
    buf_c(&b, "\r\n\r\n1\r\n" END);
    assert_int_equal(parse(*state, buf_view(&b), true, &d), 400);
}

/* ---- JSON ---- */

static void an_object_becomes_a_list_of_values(void **state)
{
    struct form_data d;
    struct str why;
    assert_true(form_parse_json(*state, S("{\"a\":\"\\u049b\\n\",\"b\":7,\"c\":true,\"d\":null,\"e\":{\"f\":\"g\",\"h\":{}},"
                                          "\"i\":[1],\"j\":1.5}"), &d, &why));
    assert_int_equal(d.n_values, 7);
    assert_str(value_of(&d, "a"), "қ\n");
    assert_str(value_of(&d, "e.f"), "g");
    assert_int_equal(d.values[1].kind, VALUE_INT);
    assert_int_equal(d.values[1].number, 7);
    assert_int_equal(d.values[2].kind, VALUE_BOOL);
    assert_int_equal(d.values[3].kind, VALUE_NULL);
    assert_int_equal(d.values[5].kind, VALUE_OTHER);
    assert_int_equal(d.values[6].kind, VALUE_OTHER);
}

static struct str repeated(struct arena *a, const char *before, const char *what, int n, const char *after)
{
    struct buf b;
    buf_init(&b, a, 1 << 22);
    buf_c(&b, before);
    for (int i = 0; i < n; i++)
        buf_c(&b, what);
    buf_c(&b, after);
    return buf_view(&b);
}

static void hostile_json_is_refused(void **state)
{
    static const struct str bad[] = {
        STR(""), STR(" "), STR("{"), STR("}"), STR("[]"), STR("null"), STR("\"a\""), STR("7"), STR("{\"a\":1,}"),
        STR("{\"a\":1}x"), STR("{\"a\":1}{\"b\":2}"), STR("{\"a\":1,\"a\":2}"), STR("{\"a\":{\"b\":1,\"b\":2}}"),
        STR("{'a':1}"), STR("{a:1}"), STR("{\"a\":NaN}"), STR("{\"a\":01}"), STR("{\"a\":+1}"), STR("{\"a\":.5}"),
        STR("{\"a\":1.}"), STR("{\"a\":0x1}"), STR("{\"a\":99999999999999999999}"), STR("{\"a\":1e999}"),
        STR("{\"a\":\"\xff\"}"), STR("{\"a\":\"\xc0\xaf\"}"), STR("{\"a\":\"\xed\xa0\x80\"}"), STR("{\"a\":\"\\ud800\"}"),
        STR("{\"a\":\"\\udc00\\ud800\"}"), STR("{\"a\":\"\\x\"}"), STR("{\"a\":\"\\u12\"}"), STR("{\"a\":\"\n\"}"),
        STR("{\"a\":\"\0\"}"), STR("{\"a\":\"b}"), STR("{\"a\":\"b\\\"}"), STR("{\"a\":tru}"), STR("{\"a\" 1}"),
        STR("{\"a\":1 \"b\":2}"), STR("// x\n{}"), STR("/* x */{}"), STR("\xef\xbb\xbf{}"), STR("{\"a\\u0000b\":1}"),
        STR("{\"a\":1}\0"), STR("\xff\xfe{\0}\0"),
    };
    struct form_data d;
    struct str why = {0};
    for (size_t i = 0; i < sizeof bad / sizeof bad[0]; i++) {
        if (form_parse_json(*state, bad[i], &d, &why))
            fail_msg("%s: taken", bad[i].p);
        assert_true(why.n > 0);
    }
    assert_false(form_parse_json(*state, S("{\n \"a\": x}"), &d, &why));
    assert_true(str_starts(why, S("line 2, column ")));
}

static void json_is_bounded_before_it_is_parsed(void **state)
{
    struct form_data d;
    struct str why;
    assert_false(form_parse_json(*state, repeated(*state, "{\"a\":", "[", 100000, ""), &d, &why));
    assert_str(why, "nested too deep");
    assert_false(form_parse_json(*state, repeated(*state, "{\"a\":[", "[],", 200000, "[]]}"), &d, &why));
    assert_str(why, "too many values");
    assert_false(form_parse_json(*state, repeated(*state, "{\"a\":[", "1,", 200000, "1]}"), &d, &why));
    assert_str(why, "too many values");
    /* brackets in a text are text */
    assert_true(form_parse_json(*state, repeated(*state, "{\"a\":\"", "[,{\\\"", 20000, "\"}"), &d, &why));
    assert_false(form_parse_json(*state, repeated(*state, "{\"a\":{", "\"x\":1,", 1, "\"y\":2}"), &d, &why));
    struct buf b;
    buf_init(&b, *state, 1 << 16);
    for (int i = 0; i <= FORM_FIELDS; i++)
        buf_printf(&b, "%s\"k%d\":1", i ? "," : "{", i);
    buf_c(&b, "}");
    assert_false(form_parse_json(*state, buf_view(&b), &d, &why));
}

/* ---- fields ---- */

struct letter {
    struct str subject, text, email, phone, kind, sent_on, secret, name;
    struct opt_int pages;
    bool agreed;
    struct web_file file;
};

static const char *const kinds[] = {"request", "complaint", NULL};
static const struct web_field fields[] = {
    {.name = "subject", .type = FIELD_LINE, .is_required = true, .min = 3, .max = 6,
     .offset = offsetof(struct letter, subject)},
    {.name = "text", .type = FIELD_TEXT, .offset = offsetof(struct letter, text)},
    {.name = "email", .type = FIELD_EMAIL, .offset = offsetof(struct letter, email)},
    {.name = "phone", .type = FIELD_PHONE, .offset = offsetof(struct letter, phone)},
    {.name = "kind", .type = FIELD_CHOICE, .choices = kinds, .offset = offsetof(struct letter, kind)},
    {.name = "sent_on", .type = FIELD_DATE, .offset = offsetof(struct letter, sent_on)},
    {.name = "secret", .type = FIELD_SECRET, .offset = offsetof(struct letter, secret)},
    {.name = "pages", .type = FIELD_INT, .min = 1, .max = 99, .offset = offsetof(struct letter, pages)},
    {.name = "agreed", .type = FIELD_FLAG, .offset = offsetof(struct letter, agreed)},
    {.name = "file", .type = FIELD_FILE, .min = 1, .max = 4, .offset = offsetof(struct letter, file)},
    {.name = "applicant.name", .type = FIELD_LINE, .offset = offsetof(struct letter, name)},
};
static const struct web_form form = WEB_FORM(fields);

static struct web_errors fill_form(struct arena *a, struct str body, struct letter *l)
{
    struct form_data d;
    struct web_errors errors = {0};
    assert_int_equal(form_parse_urlencoded(a, body, &d), 0);
    form_fill(a, lang_find(S("en")), &form, &d, true, l, &errors);
    return errors;
}

static struct web_errors fill_json(struct arena *a, struct str body, struct letter *l)
{
    struct form_data d;
    struct str why;
    struct web_errors errors = {0};
    assert_true(form_parse_json(a, body, &d, &why));
    form_fill(a, lang_find(S("en")), &form, &d, true, l, &errors);
    return errors;
}

static void a_sound_form_fills_the_struct(void **state)
{
    struct letter l = {0};
    struct web_errors e = fill_form(*state, S("subject=%D2%9B%D2%9B%D2%9B&text=a%0D%0Ab%09&email=a@b.kz&phone=%2B7+701+1&"
                                              "kind=request&sent_on=2026-02-28&secret=+x+&pages=99&agreed=on&csrf=1"), &l);
    assert_int_equal(e.n_items, 0);
    assert_str(l.subject, "қққ");
    assert_str(l.text, "a\nb\t");
    assert_str(l.secret, " x ");
    assert_true(l.pages.has && l.pages.v == 99 && l.agreed);
    assert_null(l.name.p);
}

static void each_wrong_value_is_named(void **state)
{
    static const struct {
        const char *body, *field;
    } table[] = {
        {"", "subject"},
        {"subject=", "subject"},
        {"subject=+++", "subject"},
        {"subject=ab", "subject"},
        {"subject=abcdefg", "subject"},
        {"subject=ab%0Ac", "subject"},
        {"subject=ab%00c", "subject"},
        {"subject=ab%7Fc", "subject"},
        {"subject=ab%C2%85c", "subject"},
        {"subject=abc&subject=abc", "subject"},
        {"subject=abc&text=%00", "text"},
        {"subject=abc&email=a", "email"},
        {"subject=abc&email=@b", "email"},
        {"subject=abc&email=a@", "email"},
        {"subject=abc&email=a@b@c", "email"},
        {"subject=abc&email=a+b@c", "email"},
        {"subject=abc&email=a@.c", "email"},
        {"subject=abc&email=<a@b.c>", "email"},
        {"subject=abc&phone=call+me", "phone"},
        {"subject=abc&phone=12", "phone"},
        {"subject=abc&phone=123456789012345678901", "phone"},
        {"subject=abc&kind=Request", "kind"},
        {"subject=abc&sent_on=2026-02-29", "sent_on"},
        {"subject=abc&sent_on=28.02.2026", "sent_on"},
        {"subject=abc&secret=a%0Ab", "secret"},
        {"subject=abc&pages=0", "pages"},
        {"subject=abc&pages=100", "pages"},
        {"subject=abc&pages=-1", "pages"},
        {"subject=abc&pages=07", "pages"},
        {"subject=abc&pages=7.5", "pages"},
        {"subject=abc&pages=99999999999999999999", "pages"},
        {"subject=abc&agreed=yes", "agreed"},
        {"subject=abc&agreed=true", "agreed"},
        {"subject=abc&surprise=1", "surprise"},
        {"subject=abc&applicant=1", "applicant"},
        {"subject=abc&file=1", "file"},
    };
    for (size_t i = 0; i < sizeof table / sizeof table[0]; i++) {
        struct letter l = {0};
        struct web_errors e = fill_form(*state, str_c(table[i].body), &l);
        bool ok = e.n_items == 1 && str_eq(e.items[0].field, str_c(table[i].field)) && e.items[0].message.n > 5;
        if (!ok)
            fail_msg("%s: %zu errors", table[i].body, e.n_items);
        if (str_find_str(e.items[0].message, S("{")) != SIZE_MAX)
            fail_msg("%s: %s", table[i].body, e.items[0].message.p);
    }
}

static void each_wrong_json_value_is_named(void **state)
{
    static const struct {
        const char *body, *field;
    } table[] = {
        {"{}", "subject"},
        {"{\"subject\":null}", "subject"},
        {"{\"subject\":7}", "subject"},
        {"{\"subject\":[\"abc\"]}", "subject"},
        {"{\"subject\":true}", "subject"},
        {"{\"subject\":\"a\\u0000bc\"}", "subject"},
        {"{\"subject\":\"a\\tbc\"}", "subject"},
        {"{\"subject\":\"abc\",\"text\":\"\\u0000\"}", "text"},
        {"{\"subject\":\"abc\",\"pages\":\"7\"}", "pages"},
        {"{\"subject\":\"abc\",\"pages\":7.0}", "pages"},
        {"{\"subject\":\"abc\",\"agreed\":1}", "agreed"},
        {"{\"subject\":\"abc\",\"agreed\":\"on\"}", "agreed"},
        {"{\"subject\":\"abc\",\"applicant\":\"x\"}", "applicant"},
        {"{\"subject\":\"abc\",\"applicant\":{\"age\":7}}", "applicant.age"},
        {"{\"subject\":\"abc\",\"applicant.name\":\"x\"}", "applicant.name"},
        {"{\"subject\":\"abc\",\"csrf\":\"x\"}", "csrf"},
        {"{\"subject\":\"abc\",\"Subject\":\"abc\"}", "Subject"},
    };
    for (size_t i = 0; i < sizeof table / sizeof table[0]; i++) {
        struct letter l = {0};
        struct web_errors e = fill_json(*state, str_c(table[i].body), &l);
        if (e.n_items != 1 || !str_eq(e.items[0].field, str_c(table[i].field)))
            fail_msg("%s: %zu errors", table[i].body, e.n_items);
    }
}

static void json_text_is_taken_as_received(void **state)
{
    struct letter l = {0};
    struct web_errors e = fill_json(*state, S("{\"subject\":\"abc\",\"text\":\" a\\r\\nb\\u0007 \","
                                           "\"applicant\":{\"name\":\"x\"}}"), &l);
    assert_int_equal(e.n_items, 0);
    assert_str(l.text, " a\r\nb\a ");
    assert_str(l.name, "x");
}

static void errors_come_in_table_order_and_words_stay(void **state)
{
    struct letter l = {0};
    struct web_errors e = fill_form(*state, S("what=1&pages=x&email=nobody&subject=abcdefgh"), &l);
    assert_int_equal(e.n_items, 4);
    assert_str(e.items[0].field, "subject");
    assert_str(e.items[1].field, "email");
    assert_str(e.items[2].field, "pages");
    assert_str(e.items[3].field, "what");
    assert_str(l.subject, "abcdefgh");
    assert_str(l.email, "nobody");
}

static void files_are_measured(void **state)
{
    static const struct {
        const char *body;
        size_t n_errors;
    } table[] = {
        {TEXT_PART("subject", "abc") FILE_PART("file", "x", "1234") END, 0},
        {TEXT_PART("subject", "abc") FILE_PART("file", "x", "12345") END, 1},
        {TEXT_PART("subject", "abc") FILE_PART("file", "x", "") END, 1},
        {TEXT_PART("subject", "abc") FILE_PART("file", "", "") END, 0},
        {TEXT_PART("subject", "abc") FILE_PART("other", "x", "1") END, 1},
        {TEXT_PART("subject", "abc") FILE_PART("text", "x", "1") END, 1},
    };
    for (size_t i = 0; i < sizeof table / sizeof table[0]; i++) {
        struct form_data d;
        struct letter l = {0};
        struct web_errors e = {0};
        assert_int_equal(parse(*state, str_c(table[i].body), true, &d), 0);
        form_fill(*state, lang_find(S("kk")), &form, &d, true, &l, &e);
        if (e.n_items != table[i].n_errors)
            fail_msg("row %zu: %zu errors", i, e.n_items);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        TEST(a_form_is_decoded),
        TEST(hostile_forms_are_refused),
        TEST(media_types_are_read),
        TEST(a_multipart_form_is_taken_apart),
        TEST(no_file_chosen_is_no_file),
        TEST(hostile_multipart_is_refused),
        TEST(every_cut_of_a_multipart_form_is_refused),
        TEST(boundaries_are_plain),
        TEST(parts_are_counted_and_headers_short),
        TEST(an_object_becomes_a_list_of_values),
        TEST(hostile_json_is_refused),
        TEST(json_is_bounded_before_it_is_parsed),
        TEST(a_sound_form_fills_the_struct),
        TEST(each_wrong_value_is_named),
        TEST(each_wrong_json_value_is_named),
        TEST(json_text_is_taken_as_received),
        TEST(errors_come_in_table_order_and_words_stay),
        TEST(files_are_measured),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
