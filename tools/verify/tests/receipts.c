/* SPDX-License-Identifier: AGPL-3.0-or-later
 *
 * receipts.c - receipts, good and damaged, each with what Birge's own verifier says: one a line, for the other one.
 *
 *     vkey <vkey>
 *     holds|fails <base64 of the text>
 *
 * Usage: receipts N [SEED]. N damaged texts beside the good ones; the same for the same seed.
 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "algo/merkle.h"
#include "base/buf.h"
#include "core/receipt.h"

#define MAX_LEAVES 600

struct small_log {
    struct hash leaves[MAX_LEAVES];
    struct log_key *key;
    struct vkey vkey;
};

static struct err *read_leaf(void *user, int level, uint64_t idx, struct hash *ret_hash)
{
    const struct small_log *log = user;
    struct merkle_frontier f = {0};
    for (uint64_t i = idx << level; i < (idx + 1) << level; i++)
        merkle_append(&f, &log->leaves[i]);
    *ret_hash = merkle_root(&f);
    return NULL;
}

/* A receipt of leaf `leaf` in a tree of `size` leaves, with `witnesses` lines of others. */
static struct str make(struct arena *a, struct small_log *log, int leaf, int size, int witnesses)
{
    struct hash salt = HASH({(const char *)&leaf, sizeof leaf}, STR("salt"));
    struct receipt rc = {
        .number = str_printf(a, "2026-%07d-1", leaf),
        .registered_at = INT64_C(1774861200000) + leaf * INT64_C(1000),
        .body = leaf % 2 ? S("Жол басқармасы") : S("Roads department"),
        .salt = hash_str(&salt),
        .leaf = leaf,
    };
    struct tree_head head = {size, {{0}}};
    struct hash *hashes;
    struct str lines;
    struct str text;
    rc.content = receipt_content(rc.salt, S("Light"), S("The lamp is broken."));
    MUST(!receipt_lines(a, &rc, &lines));
    struct hash commitment = log_commitment(rc.salt, S("appeal"), S("registered"), lines);
    log->leaves[leaf] = log_leaf(&commitment);
    MUST(!merkle_prove(a, read_leaf, log, (uint64_t)leaf, (uint64_t)size, &hashes, &rc.n_hashes));
    rc.hashes = hashes;
    MUST(!merkle_range(read_leaf, log, 0, (uint64_t)size, &head.root));
    rc.checkpoint = checkpoint_sign(a, log->key, &head);
    for (int i = 0; i < witnesses; i++)
        rc.checkpoint = str_printf(a, "%.*s\xE2\x80\x94 witness%d.example Vec3AAAAAAAAAAAAAAAAAAAA\n",
                                   STR_FMT(rc.checkpoint), i);
    MUST(!receipt_text(a, &rc, &text));
    return text;
}

static void print(struct small_log *log, struct str text)
{
    struct arena *a = arena_new("print", 0);
    struct buf b;
    buf_init(&b, a, ARENA_MIB);
    buf_c(&b, receipt_verify(a, &log->vkey, text, NULL) ? "fails " : "holds ");
    buf_base64(&b, text.p, text.n);
    (void)printf("%.*s\n", STR_FMT(buf_view(&b)));
    arena_free(a);
}

/* A reproducible stream of numbers (xorshift64). */
static uint64_t next(uint64_t *state)
{
    *state ^= *state << 13;
    *state ^= *state >> 7;
    *state ^= *state << 17;
    return *state;
}

/* One kind of damage after another: a flipped bit, a lost byte, a doubled line, a cut end, bytes behind. */
static struct str damage(struct arena *a, struct str good, uint64_t *state, int kind)
{
    size_t at = next(state) % good.n;
    char *p = arena_alloc(a, good.n * 2 + 16);
    memcpy(p, good.p, good.n);
    switch (kind) {
    case 0:
        memmove(p + at, p + at + 1, good.n - at - 1);
        return (struct str){p, good.n - 1};
    case 1:
        return (struct str){p, at};
    case 2: {
        static const char extra[] = {'\n', ' ', '\r', '\0', '\t', '\x0b', '=', 'A', '\x85'};
        memmove(p + at + 1, p + at, good.n - at);
        p[at] = extra[next(state) % sizeof extra];
        return (struct str){p, good.n + 1};
    }
    case 3:
        memcpy(p + good.n, "\xE2\x80\x94 w Vec3AAA\n", 14);
        return (struct str){p, good.n + 14 - next(state) % 14};
    default:
        p[at] = (char)(p[at] ^ 1 << next(state) % 8);
        return (struct str){p, good.n};
    }
}

int main(int argc, char **argv)
{
    const uint8_t seed[LOG_SEED_BYTES] = {11};
    struct arena *a = arena_new("receipts", 0);
    struct small_log *log = ARENA_NEW(a, struct small_log);
    int n = argc > 1 ? (int)strtol(argv[1], NULL, 10) : 100;
    uint64_t state = argc > 2 ? strtoull(argv[2], NULL, 10) | 1 : 88172645463325252u;
    struct str good[12];
    MUST(!log_key_make(a, seed, S("birge.test/log"), &log->key));
    log->vkey = log_key_public(log->key);
    (void)printf("vkey %.*s\n", STR_FMT(vkey_text(a, &log->vkey)));
    for (int i = 0; i < MAX_LEAVES; i++)
        log->leaves[i] = HASH({(const char *)&i, sizeof i});
    static const int sizes[] = {1, 2, 3, 7, 8, 9, 255, 256, 257, 511, 600, 64};
    for (int i = 0; i < 12; i++) {
        good[i] = make(a, log, (int)(next(&state) % (uint64_t)sizes[i]), sizes[i], i % 4 == 3 ? i : 0);
        print(log, good[i]);
    }
    for (int i = 0; i < n; i++) {
        struct arena *tmp = arena_new("damage", 0);
        print(log, damage(tmp, good[i % 12], &state, (int)(next(&state) % 10)));
        arena_free(tmp);
    }
    arena_free(a);
    return 0;
}
