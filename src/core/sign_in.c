/* SPDX-License-Identifier: AGPL-3.0-or-later
 *
 * sign_in.c - the verbs of signing in.
 */
#include "core/sign_in.h"

#include "base/clock.h"
#include "core/people.h"
#include "core/recovery.h"
#include "gen/core_queries.h"

#define ENROL_MS (30 * INT64_C(60000)) /* somebody may have to install an app first */

static struct err *refuse(struct action *x, const char *code, const char *text_id, const char *next_id)
{
    return action_refuse(x, verdict_no(code, text_id, next_id, (struct str){0}));
}

/* ---- offices ---- */

struct err *sign_in_offices(struct arena *a, struct db_read *r, const struct site *site, int64_t person_id,
                            struct str today, struct held_office **ret_offices, size_t *ret_n)
{
    struct core_q_appointments_of_person_row *rows;
    size_t n;
    TRY(core_q_appointments_of_person(a, r, site->realm, person_id, &rows, &n));
    struct held_office *offices = ARENA_ARRAY(a, n, struct held_office);
    size_t n_held = 0;
    for (size_t i = 0; i < n; i++) {
        bool has_begun = str_cmp(rows[i].from_on, today) <= 0;
        bool lasts = !rows[i].to_on.p || str_cmp(rows[i].to_on, today) >= 0;
        bool is_there = !rows[i].office_to_on.p || str_cmp(rows[i].office_to_on, today) >= 0;
        if (!has_begun || !lasts || !is_there)
            continue;
        struct held_office *o = &offices[n_held++];
        if (!role_of_name(rows[i].role, &o->role))
            return ERR(a, ERR_CORRUPT, "office %lld has an unknown role", (long long)rows[i].office_id);
        o->office_id = rows[i].office_id;
        o->body_id = rows[i].body_id;
        o->title = (struct text3){rows[i].title_kk, rows[i].title_ru, rows[i].title_en};
    }
    *ret_offices = offices;
    *ret_n = n_held;
    return NULL;
}

enum sign_in_step sign_in_next(const struct sign_in_standing *s)
{
    if (s->is_recovered)
        return SIGN_IN_RENEW;
    if (s->has_factor && !s->is_code_shown)
        return SIGN_IN_CODE;
    if (s->must_change)
        return SIGN_IN_RENEW;
    if (s->n_offices == 0)
        return SIGN_IN_NO_OFFICE;
    if (s->must_enrol && !s->has_factor)
        return SIGN_IN_ENROL;
    return s->n_offices > 1 ? SIGN_IN_OFFICE : SIGN_IN_DONE;
}

/* Everything that decides the next step, and the offices. */
static struct err *look(struct arena *a, struct db_read *r, const struct site *site, int64_t person_id,
                        struct session_factor factor, int64_t now, enum sign_in_step *ret_step,
                        struct held_office **ret_offices)
{
    struct core_q_person_by_id_row person = {0};
    struct second_factor device;
    bool found = false;
    struct sign_in_standing s = {
        .is_code_shown = factor.code_at != 0,
        .is_recovered = factor.recovery_id != 0,
        .must_enrol = second_factor_is_required(site),
    };
    TRY(core_q_person_by_id(a, r, site->realm, person_id, &person, &found));
    TRY(second_factor_of(a, r, site->realm, person_id, &device));
    TRY(sign_in_offices(a, r, site, person_id, day_text(a, site_today(site, now)), ret_offices, &s.n_offices));
    s.must_change = person.must_change;
    s.has_factor = device.is_enrolled;
    *ret_step = found ? sign_in_next(&s) : SIGN_IN_NO_OFFICE;
    return NULL;
}

struct err *sign_in_next_of(struct arena *a, struct db_read *r, const struct site *site, int64_t person_id,
                            struct session_factor factor, int64_t now, enum sign_in_step *ret_step)
{
    struct held_office *offices;
    return look(a, r, site, person_id, factor, now, ret_step, &offices);
}

/* ---- verbs ---- */

/* Replace the old session by one that stands where the person is now. Sets `c->office_id`. Whoever needs no help any
 * more ends the request for it: their own sign-in is the best proof that it was not theirs. */
static struct err *open_next(struct action *x, struct sign_in_command *c, struct session_factor factor)
{
    struct held_office *offices;
    enum sign_in_step step;
    TRY(look(x->a, db_tx_read(x->tx), x->site, c->person_id, factor, x->now, &step, &offices));
    if (step == SIGN_IN_NO_OFFICE)
        return refuse(x, "SIGN_IN_NO_OFFICE", "verdict.sign_in.no_office", "verdict.sign_in.no_office.next");
    c->office_id = step == SIGN_IN_DONE ? offices[0].office_id : 0;
    if (c->has_old_cookie)
        TRY(session_end(x, c->old_cookie));
    TRY(session_sweep(x));
    if (step == SIGN_IN_DONE || step == SIGN_IN_OFFICE)
        TRY(recovery_end_of(x, c->person_id, S("signed_in"), &c->ended_recovery));
    TRY(session_note_factor(x, c->cookie, c->person_id, factor));
    TRY(session_open_staff(x, c->cookie, c->person_id, c->office_id));
    if (step != SIGN_IN_ENROL)
        return NULL;
    return core_q_session_seen(x->a, x->tx, x->now, x->now + ENROL_MS, x->site->realm, hash_str(&c->cookie), NULL);
}

struct err *sign_in_open(struct action *x, struct sign_in_command *c)
{
    struct core_q_person_by_id_row person;
    struct session_factor factor = {0};
    bool found = false;
    TRY(core_q_person_by_id(x->a, db_tx_read(x->tx), x->site->realm, c->person_id, &person, &found));
    bool is_right = found && !person.disabled_at.has;
    if (is_right && c->handed_code.p)
        TRY(recovery_of_code(x->a, db_tx_read(x->tx), x->site, c->person_id, c->handed_code, x->now,
                             &factor.recovery_id));
    if (is_right)
        is_right = c->handed_code.p ? factor.recovery_id != 0 : str_eq_secret(person.password, c->verified);
    if (!is_right)
        return refuse(x, "SIGN_IN_WRONG", "verdict.sign_in.wrong", NULL);
    x->who = (struct actor){.kind = ACTOR_STAFF, .person_id = c->person_id};
    TRY(open_next(x, c, factor));
    if (!c->new_hash.p || c->handed_code.p)
        return NULL;
    TRY(core_q_person_set_password(x->a, x->tx, c->new_hash, person.must_change, x->site->realm, c->person_id, NULL));
    return admin_event(x, S("person"), c->person_id, S("password_rehashed"), (struct str){0});
}

/* What the old cookie still is. */
struct known {
    bool is_known;   /* a session of this person */
    bool is_pending; /* that has not opened yet */
    struct session_factor factor;
    enum sign_in_step step; /* what is to be done next */
};

static struct err *find_known(struct action *x, const struct sign_in_command *c, struct known *ret)
{
    struct core_q_session_who_row row;
    struct held_office *offices;
    bool found = false;
    struct str today = day_text(x->a, site_today(x->site, x->now));
    *ret = (struct known){.step = SIGN_IN_NO_OFFICE};
    if (!c->has_old_cookie)
        return NULL;
    TRY(core_q_session_who(x->a, db_tx_read(x->tx), today, x->site->realm, hash_str(&c->old_cookie), &row, &found));
    bool is_theirs = found && row.person_id.has && row.person_id.v == c->person_id && row.expires_at > x->now;
    if (!is_theirs || row.disabled_at.has)
        return NULL;
    ret->is_known = true;
    ret->is_pending = !row.office_id.has || (!row.code_at.has && second_factor_is_required(x->site));
    ret->factor = (struct session_factor){row.code_at.v, row.recovery_id.v};
    return look(x->a, db_tx_read(x->tx), x->site, c->person_id, ret->factor, x->now, &ret->step, &offices);
}

static struct err *late(struct action *x)
{
    return refuse(x, "SIGN_IN_LATE", "verdict.sign_in.late", "verdict.sign_in.late.next");
}

/* The pending session of `c`, when its next step is `step`; the actor is the person from here on. */
static struct err *begin_step(struct action *x, const struct sign_in_command *c, enum sign_in_step step,
                              struct session_factor *ret_factor)
{
    struct known k;
    TRY(find_known(x, c, &k));
    if (!k.is_pending || k.step != step)
        return late(x);
    x->who = (struct actor){.kind = ACTOR_STAFF, .person_id = c->person_id};
    *ret_factor = k.factor;
    return NULL;
}

struct err *sign_in_code(struct action *x, struct sign_in_command *c)
{
    struct session_factor factor;
    bool is_paper;
    TRY(begin_step(x, c, SIGN_IN_CODE, &factor));
    TRY(second_factor_take(x, c->person_id, c->code, c->at, &is_paper));
    factor.code_at = x->now;
    return open_next(x, c, factor);
}

struct err *sign_in_renew(struct action *x, struct sign_in_command *c)
{
    struct session_factor factor;
    MUST(c->new_hash.p);
    TRY(begin_step(x, c, SIGN_IN_RENEW, &factor));
    if (factor.recovery_id) {
        TRY(recovery_use(x, factor.recovery_id, c->person_id)); /* it may have ended meanwhile */
        TRY(second_factor_remove(x, c->person_id));
        factor.recovery_id = 0;
    }
    TRY(core_q_person_set_password(x->a, x->tx, c->new_hash, false, x->site->realm, c->person_id, NULL));
    TRY(session_end_of_person(x, c->person_id));
    TRY(admin_event(x, S("person"), c->person_id, S("password_set"), (struct str){0}));
    return open_next(x, c, factor);
}

struct err *sign_in_enrol(struct action *x, struct sign_in_command *c)
{
    struct session_factor factor;
    TRY(begin_step(x, c, SIGN_IN_ENROL, &factor));
    TRY(second_factor_set(x, c->person_id, c->secret, c->code, c->at, &c->codes));
    factor.code_at = x->now;
    return open_next(x, c, factor);
}

struct err *sign_in_choose(struct action *x, struct sign_in_command *c)
{
    struct held_office *offices;
    struct known k;
    size_t n;
    struct str today = day_text(x->a, site_today(x->site, x->now));
    TRY(find_known(x, c, &k));
    if (!k.is_known || (k.is_pending && k.step != SIGN_IN_OFFICE && k.step != SIGN_IN_DONE))
        return late(x);
    TRY(sign_in_offices(x->a, db_tx_read(x->tx), x->site, c->person_id, today, &offices, &n));
    for (size_t i = 0; i < n; i++) {
        if (offices[i].office_id != c->office_id)
            continue;
        TRY(session_end(x, c->old_cookie));
        TRY(session_note_factor(x, c->cookie, c->person_id, k.factor));
        return session_open_staff(x, c->cookie, c->person_id, c->office_id);
    }
    return refuse(x, "SIGN_IN_NO_OFFICE", "verdict.sign_in.no_office", "verdict.sign_in.no_office.next");
}
