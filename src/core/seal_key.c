/* SPDX-License-Identifier: AGPL-3.0-or-later
 *
 * seal_key.c - the two files of a recipient's key, and the answer secret of an author.
 *
 * Reading accepts what the writer writes and nothing else: the text is written anew and compared.
 * Source: libsodium, "Password hashing", "Sealed boxes"; RFC 9106, section 4 (64 MiB, 3 passes).
 */
#include "core/seal.h"

#include <string.h>

#include "base/buf.h"
#include "base/hash.h"

#define KEY_TITLE "birge seal key v1"
#define REPLY_TITLE "birge reply key v1"
#define SECRET_TITLE "birge seal secret v1"
#define KDF_LINE "kdf: argon2id 65536 3"
#define KDF_BYTES ((size_t)65536 * 1024)
#define KDF_PASSES 3
#define FILE_MAX 4096

/* ---- public keys ---- */

void seal_id(const uint8_t key[SEAL_KEY_BYTES], uint8_t ret_id[SEAL_ID_BYTES])
{
    struct hash h = HASH(STR(KEY_TITLE "\n"), {(const char *)key, SEAL_KEY_BYTES});
    memcpy(ret_id, h.b, SEAL_ID_BYTES);
}

struct str seal_fingerprint(struct arena *a, const uint8_t id[SEAL_ID_BYTES])
{
    struct buf b;
    buf_init(&b, a, 64);
    for (size_t i = 0; i < SEAL_ID_BYTES; i += 2)
        buf_printf(&b, "%s%02X%02X", i ? " " : "", id[i], id[i + 1]);
    return buf_view(&b);
}

bool seal_key_sound(const uint8_t key[SEAL_KEY_BYTES])
{
    uint8_t scalar[SEAL_KEY_BYTES];
    uint8_t shared[SEAL_KEY_BYTES];
    memset(scalar, 7, sizeof scalar);
    return crypto_scalarmult(shared, scalar, key) == 0; /* -1 when the result is zero: a point of low order */
}

struct str seal_key_text(struct arena *a, const struct seal_key *k)
{
    struct str hex = str_hex(a, k->key, sizeof k->key);
    return str_printf(a, "%s\nname: %.*s\nkey: %.*s\n", k->is_reply ? REPLY_TITLE : KEY_TITLE, STR_FMT(k->name),
                      STR_FMT(hex));
}

/* Exactly `n` bytes of lower-case hexadecimal. */
static bool read_hex(struct str hex, uint8_t *ret, size_t n)
{
    size_t got = 0;
    return hex.n == 2 * n && sodium_hex2bin(ret, n, hex.p, hex.n, NULL, &got, NULL) == 0 && got == n;
}

/* The value of the next line "key: value". */
static bool next_value(struct str *rest, const char *key, struct str *ret_value)
{
    struct str line;
    struct str name;
    if (!rest->p || !str_cut(*rest, '\n', &line, rest) || !str_cut(line, ':', &name, ret_value))
        return false;
    if (!str_eq(name, str_c(key)) || !str_starts(*ret_value, S(" ")))
        return false;
    *ret_value = str_slice(*ret_value, 1, ret_value->n);
    return true;
}

static bool is_one_line(struct str s)
{
    if (s.n == 0 || !text_fits(s, SEAL_NAME_CHARS))
        return false;
    for (size_t i = 0; i < s.n; i++)
        if ((uint8_t)s.p[i] < 0x20 || s.p[i] == 0x7F)
            return false;
    return true;
}

struct err *seal_key_read(struct arena *a, struct str text, struct seal_key *ret_key)
{
    struct seal_key k = {.name = S("")};
    struct str title;
    struct str rest;
    struct str hex;
    bool ok = text.n <= FILE_MAX && str_cut(text, '\n', &title, &rest);
    k.is_reply = ok && str_eq(title, S(REPLY_TITLE));
    ok = ok && (k.is_reply || str_eq(title, S(KEY_TITLE))) && next_value(&rest, "name", &k.name) &&
         next_value(&rest, "key", &hex) && read_hex(hex, k.key, sizeof k.key) && is_one_line(k.name);
    if (!ok || !str_eq(seal_key_text(a, &k), text))
        return ERR(a, ERR_INPUT, "expected the file of a public key: \"" KEY_TITLE "\", name, key");
    if (!seal_key_sound(k.key))
        return ERR(a, ERR_INPUT, "the key is of low order: whatever is sealed for it, anybody can open");
    seal_id(k.key, k.id);
    k.name = str_dup(a, k.name);
    *ret_key = k;
    return NULL;
}

/* ---- secret keys ---- */

void seal_secret_make(struct seal_secret *ret_secret)
{
    MUST(crypto_box_keypair(ret_secret->key, ret_secret->secret) == 0);
}

static struct err *derive(struct arena *a, struct str passphrase, const uint8_t *salt, uint8_t ret_key[32])
{
    if (crypto_pwhash(ret_key, 32, passphrase.p ? passphrase.p : "", passphrase.n, salt, KDF_PASSES, KDF_BYTES,
                      crypto_pwhash_ALG_ARGON2ID13) != 0)
        return ERR(a, ERR_FULL, "no memory for the passphrase: 64 MiB are needed");
    return NULL;
}

static struct str secret_file(struct arena *a, const uint8_t key[SEAL_KEY_BYTES], const uint8_t *salt,
                              const uint8_t *box, size_t n_box)
{
    struct str public_hex = str_hex(a, key, SEAL_KEY_BYTES);
    struct str salt_hex = str_hex(a, salt, crypto_pwhash_SALTBYTES);
    struct str box_hex = str_hex(a, box, n_box);
    return str_printf(a, SECRET_TITLE "\nkey: %.*s\n" KDF_LINE "\nsalt: %.*s\nsecret: %.*s\n", STR_FMT(public_hex),
                      STR_FMT(salt_hex), STR_FMT(box_hex));
}

#define BOX_BYTES (crypto_secretbox_NONCEBYTES + crypto_secretbox_MACBYTES + SEAL_KEY_BYTES)

struct err *seal_secret_text(struct arena *a, const struct seal_secret *s, struct str passphrase,
                             struct str *ret_text)
{
    uint8_t salt[crypto_pwhash_SALTBYTES];
    uint8_t box[BOX_BYTES];
    uint8_t key[crypto_secretbox_KEYBYTES];
    randombytes_buf(salt, sizeof salt);
    randombytes_buf(box, crypto_secretbox_NONCEBYTES);
    TRY(derive(a, passphrase, salt, key));
    (void)crypto_secretbox_easy(box + crypto_secretbox_NONCEBYTES, s->secret, sizeof s->secret, box, key);
    sodium_memzero(key, sizeof key);
    *ret_text = secret_file(a, s->key, salt, box, sizeof box);
    return NULL;
}

struct err *seal_secret_read(struct arena *a, struct str text, struct str passphrase, bool *ret_opened,
                             struct seal_secret *ret_secret)
{
    struct str title;
    struct str rest;
    struct str values[4];
    uint8_t salt[crypto_pwhash_SALTBYTES];
    uint8_t box[BOX_BYTES];
    uint8_t key[crypto_secretbox_KEYBYTES];
    struct seal_secret s;
    bool ok = text.n <= FILE_MAX && str_cut(text, '\n', &title, &rest) && str_eq(title, S(SECRET_TITLE)) &&
              next_value(&rest, "key", &values[0]) && next_value(&rest, "kdf", &values[1]) &&
              next_value(&rest, "salt", &values[2]) && next_value(&rest, "secret", &values[3]) &&
              read_hex(values[0], s.key, sizeof s.key) && read_hex(values[2], salt, sizeof salt) &&
              read_hex(values[3], box, sizeof box);
    if (!ok || !str_eq(secret_file(a, s.key, salt, box, sizeof box), text))
        return ERR(a, ERR_INPUT, "expected the file of a secret key: \"" SECRET_TITLE "\", key, kdf, salt, secret");
    TRY(derive(a, passphrase, salt, key));
    int wrong = crypto_secretbox_open_easy(s.secret, box + crypto_secretbox_NONCEBYTES,
                                           BOX_BYTES - crypto_secretbox_NONCEBYTES, box, key);
    sodium_memzero(key, sizeof key);
    uint8_t public[SEAL_KEY_BYTES];
    *ret_opened = !wrong && crypto_scalarmult_base(public, s.secret) == 0 && memcmp(public, s.key, sizeof public) == 0;
    if (*ret_opened)
        *ret_secret = s;
    sodium_memzero(&s, sizeof s);
    return NULL;
}

/* ---- the answer secret ---- */

void seal_answer_secret(char ret_letters[SEAL_SECRET_CHARS + 1])
{
    uint8_t random[SEAL_SECRET_CHARS * 5 / 8];
    randombytes_buf(random, sizeof random);
    crockford_encode(random, SEAL_SECRET_CHARS, ret_letters);
    sodium_memzero(random, sizeof random);
}

bool seal_answer_pair(struct str typed, struct seal_secret *ret_secret)
{
    static const char context[] = "birge reply v1\n";
    char letters[SEAL_SECRET_CHARS + 1];
    uint8_t input[sizeof context - 1 + SEAL_SECRET_CHARS];
    if (!crockford_clean(typed, SEAL_SECRET_CHARS, letters))
        return false;
    memcpy(input, context, sizeof context - 1);
    memcpy(input + sizeof context - 1, letters, SEAL_SECRET_CHARS);
    (void)crypto_generichash(ret_secret->secret, SEAL_KEY_BYTES, input, sizeof input, NULL, 0);
    sodium_memzero(input, sizeof input);
    sodium_memzero(letters, sizeof letters);
    return crypto_scalarmult_base(ret_secret->key, ret_secret->secret) == 0;
}
