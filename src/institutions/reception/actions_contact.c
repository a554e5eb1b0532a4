/* SPDX-License-Identifier: AGPL-3.0-or-later
 *
 * actions_contact.c - the address that letters go to: shown to be the author's by a code, and changed by one.
 *
 * Keeps:  a new address replaces the old only after its own code came back; the old one is told, when letters may
 *         go there; a wrong code counts even though it changes nothing else; codes to all addresses count together.
 * Source: experience.md section 9; issue "Mail and sign-in that offices need".
 */
#include "institutions/reception/actions_private.h"

#include "base/hash.h"
#include "core/keys.h"
#include "core/notice.h"

/* What a verb about the contact needs. */
struct contact {
    struct work w;
    struct applicant *applicant; /* NULL: nobody is named */
    struct contact_code code;
    struct str hash;
    bool has_code;               /* one was sent within the day; it may have served already */
    struct str new_email;        /* absent: the code is about the address of today */
};

static struct err *load_contact(struct action *x, int64_t id, struct contact *k)
{
    struct db_read *r = db_tx_read(x->tx);
    TRY(reception_work(x, id, RECEPTION_CONFIRM_CONTACT, &k->w));
    TRY(reception_load_applicant(x->a, r, x->site, id, &k->applicant));
    TRY(reception_load_contact_code(x->a, r, x->site->realm, id, &k->code, &k->hash, &k->has_code));
    return reception_load_contact_change(x->a, r, x->site, id, &k->new_email);
}

/* Keyed, and bound to the case: a stolen table has no code that can be tried offline. */
static struct hash contact_hash(struct action *x, int64_t id, struct str code)
{
    struct str scope =
        str_printf(x->a, "contact code v1\n%lld\n%lld\n", (long long)x->site->realm, (long long)id);
    return HMAC(x->site->keys->pepper, scope, code);
}

/* Six digits, each value equally likely. */
static struct str random_digits(struct action *x)
{
    char digits[CONTACT_CODE_DIGITS + 1];
    uint32_t value = randombytes_uniform(1000000);
    (void)snprintf(digits, sizeof digits, "%06u", value);
    return str_dup(x->a, str_c(digits));
}

/* A letter about the contact, whether the author wanted letters or not: it was asked for. */
static struct err *write_to(struct action *x, const struct appeal *p, const char *kind, struct str transport,
                            struct str recipient, struct str code, int64_t expires_at)
{
    struct notice n = {
        .noun = APPEAL_NOUN,
        .noun_id = p->id,
        .kind = kind,
        .transport = transport,
        .recipient = recipient,
        .is_apart = p->is_apart,
        .language = p->language,
        .number = p->number,
        .link = reception_link(x, p->language, p->number),
        .code = code,
        .expires_at = expires_at,
    };
    return notice_add(x->a, x->tx, x->site, x->now, &n);
}

static struct err *send_code(struct action *x, const struct contact *k, struct str transport, struct str recipient)
{
    struct str code = random_digits(x);
    struct hash h = contact_hash(x, k->w.appeal.id, code);
    int64_t expires_at = x->now + CONTACT_CODE_MINUTES * INT64_C(60000);
    TRY(reception_store_set_contact_code(x, k->w.appeal.id, hash_str(&h), expires_at));
    return write_to(x, &k->w.appeal, "contact_code", transport, recipient, code, expires_at);
}

/* == a code == */

struct err *reception_contact_send(struct action *x)
{
    const struct contact_send_command *c = x->command;
    struct contact k;
    TRY(load_contact(x, c->appeal_id, &k));
    const struct contact_code *last = k.has_code ? &k.code : NULL;
    if (k.new_email.p) { /* again to the address that is to be the new one */
        ALLOW(x, reception_rules_contact_change(x->a, k.applicant, k.new_email, last, x->now));
        TRY(send_code(x, &k, S("email"), k.new_email));
        return reception_event(x, &k.w.appeal, "contact_code_sent", NULL);
    }
    ALLOW(x, reception_rules_contact_send(x->a, &k.w.appeal, k.applicant, last, x->now));
    bool by_mail = k.applicant->email.n > 0;
    TRY(send_code(x, &k, by_mail ? S("email") : S("phone"), by_mail ? k.applicant->email : k.applicant->phone));
    return reception_event(x, &k.w.appeal, "contact_code_sent", NULL);
}

struct err *reception_contact_change(struct action *x)
{
    const struct contact_change_command *c = x->command;
    struct contact k;
    TRY(load_contact(x, c->appeal_id, &k));
    ALLOW(x, reception_rules_contact_change(x->a, k.applicant, c->email, k.has_code ? &k.code : NULL, x->now));
    TRY(reception_store_set_contact_change(x, &k.w.appeal, c->email));
    TRY(send_code(x, &k, S("email"), c->email));
    return reception_event(x, &k.w.appeal, "contact_change_asked", NULL);
}

struct err *reception_contact_keep(struct action *x)
{
    const struct contact_send_command *c = x->command;
    struct contact k;
    TRY(load_contact(x, c->appeal_id, &k));
    if (!k.new_email.p)
        return NULL; /* the same wish twice */
    TRY(reception_store_remove_contact_change(x, c->appeal_id));
    TRY(reception_store_use_contact_code(x, c->appeal_id));
    return reception_event(x, &k.w.appeal, "contact_kept", NULL);
}

/* == the code comes back == */

/* What was typed, without the spaces that people put between digits. */
static struct str typed_digits(struct action *x, struct str typed)
{
    struct buf b;
    buf_init(&b, x->a, 64);
    for (size_t i = 0; i < typed.n; i++)
        if (typed.p[i] != ' ')
            buf_byte(&b, typed.p[i]);
    return b.overflow ? S("") : buf_view(&b);
}

/* The new address takes the place of the old one, which is told when letters may go there. */
static struct err *replace_email(struct action *x, struct contact *k)
{
    struct appeal *p = &k->w.appeal;
    bool tells_old = k->applicant && k->applicant->email.n > 0 && p->contact_consent;
    struct str old = tells_old ? k->applicant->email : (struct str){0};
    TRY(reception_store_set_email(x, p, k->applicant != NULL, k->new_email));
    TRY(reception_store_remove_contact_change(x, p->id));
    return tells_old ? write_to(x, p, "contact_changed", S("email"), old, (struct str){0}, 0) : NULL;
}

static struct err *take_as_checked(struct action *x, struct contact *k)
{
    struct appeal *p = &k->w.appeal;
    bool is_change = k->new_email.p != NULL;
    TRY(reception_store_use_contact_code(x, p->id));
    if (is_change)
        TRY(replace_email(x, k));
    if (p->identity <= IDENTITY_CONTACT) /* what a clerk saw on paper stays what was checked last */
        TRY(reception_store_set_checked(x, p, k->applicant ? k->applicant->name : S(""), 0));
    if (p->identity < IDENTITY_CONTACT)
        TRY(reception_store_set_identity(x, p, IDENTITY_CONTACT));
    return reception_event(x, p, is_change ? "contact_changed" : "contact_confirmed", NULL);
}

struct err *reception_contact_confirm(struct action *x)
{
    const struct contact_confirm_command *c = x->command;
    struct contact_confirm_result *result = ARENA_NEW(x->a, struct contact_confirm_result);
    struct contact k;
    TRY(load_contact(x, c->appeal_id, &k));
    bool is_open = k.has_code && k.code.expires_at > 0;
    struct hash typed = contact_hash(x, c->appeal_id, typed_digits(x, c->code));
    bool matches = is_open && (k.applicant || k.new_email.p) && str_eq_secret(k.hash, hash_str(&typed));
    result->verdict = reception_rules_contact_try(x->a, is_open ? &k.code : NULL, matches, x->now);
    result->is_change = k.new_email.p != NULL;
    x->result = result;
    if (result->verdict.allowed)
        return take_as_checked(x, &k);
    bool counts = str_eq(str_c(result->verdict.code), S("CONTACT_WRONG"));
    return counts ? reception_store_contact_tried(x, c->appeal_id) : NULL;
}
