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

#include "core/config.h"
#include "core/keys.h"
#include "core/views.h"
#include "gen/reception_views.h"
#include "institutions/reception/intake.h"
#include "institutions/reception/pages_places.h"
#include "institutions/reception/reception.h"
#include "institutions/reception/upload.h"

#define KEY_RANDOM 16   /* bytes of an idempotency key of ours */
#define TOO_FAST 2      /* seconds in which nobody fills in this form */
#define FAST_PER_HOUR 5 /* such forms, of one address prefix */

/* ---- what was chosen ---- */

struct choice {
    struct str kind, body, about, place; /* codes; absent or "": none */
};

static const struct web_field choice_fields[] = {
    {.name = "kind", .type = FIELD_LINE, .max = 100, .offset = offsetof(struct choice, kind)},
    {.name = "body", .type = FIELD_LINE, .max = 100, .offset = offsetof(struct choice, body)},
    {.name = "about", .type = FIELD_LINE, .max = 100, .offset = offsetof(struct choice, about)},
    {.name = "place", .type = FIELD_LINE, .max = 20, .offset = offsetof(struct choice, place)},
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
    struct str kind = page_url_part(p->a, c->kind);
    struct str body = page_url_part(p->a, c->body);
    struct str about = page_url_part(p->a, c->about);
    return page_href(p->req, "/appeals/new?kind=%.*s&body=%.*s&about=%.*s", STR_FMT(kind), STR_FMT(body),
                     STR_FMT(about));
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
        options[i] = (struct core_option){kinds[i].code, text3_for(&kinds[i].hint, p->code), /* in plain words */
                                          text3_for(&kinds[i].name, p->code), is_chosen};
    }
    options[n] = (struct core_option){S(""), pages_t(p, "reception.choose.unknown"),
                                      pages_t(p, "reception.choose.unknown.hint"), !any};
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
    options[n++] = (struct core_option){.value = S(""), .label = pages_t(p, first_id)};
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
    TRY(pages_public(p, pages_t(p, "reception.choose.title"), &m.layout));
    m.layout.width = CORE_WIDTH_READING;
    m.layout.has_quick_exit = true;
    m.layout.errors = page_errors(p->req, errors);
    struct html h;
    page_begin(p->req, &h);
    reception_view_choose(&h, &m);
    return status == 200 ? pages_end_public(p, &h) : page_end(p->req, status, &h);
}

static struct err *choose(struct page *p)
{
    struct choice c = {0};
    web_query_read(p->req, &choice_form, &c);
    return show_choose(p, 200, &c, NULL);
}

static struct err *get_choose(struct web_request *req)
{
    return pages_run(req, choose);
}

/* ---- the second step ---- */

struct send_values {
    struct choice choice;
    struct str key, stamp, trap;
    struct str subject, text, language;
    struct web_file file;
    struct str name, email, phone, address;
    bool consent;
    bool apart; /* not told to whoever handles it */
    bool tell;  /* where the body complained of decides: it may know */
};

#define AT(member) offsetof(struct send_values, member)
static const char *const languages[] = {"", "kk", "ru", "en", NULL};
static const struct web_field send_fields[] = {
    {.name = "key", .type = FIELD_LINE, .max = 64, .offset = AT(key)},
    {.name = "stamp", .type = FIELD_LINE, .max = 200, .offset = AT(stamp)},
    {.name = "kind", .type = FIELD_LINE, .max = 100, .label_id = "reception.send.kind", .offset = AT(choice.kind)},
    {.name = "body", .type = FIELD_LINE, .max = 100, .label_id = "reception.send.body", .offset = AT(choice.body)},
    {.name = "about", .type = FIELD_LINE, .max = 100, .label_id = "reception.send.accused", .offset = AT(choice.about)},
    {.name = "place", .type = FIELD_LINE, .max = 20, .label_id = "territory.place", .offset = AT(choice.place)},
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
    {.name = "apart", .type = FIELD_FLAG, .label_id = "see.send.apart", .offset = AT(apart)},
    {.name = "tell", .type = FIELD_FLAG, .label_id = "see.send.tell", .offset = AT(tell)},
};
#undef AT
static const struct web_form send_form = WEB_FORM(send_fields);

/* The place of that code; 0 for none chosen, -1 for one that does not exist (the verb refuses it). */
static struct err *place_id_of(struct page *p, struct str code, int64_t *ret_id)
{
    struct place place = {.id = 0};
    bool found = true;
    if (code.n > 0)
        TRY(place_by_code(p->a, p->loop->read, p->site->realm, code, &place, &found));
    *ret_id = found ? place.id : -1;
    return NULL;
}

static struct core_row chosen_row(struct page *p, const char *key_id, struct str value, struct str change)
{
    return (struct core_row){.key = pages_t(p, key_id),
                             .value = value,
                             .action_text = pages_t(p, "reception.send.change"),
                             .action_href = change};
}

static struct err *send_chosen(struct page *p, const struct choice *c, struct reception_view_send *m)
{
    struct core_row *rows = ARENA_ARRAY(p->a, 4, struct core_row);
    struct str change = choose_href(p, c);
    const struct profile_kind *kind = c->kind.n ? profile_kind(p->site->profile, c->kind) : NULL;
    const struct body *body = c->body.n ? directory_body_by_code(p->directory, c->body) : NULL;
    const struct body *about = c->about.n ? directory_body_by_code(p->directory, c->about) : NULL;
    rows[m->n_chosen++] =
        chosen_row(p, "reception.send.kind",
                   kind ? text3_for(&kind->name, p->code) : pages_t(p, "reception.choose.unknown.hint"), change);
    rows[m->n_chosen++] =
        chosen_row(p, "reception.send.body",
                   body ? text3_for(&body->name, p->code) : pages_t(p, "reception.choose.body.registrar"), change);
    if (about)
        rows[m->n_chosen++] =
            chosen_row(p, "reception.send.accused", text3_for(&about->name, p->code), change);
    m->chosen = rows;
    bool has_territory;
    int64_t place_id;
    struct str name;
    TRY(pages_has_territory(p, &has_territory));
    TRY(place_id_of(p, c->place, &place_id));
    TRY(pages_place(p, place_id, &name));
    if (has_territory)
        rows[m->n_chosen++] = chosen_row(
            p, "territory.place", name.n > 0 ? name : pages_t(p, "territory.none"),
            pages_place_href(p, (struct place_choice){c->kind, c->body, c->about, c->place}, (struct str){0}));
    return NULL;
}

/* Who will see it and by when it is answered, as things are chosen now. */
static struct err *send_outlook(struct page *p, const struct send_values *v, struct reception_view_send *m)
{
    const struct choice *c = &v->choice;
    struct route route = route_of(p, c);
    int64_t about = body_id_of(p, c->about);
    if (about < 0)
        about = 0;
    struct str responsible = pages_body(p, route.body_id);
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
    bool is_apart = v->apart || (route.accused_decides && !v->tell);
    m->sees = pages_sees(p, &subject, is_apart, about, profile_has_step(p->site->profile, "appeal", "forward"));
    bool is_known = c->kind.n > 0 && profile_kind(p->site->profile, c->kind); /* else an error says so beside */
    const struct profile_kind *kind =
        reception_rules_kind(p->site->profile, is_known ? c->kind : S(""), about > 0);
    struct deadline d;
    TRY(deadline_of_appeal(p->a, p->site->profile, p->calendar, p->site->tz, p->site->zone, kind, p->now, &d));
    m->due = pages_due(p, "reception.due.label.if", day_text(p->a, d.due_on), 0, (struct str){0});
    return NULL;
}

static void send_options(struct page *p, const struct send_values *v, struct reception_view_send *m)
{
    static const char *const texts[] = {"reception.send.language.auto", "reception.language.kk",
                                        "reception.language.ru", "reception.language.en"};
    struct core_option *options = ARENA_ARRAY(p->a, 4, struct core_option);
    for (size_t i = 0; i < 4; i++)
        options[i] = (struct core_option){.value = str_c(languages[i]),
                                          .label = pages_t(p, texts[i]),
                                          .checked = str_eq(v->language.p ? v->language : S(""), str_c(languages[i]))};
    m->languages = options;
    m->n_languages = 4;
    struct core_option *consent = ARENA_NEW(p->a, struct core_option);
    *consent = (struct core_option){.value = S("1"), .label = pages_t(p, "reception.send.consent"),
                                    .checked = v->consent};
    m->consents = consent;
    m->n_consents = 1;
    struct core_option *protection = ARENA_NEW(p->a, struct core_option);
    m->is_to_accused = route_of(p, &v->choice).accused_decides;
    *protection = (struct core_option){
        .value = S("1"),
        .label = pages_t(p, m->is_to_accused ? "see.send.tell" : "see.send.apart"),
        .hint = pages_t(p, m->is_to_accused ? "see.send.tell.hint" : "see.send.apart.hint"),
        .checked = m->is_to_accused ? v->tell : v->apart,
    };
    m->protections = protection;
    m->n_protections = 1;
}

static struct str fresh_key(struct arena *a)
{
    return str_hex(a, random_str(a, KEY_RANDOM).p, KEY_RANDOM);
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
        .place = v->choice.place,
        .key = v->key.n > 0 && !is_repeated ? v->key : fresh_key(p->a),
        .stamp = v->stamp.n > 0 ? v->stamp : web_stamp(p->req),
        .subject = v->subject,
        .text = v->text,
        .name = v->name,
        .email = v->email,
        .phone = v->phone,
        .address = v->address,
        .subject_hint = T(p->a, p->lang, "reception.send.subject.hint", TEXT_ARG("count", limits->subject_chars)),
        .file_hint = pages_file_hint(p, true),
        .text_limit = limits->text_chars,
        .is_repeated = is_repeated,
    };
    TRY(send_chosen(p, &v->choice, &m));
    send_options(p, v, &m);
    m.n_levels = pages_levels(p, &m.levels);
    TRY(send_outlook(p, v, &m));
    TRY(pages_private(p, pages_t(p, "reception.send.title"), &m.layout));
    m.layout.back_href = choose_href(p, &v->choice);
    m.layout.errors = page_errors(p->req, errors);
    if (status != 200)
        m.layout.path = S("/appeals/new"); /* another language begins anew: a link cannot carry what was typed */
    struct html h;
    page_begin(p->req, &h);
    reception_view_send(&h, &m);
    web_compress(p->req); /* what stands here was typed by its reader; a slow line has to carry it */
    return page_end(p->req, status, &h);
}

static const struct intake_names names = {.subject = "subject", .text = "text", .kind = "kind", .language = "language",
                                          .body = "body", .accused = "about", .file = "file", .contact = ""};

static struct submit_facts facts_of(struct page *p, const struct send_values *v)
{
    return (struct submit_facts){
        .subject = v->subject,
        .text = v->text,
        .kind = v->choice.kind,
        .language = v->language,
        .channel = appeal_channel_name(CHANNEL_WEB),
        .body_id = body_id_of(p, v->choice.body),
        .accused_body_id = body_id_of(p, v->choice.about),
        .name = v->name,
        .email = v->email,
        .phone = v->phone,
        .address = v->address,
        .n_files = v->file.bytes.n > 0,
        .largest_file = (int64_t)v->file.bytes.n,
    };
}

static struct err *begin_send(struct page *p)
{
    struct send_values v = {0};
    web_query_read(p->req, &choice_form, &v.choice);
    struct send_values asked = v;
    asked.subject = asked.text = S("-"); /* only the choice is judged yet */
    struct web_errors errors = {0};
    intake_check(p->a, p->lang, p->site, p->directory, facts_of(p, &asked), &names, &errors);
    if (errors.n_items > 0)
        return show_choose(p, 422, &v.choice, &errors);
    return show_send(p, 200, &v, NULL, false);
}

static struct err *get_send(struct web_request *req)
{
    return pages_run(req, begin_send);
}

/* ---- sending ---- */

/* One POST from the form to the page that ends it. In the request's arena. */
struct sending {
    struct send_values v;
    struct web_errors errors;
    bool is_sound; /* nothing was found wrong */
    bool is_repeated;
    int status;
    struct action *x;
};

/* Judge what was typed; on errors the form is shown again here. */
static struct err *judge(struct page *p)
{
    struct sending *s = p->user;
    if (s->v.trap.n > 0)
        web_errors_add(p->a, &s->errors, S(""), pages_t(p, "reception.send.trapped"));
    if (s->v.consent && s->v.email.n == 0)
        web_errors_add(p->a, &s->errors, S("consent"), pages_t(p, "reception.send.consent.email"));
    intake_check(p->a, p->lang, p->site, p->directory, facts_of(p, &s->v), &names, &s->errors);
    s->is_sound = s->errors.n_items == 0;
    if (s->is_sound)
        return NULL;
    if (s->v.file.bytes.n > 0)
        web_errors_add(p->a, &s->errors, S("file"), pages_t(p, "reception.send.file.again"));
    return show_send(p, 422, &s->v, &s->errors, false);
}

static struct err *show_again(struct page *p)
{
    struct sending *s = p->user;
    return show_send(p, s->status, &s->v, &s->errors, s->is_repeated);
}

/* The command, and whose page waits for it. In the action's arena; the verb looks at the command alone. */
struct send_job {
    struct submit_command command; /* first: what x->command points to */
    struct sending *sending;
};

static struct sending *sending_of(const struct action *x)
{
    const struct send_job *job = x->command;
    return job->sending;
}

/* Copy what was typed into a command of the action's own arena. */
static struct err *make_command(struct page *p)
{
    struct sending *s = p->user;
    struct arena *a = s->x->a;
    struct send_job *job = ARENA_NEW(a, struct send_job);
    job->sending = s;
    job->command = (struct submit_command){
        .key = str_dup(a, s->v.key.n > 0 ? s->v.key : fresh_key(p->a)),
        .channel = CHANNEL_WEB,
        .subject = str_dup(a, s->v.subject),
        .text = str_dup(a, s->v.text),
        .kind = str_dup(a, s->v.choice.kind.p ? s->v.choice.kind : S("")),
        .language = str_dup(a, s->v.language.p ? s->v.language : S("")),
        .page_language = str_dup(a, p->code),
        .body_id = body_id_of(p, s->v.choice.body),
        .accused_body_id = body_id_of(p, s->v.choice.about),
        .name = str_dup(a, s->v.name),
        .email = str_dup(a, s->v.email),
        .phone = str_dup(a, s->v.phone),
        .address = str_dup(a, s->v.address),
        .contact_consent = s->v.consent,
        .keep_apart = s->v.apart,
        .tell_accused = s->v.tell,
    };
    s->x->command = &job->command;
    return place_id_of(p, s->v.choice.place, &job->command.place_id);
}

static struct err *show_sent(struct page *p)
{
    const struct sending *s = p->user;
    const struct submit_command *c = s->x->command;
    return pages_show_sent(p, s->x->result, (int64_t)c->n_files);
}

static struct err *submitted(struct web_request *req, struct action *x)
{
    struct sending *s = sending_of(x);
    if (!action_is_refused(x))
        return pages_run_with(req, show_sent, s);
    s->status = 422;
    s->is_repeated = str_eq(str_c(x->verdict.code), S("REQUEST_KEY_REUSED"));
    if (!s->is_repeated)
        page_add_refusal(req, &s->errors, S(""), &x->verdict);
    return pages_run_with(req, show_again, s);
}

static struct err *stored(struct web_request *req, struct upload *u)
{
    struct sending *s = u->user;
    struct submit_command *c = s->x->command;
    if (!u->verdict.allowed) {
        page_add_refusal(req, &s->errors, S("file"), &u->verdict);
        s->status = 422;
        return pages_run_with(req, show_again, s);
    }
    struct stored_file *file = ARENA_NEW(s->x->a, struct stored_file);
    *file = pages_copy_file(s->x->a, &u->file);
    c->files = file;
    c->n_files = 1;
    return action_submit(req, s->x, reception_submit, submitted);
}

/* Somebody sends too much or too fast: the form again, with a word about when to try. */
static struct err *too_many(struct web_request *req, struct sending *s)
{
    web_errors_add(web_arena(req), &s->errors, S(""), t(web_lang(req), "reception.send.too_many"));
    s->status = 429;
    web_header(req, "Retry-After", S("600"));
    return pages_run_with(req, show_again, s);
}

static struct err *post_send(struct web_request *req)
{
    struct sending *s = ARENA_NEW(web_arena(req), struct sending);
    TRY(web_form_read(req, &send_form, &s->v, &s->errors));
    TRY(pages_run_with(req, judge, s));
    if (!s->is_sound)
        return NULL;
    bool is_fast = web_stamp_age(req, s->v.stamp) < TOO_FAST;
    if (is_fast && !web_limit(req, "fast", FAST_PER_HOUR))
        return too_many(req, s);
    if (!pages_may_send(req))
        return too_many(req, s);
    s->x = action_new(req);
    TRY(pages_run_with(req, make_command, s));
    if (s->v.file.bytes.n > 0)
        return upload_run(req, s->x->site, &s->v.file, stored, s);
    return action_submit(req, s->x, reception_submit, submitted);
}

/* ---- routes ---- */

static const struct web_route routes[] = {
    {WEB_GET, "/{lang}/appeals/new", RECEPTION_SUBMIT, WEB_CSRF_READ, WEB_BODY_NONE, get_choose},
    {WEB_GET, "/{lang}/appeals/new/write", RECEPTION_SUBMIT, WEB_CSRF_READ, WEB_BODY_NONE, get_send},
    {WEB_POST, "/{lang}/appeals/new/write", RECEPTION_SUBMIT, WEB_CSRF_FORM, WEB_BODY_UPLOAD, post_send},
};

const struct route_table reception_routes_send = {routes, sizeof routes / sizeof routes[0]};
