/* SPDX-License-Identifier: AGPL-3.0-or-later
 *
 * import.c - one file from its first byte to the last row that is settled.
 *
 * Two jobs are in hand: the writer takes one while this thread reads, parses and prepares the next. A row is settled
 * when the transaction is durable that took it or counted its rejection; core_import says how many are, so the next run
 * of the same file skips them. Rejects are written and synced before that transaction, and cut back to what it counted
 * when a run starts again: rejects.csv says each row once.
 *
 * How many rows a job has follows from who else writes: alone, 500; while citizens write, as many as the writer settles
 * in a slice of some milliseconds. The jobs are patient: the writer takes one when no citizen's job waits, so that nobody
 * stands behind more than one of them.
 */
#include "core/import_private.h"

#include <errno.h>
#include <stdarg.h>
#include <stdatomic.h>
#include <stdio.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <time.h>
#include <unistd.h>

#include "base/clock.h"
#include "base/fold.h"
#include "base/hasher.h"
#include "base/json.h"
#include "core/institution.h"
#include "core/series.h"
#include "gen/core_queries.h"

#define JOB_BYTES (4 * ARENA_MIB)   /* of the file in one job, about */
#define JOB_MEMORY (256 * ARENA_MIB)
#define WHOLE_BYTES (128 * ARENA_MIB) /* of a file that is held whole */
#define JOB_MIN 25                  /* rows, however long they take */
#define SLICE_MIN_US 4000           /* of the writer for a job before its commit, while others write */
#define SLICE_MAX_US 16000
#define CARRY_MAX 20000             /* rejected rows that may wait for a job to count them */
#define REJECTS_MAX (64 * ARENA_MIB)
#define PROGRESS_MS 200
#define PREVIEW_ROWS 2

/* Rows that are read, and the job that takes them. */
struct batch {
    struct arena *a;
    struct import_job job;
    struct buf rejects; /* lines for rejects.csv, not yet written */
    int64_t n_rows;     /* of the file, rejected ones too */
    int64_t n_rejected;
    bool is_last;       /* the file ends behind it */
    struct action x;
};

/* What is settled, or will be with the running job. */
struct totals {
    int64_t rows, taken, same, changed, rejected, rejects_size;
};

struct import {
    int own_fd; /* the table that a file of another form became; -1: none */
    struct arena *a;
    struct site *site;
    const struct import_order *order;
    const struct import_kind *kind;
    struct import_report *report;
    struct arena *report_arena;
    struct import_source source;
    struct import_map map;
    struct str reading;
    struct hash hash;
    int64_t size;
    struct csv_reader *csv;
    struct db_read *read;
    void *state;
    struct batch batches[2];
    struct batch *running; /* with the writer; NULL: none */
    struct totals settled, next;
    struct buf preview_buf;
    struct json preview;
    int n_preview;
    size_t want;           /* rows of the next job */
    int64_t begun;         /* ms, of the first row */
    int64_t told_at;
    bool is_stopped;
};

static atomic_flag one_at_a_time = ATOMIC_FLAG_INIT;

/* == what a kind may ask == */

struct site *import_site(const struct import *i)
{
    return i->site;
}

struct db_read *import_reader(const struct import *i)
{
    return i->read;
}

const struct import_source *import_source(const struct import *i)
{
    return &i->source;
}

void *import_state(const struct import *i)
{
    return i->state;
}

void import_set_state(struct import *i, void *state)
{
    i->state = state;
}

struct arena *import_arena(const struct import *i)
{
    return i->a;
}

void import_reject(struct import_job *job, struct import_row *row, size_t field, const char *fmt, ...)
{
    char text[1024];
    va_list ap;
    if (row->rejected)
        return;
    va_start(ap, fmt);
    int n = vsnprintf(text, sizeof text, fmt, ap);
    va_end(ap);
    row->rejected = str_dup(job->a, (struct str){text, n < 0 ? 0 : (size_t)n < sizeof text ? (size_t)n : sizeof text - 1}).p;
    row->rejected_field = field;
}

const struct import_kind *import_find(const struct institution *const *institutions, size_t n, struct str noun)
{
    for (size_t i = 0; i < n; i++)
        for (size_t k = 0; k < institutions[i]->n_imports; k++)
            if (str_eq(str_c(institutions[i]->imports[k]->noun), noun))
                return institutions[i]->imports[k];
    return NULL;
}

/* == the file == */

static struct err *read_some(void *user, char *bytes, size_t max, size_t *ret_n)
{
    struct import *i = user;
    for (;;) {
        ssize_t n = read(i->order->fd, bytes, max);
        if (n < 0 && errno == EINTR)
            continue;
        if (n < 0)
            return ERR(i->a, ERR_IO, "%.*s: %s", STR_FMT(i->order->file), strerror(errno));
        *ret_n = (size_t)n;
        return NULL;
    }
}

/* Size and hash of the file, from its beginning. */
static struct err *take_hash(struct import *i)
{
    struct stat st;
    struct hasher h;
    char *bytes = arena_alloc(i->a, 64 * ARENA_KIB);
    size_t n = 1;
    if (fstat(i->order->fd, &st) != 0 || !S_ISREG(st.st_mode) || lseek(i->order->fd, 0, SEEK_SET) != 0)
        return ERR(i->a, ERR_INPUT, "%.*s: expected a file that can be read twice, not a pipe or a folder",
                   STR_FMT(i->order->file));
    i->size = st.st_size;
    hasher_begin(&h);
    while (n > 0) {
        TRY(read_some(i, bytes, 64 * ARENA_KIB, &n));
        hasher_add(&h, bytes, n);
    }
    i->hash = hasher_end(&h);
    if (lseek(i->order->fd, 0, SEEK_SET) != 0)
        return ERR(i->a, ERR_IO, "%.*s: %s", STR_FMT(i->order->file), strerror(errno));
    return NULL;
}

static struct err *separator_of(struct arena *a, struct str name, char *ret)
{
    *ret = 0;
    if (!name.p || name.n == 0)
        return NULL;
    if (str_eq(name, S("tab")) || str_eq(name, S("\t")))
        *ret = '\t';
    else if (str_eq(name, S(",")) || str_eq(name, S(";")))
        *ret = name.p[0];
    else
        return ERR(a, ERR_INPUT, "--separator %.*s: expected \",\", \";\" or tab", STR_FMT(name));
    return NULL;
}

static struct err *open_file(struct import *i)
{
    const struct import_order *o = i->order;
    struct csv_options options = {.encoding = o->encoding.n > 0 ? str_to_c(i->a, o->encoding) : NULL};
    struct csv_row header;
    bool more;
    TRY(separator_of(i->a, o->separator, &options.separator));
    TRY(csv_open(i->a, read_some, i, &options, &i->csv));
    TRY(csv_next(i->a, i->csv, &header, &more));
    if (!more)
        return ERR(i->a, ERR_INPUT, "%.*s is empty; expected a line with the names of the columns", STR_FMT(o->file));
    if (header.problem)
        return ERR(i->a, ERR_INPUT, "%.*s, line %lld, column %lld: %s", STR_FMT(o->file), (long long)header.problem_line,
                   (long long)header.problem_column, header.problem);
    for (size_t c = 0; c < header.n_fields; c++)
        header.fields[c] = str_trim(header.fields[c]);
    struct err *e = import_map_make(i->a, o, header.fields, header.n_fields, i->site->tz, &i->map);
    return e ? WRAP(i->a, e, "%.*s", STR_FMT(o->file)) : NULL;
}

/* Everything that decides how the file is understood. */
static struct str reading_of(struct import *i)
{
    const struct import_order *o = i->order;
    char separator[2] = {csv_separator(i->csv), 0};
    struct buf b;
    struct json j;
    buf_init(&b, i->a, ARENA_MIB);
    json_begin(&j, &b);
    json_object(&j);
    json_put_raw(&j, "columns", import_map_json(i->a, &i->map));
    json_put_str(&j, "set", o->set);
    json_put_str(&j, "html", o->html);
    json_put_str(&j, "encoding", o->encoding);
    json_put_str(&j, "separator", str_dup(i->a, str_c(separator)));
    json_put_str(&j, "empty", o->empty);
    json_put_bool(&j, "month_first", o->is_month_first);
    json_object_end(&j);
    json_end(&j);
    return str_dup(i->a, buf_view(&b));
}

/* == rejects == */

static struct err *rejects_write(struct import *i, struct str bytes)
{
    while (bytes.n > 0) {
        ssize_t n = write(i->order->rejects_fd, bytes.p, bytes.n);
        if (n < 0 && errno == EINTR)
            continue;
        if (n <= 0)
            return ERR(i->a, ERR_IO, "rejects.csv: %s", strerror(errno));
        bytes = str_slice(bytes, (size_t)n, bytes.n);
    }
    return NULL;
}

/* Cut rejects.csv to what is settled; a fresh one gets its header with the first reject. */
static struct err *rejects_begin(struct import *i)
{
    struct stat st;
    int fd = i->order->rejects_fd;
    if (fd < 0)
        return NULL;
    if (fstat(fd, &st) != 0)
        return ERR(i->a, ERR_IO, "rejects.csv: %s", strerror(errno));
    int64_t size = i->settled.rejects_size;
    if (st.st_size < size)
        size = i->settled.rejects_size = 0; /* that of the earlier run lies elsewhere: begin a new one */
    if (ftruncate(fd, size) != 0 || lseek(fd, size, SEEK_SET) != size)
        return ERR(i->a, ERR_IO, "rejects.csv: %s", strerror(errno));
    return NULL;
}

static void rejects_header(struct import *i, struct buf *b)
{
    for (size_t c = 0; c < i->map.n_header; c++)
        csv_put(b, c == 0, i->map.header[c]);
    csv_put(b, false, S("line"));
    csv_put(b, false, S("field"));
    csv_put(b, false, S("reason"));
    csv_put_end(b);
}

/* A line of rejects.csv: the row as it was, then where and why. */
static void rejects_add(struct import *i, struct batch *b, const struct csv_row *csv, int64_t line, struct str field,
                        const char *why)
{
    struct buf *out = &b->rejects;
    struct import_report *r = i->report;
    b->n_rejected++;
    if (r->n_told < IMPORT_TOLD)
        r->told[r->n_told++] = (struct import_told){line, str_dup(i->report_arena, field),
                                                    str_dup(i->report_arena, str_c(why))};
    if (i->order->rejects_fd < 0)
        return;
    if (i->next.rejects_size == 0 && out->n == 0)
        rejects_header(i, out);
    for (size_t c = 0; c < i->map.n_header; c++) {
        struct str value = csv->n_fields > 0 ? (c < csv->n_fields ? csv->fields[c] : S(""))
                                             : (c == 0 ? csv->raw : S("")); /* a row that is not one, whole */
        csv_put(out, c == 0, value);
    }
    csv_put(out, false, str_printf(b->a, "%lld", (long long)line));
    csv_put(out, false, field);
    csv_put(out, false, str_c(why));
    csv_put_end(out);
}

/* Before the transaction that counts them. */
static struct err *rejects_flush(struct import *i, struct batch *b)
{
    if (b->rejects.n == 0)
        return NULL;
    TRY(buf_check(&b->rejects, "the rejects of one job"));
    TRY(rejects_write(i, buf_view(&b->rejects)));
    if (!i->order->is_dry_run && fdatasync(i->order->rejects_fd) != 0)
        return ERR(i->a, ERR_IO, "rejects.csv: %s", strerror(errno));
    i->next.rejects_size += (int64_t)b->rejects.n;
    return NULL;
}

/* == rows == */

static struct str field_name(const struct import *i, size_t field)
{
    return field < i->kind->n_fields ? str_c(i->kind->fields[field].name) : S("");
}

/* The name of the field that column `c` fills, else that of the column. */
static struct str column_name(const struct import *i, size_t c)
{
    for (size_t f = 0; f < i->kind->n_fields; f++)
        if (i->map.column[f] == c)
            return str_c(i->kind->fields[f].name);
    return c < i->map.n_header ? i->map.header[c] : S("");
}

/* Is anything wrong with the row itself? */
static const char *row_problem(struct arena *a, const struct import *i, const struct csv_row *row)
{
    if (row->problem)
        return str_printf(a, "line %lld, column %lld: %s", (long long)row->problem_line, (long long)row->problem_column,
                          row->problem).p;
    if (row->n_fields != i->map.n_header)
        return str_printf(a, "expected %zu fields as in the first line, and there are %zu", i->map.n_header,
                          row->n_fields).p;
    return NULL;
}

static void add_row(struct import *i, struct batch *b, const struct csv_row *csv)
{
    const char *why = row_problem(b->a, i, csv);
    if (why) {
        rejects_add(i, b, csv, csv->line, csv->problem_field == SIZE_MAX ? S("") : column_name(i, csv->problem_field), why);
        return;
    }
    struct import_value *values = ARENA_ARRAY(b->a, i->kind->n_fields, struct import_value);
    for (size_t f = 0; f < i->kind->n_fields; f++) {
        values[f] = i->map.constant[f];
        if (i->map.column[f] == NO_COLUMN)
            continue;
        why = import_parse(b->a, &i->map, f, csv->fields[i->map.column[f]], &values[f]);
        if (why) {
            rejects_add(i, b, csv, csv->line, field_name(i, f), why);
            return;
        }
    }
    struct csv_row *kept = ARENA_NEW(b->a, struct csv_row);
    *kept = *csv;
    b->job.rows[b->job.n++] = (struct import_row){.line = csv->line, .v = values, .csv = kept};
}

static struct err *grow(struct import *i, struct batch *b, size_t *cap)
{
    if (b->job.n < *cap)
        return NULL;
    if (i->kind->is_whole && b->job.n >= IMPORT_WHOLE)
        return ERR(i->a, ERR_LIMIT, "%s: the file has more than %d rows; such a file is held whole", i->kind->noun,
                   IMPORT_WHOLE);
    size_t more = *cap * 2;
    b->job.rows = arena_grow(b->a, b->job.rows, *cap * sizeof *b->job.rows, more * sizeof *b->job.rows);
    *cap = more;
    return NULL;
}

/* Read the rows of the next job. */
static struct err *read_batch(struct import *i, struct batch *b)
{
    size_t cap = i->kind->is_whole ? 1024 : i->want;
    int64_t from = csv_offset(i->csv);
    bool more = true;
    arena_clear(b->a);
    b->job = (struct import_job){.a = b->a, .import = i, .rows = ARENA_ARRAY(b->a, cap, struct import_row)};
    buf_init(&b->rejects, b->a, REJECTS_MAX);
    b->n_rows = b->n_rejected = 0;
    for (;;) {
        struct csv_row row;
        bool is_full = i->kind->is_whole ? csv_offset(i->csv) - from > (int64_t)WHOLE_BYTES
                                         : b->job.n >= cap || csv_offset(i->csv) - from > (int64_t)JOB_BYTES ||
                                               b->n_rejected >= CARRY_MAX;
        if (is_full && i->kind->is_whole)
            return ERR(i->a, ERR_LIMIT, "%s: the file is larger than is held whole", i->kind->noun);
        if (is_full)
            break;
        TRY(csv_next(b->a, i->csv, &row, &more));
        if (!more)
            break;
        b->n_rows++;
        TRY(grow(i, b, &cap));
        add_row(i, b, &row);
    }
    b->is_last = !more;
    return NULL;
}

static void preview_row(struct import *i, const struct import_row *row)
{
    json_object(&i->preview);
    json_put_int(&i->preview, "line", row->line);
    for (size_t f = 0; f < i->kind->n_fields; f++)
        if (row->v[f].text.p)
            json_put_str(&i->preview, i->kind->fields[f].name, str_slice(row->v[f].text, 0, row->v[f].text.n));
    json_object_end(&i->preview);
    i->n_preview++;
}

/* Let the kind look at the rows; what it rejects leaves the job. */
static struct err *prepare(struct import *i, struct batch *b)
{
    struct import_job *job = &b->job;
    size_t n = 0;
    for (size_t k = 0; k < job->n && i->n_preview < PREVIEW_ROWS; k++)
        preview_row(i, &job->rows[k]);
    if (job->n > 0) {
        TRY(db_read_begin(b->a, i->read));
        struct err *e = i->kind->prepare(job);
        db_read_end(i->read);
        TRY(e);
    }
    for (size_t k = 0; k < job->n; k++) {
        struct import_row *row = &job->rows[k];
        if (row->rejected)
            rejects_add(i, b, row->csv, row->line, field_name(i, row->rejected_field), row->rejected);
        else
            job->rows[n++] = *row;
    }
    job->n = n;
    return NULL;
}

/* == jobs == */

static struct str event_detail(struct action *x, const struct import *i, const struct batch *b)
{
    struct buf out;
    struct json j;
    buf_init(&out, x->a, 16 * ARENA_KIB);
    json_begin(&j, &out);
    json_object(&j);
    json_put_str(&j, "noun", str_c(i->kind->noun));
    json_put_str(&j, "source", i->source.name);
    json_put_int(&j, "rows", b->n_rows);
    json_put_int(&j, "taken", (int64_t)b->job.n);
    json_put_int(&j, "rejected", b->n_rejected);
    json_object_end(&j);
    json_end(&j);
    return buf_view(&out);
}

static struct err *add_import(struct action *x, struct import *i)
{
    struct core_q_import_add_args row = {
        .realm = x->site->realm,
        .noun = str_c(i->kind->noun),
        .source = i->source.name,
        .file = i->source.file,
        .size = i->size,
        .hash = hash_str(&i->hash),
        .reading = i->reading,
        .begun_at = x->now,
    };
    TRY(series_next(x, S("core_import.id"), &row.id));
    i->source.id = row.id;
    return core_q_import_add(x->a, x->tx, &row, NULL);
}

/* The verb of a job. */
static struct err *take_batch(struct action *x)
{
    struct import *i = x->command;
    struct batch *b = x->user;
    if (i->source.id == 0)
        TRY(add_import(x, i));
    if (b->job.n > 0)
        TRY(i->kind->take(x, &b->job));
    struct core_q_import_move_args row = {
        .rows_done = i->next.rows,
        .taken = i->next.taken,
        .same = i->next.same,
        .rejected = i->next.rejected,
        .rejects_size = i->next.rejects_size,
        .ended_at = {b->is_last, b->is_last ? x->now : 0},
        .realm = x->site->realm,
        .id = i->source.id,
    };
    TRY(core_q_import_move(x->a, x->tx, &row, NULL));
    struct event *e = ARENA_NEW(x->a, struct event);
    *e = (struct event){
        .noun = S("import"),
        .noun_id = i->source.id,
        .verb = b->is_last ? S("ended") : S("taken"),
        .actor = x->who,
        .detail = event_detail(x, i, b),
        .part_noun = b->job.part_n > 0 ? b->job.part_noun : (struct str){0},
        .part_first = b->job.part_first,
        .part_n = b->job.part_n,
    };
    return journal_append(x->site->journal, x->tx, e);
}

static size_t between(size_t least, size_t n, size_t most)
{
    return n < least ? least : n > most ? most : n;
}

/* How many rows the next job should have, now that one held the writer so long: about as long as its commit does, since
 * on a slow disk the sync is what others wait for. A job that was held up by chance (the processor or the disk was
 * somebody else's) halves the rows at most; they come back by a quarter a job. */
static void adapt(struct import *i, const struct batch *b)
{
    size_t held = b->x.ran_us > 0 ? (size_t)b->x.ran_us : 1;
    size_t slice = between(SLICE_MIN_US, (size_t)b->x.commit_us, SLICE_MAX_US);
    if (!db_is_busy(i->site->db))
        i->want = between(JOB_MIN, i->want * 2, IMPORT_JOB);
    else if (b->job.n > 0)
        i->want = between(JOB_MIN, between(i->want / 2, b->job.n * slice / held, i->want + i->want / 4), IMPORT_JOB);
}

/* Wait for the job that runs, if one does. */
static struct err *settle(struct import *i)
{
    struct batch *b = i->running;
    if (!b)
        return NULL;
    i->running = NULL;
    struct err *e = action_wait(&b->x);
    if (e)
        return ERR(i->a, e->code, "%.*s", STR_FMT(err_text(i->a, e)));
    adapt(i, b);
    i->settled = i->next;
    return NULL;
}

/* Hand the job to the writer; a full queue is waited for. */
static struct err *start(struct import *i, struct batch *b)
{
    struct err *e;
    do {
        b->x = (struct action){.command = i, .user = b, .needs_space = true, .is_patient = true};
        e = action_start(b->a, i->site, actor_operator(), take_batch, &b->x);
        if (e && e->code == ERR_BUSY && !db_takes_writes(i->site->db))
            return ERR(i->a, ERR_BUSY, "the server stops or its disk is short; the import can go on later");
        if (e && e->code == ERR_BUSY)
            (void)nanosleep(&(struct timespec){.tv_nsec = 20000000}, NULL);
    } while (e && e->code == ERR_BUSY);
    if (e)
        return ERR(i->a, e->code, "%.*s", STR_FMT(err_text(i->a, e)));
    i->running = b;
    return NULL;
}

static void count(struct import *i, const struct batch *b)
{
    i->next.rows += b->n_rows;
    i->next.taken += (int64_t)b->job.n - (int64_t)b->job.same;
    i->next.same += (int64_t)b->job.same;
    i->next.changed += (int64_t)b->job.changed;
    i->next.rejected += b->n_rejected;
}

static void tell(struct import *i, bool is_forced)
{
    int64_t now = clock_monotonic();
    if (!i->order->progress || (!is_forced && now - i->told_at < PROGRESS_MS))
        return;
    i->told_at = now;
    struct import_progress p = {i->next.rows, i->next.rejected, csv_offset(i->csv), i->size, now - i->begun};
    i->is_stopped = !i->order->progress(i->order->user, &p) || i->is_stopped;
}

/* == all rows == */

/* A file that is taken whole or not at all: one reject rejects it. */
static bool is_refused_whole(const struct import *i, const struct batch *b)
{
    return i->kind->is_whole && b->n_rejected > 0;
}

static struct err *run_rows(struct import *i)
{
    bool is_last = false;
    for (int turn = 0; !is_last && !i->is_stopped; turn ^= 1) {
        struct batch *b = &i->batches[turn];
        TRY(read_batch(i, b));
        TRY(prepare(i, b));
        is_last = b->is_last;
        TRY(settle(i));
        if (is_refused_whole(i, b))
            b->job.n = b->job.same = b->job.changed = 0;
        TRY(rejects_flush(i, b));
        count(i, b);
        bool is_nothing = b->n_rows == 0 && !is_last;
        if (!i->order->is_dry_run && !is_refused_whole(i, b) && !is_nothing)
            TRY(start(i, b));
        else
            i->settled = i->next;
        tell(i, is_last);
    }
    return settle(i);
}

/* Skip what earlier runs settled. */
static struct err *skip(struct import *i, int64_t rows)
{
    struct batch *b = &i->batches[0];
    struct csv_row row;
    bool more = true;
    for (int64_t k = 0; k < rows && more; k++) {
        if (k % IMPORT_JOB == 0)
            arena_clear(b->a);
        TRY(csv_next(b->a, i->csv, &row, &more));
    }
    return more ? NULL : ERR(i->a, ERR_CORRUPT, "the file has fewer rows than were settled");
}

/* Was this file taken before, wholly or in part? */
static struct err *find_earlier(struct import *i, bool *ret_is_done)
{
    struct core_q_import_of_file_row row;
    bool found;
    *ret_is_done = false;
    if (i->order->is_again || i->order->is_dry_run || i->kind->is_whole)
        return NULL;
    TRY(core_q_import_of_file(i->a, i->read, i->site->realm, str_c(i->kind->noun), hash_str(&i->hash), &row, &found));
    if (!found || (row.ended_at.has && row.taken == 0))
        return NULL; /* one that took nothing, for want of a body perhaps, was none */
    *ret_is_done = i->report->is_known = row.ended_at.has;
    i->report->known_at = row.ended_at.v;
    i->source.id = row.id;
    i->settled = (struct totals){.rows = row.rows_done, .taken = row.taken, .same = row.same, .rejected = row.rejected,
                                 .rejects_size = row.rejects_size};
    if (*ret_is_done)
        return NULL;
    if (!str_eq(row.reading, i->reading) || !str_eq(row.source, i->source.name))
        return ERR(i->a, ERR_CONFLICT, "%.*s was begun with other columns or another source (import %lld, %lld rows "
                   "settled); give the same options to go on, or --again to take it from the beginning as a new import",
                   STR_FMT(i->source.file), (long long)row.id, (long long)row.rows_done);
    i->report->resumed_at = row.rows_done;
    return skip(i, row.rows_done);
}

static void fill_report(struct import *i)
{
    struct import_report *r = i->report;
    r->id = i->source.id;
    r->rows = i->settled.rows;
    r->taken = i->settled.taken;
    r->same = i->settled.same;
    r->changed = i->settled.changed;
    r->rejected = i->settled.rejected;
    r->is_stopped = i->is_stopped;
    r->ms = i->begun ? clock_monotonic() - i->begun : 0;
    r->columns = i->map.header ? import_map_json(i->report_arena, &i->map) : S("{}");
    if (i->preview.depth > 0) {
        json_array_end(&i->preview);
        json_end(&i->preview);
        r->preview = str_dup(i->report_arena, buf_view(&i->preview_buf));
    }
}

/* A file in the kind's own form becomes a table in memory, and the order one of that. */
static struct err *convert(struct import *i)
{
    const struct import_kind *k = i->kind;
    struct import_order *table = ARENA_NEW(i->a, struct import_order);
    struct stat st;
    struct str csv;
    size_t n = 0;
    size_t got = 1;
    if (!k->convert || !str_ends(i->order->file, str_c(k->form)))
        return NULL;
    if (fstat(i->order->fd, &st) != 0 || !S_ISREG(st.st_mode) || lseek(i->order->fd, 0, SEEK_SET) != 0)
        return ERR(i->a, ERR_INPUT, "%.*s: expected a file, not a pipe or a folder", STR_FMT(i->order->file));
    size_t max = k->form_max > 0 ? k->form_max : IMPORT_FORM_MAX;
    if (st.st_size > (off_t)max)
        return ERR(i->a, ERR_INPUT, "%.*s: %lld bytes; at most %zu of a %s file are read", STR_FMT(i->order->file),
                   (long long)st.st_size, max, k->form);
    char *bytes = arena_alloc(i->a, (size_t)st.st_size + 1);
    for (; got > 0 && n < (size_t)st.st_size; n += got)
        TRY(read_some(i, bytes + n, (size_t)st.st_size - n, &got));
    struct err *e = k->convert(i, (struct str){bytes, n}, &csv);
    if (e)
        return WRAP(i->a, e, "%.*s", STR_FMT(i->order->file));
    int fd = memfd_create("birge-import", MFD_CLOEXEC);
    if (fd < 0)
        return ERR(i->a, ERR_IO, "no memory file: %s", strerror(errno));
    i->own_fd = fd;
    for (size_t done = 0; done < csv.n;) {
        ssize_t w = write(fd, csv.p + done, csv.n - done);
        if (w <= 0)
            return ERR(i->a, ERR_IO, "the table of %.*s: %s", STR_FMT(i->order->file), strerror(errno));
        done += (size_t)w;
    }
    *table = *i->order;
    table->fd = fd;
    table->map = (struct str){0};
    table->encoding = (struct str){0};
    table->separator = S(",");
    i->order = table;
    return NULL;
}

static struct err *run(struct import *i)
{
    bool is_done;
    TRY(db_reader(i->a, i->site->db, &i->read));
    TRY(convert(i));
    TRY(take_hash(i));
    TRY(open_file(i));
    i->reading = reading_of(i);
    buf_init(&i->preview_buf, i->a, 8 * ARENA_MIB);
    json_begin(&i->preview, &i->preview_buf);
    json_array(&i->preview);
    TRY(find_earlier(i, &is_done));
    if (is_done)
        return NULL;
    TRY(rejects_begin(i));
    i->next = i->settled;
    i->begun = clock_monotonic();
    if (i->kind->begin)
        TRY(i->kind->begin(i));
    return run_rows(i);
}

struct err *import_run(struct arena *a, struct site *site, const struct import_order *order,
                       struct import_report *ret_report)
{
    *ret_report = (struct import_report){.columns = S("{}"), .preview = S("[]")};
    if (atomic_flag_test_and_set(&one_at_a_time))
        return ERR(a, ERR_BUSY, "another import runs; one at a time");
    struct arena *own = arena_new("import", 0);
    struct import *i = ARENA_NEW(own, struct import);
    *i = (struct import){.a = own, .site = site, .order = order, .kind = order->kind, .report = ret_report,
                         .report_arena = a, .want = 100, .own_fd = -1};
    i->source.file = order->file;
    i->source.name = order->source.n > 0 ? order->source : order->file;
    for (int k = 0; k < 2; k++)
        i->batches[k].a = arena_new("import job", JOB_MEMORY);
    struct err *e = run(i);
    if (i->running) { /* something failed while the writer had a job: it must not outlive its memory */
        struct err *late = settle(i);
        e = e ? e : late;
    }
    fill_report(i);
    if (e)
        e = ERR(a, e->code, "%.*s", STR_FMT(err_text(a, e)));
    for (int k = 0; k < 2; k++)
        arena_free(i->batches[k].a);
    if (i->own_fd >= 0)
        (void)close(i->own_fd);
    arena_free(own);
    atomic_flag_clear(&one_at_a_time);
    return e;
}
