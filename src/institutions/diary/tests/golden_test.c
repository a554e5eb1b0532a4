/* SPDX-License-Identifier: AGPL-3.0-or-later
 *
 * golden_test.c - the pages that everybody sees, as the server sends them, against golden files in three languages.
 *
 *     diary_golden_test FOLDER           compare
 *     diary_golden_test FOLDER --write   a change that is meant: write, then read the difference
 *
 * Only <main> is compared; codes of entries are masked. The clock stands still.
 */
#include "institutions/diary/tests/story.h"

#include <stdio.h>

#include "base/file.h"

static const char *folder;
static bool is_writing;

/* <main> with the twelve letters behind "/diary/entries/" masked. */
static struct str main_of(struct arena *a, struct str page)
{
    const struct str before = S("/diary/entries/");
    size_t from = str_find_str(page, S("<main"));
    size_t to = str_find_str(page, S("</main>"));
    assert_true(from != SIZE_MAX && to != SIZE_MAX);
    struct str rest = str_slice(page, from, to + 7);
    struct buf b;
    buf_init(&b, a, 8 * ARENA_MIB);
    for (size_t at = str_find_str(rest, before); at != SIZE_MAX; at = str_find_str(rest, before)) {
        buf_str(&b, str_slice(rest, 0, at + before.n));
        buf_c(&b, "CODE");
        rest = str_slice(rest, at + before.n + DIARY_CODE_CHARS, rest.n);
    }
    buf_str(&b, rest);
    buf_byte(&b, '\n');
    return buf_view(&b);
}

static void compare(struct state *s, const char *lang, const char *name, const char *path)
{
    struct http_reply r = http_get(state_client(s), str_printf(s->a, "/%s%s", lang, path).p);
    char *file = str_to_c(s->a, str_printf(s->a, "%s/%s/%s.html", folder, lang, name));
    struct str is = main_of(s->a, r.body);
    struct str golden;
    assert_int_equal(r.status, 200);
    if (is_writing) {
        assert_ok(file_mkdir(s->a, str_printf(s->a, "%s/%s", folder, lang).p, 0755));
        FILE *f = fopen(file, "w");
        assert_non_null(f);
        assert_int_equal(fwrite(is.p, 1, is.n, f), is.n);
        assert_int_equal(fclose(f), 0);
        return;
    }
    assert_ok(file_read(s->a, file, 8 * ARENA_MIB, &golden));
    size_t same = 0;
    while (same < is.n && same < golden.n && is.p[same] == golden.p[same])
        same++;
    if (same < is.n || same < golden.n)
        fail_msg("%s differs at byte %zu: \"%.*s\" is \"%.*s\"; write it anew with --write if that is meant", file, same,
                 STR_FMT(str_slice(golden, same, same + 80)), STR_FMT(str_slice(is, same, same + 80)));
}

/* An event with a meeting inside, corrected once; a trip that is announced; an entry in one language alone. */
static int64_t fill(struct state *s, struct str *ret_code)
{
    struct diary_write_command *c = story_command(s, DIARY_EVENT, "Форум", "2026-07-30", "10:00", "17:00");
    c->draft.v.form = S("conference");
    c->draft.v.words[1] = (struct diary_words){S("Форум по-русски"), S("Акимат"), S("О чём"), S("Итог")};
    story_name(s, c, DIARY_WHO_HEAD, "Мемлекет басшысы", "Президент", "", "");
    story_name(s, c, DIARY_WHO_BODY, "Жолдар бөлімі", "", "", "");
    story_name(s, c, DIARY_WHO_PERSON, "Тұрғын Бірінші", "", "written", "2026-07-29");
    struct diary_write_result *event = story_write(s, c);
    story_publish(s, event->id);
    struct diary_write_command *m = story_command(s, DIARY_MEETING, "Кездесу", "2026-07-30", "12:00", "13:00");
    m->draft.v.inside_id = event->id;
    story_publish(s, story_write(s, m)->id);
    struct diary_write_command *again = story_again(s, event->id);
    again->draft.v.words[0].outcome = S("Қорытынды");
    again->draft.v.note = S("Қорытынды қосылды");
    story_write(s, again);
    story_step(s, story_head(s), diary_publish, event->id, "");
    struct diary_write_command *trip = story_command(s, DIARY_TRIP, "Сапар", "2026-08-10", "", "");
    trip->draft.v.is_abroad = true;
    trip->draft.v.country = S("Норвегия");
    story_step(s, story_clerk(s), diary_announce, story_write(s, trip)->id, "");
    *ret_code = event->code;
    return event->id;
}

static void pages_are_as_they_were(void **state)
{
    static const char *const langs[] = {"kk", "ru", "en"};
    struct state *s = story_new(*state);
    struct str code;
    state_serve(s);
    (void)fill(s, &code);
    for (size_t i = 0; i < 3; i++) {
        compare(s, langs[i], "list", "/diary?month=2026-07");
        compare(s, langs[i], "calendar", "/diary?month=2026-08&view=calendar");
        compare(s, langs[i], "empty", "/diary?month=2020-01");
        compare(s, langs[i], "entry", str_printf(s->a, "/diary/entries/%.*s", STR_FMT(code)).p);
        compare(s, langs[i], "entry-before", str_printf(s->a, "/diary/entries/%.*s?version=1", STR_FMT(code)).p);
        compare(s, langs[i], "counters", "/diary/counters?from=2026-07-01&to=2026-07-31");
    }
}

int main(int argc, char **argv)
{
    assert_true(argc > 1);
    folder = argv[1];
    is_writing = argc > 2 && strcmp(argv[2], "--write") == 0;
    const struct CMUnitTest tests[] = {TEST(pages_are_as_they_were)};
    return cmocka_run_group_tests(tests, NULL, NULL);
}
