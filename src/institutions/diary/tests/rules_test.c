/* SPDX-License-Identifier: AGPL-3.0-or-later
 *
 * rules_test.c - a row for each sentence: what may be written, and when it may be shown.
 *
 * Source: rules.md, "Misuse" (diary) and sheet N; report S80, S97, S100, S101.
 */
#include "tests/test.h"

#include "base/clock.h"
#include "base/err.h"
#include "institutions/diary/rules.h"

#define NOW INT64_C(1785733200000) /* 2026-08-03T05:00:00Z */
#define HOUR INT64_C(3600000)
#define TODAY 20668 /* 2026-08-03 */

static const struct profile *law(struct arena *a)
{
    const struct profile *const *all;
    size_t n;
    assert_null(profile_load_all(a, (struct str){0}, &all, &n));
    const struct profile *p = profile_find(all, n, S("kz-2026"));
    assert_non_null(p);
    return p;
}

static void expect(const char *what, struct verdict v, const char *code)
{
    const char *found = v.allowed ? NULL : v.code;
    if ((found == NULL) != (code == NULL) || (code && strcmp(code, found) != 0))
        fail_msg("%s: expected %s, found %s", what, code ? code : "a yes", found ? found : "a yes");
}

/* == writing == */

/* A draft that may be written; each row changes one thing of it. */
struct row {
    const char *sentence;
    void (*change)(struct draft_facts *f, struct diary_draft *d);
    const char *code; /* NULL: it may */
};

static struct diary_frame frame;
static struct diary_participant before[1];
static struct diary_words old_words[1];
static struct diary_named named[2];
static char long_text[5000];

static void nothing(struct draft_facts *f, struct diary_draft *d) {}
static void no_title(struct draft_facts *f, struct diary_draft *d) { d->v.words[0].title = S("  "); }
static void other_title(struct draft_facts *f, struct diary_draft *d)
{
    d->v.words[1].title = d->v.words[0].title;
    d->v.words[0].title = S("");
}
static void words_without_title(struct draft_facts *f, struct diary_draft *d) { d->v.words[1].place = S("Астана"); }
static void long_title(struct draft_facts *f, struct diary_draft *d) { d->v.words[0].title = (struct str){long_text, 301}; }
static void long_about(struct draft_facts *f, struct diary_draft *d) { d->v.words[0].about = (struct str){long_text, 4001}; }
static void broken(struct draft_facts *f, struct diary_draft *d) { d->v.words[0].about = S("\xff"); }
static void wrong_form(struct draft_facts *f, struct diary_draft *d) { d->v.form = S("state_visit"); }
static void right_form(struct draft_facts *f, struct diary_draft *d) { d->v.form = S("bilateral"); }
static void ends_before(struct draft_facts *f, struct diary_draft *d) { d->v.ends_at = d->v.begins_at - 1; }
static void no_day(struct draft_facts *f, struct diary_draft *d) { d->v.begins_on = S("2026-02-30"); }
static void too_long(struct draft_facts *f, struct diary_draft *d) { d->v.ends_on = S("2026-10-05"); }
static void as_long_as_may_be(struct draft_facts *f, struct diary_draft *d) { d->v.ends_on = S("2026-10-03"); }
static void no_zone(struct draft_facts *f, struct diary_draft *d) { f->zone_is_known = false; }
static void abroad_nowhere(struct draft_facts *f, struct diary_draft *d) { d->v.is_abroad = true; }
static void abroad(struct draft_facts *f, struct diary_draft *d)
{
    d->v.is_abroad = true;
    d->v.country = S("Норвегия");
}
static void script_link(struct draft_facts *f, struct diary_draft *d) { d->v.link = S("javascript:alert(1)"); }
static void blank_link(struct draft_facts *f, struct diary_draft *d) { d->v.link = S("https://a b"); }
static void web_link(struct draft_facts *f, struct diary_draft *d) { d->v.link = S("https://example.org/text"); }

static void inside(struct draft_facts *f, enum diary_kind kind)
{
    frame = (struct diary_frame){.exists = true, .kind = kind, .begins_at = NOW - HOUR, .ends_at = NOW + 5 * HOUR};
    f->frame = &frame;
}
static void inside_event(struct draft_facts *f, struct diary_draft *d) { inside(f, DIARY_EVENT); }
static void inside_trip(struct draft_facts *f, struct diary_draft *d) { inside(f, DIARY_TRIP); }
static void inside_meeting(struct draft_facts *f, struct diary_draft *d) { inside(f, DIARY_MEETING); }
static void inside_gone(struct draft_facts *f, struct diary_draft *d)
{
    inside(f, DIARY_EVENT);
    frame.exists = false;
}
static void inside_itself(struct draft_facts *f, struct diary_draft *d)
{
    inside(f, DIARY_EVENT);
    frame.is_itself = true;
}
static void inside_but_longer(struct draft_facts *f, struct diary_draft *d)
{
    inside(f, DIARY_EVENT);
    frame.ends_at = NOW;
}
static void call_in_event(struct draft_facts *f, struct diary_draft *d)
{
    inside(f, DIARY_EVENT);
    d->v.kind = DIARY_CALL;
}
static void trip_in_trip(struct draft_facts *f, struct diary_draft *d)
{
    inside(f, DIARY_TRIP);
    d->v.kind = DIARY_TRIP;
}
static void meeting_holds(struct draft_facts *f, struct diary_draft *d) { f->holds_others = true; }
static void event_holds(struct draft_facts *f, struct diary_draft *d)
{
    f->holds_others = true;
    d->v.kind = DIARY_EVENT;
}

static void name_one(struct draft_facts *f, struct diary_draft *d, enum diary_who who, const char *name, const char *how,
                     const char *on)
{
    (void)f;
    named[0] = (struct diary_named){who, str_c(name), S(""), str_c(how), str_c(on)};
    d->named = named;
    d->n_named = 1;
}
static void nameless(struct draft_facts *f, struct diary_draft *d) { name_one(f, d, DIARY_WHO_BODY, " ", "", ""); }
static void a_body(struct draft_facts *f, struct diary_draft *d) { name_one(f, d, DIARY_WHO_BODY, "Акимат", "", ""); }
static void too_many(struct draft_facts *f, struct diary_draft *d) { d->n_named = 101; }
static void person_unasked(struct draft_facts *f, struct diary_draft *d)
{
    name_one(f, d, DIARY_WHO_PERSON, "Тұрғын Бірінші", "", "");
}
static void person_agreed(struct draft_facts *f, struct diary_draft *d)
{
    name_one(f, d, DIARY_WHO_PERSON, "Тұрғын Бірінші", "written", "2026-08-01");
}
static void person_will_agree(struct draft_facts *f, struct diary_draft *d)
{
    name_one(f, d, DIARY_WHO_PERSON, "Тұрғын Бірінші", "written", "2026-08-04");
}
static void person_sometime(struct draft_facts *f, struct diary_draft *d)
{
    name_one(f, d, DIARY_WHO_PERSON, "Тұрғын Бірінші", "written", "");
}
static void person_by_rumour(struct draft_facts *f, struct diary_draft *d)
{
    name_one(f, d, DIARY_WHO_PERSON, "Тұрғын Бірінші", "rumour", "2026-08-01");
}
static void person_in_title(struct draft_facts *f, struct diary_draft *d)
{
    person_agreed(f, d);
    d->v.words[0].title = S("ТҰРҒЫН  бірінші қабылданды");
}
static void person_in_note(struct draft_facts *f, struct diary_draft *d)
{
    person_agreed(f, d);
    d->v.note = S("Тұрғын Бірінші қосылды");
}
static void person_in_old_words(struct draft_facts *f, struct diary_draft *d)
{
    person_agreed(f, d);
    old_words[0] = (struct diary_words){.about = S("... Тұрғын Бірінші ...")};
    f->other_words = old_words;
    f->n_other_words = 1;
}
static void stood(struct draft_facts *f, int64_t withdrawn_at)
{
    before[0] = (struct diary_participant){.no = 1, .who = DIARY_WHO_PERSON, .name = S("Тұрғын Бірінші"), .post = S(""),
                                           .from_version = 1, .how = S("written"), .withdrawn_at = withdrawn_at};
    f->before = before;
    f->n_before = 1;
}
static void person_stays(struct draft_facts *f, struct diary_draft *d)
{
    stood(f, 0);
    person_unasked(f, d);
}
static void person_withdrew(struct draft_facts *f, struct diary_draft *d)
{
    stood(f, NOW);
    person_unasked(f, d);
}
static void person_withdrew_but_is_told_of(struct draft_facts *f, struct diary_draft *d)
{
    stood(f, NOW);
    d->v.words[0].outcome = S("тұрғын бірінші риза");
}
static void correction(struct draft_facts *f, struct diary_draft *d) { f->is_shown = true; }
static void correction_with_note(struct draft_facts *f, struct diary_draft *d)
{
    f->is_shown = true;
    d->v.note = S("Орны түзетілді");
}

static const struct row rows[] = {
    {"a title in the main language is enough", nothing, NULL},
    {"without a title it is nothing", no_title, "ENTRY_TITLE"},
    {"the main language has the title", other_title, "ENTRY_TITLE"},
    {"words of a language need their title", words_without_title, "ENTRY_TITLE"},
    {"a title has its bound", long_title, "ENTRY_TEXT"},
    {"so has a text", long_about, "ENTRY_TEXT"},
    {"broken characters are no text", broken, "ENTRY_TEXT"},
    {"a meeting is no state visit", wrong_form, "ENTRY_KIND"},
    {"a meeting may be bilateral", right_form, NULL},
    {"nothing ends before it begins", ends_before, "ENTRY_TIME"},
    {"a day exists", no_day, "ENTRY_TIME"},
    {"an entry lasts at most as the profile says", too_long, "ENTRY_LONG"},
    {"that long it may last", as_long_as_may_be, NULL},
    {"a zone is one of the tz database", no_zone, "ENTRY_ZONE"},
    {"abroad is in a country", abroad_nowhere, "ENTRY_COUNTRY"},
    {"abroad in a country", abroad, NULL},
    {"a link leads to the web", script_link, "ENTRY_LINK"},
    {"a link has no blanks", blank_link, "ENTRY_LINK"},
    {"a link to a transcript", web_link, NULL},
    {"a meeting lies inside an event", inside_event, NULL},
    {"a meeting lies inside a trip", inside_trip, NULL},
    {"nothing lies inside a meeting", inside_meeting, "ENTRY_INSIDE"},
    {"nothing lies inside what is not there", inside_gone, "ENTRY_INSIDE"},
    {"nothing lies inside itself", inside_itself, "ENTRY_INSIDE"},
    {"what lies inside ends inside", inside_but_longer, "ENTRY_INSIDE_TIME"},
    {"a call is no part of an event", call_in_event, "ENTRY_INSIDE"},
    {"a trip is no part of a trip", trip_in_trip, "ENTRY_INSIDE"},
    {"what holds others stays an event or trip", meeting_holds, "ENTRY_HOLDS"},
    {"an event holds others", event_holds, NULL},
    {"who took part has a name", nameless, "ENTRY_NAME"},
    {"a body is named freely", a_body, NULL},
    {"participants have a bound", too_many, "ENTRY_NAME"},
    {"a private person is named with consent alone", person_unasked, "ENTRY_CONSENT"},
    {"with consent a person is named", person_agreed, NULL},
    {"consent is given before it is written down", person_will_agree, "ENTRY_CONSENT_DAY"},
    {"consent has a day", person_sometime, "ENTRY_CONSENT_DAY"},
    {"consent was given in one of three ways", person_by_rumour, "ENTRY_CONSENT"},
    {"a private name stands in no title, however written", person_in_title, "ENTRY_NAME_IN_TEXT"},
    {"nor in the note of a correction", person_in_note, "ENTRY_NAME_IN_TEXT"},
    {"nor in words of a former version", person_in_old_words, "ENTRY_NAME_IN_TEXT"},
    {"consent holds from version to version", person_stays, NULL},
    {"consent that was withdrawn holds for nothing", person_withdrew, "ENTRY_CONSENT"},
    {"who withdrew does not come back through the words", person_withdrew_but_is_told_of, "ENTRY_NAME_IN_TEXT"},
    {"what everybody read is corrected with a note", correction, "ENTRY_NOTE"},
    {"with a note it is corrected", correction_with_note, NULL},
};

static void what_may_be_written(void **state)
{
    struct arena *a = *state;
    const struct profile *p = law(a);
    memset(long_text, 'a', sizeof long_text);
    for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
        struct diary_draft d = {.v = {.kind = DIARY_MEETING, .form = S(""), .country = S(""), .begins_at = NOW,
                                      .ends_at = NOW + HOUR, .begins_on = S("2026-08-03"), .ends_on = S("2026-08-03"),
                                      .zone = S("Asia/Almaty"), .link = S(""), .language = S("kk"), .note = S("")}};
        d.v.words[0].title = S("Кездесу");
        struct draft_facts f = {.draft = &d, .profile = p, .zone_is_known = true, .today = TODAY};
        rows[i].change(&f, &d);
        expect(rows[i].sentence, diary_rules_draft(a, &f), rows[i].code);
    }
}

/* == showing == */

struct showing {
    const char *sentence;
    enum diary_state state;
    bool is_announced;
    int64_t ends;       /* hours from now */
    int64_t trip_ends;  /* hours from now; 0: no trip */
    bool trip_is_announced;
    bool is_own, is_head;
    int64_t version, public_version;
    int event;          /* 0: none around it, 1: not published, 2: published */
    const char *publish, *announce; /* codes; NULL: yes */
};

static const struct showing showings[] = {
    {"planned is announced, not published", DIARY_PLANNED, false, 48, 0, false, false, false, 1, 0, 0, "PUBLISH_STATE",
     NULL},
    {"held and a day over: published", DIARY_HELD, false, -24, 0, false, false, false, 1, 0, 0, NULL, "PUBLISH_STATE"},
    {"an hour less is too early", DIARY_HELD, false, -23, 0, false, false, false, 1, 0, 0, "PUBLISH_EARLY",
     "PUBLISH_STATE"},
    {"still under way is too early", DIARY_HELD, false, 1, 0, false, false, false, 1, 0, 0, "PUBLISH_EARLY",
     "PUBLISH_STATE"},
    {"what was announced is published when it is over", DIARY_HELD, true, 0, 0, false, false, false, 1, 1, 0, NULL,
     "PUBLISH_STATE"},
    {"but not before", DIARY_HELD, true, 1, 0, false, false, false, 1, 1, 0, "PUBLISH_EARLY", "PUBLISH_STATE"},
    {"who wrote it does not publish it", DIARY_HELD, false, -48, 0, false, true, false, 1, 0, 0, "PUBLISH_OWN",
     "PUBLISH_STATE"},
    {"nor announce it", DIARY_PLANNED, false, 48, 0, false, true, false, 1, 0, 0, "PUBLISH_STATE", "PUBLISH_OWN"},
    {"the head does both", DIARY_HELD, false, -48, 0, false, true, true, 1, 0, 0, NULL, "PUBLISH_STATE"},
    {"the head announces what the head wrote", DIARY_PLANNED, false, 48, 0, false, true, true, 1, 0, 0, "PUBLISH_STATE",
     NULL},
    {"a meeting waits for the end of its trip", DIARY_HELD, false, -48, 24, false, false, false, 1, 0, 0, "PUBLISH_TRIP",
     "PUBLISH_STATE"},
    {"and the delay after it", DIARY_HELD, false, -48, -23, false, false, false, 1, 0, 0, "PUBLISH_TRIP",
     "PUBLISH_STATE"},
    {"then it is published", DIARY_HELD, false, -48, -24, false, false, false, 1, 0, 0, NULL, "PUBLISH_STATE"},
    {"an announced trip hides nothing", DIARY_HELD, false, -48, 24, true, false, false, 1, 0, 0, NULL, "PUBLISH_STATE"},
    {"a meeting of a secret trip is not announced", DIARY_PLANNED, false, 24, 48, false, false, false, 1, 0, 0,
     "PUBLISH_STATE", "PUBLISH_TRIP"},
    {"a meeting of an announced trip may be", DIARY_PLANNED, false, 24, 48, true, false, false, 1, 0, 0, "PUBLISH_STATE",
     NULL},
    {"a part waits for its event", DIARY_HELD, false, -48, 0, false, false, false, 1, 0, 1, "PUBLISH_EVENT_FIRST",
     "PUBLISH_STATE"},
    {"and follows it", DIARY_HELD, false, -48, 0, false, false, false, 1, 0, 2, NULL, "PUBLISH_STATE"},
    {"nothing new is nothing to publish", DIARY_PUBLISHED, false, -48, 0, false, false, false, 2, 2, 0, "PUBLISH_NOTHING",
     "PUBLISH_STATE"},
    {"a correction is published", DIARY_PUBLISHED, false, -48, 0, false, false, false, 3, 2, 0, NULL, "PUBLISH_STATE"},
    {"by another person too", DIARY_PUBLISHED, false, -48, 0, false, true, false, 3, 2, 0, "PUBLISH_OWN",
     "PUBLISH_STATE"},
    {"a correction moves nothing into the future", DIARY_PUBLISHED, true, 24, 0, false, false, false, 3, 2, 0,
     "PUBLISH_EARLY", "PUBLISH_STATE"},
    {"cancelled is over", DIARY_CANCELLED, false, -48, 0, false, false, false, 1, 0, 0, "PUBLISH_STATE", "PUBLISH_STATE"},
    {"postponed waits for its day", DIARY_POSTPONED, true, -48, 0, false, false, false, 1, 0, 0, "PUBLISH_STATE",
     "PUBLISH_STATE"},
};

static void when_it_may_be_shown(void **state)
{
    struct arena *a = *state;
    const struct profile *p = law(a);
    for (size_t i = 0; i < sizeof showings / sizeof showings[0]; i++) {
        const struct showing *s = &showings[i];
        struct diary_entry e = {.id = 1, .state = s->state, .is_announced = s->is_announced, .version = s->version,
                                .public_version = s->public_version};
        struct diary_version v = {.ends_at = NOW + s->ends * HOUR, .begins_at = NOW + (s->ends - 1) * HOUR,
                                  .by_person_id = s->is_own ? 7 : 8};
        struct diary_entry event = {.state = s->event == 2 ? DIARY_PUBLISHED : DIARY_HELD};
        struct diary_version event_version = {.kind = DIARY_EVENT};
        struct publish_facts f = {.entry = &e, .version = &v, .profile = p, .person_id = 7, .is_head = s->is_head,
                                  .trip_ends_at = s->trip_ends ? NOW + s->trip_ends * HOUR : 0,
                                  .trip_is_announced = s->trip_is_announced, .today = TODAY, .now = NOW,
                                  .frame = s->event ? &event : NULL, .frame_version = s->event ? &event_version : NULL};
        expect(s->sentence, diary_rules_publish(a, &f), s->publish);
        expect(s->sentence, diary_rules_announce(a, &f), s->announce);
    }
}

static void steps_have_their_reasons(void **state)
{
    struct arena *a = *state;
    struct diary_version v = {.begins_at = NOW};
    struct diary_participant person = {.no = 1, .who = DIARY_WHO_PERSON, .name = S("Тұрғын Бірінші"), .how = S("written")};
    struct diary_participant gone = person;
    struct diary_participant body = {.no = 2, .who = DIARY_WHO_BODY, .name = S("Акимат")};
    gone.withdrawn_at = NOW;
    expect("held once it began", diary_rules_hold(a, &v, NOW), NULL);
    expect("not before", diary_rules_hold(a, &v, NOW - 1), "HOLD_EARLY");
    expect("cancelled with a reason", diary_rules_cancel(a, S("Ауа райы"), 0, NULL, 0), NULL);
    expect("not without", diary_rules_cancel(a, S(" "), 0, NULL, 0), "CANCEL_REASON");
    expect("not while it holds published ones", diary_rules_cancel(a, S("Ауа райы"), 2, NULL, 0), "CANCEL_HOLDS");
    expect("not with a private name", diary_rules_cancel(a, S("Тұрғын бірінші ауырды"), 0, &person, 1),
           "ENTRY_NAME_IN_TEXT");
    expect("consent is withdrawn", diary_rules_withdraw(&person, S("by letter")), NULL);
    expect("in some way", diary_rules_withdraw(&person, S("")), "CONSENT_HOW");
    expect("once", diary_rules_withdraw(&gone, S("by letter")), "CONSENT_GONE");
    expect("by somebody who gave it", diary_rules_withdraw(NULL, S("by letter")), "CONSENT_UNKNOWN");
    expect("a body gave none", diary_rules_withdraw(&body, S("by letter")), "CONSENT_UNKNOWN");
}

static void the_state_machine_has_these_edges_and_no_others(void **state)
{
    (void)state;
    static const char *const edges[] = {"planned-held", "planned-cancelled", "planned-postponed", "held-published",
                                        "held-cancelled", "published-cancelled", "postponed-planned",
                                        "postponed-cancelled"};
    struct arena *a = *state;
    size_t n = 0;
    for (enum diary_state from = 0; from < N_DIARY_STATES; from++)
        for (enum diary_state to = 0; to < N_DIARY_STATES; to++) {
            if (!diary_rules_edge(from, to))
                continue;
            struct str edge = str_printf(a, "%.*s-%.*s", STR_FMT(diary_state_name(from)), STR_FMT(diary_state_name(to)));
            bool known = false;
            for (size_t i = 0; i < sizeof edges / sizeof edges[0]; i++)
                known = known || str_eq(edge, str_c(edges[i]));
            if (!known)
                fail_msg("%.*s", STR_FMT(edge));
            n++;
        }
    assert_int_equal(n, sizeof edges / sizeof edges[0]);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        TEST(what_may_be_written),
        TEST(when_it_may_be_shown),
        TEST(steps_have_their_reasons),
        TEST(the_state_machine_has_these_edges_and_no_others),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
