/* SPDX-License-Identifier: AGPL-3.0-or-later
 *
 * error_page.c - error pages: a title, what happened, what to do, and a number to tell.
 *
 * Keeps: the page needs nothing that may have failed: when the frame cannot be filled, it is drawn without
 *        the institution's name and the menu.
 */
#include "core/error_page.h"

#include "core/page.h"
#include "gen/core_views.h"

/* Statuses with texts of their own; anything else is told as the first of its hundred. */
static const int told[] = {400, 401, 403, 404, 405, 409, 413, 415, 422, 429, 500, 503};

static int told_as(int status)
{
    for (size_t i = 0; i < sizeof told / sizeof told[0]; i++)
        if (told[i] == status)
            return status;
    return status >= 500 ? 500 : 400;
}

static struct str text(struct web_request *req, int status, const char *part)
{
    struct str id = str_printf(web_arena(req), "core.problem.%d.%s", told_as(status), part);
    return t(web_lang(req), id.p);
}

/* Where an error page leads: to sign-in and back when that would help, else to the first page. */
static void fill_link(struct web_request *req, const struct verdict *v, struct core_view_problem *m)
{
    if (v && v->code && str_eq(str_c(v->code), S("POLICY_SIGN_IN"))) {
        struct str back = page_url_part(web_arena(req), web_path(req));
        m->link_text = t(web_lang(req), "core.problem.sign_in");
        m->link_href = page_href(req, "/staff/sign-in?to=%.*s", STR_FMT(back));
        return;
    }
    m->link_text = t(web_lang(req), "core.problem.home");
    m->link_href = page_href(req, "/");
}

/* The frame. Before anybody was identified it is drawn for nobody, and bare when the database fails. */
static void fill_layout(struct web_request *req, struct core_view_problem *m)
{
    struct err *e = web_who(req) ? session_layout(req, m->title, &m->layout)
                                 : session_layout_public(req, m->title, &m->layout);
    if (e)
        m->layout = (struct core_view_layout){.is_demo = session_site(req)->is_demo};
    m->layout.lang = lang_code(web_lang(req));
    m->layout.title = m->title;
    m->layout.path = (struct str){0}; /* what failed once need not be asked for in another language */
    m->layout.width = CORE_WIDTH_READING;
}

struct err *error_page_draw(struct web_request *req, int status, const struct verdict *v, struct str *ret_html)
{
    struct core_view_problem m = {
        .title = text(req, status, "title"),
        .text = text(req, status, "text"),
        .next = text(req, status, "next"),
        .request_id = web_id(req),
    };
    if (v && v->code) {
        struct str why = t_verdict(web_arena(req), web_lang(req), v);
        struct str next = t_verdict_next(web_arena(req), web_lang(req), v);
        m.text = why.n ? why : m.text;
        m.next = next.n ? next : m.next;
    }
    fill_link(req, v, &m);
    fill_layout(req, &m);
    struct html h;
    page_begin(req, &h);
    core_view_problem(&h, &m);
    return page_html(&h, ret_html);
}
