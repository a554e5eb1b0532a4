/* SPDX-License-Identifier: AGPL-3.0-or-later
 *
 * deadline_view.c - the steps of a trace as a list, and the days they speak of as a small calendar.
 *
 * Source: experience.md ("page how computed"), rules.md ("Confidence").
 */
#include "core/deadline_view.h"

#include "web/i18n.h"

#define MONTHS_SHOWN 4 /* a longer term shows its first and last month */

/* ---- steps ---- */

static const char *kind_of(const struct deadline_step *s)
{
    switch (s->kind) {
    case STEP_REGISTERED:
    case STEP_EVENT:
        return "start";
    case STEP_SKIPPED_REST:
    case STEP_SKIPPED_HOLIDAY:
    case STEP_MOVED:
        return "skip";
    case STEP_COUNTED_WORKDAY:
    case STEP_LAST:
        return "count";
    case STEP_DUE:
        return "due";
    default:
        return "plain";
    }
}

static const char *colour_of(enum confidence c)
{
    static const char *const colours[N_CONFIDENCE] = {
        [CONFIDENCE_PRIMARY] = "green",
        [CONFIDENCE_SECONDARY] = "blue",
        [CONFIDENCE_NO] = "yellow",
        [CONFIDENCE_OWN] = "grey",
    };
    return colours[c];
}

static struct core_deadline_step step_view(struct arena *a, const struct lang *l, const struct deadline *d,
                                           const struct deadline_step *s)
{
    struct core_deadline_step v = {
        .title = deadline_step_title(l, s),
        .text = deadline_step_text(a, l, d, s),
        .kind = str_c(kind_of(s)),
    };
    if (s->has_cite) {
        v.law = citation_text(a, l, &s->cite);
        v.law_href = s->cite.url;
        if (s->cite.law.n > 0) {
            v.confidence = confidence_text(l, s->cite.confidence);
            v.confidence_kind = str_c(colour_of(s->cite.confidence));
        }
        v.note = text3_for(&s->cite.note, lang_code(l));
    }
    if (s->source.n > 0) {
        v.source = s->source;
        v.source_mark =
            t(l, s->is_verified ? "core.deadline.source.verified" : "core.deadline.source.unverified");
        v.source_kind = s->is_verified ? S("green") : S("yellow");
    }
    return v;
}

/* The acts that the steps cite, each once. */
static void acts_view(struct arena *a, const struct lang *l, const struct deadline *d,
                      struct core_view_deadline *v)
{
    struct core_deadline_act *acts = ARENA_ARRAY(a, d->n_steps, struct core_deadline_act);
    size_t n = 0;
    for (size_t i = 0; i < d->n_steps; i++) {
        const struct citation *c = &d->steps[i].cite;
        struct str name = text3_for(&c->act, lang_code(l));
        bool is_known = !d->steps[i].has_cite || name.n == 0;
        for (size_t k = 0; k < n && !is_known; k++)
            is_known = str_eq(acts[k].name, name);
        if (!is_known)
            acts[n++] = (struct core_deadline_act){name, text3_for(&c->act_title, lang_code(l)), c->url};
    }
    v->acts = acts;
    v->n_acts = n;
}

/* ---- the calendar ---- */

/* What the steps say, by day. */
struct marks {
    const struct deadline *d;
    int32_t received_on; /* INT32_MIN: no instant began it */
    int32_t last_on;     /* the last day counted, before it moved */
    enum profile_unit unit;
};

static struct marks marks_of(const struct deadline *d)
{
    struct marks m = {.d = d, .received_on = INT32_MIN, .last_on = d->due_on};
    for (size_t i = 0; i < d->n_steps; i++) {
        if (d->steps[i].kind == STEP_RECEIVED)
            m.received_on = d->steps[i].day;
        if (d->steps[i].kind == STEP_LAST) {
            m.last_on = d->steps[i].day;
            m.unit = d->steps[i].unit;
        }
    }
    return m;
}

/* The step that leaves `day` out of the count, or NULL. */
static const struct deadline_step *skip_of(const struct marks *m, int32_t day)
{
    for (size_t i = 0; i < m->d->n_steps; i++) {
        const struct deadline_step *s = &m->d->steps[i];
        if ((s->kind == STEP_SKIPPED_REST || s->kind == STEP_SKIPPED_HOLIDAY) && s->day <= day &&
            day <= s->to_day)
            return s;
        if (s->kind == STEP_MOVED && s->day <= day && day < s->to_day)
            return s;
    }
    return NULL;
}

/* How many days have counted up to `day`; months are not counted in days. */
static int32_t ordinal_of(const struct marks *m, int32_t day)
{
    int32_t n = 0;
    for (int32_t d = m->d->starts_on; d <= day; d++)
        n += !skip_of(m, d);
    return n;
}

static void mark(struct arena *a, const struct lang *l, const struct marks *m, int32_t day,
                 struct core_deadline_day *v)
{
    const struct deadline *d = m->d;
    const struct deadline_step *skip = skip_of(m, day);
    bool in_term = day >= d->starts_on && day <= m->last_on;
    v->kind = S("plain");
    if (skip && day != d->due_on && day != m->received_on) {
        struct str name = text3_for(&skip->name, lang_code(l));
        v->kind = S("skipped");
        v->label = name.n > 0 ? T(a, l, "core.deadline.cell.skipped_named", TEXT_ARG("name", name))
                              : t(l, "core.deadline.cell.skipped");
        return;
    }
    if (in_term && m->unit == UNIT_MONTHS) {
        v->kind = S("passed");
        v->label = t(l, "core.deadline.cell.passed");
    } else if (in_term) {
        v->kind = S("counted");
        v->count = str_printf(a, "%d", ordinal_of(m, day));
        v->label = T(a, l, "core.deadline.cell.counted", TEXT_ARG("n", v->count));
    }
    if (day == d->due_on) {
        v->kind = S("due");
        v->label = v->label.n > 0 ? str_printf(a, "%.*s, %.*s", STR_FMT(v->label),
                                               STR_FMT(t(l, "core.deadline.legend.due")))
                                  : t(l, "core.deadline.legend.due");
    } else if (day == d->registered_on) {
        v->kind = S("start");
        v->label =
            t(l, m->received_on == INT32_MIN ? "core.deadline.legend.event" : "core.deadline.legend.start");
    } else if (day == m->received_on) {
        v->kind = S("received");
        v->label = t(l, "core.deadline.legend.received");
    }
}

static int32_t month_start(int32_t day)
{
    struct civil c = civil_from_day(day);
    return civil_to_day((struct civil){c.year, c.month, 1});
}

static int32_t next_month(int32_t first)
{
    return month_start(first + 31);
}

static struct core_deadline_month month_view(struct arena *a, const struct lang *l, const struct marks *m,
                                             int32_t first)
{
    int32_t end = next_month(first);
    int32_t monday = first - (day_weekday(first) - 1);
    size_t n_weeks = (size_t)(end - monday + 6) / 7;
    struct core_deadline_week *weeks = ARENA_ARRAY(a, n_weeks, struct core_deadline_week);
    for (size_t w = 0; w < n_weeks; w++) {
        struct core_deadline_day *days = ARENA_ARRAY(a, 7, struct core_deadline_day);
        for (int i = 0; i < 7; i++) {
            int32_t day = monday + (int32_t)w * 7 + i;
            if (day < first || day >= end)
                continue;
            days[i].number = str_printf(a, "%d", day - first + 1);
            mark(a, l, m, day, &days[i]);
        }
        weeks[w] = (struct core_deadline_week){.days = days, .n_days = 7};
    }
    return (struct core_deadline_month){.title = lang_month(a, l, first), .weeks = weeks, .n_weeks = n_weeks};
}

static void months_view(struct arena *a, const struct lang *l, const struct marks *m,
                        struct core_view_deadline *v)
{
    int32_t from = m->received_on != INT32_MIN ? m->received_on : m->d->registered_on;
    int32_t last = month_start(m->d->due_on);
    size_t n = 1;
    for (int32_t first = month_start(from); first < last; first = next_month(first))
        n++;
    bool whole = n <= MONTHS_SHOWN;
    struct core_deadline_month *months = ARENA_ARRAY(a, whole ? n : 2, struct core_deadline_month);
    int32_t first = month_start(from);
    for (v->n_months = 0; v->n_months < (whole ? n : 1); first = next_month(first))
        months[v->n_months++] = month_view(a, l, m, first);
    if (!whole) {
        months[v->n_months] = month_view(a, l, m, last);
        months[v->n_months++].after_gap = true;
    }
    v->months = months;
}

/* The signs that this calendar uses. */
static void signs_view(struct arena *a, const struct lang *l, const struct marks *m,
                       struct core_view_deadline *v)
{
    struct core_deadline_sign *signs = ARENA_ARRAY(a, 5, struct core_deadline_sign);
    size_t n = 0;
    if (m->received_on != INT32_MIN && m->received_on != m->d->registered_on)
        signs[n++] = (struct core_deadline_sign){S("received"), S(""), t(l, "core.deadline.legend.received")};
    signs[n++] = (struct core_deadline_sign){
        S("start"), S(""),
        t(l, m->received_on == INT32_MIN ? "core.deadline.legend.event" : "core.deadline.legend.start")};
    if (m->unit == UNIT_MONTHS)
        signs[n++] = (struct core_deadline_sign){S("passed"), S(""), t(l, "core.deadline.cell.passed")};
    else
        signs[n++] = (struct core_deadline_sign){S("counted"), S("1"), t(l, "core.deadline.legend.counted")};
    for (size_t i = 0; i < m->d->n_steps; i++) {
        if (str_eq(str_c(kind_of(&m->d->steps[i])), S("skip"))) {
            signs[n++] =
                (struct core_deadline_sign){S("skipped"), S(""), t(l, "core.deadline.legend.skipped")};
            break;
        }
    }
    signs[n++] = (struct core_deadline_sign){S("due"), S(""), t(l, "core.deadline.legend.due")};
    v->signs = signs;
    v->n_signs = n;
}

void core_deadline_view(struct arena *a, const struct lang *l, const struct deadline *d,
                        struct core_view_deadline *ret_view)
{
    struct core_view_deadline v = {
        .due = lang_date_weekday(a, l, d->due_on),
        .due_iso = day_text(a, d->due_on),
        .profile = d->profile,
        .n_steps = d->n_steps,
        .n_weekdays = 7,
    };
    struct core_deadline_step *steps = ARENA_ARRAY(a, d->n_steps, struct core_deadline_step);
    struct core_deadline_weekday *weekdays = ARENA_ARRAY(a, 7, struct core_deadline_weekday);
    struct marks m = marks_of(d);
    for (size_t i = 0; i < d->n_steps; i++)
        steps[i] = step_view(a, l, d, &d->steps[i]);
    for (int i = 0; i < 7; i++)
        weekdays[i] =
            (struct core_deadline_weekday){lang_weekday_short(a, l, i + 1), lang_weekday(a, l, i + 1)};
    v.steps = steps;
    v.weekdays = weekdays;
    acts_view(a, l, d, &v);
    months_view(a, l, &m, &v);
    signs_view(a, l, &m, &v);
    *ret_view = v;
}
