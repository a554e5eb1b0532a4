/* SPDX-License-Identifier: AGPL-3.0-or-later
 *
 * journal.c - from staged events to a signed head.
 *
 * Jobs stage events and readings; nothing is numbered until all jobs of the batch ran, since a job that fails
 * must leave no hole. Sealing numbers them, writes rows, entries and full tiles, adds the entry that binds the
 * batch, and stores the head. After the commit the head is signed and published, never before: a head that
 * could still be rolled back would be a promise that cannot be kept.
 *
 * Keeps:  `place` is what is durable; it is replaced only in `committed`, and when a batch begins behind one of another
 *         server (journal_head.c).
 * Source: trust.md section 3, points 2 to 5 and 8.
 */
#include "core/journal_private.h"

#include "base/buf.h"
#include "base/clock.h"

#define SALT_BYTES 32
#define STEP_MS 2000 /* a clock that lies further back than this is told */

/* == time == */

void journal_set_clock(struct journal *j, int64_t (*now)(void *user), void *user)
{
    j->clock = now;
    j->clock_user = user;
}

int64_t journal_now(struct journal *j)
{
    if (j->now != 0)
        return j->now;
    int64_t wall = j->clock ? j->clock(j->clock_user) : clock_now();
    int64_t back = j->place.at - wall;
    if (back <= 0)
        j->step_told = false;
    j->stepped_back = back > STEP_MS && !j->step_told ? back : 0;
    j->now = back > 0 ? j->place.at : wall;
    return j->now;
}

/* == staging == */

/* Note where the running job's own things begin, so that they can be forgotten alone. */
static void enter_job(struct journal *j, const struct db_job *job)
{
    if (j->job == job)
        return;
    j->job = job;
    j->job_event = j->last_event;
    j->job_reading = j->last_reading;
}

static bool is_word(struct str s)
{
    for (size_t i = 0; i < s.n; i++) {
        char c = s.p[i];
        if (!((c >= 'a' && c <= 'z') || (c >= '0' && c <= '9') || c == '_'))
            return false;
    }
    return s.n > 0;
}

static void stage(struct journal *j, struct event *e)
{
    e->at = journal_now(j);
    e->next = NULL;
    if (j->last_event)
        j->last_event->next = e;
    else
        j->events = e;
    j->last_event = e;
}

struct err *journal_append(struct journal *j, struct db_tx *tx, struct event *e)
{
    struct db_job *job = db_tx_job(tx);
    MUST(job && is_word(e->noun) && is_word(e->verb));
    if (!e->profile.p)
        e->profile = S("");
    if (!e->detail.p)
        e->detail = S("{}");
    if (!e->salt.p)
        e->salt = random_str(job->a, SALT_BYTES);
    MUST(!e->part_noun.p || (is_word(e->part_noun) && e->part_n > 0 && e->part_n <= JOURNAL_PART && !e->lines.p));
    MUST(e->salt.n == SALT_BYTES);
    if (str_find(e->profile, '\n') != SIZE_MAX || journal_lines_are_own(e->lines))
        return ERR(job->a, ERR_INTERNAL, "event %.*s.%.*s: profile or lines would be read wrongly",
                   STR_FMT(e->noun), STR_FMT(e->verb));
    enter_job(j, job);
    stage(j, e);
    return NULL;
}

struct err *journal_read(struct journal *j, struct db_tx *tx, const struct reading *reading)
{
    struct db_job *job = db_tx_job(tx);
    MUST(job && is_word(reading->noun));
    struct staged_reading *s = ARENA_NEW(job->a, struct staged_reading);
    s->reading = *reading;
    enter_job(j, job);
    (void)journal_now(j);
    if (j->last_reading)
        j->last_reading->next = s;
    else
        j->readings = s;
    j->last_reading = s;
    return NULL;
}

/* The digests of the things that the event brought in bulk. */
static struct err *take_part(struct journal *j, struct arena *a, struct db_tx *tx, struct event *e)
{
    size_t n = (size_t)e->part_n;
    struct hash *states = ARENA_ARRAY(a, n, struct hash);
    struct hash *salts = ARENA_ARRAY(a, n, struct hash);
    for (size_t i = 0; i < n; i++)
        salts[i] = journal_part_salt(e->salt, e->part_first + (int64_t)i);
    TRY(db_digest_range(a, db_tx_read(tx), j->realm, e->part_noun, e->part_first, n, salts, states, NULL));
    e->states = (struct str){(const char *)states[0].b, n * sizeof states[0]};
    return NULL;
}

/* The digest of the noun's facts as they are now. */
static struct err *take_state(struct journal *j, struct arena *a, struct db_tx *tx, struct event *e)
{
    if (e->part_noun.p)
        TRY(take_part(j, a, tx, e));
    return db_digest(a, db_tx_read(tx), j->realm, e->noun, e->noun_id, e->salt, &e->state, NULL);
}

static struct err *job_end(void *user, struct arena *a, struct db_tx *tx)
{
    struct journal *j = user;
    if (j->job != db_tx_job(tx))
        return NULL;
    for (struct event *e = j->job_event ? j->job_event->next : j->events; e; e = e->next)
        TRY(take_state(j, a, tx, e));
    return NULL;
}

static void job_undone(void *user, const struct db_job *job)
{
    struct journal *j = user;
    if (j->job != job)
        return; /* it staged nothing */
    j->last_event = j->job_event;
    j->last_reading = j->job_reading;
    if (j->last_event)
        j->last_event->next = NULL;
    else
        j->events = NULL;
    if (j->last_reading)
        j->last_reading->next = NULL;
    else
        j->readings = NULL;
    j->job = NULL;
}

static void forget_batch(struct journal *j)
{
    j->events = j->last_event = NULL;
    j->readings = j->last_reading = NULL;
    j->job = NULL;
    j->now = 0;
    j->is_sealed = false;
}

/* == sealing == */

/* What one batch is being made of. */
struct sealing {
    struct journal *j;
    struct arena *a;
    struct db_tx *tx;
    struct journal_place next;
    struct batch_digest digest;
};

/* Add an entry to the log: its row, its leaf, and a row for each tile that it fills. */
static struct err *add_entry(struct sealing *s, const struct hash *commitment)
{
    struct hash leaf = log_leaf(commitment);
    struct hash path[MERKLE_MAX_LEVEL + 1];
    TRY(core_q_entry_add(s->a, s->tx, s->j->realm, (int64_t)s->next.tree.size, hash_str(commitment), NULL));
    int top = merkle_append_path(&s->next.tree, &leaf, path);
    for (int level = 8; level <= top; level += 8) {
        int64_t idx = (int64_t)(s->next.tree.size >> level) - 1;
        TRY(core_q_tile_add(s->a, s->tx, s->j->realm, level / 8, idx, hash_str(&path[level]), NULL));
    }
    return NULL;
}

static struct opt_int id_or_null(int64_t id)
{
    return (struct opt_int){.has = id != 0, .v = id};
}

static struct err *seal_event(struct sealing *s, struct event *e)
{
    e->seq = s->next.events++;
    e->leaf = (int64_t)s->next.tree.size;
    struct core_q_event_add_args row = {
        .realm = s->j->realm,
        .seq = e->seq,
        .leaf = e->leaf,
        .batch = s->next.batch,
        .at = e->at,
        .noun = e->noun,
        .noun_id = e->noun_id,
        .verb = e->verb,
        .actor = actor_kind_name(e->actor.kind),
        .person_id = id_or_null(e->actor.person_id),
        .office_id = id_or_null(e->actor.office_id),
        .profile = e->profile,
        .detail = e->detail,
        .salt = e->salt,
        .state = hash_str(&e->state),
    };
    struct core_q_part_add_args part = {
        .realm = row.realm, .seq = e->seq, .noun = e->part_noun, .first_id = e->part_first, .n = e->part_n,
        .states = e->states,
    };
    bool has_part = e->part_noun.p != NULL;
    row.lines = e->lines.p ? e->lines : journal_event_lines(s->a, &row, has_part ? &part : NULL);
    struct hash commitment = journal_event_commitment(&row);
    TRY(core_q_event_add(s->a, s->tx, &row, NULL));
    TRY(add_entry(s, &commitment));
    batch_digest_event(&s->digest, &row);
    if (!has_part)
        return NULL;
    batch_digest_part(&s->digest, &part);
    return core_q_part_add(s->a, s->tx, &part, NULL);
}

static struct err *seal_reading(struct sealing *s, const struct reading *reading)
{
    struct core_q_reading_add_args row = {
        .realm = s->j->realm,
        .seq = s->next.readings++,
        .batch = s->next.batch,
        .at = s->next.at,
        .noun = reading->noun,
        .noun_id = reading->noun_id,
        .way = reading->way,
        .purpose = reading->purpose,
        .person_id = reading->actor.person_id,
        .office_id = reading->actor.office_id,
    };
    TRY(core_q_reading_add(s->a, s->tx, &row, NULL));
    batch_digest_reading(&s->digest, &row);
    return NULL;
}

/* The entry that binds the batch, and its head. */
static struct err *seal_head(struct sealing *s)
{
    struct hash digest = batch_digest_end(&s->digest);
    struct core_q_head_add_args head = {
        .realm = s->j->realm,
        .batch = s->next.batch,
        .at = s->next.at,
        .size = (int64_t)s->next.tree.size + 1,
        .events = s->next.events,
        .readings = s->next.readings,
        .salt = random_str(s->a, SALT_BYTES),
        .digest = hash_str(&digest),
    };
    struct hash commitment = journal_batch_commitment(s->a, &head);
    TRY(add_entry(s, &commitment));
    struct hash root = merkle_root(&s->next.tree);
    head.root = hash_str(&root);
    return core_q_head_add(s->a, s->tx, &head, NULL);
}

/* A clock that was set back is an event of the realm. */
static struct err *tell_step(struct sealing *s)
{
    struct journal *j = s->j;
    struct event *e = ARENA_NEW(s->a, struct event);
    *e = (struct event){
        .noun = S("realm"),
        .noun_id = j->realm,
        .verb = S("clock_set_back"),
        .actor = actor_clock(),
        .profile = S(""),
        .detail = str_printf(s->a, "{\"back_ms\":%lld}", (long long)j->stepped_back),
        .salt = random_str(s->a, SALT_BYTES),
    };
    TRY(take_state(j, s->a, s->tx, e));
    e->at = j->now;
    return seal_event(s, e);
}

/* The note of the newest head becomes a row, now that another batch is written anyway. */
static struct err *store_note(struct sealing *s)
{
    struct journal *j = s->j;
    if (j->place.tree.size == 0)
        return NULL;
    struct str note = journal_note_of_place(s->a, j);
    return core_q_note_add(s->a, s->tx, j->realm, (int64_t)j->place.tree.size, note, NULL);
}

static struct err *seal(void *user, struct arena *a, struct db_tx *tx)
{
    struct journal *j = user;
    if (!j->events && !j->readings)
        return NULL;
    struct sealing s = {.j = j, .a = a, .tx = tx, .next = j->place};
    s.next.batch++;
    s.next.at = journal_now(j);
    batch_digest_begin(&s.digest);
    TRY(store_note(&s));
    for (struct event *e = j->events; e; e = e->next) {
        struct arena_mark mark = arena_mark(a); /* a batch may hold more events than an arena should */
        TRY(seal_event(&s, e));
        arena_rewind(a, mark);
    }
    if (j->stepped_back > 0)
        TRY(tell_step(&s));
    for (struct staged_reading *r = j->readings; r; r = r->next) {
        struct arena_mark mark = arena_mark(a);
        TRY(seal_reading(&s, &r->reading));
        arena_rewind(a, mark);
    }
    TRY(seal_head(&s));
    for (struct event *e = j->events; e; e = e->next)
        e->size = (int64_t)s.next.tree.size;
    j->next = s.next;
    j->is_sealed = true;
    return NULL;
}

static void committed(void *user)
{
    struct journal *j = user;
    if (j->is_sealed) {
        j->place = j->next;
        j->step_told = j->step_told || j->stepped_back > 0;
        journal_publish(j, false);
    }
    forget_batch(j);
}

static void lost(void *user)
{
    forget_batch(user);
}

struct batch_hooks journal_hooks(struct journal *j)
{
    return (struct batch_hooks){
        .user = j,
        .begun = journal_begun,
        .job_end = job_end,
        .job_undone = job_undone,
        .seal = seal,
        .committed = committed,
        .lost = lost,
    };
}
