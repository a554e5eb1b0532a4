/* SPDX-License-Identifier: AGPL-3.0-or-later
 *
 * deadline_json.c - the trace as it is stored with a case, and read back to draw its page.
 *
 *     {"v": 1, "profile": "kz-2026@...", "rule": "appeal.term.ordinary", "zone": "Asia/Almaty",
 *      "received_at": 1780666200000, "offset": 300, "registered_on": "2026-06-08", "starts_on": ...,
 *      "due_on": ..., "cites": [{"law": "APPC 64(3)", ...}],
 *      "steps": [{"step": "received", "day": "2026-06-05", "minute": 1110}, ...]}
 *
 * A citation is stored once and named by its place in "cites". Fields that say nothing are left out.
 */
#include "core/deadline.h"

#include "base/json.h"
#include "core/json_read.h"
#include "core/profile_private.h"

#define TRACE_MAX (512 * ARENA_KIB)
#define MAX_STEPS 5000
#define MAX_CITES 50
#define MAX_TEXT 2100

static const char *const step_words[N_STEP_KINDS] = {
    [STEP_RECEIVED] = "received",
    [STEP_HOURS] = "hours",
    [STEP_REGISTERED] = "registered",
    [STEP_EVENT] = "event",
    [STEP_TERM] = "term",
    [STEP_STARTS] = "starts",
    [STEP_SKIPPED_REST] = "skipped_rest",
    [STEP_SKIPPED_HOLIDAY] = "skipped_holiday",
    [STEP_COUNTED_WORKDAY] = "counted_workday",
    [STEP_LAST] = "last",
    [STEP_MOVED] = "moved",
    [STEP_NOT_MOVED] = "not_moved",
    [STEP_NOT_COVERED] = "not_covered",
    [STEP_DUE] = "due",
};
static const char *const reason_words[N_REASONS] = {
    [REASON_NONE] = "none",           [REASON_SAME_DAY] = "same_day", [REASON_AFTER_HOURS] = "after_hours",
    [REASON_DAY_OFF] = "day_off",     [REASON_ALWAYS_SAME] = "always_same_day",
    [REASON_FORWARDED] = "forwarded", [REASON_WAITING] = "waiting",
};

/* ---- writing ---- */

static void put_some(struct json *j, const char *key, struct str s)
{
    if (s.n > 0)
        json_put_str(j, key, s);
}

static void put_text(struct json *j, const char *key, const struct text3 *t)
{
    if (t->kk.n + t->ru.n + t->en.n == 0)
        return;
    json_key(j, key);
    json_object(j);
    put_some(j, "kk", t->kk);
    put_some(j, "ru", t->ru);
    put_some(j, "en", t->en);
    json_object_end(j);
}

static void put_cite(struct json *j, const struct citation *c)
{
    json_object(j);
    put_some(j, "law", c->law);
    put_text(j, "act", &c->act);
    put_text(j, "title", &c->act_title);
    put_some(j, "article", c->article);
    put_some(j, "url", c->url);
    json_put_str(j, "verified", confidence_name(c->confidence));
    put_text(j, "note", &c->note);
    json_object_end(j);
}

static bool text_eq(const struct text3 *a, const struct text3 *b)
{
    return a->kk.p == b->kk.p && a->ru.p == b->ru.p && a->en.p == b->en.p;
}

/* The same citation: texts of one profile are compared by where they lie. */
static bool cite_eq(const struct citation *a, const struct citation *b)
{
    return a->confidence == b->confidence && str_eq(a->law, b->law) && text_eq(&a->act, &b->act) &&
           text_eq(&a->note, &b->note);
}

/* All citations of the steps, each once. */
static size_t collect_cites(const struct deadline *d, const struct citation *cites[MAX_CITES])
{
    size_t n = 0;
    for (size_t i = 0; i < d->n_steps; i++) {
        if (!d->steps[i].has_cite)
            continue;
        size_t k = 0;
        while (k < n && !cite_eq(cites[k], &d->steps[i].cite))
            k++;
        if (k == n) {
            MUST(n < MAX_CITES);
            cites[n++] = &d->steps[i].cite;
        }
    }
    return n;
}

static void put_step(struct json *j, struct arena *a, const struct deadline_step *s,
                     const struct citation *const *cites, size_t n_cites)
{
    json_object(j);
    json_put_str(j, "step", str_c(step_words[s->kind]));
    json_put_str(j, "day", day_text(a, s->day));
    if (s->to_day != s->day)
        json_put_str(j, "to_day", day_text(a, s->to_day));
    if (s->reason != REASON_NONE)
        json_put_str(j, "reason", str_c(reason_words[s->reason]));
    if (s->n != 0)
        json_put_int(j, "n", s->n);
    if (s->kind == STEP_TERM || s->kind == STEP_LAST)
        json_put_str(j, "unit", profile_unit_name(s->unit));
    if (s->minute >= 0)
        json_put_int(j, "minute", s->minute);
    put_text(j, "name", &s->name);
    put_some(j, "source", s->source);
    if (s->source.n > 0)
        json_put_bool(j, "verified", s->is_verified);
    for (size_t k = 0; s->has_cite && k < n_cites; k++)
        if (cite_eq(cites[k], &s->cite)) {
            json_put_int(j, "cite", (int64_t)k);
            break;
        }
    json_object_end(j);
}

struct str deadline_to_json(struct arena *a, const struct deadline *d)
{
    struct buf b;
    struct json j;
    const struct citation *cites[MAX_CITES];
    size_t n_cites = collect_cites(d, cites);
    buf_init(&b, a, TRACE_MAX);
    json_begin(&j, &b);
    json_object(&j);
    json_put_int(&j, "v", 1);
    json_put_str(&j, "profile", d->profile);
    json_put_str(&j, "rule", d->rule);
    if (d->zone.n > 0) {
        json_put_str(&j, "zone", d->zone);
        json_put_int(&j, "received_at", d->received_at);
        json_put_int(&j, "offset", d->offset_minutes);
    }
    json_put_str(&j, "registered_on", day_text(a, d->registered_on));
    json_put_str(&j, "starts_on", day_text(a, d->starts_on));
    json_put_str(&j, "due_on", day_text(a, d->due_on));
    json_key(&j, "cites");
    json_array(&j);
    for (size_t i = 0; i < n_cites; i++)
        put_cite(&j, cites[i]);
    json_array_end(&j);
    json_key(&j, "steps");
    json_array(&j);
    for (size_t i = 0; i < d->n_steps; i++)
        put_step(&j, a, &d->steps[i], cites, n_cites);
    json_array_end(&j);
    json_object_end(&j);
    json_end(&j);
    MUST(!b.overflow);
    return buf_view(&b);
}

/* ---- reading ---- */

static struct str opt_str(const struct json_at *up, const char *key)
{
    struct json_at at = json_read_opt(up, key);
    return at.v ? json_read_str(&at, MAX_TEXT) : (struct str){0};
}

static struct str get_str(const struct json_at *up, const char *key)
{
    struct json_at at = json_read_get(up, key);
    return json_read_str(&at, MAX_TEXT);
}

static int64_t opt_int(const struct json_at *up, const char *key, int64_t min, int64_t max, int64_t otherwise)
{
    struct json_at at = json_read_opt(up, key);
    return at.v ? json_read_int(&at, min, max) : otherwise;
}

static int32_t get_day(const struct json_at *up, const char *key)
{
    struct json_at at = json_read_get(up, key);
    return json_read_day(&at);
}

static struct text3 opt_text(const struct json_at *up, const char *key)
{
    struct json_at at = json_read_opt(up, key);
    if (!at.v)
        return (struct text3){0};
    json_read_fields(&at, "kk ru en");
    return (struct text3){opt_str(&at, "kk"), opt_str(&at, "ru"), opt_str(&at, "en")};
}

static void read_cite(const struct json_at *at, struct citation *c)
{
    json_read_fields(at, "law act title article url verified note");
    struct json_at verified = json_read_get(at, "verified");
    *c = (struct citation){
        .law = opt_str(at, "law"),
        .act = opt_text(at, "act"),
        .act_title = opt_text(at, "title"),
        .article = opt_str(at, "article"),
        .url = opt_str(at, "url"),
        .confidence = (enum confidence)json_read_word(&verified, profile_confidence_words, N_CONFIDENCE),
        .note = opt_text(at, "note"),
    };
}

static void read_step(const struct json_at *at, const struct citation *cites, size_t n_cites,
                      struct deadline_step *s)
{
    json_read_fields(at, "step day to_day reason n unit minute name source verified cite");
    struct json_at kind = json_read_get(at, "step");
    struct json_at to_day = json_read_opt(at, "to_day");
    struct json_at reason = json_read_opt(at, "reason");
    struct json_at unit = json_read_opt(at, "unit");
    struct json_at verified = json_read_opt(at, "verified");
    struct json_at cite = json_read_opt(at, "cite");
    *s = (struct deadline_step){
        .kind = (enum deadline_step_kind)json_read_word(&kind, step_words, N_STEP_KINDS),
        .day = get_day(at, "day"),
        .n = opt_int(at, "n", 0, 10000, 0),
        .minute = (int32_t)opt_int(at, "minute", 0, 24 * 60, -1),
        .name = opt_text(at, "name"),
        .source = opt_str(at, "source"),
    };
    s->to_day = to_day.v ? json_read_day(&to_day) : s->day;
    if (reason.v)
        s->reason = (enum deadline_reason)json_read_word(&reason, reason_words, N_REASONS);
    if (unit.v)
        s->unit = (enum profile_unit)json_read_word(&unit, profile_unit_words, N_UNITS);
    if (verified.v)
        s->is_verified = json_read_bool(&verified);
    if (cite.v && n_cites == 0)
        json_read_fail(&cite, "names a citation, and there is none");
    if (cite.v && n_cites > 0) {
        s->has_cite = true;
        s->cite = cites[json_read_int(&cite, 0, (int64_t)n_cites - 1)];
    }
}

struct err *deadline_from_json(struct arena *a, struct str json, struct deadline *ret_deadline)
{
    struct json_reader r;
    struct json_at root = json_read_open(&r, a, S("trace of a deadline"), ERR_CORRUPT, json);
    json_read_fields(&root,
                     "v profile rule zone received_at offset registered_on starts_on due_on cites steps");
    struct json_at version = json_read_get(&root, "v");
    (void)json_read_int(&version, 1, 1);
    struct deadline d = {
        .profile = get_str(&root, "profile"),
        .rule = get_str(&root, "rule"),
        .zone = opt_str(&root, "zone"),
        .received_at = opt_int(&root, "received_at", INT64_MIN, INT64_MAX, 0),
        .offset_minutes = (int32_t)opt_int(&root, "offset", -1440, 1440, 0),
        .registered_on = get_day(&root, "registered_on"),
        .starts_on = get_day(&root, "starts_on"),
        .due_on = get_day(&root, "due_on"),
    };
    struct json_at cites_at = json_read_get(&root, "cites");
    struct json_at steps_at = json_read_get(&root, "steps");
    size_t n_cites = json_read_count(&cites_at, MAX_CITES);
    struct citation *cites = ARENA_ARRAY(a, n_cites, struct citation);
    for (size_t i = 0; i < n_cites; i++) {
        struct json_at item = json_read_item(&cites_at, i);
        read_cite(&item, &cites[i]);
    }
    d.n_steps = json_read_count(&steps_at, MAX_STEPS);
    d.steps = ARENA_ARRAY(a, d.n_steps, struct deadline_step);
    for (size_t i = 0; i < d.n_steps && !r.e; i++) {
        struct json_at item = json_read_item(&steps_at, i);
        read_step(&item, cites, n_cites, &d.steps[i]);
    }
    TRY(r.e);
    *ret_deadline = d;
    return NULL;
}
