/* SPDX-License-Identifier: AGPL-3.0-or-later
 *
 * store_write.c - structs to rows, inside a verb; what everybody sees, and the counters.
 *
 * Keeps:  diary_public and diary_count are what a rebuild makes of the facts, after every job; each entry is counted
 *         once, in the counter of its kind or, inside an event, as a part of that event's counter.
 */
#include "institutions/diary/store_private.h"

#include "gen/diary_queries.h"

static struct opt_int opt(int64_t id)
{
    return (struct opt_int){.has = id != 0, .v = id};
}

static struct str text_or_empty(struct str s)
{
    return s.p ? s : S("");
}

struct err *diary_store_add_entry(struct action *x, const struct diary_entry *e)
{
    struct diary_q_entry_add_args args = {
        .realm = x->site->realm,
        .id = e->id,
        .code = e->code,
        .body_id = e->body_id,
        .office_id = e->office_id,
        .state = diary_state_name(e->state),
        .source_uid = text_or_empty(e->source_uid),
        .entered_at = e->entered_at,
    };
    return diary_q_entry_add(x->a, x->tx, &args, NULL);
}

struct err *diary_store_add_version(struct action *x, int64_t id, const struct diary_version *v)
{
    struct diary_q_version_add_args args = {
        .realm = x->site->realm,
        .entry_id = id,
        .no = v->no,
        .kind = diary_kind_name(v->kind),
        .form = text_or_empty(v->form),
        .is_abroad = v->is_abroad,
        .country = text_or_empty(v->country),
        .inside_id = opt(v->inside_id),
        .begins_at = v->begins_at,
        .ends_at = v->ends_at,
        .begins_on = v->begins_on,
        .ends_on = v->ends_on,
        .is_all_day = v->is_all_day,
        .zone = v->zone,
        .link = text_or_empty(v->link),
        .language = v->language,
        .note = text_or_empty(v->note),
        .at = v->at,
        .by_person_id = opt(v->by_person_id),
        .by_office_id = opt(v->by_office_id),
    };
    TRY(diary_q_version_add(x->a, x->tx, &args, NULL));
    for (size_t i = 0; i < LANG_N; i++) {
        const struct diary_words *w = &v->words[i];
        if (w->title.n == 0)
            continue;
        struct diary_q_text_add_args text = {
            .realm = x->site->realm,
            .entry_id = id,
            .no = v->no,
            .language = lang_code(lang_at(i)),
            .title = w->title,
            .place = text_or_empty(w->place),
            .about = text_or_empty(w->about),
            .outcome = text_or_empty(w->outcome),
        };
        TRY(diary_q_text_add(x->a, x->tx, &text, NULL));
    }
    return NULL;
}

struct err *diary_store_approve(struct action *x, int64_t id, int64_t no)
{
    struct diary_q_version_approve_args args = {
        .approved_at = opt(x->now),
        .approved_by = opt(x->who.office_id),
        .realm = x->site->realm,
        .entry_id = id,
        .no = no,
    };
    return diary_q_version_approve(x->a, x->tx, &args, NULL);
}

struct err *diary_store_add_participant(struct action *x, int64_t id, const struct diary_participant *p)
{
    struct diary_q_participant_add_args args = {
        .realm = x->site->realm,
        .entry_id = id,
        .no = p->no,
        .kind = diary_who_name(p->who),
        .name = p->name,
        .post = text_or_empty(p->post),
        .from_version = p->from_version,
    };
    TRY(diary_q_participant_add(x->a, x->tx, &args, NULL));
    if (p->who != DIARY_WHO_PERSON)
        return NULL;
    struct diary_q_consent_add_args consent = {
        .realm = x->site->realm,
        .entry_id = id,
        .participant_no = p->no,
        .how = p->how,
        .given_on = p->given_on,
        .at = x->now,
        .by_person_id = opt(x->who.person_id),
        .by_office_id = opt(x->who.office_id),
    };
    return diary_q_consent_add(x->a, x->tx, &consent, NULL);
}

struct err *diary_store_end_participant(struct action *x, int64_t id, int64_t no, int64_t version)
{
    return diary_q_participant_end(x->a, x->tx, opt(version), x->site->realm, id, no, NULL);
}

struct err *diary_store_withdraw(struct action *x, int64_t id, int64_t no, struct str how)
{
    struct diary_q_consent_withdraw_args args = {
        .withdrawn_at = opt(x->now),
        .withdrawn_how = how,
        .withdrawn_by = opt(x->who.office_id),
        .realm = x->site->realm,
        .entry_id = id,
        .participant_no = no,
    };
    return diary_q_consent_withdraw(x->a, x->tx, &args, NULL);
}

/* == counting == */

/* What an entry adds. */
struct contribution {
    bool is_counted;
    enum diary_counter counter;
    struct str on; /* ISO */
    bool is_part;  /* only to "of which" */
    bool has_part; /* also to "of which" */
};

static struct err *count(struct action *x, int64_t office_id, const struct contribution *c, int64_t sign)
{
    const struct {
        struct str name;
        size_t n;
    } grains[] = {{S("day"), 10}, {S("month"), 7}, {S("year"), 4}};
    if (!c->is_counted)
        return NULL;
    for (size_t i = 0; i < sizeof grains / sizeof grains[0]; i++) {
        struct diary_q_count_add_args args = {
            .realm = x->site->realm,
            .office_id = office_id,
            .grain = grains[i].name,
            .period = str_slice(c->on, 0, grains[i].n),
            .counter = diary_counter_name(c->counter),
            .n = c->is_part ? 0 : sign,
            .n_part = c->is_part || c->has_part ? sign : 0,
        };
        TRY(diary_q_count_add(x->a, x->tx, &args, NULL));
    }
    return NULL;
}

static enum diary_counter counter_of(const struct diary_version *v)
{
    switch (v->kind) {
    case DIARY_EVENT: return v->is_abroad ? DIARY_EVENTS_ABROAD : DIARY_EVENTS_HOME;
    case DIARY_MEETING: return v->is_abroad ? DIARY_MEETINGS_ABROAD : DIARY_MEETINGS_HOME;
    case DIARY_TRIP: return v->is_abroad ? DIARY_TRIPS_ABROAD : DIARY_TRIPS_HOME;
    case DIARY_CALL: return v->is_abroad ? DIARY_CALLS_ABROAD : DIARY_CALLS_HOME;
    case DIARY_INTERVIEW: return DIARY_INTERVIEWS;
    default: return DIARY_MAILS;
    }
}

/* Does a head of state or government take part in version `no`? */
static struct err *meets_head(struct action *x, int64_t id, int64_t no, bool *ret)
{
    struct diary_participant *all;
    size_t n;
    TRY(diary_load_participants(x->a, db_tx_read(x->tx), x->site->realm, id, &all, &n));
    *ret = false;
    for (size_t i = 0; i < n; i++)
        if (all[i].who == DIARY_WHO_HEAD && all[i].from_version <= no &&
            (all[i].to_version == 0 || all[i].to_version > no))
            *ret = true;
    return NULL;
}

static struct err *contribution_of(struct action *x, const struct diary_entry *e, const struct diary_version *v,
                                   struct contribution *ret)
{
    struct db_read *r = db_tx_read(x->tx);
    *ret = (struct contribution){.is_counted = e->state == DIARY_PUBLISHED, .counter = counter_of(v), .on = v->begins_on};
    if (!ret->is_counted || v->kind != DIARY_MEETING)
        return NULL;
    if (v->inside_id) {
        struct diary_entry frame;
        struct diary_version fv;
        bool found;
        TRY(diary_load_entry(x->a, r, x->site->realm, v->inside_id, &frame, &found));
        if (found && frame.state == DIARY_PUBLISHED) {
            TRY(diary_load_version(x->a, r, x->site->realm, frame.id, frame.public_version, &fv));
            if (fv.kind == DIARY_EVENT) {
                ret->counter = counter_of(&fv);
                ret->on = fv.begins_on;
                ret->is_part = true;
                return NULL;
            }
        }
    }
    return meets_head(x, e->id, v->no, &ret->has_part);
}

/* == what everybody sees == */

static struct err *take_out(struct action *x, int64_t id)
{
    struct diary_q_public_of_row q;
    struct contribution c = {0};
    bool found;
    TRY(diary_q_public_of(x->a, db_tx_read(x->tx), x->site->realm, id, &q, &found));
    if (!found)
        return NULL;
    c.is_counted = diary_counter_of_name(q.counter, &c.counter);
    c.on = q.counted_on;
    c.is_part = q.is_part;
    c.has_part = q.has_part;
    TRY(count(x, q.office_id, &c, -1));
    return diary_q_public_remove(x->a, x->tx, x->site->realm, id, NULL);
}

static struct err *put_in(struct action *x, const struct diary_entry *e, const struct diary_version *v)
{
    struct contribution c;
    TRY(contribution_of(x, e, v, &c));
    /* Postponed and planned anew, but the new day is not announced: everybody still sees "postponed". */
    bool is_waiting = e->state == DIARY_PLANNED && e->reason.n > 0;
    struct diary_q_public_set_args args = {
        .realm = x->site->realm,
        .entry_id = e->id,
        .code = e->code,
        .body_id = e->body_id,
        .office_id = e->office_id,
        .state = diary_state_name(is_waiting ? DIARY_POSTPONED : e->state),
        .reason = e->reason,
        .version = e->public_version,
        .kind = diary_kind_name(v->kind),
        .form = v->form,
        .is_abroad = v->is_abroad,
        .inside_id = opt(v->inside_id),
        .begins_at = v->begins_at,
        .ends_at = v->ends_at,
        .begins_on = v->begins_on,
        .ends_on = v->ends_on,
        .sequence = e->sequence,
        .public_at = e->public_at,
        .changed_at = e->changed_at,
        .counter = c.is_counted ? diary_counter_name(c.counter) : S(""),
        .counted_on = c.is_counted ? c.on : S(""),
        .is_part = c.is_counted && c.is_part,
        .has_part = c.is_counted && c.has_part,
    };
    TRY(diary_q_public_set(x->a, x->tx, &args, NULL));
    return count(x, e->office_id, &c, 1);
}

/* Bring the row of one entry in line with its facts. */
static struct err *refresh(struct action *x, int64_t id)
{
    struct diary_entry e;
    struct diary_version v;
    bool found;
    TRY(take_out(x, id));
    TRY(diary_load_entry(x->a, db_tx_read(x->tx), x->site->realm, id, &e, &found));
    if (!found || e.public_version == 0)
        return NULL;
    TRY(diary_load_version(x->a, db_tx_read(x->tx), x->site->realm, id, e.public_version, &v));
    return put_in(x, &e, &v);
}

struct err *diary_store_set(struct action *x, const struct diary_entry *e)
{
    int64_t *inside;
    size_t n;
    struct diary_q_entry_set_args args = {
        .state = diary_state_name(e->state),
        .is_announced = e->is_announced,
        .reason = text_or_empty(e->reason),
        .version = e->version,
        .public_version = e->public_version,
        .sequence = e->sequence,
        .public_at = opt(e->public_at),
        .changed_at = opt(e->changed_at),
        .realm = x->site->realm,
        .id = e->id,
    };
    TRY(diary_q_entry_set(x->a, x->tx, &args, NULL));
    TRY(refresh(x, e->id));
    if (e->public_version == 0)
        return NULL;
    TRY(diary_load_inside(x->a, db_tx_read(x->tx), x->site->realm, e->id, &inside, &n));
    for (size_t i = 0; i < n; i++)
        TRY(refresh(x, inside[i]));
    return NULL;
}

struct err *diary_store_rebuild(struct action *x)
{
    int64_t after = 0;
    TRY(diary_q_counts_remove_all(x->a, x->tx, x->site->realm, NULL));
    TRY(diary_q_public_remove_all(x->a, x->tx, x->site->realm, NULL));
    for (;;) {
        struct arena_mark mark = arena_mark(x->a);
        struct diary_q_entries_after_row *rows;
        size_t n;
        TRY(diary_q_entries_after(x->a, db_tx_read(x->tx), x->site->realm, after, 200, &rows, &n));
        if (n == 0)
            return NULL;
        for (size_t i = 0; i < n; i++)
            TRY(refresh(x, rows[i].id));
        after = rows[n - 1].id;
        arena_rewind(x->a, mark);
    }
}
