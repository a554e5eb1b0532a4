/* SPDX-License-Identifier: AGPL-3.0-or-later
 *
 * profile_test.c - law as data: what the profiles say, and what is refused.
 */
#include "tests/test.h"

#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>

#include "base/clock.h"
#include "base/file.h"
#include "core/profile_private.h"

static int32_t day_of(const char *text)
{
    int32_t day;
    assert_true(day_parse(str_c(text), &day));
    return day;
}

static void assert_fine(struct arena *a, struct err *e)
{
    if (e)
        print_message("%.*s\n", STR_FMT(err_text(a, e)));
    assert_null(e);
}

static const struct profile *builtin(struct arena *a, const char *id)
{
    const struct profile *const *all;
    size_t n;
    assert_fine(a, profile_load_all(a, (struct str){0}, &all, &n));
    const struct profile *p = profile_find(all, n, str_c(id));
    assert_non_null(p);
    return p;
}

/* ---- what the profiles say ---- */

static void every_profile_of_the_program_is_sound(void **state)
{
    struct arena *a = *state;
    const struct profile *const *all;
    size_t n;
    size_t n_ids;
    const char *const *ids = profile_builtin_ids(&n_ids);
    assert_fine(a, profile_load_all(a, (struct str){0}, &all, &n));
    assert_int_equal(n, n_ids);
    for (size_t i = 0; i < n_ids; i++) {
        const struct profile *p = profile_find(all, n, str_c(ids[i]));
        struct profile_finding *findings;
        size_t n_findings;
        assert_non_null(p);
        profile_check(a, p, &findings, &n_findings);
        for (size_t f = 0; f < n_findings; f++)
            print_message("%s: %.*s: %.*s\n", ids[i], STR_FMT(findings[f].place),
                          STR_FMT(findings[f].problem));
        assert_int_equal(n_findings, 0);
    }
}

static void a_rule_carries_its_value_citation_and_confidence(void **state)
{
    struct arena *a = *state;
    const struct profile *p = builtin(a, "kz-2026");
    const struct profile_rule *rule = profile_rule(p, "appeal.term.ordinary", day_of("2026-08-03"));
    assert_non_null(rule);
    assert_int_equal(rule->value, 15);
    assert_int_equal(rule->unit, UNIT_WORKING_DAYS);
    assert_int_equal(rule->count_from, FROM_REGISTRATION);
    assert_int_equal(rule->on_silence, SILENCE_REFUSED);
    assert_int_equal(rule->cite.confidence, CONFIDENCE_PRIMARY);
    assert_str(rule->cite.law, "APPC 76");
    assert_str(rule->cite.act.kk, "ӘРПК");
    assert_true(rule->cite.url.n > 0);
    assert_str(profile_law(p, "routing.forward_term", day_of("2026-08-03")), "APPC 65");
    assert_int_equal(profile_value(p, "routing.max_forward_hops", 0, 99), 1);
    assert_int_equal(profile_value(p, "no.such.rule", 0, 99), 99);
    assert_null(profile_rule(p, "no.such.rule", 0));
    assert_null(profile_law(p, "routing.max_forward_hops", 0).p); /* own: no law is claimed */
}

static void what_is_not_verified_says_so(void **state)
{
    struct arena *a = *state;
    const struct profile *p = builtin(a, "kz-2026");
    assert_int_equal(profile_rule(p, "appeal.term.simplified", 0)->cite.confidence, CONFIDENCE_NO);
    assert_true(profile_rule(p, "appeal.term.simplified", 0)->cite.note.kk.n > 0);
    const struct profile *older = builtin(a, "kz-2021");
    assert_int_equal(profile_rule(older, "appeal.term.ordinary", 0)->cite.confidence, CONFIDENCE_SECONDARY);
    size_t n;
    const struct profile_rule *rules = profile_rules(older, &n);
    for (size_t i = 0; i < n; i++) /* rules.md: nothing of it may claim to be read in the act */
        assert_int_not_equal(rules[i].cite.confidence, CONFIDENCE_PRIMARY);
    assert_false(profile_info(older)->is_verified);
}

static void kinds_grounds_and_steps_follow_the_law(void **state)
{
    struct arena *a = *state;
    const struct profile *p = builtin(a, "kz-2026");
    size_t n;
    (void)profile_kinds(p, &n);
    assert_int_equal(n, 6); /* seven of the law without the petition */
    assert_str(profile_default_kind(p)->code, "application");
    assert_str(profile_kind(p, S("complaint"))->term, "appeal.term.complaint");
    assert_null(profile_kind(p, S("petition")));
    (void)profile_grounds(p, "return", &n);
    assert_int_equal(n, 3);
    (void)profile_grounds(p, "no_hearing", &n);
    assert_int_equal(n, 10);
    assert_non_null(profile_ground(p, "return", S("identical")));
    assert_null(profile_ground(p, "return", S("inconvenient")));
    assert_true(profile_has_step(p, "appeal", "return"));
    const struct profile *old = builtin(a, "kz-2019");
    assert_false(profile_has_step(old, "appeal", "return")); /* no rule of identical return then */
    assert_null(profile_grounds(old, "return", &n));
    (void)profile_blocks(p, &n);
    assert_int_equal(n, 8);
    assert_false(profile_identity(p, S("signature"))->is_offered);
}

static void the_towns_profile_knows_no_law_of_a_country(void **state)
{
    struct arena *a = *state;
    const struct profile *p = builtin(a, "city-default");
    size_t n;
    const struct profile_rule *rules = profile_rules(p, &n);
    for (size_t i = 0; i < n; i++)
        assert_int_equal(rules[i].cite.confidence, CONFIDENCE_OWN);
    struct str json = profile_info(p)->json;
    static const char *const words[] = {"APPC", "АППК", "ӘРПК", "Kazakh", "Казахстан", "Қазақстан", "adilet"};
    for (size_t i = 0; i < sizeof words / sizeof words[0]; i++)
        assert_int_equal(str_find_str(json, str_c(words[i])), SIZE_MAX);
}

static void a_day_chooses_the_law_in_force(void **state)
{
    struct arena *a = *state;
    const struct profile *const *all;
    size_t n;
    assert_fine(a, profile_load_all(a, (struct str){0}, &all, &n));
    static const struct {
        const char *day, *id;
    } rows[] = {
        {"2019-06-12", "kz-2019"}, {"2021-06-30", "kz-2019"}, {"2021-07-01", "kz-2021"},
        {"2026-06-30", "kz-2021"}, {"2026-07-01", "kz-2026"}, {"2030-01-01", "kz-2026"},
    };
    for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
        assert_str(profile_info(profile_in_force(all, n, S("kz-2026"), day_of(rows[i].day)))->id, rows[i].id);
        assert_str(profile_info(profile_in_force(all, n, S("kz-2019"), day_of(rows[i].day)))->id, rows[i].id);
    }
    assert_str(profile_info(profile_in_force(all, n, S("city-default"), 0))->id, "city-default");
    assert_null(profile_in_force(all, n, S("nowhere"), 0));
}

/* ---- what is refused ---- */

/* The profile of the program with the first `from` replaced by `to`. */
static struct str changed(struct arena *a, const char *id, const char *from, const char *to)
{
    struct str json = profile_info(builtin(a, id))->json;
    size_t at = str_find_str(json, str_c(from));
    assert_int_not_equal(at, SIZE_MAX);
    return str_printf(a, "%.*s%s%.*s", (int)at, json.p, to, (int)(json.n - at - strlen(from)),
                      json.p + at + strlen(from));
}

static void assert_parse_says(struct arena *a, struct str json, const char *words)
{
    const struct profile *p;
    struct err *e = profile_parse(a, S("x.json"), json, &p);
    assert_non_null(e);
    assert_int_equal(e->code, ERR_CONFIG);
    struct str text = err_text(a, e);
    if (str_find_str(text, str_c(words)) == SIZE_MAX)
        print_message("%.*s\n   lacks: %s\n", STR_FMT(text), words);
    assert_int_not_equal(str_find_str(text, str_c(words)), SIZE_MAX);
}

static void the_form_is_refused_with_place_and_expectation(void **state)
{
    struct arena *a = *state;
    static const struct {
        const char *from, *to, *words;
    } rows[] = {
        {"\"unit\": \"wd\"", "\"unit\": \"days\"",
         "].unit: expected one of wd, cd, mo, pct, count, MRP; found \"days\""},
        {"\"value\": 15", "\"value\": \"15\"", "].value: expected a whole number; found a text"},
        {"\"value\": 15", "\"value\": 15.5",
         "].value: expected a whole number; found a number with a fraction"},
        {"\"value\": 15", "\"value\": -1", "].value: expected a number from 0"},
        {"\"value\": 15", "\"value\": 99999", "].value: expected a term of at most 3660"},
        {"\"value\": 15", "\"value\": 15, \"vaule\": 3",
         "]: unknown field \"vaule\"; expected only key value"},
        {"\"value\": 15", "\"value\": 15, \"value\": 16", "duplicate object key"},
        {"\"verified\": \"own\"", "\"verified\": \"perhaps\"", "expected one of primary, secondary, no, own"},
        {"\"close\": \"18:00\"", "\"close\": \"18:60\"",
         "registration.close: expected a time of day such as 18:00"},
        {"\"close\": \"18:00\"", "\"close\": \"25:00\"", "registration.close: expected a time of day"},
        {"\"id\": \"city-default\"", "\"id\": \"../etc\"", "id: expected lower-case letters"},
        {"\"id\": \"city-default\"", "\"id\": \"\"",
         "id: expected a text of 1 to 40 bytes; found an empty one"},
        {"\"steps\": [\"register\"", "\"steps\": [\"enregister\"",
         "processes[0].steps[0]: expected one of register"},
        {"birge profile v1", "birge profile v2", "format: expected one of birge profile v1"},
        {"\"languages\": [\"kk\"", "\"languages\": [\"de\"", "languages[0]: expected one of kk, ru, en"},
        {"\"code\": \"contact\"", "\"code\": \"face\"", "identity[1].code: expected one of none, contact"},
        {"\"calendar\": \"plain\",", "", "calendar: must be there and is missing"},
        {"{", "{\"a\":", "line 2, column 11"},
    };
    for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++)
        assert_parse_says(a, changed(a, "city-default", rows[i].from, rows[i].to), rows[i].words);
    assert_parse_says(
        a, changed(a, "kz-2026", "\"act\": \"appc\", \"article\": \"64(3)\"", "\"act\": \"appk\""),
        "registration.cite.act: expected the code of one of the profile's acts; found \"appk\"");
    assert_parse_says(
        a, changed(a, "kz-2026", "\"valid_from\": \"2026-07-01\"", "\"valid_from\": \"2026-02-30\""),
        "valid_from: expected a date");
    assert_parse_says(a, changed(a, "kz-2026", "https://adilet", "javascript://adilet"),
                      "begins with https://");
    assert_parse_says(a, S(""), "line 1");
    assert_parse_says(a, S("[]"), "expected an object");
    assert_parse_says(a, S("nul"), "line 1");
}

static void assert_check_says(struct arena *a, struct str json, const char *words)
{
    const struct profile *p;
    struct profile_finding *findings;
    size_t n;
    assert_fine(a, profile_parse(a, S("x.json"), json, &p));
    profile_check(a, p, &findings, &n);
    for (size_t i = 0; i < n; i++)
        if (str_find_str(
                str_printf(a, "%.*s: %.*s", STR_FMT(findings[i].place), STR_FMT(findings[i].problem)),
                str_c(words)) != SIZE_MAX)
            return;
    print_message("no finding says: %s (%zu findings)\n", words, n);
    for (size_t i = 0; i < n; i++)
        print_message("   %.*s: %.*s\n", STR_FMT(findings[i].place), STR_FMT(findings[i].problem));
    fail();
}

/* Each refusal of rules.md, "The profile schema". */
static void the_sense_is_refused_with_place_and_expectation(void **state)
{
    struct arena *a = *state;
    static const struct {
        const char *id, *from, *to, *words;
    } rows[] = {
        /* a rule without citation or `own` */
        {"kz-2026", "\"cite\": {\"act\": \"appc\", \"article\": \"76(5)\"}, \"verified\": \"primary\"",
         "\"verified\": \"primary\"",
         "rules (term.last_day_moves): expected a citation, or \"verified\": \"own\""},
        /* overlapping validity of one key */
        {"kz-2026", "\"key\": \"appeal.term.simplified\"", "\"key\": \"appeal.term.complaint\"",
         "rules (appeal.term.complaint): its validity overlaps"},
        /* a closed list that a process needs */
        {"kz-2026", "\"never_return\": [", "\"always_return\": [", "needs the closed list \"never_return\""},
        {"city-default", "\"steps\": [\"register\"", "\"steps\": [\"return\", \"register\"",
         "processes (appeal, return): needs the closed list \"return\""},
        {"city-default", "\"key\": \"routing.forward_term\"", "\"key\": \"routing.other\"",
         "expected a rule \"routing.forward_term\" on every day"},
        {"city-default", "\"key\": \"term.last_day_moves\", \"value\": 1,",
         "\"key\": \"term.last_day_moves\", \"value\": 1, \"valid_from\": \"2026-01-01\",",
         "needs the rule \"term.last_day_moves\" on every day"},
        /* an unverified value in a profile that claims to be verified */
        {"kz-2026", "\"verified\": false", "\"verified\": true",
         "rules (appeal.term.simplified): the profile claims"},
        {"kz-2026", "\"verified\": false", "\"verified\": true",
         "rules (appeal.term.ordinary): the profile claims"},
        /* a protective default hardened without a citation */
        {"kz-2026", "\"key\": \"routing.max_forward_hops\", \"value\": 1",
         "\"key\": \"routing.max_forward_hops\", \"value\": 5",
         "rules (routing.max_forward_hops): a protective default (1) is hardened"},
        {"kz-2026", "\"key\": \"routing.forbid_forward_to_subject\", \"value\": 1",
         "\"key\": \"routing.forbid_forward_to_subject\", \"value\": 0",
         "a protective default (1) is hardened"},
        {"kz-2026", "\"key\": \"privacy.min_group\", \"value\": 10",
         "\"key\": \"privacy.min_group\", \"value\": 2", "a protective default (10) is hardened"},
        /* texts, terms, codes */
        {"city-default", "\"kk\": \"Ұсыныс\", ", "",
         "kinds (proposal).name: expected a text in every language of the "
         "profile; kk is missing"},
        {"city-default", "\"term\": \"complaint.file\"", "\"term\": \"complaint.never\"",
         "remedy.term: expected a rule"},
        {"city-default", "\"default\": true", "\"default\": false", "kinds: expected exactly one"},
        {"city-default", "\"code\": \"proposal\"", "\"code\": \"question\"",
         "kinds (question): the code stands twice"},
        {"city-default", "\"code\": \"remedy_until\"", "\"code\": \"remedy_at\"",
         "needs the block \"remedy_until\""},
        {"city-default", "\"value\": 15, \"unit\": \"wd\"", "\"value\": 15, \"unit\": \"pct\"",
         "to be a term of at least one wd, cd or mo"},
    };
    for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++)
        assert_check_says(a, changed(a, rows[i].id, rows[i].from, rows[i].to), rows[i].words);
}

static void softening_a_protection_is_free(void **state)
{
    struct arena *a = *state;
    const struct profile *p;
    struct profile_finding *findings;
    size_t n;
    struct str json = changed(a, "city-default", "\"key\": \"privacy.min_group\", \"value\": 10",
                              "\"key\": \"privacy.min_group\", \"value\": 50");
    assert_fine(a, profile_parse(a, S("x.json"), json, &p));
    profile_check(a, p, &findings, &n);
    assert_int_equal(n, 0);
}

/* ---- versions and files ---- */

static void a_tag_is_the_hash_of_the_file(void **state)
{
    struct arena *a = *state;
    const struct profile_info *info = profile_info(builtin(a, "kz-2026"));
    assert_int_equal(info->tag.n, strlen("kz-2026@") + PROFILE_TAG_HEX);
    assert_true(str_starts(info->tag, S("kz-2026@")));
    assert_true(str_starts(info->hash, str_slice(info->tag, strlen("kz-2026@"), info->tag.n)));
    const struct profile *other;
    assert_fine(a, profile_parse(a, S("x"), changed(a, "kz-2026", "18:00", "17:30"), &other));
    assert_false(str_eq(profile_info(other)->tag, info->tag));
}

static void own_files_go_first_and_kept_versions_stay(void **state)
{
    struct arena *a = *state;
    char dir[] = "/tmp/law-profile-XXXXXX";
    assert_non_null(mkdtemp(dir));
    const struct profile *const *all;
    size_t n;
    const struct profile *original = builtin(a, "kz-2026");
    const struct profile *earlier;
    struct str tag = profile_info(original)->tag;
    assert_fine(a, profile_parse(a, S("x"), changed(a, "kz-2026", "18:00", "17:30"), &earlier));
    assert_fine(a, profile_keep(a, str_c(dir), earlier));
    assert_fine(a, profile_keep(a, str_c(dir), earlier)); /* twice is once */
    struct str now = changed(a, "kz-2026", "18:00", "19:00");
    assert_fine(a, file_write(a, str_printf(a, "%s/profiles/kz-2026.json", dir).p, now, 0600));

    assert_fine(a, profile_load_all(a, str_c(dir), &all, &n));
    assert_int_equal(profile_registration(profile_find(all, n, S("kz-2026")))->close_minute, 19 * 60);
    assert_int_equal(profile_registration(profile_find_tag(all, n, tag))->close_minute, 18 * 60);
    const struct profile *kept = profile_find_tag(all, n, profile_info(earlier)->tag);
    assert_int_equal(profile_registration(kept)->close_minute, 17 * 60 + 30);
    assert_null(profile_find_tag(all, n, S("kz-2026@000000000000")));

    /* a kept version that was changed afterwards, and a file of another's name */
    struct str kept_path = str_printf(a, "%s/profiles/%.*s.json", dir, STR_FMT(profile_info(earlier)->tag));
    assert_fine(a, file_write(a, kept_path.p, now, 0600));
    struct err *e = profile_load_all(a, str_c(dir), &all, &n);
    assert_non_null(e);
    assert_int_not_equal(str_find_str(err_text(a, e), S("a kept version was changed")), SIZE_MAX);
    assert_int_equal(unlink(kept_path.p), 0);
    struct str wrong = str_printf(a, "%s/profiles/kz-2027.json", dir);
    assert_fine(a, file_write(a, wrong.p, now, 0600));
    assert_non_null(profile_load_all(a, str_c(dir), &all, &n));
    assert_int_equal(unlink(wrong.p), 0);
    assert_int_equal(unlink(str_printf(a, "%s/profiles/kz-2026.json", dir).p), 0);
    assert_int_equal(rmdir(str_printf(a, "%s/profiles", dir).p), 0);
    assert_int_equal(rmdir(dir), 0);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        TEST(every_profile_of_the_program_is_sound),
        TEST(a_rule_carries_its_value_citation_and_confidence),
        TEST(what_is_not_verified_says_so),
        TEST(kinds_grounds_and_steps_follow_the_law),
        TEST(the_towns_profile_knows_no_law_of_a_country),
        TEST(a_day_chooses_the_law_in_force),
        TEST(the_form_is_refused_with_place_and_expectation),
        TEST(the_sense_is_refused_with_place_and_expectation),
        TEST(softening_a_protection_is_free),
        TEST(a_tag_is_the_hash_of_the_file),
        TEST(own_files_go_first_and_kept_versions_stay),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
