/* SPDX-License-Identifier: AGPL-3.0-or-later
 *
 * log.c - signed notes: written in one way only, read strictly.
 */
#include "core/log.h"

#include <string.h>

#include "algo/merkle.h"
#include "base/buf.h"

#define ALGORITHM_ED25519 '\x01'
#define SIGNATURE_BYTES 64
#define KEY_ID_BYTES 4

static const struct str dash = STR("\xE2\x80\x94 "); /* em dash and space, before each signature */

struct log_key {
    struct vkey public;
    uint8_t secret[64]; /* libsodium's form: seed and public key */
};

/* == names == */

static bool is_unicode_space(uint32_t c)
{
    return c == 0x20 || c == 0x85 || c == 0xA0 || c == 0x1680 || (c >= 0x2000 && c <= 0x200A) || c == 0x2028 ||
           c == 0x2029 || c == 0x202F || c == 0x205F || c == 0x3000;
}

/* Non-empty, no control character, no Unicode space, no plus. `s` is valid UTF-8. */
static bool is_key_name(struct str s)
{
    if (s.n == 0 || s.n > LOG_NAME_MAX)
        return false;
    for (size_t i = 0; i < s.n;) {
        uint8_t b = (uint8_t)s.p[i];
        size_t more = b < 0x80 ? 0 : b < 0xE0 ? 1 : b < 0xF0 ? 2 : 3;
        uint32_t c = more == 0 ? b : b & (0x3Fu >> more);
        for (size_t k = 1; k <= more; k++)
            c = c << 6 | ((uint8_t)s.p[i + k] & 0x3Fu);
        if (c < 0x20 || c == 0x7F || c == '+' || is_unicode_space(c))
            return false;
        i += more + 1;
    }
    return true;
}

static void key_id(const struct vkey *v, uint8_t ret[KEY_ID_BYTES])
{
    const char algorithm[] = {'\n', ALGORITHM_ED25519};
    struct hash h = HASH(v->name, {algorithm, 2}, {(const char *)v->key, 32});
    memcpy(ret, h.b, KEY_ID_BYTES);
}

/* == keys == */

static void wipe(void *arg)
{
    struct log_key *key = arg;
    sodium_memzero(key->secret, sizeof key->secret);
}

struct err *log_key_make(struct arena *a, const uint8_t seed[LOG_SEED_BYTES], struct str origin,
                         struct log_key **ret_key)
{
    if (!str_is_utf8(origin) || !is_key_name(origin))
        return ERR(a, ERR_CONFIG, "the origin of the log \"%.*s\" must be 1 to %d bytes without spaces, '+' and "
                   "control characters", STR_FMT(origin), LOG_NAME_MAX);
    struct log_key *key = ARENA_NEW(a, struct log_key);
    arena_defer(a, wipe, key);
    MUST(crypto_sign_seed_keypair(key->public.key, key->secret, seed) == 0);
    key->public.name = str_dup(a, origin);
    key_id(&key->public, key->public.id);
    *ret_key = key;
    return NULL;
}

struct vkey log_key_public(const struct log_key *key)
{
    return key->public;
}

struct str log_origin_default(struct arena *a, const uint8_t seed[LOG_SEED_BYTES])
{
    uint8_t public[32];
    uint8_t secret[64];
    MUST(crypto_sign_seed_keypair(public, secret, seed) == 0);
    sodium_memzero(secret, sizeof secret);
    struct str hex = str_hex(a, public, 4);
    return str_printf(a, "birge-%.*s", STR_FMT(hex));
}

struct str vkey_text(struct arena *a, const struct vkey *v)
{
    char material[33] = {ALGORITHM_ED25519};
    struct str id = str_hex(a, v->id, KEY_ID_BYTES);
    struct buf b;
    memcpy(material + 1, v->key, 32);
    buf_init(&b, a, LOG_NAME_MAX + 80);
    buf_str(&b, v->name);
    buf_byte(&b, '+');
    buf_str(&b, id);
    buf_byte(&b, '+');
    buf_base64(&b, material, sizeof material);
    MUST(!b.overflow);
    return buf_view(&b);
}

struct err *vkey_parse(struct arena *a, struct str text, struct vkey *ret_vkey)
{
    struct vkey v = {0};
    struct str rest;
    struct str id;
    struct str encoded;
    struct str material;
    if (str_ends(text, S("\n")))
        text.n--;
    if (!str_is_utf8(text) || !str_cut(text, '+', &v.name, &rest) || !str_cut(rest, '+', &id, &encoded) ||
        !is_key_name(v.name))
        return ERR(a, ERR_INPUT, "a verification key reads name+id+key");
    if (!base64_decode(a, encoded, &material) || material.n != 33)
        return ERR(a, ERR_INPUT, "the verification key's last part is not the base64 of 33 bytes");
    if (material.p[0] != ALGORITHM_ED25519)
        return ERR(a, ERR_INPUT, "the verification key is of algorithm %d; only Ed25519 (1) is known",
                   (uint8_t)material.p[0]);
    memcpy(v.key, material.p + 1, 32);
    key_id(&v, v.id);
    if (!str_eq(id, str_hex(a, v.id, KEY_ID_BYTES)))
        return ERR(a, ERR_INPUT, "the verification key's id does not fit its name and key");
    *ret_vkey = v;
    return NULL;
}

/* == notes == */

/* A note taken apart; all views of it. */
struct note {
    struct str text;       /* signed, its last LF included */
    struct str signatures; /* lines, each with its LF */
};

static bool has_only_text(struct str s)
{
    for (size_t i = 0; i < s.n; i++)
        if ((uint8_t)s.p[i] < 0x20 && s.p[i] != '\n')
            return false;
    return str_is_utf8(s);
}

static struct err *split_note(struct arena *a, struct str bytes, struct note *ret)
{
    if (bytes.n > LOG_NOTE_MAX)
        return ERR(a, ERR_INPUT, "a signed note has at most %zu bytes", LOG_NOTE_MAX);
    if (!has_only_text(bytes) || !str_ends(bytes, S("\n")))
        return ERR(a, ERR_INPUT, "a signed note is UTF-8 without control characters and ends with a line end");
    size_t cut = SIZE_MAX;
    for (size_t i = 1; i < bytes.n; i++)
        if (bytes.p[i] == '\n' && bytes.p[i - 1] == '\n')
            cut = i; /* the last empty line */
    if (cut == SIZE_MAX || cut + 1 == bytes.n)
        return ERR(a, ERR_INPUT, "a signed note has an empty line and signatures behind its text");
    ret->text = str_slice(bytes, 0, cut);
    ret->signatures = str_slice(bytes, cut + 1, bytes.n);
    return NULL;
}

/* One signature line, taken off the front of `rest`. */
static struct err *next_signature(struct arena *a, struct str *rest, struct str *ret_name, struct str *ret_bytes)
{
    struct str line;
    struct str tail;
    struct str encoded;
    MUST(str_cut(*rest, '\n', &line, &tail)); /* the note ends with LF */
    *rest = tail;
    if (!str_starts(line, dash) ||
        !str_cut(str_slice(line, dash.n, line.n), ' ', ret_name, &encoded) || !is_key_name(*ret_name) ||
        !base64_decode(a, encoded, ret_bytes) || ret_bytes->n <= KEY_ID_BYTES)
        return ERR(a, ERR_INPUT, "a signature line reads: em dash, name, base64 of key id and signature");
    return NULL;
}

/* Is the note signed by `v`? With v == NULL the lines are only read. */
static struct err *check_signatures(struct arena *a, const struct note *note, const struct vkey *v)
{
    struct str rest = note->signatures;
    int known = 0;
    for (int n = 0; rest.n > 0; n++) {
        struct str name;
        struct str bytes;
        if (n == LOG_SIGNATURES_MAX)
            return ERR(a, ERR_INPUT, "a signed note has at most %d signatures", LOG_SIGNATURES_MAX);
        TRY(next_signature(a, &rest, &name, &bytes));
        if (!v || !str_eq(name, v->name) || memcmp(bytes.p, v->id, KEY_ID_BYTES) != 0)
            continue;
        if (known++ > 0)
            return ERR(a, ERR_INPUT, "the log signed the note twice");
        if (bytes.n != KEY_ID_BYTES + SIGNATURE_BYTES ||
            crypto_sign_verify_detached((const uint8_t *)bytes.p + KEY_ID_BYTES, (const uint8_t *)note->text.p,
                                        note->text.n, v->key) != 0)
            return ERR(a, ERR_INPUT, "the signature of %.*s is wrong", STR_FMT(v->name));
    }
    if (v && known == 0)
        return ERR(a, ERR_INPUT, "the note is not signed by %.*s", STR_FMT(v->name));
    return NULL;
}

struct err *note_open(struct arena *a, const struct vkey *v, struct str bytes, struct str *ret_text)
{
    struct note note;
    TRY(split_note(a, bytes, &note));
    TRY(check_signatures(a, &note, v));
    *ret_text = note.text;
    return NULL;
}

/* == checkpoints == */

static struct str checkpoint_text(struct arena *a, struct str origin, const struct tree_head *head)
{
    struct buf b;
    buf_init(&b, a, LOG_NAME_MAX + 80);
    buf_str(&b, origin);
    buf_byte(&b, '\n');
    buf_int(&b, head->size);
    buf_byte(&b, '\n');
    buf_base64(&b, head->root.b, HASH_BYTES);
    buf_byte(&b, '\n');
    MUST(!b.overflow);
    return buf_view(&b);
}

struct str checkpoint_sign(struct arena *a, const struct log_key *key, const struct tree_head *head)
{
    MUST(head->size >= 0);
    struct str text = checkpoint_text(a, key->public.name, head);
    uint8_t signature[KEY_ID_BYTES + SIGNATURE_BYTES];
    struct buf b;
    memcpy(signature, key->public.id, KEY_ID_BYTES);
    MUST(crypto_sign_detached(signature + KEY_ID_BYTES, NULL, (const uint8_t *)text.p, text.n, key->secret) == 0);
    buf_init(&b, a, 2 * LOG_NAME_MAX + 256);
    buf_str(&b, text);
    buf_byte(&b, '\n');
    buf_str(&b, dash);
    buf_str(&b, key->public.name);
    buf_byte(&b, ' ');
    buf_base64(&b, signature, sizeof signature);
    buf_byte(&b, '\n');
    MUST(!b.overflow);
    return buf_view(&b);
}

/* Three lines and nothing else. Extension lines are refused: this log signs none. */
static struct err *read_text(struct arena *a, struct str text, struct str *ret_origin, struct tree_head *ret_head)
{
    struct tree_head head;
    struct str size;
    struct str root;
    struct str rest;
    struct str bytes;
    if (!str_cut(text, '\n', ret_origin, &rest) || !str_cut(rest, '\n', &size, &rest) ||
        !str_cut(rest, '\n', &root, &rest) || rest.n != 0 || ret_origin->n == 0)
        return ERR(a, ERR_INPUT, "a checkpoint has three lines: origin, size, root");
    if (!str_to_int64(size, &head.size) || head.size < 0)
        return ERR(a, ERR_INPUT, "the size of the checkpoint is not a number: %.*s", STR_FMT(size));
    if (!base64_decode(a, root, &bytes) || bytes.n != HASH_BYTES)
        return ERR(a, ERR_INPUT, "the root of the checkpoint is not the base64 of 32 bytes");
    memcpy(head.root.b, bytes.p, HASH_BYTES);
    *ret_head = head;
    return NULL;
}

struct err *checkpoint_open(struct arena *a, const struct vkey *v, struct str bytes, struct tree_head *ret_head)
{
    struct str text;
    struct str origin;
    struct tree_head head;
    TRY(note_open(a, v, bytes, &text));
    TRY(read_text(a, text, &origin, &head));
    if (!str_eq(origin, v->name))
        return ERR(a, ERR_INPUT, "the checkpoint is of the log %.*s, not of %.*s", STR_FMT(origin),
                   STR_FMT(v->name));
    *ret_head = head;
    return NULL;
}

struct err *checkpoint_read(struct arena *a, struct str bytes, struct str *ret_origin, struct tree_head *ret_head)
{
    struct note note;
    TRY(split_note(a, bytes, &note));
    TRY(check_signatures(a, &note, NULL));
    return read_text(a, note.text, ret_origin, ret_head);
}

/* == entries == */

struct hash log_commitment(struct str salt, struct str noun, struct str verb, struct str lines)
{
    return HASH(STR("birge event v1\n"), salt, noun, STR("."), verb, STR("\n"), lines);
}

void log_entry(const struct hash *commitment, char ret[LOG_ENTRY_BYTES])
{
    static const struct str head = STR("birge v1\n");
    memcpy(ret, head.p, head.n);
    char encoded[sodium_base64_ENCODED_LEN(HASH_BYTES, sodium_base64_VARIANT_ORIGINAL)];
    sodium_bin2base64(encoded, sizeof encoded, commitment->b, HASH_BYTES, sodium_base64_VARIANT_ORIGINAL);
    memcpy(ret + head.n, encoded, sizeof encoded - 1);
    ret[LOG_ENTRY_BYTES - 1] = '\n';
}

struct hash log_leaf(const struct hash *commitment)
{
    char entry[LOG_ENTRY_BYTES];
    log_entry(commitment, entry);
    return merkle_leaf((struct str){entry, sizeof entry});
}
