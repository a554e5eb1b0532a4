/* SPDX-License-Identifier: AGPL-3.0-or-later
 *
 * import_territory.c - places from a table: an edition of a classifier, whole or not at all.
 *
 *     birge import territory --data DIR kato.csv --map kato=code,level=kind
 *
 * Without a column for the parent it is found from the nine digits of a KATO code. Places that the file does not
 * name end today: a table is a whole edition.
 */
#include "core/import_kinds.h"

#include "core/place.h"

enum field { F_CODE, F_PARENT, F_KIND, F_KK, F_RU, F_EN, N_FIELDS };

static const char *const kind_words[] = {"region=oblast", "district", "subdistrict=sub_district", "settlement", NULL};

static const struct import_field fields[N_FIELDS] = {
    [F_CODE] = {"code", "1 to 20 of 0-9 A-Z a-z -; names the place for ever", IMPORT_LINE, .is_required = true, .max = 20},
    [F_PARENT] = {"parent", "code of the place above it; found from the digits of a KATO code when there is no column",
                  IMPORT_LINE, .max = 20},
    [F_KIND] = {"kind", "region, district, subdistrict or settlement", IMPORT_WORD, .is_required = true,
                .words = kind_words},
    [F_KK] = {"name_kk", "its name in Kazakh", IMPORT_LINE, .is_required = true},
    [F_RU] = {"name_ru", "in Russian", IMPORT_LINE, .is_required = true},
    [F_EN] = {"name_en", "in English", IMPORT_LINE},
};

struct list {
    struct import_job *job;
    struct place_item *items;
};

static void fault(void *user, size_t item, const char *field, const char *why)
{
    struct list *l = user;
    size_t at = str_eq(str_c(field), S("code"))     ? F_CODE
                : str_eq(str_c(field), S("parent")) ? F_PARENT
                : str_eq(str_c(field), S("kind"))   ? F_KIND
                                                    : F_KK;
    import_reject(l->job, &l->job->rows[item], at, "%s", why);
}

static struct err *prepare(struct import_job *job)
{
    struct list *l = ARENA_NEW(job->a, struct list);
    *l = (struct list){.job = job, .items = ARENA_ARRAY(job->a, job->n, struct place_item)};
    for (size_t i = 0; i < job->n; i++) {
        const struct import_value *v = job->rows[i].v;
        l->items[i] = (struct place_item){
            .code = v[F_CODE].text,
            .parent = v[F_PARENT].text,
            .kind = (enum place_kind)v[F_KIND].i,
            .name = {v[F_KK].text, v[F_RU].text, v[F_EN].text.p ? v[F_EN].text : S("")},
        };
        job->rows[i].prepared = l;
    }
    if (!places_check(job->a, l->items, job->n, fault, l))
        return NULL;
    return places_compare(job->a, import_reader(job->import), import_site(job->import)->realm, l->items, job->n,
                          &job->changed, &job->same);
}

static struct err *take(struct action *x, struct import_job *job)
{
    const struct list *l = job->rows[0].prepared;
    struct places_command c = {.items = l->items, .n = job->n};
    void *before = x->command;
    x->command = &c;
    struct err *e = places_take(x);
    x->command = before;
    return e;
}

const struct import_kind core_import_territory = {
    .noun = "territory",
    .about = "Places with their Kazakh and Russian names: an edition of the classifier.",
    .example = "birge import territory --data /var/lib/birge kato.csv --map kato=code,level=kind",
    .fields = fields,
    .n_fields = N_FIELDS,
    .is_whole = true,
    .prepare = prepare,
    .take = take,
};
