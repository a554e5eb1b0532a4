/* SPDX-License-Identifier: AGPL-3.0-or-later
 *
 * pages_desk.c - the diary for those who keep it: the list of a body, one entry, and its steps.
 *
 * An entry that names private persons is shown after the reading is recorded. A step that is refused comes back with
 * the entry, its ground, and what can be done instead.
 */
#include "institutions/diary/pages.h"

#include "base/clock.h"
#include "gen/diary_views.h"
#include "institutions/diary/actions.h"
#include "institutions/diary/diary.h"
#include "institutions/diary/store_private.h"
#include "web/form.h"

#define DESK_ROWS 50

/* ---- the list ---- */

struct desk_query {
    struct str state;
    struct opt_int before;
};
static const char *const states[] = {"planned", "held", "published", "postponed", "cancelled", NULL};
static const struct web_field query_fields[] = {
    {.name = "state", .type = FIELD_CHOICE, .choices = states, .offset = offsetof(struct desk_query, state)},
    {.name = "before", .type = FIELD_INT, .min = 1, .max = INT64_MAX, .offset = offsetof(struct desk_query, before)},
};
static const struct web_form query_form = WEB_FORM(query_fields);

/* Every state as a tag: staff wants to see "published" too. */
static struct core_view_tag state_tag(struct page *p, enum diary_state state)
{
    struct core_view_tag tag = diary_state_tag(p, state);
    if (!tag.text.p)
        tag = (struct core_view_tag){.text = pages_t(p, "diary.state.published"), .kind = S("green")};
    return tag;
}

static struct core_table_row desk_row(struct page *p, const struct diary_full *f)
{
    struct core_cell *cells = ARENA_ARRAY(p->a, 4, struct core_cell);
    struct str lang;
    const struct diary_words *w = diary_page_words(p, f->version.words, f->version.language, &lang);
    struct core_view_tag tag = state_tag(p, f->entry.state);
    bool waits = f->entry.version > f->entry.public_version;
    cells[0] = (struct core_cell){.text = w->title, .note = diary_kind_text(p, &f->version),
                                  .href = page_href(p->req, "/desk/diary/%.*s", STR_FMT(f->entry.code))};
    cells[1] = (struct core_cell){.text = diary_when_text(p, &f->version)};
    cells[2] = (struct core_cell){.text = tag.text, .tag_kind = tag.kind};
    cells[3] = (struct core_cell){.text = pages_t(p, f->entry.public_version == 0 ? "diary.desk.hidden"
                                                     : waits                      ? "diary.desk.waits"
                                                                                  : "diary.desk.seen")};
    return (struct core_table_row){.cells = cells};
}

static void fill_tabs(struct page *p, struct str state, struct diary_view_desk_list *m)
{
    struct core_nav_item *tabs = ARENA_ARRAY(p->a, N_DIARY_STATES + 1, struct core_nav_item);
    tabs[m->n_tabs++] = (struct core_nav_item){.text = pages_t(p, "diary.filter.all"), .current = state.n == 0,
                                               .href = page_href(p->req, "/desk/diary")};
    for (size_t i = 0; states[i]; i++)
        tabs[m->n_tabs++] = (struct core_nav_item){.text = pages_t_of(p, "diary.state.", str_c(states[i])),
                                                   .current = str_eq(state, str_c(states[i])),
                                                   .href = page_href(p->req, "/desk/diary?state=%s", states[i])};
    m->tabs = tabs;
}

static struct err *draw_desk(struct page *p)
{
    static const char *const titles[] = {"diary.column.what", "diary.column.when", "diary.desk.state", "diary.desk.public"};
    struct desk_query q = {0};
    struct diary_view_desk_list m = {0};
    struct diary_full *items;
    struct verdict v;
    struct html h;
    size_t n;
    web_query_read(p->req, &query_form, &q);
    struct str state = q.state.p ? q.state : S("");
    TRY(diary_store_desk(p->a, p->loop->read, p->site, p->who, state, q.before.has ? q.before.v : INT64_MAX, DESK_ROWS + 1,
                         &items, &n, &v));
    if (!v.allowed)
        return web_refuse(p->req, 403, &v);
    TRY(session_layout(p->req, pages_t(p, "diary.desk.title"), &m.layout));
    if (n > DESK_ROWS) {
        n = DESK_ROWS;
        m.pages.next_href = page_href(p->req, "/desk/diary?state=%.*s&before=%lld", STR_FMT(state),
                                      (long long)items[n - 1].entry.id);
    }
    struct core_column *columns = ARENA_ARRAY(p->a, 4, struct core_column);
    struct core_table_row *rows = ARENA_ARRAY(p->a, n, struct core_table_row);
    for (size_t i = 0; i < 4; i++)
        columns[i].title = pages_t(p, titles[i]);
    for (size_t i = 0; i < n; i++)
        rows[i] = desk_row(p, &items[i]);
    fill_tabs(p, state, &m);
    m.columns = columns;
    m.n_columns = 4;
    m.rows = rows;
    m.n_rows = n;
    m.new_href = page_href(p->req, "/desk/diary/new");
    page_begin(p->req, &h);
    diary_view_desk_list(&h, &m);
    return page_end(p->req, 200, &h);
}

static struct err *get_desk(struct web_request *req)
{
    return pages_run(req, draw_desk);
}

/* ---- one entry ---- */

/* A step and its form. */
struct step {
    const char *name; /* end of the address */
    const char *action;
    struct err *(*verb)(struct action *x);
    bool needs_reason;
    bool is_grave;
    const char *flash_id;
};
static const struct step steps[] = {
    {"hold", DIARY_WRITE, diary_hold, false, false, "diary.flash.held"},
    {"announce", DIARY_PUBLISH, diary_announce, false, false, "diary.flash.announced"},
    {"publish", DIARY_PUBLISH, diary_publish, false, false, "diary.flash.published"},
    {"postpone", DIARY_WRITE, diary_postpone, true, false, "diary.flash.postponed"},
    {"cancel", DIARY_WRITE, diary_cancel, true, true, "diary.flash.cancelled"},
    {"withdraw", DIARY_CONSENT, diary_withdraw_consent, true, true, "diary.flash.withdrawn"},
};
#define N_STEPS (sizeof steps / sizeof steps[0])

/* What a refused step brings back. */
struct retry {
    const struct step *step;
    struct verdict verdict;
    struct str line;
    struct str participant;
    struct str code; /* of the entry */
};

/* Does the state leave this step open? Two persons and delays are the verb's affair: its "no" explains itself. */
static bool is_open_step(struct page *p, const struct step *s, const struct diary_entry *e)
{
    if (!diary_store_may(p->site, p->who, s->action, e).allowed)
        return false;
    bool is_new = e->version > e->public_version;
    if (s->verb == diary_hold)
        return e->state == DIARY_PLANNED;
    if (s->verb == diary_announce)
        return e->state == DIARY_PLANNED && is_new;
    if (s->verb == diary_publish)
        return e->state == DIARY_HELD || (e->state == DIARY_PUBLISHED && is_new);
    if (s->verb == diary_postpone)
        return e->state == DIARY_PLANNED;
    if (s->verb == diary_cancel)
        return e->state != DIARY_CANCELLED &&
               (e->public_version == 0 || diary_store_may(p->site, p->who, DIARY_PUBLISH, e).allowed);
    return false;
}

/* The line is named after its form, so that two forms of a page share no id: "reason-cancel", "how3". */
static struct str line_name(struct arena *a, const struct step *s, struct str participant)
{
    if (s->verb == diary_withdraw_consent)
        return str_printf(a, "how%.*s", STR_FMT(participant));
    return str_printf(a, "reason-%s", s->name);
}

static struct diary_desk_form form_of(struct page *p, const struct step *s, const struct diary_full *f,
                                      const struct retry *retry, struct str participant)
{
    const char *base = str_printf(p->a, "diary.step.%s", s->name).p;
    bool is_back = retry && retry->step == s && str_eq(retry->participant.p ? retry->participant : S(""), participant);
    struct diary_desk_form form = {
        .action = page_href(p->req, "/desk/diary/%.*s/%s%s%.*s", STR_FMT(f->entry.code), s->name,
                            participant.n ? "?p=" : "", STR_FMT(participant)),
        .id = str_printf(p->a, "%s%.*s", s->name, STR_FMT(participant)),
        .title = pages_t(p, base),
        .text = pages_t(p, str_printf(p->a, "%s.text", base).p),
        .seen = str_printf(p->a, "%lld", (long long)f->entry.version),
        .hidden_value = participant,
        .button = pages_t(p, base),
        .is_grave = s->is_grave,
        .is_open = is_back,
        .line_value = is_back ? retry->line : S(""),
    };
    if (s->needs_reason) {
        form.line_name = line_name(p->a, s, participant);
        form.line_label = pages_t(p, s->verb == diary_withdraw_consent ? "diary.step.how" : "diary.step.reason");
        form.line_hint = form.text;
        if (is_back)
            form.errors = page_refusal(p->req, str_to_c(p->a, form.line_name), &retry->verdict);
    }
    return form;
}

static void fill_forms(struct page *p, const struct diary_full *f, const struct retry *retry,
                       struct diary_view_desk_entry *m)
{
    struct diary_desk_form *forms = ARENA_ARRAY(p->a, N_STEPS, struct diary_desk_form);
    for (size_t i = 0; i < N_STEPS; i++)
        if (is_open_step(p, &steps[i], &f->entry))
            forms[m->n_forms++] = form_of(p, &steps[i], f, retry, S(""));
    m->forms = forms;
    if (!retry || retry->step->needs_reason)
        return;
    struct core_view_refusal *r = ARENA_NEW(p->a, struct core_view_refusal);
    *r = (struct core_view_refusal){
        .title = pages_t(p, "diary.desk.refused"),
        .text = t_verdict(p->a, p->lang, &retry->verdict),
        .next = t_verdict_next(p->a, p->lang, &retry->verdict),
    };
    m->refusal = r;
}

static void fill_persons(struct page *p, const struct diary_full *f, const struct retry *retry,
                         struct diary_view_desk_entry *m)
{
    struct diary_consent_line *lines = ARENA_ARRAY(p->a, f->n_participants, struct diary_consent_line);
    bool may = diary_store_may(p->site, p->who, DIARY_CONSENT, &f->entry).allowed;
    for (size_t i = 0; i < f->n_participants; i++) {
        const struct diary_participant *one = &f->participants[i];
        if (one->who != DIARY_WHO_PERSON)
            continue;
        struct diary_consent_line *line = &lines[m->n_persons++];
        *line = (struct diary_consent_line){.name = one->name, .how = pages_t_of(p, "diary.how.", one->how),
                                            .day = pages_date(p, one->given_on)};
        if (one->withdrawn_at)
            line->withdrawn = str_printf(p->a, "%.*s: %.*s", STR_FMT(pages_time(p, one->withdrawn_at)),
                                         STR_FMT(one->withdrawn_how));
        else if (may)
            line->form = form_of(p, &steps[N_STEPS - 1], f, retry, str_printf(p->a, "%lld", (long long)one->no));
    }
    m->persons = lines;
}

static void fill_rows(struct page *p, const struct diary_full *f, const struct diary_words *w,
                      struct diary_view_desk_entry *m)
{
    struct core_row *rows = ARENA_ARRAY(p->a, 8, struct core_row);
    const struct diary_version *v = &f->version;
    struct str note = v->note;
    struct str who = v->by_office_id ? pages_office(p, v->by_office_id) : pages_t(p, "diary.desk.imported");
    rows[m->n_rows++] = (struct core_row){.key = pages_t(p, "diary.entry.when"), .value = diary_when_text(p, v)};
    struct str place = diary_place_text(p, v, w);
    if (place.n > 0)
        rows[m->n_rows++] = (struct core_row){.key = pages_t(p, "diary.entry.where"), .value = place};
    rows[m->n_rows++] =
        (struct core_row){.key = pages_t(p, "diary.entry.office"), .value = diary_office_text(p, f->entry.office_id)};
    rows[m->n_rows++] = (struct core_row){
        .key = pages_t(p, "diary.desk.version"),
        .value = T(p->a, p->lang, "diary.desk.version.by", TEXT_ARG("no", v->no), TEXT_ARG("at", pages_time(p, v->at)),
                   TEXT_ARG("office", who))};
    if (note.n > 0)
        rows[m->n_rows++] = (struct core_row){.key = pages_t(p, "diary.write.note"), .value = note};
    if (f->frame_code.n > 0)
        rows[m->n_rows++] = (struct core_row){.key = pages_t(p, "diary.entry.part_of"), .value = f->frame_title,
                                              .href = page_href(p->req, "/desk/diary/%.*s", STR_FMT(f->frame_code))};
    if (f->entry.reason.n > 0)
        rows[m->n_rows++] = (struct core_row){.key = pages_t(p, "diary.step.reason"), .value = f->entry.reason};
    m->rows = rows;
}

/* Participants that stand in it now, private persons left to their own list. */
static size_t groups_of(struct page *p, const struct diary_full *f, const struct diary_group **ret)
{
    struct diary_participant *some = ARENA_ARRAY(p->a, f->n_participants, struct diary_participant);
    size_t n = 0;
    for (size_t i = 0; i < f->n_participants; i++)
        if (f->participants[i].who != DIARY_WHO_PERSON)
            some[n++] = f->participants[i];
    return diary_groups(p, some, n, ret);
}

static struct err *send_entry(struct page *p, const struct diary_full *f, int status, struct html *h)
{
    if (!diary_names_persons(f->participants, f->n_participants))
        return page_end(p->req, status, h);
    struct str page;
    struct reading *r = ARENA_NEW(p->a, struct reading);
    *r = (struct reading){.noun = DIARY_NOUN, .noun_id = f->entry.id, .way = S("open"), .purpose = S("registration"),
                          .actor = *p->who};
    TRY(page_html(h, &page));
    return action_page_after_reading(p->req, r, status, page);
}

static struct err *draw_one(struct page *p)
{
    const struct retry *retry = p->user;
    struct diary_view_desk_entry m = {0};
    struct diary_full f;
    struct verdict v;
    struct html h;
    struct str code = retry ? retry->code : web_param(p->req, "code");
    TRY(diary_store_open(p->a, p->loop->read, p->site, p->who, code, &f, &v));
    if (!v.allowed)
        return web_refuse(p->req, str_eq(str_c(v.code), S("ENTRY_UNKNOWN")) ? 404 : 403, &v);
    const struct diary_words *w = diary_page_words(p, f.version.words, f.version.language, &m.lang);
    TRY(session_layout(p->req, w->title, &m.layout));
    m.layout.back_href = page_href(p->req, "/desk/diary");
    m.kind = diary_kind_text(p, &f.version);
    m.title = w->title;
    m.state = state_tag(p, f.entry.state);
    m.shown = pages_t(p, f.entry.public_version == 0                       ? "diary.desk.shown.no"
                         : f.entry.version > f.entry.public_version ? "diary.desk.shown.old"
                                                                            : "diary.desk.shown.yes");
    m.about = w->about;
    m.outcome = w->outcome;
    fill_rows(p, &f, w, &m);
    m.n_groups = groups_of(p, &f, &m.groups);
    fill_persons(p, &f, retry, &m);
    fill_forms(p, &f, retry, &m);
    if (diary_store_may(p->site, p->who, DIARY_WRITE, &f.entry).allowed)
        m.edit_href = page_href(p->req, "/desk/diary/%.*s/edit", STR_FMT(code));
    if (f.entry.public_version > 0)
        m.public_href = page_href(p->req, "/diary/entries/%.*s", STR_FMT(code));
    page_begin(p->req, &h);
    diary_view_desk_entry(&h, &m);
    return send_entry(p, &f, retry ? page_refusal_status(&retry->verdict) : 200, &h);
}

static struct err *get_entry(struct web_request *req)
{
    return pages_run(req, draw_one);
}

/* ---- steps ---- */

static const struct step *step_of(struct str name)
{
    for (size_t i = 0; i < N_STEPS; i++)
        if (str_eq(name, str_c(steps[i].name)))
            return &steps[i];
    return NULL;
}

static struct err *answered(struct web_request *req, struct action *x)
{
    struct retry *retry = x->user;
    if (!action_is_refused(x)) {
        web_flash(req, "success", retry->step->flash_id);
        return web_redirect(req, page_href(req, "/desk/diary/%.*s", STR_FMT(retry->code)));
    }
    retry->verdict = x->verdict;
    return pages_run_with(req, draw_one, retry);
}

struct step_values {
    struct str seen, participant, line;
};

static struct err *read_step(struct web_request *req, const struct step *s, struct step_values *v)
{
    struct web_errors errors = {0};
    struct web_field fields[] = {
        {.name = "seen", .type = FIELD_LINE, .max = 20, .offset = offsetof(struct step_values, seen)},
        {.name = "participant", .type = FIELD_LINE, .max = 20, .offset = offsetof(struct step_values, participant)},
        {.name = line_name(web_arena(req), s, web_query(req, "p")).p, .type = FIELD_LINE, .max = 600,
         .offset = offsetof(struct step_values, line)},
    };
    struct web_form form = {fields, s->needs_reason ? 3 : 2};
    return web_form_read(req, &form, v, &errors);
}

static struct err *run_step(struct page *p)
{
    const struct step *s = step_of(web_param(p->req, "step"));
    struct step_values v = {0};
    struct diary_full f;
    struct verdict verdict;
    int64_t seen = 0;
    if (!s)
        return web_error(p->req, 404);
    TRY(read_step(p->req, s, &v));
    TRY(diary_store_open(p->a, p->loop->read, p->site, p->who, web_param(p->req, "code"), &f, &verdict));
    if (!verdict.allowed)
        return web_refuse(p->req, str_eq(str_c(verdict.code), S("ENTRY_UNKNOWN")) ? 404 : 403, &verdict);
    (void)str_to_int64(v.seen, &seen);
    struct action *x = action_new(p->req);
    struct retry *retry = ARENA_NEW(x->a, struct retry);
    *retry = (struct retry){.step = s, .line = str_dup(x->a, v.line.p ? v.line : S("")),
                            .participant = str_dup(x->a, v.participant.p ? v.participant : S("")),
                            .code = str_dup(x->a, f.entry.code)};
    x->user = retry;
    if (s->verb == diary_withdraw_consent) {
        struct diary_consent_command *c = ARENA_NEW(x->a, struct diary_consent_command);
        *c = (struct diary_consent_command){.id = f.entry.id, .how = retry->line};
        (void)str_to_int64(retry->participant, &c->participant_no);
        x->command = c;
    } else {
        struct diary_step_command *c = ARENA_NEW(x->a, struct diary_step_command);
        *c = (struct diary_step_command){.id = f.entry.id, .seen = seen, .reason = retry->line};
        x->command = c;
    }
    return action_submit(p->req, x, s->verb, answered);
}

static struct err *post_step(struct web_request *req)
{
    return pages_run(req, run_step);
}

static const struct web_route routes[] = {
    {WEB_GET, "/{lang}/desk/diary", DIARY_DESK, WEB_CSRF_READ, WEB_BODY_NONE, get_desk},
    {WEB_GET, "/{lang}/desk/diary/{code}", DIARY_DESK, WEB_CSRF_READ, WEB_BODY_NONE, get_entry},
    {WEB_POST, "/{lang}/desk/diary/{code}/{step}", DIARY_DESK, WEB_CSRF_FORM, WEB_BODY_FORM, post_step},
};
const struct route_table diary_routes_desk = {routes, sizeof routes / sizeof routes[0]};
