/* SPDX-License-Identifier: AGPL-3.0-or-later
 *
 * derived.c - a few places, the least used given to the next value.
 */
#include "core/derived.h"

#include "core/site.h"

#define SCRATCH (512 * ARENA_MIB)

static void let_go(struct derived *k)
{
    arena_free(k->a);
    *k = (struct derived){0};
}

void derived_free(struct loop *loop)
{
    for (size_t i = 0; i < DERIVED_KEPT; i++)
        let_go(&loop->derived[i]);
}

static bool is_same(const struct derived *k, const struct derivation *d)
{
    return k->what && strcmp(k->what, d->what) == 0 && k->of[0] == d->of[0] && k->of[1] == d->of[1];
}

/* The page that runs now holds pointers into it. */
static bool is_in_use(const struct derived *k, const struct loop *loop)
{
    return k->what && k->use.round == loop->read->round;
}

/* The place of this value; else a free one, or the one that was not used for longest. NULL when the page that runs
 * uses them all. */
static struct derived *place_for(struct loop *loop, const struct derivation *d)
{
    struct derived *oldest = NULL;
    for (size_t i = 0; i < DERIVED_KEPT; i++) {
        struct derived *k = &loop->derived[i];
        if (is_same(k, d))
            return k;
        if (!is_in_use(k, loop) && (!oldest || k->used_at < oldest->used_at))
            oldest = k;
    }
    return oldest;
}

/* Make room for `more` bytes. */
static void shrink(struct loop *loop, const struct derived *fresh)
{
    for (;;) {
        size_t bytes = 0;
        struct derived *oldest = NULL;
        for (size_t i = 0; i < DERIVED_KEPT; i++) {
            struct derived *k = &loop->derived[i];
            if (!k->what)
                continue;
            bytes += arena_used(k->a);
            if (k != fresh && !is_in_use(k, loop) && (!oldest || k->used_at < oldest->used_at))
                oldest = k;
        }
        if (bytes <= DERIVED_BYTES || !oldest)
            return;
        let_go(oldest);
    }
}

static bool is_good(struct derived *k, const struct loop *loop, const struct derivation *d)
{
    if (snapshot_is_good(&k->use, d->version, loop->read->round))
        return true;
    if (!k->use.is_loaded || d->now >= k->good_until || d->now < k->used_at)
        return false;
    k->use.round = loop->read->round;
    return true;
}

/* Work it out into an arena of its own. */
static struct err *work_out(struct arena *a, struct loop *loop, const struct derivation *d, struct arena **ret_own,
                            void **ret_value, int64_t *ret_late_ms)
{
    struct arena *own = arena_new("derived", SCRATCH);
    struct arena *tmp = arena_new("derived scratch", SCRATCH);
    struct err *e = d->run(own, tmp, loop, d, ret_value, ret_late_ms);
    if (e) {
        enum err_code code = e->code;
        struct str why = err_text(a, e);
        e = ERR(a, code, "%s: %.*s", d->what, STR_FMT(why));
        arena_free(own);
    }
    arena_free(tmp);
    *ret_own = own;
    return e;
}

struct err *derived_of_loop(struct arena *a, struct loop *loop, const struct derivation *d, void **ret_value)
{
    struct derived *k = place_for(loop, d);
    MUST(k && (loop->read->round & 1)); /* one page wants few */
    if (is_same(k, d) && is_good(k, loop, d)) {
        k->used_at = d->now;
        *ret_value = k->value;
        return NULL;
    }
    struct arena *own;
    void *value;
    int64_t late_ms = 0;
    TRY(work_out(a, loop, d, &own, &value, &late_ms));
    struct snapshot use = is_same(k, d) ? k->use : (struct snapshot){0};
    let_go(k);
    loop_loaded(loop, &use, d->version);
    *k = (struct derived){.what = d->what, .of = {d->of[0], d->of[1]}, .use = use, .good_until = d->now + late_ms,
                          .used_at = d->now, .a = own, .value = value};
    shrink(loop, k);
    *ret_value = value;
    return NULL;
}
