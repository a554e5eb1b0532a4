/* SPDX-License-Identifier: AGPL-3.0-or-later
 *
 * deadline.c - counting a legal term, and writing down each step while it is counted.
 *
 * There is one count, and its steps are the trace: a day is skipped by the same lines that record why. An
 * independent day-by-day count in the tests holds it to account.
 *
 * Source: rules.md sheets A2 (64(3)), A3 (76(2)), A4 (76(5)), O.
 */
#include "core/deadline.h"

#define MAX_STEPS 4000
#define MAX_DAYS 8000 /* a count that finds no end by then has a broken calendar */

struct counting {
    struct arena *a;
    const struct profile *p;
    const struct calendar *c;
    struct deadline *d;
    size_t cap;
};

static struct deadline_step *step_add(struct counting *k, enum deadline_step_kind kind, int32_t day)
{
    struct deadline *d = k->d;
    if (d->n_steps == k->cap) {
        size_t cap = k->cap == 0 ? 16 : k->cap * 2;
        d->steps = arena_grow(k->a, d->steps, k->cap * sizeof d->steps[0], cap * sizeof d->steps[0]);
        k->cap = cap;
    }
    d->steps[d->n_steps] = (struct deadline_step){.kind = kind, .day = day, .to_day = day, .minute = -1};
    return &d->steps[d->n_steps++];
}

static void step_cite(struct deadline_step *s, const struct citation *c)
{
    s->has_cite = true;
    s->cite = *c;
}

/* What the calendar calls a day that differs from the week; nothing for other days. */
static void step_name(struct deadline_step *s, const struct calendar_day *day)
{
    if (!day)
        return;
    s->name = day->name;
    s->source = day->source;
    s->is_verified = day->is_verified;
}

/* ---- days that do not work ---- */

/* A day of weekly rest: one step for each run of such days. */
static void skip_rest(struct counting *k, int32_t day, enum deadline_reason reason)
{
    struct deadline *d = k->d;
    struct deadline_step *last = d->n_steps > 0 ? &d->steps[d->n_steps - 1] : NULL;
    if (last && last->kind == STEP_SKIPPED_REST && last->to_day == day - 1)
        last->to_day = day;
    else
        step_add(k, STEP_SKIPPED_REST, day)->reason = reason;
}

/* A day that is passed over, under its name if it has one. */
static void skip(struct counting *k, int32_t day, enum deadline_reason reason)
{
    const struct calendar_day *named = calendar_day(k->c, day);
    if (!named) {
        skip_rest(k, day, reason);
        return;
    }
    struct deadline_step *s = step_add(k, STEP_SKIPPED_HOLIDAY, day);
    s->reason = reason;
    step_name(s, named);
}

/* ---- registration ---- */

/* Day on which something received on local `day` at `minute` is registered, and why. */
static int32_t registered_on(const struct profile *p, const struct calendar *c, int32_t day, int32_t minute,
                             enum deadline_reason *ret_reason)
{
    const struct profile_registration *r = profile_registration(p);
    if (r->rule == AFTER_HOURS_SAME_DAY) {
        *ret_reason = REASON_ALWAYS_SAME;
        return day;
    }
    if (!workdays_is(&c->workdays, day)) {
        *ret_reason = REASON_DAY_OFF;
        return workdays_on_or_after(&c->workdays, day);
    }
    if (minute > r->close_minute) {
        *ret_reason = REASON_AFTER_HOURS;
        return workdays_on_or_after(&c->workdays, day + 1);
    }
    *ret_reason = REASON_SAME_DAY;
    return day;
}

int32_t deadline_registered_on(const struct profile *p, const struct calendar *c, const struct zone *z,
                               int64_t received_at, enum deadline_reason *ret_reason)
{
    int32_t ms;
    int32_t day = zone_day(z, received_at, &ms);
    return registered_on(p, c, day, ms / 60000, ret_reason);
}

/* The step of receipt; gives the local day and minute. */
static int32_t receive(struct counting *k, const struct zone *z, struct str zone_name, int64_t at,
                       int32_t *ret_minute)
{
    int32_t ms;
    int32_t day = zone_day(z, at, &ms);
    *ret_minute = ms / 60000;
    k->d->zone = zone_name;
    k->d->received_at = at;
    k->d->offset_minutes = zone_offset(z, at) / 60;
    step_add(k, STEP_RECEIVED, day)->minute = *ret_minute;
    return day;
}

static int32_t register_it(struct counting *k, int32_t day, int32_t minute)
{
    const struct profile_registration *r = profile_registration(k->p);
    enum deadline_reason reason;
    int32_t on = registered_on(k->p, k->c, day, minute, &reason);
    if (reason == REASON_AFTER_HOURS) {
        struct deadline_step *hours = step_add(k, STEP_HOURS, day);
        hours->minute = r->close_minute;
        step_cite(hours, &r->hours_cite);
    }
    for (int32_t off = reason == REASON_AFTER_HOURS ? day + 1 : day; off < on; off++)
        skip(k, off, REASON_WAITING);
    struct deadline_step *s = step_add(k, STEP_REGISTERED, on);
    s->reason = reason;
    if (reason == REASON_DAY_OFF)
        step_name(s, calendar_day(k->c, day));
    step_cite(s, &r->cite);
    return on;
}

/* ---- counting ---- */

/* The `n`-th working day after `from`. */
static struct err *count_working_days(struct counting *k, int32_t from, int64_t n, int32_t *ret_last)
{
    int32_t day = from;
    for (int64_t counted = 0; counted < n;) {
        day++;
        if (day - from > MAX_DAYS || k->d->n_steps > MAX_STEPS)
            return ERR(k->a, ERR_CONFIG, "the calendar has too few working days for a term of %lld",
                       (long long)n);
        const struct calendar_day *named = calendar_day(k->c, day);
        bool week_works = k->c->workdays.week[day_weekday(day) - 1];
        if (workdays_is(&k->c->workdays, day)) {
            counted++;
            if (named && !week_works) {
                struct deadline_step *s = step_add(k, STEP_COUNTED_WORKDAY, day);
                s->n = counted;
                step_name(s, named);
            }
        } else {
            skip(k, day, REASON_NONE);
        }
    }
    *ret_last = day;
    return NULL;
}

/* The same day of the month `n` months later, or that month's last day. */
static int32_t add_months(int32_t day, int64_t n)
{
    struct civil c = civil_from_day(day);
    int64_t months = (int64_t)c.year * 12 + c.month - 1 + n;
    struct civil first = {.year = (int32_t)(months / 12), .month = (int32_t)(months % 12) + 1, .day = 1};
    struct civil next = {
        .year = (int32_t)((months + 1) / 12), .month = (int32_t)((months + 1) % 12) + 1, .day = 1};
    int32_t length = civil_to_day(next) - civil_to_day(first);
    return civil_to_day(first) + (c.day < length ? c.day : length) - 1;
}

/* A last day that does not work moves, where the profile says so. Working days never end on one. */
static int32_t move_last(struct counting *k, int32_t last)
{
    const struct profile_rule *moves = profile_rule(k->p, "term.last_day_moves", last);
    if (workdays_is(&k->c->workdays, last))
        return last;
    bool yes = moves && moves->value != 0;
    struct deadline_step *s = step_add(k, yes ? STEP_MOVED : STEP_NOT_MOVED, last);
    step_name(s, calendar_day(k->c, last));
    if (moves)
        step_cite(s, &moves->cite);
    if (yes)
        s->to_day = workdays_on_or_after(&k->c->workdays, last);
    return s->to_day;
}

/* Years whose holidays nobody has entered: the count could not know them. */
static void say_not_covered(struct counting *k, int32_t from, int32_t to)
{
    int32_t last = civil_from_day(to).year;
    for (int32_t year = civil_from_day(from).year; year <= last; year++)
        if (!calendar_covers(k->c, year))
            step_add(k, STEP_NOT_COVERED, to)->n = year;
}

/* The term of `rule` from `from`; the day after counts first. */
static struct err *count_term(struct counting *k, const struct profile_rule *rule, int32_t from)
{
    struct deadline *d = k->d;
    int32_t last = from;
    struct deadline_step *term = step_add(k, STEP_TERM, from);
    term->n = rule->value;
    term->unit = rule->unit;
    term->name = rule->about;
    step_cite(term, &rule->cite);
    d->rule = rule->key;
    d->starts_on = from + 1;
    step_add(k, STEP_STARTS, d->starts_on);
    if (rule->unit == UNIT_WORKING_DAYS)
        TRY(count_working_days(k, from, rule->value, &last));
    else if (rule->unit == UNIT_CALENDAR_DAYS)
        last = from + (int32_t)rule->value;
    else if (rule->unit == UNIT_MONTHS)
        last = add_months(from, rule->value);
    else
        return ERR(k->a, ERR_CONFIG, "rule \"%.*s\" is no term", STR_FMT(rule->key));
    struct deadline_step *s = step_add(k, STEP_LAST, last);
    s->n = rule->value;
    s->unit = rule->unit;
    d->due_on = move_last(k, last);
    say_not_covered(k, d->starts_on, d->due_on);
    step_add(k, STEP_DUE, d->due_on);
    return NULL;
}

static struct counting counting_begin(struct arena *a, const struct profile *p, const struct calendar *c,
                                      struct deadline *d)
{
    *d = (struct deadline){.profile = profile_info(p)->tag};
    return (struct counting){.a = a, .p = p, .c = c, .d = d};
}

static struct err *rule_of(struct arena *a, const struct profile *p, struct str key, int32_t on,
                           const struct profile_rule **ret_rule)
{
    *ret_rule = profile_rule(p, str_to_c(a, key), on);
    if (*ret_rule)
        return NULL;
    return ERR(a, ERR_CONFIG, "profile %.*s has no rule \"%.*s\" on %.*s", STR_FMT(profile_info(p)->tag),
               STR_FMT(key), STR_FMT(day_text(a, on)));
}

/* ---- the three ways in ---- */

struct err *deadline_of_appeal(struct arena *a, const struct profile *p, const struct calendar *c,
                               const struct zone *z, struct str zone_name, const struct profile_kind *kind,
                               int64_t received_at, struct deadline *ret_deadline)
{
    struct deadline d;
    struct counting k = counting_begin(a, p, c, &d);
    const struct profile_rule *rule;
    int32_t minute;
    int32_t received_on = receive(&k, z, zone_name, received_at, &minute);
    d.registered_on = register_it(&k, received_on, minute);
    TRY(rule_of(a, p, kind->term, d.registered_on, &rule));
    TRY(count_term(&k, rule, rule->count_from == FROM_RECEIPT ? received_on : d.registered_on));
    *ret_deadline = d;
    return NULL;
}

struct err *deadline_of_rule(struct arena *a, const struct profile *p, const struct calendar *c,
                             const char *key, int32_t event_on, struct deadline *ret_deadline)
{
    struct deadline d;
    struct counting k = counting_begin(a, p, c, &d);
    const struct profile_rule *rule;
    TRY(rule_of(a, p, str_c(key), event_on, &rule));
    d.registered_on = event_on;
    step_add(&k, STEP_EVENT, event_on);
    TRY(count_term(&k, rule, event_on));
    *ret_deadline = d;
    return NULL;
}

struct err *deadline_of_forwarded(struct arena *a, const struct profile *p, const struct calendar *c,
                                  const struct zone *z, struct str zone_name, const struct profile_kind *kind,
                                  int64_t received_at, bool *ret_restarts, struct deadline *ret_deadline)
{
    struct deadline d;
    struct counting k = counting_begin(a, p, c, &d);
    const struct profile_rule *rule;
    int32_t minute;
    int32_t day = receive(&k, z, zone_name, received_at, &minute);
    const struct profile_rule *restarts = profile_rule(p, "routing.clock_restarts", day);
    *ret_restarts = false;
    if (!restarts || restarts->value == 0)
        return NULL;
    struct deadline_step *s = step_add(&k, STEP_EVENT, day);
    s->reason = REASON_FORWARDED;
    step_cite(s, &restarts->cite);
    d.registered_on = day;
    TRY(rule_of(a, p, kind->term, day, &rule));
    TRY(count_term(&k, rule, day));
    *ret_restarts = true;
    *ret_deadline = d;
    return NULL;
}

int32_t deadline_in_favour(enum deadline_of whose, int32_t old_due, int32_t new_due)
{
    bool later = new_due > old_due;
    return later == (whose == DEADLINE_OF_PERSON) ? new_due : old_due;
}
