/* SPDX-License-Identifier: AGPL-3.0-or-later
 *
 * session.c - from a cookie to an actor, in one indexed statement.
 *
 * Source: experience.md section 8; trust.md section 7.
 */
#include "core/session.h"

#include "base/clock.h"
#include "core/config.h"
#include "core/second_factor.h"
#include "gen/core_queries.h"

#define MINUTE_MS INT64_C(60000)
#define STAFF_MAX_MS (12 * 60 * MINUTE_MS) /* longest session of staff, busy or not */
#define PENDING_MS (10 * MINUTE_MS)        /* to choose an office after the password */
#define SEEN_EVERY_MS MINUTE_MS            /* seen_at is moved at most so often */

/* What web_who returns: the actor, which must come first, and what pages say about them. */
struct who {
    struct actor actor;
    struct str name;
    int64_t pending_person_id;
    struct session_factor factor;
};

/* Before anybody was asked for (an address that is no route), and for routes that ask nobody. */
static const struct who nobody = {.actor = {.kind = ACTOR_VISITOR, .role = ROLE_VISITOR}, .name = STR("")};

static const struct who *who_of(struct web_request *req)
{
    const struct who *w = web_who(req);
    return w ? w : &nobody;
}

const struct actor *session_actor(struct web_request *req)
{
    return &who_of(req)->actor;
}

struct site *session_site(struct web_request *req)
{
    return web_app(req);
}

struct loop *session_loop(struct web_request *req)
{
    return web_loop(req);
}

struct str session_name(struct web_request *req)
{
    return who_of(req)->name;
}

int64_t session_pending_person(struct web_request *req)
{
    return who_of(req)->pending_person_id;
}

struct session_factor session_factor_of(struct web_request *req)
{
    return who_of(req)->factor;
}

struct str session_home(const struct actor *who)
{
    switch (who->role) {
    case ROLE_ADMINISTRATOR:
        return S("/admin");
    case ROLE_AUDITOR:
        return S("/admin/journal");
    case ROLE_REGISTRAR:
    case ROLE_EXECUTOR:
    case ROLE_HEAD:
        return S("/desk");
    default:
        return S("/");
    }
}

struct verdict session_permit(struct web_request *req, const char *permission)
{
    return policy_ask_coarse(&session_site(req)->policy, session_actor(req), permission);
}

/* ---- how long a session lasts ---- */

static int64_t staff_expiry(const struct site *site, int64_t created_at, int64_t now)
{
    int64_t idle = now + site->config->staff_idle_minutes * MINUTE_MS;
    int64_t last = created_at + STAFF_MAX_MS;
    return idle < last ? idle : last;
}

static int64_t expiry_of_row(const struct site *site, const struct core_q_session_who_row *row, int64_t now)
{
    if (!row->person_id.has)
        return now + site->config->citizen_idle_minutes * MINUTE_MS;
    if (!row->office_id.has)
        return row->expires_at; /* pending: it does not grow */
    return staff_expiry(site, row->created_at, now);
}

struct seen {
    struct db_job job;
    struct site *site;
    struct hash cookie;
    int64_t at, expires_at;
};

static struct err *seen_run(struct db_job *job, struct db_tx *tx)
{
    struct seen *s = job->user;
    return core_q_session_seen(job->a, tx, s->at, s->expires_at, s->site->realm, hash_str(&s->cookie), NULL);
}

static void seen_done(struct db_job *job, struct err *outcome)
{
    (void)outcome; /* the next request tries again */
    arena_free(job->a);
}

/* Tell the session that it is used; the page does not wait for it, and a full queue loses nothing. */
static void move_seen(struct site *site, const struct hash *cookie, const struct core_q_session_who_row *row,
                      int64_t now)
{
    if (now - row->seen_at < SEEN_EVERY_MS)
        return;
    struct arena *a = arena_new("session", ARENA_MIB);
    struct seen *s = ARENA_NEW(a, struct seen);
    *s = (struct seen){
        .job = {.a = a, .run = seen_run, .done = seen_done, .user = s},
        .site = site,
        .cookie = *cookie,
        .at = now,
        .expires_at = expiry_of_row(site, row, now),
    };
    if (!db_submit(site->db, &s->job))
        arena_free(a);
}

/* ---- from a row to an actor ---- */

static struct err *staff_of_row(struct arena *a, const struct site *site, const struct core_q_session_who_row *row,
                                struct str today, struct who *w)
{
    if (row->disabled_at.has || !row->name.p)
        return NULL;
    w->factor = (struct session_factor){row->code_at.v, row->recovery_id.v};
    if (!row->office_id.has || (!row->code_at.has && second_factor_is_required(site))) {
        w->pending_person_id = row->person_id.v;
        return NULL;
    }
    bool is_office_there = row->role.p && (!row->office_to_on.p || str_cmp(row->office_to_on, today) >= 0);
    if (!row->is_appointed || !is_office_there)
        return NULL;
    enum role role;
    if (!role_of_name(row->role, &role))
        return ERR(a, ERR_CORRUPT, "office %lld has an unknown role", (long long)row->office_id.v);
    w->name = row->name;
    w->actor = (struct actor){
        .kind = ACTOR_STAFF,
        .role = role,
        .person_id = row->person_id.v,
        .office_id = row->office_id.v,
        .body_id = row->body_id.v,
    };
    return NULL;
}

static void applicant_of_row(const struct core_q_session_who_row *row, struct who *w)
{
    w->actor = (struct actor){
        .kind = ACTOR_APPLICANT,
        .role = ROLE_APPLICANT,
        .noun = row->noun,
        .noun_id = row->noun_id.v,
    };
}

struct err *session_identify(struct web_request *req, const struct hash *cookie, void **ret_who)
{
    struct arena *a = web_arena(req);
    struct site *site = session_site(req);
    struct who *w = ARENA_NEW(a, struct who);
    w->actor = actor_visitor();
    w->name = S("");
    *ret_who = w;
    if (!cookie)
        return NULL;
    int64_t now = web_now(req);
    struct str today = day_text(a, site_today(site, now));
    struct core_q_session_who_row row;
    bool found = false;
    TRY(core_q_session_who(a, session_loop(req)->read, today, site->realm, hash_str(cookie), &row, &found));
    if (!found || row.expires_at <= now)
        return NULL;
    if (row.person_id.has)
        TRY(staff_of_row(a, site, &row, today, w));
    else if (row.noun.p && row.noun_id.has)
        applicant_of_row(&row, w);
    if (w->actor.kind != ACTOR_VISITOR)
        move_seen(site, cookie, &row, now);
    return NULL;
}

/* ---- verbs ---- */

struct err *session_open_staff(struct action *x, struct hash cookie, int64_t person_id, int64_t office_id)
{
    struct core_q_session_add_args row = {
        .realm = x->site->realm,
        .hash = str_dup(x->a, hash_str(&cookie)),
        .person_id = {true, person_id},
        .office_id = {office_id != 0, office_id},
        .created_at = x->now,
        .expires_at = office_id ? staff_expiry(x->site, x->now, x->now) : x->now + PENDING_MS,
    };
    TRY(core_q_session_add(x->a, x->tx, &row, NULL));
    if (office_id == 0)
        return NULL;
    struct event *e = ARENA_NEW(x->a, struct event);
    *e = (struct event){
        .noun = S("person"),
        .noun_id = person_id,
        .verb = S("signed_in"),
        .actor = {.kind = ACTOR_STAFF, .person_id = person_id, .office_id = office_id},
        .profile = S(""),
        .detail = S("{}"),
    };
    return journal_append(x->site->journal, x->tx, e);
}

struct err *session_note_factor(struct action *x, struct hash cookie, int64_t person_id, struct session_factor factor)
{
    struct core_q_session_factor_add_args row = {
        .realm = x->site->realm,
        .hash = str_dup(x->a, hash_str(&cookie)),
        .person_id = person_id,
        .code_at = {factor.code_at != 0, factor.code_at},
        .recovery_id = {factor.recovery_id != 0, factor.recovery_id},
        .expires_at = x->now + STAFF_MAX_MS,
    };
    if (factor.code_at == 0 && factor.recovery_id == 0)
        return NULL;
    return core_q_session_factor_add(x->a, x->tx, &row, NULL);
}

struct err *session_open_applicant(struct action *x, struct hash cookie, struct str noun, int64_t noun_id)
{
    struct core_q_session_add_args row = {
        .realm = x->site->realm,
        .hash = str_dup(x->a, hash_str(&cookie)),
        .noun = noun,
        .noun_id = {true, noun_id},
        .created_at = x->now,
        .expires_at = x->now + x->site->config->citizen_idle_minutes * MINUTE_MS,
    };
    return core_q_session_add(x->a, x->tx, &row, NULL);
}

struct err *session_end(struct action *x, struct hash cookie)
{
    TRY(core_q_session_factor_remove(x->a, x->tx, x->site->realm, hash_str(&cookie), NULL));
    return core_q_session_remove(x->a, x->tx, x->site->realm, hash_str(&cookie), NULL);
}

struct err *session_end_of_person(struct action *x, int64_t person_id)
{
    TRY(core_q_session_factors_remove_of_person(x->a, x->tx, x->site->realm, person_id, NULL));
    return core_q_sessions_remove_of_person(x->a, x->tx, x->site->realm, person_id, NULL);
}

struct err *session_end_of_noun(struct action *x, struct str noun, int64_t noun_id)
{
    return core_q_sessions_remove_of_noun(x->a, x->tx, x->site->realm, noun, noun_id, NULL);
}

struct err *session_sweep(struct action *x)
{
    TRY(core_q_session_factors_remove_expired(x->a, x->tx, x->site->realm, x->now, NULL));
    return core_q_sessions_remove_expired(x->a, x->tx, x->site->realm, x->now, NULL);
}
