/* SPDX-License-Identifier: AGPL-3.0-or-later
 *
 * pages_log.c - the public log for people: what it is, how to check a receipt with us and without us, checkpoints.
 *
 * A check here is a convenience, and the page says so: whoever does not trust the state checks at home.
 */
#include "core/pages.h"

#include "base/clock.h"
#include "core/keys.h"
#include "core/receipt.h"
#include "core/views_log.h"
#include "gen/core_queries.h"
#include "gen/core_views.h"

#define PAGE_ROWS 25

/* == the log == */

static struct str at_text(struct web_request *req, int64_t at)
{
    int32_t offset = zone_offset(session_site(req)->tz, at) / 60;
    return lang_datetime_short(web_arena(req), web_lang(req), at, offset);
}

static void fill_stats(struct web_request *req, const struct core_q_head_last_row *head, struct core_view_log *m)
{
    struct arena *a = web_arena(req);
    const struct lang *l = web_lang(req);
    struct core_stat *s = ARENA_ARRAY(a, 2, struct core_stat);
    s[0] = (struct core_stat){.value = lang_int(a, l, head->size), .label = t(l, "log.stat.entries")};
    s[1] = (struct core_stat){.value = lang_int(a, l, head->batch), .label = t(l, "log.stat.heads")};
    if (head->size > 0)
        s[1].note = T(a, l, "log.stat.newest", TEXT_ARG("time", at_text(req, head->at)));
    m->stats = s;
    m->n_stats = 2;
}

static void fill_steps(struct web_request *req, struct core_view_log *m)
{
    static const char *const steps[][2] = {
        {"log.self.keep", "log.self.keep.text"},
        {"log.self.get_key", "log.self.get_key.text"},
        {"log.self.run", "log.self.run.text"},
    };
    struct arena *a = web_arena(req);
    const struct lang *l = web_lang(req);
    struct core_step *s = ARENA_ARRAY(a, 3, struct core_step);
    for (size_t i = 0; i < 3; i++)
        s[i] = (struct core_step){.title = t(l, steps[i][0]), .text = t(l, steps[i][1])};
    m->steps = s;
    m->n_steps = 3;
    m->command = str_printf(a, "birge verify --key '%.*s' receipt.txt", STR_FMT(m->vkey));
    m->command_python = str_printf(a, "python3 verify.py '%.*s' receipt.txt --log %.*s/log", STR_FMT(m->vkey),
                                   STR_FMT(web_base_url(req)));
}

/* Checkpoints, newest first; the size leads to the signed note. */
static void fill_table(struct web_request *req, const struct core_q_heads_before_row *heads, size_t n,
                       struct core_view_log *m)
{
    struct arena *a = web_arena(req);
    const struct lang *l = web_lang(req);
    struct core_table_row *rows = ARENA_ARRAY(a, n, struct core_table_row);
    struct core_column *columns = ARENA_ARRAY(a, 3, struct core_column);
    for (size_t i = 0; i < n; i++) {
        struct core_cell *cells = ARENA_ARRAY(a, 3, struct core_cell);
        struct buf root;
        buf_init(&root, a, 64);
        buf_base64(&root, heads[i].root.p, heads[i].root.n);
        cells[0].text = lang_int(a, l, heads[i].size);
        cells[0].href = str_printf(a, "/log/checkpoint/%lld", (long long)heads[i].size);
        cells[1].text = at_text(req, heads[i].at);
        cells[2].text = str_printf(a, "%.*s\xE2\x80\xA6", STR_FMT(str_slice(buf_view(&root), 0, 12)));
        cells[2].is_code = true;
        rows[i].cells = cells;
    }
    columns[0] = (struct core_column){.title = t(l, "log.heads.size")};
    columns[1] = (struct core_column){.title = t(l, "log.heads.time")};
    columns[2] = (struct core_column){.title = t(l, "log.heads.root")};
    m->rows = rows;
    m->n_rows = n;
    m->columns = columns;
    m->n_columns = 3;
}

static struct err *get_log(struct web_request *req)
{
    struct arena *a = web_arena(req);
    struct site *site = session_site(req);
    struct vkey key = log_key_public(site->keys->log);
    struct core_view_log m = {.vkey = vkey_text(a, &key), .check_href = page_href(req, "/log/check")};
    struct core_q_head_last_row last = {0};
    struct core_q_heads_before_row *heads;
    size_t n;
    bool found;
    struct html h;
    int64_t before = page_id(web_query(req, "before"));
    TRY(session_layout(req, t(web_lang(req), "log.title"), &m.layout));
    TRY(core_q_head_last(a, session_loop(req)->read, site->realm, &last, &found));
    TRY(core_q_heads_before(a, session_loop(req)->read, site->realm, before ? before : INT64_MAX, PAGE_ROWS + 1, &heads,
                            &n));
    bool has_older = n > PAGE_ROWS;
    n = has_older ? PAGE_ROWS : n;
    fill_stats(req, &last, &m);
    fill_steps(req, &m);
    fill_table(req, heads, n, &m);
    TRY(journal_follow(a, site->journal, session_loop(req)->read));
    m.checkpoint = journal_checkpoint(a, site->journal);
    if (has_older)
        m.older_href = page_href(req, "/log?before=%lld", (long long)heads[n - 1].batch);
    if (before)
        m.newest_href = page_href(req, "/log");
    page_begin(req, &h);
    core_view_log(&h, &m);
    return page_end(req, 200, &h);
}

/* == checking a receipt == */

struct check_values {
    struct str receipt;
};
static const struct web_field check_fields[] = {
    {"receipt", FIELD_TEXT, true, 0, 100000, NULL, "log.check.label", offsetof(struct check_values, receipt)},
};
static const struct web_form check_form = WEB_FORM(check_fields);

/* Which of its three parts fails: the sentence's id. */
static const char *fault_id(struct arena *a, const struct vkey *v, struct str text)
{
    struct receipt rc;
    struct tree_head head;
    struct err *e = receipt_parse(a, text, &rc);
    if (e)
        return "log.check.wrong.form";
    e = checkpoint_open(a, v, rc.checkpoint, &head);
    return e ? "log.check.wrong.signature" : "log.check.wrong.content";
}

static void fill_receipt(struct web_request *req, const struct receipt *rc, struct core_view_log_check *m)
{
    struct arena *a = web_arena(req);
    const struct lang *l = web_lang(req);
    struct core_row *rows = ARENA_ARRAY(a, 4, struct core_row);
    rows[0] = (struct core_row){.key = t(l, "log.check.number"), .value = rc->number, .is_code = true};
    rows[1] = (struct core_row){.key = t(l, "log.check.registered"), .value = at_text(req, rc->registered_at)};
    rows[2] = (struct core_row){.key = t(l, "log.check.body"), .value = rc->body};
    rows[3] = (struct core_row){.key = t(l, "log.check.leaf"), .value = lang_int(a, l, rc->leaf)};
    m->rows = rows;
    m->n_rows = 4;
}

static struct err *show_check(struct web_request *req, int status, const struct web_errors *errors,
                              struct core_view_log_check *m)
{
    struct html h;
    TRY(session_layout(req, t(web_lang(req), "log.check.title"), &m->layout));
    m->layout.back_href = page_href(req, "/log");
    m->layout.errors = page_errors(req, errors);
    page_begin(req, &h);
    core_view_log_check(&h, m);
    return page_end(req, status, &h);
}

static struct err *get_check(struct web_request *req)
{
    struct core_view_log_check m = {0};
    return show_check(req, 200, NULL, &m);
}

static struct err *post_check(struct web_request *req)
{
    struct arena *a = web_arena(req);
    struct vkey v = log_key_public(session_site(req)->keys->log);
    struct check_values values = {0};
    struct web_errors errors = {0};
    struct core_view_log_check m = {0};
    struct receipt rc;
    TRY(web_form_read(req, &check_form, &values, &errors));
    m.receipt = values.receipt;
    if (errors.n_items > 0)
        return show_check(req, 422, &errors, &m);
    struct str text = values.receipt;
    if (!str_ends(text, S("\n"))) /* lost by copying */
        text = str_printf(a, "%.*s\n", STR_FMT(text));
    struct err *e = receipt_verify(a, &v, text, &rc);
    m.holds = !e;
    if (e)
        m.wrong = t(web_lang(req), fault_id(a, &v, text));
    else
        fill_receipt(req, &rc, &m);
    return show_check(req, 200, NULL, &m);
}

/* ---- routes ---- */

static const struct web_route routes[] = {
    {WEB_GET, "/{lang}/log", NULL, WEB_CSRF_READ, WEB_BODY_NONE, get_log},
    {WEB_GET, "/{lang}/log/check", NULL, WEB_CSRF_READ, WEB_BODY_NONE, get_check},
    {WEB_POST, "/{lang}/log/check", NULL, WEB_CSRF_FORM, WEB_BODY_FORM, post_check},
};
const struct route_table core_routes_log_pages = {routes, sizeof routes / sizeof routes[0]};
