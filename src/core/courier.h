/* SPDX-License-Identifier: AGPL-3.0-or-later
 *
 * courier.h - where every letter of the outbox is: handed out to a courier, recorded as sent, put off or given up.
 *
 * The courier is another process and knows no database. It asks; the server answers with letters that are marked
 * as taken, for a while and by name, and turns what the courier tells about them into rows. A letter that a
 * courier took and never told of goes out again, with the same Message-ID: at most once more for each crash.
 *
 * Keeps:  a domain that puts letters off delays no other; the longest untried domain has its turn first; no
 *         address and no content in any answer that is kept.
 * Source: architecture.md section 3; experience.md section 7; issue "Mail and sign-in that offices need".
 */
#ifndef BIRGE_CORE_COURIER_H
#define BIRGE_CORE_COURIER_H

#include "core/action.h"
#include "core/courier_rules.h"
#include "core/mail.h"

/* Names in the place of a domain. */
#define DOMAIN_RELAY S("+relay") /* the relay itself */
#define DOMAIN_APART S("+apart") /* letters to whom it is not told: their domain could name them */
#define DOMAIN_PHONE S("+phone") /* messages to phones: files, until there is a gateway */

/* A letter on its way. */
struct courier_letter {
    int64_t id;
    struct str domain;
    struct str recipient;
    struct str bytes; /* RFC 5322 */
};

/* What became of one. */
struct courier_result {
    int64_t id;
    struct courier_answer answer;
};

/* One visit of a courier: what it tells and what it asks for. */
struct courier_visit {
    struct str by;                        /* name of the server whose courier it is */
    const struct courier_result *results;
    size_t n_results;
    const struct str *busy;               /* domains of the letters it still has, one for each */
    size_t n_busy;
    size_t n_wanted;                      /* how many letters more */
};

/* Record the results of `v` and hand out letters that are due, durably; the letters are in `a`. Not on the writer's
 * thread. Reads first: a visit without results and without anything due writes nothing. */
struct err *courier_visit(struct arena *a, struct site *site, struct db_read *r, const struct mail_settings *m,
                          const struct courier_visit *v, struct courier_letter **ret_letters, size_t *ret_n)
    WARN_UNUSED;
/* The courier of `by` is gone, another begins: what it had taken waits again, the relay is tried at once. */
struct err *courier_gone(struct arena *a, struct site *site, const struct mail_settings *m, struct str by) WARN_UNUSED;
/* The name of this server among several on one database: the same after each start, in `a`. */
struct str courier_name(struct arena *a, const struct site *site);

/* ---- inside a job, for notice.c ---- */

/* A fresh letter of id `id` waits. `expires_at` 0: never. */
struct err *courier_add(struct arena *a, struct db_tx *tx, int64_t realm, int64_t id, int64_t at, struct str noun,
                        int64_t noun_id, struct str domain, int64_t expires_at) WARN_UNUSED;
/* Record what became of a letter. */
struct err *courier_record(struct arena *a, struct db_tx *tx, struct site *site, const struct mail_settings *m,
                           const struct courier_result *result, int64_t now) WARN_UNUSED;

/* ---- for people ---- */

/* The whole outbox in a few numbers. */
struct courier_status {
    int64_t waiting;         /* letters not sent yet */
    int64_t sent;
    int64_t failed;          /* given up */
    int64_t oldest_at;       /* when the oldest waiting one was written, ms UTC; 0: none waits */
    int64_t relay_failures;  /* tries in a row in which the relay did not serve us */
    int64_t relay_tried_at;  /* ms UTC; 0: never */
    struct str relay_answer; /* its last one */
};
/* For `birge doctor` and the administration; one row per mail domain is read. Memory: `a`. */
struct err *courier_status(struct arena *a, struct db_read *r, int64_t realm, struct courier_status *ret_status)
    WARN_UNUSED;

/* A letter about a case that is in trouble. */
struct courier_trouble {
    int64_t id;
    struct str kind;
    struct str recipient; /* for comparing with the contact of today; never shown to whom it does not belong */
    int64_t at;           /* written, ms UTC */
    int64_t tried_at;     /* ms UTC */
    bool is_given_up;     /* false: it is tried again */
    struct str problem;   /* the last answer, without addresses */
};
/* The last few of (`noun`, `noun_id`), newest first. Memory: `a`. */
struct err *courier_trouble_of(struct arena *a, struct db_read *r, int64_t realm, struct str noun, int64_t noun_id,
                               struct courier_trouble **ret_troubles, size_t *ret_n) WARN_UNUSED;

struct courier_again_command {
    int64_t id;        /* of a letter; 0: a whole domain */
    struct str domain; /* then: what waits for it is tried now; "+relay": everything */
};
/* Verb: try again now. Verdict: LETTER_UNKNOWN, LETTER_SENT, LETTER_EXPIRED. */
struct err *courier_again(struct action *x) WARN_UNUSED;
/* Institution.rebuild: numbers per domain, from the letters. */
struct err *courier_rebuild(struct action *x) WARN_UNUSED;

#endif
