/* SPDX-License-Identifier: AGPL-3.0-or-later
 *
 * api_test.c - the JSON API over HTTP: what is taken, what is refused and how, and that its description is true.
 */
#include "institutions/reception/tests/served.h"

#include <jansson.h>

#include "algo/number.h"
#include "base/clock.h"
#include "core/config.h"
#include "core/keys.h"
#include "core/receipt.h"
#include "institutions/reception/api.h"

static int n_keys;

/* POST with a fresh key, or with `key`. */
static struct http_reply post(struct http_client *c, const char *key, const char *json)
{
    char line[200];
    if (key)
        (void)snprintf(line, sizeof line, "Content-Type: application/json\r\nIdempotency-Key: %s\r\n", key);
    else
        (void)snprintf(line, sizeof line, "Content-Type: application/json\r\nIdempotency-Key: key-%d\r\n", ++n_keys);
    return http_request(c, "POST", "/api/v1/appeals", line, str_c(json));
}

static void free_json(void *json)
{
    json_decref(json);
}

static json_t *parsed(struct arena *a, const struct http_reply *r)
{
    json_t *json = json_loadb(r->body.p, r->body.n, JSON_REJECT_DUPLICATES, NULL);
    assert_non_null(json);
    arena_defer(a, free_json, json);
    return json;
}

static const char *text(const json_t *json, const char *key)
{
    const char *s = json_string_value(json_object_get(json, key));
    assert_non_null(s);
    return s;
}

static struct http_reply get(struct http_client *c, const char *number, const char *rest, const char *code)
{
    char *path = str_to_c(c->a, str_printf(c->a, "/api/v1/appeals/%s%s", number, rest));
    char *line = str_to_c(c->a, str_printf(c->a, "Authorization: Bearer %s\r\n", code));
    return http_request(c, "GET", path, line, (struct str){0});
}

/* ---- the path ---- */

static void an_appeal_is_sent_and_read_with_its_arithmetic(void **state)
{
    struct served *s = served_new(*state);
    struct http_client *c = served_client(s);
    struct http_reply r =
        post(c, NULL, "{\"subject\":\"Lamps\",\"text\":\" Two\\n lines \",\"body\":\"roads\",\"kind\":\"application\","
                      "\"language\":\"en\",\"applicant\":{\"name\":\"N\",\"email\":\"n@example.kz\"}}");
    assert_int_equal(r.status, 201);
    json_t *sent = parsed(s->f->a, &r);
    assert_int_equal(json_object_size(sent), 6);
    assert_string_equal(text(sent, "body"), "en roads");
    assert_string_equal(text(sent, "registered_at"), "2026-08-03T05:00:00Z");
    struct vkey v = log_key_public(s->f->site->keys->log);
    struct receipt receipt;
    assert_ok(receipt_verify(s->f->a, &v, str_c(text(sent, "receipt")), &receipt));
    assert_true(str_eq(receipt.number, str_c(text(sent, "number"))));

    r = get(c, text(sent, "number"), "", text(sent, "code"));
    assert_int_equal(r.status, 200);
    json_t *read = parsed(s->f->a, &r);
    assert_string_equal(text(read, "text"), " Two\n lines ");
    assert_string_equal(text(read, "status"), "registered");
    json_t *due = json_object_get(read, "due");
    assert_string_equal(text(due, "on"), text(sent, "due_on"));
    assert_true(json_array_size(json_object_get(due, "steps")) > 3);
    assert_int_equal(json_array_size(json_object_get(read, "holders")), 1);

    r = get(c, text(sent, "number"), "/proof", text(sent, "code"));
    assert_int_equal(r.status, 200);
    assert_ok(receipt_verify(s->f->a, &v, r.body, &receipt));
}

static void the_same_key_and_content_get_the_identical_bytes(void **state)
{
    static const char json[] = "{\"subject\":\"Lamps\",\"text\":\"Dark.\"}";
    struct served *s = served_new(*state);
    struct http_client *c = served_client(s);
    struct http_reply first = post(c, "one", json);
    assert_int_equal(post(c, NULL, json).status, 201); /* the log has grown */
    s->f->now += 3 * MS_PER_DAY;
    struct http_reply again = post(c, "one", json);
    assert_int_equal(again.status, 201);
    assert_true(str_eq(first.body, again.body));
}

static void the_same_key_with_other_content_shows_nothing(void **state)
{
    struct served *s = served_new(*state);
    struct http_client *c = served_client(s);
    struct http_reply first = post(c, "one", "{\"subject\":\"Lamps\",\"text\":\"Dark.\"}");
    json_t *sent = parsed(s->f->a, &first);
    struct http_reply other = post(c, "one", "{\"subject\":\"Lamps\",\"text\":\"Darker.\"}");
    assert_int_equal(other.status, 422);
    assert_true(str_starts(http_header(&other, "content-type"), S("application/problem+json")));
    assert_false(http_contains(&other, text(sent, "number")));
    assert_false(http_contains(&other, "Dark."));
}

/* ---- refusals ---- */

static void each_wrong_input_names_its_field(void **state)
{
    static const struct {
        const char *json, *field;
    } wrong[] = {
        {"{\"text\":\"b\"}", "subject"},
        {"{\"subject\":\"a\"}", "text"},
        {"{\"subject\":\"  \",\"text\":\"b\"}", "subject"},
        {"{\"subject\":\"a\\nb\",\"text\":\"b\"}", "subject"},
        {"{\"subject\":5,\"text\":\"b\"}", "subject"},
        {"{\"subject\":\"a\",\"text\":null}", "text"},
        {"{\"subject\":\"a\",\"text\":\"b\\u0000c\"}", "text"},
        {"{\"subject\":\"a\",\"text\":\"b\",\"urgent\":true}", "urgent"},
        {"{\"subject\":\"a\",\"text\":\"b\",\"language\":\"fr\"}", "language"},
        {"{\"subject\":\"a\",\"text\":\"b\",\"kind\":\"decree\"}", "kind"},
        {"{\"subject\":\"a\",\"text\":\"b\",\"body\":\"nowhere\"}", "body"},
        {"{\"subject\":\"a\",\"text\":\"b\",\"applicant\":\"me\"}", "applicant"},
        {"{\"subject\":\"a\",\"text\":\"b\",\"applicant\":{\"email\":\"a@b.kz\"}}", "applicant.name"},
        {"{\"subject\":\"a\",\"text\":\"b\",\"applicant\":{\"name\":\"N\",\"iin\":\"1\"}}", "applicant.iin"},
        {"{\"subject\":\"a\",\"text\":\"b\",\"applicant\":{\"name\":\"N\",\"email\":\"x\"}}", "applicant.email"},
        {"{\"subject\":\"a\",\"text\":\"b\",\"applicant\":{\"name\":\"N\",\"phone\":\"x\"}}", "applicant.phone"},
    };
    struct served *s = served_new(*state);
    struct http_client *c = served_client(s);
    for (size_t i = 0; i < sizeof wrong / sizeof wrong[0]; i++) {
        struct http_reply r = post(c, NULL, wrong[i].json);
        if (r.status != 422)
            fail_msg("%s: status %d", wrong[i].json, r.status);
        json_t *problem = parsed(s->f->a, &r);
        const json_t *errors = json_object_get(problem, "errors");
        bool is_named = false;
        for (size_t k = 0; k < json_array_size(errors); k++) {
            assert_true(*text(json_array_get(errors, k), "message"));
            is_named = is_named || strcmp(text(json_array_get(errors, k), "field"), wrong[i].field) == 0;
        }
        if (!is_named)
            fail_msg("%s: no error names %s: %.*s", wrong[i].json, wrong[i].field, STR_FMT(r.body));
    }
}

static void what_is_no_json_or_has_no_key_is_400(void **state)
{
    static const char *const malformed[] = {"", "{", "{\"subject\":\"a\",\"text\":\"b\",}", "\xff",
                                            "{\"subject\":\"a\",\"subject\":\"b\",\"text\":\"c\"}"};
    struct served *s = served_new(*state);
    struct http_client *c = served_client(s);
    for (size_t i = 0; i < sizeof malformed / sizeof malformed[0]; i++) {
        struct http_reply r = post(c, NULL, malformed[i]);
        assert_int_equal(r.status, 400);
        assert_true(str_starts(http_header(&r, "content-type"), S("application/problem+json")));
    }
    static const char good[] = "{\"subject\":\"a\",\"text\":\"b\"}";
    struct http_reply r = http_request(c, "POST", "/api/v1/appeals", "Content-Type: application/json\r\n", str_c(good));
    assert_int_equal(r.status, 400);
    assert_int_equal(post(c, "has a blank", good).status, 400);
    assert_int_equal(post(c, "kkkkkkkkkkkkkkkkkkkkkkkkkkkkkkkkkkkkkkkkkkkkkkkkkkkkkkkkkkkkkkkkkk", good).status, 400);
    r = http_request(c, "POST", "/api/v1/appeals", "Content-Type: text/plain\r\nIdempotency-Key: k\r\n", str_c(good));
    assert_int_equal(r.status, 415);
    static const char foreign[] =
        "Content-Type: application/json\r\nIdempotency-Key: k\r\nOrigin: https://elsewhere.example\r\n";
    r = http_request(c, "POST", "/api/v1/appeals", foreign, str_c(good));
    assert_int_equal(r.status, 403);
}

static void a_wrong_code_and_an_unknown_number_look_alike(void **state)
{
    struct served *s = served_new(*state);
    struct http_client *c = served_client(s);
    struct http_reply r = post(c, NULL, "{\"subject\":\"Lamps\",\"text\":\"Dark.\"}");
    json_t *sent = parsed(s->f->a, &r);
    struct http_reply known = get(c, text(sent, "number"), "", "00000000000000000000");
    struct http_reply unknown = get(c, str_to_c(c->a, number_make(c->a, 2026, 999)), "", "00000000000000000000");
    assert_int_equal(known.status, 404);
    assert_int_equal(unknown.status, 404);
    assert_int_equal(known.body.n, unknown.body.n);
    r = http_get(c, str_to_c(c->a, str_printf(c->a, "/api/v1/appeals/%s", text(sent, "number"))));
    assert_int_equal(r.status, 401);
    assert_str(http_header(&r, "www-authenticate"), "Bearer");
    assert_int_equal(get(c, "%27%20OR%201=1", "", "00000000000000000000").status, 404);
}

/* ---- the description is true ---- */

/* Does the object at `prefix` hold exactly the members that the table names? */
static void compare_members(const struct api_member *m, size_t n, const json_t *object, const char *prefix)
{
    const char *key;
    json_t *value;
    size_t length = strlen(prefix);
    json_object_foreach((json_t *)(uintptr_t)object, key, value)
    {
        bool is_named = false;
        for (size_t i = 0; i < n; i++) {
            bool is_this = strncmp(m[i].name, prefix, length) == 0 && strcmp(m[i].name + length, key) == 0;
            is_named = is_named || is_this;
            if (is_this && json_is_string(value))
                assert_string_equal(m[i].type, "string");
        }
        if (!is_named)
            fail_msg("%s%s is sent, but not described", prefix, key);
        char below[200];
        (void)snprintf(below, sizeof below, "%s%s%s.", prefix, key, json_is_array(value) ? "[]" : "");
        if (json_is_object(value))
            compare_members(m, n, value, below);
        for (size_t i = 0; json_is_array(value) && i < json_array_size(value); i++)
            compare_members(m, n, json_array_get(value, i), below);
    }
    for (size_t i = 0; i < n; i++) {
        const char *name = strncmp(m[i].name, prefix, length) == 0 ? m[i].name + length : NULL;
        if (name && !strpbrk(name, ".[") && !json_object_get(object, name))
            fail_msg("%s is described, but not sent", m[i].name);
    }
}

static void every_member_that_is_sent_is_described(void **state)
{
    struct served *s = served_new(*state);
    struct http_client *c = served_client(s);
    size_t n;
    const struct api_operation *operations = reception_api(&n);
    struct http_reply r = post(c, NULL, "{\"subject\":\"Lamps\",\"text\":\"Dark.\"}");
    json_t *sent = parsed(s->f->a, &r);
    compare_members(operations[0].reply, operations[0].n_reply, sent, "");
    int64_t id;
    assert_ok(reception_store_find(s->f->a, s->f->read, 1, str_c(text(sent, "number")), &id));
    fixture_assign(s->f, id);
    fixture_answer(s->f, id, true);
    struct answer_command again = fixture_answer_command(s->f, id, true);
    struct stored_file file = fixture_file(s->f, "reply.pdf", 'r');
    again.files = &file;
    again.n_files = 1;
    again.reason = S("A file was missing.");
    again.blocks.facts = S("Seen again.");
    fixture_do(s->f, fixture_staff(s->f, s->f->at[F_REGION].head), reception_answer, &again);
    r = get(c, text(sent, "number"), "", text(sent, "code"));
    compare_members(operations[1].reply, operations[1].n_reply, parsed(s->f->a, &r), "");
}

static void the_description_names_every_route_and_every_field(void **state)
{
    struct served *s = served_new(*state);
    struct http_client *c = served_client(s);
    struct http_reply r = http_get(c, "/api/openapi.json");
    assert_int_equal(r.status, 200);
    json_t *all = parsed(s->f->a, &r);
    assert_string_equal(text(all, "openapi"), "3.1.0");
    json_t *paths = json_object_get(all, "paths");
    for (size_t t = 0; t < reception_institution.n_route_tables; t++) {
        const struct route_table *table = reception_institution.route_tables[t];
        for (size_t i = 0; i < table->n; i++) {
            const struct web_route *route = &table->routes[i];
            if (strncmp(route->pattern, "/api/", 5) != 0)
                continue;
            json_t *path = json_object_get(paths, route->pattern);
            if (!json_object_get(path, route->method == WEB_POST ? "post" : "get"))
                fail_msg("%s is not described", route->pattern);
        }
    }
    size_t n;
    const struct web_form *form = reception_api(&n)[0].body;
    json_t *post_body = json_object_get(json_object_get(json_object_get(paths, "/api/v1/appeals"), "post"), "requestBody");
    json_t *schema = json_object_get(
        json_object_get(json_object_get(post_body, "content"), "application/json"), "schema");
    for (size_t i = 0; i < form->n_fields; i++) {
        const char *dot = strchr(form->fields[i].name, '.');
        json_t *at = json_object_get(schema, "properties");
        if (dot) {
            char outer[100];
            (void)snprintf(outer, sizeof outer, "%.*s", (int)(dot - form->fields[i].name), form->fields[i].name);
            at = json_object_get(json_object_get(at, outer), "properties");
        }
        json_t *field = json_object_get(at, dot ? dot + 1 : form->fields[i].name);
        if (!field)
            fail_msg("%s is not described", form->fields[i].name);
    }
    json_t *length = json_object_get(json_object_get(json_object_get(schema, "properties"), "text"), "maxLength");
    assert_int_equal(json_integer_value(length), s->f->site->config->text_chars);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        TEST(an_appeal_is_sent_and_read_with_its_arithmetic),
        TEST(the_same_key_and_content_get_the_identical_bytes),
        TEST(the_same_key_with_other_content_shows_nothing),
        TEST(each_wrong_input_names_its_field),
        TEST(what_is_no_json_or_has_no_key_is_400),
        TEST(a_wrong_code_and_an_unknown_number_look_alike),
        TEST(every_member_that_is_sent_is_described),
        TEST(the_description_names_every_route_and_every_field),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
