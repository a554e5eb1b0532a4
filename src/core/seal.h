/* SPDX-License-Identifier: AGPL-3.0-or-later
 *
 * seal.h - words that this server carries and cannot read: keys of recipients, sealed bytes, what is inside.
 *
 * Sealing happens in the browser of the author or by `birge seal`; opening where the secret key lies. The server
 * looks at form and size alone (seal_look). A sealed file is
 *
 *     birge sealed v1\n  to: <40 hex>\n  reply: <64 hex>\n  \n  <ephemeral key, 32> <MAC, 16> <class bytes>
 *
 * where the last line is libsodium's crypto_box_seal (X25519, XSalsa20-Poly1305) of a content that is filled with
 * zeros up to the next of seven sizes, so that its length tells little. The content repeats `to` and `reply`: a
 * server that changes them outside is found out. `reply` is the public key of a pair that is derived from the answer
 * secret, which only the author has; in an answer it is all zero.
 *
 * Pure but for randomness: no files, no clock, no database.
 * Source: trust.md section 6 (retaliation); libsodium, "Sealed boxes"; docs/adr/0064; the browser's half is
 * assets/seal/seal.js, held against this one by tests/http/sealed_test.py.
 */
#ifndef BIRGE_CORE_SEAL_H
#define BIRGE_CORE_SEAL_H

#include "base/err.h"

#define SEAL_KEY_BYTES 32
#define SEAL_ID_BYTES 20
#define SEAL_SECRET_CHARS 32 /* of an answer secret: Crockford base32, 160 bits */
#define SEAL_HEAD_BYTES 134
#define SEAL_BOX_BYTES 48    /* ephemeral key and MAC */
#define SEAL_CLASS_MAX (4u * 1024 * 1024)
#define SEAL_BYTES_MAX (SEAL_HEAD_BYTES + SEAL_BOX_BYTES + SEAL_CLASS_MAX)
#define SEAL_FILES 5
#define SEAL_NAME_CHARS 200  /* of a recipient and of a file */

/* ---- keys ---- */

/* Whom to seal for. */
struct seal_key {
    bool is_reply;                  /* the key of an author, for the answer */
    uint8_t key[SEAL_KEY_BYTES];    /* X25519, public */
    uint8_t id[SEAL_ID_BYTES];      /* the first bytes of SHA-256("birge seal key v1\n" || key): the fingerprint */
    struct str name;                /* whose; one line */
};

/* The fingerprint of a public key. */
void seal_id(const uint8_t key[SEAL_KEY_BYTES], uint8_t ret_id[SEAL_ID_BYTES]);
/* "3F2A 91BC ...": ten blocks to be compared by eye; in `a`. */
struct str seal_fingerprint(struct arena *a, const uint8_t id[SEAL_ID_BYTES]);
/* The file of a public key, and what one says. ERR_INPUT for anything that is not exactly such a file, and for keys
 * of low order, to which anybody could open. Memory: `a`. */
struct str seal_key_text(struct arena *a, const struct seal_key *k);
struct err *seal_key_read(struct arena *a, struct str text, struct seal_key *ret_key) WARN_UNUSED;
/* May these 32 bytes be sealed for? No for points of low order. */
bool seal_key_sound(const uint8_t key[SEAL_KEY_BYTES]);

/* The secret key of a recipient. Wipe it when done (sodium_memzero). */
struct seal_secret {
    uint8_t secret[SEAL_KEY_BYTES];
    uint8_t key[SEAL_KEY_BYTES];
};
/* A fresh pair. */
void seal_secret_make(struct seal_secret *ret_secret);
/* The file of a secret key, encrypted with a passphrase (Argon2id, 64 MiB, 3 passes; secretbox). Slow: 0.2 s. */
struct err *seal_secret_text(struct arena *a, const struct seal_secret *s, struct str passphrase,
                             struct str *ret_text) WARN_UNUSED;
/* Read it back. ERR_INPUT for what is no such file; *ret_opened is false for a wrong passphrase or changed bytes. */
struct err *seal_secret_read(struct arena *a, struct str text, struct str passphrase, bool *ret_opened,
                             struct seal_secret *ret_secret) WARN_UNUSED;

/* A fresh answer secret, SEAL_SECRET_CHARS letters and NUL. */
void seal_answer_secret(char ret_letters[SEAL_SECRET_CHARS + 1]);
/* The pair behind an answer secret as typed (spaces, hyphens and small letters forgiven); false when it is none. */
bool seal_answer_pair(struct str typed, struct seal_secret *ret_secret);

/* ---- what is inside ---- */

struct seal_file {
    struct str name; /* as its sender called it: never a path to write to without cleaning */
    struct str bytes;
};
struct seal_content {
    uint8_t to[SEAL_ID_BYTES];
    uint8_t reply[SEAL_KEY_BYTES]; /* all zero: no answer is awaited */
    struct str subject; /* one line; may be "" */
    struct str text;
    struct str contact; /* how to reach the author; may be "" */
    struct seal_file files[SEAL_FILES];
    size_t n_files;
};

/* ---- the sealed file ---- */

enum seal_finding {
    SEAL_FINE,
    SEAL_NOT_ONE,   /* does not begin like one */
    SEAL_VERSION,   /* of a later version */
    SEAL_CUT,       /* its size is none of the sizes: cut off, or something was added */
    SEAL_LARGE,     /* above the largest size */
    SEAL_WEAK,      /* names a reply key to which anybody could open */
    SEAL_OTHER_KEY, /* sealed for another key than this one */
    SEAL_BROKEN,    /* changed on its way, or made for another key under this one's name */
    SEAL_MALFORMED, /* opens, and what is inside is not such a content */
};
/* A word for logs and messages: "cut"; static. */
const char *seal_finding_name(enum seal_finding f);

struct seal_head {
    uint8_t to[SEAL_ID_BYTES];
    uint8_t reply[SEAL_KEY_BYTES];
    bool has_reply;
    struct str box; /* a view of the input */
};
/* All that can be said without the key: form, size, and whom it names. Constant time. */
enum seal_finding seal_look(struct str bytes, struct seal_head *ret_head);

/* Seal `c` (its `to` is taken from `k`) for `k`. ERR_LIMIT when it is larger than the largest size, ERR_INPUT for a
 * subject of several lines, a text with U+0000, or too many files. Memory: `a`, which should be wiped after. */
struct err *seal_seal(struct arena *a, const struct seal_key *k, const struct seal_content *c,
                      struct str *ret_bytes) WARN_UNUSED;
/* Open. Texts of the content are views of memory in `a`. */
enum seal_finding seal_open(struct arena *a, struct str bytes, const struct seal_secret *s,
                            struct seal_content *ret_content);

#endif
