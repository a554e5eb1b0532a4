/* SPDX-License-Identifier: AGPL-3.0-or-later
 *
 * rules.c - the state machine of a case, corrections by clerk and author, and the code sent to a contact.
 *
 * Pure:   facts, profile and time go in, a verdict comes out.
 * Source: rules.md sheet A (A0, A1, A2); trust.md section 6; experience.md section 9.
 */
#include "base/fold.h"
#include "core/letter.h"
#include "institutions/reception/rules_private.h"

/* == the state machine == */

bool reception_rules_edge(enum appeal_state from, enum appeal_state to)
{
    static const uint32_t edges[N_APPEAL_STATES] = {
        [APPEAL_REGISTERED] = APPEAL_BIT(APPEAL_ASSIGNED) | APPEAL_BIT(APPEAL_FORWARDED) |
                              APPEAL_BIT(APPEAL_ANSWERED) | APPEAL_BIT(APPEAL_REFUSED),
        [APPEAL_FORWARDED] = APPEAL_BIT(APPEAL_ASSIGNED) | APPEAL_BIT(APPEAL_FORWARDED) |
                             APPEAL_BIT(APPEAL_ANSWERED) | APPEAL_BIT(APPEAL_REFUSED),
        [APPEAL_ASSIGNED] = APPEAL_BIT(APPEAL_ASSIGNED) | APPEAL_BIT(APPEAL_FORWARDED) |
                            APPEAL_BIT(APPEAL_ANSWERED) | APPEAL_BIT(APPEAL_REFUSED),
        /* Closed: an opinion, or a new version, which asks for a new opinion. */
        [APPEAL_ANSWERED] = APPEAL_CLOSED_BITS,
        [APPEAL_REFUSED] = APPEAL_CLOSED_BITS,
        [APPEAL_SOLVED] = APPEAL_CLOSED_BITS,
        [APPEAL_NOT_SOLVED] = APPEAL_CLOSED_BITS,
    };
    return (edges[from] & APPEAL_BIT(to)) != 0;
}

struct policy_subject reception_rules_subject(const struct appeal *appeal)
{
    return (struct policy_subject){
        .noun = APPEAL_NOUN,
        .noun_id = appeal->id,
        .body_id = appeal->holder_body_id,
        .office_id = appeal->holder_office_id,
        .accused_body_id = appeal->accused_decides ? 0 : appeal->accused_body_id,
        .shown_body_id = appeal->shown_body_id,
        .state = APPEAL_BIT(appeal->state),
    };
}

/* == corrections == */

struct verdict reception_rules_kind_change(struct arena *a, const struct profile *profile,
                                           const struct appeal *appeal, struct str kind)
{
    (void)a;
    if (!profile_kind(profile, kind))
        return NO("KIND_UNKNOWN", "kind_unknown", NO_LAW);
    if (str_eq(kind, appeal->kind))
        return NO("KIND_SAME", "kind_same", NO_LAW);
    return verdict_yes();
}

static bool is_language(struct str s)
{
    return str_eq(s, S("kk")) || str_eq(s, S("ru")) || str_eq(s, S("en"));
}

struct verdict reception_rules_language_change(struct arena *a, const struct appeal *appeal,
                                               struct str language)
{
    (void)a;
    if (!is_language(language))
        return NO("LANGUAGE_UNKNOWN", "language_unknown", NO_LAW);
    if (str_eq(language, appeal->language))
        return NO("LANGUAGE_SAME", "language_same", NO_LAW);
    return verdict_yes();
}

struct verdict reception_rules_file(struct arena *a, const struct config *limits,
                                    const struct attachment *files, size_t n_files, int64_t answer_no,
                                    struct str hash, int64_t size)
{
    int64_t n = 0;
    for (size_t i = 0; i < n_files; i++) {
        if (files[i].answer_no != answer_no)
            continue;
        n++;
        if (str_eq(files[i].hash, hash))
            return NO("FILE_SAME", "file_same", NO_LAW);
    }
    if (n >= limits->attachments) {
        struct verdict v = NO("FILE_TOO_MANY", "file_too_many", NO_LAW);
        verdict_fact_int(a, &v, "limit", limits->attachments);
        return v;
    }
    if (size > limits->attachment_mib * (int64_t)ARENA_MIB) {
        struct verdict v = NO("FILE_LARGE", "file_large", NO_LAW);
        verdict_fact_int(a, &v, "limit", limits->attachment_mib);
        return v;
    }
    return verdict_yes();
}

/* == who wrote == */

struct verdict reception_rules_identity(struct arena *a, const struct appeal *appeal,
                                        const struct applicant *applicant, enum appeal_identity level,
                                        struct str name, struct str note)
{
    (void)a;
    if (level != IDENTITY_CONTACT && level != IDENTITY_PAPER)
        return NO("IDENTITY_LEVEL", "identity_level", NO_LAW);
    if (appeal->identity >= level)
        return NO("IDENTITY_KNOWN", "identity_known", NO_LAW);
    if (text_is_blank(note) || !text_fits(note, REASON_CHARS))
        return NO("IDENTITY_NOTE", "identity_note", NO_LAW);
    bool has_contact = applicant && (applicant->email.n > 0 || applicant->phone.n > 0);
    if (level == IDENTITY_CONTACT && !has_contact)
        return NO("IDENTITY_CONTACT", "identity_contact", NO_LAW);
    bool has_name = !text_is_blank(name) || (applicant && !text_is_blank(applicant->name));
    if (level == IDENTITY_PAPER && (!has_name || !text_fits(name, 200) || has_control(name)))
        return NO("IDENTITY_NAME", "identity_name", NO_LAW);
    return verdict_yes();
}

struct verdict reception_rules_renew(struct arena *a, const struct applicant *applicant, struct str note)
{
    (void)a;
    if (!applicant || text_is_blank(applicant->name))
        return NO("RENEW_ANONYMOUS", "renew_anonymous", NO_LAW);
    if (text_is_blank(note) || !text_fits(note, REASON_CHARS))
        return NO("RENEW_NOTE", "renew_note", NO_LAW);
    return verdict_yes();
}

/* == the contact code == */

/* Codes to whatever address count together, so that nobody can flood a stranger's mailbox. */
static struct verdict contact_pace(struct arena *a, const struct contact_code *last, int64_t now)
{
    if (!last)
        return verdict_yes();
    if (last->sent >= CONTACT_CODES_A_DAY)
        return NO("CONTACT_TOO_OFTEN", "contact_too_often", NO_LAW);
    int64_t wait = last->sent_at + CONTACT_CODE_PAUSE_SECONDS * INT64_C(1000) - now;
    if (wait > 0) {
        struct verdict v = NO("CONTACT_TOO_SOON", "contact_too_soon", NO_LAW);
        verdict_fact_int(a, &v, "seconds", (wait + 999) / 1000);
        return v;
    }
    return verdict_yes();
}

struct verdict reception_rules_contact_send(struct arena *a, const struct appeal *appeal,
                                            const struct applicant *applicant,
                                            const struct contact_code *last, int64_t now)
{
    if (!applicant || (applicant->email.n == 0 && applicant->phone.n == 0))
        return NO("CONTACT_NONE", "contact_none", NO_LAW);
    if (appeal->identity >= IDENTITY_CONTACT)
        return NO("CONTACT_CHECKED", "contact_checked", NO_LAW);
    return contact_pace(a, last, now);
}

struct verdict reception_rules_contact_change(struct arena *a, const struct applicant *applicant, struct str email,
                                              const struct contact_code *last, int64_t now)
{
    if (!letter_address_ok(email))
        return NO("CONTACT_ADDRESS", "contact_address", NO_LAW);
    if (applicant && applicant->email.n > 0 && str_eq(applicant->email, email))
        return NO("CONTACT_SAME", "contact_same", NO_LAW);
    return contact_pace(a, last, now);
}

struct verdict reception_rules_contact_try(struct arena *a, const struct contact_code *code, bool matches,
                                           int64_t now)
{
    if (!code)
        return NO("CONTACT_NO_CODE", "contact_no_code", NO_LAW);
    if (code->tries >= CONTACT_CODE_TRIES)
        return NO("CONTACT_TRIES", "contact_tries", NO_LAW);
    if (now > code->expires_at)
        return NO("CONTACT_EXPIRED", "contact_expired", NO_LAW);
    if (!matches) {
        struct verdict v = NO("CONTACT_WRONG", "contact_wrong", NO_LAW);
        verdict_fact_int(a, &v, "left", CONTACT_CODE_TRIES - code->tries - 1);
        return v;
    }
    return verdict_yes();
}
