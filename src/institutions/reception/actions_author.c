/* SPDX-License-Identifier: AGPL-3.0-or-later
 *
 * actions_author.c - what the author of an appeal does with it: a further file, its language, and whether the
 * matter was solved.
 *
 * Keeps:  the state does not grade itself: solved and not solved are the author's words alone.
 * Source: rules.md "Misuse" (closing to look good); S15.
 */
#include "institutions/reception/actions_private.h"
#include "institutions/reception/rules_private.h"

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
    if (n == 0 && w.appeal.channel == CHANNEL_IMPORT)
        return action_refuse(x, NO("FILE_NO_ANSWER", "file_no_answer", NO_LAW)); /* it was answered elsewhere */
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
