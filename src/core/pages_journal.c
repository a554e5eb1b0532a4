/* SPDX-License-Identifier: AGPL-3.0-or-later
 *
 * pages_journal.c - the journal for auditors: what happened when, in which office, and its place in the log.
 *
 * Keeps: no name, no number of a case, no word of anybody. What is read here is not a reading of a case.
 */
#include "core/pages.h"

#include "base/clock.h"
#include "core/journal_search.h"
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

/* ---- the filters ---- */

/* A verb as events have it: small letters and _. */
static bool is_word(struct str s)
{
    for (size_t i = 0; i < s.n; i++)
        if (!(s.p[i] >= 'a' && s.p[i] <= 'z') && s.p[i] != '_')
            return false;
    return s.n > 0 && s.n <= 40;
}

/* A date of the query, in the realm's zone: the instant at which the day begins. Empty: `otherwise`. */
static int64_t day_start_of(struct web_request *req, const char *name, int plus, int64_t otherwise,
                            struct web_errors *errors)
{
    struct str text = web_query(req, name);
    int32_t day;
    if (text.n == 0)
        return otherwise;
    if (day_parse(text, &day))
        return zone_day_start(session_site(req)->tz, day + plus);
    web_errors_add(web_arena(req), errors, str_c(name), t(web_lang(req), "admin.journal.date"));
    return otherwise;
}

static struct journal_query query_of(struct web_request *req, struct web_errors *errors)
{
    struct journal_query q = {.noun = web_query(req, "noun"), .verb = web_query(req, "verb")};
    int64_t before = page_id(web_query(req, "before"));
    q.from_at = day_start_of(req, "from", 0, 0, errors);
    q.to_at = day_start_of(req, "to", 1, INT64_MAX, errors);
    q.body_id = page_id(web_query(req, "body"));
    q.before = before ? before : INT64_MAX;
    return q;
}

/* The nouns that facts belong to, each once. */
static void fill_nouns(struct web_request *req, const struct journal_query *q, struct core_view_admin_journal *m)
{
    const struct db_schema *schema = db_schema_of(session_site(req)->db);
    struct core_option *all = ARENA_ARRAY(web_arena(req), (size_t)schema->n_facts, struct core_option);
    for (int i = 0; i < schema->n_facts; i++) {
        struct str noun = str_c(schema->facts[i].noun);
        bool is_there = false;
        for (size_t k = 0; k < m->n_nouns; k++)
            is_there = is_there || str_eq(all[k].value, noun);
        if (!is_there)
            all[m->n_nouns++] = (struct core_option){.value = noun, .label = noun, .checked = str_eq(noun, q->noun)};
    }
    m->nouns = all;
}

static void fill_filters(struct web_request *req, const struct directory *d, const struct journal_query *q,
                         const struct web_errors *errors, struct core_view_admin_journal *m)
{
    struct core_option *bodies = ARENA_ARRAY(web_arena(req), d->n_bodies, struct core_option);
    for (size_t i = 0; i < d->n_bodies; i++)
        bodies[i] = (struct core_option){.value = str_printf(web_arena(req), "%lld", (long long)d->bodies[i].id),
                                         .label = text3_for(&d->bodies[i].name, lang_code(web_lang(req))),
                                         .checked = d->bodies[i].id == q->body_id};
    fill_nouns(req, q, m);
    m->bodies = bodies;
    m->n_bodies = d->n_bodies;
    m->verb = q->verb;
    m->from = web_query(req, "from");
    m->to = web_query(req, "to");
    m->errors = page_errors(req, errors);
    m->is_filtered = q->noun.n > 0 || q->verb.n > 0 || m->from.n > 0 || m->to.n > 0 || q->body_id > 0;
    m->plain_href = page_href(req, "/admin/journal");
}

/* The same filters from another event on. Only what was understood goes into the address. */
static struct str older_href(struct web_request *req, const struct journal_query *q, const struct core_view_admin_journal *m,
                             int64_t before)
{
    struct buf b;
    int32_t day;
    buf_init(&b, web_arena(req), 4 * ARENA_KIB);
    buf_str(&b, page_href(req, "/admin/journal?before=%lld", (long long)before));
    for (size_t i = 0; i < m->n_nouns; i++)
        if (m->nouns[i].checked)
            buf_printf(&b, "&noun=%.*s", STR_FMT(m->nouns[i].value));
    if (is_word(q->verb))
        buf_printf(&b, "&verb=%.*s", STR_FMT(q->verb));
    if (day_parse(m->from, &day))
        buf_printf(&b, "&from=%.*s", STR_FMT(m->from));
    if (day_parse(m->to, &day))
        buf_printf(&b, "&to=%.*s", STR_FMT(m->to));
    if (q->body_id > 0)
        buf_printf(&b, "&body=%lld", (long long)q->body_id);
    return buf_view(&b);
}

static struct err *get_journal(struct web_request *req)
{
    struct arena *a = web_arena(req);
    struct core_view_admin_journal m = {0};
    struct web_errors errors = {0};
    struct journal_query q = query_of(req, &errors);
    struct journal_found found;
    const struct directory *d;
    struct html h;
    TRY(session_layout(req, t(web_lang(req), "admin.journal.title"), &m.layout));
    TRY(directory_of_loop(a, session_loop(req), &d));
    TRY(journal_search(a, session_loop(req)->read, session_site(req)->realm, d, &q, PAGE_ROWS, &found));
    fill_filters(req, d, &q, &errors, &m);
    fill_table(req, d, found.rows, found.n, &m);
    TRY(fill_stats(req, &m));
    m.is_cut = found.is_cut;
    if (found.has_more)
        m.older_href = older_href(req, &q, &m, found.before);
    if (q.before < INT64_MAX)
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
