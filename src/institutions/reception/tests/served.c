/* SPDX-License-Identifier: AGPL-3.0-or-later
 *
 * served.c - starting the server over a fixture, and sending forms.
 */
#include "institutions/reception/tests/served.h"

#include "base/clock.h"
#include "base/err.h"
#include "core/config.h"
#include "core/error_page.h"
#include "core/keys.h"
#include "core/session.h"

/* ---- the clock ---- */

static const struct fixture *clock_of;

int64_t __real_clock_now(void);
int64_t __wrap_clock_now(void);

int64_t __wrap_clock_now(void)
{
    return clock_of ? clock_of->now : __real_clock_now();
}

/* ---- the server ---- */

static struct err *start_loop(void *app, struct arena *a, int index, void **ret_loop)
{
    (void)index;
    struct loop *loop = ARENA_NEW(a, struct loop);
    loop->site = app;
    TRY(db_reader(a, loop->site->db, &loop->read));
    *ret_loop = loop;
    return NULL;
}

static void end_loop(void *app, void *ended)
{
    (void)app;
    struct loop *loop = ended;
    arena_free(loop->directory_arena);
    derived_free(loop);
    arena_free(loop->calendar_arena);
}

static void stop(void *web)
{
    web_stop(web, 2);
    clock_of = NULL;
}

struct served *served_new(struct arena *a)
{
    struct served *s = ARENA_NEW(a, struct served);
    s->f = fixture_new(a, NULL);
    clock_of = s->f;
    const struct web_route **tables = ARENA_ARRAY(a, 100, const struct web_route *);
    size_t *sizes = ARENA_ARRAY(a, 100, size_t);
    size_t n = 0;
    for (size_t i = 0; i < s->f->site->n_institutions; i++) {
        const struct institution *one = s->f->site->institutions[i];
        for (size_t k = 0; k < one->n_route_tables; k++, n++) {
            assert_true(n < 100);
            tables[n] = one->route_tables[k]->routes;
            sizes[n] = one->route_tables[k]->n;
        }
    }
    struct web_options options = {
        .listen = "127.0.0.1:0",
        .workers = 1,
        .limits = {.header_bytes = 8192, .header_fields = 64, .header_seconds = 5, .url_bytes = 2048,
                   .form_bytes = (int64_t)ARENA_MIB, .upload_bytes = 12 * (int64_t)ARENA_MIB,
                   .inflight_bytes = 64 * (int64_t)ARENA_MIB, .connections = 100, .requests_per_second = 1000,
                   .requests_burst = 1000, .body_bytes_per_second = 1024},
        .form_key = s->f->site->keys->form,
        .proxies = S(""),
        .tables = tables,
        .table_sizes = sizes,
        .n_tables = n,
        .app = s->f->site,
        .loop_start = start_loop,
        .loop_end = end_loop,
        .identify = session_identify,
        .permit = session_permit,
        .draw_error = error_page_draw,
    };
    assert_ok(web_start(a, &options, &s->web));
    arena_defer(a, stop, s->web);
    return s;
}

struct http_client *served_client(struct served *s)
{
    return http_connect(s->f->a, web_address(s->web));
}

/* ---- forms ---- */

static void part(struct buf *b, const char *name, const char *file_name, struct str value)
{
    buf_printf(b, "--birge-test\r\nContent-Disposition: form-data; name=\"%s\"", name);
    if (file_name)
        buf_printf(b, "; filename=\"%s\"\r\nContent-Type: application/octet-stream", file_name);
    buf_c(b, "\r\n\r\n");
    buf_str(b, value);
    buf_c(b, "\r\n");
}

struct http_reply served_upload(struct http_client *c, const char *target, const char *const *pairs, struct str csrf,
                                const char *file_name, struct str file)
{
    struct buf b;
    buf_init(&b, c->a, 64 * ARENA_MIB);
    for (size_t i = 0; pairs[i]; i += 2)
        part(&b, pairs[i], NULL, str_c(pairs[i + 1]));
    part(&b, "csrf", NULL, csrf);
    part(&b, "file", file_name ? file_name : "", file.p ? file : S(""));
    buf_c(&b, "--birge-test--\r\n");
    return http_post(c, target, "multipart/form-data; boundary=birge-test", buf_view(&b));
}

struct str served_value(const struct http_reply *r, const char *name)
{
    struct str rest = r->body;
    while (rest.n > 0) {
        size_t at = str_find_str(rest, S("<input"));
        if (at == SIZE_MAX)
            break;
        rest = str_slice(rest, at, rest.n);
        size_t end = str_find(rest, '>');
        struct str tag = str_slice(rest, 0, end);
        rest = str_slice(rest, 6, rest.n);
        char wanted[100];
        (void)snprintf(wanted, sizeof wanted, "name=\"%s\"", name);
        size_t value = str_find_str(tag, S("value=\""));
        if (str_find_str(tag, str_c(wanted)) == SIZE_MAX || value == SIZE_MAX)
            continue;
        struct str v = str_slice(tag, value + 7, tag.n);
        return str_slice(v, 0, str_find(v, '"'));
    }
    return (struct str){0};
}

struct http_reply served_send(struct http_client *c, const char *language, const char *subject, const char *text)
{
    char *path = str_to_c(c->a, str_printf(c->a, "/%s/appeals/new/write", language));
    struct http_reply form = http_get(c, path);
    assert_int_equal(form.status, 200);
    char *key = str_to_c(c->a, served_value(&form, "key"));
    char *stamp = str_to_c(c->a, served_value(&form, "stamp"));
    const char *const pairs[] = {"key", key, "stamp", stamp, "kind", "", "body", "", "about", "", "website", "", "subject",
                                 subject, "text", text, "language", "", "name", "", "email", "", "phone", "",
                                 "address", "", NULL};
    return served_upload(c, path, pairs, http_csrf(&form), NULL, S(""));
}

struct sent served_sent(struct served *s, const struct http_reply *r)
{
    struct sent sent = {.number = served_value(r, "number"), .code = served_value(r, "code")};
    assert_int_equal(r->status, 201);
    assert_int_equal(sent.code.n, 20);
    assert_ok(reception_store_find(s->f->a, s->f->read, 1, sent.number, &sent.id));
    assert_true(sent.id > 0);
    return sent;
}

struct http_reply served_open(struct http_client *c, const char *language, const struct sent *sent)
{
    char *path = str_to_c(c->a, str_printf(c->a, "/%s/track", language));
    struct http_reply form = http_get(c, path);
    const char *const pairs[] = {"number", str_to_c(c->a, sent->number), "code", str_to_c(c->a, sent->code), NULL};
    struct http_reply r = http_post_form(c, path, pairs, http_csrf(&form));
    assert_int_equal(r.status, 303);
    return http_get(c, str_to_c(c->a, http_header(&r, "location")));
}
