/* SPDX-License-Identifier: AGPL-3.0-or-later
 *
 * page.c - the read transaction of a page, its words, replies, addresses and errors of forms.
 */
#include "core/page.h"

#include <stdarg.h>

#include "base/clock.h"

#define PATH_BYTES 2048

/* ---- one read transaction ---- */

struct err *pages_run_with(struct web_request *req, pages_handler *fn, void *user)
{
    struct page p = {
        .req = req,
        .a = web_arena(req),
        .site = session_site(req),
        .loop = session_loop(req),
        .who = session_actor(req),
        .lang = web_lang(req),
        .now = web_now(req),
        .user = user,
    };
    p.code = lang_code(p.lang);
    p.today = site_today(p.site, p.now);
    TRY(db_read_begin(p.a, p.loop->read));
    struct err *e = directory_of_loop(p.a, p.loop, &p.directory);
    if (!e)
        e = calendar_of_loop(p.a, p.loop, &p.calendar);
    if (!e)
        e = fn(&p);
    db_read_end(p.loop->read);
    return e;
}

struct err *pages_run(struct web_request *req, pages_handler *fn)
{
    return pages_run_with(req, fn, NULL);
}

/* ---- words ---- */

struct str pages_t(struct page *p, const char *id)
{
    return t(p->lang, id);
}

struct str pages_t_of(struct page *p, const char *prefix, struct str name)
{
    return t(p->lang, str_printf(p->a, "%s%.*s", prefix, STR_FMT(name)).p);
}

struct str pages_body(struct page *p, int64_t body_id)
{
    const struct body *b = body_id ? directory_body(p->directory, body_id) : NULL;
    return b ? text3_for(&b->name, p->code) : S("");
}

struct str pages_office(struct page *p, int64_t office_id)
{
    const struct office *o = office_id ? directory_office(p->directory, office_id) : NULL;
    return o ? text3_for(&o->title, p->code) : S("");
}

struct str pages_date(struct page *p, struct str iso)
{
    int32_t day;
    return day_parse(iso, &day) ? lang_date(p->a, p->lang, day) : iso;
}

struct str pages_day(struct page *p, struct str iso)
{
    int32_t day;
    return day_parse(iso, &day) ? lang_date_short(p->a, p->lang, day) : iso;
}

struct str pages_time(struct page *p, int64_t at)
{
    return lang_datetime(p->a, p->lang, at, zone_offset(p->site->tz, at) / 60);
}

/* ---- replies and addresses ---- */

void page_begin(struct web_request *req, struct html *h)
{
    html_init(h, web_arena(req), web_lang(req), session_site(req)->tz, web_now(req));
}

struct err *page_html(struct html *h, struct str *ret_html)
{
    return html_done(h, ret_html);
}

struct err *page_end(struct web_request *req, int status, struct html *h)
{
    struct str page;
    TRY(html_done(h, &page));
    return web_page(req, status, page);
}

struct str page_href(struct web_request *req, const char *path, ...)
{
    struct buf b;
    va_list args;
    char *text = arena_alloc(web_arena(req), PATH_BYTES);
    buf_init(&b, web_arena(req), PATH_BYTES);
    va_start(args, path);
    (void)vsnprintf(text, PATH_BYTES, path, args);
    va_end(args);
    buf_byte(&b, '/');
    buf_str(&b, lang_code(web_lang(req)));
    buf_c(&b, text);
    return buf_view(&b);
}

struct str page_url_part(struct arena *a, struct str s)
{
    static const char hex[] = "0123456789ABCDEF";
    struct buf b;
    buf_init(&b, a, s.n * 3 + 1);
    for (size_t i = 0; i < s.n; i++) {
        unsigned char c = (unsigned char)s.p[i];
        bool plain = (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '-' ||
                     c == '.' || c == '_' || c == '~';
        if (plain) {
            buf_byte(&b, (char)c);
        } else {
            buf_byte(&b, '%');
            buf_byte(&b, hex[c >> 4]);
            buf_byte(&b, hex[c & 15]);
        }
    }
    return buf_view(&b);
}

const struct core_errors *page_errors(struct web_request *req, const struct web_errors *errors)
{
    if (!errors || errors->n_items == 0)
        return NULL;
    struct core_error *items = ARENA_ARRAY(web_arena(req), errors->n_items, struct core_error);
    struct core_errors *list = ARENA_NEW(web_arena(req), struct core_errors);
    for (size_t i = 0; i < errors->n_items; i++)
        items[i] = (struct core_error){errors->items[i].field, errors->items[i].message};
    *list = (struct core_errors){items, errors->n_items};
    return list;
}

void page_error_first(struct web_request *req, struct web_errors *errors, struct str field, struct str message)
{
    web_errors_add(web_arena(req), errors, field, message);
    struct web_field_error last = errors->items[errors->n_items - 1];
    for (size_t i = errors->n_items - 1; i > 0; i--)
        errors->items[i] = errors->items[i - 1];
    errors->items[0] = last;
}

void page_add_refusal(struct web_request *req, struct web_errors *errors, struct str field, const struct verdict *v)
{
    web_errors_add(web_arena(req), errors, field, t_refusal(web_arena(req), web_lang(req), v));
}

const struct core_errors *page_refusal(struct web_request *req, const char *field, const struct verdict *v)
{
    struct web_errors errors = {0};
    page_add_refusal(req, &errors, str_c(field), v);
    return page_errors(req, &errors);
}

int page_refusal_status(const struct verdict *v)
{
    struct str code = str_c(v->code);
    if (str_starts(code, S("POLICY_")))
        return str_eq(code, S("POLICY_SIGN_IN")) ? 401 : str_eq(code, S("POLICY_STATE")) ? 409 : 403;
    if (str_eq(code, S("STALE")) || str_ends(code, S("_TAKEN")) || str_ends(code, S("_HELD")))
        return 409;
    return 422;
}

int64_t page_id(struct str s)
{
    int64_t id;
    return str_to_int64(s, &id) && id > 0 ? id : 0;
}
