/* SPDX-License-Identifier: AGPL-3.0-or-later
 *
 * pages_send.c - sending an appeal: to whom and what about, the words, and the page to keep.
 *
 * Two steps, because "who will see this", the term and the law depend on the first, and nothing private is asked
 * there. Sending is one POST; its reply is the page with number and code. It carries an idempotency key, so that a
 * reload, a double click or a second try after a cut connection gets the same page again, code included; the code
 * is kept nowhere, not in an address and not in a cookie.
 *
 * Keeps:  an error loses nothing that was typed, but the file, which browsers do not hand back;
 *         files are stored before the job that names them; nothing is said before the commit.
 * Source: trust.md section 3; contract.md; experience.md sections 2 and 9; rules.md A1, A2.
 */
#include "institutions/reception/pages.h"

#include "algo/language.h"
#include "core/config.h"
#include "core/document.h"
#include "core/keys.h"
#include "core/views.h"
#include "gen/reception_views.h"
#include "institutions/reception/actions.h"
#include "institutions/reception/pages_send.h"
#include "institutions/reception/reception.h"

#define KEY_RANDOM 16   /* bytes of an idempotency key of ours */
#define TOO_FAST 2      /* seconds in which nobody fills in this form */
#define FAST_PER_HOUR 5 /* such forms, of one address prefix */

/* ---- what was chosen ---- */

struct choice {
    struct str kind, body, about; /* codes; absent or "": none */
};

static const struct web_field choice_fields[] = {
    {.name = "kind", .type = FIELD_LINE, .max = 100, .offset = offsetof(struct choice, kind)},
    {.name = "body", .type = FIELD_LINE, .max = 100, .offset = offsetof(struct choice, body)},
    {.name = "about", .type = FIELD_LINE, .max = 100, .offset = offsetof(struct choice, about)},
};
static const struct web_form choice_form = WEB_FORM(choice_fields);

/* Id of the body of that code; 0 for none chosen, -1 for a code that does not exist (rules refuse it by name). */
static int64_t body_id_of(struct page *p, struct str code)
{
    if (code.n == 0)
        return 0;
    const struct body *b = directory_body_by_code(p->directory, code);
    return b ? b->id : -1;
}

static struct route route_of(struct page *p, const struct choice *c)
{
    int64_t body = body_id_of(p, c->body);
    int64_t about = body_id_of(p, c->about);
    return reception_rules_route(p->a, p->site->profile, p->directory, body > 0 ? body : 0, about > 0 ? about : 0,
                                 p->today);
}

static struct str choose_href(struct page *p, const struct choice *c)
{
    return page_href(p, str_printf(p->a, "/appeals/new?kind=%.*s&body=%.*s&about=%.*s", STR_FMT(c->kind),
                                   STR_FMT(c->body), STR_FMT(c->about)));
}

/* ---- the first step ---- */

static size_t kind_options(struct page *p, struct str chosen, const struct core_option **ret_options)
{
    size_t n;
    const struct profile_kind *kinds = profile_kinds(p->site->profile, &n);
    struct core_option *options = ARENA_ARRAY(p->a, n + 1, struct core_option);
    bool any = false;
    for (size_t i = 0; i < n; i++) {
        bool is_chosen = str_eq(kinds[i].code, chosen);
        any = any || is_chosen;
        options[i] = (struct core_option){kinds[i].code, text3_for(&kinds[i].name, p->code),
                                          text3_for(&kinds[i].hint, p->code), is_chosen};
    }
    options[n] = (struct core_option){S(""), page_t(p, "reception.choose.unknown"),
                                      page_t(p, "reception.choose.unknown.hint"), !any};
    *ret_options = options;
    return n + 1;
}

/* Bodies as choices, `first` before them; only those that take appeals when `intake_only`. */
static size_t body_options(struct page *p, const char *first_id, struct str chosen, bool intake_only,
                           const struct core_option **ret_options)
{
    const struct directory *d = p->directory;
    struct core_option *options = ARENA_ARRAY(p->a, d->n_bodies + 1, struct core_option);
    size_t n = 0;
    options[n++] = (struct core_option){.value = S(""), .label = page_t(p, first_id)};
    for (size_t i = 0; i < d->n_bodies; i++) {
        const struct body *b = &d->bodies[i];
        if (b->is_closed || (intake_only && !b->is_intake))
            continue;
        options[n++] = (struct core_option){
            .value = b->code, .label = text3_for(&b->name, p->code), .checked = str_eq(b->code, chosen)};
    }
    *ret_options = options;
    return n;
}

static struct err *show_choose(struct page *p, int status, const struct choice *c, const struct web_errors *errors)
{
    struct reception_view_choose m = {.lang = p->code};
    m.n_kinds = kind_options(p, c->kind, &m.kinds);
    m.n_bodies = body_options(p, "reception.choose.body.registrar", c->body, true, &m.bodies);
    m.n_accused = body_options(p, "reception.choose.accused.none", c->about, false, &m.accused);
    TRY(page_public(p, page_t(p, "reception.choose.title"), &m.layout));
    m.layout.width = CORE_WIDTH_READING;
    m.layout.has_quick_exit = true;
    m.layout.errors = page_errors(p, errors);
    struct html h;
    page_html(p, &h);
    reception_view_choose(&h, &m);
    return status == 200 ? page_send_public(p, &h) : page_send(p, status, &h);
}

static struct err *choose(struct page *p)
{
    struct choice c = {0};
    web_query_read(p->req, &choice_form, &c);
    return show_choose(p, 200, &c, NULL);
}

static struct err *get_choose(struct web_request *req)
{
    return page_run(req, choose);
}

/* ---- the second step ---- */

struct send_values {
    struct choice choice;
    struct str key, stamp, trap;
    struct str subject, text, language;
    struct web_file file;
    struct str name, email, phone, address;
    bool consent;
};

#define AT(member) offsetof(struct send_values, member)
static const char *const languages[] = {"", "kk", "ru", "en", NULL};
static const struct web_field send_fields[] = {
    {.name = "key", .type = FIELD_LINE, .max = 64, .offset = AT(key)},
    {.name = "stamp", .type = FIELD_LINE, .max = 200, .offset = AT(stamp)},
    {.name = "kind", .type = FIELD_LINE, .max = 100, .label_id = "reception.send.kind", .offset = AT(choice.kind)},
    {.name = "body", .type = FIELD_LINE, .max = 100, .label_id = "reception.send.body", .offset = AT(choice.body)},
    {.name = "about", .type = FIELD_LINE, .max = 100, .label_id = "reception.send.accused", .offset = AT(choice.about)},
    {.name = "website", .type = FIELD_LINE, .label_id = "reception.send.trap", .offset = AT(trap)},
    {.name = "subject", .type = FIELD_LINE, .is_required = true, .label_id = "reception.send.subject",
     .offset = AT(subject)},
    {.name = "text", .type = FIELD_TEXT, .is_required = true, .label_id = "reception.send.text.label",
     .offset = AT(text)},
    {.name = "language", .type = FIELD_CHOICE, .choices = languages, .label_id = "reception.send.language",
     .offset = AT(language)},
    {.name = "file", .type = FIELD_FILE, .label_id = "reception.files.label", .offset = AT(file)},
    {.name = "name", .type = FIELD_LINE, .label_id = "reception.send.name", .offset = AT(name)},
    {.name = "email", .type = FIELD_EMAIL, .max = 254, .label_id = "reception.send.email", .offset = AT(email)},
    {.name = "phone", .type = FIELD_PHONE, .max = 40, .label_id = "reception.send.phone", .offset = AT(phone)},
    {.name = "address", .type = FIELD_LINE, .label_id = "reception.send.address", .offset = AT(address)},
    {.name = "consent", .type = FIELD_FLAG, .label_id = "reception.send.consent", .offset = AT(consent)},
};
#undef AT
static const struct web_form send_form = WEB_FORM(send_fields);

static struct core_row chosen_row(struct page *p, const char *key_id, struct str value, struct str change)
{
    return (struct core_row){.key = page_t(p, key_id),
                             .value = value,
                             .action_text = page_t(p, "reception.send.change"),
                             .action_href = change};
}

static void send_chosen(struct page *p, const struct choice *c, struct reception_view_send *m)
{
    struct core_row *rows = ARENA_ARRAY(p->a, 3, struct core_row);
    struct str change = choose_href(p, c);
    const struct profile_kind *kind = c->kind.n ? profile_kind(p->site->profile, c->kind) : NULL;
    const struct body *body = c->body.n ? directory_body_by_code(p->directory, c->body) : NULL;
    const struct body *about = c->about.n ? directory_body_by_code(p->directory, c->about) : NULL;
    rows[m->n_chosen++] =
        chosen_row(p, "reception.send.kind",
                   kind ? text3_for(&kind->name, p->code) : page_t(p, "reception.choose.unknown.hint"), change);
    rows[m->n_chosen++] =
        chosen_row(p, "reception.send.body",
                   body ? text3_for(&body->name, p->code) : page_t(p, "reception.choose.body.registrar"), change);
    if (about)
        rows[m->n_chosen++] =
            chosen_row(p, "reception.send.accused", text3_for(&about->name, p->code), change);
    m->chosen = rows;
}

/* Who will see it and by when it is answered, as things are chosen now. */
static struct err *send_outlook(struct page *p, const struct choice *c, struct reception_view_send *m)
{
    struct route route = route_of(p, c);
    int64_t about = body_id_of(p, c->about);
    if (about < 0)
        about = 0;
    struct str responsible = page_body(p, route.body_id);
    if (route.accused_decides)
        m->warning = T(p->a, p->lang, "reception.send.accused_decides", TEXT_ARG("body", responsible));
    else if (route.is_to_superior)
        m->warning = T(p->a, p->lang, "reception.send.to_superior", TEXT_ARG("body", responsible));
    struct policy_subject subject = {
        .noun = APPEAL_NOUN,
        .body_id = route.body_id,
        .accused_body_id = route.accused_decides ? 0 : about,
        .state = APPEAL_BIT(APPEAL_REGISTERED),
    };
    m->sees = page_sees(p, &subject, about, profile_has_step(p->site->profile, "appeal", "forward"));
    const struct profile_kind *kind = reception_rules_kind(p->site->profile, c->kind, about > 0);
    struct deadline d;
    TRY(deadline_of_appeal(p->a, p->site->profile, p->calendar, p->site->tz, p->site->zone, kind, p->now, &d));
    m->due = page_due(p, "reception.due.label.if", day_text(p->a, d.due_on), 0, (struct str){0});
    return NULL;
}

static void send_options(struct page *p, const struct send_values *v, struct reception_view_send *m)
{
    static const char *const texts[] = {"reception.send.language.auto", "reception.language.kk",
                                        "reception.language.ru", "reception.language.en"};
    struct core_option *options = ARENA_ARRAY(p->a, 4, struct core_option);
    for (size_t i = 0; i < 4; i++)
        options[i] = (struct core_option){.value = str_c(languages[i]),
                                          .label = page_t(p, texts[i]),
                                          .checked = str_eq(v->language.p ? v->language : S(""), str_c(languages[i]))};
    m->languages = options;
    m->n_languages = 4;
    struct core_option *consent = ARENA_NEW(p->a, struct core_option);
    *consent = (struct core_option){.value = S("1"), .label = page_t(p, "reception.send.consent"),
                                    .checked = v->consent};
    m->consents = consent;
    m->n_consents = 1;
}

/* The form, with what was typed. `is_repeated`: the key was used for other words, so it gets a new one. */
static struct err *show_send(struct page *p, int status, const struct send_values *v,
                             const struct web_errors *errors, bool is_repeated)
{
    const struct config *limits = p->site->config;
    struct reception_view_send m = {
        .lang = p->code,
        .kind = v->choice.kind,
        .body = v->choice.body,
        .accused = v->choice.about,
        .key = v->key.n > 0 && !is_repeated ? v->key : page_fresh_key(p),
        .stamp = v->stamp.n > 0 ? v->stamp : web_stamp(p->req),
        .subject = v->subject,
        .text = v->text,
        .name = v->name,
        .email = v->email,
        .phone = v->phone,
        .address = v->address,
        .subject_hint = T(p->a, p->lang, "reception.send.subject.hint", TEXT_ARG("count", limits->subject_chars)),
        .file_hint = page_file_hint(p),
        .text_limit = limits->text_chars,
        .is_repeated = is_repeated,
    };
    send_chosen(p, &v->choice, &m);
    send_options(p, v, &m);
    m.n_levels = page_levels(p, &m.levels);
    TRY(send_outlook(p, &v->choice, &m));
    TRY(page_private(p, page_t(p, "reception.send.title"), &m.layout));
    m.layout.back_href = choose_href(p, &v->choice);
    m.layout.errors = page_errors(p, errors);
    if (status != 200)
        m.layout.path = page_href(p, S("/appeals/new"));
    struct html h;
    page_html(p, &h);
    reception_view_send(&h, &m);
    return page_send(p, status, &h);
}
