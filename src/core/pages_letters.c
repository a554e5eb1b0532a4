/* SPDX-License-Identifier: AGPL-3.0-or-later
 *
 * pages_letters.c - administration of the outbox: by domain, what is in trouble, one letter, try again now.
 *
 * Keeps: no address, no number of a case, no word of a letter: who reads this learns where letters are, not whose.
 */
#include "core/pages.h"

#include "base/clock.h"
#include "core/config.h"
#include "core/courier.h"
#include "core/policy_rows.h"
#include "core/views_admin.h"
#include "gen/core_queries.h"
#include "gen/core_views.h"

#define DOMAINS_SHOWN 50
#define LETTERS_SHOWN 50

/* ---- words ---- */

static struct str time_text(struct web_request *req, int64_t at)
{
    int32_t offset = zone_offset(session_site(req)->tz, at) / 60;
    return at > 0 ? lang_datetime_short(web_arena(req), web_lang(req), at, offset) : S("");
}

static struct str number(struct web_request *req, int64_t v)
{
    return lang_int(web_arena(req), web_lang(req), v);
}

static struct str domain_text(struct web_request *req, struct str domain)
{
    if (str_eq(domain, DOMAIN_PHONE))
        return t(web_lang(req), "letters.domain.phone");
    if (str_eq(domain, DOMAIN_APART))
        return t(web_lang(req), "letters.domain.apart");
    return domain.n > 0 ? domain : t(web_lang(req), "letters.domain.unknown");
}

static struct str kind_text(struct web_request *req, struct str kind)
{
    const char *id = str_printf(web_arena(req), "letters.kind.%.*s", STR_FMT(kind)).p;
    return t(web_lang(req), t_has(id) ? id : "letters.kind.changed");
}

static struct str state_text(struct web_request *req, struct str state)
{
    return t(web_lang(req), str_printf(web_arena(req), "letters.state.%.*s", STR_FMT(state)).p);
}

static struct str tag_of(struct str state)
{
    return str_eq(state, S("failed")) ? S("red") : str_eq(state, S("sent")) ? S("green") : S("yellow");
}

static const struct core_column *columns(struct web_request *req, const char *const *ids, size_t n, uint32_t numbers)
{
    struct core_column *c = ARENA_ARRAY(web_arena(req), n, struct core_column);
    for (size_t i = 0; i < n; i++)
        c[i] = (struct core_column){.title = t(web_lang(req), ids[i]), .is_number = numbers >> i & 1};
    return c;
}

/* ---- the overview ---- */

static void fill_notes(struct web_request *req, const struct courier_status *s, struct core_view_admin_letters *m)
{
    struct arena *a = web_arena(req);
    const struct lang *l = web_lang(req);
    struct core_view_help *notes = ARENA_ARRAY(a, 2, struct core_view_help);
    if (!str_eq(session_site(req)->config->mail_transport, S("smtp")))
        notes[m->n_notes++] = (struct core_view_help){.title = t(l, "letters.folder.title"),
                                                      .text = t(l, "letters.folder.text"), .kind = S("info")};
    else if (s->relay_failures > 0)
        notes[m->n_notes++] = (struct core_view_help){
            .title = t(l, "letters.relay.title"),
            .text = T(a, l, "letters.relay.text", TEXT_ARG("time", time_text(req, s->relay_tried_at)),
                      TEXT_ARG("answer", s->relay_answer)),
            .kind = S("warning"),
        };
    m->notes = notes;
}

static void fill_stats(struct web_request *req, const struct courier_status *s, struct core_view_admin_letters *m)
{
    const struct lang *l = web_lang(req);
    struct core_stat *stats = ARENA_ARRAY(web_arena(req), 3, struct core_stat);
    stats[0] = (struct core_stat){.value = number(req, s->waiting), .label = t(l, "letters.waiting")};
    stats[1] = (struct core_stat){.value = number(req, s->sent), .label = t(l, "letters.sent")};
    stats[2] = (struct core_stat){.value = number(req, s->failed), .label = t(l, "letters.failed"),
                                  .kind = s->failed ? S("late") : S("")};
    m->stats = stats;
    m->n_stats = 3;
}

static struct core_table_row domain_row_of(struct web_request *req, const struct core_q_mail_domains_after_row *d)
{
    struct core_cell *cells = ARENA_ARRAY(web_arena(req), 6, struct core_cell);
    int64_t now = web_now(req);
    cells[0].text = domain_text(req, d->domain);
    cells[1].text = number(req, d->waiting);
    cells[2].text = number(req, d->sent);
    cells[3].text = number(req, d->failed);
    cells[4].text = d->answer;
    cells[4].note = time_text(req, d->tried_at);
    cells[5].text = d->waiting > 0 && d->pause_until > now ? time_text(req, d->pause_until) : S("");
    return (struct core_table_row){.cells = cells, .kind = d->failures > 0 ? S("soon") : S("")};
}

static struct err *fill_domains(struct web_request *req, struct core_view_admin_letters *m)
{
    static const char *const titles[] = {"letters.column.domain", "letters.waiting", "letters.sent",
                                         "letters.failed", "letters.column.answer", "letters.column.next"};
    struct arena *a = web_arena(req);
    struct core_q_mail_domains_after_row *found;
    size_t n;
    struct str after = web_query(req, "after");
    TRY(core_q_mail_domains_after(a, session_loop(req)->read, session_site(req)->realm, after.p ? after : S(""),
                                  DOMAINS_SHOWN + 2, &found, &n));
    struct core_table_row *rows = ARENA_ARRAY(a, n, struct core_table_row);
    struct core_option *options = ARENA_ARRAY(a, n + 1, struct core_option);
    struct str last = S("");
    for (size_t i = 0; i < n && m->n_rows < DOMAINS_SHOWN; i++) {
        last = found[i].domain;
        if (str_eq(found[i].domain, DOMAIN_RELAY))
            continue;
        rows[m->n_rows++] = domain_row_of(req, &found[i]);
        if (found[i].waiting > 0 && !str_eq(found[i].domain, DOMAIN_PHONE) && found[i].domain.n > 0)
            options[m->n_options++] = (struct core_option){.value = found[i].domain, .label = found[i].domain};
    }
    if (m->n_options > 0)
        options[m->n_options++] = (struct core_option){.value = DOMAIN_RELAY,
                                                       .label = t(web_lang(req), "letters.again.all")};
    if (n > 0 && !str_eq(last, found[n - 1].domain))
        m->next_href = page_href(req, "/admin/letters?after=%.*s", STR_FMT(page_url_part(a, last)));
    if (after.n > 0)
        m->first_href = page_href(req, "/admin/letters");
    m->rows = rows;
    m->columns = columns(req, titles, 6, 0x0E);
    m->n_columns = 6;
    m->options = options;
    return NULL;
}

static struct core_table_row trouble_row(struct web_request *req, const struct core_q_deliveries_in_trouble_row *d)
{
    struct core_cell *cells = ARENA_ARRAY(web_arena(req), 6, struct core_cell);
    cells[0].text = number(req, d->id);
    cells[0].href = page_href(req, "/admin/letters/%lld", (long long)d->id);
    cells[0].note = time_text(req, d->at);
    cells[1].text = kind_text(req, d->kind);
    cells[2].text = domain_text(req, d->domain);
    cells[3].text = state_text(req, d->state);
    cells[3].tag_kind = tag_of(d->state);
    cells[4].text = number(req, d->tries);
    cells[4].note = time_text(req, d->tried_at.v);
    cells[5].text = d->problem;
    return (struct core_table_row){.cells = cells};
}

static struct err *fill_troubles(struct web_request *req, struct core_view_admin_letters *m)
{
    static const char *const titles[] = {"letters.column.letter", "letters.column.about", "letters.column.domain",
                                         "letters.column.state", "letters.column.tries", "letters.column.answer"};
    struct core_q_deliveries_in_trouble_row *found;
    size_t n;
    int64_t before = page_id(web_query(req, "before"));
    TRY(core_q_deliveries_in_trouble(web_arena(req), session_loop(req)->read, session_site(req)->realm,
                                     before ? before : INT64_MAX, LETTERS_SHOWN + 1, &found, &n));
    m->n_troubles = n > LETTERS_SHOWN ? LETTERS_SHOWN : n;
    struct core_table_row *rows = ARENA_ARRAY(web_arena(req), m->n_troubles, struct core_table_row);
    for (size_t i = 0; i < m->n_troubles; i++)
        rows[i] = trouble_row(req, &found[i]);
    if (n > LETTERS_SHOWN)
        m->older_href = page_href(req, "/admin/letters?before=%lld", (long long)found[LETTERS_SHOWN - 1].id);
    if (before)
        m->newest_href = page_href(req, "/admin/letters");
    m->troubles = rows;
    m->trouble_columns = columns(req, titles, 6, 0x10);
    m->n_trouble_columns = 6;
    return NULL;
}

static struct err *draw_letters(struct web_request *req, int status, const struct core_errors *errors)
{
    struct core_view_admin_letters m = {.again_action = page_href(req, "/admin/letters/again")};
    struct courier_status s;
    struct html h;
    TRY(courier_status(web_arena(req), session_loop(req)->read, session_site(req)->realm, &s));
    TRY(session_layout(req, t(web_lang(req), "letters.title"), &m.layout));
    m.layout.errors = errors;
    fill_notes(req, &s, &m);
    fill_stats(req, &s, &m);
    TRY(fill_domains(req, &m));
    TRY(fill_troubles(req, &m));
    page_begin(req, &h);
    core_view_admin_letters(&h, &m);
    return page_end(req, status, &h);
}

static struct err *get_letters(struct web_request *req)
{
    return draw_letters(req, 200, NULL);
}

/* ---- one letter ---- */

static void add_row(struct core_row *rows, size_t *n, struct str key, struct str value)
{
    if (value.n > 0)
        rows[(*n)++] = (struct core_row){.key = key, .value = value};
}

static void fill_letter(struct web_request *req, const struct core_q_delivery_of_row *d, struct core_view_admin_letter *m)
{
    const struct lang *l = web_lang(req);
    struct core_row *rows = ARENA_ARRAY(web_arena(req), 11, struct core_row);
    size_t n = 0;
    add_row(rows, &n, t(l, "letters.column.state"), state_text(req, d->state));
    rows[0].tag_kind = tag_of(d->state);
    add_row(rows, &n, t(l, "letters.column.about"), kind_text(req, d->kind));
    add_row(rows, &n, t(l, "letters.column.domain"), domain_text(req, d->domain));
    add_row(rows, &n, t(l, "letters.one.written"), time_text(req, d->at));
    add_row(rows, &n, t(l, "letters.column.tries"), number(req, d->tries));
    add_row(rows, &n, t(l, "letters.column.tried"), time_text(req, d->tried_at.v));
    add_row(rows, &n, t(l, "letters.column.answer"), d->problem);
    if (str_eq(d->state, S("waiting")) && d->next_at > web_now(req))
        add_row(rows, &n, t(l, "letters.column.next"), time_text(req, d->next_at));
    add_row(rows, &n, t(l, "letters.one.expires"), time_text(req, d->expires_at.v));
    add_row(rows, &n, t(l, "letters.one.sent"), time_text(req, d->sent_at.v));
    m->rows = rows;
    m->n_rows = n;
}

static struct err *draw_letter(struct web_request *req, int status, int64_t id, const struct core_errors *errors)
{
    struct core_view_admin_letter m = {0};
    struct core_q_delivery_of_row row;
    struct html h;
    bool found = false;
    TRY(core_q_delivery_of(web_arena(req), session_loop(req)->read, session_site(req)->realm, id, &row, &found));
    if (!found)
        return ERR(web_arena(req), ERR_NOT_FOUND, "no letter %lld", (long long)id);
    struct str title = T(web_arena(req), web_lang(req), "letters.one.title", TEXT_ARG("id", number(req, id)));
    TRY(admin_layout(req, title, page_href(req, "/admin/letters"), errors, CORE_WIDTH_READING, &m.layout));
    fill_letter(req, &row, &m);
    if (str_eq(row.state, S("waiting")) || str_eq(row.state, S("failed")))
        m.again_action = page_href(req, "/admin/letters/%lld/again", (long long)id);
    page_begin(req, &h);
    core_view_admin_letter(&h, &m);
    return page_end(req, status, &h);
}

static struct err *get_letter(struct web_request *req)
{
    return draw_letter(req, 200, page_id(web_param(req, "id")), NULL);
}

/* ---- try again now ---- */

struct again_values {
    struct str domain;
    int64_t id; /* from the address */
};
static const struct web_field again_fields[] = {
    {"domain", FIELD_LINE, true, 1, 254, NULL, "letters.again.domain", offsetof(struct again_values, domain)},
};
static const struct web_form again_form = WEB_FORM(again_fields);
static const struct web_form no_fields = {NULL, 0};

static struct err *run_again(struct action *x)
{
    struct again_values *v = x->command;
    struct courier_again_command c = {.id = v->id, .domain = v->domain};
    x->command = &c;
    struct err *e = courier_again(x);
    x->command = v;
    return e;
}

static struct err *tried_again(struct web_request *req, struct action *x)
{
    const struct again_values *v = x->command;
    struct err *e;
    if (admin_refused_by_policy(req, x, &e))
        return e;
    if (action_is_refused(x)) {
        int status = page_refusal_status(&x->verdict);
        const struct core_errors *errors = page_refusal(req, v->id ? "" : "domain", &x->verdict);
        return v->id ? draw_letter(req, status, v->id, errors) : draw_letters(req, status, errors);
    }
    struct str href = v->id ? page_href(req, "/admin/letters/%lld", (long long)v->id) : page_href(req, "/admin/letters");
    return admin_done(req, "letters.again.done", href);
}

static struct err *post_again(struct web_request *req)
{
    struct again_values v = {0};
    struct web_errors errors = {0};
    TRY(web_form_read(req, &again_form, &v, &errors));
    if (errors.n_items)
        return draw_letters(req, 422, page_errors(req, &errors));
    return admin_submit(req, &again_form, sizeof v, &v, run_again, tried_again);
}

static struct err *post_letter_again(struct web_request *req)
{
    struct again_values v = {.id = page_id(web_param(req, "id"))};
    struct web_errors errors = {0};
    TRY(web_form_read(req, &no_fields, NULL, &errors));
    if (v.id == 0)
        return ERR(web_arena(req), ERR_NOT_FOUND, "no such letter");
    return admin_submit(req, &no_fields, sizeof v, &v, run_again, tried_again);
}

/* ---- routes ---- */

static const struct web_route routes[] = {
    ADMIN_GET("/letters", MAY_SEE_LETTERS, get_letters),
    ADMIN_POST("/letters/again", MAY_SEE_LETTERS, post_again),
    ADMIN_GET("/letters/{id}", MAY_SEE_LETTERS, get_letter),
    ADMIN_POST("/letters/{id}/again", MAY_SEE_LETTERS, post_letter_again),
};
const struct route_table core_routes_letters = {routes, sizeof routes / sizeof routes[0]};
