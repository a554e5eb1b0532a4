/* SPDX-License-Identifier: AGPL-3.0-or-later
 *
 * form.c - holding a body's values against the table of a form.
 *
 * HTML forms and JSON come here as the same flat list. Each field of the table is looked up, judged by its type
 * and put at its offset; what no field asked for is an error too, so that a misspelt name is not lost silently.
 *
 * Keeps: errors come in table order; a wrong text is kept as typed; U+0000 gets nowhere.
 */
#include "web/form_private.h"

#include <string.h>

#include "base/clock.h"
#include "base/fold.h"
#include "web/router.h"
#include "web/web_private.h"

/* One field being judged. */
struct judged {
    struct arena *a;
    const struct lang *lang;
    const struct web_field *field;
    bool is_form;       /* else JSON */
    struct str text;    /* as it will be kept */
    struct str message; /* absent: nothing wrong */
};

static struct str label_of(const struct judged *j)
{
    return j->field->label_id ? t(j->lang, j->field->label_id) : str_c(j->field->name);
}

static bool wrong(struct judged *j, const char *text_id)
{
    j->message = T(j->a, j->lang, text_id, TEXT_ARG("label", label_of(j)));
    return false;
}

static bool wrong_count(struct judged *j, const char *text_id, int64_t count, int64_t actual)
{
    j->message = T(j->a, j->lang, text_id, TEXT_ARG("label", label_of(j)), TEXT_ARG("count", count),
                   TEXT_ARG("actual", actual));
    return false;
}

/* ---- text ---- */

/* CR LF becomes LF. */
static struct str lines(struct arena *a, struct str s)
{
    if (str_find_str(s, S("\r\n")) == SIZE_MAX)
        return s;
    char *p = arena_alloc(a, s.n + 1);
    size_t n = 0;
    for (size_t i = 0; i < s.n; i++) {
        bool is_pair = s.p[i] == '\r' && i + 1 < s.n && s.p[i + 1] == '\n';
        if (!is_pair)
            p[n++] = s.p[i];
    }
    return (struct str){p, n};
}

static bool is_email(struct str s)
{
    struct str user, host;
    if (!str_cut(s, '@', &user, &host) || user.n == 0 || user.n > 64 || host.n < 1 || host.n > 253)
        return false;
    for (size_t i = 0; i < s.n; i++)
        if ((unsigned char)s.p[i] <= 0x20 || strchr("<>()[],;:\\\"", s.p[i]))
            return false;
    return str_find(host, '@') == SIZE_MAX && host.p[0] != '.' && host.p[host.n - 1] != '.';
}

static bool is_phone(struct str s)
{
    size_t digits = 0;
    for (size_t i = 0; i < s.n; i++) {
        if (s.p[i] >= '0' && s.p[i] <= '9')
            digits++;
        else if (str_find(S(" +-()"), s.p[i]) == SIZE_MAX)
            return false;
    }
    return digits >= 3 && digits <= 20;
}

static bool is_choice(const struct web_field *f, struct str s)
{
    if (!f->choices)
        return true;
    for (const char *const *c = f->choices; *c; c++)
        if (str_eq(s, str_c(*c)))
            return true;
    return false;
}

static bool length_ok(struct judged *j)
{
    int64_t n = (int64_t)str_utf8_len(j->text);
    if (j->field->min > 0 && n < j->field->min)
        return wrong_count(j, "web.form.too_short", j->field->min, n);
    if (j->field->max > 0 && n > j->field->max)
        return wrong_count(j, "web.form.too_long", j->field->max, n);
    return true;
}

static bool shape_ok(struct judged *j)
{
    int32_t day;
    switch (j->field->type) {
    case FIELD_EMAIL:
        return is_email(j->text) || wrong(j, "web.form.email");
    case FIELD_PHONE:
        return is_phone(j->text) || wrong(j, "web.form.phone");
    case FIELD_CHOICE:
        return is_choice(j->field, j->text) || wrong(j, "web.form.choice");
    case FIELD_DATE:
        return day_parse(j->text, &day) || wrong(j, "web.form.date");
    default:
        return true;
    }
}

/* An empty field is nothing to judge, only perhaps something to ask for. */
static bool text_ok(struct judged *j)
{
    bool is_empty = j->field->type == FIELD_SECRET ? j->text.n == 0 : str_trim(j->text).n == 0;
    bool has_bad = j->field->type == FIELD_TEXT ? str_find(j->text, '\0') != SIZE_MAX : has_control(j->text);
    if (has_bad)
        return wrong(j, "web.form.control");
    if (is_empty && j->field->is_required)
        return wrong(j, "web.form.required");
    if (j->text.n == 0)
        return true;
    return length_ok(j) && shape_ok(j);
}

static bool judge_text(struct judged *j, const struct form_value *v, bool keeps_wrong, struct str *slot)
{
    if (v && v->kind != VALUE_FORM && v->kind != VALUE_STRING && v->kind != VALUE_NULL)
        return wrong(j, "web.form.type_text");
    if (v && v->kind != VALUE_NULL)
        j->text = j->is_form ? lines(j->a, v->text) : v->text;
    bool ok = text_ok(j);
    if (ok || keeps_wrong)
        *slot = j->text;
    return ok;
}

/* ---- numbers, flags, files ---- */

static bool judge_int(struct judged *j, const struct form_value *v, struct opt_int *slot)
{
    int64_t n = 0;
    bool is_there = v && v->kind != VALUE_NULL && !(v->kind == VALUE_FORM && str_trim(v->text).n == 0);
    if (!is_there)
        return !j->field->is_required || wrong(j, "web.form.required");
    if (v->kind == VALUE_INT)
        n = v->number;
    else if (v->kind != VALUE_FORM || !str_to_int64(str_trim(v->text), &n))
        return wrong(j, "web.form.int");
    bool in_range = (j->field->min == 0 && j->field->max == 0) || (n >= j->field->min && n <= j->field->max);
    if (!in_range) {
        j->message = T(j->a, j->lang, "web.form.int_range", TEXT_ARG("label", label_of(j)),
                       TEXT_ARG("min", j->field->min), TEXT_ARG("max", j->field->max));
        return false;
    }
    *slot = (struct opt_int){true, n};
    return true;
}

static bool judge_flag(struct judged *j, const struct form_value *v, bool *slot)
{
    bool on = false;
    if (v && v->kind == VALUE_BOOL)
        on = v->number != 0;
    else if (v && v->kind == VALUE_FORM && (str_eq(v->text, S("1")) || str_eq(v->text, S("on"))))
        on = true;
    else if (v && v->kind != VALUE_NULL)
        return wrong(j, "web.form.type_flag");
    *slot = on;
    return on || !j->field->is_required || wrong(j, "web.form.required");
}

static bool judge_file(struct judged *j, const struct form_value *v, const struct form_data *data,
                       struct web_file *slot)
{
    if (v) /* a name where a file should be */
        return wrong(j, "web.form.file_required");
    bool is_sent = data->file_field.p && str_eq(data->file_field, str_c(j->field->name)) && data->file.bytes.p;
    if (!is_sent)
        return !j->field->is_required || wrong(j, "web.form.file_required");
    int64_t n = (int64_t)data->file.bytes.n;
    if (n < j->field->min)
        return wrong(j, "web.form.file_empty");
    if (j->field->max > 0 && n > j->field->max) {
        j->message = T(j->a, j->lang, "web.form.file_size", TEXT_ARG("label", label_of(j)),
                       TEXT_ARG("actual", lang_size(j->a, j->lang, n)),
                       TEXT_ARG("max", lang_size(j->a, j->lang, j->field->max)));
        return false;
    }
    *slot = data->file;
    return true;
}

/* ---- the table ---- */

static const struct form_value *value_for(const struct form_data *data, const char *name, size_t *ret_n)
{
    const struct form_value *found = NULL;
    *ret_n = 0;
    for (size_t i = 0; i < data->n_values; i++) {
        if (!str_eq(data->values[i].name, str_c(name)))
            continue;
        found = found ? found : &data->values[i];
        (*ret_n)++;
    }
    return found;
}

static bool judge_field(struct judged *j, const struct form_data *data, bool keeps_wrong, void *ret_values)
{
    void *slot = (char *)ret_values + j->field->offset;
    size_t n;
    const struct form_value *v = value_for(data, j->field->name, &n);
    j->is_form = !v || v->kind == VALUE_FORM;
    if (n > 1)
        return wrong(j, "web.form.twice");
    switch (j->field->type) {
    case FIELD_INT:
        return judge_int(j, v, slot);
    case FIELD_FLAG:
        return judge_flag(j, v, slot);
    case FIELD_FILE:
        return judge_file(j, v, data, slot);
    default:
        return judge_text(j, v, keeps_wrong, slot);
    }
}

static bool is_known(const struct web_form *form, struct str name)
{
    for (size_t i = 0; i < form->n_fields; i++)
        if (str_eq(str_c(form->fields[i].name), name))
            return true;
    return false;
}

static bool takes_file(const struct web_form *form, struct str name)
{
    for (size_t i = 0; i < form->n_fields; i++)
        if (form->fields[i].type == FIELD_FILE && str_eq(str_c(form->fields[i].name), name))
            return true;
    return false;
}

void web_errors_add(struct arena *a, struct web_errors *errors, struct str field, struct str message)
{
    size_t old = errors->n_items * sizeof *errors->items;
    errors->items = arena_grow(a, errors->items, old, old + sizeof *errors->items);
    errors->items[errors->n_items++] = (struct web_field_error){.field = field, .message = message};
}

static void note_unknown(struct arena *a, const struct lang *lang, const struct web_form *form,
                         const struct form_data *data, struct web_errors *errors)
{
    for (size_t i = 0; i < data->n_values; i++) {
        const struct form_value *v = &data->values[i];
        if (is_known(form, v->name) || (v->kind == VALUE_FORM && str_eq(v->name, S("csrf"))))
            continue;
        web_errors_add(a, errors, v->name, T(a, lang, "web.form.unknown", TEXT_ARG("name", v->name)));
    }
    if (data->file_field.p && !takes_file(form, data->file_field))
        web_errors_add(a, errors, data->file_field, T(a, lang, "web.form.unknown", TEXT_ARG("name", data->file_field)));
}

void form_fill(struct arena *a, const struct lang *lang, const struct web_form *form, const struct form_data *data,
               bool keeps_wrong, void *ret_values, struct web_errors *errors)
{
    for (size_t i = 0; i < form->n_fields; i++) {
        struct judged j = {.a = a, .lang = lang, .field = &form->fields[i]};
        if (!judge_field(&j, data, keeps_wrong, ret_values) && errors)
            web_errors_add(a, errors, str_c(j.field->name), j.message);
    }
    if (errors)
        note_unknown(a, lang, form, data, errors);
}

/* ---- what handlers call ---- */

static struct err *check_memory(struct web_request *req)
{
    return arena_is_full(req->a, 0) ? ERR(req->a, ERR_LIMIT, "the form fills the request's memory") : NULL;
}

struct err *web_form_read(struct web_request *req, const struct web_form *form, void *ret_values,
                          struct web_errors *ret_errors)
{
    MUST(req->form); /* the route declares no form body */
    struct web_errors errors = {0};
    form_fill(req->a, req->lang, form, req->form, true, ret_values, &errors);
    *ret_errors = errors;
    return check_memory(req);
}

struct err *web_json_read(struct web_request *req, const struct web_form *form, void *ret_values,
                          struct web_errors *ret_errors, struct str *ret_malformed)
{
    struct web_errors errors = {0};
    struct form_data data;
    *ret_malformed = (struct str){0};
    *ret_errors = errors;
    if (!form_parse_json(req->a, req->body, &data, ret_malformed))
        return NULL;
    form_fill(req->a, req->lang, form, &data, true, ret_values, &errors);
    *ret_errors = errors;
    return check_memory(req);
}

void web_query_read(struct web_request *req, const struct web_form *form, void *ret_values)
{
    struct form_data data = {.values = ARENA_ARRAY(req->a, req->n_params, struct form_value), .n_values = req->n_params};
    for (size_t i = 0; i < req->n_params; i++)
        data.values[i] = (struct form_value){.name = req->params[i].name, .kind = VALUE_FORM, .text = req->params[i].value};
    form_fill(req->a, req->lang, form, &data, false, ret_values, NULL);
}

/* ---- time stamps ---- */

struct str web_stamp(struct web_request *req)
{
    struct str at = str_printf(req->a, "%lld", (long long)req->now);
    return str_printf(req->a, "%.*s.%.*s", STR_FMT(at), STR_FMT(web_sign(req, at)));
}

int64_t web_stamp_age(struct web_request *req, struct str stamp)
{
    struct str at, signature;
    int64_t ms;
    if (!str_cut(stamp, '.', &at, &signature) || !web_sign_ok(req, at, signature) || !str_to_int64(at, &ms))
        return -1;
    return ms > req->now ? -1 : (req->now - ms) / 1000;
}
