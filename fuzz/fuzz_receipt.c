/* SPDX-License-Identifier: AGPL-3.0-or-later
 *
 * fuzz_receipt.c - receipts, checkpoints and keys as anybody may hand them in: what is read is written back byte for
 * byte, and nothing but the one genuine text passes as genuine.
 *
 * The first byte chooses. Even: the rest is a text. Odd: the rest edits the genuine receipt, three bytes an edit
 * (place, place, letter).
 */
#include <stdlib.h>
#include <string.h>

#include "core/receipt.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

/* A receipt of a log with one leaf, which is its own inclusion proof. */
static struct str genuine(struct arena *a, struct vkey *ret_vkey)
{
    const uint8_t seed[LOG_SEED_BYTES] = {7};
    struct log_key *key;
    struct str lines;
    struct str text;
    struct hash salt = HASH(STR("salt"));
    struct receipt rc = {.number = S("2026-0000123-4"), .registered_at = INT64_C(1774861200000),
                         .body = S("Жол басқармасы")};
    MUST(!log_key_make(a, seed, S("birge.test/log"), &key));
    *ret_vkey = log_key_public(key);
    rc.salt = str_dup(a, hash_str(&salt));
    rc.content = receipt_content(rc.salt, S("Light"), S("The lamp is broken."));
    MUST(!receipt_lines(a, &rc, &lines));
    struct hash commitment = log_commitment(rc.salt, S("appeal"), S("registered"), lines);
    struct tree_head head = {1, log_leaf(&commitment)};
    rc.checkpoint = checkpoint_sign(a, key, &head);
    MUST(!receipt_text(a, &rc, &text));
    return text;
}

static struct str edited(struct arena *a, struct str text, const uint8_t *edits, size_t size)
{
    char *p = arena_alloc(a, text.n);
    memcpy(p, text.p, text.n);
    for (size_t i = 0; i + 3 <= size; i += 3)
        p[((size_t)edits[i] << 8 | edits[i + 1]) % text.n] = (char)edits[i + 2];
    return (struct str){p, text.n};
}

static void try_receipt(struct arena *a, struct str text)
{
    struct vkey vkey;
    struct receipt rc;
    struct receipt proven;
    struct str again;
    struct str true_text = genuine(a, &vkey);
    struct err *read = receipt_parse(a, text, &rc);
    MUST(!read || read->code == ERR_INPUT);
    if (!read) {
        MUST(!receipt_text(a, &rc, &again));
        MUST(str_eq(again, text));
    }
    struct err *e = receipt_verify(a, &vkey, text, &proven);
    MUST(!e || e->code == ERR_INPUT);
    if (!e) {
        /* Signatures of keys that nobody knows may follow; everything before them is signed or bound. */
        MUST(!read && text.n >= true_text.n && str_eq(str_slice(text, 0, true_text.n), true_text));
    }
}

static void try_note(struct arena *a, struct str text)
{
    struct vkey vkey;
    struct tree_head head;
    struct str origin;
    struct err *e = checkpoint_read(a, text, &origin, &head);
    MUST(!e || e->code == ERR_INPUT);
    if (!e)
        MUST(origin.n > 0 && origin.n <= LOG_NAME_MAX && head.size >= 0);
    e = vkey_parse(a, text, &vkey);
    MUST(!e || e->code == ERR_INPUT);
    if (!e) {
        struct str plain = str_ends(text, S("\n")) ? str_slice(text, 0, text.n - 1) : text;
        MUST(str_eq(vkey_text(a, &vkey), plain));
    }
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    if (size == 0)
        return 0;
    struct arena *a = arena_new("fuzz", 0);
    struct vkey vkey;
    struct str text = data[0] % 2 == 0 ? str_dup(a, (struct str){(const char *)data + 1, size - 1})
                                       : edited(a, genuine(a, &vkey), data + 1, size - 1);
    try_receipt(a, text);
    try_note(a, text);
    arena_free(a);
    return 0;
}
