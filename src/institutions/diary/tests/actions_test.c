/* SPDX-License-Identifier: AGPL-3.0-or-later
 *
 * actions_test.c - stories: an entry on its way to everybody, and what never gets there.
 */
#include "institutions/diary/tests/story.h"

#include "base/clock.h"

static void an_entry_is_written_held_and_published_by_two_persons(void **state)
{
    struct state *s = story_new(*state);
    struct diary_shown shown;
    struct diary_write_result *r = story_enter(s, DIARY_MEETING, "Кездесу", "2026-08-01", "10:00", "11:00");
    assert_int_equal(r->code.n, DIARY_CODE_CHARS);
    assert_false(story_is_shown(s, r->code, NULL));
    story_no_step(s, story_head(s), diary_publish, r->id, "", "PUBLISH_STATE");
    story_step(s, story_writer(s), diary_hold, r->id, "");
    assert_false(story_is_shown(s, r->code, NULL));
    story_no_step(s, story_writer(s), diary_publish, r->id, "", "POLICY_ROLE");
    story_step(s, story_head(s), diary_publish, r->id, "");
    assert_true(story_is_shown(s, r->code, &shown));
    assert_str(shown.version.words[0].title, "Кездесу");
    assert_int_equal(shown.row.sequence, 0);
    story_no_step(s, story_head(s), diary_publish, r->id, "", "PUBLISH_NOTHING");
    story_check(s);
}

static void a_registrar_does_not_publish_what_they_wrote(void **state)
{
    struct state *s = story_new(*state);
    struct diary_write_command *c = story_command(s, DIARY_MEETING, "Кездесу", "2026-08-01", "10:00", "11:00");
    state_do(s, story_clerk(s), diary_write, c);
    int64_t id = ((struct diary_write_result *)s->last.result)->id;
    story_step(s, story_clerk(s), diary_hold, id, "");
    story_no_step(s, story_clerk(s), diary_publish, id, "", "PUBLISH_OWN");
    struct diary_write_command *again = story_again(s, id);
    story_write(s, again); /* now the executor wrote the newest version */
    story_step(s, story_clerk(s), diary_publish, id, "");
    story_check(s);
}

static void strangers_and_administrators_reach_nothing(void **state)
{
    struct state *s = story_new(*state);
    struct diary_write_result *r = story_enter(s, DIARY_MEETING, "Кездесу", "2026-08-01", "10:00", "11:00");
    story_step(s, story_writer(s), diary_hold, r->id, "");
    story_no_step(s, story_stranger(s), diary_hold, r->id, "", "ENTRY_UNKNOWN");
    story_no_step(s, story_stranger(s), diary_publish, r->id, "", "ENTRY_UNKNOWN");
    story_no_step(s, state_admin(s), diary_publish, r->id, "", "POLICY_ROLE");
    struct actor other = story_stranger(s);
    struct actor visitor = actor_visitor();
    struct diary_full full;
    struct verdict v;
    assert_ok(diary_store_open(s->a, s->read, s->site, &other, r->code, &full, &v));
    assert_string_equal(v.code, "ENTRY_UNKNOWN");
    assert_ok(diary_store_open(s->a, s->read, s->site, &other, S("0123456789AB"), &full, &v));
    assert_string_equal(v.code, "ENTRY_UNKNOWN");
    assert_ok(diary_store_open(s->a, s->read, s->site, &visitor, r->code, &full, &v));
    assert_string_equal(v.code, "POLICY_SIGN_IN");
    struct diary_write_command *c = story_command(s, DIARY_MEETING, "Бөтен", "2026-08-01", "10:00", "11:00");
    state_refuse(s, story_stranger(s), diary_write, c, "POLICY_NOT_YOURS");
    c->office_id = 999;
    state_refuse(s, story_writer(s), diary_write, c, "POLICY_NOT_YOURS");
}

static void nothing_is_published_before_the_delay(void **state)
{
    struct state *s = story_new(*state);
    struct diary_write_result *r = story_enter(s, DIARY_MEETING, "Кездесу", "2026-08-03", "09:00", "09:30");
    story_step(s, story_writer(s), diary_hold, r->id, "");
    story_no_step(s, story_head(s), diary_publish, r->id, "", "PUBLISH_EARLY");
    s->now += 23 * HOUR;
    story_no_step(s, story_head(s), diary_publish, r->id, "", "PUBLISH_EARLY");
    s->now += HOUR / 2;
    story_step(s, story_head(s), diary_publish, r->id, "");
    assert_true(story_is_shown(s, r->code, NULL));
    story_check(s);
}

static void what_is_announced_is_shown_before_and_counted_afterwards(void **state)
{
    struct state *s = story_new(*state);
    struct diary_count counts[N_DIARY_COUNTERS];
    struct diary_shown shown;
    struct diary_write_result *r = story_enter(s, DIARY_EVENT, "Форум", "2026-08-10", "", "");
    story_no_step(s, story_writer(s), diary_hold, r->id, "", "HOLD_EARLY");
    story_no_step(s, story_writer(s), diary_announce, r->id, "", "POLICY_ROLE");
    story_step(s, story_clerk(s), diary_announce, r->id, "");
    assert_true(story_is_shown(s, r->code, &shown));
    assert_int_equal(shown.row.state, DIARY_PLANNED);
    story_counts(s, "2026-08-01", "2026-08-31", counts);
    assert_int_equal(counts[DIARY_EVENTS_HOME].n, 0);
    s->now += 9 * 24 * HOUR;
    story_step(s, story_writer(s), diary_hold, r->id, "");
    story_step(s, story_head(s), diary_publish, r->id, "");
    story_counts(s, "2026-08-01", "2026-08-31", counts);
    assert_int_equal(counts[DIARY_EVENTS_HOME].n, 1);
    story_check(s);
}

static void a_new_plan_is_not_shown_before_it_is_announced_again(void **state)
{
    struct state *s = story_new(*state);
    struct diary_shown shown;
    struct diary_write_result *r = story_enter(s, DIARY_EVENT, "Форум", "2026-08-10", "", "");
    story_step(s, story_clerk(s), diary_announce, r->id, "");
    struct diary_write_command *again = story_again(s, r->id);
    again->draft.v.words[0].place = S("Жасырын жер");
    again->draft.v.note = S("Орны өзгерді");
    story_write(s, again);
    assert_true(story_is_shown(s, r->code, &shown));
    assert_str(shown.version.words[0].place, "Әкімдік");
    story_step(s, story_clerk(s), diary_announce, r->id, "");
    assert_true(story_is_shown(s, r->code, &shown));
    assert_str(shown.version.words[0].place, "Жасырын жер");
    assert_int_equal(shown.row.sequence, 1);
    story_check(s);
}

static void postponed_stays_postponed_for_everybody_until_the_new_day_is_announced(void **state)
{
    struct state *s = story_new(*state);
    struct diary_shown shown;
    struct diary_write_result *r = story_enter(s, DIARY_EVENT, "Форум", "2026-08-10", "", "");
    story_step(s, story_clerk(s), diary_announce, r->id, "");
    story_no_step(s, story_writer(s), diary_postpone, r->id, "Ауа райы", "POLICY_ROLE");
    story_step(s, story_clerk(s), diary_postpone, r->id, "Ауа райы");
    assert_true(story_is_shown(s, r->code, &shown));
    assert_int_equal(shown.row.state, DIARY_POSTPONED);
    assert_str(shown.row.reason, "Ауа райы");
    struct diary_write_command *again = story_again(s, r->id);
    assert_true(diary_times(s->a, s->site->tz, S("2026-08-20"), S(""), S(""), S(""), &again->draft.v));
    again->draft.v.note = S("Жаңа күн");
    story_write(s, again);
    assert_int_equal(story_entry(s, r->id).state, DIARY_PLANNED);
    assert_true(story_is_shown(s, r->code, &shown));
    assert_int_equal(shown.row.state, DIARY_POSTPONED);
    assert_str(shown.version.begins_on, "2026-08-10");
    story_check(s);
    story_step(s, story_clerk(s), diary_announce, r->id, "");
    assert_true(story_is_shown(s, r->code, &shown));
    assert_int_equal(shown.row.state, DIARY_PLANNED);
    assert_str(shown.version.begins_on, "2026-08-20");
    story_check(s);
}

static void a_cancelled_plan_was_never_there_for_others(void **state)
{
    struct state *s = story_new(*state);
    struct diary_shown shown;
    struct diary_write_result *hidden = story_enter(s, DIARY_TRIP, "Сапар", "2026-08-10", "", "");
    struct diary_write_result *known = story_enter(s, DIARY_EVENT, "Форум", "2026-08-10", "", "");
    story_step(s, story_clerk(s), diary_announce, known->id, "");
    story_no_step(s, story_writer(s), diary_cancel, hidden->id, "", "CANCEL_REASON");
    story_step(s, story_writer(s), diary_cancel, hidden->id, "Себебі бар");
    assert_false(story_is_shown(s, hidden->code, NULL));
    story_step(s, story_clerk(s), diary_cancel, known->id, "Себебі бар");
    assert_true(story_is_shown(s, known->code, &shown));
    assert_int_equal(shown.row.state, DIARY_CANCELLED);
    story_no_step(s, story_writer(s), diary_hold, known->id, "", "POLICY_STATE");
    struct diary_write_command *again = story_again(s, known->id);
    again->draft.v.note = S("түзету");
    state_refuse(s, story_writer(s), diary_write, again, "POLICY_STATE");
    story_check(s);
}

static void a_correction_is_a_version_with_a_note_and_a_second_pair_of_eyes(void **state)
{
    struct state *s = story_new(*state);
    struct diary_correction *all;
    struct diary_shown shown;
    size_t n;
    bool found;
    struct diary_write_result *r = story_enter(s, DIARY_MEETING, "Кездесу", "2026-08-01", "10:00", "11:00");
    story_publish(s, r->id);
    struct diary_write_command *again = story_again(s, r->id);
    again->draft.v.words[0].title = S("Кеңес");
    state_refuse(s, story_writer(s), diary_write, again, "ENTRY_NOTE");
    again->draft.v.note = S("Атауы түзетілді");
    story_write(s, again);
    state_refuse(s, story_writer(s), diary_write, again, "STALE"); /* drawn from version 1 */
    assert_true(story_is_shown(s, r->code, &shown));
    assert_str(shown.version.words[0].title, "Кездесу");
    assert_ok(diary_store_public(s->a, s->read, 1, r->code, 2, &shown, &found));
    assert_false(found); /* written, not shown */
    story_step(s, story_head(s), diary_publish, r->id, "");
    assert_true(story_is_shown(s, r->code, &shown));
    assert_str(shown.version.words[0].title, "Кеңес");
    assert_ok(diary_store_public(s->a, s->read, 1, r->code, 1, &shown, &found));
    assert_true(found); /* what was read once can still be read */
    assert_str(shown.version.words[0].title, "Кездесу");
    assert_ok(diary_store_corrections(s->a, s->read, 1, &shown.row, &all, &n));
    assert_int_equal(n, 2);
    assert_str(all[1].note, "Атауы түзетілді");
    story_check(s);
}

static void a_version_between_that_nobody_approved_is_never_shown(void **state)
{
    struct state *s = story_new(*state);
    struct diary_shown shown;
    bool found;
    struct diary_write_result *r = story_enter(s, DIARY_MEETING, "Бірінші жоба", "2026-08-01", "10:00", "11:00");
    struct diary_write_command *again = story_again(s, r->id);
    again->draft.v.words[0].title = S("Кездесу");
    story_write(s, again);
    story_publish(s, r->id);
    assert_ok(diary_store_public(s->a, s->read, 1, r->code, 1, &shown, &found));
    assert_false(found);
}

static void what_was_published_by_mistake_is_struck_out_and_counts_no_more(void **state)
{
    struct state *s = story_new(*state);
    struct diary_count counts[N_DIARY_COUNTERS];
    struct diary_shown shown;
    struct diary_write_result *r = story_enter(s, DIARY_MEETING, "Кездесу", "2026-08-01", "10:00", "11:00");
    story_publish(s, r->id);
    story_counts(s, "2026-01-01", "2026-12-31", counts);
    assert_int_equal(counts[DIARY_MEETINGS_HOME].n, 1);
    story_no_step(s, story_writer(s), diary_cancel, r->id, "Екі рет жазылды", "POLICY_ROLE");
    story_step(s, story_head(s), diary_cancel, r->id, "Екі рет жазылды");
    story_counts(s, "2026-01-01", "2026-12-31", counts);
    assert_int_equal(counts[DIARY_MEETINGS_HOME].n, 0);
    assert_true(story_is_shown(s, r->code, &shown));
    assert_int_equal(shown.row.state, DIARY_CANCELLED);
    story_check(s);
}

static void who_withdraws_is_out_of_everything_at_once(void **state)
{
    struct state *s = story_new(*state);
    struct diary_shown shown;
    bool found;
    struct diary_write_command *c = story_command(s, DIARY_MEETING, "Қабылдау", "2026-08-01", "10:00", "11:00");
    story_name(s, c, DIARY_WHO_PERSON, "Тұрғын Бірінші", "", "written", "2026-07-30");
    story_name(s, c, DIARY_WHO_BODY, "Жолдар бөлімі", "", "", "");
    struct diary_write_result *r = story_write(s, c);
    story_publish(s, r->id);
    struct diary_write_command *again = story_again(s, r->id);
    again->draft.v.words[0].outcome = S("Шешілді");
    again->draft.v.note = S("Қорытынды қосылды");
    story_write(s, again);
    story_step(s, story_head(s), diary_publish, r->id, "");
    assert_true(story_is_shown(s, r->code, &shown));
    assert_int_equal(shown.n_participants, 2);
    int64_t sequence = shown.row.sequence;
    struct diary_consent_command w = {.id = r->id, .participant_no = shown.participants[0].no, .how = S("")};
    state_refuse(s, story_writer(s), diary_withdraw_consent, &w, "CONSENT_HOW");
    w.how = S("телефон арқылы");
    state_refuse(s, story_stranger(s), diary_withdraw_consent, &w, "ENTRY_UNKNOWN");
    state_do(s, story_writer(s), diary_withdraw_consent, &w);
    for (int64_t no = 0; no <= 2; no++) { /* also out of the version before */
        assert_ok(diary_store_public(s->a, s->read, 1, r->code, no, &shown, &found));
        assert_true(found);
        assert_int_equal(shown.n_participants, 1);
        assert_str(shown.participants[0].name, "Жолдар бөлімі");
    }
    assert_int_equal(shown.row.sequence, sequence + 1); /* calendars fetch it again */
    state_refuse(s, story_writer(s), diary_withdraw_consent, &w, "CONSENT_GONE");
    struct diary_full full;
    struct verdict v;
    struct actor who = story_writer(s);
    assert_ok(diary_store_open(s->a, s->read, s->site, &who, r->code, &full, &v));
    assert_int_equal(full.participants[0].withdrawn_at, s->now); /* the proof stays */
    assert_str(full.participants[0].how, "written");
    story_check(s);
}

static void a_person_who_was_not_asked_is_not_written_down(void **state)
{
    struct state *s = story_new(*state);
    struct diary_write_command *c = story_command(s, DIARY_MEETING, "Қабылдау", "2026-08-01", "10:00", "11:00");
    story_name(s, c, DIARY_WHO_PERSON, "Тұрғын Бірінші", "", "", "");
    state_refuse(s, story_writer(s), diary_write, c, "ENTRY_CONSENT");
}

static void a_meeting_of_a_secret_trip_waits_for_its_end(void **state)
{
    struct state *s = story_new(*state);
    struct diary_write_command *c = story_command(s, DIARY_TRIP, "Сапар", "2026-08-01", "", "");
    assert_true(diary_times(s->a, s->site->tz, S("2026-08-01"), S(""), S("2026-08-04"), S(""), &c->draft.v));
    c->draft.v.is_abroad = true;
    c->draft.v.country = S("Норвегия");
    struct diary_write_result *trip = story_write(s, c);
    struct diary_write_command *m = story_command(s, DIARY_MEETING, "Кездесу", "2026-08-01", "10:00", "11:00");
    m->draft.v.inside_id = trip->id;
    struct diary_write_result *meeting = story_write(s, m);
    story_step(s, story_writer(s), diary_hold, meeting->id, "");
    story_no_step(s, story_head(s), diary_publish, meeting->id, "", "PUBLISH_TRIP");
    s->now += 3 * 24 * HOUR;
    story_step(s, story_head(s), diary_publish, meeting->id, "");
    struct diary_shown shown;
    assert_true(story_is_shown(s, meeting->code, &shown));
    assert_str(shown.inside_code, ""); /* the trip itself is not shown yet: no link leads to it */
    story_publish(s, trip->id);
    assert_true(story_is_shown(s, meeting->code, &shown));
    assert_true(str_eq(shown.inside_code, trip->code));
    story_check(s);
}

static void a_part_is_counted_with_its_event_and_moves_with_it(void **state)
{
    struct state *s = story_new(*state);
    struct diary_count counts[N_DIARY_COUNTERS];
    struct diary_write_result *event = story_enter(s, DIARY_EVENT, "Форум", "2026-07-30", "", "");
    struct diary_write_command *m = story_command(s, DIARY_MEETING, "Кездесу", "2026-07-30", "10:00", "11:00");
    m->draft.v.inside_id = event->id;
    struct diary_write_result *meeting = story_write(s, m);
    story_step(s, story_writer(s), diary_hold, meeting->id, "");
    story_no_step(s, story_head(s), diary_publish, meeting->id, "", "PUBLISH_EVENT_FIRST");
    story_publish(s, event->id);
    story_step(s, story_head(s), diary_publish, meeting->id, "");
    story_counts(s, "2026-07-01", "2026-07-31", counts);
    assert_int_equal(counts[DIARY_EVENTS_HOME].n, 1);
    assert_int_equal(counts[DIARY_EVENTS_HOME].n_part, 1);
    assert_int_equal(counts[DIARY_MEETINGS_HOME].n, 0);
    story_no_step(s, story_head(s), diary_cancel, event->id, "Қате", "CANCEL_HOLDS");
    struct diary_write_command *again = story_again(s, event->id); /* it was abroad after all */
    again->draft.v.is_abroad = true;
    again->draft.v.country = S("Норвегия");
    again->draft.v.note = S("Елі түзетілді");
    story_write(s, again);
    story_step(s, story_head(s), diary_publish, event->id, "");
    story_counts(s, "2026-07-01", "2026-07-31", counts);
    assert_int_equal(counts[DIARY_EVENTS_HOME].n + counts[DIARY_EVENTS_HOME].n_part, 0);
    assert_int_equal(counts[DIARY_EVENTS_ABROAD].n, 1);
    assert_int_equal(counts[DIARY_EVENTS_ABROAD].n_part, 1);
    story_check(s);
    story_step(s, story_head(s), diary_cancel, meeting->id, "Қате");
    story_step(s, story_head(s), diary_cancel, event->id, "Қате");
    story_counts(s, "2026-07-01", "2026-07-31", counts);
    assert_int_equal(counts[DIARY_EVENTS_ABROAD].n + counts[DIARY_EVENTS_ABROAD].n_part, 0);
    story_check(s);
}

static void times_are_those_of_their_zone(void **state)
{
    struct arena *a = *state;
    struct zone *z;
    struct diary_version v = {0};
    assert_null(zone_open(a, S("Europe/Berlin"), &z));
    assert_true(diary_times(a, z, S("2026-07-01"), S("09:30"), S(""), S("10:00"), &v));
    assert_str(instant_text(a, v.begins_at), "2026-07-01T07:30:00Z");
    assert_str(instant_text(a, v.ends_at), "2026-07-01T08:00:00Z");
    assert_true(diary_times(a, z, S("2026-03-29"), S("02:30"), S(""), S(""), &v)); /* does not exist there */
    assert_true(v.begins_at < v.ends_at);
    assert_true(diary_times(a, z, S("2026-03-28"), S(""), S("2026-03-29"), S(""), &v));
    assert_int_equal(v.ends_at - v.begins_at, 47 * HOUR);
    assert_str(v.ends_on, "2026-03-29");
    assert_false(diary_times(a, z, S("2026-02-30"), S(""), S(""), S(""), &v));
    assert_false(diary_times(a, z, S("2026-02-20"), S("24:00"), S(""), S(""), &v));
    assert_false(diary_times(a, z, S("2026-02-20"), S("9:00"), S(""), S(""), &v));
    assert_false(diary_times(a, z, S("2026-02-20"), S(""), S(""), S("09:00"), &v));
    assert_false(diary_times(a, z, S("9999-12-31"), S(""), S(""), S(""), &v));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        TEST(an_entry_is_written_held_and_published_by_two_persons),
        TEST(a_registrar_does_not_publish_what_they_wrote),
        TEST(strangers_and_administrators_reach_nothing),
        TEST(nothing_is_published_before_the_delay),
        TEST(what_is_announced_is_shown_before_and_counted_afterwards),
        TEST(a_new_plan_is_not_shown_before_it_is_announced_again),
        TEST(postponed_stays_postponed_for_everybody_until_the_new_day_is_announced),
        TEST(a_cancelled_plan_was_never_there_for_others),
        TEST(a_correction_is_a_version_with_a_note_and_a_second_pair_of_eyes),
        TEST(a_version_between_that_nobody_approved_is_never_shown),
        TEST(what_was_published_by_mistake_is_struck_out_and_counts_no_more),
        TEST(who_withdraws_is_out_of_everything_at_once),
        TEST(a_person_who_was_not_asked_is_not_written_down),
        TEST(a_meeting_of_a_secret_trip_waits_for_its_end),
        TEST(a_part_is_counted_with_its_event_and_moves_with_it),
        TEST(times_are_those_of_their_zone),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
