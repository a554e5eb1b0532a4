/* SPDX-License-Identifier: AGPL-3.0-or-later
 *
 * pages_admin.c - the overview of administration, the name of the institution, and what its pages share.
 */
#include "core/pages.h"

#include <string.h>

#include "base/clock.h"
#include "core/bodies.h"
#include "core/calendar.h"
#include "core/policy_rows.h"
#include "core/second_factor.h"
#include "core/views_admin.h"
#include "gen/core_queries.h"
#include "gen/core_views.h"

/* ---- shared ---- */

void page_form_copy(struct arena *a, const struct web_form *form, size_t size, const void *from, void *to)
{
    memcpy(to, from, size);
    for (size_t i = 0; i < form->n_fields; i++) {
        const struct web_field *f = &form->fields[i];
        MUST(f->type != FIELD_FILE);
        if (f->type == FIELD_INT || f->type == FIELD_FLAG)
            continue;
        struct str *s = (struct str *)(void *)((char *)to + f->offset);
        *s = str_dup(a, *s);
    }
}

struct err *admin_submit(struct web_request *req, const struct web_form *form, size_t size, const void *values,
                         struct err *(*verb)(struct action *x),
                         struct err *(*answer)(struct web_request *req, struct action *x))
{
    struct action *x = action_new(req);
    x->command = arena_alloc(x->a, size);
    page_form_copy(x->a, form, size, values, x->command);
    x->needs_space = false; /* a short disk is exactly when administrators must act */
    return action_submit(req, x, verb, answer);
}

struct err *admin_seen(struct web_request *req, struct str noun, int64_t noun_id, int64_t *ret_seen)
{
    struct core_q_event_last_of_row last = {0};
    bool found = false;
    TRY(core_q_event_last_of(web_arena(req), session_loop(req)->read, session_site(req)->realm, noun, noun_id, &last,
                             &found));
    *ret_seen = found ? last.seq : SEEN_ANY;
    return NULL;
}

bool admin_refused_by_policy(struct web_request *req, struct action *x, struct err **ret)
{
    if (!action_is_refused(x) || !str_starts(str_c(x->verdict.code), S("POLICY_")))
        return false;
    *ret = web_refuse(req, page_refusal_status(&x->verdict), &x->verdict);
    return true;
}

struct err *admin_done(struct web_request *req, const char *text_id, struct str href)
{
    web_flash(req, "success", text_id);
    return web_redirect(req, href);
}

struct err *admin_layout(struct web_request *req, struct str title, struct str back_href,
                         const struct core_errors *errors, enum core_width width,
                         struct core_view_layout *ret_layout)
{
    TRY(session_layout(req, title, ret_layout));
    ret_layout->back_href = back_href;
    ret_layout->errors = errors;
    ret_layout->width = width;
    return NULL;
}

struct str admin_role(struct web_request *req, enum role role)
{
    return t(web_lang(req), str_printf(web_arena(req), "core.role.%.*s", STR_FMT(role_name(role))).p);
}

struct str admin_today(struct web_request *req)
{
    return day_text(web_arena(req), site_today(session_site(req), web_now(req)));
}

struct str admin_day(struct web_request *req, struct str on)
{
    int32_t day;
    return day_parse(on, &day) ? lang_date_short(web_arena(req), web_lang(req), day) : S("");
}

struct err *admin_holders(struct web_request *req, struct holder **ret_holders, size_t *ret_n)
{
    struct core_q_holders_row *rows;
    size_t n;
    TRY(core_q_holders(web_arena(req), session_loop(req)->read, session_site(req)->realm, admin_today(req), &rows, &n));
    struct holder *holders = ARENA_ARRAY(web_arena(req), n, struct holder);
    for (size_t i = 0; i < n; i++)
        holders[i] = (struct holder){rows[i].office_id, rows[i].id, rows[i].person_id, rows[i].name, rows[i].from_on};
    *ret_holders = holders;
    *ret_n = n;
    return NULL;
}

const struct holder *admin_holder_of(const struct holder *holders, size_t n, int64_t office_id)
{
    size_t low = 0;
    size_t high = n;
    while (low < high) {
        size_t mid = low + (high - low) / 2;
        if (holders[mid].office_id == office_id)
            return &holders[mid];
        if (holders[mid].office_id < office_id)
            low = mid + 1;
        else
            high = mid;
    }
    return NULL;
}

bool admin_office_lasts(const struct office *o, struct str today)
{
    return !o->to_on.p || str_cmp(o->to_on, today) >= 0;
}

/* ---- overview ---- */

struct overview {
    int64_t n_bodies, n_offices, n_vacant, n_people;
    bool is_year_covered, is_next_year_covered;
    int32_t year;
};

static struct err *look(struct web_request *req, struct overview *o)
{
    struct arena *a = web_arena(req);
    struct site *site = session_site(req);
    struct str today = admin_today(req);
    const struct directory *d;
    const struct calendar *c;
    struct holder *holders;
    size_t n_holders;
    struct core_q_people_count_row people = {0};
    bool found = false;
    TRY(directory_of_loop(a, session_loop(req), &d));
    TRY(calendar_of_loop(a, session_loop(req), &c));
    TRY(admin_holders(req, &holders, &n_holders));
    TRY(core_q_people_count(a, session_loop(req)->read, site->realm, &people, &found));
    for (size_t i = 0; i < d->n_bodies; i++)
        o->n_bodies += !d->bodies[i].is_closed;
    for (size_t i = 0; i < d->n_offices; i++) {
        if (!admin_office_lasts(&d->offices[i], today))
            continue;
        o->n_offices++;
        o->n_vacant += !admin_holder_of(holders, n_holders, d->offices[i].id);
    }
    o->n_people = people.n_active;
    o->year = civil_from_day(site_today(site, web_now(req))).year;
    o->is_year_covered = calendar_covers(c, o->year);
    o->is_next_year_covered = calendar_covers(c, o->year + 1);
    return NULL;
}

static struct str number(struct web_request *req, int64_t v)
{
    return lang_int(web_arena(req), web_lang(req), v);
}

static void fill_stats(struct web_request *req, const struct overview *o, struct core_view_admin_home *m)
{
    const struct lang *l = web_lang(req);
    struct core_stat *s = ARENA_ARRAY(web_arena(req), 4, struct core_stat);
    s[0] = (struct core_stat){.value = number(req, o->n_bodies), .label = t(l, "admin.home.bodies"),
                              .href = page_href(req, "/admin/bodies")};
    s[1] = (struct core_stat){.value = number(req, o->n_offices), .label = t(l, "admin.home.offices"),
                              .href = page_href(req, "/admin/bodies")};
    s[2] = (struct core_stat){.value = number(req, o->n_vacant), .label = t(l, "admin.home.vacant"),
                              .href = page_href(req, "/admin/bodies"), .kind = o->n_vacant ? S("soon") : S("")};
    s[3] = (struct core_stat){.value = number(req, o->n_people), .label = t(l, "admin.home.people"),
                              .href = page_href(req, "/admin/people")};
    m->stats = s;
    m->n_stats = 4;
}

static void fill_cards(struct web_request *req, struct core_view_admin_home *m)
{
    static const struct {
        const char *title, *text, *path;
    } cards[] = {
        {"admin.card.bodies", "admin.card.bodies.text", "/admin/bodies"},
        {"admin.card.people", "admin.card.people.text", "/admin/people"},
        {"admin.card.calendar", "admin.card.calendar.text", "/admin/calendar"},
        {"admin.card.realm", "admin.card.realm.text", "/admin/realm"},
    };
    size_t n = sizeof cards / sizeof cards[0];
    struct core_card *c = ARENA_ARRAY(web_arena(req), n, struct core_card);
    for (size_t i = 0; i < n; i++)
        c[i] = (struct core_card){t(web_lang(req), cards[i].title), t(web_lang(req), cards[i].text),
                                  page_href(req, "%s", cards[i].path)};
    m->cards = c;
    m->n_cards = n;
}

/* What harms silently: terms that run over a calendar that nobody filled in, a password that opens alone. */
static void fill_notes(struct web_request *req, const struct overview *o, struct core_view_admin_home *m)
{
    struct arena *a = web_arena(req);
    const struct lang *l = web_lang(req);
    struct core_view_help *notes = ARENA_ARRAY(a, 3, struct core_view_help);
    if (!second_factor_is_required(session_site(req)) && !session_site(req)->is_demo)
        notes[m->n_notes++] = (struct core_view_help){
            .title = t(l, "admin.note.second_factor"),
            .text = t(l, "admin.note.second_factor.text"),
            .kind = S("warning"),
        };
    for (int i = 0; i < 2; i++) {
        int32_t year = o->year + i;
        struct str text_year = str_printf(a, "%d", year);
        if (i == 0 ? o->is_year_covered : o->is_next_year_covered)
            continue;
        notes[m->n_notes++] = (struct core_view_help){
            .title = T(a, l, "admin.note.calendar", TEXT_ARG("year", text_year)),
            .text = t(l, "admin.note.calendar.text"),
            .kind = i == 0 ? S("warning") : S("info"),
            .link_text = t(l, "admin.note.calendar.link"),
            .link_href = page_href(req, "/admin/calendar/%d", year),
        };
    }
    m->notes = notes;
}

static struct err *get_admin(struct web_request *req)
{
    struct core_view_admin_home m = {0};
    struct overview o = {0};
    struct html h;
    TRY(look(req, &o));
    TRY(session_layout(req, t(web_lang(req), "admin.home.title"), &m.layout));
    fill_notes(req, &o, &m);
    fill_stats(req, &o, &m);
    fill_cards(req, &m);
    page_begin(req, &h);
    core_view_admin_home(&h, &m);
    return page_end(req, 200, &h);
}

/* ---- the name of the institution ---- */

struct realm_values {
    struct str name_kk, name_ru, name_en;
    struct opt_int seen;
};
static const struct web_field realm_fields[] = {
    {"name_kk", FIELD_LINE, true, 1, 200, NULL, "admin.name_kk", offsetof(struct realm_values, name_kk)},
    {"name_ru", FIELD_LINE, true, 1, 200, NULL, "admin.name_ru", offsetof(struct realm_values, name_ru)},
    {"name_en", FIELD_LINE, false, 0, 200, NULL, "admin.name_en", offsetof(struct realm_values, name_en)},
    {"seen", FIELD_INT, true, -1, INT64_MAX, NULL, NULL, offsetof(struct realm_values, seen)},
};
static const struct web_form realm_form = WEB_FORM(realm_fields);

static struct err *draw_realm(struct web_request *req, int status, const struct realm_values *v,
                              const struct core_errors *errors)
{
    struct core_view_admin_realm m = {
        .name_kk = v->name_kk, .name_ru = v->name_ru, .name_en = v->name_en, .seen = v->seen.v};
    struct html h;
    TRY(admin_layout(req, t(web_lang(req), "admin.realm.title"), page_href(req, "/admin"), errors,
                     CORE_WIDTH_READING, &m.layout));
    page_begin(req, &h);
    core_view_admin_realm(&h, &m);
    return page_end(req, status, &h);
}

static struct err *get_realm(struct web_request *req)
{
    struct core_q_realm_row row = {0};
    struct realm_values v = {0};
    bool found = false;
    int64_t realm = session_site(req)->realm;
    TRY(core_q_realm(web_arena(req), session_loop(req)->read, realm, &row, &found));
    TRY(admin_seen(req, S("realm"), realm, &v.seen.v));
    v.name_kk = row.name_kk;
    v.name_ru = row.name_ru;
    v.name_en = row.name_en;
    return draw_realm(req, 200, &v, NULL);
}

static struct err *run_realm(struct action *x)
{
    const struct realm_values *v = x->command;
    struct text3 name = {str_trim(v->name_kk), str_trim(v->name_ru), v->name_en.p ? str_trim(v->name_en) : S("")};
    return realm_rename(x, &name, v->seen.v);
}

static struct err *realm_renamed(struct web_request *req, struct action *x)
{
    struct err *e;
    if (admin_refused_by_policy(req, x, &e))
        return e;
    if (action_is_refused(x))
        return draw_realm(req, page_refusal_status(&x->verdict), x->command, page_refusal(req, "", &x->verdict));
    return admin_done(req, "admin.flash.saved", page_href(req, "/admin"));
}

static struct err *post_realm(struct web_request *req)
{
    struct realm_values v = {0};
    struct web_errors errors = {0};
    TRY(web_form_read(req, &realm_form, &v, &errors));
    if (errors.n_items)
        return draw_realm(req, 422, &v, page_errors(req, &errors));
    return admin_submit(req, &realm_form, sizeof v, &v, run_realm, realm_renamed);
}

/* ---- routes ---- */

static const struct web_route routes[] = {
    ADMIN_GET("", MAY_SEE_ADMIN, get_admin),
    ADMIN_GET("/realm", MAY_CHANGE_REALM, get_realm),
    ADMIN_POST("/realm", MAY_CHANGE_REALM, post_realm),
};
const struct route_table core_routes_admin = {routes, sizeof routes / sizeof routes[0]};
