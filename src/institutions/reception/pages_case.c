/* SPDX-License-Identifier: AGPL-3.0-or-later
 *
 * pages_case.c - the appeal for its author: what stands, what happened, who has read it, how the date came about.
 *
 * Keeps:  only the applicant of this very case gets it here; whoever else asks is led to number and code, whether the
 *         number exists or not. What the author reads is no reading; what staff read is shown here.
 * Source: issue "the appeal (timeline, holder, due date, answer, files, who has read it)"; rules.md A3, "Misuse".
 */
#include "institutions/reception/pages.h"

#include "core/views.h"
#include "institutions/reception/pages_places.h"
#include "gen/reception_views.h"
#include "institutions/reception/reception.h"

#define READINGS_SHOWN 50

/* ---- the gate ---- */

struct err *pages_open_own(struct page *p, const struct reception_case **ret_case)
{
    struct str number = web_param(p->req, "number");
    *ret_case = NULL;
    if (p->who->kind == ACTOR_APPLICANT) {
        struct verdict v;
        TRY(reception_store_open(p->a, p->loop->read, p->site, p->who, number, S("own_case"), true, ret_case, &v));
        if (v.allowed)
            return NULL;
        *ret_case = NULL;
    }
    web_flash(p->req, "info", "reception.track.again");
    return web_redirect(p->req, page_href(p->req, "/track?number=%.*s", STR_FMT(page_url_part(p->a, number))));
}

/* ---- the parts of the page ---- */

static bool may(struct page *p, const struct reception_case *c, const char *action)
{
    return reception_store_may(p->site, p->who, action, &c->appeal).allowed;
}

/* The rules of this case: those it was registered under, else those in force now. */
static const struct profile *profile_of(struct page *p, const struct appeal *appeal)
{
    const struct profile *own = profile_find_tag(p->site->profiles, p->site->n_profiles, appeal->profile);
    return own ? own : p->site->profile;
}

static void add_row(struct core_row *rows, size_t *n, struct str key, struct str value)
{
    if (value.n > 0)
        rows[(*n)++] = (struct core_row){.key = key, .value = value};
}

static struct err *fill_summary(struct page *p, const struct reception_case *c, struct reception_view_appeal *m)
{
    const struct appeal *a = &c->appeal;
    const struct profile *profile = profile_of(p, a);
    const struct profile_kind *kind = profile_kind(profile, a->kind);
    const struct profile_identity *level = profile_identity(profile, appeal_identity_name(a->identity));
    struct core_row *rows = ARENA_ARRAY(p->a, 9, struct core_row);
    size_t n = 0;
    struct str language = pages_t_of(p, "reception.language.", a->language);
    const char *source = str_printf(p->a, "reception.language.%.*s", STR_FMT(a->language_source)).p;
    add_row(rows, &n, pages_t(p, "reception.appeal.holder"), pages_body(p, a->holder_body_id));
    add_row(rows, &n, pages_t(p, "reception.send.accused"), pages_body(p, a->accused_body_id));
    if (kind)
        add_row(rows, &n, pages_t(p, "reception.send.kind"), text3_for(&kind->name, p->code));
    struct str place;
    TRY(pages_place(p, c->place_id, &place));
    add_row(rows, &n, pages_t(p, "territory.place"), place);
    add_row(rows, &n, pages_t(p, "reception.sent.accepted"), pages_time(p, a->received_at));
    add_row(rows, &n, pages_t(p, "reception.sent.registered_on"), pages_date(p, a->registered_on));
    add_row(rows, &n, pages_t(p, "reception.sent.language"), T(p->a, p->lang, source, TEXT_ARG("language", language)));
    if (level)
        add_row(rows, &n, pages_t(p, "reception.sent.effect"), text3_for(&level->effect, p->code));
    m->summary = rows;
    m->n_summary = n;
    return NULL;
}

/* Days since the first registration, or from it to the answer. */
static void fill_age(struct page *p, const struct appeal *a, struct reception_view_appeal *m)
{
    int32_t from;
    if (!day_parse(a->registered_on, &from))
        return;
    int32_t to = a->closed_at ? site_today(p->site, a->closed_at) : p->today;
    int64_t days = to > from ? to - from : 0;
    m->age = T(p->a, p->lang, "reception.appeal.age", TEXT_ARG("count", days));
    m->age_note = pages_t(p, a->closed_at ? "reception.appeal.age.closed" : "reception.appeal.age.note");
}

static size_t files_of(struct page *p, const struct reception_case *c, int64_t answer_no,
                       const struct core_file **ret_files)
{
    struct core_file *files = ARENA_ARRAY(p->a, c->n_files, struct core_file);
    size_t n = 0;
    for (size_t i = 0; i < c->n_files; i++)
        if (c->files[i].answer_no == answer_no)
            files[n++] = pages_file(p, &c->files[i], c->appeal.number);
    *ret_files = files;
    return n;
}

static struct reception_view_answer answer_of(struct page *p, const struct reception_case *c, const struct answer *s)
{
    struct reception_view_answer v = {
        .is_refusal = s->is_refusal,
        .no = s->no,
        .is_replaced = s->no < c->answers[c->n_answers - 1].no,
        .body = pages_body(p, s->body_id),
        .office = pages_office(p, s->by_office_id),
        .at = s->at,
        .language = s->language,
        .reason = s->reason,
        .facts = s->blocks.facts,
        .rule = s->blocks.rule,
        .reasons = s->blocks.reasons,
        .outcome = s->blocks.outcome,
        .next_step = s->blocks.next_step,
        .remedy_how = s->blocks.remedy_how,
        .remedy_where = s->blocks.remedy_where,
        .remedy_until = pages_date(p, s->blocks.remedy_until),
    };
    const struct profile_ground *ground =
        s->ground.n > 0 ? profile_ground(profile_of(p, &c->appeal), "refuse", s->ground) : NULL;
    if (ground) {
        v.ground = text3_for(&ground->text, p->code);
        v.law = citation_text(p->a, p->lang, &ground->cite);
    }
    v.n_files = files_of(p, c, s->no, &v.files);
    return v;
}

static void fill_answers(struct page *p, const struct reception_case *c, struct reception_view_appeal *m)
{
    struct reception_view_answer *answers = ARENA_ARRAY(p->a, c->n_answers, struct reception_view_answer);
    for (size_t i = 0; i < c->n_answers; i++)
        answers[i] = answer_of(p, c, &c->answers[c->n_answers - 1 - i]);
    m->answers = answers;
    m->n_answers = c->n_answers;
}

static void fill_opinion(struct page *p, const struct reception_case *c, const struct own_retry *retry,
                         struct reception_view_appeal *m)
{
    if (c->n_answers == 0)
        return;
    struct reception_view_opinion *v = ARENA_NEW(p->a, struct reception_view_opinion);
    struct core_option *choices = ARENA_ARRAY(p->a, 2, struct core_option);
    choices[0] = (struct core_option){.value = S("1"), .label = pages_t(p, "reception.opinion.solved")};
    choices[1] = (struct core_option){.value = S("0"), .label = pages_t(p, "reception.opinion.not_solved")};
    v->form = (struct reception_view_opinion_form){
        .action = pages_appeal_href(p, c->appeal.number, "/opinion"),
        .csrf = m->layout.csrf,
        .answer_no = c->answers[c->n_answers - 1].no,
        .choices = choices,
        .n_choices = 2,
        .errors = m->layout.errors,
    };
    v->can_say = may(p, c, RECEPTION_SAY_OPINION);
    for (size_t i = 0; i < c->n_opinions; i++) {
        const struct opinion *o = &c->opinions[i];
        if (o->answer_no != v->form.answer_no)
            continue;
        struct reception_opinion_said *said = ARENA_NEW(p->a, struct reception_opinion_said);
        *said = (struct reception_opinion_said){o->is_solved, o->comment, o->changed_at ? o->changed_at : o->at};
        v->said = said;
        v->form.comment = o->comment;
        choices[o->is_solved ? 0 : 1].checked = true;
    }
    if (retry)
        v->form.comment = retry->comment;
    m->opinion = v;
}

static struct str word_of(struct page *p, const char *prefix, struct str word)
{
    const char *id = str_printf(p->a, "%s%.*s", prefix, STR_FMT(word)).p;
    return t_has(id) ? t(p->lang, id) : word;
}

static struct err *fill_readings(struct page *p, const struct reception_case *c, struct reception_view_readings *v)
{
    static const char *const titles[] = {"reception.readings.column.when", "reception.readings.column.who",
                                         "reception.readings.column.what", "reception.readings.column.why"};
    struct case_reading *readings;
    size_t n;
    TRY(reception_store_readings(p->a, p->loop->read, p->site, c->appeal.id, INT64_MAX, READINGS_SHOWN + 1, &readings,
                                 &n));
    v->is_cut = n > READINGS_SHOWN;
    v->n_rows = v->is_cut ? READINGS_SHOWN : n;
    struct core_column *columns = ARENA_ARRAY(p->a, 4, struct core_column);
    for (size_t i = 0; i < 4; i++)
        columns[i].title = pages_t(p, titles[i]);
    struct core_table_row *rows = ARENA_ARRAY(p->a, v->n_rows, struct core_table_row);
    for (size_t i = 0; i < v->n_rows; i++) {
        struct core_cell *cells = ARENA_ARRAY(p->a, 4, struct core_cell);
        const struct office *o = directory_office(p->directory, readings[i].office_id);
        cells[0].text = pages_time(p, readings[i].at);
        cells[1].text = pages_office(p, readings[i].office_id);
        cells[1].note = o ? pages_body(p, o->body_id) : (struct str){0};
        cells[2].text = word_of(p, "reception.reading.", readings[i].way);
        cells[3].text = word_of(p, "reception.purpose.", readings[i].purpose);
        rows[i].cells = cells;
    }
    v->columns = columns;
    v->n_columns = 4;
    v->rows = rows;
    return NULL;
}

static struct str shortened(struct page *p, struct str email)
{
    return email.n > 0 ? pages_mail_shortened(p, email) : (struct str){0};
}

static void fill_contact(struct page *p, const struct reception_case *c, const struct own_retry *retry,
                         struct reception_view_appeal *m)
{
    bool can_confirm = may(p, c, RECEPTION_CONFIRM_CONTACT);
    bool is_checked = c->appeal.identity >= IDENTITY_CONTACT;
    struct str email = c->applicant ? c->applicant->email : (struct str){0};
    if (!can_confirm && email.n == 0)
        return;
    struct reception_view_contact *v = ARENA_NEW(p->a, struct reception_view_contact);
    *v = (struct reception_view_contact){
        .action_send = pages_appeal_href(p, c->appeal.number, "/contact"),
        .action_check = pages_appeal_href(p, c->appeal.number, "/contact/code"),
        .action_change = pages_appeal_href(p, c->appeal.number, "/contact/change"),
        .action_keep = pages_appeal_href(p, c->appeal.number, "/contact/keep"),
        .csrf = m->layout.csrf,
        .email = shortened(p, email),
        .new_email = shortened(p, c->new_email),
        .typed = retry ? retry->new_email : (struct str){0},
        .errors = m->layout.errors,
        .is_code_sent = can_confirm && c->has_open_code,
        .can_send = can_confirm && (c->new_email.n > 0 || (email.n > 0 && !is_checked)),
        .is_checked = is_checked,
        .can_confirm = can_confirm,
    };
    v->n_troubles = pages_troubles(p, c, "own", "own", &v->troubles);
    m->contact = v;
}

static void fill_language(struct page *p, const struct reception_case *c, struct reception_view_appeal *m)
{
    static const char *const codes[] = {"kk", "ru", "en"};
    if (!appeal_state_is_open(c->appeal.state) || !may(p, c, RECEPTION_CORRECT_LANGUAGE))
        return;
    struct core_option *options = ARENA_ARRAY(p->a, 3, struct core_option);
    for (size_t i = 0; i < 3; i++)
        options[i] = (struct core_option){.value = str_c(codes[i]),
                                          .label = pages_t_of(p, "reception.language.", str_c(codes[i])),
                                          .checked = str_eq(c->appeal.language, str_c(codes[i]))};
    m->languages = options;
    m->n_languages = 3;
    m->language_action = pages_appeal_href(p, c->appeal.number, "/language");
}

/* ---- the page ---- */

static struct str state_text(struct page *p, const struct reception_case *c)
{
    const struct appeal *a = &c->appeal;
    if (c->origin && c->n_answers == 0 && !appeal_state_is_open(a->state))
        return pages_t(p, "import.case.closed");
    const char *id = str_printf(p->a, "reception.state.%.*s.text", STR_FMT(appeal_state_name(a->state))).p;
    return T(p->a, p->lang, id, TEXT_ARG("body", pages_body(p, a->holder_body_id)));
}

static struct err *fill_case(struct page *p, const struct reception_case *c, const struct own_retry *retry,
                             struct reception_view_appeal *m)
{
    const struct appeal *a = &c->appeal;
    const char *label = a->closed_at ? "reception.due.label.done" : "reception.due.label";
    struct policy_subject subject = reception_rules_subject(a);
    bool can_be_forwarded = appeal_state_is_open(a->state) && profile_has_step(profile_of(p, a), "appeal", "forward");
    m->number = a->number;
    m->subject = a->subject;
    m->text = a->text;
    m->language = a->language;
    m->state = pages_state(p, a->state);
    m->state_text = state_text(p, c);
    m->due = pages_due(p, label, a->due_on, a->closed_at, pages_appeal_href(p, a->number, "/due"));
    m->n_steps = pages_timeline(p, c, &m->steps);
    m->n_files = files_of(p, c, 0, &m->files);
    m->sees = pages_sees(p, &subject, a->is_apart, a->accused_body_id, can_be_forwarded);
    m->imported = pages_imported(p, c->origin);
    m->told_answer = c->origin ? c->origin->answer : (struct str){0};
    m->told_answer_by = pages_told_answer_by(p, c->origin);
    if (!c->origin)
        m->receipt_href = pages_appeal_href(p, a->number, "/receipt");
    m->leave_action = page_href(p->req, "/leave");
    if (may(p, c, RECEPTION_ADD_FILE))
        m->files_href = pages_appeal_href(p, a->number, "/files");
    fill_age(p, a, m);
    TRY(fill_summary(p, c, m));
    TRY(pages_apart(p, c, m->layout.csrf, &m->apart));
    fill_answers(p, c, m);
    fill_opinion(p, c, retry, m);
    fill_contact(p, c, retry, m);
    fill_language(p, c, m);
    return fill_readings(p, c, &m->readings);
}

struct err *pages_show_own(struct page *p, const struct own_retry *retry)
{
    const struct reception_case *c = NULL;
    TRY(pages_open_own(p, &c));
    if (!c)
        return NULL;
    struct reception_view_appeal m = {.lang = p->code};
    struct str title = T(p->a, p->lang, "reception.appeal.title", TEXT_ARG("number", c->appeal.number));
    TRY(pages_private(p, title, &m.layout)); /* the words stay out of the window's title and the history */
    if (retry) {
        m.layout.errors = page_errors(p->req, &retry->errors);
        m.layout.path = str_printf(p->a, "/appeals/%.*s", STR_FMT(c->appeal.number));
    }
    TRY(fill_case(p, c, retry, &m));
    struct html h;
    page_begin(p->req, &h);
    reception_view_appeal(&h, &m);
    return page_end(p->req, retry ? retry->status : 200, &h);
}

static struct err *show_own(struct page *p)
{
    return pages_show_own(p, NULL);
}

static struct err *get_appeal(struct web_request *req)
{
    return pages_run(req, show_own);
}

/* ---- how the due date was computed ---- */

static struct err *show_due(struct page *p)
{
    const struct reception_case *c = NULL;
    TRY(pages_open_own(p, &c));
    if (!c)
        return NULL;
    struct reception_due *all = ARENA_ARRAY(p->a, c->n_deadlines, struct reception_due);
    for (size_t i = 0; i < c->n_deadlines; i++) {
        const struct appeal_deadline *row = &c->deadlines[c->n_deadlines - 1 - i];
        TRY(pages_deadline(p, row, &all[i].deadline));
        all[i].title = pages_t(p, i == 0 ? "reception.due.now" : "reception.due.earlier");
    }
    struct reception_view_due m = {
        .lang = p->code,
        .number = c->appeal.number,
        .appeal_href = pages_appeal_href(p, c->appeal.number, ""),
        .deadlines = all,
        .n_deadlines = c->n_deadlines,
    };
    TRY(pages_private(p, pages_t(p, "reception.due.title"), &m.layout));
    m.layout.back_href = m.appeal_href;
    struct html h;
    page_begin(p->req, &h);
    reception_view_due(&h, &m);
    return page_end(p->req, 200, &h);
}

static struct err *get_due(struct web_request *req)
{
    return pages_run(req, show_due);
}

static const struct web_route routes[] = {
    {WEB_GET, "/{lang}/appeals/{number}", NULL, WEB_CSRF_READ, WEB_BODY_NONE, get_appeal},
    {WEB_GET, "/{lang}/appeals/{number}/due", NULL, WEB_CSRF_READ, WEB_BODY_NONE, get_due},
};

const struct route_table reception_routes_case = {routes, sizeof routes / sizeof routes[0]};
