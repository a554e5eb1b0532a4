/* SPDX-License-Identifier: AGPL-3.0-or-later
 *
 * actions_shown.c - the body complained of gives its side: passages are hidden, files released one by one, and two
 * persons of the holder show it the rest.
 *
 * Keeps:  name and contacts of the author are hidden in the words by themselves, also where the clerk may not see them;
 *         what two persons agreed on is not changed between the two; the author is told in the same transaction.
 * Source: trust.md P6; rules.md "Misuse" (name hidden from the official complained about unless fact-finding needs it).
 */
#include "institutions/reception/actions_private.h"

#include "institutions/reception/rules_private.h"

#define REDACTIONS_MAX 200

/* One verb's work: the case, and what is hidden so far. */
struct hiding {
    struct work w;
    struct redaction *all; /* room for REDACTIONS_MAX */
    size_t n, n_before;
};

static struct err *is_waiting(struct action *x, int64_t id, bool *ret)
{
    struct two_persons t;
    return two_persons_live(x->a, db_tx_read(x->tx), x->site->realm, &reception_showing, APPEAL_NOUN, id, x->now, &t, ret);
}

static struct err *load_hiding(struct action *x, int64_t id, struct hiding *h)
{
    struct redaction *rows;
    bool waits;
    TRY(reception_work(x, id, RECEPTION_REDACT, &h->w));
    TRY(is_waiting(x, id, &waits));
    ALLOW(x, reception_rules_showing(&h->w.appeal, waits));
    TRY(reception_load_redactions(x->a, db_tx_read(x->tx), x->site->realm, id, &rows, &h->n));
    h->all = ARENA_ARRAY(x->a, REDACTIONS_MAX, struct redaction);
    if (h->n > 0)
        memcpy(h->all, rows, h->n * sizeof *rows);
    h->n_before = h->n;
    return NULL;
}

static bool is_hidden(const struct hiding *h, const struct redaction *d)
{
    for (size_t i = 0; i < h->n; i++)
        if (h->all[i].is_subject == d->is_subject && h->all[i].first <= d->first &&
            h->all[i].first + h->all[i].n >= d->first + d->n)
            return true;
    return false;
}

/* Hide every place where `passage` stands; tells how many there are. */
static size_t hide(struct action *x, struct hiding *h, struct str passage, struct str reason)
{
    int64_t firsts[REDACTIONS_MAX];
    size_t found = 0;
    for (int is_subject = 0; is_subject < 2; is_subject++) {
        struct str words = is_subject ? h->w.appeal.subject : h->w.appeal.text;
        size_t n = reception_rules_occurrences(x->a, words, passage, REDACTIONS_MAX, firsts);
        found += n;
        for (size_t i = 0; i < n && h->n < REDACTIONS_MAX; i++) {
            struct redaction d = {is_subject != 0, firsts[i], (int64_t)str_utf8_len(passage), reason};
            if (!is_hidden(h, &d))
                h->all[h->n++] = d;
        }
    }
    return found;
}

static struct err *store_hiding(struct action *x, const struct hiding *h)
{
    for (size_t i = h->n_before; i < h->n; i++)
        TRY(reception_store_add_redaction(x, h->w.appeal.id, (int64_t)i + 1, &h->all[i]));
    return NULL;
}

static bool is_reason(struct str s)
{
    for (size_t i = 0; i < N_REDACTION_REASONS; i++)
        if (str_eq(s, str_c(reception_redaction_reasons[i])))
            return true;
    return false;
}

struct err *reception_redact(struct action *x)
{
    const struct redact_command *c = x->command;
    struct hiding h;
    struct detail d;
    struct str rest = c->passages;
    TRY(load_hiding(x, c->appeal_id, &h));
    if (!is_reason(c->reason))
        return action_refuse(x, NO("REDACT_CHOICE", "redact_reason", NO_LAW));
    while (rest.n > 0) {
        struct str line;
        (void)str_cut(rest, '\n', &line, &rest);
        line = str_trim(line);
        if (line.n > 0 && hide(x, &h, line, c->reason) == 0) {
            struct verdict v = NO("REDACT_PASSAGE", "redact_passage", NO_LAW);
            verdict_fact(&v, "passage", line);
            return action_refuse(x, v);
        }
    }
    if (h.n == h.n_before)
        return action_refuse(x, NO("REDACT_PASSAGE_NONE", "redact_nothing", NO_LAW));
    if (h.n == REDACTIONS_MAX)
        return action_refuse(x, NO("REDACT_PASSAGE_MANY", "redact_many", NO_LAW));
    TRY(store_hiding(x, &h));
    struct json *j = detail_begin(x, &d);
    json_put_int(j, "passages", (int64_t)(h.n - h.n_before));
    json_put_str(j, "reason", c->reason);
    return reception_event(x, &h.w.appeal, "redacted", &d);
}

struct err *reception_release(struct action *x)
{
    const struct release_command *c = x->command;
    struct work w;
    struct attachment *files;
    const int64_t *released;
    size_t n;
    size_t n_released;
    struct detail d;
    bool is_there = false;
    TRY(reception_work(x, c->appeal_id, RECEPTION_REDACT, &w));
    struct verdict v = reception_rules_showing(&w.appeal, false);
    if (!v.allowed && !w.appeal.shown_body_id)
        return action_refuse(x, v);
    TRY(reception_load_files(x->a, db_tx_read(x->tx), x->site->realm, c->appeal_id, &files, &n));
    TRY(reception_load_released(x->a, db_tx_read(x->tx), x->site->realm, c->appeal_id, &released, &n_released));
    for (size_t i = 0; i < n; i++)
        is_there = is_there || (files[i].no == c->file_no && files[i].answer_no == 0);
    if (!is_there)
        return action_refuse(x, NO("FILE_UNKNOWN", "file_unknown", NO_LAW));
    for (size_t i = 0; i < n_released; i++)
        if (released[i] == c->file_no)
            return action_refuse(x, NO("RELEASE_DONE", "release_done", NO_LAW));
    TRY(reception_store_add_released(x, c->appeal_id, c->file_no));
    struct json *j = detail_begin(x, &d);
    json_put_int(j, "file", c->file_no);
    return reception_event(x, &w.appeal, "file_released", &d);
}

/* == showing == */

static struct err *showing_event(struct action *x, const struct appeal *p, const char *verb, int64_t request)
{
    struct detail d;
    struct json *j = detail_begin(x, &d);
    json_put_int(j, "request", request);
    return reception_event(x, p, verb, &d);
}

struct err *reception_ask_showing(struct action *x)
{
    struct opening_command *c = x->command;
    struct applicant *who;
    struct hiding h;
    TRY(load_hiding(x, c->appeal_id, &h));
    if (text_is_blank(c->note))
        return action_refuse(x, NO("APART_NOTE", "apart_note", NO_LAW));
    TRY(reception_load_applicant(x->a, db_tx_read(x->tx), x->site, c->appeal_id, &who));
    if (who) {
        (void)hide(x, &h, who->name, S("name"));
        (void)hide(x, &h, who->email, S("contact"));
        (void)hide(x, &h, who->phone, S("contact"));
        (void)hide(x, &h, who->address, S("contact"));
    }
    TRY(store_hiding(x, &h));
    struct two_persons t = {.noun = APPEAL_NOUN, .noun_id = c->appeal_id, .note = c->note};
    TRY(two_persons_ask(x, &reception_showing, &t));
    c->request_id = t.id;
    return showing_event(x, &h.w.appeal, "showing_asked", t.id);
}

static struct err *load_showing(struct action *x, struct opening_command *c, struct two_persons *ret, struct work *w)
{
    bool found;
    TRY(two_persons_load(x->a, db_tx_read(x->tx), x->site->realm, c->request_id, ret, &found));
    if (!found || !str_eq(ret->kind, str_c(reception_showing.name)) || !str_eq(ret->noun, APPEAL_NOUN))
        return action_refuse(x, verdict_no("TWO_PERSONS_UNKNOWN", "verdict.two_persons.unknown", NULL, NO_LAW));
    c->appeal_id = ret->noun_id;
    return reception_work(x, c->appeal_id, RECEPTION_CONFIRM_SHOWING, w);
}

struct err *reception_confirm_showing(struct action *x)
{
    struct opening_command *c = x->command;
    struct two_persons t;
    struct work w;
    TRY(load_showing(x, c, &t, &w));
    ALLOW(x, reception_rules_showing(&w.appeal, false)); /* it may have been passed on since */
    TRY(two_persons_confirm(x, &reception_showing, c->request_id, &t));
    TRY(reception_store_add_shown(x, &w.appeal, t.id));
    TRY(two_persons_end(x, t.id, S("used")));
    TRY(showing_event(x, &w.appeal, "shown", t.id));
    return reception_notify(x, &w.appeal, "shown");
}

struct err *reception_refuse_showing(struct action *x)
{
    struct opening_command *c = x->command;
    struct two_persons t;
    struct work w;
    TRY(load_showing(x, c, &t, &w));
    TRY(two_persons_end(x, t.id, S("refused")));
    return showing_event(x, &w.appeal, "showing_ended", t.id);
}
