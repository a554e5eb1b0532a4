/* SPDX-License-Identifier: AGPL-3.0-or-later
 *
 * intake.c - errors by field, files into the store, receipts out of the journal.
 *
 * Keeps: a file is on disk before any row can name it; the loop thread never waits for a disk.
 */
#include "institutions/reception/intake.h"

#include "core/config.h"
#include "core/history.h"
#include "core/receipt.h"

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
            web_errors_add(a, errors, field, t_verdict(a, l, &v));
        if (!forgive(&facts, &v))
            return;
    }
}

/* ---- uploads ---- */

/* On a thread of the pool. */
static void store(void *user)
{
    struct upload *u = user;
    u->verdict = document_check(u->x->a, u->name, u->bytes, u->max_bytes, &u->document);
    if (u->verdict.allowed)
        u->error = document_put(u->x->a, u->x->site->objects_dir, &u->document);
}

static struct err *stored(struct web_request *req, void *user)
{
    struct upload *u = user;
    return u->error ? u->error : u->then(req, u);
}

struct err *intake_upload(struct web_request *req, struct action *x, struct web_file file,
                          struct err *(*then)(struct web_request *req, struct upload *u), void *user)
{
    struct upload *u = ARENA_NEW(x->a, struct upload);
    *u = (struct upload){
        .x = x,
        .name = file.name,
        .bytes = file.bytes,
        .max_bytes = x->site->config->attachment_mib * (int64_t)ARENA_MIB,
        .then = then,
        .user = user,
    };
    if (!web_offload(req, store, stored, u))
        return ERR(web_arena(req), ERR_BUSY, "too many files wait to be stored");
    return NULL;
}

/* ---- receipts ---- */

static struct err *receipt_at(struct arena *a, const struct site *site, struct db_read *r, int64_t appeal_id,
                              bool is_first, struct str *ret_text)
{
    struct history_event e;
    TRY(history_first(a, r, site->realm, S("appeal"), appeal_id, &e));
    int64_t size = journal_size(site->journal);
    if (is_first)
        TRY(journal_head_of_leaf(a, site->journal, r, e.leaf, &size));
    return receipt_of_event(a, site->journal, r, e.lines, e.salt, e.leaf, size, ret_text);
}

struct err *intake_first_receipt(struct arena *a, const struct site *site, struct db_read *r, int64_t appeal_id,
                                 struct str *ret_text)
{
    return receipt_at(a, site, r, appeal_id, true, ret_text);
}

struct err *intake_renewed_receipt(struct arena *a, const struct site *site, struct db_read *r, int64_t appeal_id,
                                   struct str *ret_text)
{
    return receipt_at(a, site, r, appeal_id, false, ret_text);
}
