/* SPDX-License-Identifier: AGPL-3.0-or-later
 *
 * place_take.c - an edition of the classifier comes in.
 *
 * Keeps:  all or nothing; one event for each region that changes, with the digest of all its places; a place that
 *         moved to another region is an event of both.
 */
#include "core/place.h"

#include <stdlib.h>

#include "base/clock.h"
#include "base/json.h"
#include "core/people.h"
#include "core/place_private.h"
#include "core/policy_rows.h"
#include "core/series.h"
#include "gen/core_queries.h"

#define CODE_MAX 20
#define NAME_CHARS 200
#define KATO_DIGITS 9
#define ITEMS_MAX 100000

/* == looking over == */

struct by_code {
    struct str code;
    size_t item;
};

static int compare_codes(const void *a, const void *b)
{
    const struct by_code *x = a;
    const struct by_code *y = b;
    int order = str_cmp(x->code, y->code);
    return order != 0 ? order : x->item < y->item ? -1 : x->item > y->item;
}

/* Items by code, sorted. */
static struct by_code *sorted(struct arena *a, const struct place_item *items, size_t n)
{
    struct by_code *list = ARENA_ARRAY(a, n, struct by_code);
    for (size_t i = 0; i < n; i++)
        list[i] = (struct by_code){items[i].code.p ? items[i].code : S(""), i};
    qsort(list, n, sizeof list[0], compare_codes);
    return list;
}

/* Place of the item with that code, or n. */
static size_t item_of(const struct by_code *list, size_t n, struct str code)
{
    size_t lo = 0;
    for (size_t hi = n; lo < hi;) {
        size_t mid = lo + (hi - lo) / 2;
        if (str_cmp(list[mid].code, code) < 0)
            lo = mid + 1;
        else
            hi = mid;
    }
    return lo < n && str_eq(list[lo].code, code) ? list[lo].item : n;
}

static bool is_code(struct str s)
{
    for (size_t i = 0; i < s.n; i++) {
        char c = s.p[i];
        bool ok = (c >= '0' && c <= '9') || (c >= 'A' && c <= 'Z') || (c >= 'a' && c <= 'z') || c == '-';
        if (!ok)
            return false;
    }
    return s.n >= 1 && s.n <= CODE_MAX;
}

/* The nearest place above in the nine digits of KATO (two, two, two and three of them) that is in the list. */
static struct str kato_parent(struct arena *a, const struct by_code *list, size_t n, struct str code)
{
    static const size_t zeros[] = {3, 5, 7};
    if (code.n != KATO_DIGITS)
        return S("");
    for (size_t i = 0; i < sizeof zeros / sizeof zeros[0]; i++) {
        struct str above = str_printf(a, "%.*s%.*s", (int)(KATO_DIGITS - zeros[i]), code.p, (int)zeros[i], "0000000");
        if (!str_eq(above, code) && item_of(list, n, above) < n)
            return above;
    }
    return S("");
}

static struct str parent_code(struct arena *a, const struct by_code *list, size_t n, const struct place_item *item)
{
    return item->parent.p ? item->parent : kato_parent(a, list, n, item->code);
}

static bool is_name(struct str s, bool may_be_empty)
{
    return (s.n > 0 || may_be_empty) && (!s.p || (str_is_utf8(s) && str_utf8_len(s) <= NAME_CHARS));
}

/* The first fault of an item, or NULL. */
static const char *fault_of(struct arena *a, const struct by_code *list, size_t n, const struct place_item *items,
                            size_t i, const char **ret_field)
{
    const struct place_item *item = &items[i];
    *ret_field = "code";
    if (!is_code(item->code))
        return "expected 1 to 20 of 0-9 A-Z a-z -";
    if (item_of(list, n, item->code) != i)
        return "the code stands twice in the list";
    *ret_field = "name";
    if (!is_name(item->name.kk, false) || !is_name(item->name.ru, false) || !is_name(item->name.en, true))
        return "expected a Kazakh and a Russian name of at most 200 characters";
    struct str parent = parent_code(a, list, n, item);
    size_t above = parent.n > 0 ? item_of(list, n, parent) : n;
    *ret_field = "parent";
    if (parent.n > 0 && above == n)
        return "no place of the list has this code";
    if (parent.n == 0 && item->kind != PLACE_REGION)
        return "expected a place above it: only regions stand at the top";
    *ret_field = "kind";
    if (above < n && items[above].kind >= item->kind)
        return "expected a smaller kind than that of the place above it";
    return NULL;
}

bool places_check(struct arena *a, const struct place_item *items, size_t n, places_fault *fault, void *user)
{
    struct by_code *list = sorted(a, items, n);
    bool is_good = n <= ITEMS_MAX;
    for (size_t i = 0; i < n; i++) {
        const char *field;
        const char *why = fault_of(a, list, n, items, i, &field);
        is_good = is_good && !why;
        if (why && fault)
            fault(user, i, field, why);
    }
    return is_good;
}

static struct str or_empty(struct str s)
{
    return s.p ? s : S("");
}

static bool says_the_same(const struct place *p, const struct place_item *item)
{
    return !p->to_on.p && p->kind == item->kind && str_eq(p->name.kk, item->name.kk) &&
           str_eq(p->name.ru, item->name.ru) && str_eq(p->name.en, or_empty(item->name.en));
}

/* Stored places by code. */
static struct by_code *sorted_places(struct arena *a, const struct place *places, size_t n)
{
    struct place_item *items = ARENA_ARRAY(a, n, struct place_item);
    for (size_t i = 0; i < n; i++)
        items[i].code = places[i].code;
    return sorted(a, items, n);
}

static int compare_ids(const void *a, const void *b)
{
    const struct place *x = a;
    const struct place *y = b;
    return x->id < y->id ? -1 : x->id > y->id;
}

struct err *places_compare(struct arena *a, struct db_read *r, int64_t realm, const struct place_item *items, size_t n,
                           size_t *ret_changed, size_t *ret_same)
{
    struct place *old;
    size_t n_old;
    TRY(places_all(a, r, realm, &old, &n_old));
    qsort(old, n_old, sizeof old[0], compare_ids);
    struct by_code *list = sorted(a, items, n);
    struct by_code *old_list = sorted_places(a, old, n_old);
    *ret_changed = *ret_same = 0;
    for (size_t i = 0; i < n; i++) {
        size_t at = item_of(old_list, n_old, items[i].code);
        if (at == n_old)
            continue;
        struct place key = {.id = old[at].parent_id};
        const struct place *above = bsearch(&key, old, n_old, sizeof old[0], compare_ids);
        struct str parent = parent_code(a, list, n, &items[i]);
        bool is_same = says_the_same(&old[at], &items[i]) && str_eq(above ? above->code : S(""), parent);
        *(is_same ? ret_same : ret_changed) += 1;
    }
    return NULL;
}

/* == taking == */

struct taking {
    struct action *x;
    struct places_command *c;
    struct by_code *list;
    struct place *old; /* by region and id */
    size_t n_old;
    struct by_code *old_list;
    int64_t *ids;      /* of the items; 0: not taken yet */
    int64_t *regions;
    int64_t *touched;  /* regions that get an event; some more than once */
    size_t n_touched;
    struct str today;
};

static void touch(struct taking *t, int64_t region_id)
{
    if (t->n_touched == 0 || t->touched[t->n_touched - 1] != region_id)
        t->touched[t->n_touched++] = region_id;
}

static const struct place *old_of(const struct taking *t, struct str code)
{
    size_t i = item_of(t->old_list, t->n_old, code);
    return i < t->n_old ? &t->old[i] : NULL;
}

static bool is_same(const struct place *p, const struct place_item *item, int64_t parent_id)
{
    return p->parent_id == parent_id && says_the_same(p, item);
}

static struct err *add_place(struct taking *t, const struct place_item *item, int64_t parent_id, size_t i)
{
    struct action *x = t->x;
    TRY(series_next(x, S("core_place.id"), &t->ids[i]));
    if (parent_id == 0)
        t->regions[i] = t->ids[i];
    struct core_q_place_add_args row = {
        .realm = x->site->realm, .region_id = t->regions[i], .id = t->ids[i], .parent_id = parent_id,
        .code = item->code, .kind = place_kind_name(item->kind), .name_kk = item->name.kk,
        .name_ru = item->name.ru, .name_en = or_empty(item->name.en), .from_on = t->today,
    };
    t->c->n_added++;
    touch(t, t->regions[i]);
    return core_q_place_add(x->a, x->tx, &row, NULL);
}

static struct err *change_place(struct taking *t, const struct place *old, const struct place_item *item,
                                int64_t parent_id, size_t i)
{
    struct action *x = t->x;
    if (parent_id == 0)
        t->regions[i] = old->id;
    struct core_q_place_change_args row = {
        .region_id = t->regions[i], .parent_id = parent_id, .kind = place_kind_name(item->kind),
        .name_kk = item->name.kk, .name_ru = item->name.ru, .name_en = or_empty(item->name.en),
        .realm = x->site->realm, .id = old->id,
    };
    t->c->n_changed++;
    touch(t, old->region_id);
    touch(t, t->regions[i]);
    return core_q_place_change(x->a, x->tx, &row, NULL);
}

/* The place above is taken already: kinds are taken from the largest down. */
static struct err *take_item(struct taking *t, size_t i)
{
    const struct place_item *item = &t->c->items[i];
    const struct place *old = old_of(t, item->code);
    struct str parent = parent_code(t->x->a, t->list, t->c->n, item);
    size_t above = parent.n > 0 ? item_of(t->list, t->c->n, parent) : t->c->n;
    int64_t parent_id = above < t->c->n ? t->ids[above] : 0;
    t->regions[i] = above < t->c->n ? t->regions[above] : 0;
    t->ids[i] = old ? old->id : 0;
    if (old && is_same(old, item, parent_id) && (parent_id == 0 || old->region_id == t->regions[i])) {
        t->regions[i] = old->region_id;
        t->c->n_same++;
        return NULL;
    }
    struct arena_mark mark = arena_mark(t->x->a);
    TRY(old ? change_place(t, old, item, parent_id, i) : add_place(t, item, parent_id, i));
    TRY(place_names_keep(t->x, t->ids[i], &item->name));
    arena_rewind(t->x->a, mark);
    return NULL;
}

static struct err *end_others(struct taking *t)
{
    for (size_t i = 0; i < t->n_old && !t->c->keeps_others; i++) {
        const struct place *p = &t->old[i];
        if (p->to_on.p || item_of(t->list, t->c->n, p->code) < t->c->n)
            continue;
        struct core_q_place_change_args row = {
            .region_id = p->region_id, .parent_id = p->parent_id, .kind = place_kind_name(p->kind),
            .name_kk = p->name.kk, .name_ru = p->name.ru, .name_en = p->name.en, .to_on = t->today,
            .realm = t->x->site->realm, .id = p->id,
        };
        TRY(core_q_place_change(t->x->a, t->x->tx, &row, NULL));
        t->c->n_ended++;
        touch(t, p->region_id);
    }
    return NULL;
}

static int by_number(const void *a, const void *b)
{
    const int64_t *x = a;
    const int64_t *y = b;
    return *x < *y ? -1 : *x > *y;
}

static struct err *tell(struct taking *t)
{
    struct buf b;
    struct json j;
    buf_init(&b, t->x->a, ARENA_KIB);
    json_begin(&j, &b);
    json_object(&j);
    json_put_int(&j, "added", (int64_t)t->c->n_added);
    json_put_int(&j, "changed", (int64_t)t->c->n_changed);
    json_put_int(&j, "ended", (int64_t)t->c->n_ended);
    json_object_end(&j);
    json_end(&j);
    qsort(t->touched, t->n_touched, sizeof t->touched[0], by_number);
    for (size_t i = 0; i < t->n_touched; i++)
        if (i == 0 || t->touched[i] != t->touched[i - 1])
            TRY(admin_event(t->x, S("territory"), t->touched[i], S("taken"), buf_view(&b)));
    return NULL;
}

struct err *places_take(struct action *x)
{
    struct places_command *c = x->command;
    TRY(admin_may(x, MAY_CHANGE_BODIES));
    if (!places_check(x->a, c->items, c->n, NULL, NULL))
        return ERR(x->a, ERR_INPUT, "the list of places is not sound; look it over first");
    struct taking t = {
        .x = x,
        .c = c,
        .list = sorted(x->a, c->items, c->n),
        .ids = ARENA_ARRAY(x->a, c->n, int64_t),
        .regions = ARENA_ARRAY(x->a, c->n, int64_t),
        .today = day_text(x->a, site_today(x->site, x->now)),
    };
    TRY(places_all(x->a, db_tx_read(x->tx), x->site->realm, &t.old, &t.n_old));
    t.old_list = sorted_places(x->a, t.old, t.n_old);
    t.touched = ARENA_ARRAY(x->a, 2 * c->n + t.n_old, int64_t);
    for (enum place_kind k = PLACE_REGION; k < N_PLACE_KINDS; k++)
        for (size_t i = 0; i < c->n; i++)
            if (c->items[i].kind == k)
                TRY(take_item(&t, i));
    TRY(end_others(&t));
    return tell(&t);
}
