/* SPDX-License-Identifier: AGPL-3.0-or-later
 *
 * journal_row.c - the bytes that rows of the journal are bound by.
 *
 * Two bindings hold each event. Its own entry opens to its lines, so that one event can be shown without any
 * other; the batch's entry binds all columns of all event and reading rows of the batch, so that a registration,
 * whose lines the contract fixes, is bound whole too.
 */
#include "base/buf.h"
#include "core/journal_private.h"

#define LINES_MAX (64 * ARENA_KIB)

static const struct str own_form = STR("realm: ");

static void int_line(struct buf *b, const char *key, int64_t v)
{
    buf_printf(b, "%s: %lld\n", key, (long long)v);
}

static void opt_line(struct buf *b, const char *key, struct opt_int v)
{
    if (v.has)
        int_line(b, key, v.v);
    else
        buf_printf(b, "%s: -\n", key);
}

static void str_line(struct buf *b, const char *key, struct str v)
{
    buf_printf(b, "%s: ", key);
    buf_str(b, v);
    buf_byte(b, '\n');
}

static void base64_line(struct buf *b, const char *key, struct str v)
{
    buf_printf(b, "%s: ", key);
    buf_base64(b, v.p, v.n);
    buf_byte(b, '\n');
}

static void add_part(struct batch_digest *d, const struct core_q_part_add_args *p);

struct str journal_event_lines(struct arena *a, const struct core_q_event_add_args *e,
                               const struct core_q_part_add_args *part)
{
    struct hash detail = HASH(e->detail);
    struct buf b;
    buf_init(&b, a, LINES_MAX);
    int_line(&b, "realm", e->realm);
    int_line(&b, "seq", e->seq);
    int_line(&b, "leaf", e->leaf);
    int_line(&b, "batch", e->batch);
    int_line(&b, "at", e->at);
    str_line(&b, "noun", e->noun);
    int_line(&b, "id", e->noun_id);
    str_line(&b, "actor", e->actor);
    opt_line(&b, "person", e->person_id);
    opt_line(&b, "office", e->office_id);
    str_line(&b, "profile", e->profile);
    base64_line(&b, "detail", hash_str(&detail));
    base64_line(&b, "state", e->state);
    if (part) {
        struct batch_digest d;
        batch_digest_begin(&d);
        add_part(&d, part);
        struct hash digest = batch_digest_end(&d);
        base64_line(&b, "part", hash_str(&digest));
    }
    return buf_view(&b);
}

bool journal_lines_are_own(struct str lines)
{
    return str_starts(lines, own_form);
}

struct hash journal_event_commitment(const struct core_q_event_add_args *e)
{
    return log_commitment(e->salt, e->noun, e->verb, e->lines);
}

struct hash journal_part_salt(struct str event_salt, int64_t id)
{
    uint8_t b[8];
    for (int i = 0; i < 8; i++)
        b[i] = (uint8_t)((uint64_t)id >> (56 - 8 * i));
    return HASH(STR("birge part v1\n"), event_salt, {(const char *)b, sizeof b});
}

struct hash journal_batch_commitment(struct arena *a, const struct core_q_head_add_args *h)
{
    struct buf b;
    buf_init(&b, a, LINES_MAX);
    int_line(&b, "realm", h->realm);
    int_line(&b, "batch", h->batch);
    int_line(&b, "at", h->at);
    int_line(&b, "size", h->size);
    int_line(&b, "events", h->events);
    int_line(&b, "readings", h->readings);
    base64_line(&b, "digest", h->digest);
    return log_commitment(h->salt, S("batch"), S("sealed"), buf_view(&b));
}

/* == digest of a batch's rows == */

static void add_int(struct batch_digest *d, int64_t v)
{
    uint8_t b[9] = {'i'};
    for (int i = 0; i < 8; i++)
        b[1 + i] = (uint8_t)((uint64_t)v >> (56 - 8 * i));
    crypto_hash_sha256_update(&d->st, b, sizeof b);
}

static void add_opt(struct batch_digest *d, struct opt_int v)
{
    if (v.has)
        add_int(d, v.v);
    else
        crypto_hash_sha256_update(&d->st, (const uint8_t *)"n", 1);
}

static void add_str(struct batch_digest *d, char tag, struct str s)
{
    crypto_hash_sha256_update(&d->st, (const uint8_t *)&tag, 1);
    add_int(d, (int64_t)s.n);
    crypto_hash_sha256_update(&d->st, (const uint8_t *)s.p, s.n);
}

void batch_digest_begin(struct batch_digest *d)
{
    crypto_hash_sha256_init(&d->st);
}

void batch_digest_event(struct batch_digest *d, const struct core_q_event_add_args *e)
{
    add_str(d, 'T', S("journal_event"));
    add_int(d, e->realm);
    add_int(d, e->seq);
    add_int(d, e->leaf);
    add_int(d, e->batch);
    add_int(d, e->at);
    add_str(d, 't', e->noun);
    add_int(d, e->noun_id);
    add_str(d, 't', e->verb);
    add_str(d, 't', e->actor);
    add_opt(d, e->person_id);
    add_opt(d, e->office_id);
    add_str(d, 't', e->profile);
    add_str(d, 't', e->lines);
    add_str(d, 't', e->detail);
    add_str(d, 'b', e->salt);
    add_str(d, 'b', e->state);
}

static void add_part(struct batch_digest *d, const struct core_q_part_add_args *p)
{
    add_str(d, 'T', S("journal_part"));
    add_int(d, p->realm);
    add_int(d, p->seq);
    add_str(d, 't', p->noun);
    add_int(d, p->first_id);
    add_int(d, p->n);
    add_str(d, 'b', p->states);
}

void batch_digest_part(struct batch_digest *d, const struct core_q_part_add_args *p)
{
    add_part(d, p);
}

void batch_digest_reading(struct batch_digest *d, const struct core_q_reading_add_args *r)
{
    add_str(d, 'T', S("journal_reading"));
    add_int(d, r->realm);
    add_int(d, r->seq);
    add_int(d, r->batch);
    add_int(d, r->at);
    add_str(d, 't', r->noun);
    add_int(d, r->noun_id);
    add_str(d, 't', r->way);
    add_str(d, 't', r->purpose);
    add_int(d, r->person_id);
    add_int(d, r->office_id);
}

struct hash batch_digest_end(struct batch_digest *d)
{
    struct hash h;
    crypto_hash_sha256_final(&d->st, h.b);
    return h;
}
