/* SPDX-License-Identifier: AGPL-3.0-or-later
 *
 * feeds.c - diaries for feed readers, calendars and spreadsheets.
 *
 * Keeps: all read what store_public.c shows; no sum stands in any of them; ids and UIDs of an entry never change.
 * Source: RFC 4287 (Atom), RFC 5545 (iCalendar), RFC 4180 (CSV); contract.md.
 */
#include "institutions/diary/pages.h"

#include "base/clock.h"
#include "core/csv.h"
#include "core/feed.h"
#include "institutions/diary/ics.h"

#define ATOM_ENTRIES 50
#define CALENDAR_ENTRIES 1000
#define CSV_ENTRIES 5000

/* ---- what they share ---- */

/* The address that people see, without the last slash. */
static struct str base_of(struct page *p)
{
    return p->site->base_url.n > 0 ? p->site->base_url : web_base_url(p->req);
}

static struct str entry_url(struct page *p, const struct diary_shown *s)
{
    return str_printf(p->a, "%.*s/%.*s/diary/entries/%.*s", STR_FMT(base_of(p)), STR_FMT(p->code), STR_FMT(s->row.code));
}

/* "tag:" and UID need a name that never changes: that of the log. */
static struct str authority(struct page *p)
{
    struct str head;
    struct str rest;
    return str_cut(p->site->origin, '/', &head, &rest) ? head : p->site->origin;
}

/* The newest change of all diaries: the date of every feed. */
static struct err *changed_at(struct page *p, int64_t *ret_at)
{
    struct diary_shown *items;
    size_t n;
    TRY(diary_store_newest(p->a, p->loop->read, p->site->realm, 1, &items, &n));
    *ret_at = n > 0 ? items[0].row.changed_at : 0;
    return NULL;
}

/* About, outcome and who took part, as lines. */
static struct str describe(struct page *p, const struct diary_shown *s, const struct diary_words *w)
{
    struct buf b;
    buf_init(&b, p->a, 64 * ARENA_KIB);
    struct core_view_tag tag = diary_state_tag(p, s->row.state);
    if (tag.text.n > 0)
        buf_printf(&b, "%.*s\n", STR_FMT(tag.text));
    if (s->row.reason.n > 0)
        buf_printf(&b, "%.*s %.*s\n", STR_FMT(pages_t(p, "diary.entry.reason")), STR_FMT(s->row.reason));
    if (w->about.n > 0)
        buf_printf(&b, "%.*s\n", STR_FMT(w->about));
    if (w->outcome.n > 0)
        buf_printf(&b, "%.*s: %.*s\n", STR_FMT(pages_t(p, "diary.entry.outcome")), STR_FMT(w->outcome));
    for (size_t i = 0; i < s->n_participants; i++)
        buf_printf(&b, "%s%.*s%s%.*s", i ? "; " : "", STR_FMT(s->participants[i].name),
                   s->participants[i].post.n ? ", " : "", STR_FMT(s->participants[i].post));
    return str_trim(buf_view(&b));
}

/* ---- Atom ---- */

static void atom_entry(struct page *p, struct buf *b, const struct diary_shown *s)
{
    struct str lang;
    const struct diary_words *w = diary_page_words(p, s->version.words, s->version.language, &lang);
    buf_printf(b, "<entry xml:lang=\"%.*s\">\n<id>tag:%.*s,2026:diary/%.*s</id>\n", STR_FMT(lang.n ? lang : p->code),
               STR_FMT(authority(p)), STR_FMT(s->row.code));
    feed_element(b, "title", w->title);
    buf_c(b, "<link href=\"");
    feed_xml(b, entry_url(p, s));
    buf_c(b, "\"/>\n");
    feed_element(b, "published", instant_text(p->a, s->row.public_at));
    feed_element(b, "updated", instant_text(p->a, s->row.changed_at));
    buf_printf(b, "<category term=\"%.*s\"/>\n<author>", STR_FMT(diary_kind_name(s->version.kind)));
    feed_element(b, "name", diary_office_text(p, s->row.office_id));
    buf_c(b, "</author>\n");
    struct str place = diary_place_text(p, &s->version, w);
    feed_element(b, "summary",
                 str_printf(p->a, "%.*s%s%.*s", STR_FMT(diary_when_text(p, &s->version)), place.n ? ". " : "",
                            STR_FMT(place)));
    struct str text = describe(p, s, w);
    if (text.n > 0) {
        buf_c(b, "<content type=\"text\">");
        feed_xml(b, text);
        buf_c(b, "</content>\n");
    }
    buf_c(b, "</entry>\n");
}

static struct err *atom(struct page *p)
{
    struct diary_shown *items;
    struct buf b;
    size_t n;
    int64_t at;
    struct str self = str_printf(p->a, "%.*s/%.*s/diary/feed.atom", STR_FMT(base_of(p)), STR_FMT(p->code));
    struct str html = str_printf(p->a, "%.*s/%.*s/diary", STR_FMT(base_of(p)), STR_FMT(p->code));
    TRY(changed_at(p, &at));
    TRY(diary_store_newest(p->a, p->loop->read, p->site->realm, ATOM_ENTRIES, &items, &n));
    buf_init(&b, p->a, 4 * ARENA_MIB);
    buf_printf(&b,
               "<?xml version=\"1.0\" encoding=\"utf-8\"?>\n<feed xmlns=\"http://www.w3.org/2005/Atom\" xml:lang=\"%.*s\">\n"
               "<id>tag:%.*s,2026:diary</id>\n",
               STR_FMT(p->code), STR_FMT(authority(p)));
    feed_element(&b, "title", str_printf(p->a, "%.*s: %.*s", STR_FMT(text3_for(&p->directory->realm_name, p->code)),
                                         STR_FMT(pages_t(p, "diary.list.title"))));
    feed_element(&b, "updated", instant_text(p->a, at));
    buf_c(&b, "<link rel=\"self\" type=\"application/atom+xml\" href=\"");
    feed_xml(&b, self);
    buf_c(&b, "\"/>\n<link rel=\"alternate\" type=\"text/html\" href=\"");
    feed_xml(&b, html);
    buf_c(&b, "\"/>\n");
    if (p->site->is_demo)
        feed_element(&b, "subtitle", pages_t(p, "core.demo.text"));
    for (size_t i = 0; i < n; i++)
        atom_entry(p, &b, &items[i]);
    buf_c(&b, "</feed>\n");
    TRY(buf_check(&b, "the feed"));
    return feed_reply(p->req, "application/atom+xml; charset=utf-8", buf_view(&b), at);
}

static struct err *get_atom(struct web_request *req)
{
    return pages_run(req, atom);
}

/* ---- iCalendar ---- */

static enum ics_status status_of(enum diary_state state)
{
    return state == DIARY_CANCELLED || state == DIARY_POSTPONED ? ICS_CANCELLED
           : state == DIARY_PLANNED                             ? ICS_TENTATIVE
                                                                : ICS_CONFIRMED;
}

static struct ics_event event_of(struct page *p, const struct diary_shown *s)
{
    struct str lang;
    const struct diary_words *w = diary_page_words(p, s->version.words, s->version.language, &lang);
    return (struct ics_event){
        .uid = str_printf(p->a, "diary-%.*s@%.*s", STR_FMT(s->row.code), STR_FMT(authority(p))),
        .summary = w->title,
        .description = describe(p, s, w),
        .location = diary_place_text(p, &s->version, w),
        .url = entry_url(p, s),
        .category = diary_kind_name(s->version.kind),
        .language = lang.n ? lang : p->code,
        .begins_at = s->version.begins_at,
        .ends_at = s->version.ends_at,
        .begins_on = s->version.begins_on,
        .ends_on = s->version.ends_on,
        .is_all_day = s->version.is_all_day,
        .zone = s->version.zone,
        .sequence = s->row.sequence,
        .created_at = s->row.public_at,
        .changed_at = s->row.changed_at,
        .status = status_of(s->row.state),
    };
}

/* The year that was asked for; without one, the year behind and everything to come. */
static struct diary_filter span_of(struct page *p, int64_t most)
{
    struct diary_filter f = {.where_is = -1, .kind = S(""), .n = most};
    struct str year = web_query(p->req, "year");
    int32_t day;
    f.first_on = day_text(p->a, p->today - 366);
    f.last_on = S("9999-12-31");
    if (year.n == 4 && day_parse(str_printf(p->a, "%.*s-01-01", STR_FMT(year)), &day)) {
        f.first_on = day_text(p->a, day);
        f.last_on = str_printf(p->a, "%.*s-12-31", STR_FMT(year));
    }
    struct str office = web_query(p->req, "office");
    if (office.p && !str_to_int64(office, &f.office_id))
        f.office_id = 0;
    return f;
}

static struct err *calendar(struct page *p)
{
    struct diary_filter f = span_of(p, CALENDAR_ENTRIES);
    struct diary_shown *items;
    struct str text;
    size_t n;
    int64_t at;
    TRY(changed_at(p, &at));
    TRY(diary_store_between(p->a, p->loop->read, p->site->realm, &f, &items, &n));
    struct ics_event *events = ARENA_ARRAY(p->a, n, struct ics_event);
    for (size_t i = 0; i < n; i++)
        events[i] = event_of(p, &items[i]);
    struct ics_calendar c = {.name = pages_t(p, "diary.list.title"), .language = p->code, .events = events, .n_events = n};
    TRY(ics_write(p->a, &c, &text));
    return feed_reply(p->req, "text/calendar; charset=utf-8", text, at);
}

static struct err *get_calendar(struct web_request *req)
{
    return pages_run(req, calendar);
}

/* ---- CSV ---- */

static struct str participants_text(struct page *p, const struct diary_shown *s)
{
    struct buf b;
    buf_init(&b, p->a, 64 * ARENA_KIB);
    for (size_t i = 0; i < s->n_participants; i++)
        buf_printf(&b, "%s%.*s%s%.*s", i ? "; " : "", STR_FMT(s->participants[i].name),
                   s->participants[i].post.n ? ", " : "", STR_FMT(s->participants[i].post));
    return buf_view(&b);
}

static void csv_entry(struct page *p, struct csv *c, const struct diary_shown *s)
{
    const struct diary_version *v = &s->version;
    const struct lang *own = lang_find(v->language);
    const struct diary_words *w = &v->words[own ? lang_index(own) : 0];
    csv_text(c, s->row.code);
    csv_text(c, diary_state_name(s->row.state));
    csv_text(c, diary_kind_name(v->kind));
    csv_text(c, v->form);
    csv_text(c, v->is_abroad ? S("abroad") : S("home"));
    csv_text(c, v->country);
    csv_text(c, v->begins_on);
    csv_text(c, v->ends_on);
    csv_text(c, v->is_all_day ? S("") : instant_text(p->a, v->begins_at));
    csv_text(c, v->is_all_day ? S("") : instant_text(p->a, v->ends_at));
    csv_text(c, v->zone);
    for (size_t i = 0; i < LANG_N; i++)
        csv_text(c, v->words[i].title);
    csv_text(c, w->place);
    csv_text(c, w->about);
    csv_text(c, w->outcome);
    csv_text(c, participants_text(p, s));
    csv_text(c, s->inside_code);
    csv_text(c, v->link);
    csv_text(c, diary_office_text(p, s->row.office_id));
    csv_line(c);
}

static struct err *export_csv(struct page *p)
{
    static const char *const header[] = {"code", "state", "kind", "form", "where", "country", "begins_on", "ends_on",
                                         "begins_at", "ends_at", "zone", "title_kk", "title_ru", "title_en", "place",
                                         "about", "outcome", "participants", "inside", "link", "office"};
    struct diary_filter f = span_of(p, CSV_ENTRIES);
    struct diary_shown *items;
    struct csv c;
    struct buf b;
    size_t n;
    int64_t at;
    (void)diary_month(p->a, web_query(p->req, "month"), &f.first_on, &f.last_on);
    TRY(changed_at(p, &at));
    TRY(diary_store_between(p->a, p->loop->read, p->site->realm, &f, &items, &n));
    buf_init(&b, p->a, 16 * ARENA_MIB);
    csv_begin(&c, &b);
    for (size_t i = 0; i < sizeof header / sizeof header[0]; i++)
        csv_text(&c, str_c(header[i]));
    csv_line(&c);
    for (size_t i = 0; i < n; i++)
        csv_entry(p, &c, &items[i]);
    TRY(buf_check(&b, "the export"));
    return feed_reply(p->req, "text/csv; charset=utf-8", buf_view(&b), at);
}

static struct err *get_csv(struct web_request *req)
{
    return pages_run(req, export_csv);
}

/* A row a month and counter, with what it counts: nothing adds them up. */
static struct err *export_counters(struct page *p)
{
    struct str year_text = web_query(p->req, "year");
    struct str office_text = web_query(p->req, "office");
    struct diary_count *months = ARENA_ARRAY(p->a, (size_t)12 * N_DIARY_COUNTERS, struct diary_count);
    struct csv c;
    struct buf b;
    int64_t year;
    int64_t office;
    if (!str_to_int64(year_text, &year) || year < 1900 || year > 2200 || !str_to_int64(office_text, &office))
        return web_error(p->req, 404);
    TRY(diary_store_year(p->a, p->loop->read, p->site->realm, office, (int)year, months));
    buf_init(&b, p->a, ARENA_MIB);
    csv_begin(&c, &b);
    for (const char *const *h = (const char *const[]){"month", "counter", "number", "of_which", "counts", "of_which_counts",
                                                      NULL}; *h; h++)
        csv_text(&c, str_c(*h));
    csv_line(&c);
    for (int m = 0; m < 12; m++)
        for (enum diary_counter k = 0; k < N_DIARY_COUNTERS; k++) {
            const struct diary_count *n = &months[m * N_DIARY_COUNTERS + (int)k];
            csv_text(&c, str_printf(p->a, "%04d-%02d", (int)year, m + 1));
            csv_text(&c, diary_counter_name(k));
            csv_int(&c, n->n);
            if (diary_counter_has_part(k))
                csv_int(&c, n->n_part);
            else
                csv_text(&c, (struct str){0});
            csv_text(&c, pages_t_of(p, "diary.counter.about.", diary_counter_name(k)));
            csv_text(&c, diary_counter_has_part(k) ? pages_t_of(p, "diary.counter.part.", diary_counter_name(k))
                                                   : (struct str){0});
            csv_line(&c);
        }
    TRY(buf_check(&b, "the export"));
    return feed_reply(p->req, "text/csv; charset=utf-8", buf_view(&b), 0);
}

static struct err *get_counters(struct web_request *req)
{
    return pages_run(req, export_counters);
}

static const struct web_route routes[] = {
    {WEB_GET, "/{lang}/diary/feed.atom", NULL, WEB_CSRF_READ, WEB_BODY_NONE, get_atom},
    {WEB_GET, "/{lang}/diary/calendar.ics", NULL, WEB_CSRF_READ, WEB_BODY_NONE, get_calendar},
    {WEB_GET, "/exports/diary.csv", NULL, WEB_CSRF_READ, WEB_BODY_NONE, get_csv},
    {WEB_GET, "/exports/diary-counters.csv", NULL, WEB_CSRF_READ, WEB_BODY_NONE, get_counters},
};
const struct route_table diary_routes_feeds = {routes, sizeof routes / sizeof routes[0]};
