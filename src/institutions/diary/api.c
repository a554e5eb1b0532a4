/* SPDX-License-Identifier: AGPL-3.0-or-later
 *
 * api.c - entries and counters as JSON.
 *
 * Keeps: reads what store_public.c shows; a counter comes with what it counts, and no member adds them up.
 * Source: contract.md (HTTP).
 */
#include "institutions/diary/api.h"

#include "base/clock.h"
#include "base/json.h"
#include "core/feed.h"
#include "institutions/diary/pages.h"

#define API_ENTRIES 100

/* ---- entries ---- */

static void write_words(struct json *j, const struct diary_version *v)
{
    json_key(j, "words");
    json_array(j);
    for (size_t i = 0; i < LANG_N; i++) {
        const struct diary_words *w = &v->words[i];
        if (w->title.n == 0)
            continue;
        json_object(j);
        json_put_str(j, "language", lang_code(lang_at(i)));
        json_put_str(j, "title", w->title);
        json_put_str(j, "place", w->place);
        json_put_str(j, "about", w->about);
        json_put_str(j, "outcome", w->outcome);
        json_object_end(j);
    }
    json_array_end(j);
}

static void write_participants(struct json *j, const struct diary_shown *s)
{
    json_key(j, "participants");
    json_array(j);
    for (size_t i = 0; i < s->n_participants; i++) {
        json_object(j);
        json_put_str(j, "kind", diary_who_name(s->participants[i].who));
        json_put_str(j, "name", s->participants[i].name);
        json_put_str(j, "post", s->participants[i].post);
        json_object_end(j);
    }
    json_array_end(j);
}

static void write_entry(struct page *p, struct json *j, const struct diary_shown *s)
{
    const struct diary_version *v = &s->version;
    json_object(j);
    json_put_str(j, "code", s->row.code);
    json_put_str(j, "state", diary_state_name(s->row.state));
    json_put_str(j, "reason", s->row.reason);
    json_put_int(j, "version", v->no);
    json_put_str(j, "kind", diary_kind_name(v->kind));
    json_put_str(j, "form", v->form);
    json_put_bool(j, "is_abroad", v->is_abroad);
    json_put_str(j, "country", v->country);
    json_put_str(j, "begins_on", v->begins_on);
    json_put_str(j, "ends_on", v->ends_on);
    json_put_bool(j, "is_all_day", v->is_all_day);
    json_put_str(j, "begins_at", instant_text(p->a, v->begins_at));
    json_put_str(j, "ends_at", instant_text(p->a, v->ends_at));
    json_put_str(j, "zone", v->zone);
    json_put_str(j, "language", v->language);
    write_words(j, v);
    write_participants(j, s);
    json_put_str(j, "inside", s->inside_code);
    json_put_str(j, "link", v->link);
    json_put_int(j, "office_id", s->row.office_id);
    json_put_str(j, "office", diary_office_text(p, s->row.office_id));
    json_put_str(j, "published_at", instant_text(p->a, s->row.public_at));
    json_put_str(j, "changed_at", instant_text(p->a, s->row.changed_at));
    json_object_end(j);
}

/* The filters of the query; a wrong one is a 422 and *ret_ok false. */
static struct err *read_filter(struct page *p, struct diary_filter *f, bool *ret_ok)
{
    struct str month = web_query(p->req, "month");
    struct str kind = web_query(p->req, "kind");
    struct str where = web_query(p->req, "where");
    struct str after = web_query(p->req, "after");
    struct str on;
    struct str id;
    struct web_errors errors = {0};
    enum diary_kind any;
    int32_t day;
    *f = (struct diary_filter){.where_is = -1, .kind = S(""), .n = API_ENTRIES + 1};
    if (!month.p)
        month = str_slice(day_text(p->a, p->today), 0, 7);
    if (!diary_month(p->a, month, &f->first_on, &f->last_on))
        web_errors_add(p->a, &errors, S("month"), pages_t(p, "diary.filter.month.hint"));
    if (kind.p && !diary_kind_of_name(kind, &any))
        web_errors_add(p->a, &errors, S("kind"), S("event, meeting, trip, call, interview, mail"));
    if (where.p && !str_eq(where, S("home")) && !str_eq(where, S("abroad")))
        web_errors_add(p->a, &errors, S("where"), S("home, abroad"));
    if (web_query(p->req, "office").p && !str_to_int64(web_query(p->req, "office"), &f->office_id))
        web_errors_add(p->a, &errors, S("office"), S("1, 2, 3 ..."));
    if (after.p && (!str_cut(after, '_', &on, &id) || !day_parse(on, &day) || !str_to_int64(id, &f->after_id)))
        web_errors_add(p->a, &errors, S("after"), S("next"));
    f->kind = kind.p ? kind : S("");
    f->where_is = !where.p ? -1 : str_eq(where, S("abroad"));
    f->after_on = after.p ? on : S("");
    *ret_ok = errors.n_items == 0;
    return *ret_ok ? NULL : web_problem(p->req, 422, pages_t(p, "diary.filters"), &errors);
}

static struct err *list_entries(struct page *p)
{
    struct diary_filter f;
    struct diary_shown *items;
    struct str next = {0};
    struct buf b;
    struct json j;
    size_t n;
    bool is_ok;
    TRY(read_filter(p, &f, &is_ok));
    if (!is_ok)
        return NULL;
    TRY(diary_store_between(p->a, p->loop->read, p->site->realm, &f, &items, &n));
    if (n > API_ENTRIES) {
        const struct diary_shown *last = &items[API_ENTRIES - 1];
        next = str_printf(p->a, "%.*s_%lld", STR_FMT(last->version.begins_on), (long long)last->row.entry_id);
        n = API_ENTRIES;
    }
    buf_init(&b, p->a, 8 * ARENA_MIB);
    json_begin(&j, &b);
    json_object(&j);
    json_put_str(&j, "month", str_slice(f.first_on, 0, 7));
    json_key(&j, "entries");
    json_array(&j);
    for (size_t i = 0; i < n; i++)
        write_entry(p, &j, &items[i]);
    json_array_end(&j);
    json_put_str(&j, "next", next);
    json_object_end(&j);
    json_end(&j);
    buf_byte(&b, '\n');
    TRY(buf_check(&b, "reply"));
    return feed_reply(p->req, "application/json", buf_view(&b), 0);
}

static struct err *get_entries(struct web_request *req)
{
    return pages_run(req, list_entries);
}

static struct err *one_entry(struct page *p)
{
    struct diary_shown s;
    struct buf b;
    struct json j;
    bool found;
    TRY(diary_store_public(p->a, p->loop->read, p->site->realm, web_param(p->req, "code"), 0, &s, &found));
    if (!found)
        return web_error(p->req, 404);
    buf_init(&b, p->a, ARENA_MIB);
    json_begin(&j, &b);
    write_entry(p, &j, &s);
    json_end(&j);
    buf_byte(&b, '\n');
    TRY(buf_check(&b, "reply"));
    return feed_reply(p->req, "application/json", buf_view(&b), s.row.changed_at);
}

static struct err *get_entry(struct web_request *req)
{
    return pages_run(req, one_entry);
}

/* ---- counters ---- */

/* What is asked for; of what is left out: the year so far, and the first office that has a diary. */
struct counters_query {
    struct str from, to;
    int64_t office; /* 0: nobody keeps a diary */
};

static struct err *read_counters_query(struct page *p, struct counters_query *q, struct web_errors *errors)
{
    struct str office = web_query(p->req, "office");
    const struct core_option *options;
    size_t n;
    int32_t first;
    int32_t last;
    q->from = web_query(p->req, "from");
    q->to = web_query(p->req, "to");
    if (q->to.n == 0)
        q->to = day_text(p->a, p->today);
    if (q->from.n == 0)
        q->from = str_printf(p->a, "%.*s-01-01", STR_FMT(str_slice(q->to, 0, 4)));
    if (!day_parse(q->from, &first))
        web_errors_add(p->a, errors, S("from"), T(p->a, p->lang, "web.form.date", TEXT_ARG("label", S("from"))));
    if (!day_parse(q->to, &last) || (errors->n_items == 0 && last < first))
        web_errors_add(p->a, errors, S("to"), T(p->a, p->lang, "web.form.date", TEXT_ARG("label", S("to"))));
    if (office.n > 0 && !str_to_int64(office, &q->office))
        web_errors_add(p->a, errors, S("office"), T(p->a, p->lang, "web.form.int", TEXT_ARG("label", S("office"))));
    return office.n > 0 ? NULL : diary_office_options(p, 0, &options, &n, &q->office);
}

static struct err *counters(struct page *p)
{
    struct diary_count counts[N_DIARY_COUNTERS] = {0};
    struct counters_query q = {0};
    struct web_errors errors = {0};
    struct buf b;
    struct json j;
    TRY(read_counters_query(p, &q, &errors));
    if (errors.n_items > 0)
        return web_problem(p->req, 422, pages_t(p, "diary.counters.period"), &errors);
    TRY(diary_store_counts(p->a, p->loop->read, p->site->realm, q.office, q.from, q.to, counts));
    buf_init(&b, p->a, ARENA_MIB);
    json_begin(&j, &b);
    json_object(&j);
    json_put_int(&j, "office_id", q.office);
    json_put_str(&j, "from", q.from);
    json_put_str(&j, "to", q.to);
    json_put_str(&j, "as_of", instant_text(p->a, p->now));
    json_key(&j, "counters");
    json_array(&j);
    for (enum diary_counter c = 0; c < N_DIARY_COUNTERS; c++) {
        json_object(&j);
        json_put_str(&j, "counter", diary_counter_name(c));
        json_put_str(&j, "counts", pages_t_of(p, "diary.counter.about.", diary_counter_name(c)));
        json_put_int(&j, "number", counts[c].n);
        if (diary_counter_has_part(c)) {
            json_put_int(&j, "of_which", counts[c].n_part);
            json_put_str(&j, "of_which_counts", pages_t_of(p, "diary.counter.part.", diary_counter_name(c)));
        }
        json_object_end(&j);
    }
    json_array_end(&j);
    json_object_end(&j);
    json_end(&j);
    buf_byte(&b, '\n');
    TRY(buf_check(&b, "reply"));
    return feed_reply(p->req, "application/json", buf_view(&b), 0);
}

static struct err *get_counters(struct web_request *req)
{
    return pages_run(req, counters);
}

/* ---- tables ---- */

static const struct web_route routes[] = {
    {WEB_GET, "/api/v1/diary", NULL, WEB_CSRF_READ, WEB_BODY_NONE, get_entries},
    {WEB_GET, "/api/v1/diary/entries/{code}", NULL, WEB_CSRF_READ, WEB_BODY_NONE, get_entry},
    {WEB_GET, "/api/v1/diary/counters", NULL, WEB_CSRF_READ, WEB_BODY_NONE, get_counters},
};
const struct route_table diary_routes_api = {routes, sizeof routes / sizeof routes[0]};

/* Members of an entry, alone and in a list. */
#define ENTRY_MEMBERS(at)                                                                                              \
    {at "code", "string", "Its public name, never changes", false},                                                    \
        {at "state", "string", "planned, held, published, cancelled or postponed", false},                             \
        {at "reason", "string", "Why cancelled or postponed; empty otherwise", false},                                 \
        {at "version", "integer", "The version that holds", false},                                                    \
        {at "kind", "string", "event, meeting, trip, call, interview or mail", false},                                 \
        {at "form", "string", "state_visit ...; empty for none", false},                                               \
        {at "is_abroad", "boolean", "Abroad; calls and mail: with somebody abroad", false},                            \
        {at "country", "string", "Abroad; empty at home", false},                                                      \
        {at "begins_on", "string", "First day in its zone, ISO 8601 date", false},                                     \
        {at "ends_on", "string", "Last day", false},                                                                   \
        {at "is_all_day", "boolean", "No times of day", false},                                                        \
        {at "begins_at", "string", "RFC 3339, UTC", false},                                                            \
        {at "ends_at", "string", "RFC 3339, UTC, the first instant behind it", false},                                 \
        {at "zone", "string", "Name in the tz database", false},                                                       \
        {at "language", "string", "The language that it is surely written in", false},                                 \
        {at "words", "array", "Its words in each language they exist in", false},                                      \
        {at "words[].language", "string", "kk, ru or en", false},                                                      \
        {at "words[].title", "string", "What it was", false},                                                          \
        {at "words[].place", "string", "Where", false},                                                                \
        {at "words[].about", "string", "What it was about", false},                                                    \
        {at "words[].outcome", "string", "What came of it", false},                                                    \
        {at "participants", "array", "Who took part; private persons with their consent alone", false},                \
        {at "participants[].kind", "string", "head, official, body or person", false},                                 \
        {at "participants[].name", "string", "Name", false},                                                           \
        {at "participants[].post", "string", "What an official is; empty otherwise", false},                           \
        {at "inside", "string", "Code of the event or trip it is part of; empty for none", false},                     \
        {at "link", "string", "Transcript or material; empty for none", false},                                        \
        {at "office_id", "integer", "Whose diary", false},                                                             \
        {at "office", "string", "Title of the office and name of its body", false},                                    \
        {at "published_at", "string", "When it was first shown, RFC 3339, UTC", false},                                \
    {                                                                                                                  \
        at "changed_at", "string", "When what is shown changed last", false                                            \
    }

static const struct api_member list_reply[] = {
    {"month", "string", "The month that was asked for", false},
    {"entries", "array", "Entries with a day in it, by first day", false},
    ENTRY_MEMBERS("entries[]."),
    {"next", "string", "Give it as `after` for the entries that follow; null: there are none", true},
};
static const struct api_member entry_reply[] = {ENTRY_MEMBERS("")};
static const struct api_member counters_reply[] = {
    {"office_id", "integer", "Whose diary; counters of two diaries are not added either", false},
    {"from", "string", "First day", false},
    {"to", "string", "Last day", false},
    {"as_of", "string", "When they were read, RFC 3339, UTC", false},
    {"counters", "array", "One for each kind. They are not to be added: what is inside a trip is counted under its own kind",
     false},
    {"counters[].counter", "string", "events_home ...", false},
    {"counters[].counts", "string", "What it counts and what not, in the language of Accept-Language", false},
    {"counters[].number", "integer", "How many", false},
    {"counters[].of_which", "integer", "How many of a part named in of_which_counts; absent where there is none", true},
    {"counters[].of_which_counts", "string", "What that part is", true},
};

static const struct api_parameter list_parameters[] = {
    {"month", "2026-08; this month when it is left out", true},
    {"kind", "event, meeting, trip, call, interview or mail", true},
    {"where", "home or abroad", true},
    {"office", "Id of an office", true},
    {"after", "Value of `next` of the page before", true},
};
static const struct api_parameter entry_parameters[] = {{"code", "Code of the entry", false}};
static const struct api_parameter counters_parameters[] = {
    {"office", "Id of the office; the first that keeps a diary when it is left out", true},
    {"from", "First day, ISO 8601; the first of the year when it is left out", true},
    {"to", "Last day, ISO 8601; today when it is left out", true},
};

static const int refusals_of_list[] = {422, 0};
static const int refusals_of_entry[] = {404, 0};
#define COUNT(table) (sizeof(table) / sizeof((table)[0]))

static const struct api_operation operations[] = {
    {&routes[0], "listDiary", "What offices did, or announced, in a month", NULL, list_reply, COUNT(list_reply), 200,
     refusals_of_list, false, false, list_parameters, COUNT(list_parameters)},
    {&routes[1], "readDiaryEntry", "One entry", NULL, entry_reply, COUNT(entry_reply), 200, refusals_of_entry, false, false,
     entry_parameters, COUNT(entry_parameters)},
    {&routes[2], "countDiary", "Counters of one diary over a period, each with what it counts", NULL, counters_reply,
     COUNT(counters_reply), 200, refusals_of_list, false, false, counters_parameters, COUNT(counters_parameters)},
};

const struct api_operation *diary_api(size_t *ret_n)
{
    *ret_n = COUNT(operations);
    return operations;
}
