/* SPDX-License-Identifier: AGPL-3.0-or-later
 *
 * receipt.h - what a citizen keeps: a text that proves, without trusting anybody, that an appeal was accepted.
 *
 * It names number, time, body and the hash of the content, and carries the inclusion proof and a checkpoint.
 * The commitment in the log binds all four lines and the salt; the checkpoint binds the rest.
 *
 * Keeps:  reading is strict: a text that is not byte for byte what receipt_text would write is refused, so any
 *         changed byte of a receipt with the log's own signature alone makes it fail.
 * Source: contract.md ("A receipt is text"); C2SP tlog-proof.
 */
#ifndef BIRGE_CORE_RECEIPT_H
#define BIRGE_CORE_RECEIPT_H

#include "core/log.h"

#define RECEIPT_MAX (160 * (size_t)1024) /* bytes */
#define RECEIPT_SALT 32

struct receipt {
    struct str number;
    int64_t registered_at;      /* ms UTC, whole seconds */
    struct str body;            /* name of the responsible body */
    struct hash content;
    struct str salt;            /* RECEIPT_SALT bytes */
    int64_t leaf;               /* index in the log */
    const struct hash *hashes;  /* inclusion proof, leaf's sibling first */
    size_t n_hashes;
    struct str checkpoint;      /* signed note, cosignatures included */
};

/* The content hash: SHA-256("birge content v1\n" || salt || subject || "\n" || text). */
struct hash receipt_content(struct str salt, struct str subject, struct str text);

/* The four lines "number" to "content" that the commitment of the registration binds: event.lines. In `a`.
 * Uses number, registered_at, body and content of `rc`; milliseconds are dropped.
 * Errors: ERR_INPUT when number or body is empty, longer than 1,000 bytes, no UTF-8, or holds a control
 * character: it could not be told apart from the next line. */
struct err *receipt_lines(struct arena *a, const struct receipt *rc, struct str *ret_lines) WARN_UNUSED;

/* The whole text, in `a`. Errors as receipt_lines. */
struct err *receipt_text(struct arena *a, const struct receipt *rc, struct str *ret_text) WARN_UNUSED;

struct journal;
struct db_read;
/* The text for a registration that is in the journal: `lines` and `salt` of its event, proven in the tree of
 * `size` leaves (event.size of the event at once, journal_size later). In `a`.
 * Errors: ERR_NOT_FOUND when no head of that size is known. */
struct err *receipt_of_event(struct arena *a, struct journal *j, struct db_read *r, struct str lines,
                             struct str salt, int64_t leaf, int64_t size, struct str *ret_text) WARN_UNUSED;

/* Read a text. Strings are views of `text`, the rest is in `a`. Proves nothing yet.
 * Errors: ERR_INPUT naming the line and what was expected. */
struct err *receipt_parse(struct arena *a, struct str text, struct receipt *ret_receipt) WARN_UNUSED;

/* Does `text` prove that the log of `v` holds the registration it tells of? NULL: yes, and `ret_receipt` (may be
 * NULL) says what. Offline: no database, no clock.
 * Errors: ERR_INPUT that says which of form, signature or inclusion fails. */
struct err *receipt_verify(struct arena *a, const struct vkey *v, struct str text, struct receipt *ret_receipt)
    WARN_UNUSED;

#endif
