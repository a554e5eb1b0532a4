/* SPDX-License-Identifier: AGPL-3.0-or-later
 *
 * kept.c - a copy with as many owners as jobs were given it, and the writer.
 */
#include "core/kept.h"

#define KEPT_MEMORY (64 * ARENA_MIB)

struct kept_copy {
    struct arena *a;
    _Atomic int owners;
    void *value;
};

/* An owner goes; jobs end on loops, so on any thread. */
static void let_go(void *arg)
{
    struct kept_copy *c = arg;
    if (atomic_fetch_sub_explicit(&c->owners, 1, memory_order_acq_rel) == 1)
        arena_free(c->a);
}

static void drop(struct kept *k)
{
    if (k->copy)
        let_go(k->copy);
    k->copy = NULL;
}

/* The database is closed; another may be opened beside the same site. */
static void closed(void *arg)
{
    struct kept *k = arg;
    drop(k);
    k->is_registered = false;
}

static struct err *keep_anew(struct arena *a, struct kept *k, struct db_tx *tx, int64_t realm, kept_load *load)
{
    struct arena *fresh = arena_new("kept", KEPT_MEMORY);
    struct kept_copy *c = ARENA_NEW(fresh, struct kept_copy);
    struct err *e = load(fresh, db_tx_read(tx), realm, &c->value);
    if (e) {
        struct str why = err_text(a, e);
        enum err_code code = e->code;
        arena_free(fresh);
        return ERR(a, code, "%.*s", STR_FMT(why));
    }
    c->a = fresh;
    atomic_init(&c->owners, 1);
    k->copy = c;
    return NULL;
}

struct err *kept_get(struct arena *a, struct kept *k, struct db *db, struct db_tx *tx, int64_t realm, kept_load *load,
                     void **ret_value)
{
    if (atomic_load_explicit(&k->changing, memory_order_acquire) > 0)
        return load(a, db_tx_read(tx), realm, ret_value);
    if (!k->copy)
        TRY(keep_anew(a, k, tx, realm, load));
    if (!k->is_registered) {
        db_at_close(db, closed, k);
        k->is_registered = true;
    }
    atomic_fetch_add_explicit(&k->copy->owners, 1, memory_order_relaxed);
    arena_defer(a, let_go, k->copy);
    *ret_value = k->copy->value;
    return NULL;
}

void kept_forget(struct kept *k)
{
    drop(k);
}

void kept_change(struct kept *k)
{
    atomic_fetch_add_explicit(&k->changing, 1, memory_order_acq_rel);
    drop(k);
}

void kept_settle(struct kept *k)
{
    int before = atomic_fetch_sub_explicit(&k->changing, 1, memory_order_acq_rel);
    MUST(before > 0);
}
