/* SPDX-License-Identifier: AGPL-3.0-or-later
 *
 * openapi.c - /api/openapi.json, written from the tables that the API itself answers from.
 *
 * A field that is added to a form or a reply is described by being there; nothing is written down twice.
 * Source: OpenAPI 3.1.0; JSON Schema 2020-12; RFC 9457 for the errors.
 */
#include "core/api.h"

#include "base/json.h"
#include "core/config.h"
#include "core/institution.h"
#include "core/pages.h"

/* ---- schemas ---- */

static void write_type(struct json *j, const char *type, const char *about, bool is_optional)
{
    if (is_optional) {
        json_key(j, "type");
        json_array(j);
        json_str(j, str_c(type));
        json_str(j, S("null"));
        json_array_end(j);
    } else {
        json_put_str(j, "type", str_c(type));
    }
    if (about)
        json_put_str(j, "description", str_c(about));
}

/* The part of `name` behind `prefix` when it is a direct member of it, else NULL. */
static const char *member_of(const char *name, const char *prefix)
{
    size_t n = strlen(prefix);
    if (strncmp(name, prefix, n) != 0)
        return NULL;
    const char *rest = name + n;
    return strchr(rest, '.') || *rest == '\0' ? NULL : rest;
}

/* Properties and required members of the object at `prefix` ("", "due.", "answers[]."). */
static void write_members(struct arena *a, struct json *j, const struct api_member *m, size_t n, const char *prefix)
{
    json_key(j, "properties");
    json_object(j);
    for (size_t i = 0; i < n; i++) {
        const char *name = member_of(m[i].name, prefix);
        if (!name || strchr(name, '['))
            continue;
        json_key(j, name);
        json_object(j);
        write_type(j, m[i].type, m[i].about, m[i].is_optional);
        bool is_array = strcmp(m[i].type, "array") == 0;
        if (is_array) {
            json_key(j, "items");
            json_object(j);
            json_put_str(j, "type", S("object"));
        }
        if (is_array || strcmp(m[i].type, "object") == 0)
            write_members(a, j, m, n, str_printf(a, "%s%s.", m[i].name, is_array ? "[]" : "").p);
        if (is_array)
            json_object_end(j);
        json_object_end(j);
    }
    json_object_end(j);
    json_key(j, "required");
    json_array(j);
    for (size_t i = 0; i < n; i++) {
        const char *name = member_of(m[i].name, prefix);
        if (name && !strchr(name, '[') && !m[i].is_optional)
            json_str(j, str_c(name));
    }
    json_array_end(j);
}

static void write_field(struct json *j, const struct web_field *f, const struct config *limits)
{
    int64_t max = f->max;
    if (strcmp(f->name, "subject") == 0)
        max = limits->subject_chars;
    if (strcmp(f->name, "text") == 0)
        max = limits->text_chars;
    json_object(j);
    json_put_str(j, "type", f->type == FIELD_INT ? S("integer") : f->type == FIELD_FLAG ? S("boolean") : S("string"));
    if (f->is_required)
        json_put_int(j, "minLength", 1);
    if (max > 0)
        json_put_int(j, "maxLength", max);
    if (f->type == FIELD_EMAIL)
        json_put_str(j, "format", S("email"));
    if (f->choices) {
        json_key(j, "enum");
        json_array(j);
        for (const char *const *c = f->choices; *c; c++)
            json_str(j, str_c(*c));
        json_array_end(j);
    }
    json_object_end(j);
}

/* The object of a form: its own fields, or those under `prefix` ("applicant."). */
static void write_form(struct arena *a, struct json *j, const struct web_form *form, const char *prefix,
                       const struct config *limits)
{
    json_put_str(j, "type", S("object"));
    json_put_bool(j, "additionalProperties", false);
    json_key(j, "properties");
    json_object(j);
    const char *last = "";
    for (size_t i = 0; i < form->n_fields; i++) {
        const struct web_field *f = &form->fields[i];
        if (strncmp(f->name, prefix, strlen(prefix)) != 0)
            continue;
        const char *name = f->name + strlen(prefix);
        const char *dot = strchr(name, '.');
        if (!dot) {
            json_key(j, name);
            write_field(j, f, limits);
            continue;
        }
        const char *outer = str_dup(a, (struct str){name, (size_t)(dot - name)}).p;
        if (strcmp(outer, last) == 0)
            continue;
        last = outer;
        json_key(j, outer);
        json_object(j);
        write_form(a, j, form, str_printf(a, "%s%s.", prefix, outer).p, limits);
        json_object_end(j);
    }
    json_object_end(j);
    json_key(j, "required");
    json_array(j);
    bool is_nested = *prefix != '\0';
    for (size_t i = 0; i < form->n_fields; i++) {
        const char *name = member_of(form->fields[i].name, prefix);
        if (name && (form->fields[i].is_required || (is_nested && strcmp(name, "name") == 0)))
            json_str(j, str_c(name));
    }
    json_array_end(j);
}

/* ---- operations ---- */

static void write_parameter(struct json *j, const char *name, const char *where, const char *about, int64_t max)
{
    json_object(j);
    json_put_str(j, "name", str_c(name));
    json_put_str(j, "in", str_c(where));
    json_put_bool(j, "required", strcmp(where, "query") != 0);
    json_put_str(j, "description", str_c(about));
    json_key(j, "schema");
    json_object(j);
    json_put_str(j, "type", S("string"));
    if (max > 0)
        json_put_int(j, "maxLength", max);
    json_object_end(j);
    json_object_end(j);
}

static void write_parameters(struct json *j, const struct api_operation *o)
{
    json_key(j, "parameters");
    json_array(j);
    for (size_t i = 0; i < o->n_parameters; i++) {
        const struct api_parameter *p = &o->parameters[i];
        write_parameter(j, p->name, p->is_query ? "query" : "path", p->about, 0);
    }
    if (o->has_key)
        write_parameter(j, "Idempotency-Key", "header",
                        "Visible ASCII characters, chosen by the client, new for each appeal", 64);
    json_array_end(j);
    if (o->has_code) {
        json_key(j, "security");
        json_array(j);
        json_object(j);
        json_key(j, "code");
        json_array(j);
        json_array_end(j);
        json_object_end(j);
        json_array_end(j);
    }
}

static void write_content(struct json *j, const char *type)
{
    json_key(j, "content");
    json_object(j);
    json_key(j, type);
    json_object(j);
    json_key(j, "schema");
    json_object(j);
}

static void end_content(struct json *j)
{
    json_object_end(j);
    json_object_end(j);
    json_object_end(j);
}

static void write_responses(struct arena *a, struct json *j, const struct api_operation *o)
{
    json_key(j, "responses");
    json_object(j);
    json_key(j, str_printf(a, "%d", o->status).p);
    json_object(j);
    json_put_str(j, "description", str_c(o->summary));
    if (o->reply) {
        write_content(j, "application/json");
        json_put_str(j, "type", S("object"));
        write_members(a, j, o->reply, o->n_reply, "");
    } else if (o->has_code) {
        write_content(j, "text/plain");
        json_put_str(j, "type", S("string"));
    } else {
        write_content(j, "application/json");
        json_put_str(j, "type", S("object"));
    }
    end_content(j);
    json_object_end(j);
    for (const int *r = o->refusals; *r; r++) {
        json_key(j, str_printf(a, "%d", *r).p);
        json_object(j);
        json_put_str(j, "$ref", S("#/components/responses/problem"));
        json_object_end(j);
    }
    json_object_end(j);
}

static void write_operation(struct arena *a, struct json *j, const struct api_operation *o, const struct config *limits)
{
    json_key(j, o->route->method == WEB_POST ? "post" : o->route->method == WEB_DELETE ? "delete" : "get");
    json_object(j);
    json_put_str(j, "operationId", str_c(o->id));
    json_put_str(j, "summary", str_c(o->summary));
    write_parameters(j, o);
    if (o->body) {
        json_key(j, "requestBody");
        json_object(j);
        json_put_bool(j, "required", true);
        write_content(j, "application/json");
        write_form(a, j, o->body, "", limits);
        end_content(j);
        json_object_end(j);
    }
    write_responses(a, j, o);
    json_object_end(j);
}

/* ---- components ---- */

static void write_problem(struct arena *a, struct json *j)
{
    static const struct api_member members[] = {
        {"type", "string", "What kind of problem", false},
        {"title", "string", "In short", false},
        {"status", "integer", "The HTTP status", false},
        {"detail", "string", "What happened and what to do", true},
        {"request", "string", "Its number in the server's log", false},
        {"code", "string", "Name of the refusal, for programs", true},
        {"law", "string", "What the refusal rests on", true},
        {"next", "string", "What can be done instead", true},
        {"errors", "array", "What is wrong with which field", true},
        {"errors[].field", "string", "Name of the field; empty: the input as a whole", false},
        {"errors[].message", "string", "A sentence in the language of Accept-Language", false},
    };
    json_key(j, "responses");
    json_object(j);
    json_key(j, "problem");
    json_object(j);
    json_put_str(j, "description", S("A refusal with its reason (RFC 9457); 503 carries Retry-After"));
    write_content(j, "application/problem+json");
    json_put_str(j, "type", S("object"));
    write_members(a, j, members, sizeof members / sizeof members[0], "");
    end_content(j);
    json_object_end(j);
    json_object_end(j);
}

static void write_components(struct arena *a, struct json *j)
{
    json_key(j, "components");
    json_object(j);
    json_key(j, "securitySchemes");
    json_object(j);
    json_key(j, "code");
    json_object(j);
    json_put_str(j, "type", S("http"));
    json_put_str(j, "scheme", S("bearer"));
    json_put_str(j, "description", S("The secret code that came with the number"));
    json_object_end(j);
    json_object_end(j);
    write_problem(a, j);
    json_object_end(j);
}

static void write_paths(struct arena *a, struct json *j, const struct institution *const *institutions, size_t n,
                        const struct config *limits)
{
    json_key(j, "paths");
    json_object(j);
    for (size_t i = 0; i < n; i++) {
        size_t n_operations = 0;
        const struct api_operation *operations = institutions[i]->api ? institutions[i]->api(&n_operations) : NULL;
        for (size_t k = 0; k < n_operations; k++) { /* one operation for each address so far */
            json_key(j, operations[k].route->pattern);
            json_object(j);
            write_operation(a, j, &operations[k], limits);
            json_object_end(j);
        }
    }
    json_object_end(j);
}

struct err *api_describe(struct arena *a, const struct institution *const *institutions, size_t n,
                         const struct config *limits, struct str server, struct str *ret_json)
{
    struct buf b;
    struct json j;
    buf_init(&b, a, ARENA_MIB);
    json_begin(&j, &b);
    json_object(&j);
    json_put_str(&j, "openapi", S("3.1.0"));
    json_key(&j, "info");
    json_object(&j);
    json_put_str(&j, "title", S("Birge"));
    json_put_str(&j, "version", S("1"));
    json_put_str(&j, "description", S("Send an appeal to a state body, follow it, keep a proof of its acceptance; read "
                                      "what offices do in public."));
    json_object_end(&j);
    json_key(&j, "servers");
    json_array(&j);
    json_object(&j);
    json_put_str(&j, "url", server);
    json_object_end(&j);
    json_array_end(&j);
    write_paths(a, &j, institutions, n, limits);
    write_components(a, &j);
    json_object_end(&j);
    json_end(&j);
    buf_byte(&b, '\n');
    TRY(buf_check(&b, "openapi.json"));
    *ret_json = buf_view(&b);
    return NULL;
}

/* ---- the address ---- */

static struct err *get_description(struct web_request *req)
{
    const struct site *site = session_site(req);
    struct str json;
    TRY(api_describe(web_arena(req), site->institutions, site->n_institutions, site->config, web_base_url(req), &json));
    web_cacheable(req, 60);
    return web_reply(req, 200, "application/json", json);
}

static const struct web_route routes[] = {
    {WEB_GET, "/api/openapi.json", NULL, WEB_CSRF_READ, WEB_BODY_NONE, get_description},
};
const struct route_table core_routes_api = {routes, sizeof routes / sizeof routes[0]};

static const int refusals_none[] = {0};
static const struct api_operation operations[] = {
    {&routes[0], "describe", "This description", NULL, NULL, 0, 200, refusals_none, false, false, NULL, 0},
};

const struct api_operation *core_api(size_t *ret_n)
{
    *ret_n = sizeof operations / sizeof operations[0];
    return operations;
}
