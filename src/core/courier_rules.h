/* SPDX-License-Identifier: AGPL-3.0-or-later
 *
 * courier_rules.h - what a mail server's answer means for a letter, and when to try again.
 *
 * Pure: answers, numbers and "now" in, a decision out; no database, no clock, no chance.
 * Keeps:  a letter is given up only for a definite "no" to itself, or after its time; what the relay as a whole
 *         refuses (cannot be reached, wrong certificate, wrong password) is never held against a letter.
 * Source: RFC 5321 section 4.2 and 4.5.4 (4yz try again, 5yz do not), RFC 3463 (x.7.z: policy), RFC 6647
 *         (greylisting: wait, then try again).
 */
#ifndef BIRGE_CORE_COURIER_RULES_H
#define BIRGE_CORE_COURIER_RULES_H

#include "base/err.h"

/* How far the conversation about a letter came. */
enum courier_phase {
    PHASE_RELAY, /* connecting, greeting, TLS, sign-in */
    PHASE_FROM,  /* MAIL FROM was sent */
    PHASE_TO,    /* RCPT TO was sent */
    PHASE_DATA,  /* DATA was sent, perhaps the letter too */
    N_COURIER_PHASES,
};
const char *courier_phase_name(enum courier_phase phase); /* "relay", "from", "to", "data" */
bool courier_phase_parse(struct str s, enum courier_phase *ret);

struct courier_answer {
    bool is_accepted;         /* the server took the letter: 250 after its last line */
    enum courier_phase phase; /* of what failed */
    int code;                 /* "550" of the last answer; 0: none came */
    struct str text;          /* the answer's line or our own words for what happened; no address, see courier_clean */
};

enum courier_outcome {
    OUTCOME_SENT,
    OUTCOME_LATER, /* this letter, or its domain, was put off */
    OUTCOME_NEVER, /* refused for good */
    OUTCOME_RELAY, /* nothing about this letter: the relay does not serve us now */
};

/* What `answer` means. */
enum courier_outcome courier_judge(const struct courier_answer *answer);

/* Milliseconds to wait after the n-th failed try (1, 2, ...): `first_ms` doubled each time, at most `most_ms`, and up to
 * a quarter more or less, by `seed`, so that letters put off together do not come back together. */
int64_t courier_pause(int64_t first_ms, int64_t most_ms, int64_t n, uint64_t seed);

/* `text` for pages and logs: one line of at most 300 bytes, valid UTF-8, without control characters; in each word
 * with an '@' what stands before it becomes "...", and so does the local part of `recipient` wherever it stands as a
 * word. In `a`. */
struct str courier_clean(struct arena *a, struct str text, struct str recipient);

#endif
