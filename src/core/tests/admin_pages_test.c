/* SPDX-License-Identifier: AGPL-3.0-or-later
 *
 * admin_pages_test.c - the pages of administration over a real server: every address against the policy, the
 * forms, what they refuse, and what they must never show.
 */
#include "core/tests/state.h"

#include <stdlib.h>

#include "base/clock.h"
#include "base/file.h"
#include "core/calendar.h"
#include "core/core.h"
#include "core/policy_rows.h"
#include "gen/core_queries.h"

#define CANARY "\"'<svg/onload=alert(1)>"

static struct http_client *signed_in(struct state *s, const char *login)
{
    struct http_client *c = state_client(s);
    struct http_reply form = http_get(c, "/ru/staff/sign-in");
    const char *const pairs[] = {"login", login, "password", STATE_PASSWORD, "to", "", NULL};
    struct http_reply r = http_post_form(c, "/ru/staff/sign-in", pairs, http_csrf(&form));
    assert_int_equal(r.status, 303);
    return c;
}

/* `text` with its "%" replaced by an id. */
static char *format(struct state *s, const char *text, int64_t id)
{
    struct str before;
    struct str after;
    (void)str_cut(str_c(text), '%', &before, &after);
    return str_to_c(s->a, str_printf(s->a, "%.*s%lld%.*s", STR_FMT(before), (long long)id, STR_FMT(after)));
}

/* Value of the input `name` in a page. */
static char *value_of(struct state *s, const struct http_reply *r, const char *name)
{
    struct str mark = str_printf(s->a, "name=\"%s\" value=\"", name);
    size_t at = str_find_str(r->body, mark);
    if (at == SIZE_MAX)
        fail_msg("no input %s", name);
    struct str rest = str_slice(r->body, at + mark.n, r->body.n);
    return str_to_c(s->a, str_slice(rest, 0, str_find(rest, '"')));
}

/* Read the form at `path`, send `pairs` to it with its token and "seen". */
static struct http_reply fill_in(struct state *s, struct http_client *c, const char *path, const char *const *pairs)
{
    struct http_reply form = http_get(c, path);
    const char *all[64];
    size_t n = 0;
    assert_int_equal(form.status, 200);
    for (size_t i = 0; pairs[i]; i++)
        all[n++] = pairs[i];
    if (str_find_str(form.body, S("name=\"seen\"")) != SIZE_MAX) {
        all[n++] = "seen";
        all[n++] = value_of(s, &form, "seen");
    }
    all[n] = NULL;
    return http_post_form(c, path, all, http_csrf(&form));
}

/* Where the link "next" or "prev" of a list leads; NULL without one. */
static char *turning(struct state *s, const struct http_reply *r, const char *rel)
{
    struct str mark = str_printf(s->a, "rel=\"%s\"", rel);
    size_t at = str_find_str(r->body, mark);
    if (at == SIZE_MAX)
        return NULL;
    struct str before = str_slice(r->body, 0, at);
    size_t href = SIZE_MAX;
    for (size_t i = before.n; i-- > 0 && href == SIZE_MAX;)
        if (str_starts(str_slice(before, i, before.n), S("href=\"")))
            href = i + 6;
    assert_true(href != SIZE_MAX);
    struct str rest = str_slice(before, href, before.n);
    return str_to_c(s->a, str_slice(rest, 0, str_find(rest, '"')));
}

static void assert_found(const struct http_reply *r, const char *text)
{
    if (!http_contains(r, text))
        fail_msg("not found: %s", text);
}

/* ---- every address against the policy ---- */

static void check_route(struct state *s, const struct web_route *route, struct http_client *c, struct actor who,
                        struct str csrf)
{
    char *address = state_address(s, route->pattern);
    const char *const nothing[] = {NULL};
    struct http_reply r = route->method == WEB_GET ? http_get(c, address) : http_post_form(c, address, nothing, csrf);
    bool may = policy_ask_coarse(&s->site->policy, &who, route->permission).allowed;
    bool is_refused = r.status == 401 || r.status == 403;
    if (may == is_refused || r.status >= 500 || r.status == 0)
        fail_msg("%s %s as %s: %d", route->method == WEB_GET ? "GET" : "POST", address, role_name(who.role).p, r.status);
    if (!may)
        assert_int_equal(r.status, who.kind == ACTOR_VISITOR ? 401 : 403);
    if (route->method == WEB_POST) { /* and never without the token of its own page */
        r = http_post_form(c, address, nothing, S("0000"));
        assert_int_equal(r.status, 403);
    }
}

static void every_address_asks_the_policy(void **state)
{
    struct state *s = state_new(*state);
    static const struct {
        const char *login; /* NULL: nobody */
        enum role role;
    } who[] = {{NULL, ROLE_VISITOR}, {"clerk", ROLE_REGISTRAR}, {"auditor", ROLE_AUDITOR}, {"admin", ROLE_ADMINISTRATOR}};
    size_t n = 0;
    state_serve(s);
    for (size_t w = 0; w < sizeof who / sizeof who[0]; w++) {
        struct http_client *c = who[w].login ? signed_in(s, who[w].login) : state_client(s);
        struct http_reply page = http_get(c, who[w].login ? "/ru/staff" : "/ru/staff/sign-in");
        struct actor actor = who[w].login ? state_staff(1, 1, 1, who[w].role) : actor_visitor();
        for (size_t t = 0; t < core_institution.n_route_tables; t++) {
            for (size_t i = 0; i < core_institution.route_tables[t]->n; i++) {
                const struct web_route *route = &core_institution.route_tables[t]->routes[i];
                if (!route->permission)
                    continue;
                check_route(s, route, c, actor, http_csrf(&page));
                n++;
            }
        }
    }
    assert_true(n > 4 * 35);
    state_check(s);
}

/* Nothing that a registrar, executor or head would need is open to administrators and auditors, and no page of
 * administration is open to those. What institutions add is theirs to test; core has no row that mixes. */
static void the_menu_shows_only_what_one_may(void **state)
{
    struct state *s = state_new(*state);
    state_serve(s);
    struct http_reply admin = http_get(signed_in(s, "admin"), "/ru/staff");
    struct http_reply auditor = http_get(signed_in(s, "auditor"), "/ru/staff");
    struct http_reply clerk = http_get(signed_in(s, "clerk"), "/ru/staff");
    assert_found(&admin, "href=\"/ru/admin/people\"");
    assert_false(http_contains(&admin, "href=\"/ru/admin/journal\""));
    assert_found(&auditor, "href=\"/ru/admin/journal\"");
    assert_false(http_contains(&auditor, "href=\"/ru/admin/people\""));
    assert_false(http_contains(&clerk, "href=\"/ru/admin"));
}

/* ---- bodies ---- */

static void a_body_is_added_changed_and_closed_by_forms(void **state)
{
    struct state *s = state_new(*state);
    state_serve(s);
    struct http_client *c = signed_in(s, "admin");
    char *parent = format(s, "%", s->city);
    const char *const add[] = {"code", "parks", "parent", parent, "name_kk", " Саябақтар ", "name_ru", "Парки", "name_en",
                               "", "about_kk", "", "about_ru", "Деревья и скамейки", "about_en", "", "address", "",
                               "phone", "", "hours", "", "is_intake", "1", NULL};
    struct http_reply r = fill_in(s, c, "/ru/admin/bodies/new", add);
    assert_int_equal(r.status, 303);
    char *at = str_to_c(s->a, http_header(&r, "Location"));
    r = http_get(c, at);
    assert_found(&r, "Орган добавлен");
    assert_found(&r, "Деревья и скамейки");
    r = http_get(c, at);
    assert_false(http_contains(&r, "Орган добавлен")); /* the message is for one page */
    char *edit = str_to_c(s->a, str_printf(s->a, "%s/edit", at));
    const char *const change[] = {"parent", "", "name_kk", "Саябақ", "name_ru", "Парк", "name_en", "Park", NULL};
    assert_int_equal(fill_in(s, c, edit, change).status, 303);
    r = http_get(c, "/ru/admin/bodies");
    assert_found(&r, ">Парк<");
    struct core_q_body_by_code_row row;
    bool found = false;
    assert_ok(core_q_body_by_code(s->a, s->read, 1, S("parks"), &row, &found));
    assert_true(found && !row.parent_id.has && !row.is_intake); /* an empty box is a no */
    assert_str(row.name_kk, "Саябақ");
    char *close = str_to_c(s->a, str_printf(s->a, "%s/close", at));
    const char *const none[] = {NULL};
    assert_int_equal(fill_in(s, c, close, none).status, 303);
    assert_int_equal(http_get(c, close).status, 404);
    assert_int_equal(http_get(c, edit).status, 404);
    r = http_get(c, "/ru/admin/bodies");
    assert_found(&r, "1 закрытый орган");
    state_check(s);
}

static void what_was_typed_stays_when_it_is_wrong(void **state)
{
    struct state *s = state_new(*state);
    state_serve(s);
    struct http_client *c = signed_in(s, "admin");
    const char *const bad[] = {"code", "No Good", "parent", "", "name_kk", "Жолдар", "name_ru", "", NULL};
    struct http_reply r = fill_in(s, c, "/ru/admin/bodies/new", bad);
    assert_int_equal(r.status, 422);
    assert_found(&r, "value=\"No Good\"");
    assert_found(&r, "value=\"Жолдар\"");
    assert_found(&r, "href=\"#code\"");
    assert_found(&r, "href=\"#name_ru\"");
    const char *const taken[] = {"code", "roads", "parent", "", "name_kk", "Жолдар", "name_ru", "Дороги", NULL};
    r = fill_in(s, c, "/ru/admin/bodies/new", taken);
    assert_int_equal(r.status, 409);
    assert_found(&r, "Этот код занят");
    const char *const odd[] = {"code", "odd", "parent", "minus one", "name_kk", "Ж", "name_ru", "Д", NULL};
    assert_int_equal(fill_in(s, c, "/ru/admin/bodies/new", odd).status, 422);
    const char *const gone[] = {"code", "odd", "parent", "999999", "name_kk", "Ж", "name_ru", "Д", NULL};
    r = fill_in(s, c, "/ru/admin/bodies/new", gone);
    assert_int_equal(r.status, 422);
    assert_found(&r, "href=\"#parent\"");
}

static void a_body_cannot_be_put_below_itself_by_a_form(void **state)
{
    struct state *s = state_new(*state);
    state_serve(s);
    struct http_client *c = signed_in(s, "admin");
    char *edit = format(s, "/ru/admin/bodies/%/edit", s->region);
    struct http_reply form = http_get(c, edit);
    char *roads = format(s, "value=\"%\"", s->roads);
    assert_false(http_contains(&form, roads)); /* not even offered */
    char *parent = format(s, "%", s->roads);
    const char *const cycle[] = {"parent", parent, "name_kk", "Ж", "name_ru", "Д", NULL};
    struct http_reply r = fill_in(s, c, edit, cycle);
    assert_int_equal(r.status, 422);
    assert_found(&r, "не может подчиняться самому себе");
    state_check(s);
}

static void words_of_administrators_never_become_markup(void **state)
{
    struct state *s = state_new(*state);
    state_serve(s);
    struct http_client *c = signed_in(s, "admin");
    const char *const add[] = {"code", "canary", "parent", "", "name_kk", CANARY, "name_ru", CANARY, "name_en", CANARY,
                               "about_kk", CANARY, "about_ru", CANARY, "about_en", CANARY, "address", CANARY, "phone",
                               CANARY, "hours", CANARY, NULL};
    struct http_reply r = fill_in(s, c, "/ru/admin/bodies/new", add);
    assert_int_equal(r.status, 303);
    char *at = str_to_c(s->a, http_header(&r, "Location"));
    char *edit = str_to_c(s->a, str_printf(s->a, "%s/edit", at));
    const char *const person[] = {"login", "canary", "name", CANARY, "language", "ru", NULL};
    r = fill_in(s, c, "/ru/admin/people/new", person);
    assert_int_equal(r.status, 200);
    assert_false(http_contains(&r, "<svg/onload"));
    const char *const pages[] = {at, edit, "/ru/admin/bodies", "/ru/admin/people", "/ru/admin/bodies/new",
                                 /* nobody: it comes back as a value */
                                 "/ru/admin/people?login=%22%27%3Csvg%2Fonload%3Dalert(1)%3E2",
                                 "/ru/admin/calendar/2026/day?on=%22%27%3Csvg%2Fonload%3D1%3E"};
    for (size_t i = 0; i < sizeof pages / sizeof pages[0]; i++) {
        r = http_get(c, pages[i]);
        assert_int_equal(r.status, 200);
        assert_false(http_contains(&r, "<svg/onload"));
    }
    r = http_get(c, at);
    assert_found(&r, "&lt;svg/onload");
}

/* ---- people ---- */

static struct str database_bytes(struct state *s, const char *name)
{
    struct str bytes;
    struct err *e = file_read(s->a, str_printf(s->a, "%s/%s", s->dir, name).p, 256 * ARENA_MIB, &bytes);
    return e ? S("") : bytes;
}

static void a_password_to_be_used_once_is_shown_once(void **state)
{
    struct state *s = state_new(*state);
    state_serve(s);
    struct http_client *c = signed_in(s, "admin");
    const char *const add[] = {"login", "N.Omarova", "name", "Нұргүл Омарова", "language", "kk", NULL};
    struct http_reply r = fill_in(s, c, "/ru/admin/people/new", add);
    assert_int_equal(r.status, 200);
    assert_str(http_header(&r, "Cache-Control"), "no-store");
    assert_found(&r, "n.omarova");
    struct str mark = S("<dd class=\"b-once__value b-code\">");
    size_t at = str_find_str(r.body, mark);
    assert_true(at != SIZE_MAX);
    struct str rest = str_slice(r.body, at + mark.n, r.body.n);
    rest = str_slice(rest, str_find_str(rest, mark) + mark.n, rest.n);
    struct str password = str_slice(rest, 0, 19);
    assert_int_equal(str_find(password, '-'), 4);
    struct http_reply list = http_get(c, "/ru/admin/people");
    assert_found(&list, "Нұргүл Омарова");
    assert_found(&list, "Пароль ещё не сменён");
    assert_false(http_contains(&list, str_to_c(s->a, password)));
    assert_true(str_find_str(database_bytes(s, "birge.db"), password) == SIZE_MAX);
    assert_true(str_find_str(database_bytes(s, "birge.db-wal"), password) == SIZE_MAX);
    /* It opens nothing yet but the step that replaces it, and only once there is an office: the password first. */
    struct http_client *her = state_client(s);
    struct http_reply form = http_get(her, "/kk/staff/sign-in");
    const char *const in[] = {"login", "n.omarova", "password", str_to_c(s->a, password), "to", "", NULL};
    struct http_reply step = http_post_form(her, "/kk/staff/sign-in", in, http_csrf(&form));
    assert_int_equal(step.status, 303);
    step = http_get(her, "/kk/staff/sign-in");
    assert_found(&step, "Жаңа құпиясөз");
    const char *const again[] = {"login", "n.omarova", "name", "Somebody else", "language", "kk", NULL};
    r = fill_in(s, c, "/ru/admin/people/new", again);
    assert_int_equal(r.status, 409);
    assert_found(&r, "Этот логин занят");
    state_check(s);
}

static void resetting_cuts_off_and_gives_a_new_one(void **state)
{
    struct state *s = state_new(*state);
    state_serve(s);
    struct http_client *c = signed_in(s, "admin");
    struct http_client *clerk = signed_in(s, "clerk");
    const char *const none[] = {NULL};
    assert_int_equal(http_get(clerk, "/ru/staff").status, 200);
    struct http_reply r = fill_in(s, c, format(s, "/ru/admin/people/%/reset", s->clerk), none);
    assert_int_equal(r.status, 200);
    assert_found(&r, "b-once__value");
    assert_int_equal(http_get(clerk, "/ru/staff").status, 401);
    struct http_client *late = state_client(s);
    struct http_reply form = http_get(late, "/ru/staff/sign-in");
    const char *const in[] = {"login", "clerk", "password", STATE_PASSWORD, "to", "", NULL};
    assert_int_equal(http_post_form(late, "/ru/staff/sign-in", in, http_csrf(&form)).status, 422);
    /* One's own is not reset but changed, with the old one at hand. */
    r = fill_in(s, c, format(s, "/ru/admin/people/%/reset", s->admin), none);
    assert_int_equal(r.status, 303);
    assert_str(http_header(&r, "Location"), "/ru/staff/password");
    assert_int_equal(http_get(c, "/ru/admin").status, 200);
}

static void disabling_and_enabling_by_forms(void **state)
{
    struct state *s = state_new(*state);
    state_serve(s);
    struct http_client *c = signed_in(s, "admin");
    char *person = format(s, "/ru/admin/people/%", s->clerk);
    char *disable = format(s, "/ru/admin/people/%/disable", s->clerk);
    char *enable = format(s, "/ru/admin/people/%/enable", s->clerk);
    const char *const none[] = {NULL};
    assert_int_equal(fill_in(s, c, disable, none).status, 303);
    struct http_reply page = http_get(c, person);
    assert_found(&page, "Закрыта");
    const char *const seen[] = {"seen", value_of(s, &page, "seen"), NULL};
    assert_int_equal(http_post_form(c, enable, seen, http_csrf(&page)).status, 303);
    struct http_reply r = http_post_form(c, enable, seen, http_csrf(&page)); /* the old page again */
    assert_int_equal(r.status, 409);
    assert_found(&r, "это изменил кто-то другой");
    char *self = format(s, "/ru/admin/people/%/disable", s->admin);
    r = fill_in(s, c, self, none);
    assert_int_equal(r.status, 422);
    assert_found(&r, "Свою учётную запись закрыть нельзя");
}

static void many_people_are_turned_page_by_page(void **state)
{
    struct state *s = state_new(*state);
    state_serve(s);
    for (int i = 0; i < 117; i++) { /* 120 with those of the state */
        struct str login = str_printf(s->a, "p%03d", i);
        struct person_command p = {.login = login, .name = login, .language = S("kk"),
                                   .password_hash = S("$argon2id$none")};
        state_do(s, state_admin(s), do_person_add, &p);
    }
    struct http_client *c = signed_in(s, "admin");
    char *at = str_to_c(s->a, S("/ru/admin/people"));
    size_t seen = 0;
    struct http_reply r = {0};
    for (int page = 0; page < 3; page++) {
        assert_non_null(at);
        r = http_get(c, at);
        assert_int_equal(r.status, 200);
        for (int i = 0; i < 117; i++)
            seen += http_contains(&r, str_printf(s->a, ">p%03d</a>", i).p);
        at = turning(s, &r, "next");
    }
    assert_null(at);
    assert_int_equal(seen, 117); /* each once, none left out */
    r = http_get(c, turning(s, &r, "prev"));
    assert_found(&r, ">p047</a>"); /* the page before the last: people 51 to 100 */
    assert_found(&r, ">p096</a>");
    r = http_get(c, "/ru/admin/people?login=P044");
    assert_int_equal(r.status, 303);
    r = http_get(c, "/ru/admin/people?login=p04"); /* logins are looked for from their beginning, names too */
    assert_found(&r, ">p040</a>");
    assert_found(&r, ">p049</a>");
    assert_false(http_contains(&r, ">p050</a>"));
    r = http_get(c, "/ru/admin/people?login=nobody.here");
    assert_found(&r, "не найден");
    assert_int_equal(http_get(c, "/ru/admin/people?after=x&before=-5").status, 200);
}

/* ---- offices ---- */

static void an_office_is_added_filled_and_emptied_by_forms(void **state)
{
    struct state *s = state_new(*state);
    state_serve(s);
    struct http_client *c = signed_in(s, "admin");
    const char *const add[] = {"role", "executor", "title_kk", "Маман", "title_ru", "Специалист", "title_en", "", "on",
                               "2026-08-03", NULL};
    struct http_reply r = fill_in(s, c, format(s, "/ru/admin/bodies/%/offices/new", s->roads), add);
    assert_int_equal(r.status, 303);
    char *office = str_to_c(s->a, http_header(&r, "Location"));
    char *appoint = str_to_c(s->a, str_printf(s->a, "%s/appoint", office));
    struct http_reply page = http_get(c, office);
    assert_found(&page, "Свободна");
    const char *const nobody[] = {"login", "who.is.this", "on", "2026-08-03", NULL};
    r = http_post_form(c, appoint, nobody, http_csrf(&page));
    assert_int_equal(r.status, 422);
    assert_found(&r, "Такого сотрудника нет");
    assert_found(&r, "value=\"who.is.this\"");
    const char *const early[] = {"login", "clerk", "on", "2026-08-01", NULL};
    assert_int_equal(http_post_form(c, appoint, early, http_csrf(&page)).status, 422);
    const char *const nonsense[] = {"login", "clerk", "on", "2026-02-31", NULL};
    assert_int_equal(http_post_form(c, appoint, nonsense, http_csrf(&page)).status, 422);
    const char *const clerk[] = {"login", "CLERK", "on", "2026-08-03", NULL};
    assert_int_equal(http_post_form(c, appoint, clerk, http_csrf(&page)).status, 303);
    const char *const second[] = {"login", "auditor", "on", "2026-08-03", NULL};
    r = http_post_form(c, appoint, second, http_csrf(&page));
    assert_int_equal(r.status, 409);
    assert_found(&r, "Эту должность занимает Person clerk");
    char *end = str_to_c(s->a, str_printf(s->a, "%s/end", office));
    const char *const past[] = {"on", "2026-07-01", NULL};
    r = fill_in(s, c, end, past);
    assert_int_equal(r.status, 422);
    assert_found(&r, "href=\"#on\"");
    const char *const now[] = {"on", "2026-08-02", NULL};
    assert_int_equal(fill_in(s, c, end, now).status, 303);
    assert_int_equal(http_get(c, end).status, 404);
    char *close = str_to_c(s->a, str_printf(s->a, "%s/close", office));
    assert_int_equal(fill_in(s, c, close, now).status, 303);
    page = http_get(c, office);
    assert_false(http_contains(&page, "/appoint"));
    state_check(s);
}

static void two_administrators_at_one_form_do_not_overwrite(void **state)
{
    struct state *s = state_new(*state);
    state_serve(s);
    struct http_client *one = signed_in(s, "admin");
    struct http_client *two = signed_in(s, "admin");
    char *edit = format(s, "/ru/admin/bodies/%/edit", s->roads);
    struct http_reply mine = http_get(one, edit);
    struct http_reply theirs = http_get(two, edit);
    const char *const first[] = {"parent", "", "name_kk", "Бірінші", "name_ru", "Первый", "seen",
                                 value_of(s, &mine, "seen"), NULL};
    const char *const second[] = {"parent", "", "name_kk", "Екінші", "name_ru", "Второй", "seen",
                                  value_of(s, &theirs, "seen"), NULL};
    assert_int_equal(http_post_form(one, edit, first, http_csrf(&mine)).status, 303);
    struct http_reply r = http_post_form(two, edit, second, http_csrf(&theirs));
    assert_int_equal(r.status, 409);
    assert_found(&r, "value=\"Второй\""); /* what they typed is not lost */
    struct core_q_body_by_id_row row;
    bool found = false;
    assert_ok(core_q_body_by_id(s->a, s->read, 1, s->roads, &row, &found));
    assert_str(row.name_ru, "Первый");
}

/* ---- the calendar ---- */

static struct calendar *calendar_now(struct state *s)
{
    struct calendar *c;
    assert_ok(calendar_load(s->a, s->read, 1, 0, &c));
    return c;
}

static int32_t day_of(const char *text)
{
    int32_t day = 0;
    assert_true(day_parse(str_c(text), &day));
    return day;
}

static void a_day_is_set_removed_and_put_back(void **state)
{
    struct state *s = state_new(*state);
    state_serve(s);
    struct http_client *c = signed_in(s, "admin");
    struct http_reply year = http_get(c, "/ru/admin/calendar/2027");
    assert_found(&year, "Рабочий календарь на 2027 год");
    assert_found(&year, "не внесено ни одного дня");
    const char *const day[] = {"on", "2027-03-08", "kind", "off", "name_kk", "Халықаралық әйелдер күні", "name_ru",
                               "Международный женский день", "name_en", "Women's Day", "source", "Закон № 267", NULL};
    assert_int_equal(fill_in(s, c, "/ru/admin/calendar/2027/day?on=2027-03-08", day).status, 303);
    assert_false(workdays_is(&calendar_now(s)->workdays, day_of("2027-03-08")));
    year = http_get(c, "/ru/admin/calendar/2027");
    assert_found(&year, "b-month__day--holiday");
    assert_found(&year, "не сверено");
    assert_found(&year, "Международный женский день");
    const char *const on[] = {"on", "2027-03-08", NULL};
    struct http_reply r = http_post_form(c, "/ru/admin/calendar/2027/remove", on, http_csrf(&year));
    assert_int_equal(r.status, 303);
    assert_true(workdays_is(&calendar_now(s)->workdays, day_of("2027-03-08")));
    r = http_get(c, str_to_c(s->a, http_header(&r, "Location")));
    assert_found(&r, "b-undo");
    const char *const undo[] = {"on", value_of(s, &r, "on"), "kind", value_of(s, &r, "kind"), "name_kk",
                                value_of(s, &r, "name_kk"), "name_ru", value_of(s, &r, "name_ru"), "name_en",
                                "Women's Day", "source", value_of(s, &r, "source"), NULL};
    assert_int_equal(http_post_form(c, "/ru/admin/calendar/2027/day", undo, http_csrf(&r)).status, 303);
    const struct calendar_day *back = calendar_day(calendar_now(s), day_of("2027-03-08"));
    assert_non_null(back);
    assert_str(back->name.kk, "Халықаралық әйелдер күні");
    assert_str(back->source, "Закон № 267");
    r = http_get(c, "/ru/admin/calendar/2027?undo=0"); /* an event that is no removal offers nothing */
    assert_int_equal(r.status, 200);
    assert_false(http_contains(&r, "b-undo"));
    assert_int_equal(http_get(c, "/ru/admin/calendar/2027?undo=99999999").status, 200);
    state_check(s);
}

static void the_calendar_says_what_is_wrong_at_the_field(void **state)
{
    struct state *s = state_new(*state);
    state_serve(s);
    struct http_client *c = signed_in(s, "admin");
    const char *page = "/ru/admin/calendar/2026/day";
    const char *const far[] = {"on", "2090-01-01", "kind", "off", "name_kk", "А", "name_ru", "А", "name_en", "A",
                               "source", "С", NULL};
    struct http_reply r = fill_in(s, c, page, far);
    assert_int_equal(r.status, 422);
    assert_found(&r, "href=\"#on\"");
    const char *const useless[] = {"on", "2026-08-04", "kind", "work", "name_kk", "А", "name_ru", "А", "name_en", "A",
                                   "source", "С", NULL};
    r = fill_in(s, c, page, useless);
    assert_int_equal(r.status, 422);
    assert_found(&r, "href=\"#kind\"");
    const char *const bare[] = {"on", "2026-08-04", "kind", "sometimes", NULL};
    assert_int_equal(fill_in(s, c, page, bare).status, 422);
    assert_int_equal(http_get(c, "/ru/admin/calendar/12").status, 404);
    assert_int_equal(http_get(c, "/ru/admin/calendar/99999999999999999999").status, 404);
    const char *const none[] = {NULL};
    r = fill_in(s, c, "/ru/admin/calendar/2026/week", none);
    assert_int_equal(r.status, 422);
    assert_found(&r, "рабочий день");
    const char *const six[] = {"day_1", "1", "day_2", "1", "day_3", "1", "day_4", "1", "day_5", "1", "day_6", "1", NULL};
    assert_int_equal(fill_in(s, c, "/ru/admin/calendar/2026/week", six).status, 303);
    assert_true(workdays_is(&calendar_now(s)->workdays, day_of("2026-08-08")));
    state_check(s);
}

/* ---- the journal ---- */

static void the_journal_names_nobody_and_leaves_nothing_out(void **state)
{
    struct state *s = state_new(*state);
    state_serve(s);
    for (int i = 0; i < 60; i++) {
        struct str login = str_printf(s->a, "secretlogin%02d", i);
        struct person_command p = {.login = login, .name = S("Құпия Есім"), .language = S("kk"),
                                   .password_hash = S("$argon2id$none")};
        state_do(s, state_admin(s), do_person_add, &p);
    }
    struct http_client *c = signed_in(s, "auditor");
    int64_t events = state_events(s);
    char *at = str_to_c(s->a, S("/ru/admin/journal"));
    int64_t rows = 0;
    for (int page = 0; page < 10 && at; page++) {
        struct http_reply r = http_get(c, at);
        assert_int_equal(r.status, 200);
        assert_false(http_contains(&r, "secretlogin"));
        assert_false(http_contains(&r, "Құпия"));
        assert_false(http_contains(&r, "Person admin"));
        assert_found(&r, "Office of admin");
        struct str rest = r.body;
        for (size_t i; (i = str_find_str(rest, S("<tr class=\"govuk-table__row b-table__row"))) != SIZE_MAX; rows++)
            rest = str_slice(rest, i + 10, rest.n);
        at = turning(s, &r, "next");
    }
    assert_int_equal(rows, events);
    assert_null(at);
}

/* Rows of all pages from `path` on, by turning to older ones. */
static int64_t journal_rows(struct state *s, struct http_client *c, const char *path)
{
    int64_t rows = 0;
    char *at = str_to_c(s->a, str_c(path));
    for (int page = 0; page < 10 && at; page++) {
        struct http_reply r = http_get(c, at);
        assert_int_equal(r.status, 200);
        struct str rest = r.body;
        for (size_t i; (i = str_find_str(rest, S("<tr class=\"govuk-table__row b-table__row"))) != SIZE_MAX; rows++)
            rest = str_slice(rest, i + 10, rest.n);
        at = turning(s, &r, "next");
        for (char *amp = at; amp && (amp = strstr(amp, "&amp;")); amp++)
            memmove(amp + 1, amp + 5, strlen(amp + 5) + 1); /* as a browser reads the attribute */
    }
    assert_null(at);
    return rows;
}

static void the_journal_is_filtered_by_thing_verb_period_and_body(void **state)
{
    struct state *s = state_new(*state);
    state_serve(s);
    struct person_command p = {.name = S("Есім"), .language = S("kk"), .password_hash = S("$argon2id$none")};
    struct http_client *c = signed_in(s, "auditor");
    int64_t before = journal_rows(s, c, "/ru/admin/journal?noun=person&verb=added");
    const char *body = str_printf(s->a, "/ru/admin/journal?noun=person&body=%lld", (long long)s->region).p;
    int64_t before_body = journal_rows(s, c, body);
    for (int i = 0; i < 60; i++) {
        p.login = str_printf(s->a, "login%02d", i);
        state_do(s, state_admin(s), do_person_add, &p);
    }
    p.seen = SEEN_ANY;
    p.name = S("Басқа");
    state_do(s, state_admin(s), do_person_change, &p);
    int64_t all = state_events(s);
    struct str today = day_text(s->a, zone_day(s->site->tz, clock_now(), NULL));
    struct str yesterday = day_text(s->a, zone_day(s->site->tz, clock_now(), NULL) - 1);
    const char *here = str_printf(s->a, "/ru/admin/journal?from=%.*s&to=%.*s", STR_FMT(today), STR_FMT(today)).p;
    const char *earlier = str_printf(s->a, "/ru/admin/journal?to=%.*s", STR_FMT(yesterday)).p;
    assert_int_equal(journal_rows(s, c, "/ru/admin/journal?noun=person&verb=added"), before + 60);
    assert_int_equal(journal_rows(s, c, "/ru/admin/journal?noun=person&verb=changed"), 1);
    assert_int_equal(journal_rows(s, c, "/ru/admin/journal?verb=flown"), 0);
    assert_int_equal(journal_rows(s, c, here) + journal_rows(s, c, earlier), all);
    assert_true(journal_rows(s, c, here) >= 61);
    assert_int_equal(journal_rows(s, c, "/ru/admin/journal?from=2099-01-01"), 0);
    assert_int_equal(journal_rows(s, c, body), before_body + 61);
    assert_int_equal(journal_rows(s, c, "/ru/admin/journal?body=987654"), 0);
    struct http_reply r = http_get(c, "/ru/admin/journal?from=2026-02-31&verb=%22%3Csvg%2Fonload%3D1%3E");
    assert_int_equal(r.status, 200);
    assert_found(&r, "2026-03-30"); /* how a date is written */
    assert_false(http_contains(&r, "<svg/onload"));
}

/* ---- the name of the institution ---- */

static void the_institution_is_renamed_on_every_page(void **state)
{
    struct state *s = state_new(*state);
    state_serve(s);
    struct http_client *c = signed_in(s, "admin");
    const char *const name[] = {"name_kk", "Жаңа облыс", "name_ru", "Новая область", "name_en", "", NULL};
    assert_int_equal(fill_in(s, c, "/ru/admin/realm", name).status, 303);
    struct http_reply r = http_get(c, "/kk/staff");
    assert_found(&r, "Жаңа облыс");
    r = http_get(state_client(s), "/ru/staff/sign-in");
    assert_found(&r, "Новая область");
    r = http_get(state_client(s), "/en/staff/sign-in"); /* absent: falls back */
    assert_found(&r, "Жаңа облыс");
    state_check(s);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        TEST(every_address_asks_the_policy),
        TEST(the_menu_shows_only_what_one_may),
        TEST(a_body_is_added_changed_and_closed_by_forms),
        TEST(what_was_typed_stays_when_it_is_wrong),
        TEST(a_body_cannot_be_put_below_itself_by_a_form),
        TEST(words_of_administrators_never_become_markup),
        TEST(a_password_to_be_used_once_is_shown_once),
        TEST(resetting_cuts_off_and_gives_a_new_one),
        TEST(disabling_and_enabling_by_forms),
        TEST(many_people_are_turned_page_by_page),
        TEST(an_office_is_added_filled_and_emptied_by_forms),
        TEST(two_administrators_at_one_form_do_not_overwrite),
        TEST(a_day_is_set_removed_and_put_back),
        TEST(the_calendar_says_what_is_wrong_at_the_field),
        TEST(the_journal_names_nobody_and_leaves_nothing_out),
        TEST(the_journal_is_filtered_by_thing_verb_period_and_body),
        TEST(the_institution_is_renamed_on_every_page),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
