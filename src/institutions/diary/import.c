/* SPDX-License-Identifier: AGPL-3.0-or-later
 *
 * import.c - entries in bulk, from a table or from a calendar (.ics).
 *
 * Imported entries are planned or, when they began before now, held; none is shown to anybody until staff publishes it.
 * An event that is stored already under its UID is left alone: corrections are made by people, with a note.
 *
 * Keeps:  private persons are not imported: their consent is not in a file. The rules that hold for what is typed hold
 *         for every row, so that a job is never undone by one of them.
 * Source: issue "The same on PostgreSQL, in bulk, and with a second institution"; RFC 5545.
 */
#include "institutions/diary/import.h"

#include "algo/language.h"
#include "base/clock.h"
#include "core/directory.h"
#include "institutions/diary/actions.h"
#include "institutions/diary/diary.h"
#include "institutions/diary/ics.h"
#include "institutions/diary/store_private.h"

enum field {
    F_OFFICE, F_UID, F_KIND, F_FORM, F_ABROAD, F_COUNTRY, F_BEGINS_ON, F_BEGINS_TIME, F_ENDS_ON, F_ENDS_TIME, F_ZONE,
    F_LANGUAGE, F_TITLE, F_KK, F_RU, F_EN, F_PLACE, F_ABOUT, F_OUTCOME, F_LINK, F_BODIES, F_OFFICIALS, F_LINE, F_PROBLEM,
    N_FIELDS,
};

static const char *const kinds[] = {"event", "meeting", "trip", "call", "interview", "mail", NULL};
static const char *const languages[] = {"kk", "ru", "en", NULL};

static const struct import_field fields[N_FIELDS] = {
    [F_OFFICE] = {"office", "id of the office whose diary it is; for a whole file: --set office=3", IMPORT_INT,
                  .is_required = true},
    [F_UID] = {"uid", "what names it in its source; taken once", IMPORT_LINE, .max = 400},
    [F_KIND] = {"kind", "event, meeting, trip, call, interview or mail; event when not given", IMPORT_WORD, .words = kinds},
    [F_FORM] = {"form", "state_visit, conference ...; one of its kind", IMPORT_LINE, .max = 40},
    [F_ABROAD] = {"abroad", "yes: abroad; no when not given", IMPORT_FLAG},
    [F_COUNTRY] = {"country", "needed abroad", IMPORT_LINE},
    [F_BEGINS_ON] = {"begins_on", "its first day", IMPORT_DATE},
    [F_BEGINS_TIME] = {"begins_time", "10:00; a whole day when not given", IMPORT_LINE, .max = 5},
    [F_ENDS_ON] = {"ends_on", "its last day; the first when not given", IMPORT_DATE},
    [F_ENDS_TIME] = {"ends_time", "11:00", IMPORT_LINE, .max = 5},
    [F_ZONE] = {"zone", "name in the tz database; that of the realm when not given", IMPORT_LINE, .max = 60},
    [F_LANGUAGE] = {"language", "of title, place, about and outcome; found from the title when not given", IMPORT_WORD,
                    .words = languages},
    [F_TITLE] = {"title", "what it was", IMPORT_LINE, .max = 300},
    [F_KK] = {"title_kk", "the title in Kazakh", IMPORT_LINE, .max = 300},
    [F_RU] = {"title_ru", "in Russian", IMPORT_LINE, .max = 300},
    [F_EN] = {"title_en", "in English", IMPORT_LINE, .max = 300},
    [F_PLACE] = {"place", "where", IMPORT_LINE, .max = 300},
    [F_ABOUT] = {"about", "what it was about", IMPORT_TEXT, .max = 4000},
    [F_OUTCOME] = {"outcome", "what came of it", IMPORT_TEXT, .max = 4000},
    [F_LINK] = {"link", "transcript or material", IMPORT_LINE, .max = 500},
    [F_BODIES] = {"bodies", "bodies and organisations that took part, one a line or with ';' between", IMPORT_TEXT,
                  .max = 8000},
    [F_OFFICIALS] = {"officials", "officials that took part, one a line: \"name; post\"", IMPORT_TEXT, .max = 8000},
    [F_LINE] = {"source_line", "line of the calendar that it came from; filled for .ics", IMPORT_INT},
    [F_PROBLEM] = {"problem", "why it cannot be taken; filled for .ics", IMPORT_LINE, .max = 400},
};

/* == calendars == */

static void put(struct buf *b, bool *is_first, struct str s)
{
    csv_put(b, *is_first, s);
    *is_first = false;
}

/* A row of the table: in the order of `columns`. */
static const enum field columns[] = {F_UID, F_KIND, F_BEGINS_ON, F_BEGINS_TIME, F_ENDS_ON, F_ENDS_TIME, F_ZONE, F_TITLE,
                                     F_PLACE, F_ABOUT, F_LINK, F_LINE, F_PROBLEM};

static struct str clock_text(struct arena *a, const struct zone *z, int64_t at)
{
    int32_t ms;
    (void)zone_day(z, at, &ms);
    return str_printf(a, "%02d:%02d", ms / 3600000, ms / 60000 % 60);
}

static struct err *put_row(struct arena *a, struct buf *b, const struct ics_row *row)
{
    enum diary_kind kind;
    struct zone *z;
    bool first = true;
    bool has_time = !row->is_all_day;
    TRY(zone_open(a, row->zone, &z));
    put(b, &first, row->uid);
    put(b, &first, diary_kind_of_name(row->category, &kind) ? row->category : S(""));
    put(b, &first, row->begins_on);
    put(b, &first, has_time ? clock_text(a, z, row->begins_at) : S(""));
    put(b, &first, has_time ? day_text(a, zone_day(z, row->ends_at, NULL)) : row->ends_on);
    put(b, &first, has_time ? clock_text(a, z, row->ends_at) : S(""));
    put(b, &first, row->zone);
    put(b, &first, row->summary);
    put(b, &first, row->location);
    put(b, &first, row->description);
    put(b, &first, str_starts(row->url, S("http")) ? row->url : S(""));
    put(b, &first, str_printf(a, "%lld", (long long)row->line));
    put(b, &first, S(""));
    csv_put_end(b);
    return NULL;
}

static struct err *convert(struct import *import, struct str bytes, struct str *ret_csv)
{
    struct arena *a = import_arena(import);
    const struct site *site = import_site(import);
    struct ics_options options = {.zone = site->zone};
    struct ics_file f;
    struct buf b;
    buf_init(&b, a, 64 * ARENA_MIB);
    TRY(ics_read(a, bytes, &options, &f));
    bool is_first = true;
    for (size_t i = 0; i < sizeof columns / sizeof columns[0]; i++)
        put(&b, &is_first, str_c(fields[columns[i]].name));
    csv_put_end(&b);
    for (size_t i = 0; i < f.n_rows; i++)
        TRY(put_row(a, &b, &f.rows[i]));
    for (size_t i = 0; i < f.n_rejects; i++) {
        const struct ics_reject *r = &f.rejects[i];
        is_first = true;
        put(&b, &is_first, r->uid);
        for (size_t k = 1; k + 2 < sizeof columns / sizeof columns[0]; k++)
            put(&b, &is_first, S(""));
        put(&b, &is_first, str_printf(a, "%lld", (long long)r->line));
        put(&b, &is_first, str_printf(a, "%.*s: %.*s", STR_FMT(r->component), STR_FMT(r->reason)));
        csv_put_end(&b);
    }
    TRY(buf_check(&b, "the table of a calendar"));
    *ret_csv = buf_view(&b);
    return NULL;
}

/* == rows == */

static struct str text_of(const struct import_row *row, enum field f)
{
    return row->v[f].text.p ? row->v[f].text : S("");
}

static size_t names_of(struct str text, enum diary_who who, struct diary_named *ret, size_t max)
{
    struct str line;
    struct str rest = text;
    size_t n = 0;
    char between = who == DIARY_WHO_BODY && str_find(text, '\n') == SIZE_MAX ? ';' : '\n';
    for (bool more = text.n > 0; more && n < max;) {
        struct str post = S("");
        more = str_cut(rest, between, &line, &rest);
        if (who != DIARY_WHO_BODY)
            (void)str_cut(line, ';', &line, &post);
        line = str_trim(line);
        if (line.n > 0)
            ret[n++] = (struct diary_named){.who = who, .name = line, .post = str_trim(post.p ? post : S("")),
                                            .how = S(""), .given_on = S("")};
    }
    return n;
}

static struct str main_language(const struct import_row *row)
{
    static const enum field titles[] = {F_KK, F_RU, F_EN};
    if (row->v[F_LANGUAGE].text.p)
        return str_c(languages[row->v[F_LANGUAGE].i]);
    if (row->v[F_TITLE].text.p) {
        enum language l = language_of(row->v[F_TITLE].text, NULL);
        return l == LANGUAGE_KK ? S("kk") : l == LANGUAGE_EN ? S("en") : S("ru");
    }
    for (size_t i = 0; i < LANG_N; i++)
        if (row->v[titles[i]].text.p)
            return lang_code(lang_at(i));
    return S("kk");
}

static void fill_words(const struct import_row *row, struct diary_version *v)
{
    static const enum field titles[] = {F_KK, F_RU, F_EN};
    for (size_t i = 0; i < LANG_N; i++)
        v->words[i] = (struct diary_words){
            .title = text_of(row, titles[i]), .place = S(""), .about = S(""), .outcome = S("")};
    struct diary_words *own = &v->words[lang_index(lang_find(v->language))];
    if (row->v[F_TITLE].text.p)
        own->title = text_of(row, F_TITLE);
    own->place = text_of(row, F_PLACE);
    own->about = text_of(row, F_ABOUT);
    own->outcome = text_of(row, F_OUTCOME);
}

/* The row as a command; false when it was rejected. */
static bool fill_command(struct import_job *job, struct import_row *row, struct diary_write_command *c)
{
    struct site *site = import_site(job->import);
    struct diary_version *v = &c->draft.v;
    struct diary_named *named = ARENA_ARRAY(job->a, 2 * DIARY_PARTICIPANTS_MAX + 2, struct diary_named);
    struct zone *z;
    *v = (struct diary_version){.form = text_of(row, F_FORM), .is_abroad = row->v[F_ABROAD].i != 0,
                                .country = text_of(row, F_COUNTRY), .link = text_of(row, F_LINK), .note = S("")};
    v->kind = row->v[F_KIND].text.p ? (enum diary_kind)row->v[F_KIND].i : DIARY_EVENT;
    v->zone = row->v[F_ZONE].text.p ? row->v[F_ZONE].text : site->zone;
    v->language = main_language(row);
    fill_words(row, v);
    c->office_id = row->v[F_OFFICE].i;
    c->source_uid = text_of(row, F_UID);
    c->draft.named = named;
    c->draft.n_named = names_of(text_of(row, F_OFFICIALS), DIARY_WHO_OFFICIAL, named, DIARY_PARTICIPANTS_MAX + 1);
    c->draft.n_named += names_of(text_of(row, F_BODIES), DIARY_WHO_BODY, named + c->draft.n_named,
                                 DIARY_PARTICIPANTS_MAX + 1);
    if (zone_open(job->a, v->zone, &z)) {
        import_reject(job, row, F_ZONE, "expected a name of the tz database, such as Asia/Almaty");
        return false;
    }
    if (!row->v[F_BEGINS_ON].text.p) {
        import_reject(job, row, F_BEGINS_ON, "expected the first day");
        return false;
    }
    struct str begins = day_text(job->a, (int32_t)row->v[F_BEGINS_ON].i);
    struct str ends = row->v[F_ENDS_ON].text.p ? day_text(job->a, (int32_t)row->v[F_ENDS_ON].i) : S("");
    if (!diary_times(job->a, z, begins, text_of(row, F_BEGINS_TIME), ends, text_of(row, F_ENDS_TIME), v)) {
        import_reject(job, row, F_BEGINS_TIME, "expected times as 10:00, between 1970 and 2200");
        return false;
    }
    return true;
}

/* What a refusal of the rules is called in rejects.csv: its English sentence. */
static void reject_by(struct import_job *job, struct import_row *row, const struct verdict *v)
{
    const struct lang *en = lang_find(S("en"));
    struct str why = t_verdict(job->a, en, v);
    import_reject(job, row, SIZE_MAX, "%.*s", STR_FMT(why));
}

static struct err *prepare_row(struct import_job *job, struct import_row *row, const struct directory *d)
{
    struct site *site = import_site(job->import);
    struct diary_write_command *c = ARENA_NEW(job->a, struct diary_write_command);
    int64_t known;
    if (row->v[F_PROBLEM].text.p) {
        import_reject(job, row, SIZE_MAX, "line %lld of the calendar, %.*s", (long long)row->v[F_LINE].i,
                      STR_FMT(row->v[F_PROBLEM].text));
        return NULL;
    }
    const struct office *o = directory_office(d, row->v[F_OFFICE].i);
    if (!o || o->to_on.p) {
        import_reject(job, row, F_OFFICE, "expected the id of an office that exists");
        return NULL;
    }
    if (!fill_command(job, row, c))
        return NULL;
    struct draft_facts f = {.draft = &c->draft, .profile = site->profile, .zone_is_known = true,
                            .today = site_today(site, clock_now())};
    struct verdict v = diary_rules_draft(job->a, &f);
    if (!v.allowed) {
        reject_by(job, row, &v);
        return NULL;
    }
    TRY(diary_find_source(job->a, import_reader(job->import), site->realm, o->id, c->source_uid, &known));
    job->same += known != 0;
    row->prepared = c;
    return NULL;
}

static struct err *prepare(struct import_job *job)
{
    struct site *site = import_site(job->import);
    struct directory *d;
    TRY(directory_load(job->a, import_reader(job->import), site->realm, 0, &d));
    for (size_t i = 0; i < job->n; i++)
        TRY(prepare_row(job, &job->rows[i], d));
    return NULL;
}

static struct err *take_row(struct action *x, struct diary_write_command *c)
{
    int64_t known;
    TRY(diary_find_source(x->a, db_tx_read(x->tx), x->site->realm, c->office_id, c->source_uid, &known));
    if (known)
        return NULL;
    x->command = c;
    TRY(diary_write(x));
    if (c->draft.v.begins_at > x->now)
        return NULL;
    struct diary_step_command *step = ARENA_NEW(x->a, struct diary_step_command);
    step->id = ((struct diary_write_result *)x->result)->id;
    step->reason = S("");
    x->command = step;
    return diary_hold(x);
}

static struct err *take(struct action *x, struct import_job *job)
{
    ALLOW(x, policy_ask_coarse(&x->site->policy, &x->who, DIARY_IMPORT));
    for (size_t i = 0; i < job->n; i++)
        if (!job->rows[i].rejected && job->rows[i].prepared)
            TRY(take_row(x, job->rows[i].prepared));
    return NULL;
}

const struct import_kind diary_import = {
    .noun = "diary",
    .about = "entries of a diary, from a table or a calendar (.ics)",
    .example = "birge import diary --data /var/lib/birge meetings.ics --set office=3",
    .fields = fields,
    .n_fields = N_FIELDS,
    .form = ".ics",
    .convert = convert,
    .prepare = prepare,
    .take = take,
};
