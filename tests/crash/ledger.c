/* SPDX-License-Identifier: AGPL-3.0-or-later
 *
 * ledger.c - what was sent, what was promised, and that no promise was given twice.
 */
#include "crash.h"

#include <sodium.h>
#include <stdlib.h>
#include <string.h>

static void *grown(void *p, int64_t n, size_t size)
{
    void *q = realloc(p, (size_t)n * size);
    if (!q)
        broken("no memory for the ledger");
    return q;
}

/* name+hash+base64(1 || key); the hash is the first four bytes of SHA-256(name LF 1 || key). */
static void pin_key(struct ledger *l, const char *vkey)
{
    char name[96];
    char hash[9];
    char b64[64];
    uint8_t raw[33];
    uint8_t digest[CRASH_HASH];
    size_t n = 0;
    if (sscanf(vkey, "%63[^+]+%8[0-9a-f]+%63s", l->origin, hash, b64) != 3)
        broken("not a key: %s", vkey);
    if (sodium_base642bin(raw, sizeof raw, b64, strlen(b64), NULL, &n, NULL, sodium_base64_VARIANT_ORIGINAL) != 0 ||
        n != sizeof raw || raw[0] != 1)
        broken("not an Ed25519 key: %s", vkey);
    int len = snprintf(name, sizeof name, "%s\n", l->origin);
    sha256_of(name, (size_t)len, raw, sizeof raw, digest);
    memcpy(l->key_hash, digest, 4);
    memcpy(l->key, raw + 1, 32);
}

void ledger_open(struct ledger *l, const char *run, const char *vkey, const char *path)
{
    *l = (struct ledger){0};
    (void)snprintf(l->run, sizeof l->run, "%s", run);
    pin_key(l, vkey);
    l->replies = fopen(path, "w+be");
    if (!l->replies)
        broken("%s cannot be written", path);
    l->room_heads = l->room_numbers = 1 << 16;
    l->heads = calloc((size_t)l->room_heads, sizeof *l->heads);
    l->numbers = calloc((size_t)l->room_numbers, sizeof *l->numbers);
    if (!l->heads || !l->numbers)
        broken("no memory for the ledger");
}

int64_t ledger_new(struct ledger *l)
{
    if (l->n_requests == l->room) {
        l->room = l->room ? 2 * l->room : 4096;
        l->requests = grown(l->requests, l->room, sizeof *l->requests);
    }
    l->requests[l->n_requests] = (struct request){.state = REQUEST_SENT, .leaf = -1};
    return l->n_requests++;
}

/* ---- what n says ---- */

void ledger_subject(const struct ledger *l, int64_t n, char *out, size_t room)
{
    (void)snprintf(out, room, "Lamp %lld of %s", (long long)n, l->run);
}

void ledger_key(const struct ledger *l, int64_t n, char *out, size_t room)
{
    (void)snprintf(out, room, "%s-%lld", l->run, (long long)n);
}

/* Lengths differ, so that rows lie differently in their pages; two bytes a letter, quotes and line ends among them. */
size_t ledger_text(const struct ledger *l, int64_t n, char *out, size_t room)
{
    int at = snprintf(out, room, "The lamp does not burn. \u049a\u0430\u0440\u0430\u04a3\u0493\u044b.\n\"%s-%lld\"\n",
                      l->run, (long long)n);
    size_t filler = (size_t)(n * 7919 % 331);
    memset(out + at, 'a' + (int)(n % 26), filler);
    out[(size_t)at + filler] = 0;
    return (size_t)at + filler;
}

size_t ledger_body(const struct ledger *l, int64_t n, char *out, size_t room)
{
    char text[1024];
    char subject[96];
    ledger_text(l, n, text, sizeof text);
    ledger_subject(l, n, subject, sizeof subject);
    size_t at = (size_t)snprintf(out, room, "{\"subject\":\"%s\",\"language\":\"en\",\"text\":\"", subject);
    for (const char *p = text; *p; p++) {
        if (*p == '\n' || *p == '"')
            out[at++] = '\\';
        out[at++] = *p == '\n' ? 'n' : *p;
    }
    memcpy(out + at, "\"}", 3);
    return at + 2;
}

int64_t ledger_of_subject(const struct ledger *l, const char *subject, size_t len)
{
    char copy[96];
    char again[96];
    long long n;
    if (len >= sizeof copy)
        return -1;
    memcpy(copy, subject, len);
    copy[len] = 0;
    if (sscanf(copy, "Lamp %lld of ", &n) != 1 || n < 0 || n >= l->n_requests)
        return -1;
    ledger_subject(l, n, again, sizeof again);
    return strcmp(copy, again) == 0 ? n : -1;
}

/* ---- promises ---- */

void ledger_reply(struct ledger *l, int64_t n, char *out, size_t room)
{
    const struct request *r = &l->requests[n];
    if (r->reply_n >= room || fflush(l->replies) != 0 || fseek(l->replies, (long)r->reply_at, SEEK_SET) != 0 ||
        fread(out, 1, r->reply_n, l->replies) != r->reply_n)
        broken("the ledger's file cannot be read");
    out[r->reply_n] = 0;
    if (fseek(l->replies, 0, SEEK_END) != 0)
        broken("the ledger's file cannot be read");
}

void ledger_promise(struct ledger *l, int64_t n, const char *reply, size_t len)
{
    struct request *r = &l->requests[n];
    if (r->state == REQUEST_PROMISED) {
        char before[CRASH_BODY];
        ledger_reply(l, n, before, sizeof before);
        if (r->reply_n != len || memcmp(before, reply, len) != 0)
            wrong("request %lld: the same key was answered with another 201: %.*s", (long long)n, (int)len, reply);
        return;
    }
    r->state = REQUEST_PROMISED;
    r->reply_at = l->replies_n;
    r->reply_n = (uint32_t)len;
    if (fwrite(reply, 1, len, l->replies) != len)
        broken("the ledger's file cannot be written");
    l->replies_n += len;
    l->n_promised++;
    if (l->n_unchecked == l->room_unchecked) {
        l->room_unchecked = l->room_unchecked ? 2 * l->room_unchecked : 4096;
        l->unchecked = grown(l->unchecked, l->room_unchecked, sizeof *l->unchecked);
    }
    l->unchecked[l->n_unchecked++] = n;
}

/* ---- heads ---- */

static struct head *head_place(struct head *heads, int64_t room, int64_t size)
{
    uint64_t at = (uint64_t)size * UINT64_C(0x9e3779b97f4a7c15) >> 20;
    while (heads[at % (uint64_t)room].size != 0 && heads[at % (uint64_t)room].size != size)
        at++;
    return &heads[at % (uint64_t)room];
}

static void grow_heads(struct ledger *l)
{
    struct head *bigger = calloc((size_t)l->room_heads * 2, sizeof *bigger);
    if (!bigger)
        broken("no memory for the ledger");
    for (int64_t i = 0; i < l->room_heads; i++)
        if (l->heads[i].size)
            *head_place(bigger, l->room_heads * 2, l->heads[i].size) = l->heads[i];
    free(l->heads);
    l->heads = bigger;
    l->room_heads *= 2;
}

void ledger_head(struct ledger *l, int64_t size, const uint8_t *root)
{
    struct head *h = head_place(l->heads, l->room_heads, size);
    if (h->size == size) {
        if (memcmp(h->root, root, CRASH_HASH) != 0)
            wrong("two roots of size %lld were signed", (long long)size);
        return;
    }
    h->size = size;
    memcpy(h->root, root, CRASH_HASH);
    l->n_heads++;
    if (size > l->largest_head)
        l->largest_head = size;
    if (l->n_heads * 2 > l->room_heads)
        grow_heads(l);
}

/* ---- numbers ---- */

static int64_t *number_place(struct ledger *l, int64_t *numbers, int64_t room, const char *number)
{
    uint64_t at = UINT64_C(1469598103934665603);
    for (const char *p = number; *p; p++)
        at = (at ^ (uint8_t)*p) * UINT64_C(1099511628211);
    at ^= at >> 29;
    for (;; at++) {
        int64_t *place = &numbers[at % (uint64_t)room];
        if (*place == 0 || strcmp(l->requests[*place - 1].number, number) == 0)
            return place;
    }
}

void ledger_number(struct ledger *l, int64_t n)
{
    if (l->n_promised * 2 > l->room_numbers) {
        int64_t room = l->room_numbers * 2;
        int64_t *bigger = calloc((size_t)room, sizeof *bigger);
        if (!bigger)
            broken("no memory for the ledger");
        for (int64_t i = 0; i < l->room_numbers; i++)
            if (l->numbers[i])
                *number_place(l, bigger, room, l->requests[l->numbers[i] - 1].number) = l->numbers[i];
        free(l->numbers);
        l->numbers = bigger;
        l->room_numbers = room;
    }
    int64_t *place = number_place(l, l->numbers, l->room_numbers, l->requests[n].number);
    if (*place && *place - 1 != n)
        wrong("number %s was promised twice: to request %lld and to request %lld", l->requests[n].number,
              (long long)(*place - 1), (long long)n);
    *place = n + 1;
}
