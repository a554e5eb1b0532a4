/* SPDX-License-Identifier: AGPL-3.0-or-later
 *
 * notice.h - letters to people: written with the action that causes them, sent later.
 *
 * A notice is a row of the outbox in the action's own transaction: no action without its letter, no letter
 * without its action. It is made from kind, number and link alone, so it cannot carry a case's content to a
 * mailbox that others read. Texts are "notice.<kind>.subject" and "notice.<kind>.text" of locale/.
 *
 * Source: trust.md section 6 (no mail of content); architecture.md section 3 (courier).
 */
#ifndef BIRGE_CORE_NOTICE_H
#define BIRGE_CORE_NOTICE_H

#include "core/site.h"

struct notice {
    struct str noun;      /* "appeal" */
    int64_t noun_id;
    const char *kind;     /* "registered", "forwarded", "answered", "refused", "answer_changed", "answer_file_added",
                             "extended", "code_renewed", "contact_code", "contact_changed"; another one says that
                             there is news */
    struct str transport; /* "email" or "phone" */
    struct str recipient; /* address or number, as the person gave it */
    bool is_apart;        /* the recipient is kept apart: the row holds a box of `noun`, core/apart.h */
    struct str language;  /* "kk", "ru", "en" */
    struct str number;    /* of the case */
    struct str link;      /* page where the case can be read with its code; without a scheme the letter says the
                             way to it in words */
    struct str code;      /* contact_code: what shows that the letter came; absent otherwise */
    int64_t expires_at;   /* ms UTC: not sent any more afterwards; 0: never */
};

/* Put `n` into the outbox; inside the action's job. `at` is its time.
 * Errors: ERR_INPUT when the recipient holds a control character or more than 320 bytes, or looks like a box. */
struct err *notice_add(struct arena *a, struct db_tx *tx, struct site *site, int64_t at, const struct notice *n)
    WARN_UNUSED;

/* A letter as it lies in the outbox. */
struct notice_row {
    int64_t id;
    int64_t at;
    struct str noun;
    int64_t noun_id;
    struct str transport;
    struct str recipient;
    struct str language;
    struct str subject;
    struct str text;
};
/* Who it goes to in plain words, when that is kept apart; for sending alone. ERR_CORRUPT as apart_open. */
struct err *notice_recipient(struct arena *a, const struct site *site, struct str noun, int64_t noun_id,
                             struct str stored, struct str *ret_recipient) WARN_UNUSED;
/* Its bytes for a mail server (core/letter.h), in `a`: from [mail] from, or "no-reply" at the site's host; the
 * Message-ID is the same whenever it is made. */
struct err *notice_letter(struct arena *a, struct site *site, const struct notice_row *n, struct str *ret_bytes)
    WARN_UNUSED;

/* The file transport: what waits becomes files of the outbox folder, a letter <id>.eml (RFC 5322), a message to a
 * phone <id>.sms (number, empty line, text), then its row says so. With [mail] transport = smtp only messages to
 * phones do; letters are the courier's (core/courier.h). Twice is once: a letter keeps its name. What cannot be
 * delivered keeps the reason and is tried again at the next call.
 * Not on the writer's thread nor a loop's; one caller at a time.
 * Errors: ERR_IO and others when nothing could be done at all. */
struct err *notice_deliver(struct arena *a, struct site *site) WARN_UNUSED;

#endif
