/* SPDX-License-Identifier: AGPL-3.0-or-later
 *
 * pages_desk_register.c - a clerk writes down what came on paper, by telephone or in person.
 *
 * The person gets the same number, code and receipt as everybody, printed. Source: trust.md section 3 point 10.
 */
#include "institutions/reception/pages_desk.h"

#include "core/config.h"
#include "core/receipt.h"
#include "core/views.h"
#include "gen/reception_views.h"
#include "core/qr.h"
#include "institutions/reception/upload.h"

#define KEY_CHARS 26

struct register_values {
    struct str key, channel, kind, body, about, language, subject, text, name, email, phone, address, paper;
    bool consent;
    struct web_file file;
};

#define FIELD(name, type, is_required, max, label) \
    {#name, type, is_required, 0, max, NULL, label, offsetof(struct register_values, name)}
static const struct web_field fields[] = {
    FIELD(key, FIELD_LINE, true, 64, NULL),
    FIELD(channel, FIELD_LINE, true, 20, "desk.register.channel"),
    FIELD(kind, FIELD_LINE, false, 40, "desk.register.kind"),
    FIELD(body, FIELD_LINE, false, 60, "desk.register.body"),
    FIELD(about, FIELD_LINE, false, 60, "desk.register.accused"),
    FIELD(language, FIELD_LINE, false, 2, "desk.register.language"),
    FIELD(subject, FIELD_LINE, true, 0, "desk.register.subject"),
    FIELD(text, FIELD_TEXT, true, 0, "desk.register.words"),
    FIELD(name, FIELD_LINE, false, 200, "desk.register.name"),
    FIELD(email, FIELD_EMAIL, false, 200, "desk.register.email"),
    FIELD(phone, FIELD_PHONE, false, 40, "desk.register.phone"),
    FIELD(address, FIELD_LINE, false, 500, "desk.register.address"),
    FIELD(paper, FIELD_LINE, false, 200, "desk.register.paper"),
    FIELD(consent, FIELD_FLAG, false, 0, NULL),
    FIELD(file, FIELD_FILE, false, 0, "desk.register.file"),
};
static const struct web_form form = WEB_FORM(fields);

struct register_page {
    struct register_values values;
    struct web_errors errors;
    const struct stored_file *file; /* NULL: none */
};

/* ---- the form ---- */

static void fill_channels(struct page *p, const struct register_page *rp, struct reception_view_desk_register *v)
{
    size_t n;
    const struct profile_channel *channels = profile_channels(p->site->profile, &n);
    struct core_option *options = ARENA_ARRAY(p->a, n, struct core_option);
    for (size_t i = 0; i < n; i++)
        if (channels[i].is_staff)
            options[v->n_channels++] = (struct core_option){.value = channels[i].code,
                                                            .label = text3_for(&channels[i].name, p->code),
                                                            .checked = str_eq(channels[i].code, rp->values.channel)};
    v->channels = options;
}

static void fill_languages(struct page *p, const struct register_page *rp, struct reception_view_desk_register *v)
{
    const struct core_option *known;
    size_t n = desk_languages(p, rp->values.language, &known);
    struct core_option *options = ARENA_ARRAY(p->a, n + 1, struct core_option);
    options[0] = (struct core_option){.value = S(""), .label = pages_t(p, "desk.register.detect")};
    for (size_t i = 0; i < n; i++)
        options[i + 1] = known[i];
    v->languages = options;
    v->n_languages = n + 1;
}

static struct str fresh_key(struct page *p)
{
    char key[KEY_CHARS + 1];
    struct str bytes = random_str(p->a, 17);
    crockford_encode((const uint8_t *)bytes.p, KEY_CHARS, key);
    return str_dup(p->a, str_c(key));
}

static struct err *draw_form(struct page *p)
{
    struct register_page *rp = p->user;
    struct html h;
    struct reception_view_desk_register v = {.lang = p->code};
    struct core_option *consent = ARENA_NEW(p->a, struct core_option);
    TRY(session_layout(p->req, pages_t(p, "desk.register.title"), &v.layout));
    v.layout.back_href = page_href(p->req, "/desk");
    v.layout.errors = rp->errors.n_items ? page_errors(p->req, &rp->errors) : NULL;
    v.key = rp->values.key.n > 0 ? rp->values.key : fresh_key(p);
    fill_channels(p, rp, &v);
    fill_languages(p, rp, &v);
    struct str kind = rp->values.kind.n ? rp->values.kind : profile_default_kind(p->site->profile)->code;
    v.n_kinds = desk_kinds(p, kind, &v.kinds);
    v.n_bodies = desk_bodies(p, rp->values.body, true, 0, &v.bodies);
    v.n_accused = desk_bodies(p, rp->values.about, false, 0, &v.accused);
    *consent = (struct core_option){.value = S("1"), .label = pages_t(p, "desk.register.consent.yes"),
                                    .checked = rp->values.consent};
    v.consents = consent;
    v.n_consents = 1;
    v.subject = rp->values.subject;
    v.text = rp->values.text;
    v.name = rp->values.name;
    v.email = rp->values.email;
    v.phone = rp->values.phone;
    v.address = rp->values.address;
    v.paper = rp->values.paper;
    v.subject_max = str_printf(p->a, "%lld", (long long)p->site->config->subject_chars);
    v.text_limit = p->site->config->text_chars;
    v.file_hint = pages_file_hint(p, true);
    page_begin(p->req, &h);
    reception_view_desk_register(&h, &v);
    return page_end(p->req, rp->errors.n_items ? 422 : 200, &h);
}

static struct err *get_register(struct web_request *req)
{
    struct register_page rp = {0};
    return pages_run_with(req, draw_form, &rp);
}

/* ---- handing over ---- */

struct err *desk_show_given(struct page *p, const struct desk_given *given)
{
    struct html h;
    struct reception_view_desk_given v = {.lang = p->code, .number = given->number, .rows = given->rows,
                                          .n_rows = given->n_rows, .receipt = given->receipt};
    TRY(session_layout(p->req, pages_t(p, given->title_id), &v.layout));
    v.layout.is_private = true;
    v.lead = pages_t(p, "desk.given.lead");
    v.number_plain = given->number;
    v.code = pages_code_in_groups(p->a, given->code);
    v.track_address = str_printf(p->a, "%.*s/%.*s/track", STR_FMT(web_base_url(p->req)), STR_FMT(p->code));
    v.qr = qr_svg(p->a, p->lang, v.track_address, pages_t(p, "reception.sent.qr"));
    v.back_href = page_href(p->req, "/desk");
    page_begin(p->req, &h);
    reception_view_desk_given(&h, &v);
    return page_end(p->req, 200, &h);
}

static struct err *draw_given(struct page *p)
{
    struct action *x = p->user;
    const struct submit_result *r = x->result;
    struct core_row *rows = ARENA_ARRAY(p->a, 3, struct core_row);
    struct desk_given given = {.title_id = "desk.given.title", .number = r->number, .code = r->code, .rows = rows};
    rows[given.n_rows++] = (struct core_row){.key = pages_t(p, "desk.row.body"), .value = pages_body(p, r->body_id)};
    rows[given.n_rows++] = (struct core_row){.key = pages_t(p, "desk.row.registered"),
                                             .value = pages_date(p, r->registered_on)};
    rows[given.n_rows++] = (struct core_row){.key = pages_t(p, "desk.row.due"), .value = pages_date(p, r->due_on)};
    TRY(reception_store_receipt(p->a, p->loop->read, p->site, r->id, false, &given.receipt));
    return desk_show_given(p, &given);
}

/* ---- sending ---- */

static struct str field_of(const struct verdict *v)
{
    struct str code = str_c(v->code);
    static const struct {
        struct str part, field;
    } table[] = {
        {STR("SUBJECT"), STR("subject")}, {STR("TEXT"), STR("text")},         {STR("KIND"), STR("kind")},
        {STR("LANGUAGE"), STR("language")}, {STR("CHANNEL"), STR("channel")}, {STR("ACCUSED"), STR("about")},
        {STR("BODY"), STR("body")},       {STR("FILE"), STR("file")},         {STR("DOCUMENT"), STR("file")},
        {STR("CONTACT"), STR("name")},
    };
    for (size_t i = 0; i < sizeof table / sizeof table[0]; i++)
        if (str_find_str(code, table[i].part) != SIZE_MAX)
            return table[i].field;
    return S("subject");
}

static struct err *draw_refused(struct page *p)
{
    struct action *x = p->user;
    struct register_page *rp = x->user;
    page_add_refusal(p->req, &rp->errors, field_of(&x->verdict), &x->verdict);
    p->user = rp;
    return draw_form(p);
}

static struct err *answered(struct web_request *req, struct action *x)
{
    return pages_run_with(req, action_is_refused(x) ? draw_refused : draw_given, x);
}

static void fill_command(struct page *p, struct action *x, const struct register_page *rp, struct submit_command *c)
{
    const struct register_values *v = &rp->values;
    *c = (struct submit_command){
        .key = desk_kept(x, v->key),
        .subject = desk_kept(x, v->subject),
        .text = desk_kept(x, v->text),
        .kind = desk_kept(x, v->kind),
        .language = desk_kept(x, v->language),
        .page_language = p->code,
        .body_id = desk_body_of_code(p, v->body),
        .accused_body_id = desk_body_of_code(p, v->about),
        .name = desk_kept(x, v->name),
        .email = desk_kept(x, v->email),
        .phone = desk_kept(x, v->phone),
        .address = desk_kept(x, v->address),
        .contact_consent = v->consent,
        .paper = desk_kept(x, v->paper),
    };
    if (rp->file) {
        struct stored_file *file = ARENA_NEW(x->a, struct stored_file);
        *file = pages_copy_file(x->a, rp->file);
        c->files = file;
        c->n_files = 1;
    }
}

/* The values again, for a form that is refused on the writer: the request's own stay, it is parked. */
static struct err *start(struct page *p)
{
    struct register_page *rp = p->user;
    struct action *x = action_new(p->req);
    struct submit_command *c = ARENA_NEW(x->a, struct submit_command);
    fill_command(p, x, rp, c);
    if (!appeal_channel_of_name(rp->values.channel, &c->channel) || c->channel < CHANNEL_PAPER) {
        web_errors_add(p->a, &rp->errors, S("channel"), pages_t(p, "desk.error.choose"));
        return draw_form(p);
    }
    x->command = c;
    x->user = rp; /* lives in the request's arena, which the writer does not touch */
    return action_submit(p->req, x, reception_register, answered);
}

static struct err *file_stored(struct web_request *req, struct upload *u)
{
    struct register_page *rp = u->user;
    if (!u->verdict.allowed) {
        page_add_refusal(req, &rp->errors, S("file"), &u->verdict);
        return pages_run_with(req, draw_form, rp);
    }
    rp->file = &u->file;
    return pages_run_with(req, start, rp);
}

static struct err *post_register(struct web_request *req)
{
    struct register_page *rp = ARENA_NEW(web_arena(req), struct register_page);
    TRY(web_form_read(req, &form, &rp->values, &rp->errors));
    if (rp->errors.n_items > 0)
        return pages_run_with(req, draw_form, rp);
    if (rp->values.file.bytes.p)
        return upload_run(req, session_site(req), &rp->values.file, file_stored, rp);
    return pages_run_with(req, start, rp);
}

static const struct web_route routes[] = {
    {WEB_GET, "/{lang}/desk/register", RECEPTION_REGISTER, WEB_CSRF_READ, WEB_BODY_NONE, get_register},
    {WEB_POST, "/{lang}/desk/register", RECEPTION_REGISTER, WEB_CSRF_FORM, WEB_BODY_UPLOAD, post_register},
};
const struct route_table reception_routes_desk_register = {routes, sizeof routes / sizeof routes[0]};
