/* SPDX-License-Identifier: AGPL-3.0-or-later
 *
 * store_open.c - the gate: one case for one actor, or a verdict.
 *
 * Keeps:  a row that the policy refuses is not returned; an applicant learns nothing about the cases of
 *         others, not even that they exist; who wrote is read only when it was asked for and allowed.
 * Source: trust.md sections 5 and 6.
 */
#include "institutions/reception/store_private.h"

#include "algo/number.h"
#include "base/clock.h"
#include "base/hash.h"
#include "core/courier.h"
#include "core/history.h"
#include "core/keys.h"
#include "core/receipt.h"
#include "gen/reception_queries.h"
#include "institutions/reception/reception.h"
#include "institutions/reception/rules_private.h"

/* == finding == */

struct err *reception_store_find(struct arena *a, struct db_read *r, int64_t realm, struct str typed,
                                 int64_t *ret_id)
{
    struct str number;
    struct reception_q_appeal_code_of_number_row row;
    bool found = false;
    if (number_read(a, typed, &number) == NUMBER_OK)
        TRY(reception_q_appeal_code_of_number(a, r, realm, number, &row, &found));
    *ret_id = found ? row.id : 0;
    return NULL;
}

struct actor reception_applicant_of(int64_t appeal_id)
{
    return (struct actor){
        .kind = ACTOR_APPLICANT, .role = ROLE_APPLICANT, .noun = APPEAL_NOUN, .noun_id = appeal_id};
}

struct err *reception_store_by_code(struct arena *a, struct db_read *r, int64_t realm,
                                    struct str typed_number, struct str typed_code, struct actor *ret_who,
                                    struct verdict *ret_verdict)
{
    char code[CODE_CHARS + 1];
    struct str number;
    struct reception_q_appeal_code_of_number_row row;
    bool found;
    if (number_read(a, typed_number, &number) != NUMBER_OK) {
        *ret_verdict = NO("CODE_NUMBER", "code_number", NO_LAW);
        return NULL;
    }
    if (!crockford_clean(typed_code, CODE_CHARS, code)) {
        *ret_verdict = NO("CODE_SHAPE", "code_shape", NO_LAW);
        return NULL;
    }
    TRY(reception_q_appeal_code_of_number(a, r, realm, number, &row, &found));
    struct hash typed = HASH(str_c(code));
    static const uint8_t nobody[HASH_BYTES];
    struct str stored = found ? row.code_hash : (struct str){(const char *)nobody, sizeof nobody};
    bool matches = stored.n == HASH_BYTES && str_eq_secret(stored, hash_str(&typed));
    if (!found || !matches) {
        *ret_verdict = NO("CODE_WRONG", "code_wrong", NO_LAW);
        return NULL;
    }
    *ret_who = reception_applicant_of(row.id);
    *ret_verdict = verdict_yes();
    return NULL;
}

/* == the gate == */

struct verdict reception_store_may(const struct site *site, const struct actor *who, const char *action,
                                   const struct appeal *appeal)
{
    struct policy_subject subject = reception_rules_subject(appeal);
    if (appeal->opened_by && clock_now() < appeal->opened_until)
        subject.opened_person_id = appeal->opened_by;
    bool is_closed = appeal->is_apart && str_eq(str_c(action), S(RECEPTION_SEE_APPLICANT));
    if (str_eq(str_c(action), S(RECEPTION_CONFIRM_IDENTITY)))
        subject.accused_body_id = appeal->accused_body_id; /* also where it decides itself */
    return policy_ask(&site->policy, who, is_closed ? RECEPTION_SEE_APART : action, &subject);
}

/* The row of `typed_number` if `who` may open it. */
static struct err *open_row(struct arena *a, struct db_read *r, const struct site *site,
                            const struct actor *who, struct str typed_number, struct appeal *ret_appeal,
                            struct verdict *ret_verdict)
{
    int64_t id;
    bool found = false;
    struct verdict v = policy_ask_coarse(&site->policy, who, RECEPTION_OPEN);
    if (v.allowed) {
        TRY(reception_store_find(a, r, site->realm, typed_number, &id));
        if (id != 0)
            TRY(reception_load_appeal(a, r, site->realm, id, ret_appeal, &found));
        v = found ? reception_store_may(site, who, RECEPTION_OPEN, ret_appeal)
                  : NO("CASE_UNKNOWN", "case_unknown", NO_LAW);
        if (!v.allowed && who->kind == ACTOR_APPLICANT)
            v = NO("CASE_UNKNOWN", "case_unknown", NO_LAW);
    }
    *ret_verdict = v;
    return NULL;
}

/* What staff of this role open cases for, when the page says nothing more exact. */
static struct str purpose_of(enum role role)
{
    return role == ROLE_REGISTRAR ? S("registration") : role == ROLE_HEAD ? S("supervision") : S("own_case");
}

static bool is_purpose(struct str s)
{
    return str_eq(s, S("own_case")) || str_eq(s, S("registration")) || str_eq(s, S("supervision")) ||
           str_eq(s, S("audit"));
}

static struct reading reading_of(const struct actor *who, int64_t id, struct str way, struct str purpose)
{
    return (struct reading){.noun = APPEAL_NOUN,
                            .noun_id = id,
                            .way = way,
                            .purpose = purpose.n > 0 ? purpose : purpose_of(who->role),
                            .actor = *who};
}

static struct err *load_events(struct arena *a, struct db_read *r, int64_t realm, struct reception_case *c)
{
    struct history_event *events;
    size_t n;
    TRY(history_of(a, r, realm, APPEAL_NOUN, c->appeal.id, &events, &n));
    struct case_event *list = ARENA_ARRAY(a, n, struct case_event);
    for (size_t i = 0; i < n; i++)
        list[i] = (struct case_event){.seq = events[i].seq,
                                      .at = events[i].at,
                                      .verb = events[i].verb,
                                      .actor = events[i].actor,
                                      .office_id = events[i].office_id,
                                      .detail = events[i].detail};
    c->events = list;
    c->n_events = n;
    return NULL;
}

static struct err *load_parts(struct arena *a, struct db_read *r, int64_t realm, struct reception_case *c)
{
    struct move *moves;
    struct appeal_deadline *deadlines;
    struct answer *answers;
    struct opinion *opinions;
    struct attachment *files;
    int64_t id = c->appeal.id;
    TRY(reception_load_moves(a, r, realm, id, &moves, &c->n_moves));
    TRY(reception_load_deadlines(a, r, realm, id, &deadlines, &c->n_deadlines));
    TRY(reception_load_answers(a, r, realm, id, &answers, &c->n_answers));
    TRY(reception_load_opinions(a, r, realm, id, &opinions, &c->n_opinions));
    TRY(reception_load_files(a, r, realm, id, &files, &c->n_files));
    struct reception_q_appeal_place_of_row place;
    bool has_place;
    TRY(reception_q_appeal_place_of(a, r, realm, id, &place, &has_place));
    c->place_id = has_place ? place.place_id : 0;
    c->moves = moves;
    c->deadlines = deadlines;
    c->answers = answers;
    c->opinions = opinions;
    c->files = files;
    if (c->appeal.channel == CHANNEL_IMPORT) {
        struct origin *origin;
        TRY(reception_load_origin(a, r, realm, id, &origin));
        c->origin = origin;
    }
    return load_events(a, r, realm, c);
}

/* Letters to the contact of today that are in trouble; `sees`: may this actor learn what was answered? */
static struct err *load_troubles(struct arena *a, struct db_read *r, const struct site *site, bool sees,
                                 struct reception_case *c)
{
    struct courier_trouble *found;
    struct applicant *applicant;
    size_t n;
    /* Letters name their recipient as the row of the case does, open or in a box: compared without opening. */
    TRY(reception_load_applicant_closed(a, r, site->realm, c->appeal.id, &applicant));
    if (!applicant)
        return NULL;
    struct str contact = applicant->email.n > 0 ? applicant->email : applicant->phone;
    TRY(courier_trouble_of(a, r, site->realm, APPEAL_NOUN, c->appeal.id, &found, &n));
    struct case_trouble *troubles = ARENA_ARRAY(a, n, struct case_trouble);
    for (size_t i = 0; i < n; i++)
        if (str_eq(found[i].recipient, contact))
            troubles[c->n_troubles++] = (struct case_trouble){
                found[i].at, found[i].is_given_up, sees ? found[i].problem : (struct str){0}};
    c->troubles = troubles;
    return NULL;
}

/* What the author alone is shown of a change of address. */
static struct err *load_change(struct arena *a, struct db_read *r, const struct site *site, struct reception_case *c)
{
    struct contact_code code;
    struct str hash;
    bool found;
    TRY(reception_load_contact_code(a, r, site->realm, c->appeal.id, &code, &hash, &found));
    c->has_open_code = found && code.expires_at > 0;
    return reception_load_contact_change(a, r, site, c->appeal.id, &c->new_email);
}

struct err *reception_store_open(struct arena *a, struct db_read *r, const struct site *site,
                                 const struct actor *who, struct str typed_number, struct str purpose,
                                 bool with_applicant, const struct reception_case **ret_case,
                                 struct verdict *ret_verdict)
{
    struct reception_case *c = ARENA_NEW(a, struct reception_case);
    struct verdict v;
    TRY(open_row(a, r, site, who, typed_number, &c->appeal, &v));
    if (v.allowed && purpose.n > 0 && !is_purpose(purpose))
        v = NO("CASE_PURPOSE", "case_purpose", NO_LAW);
    *ret_verdict = v;
    if (!v.allowed)
        return NULL;
    TRY(load_parts(a, r, site->realm, c));
    struct applicant *applicant;
    bool sees = reception_store_may(site, who, RECEPTION_SEE_APPLICANT, &c->appeal).allowed;
    if (sees)
        TRY(reception_load_applicant(a, r, site, c->appeal.id, &applicant));
    else
        TRY(reception_load_applicant_closed(a, r, site->realm, c->appeal.id, &applicant));
    c->has_applicant = applicant != NULL;
    if (with_applicant && sees)
        c->applicant = applicant;
    c->has_contact = applicant && (applicant->email.n > 0 || applicant->phone.n > 0);
    TRY(load_troubles(a, r, site, sees, c));
    if (who->kind == ACTOR_APPLICANT)
        TRY(load_change(a, r, site, c));
    c->is_reading = who->kind == ACTOR_STAFF;
    if (c->is_reading)
        c->reading = reading_of(who, c->appeal.id, S("open"), purpose);
    *ret_case = c;
    return NULL;
}

struct err *reception_store_file(struct arena *a, struct db_read *r, const struct site *site,
                                 const struct actor *who, struct str typed_number, int64_t no,
                                 struct attachment *ret_file, bool *ret_is_reading,
                                 struct reading *ret_reading, struct verdict *ret_verdict)
{
    struct appeal appeal;
    struct attachment *files;
    size_t n;
    TRY(open_row(a, r, site, who, typed_number, &appeal, ret_verdict));
    if (!ret_verdict->allowed)
        return NULL;
    TRY(reception_load_files(a, r, site->realm, appeal.id, &files, &n));
    for (size_t i = 0; i < n; i++) {
        if (files[i].no != no)
            continue;
        *ret_file = files[i];
        *ret_is_reading = who->kind == ACTOR_STAFF;
        if (*ret_is_reading)
            *ret_reading = reading_of(who, appeal.id, S("download"), S(""));
        return NULL;
    }
    *ret_verdict = NO("FILE_UNKNOWN", "file_unknown", NO_LAW);
    return NULL;
}

struct err *reception_store_readings(struct arena *a, struct db_read *r, const struct site *site,
                                     int64_t appeal_id, int64_t before, int64_t n,
                                     struct case_reading **ret_readings, size_t *ret_n)
{
    struct history_reading *rows;
    size_t n_rows;
    TRY(history_readings(a, r, site->realm, APPEAL_NOUN, appeal_id, before, n, &rows, &n_rows));
    struct case_reading *readings = ARENA_ARRAY(a, n_rows, struct case_reading);
    for (size_t i = 0; i < n_rows; i++)
        readings[i] = (struct case_reading){.seq = rows[i].seq,
                                            .at = rows[i].at,
                                            .way = rows[i].way,
                                            .purpose = rows[i].purpose,
                                            .office_id = rows[i].office_id};
    *ret_readings = readings;
    *ret_n = n_rows;
    return NULL;
}

/* == the receipt == */

struct err *reception_store_receipt(struct arena *a, struct db_read *r, const struct site *site,
                                    int64_t appeal_id, bool is_renewed, struct str *ret_text)
{
    struct history_event e;
    int64_t size;
    TRY(history_first(a, r, site->realm, APPEAL_NOUN, appeal_id, &e));
    if (is_renewed)
        TRY(journal_size_seen(a, site->journal, r, &size));
    else
        TRY(journal_head_of_leaf(a, site->journal, r, e.leaf, &size));
    return receipt_of_event(a, site->journal, r, e.lines, e.salt, e.leaf, size, ret_text);
}
