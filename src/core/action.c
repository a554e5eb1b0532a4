/* SPDX-License-Identifier: AGPL-3.0-or-later
 *
 * action.c - from a handler to the writer and back.
 *
 * An action has two owners once it is queued: the request, whose arena gives it up when it is freed, and the
 * job, which gives it up in `done`. The last one frees it. So neither a client that hangs up nor a server
 * that stops can take memory from a job that still runs.
 *
 * Keeps:  a verb that was refused leaves nothing behind; an answer runs only when the batch is durable or the
 *         verb was refused.
 * Source: style.md B6 point 2: a prototype that reused a connection's memory acknowledged 1,411 rows and
 *         kept 556.
 */
#include "core/action.h"

#include <pthread.h>
#include <stdatomic.h>

#include "core/series.h"
#include "core/session.h"
#include "gen/core_queries.h"

#define ACTION_MEMORY (32 * ARENA_MIB)

struct action_private {
    struct db_job job;
    struct action *x;
    struct err *(*verb)(struct action *x);
    struct err *(*answer)(struct web_request *req, struct action *x);
    struct web_ticket *ticket;
    struct err *outcome; /* NULL: durable */
    pthread_mutex_t lock; /* of action_start: guards is_done */
    pthread_cond_t wake;
    bool is_done;
    bool is_refused;
    _Atomic int owners;
};

/* ---- refusing ---- */

struct err *action_refuse(struct action *x, struct verdict v)
{
    MUST(!v.allowed && v.code);
    x->verdict = v;
    x->own->is_refused = true;
    return ERR(x->a, ERR_INPUT, "refused: %s", v.code);
}

bool action_is_refused(const struct action *x)
{
    return x->own && x->own->is_refused;
}

void action_changes_directory(struct action *x)
{
    if (!x->changed_directory)
        kept_change(&x->site->directory);
    x->changed_directory = true;
}

void action_changes_calendar(struct action *x)
{
    if (!x->changed_calendar)
        kept_change(&x->site->calendar);
    x->changed_calendar = true;
}

void action_changes_figures(struct action *x)
{
    x->changed_figures = true;
}

/* ---- running ---- */

/* Servers beside this one see by a number that what they keep is old. */
static struct err *count_changes(struct action *x)
{
    int64_t version;
    if (x->changed_directory)
        TRY(series_next(x, SITE_DIRECTORY_VERSION, &version));
    if (x->changed_calendar)
        TRY(series_next(x, SITE_CALENDAR_VERSION, &version));
    if (x->changed_figures && db_is_shared(x->site->db)) /* asks nothing, so it costs no round trip */
        TRY(core_q_series_raise(x->a, x->tx, x->site->realm, SITE_FIGURES_VERSION, NULL));
    return NULL;
}

static struct err *run(struct db_job *job, struct db_tx *tx)
{
    struct action_private *own = job->user;
    struct action *x = own->x;
    x->tx = tx;
    x->now = journal_now(x->site->journal);
    struct err *e = own->verb(x);
    if (!e)
        e = count_changes(x);
    x->tx = NULL;
    MUST(e || !own->is_refused); /* a refusal that the verb swallowed would be stored */
    return e;
}

static struct action_private *own_new(struct action *x, struct err *(*verb)(struct action *x))
{
    struct action_private *own = ARENA_NEW(x->a, struct action_private);
    own->x = x;
    own->verb = verb;
    own->job = (struct db_job){.a = x->a, .run = run, .user = own, .needs_space = x->needs_space,
                                .is_patient = x->is_patient};
    x->own = own;
    x->verdict = verdict_yes();
    return own;
}

static struct actor actor_copy(struct arena *a, struct actor who)
{
    who.noun = str_dup(a, who.noun);
    return who;
}

/* ---- from a request ---- */

static void give_up(struct action_private *own)
{
    if (atomic_fetch_sub_explicit(&own->owners, 1, memory_order_acq_rel) == 1)
        arena_free(own->x->a);
}

static void request_gone(void *arg)
{
    struct action *x = arg;
    if (x->own)
        give_up(x->own);
    else
        arena_free(x->a);
}

struct action *action_new(struct web_request *req)
{
    struct arena *a = arena_new("action", ACTION_MEMORY);
    struct action *x = ARENA_NEW(a, struct action);
    x->a = a;
    x->site = session_site(req);
    x->who = actor_copy(a, *session_actor(req));
    x->needs_space = true;
    arena_defer(web_arena(req), request_gone, x);
    return x;
}

/* The job is done. When what it changed is durable, whoever holds a snapshot must read again. */
static void settle_changes(struct action *x, const struct err *outcome)
{
    if (x->changed_directory) {
        if (!outcome)
            atomic_fetch_add_explicit(&x->site->directory_version, 1, memory_order_release);
        kept_settle(&x->site->directory);
    }
    if (x->changed_calendar) {
        if (!outcome)
            atomic_fetch_add_explicit(&x->site->calendar_version, 1, memory_order_release);
        kept_settle(&x->site->calendar);
    }
    if (x->changed_figures && !outcome)
        atomic_fetch_add_explicit(&x->site->figures_version, 1, memory_order_release);
}

/* On the writer's thread, when nothing about the job will change any more. */
static void done(struct db_job *job, struct err *outcome)
{
    struct action_private *own = job->user;
    own->outcome = outcome;
    settle_changes(own->x, outcome);
    web_resume(own->ticket);
    give_up(own);
}

/* Back on the loop's thread. */
static struct err *resumed(struct web_request *req, void *user)
{
    struct action_private *own = user;
    if (own->outcome && !own->is_refused)
        return own->outcome;
    return own->answer(req, own->x);
}

struct err *action_submit(struct web_request *req, struct action *x, struct err *(*verb)(struct action *x),
                          struct err *(*answer)(struct web_request *req, struct action *x))
{
    MUST(!x->own);
    struct action_private *own = own_new(x, verb);
    own->answer = answer;
    own->job.done = done;
    atomic_init(&own->owners, 2);
    own->ticket = web_park(req, resumed, own);
    if (!db_submit(x->site->db, &own->job))
        done(&own->job, ERR(x->a, ERR_BUSY, "too many jobs wait for the writer"));
    return NULL;
}

/* ---- without a request ---- */

static void started_done(struct db_job *job, struct err *outcome)
{
    struct action_private *own = job->user;
    MUST(pthread_mutex_lock(&own->lock) == 0);
    own->outcome = outcome;
    own->x->ran_us = job->ran_us;
    own->x->commit_us = job->commit_us;
    own->is_done = true;
    MUST(pthread_cond_signal(&own->wake) == 0);
    MUST(pthread_mutex_unlock(&own->lock) == 0);
}

struct err *action_start(struct arena *a, struct site *site, struct actor who, struct err *(*verb)(struct action *x),
                         struct action *x)
{
    x->a = a;
    x->site = site;
    x->who = actor_copy(a, who);
    struct action_private *own = own_new(x, verb);
    MUST(pthread_mutex_init(&own->lock, NULL) == 0 && pthread_cond_init(&own->wake, NULL) == 0);
    own->job.done = started_done;
    if (db_submit(site->db, &own->job))
        return NULL;
    return ERR(a, ERR_BUSY, "too many jobs wait for the writer, or it stopped");
}

struct err *action_wait(struct action *x)
{
    struct action_private *own = x->own;
    MUST(pthread_mutex_lock(&own->lock) == 0);
    while (!own->is_done)
        MUST(pthread_cond_wait(&own->wake, &own->lock) == 0);
    MUST(pthread_mutex_unlock(&own->lock) == 0);
    settle_changes(x, own->outcome);
    return own->outcome;
}

struct err *action_run(struct arena *a, struct site *site, struct actor who, struct err *(*verb)(struct action *x),
                       struct action *x)
{
    x->a = a;
    x->site = site;
    x->who = actor_copy(a, who);
    struct action_private *own = own_new(x, verb);
    struct err *e = db_run(site->db, &own->job);
    settle_changes(x, e);
    if (!own->is_refused)
        return e;
    struct str why = t_verdict(a, lang_find(S("en")), &x->verdict);
    return ERR(a, ERR_INPUT, "%.*s", STR_FMT(why));
}

/* ---- readings ---- */

struct shown {
    struct reading reading;
    int status;       /* of a page */
    const char *type; /* NULL: a page */
    struct str name;
    struct str bytes; /* in the request's arena: only its own thread looks at them */
};

static struct err *record_reading(struct action *x)
{
    struct shown *s = x->command;
    return journal_read(x->site->journal, x->tx, &s->reading);
}

static struct err *show(struct web_request *req, struct action *x)
{
    struct shown *s = x->command;
    return s->type ? web_download(req, s->type, s->name, s->bytes) : web_page(req, s->status, s->bytes);
}

static struct err *show_after_reading(struct web_request *req, const struct reading *reading, struct shown shown)
{
    struct action *x = action_new(req);
    struct shown *s = ARENA_NEW(x->a, struct shown);
    *s = shown;
    s->reading = (struct reading){
        .noun = str_dup(x->a, reading->noun),
        .noun_id = reading->noun_id,
        .way = str_dup(x->a, reading->way),
        .purpose = str_dup(x->a, reading->purpose),
        .actor = actor_copy(x->a, reading->actor),
    };
    x->command = s;
    x->needs_space = false; /* staff must be able to work when the disk is short, and each reading is told */
    return action_submit(req, x, record_reading, show);
}

struct err *action_page_after_reading(struct web_request *req, const struct reading *reading, int status,
                                      struct str html)
{
    return show_after_reading(req, reading, (struct shown){.status = status, .bytes = html});
}

struct err *action_download_after_reading(struct web_request *req, const struct reading *reading, const char *type,
                                          struct str name, struct str bytes)
{
    return show_after_reading(req, reading, (struct shown){.type = type, .name = name, .bytes = bytes});
}
