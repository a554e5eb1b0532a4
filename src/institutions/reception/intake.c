/* SPDX-License-Identifier: AGPL-3.0-or-later
 *
 * intake.c - all that is wrong with an appeal, by field, in one go.
 */
#include "institutions/reception/intake.h"

/* ---- errors by field ---- */

static const struct {
    struct str prefix; /* of the verdict's code */
    size_t name;       /* offset in struct intake_names; SIZE_MAX: the whole input */
} fields[] = {
    {STR("SUBMIT_SUBJECT"), offsetof(struct intake_names, subject)},
    {STR("SUBMIT_TEXT"), offsetof(struct intake_names, text)},
    {STR("SUBMIT_ENCODING"), offsetof(struct intake_names, text)},
    {STR("SUBMIT_KIND"), offsetof(struct intake_names, kind)},
    {STR("SUBMIT_LANGUAGE"), offsetof(struct intake_names, language)},
    {STR("SUBMIT_BODY"), offsetof(struct intake_names, body)},
    {STR("SUBMIT_ACCUSED"), offsetof(struct intake_names, accused)},
    {STR("SUBMIT_FILE"), offsetof(struct intake_names, file)},
};

/* The input that a verdict speaks of. */
static struct str field_of(struct arena *a, const struct intake_names *names, const struct verdict *v)
{
    struct str code = str_c(v->code);
    for (size_t i = 0; str_eq(code, S("SUBMIT_CONTACT")) && i < v->n_facts; i++)
        if (str_eq(str_c(v->facts[i].name), S("field")))
            return str_printf(a, "%s%.*s", names->contact, STR_FMT(v->facts[i].value));
    for (size_t i = 0; i < sizeof fields / sizeof fields[0]; i++)
        if (str_starts(code, fields[i].prefix))
            return str_c(*(const char *const *)((const char *)names + fields[i].name));
    return S("");
}

/* Make the refused part harmless, so that the rules look at the rest. False for a part that is not known. */
static bool forgive(struct submit_facts *f, const struct verdict *v)
{
    struct str code = str_c(v->code);
    bool words = str_eq(code, S("SUBMIT_ENCODING"));
    if (words || str_starts(code, S("SUBMIT_SUBJECT")))
        f->subject = S("-");
    if (words || str_starts(code, S("SUBMIT_TEXT")))
        f->text = S("-");
    if (str_starts(code, S("SUBMIT_KIND")))
        f->kind = S("");
    if (str_eq(code, S("SUBMIT_LANGUAGE")))
        f->language = S("");
    if (str_eq(code, S("SUBMIT_BODY")))
        f->body_id = 0;
    if (str_eq(code, S("SUBMIT_ACCUSED")))
        f->accused_body_id = 0;
    if (str_starts(code, S("SUBMIT_FILE")))
        f->n_files = 0, f->largest_file = 0;
    for (size_t i = 0; str_eq(code, S("SUBMIT_CONTACT")) && i < v->n_facts; i++) {
        struct str which = v->facts[i].value;
        struct str *part = str_eq(which, S("name"))    ? &f->name
                           : str_eq(which, S("email")) ? &f->email
                           : str_eq(which, S("phone")) ? &f->phone
                                                       : &f->address;
        *part = (struct str){0};
    }
    return str_starts(code, S("SUBMIT_")) && !str_eq(code, S("SUBMIT_CHANNEL"));
}

static bool has_error(const struct web_errors *errors, struct str field)
{
    for (size_t i = 0; i < errors->n_items; i++)
        if (str_eq(errors->items[i].field, field))
            return true;
    return false;
}

void intake_check(struct arena *a, const struct lang *l, const struct site *site, const struct directory *d,
                  struct submit_facts facts, const struct intake_names *names, struct web_errors *errors)
{
    for (int i = 0; i < 12; i++) { /* more parts than there are */
        struct verdict v = reception_rules_submit(a, site->profile, d, site->config, &facts);
        if (v.allowed)
            return;
        struct str field = field_of(a, names, &v);
        if (!has_error(errors, field))
            web_errors_add(a, errors, field, t_refusal(a, l, &v));
        if (!forgive(&facts, &v))
            return;
    }
}
