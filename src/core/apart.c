/* SPDX-License-Identifier: AGPL-3.0-or-later
 *
 * apart.c - closing words into boxes and opening them.
 *
 * A box: "apart:" and base64 of nonce (24), then secretbox of the words, padded to a multiple of 64 bytes.
 * Derived keys are wiped before each return.
 */
#include "core/apart.h"

#include <sodium.h>
#include <string.h>

#include "base/buf.h"
#include "base/hash.h"
#include "core/keys.h"

#define BLOCK 64 /* bytes: the length that a box shows is a multiple of it */
#define TEXT_MAX (16 * ARENA_KIB)
#define HEAD_BYTES (crypto_secretbox_NONCEBYTES + crypto_secretbox_MACBYTES)
_Static_assert(KEY_BYTES == crypto_kdf_KEYBYTES && HASH_BYTES == crypto_secretbox_KEYBYTES, "keys fit");

bool apart_is_box(struct str s)
{
    struct str mark = APART_MARK;
    return s.n > mark.n && memcmp(s.p, mark.p, mark.n) == 0;
}

/* The key of one thing: of the realm by KDF, then of noun and id. */
static struct hash key_of(const struct keys *keys, int64_t realm, struct str noun, int64_t noun_id)
{
    uint8_t of_realm[KEY_BYTES];
    uint8_t id[8];
    for (int i = 0; i < 8; i++)
        id[i] = (uint8_t)((uint64_t)noun_id >> (56 - 8 * i));
    MUST(crypto_kdf_derive_from_key(of_realm, sizeof of_realm, (uint64_t)realm, "identity", keys->identity) == 0);
    struct hash h = HMAC(of_realm, STR("birge apart v1\n"), {(const char *)id, sizeof id}, noun);
    sodium_memzero(of_realm, sizeof of_realm);
    return h;
}

struct str apart_close(struct arena *a, const struct keys *keys, int64_t realm, struct str noun, int64_t noun_id,
                       struct str text)
{
    if (text.n == 0)
        return text;
    MUST(text.n <= TEXT_MAX);
    size_t padded = (text.n / BLOCK + 1) * BLOCK;
    uint8_t *words = arena_alloc(a, padded);
    uint8_t *out = arena_alloc(a, HEAD_BYTES + padded);
    size_t n;
    struct buf b;
    struct hash key = key_of(keys, realm, noun, noun_id);
    memcpy(words, text.p, text.n);
    MUST(sodium_pad(&n, words, text.n, BLOCK, padded) == 0 && n == padded);
    struct hash nonce = HMAC(key.b, STR("birge apart nonce v1\n"), {(const char *)words, padded});
    memcpy(out, nonce.b, crypto_secretbox_NONCEBYTES);
    MUST(crypto_secretbox_easy(out + crypto_secretbox_NONCEBYTES, words, padded, out, key.b) == 0);
    sodium_memzero(&key, sizeof key);
    sodium_memzero(words, padded);
    buf_init(&b, a, 2 * (HEAD_BYTES + padded));
    buf_str(&b, APART_MARK);
    buf_base64(&b, (const char *)out, HEAD_BYTES + padded);
    return buf_view(&b);
}

struct err *apart_open(struct arena *a, const struct keys *keys, int64_t realm, struct str noun, int64_t noun_id,
                       struct str box, struct str *ret_text)
{
    struct str bytes;
    size_t n = 0;
    if (!apart_is_box(box)) {
        *ret_text = box;
        return NULL;
    }
    bool ok = base64_decode(a, str_slice(box, APART_MARK.n, box.n), &bytes) && bytes.n >= HEAD_BYTES + BLOCK;
    uint8_t *words = ok ? arena_alloc(a, bytes.n - HEAD_BYTES) : NULL;
    struct hash key = key_of(keys, realm, noun, noun_id);
    const uint8_t *in = ok ? (const uint8_t *)bytes.p : NULL;
    ok = ok && crypto_secretbox_open_easy(words, in + crypto_secretbox_NONCEBYTES,
                                          bytes.n - crypto_secretbox_NONCEBYTES, in, key.b) == 0;
    sodium_memzero(&key, sizeof key);
    if (!ok || sodium_unpad(&n, words, bytes.n - HEAD_BYTES, BLOCK) != 0)
        return ERR(a, ERR_CORRUPT, "what is kept apart of %.*s %lld does not open with keys/identity", STR_FMT(noun),
                   (long long)noun_id);
    *ret_text = (struct str){(const char *)words, n};
    return NULL;
}
