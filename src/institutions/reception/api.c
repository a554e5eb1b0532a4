/* SPDX-License-Identifier: AGPL-3.0-or-later
 *
 * api.c - appeals over JSON: send one, read one's own, renew its receipt.
 *
 * The same rules, verbs and gate as the pages. A repeated key with the same content gets the first answer byte for
 * byte, receipt and code included, since all of it is a function of what is stored.
 *
 * Keeps:  an unknown number and a wrong code get the same answer; who is an applicant here is so for one request,
 *         there is no cookie.
 * Source: contract.md (HTTP); RFC 9457; RFC 6750.
 */
#include "institutions/reception/api.h"

#include "base/json.h"
#include "core/config.h"
#include "institutions/reception/intake.h"
#include "institutions/reception/pages.h"
#include "institutions/reception/reception.h"

/* ---- sending ---- */

struct api_values {
    struct str subject, text, language, kind, body;
    struct str name, email, phone, address;
};

#define AT(member) offsetof(struct api_values, member)
static const char *const languages[] = {"kk", "ru", "en", NULL};
static const struct web_field submit_fields[] = {
    {.name = "subject", .type = FIELD_LINE, .is_required = true, .label_id = "reception.send.subject",
     .offset = AT(subject)},
    {.name = "text", .type = FIELD_TEXT, .is_required = true, .label_id = "reception.send.text.label",
     .offset = AT(text)},
    {.name = "language", .type = FIELD_CHOICE, .choices = languages, .label_id = "reception.send.language",
     .offset = AT(language)},
    {.name = "kind", .type = FIELD_LINE, .max = 100, .label_id = "reception.send.kind", .offset = AT(kind)},
    {.name = "body", .type = FIELD_LINE, .max = 100, .label_id = "reception.send.body", .offset = AT(body)},
    {.name = "applicant.name", .type = FIELD_LINE, .max = 200, .label_id = "reception.send.name", .offset = AT(name)},
    {.name = "applicant.email", .type = FIELD_EMAIL, .max = 254, .label_id = "reception.send.email",
     .offset = AT(email)},
    {.name = "applicant.phone", .type = FIELD_PHONE, .max = 40, .label_id = "reception.send.phone",
     .offset = AT(phone)},
    {.name = "applicant.address", .type = FIELD_LINE, .max = 500, .label_id = "reception.send.address",
     .offset = AT(address)},
};
#undef AT
static const struct web_form submit_form = WEB_FORM(submit_fields);

static const struct intake_names names = {.subject = "subject", .text = "text", .kind = "kind",
                                          .language = "language", .body = "body", .accused = "", .file = "",
                                          .contact = "applicant."};

/* One POST. In the request's arena. */
struct api_sending {
    struct api_values v;
    struct web_errors errors;
    int64_t body_id;
};

static bool has_error(const struct web_errors *errors, struct str field)
{
    for (size_t i = 0; i < errors->n_items; i++)
        if (str_eq(errors->items[i].field, field))
            return true;
    return false;
}

static struct err *judge(struct page *p)
{
    struct api_sending *s = p->user;
    struct api_values *v = &s->v;
    const struct body *body = v->body.n > 0 ? directory_body_by_code(p->directory, v->body) : NULL;
    s->body_id = v->body.n == 0 ? 0 : body ? body->id : -1;
    bool has_contact = v->email.n > 0 || v->phone.n > 0 || v->address.n > 0;
    if (has_contact && v->name.n == 0 && !has_error(&s->errors, S("applicant.name")))
        web_errors_add(p->a, &s->errors, S("applicant.name"), pages_t(p, "reception.api.name"));
    struct submit_facts facts = {
        .subject = v->subject.p ? v->subject : S(""),
        .text = v->text.p ? v->text : S(""),
        .kind = v->kind,
        .language = v->language,
        .channel = appeal_channel_name(CHANNEL_API),
        .body_id = s->body_id,
        .name = v->name,
        .email = v->email,
        .phone = v->phone,
        .address = v->address,
    };
    intake_check(p->a, p->lang, p->site, p->directory, facts, &names, &s->errors);
    return NULL;
}

static struct err *write_created(struct page *p)
{
    const struct submit_result *r = p->user;
    struct str receipt;
    struct buf b;
    struct json j;
    TRY(reception_store_receipt(p->a, p->loop->read, p->site, r->id, false, &receipt));
    buf_init(&b, p->a, ARENA_MIB);
    json_begin(&j, &b);
    json_object(&j);
    json_put_str(&j, "number", r->number);
    json_put_str(&j, "code", r->code);
    json_put_str(&j, "registered_at", instant_text(p->a, r->received_at));
    json_put_str(&j, "due_on", r->due_on);
    json_put_str(&j, "body", r->body_name);
    json_put_str(&j, "receipt", receipt);
    json_object_end(&j);
    json_end(&j);
    buf_byte(&b, '\n');
    TRY(buf_check(&b, "reply"));
    web_header(p->req, "Location", str_printf(p->a, "/api/v1/appeals/%.*s", STR_FMT(r->number)));
    web_header(p->req, "Cache-Control", S("no-store"));
    return web_reply(p->req, 201, "application/json", buf_view(&b));
}

static struct err *created(struct web_request *req, struct action *x)
{
    if (!action_is_refused(x))
        return pages_run_with(req, write_created, x->result);
    bool is_key = str_eq(str_c(x->verdict.code), S("REQUEST_KEY"));
    return web_refuse(req, is_key ? 400 : 422, &x->verdict);
}

static struct submit_command *command_of(struct web_request *req, struct arena *a, struct str key,
                                         const struct api_sending *s)
{
    struct submit_command *c = ARENA_NEW(a, struct submit_command);
    *c = (struct submit_command){
        .key = str_dup(a, key),
        .channel = CHANNEL_API,
        .subject = str_dup(a, s->v.subject),
        .text = str_dup(a, s->v.text),
        .kind = str_dup(a, s->v.kind.p ? s->v.kind : S("")),
        .language = str_dup(a, s->v.language.p ? s->v.language : S("")),
        .page_language = str_dup(a, lang_code(web_lang(req))),
        .body_id = s->body_id,
        .name = str_dup(a, s->v.name),
        .email = str_dup(a, s->v.email),
        .phone = str_dup(a, s->v.phone),
        .address = str_dup(a, s->v.address),
    };
    return c;
}

static struct err *post_appeal(struct web_request *req)
{
    struct str key = web_header_in(req, "Idempotency-Key");
    struct str malformed = {0};
    struct api_sending *s = ARENA_NEW(web_arena(req), struct api_sending);
    if (key.n == 0)
        return web_problem(req, 400, t(web_lang(req), "reception.api.key"), NULL);
    TRY(web_json_read(req, &submit_form, &s->v, &s->errors, &malformed));
    if (malformed.n > 0)
        return web_problem(req, 400, malformed, NULL);
    TRY(pages_run_with(req, judge, s));
    if (s->errors.n_items > 0)
        return web_problem(req, 422, t(web_lang(req), "reception.api.invalid"), &s->errors);
    if (!pages_may_send(req))
        return web_error(req, 429);
    struct action *x = action_new(req);
    x->command = command_of(req, x->a, key, s);
    return action_submit(req, x, reception_submit, created);
}

/* ---- reading one's own ---- */

/* The applicant that the bearer code of this request makes. A "no" is answered here; *ret_case stays NULL. */
static struct err *open_by_code(struct page *p, const struct reception_case **ret_case)
{
    struct str header = web_header_in(p->req, "Authorization");
    struct str number = web_param(p->req, "number");
    struct actor who;
    struct verdict v;
    *ret_case = NULL;
    if (header.n < 7 || !str_eq_nocase(str_slice(header, 0, 7), S("Bearer "))) {
        web_header(p->req, "WWW-Authenticate", S("Bearer"));
        return web_problem(p->req, 401, pages_t(p, "reception.api.code"), NULL);
    }
    struct str code = str_trim(str_slice(header, 7, header.n));
    TRY(reception_store_by_code(p->a, p->loop->read, p->site->realm, number, code, &who, &v));
    if (v.allowed)
        TRY(reception_store_open(p->a, p->loop->read, p->site, &who, number, S("own_case"), true, ret_case, &v));
    if (v.allowed)
        return NULL;
    *ret_case = NULL;
    if (!web_limit(p->req, "codes", PAGES_CODE_TRIES_PER_HOUR))
        return web_error(p->req, 429);
    return web_problem(p->req, 404, pages_t(p, "reception.track.wrong"), NULL);
}

static struct err *show_appeal(struct page *p)
{
    const struct reception_case *c;
    struct str json;
    TRY(open_by_code(p, &c));
    if (!c)
        return NULL;
    TRY(api_appeal_json(p, c, &json));
    web_header(p->req, "Cache-Control", S("no-store"));
    return web_reply(p->req, 200, "application/json", json);
}

static struct err *get_appeal(struct web_request *req)
{
    return pages_run(req, show_appeal);
}

static struct err *show_proof(struct page *p)
{
    const struct reception_case *c;
    struct str text;
    TRY(open_by_code(p, &c));
    if (!c)
        return NULL;
    TRY(reception_store_receipt(p->a, p->loop->read, p->site, c->appeal.id, true, &text));
    web_header(p->req, "Cache-Control", S("no-store"));
    return web_reply(p->req, 200, "text/plain; charset=utf-8", text);
}

static struct err *get_proof(struct web_request *req)
{
    return pages_run(req, show_proof);
}

/* ---- tables ---- */

static const struct web_route routes[] = {
    {WEB_POST, "/api/v1/appeals", RECEPTION_SUBMIT, WEB_CSRF_API, WEB_BODY_JSON, post_appeal},
    {WEB_GET, "/api/v1/appeals/{number}", NULL, WEB_CSRF_READ, WEB_BODY_NONE, get_appeal},
    {WEB_GET, "/api/v1/appeals/{number}/proof", NULL, WEB_CSRF_READ, WEB_BODY_NONE, get_proof},
};
const struct route_table reception_routes_api = {routes, sizeof routes / sizeof routes[0]};

static const struct api_member created_reply[] = {
    {"number", "string", "Public number of the appeal, with a check digit", false},
    {"code", "string", "Secret code: with the number it opens the appeal. Keep it, it cannot be asked for again", false},
    {"registered_at", "string", "Instant of acceptance, RFC 3339, UTC", false},
    {"due_on", "string", "Last day for the answer, ISO 8601 date", false},
    {"body", "string", "Name of the responsible body, as in the receipt", false},
    {"receipt", "string", "Signed proof of acceptance; birge verify checks it offline", false},
};

static const struct api_member appeal_reply[] = {
    {"number", "string", "Public number", false},
    {"subject", "string", "The very bytes that were accepted", false},
    {"text", "string", "The very bytes that were accepted", false},
    {"status", "string", "registered, forwarded, assigned, answered, refused, solved or not_solved", false},
    {"kind", "string", "Kind of appeal, a code of the profile", false},
    {"language", "string", "kk, ru or en", false},
    {"registered_at", "string", "Instant of acceptance, RFC 3339, UTC", false},
    {"holders", "array", "Who held it, oldest first; the last one has to act", false},
    {"holders[].kind", "string", "register, assign or forward", false},
    {"holders[].body", "string", "Code of the body", false},
    {"holders[].body_name", "string", "Its name", false},
    {"holders[].office", "string", "The office it was given to; empty: none yet", false},
    {"holders[].from", "string", "Since when, RFC 3339, UTC", false},
    {"holders[].reason", "string", "Why, for people; empty when none was needed", false},
    {"holders[].law", "string", "Citation; empty for none", false},
    {"due", "object", "Last day for the answer, and how it was computed", false},
    {"due.on", "string", "The date that holds, ISO 8601", false},
    {"due.registered_on", "string", "Day of registration", false},
    {"due.starts_on", "string", "First day that counts", false},
    {"due.rule", "string", "Key of the rule in the profile", false},
    {"due.profile", "string", "Profile of rules and hash of its file", false},
    {"due.steps", "array", "The steps that gave the date, in order", false},
    {"due.steps[].text", "string", "What the step did, in the language of Accept-Language", false},
    {"due.steps[].law", "string", "Citation", true},
    {"answers", "array", "Answers and refusals, oldest version first", false},
    {"answers[].version", "integer", "1, 2, ...: the last one holds", false},
    {"answers[].is_refusal", "boolean", "A reasoned refusal", false},
    {"answers[].ground", "string", "Ground of a refusal, a code of the profile", true},
    {"answers[].language", "string", "kk, ru or en", false},
    {"answers[].at", "string", "RFC 3339, UTC", false},
    {"answers[].body_name", "string", "Who answered", false},
    {"answers[].outcome", "string", "What was decided", false},
    {"answers[].facts", "string", "What was established", false},
    {"answers[].rule", "string", "Which rule applies", false},
    {"answers[].reasons", "string", "Why it leads to this outcome", false},
    {"answers[].next_step", "string", "What the applicant can do now", false},
    {"answers[].remedy_how", "string", "How to complain", false},
    {"answers[].remedy_where", "string", "Where to complain", false},
    {"answers[].remedy_until", "string", "Until when, ISO 8601 date", false},
    {"files", "array", "Attachments of the appeal and of its answers", false},
    {"files[].name", "string", "File name", false},
    {"files[].type", "string", "Media type, found in the bytes", false},
    {"files[].size", "integer", "Bytes", false},
    {"files[].sha256", "string", "SHA-256 of the bytes, hexadecimal", false},
    {"files[].of_answer", "boolean", "Belongs to an answer", false},
};

static const int refusals_of_post[] = {400, 403, 413, 415, 422, 429, 503, 0};
static const int refusals_of_get[] = {401, 404, 429, 0};

static const struct api_parameter of_appeal[] = {{"number", "Public number of the appeal", false}};

static const struct api_operation operations[] = {
    {&routes[0], "sendAppeal", "Send an appeal; the same key with the same content gets the same answer again",
     &submit_form, created_reply, sizeof created_reply / sizeof created_reply[0], 201, refusals_of_post, true, false,
     NULL, 0},
    {&routes[1], "readAppeal", "Read one's own appeal", NULL, appeal_reply, sizeof appeal_reply / sizeof appeal_reply[0],
     200, refusals_of_get, false, true, of_appeal, 1},
    {&routes[2], "renewReceipt", "The receipt, renewed against the latest checkpoint", NULL, NULL, 0, 200,
     refusals_of_get, false, true, of_appeal, 1},
};

const struct api_operation *reception_api(size_t *ret_n)
{
    *ret_n = sizeof operations / sizeof operations[0];
    return operations;
}
