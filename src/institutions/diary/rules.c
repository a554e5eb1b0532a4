/* SPDX-License-Identifier: AGPL-3.0-or-later
 *
 * rules.c - states, what may be written, when it may be shown.
 *
 * Pure:   facts, a profile and the time go in, a verdict comes out.
 * Source: rules.md, "Misuse" (diary) and sheet N; report S80, S97, S100, S101.
 */
#include "institutions/diary/rules.h"

#include "base/clock.h"
#include "base/fold.h"

#define NO(code, id) verdict_no((code), "verdict.diary." id, "verdict.diary." id ".next", (struct str){0})

#define TITLE_MAX 300
#define TEXT_MAX 4000
#define LINE_MAX_CHARS 200
#define LINK_MAX 500
#define MS_PER_HOUR INT64_C(3600000)

/* == states == */

bool diary_rules_edge(enum diary_state from, enum diary_state to)
{
    static const uint32_t edges[N_DIARY_STATES] = {
        [DIARY_PLANNED] = DIARY_BIT(DIARY_HELD) | DIARY_BIT(DIARY_CANCELLED) | DIARY_BIT(DIARY_POSTPONED),
        [DIARY_HELD] = DIARY_BIT(DIARY_PUBLISHED) | DIARY_BIT(DIARY_CANCELLED),
        [DIARY_PUBLISHED] = DIARY_BIT(DIARY_CANCELLED), /* struck out, still to be seen */
        [DIARY_POSTPONED] = DIARY_BIT(DIARY_PLANNED) | DIARY_BIT(DIARY_CANCELLED),
        [DIARY_CANCELLED] = 0,
    };
    return (edges[from] & DIARY_BIT(to)) != 0;
}

struct policy_subject diary_rules_subject(const struct diary_entry *entry)
{
    return (struct policy_subject){
        .noun = DIARY_NOUN,
        .noun_id = entry->id,
        .body_id = entry->body_id,
        .office_id = entry->office_id,
        .state = DIARY_BIT(entry->state),
    };
}

/* == texts == */

static struct verdict text_no(const char *what)
{
    struct verdict v = NO("ENTRY_TEXT", "entry_text");
    verdict_fact(&v, "what", str_c(what));
    return v;
}

/* Everything that is typed, within its bounds. */
static struct verdict check_texts(const struct diary_version *v)
{
    const struct lang *own = lang_find(v->language);
    if (!own || text_is_blank(v->words[lang_index(own)].title))
        return NO("ENTRY_TITLE", "entry_title");
    for (size_t i = 0; i < LANG_N; i++) {
        const struct diary_words *w = &v->words[i];
        if (!text_fits(w->title, TITLE_MAX))
            return text_no("title");
        if (!text_fits(w->place, TITLE_MAX))
            return text_no("place");
        if (!text_fits(w->about, TEXT_MAX))
            return text_no("about");
        if (!text_fits(w->outcome, TEXT_MAX))
            return text_no("outcome");
        bool has_more = w->place.n + w->about.n + w->outcome.n > 0;
        if (text_is_blank(w->title) && has_more)
            return NO("ENTRY_TITLE", "entry_title");
    }
    if (!text_fits(v->note, LINE_MAX_CHARS * 3))
        return text_no("note");
    if (!text_fits(v->country, LINE_MAX_CHARS))
        return text_no("country");
    return verdict_yes();
}

static struct verdict check_link(struct str link)
{
    bool is_web = str_starts(link, S("https://")) || str_starts(link, S("http://"));
    bool is_bad = !text_fits(link, LINK_MAX);
    for (size_t i = 0; i < link.n && !is_bad; i++)
        is_bad = (unsigned char)link.p[i] <= ' ' || link.p[i] == '"' || link.p[i] == '<' || link.p[i] == '>';
    return link.n == 0 || (is_web && !is_bad) ? verdict_yes() : NO("ENTRY_LINK", "entry_link");
}

/* == when and where == */

static struct verdict check_time(struct arena *a, const struct draft_facts *f)
{
    const struct diary_version *v = &f->draft->v;
    int32_t first;
    int32_t last;
    if (!f->zone_is_known)
        return NO("ENTRY_ZONE", "entry_zone");
    if (!day_parse(v->begins_on, &first) || !day_parse(v->ends_on, &last) || last < first || v->ends_at < v->begins_at)
        return NO("ENTRY_TIME", "entry_time");
    int64_t most = profile_value(f->profile, DIARY_DAYS_RULE, f->today, DIARY_DAYS_MAX);
    if (last - first + 1 > most) {
        struct verdict no = NO("ENTRY_LONG", "entry_long");
        verdict_fact_int(a, &no, "days", most);
        return no;
    }
    return verdict_yes();
}

/* A meeting fits into an event; everything but a trip fits into a trip. */
static bool fits_inside(enum diary_kind kind, enum diary_kind frame)
{
    return frame == DIARY_EVENT ? kind == DIARY_MEETING : frame == DIARY_TRIP && kind != DIARY_TRIP;
}

static struct verdict check_inside(const struct draft_facts *f)
{
    const struct diary_version *v = &f->draft->v;
    const struct diary_frame *frame = f->frame;
    if (f->holds_others && v->kind != DIARY_EVENT && v->kind != DIARY_TRIP)
        return NO("ENTRY_HOLDS", "entry_holds");
    if (!frame)
        return verdict_yes();
    bool is_deep = frame->is_inside_meeting || (f->holds_others && v->kind == DIARY_TRIP);
    if (!frame->exists || frame->is_itself || is_deep || !fits_inside(v->kind, frame->kind))
        return NO("ENTRY_INSIDE", "entry_inside");
    if (v->begins_at < frame->begins_at || v->ends_at > frame->ends_at)
        return NO("ENTRY_INSIDE_TIME", "entry_inside_time");
    return verdict_yes();
}

/* == private persons == */

/* The person stands in the entry, and their consent holds. */
static bool has_consent(const struct draft_facts *f, struct str name)
{
    for (size_t i = 0; i < f->n_before; i++) {
        const struct diary_participant *p = &f->before[i];
        if (p->who == DIARY_WHO_PERSON && p->to_version == 0 && p->withdrawn_at == 0 && str_eq(p->name, name))
            return true;
    }
    return false;
}

static bool words_hold(struct arena *a, const struct diary_words *w, struct str folded)
{
    const struct str texts[] = {w->title, w->place, w->about, w->outcome};
    for (size_t i = 0; i < sizeof texts / sizeof texts[0]; i++) {
        struct str t = texts[i].n > 0 ? fold(a, texts[i]) : (struct str){0};
        if (t.n > 0 && str_find_str(t, folded) != SIZE_MAX)
            return true;
    }
    return false;
}

/* Withdrawing must take the name out of everything at once, so it stands in no text, new or old. */
static bool is_in_text(struct arena *a, const struct draft_facts *f, struct str name)
{
    struct str folded = fold(a, name);
    struct diary_words note = {.about = f->draft->v.note};
    if (folded.n == 0)
        return false;
    for (size_t i = 0; i < LANG_N; i++)
        if (words_hold(a, &f->draft->v.words[i], folded))
            return true;
    for (size_t i = 0; i < f->n_other_words; i++)
        if (words_hold(a, &f->other_words[i], folded))
            return true;
    return words_hold(a, &note, folded);
}

static struct verdict check_person(struct arena *a, const struct draft_facts *f, const struct diary_named *p)
{
    int32_t given;
    struct verdict no = verdict_yes();
    bool is_known = has_consent(f, p->name);
    bool has_how = str_eq(p->how, S("written")) || str_eq(p->how, S("email")) || str_eq(p->how, S("spoken"));
    if (!is_known && !has_how)
        no = NO("ENTRY_CONSENT", "entry_consent");
    else if (!is_known && (!day_parse(p->given_on, &given) || given > f->today))
        no = NO("ENTRY_CONSENT_DAY", "entry_consent_day");
    else if (is_in_text(a, f, p->name))
        no = NO("ENTRY_NAME_IN_TEXT", "entry_name_in_text");
    if (!no.allowed)
        verdict_fact(&no, "name", p->name);
    return no;
}

/* A person who withdrew, or left the list, may not come back through the words. */
static struct verdict check_former(struct arena *a, const struct draft_facts *f)
{
    for (size_t i = 0; i < f->n_before; i++) {
        const struct diary_participant *p = &f->before[i];
        if (p->who != DIARY_WHO_PERSON || !is_in_text(a, f, p->name))
            continue;
        struct verdict no = NO("ENTRY_NAME_IN_TEXT", "entry_name_in_text");
        verdict_fact(&no, "name", p->name);
        return no;
    }
    return verdict_yes();
}

static struct verdict check_named(struct arena *a, const struct draft_facts *f)
{
    const struct diary_draft *d = f->draft;
    if (d->n_named > DIARY_PARTICIPANTS_MAX)
        return NO("ENTRY_NAME", "entry_name");
    for (size_t i = 0; i < d->n_named; i++) {
        const struct diary_named *p = &d->named[i];
        if (text_is_blank(p->name) || !text_fits(p->name, LINE_MAX_CHARS) || !text_fits(p->post, LINE_MAX_CHARS))
            return NO("ENTRY_NAME", "entry_name");
        struct verdict v = p->who == DIARY_WHO_PERSON ? check_person(a, f, p) : verdict_yes();
        if (!v.allowed)
            return v;
    }
    return check_former(a, f);
}

struct verdict diary_rules_draft(struct arena *a, const struct draft_facts *f)
{
    const struct diary_version *v = &f->draft->v;
    struct verdict no = check_texts(v);
    if (no.allowed && !diary_form_fits(v->kind, v->form))
        no = NO("ENTRY_KIND", "entry_kind");
    if (no.allowed)
        no = check_time(a, f);
    if (no.allowed && v->is_abroad && text_is_blank(v->country))
        no = NO("ENTRY_COUNTRY", "entry_country");
    if (no.allowed)
        no = check_link(v->link);
    if (no.allowed)
        no = check_inside(f);
    if (no.allowed)
        no = check_named(a, f);
    if (no.allowed && f->is_shown && text_is_blank(v->note))
        no = NO("ENTRY_NOTE", "entry_note");
    return no;
}

/* == afterwards == */

struct verdict diary_rules_hold(struct arena *a, const struct diary_version *v, int64_t now)
{
    if (now >= v->begins_at)
        return verdict_yes();
    struct verdict no = NO("HOLD_EARLY", "hold_early");
    verdict_fact(&no, "when", instant_text(a, v->begins_at));
    return no;
}

static int64_t delay_hours(const struct publish_facts *f)
{
    return profile_value(f->profile, DIARY_DELAY_RULE, f->today, DIARY_DELAY_HOURS);
}

/* The profile's delay since `ends_at` has passed. */
static bool is_over(const struct publish_facts *f, int64_t ends_at)
{
    return f->now >= ends_at + delay_hours(f) * MS_PER_HOUR;
}

static struct verdict with_hours(struct arena *a, const struct publish_facts *f, struct verdict no)
{
    verdict_fact_int(a, &no, "hours", delay_hours(f));
    return no;
}

/* Two pairs of eyes; the head's own are enough. */
static struct verdict check_second(const struct publish_facts *f)
{
    if (f->entry->version <= f->entry->public_version)
        return NO("PUBLISH_NOTHING", "publish_nothing");
    bool is_own = f->version->by_person_id != 0 && f->version->by_person_id == f->person_id;
    bool two = profile_value(f->profile, DIARY_TWO_STEPS_RULE, f->today, 1) != 0;
    return is_own && two && !f->is_head ? NO("PUBLISH_OWN", "publish_own") : verdict_yes();
}

/* A meeting tells where the trip is: it waits for the whole of it. */
static struct verdict check_trip(struct arena *a, const struct publish_facts *f)
{
    if (f->trip_ends_at == 0 || f->trip_is_announced || is_over(f, f->trip_ends_at))
        return verdict_yes();
    return with_hours(a, f, NO("PUBLISH_TRIP", "publish_trip"));
}

struct verdict diary_rules_publish(struct arena *a, const struct publish_facts *f)
{
    const struct diary_entry *e = f->entry;
    bool is_held = e->state == DIARY_HELD || e->state == DIARY_PUBLISHED;
    if (!is_held)
        return NO("PUBLISH_STATE", "publish_state");
    /* What was announced and took place is published as it stands. */
    bool is_step = e->state == DIARY_HELD && e->public_version == e->version && e->public_version > 0;
    struct verdict v = is_step ? verdict_yes() : check_second(f);
    if (!v.allowed)
        return v;
    bool is_past = e->is_announced ? f->now >= f->version->ends_at : is_over(f, f->version->ends_at);
    if (!is_past)
        return with_hours(a, f, NO("PUBLISH_EARLY", "publish_early"));
    v = check_trip(a, f);
    if (!v.allowed)
        return v;
    bool waits = f->frame && f->frame_version->kind == DIARY_EVENT && f->frame->state != DIARY_PUBLISHED;
    return waits ? NO("PUBLISH_EVENT_FIRST", "publish_event_first") : verdict_yes();
}

struct verdict diary_rules_announce(struct arena *a, const struct publish_facts *f)
{
    if (f->entry->state != DIARY_PLANNED)
        return NO("PUBLISH_STATE", "publish_state");
    struct verdict v = check_second(f);
    return v.allowed ? check_trip(a, f) : v;
}

struct verdict diary_rules_cancel(struct arena *a, struct str reason, int64_t n_inside,
                                  const struct diary_participant *before, size_t n_before)
{
    if (text_is_blank(reason) || !text_fits(reason, LINE_MAX_CHARS * 3))
        return NO("CANCEL_REASON", "cancel_reason");
    struct diary_draft draft = {.v = {.note = reason}};
    struct draft_facts f = {.draft = &draft, .before = before, .n_before = n_before};
    struct verdict named = check_former(a, &f);
    if (!named.allowed || n_inside == 0)
        return named;
    struct verdict no = NO("CANCEL_HOLDS", "cancel_holds");
    verdict_fact_int(a, &no, "count", n_inside);
    return no;
}

struct verdict diary_rules_withdraw(const struct diary_participant *p, struct str how)
{
    if (!p || p->who != DIARY_WHO_PERSON)
        return NO("CONSENT_UNKNOWN", "consent_unknown");
    if (p->withdrawn_at != 0)
        return NO("CONSENT_GONE", "consent_gone");
    if (text_is_blank(how) || !text_fits(how, LINE_MAX_CHARS))
        return NO("CONSENT_HOW", "consent_how");
    return verdict_yes();
}
