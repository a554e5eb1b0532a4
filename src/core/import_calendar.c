/* SPDX-License-Identifier: AGPL-3.0-or-later
 *
 * import_calendar.c - holidays and moved working days of a year or more, in one event.
 *
 * Source: rules.md sheet O: days off move by yearly acts; the act is named with each day.
 */
#include "core/import_kinds.h"

#include "base/clock.h"
#include "base/json.h"
#include "core/calendar.h"
#include "core/people.h"
#include "gen/core_queries.h"
#include "web/i18n.h"


enum field { F_DAY, F_WORK, F_KK, F_RU, F_EN, F_SOURCE, F_VERIFIED, N_FIELDS };

static const struct import_field fields[N_FIELDS] = {
    [F_DAY] = {"day", "the day that differs from the week", IMPORT_DATE, .is_required = true},
    [F_WORK] = {"is_work", "yes: works although the week rests; no when not given", IMPORT_FLAG},
    [F_KK] = {"name_kk", "what it is called, in Kazakh", IMPORT_LINE, .is_required = true},
    [F_RU] = {"name_ru", "in Russian", IMPORT_LINE, .is_required = true},
    [F_EN] = {"name_en", "in English", IMPORT_LINE, .is_required = true},
    [F_SOURCE] = {"source", "act or decision that it rests on", IMPORT_LINE, .is_required = true},
    [F_VERIFIED] = {"verified", "yes: compared with that act", IMPORT_FLAG},
};

/* Why the calendar says no, in a word that fits into "expected". */
static void reject(struct import_job *job, struct import_row *row, const struct verdict *v)
{
    struct str why = t_verdict(job->a, lang_find(S("en")), v);
    size_t field = str_eq(str_c(v->code), S("CALENDAR_NAME"))     ? F_KK
                   : str_eq(str_c(v->code), S("CALENDAR_SOURCE")) ? F_SOURCE
                   : str_eq(str_c(v->code), S("CALENDAR_USELESS")) ? F_WORK
                                                                   : F_DAY;
    import_reject(job, row, field, "%.*s", STR_FMT(why));
}

static struct calendar_input input_of(const struct import_job *job, const struct import_row *row)
{
    const struct import_value *v = row->v;
    return (struct calendar_input){
        .day_on = day_text(job->a, (int32_t)v[F_DAY].i),
        .is_work = v[F_WORK].text.p && v[F_WORK].i == 1,
        .name = {v[F_KK].text, v[F_RU].text, v[F_EN].text},
        .source = v[F_SOURCE].text,
        .is_verified = v[F_VERIFIED].text.p && v[F_VERIFIED].i == 1,
    };
}

static bool is_same(const struct calendar_day *a, const struct calendar_day *b)
{
    return a->is_work == b->is_work && str_eq(a->name.kk, b->name.kk) && str_eq(a->name.ru, b->name.ru) &&
           str_eq(a->name.en, b->name.en) && str_eq(a->source, b->source) && a->is_verified == b->is_verified;
}

static struct err *prepare(struct import_job *job)
{
    struct site *site = import_site(job->import);
    struct calendar *c;
    TRY(calendar_load(job->a, import_reader(job->import), site->realm, 0, &c));
    for (size_t i = 0; i < job->n; i++) {
        struct import_row *row = &job->rows[i];
        struct calendar_input in = input_of(job, row);
        struct calendar_day *day = ARENA_NEW(job->a, struct calendar_day);
        struct verdict v = calendar_check_day(c, &in, site_today(site, clock_now()), day);
        if (!v.allowed) {
            reject(job, row, &v);
            continue;
        }
        for (size_t k = 0; k < i; k++)
            if (job->rows[k].v[F_DAY].i == row->v[F_DAY].i)
                import_reject(job, row, F_DAY, "the day stands in line %lld already", (long long)job->rows[k].line);
        const struct calendar_day *before = calendar_day(c, day->day);
        job->changed += before && !is_same(before, day);
        job->same += before && is_same(before, day);
        row->prepared = before && is_same(before, day) ? NULL : day;
    }
    return NULL;
}

static struct err *take(struct action *x, struct import_job *job)
{
    struct buf b;
    struct json j;
    int64_t n = 0;
    TRY(admin_may(x, CALENDAR_CHANGE));
    for (size_t i = 0; i < job->n; i++) {
        const struct calendar_day *d = job->rows[i].prepared;
        if (!d)
            continue;
        TRY(calendar_write_day(x, d));
        n++;
    }
    if (n == 0)
        return NULL;
    action_changes_calendar(x);
    buf_init(&b, x->a, 8 * ARENA_KIB);
    json_begin(&j, &b);
    json_object(&j);
    json_put_int(&j, "import", import_source(job->import)->id);
    json_put_int(&j, "days", n);
    json_object_end(&j);
    json_end(&j);
    return admin_event(x, S("calendar"), CALENDAR_ID, S("imported"), buf_view(&b));
}

const struct import_kind core_import_calendar = {
    .noun = "calendar",
    .about = "Holidays and moved working days.",
    .fields = fields,
    .n_fields = N_FIELDS,
    .is_whole = true,
    .prepare = prepare,
    .take = take,
};
