/* SPDX-License-Identifier: AGPL-3.0-or-later
 *
 * store.c - rows of a case as structs. The gate stands in store_open.c, writing in store_write.c, lists in
 * store_desk.c; together they are all that names this slice's statements.
 */
#include "institutions/reception/store_private.h"

#include "core/apart.h"
#include "core/keys.h"
#include "core/two_persons.h"
#include "gen/reception_queries.h"

#define SEEING_ROWS 20 /* requests about a case, the newest, that are looked through */

/* A stored word that the program does not know means that the data is not ours. */
static struct err *unknown_word(struct arena *a, int64_t id, const char *what, struct str word)
{
    return ERR(a, ERR_CORRUPT, "appeal %lld has the unknown %s \"%.*s\"", (long long)id, what, STR_FMT(word));
}

const struct two_persons_kind reception_opening = {"identity_opening", RECEPTION_CONFIRM_WITHIN, RECEPTION_OPENED_FOR};

/* Whether who wrote is kept apart, for whom it was opened, and to whom the redacted case is shown. */
static struct err *load_seeing(struct arena *a, struct db_read *r, int64_t realm, struct appeal *p)
{
    struct reception_q_apart_of_row apart;
    struct reception_q_shown_of_row shown;
    struct two_persons *all;
    size_t n = 0;
    bool found;
    TRY(reception_q_apart_of(a, r, realm, p->id, &apart, &p->is_apart));
    if (p->is_apart)
        TRY(two_persons_about(a, r, realm, APPEAL_NOUN, p->id, SEEING_ROWS, &all, &n));
    for (size_t i = 0; i < n && !p->opened_by; i++) {
        if (!str_eq(all[i].kind, str_c(reception_opening.name)) || !all[i].confirmed_at || all[i].ended_at)
            continue;
        p->opened_by = all[i].asked_by;
        p->opened_until = all[i].expires_at;
    }
    if (p->accused_body_id == 0)
        return NULL;
    TRY(reception_q_shown_of(a, r, realm, p->id, &shown, &found));
    p->shown_body_id = found ? shown.body_id : 0;
    return NULL;
}

struct err *reception_load_appeal(struct arena *a, struct db_read *r, int64_t realm, int64_t id,
                                  struct appeal *ret_appeal, bool *ret_found)
{
    struct reception_q_appeal_by_id_row row;
    TRY(reception_q_appeal_by_id(a, r, realm, id, &row, ret_found));
    if (!*ret_found)
        return NULL;
    struct appeal p = {
        .id = row.id,
        .number = row.number,
        .kind = row.kind,
        .language = row.language,
        .language_source = row.language_source,
        .subject = row.subject,
        .text = row.text,
        .salt = row.salt,
        .content = row.content,
        .body_id = row.body_id,
        .body_name = row.body_name,
        .accused_body_id = row.accused_body_id.v,
        .accused_decides = row.accused_decides,
        .holder_body_id = row.holder_body_id,
        .holder_office_id = row.holder_office_id.v,
        .received_at = row.received_at,
        .registered_on = row.registered_on,
        .due_on = row.due_on,
        .closed_at = row.closed_at.v,
        .is_late = row.is_late,
        .profile = row.profile,
        .code_hash = row.code_hash,
        .contact_consent = row.contact_consent,
    };
    if (!appeal_state_of_name(row.state, &p.state))
        return unknown_word(a, id, "state", row.state);
    if (!appeal_channel_of_name(row.channel, &p.channel))
        return unknown_word(a, id, "channel", row.channel);
    if (!appeal_identity_of_name(row.identity, &p.identity))
        return unknown_word(a, id, "identity level", row.identity);
    TRY(load_seeing(a, r, realm, &p));
    *ret_appeal = p;
    return NULL;
}

struct err *reception_load_applicant(struct arena *a, struct db_read *r, const struct site *site, int64_t id,
                                     struct applicant **ret_applicant)
{
    struct applicant *p;
    struct reception_q_apart_of_row apart;
    bool is_apart = false;
    TRY(reception_load_applicant_closed(a, r, site->realm, id, &p));
    if (p)
        TRY(reception_q_apart_of(a, r, site->realm, id, &apart, &is_apart));
    struct str *words[] = {p ? &p->name : NULL, p ? &p->email : NULL, p ? &p->phone : NULL, p ? &p->address : NULL};
    for (size_t i = 0; is_apart && i < sizeof words / sizeof words[0]; i++)
        TRY(apart_open(a, site->keys, site->realm, APPEAL_NOUN, id, *words[i], words[i]));
    *ret_applicant = p;
    return NULL;
}

struct err *reception_check_boxes(struct arena *a, struct db_read *r, const struct site *site)
{
    struct reception_q_apart_newest_row row;
    bool found;
    struct str plain;
    TRY(reception_q_apart_newest(a, r, site->realm, &row, &found));
    if (!found)
        return NULL;
    struct str box = row.name.n ? row.name : row.email.n ? row.email : row.phone.p ? row.phone : S("");
    return apart_open(a, site->keys, site->realm, APPEAL_NOUN, row.appeal_id, box, &plain);
}

struct err *reception_load_applicant_closed(struct arena *a, struct db_read *r, int64_t realm, int64_t id,
                                            struct applicant **ret_applicant)
{
    struct reception_q_applicant_of_row row;
    bool found;
    TRY(reception_q_applicant_of(a, r, realm, id, &row, &found));
    *ret_applicant = NULL;
    if (!found)
        return NULL;
    struct applicant *p = ARENA_NEW(a, struct applicant);
    *p = (struct applicant){
        .name = row.name,
        .email = row.email,
        .phone = row.phone,
        .address = row.address,
        .checked_at = row.checked_at.v,
        .checked_by = row.checked_by.v,
    };
    *ret_applicant = p;
    return NULL;
}

struct err *reception_load_origin(struct arena *a, struct db_read *r, int64_t realm, int64_t id,
                                  struct origin **ret_origin)
{
    struct reception_q_origin_of_row row;
    bool found;
    TRY(reception_q_origin_of(a, r, realm, id, &row, &found));
    *ret_origin = NULL;
    if (!found)
        return NULL;
    struct origin *o = ARENA_NEW(a, struct origin);
    *o = (struct origin){
        .import_id = row.import_id,
        .line = row.line,
        .source = row.source,
        .number = row.number,
        .theme = row.theme,
        .category = row.category,
        .place = row.place,
        .answer = row.answer,
        .answered_by = row.answered_by,
    };
    *ret_origin = o;
    return NULL;
}

struct err *reception_load_moves(struct arena *a, struct db_read *r, int64_t realm, int64_t id,
                                 struct move **ret_moves, size_t *ret_n)
{
    struct reception_q_moves_of_row *rows;
    size_t n;
    TRY(reception_q_moves_of(a, r, realm, id, &rows, &n));
    struct move *moves = ARENA_ARRAY(a, n, struct move);
    for (size_t i = 0; i < n; i++) {
        moves[i] = (struct move){
            .no = rows[i].no,
            .kind = rows[i].kind,
            .from_body_id = rows[i].from_body_id.v,
            .to_body_id = rows[i].to_body_id,
            .to_office_id = rows[i].to_office_id.v,
            .reason = rows[i].reason,
            .law = rows[i].law,
            .at = rows[i].at,
            .by_person_id = rows[i].by_person_id.v,
            .by_office_id = rows[i].by_office_id.v,
        };
    }
    *ret_moves = moves;
    *ret_n = n;
    return NULL;
}

struct err *reception_load_deadlines(struct arena *a, struct db_read *r, int64_t realm, int64_t id,
                                     struct appeal_deadline **ret_deadlines, size_t *ret_n)
{
    struct reception_q_deadlines_of_row *rows;
    size_t n;
    TRY(reception_q_deadlines_of(a, r, realm, id, &rows, &n));
    struct appeal_deadline *deadlines = ARENA_ARRAY(a, n, struct appeal_deadline);
    for (size_t i = 0; i < n; i++) {
        deadlines[i] = (struct appeal_deadline){
            .no = rows[i].no,
            .at = rows[i].at,
            .due_on = rows[i].due_on,
            .cause = rows[i].cause,
            .trace = rows[i].trace,
        };
    }
    *ret_deadlines = deadlines;
    *ret_n = n;
    return NULL;
}

struct err *reception_load_answers(struct arena *a, struct db_read *r, int64_t realm, int64_t id,
                                   struct answer **ret_answers, size_t *ret_n)
{
    struct reception_q_answers_of_row *rows;
    size_t n;
    TRY(reception_q_answers_of(a, r, realm, id, &rows, &n));
    struct answer *answers = ARENA_ARRAY(a, n, struct answer);
    for (size_t i = 0; i < n; i++) {
        answers[i] = (struct answer){
            .no = rows[i].no,
            .is_refusal = str_eq(rows[i].kind, S("refusal")),
            .ground = rows[i].ground,
            .language = rows[i].language,
            .blocks = {.facts = rows[i].facts,
                       .rule = rows[i].rule,
                       .reasons = rows[i].reasons,
                       .outcome = rows[i].outcome,
                       .next_step = rows[i].next_step,
                       .remedy_how = rows[i].remedy_how,
                       .remedy_where = rows[i].remedy_where,
                       .remedy_until = rows[i].remedy_until},
            .reason = rows[i].reason,
            .at = rows[i].at,
            .by_person_id = rows[i].by_person_id,
            .by_office_id = rows[i].by_office_id,
            .body_id = rows[i].body_id,
        };
    }
    *ret_answers = answers;
    *ret_n = n;
    return NULL;
}

struct err *reception_load_opinions(struct arena *a, struct db_read *r, int64_t realm, int64_t id,
                                    struct opinion **ret_opinions, size_t *ret_n)
{
    struct reception_q_opinions_of_row *rows;
    size_t n;
    TRY(reception_q_opinions_of(a, r, realm, id, &rows, &n));
    struct opinion *opinions = ARENA_ARRAY(a, n, struct opinion);
    for (size_t i = 0; i < n; i++) {
        opinions[i] = (struct opinion){
            .answer_no = rows[i].answer_no,
            .is_solved = rows[i].is_solved,
            .comment = rows[i].comment,
            .at = rows[i].at,
            .changed_at = rows[i].changed_at.v,
        };
    }
    *ret_opinions = opinions;
    *ret_n = n;
    return NULL;
}

struct err *reception_load_files(struct arena *a, struct db_read *r, int64_t realm, int64_t id,
                                 struct attachment **ret_files, size_t *ret_n)
{
    struct reception_q_attachments_of_row *rows;
    size_t n;
    TRY(reception_q_attachments_of(a, r, realm, id, &rows, &n));
    struct attachment *files = ARENA_ARRAY(a, n, struct attachment);
    for (size_t i = 0; i < n; i++) {
        files[i] = (struct attachment){
            .no = rows[i].no,
            .answer_no = rows[i].answer_no.v,
            .name = rows[i].name,
            .media_type = rows[i].media_type,
            .size = rows[i].size,
            .hash = rows[i].hash,
            .at = rows[i].at,
            .by_office_id = rows[i].by_office_id.v,
        };
    }
    *ret_files = files;
    *ret_n = n;
    return NULL;
}

struct err *reception_load_request(struct arena *a, struct db_read *r, int64_t realm, struct str key_hash,
                                   struct known_request *ret_request, bool *ret_found)
{
    struct reception_q_request_by_key_row row;
    TRY(reception_q_request_by_key(a, r, realm, key_hash, &row, ret_found));
    if (*ret_found)
        *ret_request = (struct known_request){
            .salt = row.salt, .content = row.content, .appeal_id = row.appeal_id};
    return NULL;
}

struct err *reception_load_contact_code(struct arena *a, struct db_read *r, int64_t realm, int64_t id,
                                        struct contact_code *ret_code, struct str *ret_hash, bool *ret_found)
{
    struct reception_q_contact_code_of_row row;
    TRY(reception_q_contact_code_of(a, r, realm, id, &row, ret_found));
    if (!*ret_found)
        return NULL;
    *ret_code = (struct contact_code){
        .sent_at = row.sent_at, .expires_at = row.expires_at, .tries = row.tries, .sent = row.sent};
    *ret_hash = row.code_hash;
    return NULL;
}

struct err *reception_load_contact_change(struct arena *a, struct db_read *r, const struct site *site, int64_t id,
                                          struct str *ret_email)
{
    struct reception_q_contact_change_of_row row;
    bool found;
    TRY(reception_q_contact_change_of(a, r, site->realm, id, &row, &found));
    *ret_email = (struct str){0};
    return found ? apart_open(a, site->keys, site->realm, APPEAL_NOUN, id, row.email, ret_email) : NULL;
}

struct err *reception_load_roots(struct arena *a, struct db_read *r, int64_t realm, int64_t after, int64_t n,
                                 struct case_roots **ret_roots, size_t *ret_n)
{
    struct reception_q_appeals_after_row *rows;
    size_t n_rows;
    TRY(reception_q_appeals_after(a, r, realm, after, n, &rows, &n_rows));
    struct case_roots *roots = ARENA_ARRAY(a, n_rows, struct case_roots);
    for (size_t i = 0; i < n_rows; i++)
        roots[i] = (struct case_roots){.id = rows[i].id,
                                       .accused_body_id = rows[i].accused_body_id.v,
                                       .received_at = rows[i].received_at};
    *ret_roots = roots;
    *ret_n = n_rows;
    return NULL;
}

struct err *reception_store_open_of_body(struct arena *a, struct db_read *r, int64_t realm, int64_t body_id,
                                         int64_t *ret_n)
{
    struct reception_q_due_of_body_row row;
    bool found;
    TRY(reception_q_due_of_body(a, r, realm, body_id, S("~"), &row,
                                &found)); /* '~' stands behind every date */
    *ret_n = row.n;
    return NULL;
}

struct err *reception_objects(struct arena *a, struct db_read *r, int64_t realm,
                              struct err *(*seen)(void *user, struct str hash, int64_t size), void *user)
{
    int64_t after_id = 0;
    int64_t after_no = 0;
    for (;;) {
        struct arena_mark mark = arena_mark(a);
        struct reception_q_attachment_hashes_after_row *rows;
        size_t n;
        TRY(reception_q_attachment_hashes_after(a, r, realm, after_id, after_no, 500, &rows, &n));
        for (size_t i = 0; i < n; i++)
            TRY(seen(user, rows[i].hash, rows[i].size));
        if (n == 0)
            return NULL;
        after_id = rows[n - 1].appeal_id;
        after_no = rows[n - 1].no;
        arena_rewind(a, mark);
    }
}
