/* SPDX-License-Identifier: AGPL-3.0-or-later
 *
 * store_shown.c - the case as the body complained of sees it: without who wrote, without hidden passages, with files
 * that were released one by one.
 *
 * Keeps:  the struct that leaves here has no member for a name; the rows of the applicant are not even read.
 * Source: trust.md section 5 (public views are structs without personal members), P6; rules.md "Misuse", retaliation.
 */
#include "institutions/reception/store_private.h"

#include "gen/reception_queries.h"
#include "institutions/reception/reception.h"
#include "institutions/reception/rules_private.h"

const char *const reception_redaction_reasons[N_REDACTION_REASONS] = {"name", "contact", "place", "other_person", "other"};
const struct two_persons_kind reception_showing = {"showing", RECEPTION_CONFIRM_WITHIN, 0};

/* ---- rows ---- */

struct err *reception_load_redactions(struct arena *a, struct db_read *r, int64_t realm, int64_t id,
                                      struct redaction **ret, size_t *ret_n)
{
    struct reception_q_redactions_of_row *rows;
    TRY(reception_q_redactions_of(a, r, realm, id, &rows, ret_n));
    *ret = ARENA_ARRAY(a, *ret_n, struct redaction);
    for (size_t i = 0; i < *ret_n; i++)
        (*ret)[i] = (struct redaction){.is_subject = str_eq(rows[i].field, S("subject")),
                                       .first = rows[i].first_char,
                                       .n = rows[i].n_chars,
                                       .reason = rows[i].reason};
    return NULL;
}

struct err *reception_load_released(struct arena *a, struct db_read *r, int64_t realm, int64_t id,
                                    const int64_t **ret_nos, size_t *ret_n)
{
    struct reception_q_released_of_row *rows;
    TRY(reception_q_released_of(a, r, realm, id, &rows, ret_n));
    int64_t *nos = ARENA_ARRAY(a, *ret_n, int64_t);
    for (size_t i = 0; i < *ret_n; i++)
        nos[i] = rows[i].file_no;
    *ret_nos = nos;
    return NULL;
}

struct err *reception_store_add_redaction(struct action *x, int64_t id, int64_t no, const struct redaction *d)
{
    struct reception_q_redaction_add_args args = {
        .realm = x->site->realm,
        .appeal_id = id,
        .no = no,
        .field = d->is_subject ? S("subject") : S("text"),
        .first_char = d->first,
        .n_chars = d->n,
        .reason = d->reason,
        .by_person_id = x->who.person_id,
        .at = x->now,
    };
    return reception_q_redaction_add(x->a, x->tx, &args, NULL);
}

struct err *reception_store_add_released(struct action *x, int64_t id, int64_t file_no)
{
    struct reception_q_released_add_args args = {
        .realm = x->site->realm,
        .appeal_id = id,
        .file_no = file_no,
        .by_person_id = x->who.person_id,
        .by_office_id = x->who.office_id,
        .at = x->now,
    };
    return reception_q_released_add(x->a, x->tx, &args, NULL);
}

struct err *reception_store_add_shown(struct action *x, struct appeal *p, int64_t request_id)
{
    struct reception_q_shown_add_args args = {
        .realm = x->site->realm,
        .appeal_id = p->id,
        .body_id = p->accused_body_id,
        .request_id = request_id,
        .at = x->now,
    };
    p->shown_body_id = p->accused_body_id;
    return reception_q_shown_add(x->a, x->tx, &args, NULL);
}

/* ---- the gate ---- */

static struct err *open_row(struct arena *a, struct db_read *r, const struct site *site, const struct actor *who,
                            struct str typed_number, struct appeal *ret, struct reading *ret_reading,
                            struct verdict *ret_verdict)
{
    int64_t id;
    bool found = false;
    struct verdict v = policy_ask_coarse(&site->policy, who, RECEPTION_OPEN_SHOWN);
    *ret_verdict = v;
    if (!v.allowed)
        return NULL;
    TRY(reception_store_find(a, r, site->realm, typed_number, &id));
    if (id != 0)
        TRY(reception_load_appeal(a, r, site->realm, id, ret, &found));
    bool may = found && reception_store_may(site, who, RECEPTION_OPEN_SHOWN, ret).allowed;
    *ret_verdict = may ? verdict_yes() : NO("CASE_UNKNOWN", "case_unknown", NO_LAW); /* whether it exists is not told */
    *ret_reading = (struct reading){.noun = APPEAL_NOUN, .noun_id = id, .way = S("open"), .purpose = S("shown"),
                                    .actor = *who};
    return NULL;
}

static bool is_among(const int64_t *nos, size_t n, int64_t no)
{
    for (size_t i = 0; i < n; i++)
        if (nos[i] == no)
            return true;
    return false;
}

static struct err *fill_files(struct arena *a, struct db_read *r, int64_t realm, int64_t id, struct redacted_case *c)
{
    struct attachment *files;
    const int64_t *released;
    size_t n;
    size_t n_released;
    TRY(reception_load_files(a, r, realm, id, &files, &n));
    TRY(reception_load_released(a, r, realm, id, &released, &n_released));
    struct shown_file *shown = ARENA_ARRAY(a, n, struct shown_file);
    for (size_t i = 0; i < n; i++) {
        if (files[i].answer_no != 0)
            continue;
        if (is_among(released, n_released, files[i].no))
            shown[c->n_files++] = (struct shown_file){files[i].no, files[i].media_type, files[i].size};
        else
            c->n_held_back++;
    }
    c->files = shown;
    return NULL;
}

struct err *reception_store_open_shown(struct arena *a, struct db_read *r, const struct site *site,
                                       const struct actor *who, struct str typed_number,
                                       const struct str labels[N_REDACTION_REASONS],
                                       struct redacted_case *ret_case, struct reading *ret_reading,
                                       struct verdict *ret_verdict)
{
    struct appeal p;
    struct redaction *all;
    size_t n;
    TRY(open_row(a, r, site, who, typed_number, &p, ret_reading, ret_verdict));
    if (!ret_verdict->allowed)
        return NULL;
    TRY(reception_load_redactions(a, r, site->realm, p.id, &all, &n));
    const char *const *reasons = reception_redaction_reasons;
    *ret_case = (struct redacted_case){
        .number = p.number,
        .kind = p.kind,
        .language = p.language,
        .subject = reception_rules_redacted(a, p.subject, true, all, n, reasons, labels, N_REDACTION_REASONS),
        .text = reception_rules_redacted(a, p.text, false, all, n, reasons, labels, N_REDACTION_REASONS),
        .state = p.state,
        .holder_body_id = p.holder_body_id,
        .registered_on = p.registered_on,
        .due_on = p.due_on,
        .n_hidden = (int64_t)n,
    };
    return fill_files(a, r, site->realm, p.id, ret_case);
}

struct err *reception_store_shown_file(struct arena *a, struct db_read *r, const struct site *site,
                                       const struct actor *who, struct str typed_number, int64_t no,
                                       struct attachment *ret_file, struct reading *ret_reading,
                                       struct verdict *ret_verdict)
{
    struct appeal p;
    struct attachment *files;
    const int64_t *released;
    size_t n;
    size_t n_released;
    TRY(open_row(a, r, site, who, typed_number, &p, ret_reading, ret_verdict));
    if (!ret_verdict->allowed)
        return NULL;
    TRY(reception_load_files(a, r, site->realm, p.id, &files, &n));
    TRY(reception_load_released(a, r, site->realm, p.id, &released, &n_released));
    ret_reading->way = S("download");
    for (size_t i = 0; i < n; i++) {
        if (files[i].no != no || files[i].answer_no != 0 || !is_among(released, n_released, no))
            continue;
        *ret_file = files[i];
        return NULL;
    }
    *ret_verdict = NO("FILE_UNKNOWN", "file_unknown", NO_LAW);
    return NULL;
}

struct err *reception_store_shown_list(struct arena *a, struct db_read *r, const struct site *site,
                                       const struct actor *who, int64_t before, int64_t n,
                                       struct shown_row **ret_rows, size_t *ret_n)
{
    struct reception_q_shown_to_body_row *rows;
    *ret_n = 0;
    if (!policy_ask_coarse(&site->policy, who, RECEPTION_OPEN_SHOWN).allowed)
        return NULL;
    TRY(reception_q_shown_to_body(a, r, site->realm, who->body_id, before, n, &rows, ret_n));
    *ret_rows = ARENA_ARRAY(a, *ret_n, struct shown_row);
    for (size_t i = 0; i < *ret_n; i++) {
        (*ret_rows)[i] = (struct shown_row){rows[i].appeal_id, rows[i].number, rows[i].kind, rows[i].registered_on,
                                            rows[i].due_on, APPEAL_REGISTERED, rows[i].at};
        if (!appeal_state_of_name(rows[i].state, &(*ret_rows)[i].state))
            return ERR(a, ERR_CORRUPT, "an appeal has an unknown state");
    }
    return NULL;
}
