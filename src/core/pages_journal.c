/* SPDX-License-Identifier: AGPL-3.0-or-later
 *
 * pages_journal.c - the journal for auditors: what happened when, in which office, and its place in the log.
 *
 * Keeps: no name, no number of a case, no word of anybody. What is read here is not a reading of a case.
 */
#include "core/pages.h"

#include "base/clock.h"

#include "core/policy_rows.h"
#include "core/views_admin.h"
#include "gen/core_queries.h"
#include "gen/core_views.h"

#define PAGE_ROWS 50

/* "Body: added", or the words of the code when no text has them. */
static struct str event_name(struct web_request *req, const struct core_q_events_before_row *row)
{
    struct arena *a = web_arena(req);
    struct str id = str_printf(a, "admin.event.%.*s.%.*s", STR_FMT(row->noun), STR_FMT(row->verb));
    if (t_has(id.p))
        return t(web_lang(req), id.p);
    return str_printf(a, "%.*s.%.*s", STR_FMT(row->noun), STR_FMT(row->verb));
}

/* Where it was done: the office with its body, or what kind of actor it was. */
static struct str where(struct web_request *req, const struct directory *d, const struct core_q_events_before_row *row,
                        struct str *ret_note)
{
    struct arena *a = web_arena(req);
    struct str lang = lang_code(web_lang(req));
    const struct office *o = row->office_id.has ? directory_office(d, row->office_id.v) : NULL;
    const struct body *b = o ? directory_body(d, o->body_id) : NULL;
    *ret_note = b ? text3_for(&b->name, lang) : (struct str){0};
    if (o)
        return text3_for(&o->title, lang);
    return t(web_lang(req), str_printf(a, "admin.actor.%.*s", STR_FMT(row->actor)).p);
}

static void fill_table(struct web_request *req, const struct directory *d, const struct core_q_events_before_row *found,
                       size_t n, struct core_view_admin_journal *m)
{
    struct arena *a = web_arena(req);
    const struct lang *l = web_lang(req);
    struct core_table_row *rows = ARENA_ARRAY(a, n, struct core_table_row);
    for (size_t i = 0; i < n; i++) {
        struct core_cell *cells = ARENA_ARRAY(a, 5, struct core_cell);
        int32_t offset = zone_offset(session_site(req)->tz, found[i].at) / 60;
        cells[0].text = lang_int(a, l, found[i].seq);
        cells[0].is_code = true;
        cells[1].text = lang_datetime_short(a, l, found[i].at, offset);
        cells[1].is_code = true;
        cells[2].text = event_name(req, &found[i]);
        cells[2].note = str_printf(a, "%.*s.%.*s", STR_FMT(found[i].noun), STR_FMT(found[i].verb));
        cells[3].text = where(req, d, &found[i], &cells[3].note);
        cells[4].text = lang_int(a, l, found[i].leaf);
        cells[4].is_number = true;
        rows[i].cells = cells;
    }
    struct core_column *columns = ARENA_ARRAY(a, 5, struct core_column);
    columns[0].title = t(l, "admin.journal.seq");
    columns[1].title = t(l, "admin.journal.time");
    columns[2].title = t(l, "admin.journal.event");
    columns[3].title = t(l, "admin.journal.office");
    columns[4].title = t(l, "admin.journal.leaf");
    columns[4].is_number = true;
    m->rows = rows;
    m->n_rows = n;
    m->columns = columns;
    m->n_columns = 5;
}

static struct err *fill_stats(struct web_request *req, struct core_view_admin_journal *m)
{
    struct arena *a = web_arena(req);
    const struct lang *l = web_lang(req);
    struct core_q_head_last_row head = {0};
    bool found = false;
    TRY(core_q_head_last(a, session_loop(req)->read, session_site(req)->realm, &head, &found));
    struct core_stat *s = ARENA_ARRAY(a, 3, struct core_stat);
    s[0] = (struct core_stat){.value = lang_int(a, l, head.events), .label = t(l, "admin.journal.events")};
    s[1] = (struct core_stat){.value = lang_int(a, l, head.readings), .label = t(l, "admin.journal.readings")};
    s[2] = (struct core_stat){.value = lang_int(a, l, head.size), .label = t(l, "admin.journal.leaves"),
                              .href = S("/log/checkpoint")};
    m->stats = s;
    m->n_stats = 3;
    return NULL;
}

static struct err *get_journal(struct web_request *req)
{
    struct arena *a = web_arena(req);
    struct core_view_admin_journal m = {0};
    struct core_q_events_before_row *rows;
    const struct directory *d;
    size_t n;
    struct html h;
    int64_t before = page_id(web_query(req, "before"));
    TRY(session_layout(req, t(web_lang(req), "admin.journal.title"), &m.layout));
    TRY(directory_of_loop(a, session_loop(req), &d));
    TRY(core_q_events_before(a, session_loop(req)->read, session_site(req)->realm, before ? before : INT64_MAX,
                             PAGE_ROWS + 1, &rows, &n));
    bool has_older = n > PAGE_ROWS;
    n = has_older ? PAGE_ROWS : n;
    fill_table(req, d, rows, n, &m);
    TRY(fill_stats(req, &m));
    if (has_older)
        m.older_href = page_href(req, "/admin/journal?before=%lld", (long long)rows[n - 1].seq);
    if (before)
        m.newest_href = page_href(req, "/admin/journal");
    page_begin(req, &h);
    core_view_admin_journal(&h, &m);
    return page_end(req, 200, &h);
}

/* ---- routes ---- */

static const struct web_route routes[] = {
    ADMIN_GET("/journal", MAY_SEE_JOURNAL, get_journal),
};
const struct route_table core_routes_journal = {routes, sizeof routes / sizeof routes[0]};
