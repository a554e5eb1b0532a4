/* SPDX-License-Identifier: AGPL-3.0-or-later
 *
 * log.h - the public log as outsiders see it: its key, its entries, and the heads it signs.
 *
 * A head is the size and root of the tree. Signed, it is a checkpoint: a C2SP signed note of three lines
 * under the log's Ed25519 key, whose name is the origin of the log. Entries are commitments of one shape,
 * so they say nothing about anyone.
 *
 * Pure: no database, no clock. Keeps: Ed25519 is deterministic, so signing a head twice gives the same bytes;
 * reading is strict (canonical base64 and decimals, LF only), so a checkpoint that is accepted is the one
 * that was signed, byte for byte.
 * Source: contract.md; C2SP signed-note, tlog-checkpoint; RFC 8032; RFC 6962 section 2.1.
 */
#ifndef BIRGE_CORE_LOG_H
#define BIRGE_CORE_LOG_H

#include "base/err.h"
#include "base/hash.h"

#define LOG_SEED_BYTES 32
#define LOG_NAME_MAX 255                    /* bytes of an origin */
#define LOG_NOTE_MAX (128 * (size_t)1024)   /* bytes of a note; 16 cosignatures of 5 KiB fit */
#define LOG_SIGNATURES_MAX 64               /* signature lines of a note */

/* The signing key with its name. Opaque: the secret stays in log.c. */
struct log_key;

/* Whom a note is believed from. */
struct vkey {
    struct str name;    /* the log's origin */
    uint8_t id[4];      /* first bytes of SHA-256(name || LF || 0x01 || key) */
    uint8_t key[32];    /* Ed25519 public key */
};

/* A tree. */
struct tree_head {
    int64_t size; /* leaves */
    struct hash root;
};

/* == keys == */

/* The key of `seed` under the name `origin`. Memory: `a`; wiped when it is freed.
 * Errors: ERR_CONFIG for a name that is empty, too long, or holds a space, a plus or a control character. */
struct err *log_key_make(struct arena *a, const uint8_t seed[LOG_SEED_BYTES], struct str origin,
                         struct log_key **ret_key) WARN_UNUSED;
/* Its public half; the name lives as long as the key. */
struct vkey log_key_public(const struct log_key *key);
/* "birge-" and the first 8 hexadecimal digits of the public key of `seed`: the origin of a log that nobody
 * named. In `a`. */
struct str log_origin_default(struct arena *a, const uint8_t seed[LOG_SEED_BYTES]);

/* The vkey as text, "name+id+base64", without a line end, in `a`. */
struct str vkey_text(struct arena *a, const struct vkey *v);
/* Read one; a line end behind it is fine. The name is a view of `text`, scratch in `a`.
 * Errors: ERR_INPUT that says what is wrong; only Ed25519 (0x01) is known. */
struct err *vkey_parse(struct arena *a, struct str text, struct vkey *ret_vkey) WARN_UNUSED;

/* == heads == */

/* The checkpoint of `head`, in `a`. Call it only for heads that are durable and grow (core/journal). */
struct str checkpoint_sign(struct arena *a, const struct log_key *key, const struct tree_head *head);
/* Check a checkpoint: canonical, of the log `v`, signed by it exactly once. Signatures of unknown keys are
 * ignored when they are well-formed. Scratch in `a`.
 * Errors: ERR_INPUT that says what is wrong. */
struct err *checkpoint_open(struct arena *a, const struct vkey *v, struct str note, struct tree_head *ret_head)
    WARN_UNUSED;
/* What a note says without asking who signed it: its own log's head file, a list for people. As
 * checkpoint_open, but no key is known. */
struct err *checkpoint_read(struct arena *a, struct str note, struct str *ret_origin, struct tree_head *ret_head)
    WARN_UNUSED;
/* Check any signed note (the text may be anything): signed by `v`. The text, its last LF included, is a view
 * of `note`. For tests and witnesses. */
struct err *note_open(struct arena *a, const struct vkey *v, struct str note, struct str *ret_text) WARN_UNUSED;

/* == entries == */

#define LOG_ENTRY_BYTES 54 /* "birge v1\n" + 44 characters of base64 + "\n" */

/* What an event commits to: SHA-256("birge event v1\n" || salt || noun "." verb "\n" || lines). */
struct hash log_commitment(struct str salt, struct str noun, struct str verb, struct str lines);
/* The entry of a commitment, LOG_ENTRY_BYTES long. */
void log_entry(const struct hash *commitment, char ret[LOG_ENTRY_BYTES]);
/* Its leaf hash, SHA-256(0x00 || entry). */
struct hash log_leaf(const struct hash *commitment);

#endif
