/* SPDX-License-Identifier: AGPL-3.0-or-later
 *
 * fixture.c - the small site of the server's tests.
 */
#include "web/tests/fixture.h"

#include <time.h>

#include "base/buf.h"
#include "web/form.h"

#define TEXT_PLAIN "text/plain; charset=utf-8"

static struct fixture *fixture_of(struct web_request *req)
{
    atomic_fetch_add(&((struct fixture *)web_app(req))->n_handled, 1);
    return web_app(req);
}

/* ---- pages ---- */

static struct err *get_root(struct web_request *req)
{
    (void)fixture_of(req);
    return web_redirect(req, str_printf(web_arena(req), "/%.*s/hello", STR_FMT(lang_code(web_lang(req)))));
}

static struct err *get_redirect(struct web_request *req)
{
    (void)fixture_of(req);
    return web_redirect(req, web_query(req, "to"));
}

static struct err *get_hello(struct web_request *req)
{
    (void)fixture_of(req);
    struct arena *a = web_arena(req);
    return web_page(req, 200, str_printf(a, "<p>hello %.*s %.*s %.*s</p>", STR_FMT(lang_code(web_lang(req))),
                                         STR_FMT(web_path(req)), STR_FMT(web_path_behind_lang(req))));
}

static struct err *get_public(struct web_request *req)
{
    (void)fixture_of(req);
    web_cacheable(req, 60);
    web_header(req, "ETag", S("\"1\""));
    return web_page(req, 200, S("<p>for everybody</p>"));
}

/* A page that is worth compressing. */
static struct err *get_long(struct web_request *req)
{
    struct buf b;
    (void)fixture_of(req);
    buf_init(&b, web_arena(req), ARENA_MIB);
    for (int i = 0; i < 500; i++)
        buf_printf(&b, "<p>Line %d: көше шамы</p>\n", i);
    web_compress(req);
    return web_page(req, 200, buf_view(&b));
}

static struct err *get_public_form(struct web_request *req)
{
    (void)fixture_of(req);
    web_cacheable(req, 60);
    return web_page(req, 200, web_csrf_token(req));
}

static struct err *get_item(struct web_request *req)
{
    (void)fixture_of(req);
    return web_reply(req, 200, TEXT_PLAIN, web_param(req, "id"));
}

static struct err *get_item_part(struct web_request *req)
{
    (void)fixture_of(req);
    return web_reply(req, 200, TEXT_PLAIN, str_printf(web_arena(req), "%.*s/%.*s", STR_FMT(web_param(req, "id")),
                                                      STR_FMT(web_param(req, "part"))));
}

static struct err *get_new_item(struct web_request *req)
{
    (void)fixture_of(req);
    return web_reply(req, 200, TEXT_PLAIN, S("a new one"));
}

static struct err *get_query(struct web_request *req)
{
    (void)fixture_of(req);
    struct str q = web_query(req, "q");
    return web_reply(req, 200, TEXT_PLAIN, q.p ? q : S("(absent)"));
}

static struct err *get_base_url(struct web_request *req)
{
    (void)fixture_of(req);
    return web_reply(req, 200, TEXT_PLAIN, web_base_url(req));
}

static struct err *get_big(struct web_request *req)
{
    (void)fixture_of(req);
    int64_t mib = 4;
    (void)str_to_int64(web_query(req, "mib"), &mib);
    size_t n = (size_t)mib * ARENA_MIB;
    char *p = arena_alloc(web_arena(req), n);
    memset(p, 'x', n);
    return web_reply(req, 200, TEXT_PLAIN, (struct str){p, n});
}

static struct err *get_empty(struct web_request *req)
{
    (void)fixture_of(req);
    return web_reply(req, 204, NULL, S(""));
}

static struct err *get_fails(struct web_request *req)
{
    (void)fixture_of(req);
    struct str code = web_query(req, "code");
    int64_t n = ERR_INTERNAL;
    (void)str_to_int64(code, &n);
    web_header(req, "X-Lost", S("1"));
    return ERR(web_arena(req), (enum err_code)n, "as asked");
}

static struct err *get_fills(struct web_request *req)
{
    (void)fixture_of(req);
    while (!arena_is_full(web_arena(req), 0))
        (void)arena_alloc(web_arena(req), ARENA_MIB);
    return ERR(web_arena(req), ERR_LIMIT, "full");
}

static struct err *get_silent(struct web_request *req)
{
    (void)fixture_of(req);
    return NULL;
}

static struct err *get_file(struct web_request *req)
{
    (void)fixture_of(req);
    return web_download(req, "application/octet-stream", S("хат \"1\".txt"), S("bytes"));
}

static struct err *get_refused(struct web_request *req)
{
    (void)fixture_of(req);
    struct verdict v = verdict_no("TOO_LATE", "web.status.409", "web.status.404", S("APPC 65"));
    return web_refuse(req, 409, &v);
}

static struct err *get_secret(struct web_request *req)
{
    (void)fixture_of(req);
    return web_page(req, 200, S("<p>secret</p>"));
}

static struct err *get_limited(struct web_request *req)
{
    (void)fixture_of(req);
    if (!web_limit(req, "test", 3))
        return web_error(req, 429);
    return web_reply(req, 200, TEXT_PLAIN, S("ok"));
}

/* One an hour of its own, three more while there is room. */
static struct err *get_shared(struct web_request *req)
{
    (void)fixture_of(req);
    if (!web_limit_spare(req, "shared", 1, 3, 1))
        return web_error(req, 429);
    return web_reply(req, 200, TEXT_PLAIN, S("ok"));
}

static struct err *get_tile(struct web_request *req)
{
    (void)fixture_of(req);
    return web_reply(req, 200, TEXT_PLAIN, web_who(req) ? S("asked") : S("open"));
}

/* ---- forms ---- */

struct letter {
    struct str subject, text, email, phone, kind, sent_on, secret, stamp;
    struct opt_int pages;
    bool agreed;
    struct web_file file;
};

static const char *const kinds[] = {"request", "complaint", NULL};

static const struct web_field letter_fields[] = {
    {.name = "subject", .type = FIELD_LINE, .is_required = true, .min = 3, .max = 20,
     .offset = offsetof(struct letter, subject)},
    {.name = "text", .type = FIELD_TEXT, .max = 20000, .offset = offsetof(struct letter, text)},
    {.name = "applicant.email", .type = FIELD_EMAIL, .offset = offsetof(struct letter, email)},
    {.name = "applicant.phone", .type = FIELD_PHONE, .offset = offsetof(struct letter, phone)},
    {.name = "kind", .type = FIELD_CHOICE, .choices = kinds, .offset = offsetof(struct letter, kind)},
    {.name = "sent_on", .type = FIELD_DATE, .offset = offsetof(struct letter, sent_on)},
    {.name = "secret", .type = FIELD_SECRET, .offset = offsetof(struct letter, secret)},
    {.name = "pages", .type = FIELD_INT, .min = 1, .max = 99, .offset = offsetof(struct letter, pages)},
    {.name = "agreed", .type = FIELD_FLAG, .offset = offsetof(struct letter, agreed)},
    {.name = "file", .type = FIELD_FILE, .max = 100000, .offset = offsetof(struct letter, file)},
    {.name = "stamp", .type = FIELD_LINE, .offset = offsetof(struct letter, stamp)},
};
static const struct web_form letter_form = WEB_FORM(letter_fields);

static struct err *get_form(struct web_request *req)
{
    (void)fixture_of(req);
    struct arena *a = web_arena(req);
    return web_page(req, 200, str_printf(a, "<input type=\"hidden\" name=\"csrf\" value=\"%.*s\"><i>%.*s</i>",
                                         STR_FMT(web_csrf_token(req)), STR_FMT(web_stamp(req))));
}

static struct err *show_letter(struct web_request *req, const struct letter *l, const struct web_errors *errors)
{
    struct buf b;
    buf_init(&b, web_arena(req), ARENA_MIB);
    for (size_t i = 0; i < errors->n_items; i++)
        buf_printf(&b, "error %.*s: %.*s\n", STR_FMT(errors->items[i].field), STR_FMT(errors->items[i].message));
    buf_printf(&b, "subject=[%.*s] text=[%.*s] kind=[%.*s] pages=%lld agreed=%d file=[%.*s] %zu secret=%zu stamp=%lld\n",
               STR_FMT(l->subject), STR_FMT(l->text), STR_FMT(l->kind), l->pages.has ? (long long)l->pages.v : -1,
               l->agreed, STR_FMT(l->file.name), l->file.bytes.n, l->secret.n,
               l->stamp.p ? (long long)web_stamp_age(req, l->stamp) : -2);
    return web_reply(req, errors->n_items > 0 ? 422 : 200, TEXT_PLAIN, buf_view(&b));
}

static struct err *post_form(struct web_request *req)
{
    (void)fixture_of(req);
    struct letter l = {0};
    struct web_errors errors;
    TRY(web_form_read(req, &letter_form, &l, &errors));
    return show_letter(req, &l, &errors);
}

static struct err *post_json(struct web_request *req)
{
    (void)fixture_of(req);
    struct letter l = {0};
    struct web_errors errors;
    struct str malformed;
    TRY(web_json_read(req, &letter_form, &l, &errors, &malformed));
    if (malformed.p)
        return web_problem(req, 400, malformed, NULL);
    if (errors.n_items > 0)
        return web_problem(req, 422, (struct str){0}, &errors);
    return show_letter(req, &l, &errors);
}

static struct err *get_filter(struct web_request *req)
{
    (void)fixture_of(req);
    struct letter l = {0};
    struct web_errors none = {0};
    web_query_read(req, &letter_form, &l);
    return show_letter(req, &l, &none);
}

static struct err *delete_thing(struct web_request *req)
{
    (void)fixture_of(req);
    return web_reply(req, 200, TEXT_PLAIN, web_param(req, "id"));
}

static struct err *post_sign_in(struct web_request *req)
{
    (void)fixture_of(req);
    struct hash before, after;
    bool had = web_cookie_hash(req, &before);
    after = web_cookie_renew(req);
    web_flash(req, "success", "core.error.title");
    return web_reply(req, 200, TEXT_PLAIN, had && !hash_eq(&before, &after) ? S("renewed") : S("?"));
}

static struct err *get_flash(struct web_request *req)
{
    (void)fixture_of(req);
    struct str kind, text_id;
    if (!web_flash_take(req, &kind, &text_id))
        return web_reply(req, 200, TEXT_PLAIN, S("none"));
    return web_reply(req, 200, TEXT_PLAIN, str_printf(web_arena(req), "%.*s %.*s", STR_FMT(kind), STR_FMT(text_id)));
}

/* ---- waiting ---- */

static struct err *resumed(struct web_request *req, void *user)
{
    struct fixture *f = user;
    atomic_fetch_add(&f->n_resumed, 1);
    return web_reply(req, 200, TEXT_PLAIN, web_query(req, "q"));
}

static struct err *get_park(struct web_request *req)
{
    struct fixture *f = fixture_of(req);
    MUST(pthread_mutex_lock(&f->lock) == 0);
    f->parked[f->n_parked++] = web_park(req, resumed, f);
    MUST(pthread_cond_broadcast(&f->changed) == 0);
    MUST(pthread_mutex_unlock(&f->lock) == 0);
    return NULL;
}

struct work {
    struct fixture *f;
    int sum;
};

static void work(void *user)
{
    struct work *w = user;
    for (int i = 1; i <= 100; i++)
        w->sum += i;
}

static struct err *worked(struct web_request *req, void *user)
{
    struct work *w = user;
    return web_reply(req, 200, TEXT_PLAIN, str_printf(web_arena(req), "%d", w->sum));
}

static struct err *get_offload(struct web_request *req)
{
    struct work *w = ARENA_NEW(web_arena(req), struct work);
    w->f = fixture_of(req);
    return web_offload(req, work, worked, w) ? NULL : web_error(req, 503);
}

static struct err *fails_later(struct web_request *req, void *user)
{
    (void)user;
    return ERR(web_arena(req), ERR_BUSY, "as asked");
}

static struct err *get_offload_fails(struct web_request *req)
{
    struct work *w = ARENA_NEW(web_arena(req), struct work);
    w->f = fixture_of(req);
    return web_offload(req, work, fails_later, w) ? NULL : web_error(req, 503);
}

/* ---- the site ---- */

static const struct web_route pages[] = {
    {WEB_GET, "/", NULL, WEB_CSRF_READ, WEB_BODY_NONE, get_root},
    {WEB_GET, "/{lang}/redirect", NULL, WEB_CSRF_READ, WEB_BODY_NONE, get_redirect},
    {WEB_GET, "/{lang}/long", NULL, WEB_CSRF_READ, WEB_BODY_NONE, get_long},
    {WEB_GET, "/{lang}/hello", NULL, WEB_CSRF_READ, WEB_BODY_NONE, get_hello},
    {WEB_GET, "/{lang}/public", NULL, WEB_CSRF_READ, WEB_BODY_NONE, get_public},
    {WEB_GET, "/{lang}/public-form", NULL, WEB_CSRF_READ, WEB_BODY_NONE, get_public_form},
    {WEB_GET, "/{lang}/items/{id}", NULL, WEB_CSRF_READ, WEB_BODY_NONE, get_item},
    {WEB_GET, "/{lang}/items/new", NULL, WEB_CSRF_READ, WEB_BODY_NONE, get_new_item},
    {WEB_GET, "/{lang}/items/{id}/parts/{part}", NULL, WEB_CSRF_READ, WEB_BODY_NONE, get_item_part},
    {WEB_GET, "/{lang}/query", NULL, WEB_CSRF_READ, WEB_BODY_NONE, get_query},
    {WEB_GET, "/{lang}/base-url", NULL, WEB_CSRF_READ, WEB_BODY_NONE, get_base_url},
    {WEB_GET, "/{lang}/big", NULL, WEB_CSRF_READ, WEB_BODY_NONE, get_big},
    {WEB_GET, "/{lang}/empty", NULL, WEB_CSRF_READ, WEB_BODY_NONE, get_empty},
    {WEB_GET, "/{lang}/fails", NULL, WEB_CSRF_READ, WEB_BODY_NONE, get_fails},
    {WEB_GET, "/{lang}/fills", NULL, WEB_CSRF_READ, WEB_BODY_NONE, get_fills},
    {WEB_GET, "/api/v1/fills", NULL, WEB_CSRF_READ, WEB_BODY_NONE, get_fills},
    {WEB_GET, "/{lang}/silent", NULL, WEB_CSRF_READ, WEB_BODY_NONE, get_silent},
    {WEB_GET, "/{lang}/file", NULL, WEB_CSRF_READ, WEB_BODY_NONE, get_file},
    {WEB_GET, "/{lang}/refused", NULL, WEB_CSRF_READ, WEB_BODY_NONE, get_refused},
    {WEB_GET, "/{lang}/secret", "secret", WEB_CSRF_READ, WEB_BODY_NONE, get_secret},
    {WEB_GET, "/{lang}/shared", NULL, WEB_CSRF_READ, WEB_BODY_NONE, get_shared},
    {WEB_GET, "/{lang}/limited", NULL, WEB_CSRF_READ, WEB_BODY_NONE, get_limited},
    {WEB_GET, "/{lang}/form", NULL, WEB_CSRF_READ, WEB_BODY_NONE, get_form},
    {WEB_POST, "/{lang}/form", NULL, WEB_CSRF_FORM, WEB_BODY_FORM, post_form},
    {WEB_POST, "/{lang}/upload", NULL, WEB_CSRF_FORM, WEB_BODY_UPLOAD, post_form},
    {WEB_POST, "/{lang}/sign-in", NULL, WEB_CSRF_FORM, WEB_BODY_FORM, post_sign_in},
    {WEB_GET, "/{lang}/flash", NULL, WEB_CSRF_READ, WEB_BODY_NONE, get_flash},
    {WEB_GET, "/{lang}/filter", NULL, WEB_CSRF_READ, WEB_BODY_NONE, get_filter},
    {WEB_GET, "/{lang}/park", NULL, WEB_CSRF_READ, WEB_BODY_NONE, get_park},
    {WEB_GET, "/{lang}/offload", NULL, WEB_CSRF_READ, WEB_BODY_NONE, get_offload},
    {WEB_GET, "/{lang}/offload-fails", NULL, WEB_CSRF_READ, WEB_BODY_NONE, get_offload_fails},
};

static const struct web_route api[] = {
    {WEB_POST, "/api/v1/things", NULL, WEB_CSRF_API, WEB_BODY_JSON, post_json},
    {WEB_POST, "/api/v1/parked", NULL, WEB_CSRF_API, WEB_BODY_JSON, get_park},
    {WEB_DELETE, "/api/v1/things/{id}", NULL, WEB_CSRF_API, WEB_BODY_NONE, delete_thing},
    {WEB_GET, "/api/v1/fails", NULL, WEB_CSRF_READ, WEB_BODY_NONE, get_fails},
    {WEB_GET, "/api/v1/refused", NULL, WEB_CSRF_READ, WEB_BODY_NONE, get_refused},
    {WEB_GET, "/log/tile/{level}/{n}", NULL, WEB_CSRF_READ, WEB_BODY_NONE, get_tile},
};

static const struct web_route *const tables[] = {pages, api};
static const size_t table_sizes[] = {sizeof pages / sizeof pages[0], sizeof api / sizeof api[0]};

static struct err *identify(struct web_request *req, const struct hash *cookie, void **ret_who)
{
    struct fixture *f = web_app(req);
    atomic_fetch_add(&f->n_identified, 1);
    *ret_who = str_to_c(web_arena(req), cookie ? S("somebody") : S("nobody"));
    return NULL;
}

static struct verdict permit(struct web_request *req, const char *permission)
{
    bool is_known = str_eq(str_c(web_who(req)), S("somebody"));
    if (!str_eq(str_c(permission), S("secret")) || str_eq(web_query(req, "open"), S("1")))
        return verdict_yes();
    return verdict_no(is_known ? "POLICY_ROLE" : "POLICY_SIGN_IN", "web.status.403", "web.status.401", (struct str){0});
}

static struct err *draw_error(struct web_request *req, int status, const struct verdict *v, struct str *ret_html)
{
    if (str_eq(web_query(req, "draw"), S("no")))
        return ERR(web_arena(req), ERR_INTERNAL, "the page cannot be drawn");
    *ret_html = str_printf(web_arena(req), "<h1>%d</h1><p>%s %.*s</p>", status, v && v->code ? v->code : "-",
                           STR_FMT(lang_code(web_lang(req))));
    return NULL;
}

static struct err *loop_start(void *app, struct arena *a, int index, void **ret_loop)
{
    (void)app;
    int *n = ARENA_NEW(a, int);
    *n = index;
    *ret_loop = n;
    return NULL;
}

static void loop_end(void *app, void *loop)
{
    (void)app;
    MUST(loop);
}

struct fixture *fixture_new(struct arena *a)
{
    static const uint8_t key[32] = "a key of the tests, 32 bytes ...";
    struct fixture *f = ARENA_NEW(a, struct fixture);
    f->a = a;
    MUST(pthread_mutex_init(&f->lock, NULL) == 0 && pthread_cond_init(&f->changed, NULL) == 0);
    f->options = (struct web_options){
        .listen = "127.0.0.1:0",
        .workers = 2,
        .limits = {.header_bytes = 8192, .header_fields = 64, .header_seconds = 5, .url_bytes = 2048,
                   .form_bytes = ARENA_MIB, .upload_bytes = 11 * ARENA_MIB, .inflight_bytes = 64 * ARENA_MIB,
                   .connections = 10000, .requests_per_second = 5, .requests_burst = 20},
        .form_key = key,
        .proxies = {NULL, 0},
        .tables = tables,
        .table_sizes = table_sizes,
        .n_tables = 2,
        .app = f,
        .loop_start = loop_start,
        .loop_end = loop_end,
        .identify = identify,
        .permit = permit,
        .draw_error = draw_error,
    };
    return f;
}

void fixture_start(struct fixture *f)
{
    struct err *e = web_start(f->a, &f->options, &f->web);
    if (e)
        fail_msg("%s", err_text(f->a, e).p);
}

void fixture_stop(struct fixture *f, int seconds)
{
    web_stop(f->web, seconds);
}

struct http_client *fixture_client(struct fixture *f)
{
    return http_connect(f->a, web_address(f->web));
}

void fixture_wait_parked(struct fixture *f, int n)
{
    struct timespec until;
    MUST(clock_gettime(CLOCK_REALTIME, &until) == 0);
    until.tv_sec += 10;
    MUST(pthread_mutex_lock(&f->lock) == 0);
    while (f->n_parked < n)
        if (pthread_cond_timedwait(&f->changed, &f->lock, &until) != 0)
            break;
    int parked = f->n_parked;
    MUST(pthread_mutex_unlock(&f->lock) == 0);
    assert_int_equal(parked, n);
}

void fixture_resume(struct fixture *f)
{
    MUST(pthread_mutex_lock(&f->lock) == 0);
    for (int i = 0; i < f->n_parked; i++)
        web_resume(f->parked[i]);
    f->n_parked = 0;
    MUST(pthread_mutex_unlock(&f->lock) == 0);
}
