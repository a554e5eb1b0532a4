/* SPDX-License-Identifier: AGPL-3.0-or-later
 *
 * pages_desk_actions.c - what is done to a case from its page: one small form, one verb each.
 *
 * A form that is refused comes back with the case, unfolded, with what was typed and the ground of the refusal.
 */
#include "institutions/reception/pages_desk.h"

#include "institutions/reception/upload.h"

/* Everything that a small form of the case page can hold. */
struct desk_values {
    struct str choice; /* office, body, kind, language, level */
    struct str line;   /* note */
    struct str text;   /* reason */
};

/* How one form becomes a command. */
struct desk_verb {
    const char *form;             /* "assign": end of the address */
    const char *choice, *line, *text; /* names of the fields; NULL: the form has none */
    bool needs_choice;
    struct err *(*verb)(struct action *x);
    /* Fill x->command; add errors for what cannot be understood. */
    void (*fill)(struct page *p, struct action *x, int64_t appeal_id, const struct desk_values *v,
                 struct web_errors *errors);
    const char *flash_id;
};

/* What the answer needs after the request's values are gone: lives in the action's arena. */
struct desk_job {
    const struct desk_verb *verb;
    struct desk_retry retry;
};

static struct str kept(struct action *x, struct str s)
{
    return s.p ? str_dup(x->a, s) : S("");
}

static void fill_assign(struct page *p, struct action *x, int64_t id, const struct desk_values *v, struct web_errors *errors)
{
    struct assign_command *c = ARENA_NEW(x->a, struct assign_command);
    c->appeal_id = id;
    c->reason = kept(x, v->text);
    if (!str_to_int64(v->choice, &c->office_id))
        web_errors_add(p->a, errors, S("office"), page_t(p, "desk.error.choose"));
    x->command = c;
}

static void fill_forward(struct page *p, struct action *x, int64_t id, const struct desk_values *v, struct web_errors *errors)
{
    struct forward_command *c = ARENA_NEW(x->a, struct forward_command);
    c->appeal_id = id;
    c->reason = kept(x, v->text);
    c->to_body_id = desk_body_of_code(p, v->choice);
    if (c->to_body_id == 0)
        web_errors_add(p->a, errors, S("body"), page_t(p, "desk.error.choose"));
    x->command = c;
}

static void fill_kind(struct page *p, struct action *x, int64_t id, const struct desk_values *v, struct web_errors *errors)
{
    struct kind_command *c = ARENA_NEW(x->a, struct kind_command);
    c->appeal_id = id;
    c->kind = kept(x, v->choice);
    x->command = c;
}

static void fill_language(struct page *p, struct action *x, int64_t id, const struct desk_values *v, struct web_errors *errors)
{
    struct language_command *c = ARENA_NEW(x->a, struct language_command);
    c->appeal_id = id;
    c->language = kept(x, v->choice);
    x->command = c;
}

static void fill_identity(struct page *p, struct action *x, int64_t id, const struct desk_values *v, struct web_errors *errors)
{
    struct identity_command *c = ARENA_NEW(x->a, struct identity_command);
    c->appeal_id = id;
    c->note = kept(x, v->line);
    c->name = S("");
    if (!appeal_identity_of_name(v->choice, &c->level))
        web_errors_add(p->a, errors, S("level"), page_t(p, "desk.error.choose"));
    x->command = c;
}

static void fill_code(struct page *p, struct action *x, int64_t id, const struct desk_values *v, struct web_errors *errors)
{
    struct renew_command *c = ARENA_NEW(x->a, struct renew_command);
    c->appeal_id = id;
    c->note = kept(x, v->line);
    x->command = c;
}

static const struct desk_verb verbs[] = {
    {"assign", "office", NULL, "reason", true, reception_assign, fill_assign, "desk.flash.assigned"},
    {"forward", "body", NULL, "reason", true, reception_forward, fill_forward, "desk.flash.forwarded"},
    {"kind", "kind", NULL, NULL, true, reception_correct_kind, fill_kind, "desk.flash.corrected"},
    {"language", "language", NULL, NULL, true, reception_correct_language, fill_language, "desk.flash.corrected"},
    {"identity", "level", "note", NULL, true, reception_check_identity, fill_identity, "desk.flash.confirmed"},
    {"code", NULL, "note", NULL, false, reception_renew_code, fill_code, NULL},
};

/* ---- reading the form ---- */

static struct err *read_values(struct web_request *req, const struct desk_verb *v, struct desk_values *ret_values,
                               struct web_errors *ret_errors)
{
    struct web_field fields[3];
    struct web_form form = {fields, 0};
    if (v->choice)
        fields[form.n_fields++] = (struct web_field){v->choice, FIELD_LINE, v->needs_choice, 0, 100, NULL,
                                                     "desk.choose", offsetof(struct desk_values, choice)};
    if (v->line)
        fields[form.n_fields++] = (struct web_field){v->line, FIELD_LINE, false, 0, 200, NULL,
                                                     "desk.form.identity.note", offsetof(struct desk_values, line)};
    if (v->text)
        fields[form.n_fields++] = (struct web_field){v->text, FIELD_TEXT, false, 0, 2000, NULL,
                                                     "desk.form.assign.reason", offsetof(struct desk_values, text)};
    return web_form_read(req, &form, ret_values, ret_errors);
}

/* Which field does a refusal speak of? */
static struct str field_of(const struct desk_verb *verb, const char *code)
{
    struct str c = str_c(code);
    if (verb->text && str_find_str(c, S("_REASON")) != SIZE_MAX)
        return str_c(verb->text);
    if (verb->line && str_find_str(c, S("_NOTE")) != SIZE_MAX)
        return str_c(verb->line);
    return str_c(verb->choice ? verb->choice : verb->line);
}

/* ---- the answer ---- */

static struct err *show_refusal(struct page *p)
{
    struct action *x = p->user;
    struct desk_job *job = x->result ? NULL : *(struct desk_job **)(void *)((char *)x->command - sizeof(void *));
    (void)job;
    return NULL;
}
