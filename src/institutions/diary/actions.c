/* SPDX-License-Identifier: AGPL-3.0-or-later
 *
 * actions.c - writing into a diary, and the steps of an entry from planned to published.
 *
 * Keeps:  nothing that was written is lost: each change is a version or a row of its own; no event names a person.
 */
#include "institutions/diary/actions.h"

#include "base/clock.h"
#include "base/hash.h"
#include "base/json.h"
#include "core/directory.h"
#include "core/people.h"
#include "core/series.h"
#include "institutions/diary/diary.h"
#include "institutions/diary/store_private.h"

#define DETAIL_BYTES (16 * ARENA_KIB)

/* == what the verbs share == */

static struct verdict unknown(void)
{
    return verdict_no("ENTRY_UNKNOWN", "verdict.diary.entry_unknown", "verdict.diary.entry_unknown.next", (struct str){0});
}

/* Load entry `id` for `action`; `seen` 0: whatever its version. */
static struct err *work(struct action *x, int64_t id, int64_t seen, const char *action, struct diary_entry *e)
{
    bool found;
    ALLOW(x, policy_ask_coarse(&x->site->policy, &x->who, action));
    TRY(diary_load_entry(x->a, db_tx_read(x->tx), x->site->realm, id, e, &found));
    if (!found)
        return action_refuse(x, unknown());
    struct verdict v = diary_store_may(x->site, &x->who, action, e);
    if (!v.allowed && str_eq(str_c(v.code), S("POLICY_NOT_YOURS")))
        v = unknown();
    ALLOW(x, v);
    TRY(actor_still_stands(x));
    if (seen != 0 && seen != e->version)
        return action_refuse(x, verdict_no("STALE", "verdict.diary.stale", "verdict.diary.stale.next", (struct str){0}));
    return NULL;
}

static struct err *event(struct action *x, const struct diary_entry *e, const char *verb)
{
    struct event *ev = ARENA_NEW(x->a, struct event);
    struct buf b;
    struct json j;
    buf_init(&b, x->a, DETAIL_BYTES);
    json_begin(&j, &b);
    json_object(&j);
    json_put_int(&j, "version", e->version);
    json_put_int(&j, "public_version", e->public_version);
    json_put_str(&j, "state", diary_state_name(e->state));
    if (e->reason.n > 0)
        json_put_str(&j, "reason", e->reason);
    json_object_end(&j);
    json_end(&j);
    TRY(buf_check(&b, "the detail of an event"));
    *ev = (struct event){.noun = DIARY_NOUN, .noun_id = e->id, .verb = str_c(verb), .actor = x->who,
                         .profile = profile_info(x->site->profile)->tag, .detail = buf_view(&b)};
    return journal_append(x->site->journal, x->tx, ev);
}

/* What everybody sees changed now. */
static void shown_now(struct action *x, struct diary_entry *e)
{
    if (e->public_version == 0)
        return;
    e->sequence += e->public_at != 0;
    e->public_at = e->public_at ? e->public_at : x->now;
    e->changed_at = x->now;
}

/* == times == */

static bool time_of_day(struct str s, int64_t *ret_ms)
{
    bool is_time = s.n == 5 && s.p[2] == ':';
    for (size_t i = 0; i < s.n && is_time; i++)
        is_time = i == 2 || (s.p[i] >= '0' && s.p[i] <= '9');
    if (!is_time)
        return false;
    int hours = (s.p[0] - '0') * 10 + s.p[1] - '0';
    int minutes = (s.p[3] - '0') * 10 + s.p[4] - '0';
    *ret_ms = (hours * 60 + minutes) * INT64_C(60000);
    return hours < 24 && minutes < 60;
}

/* The instant of a local time; where clocks are put forward, the one after the gap. */
static int64_t local_instant(const struct zone *zone, int32_t day, int64_t ms)
{
    int64_t local = day * MS_PER_DAY + ms;
    int64_t at = local - zone_offset(zone, local) * INT64_C(1000);
    return local - zone_offset(zone, at) * INT64_C(1000);
}

bool diary_times(struct arena *a, const struct zone *zone, struct str begins_on, struct str begins_time,
                 struct str ends_on, struct str ends_time, struct diary_version *v)
{
    int32_t first;
    int32_t last;
    int64_t from = 0;
    int64_t to = 0;
    if (!day_parse(begins_on, &first) || first < 0 || first > civil_to_day((struct civil){2200, 1, 1}))
        return false;
    last = first;
    if (ends_on.n > 0 && !day_parse(ends_on, &last))
        return false;
    v->is_all_day = begins_time.n == 0;
    if (v->is_all_day && ends_time.n > 0)
        return false;
    if (!v->is_all_day && !time_of_day(begins_time, &from))
        return false;
    if (ends_time.n > 0 && !time_of_day(ends_time, &to))
        return false;
    v->begins_at = v->is_all_day ? zone_day_start(zone, first) : local_instant(zone, first, from);
    if (v->is_all_day)
        v->ends_at = zone_day_start(zone, last + 1);
    else if (ends_time.n > 0)
        v->ends_at = local_instant(zone, last, to);
    else
        v->ends_at = last > first ? zone_day_start(zone, last + 1) : v->begins_at + INT64_C(3600000);
    v->begins_on = day_text(a, first);
    v->ends_on = day_text(a, last);
    return true;
}

/* == writing == */

/* The event or trip around a draft, as the rules ask for it; NULL for none. */
static struct err *frame_of(struct action *x, int64_t id, int64_t office_id, const struct diary_version *v,
                            struct diary_frame **ret_frame)
{
    struct db_read *r = db_tx_read(x->tx);
    struct diary_frame *f = NULL;
    struct diary_entry e;
    struct diary_version fv;
    bool found;
    if (v->inside_id != 0) {
        f = ARENA_NEW(x->a, struct diary_frame);
        TRY(diary_load_entry(x->a, r, x->site->realm, v->inside_id, &e, &found));
        if (found && e.office_id == office_id) {
            TRY(diary_load_version(x->a, r, x->site->realm, e.id, e.version, &fv));
            *f = (struct diary_frame){.exists = e.state != DIARY_CANCELLED, .kind = fv.kind, .is_itself = e.id == id,
                                      .begins_at = fv.begins_at, .ends_at = fv.ends_at};
        }
    }
    *ret_frame = f;
    return NULL;
}

static struct err *judge(struct action *x, const struct diary_entry *e, const struct diary_draft *d)
{
    struct db_read *r = db_tx_read(x->tx);
    struct draft_facts f = {.draft = d, .profile = x->site->profile, .is_shown = e->public_version > 0,
                            .today = site_today(x->site, x->now)};
    struct diary_frame *frame;
    struct diary_participant *before = NULL;
    struct diary_words *words = NULL;
    struct zone *zone;
    int64_t *inside;
    size_t n_inside = 0;
    f.zone_is_known = zone_open(x->a, d->v.zone, &zone) == NULL;
    TRY(frame_of(x, e->id, e->office_id, &d->v, &frame));
    if (e->id) {
        TRY(diary_load_participants(x->a, r, x->site->realm, e->id, &before, &f.n_before));
        TRY(diary_load_all_words(x->a, r, x->site->realm, e->id, &words, &f.n_other_words));
        TRY(diary_load_inside(x->a, r, x->site->realm, e->id, &inside, &n_inside));
    }
    f.frame = frame;
    f.before = before;
    f.other_words = words;
    f.holds_others = n_inside > 0;
    ALLOW(x, diary_rules_draft(x->a, &f));
    return NULL;
}

static bool is_same(const struct diary_participant *p, const struct diary_named *n)
{
    return p->to_version == 0 && p->withdrawn_at == 0 && p->who == n->who && str_eq(p->name, n->name) &&
           str_eq(p->post, n->post.p ? n->post : S(""));
}

/* Bring the list of participants to what the draft says, from `version` on. */
static struct err *write_participants(struct action *x, int64_t id, int64_t version, const struct diary_draft *d)
{
    struct diary_participant *before;
    size_t n;
    TRY(diary_load_participants(x->a, db_tx_read(x->tx), x->site->realm, id, &before, &n));
    bool *taken = ARENA_ARRAY(x->a, d->n_named, bool);
    for (size_t i = 0; i < n; i++) {
        bool stays = before[i].to_version != 0;
        for (size_t k = 0; k < d->n_named && !stays; k++) {
            stays = !taken[k] && is_same(&before[i], &d->named[k]);
            taken[k] = taken[k] || stays;
        }
        if (!stays)
            TRY(diary_store_end_participant(x, id, before[i].no, version));
    }
    int64_t no = (int64_t)n;
    for (size_t k = 0; k < d->n_named; k++) {
        const struct diary_named *p = &d->named[k];
        if (taken[k])
            continue;
        struct diary_participant row = {.no = ++no, .who = p->who, .name = p->name, .post = p->post,
                                        .from_version = version, .how = p->how, .given_on = p->given_on};
        TRY(diary_store_add_participant(x, id, &row));
    }
    return NULL;
}

/* A fresh entry in the diary of an office that exists; the actor may write for its body. */
static struct err *begin_entry(struct action *x, const struct diary_write_command *c, struct diary_entry *e)
{
    const struct directory *d;
    char code[DIARY_CODE_CHARS + 1];
    TRY(directory_of_tx(x->a, x->site, x->tx, &d));
    const struct office *office = directory_office(d, c->office_id);
    struct policy_subject subject = {.body_id = office ? office->body_id : 0, .state = POLICY_STATELESS};
    ALLOW(x, policy_ask(&x->site->policy, &x->who, DIARY_WRITE, &subject));
    TRY(actor_still_stands(x));
    if (!office || office->to_on.p)
        return action_refuse(x, verdict_no("OFFICE_UNKNOWN", "verdict.diary.office_unknown",
                                           "verdict.diary.office_unknown.next", (struct str){0}));
    crockford_encode((const uint8_t *)random_str(x->a, 16).p, DIARY_CODE_CHARS, code);
    *e = (struct diary_entry){.code = str_dup(x->a, str_c(code)), .body_id = office->body_id, .office_id = office->id,
                              .state = DIARY_PLANNED, .reason = S(""), .source_uid = c->source_uid, .entered_at = x->now};
    return NULL;
}

struct err *diary_write(struct action *x)
{
    const struct diary_write_command *c = x->command;
    struct diary_entry e = {0};
    bool is_new = c->id == 0;
    TRY(is_new ? begin_entry(x, c, &e) : work(x, c->id, c->seen, DIARY_WRITE, &e));
    TRY(judge(x, &e, &c->draft));
    struct diary_version v = c->draft.v;
    v.no = ++e.version;
    v.at = x->now;
    v.by_person_id = x->who.person_id;
    v.by_office_id = x->who.office_id;
    if (is_new) {
        TRY(series_next(x, S("diary_entry.id"), &e.id));
        TRY(diary_store_add_entry(x, &e));
    }
    TRY(diary_store_add_version(x, e.id, &v));
    TRY(write_participants(x, e.id, v.no, &c->draft));
    if (e.state == DIARY_POSTPONED)
        e.state = DIARY_PLANNED;
    TRY(diary_store_set(x, &e));
    struct diary_write_result *result = ARENA_NEW(x->a, struct diary_write_result);
    *result = (struct diary_write_result){.id = e.id, .code = e.code, .version = e.version};
    x->result = result;
    return event(x, &e, is_new ? "entered" : "revised");
}

/* == steps == */

static struct err *move_to(struct action *x, struct diary_entry *e, enum diary_state state)
{
    MUST(e->state == state || diary_rules_edge(e->state, state));
    e->state = state;
    shown_now(x, e);
    return diary_store_set(x, e);
}

struct err *diary_hold(struct action *x)
{
    const struct diary_step_command *c = x->command;
    struct diary_entry e;
    struct diary_version v;
    TRY(work(x, c->id, c->seen, DIARY_WRITE, &e));
    if (!diary_rules_edge(e.state, DIARY_HELD))
        return action_refuse(x, verdict_no("POLICY_STATE", "verdict.diary.step_state", "verdict.diary.step_state.next",
                                           (struct str){0}));
    TRY(diary_load_version(x->a, db_tx_read(x->tx), x->site->realm, e.id, e.version, &v));
    ALLOW(x, diary_rules_hold(x->a, &v, x->now));
    e.reason = S("");
    TRY(move_to(x, &e, DIARY_HELD));
    return event(x, &e, "held");
}

/* Load what the rules ask before something is shown. */
static struct err *publish_facts(struct action *x, const struct diary_entry *e, struct publish_facts *f)
{
    struct db_read *r = db_tx_read(x->tx);
    struct diary_version *v = ARENA_NEW(x->a, struct diary_version);
    int64_t around;
    *f = (struct publish_facts){.entry = e, .version = v, .profile = x->site->profile, .person_id = x->who.person_id,
                                .is_head = x->who.role == ROLE_HEAD, .today = site_today(x->site, x->now), .now = x->now};
    TRY(diary_load_version(x->a, r, x->site->realm, e->id, e->version, v));
    around = v->inside_id;
    for (int depth = 0; around != 0 && depth < 3; depth++) {
        struct diary_entry *frame = ARENA_NEW(x->a, struct diary_entry);
        struct diary_version *fv = ARENA_NEW(x->a, struct diary_version);
        bool found;
        TRY(diary_load_entry(x->a, r, x->site->realm, around, frame, &found));
        if (!found)
            return NULL;
        TRY(diary_load_version(x->a, r, x->site->realm, frame->id, frame->version, fv));
        if (depth == 0) {
            f->frame = frame;
            f->frame_version = fv;
        }
        if (fv->kind == DIARY_TRIP) {
            f->trip_ends_at = fv->ends_at;
            f->trip_is_announced = frame->is_announced;
        }
        around = fv->inside_id;
    }
    return NULL;
}

static struct err *show(struct action *x, struct diary_entry *e, enum diary_state state, const char *verb)
{
    TRY(diary_store_approve(x, e->id, e->version));
    e->public_version = e->version;
    e->reason = S("");
    TRY(move_to(x, e, state));
    return event(x, e, verb);
}

struct err *diary_announce(struct action *x)
{
    const struct diary_step_command *c = x->command;
    struct diary_entry e;
    struct publish_facts f;
    TRY(work(x, c->id, c->seen, DIARY_PUBLISH, &e));
    TRY(publish_facts(x, &e, &f));
    ALLOW(x, diary_rules_announce(x->a, &f));
    e.is_announced = true;
    return show(x, &e, e.state, "announced");
}

struct err *diary_publish(struct action *x)
{
    const struct diary_step_command *c = x->command;
    struct diary_entry e;
    struct publish_facts f;
    TRY(work(x, c->id, c->seen, DIARY_PUBLISH, &e));
    TRY(publish_facts(x, &e, &f));
    ALLOW(x, diary_rules_publish(x->a, &f));
    return show(x, &e, DIARY_PUBLISHED, "published");
}

/* Published entries that lie inside `e` and are not struck out. */
static struct err *published_inside(struct action *x, const struct diary_entry *e, int64_t *ret_n)
{
    int64_t *ids;
    size_t n;
    *ret_n = 0;
    TRY(diary_load_inside(x->a, db_tx_read(x->tx), x->site->realm, e->id, &ids, &n));
    for (size_t i = 0; i < n; i++) {
        struct diary_entry one;
        bool found;
        TRY(diary_load_entry(x->a, db_tx_read(x->tx), x->site->realm, ids[i], &one, &found));
        *ret_n += found && one.state == DIARY_PUBLISHED;
    }
    return NULL;
}

/* What everybody reads is changed by whoever may publish, and the reason is read by everybody. */
static struct err *judge_reason(struct action *x, const struct diary_entry *e, struct str reason, int64_t n_inside)
{
    struct diary_participant *all;
    size_t n;
    if (e->public_version > 0)
        ALLOW(x, diary_store_may(x->site, &x->who, DIARY_PUBLISH, e));
    TRY(diary_load_participants(x->a, db_tx_read(x->tx), x->site->realm, e->id, &all, &n));
    ALLOW(x, diary_rules_cancel(x->a, reason, n_inside, all, n));
    return NULL;
}

struct err *diary_cancel(struct action *x)
{
    const struct diary_step_command *c = x->command;
    struct diary_entry e;
    int64_t n_inside;
    TRY(work(x, c->id, c->seen, DIARY_WRITE, &e));
    TRY(published_inside(x, &e, &n_inside));
    TRY(judge_reason(x, &e, c->reason, n_inside));
    e.reason = c->reason;
    TRY(move_to(x, &e, DIARY_CANCELLED));
    return event(x, &e, "cancelled");
}

struct err *diary_postpone(struct action *x)
{
    const struct diary_step_command *c = x->command;
    struct diary_entry e;
    TRY(work(x, c->id, c->seen, DIARY_WRITE, &e));
    if (!diary_rules_edge(e.state, DIARY_POSTPONED))
        return action_refuse(x, verdict_no("POLICY_STATE", "verdict.diary.step_state", "verdict.diary.step_state.next",
                                           (struct str){0}));
    TRY(judge_reason(x, &e, c->reason, 0));
    e.reason = c->reason;
    TRY(move_to(x, &e, DIARY_POSTPONED));
    return event(x, &e, "postponed");
}

/* == consent == */

struct err *diary_withdraw_consent(struct action *x)
{
    const struct diary_consent_command *c = x->command;
    struct diary_entry e;
    struct diary_participant *all;
    const struct diary_participant *found = NULL;
    size_t n;
    TRY(work(x, c->id, 0, DIARY_CONSENT, &e));
    TRY(diary_load_participants(x->a, db_tx_read(x->tx), x->site->realm, e.id, &all, &n));
    for (size_t i = 0; i < n; i++)
        if (all[i].no == c->participant_no)
            found = &all[i];
    ALLOW(x, diary_rules_withdraw(found, c->how));
    TRY(diary_store_withdraw(x, e.id, c->participant_no, c->how));
    shown_now(x, &e);
    TRY(diary_store_set(x, &e));
    return event(x, &e, "consent_withdrawn");
}

struct err *diary_rebuild(struct action *x)
{
    return diary_store_rebuild(x);
}
