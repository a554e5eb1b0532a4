/* SPDX-License-Identifier: AGPL-3.0-or-later
 *
 * courier.c - rows of letters and domains as a courier changes them.
 *
 * A visit reads first, on a reader of its caller; only when there is something to record or to hand out does it
 * become a job of the writer, which looks again.
 */
#include "core/courier_private.h"

#include <unistd.h>

#include "base/clock.h"
#include "base/hash.h"
#include "base/log.h"
#include "core/notice.h"

#define SECOND_MS INT64_C(1000)
#define MOST_PAUSE (4 * 3600 * SECOND_MS)        /* between two tries of one letter */
#define MOST_DOMAIN_PAUSE (3600 * SECOND_MS)
#define FIRST_RELAY_PAUSE (5 * SECOND_MS)
#define MOST_RELAY_PAUSE (900 * SECOND_MS)
#define PATIENCE 3                               /* tries of a domain put off in a row before it pauses */
#define DOMAINS_LOOKED_AT 200

/* ---- domains ---- */

struct err *courier_load_domain(struct arena *a, struct db_read *r, int64_t realm, struct str domain, domain_row *ret)
{
    bool found = false;
    TRY(core_q_mail_domain_of(a, r, realm, domain, ret, &found));
    if (!found)
        *ret = (domain_row){.domain = domain, .answer = S("")};
    return NULL;
}

struct err *courier_store_domain(struct arena *a, struct db_tx *tx, int64_t realm, const domain_row *d)
{
    struct core_q_mail_domain_set_args args = {
        .realm = realm,
        .domain = d->domain,
        .waiting = d->waiting > 0 ? d->waiting : 0,
        .sent = d->sent,
        .failed = d->failed > 0 ? d->failed : 0,
        .failures = d->failures,
        .pause_until = d->pause_until,
        .window_at = d->window_at,
        .window_n = d->window_n,
        .tried_at = d->tried_at,
        .answer = d->answer,
    };
    return core_q_mail_domain_set(a, tx, &args, NULL);
}

/* A seed of its own for each pause. */
static uint64_t seed_of(int64_t id, int64_t n)
{
    return (uint64_t)id * UINT64_C(1000003) + (uint64_t)n;
}

static uint64_t seed_of_domain(struct str domain, int64_t n)
{
    uint64_t seed = 7;
    for (size_t i = 0; i < domain.n; i++)
        seed = seed * 31 + (uint8_t)domain.p[i];
    return seed + (uint64_t)n;
}

/* ---- recording ---- */

struct err *courier_store_row(const struct recording *g)
{
    const struct core_q_delivery_of_row *d = &g->row;
    struct core_q_delivery_set_args args = {
        .state = d->state,
        .is_open = d->is_open,
        .next_at = d->next_at,
        .tries = d->tries,
        .first_try_at = d->first_try_at,
        .tried_at = d->tried_at,
        .sent_at = d->sent_at,
        .problem = d->problem,
        .realm = g->realm,
        .id = d->id,
    };
    return core_q_delivery_set(g->a, g->tx, &args, NULL);
}

/* What the domain of the letter learns; `is_later`: it put the letter off. */
static struct err *teach_domain(const struct recording *g, int sent, int failed, bool is_later)
{
    domain_row d;
    TRY(courier_load_domain(g->a, db_tx_read(g->tx), g->realm, g->row.domain, &d));
    d.waiting -= sent + failed;
    d.sent += sent;
    d.failed += failed;
    d.tried_at = g->now;
    d.answer = g->said;
    d.failures = is_later ? d.failures + 1 : 0;
    d.pause_until = 0;
    if (d.failures >= PATIENCE)
        d.pause_until = g->now + courier_pause(g->m->first_pause, MOST_DOMAIN_PAUSE, d.failures - PATIENCE + 1,
                                               seed_of_domain(d.domain, d.failures));
    return courier_store_domain(g->a, g->tx, g->realm, &d);
}

/* What is learned of the relay. Letters that were on their way together count as one failure. */
static struct err *teach_relay(const struct recording *g, bool serves)
{
    domain_row d;
    TRY(courier_load_domain(g->a, db_tx_read(g->tx), g->realm, DOMAIN_RELAY, &d));
    bool is_news = !serves || d.failures > 0 || g->now - d.tried_at > 60 * SECOND_MS;
    if (!is_news || (!serves && d.pause_until > g->now))
        return NULL;
    int64_t first = g->m->first_pause < FIRST_RELAY_PAUSE ? g->m->first_pause : FIRST_RELAY_PAUSE;
    d.failures = serves ? 0 : d.failures + 1;
    d.pause_until = serves ? 0 : g->now + courier_pause(first, MOST_RELAY_PAUSE, d.failures, (uint64_t)g->now);
    d.tried_at = g->now;
    d.answer = g->said;
    if (!serves)
        LOG(LOG_WARN, "the mail relay does not serve us", {"answer", g->said});
    return courier_store_domain(g->a, g->tx, g->realm, &d);
}

static struct err *record_sent(struct recording *g)
{
    g->row.state = S("sent");
    g->row.is_open = false;
    g->row.sent_at = (struct opt_int){true, g->now};
    g->row.problem = (struct str){0};
    TRY(courier_store_row(g));
    TRY(core_q_notice_sent(g->a, g->tx, g->row.sent_at, g->realm, g->row.id, NULL));
    return teach_domain(g, 1, 0, false);
}

static struct err *record_failed(struct recording *g, bool is_later)
{
    g->row.state = S("failed");
    g->row.is_open = false;
    g->row.problem = g->said;
    TRY(courier_store_row(g));
    return teach_domain(g, 0, 1, is_later);
}

static struct err *record_later(struct recording *g)
{
    if (g->now - g->row.first_try_at.v >= g->m->give_up_after)
        return record_failed(g, true);
    g->row.state = S("waiting");
    g->row.problem = g->said;
    g->row.next_at = g->now + courier_pause(g->m->first_pause, MOST_PAUSE, g->row.tries, seed_of(g->row.id, g->row.tries));
    TRY(courier_store_row(g));
    return teach_domain(g, 0, 0, true);
}

/* Not the letter's fault: it waits as it was. */
static struct err *record_relay(struct recording *g, const struct core_q_delivery_of_row *before)
{
    g->row = *before;
    g->row.state = S("waiting");
    g->row.next_at = g->now;
    return courier_store_row(g);
}

struct err *courier_record(struct arena *a, struct db_tx *tx, struct site *site, const struct mail_settings *m,
                           const struct courier_result *result, int64_t now)
{
    struct recording g = {.a = a, .tx = tx, .realm = site->realm, .m = m, .now = now};
    bool found = false;
    TRY(core_q_delivery_of(a, db_tx_read(tx), site->realm, result->id, &g.row, &found));
    if (!found || !g.row.is_open)
        return NULL; /* told twice */
    struct core_q_delivery_of_row before = g.row;
    enum courier_outcome outcome = courier_judge(&result->answer);
    struct str recipient;
    TRY(notice_recipient(a, site, g.row.noun, g.row.noun_id, g.row.recipient, &recipient));
    g.said = courier_clean(a, result->answer.text, recipient);
    g.row.tries++;
    g.row.tried_at = (struct opt_int){true, now};
    if (!g.row.first_try_at.has)
        g.row.first_try_at = g.row.tried_at;
    if (m->is_smtp)
        TRY(teach_relay(&g, outcome != OUTCOME_RELAY));
    switch (outcome) {
    case OUTCOME_SENT:
        return record_sent(&g);
    case OUTCOME_NEVER:
        return record_failed(&g, false);
    case OUTCOME_LATER:
        return record_later(&g);
    case OUTCOME_RELAY:
        return record_relay(&g, &before);
    }
    return NULL;
}

struct err *courier_add(struct arena *a, struct db_tx *tx, int64_t realm, int64_t id, int64_t at, struct str noun,
                        int64_t noun_id, struct str domain, int64_t expires_at)
{
    struct core_q_delivery_add_args row = {
        .realm = realm,
        .id = id,
        .noun = noun,
        .noun_id = noun_id,
        .domain = domain,
        .next_at = at,
        .expires_at = {expires_at > 0, expires_at},
    };
    TRY(core_q_delivery_add(a, tx, &row, NULL));
    return core_q_mail_domain_waits(a, tx, realm, domain, NULL);
}

/* ---- handing out ---- */

typedef struct core_q_deliveries_due_row due_row;

struct round {
    struct site *site;
    const struct mail_settings *m;
    const struct courier_visit *v;
    int64_t now;
    due_row *rows; /* found to be due */
    size_t n;
};

static size_t busy_with(const struct courier_visit *v, struct str domain)
{
    size_t n = 0;
    for (size_t i = 0; i < v->n_busy; i++)
        n += str_eq(v->busy[i], domain);
    return n;
}

/* How many letters more may go to this domain now. */
static size_t room_of(const struct round *o, const struct core_q_mail_domains_due_row *d)
{
    size_t busy = busy_with(o->v, d->domain);
    size_t most = (size_t)o->m->domain_connections;
    size_t room = busy < most ? most - busy : 0;
    if (o->m->domain_per_minute > 0) {
        int64_t used = o->now - d->window_at < 60 * SECOND_MS ? d->window_n : 0;
        size_t left = used < o->m->domain_per_minute ? (size_t)(o->m->domain_per_minute - used) : 0;
        room = room < left ? room : left;
    }
    return d->failures > 0 && room > 0 ? (busy > 0 ? 0 : 1) : room; /* one at a time while it puts letters off */
}

/* How many letters the relay may have more: one to try it while it does not serve us. */
static struct err *relay_room(struct arena *a, struct db_read *r, const struct round *o, size_t *ret_room)
{
    domain_row relay;
    TRY(courier_load_domain(a, r, o->site->realm, DOMAIN_RELAY, &relay));
    *ret_room = o->v->n_wanted;
    if (relay.pause_until > o->now)
        *ret_room = 0;
    else if (relay.failures > 0 && o->v->n_wanted > 0)
        *ret_room = o->v->n_busy > 0 ? 0 : 1;
    return NULL;
}

/* Fill o->rows with what is due, by turns of the domains. */
static struct err *find_due(struct arena *a, struct db_read *r, struct round *o)
{
    struct core_q_mail_domains_due_row *domains;
    size_t n_domains;
    size_t room;
    o->n = 0;
    TRY(relay_room(a, r, o, &room));
    if (room == 0)
        return NULL;
    o->rows = ARENA_ARRAY(a, room, due_row);
    TRY(core_q_mail_domains_due(a, r, o->site->realm, o->now, DOMAINS_LOOKED_AT, &domains, &n_domains));
    for (size_t i = 0; i < n_domains && o->n < room; i++) {
        due_row *rows;
        size_t n;
        size_t most = str_eq(domains[i].domain, DOMAIN_PHONE) ? 0 : room_of(o, &domains[i]);
        if (most > room - o->n)
            most = room - o->n;
        if (most == 0)
            continue;
        TRY(core_q_deliveries_due(a, r, o->site->realm, domains[i].domain, o->now, (int64_t)most, &rows, &n));
        for (size_t k = 0; k < n; k++)
            o->rows[o->n++] = rows[k];
    }
    return NULL;
}

/* Its time is over: a code that nobody can use any more is not sent. */
static struct err *expire(struct arena *a, struct db_tx *tx, const struct round *o, int64_t id)
{
    struct recording g = {.a = a, .tx = tx, .realm = o->site->realm, .m = o->m, .now = o->now,
                          .said = S("not sent in time: what it said holds no longer")};
    bool found = false;
    TRY(core_q_delivery_of(a, db_tx_read(tx), o->site->realm, id, &g.row, &found));
    return found && g.row.is_open ? record_failed(&g, false) : NULL;
}

static struct err *count_handed_out(struct arena *a, struct db_tx *tx, const struct round *o, struct str domain)
{
    domain_row d;
    TRY(courier_load_domain(a, db_tx_read(tx), o->site->realm, domain, &d));
    if (o->now - d.window_at >= 60 * SECOND_MS) {
        d.window_at = o->now;
        d.window_n = 0;
    }
    d.window_n++;
    d.tried_at = o->now;
    return courier_store_domain(a, tx, o->site->realm, &d);
}

/* Take what is due; a row that somebody else took meanwhile is left out. */
static struct err *take(struct arena *a, struct db_tx *tx, struct round *o)
{
    int64_t until = o->now + (o->m->seconds + 60) * SECOND_MS;
    size_t n = 0;
    TRY(find_due(a, db_tx_read(tx), o));
    for (size_t i = 0; i < o->n; i++) {
        const due_row *row = &o->rows[i];
        int64_t changed = 0;
        if (row->expires_at.has && row->expires_at.v <= o->now) {
            TRY(expire(a, tx, o, row->id));
            continue;
        }
        struct core_q_delivery_take_args args = {.taken_by = o->v->by, .lease_until = until, .realm = o->site->realm,
                                                 .id = row->id, .now = o->now};
        TRY(core_q_delivery_take(a, tx, &args, &changed));
        if (changed != 1)
            continue;
        TRY(count_handed_out(a, tx, o, row->domain));
        o->rows[n++] = *row;
    }
    o->n = n;
    return NULL;
}

static struct err *visit_run(struct db_job *job, struct db_tx *tx)
{
    struct round *o = job->user;
    for (size_t i = 0; i < o->v->n_results; i++)
        TRY(courier_record(job->a, tx, o->site, o->m, &o->v->results[i], o->now));
    return take(job->a, tx, o);
}

static struct err *write_letters(struct arena *a, const struct round *o, struct courier_letter **ret_letters)
{
    struct courier_letter *letters = ARENA_ARRAY(a, o->n, struct courier_letter);
    for (size_t i = 0; i < o->n; i++) {
        const due_row *row = &o->rows[i];
        struct notice_row n = {row->id,        row->at,       row->noun,    row->noun_id, row->transport,
                               S(""),          row->language, row->subject, row->text};
        TRY(notice_recipient(a, o->site, row->noun, row->noun_id, row->recipient, &n.recipient));
        letters[i] = (struct courier_letter){.id = row->id, .domain = row->domain, .recipient = n.recipient};
        TRY(notice_letter(a, o->site, &n, &letters[i].bytes));
    }
    *ret_letters = letters;
    return NULL;
}

struct err *courier_visit(struct arena *a, struct site *site, struct db_read *r, const struct mail_settings *m,
                          const struct courier_visit *v, struct courier_letter **ret_letters, size_t *ret_n)
{
    struct round o = {.site = site, .m = m, .v = v, .now = clock_now()};
    TRY(find_due(a, r, &o));
    if (o.n > 0 || v->n_results > 0) {
        struct db_job job = {.a = a, .user = &o, .run = visit_run};
        TRY(db_run(site->db, &job));
    }
    struct courier_letter *letters;
    TRY(write_letters(a, &o, &letters));
    *ret_letters = letters;
    *ret_n = o.n;
    return NULL;
}

/* ---- a courier that is gone ---- */

struct leaving {
    struct site *site;
    const struct mail_settings *m;
    struct str by;
    int64_t now;
};

static struct err *gone_run(struct db_job *job, struct db_tx *tx)
{
    const struct leaving *l = job->user;
    struct core_q_deliveries_taken_by_row *rows;
    size_t n;
    domain_row relay;
    TRY(courier_load_domain(job->a, db_tx_read(tx), l->site->realm, DOMAIN_RELAY, &relay));
    relay.pause_until = 0; /* settings may have been mended meanwhile */
    TRY(courier_store_domain(job->a, tx, l->site->realm, &relay));
    TRY(core_q_deliveries_taken_by(job->a, db_tx_read(tx), l->site->realm, l->by, &rows, &n));
    for (size_t i = 0; i < n; i++) {
        struct recording g = {.a = job->a, .tx = tx, .realm = l->site->realm, .m = l->m, .now = l->now};
        bool found = false;
        TRY(core_q_delivery_of(g.a, db_tx_read(tx), g.realm, rows[i].id, &g.row, &found));
        if (!found || !g.row.is_open)
            continue;
        g.row.state = S("waiting");
        g.row.tries++;
        g.row.tried_at = (struct opt_int){true, l->now};
        g.row.next_at = l->now;
        if (g.row.tries > 2) /* perhaps it is this letter that ends couriers */
            g.row.next_at += courier_pause(l->m->first_pause, MOST_PAUSE, g.row.tries - 2, seed_of(g.row.id, g.row.tries));
        TRY(courier_store_row(&g));
    }
    return NULL;
}

struct err *courier_gone(struct arena *a, struct site *site, const struct mail_settings *m, struct str by)
{
    struct leaving l = {site, m, by, clock_now()};
    struct db_job job = {.a = a, .user = &l, .run = gone_run};
    return db_run(site->db, &job);
}

struct str courier_name(struct arena *a, const struct site *site)
{
    char host[256] = "";
    (void)gethostname(host, sizeof host - 1);
    struct hash h = HASH(str_c(host), S("\n"), site->data_dir);
    return str_hex(a, h.b, 8);
}
