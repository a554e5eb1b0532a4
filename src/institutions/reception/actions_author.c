/* SPDX-License-Identifier: AGPL-3.0-or-later
 *
 * actions_author.c - what the author of an appeal does with it: a further file, its language, a contact that
 * is theirs, and whether the matter was solved.
 *
 * Keeps:  the state does not grade itself: solved and not solved are the author's words alone; a wrong code
 *         counts even though it changes nothing else.
 * Source: rules.md "Misuse" (closing to look good); experience.md section 9; S15.
 */
#include "institutions/reception/actions_private.h"

#include "base/hash.h"
#include "core/keys.h"
#include "core/notice.h"

/* == opinion == */

static const struct opinion *opinion_about(const struct opinion *opinions, size_t n, int64_t answer_no)
{
    for (size_t i = 0; i < n; i++)
        if (opinions[i].answer_no == answer_no)
            return &opinions[i];
    return NULL;
}

struct err *reception_say_opinion(struct action *x)
{
    const struct opinion_command *c = x->command;
    struct work w;
    struct answer *answers;
    struct opinion *opinions;
    size_t n_answers;
    size_t n_opinions;
    struct detail d;
    TRY(reception_work(x, c->appeal_id, RECEPTION_SAY_OPINION, &w));
    TRY(reception_load_answers(x->a, db_tx_read(x->tx), x->site->realm, c->appeal_id, &answers, &n_answers));
    TRY(reception_load_opinions(x->a, db_tx_read(x->tx), x->site->realm, c->appeal_id, &opinions,
                                &n_opinions));
    const struct opinion *said = opinion_about(opinions, n_opinions, c->answer_no);
    struct opinion_facts facts = {
        .last = n_answers > 0 ? &answers[n_answers - 1] : NULL,
        .said = said,
        .answer_no = c->answer_no,
        .is_solved = c->is_solved,
        .comment = c->comment.p ? c->comment : S(""),
        .first_on = said ? site_today(x->site, said->at) : w.today,
        .today = w.today,
        .profile = w.profile,
    };
    ALLOW(x, reception_rules_opinion(x->a, &facts));
    struct opinion row = {
        .answer_no = c->answer_no, .is_solved = c->is_solved, .comment = facts.comment, .at = x->now};
    if (said) {
        row.changed_at = x->now;
        TRY(reception_store_change_opinion(x, c->appeal_id, &row));
    } else {
        TRY(reception_store_add_opinion(x, c->appeal_id, &row));
    }
    enum appeal_state state = c->is_solved ? APPEAL_SOLVED : APPEAL_NOT_SOLVED;
    TRY(reception_store_progress(x, &w.appeal, state, w.appeal.holder_body_id, w.appeal.holder_office_id));
    struct json *j = detail_begin(x, &d);
    json_put_int(j, "answer", c->answer_no);
    json_put_bool(j, "changed", said != NULL);
    if (said)
        json_put_str(j, "comment_before", said->comment);
    return reception_event(x, &w.appeal, c->is_solved ? "said_solved" : "said_not_solved", &d);
}

/* == a further file == */

static struct err *add_file(struct action *x, const struct work *w, int64_t answer_no, const char *verb)
{
    const struct file_command *c = x->command;
    struct attachment *files;
    size_t n;
    struct detail d;
    TRY(reception_load_files(x->a, db_tx_read(x->tx), x->site->realm, c->appeal_id, &files, &n));
    ALLOW(x, reception_rules_file(x->a, x->site->config, files, n, answer_no, c->file.hash, c->file.size));
    TRY(reception_attach(x, &w->appeal, &c->file, 1, (int64_t)n, answer_no));
    struct file_result *result = ARENA_NEW(x->a, struct file_result);
    result->no = (int64_t)n + 1;
    x->result = result;
    struct json *j = detail_begin(x, &d);
    json_put_int(j, "file", result->no);
    if (answer_no)
        json_put_int(j, "answer", answer_no);
    return reception_event(x, &w->appeal, verb, &d);
}

struct err *reception_add_file(struct action *x)
{
    const struct file_command *c = x->command;
    struct work w;
    TRY(reception_work(x, c->appeal_id, RECEPTION_ADD_FILE, &w));
    return add_file(x, &w, 0, "file_added");
}

struct err *reception_add_answer_file(struct action *x)
{
    const struct file_command *c = x->command;
    struct work w;
    struct answer *answers;
    size_t n;
    TRY(reception_work(x, c->appeal_id, RECEPTION_ADD_ANSWER_FILE, &w));
    TRY(reception_load_answers(x->a, db_tx_read(x->tx), x->site->realm, c->appeal_id, &answers, &n));
    if (n == 0)
        return ERR(x->a, ERR_CORRUPT, "appeal %lld is closed without an answer", (long long)c->appeal_id);
    TRY(add_file(x, &w, answers[n - 1].no, "answer_file_added"));
    return reception_notify(x, &w.appeal, "answer_file_added");
}

/* == language == */

struct err *reception_correct_language(struct action *x)
{
    const struct language_command *c = x->command;
    struct work w;
    struct detail d;
    TRY(reception_work(x, c->appeal_id, RECEPTION_CORRECT_LANGUAGE, &w));
    ALLOW(x, reception_rules_language_change(x->a, &w.appeal, c->language));
    struct json *j = detail_begin(x, &d);
    json_put_str(j, "from", w.appeal.language);
    json_put_str(j, "to", c->language);
    struct str source = x->who.kind == ACTOR_STAFF ? S("staff") : S("applicant");
    TRY(reception_store_set_language(x, &w.appeal, c->language, source));
    return reception_event(x, &w.appeal, "language_corrected", &d);
}

/* == the contact == */

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

struct err *reception_contact_send(struct action *x)
{
    const struct contact_send_command *c = x->command;
    struct work w;
    struct applicant *applicant;
    struct contact_code last;
    struct str hash_before;
    bool found;
    TRY(reception_work(x, c->appeal_id, RECEPTION_CONFIRM_CONTACT, &w));
    TRY(reception_load_applicant(x->a, db_tx_read(x->tx), x->site->realm, c->appeal_id, &applicant));
    TRY(reception_load_contact_code(x->a, db_tx_read(x->tx), x->site->realm, c->appeal_id, &last,
                                    &hash_before, &found));
    ALLOW(x, reception_rules_contact_send(x->a, &w.appeal, applicant, found ? &last : NULL, x->now));
    struct str code = random_digits(x);
    struct hash h = contact_hash(x, c->appeal_id, code);
    int64_t expires_at = x->now + CONTACT_CODE_MINUTES * INT64_C(60000);
    TRY(reception_store_set_contact_code(x, c->appeal_id, hash_str(&h), expires_at));
    bool by_mail = applicant->email.n > 0;
    struct notice n = {
        .noun = APPEAL_NOUN,
        .noun_id = w.appeal.id,
        .kind = "contact_code",
        .transport = by_mail ? S("email") : S("phone"),
        .recipient = by_mail ? applicant->email : applicant->phone,
        .language = w.appeal.language,
        .number = w.appeal.number,
        .link = reception_link(x, w.appeal.language, w.appeal.number),
        .code = code,
    };
    TRY(notice_add(x->a, x->tx, x->site, x->now, &n));
    return reception_event(x, &w.appeal, "contact_code_sent", NULL);
}

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

struct err *reception_contact_confirm(struct action *x)
{
    const struct contact_confirm_command *c = x->command;
    struct contact_confirm_result *result = ARENA_NEW(x->a, struct contact_confirm_result);
    struct work w;
    struct applicant *applicant;
    struct contact_code code;
    struct str stored;
    bool found;
    TRY(reception_work(x, c->appeal_id, RECEPTION_CONFIRM_CONTACT, &w));
    TRY(reception_load_applicant(x->a, db_tx_read(x->tx), x->site->realm, c->appeal_id, &applicant));
    TRY(reception_load_contact_code(x->a, db_tx_read(x->tx), x->site->realm, c->appeal_id, &code, &stored,
                                    &found));
    struct hash typed = contact_hash(x, c->appeal_id, typed_digits(x, c->code));
    bool matches = found && applicant && str_eq_secret(stored, hash_str(&typed));
    result->verdict = reception_rules_contact_try(x->a, found ? &code : NULL, matches, x->now);
    x->result = result;
    if (!result->verdict.allowed) {
        bool counts = str_eq(str_c(result->verdict.code), S("CONTACT_WRONG"));
        return counts ? reception_store_contact_tried(x, c->appeal_id) : NULL;
    }
    TRY(reception_store_remove_contact_code(x, c->appeal_id));
    TRY(reception_store_set_checked(x, c->appeal_id, applicant->name, 0));
    if (w.appeal.identity < IDENTITY_CONTACT)
        TRY(reception_store_set_identity(x, &w.appeal, IDENTITY_CONTACT));
    return reception_event(x, &w.appeal, "contact_confirmed", NULL);
}
