/* SPDX-License-Identifier: AGPL-3.0-or-later
 *
 * place.c - reading places, and finding them by the first letters of their names.
 *
 * A name is kept once for each of its words, with what follows: "г.Семей" is found by "г.семей" and by "семей".
 */
#include "core/place.h"

#include "base/fold.h"
#include "core/place_private.h"
#include "gen/core_queries.h"

#define MAIN_MAX 200

static const struct str kinds[N_PLACE_KINDS] = {STR("region"), STR("district"), STR("subdistrict"),
                                                STR("settlement")};

struct str place_kind_name(enum place_kind k)
{
    return kinds[k];
}

static enum place_kind kind_of(struct str name)
{
    enum place_kind k = PLACE_REGION;
    while (k < PLACE_SETTLEMENT && !str_eq(kinds[k], name))
        k++;
    return k;
}

/* The statements have the same columns but row types of their own. */
#define PLACE_OF(row)                                                                                        \
    (struct place)                                                                                           \
    {                                                                                                        \
        .id = (row).id, .region_id = (row).region_id, .parent_id = (row).parent_id, .code = (row).code,      \
        .kind = kind_of((row).kind), .name = {(row).name_kk, (row).name_ru, (row).name_en},                  \
        .to_on = (row).to_on                                                                                 \
    }

struct err *place_load(struct arena *a, struct db_read *r, int64_t realm, int64_t id, struct place *ret_place,
                       bool *ret_found)
{
    struct core_q_place_by_id_row row;
    TRY(core_q_place_by_id(a, r, realm, id, &row, ret_found));
    if (*ret_found)
        *ret_place = PLACE_OF(row);
    return NULL;
}

struct err *place_by_code(struct arena *a, struct db_read *r, int64_t realm, struct str code,
                          struct place *ret_place, bool *ret_found)
{
    struct core_q_place_by_code_row row;
    TRY(core_q_place_by_code(a, r, realm, code, &row, ret_found));
    if (*ret_found)
        *ret_place = PLACE_OF(row);
    return NULL;
}

struct err *places_below(struct arena *a, struct db_read *r, int64_t realm, int64_t parent_id, size_t n,
                         struct place **ret_places, size_t *ret_n)
{
    struct core_q_places_below_row *rows;
    size_t n_rows;
    TRY(core_q_places_below(a, r, realm, parent_id, (int64_t)n, &rows, &n_rows));
    struct place *places = ARENA_ARRAY(a, n_rows, struct place);
    for (size_t i = 0; i < n_rows; i++)
        places[i] = PLACE_OF(rows[i]);
    *ret_places = places;
    *ret_n = n_rows;
    return NULL;
}

struct err *places_all(struct arena *a, struct db_read *r, int64_t realm, struct place **ret_places, size_t *ret_n)
{
    struct core_q_places_row *rows;
    size_t n_rows;
    TRY(core_q_places(a, r, realm, &rows, &n_rows));
    struct place *places = ARENA_ARRAY(a, n_rows, struct place);
    for (size_t i = 0; i < n_rows; i++)
        places[i] = PLACE_OF(rows[i]);
    *ret_places = places;
    *ret_n = n_rows;
    return NULL;
}

struct err *places_named(struct arena *a, struct db_read *r, int64_t realm, struct str typed, size_t n,
                         struct place **ret_places, size_t *ret_n)
{
    struct core_q_places_named_row *rows;
    size_t n_rows;
    struct str from = fold(a, str_trim(typed));
    *ret_places = NULL;
    *ret_n = 0;
    if (from.n == 0)
        return NULL;
    struct str upto = str_printf(a, "%.*s\xF4\x8F\xBF\xBF", STR_FMT(from)); /* U+10FFFF stands behind all */
    TRY(core_q_places_named(a, r, realm, from, upto, (int64_t)(4 * n), &rows, &n_rows));
    struct place *places = ARENA_ARRAY(a, n, struct place);
    for (size_t i = 0; i < n_rows && *ret_n < n; i++) {
        size_t k = 0;
        while (k < *ret_n && places[k].id != rows[i].id)
            k++;
        if (k == *ret_n)
            places[(*ret_n)++] = PLACE_OF(rows[i]);
    }
    *ret_places = places;
    return NULL;
}

struct err *place_chain(struct arena *a, struct db_read *r, int64_t realm, int64_t id, struct place *ret_chain,
                        size_t *ret_n)
{
    bool found = true;
    *ret_n = 0;
    while (found && id != 0 && *ret_n < N_PLACE_KINDS) {
        TRY(place_load(a, r, realm, id, &ret_chain[*ret_n], &found));
        if (found)
            id = ret_chain[(*ret_n)++].parent_id;
    }
    return NULL;
}

struct err *places_main(struct arena *a, struct db_read *r, int64_t realm, struct place **ret_places, size_t *ret_n,
                        int64_t *ret_above)
{
    *ret_above = 0;
    TRY(places_below(a, r, realm, 0, MAIN_MAX, ret_places, ret_n));
    if (*ret_n != 1)
        return NULL;
    *ret_above = (*ret_places)[0].id;
    return places_below(a, r, realm, *ret_above, MAIN_MAX, ret_places, ret_n);
}

/* == names == */

static bool begins_word(struct str s, size_t i)
{
    char before = i > 0 ? s.p[i - 1] : ' ';
    bool is_gap = before == ' ' || before == '.' || before == '-' || before == '(';
    return is_gap && s.p[i] != ' ' && s.p[i] != '.' && s.p[i] != '-' && s.p[i] != '(' && s.p[i] != ')';
}

struct err *place_names_keep(struct action *x, int64_t place_id, const struct text3 *name)
{
    const struct str names[] = {name->kk, name->ru, name->en};
    TRY(core_q_place_names_remove(x->a, x->tx, x->site->realm, place_id, NULL));
    for (size_t k = 0; k < 3; k++) {
        struct str s = names[k].n > 0 ? fold(x->a, names[k]) : S("");
        for (size_t i = 0; i < s.n; i++)
            if (begins_word(s, i))
                TRY(core_q_place_name_add(x->a, x->tx, x->site->realm, str_slice(s, i, s.n), place_id, NULL));
    }
    return NULL;
}

struct err *places_rebuild(struct action *x)
{
    struct place *places;
    size_t n;
    TRY(places_all(x->a, db_tx_read(x->tx), x->site->realm, &places, &n));
    for (size_t i = 0; i < n; i++) {
        struct arena_mark mark = arena_mark(x->a);
        TRY(place_names_keep(x, places[i].id, &places[i].name));
        arena_rewind(x->a, mark);
    }
    return NULL;
}
