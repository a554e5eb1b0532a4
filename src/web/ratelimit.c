/* SPDX-License-Identifier: AGPL-3.0-or-later
 *
 * ratelimit.c - token buckets in a table of fixed size.
 *
 * A bucket is found by an HMAC of its name and key under a key that is random, renewed every day and kept in
 * memory only, so the table tells nobody who was here, and nobody can choose keys that collide. A full set
 * gives up the bucket that has most in it: whoever is being limited stays limited.
 *
 * Source: trust.md section 7 ("Logs", "Limits").
 */
#include "web/web_private.h"

#include <sodium.h>
#include <stdio.h>
#include <string.h>

#include "base/clock.h"

#define SETS 4096 /* times WAYS times 32 bytes: 1 MiB */
#define WAYS 8
#define DAY_MS INT64_C(86400000)
#define HOUR_MS INT64_C(3600000)

struct bucket {
    uint64_t key;  /* 0: free */
    int64_t level; /* tokens times HOUR_MS */
    int64_t burst; /* the same at most */
    int64_t at;    /* monotonic ms of the last look */
};

struct ratelimit {
    pthread_mutex_t lock;
    uint8_t key[32];
    int64_t key_until;
    struct bucket *buckets;
};

struct ratelimit *ratelimit_new(struct arena *a)
{
    struct ratelimit *r = ARENA_NEW(a, struct ratelimit);
    r->buckets = ARENA_ARRAY(a, SETS * WAYS, struct bucket);
    MUST(pthread_mutex_init(&r->lock, NULL) == 0);
    return r;
}

static void renew_key(struct ratelimit *r, int64_t now)
{
    if (now < r->key_until)
        return;
    randombytes_buf(r->key, sizeof r->key);
    r->key_until = now + DAY_MS;
}

static uint64_t key_of(struct ratelimit *r, struct str name, struct str key)
{
    uint64_t out;
    struct hash h = HMAC(r->key, name, S("\0"), key);
    memcpy(&out, h.b, sizeof out);
    return out ? out : 1;
}

/* The bucket of `key` in its set: its own, a free one, or the fullest, emptied of its old owner. */
static struct bucket *bucket_for(struct ratelimit *r, uint64_t key)
{
    struct bucket *set = &r->buckets[key % SETS * WAYS];
    struct bucket *best = &set[0];
    for (size_t i = 0; i < WAYS; i++) {
        if (set[i].key == key)
            return &set[i];
        bool is_better = best->key != 0 && (set[i].key == 0 || set[i].burst - set[i].level < best->burst - best->level);
        if (is_better)
            best = &set[i];
    }
    *best = (struct bucket){0};
    return best;
}

static void refill(struct bucket *b, int64_t per_hour, int64_t now)
{
    int64_t ms = now - b->at;
    if (ms > 0 && per_hour > 0) {
        int64_t missing = b->burst - b->level;
        b->level = ms >= missing / per_hour + 1 ? b->burst : b->level + ms * per_hour;
    }
    b->at = now;
}

bool ratelimit_take(struct ratelimit *r, struct str name, struct str key, int64_t per_hour, int64_t burst, int64_t now)
{
    MUST(burst >= 0 && burst < INT64_MAX / HOUR_MS);
    MUST(pthread_mutex_lock(&r->lock) == 0);
    renew_key(r, now);
    uint64_t k = key_of(r, name, key);
    struct bucket *b = bucket_for(r, k);
    if (b->key != k)
        *b = (struct bucket){.key = k, .level = burst * HOUR_MS, .at = now};
    b->burst = burst * HOUR_MS;
    refill(b, per_hour, now);
    bool ok = b->level >= HOUR_MS;
    if (ok)
        b->level -= HOUR_MS;
    MUST(pthread_mutex_unlock(&r->lock) == 0);
    return ok;
}

/* Put one token back, if the bucket is still there. */
static void ratelimit_give(struct ratelimit *r, struct str name, struct str key)
{
    MUST(pthread_mutex_lock(&r->lock) == 0);
    uint64_t k = key_of(r, name, key);
    struct bucket *set = &r->buckets[k % SETS * WAYS];
    for (size_t i = 0; i < WAYS; i++)
        if (set[i].key == k && set[i].level <= set[i].burst - HOUR_MS)
            set[i].level += HOUR_MS;
    MUST(pthread_mutex_unlock(&r->lock) == 0);
}

bool ratelimit_spare(struct ratelimit *r, struct str name, struct str key, int64_t per_hour, int64_t spare, int64_t now)
{
    char own[64];
    char all[64];
    MUST(name.n + sizeof " spare of all" < sizeof all);
    struct str own_name = {own, (size_t)snprintf(own, sizeof own, "%.*s spare", STR_FMT(name))};
    struct str all_name = {all, (size_t)snprintf(all, sizeof all, "%.*s spare of all", STR_FMT(name))};
    if (!ratelimit_take(r, own_name, key, per_hour, spare, now))
        return false;
    if (ratelimit_take(r, all_name, S(""), per_hour * SPARE_ALL, spare * SPARE_ALL, now))
        return true;
    ratelimit_give(r, own_name, key);
    return false;
}

bool web_limit_spare(struct web_request *req, const char *name, int64_t per_hour, int64_t spare, int64_t spare_per_hour)
{
    uint8_t prefix[16];
    size_t n = peer_prefix(req, prefix);
    if (n == 0 || web_limit(req, name, per_hour))
        return true;
    return ratelimit_spare(req->loop->web->buckets, str_c(name), (struct str){(const char *)prefix, n}, spare_per_hour,
                           spare, clock_monotonic());
}

bool web_limit(struct web_request *req, const char *name, int64_t per_hour)
{
    uint8_t prefix[16];
    size_t n = peer_prefix(req, prefix);
    if (n == 0)
        return true;
    return ratelimit_take(req->loop->web->buckets, str_c(name), (struct str){(const char *)prefix, n}, per_hour,
                          per_hour, clock_monotonic());
}

void web_limit_give_back(struct web_request *req, const char *name)
{
    uint8_t prefix[16];
    size_t n = peer_prefix(req, prefix);
    if (n > 0)
        ratelimit_give(req->loop->web->buckets, str_c(name), (struct str){(const char *)prefix, n});
}
