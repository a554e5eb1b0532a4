/* SPDX-License-Identifier: AGPL-3.0-or-later
 *
 * pages_test.c - what the server sends: nothing of what is not public on any path, feeds that say when they changed, the
 * report's counters with their definitions and no sum, and the description of the API.
 */
#include "institutions/diary/tests/report.h"

#include <jansson.h>

#include "base/clock.h"
#include "core/feed.h"
#include "institutions/diary/api.h"
#include "web/web.h"

/* Every address that a visitor can ask for without a code. */
static const char *const paths[] = {
    "/kk/diary", "/ru/diary?month=2026-08", "/en/diary?month=2026-08&view=calendar", "/kk/diary?month=2026-07",
    "/kk/diary/counters", "/kk/diary/counters?from=2026-01-01&to=2026-12-31", "/kk/diary/feed.atom",
    "/en/diary/calendar.ics", "/kk/diary/calendar.ics?year=2026", "/exports/diary.csv", "/exports/diary.csv?month=2026-08",
    "/api/v1/diary", "/api/v1/diary?month=2026-08", "/api/v1/diary?month=2026-07",
};
#define N_PATHS (sizeof paths / sizeof paths[0])

static bool says(const struct http_reply *r, const char *what)
{
    return str_find_str(r->body, str_c(what)) != SIZE_MAX;
}

/* On how many of the paths does `what` stand? */
static size_t found_on(struct state *s, const char *what, bool may)
{
    struct http_client *c = state_client(s);
    size_t n = 0;
    for (size_t i = 0; i < N_PATHS; i++) {
        struct http_reply r = http_get(c, paths[i]);
        assert_int_equal(r.status, 200);
        if (!says(&r, what))
            continue;
        n++;
        if (!may)
            fail_msg("%s tells of %s", paths[i], what);
    }
    return n;
}

static int status_of(struct state *s, const char *path)
{
    return http_get(state_client(s), path).status;
}

/* A GET with one header more. */
static struct http_reply get_with(struct http_client *c, const char *target, const char *name, const char *value)
{
    return http_request(c, "GET", target, str_printf(c->a, "%s: %s\r\n", name, value).p, S(""));
}

/* == leaking == */

static void nothing_that_is_not_public_leaks_on_any_path(void **state)
{
    struct state *s = story_new(*state);
    state_serve(s);
    struct diary_write_result *plan = story_enter(s, DIARY_TRIP, "ҚҰПИЯ-ЖОСПАР", "2026-08-10", "", "");
    struct diary_write_result *held = story_enter(s, DIARY_MEETING, "ҚҰПИЯ-КЕЗДЕСУ", "2026-08-01", "10:00", "11:00");
    struct diary_write_result *gone = story_enter(s, DIARY_EVENT, "ҚҰПИЯ-БОЛМАДЫ", "2026-08-12", "", "");
    struct diary_write_result *shown = story_enter(s, DIARY_EVENT, "Ашық форум", "2026-08-01", "10:00", "11:00");
    story_step(s, story_writer(s), diary_hold, held->id, "");
    story_step(s, story_writer(s), diary_cancel, gone->id, "ҚҰПИЯ-СЕБЕП");
    story_publish(s, shown->id);
    struct diary_write_command *again = story_again(s, shown->id);
    again->draft.v.words[0].about = S("ҚҰПИЯ-ТҮЗЕТУ");
    again->draft.v.note = S("ҚҰПИЯ-ЕСКЕРТУ");
    story_write(s, again);
    assert_int_equal(found_on(s, "ҚҰПИЯ", false), 0);
    assert_true(found_on(s, "Ашық форум", true) >= 8);
    const struct diary_write_result *hidden[] = {plan, held, gone};
    for (size_t i = 0; i < 3; i++) { /* whoever knows or guesses a code learns as much as from one that never was */
        const char *code = hidden[i]->code.p;
        assert_int_equal(status_of(s, str_printf(s->a, "/kk/diary/entries/%s", code).p), 404);
        assert_int_equal(status_of(s, str_printf(s->a, "/kk/diary/entries/%s?version=1", code).p), 404);
        assert_int_equal(status_of(s, str_printf(s->a, "/api/v1/diary/entries/%s", code).p), 404);
        assert_int_equal(status_of(s, str_printf(s->a, "/kk/desk/diary/%s", code).p), 401);
        assert_int_equal(found_on(s, code, false), 0);
    }
    assert_int_equal(status_of(s, "/kk/diary/entries/0123456789AB"), 404);
    assert_int_equal(status_of(s, str_printf(s->a, "/kk/diary/entries/%s?version=2", shown->code.p).p), 404);
    assert_int_equal(status_of(s, str_printf(s->a, "/kk/diary/entries/%s?version=1", shown->code.p).p), 200);
    story_check(s);
}

static void a_withdrawn_name_is_gone_from_every_path(void **state)
{
    struct state *s = story_new(*state);
    state_serve(s);
    struct diary_write_command *c = story_command(s, DIARY_MEETING, "Қабылдау", "2026-08-01", "10:00", "11:00");
    story_name(s, c, DIARY_WHO_PERSON, "Тұрғын Бірінші", "", "written", "2026-07-30");
    struct diary_write_result *r = story_write(s, c);
    story_publish(s, r->id);
    assert_true(found_on(s, "Тұрғын Бірінші", true) >= 5);
    struct diary_consent_command w = {.id = r->id, .participant_no = 1, .how = S("хатпен")};
    state_do(s, story_writer(s), diary_withdraw_consent, &w);
    assert_int_equal(found_on(s, "Тұрғын Бірінші", false), 0);
    struct http_reply page = http_get(state_client(s), str_printf(s->a, "/kk/diary/entries/%s", r->code.p).p);
    assert_int_equal(page.status, 200);
    assert_false(says(&page, "Тұрғын"));
    assert_true(says(&page, "Қабылдау"));
}

/* == feeds == */

static void a_feed_that_did_not_change_is_not_sent_again(void **state)
{
    struct state *s = story_new(*state);
    state_serve(s);
    struct diary_write_result *r = story_enter(s, DIARY_EVENT, "Форум", "2026-08-01", "10:00", "11:00");
    story_publish(s, r->id);
    const char *const feeds[] = {"/kk/diary/feed.atom", "/kk/diary/calendar.ics", "/exports/diary.csv", "/api/v1/diary"};
    for (size_t i = 0; i < 4; i++) {
        struct http_client *c = state_client(s);
        struct http_reply first = http_get(c, feeds[i]);
        char *tag = str_to_c(s->a, http_header(&first, "etag"));
        assert_non_null(tag);
        assert_str(http_header(&first, "cache-control"), "no-cache");
        assert_int_equal(get_with(c, feeds[i], "If-None-Match", tag).status, 304);
        assert_int_equal(get_with(c, feeds[i], "If-None-Match", "\"another\"").status, 200);
    }
    struct http_client *c = state_client(s);
    const char *ics = "/kk/diary/calendar.ics";
    assert_int_equal(get_with(c, ics, "If-Modified-Since", http_date(s->a, s->now).p).status, 304);
    assert_int_equal(get_with(c, ics, "If-Modified-Since", http_date(s->a, s->now - 1000).p).status, 200);
    s->now += 5000;
    struct diary_write_command *again = story_again(s, r->id);
    again->draft.v.words[0].title = S("Үлкен форум");
    again->draft.v.note = S("Атауы");
    story_write(s, again);
    story_step(s, story_head(s), diary_publish, r->id, "");
    struct http_reply changed = get_with(c, ics, "If-Modified-Since", http_date(s->a, s->now - 5000).p);
    assert_int_equal(changed.status, 200);
    assert_true(says(&changed, "SEQUENCE:1"));
    assert_true(says(&changed, str_printf(s->a, "UID:diary-%s@birge.example", r->code.p).p));
    assert_true(says(&changed, "DTSTART;TZID=Asia/Almaty:20260801T100000"));
}

static void what_was_announced_and_cancelled_is_cancelled_in_calendars(void **state)
{
    struct state *s = story_new(*state);
    state_serve(s);
    struct diary_write_result *r = story_enter(s, DIARY_EVENT, "Форум", "2026-08-10", "", "");
    story_step(s, story_clerk(s), diary_announce, r->id, "");
    struct http_reply ics = http_get(state_client(s), "/kk/diary/calendar.ics");
    assert_true(says(&ics, "STATUS:TENTATIVE"));
    story_step(s, story_clerk(s), diary_cancel, r->id, "Ауа райы");
    ics = http_get(state_client(s), "/kk/diary/calendar.ics");
    assert_true(says(&ics, "STATUS:CANCELLED"));
    assert_true(says(&ics, "SEQUENCE:1"));
}

static void markup_in_words_stays_text(void **state)
{
    struct state *s = story_new(*state);
    state_serve(s);
    struct diary_write_command *c = story_command(s, DIARY_EVENT, "<b>&\"x\"]]>", "2026-08-01", "10:00", "11:00");
    c->draft.v.words[0].about = S("=1+1");
    struct diary_write_result *r = story_write(s, c);
    story_publish(s, r->id);
    struct http_reply atom = http_get(state_client(s), "/kk/diary/feed.atom");
    assert_true(says(&atom, "<title>&lt;b&gt;&amp;&quot;x&quot;]]&gt;</title>"));
    struct http_reply csv = http_get(state_client(s), "/exports/diary.csv");
    assert_true(says(&csv, "'=1+1"));
    for (size_t i = 0; i < 7; i++) { /* pages and Atom; the other forms know no markup */
        struct http_reply page = http_get(state_client(s), paths[i]);
        assert_false(says(&page, "<b>&"));
    }
}

/* == counters == */

/* The page's row of a counter: its number, and what stands beside it. */
static void assert_row(struct state *s, const struct http_reply *page, enum diary_counter c, int64_t n, int64_t part)
{
    const struct lang *l = lang_find(S("en"));
    struct str name = t(l, str_printf(s->a, "diary.counter.%.*s", STR_FMT(diary_counter_name(c))).p);
    struct str about = t(l, str_printf(s->a, "diary.counter.about.%.*s", STR_FMT(diary_counter_name(c))).p);
    size_t at = str_find_str(page->body, str_printf(s->a, "scope=\"row\" role=\"rowheader\">%.*s<", STR_FMT(name)));
    assert_true(at != SIZE_MAX);
    struct str row = str_slice(page->body, at, page->body.n);
    row = str_slice(row, 0, str_find_str(row, S("</tr>")));
    assert_true(str_find_str(row, about) != SIZE_MAX);
    if (str_find_str(row, str_printf(s->a, "<strong>%lld</strong>", (long long)n)) == SIZE_MAX)
        fail_msg("expected %lld in %.*s", (long long)n, STR_FMT(row));
    if (part > 0)
        assert_true(str_find_str(row, str_printf(s->a, "<strong>%lld</strong><span", (long long)part)) != SIZE_MAX);
}

/* Any sum of two or more counters' numbers, as it would be written. */
static void assert_no_sum(struct state *s, const struct http_reply *r)
{
    for (unsigned set = 1; set < 1u << N_REPORT_FIGURES; set++) {
        int64_t sum = 0;
        if ((set & (set - 1)) == 0)
            continue; /* one alone is itself */
        for (size_t i = 0; i < N_REPORT_FIGURES; i++)
            sum += set & (1u << i) ? report_figures[i].n : 0;
        for (size_t k = 0; k < 4; k++) {
            char written[40];
            (void)snprintf(written, sizeof written, k == 0 ? ">%lld<" : k == 1 ? ":%lld," : k == 2 ? ":%lld}" : ",%lld,",
                           (long long)sum);
            bool is_a_counter = false;
            for (size_t i = 0; i < N_REPORT_FIGURES; i++)
                is_a_counter = is_a_counter || report_figures[i].n == sum || report_figures[i].n_part == sum;
            if (!is_a_counter && says(r, written))
                fail_msg("a sum of counters: %s", written);
        }
    }
}

static void the_report_is_shown_with_its_definitions_and_never_added_up(void **state)
{
    struct state *s = story_new(*state);
    state_serve(s);
    report_fill(s);
    struct http_client *c = state_client(s);
    struct http_reply page = http_get(c, "/en/diary/counters?from=" REPORT_FROM "&to=" REPORT_TO);
    assert_int_equal(page.status, 200);
    for (size_t i = 0; i < N_REPORT_FIGURES; i++)
        assert_row(s, &page, report_figures[i].counter, report_figures[i].n, report_figures[i].n_part);
    assert_no_sum(s, &page);
    char *api = str_to_c(s->a, str_printf(s->a, "/api/v1/diary/counters?office=%lld&from=" REPORT_FROM "&to=" REPORT_TO,
                                          (long long)s->head_office));
    struct http_reply r = http_get(c, api);
    assert_int_equal(r.status, 200);
    assert_no_sum(s, &r);
    assert_true(says(&r, "\"number\":178,\"of_which\":20"));
    assert_true(says(&r, "\"number\":129,\"of_which\":37"));
    r = http_get(c, str_printf(s->a, "/exports/diary-counters.csv?office=%lld&year=2019", (long long)s->head_office).p);
    assert_int_equal(r.status, 200);
    assert_no_sum(s, &r);
    r = http_get(c, "/en/diary/feed.atom");
    assert_no_sum(s, &r);
}

/* == the API == */

static json_t *parsed(struct arena *a, const struct http_reply *r)
{
    json_error_t e;
    json_t *v = json_loadb(r->body.p, r->body.n, 0, &e);
    if (!v)
        fail_msg("%s", e.text);
    arena_defer(a, (void (*)(void *))json_decref, v);
    return v;
}

static void the_api_is_described_and_refuses_what_it_does_not_know(void **state)
{
    struct state *s = story_new(*state);
    state_serve(s);
    struct http_client *c = state_client(s);
    struct http_reply r = http_get(c, "/api/openapi.json");
    json_t *described = json_object_get(parsed(s->a, &r), "paths");
    size_t n;
    const struct api_operation *operations = diary_api(&n);
    for (size_t i = 0; i < n; i++)
        assert_non_null(json_object_get(json_object_get(described, operations[i].route->pattern), "get"));
    story_publish(s, story_enter(s, DIARY_EVENT, "Форум", "2026-08-01", "10:00", "11:00")->id);
    r = http_get(c, "/api/v1/diary?month=2026-08");
    json_t *entry = json_array_get(json_object_get(parsed(s->a, &r), "entries"), 0);
    const char *key;
    json_t *value;
    json_object_foreach(entry, key, value) {
        bool is_known = false;
        for (size_t i = 0; i < operations[1].n_reply; i++)
            is_known = is_known || strcmp(operations[1].reply[i].name, key) == 0;
        if (!is_known)
            fail_msg("%s is sent, but not described", key);
    }
    const char *const wrong[] = {"/api/v1/diary?month=2026-13", "/api/v1/diary?kind=party", "/api/v1/diary?where=moon",
                                 "/api/v1/diary?after=x", "/api/v1/diary?office=x", "/api/v1/diary/counters?office=x",
                                 "/api/v1/diary/counters?from=2026-02-30", "/api/v1/diary/counters?to=soon",
                                 "/api/v1/diary/counters?office=1&from=2026-02-01&to=2026-01-01"};
    for (size_t i = 0; i < sizeof wrong / sizeof wrong[0]; i++)
        assert_int_equal(http_get(c, wrong[i]).status, 422);
    assert_int_equal(http_get(c, "/api/v1/diary/counters").status, 200); /* the year so far, of the first office */
    assert_int_equal(status_of(s, "/exports/diary-counters.csv"), 404);
    assert_int_equal(status_of(s, "/kk/diary?month=9999-12"), 200);
    assert_int_equal(status_of(s, "/kk/diary?month=0001-01&view=calendar"), 200);
}

/* == staff == */

static void staff_sign_in_and_see_what_is_theirs(void **state)
{
    struct state *s = story_new(*state);
    state_serve(s);
    struct diary_write_result *r = story_enter(s, DIARY_MEETING, "Кездесу", "2026-08-01", "10:00", "11:00");
    const char *const staff_paths[] = {"/kk/desk/diary", "/kk/desk/diary/new",
                                       str_printf(s->a, "/kk/desk/diary/%s", r->code.p).p,
                                       str_printf(s->a, "/kk/desk/diary/%s/edit", r->code.p).p};
    for (size_t i = 0; i < 4; i++)
        assert_int_equal(status_of(s, staff_paths[i]), 401);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        TEST(nothing_that_is_not_public_leaks_on_any_path),
        TEST(a_withdrawn_name_is_gone_from_every_path),
        TEST(a_feed_that_did_not_change_is_not_sent_again),
        TEST(what_was_announced_and_cancelled_is_cancelled_in_calendars),
        TEST(markup_in_words_stays_text),
        TEST(the_report_is_shown_with_its_definitions_and_never_added_up),
        TEST(the_api_is_described_and_refuses_what_it_does_not_know),
        TEST(staff_sign_in_and_see_what_is_theirs),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
