/* SPDX-License-Identifier: AGPL-3.0-or-later
 *
 * pages_promises.c - what Birge promises and how it is proven, for people; security.txt for those who find a hole.
 *
 * Source: trust.md P20; RFC 9116.
 */
#include "core/pages.h"

#include "base/clock.h"
#include "core/config.h"
#include "core/promises.h"
#include "core/views_promises.h"
#include "gen/core_views.h"

static void fill_tests(struct web_request *req, const struct promise *p, struct core_view_promise *m)
{
    static const char *const outcomes[] = {"promise.test.passed", "promise.test.failed", "promise.test.skipped",
                                           "promise.test.not_run"};
    struct arena *a = web_arena(req);
    const struct lang *l = web_lang(req);
    struct core_row *rows = ARENA_ARRAY(a, p->n_tests, struct core_row);
    for (size_t i = 0; i < p->n_tests; i++) {
        const struct promise_test *test = &p->tests[i];
        struct str outcome = t(l, outcomes[test->outcome]);
        rows[i] = (struct core_row){.key = test->name, .value = outcome};
        if (test->outcome == PROMISE_PASSED && test->cases > 1)
            rows[i].value = str_printf(a, "%.*s, %.*s", STR_FMT(outcome),
                                       STR_FMT(T(a, l, "promise.test.cases", TEXT_ARG("n", test->cases))));
    }
    m->tests = rows;
    m->n_tests = p->n_tests;
}

static void fill_promise(struct web_request *req, size_t i, const struct promise *p, struct core_view_promise *m)
{
    static const char *const states[] = {"promise.state.proven", "promise.state.part", "promise.state.open"};
    static const char *const kinds[] = {"green", "yellow", "grey"};
    struct arena *a = web_arena(req);
    const struct lang *l = web_lang(req);
    struct core_stat *figures = ARENA_ARRAY(a, p->n_figures, struct core_stat);
    *m = (struct core_view_promise){
        .id = str_printf(a, "p%zu", i + 1),
        .title = str_printf(a, "%zu. %.*s", i + 1, STR_FMT(t(l, p->title_id))),
        .state = t(l, states[p->state]),
        .state_kind = str_c(kinds[p->state]),
        .how = t(l, p->how_id),
        .missing = p->missing_id ? t(l, p->missing_id) : S(""),
        .figures = figures,
        .n_figures = p->n_figures,
    };
    for (size_t k = 0; k < p->n_figures; k++)
        figures[k] = (struct core_stat){.value = lang_int(a, l, p->figures[k].value),
                                        .label = t(l, p->figures[k].text_id)};
    fill_tests(req, p, m);
}

static struct err *get_promises(struct web_request *req)
{
    struct arena *a = web_arena(req);
    const struct lang *l = web_lang(req);
    struct core_view_promises m = {0};
    struct promises *all;
    struct html h;
    TRY(promises_read(a, (struct str){0}, &all));
    TRY(session_layout(req, t(l, "promise.title"), &m.layout));
    struct core_view_promise *items = ARENA_ARRAY(a, N_PROMISES, struct core_view_promise);
    for (size_t i = 0; i < N_PROMISES; i++)
        fill_promise(req, i, &all->items[i], &items[i]);
    m.run = T(a, l, "promise.run", TEXT_ARG("version", all->version), TEXT_ARG("day", lang_date(a, l, all->day)),
              TEXT_ARG("passed", all->passed), TEXT_ARG("failed", all->failed), TEXT_ARG("skipped", all->skipped));
    m.promises = items;
    m.n_promises = N_PROMISES;
    page_begin(req, &h);
    core_view_promises(&h, &m);
    return page_end(req, 200, &h);
}

/* Where to write about a hole. Without a contact there is none to show: an address that nobody reads would be worse. */
static struct err *get_security(struct web_request *req)
{
    struct arena *a = web_arena(req);
    const struct config *c = session_site(req)->config;
    if (c->web_security_contact.n == 0)
        return web_error(req, 404);
    /* RFC 9116 wants a day less than a year ahead, so that an old copy is known as one. */
    struct civil now = civil_from_day(site_today(session_site(req), web_now(req)));
    int32_t month = now.month - 1 + 6;
    struct civil until = {now.year + month / 12, month % 12 + 1, 1};
    struct buf b;
    buf_init(&b, a, 8 * ARENA_KIB);
    buf_printf(&b, "Contact: %.*s\nExpires: %.*sT00:00:00Z\nPreferred-Languages: kk, ru, en\n",
               STR_FMT(c->web_security_contact), STR_FMT(day_text(a, civil_to_day(until))));
    if (c->web_base_url.n > 0)
        buf_printf(&b, "Canonical: %.*s/.well-known/security.txt\n", STR_FMT(c->web_base_url));
    buf_printf(&b, "Policy: %.*s/en/promises\n", STR_FMT(web_base_url(req)));
    web_cacheable(req, 3600);
    return web_reply(req, 200, "text/plain; charset=utf-8", buf_view(&b));
}

/* ---- routes ---- */

static const struct web_route routes[] = {
    {WEB_GET, "/{lang}/promises", NULL, WEB_CSRF_READ, WEB_BODY_NONE, get_promises},
    {WEB_GET, "/.well-known/security.txt", NULL, WEB_CSRF_READ, WEB_BODY_NONE, get_security},
};
const struct route_table core_routes_promises = {routes, sizeof routes / sizeof routes[0]};
