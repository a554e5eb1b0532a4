/* SPDX-License-Identifier: AGPL-3.0-or-later
 *
 * receipt.c - reading a 201 and its receipt by the contract alone, and believing nothing of it unproven.
 *
 * The receipt is taken apart strictly by lines; the signature is checked under the pinned key, the content against what
 * was sent, the entry's place in the tree from the proof.
 */
#include "crash.h"

#include <sodium.h>
#include <stdlib.h>
#include <string.h>

#define PATH_MAX_HASHES 64

/* ---- the reply ---- */

static char *put_utf8(char *out, unsigned c)
{
    if (c < 0x80) {
        *out++ = (char)c;
    } else if (c < 0x800) {
        *out++ = (char)(0xc0 | c >> 6);
        *out++ = (char)(0x80 | (c & 0x3f));
    } else {
        *out++ = (char)(0xe0 | c >> 12);
        *out++ = (char)(0x80 | (c >> 6 & 0x3f));
        *out++ = (char)(0x80 | (c & 0x3f));
    }
    return out;
}

bool json_text(const char *json, const char *name, char *out, size_t room)
{
    char pattern[64];
    (void)snprintf(pattern, sizeof pattern, "\"%s\":\"", name);
    const char *p = strstr(json, pattern);
    char *end = out + room - 4;
    if (!p)
        return false;
    for (p += strlen(pattern); *p && *p != '"' && out < end; p++) {
        unsigned c;
        if (*p != '\\') {
            *out++ = *p;
            continue;
        }
        p++;
        if (*p == 'n')
            *out++ = '\n';
        else if (*p == 'u' && sscanf(p + 1, "%4x", &c) == 1)
            out = put_utf8(out, c), p += 4;
        else
            *out++ = *p;
    }
    *out = 0;
    return *p == '"';
}

/* ---- lines ---- */

/* "name: value" at *at, the line behind it next; false when the line is another. */
static bool take_line(const char **at, const char *name, char *out, size_t room)
{
    size_t n = strlen(name);
    const char *end = strchr(*at, '\n');
    if (!end || strncmp(*at, name, n) != 0 || (size_t)(end - *at) - n >= room)
        return false;
    memcpy(out, *at + n, (size_t)(end - *at) - n);
    out[(size_t)(end - *at) - n] = 0;
    *at = end + 1;
    return true;
}

/* Written again it must be the same: libsodium takes some letters with their highest bit set for those without. */
static bool decode(const char *b64, uint8_t *out, size_t want)
{
    char again[160];
    size_t n = 0;
    return sodium_base642bin(out, want, b64, strlen(b64), NULL, &n, NULL, sodium_base64_VARIANT_ORIGINAL) == 0 &&
           n == want && sodium_base64_encoded_len(n, sodium_base64_VARIANT_ORIGINAL) <= sizeof again &&
           strcmp(sodium_bin2base64(again, sizeof again, out, n, sodium_base64_VARIANT_ORIGINAL), b64) == 0;
}

/* ---- notes ---- */

/* Origin, size and root of the text that was signed; false when it is not of this log. */
static bool parse_head(const struct ledger *l, const char *text, int64_t *ret_size, uint8_t *ret_root)
{
    char line[128];
    char *end;
    const char *at = text;
    if (!take_line(&at, "", line, sizeof line) || strcmp(line, l->origin) != 0 || !take_line(&at, "", line, sizeof line))
        return false;
    *ret_size = strtoll(line, &end, 10);
    return *end == 0 && *ret_size > 0 && take_line(&at, "", line, sizeof line) && decode(line, ret_root, CRASH_HASH);
}

static bool has_signature(const struct ledger *l, const char *note, const char *signatures)
{
    char prefix[80];
    char line[256];
    uint8_t raw[68];
    int n = snprintf(prefix, sizeof prefix, "\u2014 %s ", l->origin);
    for (const char *at = signatures; *at;) {
        if (!take_line(&at, "", line, sizeof line))
            return false;
        if (strncmp(line, prefix, (size_t)n) != 0 || !decode(line + n, raw, sizeof raw) ||
            memcmp(raw, l->key_hash, 4) != 0)
            continue;
        if (crypto_sign_verify_detached(raw + 4, (const uint8_t *)note, (size_t)(signatures - 1 - note), l->key) == 0)
            return true;
    }
    return false;
}

static bool note_holds(struct ledger *l, const char *note, int64_t *ret_size, uint8_t *ret_root)
{
    if (strcmp(note, l->last_note) == 0) {
        *ret_size = l->last_size;
        memcpy(ret_root, l->last_root, CRASH_HASH);
        return true;
    }
    const char *blank = strstr(note, "\n\n");
    if (!blank || !parse_head(l, note, ret_size, ret_root) || !has_signature(l, note, blank + 2))
        return false;
    if (strlen(note) < sizeof l->last_note) {
        (void)snprintf(l->last_note, sizeof l->last_note, "%s", note);
        l->last_size = *ret_size;
        memcpy(l->last_root, ret_root, CRASH_HASH);
    }
    return true;
}

void note_check(struct ledger *l, const char *note, int64_t *ret_size, uint8_t *ret_root)
{
    if (!note_holds(l, note, ret_size, ret_root))
        wrong("a checkpoint is not signed by the key that was pinned first: %s", note);
    ledger_head(l, *ret_size, ret_root);
}

/* ---- inclusion: RFC 9162, 2.1.3.2 ---- */

static bool included(int64_t index, int64_t size, const uint8_t *leaf, uint8_t (*path)[CRASH_HASH], int n,
                     const uint8_t *root)
{
    uint8_t hash[CRASH_HASH];
    uint8_t both[1 + 2 * CRASH_HASH] = {1};
    int64_t fn = index;
    int64_t sn = size - 1;
    memcpy(hash, leaf, CRASH_HASH);
    for (int i = 0; i < n; i++) {
        bool is_right = fn & 1 || fn == sn;
        if (sn == 0)
            return false;
        memcpy(both + 1, is_right ? path[i] : hash, CRASH_HASH);
        memcpy(both + 1 + CRASH_HASH, is_right ? hash : path[i], CRASH_HASH);
        sha256_of(both, sizeof both, NULL, 0, hash);
        while (is_right && !(fn & 1) && fn)
            fn >>= 1, sn >>= 1;
        fn >>= 1;
        sn >>= 1;
    }
    return sn == 0 && memcmp(hash, root, CRASH_HASH) == 0;
}

/* ---- receipts ---- */

struct receipt {
    char number[64], registered[64], body[512], content[64];
    uint8_t salt[32];
    int64_t index, size;
    uint8_t leaf[CRASH_HASH];
    uint8_t root[CRASH_HASH];
};

static void entry_hash(struct receipt *r)
{
    char four[1024];
    char entry[128] = "birge v1\n";
    uint8_t commitment[CRASH_HASH];
    crypto_hash_sha256_state s;
    int n = snprintf(four, sizeof four, "number: %s\nregistered: %s\nbody: %s\ncontent: %s\n", r->number, r->registered,
                     r->body, r->content);
    (void)crypto_hash_sha256_init(&s);
    (void)crypto_hash_sha256_update(&s, (const uint8_t *)"birge event v1\n", 15);
    (void)crypto_hash_sha256_update(&s, r->salt, sizeof r->salt);
    (void)crypto_hash_sha256_update(&s, (const uint8_t *)"appeal.registered\n", 18);
    (void)crypto_hash_sha256_update(&s, (const uint8_t *)four, (unsigned long long)n);
    (void)crypto_hash_sha256_final(&s, commitment);
    (void)sodium_bin2base64(entry + 9, sizeof entry - 9, commitment, CRASH_HASH, sodium_base64_VARIANT_ORIGINAL);
    size_t len = strlen(entry);
    entry[len++] = '\n';
    sha256_of("", 1, entry, len, r->leaf); /* the NUL of "" is the 0x00 before a leaf */
}

/* NULL when signature, entry and inclusion hold; else what does not. */
static const char *receipt_parse(struct ledger *l, const char *text, struct receipt *r)
{
    char line[128];
    char salt[64];
    char *end;
    uint8_t path[PATH_MAX_HASHES][CRASH_HASH];
    int n = 0;
    const char *at = text;
    if (!take_line(&at, "Birge receipt v1", line, sizeof line) || line[0] ||
        !take_line(&at, "number: ", r->number, sizeof r->number) ||
        !take_line(&at, "registered: ", r->registered, sizeof r->registered) ||
        !take_line(&at, "body: ", r->body, sizeof r->body) ||
        !take_line(&at, "content: ", r->content, sizeof r->content) || !take_line(&at, "salt: ", salt, sizeof salt) ||
        !decode(salt, r->salt, 32) || *at++ != '\n')
        return "its head is not that of a receipt";
    if (!take_line(&at, "c2sp.org/tlog-proof@v1", line, sizeof line) || line[0] ||
        !take_line(&at, "index ", line, sizeof line))
        return "it has no proof";
    r->index = strtoll(line, &end, 10);
    if (*end)
        return "its index is no number";
    while (*at && *at != '\n' && n < PATH_MAX_HASHES)
        if (!take_line(&at, "", line, sizeof line) || !decode(line, path[n++], CRASH_HASH))
            return "its proof is not one of hashes";
    if (*at++ != '\n' || !note_holds(l, at, &r->size, r->root))
        return "its checkpoint is not signed by the key that was pinned first";
    entry_hash(r);
    return r->index >= 0 && r->index < r->size && included(r->index, r->size, r->leaf, path, n, r->root)
               ? NULL : "its entry is not in the tree";
}

/* Does the receipt speak of the words of n? */
static bool is_content_of(const struct ledger *l, int64_t n, const struct receipt *r)
{
    char words[2048];
    char expected[64];
    uint8_t hash[CRASH_HASH];
    ledger_subject(l, n, words, sizeof words);
    size_t at = strlen(words);
    words[at++] = '\n';
    at += ledger_text(l, n, words + at, sizeof words - at);
    crypto_hash_sha256_state s;
    (void)crypto_hash_sha256_init(&s);
    (void)crypto_hash_sha256_update(&s, (const uint8_t *)"birge content v1\n", 17);
    (void)crypto_hash_sha256_update(&s, r->salt, 32);
    (void)crypto_hash_sha256_update(&s, (const uint8_t *)words, at);
    (void)crypto_hash_sha256_final(&s, hash);
    (void)sodium_bin2base64(expected, sizeof expected, hash, CRASH_HASH, sodium_base64_VARIANT_ORIGINAL);
    return strcmp(expected, r->content) == 0;
}

void receipt_check(struct ledger *l, int64_t n)
{
    char reply[CRASH_BODY];
    char text[CRASH_BODY];
    char number[64];
    char due_on[64];
    struct receipt r;
    struct request *q = &l->requests[n];
    ledger_reply(l, n, reply, sizeof reply);
    if (!json_text(reply, "receipt", text, sizeof text) || !json_text(reply, "number", number, sizeof number) ||
        !json_text(reply, "due_on", due_on, sizeof due_on) || strlen(number) >= sizeof q->number ||
        strlen(due_on) >= sizeof q->due_on)
        wrong("request %lld: its 201 has no receipt: %s", (long long)n, reply);
    const char *why = receipt_parse(l, text, &r);
    if (why)
        wrong("request %lld, number %s: the receipt does not hold: %s", (long long)n, number, why);
    if (strcmp(number, r.number) != 0)
        wrong("request %lld: the reply is of %s, the receipt of %s", (long long)n, number, r.number);
    if (!is_content_of(l, n, &r))
        wrong("request %lld, number %s: the receipt speaks of other words than were sent", (long long)n, number);
    ledger_head(l, r.size, r.root);
    if (q->is_checked && (q->leaf != r.index || memcmp(q->leaf_hash, r.leaf, CRASH_HASH) != 0))
        broken("request %lld reads otherwise the second time", (long long)n);
    memcpy(q->number, number, sizeof q->number);
    memcpy(q->due_on, due_on, sizeof q->due_on);
    q->leaf = r.index;
    memcpy(q->leaf_hash, r.leaf, CRASH_HASH);
    q->is_checked = true;
    ledger_number(l, n);
}

int64_t check_flipped(struct ledger *l, int64_t trials)
{
    char reply[CRASH_BODY];
    char text[CRASH_BODY];
    struct receipt r;
    int64_t accepted = 0;
    for (int64_t i = 0; i < trials && l->n_promised > 0; i++) {
        int64_t n;
        do {
            n = (int64_t)randombytes_uniform((uint32_t)l->n_requests);
        } while (l->requests[n].state != REQUEST_PROMISED);
        ledger_reply(l, n, reply, sizeof reply);
        (void)json_text(reply, "receipt", text, sizeof text);
        text[randombytes_uniform((uint32_t)strlen(text))] ^= (char)(1 << randombytes_uniform(8));
        accepted += receipt_parse(l, text, &r) == NULL && is_content_of(l, n, &r);
    }
    return accepted;
}
