/* SPDX-License-Identifier: AGPL-3.0-or-later
 *
 * pages_desk_case.c - one case on the desk: its words, its history, and the forms of what can be done now.
 *
 * A form is shown when the policy allows its action in this state; the verb asks again.
 */
#include "institutions/reception/pages_desk.h"

#include "core/views.h"
#include "gen/reception_views.h"
#include "institutions/reception/pages_places.h"

#define FORMS_MAX 12

struct case_page {
    struct page *p;
    const struct reception_case *c;
    const struct desk_retry *retry;
    struct reception_desk_form *forms;
    size_t n_forms;
};

static bool may(const struct case_page *cp, const char *action)
{
    return reception_store_may(cp->p->site, cp->p->who, action, &cp->c->appeal).allowed;
}

/* ---- rows ---- */

static void add_row(struct page *p, struct core_row *rows, size_t *n, const char *key_id, struct str value)
{
    if (value.n > 0)
        rows[(*n)++] = (struct core_row){.key = pages_t(p, key_id), .value = value};
}

static struct str kind_name(struct page *p, struct str code)
{
    const struct profile_kind *kind = profile_kind(p->site->profile, code);
    return kind ? text3_for(&kind->name, p->code) : code;
}

static struct str channel_name(struct page *p, enum appeal_channel channel)
{
    const struct profile_channel *c = profile_channel(p->site->profile, appeal_channel_name(channel));
    if (channel == CHANNEL_IMPORT)
        return pages_t(p, "import.channel");
    return c ? text3_for(&c->name, p->code) : appeal_channel_name(channel);
}

static struct str identity_name(struct page *p, enum appeal_identity level)
{
    const struct profile_identity *i = profile_identity(p->site->profile, appeal_identity_name(level));
    return i ? text3_for(&i->name, p->code) : appeal_identity_name(level);
}

static struct err *fill_facts(struct page *p, const struct reception_case *c, struct reception_view_desk_case *v)
{
    const struct appeal *a = &c->appeal;
    struct core_row *rows = ARENA_ARRAY(p->a, 14, struct core_row);
    size_t n = 0;
    add_row(p, rows, &n, "desk.row.kind", kind_name(p, a->kind));
    add_row(p, rows, &n, "desk.row.channel", channel_name(p, a->channel));
    add_row(p, rows, &n, "desk.row.language", pages_t_of(p, "reception.language.", a->language));
    add_row(p, rows, &n, "desk.row.registered", pages_date(p, a->registered_on));
    add_row(p, rows, &n, "desk.row.body", pages_body(p, a->holder_body_id));
    add_row(p, rows, &n, "desk.row.office",
            a->holder_office_id ? pages_office(p, a->holder_office_id) : pages_t(p, "desk.nobody"));
    add_row(p, rows, &n, "desk.row.accused", pages_body(p, a->accused_body_id));
    add_row(p, rows, &n, "desk.row.identity", identity_name(p, a->identity));
    add_row(p, rows, &n, "desk.row.profile", a->profile);
    if (c->origin) {
        add_row(p, rows, &n, "import.row.theme", c->origin->theme);
        add_row(p, rows, &n, "import.row.category", c->origin->category);
        add_row(p, rows, &n, "import.row.place", c->origin->place);
    }
    struct str place;
    TRY(pages_place(p, c->place_id, &place));
    add_row(p, rows, &n, "territory.place", place);
    v->facts = rows;
    v->n_facts = n;
    return NULL;
}

/* Did a code sent to the address of today come back? */
static bool is_contact_confirmed(const struct reception_case *c)
{
    bool is_confirmed = c->appeal.identity == IDENTITY_CONTACT;
    for (size_t i = 0; i < c->n_events; i++)
        is_confirmed = is_confirmed || str_eq(c->events[i].verb, S("contact_confirmed")) ||
                       str_eq(c->events[i].verb, S("contact_changed"));
    return is_confirmed;
}

/* Whether letters reach the author; to whom they go is another right. */
static void fill_contact(struct page *p, const struct reception_case *c, struct reception_view_desk_case *v)
{
    if (c->has_contact)
        v->contact_note = pages_t(p, is_contact_confirmed(c) ? "desk.contact.confirmed" : "desk.contact.unconfirmed");
    v->n_troubles = pages_troubles(p, c, "desk", c->applicant ? "desk" : "hidden", &v->troubles);
}

static void fill_person(struct page *p, const struct reception_case *c, struct reception_view_desk_case *v)
{
    if (!c->applicant) {
        const char *hidden = c->appeal.is_apart ? "see.person.apart" : "desk.case.person.hidden";
        v->person_note = pages_t(p, c->has_applicant ? hidden : "desk.case.person.none");
        return;
    }
    struct core_row *rows = ARENA_ARRAY(p->a, 5, struct core_row);
    size_t n = 0;
    add_row(p, rows, &n, "desk.row.name", c->applicant->name);
    add_row(p, rows, &n, "desk.row.email", c->applicant->email);
    add_row(p, rows, &n, "desk.row.phone", c->applicant->phone);
    add_row(p, rows, &n, "desk.row.address", c->applicant->address);
    if (c->applicant->checked_at)
        add_row(p, rows, &n, "desk.row.checked", pages_time(p, c->applicant->checked_at));
    v->person = rows;
    v->n_person = n;
}

static struct core_file desk_file(struct page *p, const struct attachment *f, struct str number)
{
    struct core_file file = pages_file(p, f, number);
    file.href = page_href(p->req, "/desk/appeals/%.*s/files/%lld", STR_FMT(number), (long long)f->no);
    return file;
}

/* ---- answers ---- */

static void add_block(struct page *p, struct core_row *rows, size_t *n, const char *key_id, struct str value)
{
    if (value.n > 0)
        rows[(*n)++] = (struct core_row){.key = pages_t(p, key_id), .value = value, .is_long = true};
}

static void fill_opinion(struct page *p, const struct reception_case *c, int64_t answer_no, struct core_row *rows,
                         size_t *n)
{
    for (size_t i = 0; i < c->n_opinions; i++) {
        const struct opinion *o = &c->opinions[i];
        if (o->answer_no != answer_no)
            continue;
        struct str said = pages_t(p, o->is_solved ? "desk.opinion.solved" : "desk.opinion.not_solved");
        if (o->comment.n > 0)
            said = str_printf(p->a, "%.*s\n%.*s", STR_FMT(said), STR_FMT(o->comment));
        add_block(p, rows, n, "desk.opinion", said);
    }
}

static struct reception_desk_answer one_answer(struct page *p, const struct reception_case *c, const struct answer *a)
{
    struct core_row *rows = ARENA_ARRAY(p->a, 12, struct core_row);
    size_t n = 0;
    bool is_replaced = a->no < c->answers[c->n_answers - 1].no;
    const struct profile_ground *ground = a->ground.n > 0 ? profile_ground(p->site->profile, "refuse", a->ground) : NULL;
    if (ground)
        add_block(p, rows, &n, "desk.answer.ground", text3_for(&ground->text, p->code));
    add_block(p, rows, &n, "desk.answer.outcome", a->blocks.outcome);
    add_block(p, rows, &n, "desk.answer.facts", a->blocks.facts);
    add_block(p, rows, &n, "desk.answer.rule", a->blocks.rule);
    add_block(p, rows, &n, "desk.answer.reasons", a->blocks.reasons);
    add_block(p, rows, &n, "desk.answer.next_step", a->blocks.next_step);
    add_block(p, rows, &n, "desk.answer.remedy_how", a->blocks.remedy_how);
    add_block(p, rows, &n, "desk.answer.remedy_where", a->blocks.remedy_where);
    add_block(p, rows, &n, "desk.answer.remedy_until", pages_date(p, a->blocks.remedy_until));
    add_block(p, rows, &n, "desk.answer.reason", a->reason);
    fill_opinion(p, c, a->no, rows, &n);

    struct core_file *files = ARENA_ARRAY(p->a, c->n_files, struct core_file);
    size_t n_files = 0;
    for (size_t i = 0; i < c->n_files; i++)
        if (c->files[i].answer_no == a->no)
            files[n_files++] = desk_file(p, &c->files[i], c->appeal.number);
    struct str version = T(p->a, p->lang, "desk.version", TEXT_ARG("no", a->no), TEXT_ARG("date", pages_time(p, a->at)));
    struct str what = pages_t(p, a->is_refusal ? "desk.version.refusal" : "desk.version.answer");
    struct str holds = is_replaced ? pages_t(p, "desk.version.replaced") : S("");
    return (struct reception_desk_answer){
        .caption = str_printf(p->a, "%.*s. %.*s%s%.*s", STR_FMT(what), STR_FMT(version), holds.n ? " · " : "",
                              STR_FMT(holds)),
        .rows = rows,
        .n_rows = n,
        .files = files,
        .n_files = n_files,
        .is_replaced = is_replaced,
    };
}

static void fill_answers(struct page *p, const struct reception_case *c, struct reception_view_desk_case *v)
{
    struct reception_desk_answer *answers = ARENA_ARRAY(p->a, c->n_answers, struct reception_desk_answer);
    for (size_t i = 0; i < c->n_answers; i++)
        answers[i] = one_answer(p, c, &c->answers[c->n_answers - 1 - i]);
    v->answers = answers;
    v->n_answers = c->n_answers;
}

static void fill_files(struct page *p, const struct reception_case *c, struct reception_view_desk_case *v)
{
    struct core_file *files = ARENA_ARRAY(p->a, c->n_files, struct core_file);
    for (size_t i = 0; i < c->n_files; i++)
        if (c->files[i].answer_no == 0)
            files[v->n_files++] = desk_file(p, &c->files[i], c->appeal.number);
    v->files = files;
}

/* ---- forms ---- */

static struct reception_desk_form *add_form(struct case_page *cp, const char *id)
{
    MUST(cp->n_forms < FORMS_MAX);
    struct page *p = cp->p;
    struct reception_desk_form *f = &cp->forms[cp->n_forms++];
    *f = (struct reception_desk_form){
        .id = str_c(id),
        .title = pages_t(p, str_printf(p->a, "desk.form.%s.title", id).p),
        .text = pages_t(p, str_printf(p->a, "desk.form.%s.text", id).p),
        .button = pages_t(p, str_printf(p->a, "desk.form.%s.button", id).p),
        .action = page_href(p->req, "/desk/appeals/%.*s/%s", STR_FMT(cp->c->appeal.number), id),
    };
    if (cp->retry && cp->retry->form && str_eq(str_c(cp->retry->form), f->id)) {
        f->is_open = true;
        f->errors = page_errors(p->req, &cp->retry->errors);
        f->line_value = cp->retry->line;
        f->text_value = cp->retry->text;
    }
    return f;
}

/* What was chosen in the form that came back, else `standard`. */
static struct str chosen(const struct case_page *cp, const struct reception_desk_form *f, struct str standard)
{
    return f->is_open && cp->retry && cp->retry->select.p ? cp->retry->select : standard;
}

static void form_assign(struct case_page *cp)
{
    struct page *p = cp->p;
    const struct appeal *a = &cp->c->appeal;
    struct reception_desk_form *f = add_form(cp, "assign");
    struct core_option *options = ARENA_ARRAY(p->a, p->directory->n_offices, struct core_option);
    struct str picked = chosen(cp, f, S(""));
    for (size_t i = 0; i < p->directory->n_offices; i++) {
        const struct office *o = &p->directory->offices[i];
        bool can_work = o->role == ROLE_EXECUTOR || o->role == ROLE_HEAD;
        if (o->body_id != a->holder_body_id || !can_work || o->to_on.p || o->id == a->holder_office_id)
            continue;
        struct str value = str_printf(p->a, "%lld", (long long)o->id);
        options[f->n_options++] = (struct core_option){.value = value, .label = text3_for(&o->title, p->code),
                                                       .checked = str_eq(value, picked)};
    }
    f->options = options;
    f->select_name = S("office");
    f->select_label = pages_t(p, "desk.form.assign.office");
    f->text_name = S("reason");
    f->text_label = pages_t(p, "desk.form.assign.reason");
    if (a->holder_office_id)
        f->title = pages_t(p, "desk.form.assign.again");
    else
        f->text_hint = pages_t(p, "desk.form.assign.reason.hint");
    f->is_open = f->is_open || a->holder_office_id == 0;
}

static void form_forward(struct case_page *cp)
{
    struct page *p = cp->p;
    struct reception_desk_form *f = add_form(cp, "forward");
    f->n_options = desk_bodies(p, chosen(cp, f, S("")), false, cp->c->appeal.holder_body_id, &f->options);
    f->select_name = S("body");
    f->select_label = pages_t(p, "desk.form.forward.body");
    f->text_name = S("reason");
    f->text_label = pages_t(p, "desk.form.forward.reason");
    f->is_grave = true;
}

static void form_kind(struct case_page *cp)
{
    struct reception_desk_form *f = add_form(cp, "kind");
    f->n_options = desk_kinds(cp->p, chosen(cp, f, cp->c->appeal.kind), &f->options);
    f->select_name = S("kind");
    f->select_label = pages_t(cp->p, "desk.form.kind.kind");
}

static void form_language(struct case_page *cp)
{
    struct reception_desk_form *f = add_form(cp, "language");
    f->n_options = desk_languages(cp->p, chosen(cp, f, cp->c->appeal.language), &f->options);
    f->select_name = S("language");
    f->select_label = pages_t(cp->p, "desk.form.language.language");
}

static void form_identity(struct case_page *cp)
{
    static const enum appeal_identity levels[] = {IDENTITY_CONTACT, IDENTITY_PAPER};
    struct page *p = cp->p;
    struct reception_desk_form *f = add_form(cp, "identity");
    struct core_option *options = ARENA_ARRAY(p->a, 2, struct core_option);
    struct str picked = chosen(cp, f, S(""));
    for (size_t i = 0; i < 2; i++)
        if (levels[i] > cp->c->appeal.identity)
            options[f->n_options++] = (struct core_option){.value = appeal_identity_name(levels[i]),
                                                           .label = identity_name(p, levels[i]),
                                                           .checked = str_eq(appeal_identity_name(levels[i]), picked)};
    f->options = options;
    f->select_name = S("level");
    f->select_label = pages_t(p, "desk.form.identity.level");
    f->line_name = S("note");
    f->line_label = pages_t(p, "desk.form.identity.note");
    f->line_hint = pages_t(p, "desk.form.identity.note.hint");
    if (f->n_options == 0)
        cp->n_forms--; /* as well known as a clerk can make it */
}

/* Who wrote is kept apart: ask a second person. The grounds are a closed list of the law's file. */
static void form_opening(struct case_page *cp)
{
    struct page *p = cp->p;
    struct reception_desk_form *f = add_form(cp, "opening");
    size_t n;
    const struct profile_ground *grounds = profile_grounds(p->site->profile, "open_identity", &n);
    struct core_option *options = ARENA_ARRAY(p->a, n, struct core_option);
    struct str picked = chosen(cp, f, S(""));
    for (size_t i = 0; i < n; i++)
        options[f->n_options++] = (struct core_option){.value = grounds[i].code,
                                                       .label = text3_for(&grounds[i].text, p->code),
                                                       .checked = str_eq(grounds[i].code, picked)};
    f->options = options;
    f->select_name = S("ground");
    f->select_label = pages_t(p, "desk.form.opening.ground");
    f->line_name = S("note");
    f->line_label = pages_t(p, "desk.form.opening.note");
    f->is_grave = true;
}

/* What the body complained of will be shown: passages to hide, files to release, and the request itself. */
static void forms_shown(struct case_page *cp)
{
    struct page *p = cp->p;
    struct reception_desk_form *f = add_form(cp, "redact");
    struct core_option *reasons = ARENA_ARRAY(p->a, N_REDACTION_REASONS, struct core_option);
    struct str picked = chosen(cp, f, S(""));
    for (size_t i = 0; i < N_REDACTION_REASONS; i++) {
        struct str reason = str_c(reception_redaction_reasons[i]);
        reasons[f->n_options++] = (struct core_option){
            .value = reason, .label = pages_t_of(p, "see.redaction.", reason), .checked = str_eq(reason, picked)};
    }
    f->options = reasons;
    f->select_name = S("why");
    f->select_label = pages_t(p, "desk.form.redact.why");
    f->text_name = S("passages");
    f->text_label = pages_t(p, "desk.form.redact.passages");
    f->text_hint = pages_t(p, "desk.form.redact.passages.hint");
    f = add_form(cp, "showing");
    f->line_name = S("note");
    f->line_label = pages_t(p, "desk.form.opening.note");
}

static void form_release(struct case_page *cp)
{
    struct page *p = cp->p;
    struct reception_desk_form *f = add_form(cp, "release");
    struct core_option *files = ARENA_ARRAY(p->a, cp->c->n_files, struct core_option);
    for (size_t i = 0; i < cp->c->n_files; i++)
        if (cp->c->files[i].answer_no == 0)
            files[f->n_options++] = (struct core_option){
                .value = str_printf(p->a, "%lld", (long long)cp->c->files[i].no), .label = cp->c->files[i].name};
    f->options = files;
    f->select_name = S("released");
    f->select_label = pages_t(p, "desk.form.release.file");
    if (f->n_options == 0)
        cp->n_forms--;
}

static void form_code(struct case_page *cp)
{
    struct reception_desk_form *f = add_form(cp, "code");
    f->line_name = S("note");
    f->line_label = pages_t(cp->p, "desk.form.code.note");
    f->line_hint = pages_t(cp->p, "desk.form.identity.note.hint");
    f->is_grave = true;
}

static void form_file(struct case_page *cp)
{
    struct reception_desk_form *f = add_form(cp, "file");
    f->file_name = S("file");
    f->file_label = pages_t(cp->p, "desk.form.file.file");
}

static void fill_forms(struct case_page *cp, struct reception_view_desk_case *v)
{
    cp->forms = ARENA_ARRAY(cp->p->a, FORMS_MAX, struct reception_desk_form);
    if (may(cp, RECEPTION_ASSIGN))
        form_assign(cp);
    if (may(cp, RECEPTION_FORWARD))
        form_forward(cp);
    if (may(cp, RECEPTION_CORRECT_KIND))
        form_kind(cp);
    if (may(cp, RECEPTION_CORRECT_LANGUAGE))
        form_language(cp);
    if (may(cp, RECEPTION_CHECK_IDENTITY))
        form_identity(cp);
    if (may(cp, RECEPTION_ASK_IDENTITY) && cp->c->appeal.is_apart && cp->c->has_applicant && !cp->c->applicant)
        form_opening(cp);
    if (may(cp, RECEPTION_REDACT) && reception_rules_showing(&cp->c->appeal, false).allowed)
        forms_shown(cp);
    if (may(cp, RECEPTION_REDACT) && cp->c->appeal.accused_body_id && !cp->c->appeal.accused_decides)
        form_release(cp);
    if (may(cp, RECEPTION_RENEW_CODE) && cp->c->has_applicant)
        form_code(cp);
    if (may(cp, RECEPTION_ADD_ANSWER_FILE) && cp->c->n_answers > 0)
        form_file(cp);
    v->forms = cp->forms;
    v->n_forms = cp->n_forms;
}

/* ---- the page ---- */

static struct err *fill_case(struct case_page *cp, struct reception_view_desk_case *v)
{
    struct page *p = cp->p;
    const struct appeal *a = &cp->c->appeal;
    int64_t days = p->today - site_today(p->site, a->received_at);
    v->lang = p->code;
    v->number = a->number;
    v->subject = a->subject;
    v->text = a->text;
    v->language = a->language;
    v->state = pages_state(p, a->state);
    v->due = pages_due(p, a->closed_at ? "reception.due.label.done" : "reception.due.label", a->due_on, a->closed_at,
                      (struct str){0});
    v->age = T(p->a, p->lang, "desk.case.age", TEXT_ARG("count", days));
    v->age_note = pages_t(p, "desk.case.age_note");
    if (a->accused_decides)
        v->warning = pages_t(p, "desk.case.accused_decides");
    TRY(fill_facts(p, cp->c, v));
    fill_person(p, cp->c, v);
    fill_contact(p, cp->c, v);
    fill_files(p, cp->c, v);
    fill_answers(p, cp->c, v);
    v->n_steps = pages_timeline(p, cp->c, &v->steps);
    if (may(cp, RECEPTION_ANSWER))
        v->answer_href = page_href(p->req, "/desk/appeals/%.*s/answer", STR_FMT(a->number));
    v->imported = pages_imported(p, cp->c->origin);
    v->told_answer = cp->c->origin ? cp->c->origin->answer : (struct str){0};
    v->told_answer_by = pages_told_answer_by(p, cp->c->origin);
    bool is_open = appeal_state_is_open(a->state);
    if (may(cp, RECEPTION_REFUSE) && is_open)
        v->refuse_href = page_href(p->req, "/desk/appeals/%.*s/answer?refuse=1", STR_FMT(a->number));
    v->is_answered = !is_open;
    fill_forms(cp, v);
    v->back_href = page_href(p->req, "/desk");
    v->print_href = page_href(p->req, "/desk/appeals/%.*s?print=1", STR_FMT(a->number));
    return pages_deadline(p, &cp->c->deadlines[cp->c->n_deadlines - 1], &v->deadline);
}

static struct err *draw_case(struct page *p)
{
    struct case_page cp = {.p = p, .retry = p->user};
    struct str number = cp.retry ? cp.retry->number : web_param(p->req, "number");
    struct verdict verdict;
    struct html h;
    struct str html;
    TRY(reception_store_open(p->a, p->loop->read, p->site, p->who, number, S(""), true, &cp.c, &verdict));
    if (!verdict.allowed)
        return web_refuse(p->req, str_eq(str_c(verdict.code), S("CASE_UNKNOWN")) ? 404 : 403, &verdict);
    struct reception_view_desk_case v = {0};
    TRY(session_layout(p->req, cp.c->appeal.subject, &v.layout));
    v.layout.title = cp.c->appeal.number; /* the words stay out of the window's title and the history */
    v.layout.width = CORE_WIDTH_DESK;
    v.layout.back_href = page_href(p->req, "/desk");
    TRY(fill_case(&cp, &v));
    page_begin(p->req, &h);
    reception_view_desk_case(&h, &v);
    TRY(page_html(&h, &html));
    struct reading reading = cp.c->reading;
    if (str_eq(web_query(p->req, "print"), S("1")))
        reading.way = S("print");
    return action_page_after_reading(p->req, &reading, cp.retry ? cp.retry->status : 200, html);
}

struct err *desk_show_case(struct web_request *req, const struct desk_retry *retry)
{
    return pages_run_with(req, draw_case, (void *)(uintptr_t)retry);
}

static struct err *get_case(struct web_request *req)
{
    return desk_show_case(req, NULL);
}

static const struct web_route routes[] = {
    {WEB_GET, "/{lang}/desk/appeals/{number}", RECEPTION_DESK, WEB_CSRF_READ, WEB_BODY_NONE, get_case},
};
const struct route_table reception_routes_desk_case = {routes, sizeof routes / sizeof routes[0]};
