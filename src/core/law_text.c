/* SPDX-License-Identifier: AGPL-3.0-or-later
 *
 * law_text.c - citations, confidence and the steps of a deadline as people read them.
 *
 * The only part of law that knows languages: texts are in locale/<lang>/law.po, data is data.
 */
#include "core/deadline.h"
#include "core/profile_private.h"
#include "web/i18n.h"

#define STEP "core.deadline.step."

/* ---- citations ---- */

struct str confidence_text(const struct lang *l, enum confidence c)
{
    static const char *const ids[N_CONFIDENCE] = {
        [CONFIDENCE_PRIMARY] = "core.law.confidence.primary",
        [CONFIDENCE_SECONDARY] = "core.law.confidence.secondary",
        [CONFIDENCE_NO] = "core.law.confidence.no",
        [CONFIDENCE_OWN] = "core.law.confidence.own",
    };
    MUST(c >= 0 && c < N_CONFIDENCE);
    return t(l, ids[c]);
}

static struct str cite(struct arena *a, const struct lang *l, const struct text3 *act, struct str article)
{
    struct str name = text3_for(act, lang_code(l));
    if (article.n == 0)
        return name;
    return T(a, l, "core.law.cite", TEXT_ARG("act", name), TEXT_ARG("article", article));
}

struct str citation_text(struct arena *a, const struct lang *l, const struct citation *c)
{
    if (c->law.n == 0)
        return confidence_text(l, c->confidence);
    return cite(a, l, &c->act, c->article);
}

struct str law_text(struct arena *a, const struct lang *l, const struct profile *p, struct str law)
{
    for (size_t i = 0; p && i < p->n_acts; i++) {
        struct str name = text3_for(&p->acts[i].name, S("en"));
        if (str_eq(law, name))
            return cite(a, l, &p->acts[i].name, S(""));
        if (str_starts(law, name) && law.p[name.n] == ' ')
            return cite(a, l, &p->acts[i].name, str_slice(law, name.n + 1, law.n));
    }
    return law;
}

/* ---- steps ---- */

static struct str clock_text(struct arena *a, int32_t minute)
{
    return str_printf(a, "%02d:%02d", minute / 60, minute % 60);
}

/* "UTC+5", "UTC+5:30", "UTC-3" */
static struct str offset_text(struct arena *a, int32_t minutes)
{
    int32_t m = minutes < 0 ? -minutes : minutes;
    if (m % 60 == 0)
        return str_printf(a, "UTC%c%d", minutes < 0 ? '-' : '+', m / 60);
    return str_printf(a, "UTC%c%d:%02d", minutes < 0 ? '-' : '+', m / 60, m % 60);
}

static const char *unit_id(const char *wd, const char *cd, const char *mo, enum profile_unit unit)
{
    return unit == UNIT_WORKING_DAYS ? wd : unit == UNIT_CALENDAR_DAYS ? cd : mo;
}

/* The text of a step, by what it has to say. */
static const char *text_id(const struct deadline_step *s)
{
    bool named = s->name.kk.n + s->name.ru.n + s->name.en.n > 0;
    switch (s->kind) {
    case STEP_RECEIVED:
        return STEP "received.text";
    case STEP_HOURS:
        return STEP "hours.text";
    case STEP_REGISTERED:
        switch (s->reason) {
        case REASON_AFTER_HOURS:
            return STEP "registered.after_hours";
        case REASON_DAY_OFF:
            return named ? STEP "registered.day_off_named" : STEP "registered.day_off";
        case REASON_ALWAYS_SAME:
            return STEP "registered.always_same_day";
        default:
            return STEP "registered.same_day";
        }
    case STEP_EVENT:
        return s->reason == REASON_FORWARDED ? STEP "event.forwarded" : STEP "event.text";
    case STEP_TERM:
        return unit_id(STEP "term.wd", STEP "term.cd", STEP "term.mo", s->unit);
    case STEP_STARTS:
        return STEP "starts.text";
    case STEP_SKIPPED_REST:
        return s->to_day > s->day ? STEP "skipped_rest.range" : STEP "skipped_rest.text";
    case STEP_SKIPPED_HOLIDAY:
        return STEP "skipped_holiday.text";
    case STEP_COUNTED_WORKDAY:
        return STEP "counted_workday.text";
    case STEP_LAST:
        return unit_id(STEP "last.wd", STEP "last.cd", STEP "last.mo", s->unit);
    case STEP_MOVED:
        return named ? STEP "moved.named" : STEP "moved.text";
    case STEP_NOT_MOVED:
        return STEP "not_moved.text";
    case STEP_NOT_COVERED:
        return STEP "not_covered.text";
    case STEP_DUE:
    case N_STEP_KINDS:
        break;
    }
    return STEP "due.text";
}

struct str deadline_step_title(const struct lang *l, const struct deadline_step *s)
{
    static const char *const ids[N_STEP_KINDS] = {
        [STEP_RECEIVED] = STEP "received",
        [STEP_HOURS] = STEP "hours",
        [STEP_REGISTERED] = STEP "registered",
        [STEP_EVENT] = STEP "event",
        [STEP_TERM] = STEP "term",
        [STEP_STARTS] = STEP "starts",
        [STEP_SKIPPED_REST] = STEP "skipped_rest",
        [STEP_SKIPPED_HOLIDAY] = STEP "skipped_holiday",
        [STEP_COUNTED_WORKDAY] = STEP "counted_workday",
        [STEP_LAST] = STEP "last",
        [STEP_MOVED] = STEP "moved",
        [STEP_NOT_MOVED] = STEP "not_moved",
        [STEP_NOT_COVERED] = STEP "not_covered",
        [STEP_DUE] = STEP "due",
    };
    MUST(s->kind >= 0 && s->kind < N_STEP_KINDS);
    return t(l, s->reason == REASON_WAITING ? STEP "waiting" : ids[s->kind]);
}

struct str deadline_step_text(struct arena *a, const struct lang *l, const struct deadline *d,
                              const struct deadline_step *s)
{
    struct str name = text3_for(&s->name, lang_code(l));
    struct str text =
        T(a, l, text_id(s), TEXT_ARG("day", lang_date_weekday(a, l, s->day)),
          TEXT_ARG("to_day", lang_date_weekday(a, l, s->to_day)),
          TEXT_ARG("time", clock_text(a, s->minute < 0 ? 0 : s->minute)), TEXT_ARG("zone", d->zone),
          TEXT_ARG("offset", offset_text(a, d->offset_minutes)), TEXT_ARG("count", s->n),
          TEXT_ARG("year", str_printf(a, "%lld", (long long)s->n)), TEXT_ARG("name", name));
    if (s->kind == STEP_TERM && name.n > 0)
        return str_printf(a, "%.*s %.*s", STR_FMT(text), STR_FMT(name));
    return text;
}
