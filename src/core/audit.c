/* SPDX-License-Identifier: AGPL-3.0-or-later
 *
 * audit.c - the whole folder against its journal, and the journal against its log.
 *
 * Six questions, in the order in which an answer makes sense of the next: are there rows of a realm that has no
 * journal; does the journal agree with its log, batch by batch (journal_walk.c); do the facts of every noun that
 * events name have the state that the last event says; do those of the things that came in bulk, and were named by no
 * event since, have the state that their part says; do all fact rows belong to a noun that events or parts name; do
 * the objects that facts name lie there as they were. The first "no" is the finding.
 *
 * Keeps: what is asked of one noun is forgotten before the next.
 */
#include "core/audit.h"

#include <string.h>

#include "base/buf.h"
#include "base/file.h"
#include "core/document.h"
#include "core/journal_private.h"

#define IDS 512  /* ids that are held at a time */
#define PARTS 64 /* parts; each is 16 KiB */

struct auditing {
    struct arena *a;   /* the report */
    struct arena *tmp; /* cleared often */
    struct db_read *r;
    const struct db_schema *schema;
    const struct audit_options *options;
    struct audit_report *report;
    int64_t all;  /* leaves there should be, for the progress */
    int64_t told; /* percent of them that the progress was told */
};

#define FINDING(x, ...) ((x)->report->finding = str_printf((x)->a, __VA_ARGS__))

static bool is_found(const struct auditing *x)
{
    return x->report->finding.p != NULL;
}

/* The journal is most of the work; told once per percent. */
static void tell_progress(struct auditing *x, int64_t done)
{
    int64_t percent = x->all > 0 ? done * 100 / x->all : 100;
    if (x->options->progress && percent != x->told)
        x->options->progress(x->options->user, done, x->all);
    x->told = percent;
}

/* == rows that no journal could know == */

static struct err *check_table_realms(struct auditing *x, const char *table, int statement)
{
    int64_t realm = INT64_MIN;
    bool found = true;
    while (!is_found(x)) {
        TRY(db_next_realm(x->tmp, x->r, statement, realm, &realm, &found));
        if (!found)
            return NULL;
        if (realm != x->options->realm)
            FINDING(x, "%s: rows of realm %lld, which has no journal", table, (long long)realm);
    }
    return NULL;
}

static struct err *check_realms(struct auditing *x)
{
    for (int i = 0; i < x->schema->n_facts && !is_found(x); i++)
        TRY(check_table_realms(x, x->schema->facts[i].table, x->schema->facts[i].realms_statement));
    for (int i = 0; i < x->schema->n_journals && !is_found(x); i++)
        TRY(check_table_realms(x, x->schema->journals[i].table, x->schema->journals[i].realms_statement));
    return NULL;
}

/* == the journal against its log == */

/* The head kept outside; `ret_found` is false when there is none to compare. */
static struct err *read_kept_head(struct auditing *x, struct tree_head *ret_head, bool *ret_found)
{
    struct str note;
    *ret_found = false;
    if (!x->options->head_path)
        return NULL;
    struct err *e = file_read(x->tmp, x->options->head_path, LOG_NOTE_MAX, &note);
    if (e && e->code == ERR_NOT_FOUND)
        return NULL;
    TRY(e);
    if (note.n == 0)
        return NULL; /* it is never synced: a power cut may have emptied it */
    e = checkpoint_open(x->tmp, &x->options->vkey, note, ret_head);
    if (e)
        FINDING(x, "%s: %s", x->options->head_path, e->msg);
    *ret_found = !e;
    return NULL;
}

/* The walk stands at a head: is it the one that was kept? */
static void compare_kept_head(struct auditing *x, const struct journal_walk *w, const struct tree_head *kept,
                              bool *is_met)
{
    if ((int64_t)w->place.tree.size != kept->size)
        return;
    *is_met = true;
    if (!hash_eq(&w->root, &kept->root))
        FINDING(x, "%s: the head of %lld leaves has another root than the database: two histories under one key",
                x->options->head_path, (long long)kept->size);
}

static struct err *check_journal(struct auditing *x)
{
    struct journal_place start = {0};
    struct journal_walk *w = ARENA_NEW(x->a, struct journal_walk);
    struct tree_head kept = {0};
    bool has_kept;
    bool is_met = false;
    bool more = true;
    TRY(read_kept_head(x, &kept, &has_kept));
    journal_walk_begin(w, x->a, x->r, x->options->realm, &start, &x->options->vkey);
    while (more && !is_found(x)) {
        if (has_kept)
            compare_kept_head(x, w, &kept, &is_met);
        if (!is_found(x))
            TRY(journal_walk_next(w, &more, &x->report->finding));
        tell_progress(x, (int64_t)w->place.tree.size);
    }
    if (has_kept && !is_met && !is_found(x))
        FINDING(x, "%s is signed for %lld leaves, the database holds %lld: it is an old copy",
                x->options->head_path, (long long)kept.size, (long long)w->place.tree.size);
    x->report->leaves = x->report->head.size = (int64_t)w->place.tree.size;
    x->report->head.root = w->root;
    x->report->events = w->place.events;
    x->report->readings = w->place.readings;
    x->report->heads = w->place.batch;
    x->report->notes = w->n_notes;
    return NULL;
}

/* == facts against events == */

/* "reception_answer, reception_appeal": the tables of a noun, for people. */
static struct str tables_of(struct auditing *x, struct str noun)
{
    struct buf b;
    buf_init(&b, x->a, 64 * ARENA_KIB);
    for (int i = 0; i < x->schema->n_facts; i++)
        if (str_eq(str_c(x->schema->facts[i].noun), noun))
            buf_printf(&b, "%s%s", b.n > 0 ? ", " : "", x->schema->facts[i].table);
    return b.n > 0 ? buf_view(&b) : S("no table");
}

static struct err *check_state(struct auditing *x, struct str noun, int64_t id)
{
    struct core_q_event_state_of_row last;
    struct hash digest;
    int64_t rows;
    bool found;
    TRY(core_q_event_state_of(x->tmp, x->r, x->options->realm, noun, id, &last, &found));
    MUST(found); /* the id comes from the events of this very snapshot */
    TRY(db_digest(x->tmp, x->r, x->options->realm, noun, id, last.salt, &digest, &rows));
    x->report->nouns++;
    x->report->rows += rows;
    if (!str_eq(last.state, hash_str(&digest))) {
        struct str tables = tables_of(x, noun);
        FINDING(x, "%.*s: the %lld rows of %.*s %lld are not those that its last event (journal_event seq %lld) left: "
                "one was changed, added or removed", STR_FMT(tables), (long long)rows, STR_FMT(noun), (long long)id,
                (long long)last.seq);
    }
    return NULL;
}

static struct err *check_noun(struct auditing *x, struct str noun)
{
    struct arena *ids = arena_new("audit_ids", 0);
    struct core_q_event_nouns_after_row *rows;
    size_t n = IDS;
    int64_t after = INT64_MIN;
    struct err *e = NULL;
    while (n == IDS && !e && !is_found(x)) {
        arena_clear(ids);
        e = core_q_event_nouns_after(ids, x->r, x->options->realm, noun, after, IDS, &rows, &n);
        for (size_t i = 0; !e && i < n && !is_found(x); i++) {
            arena_clear(x->tmp);
            e = check_state(x, noun, rows[i].noun_id);
            after = rows[i].noun_id;
        }
    }
    if (e)
        e = WRAP(x->a, ERR(x->a, e->code, "%s", err_text(x->a, e).p), "facts of %.*s", STR_FMT(noun));
    arena_free(ids);
    return e;
}

static struct err *check_nouns(struct auditing *x)
{
    struct str noun = S("");
    while (!is_found(x)) {
        struct core_q_event_noun_after_row row;
        bool found;
        arena_clear(x->tmp);
        TRY(core_q_event_noun_after(x->tmp, x->r, x->options->realm, noun, &row, &found));
        if (!found)
            return NULL;
        noun = str_dup(x->a, row.noun);
        TRY(check_noun(x, noun));
    }
    return NULL;
}

/* == facts against parts == */

struct part {
    int64_t seq, first, n;
    struct hash *digests; /* of the facts as they are now */
    bool *is_told;        /* an event named the thing since: check_noun looked at it */
};

/* Which of the part's things did events name? */
static struct err *find_told(struct auditing *x, struct str noun, struct part *p)
{
    struct core_q_event_nouns_after_row *rows;
    size_t n;
    p->is_told = ARENA_ARRAY(x->tmp, (size_t)p->n, bool);
    TRY(core_q_event_nouns_after(x->tmp, x->r, x->options->realm, noun, p->first - 1, p->n, &rows, &n));
    for (size_t i = 0; i < n; i++)
        if (rows[i].noun_id - p->first < p->n)
            p->is_told[rows[i].noun_id - p->first] = true;
    return NULL;
}

static struct err *check_part(struct auditing *x, struct str noun, const struct core_q_parts_of_noun_after_row *row)
{
    struct part p = {.seq = row->seq, .first = row->first_id, .n = row->n};
    int64_t rows;
    MUST(p.n > 0 && p.n <= JOURNAL_PART); /* the walk saw it */
    struct hash *salts = ARENA_ARRAY(x->tmp, (size_t)p.n, struct hash);
    p.digests = ARENA_ARRAY(x->tmp, (size_t)p.n, struct hash);
    for (int64_t i = 0; i < p.n; i++)
        salts[i] = journal_part_salt(row->salt, p.first + i);
    TRY(find_told(x, noun, &p));
    TRY(db_digest_range(x->tmp, x->r, x->options->realm, noun, p.first, (size_t)p.n, salts, p.digests, &rows));
    for (int64_t i = 0; i < p.n && !is_found(x); i++) {
        struct str state = str_slice(row->states, (size_t)i * HASH_BYTES, (size_t)(i + 1) * HASH_BYTES);
        x->report->nouns += !p.is_told[i];
        if (!p.is_told[i] && !str_eq(state, hash_str(&p.digests[i]))) {
            struct str tables = tables_of(x, noun);
            FINDING(x, "%.*s: the rows of %.*s %lld are not those that came with journal_event seq %lld: one was changed, "
                    "added or removed", STR_FMT(tables), STR_FMT(noun), (long long)(p.first + i), (long long)p.seq);
        }
    }
    x->report->rows += rows;
    return NULL;
}

static struct err *check_parts_of(struct auditing *x, struct str noun)
{
    struct arena *parts = arena_new("audit_parts", 0);
    struct core_q_parts_of_noun_after_row *rows;
    size_t n = PARTS;
    int64_t after = INT64_MIN;
    int64_t end = INT64_MIN; /* behind the last part's things */
    struct err *e = NULL;
    while (n == PARTS && !e && !is_found(x)) {
        arena_clear(parts);
        e = core_q_parts_of_noun_after(parts, x->r, x->options->realm, noun, after, PARTS, &rows, &n);
        for (size_t i = 0; !e && i < n && !is_found(x); i++) {
            arena_clear(x->tmp);
            if (rows[i].first_id < end)
                FINDING(x, "journal_part: seq %lld: %.*s %lld came twice", (long long)rows[i].seq, STR_FMT(noun),
                        (long long)rows[i].first_id);
            else
                e = check_part(x, noun, &rows[i]);
            after = rows[i].first_id;
            end = after + rows[i].n;
        }
    }
    if (e)
        e = ERR(x->a, e->code, "%s", err_text(x->a, e).p);
    arena_free(parts);
    return e;
}

static struct err *check_parts(struct auditing *x)
{
    struct str noun = S("");
    while (!is_found(x)) {
        struct core_q_part_noun_after_row row;
        bool found;
        arena_clear(x->tmp);
        TRY(core_q_part_noun_after(x->tmp, x->r, x->options->realm, noun, &row, &found));
        if (!found)
            return NULL;
        noun = str_dup(x->a, row.noun);
        TRY(check_parts_of(x, noun));
    }
    return NULL;
}

/* Did the thing come in bulk? `first` and `end` hold the part that was found last. */
static struct err *came_in_bulk(struct auditing *x, struct str noun, int64_t id, int64_t *first, int64_t *end,
                                bool *ret_came)
{
    struct core_q_part_before_row row;
    bool found = false;
    if (id < *first || id >= *end) {
        TRY(core_q_part_before(x->tmp, x->r, x->options->realm, noun, id, &row, &found));
        *first = found ? row.first_id : 0;
        *end = found ? row.first_id + row.n : 0;
    }
    *ret_came = id >= *first && id < *end;
    return NULL;
}

/* Every row of the table belongs to a noun that some event or part names. */
static struct err *check_rows_have_events(struct auditing *x, const struct db_fact_table *t)
{
    int64_t ids[IDS];
    size_t n = IDS;
    int64_t after = INT64_MIN;
    int64_t first = 0;
    int64_t end = 0;
    while (n == IDS && !is_found(x)) {
        arena_clear(x->tmp);
        TRY(db_fact_ids(x->tmp, x->r, t, x->options->realm, after, ids, IDS, &n));
        for (size_t i = 0; i < n && !is_found(x); i++) {
            struct core_q_event_state_of_row row;
            bool found;
            after = ids[i];
            arena_clear(x->tmp);
            TRY(came_in_bulk(x, str_c(t->noun), ids[i], &first, &end, &found));
            if (found)
                continue;
            TRY(core_q_event_state_of(x->tmp, x->r, x->options->realm, str_c(t->noun), ids[i], &row, &found));
            if (!found)
                FINDING(x, "%s: there are rows of %s %lld, and no event ever named it", t->table, t->noun,
                        (long long)ids[i]);
        }
    }
    return NULL;
}

/* == objects == */

static struct err *check_object(void *user, struct str hash, int64_t size)
{
    struct auditing *x = user;
    uint8_t name[HASH_BYTES];
    struct str bytes;
    if (is_found(x))
        return NULL;
    arena_clear(x->tmp);
    struct str hex = str_hex(x->tmp, hash.p, hash.n);
    if (hash.n != HASH_BYTES || size < 0) {
        FINDING(x, "objects: %.*s is no name of an object", STR_FMT(hex));
        return NULL;
    }
    memcpy(name, hash.p, HASH_BYTES);
    x->report->objects++;
    struct err *e = document_get(x->tmp, x->options->objects_dir, name, size, &bytes);
    if (e)
        FINDING(x, "objects: %.*s: %s", STR_FMT(hex), err_text(x->tmp, e).p);
    else if ((int64_t)bytes.n != size)
        FINDING(x, "objects: %.*s has %zu bytes, and its row says %lld", STR_FMT(hex), bytes.n, (long long)size);
    return NULL;
}

static struct err *check_objects(struct auditing *x)
{
    struct arena *rows = arena_new("audit_objects", 0);
    struct err *e = NULL;
    for (size_t i = 0; i < x->options->n_institutions && !e && !is_found(x); i++) {
        const struct institution *slice = x->options->institutions[i];
        if (slice->objects)
            e = slice->objects(rows, x->r, x->options->realm, check_object, x);
    }
    if (e)
        e = ERR(x->a, e->code, "%s", err_text(x->a, e).p);
    arena_free(rows);
    return e;
}

/* == all of it == */

static struct err *run(struct auditing *x)
{
    struct core_q_head_last_row last;
    bool found;
    TRY(core_q_head_last(x->tmp, x->r, x->options->realm, &last, &found));
    x->all = found ? last.size : 0;
    TRY(check_realms(x));
    if (!is_found(x))
        TRY(check_journal(x));
    if (!is_found(x))
        TRY(check_nouns(x));
    if (!is_found(x))
        TRY(check_parts(x));
    for (int i = 0; i < x->schema->n_facts && !is_found(x); i++)
        TRY(check_rows_have_events(x, &x->schema->facts[i]));
    if (!is_found(x) && x->options->objects_dir.p)
        TRY(check_objects(x));
    return NULL;
}

struct err *audit(struct arena *a, struct db_read *r, const struct audit_options *options,
                  struct audit_report *ret_report)
{
    *ret_report = (struct audit_report){0};
    struct auditing x = {.a = a, .tmp = arena_new("audit", 0), .r = r, .schema = db_schema_of(r->db),
                         .options = options, .report = ret_report};
    struct err *e = db_read_begin(a, r);
    if (!e) {
        e = run(&x);
        if (e)
            e = ERR(a, e->code, "%s", err_text(a, e).p); /* its texts may lie in tmp */
        db_read_end(r);
    }
    ret_report->is_sound = !e && !is_found(&x);
    arena_free(x.tmp);
    return e;
}
