/* SPDX-License-Identifier: AGPL-3.0-or-later
 *
 * pages_home.c - what everybody may read: home with the figures, who sees what, help.
 *
 * Keeps: no page here is about one case or one person, so all may be kept by caches for a minute.
 * Source: needs.md section 2; trust.md section 5 (the table is shown, not described).
 */
#include "institutions/reception/pages.h"

#include "base/clock.h"
#include "core/views.h"
#include "gen/reception_views.h"
#include "institutions/reception/pages_figures.h"
#include "institutions/reception/policy.h"
#include "institutions/reception/reception.h"

/* ---- language ---- */

static struct err *get_root(struct web_request *req)
{
    web_header(req, "Vary", S("Accept-Language"));
    return web_redirect(req, str_printf(web_arena(req), "/%.*s", STR_FMT(lang_code(web_lang(req)))));
}

/* ---- home ---- */

static void home_cards(struct page *p, struct reception_view_home *m)
{
    static const struct {
        const char *title, *text, *href;
    } cards[] = {
        {"figures.nav", "home.card.figures.text", "/figures"},
        {"home.card.bodies", "home.card.bodies.text", "/bodies"},
        {"home.card.who", "home.card.who.text", "/who-sees-what"},
        {"home.card.log", "home.card.log.text", "/log"},
    };
    size_t n = sizeof cards / sizeof cards[0];
    struct core_card *out = ARENA_ARRAY(p->a, n, struct core_card);
    for (size_t i = 0; i < n; i++)
        out[i] = (struct core_card){pages_t(p, cards[i].title), pages_t(p, cards[i].text),
                                    page_href(p->req, "%s", cards[i].href)};
    m->cards = out;
    m->n_cards = n;
}

static void home_steps(struct page *p, struct reception_view_home *m)
{
    static const char *const steps[][2] = {
        {"home.step.write", "home.step.write.text"},     {"home.step.number", "home.step.number.text"},
        {"home.step.work", "home.step.work.text"},       {"home.step.answer", "home.step.answer.text"},
        {"home.step.opinion", "home.step.opinion.text"},
    };
    size_t n = sizeof steps / sizeof steps[0];
    struct core_step *out = ARENA_ARRAY(p->a, n, struct core_step);
    for (size_t i = 0; i < n; i++)
        out[i] = (struct core_step){.title = pages_t(p, steps[i][0]), .text = pages_t(p, steps[i][1])};
    m->steps = out;
    m->n_steps = n;
}

static void home_meanings(struct page *p, struct reception_view_home *m)
{
    static const char *const figures[] = {"received", "in_time", "open", "overdue", "solved"};
    size_t n = sizeof figures / sizeof figures[0];
    struct core_row *out = ARENA_ARRAY(p->a, n, struct core_row);
    for (size_t i = 0; i < n; i++)
        out[i] = (struct core_row){
            .key = pages_t_of(p, "home.figure.", str_c(figures[i])),
            .value = pages_t_of(p, "home.figure.", str_printf(p->a, "%s.means", figures[i])),
        };
    m->meanings = out;
    m->n_meanings = n;
}

static struct err *home(struct page *p)
{
    struct reception_view_home m = {.lang = p->code, .as_of = p->now, .send_href = page_href(p->req, "/appeals/new"),
                                    .track_href = page_href(p->req, "/track")};
    TRY(figures_stats(p, 0, &m.stats, &m.n_stats));
    m.year = str_printf(p->a, "%d", (int)civil_from_day(p->today).year);
    home_cards(p, &m);
    home_steps(p, &m);
    home_meanings(p, &m);
    TRY(pages_public(p, pages_t(p, "home.title"), &m.layout));
    struct html h;
    page_begin(p->req, &h);
    reception_view_home(&h, &m);
    return pages_end_public(p, &h);
}

static struct err *get_home(struct web_request *req)
{
    return pages_run(req, home);
}

/* ---- who sees what: the policy table in words ---- */

static const enum role shown_roles[] = {ROLE_VISITOR, ROLE_APPLICANT, ROLE_REGISTRAR, ROLE_EXECUTOR, ROLE_HEAD,
                                        ROLE_ADMINISTRATOR, ROLE_AUDITOR};
#define N_SHOWN_ROLES (sizeof shown_roles / sizeof shown_roles[0])

/* May `role` do `action` to cases, and how near must it be? */
static struct core_cell right_of(struct page *p, enum role role, const char *action)
{
    static const char *const scopes[] = {
        [SCOPE_ANY] = "reception.who.yes.any",
        [SCOPE_OWN_CASE] = "reception.who.yes.own_case",
        [SCOPE_OWN_BODY] = "reception.who.yes.own_body",
        [SCOPE_OWN_OFFICE] = "reception.who.yes.own_office",
        [SCOPE_OPENED] = "see.who.yes.opened",
        [SCOPE_SHOWN] = "see.who.yes.shown",
    };
    uint32_t states = 0;
    int scope = -1;
    for (size_t i = 0; i < p->site->policy.n_rows; i++) {
        const struct policy_row *row = &p->site->policy.rows[i];
        if (row->role != role || !str_eq(str_c(row->action), str_c(action)))
            continue;
        states |= row->states;
        if (scope < 0 || (int)row->scope < scope)
            scope = (int)row->scope;
    }
    if (scope < 0)
        return (struct core_cell){.text = pages_t(p, "reception.who.no")};
    struct core_cell cell = {.text = pages_t(p, scopes[scope]), .tag_kind = S("green")};
    bool is_always = (states & POLICY_STATELESS) || (states & APPEAL_ALL_BITS) == APPEAL_ALL_BITS;
    if (!is_always)
        cell.note = pages_t(p, "reception.who.some_states");
    return cell;
}

/* The actions of this slice in the order of its table, each once. Memory: p->a. */
static size_t distinct_actions(struct page *p, const char *const **ret_actions)
{
    const char **actions = ARENA_ARRAY(p->a, N_RECEPTION_POLICY_ROWS, const char *);
    size_t n = 0;
    for (size_t i = 0; i < N_RECEPTION_POLICY_ROWS; i++) {
        struct str action = str_c(reception_policy_rows[i].action);
        size_t k = 0;
        while (k < n && !str_eq(str_c(actions[k]), action))
            k++;
        if (k == n)
            actions[n++] = reception_policy_rows[i].action;
    }
    *ret_actions = actions;
    return n;
}

static struct err *who_sees(struct page *p)
{
    struct core_column *columns = ARENA_ARRAY(p->a, N_SHOWN_ROLES + 1, struct core_column);
    columns[0].title = pages_t(p, "reception.who.column.action");
    for (size_t k = 0; k < N_SHOWN_ROLES; k++)
        columns[k + 1].title = pages_t_of(p, "reception.role.", role_name(shown_roles[k]));
    const char *const *actions;
    size_t n = distinct_actions(p, &actions);
    struct core_table_row *rows = ARENA_ARRAY(p->a, n, struct core_table_row);
    for (size_t i = 0; i < n; i++) {
        struct core_cell *cells = ARENA_ARRAY(p->a, N_SHOWN_ROLES + 1, struct core_cell);
        cells[0].text = pages_t_of(p, "action.", str_c(actions[i]));
        for (size_t k = 0; k < N_SHOWN_ROLES; k++)
            cells[k + 1] = right_of(p, shown_roles[k], actions[i]);
        rows[i].cells = cells;
    }
    struct reception_view_who m = {
        .lang = p->code, .columns = columns, .n_columns = N_SHOWN_ROLES + 1, .rows = rows, .n_rows = n};
    TRY(pages_public(p, pages_t(p, "reception.who.title"), &m.layout));
    struct html h;
    page_begin(p->req, &h);
    reception_view_who(&h, &m);
    return pages_end_public(p, &h);
}

static struct err *get_who(struct web_request *req)
{
    return pages_run(req, who_sees);
}

/* ---- help, accessibility ---- */

static struct err *help(struct page *p)
{
    size_t n;
    const struct profile_kind *kinds = profile_kinds(p->site->profile, &n);
    struct core_row *rows = ARENA_ARRAY(p->a, n, struct core_row);
    for (size_t i = 0; i < n; i++)
        rows[i] = (struct core_row){.key = text3_for(&kinds[i].name, p->code),
                                    .value = text3_for(&kinds[i].hint, p->code)};
    struct reception_view_help m = {.lang = p->code, .kinds = rows, .n_kinds = n};
    m.n_levels = pages_levels(p, &m.levels);
    int64_t emergency = profile_value(p->site->profile, "emergency.number", site_today(p->site, web_now(p->req)), 0);
    if (emergency > 0)
        m.emergency = str_printf(p->a, "%lld", (long long)emergency); /* digits of a telephone, not a quantity */
    TRY(pages_public(p, pages_t(p, "reception.help.title"), &m.layout));
    m.layout.width = CORE_WIDTH_READING;
    struct html h;
    page_begin(p->req, &h);
    reception_view_help(&h, &m);
    return pages_end_public(p, &h);
}

static struct err *get_help(struct web_request *req)
{
    return pages_run(req, help);
}

static struct err *accessibility(struct page *p)
{
    struct reception_view_accessibility m = {.lang = p->code};
    TRY(pages_public(p, pages_t(p, "reception.access.title"), &m.layout));
    m.layout.width = CORE_WIDTH_READING;
    struct html h;
    page_begin(p->req, &h);
    reception_view_accessibility(&h, &m);
    return pages_end_public(p, &h);
}

static struct err *get_accessibility(struct web_request *req)
{
    return pages_run(req, accessibility);
}

/* ---- routes ---- */

static const struct web_route routes[] = {
    {WEB_GET, "/", NULL, WEB_CSRF_READ, WEB_BODY_NONE, get_root},
    {WEB_GET, "/{lang}", NULL, WEB_CSRF_READ, WEB_BODY_NONE, get_home},
    {WEB_GET, "/{lang}/who-sees-what", NULL, WEB_CSRF_READ, WEB_BODY_NONE, get_who},
    {WEB_GET, "/{lang}/help", NULL, WEB_CSRF_READ, WEB_BODY_NONE, get_help},
    {WEB_GET, "/{lang}/accessibility", NULL, WEB_CSRF_READ, WEB_BODY_NONE, get_accessibility},
};

const struct route_table reception_routes_home = {routes, sizeof routes / sizeof routes[0]};
