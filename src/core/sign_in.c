/* SPDX-License-Identifier: AGPL-3.0-or-later
 *
 * sign_in.c - the verbs of signing in.
 */
#include "core/sign_in.h"

#include "base/clock.h"
#include "core/people.h"
#include "gen/core_queries.h"

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

enum sign_in_step sign_in_next(bool must_change, size_t n_offices)
{
    /* The second step stands here: a person who has one shows it before anything else is asked. */
    if (must_change)
        return SIGN_IN_RENEW;
    if (n_offices == 0)
        return SIGN_IN_NO_OFFICE;
    return n_offices > 1 ? SIGN_IN_OFFICE : SIGN_IN_DONE;
}

/* ---- verbs ---- */

/* Replace the old session by one that stands where the person is now. Sets `c->office_id`. */
static struct err *open_next(struct action *x, struct sign_in_command *c, bool must_change)
{
    struct held_office *offices;
    size_t n;
    struct str today = day_text(x->a, site_today(x->site, x->now));
    TRY(sign_in_offices(x->a, db_tx_read(x->tx), x->site, c->person_id, today, &offices, &n));
    enum sign_in_step step = sign_in_next(must_change, n);
    if (step == SIGN_IN_NO_OFFICE)
        return refuse(x, "SIGN_IN_NO_OFFICE", "verdict.sign_in.no_office", "verdict.sign_in.no_office.next");
    c->office_id = step == SIGN_IN_DONE ? offices[0].office_id : 0;
    if (c->has_old_cookie)
        TRY(session_end(x, c->old_cookie));
    TRY(session_sweep(x));
    return session_open_staff(x, c->cookie, c->person_id, c->office_id);
}

struct err *sign_in_open(struct action *x, struct sign_in_command *c)
{
    struct core_q_person_by_id_row person;
    bool found = false;
    TRY(core_q_person_by_id(x->a, db_tx_read(x->tx), x->site->realm, c->person_id, &person, &found));
    if (!found || person.disabled_at.has || !str_eq_secret(person.password, c->verified))
        return refuse(x, "SIGN_IN_WRONG", "verdict.sign_in.wrong", NULL);
    x->who = (struct actor){.kind = ACTOR_STAFF, .person_id = c->person_id};
    TRY(open_next(x, c, person.must_change));
    if (!c->new_hash.p)
        return NULL;
    TRY(core_q_person_set_password(x->a, x->tx, c->new_hash, person.must_change, x->site->realm, c->person_id, NULL));
    return admin_event(x, S("person"), c->person_id, S("password_rehashed"), (struct str){0});
}

/* Does the old cookie still name a session of this person? */
static struct err *is_still_known(struct action *x, const struct sign_in_command *c, bool *ret_known,
                                  bool *ret_pending)
{
    struct core_q_session_who_row row;
    bool found = false;
    struct str today = day_text(x->a, site_today(x->site, x->now));
    *ret_known = *ret_pending = false;
    if (!c->has_old_cookie)
        return NULL;
    TRY(core_q_session_who(x->a, db_tx_read(x->tx), today, x->site->realm, hash_str(&c->old_cookie), &row, &found));
    bool is_theirs = found && row.person_id.has && row.person_id.v == c->person_id && row.expires_at > x->now;
    *ret_known = is_theirs && !row.disabled_at.has;
    *ret_pending = *ret_known && !row.office_id.has;
    return NULL;
}

static struct err *late(struct action *x)
{
    return refuse(x, "SIGN_IN_LATE", "verdict.sign_in.late", "verdict.sign_in.late.next");
}

struct err *sign_in_renew(struct action *x, struct sign_in_command *c)
{
    struct core_q_person_by_id_row person;
    bool is_known;
    bool is_pending;
    bool found = false;
    MUST(c->new_hash.p);
    TRY(is_still_known(x, c, &is_known, &is_pending));
    TRY(core_q_person_by_id(x->a, db_tx_read(x->tx), x->site->realm, c->person_id, &person, &found));
    if (!is_pending || !found || !person.must_change)
        return late(x);
    x->who = (struct actor){.kind = ACTOR_STAFF, .person_id = c->person_id};
    TRY(core_q_person_set_password(x->a, x->tx, c->new_hash, false, x->site->realm, c->person_id, NULL));
    TRY(session_end_of_person(x, c->person_id));
    TRY(admin_event(x, S("person"), c->person_id, S("password_set"), (struct str){0}));
    return open_next(x, c, false);
}

struct err *sign_in_choose(struct action *x, struct sign_in_command *c)
{
    struct held_office *offices;
    size_t n;
    struct core_q_person_by_id_row person;
    bool is_known;
    bool is_pending;
    bool found = false;
    struct str today = day_text(x->a, site_today(x->site, x->now));
    TRY(is_still_known(x, c, &is_known, &is_pending));
    TRY(core_q_person_by_id(x->a, db_tx_read(x->tx), x->site->realm, c->person_id, &person, &found));
    if (!is_known || !found || (is_pending && person.must_change))
        return late(x);
    TRY(sign_in_offices(x->a, db_tx_read(x->tx), x->site, c->person_id, today, &offices, &n));
    for (size_t i = 0; i < n; i++) {
        if (offices[i].office_id != c->office_id)
            continue;
        TRY(session_end(x, c->old_cookie));
        return session_open_staff(x, c->cookie, c->person_id, c->office_id);
    }
    return refuse(x, "SIGN_IN_NO_OFFICE", "verdict.sign_in.no_office", "verdict.sign_in.no_office.next");
}
