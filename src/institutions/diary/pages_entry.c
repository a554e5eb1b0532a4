/* SPDX-License-Identifier: AGPL-3.0-or-later
 *
 * pages_entry.c - one entry as everybody sees it, with its former versions.
 *
 * Keeps: what is unknown, unpublished or was never shown gets the same 404.
 */
#include "institutions/diary/pages.h"

#include "base/clock.h"
#include "gen/diary_views.h"

static void add_row(struct page *p, struct diary_view_entry *m, struct core_row *rows, const char *key, struct str value,
                    struct str href)
{
    if (value.n > 0)
        rows[m->n_rows++] = (struct core_row){.key = pages_t(p, key), .value = value, .href = href};
}

static void fill_rows(struct page *p, const struct diary_shown *s, const struct diary_words *w, struct diary_view_entry *m)
{
    struct core_row *rows = ARENA_ARRAY(p->a, 6, struct core_row);
    struct str none = {0};
    add_row(p, m, rows, "diary.entry.when", diary_when_text(p, &s->version), none);
    add_row(p, m, rows, "diary.entry.where", diary_place_text(p, &s->version, w), none);
    add_row(p, m, rows, "diary.entry.office", diary_office_text(p, s->row.office_id), none);
    if (s->inside_code.n > 0) {
        struct str lang;
        const struct diary_words *around = diary_page_words(p, s->inside_words, s->version.language, &lang);
        add_row(p, m, rows, "diary.entry.part_of", around->title.n > 0 ? around->title : pages_t(p, "diary.entry.part_of"),
                page_href(p->req, "/diary/entries/%.*s", STR_FMT(s->inside_code)));
    }
    m->rows = rows;
}

static struct err *fill_inside(struct page *p, const struct diary_shown *s, struct diary_view_entry *m)
{
    struct diary_shown *items;
    size_t n;
    TRY(diary_store_inside(p->a, p->loop->read, p->site->realm, s->row.entry_id, &items, &n));
    struct diary_line *lines = ARENA_ARRAY(p->a, n, struct diary_line);
    for (size_t i = 0; i < n; i++)
        lines[i] = diary_line_of(p, &items[i]);
    m->inside = lines;
    m->n_inside = n;
    return NULL;
}

static struct err *fill_versions(struct page *p, const struct diary_shown *s, struct diary_view_entry *m)
{
    struct diary_correction *items;
    size_t n;
    TRY(diary_store_corrections(p->a, p->loop->read, p->site->realm, &s->row, &items, &n));
    struct core_step *steps = ARENA_ARRAY(p->a, n, struct core_step);
    for (size_t i = 0; i < n; i++) {
        bool is_current = items[i].no == s->row.version;
        steps[i] = (struct core_step){
            .state = is_current ? CORE_STEP_NOW : CORE_STEP_DONE,
            .title = T(p->a, p->lang, "diary.entry.version", TEXT_ARG("no", (int64_t)i + 1)),
            .when = pages_time(p, items[i].at),
            .when_iso = instant_text(p->a, items[i].at),
            .text = items[i].note,
        };
        if (items[i].no == s->version.no)
            continue;
        steps[i].link_text = pages_t(p, "diary.entry.version.read");
        steps[i].link_href = is_current
                                 ? page_href(p->req, "/diary/entries/%.*s", STR_FMT(s->row.code))
                                 : page_href(p->req, "/diary/entries/%.*s?version=%lld", STR_FMT(s->row.code),
                                             (long long)items[i].no);
    }
    m->versions = steps;
    m->n_versions = n > 1 ? n : 0;
    return NULL;
}

static struct err *draw_entry(struct page *p)
{
    struct diary_view_entry m = {0};
    struct diary_shown s;
    struct html h;
    int64_t no = 0;
    int32_t day;
    bool found;
    struct str asked = web_query(p->req, "version");
    if (asked.p && (!str_to_int64(asked, &no) || no < 1))
        return web_error(p->req, 404);
    TRY(diary_store_public(p->a, p->loop->read, p->site->realm, web_param(p->req, "code"), no, &s, &found));
    if (!found)
        return web_error(p->req, 404);
    const struct diary_words *w = diary_page_words(p, s.version.words, s.version.language, &m.lang);
    TRY(diary_layout(p, w->title, &m.layout));
    m.layout.width = CORE_WIDTH_READING;
    m.layout.back_href = page_href(p->req, "/diary?month=%.*s", STR_FMT(str_slice(s.version.begins_on, 0, 7)));
    m.kind = diary_kind_text(p, &s.version);
    m.title = w->title;
    m.only_in = diary_only_in(p, m.lang);
    m.state = diary_state_tag(p, s.row.state);
    m.reason = s.row.state == DIARY_CANCELLED || s.row.state == DIARY_POSTPONED ? s.row.reason : S("");
    if (s.version.no != s.row.version) {
        m.old_note = pages_t(p, "diary.entry.old.text");
        m.current_href = page_href(p->req, "/diary/entries/%.*s", STR_FMT(s.row.code));
    }
    m.about = w->about;
    m.outcome = w->outcome;
    m.link = s.version.link;
    fill_rows(p, &s, w, &m);
    m.n_groups = diary_groups(p, s.participants, s.n_participants, &m.groups);
    TRY(fill_inside(p, &s, &m));
    TRY(fill_versions(p, &s, &m));
    m.month_href = m.layout.back_href;
    m.month = day_parse(s.version.begins_on, &day) ? lang_month(p->a, p->lang, day) : s.version.begins_on;
    page_begin(p->req, &h);
    diary_view_entry(&h, &m);
    return diary_end(p, &h);
}

static struct err *get_entry(struct web_request *req)
{
    return pages_run(req, draw_entry);
}

static const struct web_route routes[] = {
    {WEB_GET, "/{lang}/diary/entries/{code}", NULL, WEB_CSRF_READ, WEB_BODY_NONE, get_entry},
};
const struct route_table diary_routes_entry = {routes, sizeof routes / sizeof routes[0]};
