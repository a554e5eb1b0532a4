/* SPDX-License-Identifier: AGPL-3.0-or-later
 *
 * keys.c - DIR/keys: five files of 32 bytes, made once.
 */
#include "core/keys.h"

#include <errno.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/file.h"
#include "base/hash.h"
#include "core/log.h"

static const char *const names[] = {"log", "code", "form", "pepper", "identity"};
enum { N_KEYS = sizeof names / sizeof *names };

static const char *path_of(struct arena *a, const char *dir, int i)
{
    return str_printf(a, "%s/%s", dir, names[i]).p;
}

struct err *keys_make(struct arena *a, const char *dir, const char *vkey_path, struct str origin,
                      struct str *ret_origin)
{
    uint8_t fresh[N_KEYS][KEY_BYTES];
    struct log_key *log;
    randombytes_buf(fresh, sizeof fresh);
    if (!origin.p || origin.n == 0)
        origin = log_origin_default(a, fresh[0]);
    struct err *e = log_key_make(a, fresh[0], origin, &log);
    if (!e)
        e = file_mkdir(a, dir, 0700);
    for (int i = 0; i < N_KEYS && !e; i++)
        e = file_create(a, path_of(a, dir, i), (struct str){(const char *)fresh[i], KEY_BYTES}, 0600);
    sodium_memzero(fresh, sizeof fresh);
    TRY(e);
    struct vkey public = log_key_public(log);
    struct str text = vkey_text(a, &public);
    TRY(file_write(a, vkey_path, str_printf(a, "%.*s\n", STR_FMT(text)), 0644));
    if (ret_origin)
        *ret_origin = str_dup(a, origin);
    return NULL;
}

static struct err *read_key(struct arena *a, const char *dir, int i, uint8_t ret[KEY_BYTES])
{
    const char *path = path_of(a, dir, i);
    struct stat st;
    struct str bytes;
    struct arena *tmp = arena_new("key", 0);
    struct err *e = file_read(tmp, path, KEY_BYTES + 1, &bytes);
    if (e)
        e = ERR(a, ERR_CONFIG, "%s cannot be read: %s", path, e->msg);
    else if (bytes.n != KEY_BYTES)
        e = ERR(a, ERR_CONFIG, "%s has %zu bytes and must have %d", path, bytes.n, KEY_BYTES);
    else if (stat(path, &st) != 0 || (st.st_mode & 077) != 0)
        e = ERR(a, ERR_CONFIG, "%s can be read by others; `chmod 600 %s` mends it", path, path);
    else
        memcpy(ret, bytes.p, KEY_BYTES);
    if (!e)
        sodium_memzero((char *)(uintptr_t)bytes.p, bytes.n);
    arena_free(tmp);
    return e;
}

static void wipe(void *arg)
{
    sodium_memzero(arg, sizeof(struct keys));
}

/* The fifth key, which older folders lack. */
static struct err *read_identity(struct arena *a, const char *dir, struct keys *k)
{
    const char *path = path_of(a, dir, 4);
    if (access(path, F_OK) != 0 && errno == ENOENT) {
        struct hash h = HMAC(k->pepper, STR("birge identity key v1\n"));
        struct err *e = file_create(a, path, hash_str(&h), 0600);
        sodium_memzero(&h, sizeof h);
        if (e && e->code != ERR_CONFLICT) /* another process was quicker: it made the same */
            return e;
    }
    return read_key(a, dir, 4, k->identity);
}

struct err *keys_load(struct arena *a, const char *dir, struct str origin, struct keys **ret_keys)
{
    struct keys *k = ARENA_NEW(a, struct keys);
    uint8_t seed[KEY_BYTES];
    arena_defer(a, wipe, k);
    TRY(read_key(a, dir, 1, k->code));
    TRY(read_key(a, dir, 2, k->form));
    TRY(read_key(a, dir, 3, k->pepper));
    TRY(read_identity(a, dir, k));
    TRY(read_key(a, dir, 0, seed));
    struct err *e = log_key_make(a, seed, origin, &k->log);
    sodium_memzero(seed, sizeof seed);
    TRY(e);
    *ret_keys = k;
    return NULL;
}

void keys_code(const struct keys *k, int64_t realm, struct str number, struct str idempotency_key,
               char ret[CODE_CHARS + 1])
{
    uint8_t head[8 + 8];
    for (int i = 0; i < 8; i++) {
        head[i] = (uint8_t)((uint64_t)realm >> (56 - 8 * i));
        head[8 + i] = (uint8_t)((uint64_t)number.n >> (56 - 8 * i)); /* so that no two pairs read alike */
    }
    struct hash h = HMAC(k->code, STR("birge code v1\n"), {(const char *)head, sizeof head}, number,
                         idempotency_key);
    crockford_encode(h.b, CODE_CHARS, ret);
}
