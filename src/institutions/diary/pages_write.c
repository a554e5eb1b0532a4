/* SPDX-License-Identifier: AGPL-3.0-or-later
 *
 * pages_write.c - the form of an entry: a new one, a change, a correction.
 *
 * A form that is refused comes back as it was typed, with the ground at the field that it speaks of.
 */
#include "institutions/diary/pages.h"

#include <string.h>

#include "base/clock.h"
#include "gen/diary_views.h"
#include "institutions/diary/actions.h"
#include "institutions/diary/diary.h"
#include "institutions/diary/store_private.h"
#include "web/form.h"

/* ---- the form ---- */

struct write_values {
    struct str seen, office, kind, form, where, country, language, inside;
    struct str begins_on, begins_time, ends_on, ends_time, zone, link, note;
    struct str title[LANG_N], place[LANG_N], about[LANG_N], outcome[LANG_N];
    struct str heads, officials, bodies, persons, person, how, given_on;
};

static const char *const kinds[] = {"event", "meeting", "trip", "call", "interview", "mail", NULL};
static const char *const places[] = {"home", "abroad", NULL};
static const char *const languages[] = {"kk", "ru", "en", NULL};
static const char *const hows[] = {"written", "email", "spoken", NULL};

#define AT(member) offsetof(struct write_values, member)
#define WORDS(code, i)                                                                                                  \
    {.name = "title_" code, .type = FIELD_LINE, .max = 300, .label_id = "diary.write.title", .offset = AT(title[i])},    \
        {.name = "place_" code, .type = FIELD_LINE, .max = 300, .label_id = "diary.write.place.words",                   \
         .offset = AT(place[i])},                                                                                        \
        {.name = "about_" code, .type = FIELD_TEXT, .max = 4000, .label_id = "diary.entry.about", .offset = AT(about[i])}, \
    {                                                                                                                    \
        .name = "outcome_" code, .type = FIELD_TEXT, .max = 4000, .label_id = "diary.entry.outcome",                     \
        .offset = AT(outcome[i])                                                                                         \
    }
static const struct web_field fields[] = {
    {.name = "seen", .type = FIELD_LINE, .max = 20, .offset = AT(seen)},
    {.name = "office", .type = FIELD_LINE, .max = 20, .label_id = "diary.write.office", .offset = AT(office)},
    {.name = "kind", .type = FIELD_CHOICE, .choices = kinds, .is_required = true, .label_id = "diary.filter.kind",
     .offset = AT(kind)},
    {.name = "form", .type = FIELD_LINE, .max = 40, .label_id = "diary.write.form", .offset = AT(form)},
    {.name = "begins_on", .type = FIELD_DATE, .is_required = true, .label_id = "diary.write.begins_on",
     .offset = AT(begins_on)},
    {.name = "begins_time", .type = FIELD_LINE, .max = 5, .label_id = "diary.write.begins_time", .offset = AT(begins_time)},
    {.name = "ends_on", .type = FIELD_DATE, .label_id = "diary.write.ends_on", .offset = AT(ends_on)},
    {.name = "ends_time", .type = FIELD_LINE, .max = 5, .label_id = "diary.write.ends_time", .offset = AT(ends_time)},
    {.name = "zone", .type = FIELD_LINE, .max = 60, .label_id = "diary.write.zone", .offset = AT(zone)},
    {.name = "where", .type = FIELD_CHOICE, .choices = places, .is_required = true, .label_id = "diary.filter.where",
     .offset = AT(where)},
    {.name = "country", .type = FIELD_LINE, .max = 200, .label_id = "diary.write.country", .offset = AT(country)},
    {.name = "language", .type = FIELD_CHOICE, .choices = languages, .is_required = true,
     .label_id = "diary.write.language", .offset = AT(language)},
    WORDS("kk", 0),
    WORDS("ru", 1),
    WORDS("en", 2),
    {.name = "link", .type = FIELD_LINE, .max = 500, .label_id = "diary.write.link", .offset = AT(link)},
    {.name = "inside", .type = FIELD_LINE, .max = 40, .label_id = "diary.write.inside", .offset = AT(inside)},
    {.name = "heads", .type = FIELD_TEXT, .max = 8000, .label_id = "diary.who.head", .offset = AT(heads)},
    {.name = "officials", .type = FIELD_TEXT, .max = 8000, .label_id = "diary.who.official", .offset = AT(officials)},
    {.name = "bodies", .type = FIELD_TEXT, .max = 8000, .label_id = "diary.who.body", .offset = AT(bodies)},
    {.name = "persons", .type = FIELD_TEXT, .max = 8000, .label_id = "diary.write.person.keep", .offset = AT(persons)},
    {.name = "person", .type = FIELD_LINE, .max = 200, .label_id = "diary.write.person", .offset = AT(person)},
    {.name = "how", .type = FIELD_CHOICE, .choices = hows, .label_id = "diary.write.how", .offset = AT(how)},
    {.name = "given_on", .type = FIELD_DATE, .label_id = "diary.write.given_on", .offset = AT(given_on)},
    {.name = "note", .type = FIELD_LINE, .max = 600, .label_id = "diary.write.note", .offset = AT(note)},
};
#undef AT
static const struct web_form form = WEB_FORM(fields);

static struct str kept(struct arena *a, struct str s)
{
    return s.p ? str_dup(a, s) : S("");
}

/* Everything that was typed, copied into `a`. */
static struct write_values *copy_values(struct arena *a, const struct write_values *v)
{
    struct write_values *c = ARENA_NEW(a, struct write_values);
    for (size_t i = 0; i < form.n_fields; i++) {
        struct str s;
        memcpy(&s, (const char *)v + form.fields[i].offset, sizeof s);
        s = kept(a, s);
        memcpy((char *)c + form.fields[i].offset, &s, sizeof s);
    }
    return c;
}

/* ---- from what was typed to a draft ---- */

/* One participant a line, "name; post"; blank lines are none. */
static size_t named_lines(struct str text, enum diary_who who, struct diary_named *ret, size_t max)
{
    struct str line;
    struct str rest = text;
    size_t n = 0;
    for (bool more = rest.n > 0; more && n < max;) {
        struct str post = S("");
        more = str_cut(rest, '\n', &line, &rest);
        if (who != DIARY_WHO_PERSON && who != DIARY_WHO_BODY)
            (void)str_cut(line, ';', &line, &post);
        line = str_trim(line);
        if (line.n > 0)
            ret[n++] = (struct diary_named){.who = who, .name = line, .post = str_trim(post.p ? post : S("")),
                                            .how = S(""), .given_on = S("")};
    }
    return n;
}

static void fill_named(struct arena *a, const struct write_values *v, struct diary_draft *d)
{
    size_t max = DIARY_PARTICIPANTS_MAX + 1; /* one more than may be: the rules say so */
    struct diary_named *named = ARENA_ARRAY(a, max * 4 + 1, struct diary_named);
    size_t n = 0;
    n += named_lines(v->heads, DIARY_WHO_HEAD, named + n, max);
    n += named_lines(v->officials, DIARY_WHO_OFFICIAL, named + n, max);
    n += named_lines(v->bodies, DIARY_WHO_BODY, named + n, max);
    n += named_lines(v->persons, DIARY_WHO_PERSON, named + n, max);
    if (str_trim(v->person).n > 0)
        named[n++] = (struct diary_named){.who = DIARY_WHO_PERSON, .name = str_trim(v->person), .post = S(""),
                                          .how = v->how, .given_on = v->given_on};
    d->named = named;
    d->n_named = n;
}

static void fill_draft(struct page *p, struct arena *a, const struct write_values *v, struct diary_draft *d,
                       struct web_errors *errors)
{
    struct diary_version *to = &d->v;
    struct zone *z = NULL;
    struct str zone = v->zone.n > 0 ? v->zone : p->site->zone;
    *to = (struct diary_version){.form = v->form, .is_abroad = str_eq(v->where, S("abroad")), .zone = zone,
                                 .link = v->link, .language = v->language, .note = v->note};
    to->country = to->is_abroad ? v->country : S("");
    (void)diary_kind_of_name(v->kind, &to->kind);
    for (size_t i = 0; i < LANG_N; i++)
        to->words[i] = (struct diary_words){
            .title = str_trim(v->title[i]), .place = v->place[i], .about = v->about[i], .outcome = v->outcome[i]};
    if (zone_open(p->a, zone, &z)) {
        web_errors_add(p->a, errors, S("zone"), pages_t(p, "verdict.diary.entry_zone.next"));
        return;
    }
    if (!diary_times(a, z, v->begins_on, v->begins_time, v->ends_on, v->ends_time, to) && errors->n_items == 0)
        web_errors_add(p->a, errors, S("begins_time"), pages_t(p, "verdict.diary.entry_time.next"));
    fill_named(a, v, d);
}

/* ---- from a version to the form ---- */

static struct str lines_of(struct page *p, const struct diary_full *f, enum diary_who who)
{
    struct buf b;
    buf_init(&b, p->a, 64 * ARENA_KIB);
    for (size_t i = 0; i < f->n_participants; i++) {
        const struct diary_participant *one = &f->participants[i];
        if (one->who != who || one->to_version != 0 || one->withdrawn_at != 0)
            continue;
        buf_printf(&b, "%.*s%s%.*s\n", STR_FMT(one->name), one->post.n ? "; " : "", STR_FMT(one->post));
    }
    return buf_view(&b);
}

static void values_of(struct page *p, const struct diary_full *f, struct write_values *v)
{
    const struct diary_version *from = &f->version;
    *v = (struct write_values){
        .seen = str_printf(p->a, "%lld", (long long)from->no),
        .kind = diary_kind_name(from->kind),
        .form = from->form,
        .where = from->is_abroad ? S("abroad") : S("home"),
        .country = from->country,
        .language = from->language,
        .inside = f->frame_code,
        .begins_on = from->begins_on,
        .begins_time = diary_clock(p, from, from->begins_at),
        .ends_on = from->ends_on,
        .ends_time = diary_clock(p, from, from->ends_at),
        .zone = from->zone,
        .link = from->link,
        .heads = lines_of(p, f, DIARY_WHO_HEAD),
        .officials = lines_of(p, f, DIARY_WHO_OFFICIAL),
        .bodies = lines_of(p, f, DIARY_WHO_BODY),
        .persons = lines_of(p, f, DIARY_WHO_PERSON),
    };
    for (size_t i = 0; i < LANG_N; i++) {
        v->title[i] = from->words[i].title;
        v->place[i] = from->words[i].place;
        v->about[i] = from->words[i].about;
        v->outcome[i] = from->words[i].outcome;
    }
}

/* ---- drawing ---- */

/* The forms of all kinds; each says whose it is. */
static void fill_form_options(struct page *p, struct str chosen, struct diary_view_desk_write *m)
{
    struct core_option *options = ARENA_ARRAY(p->a, 32, struct core_option);
    for (enum diary_kind k = 0; k < N_DIARY_KINDS; k++)
        for (const char *const *f = diary_forms(k); *f; f++)
            options[m->n_forms++] = (struct core_option){
                .value = str_c(*f), .checked = str_eq(str_c(*f), chosen),
                .label = str_printf(p->a, "%.*s: %.*s", STR_FMT(pages_t_of(p, "diary.kind.", diary_kind_name(k))),
                                    STR_FMT(pages_t_of(p, "diary.form.", str_c(*f))))};
    m->forms = options;
}

/* Offices of the actor's body that exist; the head first. */
static void fill_offices(struct page *p, struct str chosen, struct diary_view_desk_write *m)
{
    struct core_option *options = ARENA_ARRAY(p->a, p->directory->n_offices, struct core_option);
    for (int round = 0; round < 2; round++)
        for (size_t i = 0; i < p->directory->n_offices; i++) {
            const struct office *o = &p->directory->offices[i];
            bool is_head = o->role == ROLE_HEAD;
            if (o->body_id != p->who->body_id || o->to_on.p || is_head != (round == 0) || o->role == ROLE_ADMINISTRATOR ||
                o->role == ROLE_AUDITOR)
                continue;
            struct str id = str_printf(p->a, "%lld", (long long)o->id);
            options[m->n_offices++] = (struct core_option){.value = id, .label = text3_for(&o->title, p->code),
                                                           .checked = str_eq(id, chosen)};
        }
    m->offices = options;
}

/* Events and trips of the body that something may lie inside: the newest of its desk. */
static struct err *fill_insides(struct page *p, struct str chosen, struct str own_code, struct diary_view_desk_write *m)
{
    struct diary_full *items;
    struct verdict v;
    size_t n;
    TRY(diary_store_desk(p->a, p->loop->read, p->site, p->who, S(""), INT64_MAX, 100, &items, &n, &v));
    if (!v.allowed)
        return NULL;
    struct core_option *options = ARENA_ARRAY(p->a, n, struct core_option);
    for (size_t i = 0; i < n; i++) {
        const struct diary_full *f = &items[i];
        bool holds = f->version.kind == DIARY_EVENT || f->version.kind == DIARY_TRIP;
        struct str lang;
        if (!holds || f->entry.state == DIARY_CANCELLED || str_eq(f->entry.code, own_code))
            continue;
        const struct diary_words *w = diary_page_words(p, f->version.words, f->version.language, &lang);
        options[m->n_insides++] = (struct core_option){
            .value = f->entry.code, .checked = str_eq(f->entry.code, chosen),
            .label = str_printf(p->a, "%.*s: %.*s", STR_FMT(pages_day(p, f->version.begins_on)), STR_FMT(w->title))};
    }
    m->insides = options;
    return NULL;
}

static void fill_words(struct page *p, const struct write_values *v, struct diary_view_desk_write *m)
{
    struct diary_words_form *words = ARENA_ARRAY(p->a, LANG_N, struct diary_words_form);
    for (size_t i = 0; i < LANG_N; i++) {
        struct str code = lang_code(lang_at(i));
        words[i] = (struct diary_words_form){
            .code = code,
            .name = lang_name(lang_at(i)),
            .is_open = v->title[i].n > 0 || str_eq(code, v->language),
            .title_name = str_printf(p->a, "title_%.*s", STR_FMT(code)),
            .place_name = str_printf(p->a, "place_%.*s", STR_FMT(code)),
            .about_name = str_printf(p->a, "about_%.*s", STR_FMT(code)),
            .outcome_name = str_printf(p->a, "outcome_%.*s", STR_FMT(code)),
            .title = v->title[i],
            .place = v->place[i],
            .about = v->about[i],
            .outcome = v->outcome[i],
        };
    }
    m->words = words;
    m->n_words = LANG_N;
}

/* What a form is drawn from: the entry (NULL: a new one), what was typed, what is wrong with it. */
struct drawing {
    struct str code;             /* "" for a new entry */
    const struct write_values *values; /* NULL: as the entry is */
    const struct web_errors *errors;
    struct verdict verdict;      /* a refusal; allowed otherwise */
    int status;
};

static struct err *draw_form(struct page *p, const struct drawing *d, const struct diary_full *f)
{
    struct write_values v = {.zone = p->site->zone, .where = S("home"), .language = p->code, .kind = S("meeting"),
                             .begins_on = day_text(p->a, p->today)};
    struct html h;
    if (f)
        values_of(p, f, &v);
    if (d->values)
        v = *d->values;
    struct diary_view_desk_write m = {.is_new = !f, .is_correction = f && f->entry.public_version > 0};
    struct str title = pages_t(p, !f ? "diary.desk.new" : m.is_correction ? "diary.write.correct" : "diary.desk.edit");
    TRY(session_layout(p->req, title, &m.layout));
    m.layout.width = CORE_WIDTH_READING;
    m.layout.errors = page_errors(p->req, d->errors);
    m.action = f ? page_href(p->req, "/desk/diary/%.*s/edit", STR_FMT(d->code)) : page_href(p->req, "/desk/diary/new");
    m.layout.back_href = f ? page_href(p->req, "/desk/diary/%.*s", STR_FMT(d->code)) : page_href(p->req, "/desk/diary");
    m.seen = v.seen;
    m.n_kinds = diary_options(p, kinds, "diary.kind.", v.kind, &m.kinds);
    m.n_places = diary_options(p, places, "diary.where.", v.where, &m.places);
    m.n_languages = diary_options(p, languages, "diary.language.", v.language, &m.languages);
    m.n_hows = diary_options(p, hows, "diary.how.", v.how, &m.hows);
    fill_form_options(p, v.form, &m);
    fill_offices(p, v.office, &m);
    TRY(fill_insides(p, v.inside, d->code, &m));
    fill_words(p, &v, &m);
    m.country = v.country;
    m.begins_on = v.begins_on;
    m.begins_time = v.begins_time;
    m.ends_on = v.ends_on;
    m.ends_time = v.ends_time;
    m.zone = v.zone;
    m.link = v.link;
    m.note = v.note;
    m.heads = v.heads;
    m.officials = v.officials;
    m.bodies = v.bodies;
    m.persons = v.persons;
    m.person = v.person;
    m.given_on = v.given_on;
    page_begin(p->req, &h);
    diary_view_desk_write(&h, &m);
    bool reads = f && diary_names_persons(f->participants, f->n_participants);
    if (!reads)
        return page_end(p->req, d->status, &h);
    struct str page;
    struct reading *r = ARENA_NEW(p->a, struct reading);
    *r = (struct reading){.noun = DIARY_NOUN, .noun_id = f->entry.id, .way = S("open"), .purpose = S("registration"),
                          .actor = *p->who};
    TRY(page_html(&h, &page));
    return action_page_after_reading(p->req, r, d->status, page);
}

/* The entry of the address, which the actor may write to; *ret_f stays untouched when the reply is sent. */
static struct err *open_for_writing(struct page *p, struct str code, struct diary_full *f, bool *ret_open)
{
    struct verdict v;
    *ret_open = false;
    TRY(diary_store_open(p->a, p->loop->read, p->site, p->who, code, f, &v));
    if (v.allowed)
        v = diary_store_may(p->site, p->who, DIARY_WRITE, &f->entry);
    if (!v.allowed)
        return web_refuse(p->req, str_eq(str_c(v.code), S("ENTRY_UNKNOWN")) ? 404 : page_refusal_status(&v), &v);
    *ret_open = true;
    return NULL;
}

static struct err *show_form(struct page *p)
{
    const struct drawing *d = p->user;
    struct diary_full f;
    bool is_open;
    if (d->code.n == 0)
        return draw_form(p, d, NULL);
    TRY(open_for_writing(p, d->code, &f, &is_open));
    return is_open ? draw_form(p, d, &f) : NULL;
}

static struct err *get_new(struct web_request *req)
{
    struct drawing d = {.code = S(""), .status = 200};
    return pages_run_with(req, show_form, &d);
}

static struct err *get_edit(struct web_request *req)
{
    struct drawing d = {.code = web_param(req, "code"), .status = 200};
    return pages_run_with(req, show_form, &d);
}

/* ---- sending ---- */

/* What the answer needs when the request's values are gone; in the action's arena. */
struct writing {
    struct str code;
    const struct write_values *values;
};

/* Which field does a refusal speak of? */
static struct str field_of(const struct verdict *v, const struct write_values *values)
{
    static const char *const fields_of[][2] = {
        {"ENTRY_KIND", "form"},          {"ENTRY_TIME", "begins_on"}, {"ENTRY_LONG", "ends_on"},
        {"ENTRY_ZONE", "zone"},          {"ENTRY_COUNTRY", "country"}, {"ENTRY_LINK", "link"},
        {"ENTRY_INSIDE", "inside"},      {"ENTRY_INSIDE_TIME", "inside"}, {"ENTRY_HOLDS", "kind"},
        {"ENTRY_NAME", "officials"},     {"ENTRY_CONSENT", "how"},    {"ENTRY_CONSENT_DAY", "given_on"},
        {"ENTRY_NOTE", "note"},          {"OFFICE_UNKNOWN", "office"}, {"ENTRY_NAME_IN_TEXT", "person"},
    };
    for (size_t i = 0; i < sizeof fields_of / sizeof fields_of[0]; i++)
        if (strcmp(v->code, fields_of[i][0]) == 0)
            return str_c(fields_of[i][1]);
    if (strcmp(v->code, "ENTRY_TITLE") == 0)
        return str_eq(values->language, S("ru"))   ? S("title_ru")
               : str_eq(values->language, S("en")) ? S("title_en")
                                                   : S("title_kk");
    return S("");
}

static struct err *answered(struct web_request *req, struct action *x)
{
    const struct writing *w = x->user;
    if (!action_is_refused(x)) {
        const struct diary_write_result *r = x->result;
        web_flash(req, "success", "diary.flash.written");
        return web_redirect(req, page_href(req, "/desk/diary/%.*s", STR_FMT(r->code)));
    }
    struct web_errors errors = {0};
    page_add_refusal(req, &errors, field_of(&x->verdict, w->values), &x->verdict);
    struct drawing d = {.code = w->code, .values = w->values, .errors = &errors,
                        .status = page_refusal_status(&x->verdict)};
    return pages_run_with(req, show_form, &d);
}

static struct err *send(struct page *p)
{
    struct drawing *d = p->user;
    struct write_values typed = {0};
    struct web_errors errors = {0};
    struct diary_full f = {0};
    bool is_open = true;
    int64_t inside_id = 0;
    TRY(web_form_read(p->req, &form, &typed, &errors));
    if (d->code.n > 0)
        TRY(open_for_writing(p, d->code, &f, &is_open));
    if (!is_open)
        return NULL;
    struct action *x = action_new(p->req);
    struct write_values *v = copy_values(x->a, &typed);
    struct diary_write_command *c = ARENA_NEW(x->a, struct diary_write_command);
    struct writing *w = ARENA_NEW(x->a, struct writing);
    fill_draft(p, x->a, v, &c->draft, &errors);
    TRY(diary_find(p->a, p->loop->read, p->site->realm, v->inside, &inside_id));
    c->draft.v.inside_id = v->inside.n > 0 && inside_id == 0 ? -1 : inside_id;
    c->id = f.entry.id;
    c->source_uid = S("");
    (void)str_to_int64(v->seen, &c->seen);
    (void)str_to_int64(v->office, &c->office_id);
    d->values = v;
    d->errors = &errors;
    d->status = 422;
    if (errors.n_items > 0)
        return draw_form(p, d, f.entry.id ? &f : NULL);
    *w = (struct writing){.code = str_dup(x->a, d->code), .values = v};
    x->command = c;
    x->user = w;
    return action_submit(p->req, x, diary_write, answered);
}

static struct err *post_new(struct web_request *req)
{
    struct drawing d = {.code = S("")};
    return pages_run_with(req, send, &d);
}

static struct err *post_edit(struct web_request *req)
{
    struct drawing d = {.code = web_param(req, "code")};
    return pages_run_with(req, send, &d);
}

static const struct web_route routes[] = {
    {WEB_GET, "/{lang}/desk/diary/new", DIARY_WRITE, WEB_CSRF_READ, WEB_BODY_NONE, get_new},
    {WEB_POST, "/{lang}/desk/diary/new", DIARY_WRITE, WEB_CSRF_FORM, WEB_BODY_FORM, post_new},
    {WEB_GET, "/{lang}/desk/diary/{code}/edit", DIARY_WRITE, WEB_CSRF_READ, WEB_BODY_NONE, get_edit},
    {WEB_POST, "/{lang}/desk/diary/{code}/edit", DIARY_WRITE, WEB_CSRF_FORM, WEB_BODY_FORM, post_edit},
};
const struct route_table diary_routes_write = {routes, sizeof routes / sizeof routes[0]};
