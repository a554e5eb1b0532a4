/* SPDX-License-Identifier: AGPL-3.0-or-later
 *
 * import_appeals.c - cases that another system kept, taken in with their own dates.
 *
 * A case that comes in bulk gets a number of ours, and the number it had beside it; no code and no receipt, since
 * nobody sent it here. Its due date follows from its own day of receipt under the law that was in force then, so what
 * is overdue there is overdue here. One that was answered there is closed: the answer is kept as it was, and claims
 * none of the blocks that an answer of ours must have.
 *
 * Everything that needs no transaction (bodies, law, language, dates) is settled on the import's own thread; the writer
 * only stores.
 *
 * Keeps:  a case of one source comes in once; a row is taken whole or told; holders are open bodies.
 */
#include "institutions/reception/import_appeals.h"

#include <stdlib.h>
#include <string.h>

#include "algo/language.h"
#include "algo/number.h"
#include "base/clock.h"
#include "base/fold.h"
#include "core/calendar.h"
#include "core/series.h"
#include "core/trace.h"
#include "gen/reception_queries.h"
#include "institutions/reception/actions_private.h"
#include "institutions/reception/store_figures.h"

enum field {
    F_NUMBER, F_SUBJECT, F_TEXT, F_LANGUAGE, F_KIND, F_BODY, F_RECEIVED, F_DUE, F_STATE, F_ANSWERED, F_ANSWER,
    F_ANSWERED_BY, F_THEME, F_CATEGORY, F_PLACE, F_NAME, F_EMAIL, F_PHONE, F_ADDRESS, N_FIELDS,
};

static const char *const languages[] = {"kk", "ru", "en", NULL};
static const char *const states[] = {
    "open=acknowledged=new=registered=assigned=in progress=открыто=открыт=в работе=ашық=жұмыста",
    "answered=closed=archived=resolved=fixed=refused=solved=закрыто=закрыт=решено=отвечено=жабық=жабылды=жауап берілді",
    NULL,
};

static const struct import_field fields[N_FIELDS] = {
    [F_NUMBER] = {"number", "its number in the other system; a case with the same source and number comes in once",
                  IMPORT_LINE, .max = 100},
    [F_SUBJECT] = {"subject", "what it is about; the beginning of the text when there is none", IMPORT_LINE},
    [F_TEXT] = {"text", "the words of the appeal", IMPORT_TEXT, .is_required = true},
    [F_LANGUAGE] = {"language", "detected when not given", IMPORT_WORD, .words = languages},
    [F_KIND] = {"kind", "code or name of a kind of the profile; its standard when not given", IMPORT_LINE},
    [F_BODY] = {"body", "code or name of the body that holds it, in any language", IMPORT_LINE, .is_required = true},
    [F_RECEIVED] = {"received", "when it was received; the day of the import when not given", IMPORT_TIME},
    [F_DUE] = {"due", "last day for the answer; counted from the day of receipt when not given", IMPORT_DATE},
    [F_STATE] = {"state", "open or answered; open when not given", IMPORT_WORD, .words = states},
    [F_ANSWERED] = {"answered", "when it was answered; needed for what is not open", IMPORT_TIME},
    [F_ANSWER] = {"answer", "the answer as it was given", IMPORT_TEXT},
    [F_ANSWERED_BY] = {"answered_by", "who gave it, an office or body", IMPORT_LINE},
    [F_THEME] = {"theme", "as the other system sorted it", IMPORT_LINE, .max = 300},
    [F_CATEGORY] = {"category", "as the other system sorted it", IMPORT_LINE, .max = 300},
    [F_PLACE] = {"place", "address or place that it is about", IMPORT_LINE, .max = 500},
    [F_NAME] = {"name", "who wrote", IMPORT_LINE},
    [F_EMAIL] = {"email", "of who wrote; no letter is sent", IMPORT_LINE, .max = 254},
    [F_PHONE] = {"phone", "of who wrote", IMPORT_LINE, .max = 40},
    [F_ADDRESS] = {"address", "of who wrote", IMPORT_LINE, .max = 500},
};

#define SUBJECT_MADE 100 /* characters of the text that become the subject */
#define SUGGESTIONS 200  /* unknown names that are answered with the nearest; more cost too much */

/* A name that a body can be called by, folded. */
struct name {
    struct str folded;
    const struct body *body;
    bool is_ambiguous;
};

/* The terms of appeals that were received at the same moment are the same: files with dates alone hold many. */
#define TERMS 4096
struct term {
    bool is_used;
    const struct profile_kind *kind;
    int64_t received_at;
    struct str registered_on, due_on, trace, tag;
};

struct state {
    struct directory *directory;
    struct calendar *calendar;
    struct name *names; /* by folded name */
    size_t n_names;
    int n_suggested;
    int64_t now;
    int32_t today;
    struct arena *terms_arena;
    struct term *terms;
    struct arena *seen_arenas[2]; /* numbers of the last two jobs: the older may not be durable yet */
    struct str *seen[2];
    size_t n_seen[2];
    int turn;
};

/* A row that is ready to be stored. */
struct ready {
    struct str number, subject, text, language, language_source, kind, body_name;
    const struct body *body;
    int64_t received_at;
    const struct term *term; /* in the job's arena */
    enum appeal_state appeal_state;
    int64_t closed_at;
    bool is_late;
};

/* == names of bodies == */

static int compare_names(const void *a, const void *b)
{
    return str_cmp(((const struct name *)a)->folded, ((const struct name *)b)->folded);
}

static void collect_names(struct arena *a, struct state *s)
{
    s->names = ARENA_ARRAY(a, s->directory->n_bodies * 4, struct name);
    for (size_t i = 0; i < s->directory->n_bodies; i++) {
        const struct body *b = &s->directory->bodies[i];
        const struct str all[] = {b->code, b->name.kk, b->name.ru, b->name.en};
        for (size_t k = 0; k < 4; k++)
            if (all[k].n > 0)
                s->names[s->n_names++] = (struct name){.folded = fold(a, all[k]), .body = b};
    }
    qsort(s->names, s->n_names, sizeof s->names[0], compare_names);
    for (size_t i = 1; i < s->n_names; i++)
        if (str_eq(s->names[i - 1].folded, s->names[i].folded) && s->names[i - 1].body != s->names[i].body)
            s->names[i - 1].is_ambiguous = s->names[i].is_ambiguous = true;
}

/* How alike two names are: pairs of neighbouring bytes that they share, per thousand. */
static size_t likeness(struct str a, struct str b)
{
    size_t shared = 0;
    if (a.n < 2 || b.n < 2)
        return 0;
    for (size_t i = 0; i + 1 < a.n; i++)
        for (size_t k = 0; k + 1 < b.n; k++)
            if (a.p[i] == b.p[k] && a.p[i + 1] == b.p[k + 1]) {
                shared++;
                break;
            }
    return 2000 * shared / (a.n + b.n);
}

static void reject_body(struct import_job *job, struct import_row *row, struct state *s, struct str wanted)
{
    const struct body *best = NULL;
    size_t best_likeness = 300;
    struct str folded = fold(job->a, wanted);
    bool is_suggesting = s->n_suggested++ < SUGGESTIONS;
    for (size_t i = 0; is_suggesting && i < s->n_names; i++) {
        size_t l = likeness(folded, s->names[i].folded);
        size_t d = import_distance(folded, s->names[i].folded);
        if (2 * d < folded.n && 1000 - 100 * (d < 10 ? d : 10) > l) /* a letter or two, in a short name */
            l = 1000 - 100 * (d < 10 ? d : 10);
        if (l > best_likeness) {
            best_likeness = l;
            best = s->names[i].body;
        }
    }
    if (best)
        import_reject(job, row, F_BODY, "no body is called \"%.*s\"; did you mean \"%.*s\" (%.*s)?", STR_FMT(wanted),
                      STR_FMT(best->name.ru), STR_FMT(best->code));
    else
        import_reject(job, row, F_BODY, "no body is called \"%.*s\"", STR_FMT(wanted));
}

static void find_body(struct import_job *job, struct import_row *row, struct state *s, struct ready *r)
{
    struct str wanted = row->v[F_BODY].text;
    struct name key = {.folded = fold(job->a, wanted)};
    const struct name *found = bsearch(&key, s->names, s->n_names, sizeof key, compare_names);
    if (!found) {
        reject_body(job, row, s, wanted);
        return;
    }
    r->body = found->body;
    if (found->is_ambiguous)
        import_reject(job, row, F_BODY, "several bodies are called \"%.*s\"; give the code", STR_FMT(wanted));
    else if (r->body->is_closed)
        import_reject(job, row, F_BODY, "the body \"%.*s\" was abolished", STR_FMT(wanted));
}

/* == the law == */

static const struct profile_kind *find_kind(struct arena *a, const struct profile *profile, struct str wanted)
{
    size_t n;
    const struct profile_kind *kinds = profile_kinds(profile, &n);
    struct str folded = wanted.p ? fold(a, wanted) : (struct str){0};
    for (size_t i = 0; wanted.p && i < n; i++) {
        const struct str all[] = {kinds[i].code, kinds[i].name.kk, kinds[i].name.ru, kinds[i].name.en};
        for (size_t k = 0; k < 4; k++)
            if (all[k].n > 0 && str_eq(fold(a, all[k]), folded))
                return &kinds[i];
    }
    return wanted.p ? NULL : profile_default_kind(profile);
}

static struct err *count_term(struct import_job *job, struct state *s, const struct profile *profile,
                              const struct profile_kind *kind, int64_t received_at, struct term *ret)
{
    struct site *site = import_site(job->import);
    struct deadline d;
    TRY(deadline_of_appeal(job->a, profile, s->calendar, site->tz, site->zone, kind, received_at, &d));
    for (size_t i = 0; i < d.n_steps; i++) { /* what the profile of the case says of its acts is not said a million times */
        d.steps[i].cite.act_title = (struct text3){0};
        d.steps[i].cite.url = (struct str){0};
        d.steps[i].cite.note = (struct text3){0};
    }
    *ret = (struct term){
        .is_used = true,
        .kind = kind,
        .received_at = received_at,
        .registered_on = day_text(job->a, d.registered_on),
        .due_on = day_text(job->a, d.due_on),
        .trace = deadline_to_json(job->a, &d),
        .tag = profile_info(profile)->tag,
    };
    return NULL;
}

/* Keep the term for the rows to come, in memory of its own. */
static void keep_term(struct state *s, struct term *slot, const struct term *t)
{
    struct arena *a = s->terms_arena;
    if (arena_used(a) > 16 * ARENA_MIB) { /* times that never come again */
        arena_clear(a);
        memset(s->terms, 0, TERMS * sizeof s->terms[0]);
    }
    *slot = *t;
    slot->registered_on = str_dup(a, t->registered_on);
    slot->due_on = str_dup(a, t->due_on);
    slot->trace = str_dup(a, t->trace);
}

/* The last day was told, not counted: there are no steps to show. */
static void tell_term(struct import_job *job, int64_t received_at, int32_t day, int32_t due_on, struct term *t)
{
    struct deadline d = {.profile = t->tag, .rule = S("imported"), .zone = import_site(job->import)->zone,
                         .received_at = received_at, .registered_on = day, .starts_on = day, .due_on = due_on};
    d.offset_minutes = zone_offset(import_site(job->import)->tz, received_at) / 60;
    t->due_on = day_text(job->a, due_on);
    t->trace = deadline_to_json(job->a, &d);
}

/* Kind, day of registration, last day. */
static void find_term(struct import_job *job, struct import_row *row, struct state *s, struct ready *r)
{
    struct site *site = import_site(job->import);
    int32_t day = site_today(site, r->received_at);
    const struct profile *profile =
        profile_in_force(site->profiles, site->n_profiles, profile_info(site->profile)->id, day);
    const struct profile_kind *kind = find_kind(job->a, profile, row->v[F_KIND].text);
    if (!kind) {
        import_reject(job, row, F_KIND, "the profile %.*s has no such kind", STR_FMT(profile_info(profile)->id));
        return;
    }
    r->kind = kind->code;
    struct term *slot = &s->terms[((uint64_t)r->received_at * UINT64_C(0x9E3779B97F4A7C15)) >> 52];
    struct term *mine = ARENA_NEW(job->a, struct term);
    if (!slot->is_used || slot->kind != kind || slot->received_at != r->received_at) {
        struct err *e = count_term(job, s, profile, kind, r->received_at, mine);
        if (e && !row->v[F_DUE].text.p) {
            import_reject(job, row, F_RECEIVED, "no rule of the profile says by when it had to be answered (%s); give the "
                          "field due", err_text(job->a, e).p);
            return;
        }
        if (e)
            *mine = (struct term){.registered_on = day_text(job->a, day), .tag = profile_info(profile)->tag};
        else
            keep_term(s, slot, mine);
    } else {
        *mine = *slot;
        mine->registered_on = str_dup(job->a, slot->registered_on);
        mine->due_on = str_dup(job->a, slot->due_on);
        mine->trace = str_dup(job->a, slot->trace);
    }
    if (row->v[F_DUE].text.p)
        tell_term(job, r->received_at, day, (int32_t)row->v[F_DUE].i, mine);
    r->term = mine;
}

/* == words == */

static struct str subject_of(struct arena *a, struct str text)
{
    size_t n = 0;
    size_t end = 0;
    while (end < text.n && n < SUBJECT_MADE && text.p[end] != '\n') {
        end++;
        while (end < text.n && ((unsigned char)text.p[end] & 0xC0) == 0x80)
            end++;
        n++;
    }
    struct str head = str_trim(str_slice(text, 0, end));
    return end == text.n || text.p[end] == '\n' ? head : str_printf(a, "%.*s…", STR_FMT(head));
}

static struct str beginning(struct str text, size_t max)
{
    size_t n = text.n < max ? text.n : max;
    while (n > 0 && n < text.n && ((unsigned char)text.p[n] & 0xC0) == 0x80)
        n--;
    return str_slice(text, 0, n);
}

/* A dozen words tell the language most of the time; more are asked when they do not. "" when nothing tells. */
static struct str detect(struct str subject, struct str text)
{
    int confidence = 0;
    enum language l = language_of(beginning(text, 160), &confidence);
    if (l == LANGUAGE_UNKNOWN || confidence < 60)
        l = language_of(beginning(text, 2000), NULL);
    if (l == LANGUAGE_UNKNOWN)
        l = language_of(subject, NULL);
    return language_code(l);
}

static void choose_words(struct import_job *job, struct import_row *row, struct ready *r)
{
    const struct config *limits = import_site(job->import)->config;
    r->text = row->v[F_TEXT].text;
    r->subject = row->v[F_SUBJECT].text.p ? row->v[F_SUBJECT].text : subject_of(job->a, r->text);
    size_t n = str_utf8_len(r->subject);
    if (n > (size_t)limits->subject_chars)
        import_reject(job, row, F_SUBJECT, "expected at most %lld characters, and there are %zu",
                      (long long)limits->subject_chars, n);
    if (has_control(r->subject))
        import_reject(job, row, F_SUBJECT, "expected one line without control characters");
    r->language = row->v[F_LANGUAGE].text;
    r->language_source = S("staff");
    if (r->language.p)
        return;
    r->language_source = S("detected");
    r->language = detect(r->subject, r->text);
    if (r->language.n == 0)
        r->language = S("kk");
}

/* == states == */

static void choose_state(struct import_job *job, struct import_row *row, struct state *s, struct ready *r)
{
    const struct import_value *v = row->v;
    bool is_open = !v[F_STATE].text.p ? !v[F_ANSWERED].text.p : v[F_STATE].i == 0;
    r->received_at = v[F_RECEIVED].text.p ? v[F_RECEIVED].i : s->now;
    r->appeal_state = is_open ? APPEAL_REGISTERED : APPEAL_ANSWERED;
    if (r->received_at > s->now)
        import_reject(job, row, F_RECEIVED, "expected a time that has passed");
    if (is_open && v[F_ANSWER].text.p)
        import_reject(job, row, F_ANSWER, "there is an answer, and the case is open; give the field state");
    if (is_open)
        return;
    if (!v[F_ANSWERED].text.p)
        import_reject(job, row, F_ANSWERED, "expected a date; the case is not open");
    else if (v[F_ANSWERED].i < r->received_at)
        import_reject(job, row, F_ANSWERED, "expected a time behind that of receipt");
    else if (v[F_ANSWERED].i > s->now)
        import_reject(job, row, F_ANSWERED, "expected a time that has passed");
    r->closed_at = v[F_ANSWERED].i;
}

/* == once a case == */

static int compare_strs(const void *a, const void *b)
{
    return str_cmp(*(const struct str *)a, *(const struct str *)b);
}

static bool is_seen(const struct state *s, int turn, struct str number)
{
    return s->n_seen[turn] > 0 && bsearch(&number, s->seen[turn], s->n_seen[turn], sizeof number, compare_strs) != NULL;
}

/* Is the number of another case, stored or on its way? */
static struct err *check_number(struct import_job *job, struct import_row *row, const struct state *s, struct str number)
{
    struct reception_q_origin_by_number_row other;
    struct site *site = import_site(job->import);
    bool found;
    if (is_seen(s, !s->turn, number)) {
        import_reject(job, row, F_NUMBER, "the number stands in an earlier row too");
        return NULL;
    }
    TRY(reception_q_origin_by_number(job->a, import_reader(job->import), site->realm, import_source(job->import)->name,
                                     number, &other, &found));
    if (found)
        import_reject(job, row, F_NUMBER, "it was imported before, as %.*s", STR_FMT(other.number));
    return NULL;
}

/* Numbers that stand twice in the job itself, and those that are known; then remember the job's. */
static struct err *check_numbers(struct import_job *job, struct state *s)
{
    int turn = s->turn ^= 1;
    arena_clear(s->seen_arenas[turn]);
    s->seen[turn] = ARENA_ARRAY(s->seen_arenas[turn], job->n, struct str);
    s->n_seen[turn] = 0;
    struct str *mine = ARENA_ARRAY(job->a, job->n, struct str);
    size_t n = 0;
    for (size_t i = 0; i < job->n; i++)
        if (!job->rows[i].rejected && job->rows[i].v[F_NUMBER].text.p)
            mine[n++] = job->rows[i].v[F_NUMBER].text;
    qsort(mine, n, sizeof mine[0], compare_strs);
    bool *is_taken = ARENA_ARRAY(job->a, n, bool); /* of a number that stands there more than once */
    for (size_t i = 0; i < job->n; i++) {
        struct import_row *row = &job->rows[i];
        struct str number = row->v[F_NUMBER].text;
        if (row->rejected || !number.p)
            continue;
        struct str *at = bsearch(&number, mine, n, sizeof number, compare_strs);
        size_t k = (size_t)(at - mine);
        while (k > 0 && str_eq(mine[k - 1], number))
            k--;
        if (is_taken[k])
            import_reject(job, row, F_NUMBER, "the number stands in an earlier row too");
        else
            TRY(check_number(job, row, s, number));
        is_taken[k] = is_taken[k] || !row->rejected;
    }
    for (size_t i = 0; i < n; i++)
        if (i == 0 || !str_eq(mine[i - 1], mine[i]))
            s->seen[turn][s->n_seen[turn]++] = str_dup(s->seen_arenas[turn], mine[i]);
    return NULL;
}

/* == the kind's functions == */

static void end_state(void *arg)
{
    struct state *s = arg;
    arena_free(s->terms_arena);
    arena_free(s->seen_arenas[0]);
    arena_free(s->seen_arenas[1]);
}

static struct err *begin(struct import *i)
{
    struct arena *a = import_arena(i);
    struct site *site = import_site(i);
    struct state *s = ARENA_NEW(a, struct state);
    s->now = clock_now();
    s->today = site_today(site, s->now);
    s->terms = ARENA_ARRAY(a, TERMS, struct term);
    s->terms_arena = arena_new("import terms", 0);
    s->seen_arenas[0] = arena_new("import numbers", 0);
    s->seen_arenas[1] = arena_new("import numbers", 0);
    arena_defer(a, end_state, s);
    TRY(directory_load(a, import_reader(i), site->realm, 0, &s->directory));
    TRY(calendar_load(a, import_reader(i), site->realm, 0, &s->calendar));
    collect_names(a, s);
    import_set_state(i, s);
    return NULL;
}

static struct err *prepare(struct import_job *job)
{
    struct state *s = import_state(job->import);
    struct site *site = import_site(job->import);
    for (size_t i = 0; i < job->n; i++) {
        struct import_row *row = &job->rows[i];
        struct ready *r = ARENA_NEW(job->a, struct ready);
        row->prepared = r;
        find_body(job, row, s, r);
        choose_words(job, row, r);
        choose_state(job, row, s, r);
        if (row->rejected)
            continue;
        find_term(job, row, s, r);
        if (row->rejected)
            continue;
        r->body_name = text3_for(&r->body->name, r->language);
        r->is_late = r->closed_at != 0 &&
                     str_cmp(day_text(job->a, site_today(site, r->closed_at)), r->term->due_on) > 0;
    }
    return check_numbers(job, s);
}

static struct opt_int id_or_null(int64_t id)
{
    return (struct opt_int){.has = id != 0, .v = id};
}

static struct err *store_parts(struct action *x, const struct import_row *row, const struct ready *r, int64_t id)
{
    const struct import_value *v = row->v;
    const struct import_job *job = x->user;
    struct move first = {.no = 1, .kind = S("register"), .to_body_id = r->body->id, .at = r->received_at};
    struct appeal_deadline due = {.no = 1, .at = r->received_at, .due_on = r->term->due_on, .cause = S("registered"),
                                  .trace = r->term->trace};
    struct reception_q_origin_add_args origin = {
        .realm = x->site->realm,
        .appeal_id = id,
        .import_id = import_source(job->import)->id,
        .line = row->line,
        .source = import_source(job->import)->name,
        .number = v[F_NUMBER].text,
        .theme = v[F_THEME].text,
        .category = v[F_CATEGORY].text,
        .place = v[F_PLACE].text,
        .answer = v[F_ANSWER].text,
        .answered_by = v[F_ANSWERED_BY].text,
    };
    if (v[F_NAME].text.p || v[F_EMAIL].text.p || v[F_PHONE].text.p || v[F_ADDRESS].text.p) {
        struct applicant a = {.name = v[F_NAME].text, .email = v[F_EMAIL].text, .phone = v[F_PHONE].text,
                              .address = v[F_ADDRESS].text};
        TRY(reception_store_add_applicant(x, &(struct appeal){.id = id}, &a));
    }
    TRY(reception_store_add_move(x, id, &first));
    TRY(reception_store_add_deadline(x, id, &due));
    TRY(reception_trace(x, id, "held_by", S("body"), r->body->id, r->received_at));
    return reception_q_origin_add(x->a, x->tx, &origin, NULL);
}

static struct err *store_row(struct action *x, const struct import_row *row, int64_t id, int64_t sequence, int32_t year)
{
    const struct ready *r = row->prepared;
    struct reception_q_appeal_import_args args = {
        .realm = x->site->realm,
        .id = id,
        .number = number_make(x->a, year, sequence),
        .kind = r->kind,
        .channel = appeal_channel_name(CHANNEL_IMPORT),
        .language = r->language,
        .language_source = r->language_source,
        .subject = r->subject,
        .text = r->text,
        .none = S(""),
        .body_id = r->body->id,
        .body_name = r->body_name,
        .state = appeal_state_name(r->appeal_state),
        .received_at = r->received_at,
        .registered_on = r->term->registered_on,
        .due_on = r->term->due_on,
        .closed_at = id_or_null(r->closed_at),
        .is_late = r->is_late,
        .profile = r->term->tag,
    };
    TRY(reception_q_appeal_import(x->a, x->tx, &args, NULL));
    return store_parts(x, row, r, id);
}

/* A body may have been abolished since the rows were looked up. */
static struct err *bodies_still_stand(struct action *x, const struct import_job *job)
{
    const struct directory *d;
    const struct body *last = NULL;
    TRY(directory_of_tx(x->a, x->site, x->tx, &d));
    for (size_t i = 0; i < job->n; i++) {
        const struct ready *r = job->rows[i].prepared;
        if (r->body == last)
            continue;
        last = r->body;
        const struct body *now = directory_body(d, last->id);
        if (!now || now->is_closed)
            return ERR(x->a, ERR_CONFLICT, "line %lld: the body %.*s was abolished while the import ran; start it again",
                       (long long)job->rows[i].line, STR_FMT(last->code));
    }
    return NULL;
}

static struct err *take(struct action *x, struct import_job *job)
{
    int32_t year = civil_from_day(site_today(x->site, x->now)).year;
    int64_t id;
    int64_t sequence;
    void *user = x->user;
    TRY(bodies_still_stand(x, job));
    TRY(series_take(x, S("reception_appeal.id"), (int64_t)job->n, &id));
    TRY(series_take(x, str_printf(x->a, "reception_appeal.%d", year), (int64_t)job->n, &sequence));
    x->user = job;
    for (size_t i = 0; i < job->n; i++) {
        struct arena_mark mark = arena_mark(x->a);
        TRY(store_row(x, &job->rows[i], id + (int64_t)i, sequence + (int64_t)i, year));
        arena_rewind(x->a, mark);
    }
    x->user = user;
    job->part_noun = APPEAL_NOUN;
    job->part_first = id;
    job->part_n = (int64_t)job->n;
    return reception_figures_count(x, id - 1, id + (int64_t)job->n - 1);
}

const struct import_kind reception_import_appeals = {
    .noun = "appeals",
    .about = "Cases of another system, with a number of ours, without code and receipt.",
    .fields = fields,
    .n_fields = N_FIELDS,
    .begin = begin,
    .prepare = prepare,
    .take = take,
};
