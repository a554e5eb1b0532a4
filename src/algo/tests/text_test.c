/* SPDX-License-Identifier: AGPL-3.0-or-later
 *
 * text_test.c - words against ICU's, stems against Snowball's lists and Kazakh lemmas, languages and their neighbours.
 */
#include "tests/test.h"

#include <stdio.h>
#include <stdlib.h>
#include <unicode/ubrk.h>
#include <unicode/utext.h>

#include "algo/language_private.h"
#include "algo/stem.h"
#include "algo/stem_kk.h"
#include "algo/words.h"

#define DATA SHARED_DIR "/data/lang/"

/* Reads a text file line by line; skips the test where the shared data is not there. */
static FILE *open_data(const char *name)
{
    char path[512];
    (void)snprintf(path, sizeof path, "%s%s", DATA, name);
    FILE *f = fopen(path, "r");
    if (!f) {
        print_message("skipped: %s is not on this machine\n", path);
        skip(); /* the sentences and lists lie outside the repository; made-up rows are tested in any case */
    }
    return f;
}

static bool next_line(FILE *f, char *line, int max)
{
    if (!fgets(line, max, f))
        return false;
    line[strcspn(line, "\r\n")] = 0;
    return true;
}

/* == words == */

/* Every word of `text` as ICU finds them must come out, and nothing else. */
static int compare_with_icu(const struct word_tables *t, struct str text)
{
    UErrorCode status = U_ZERO_ERROR;
    UText *u = utext_openUTF8(NULL, text.p, (int64_t)text.n, &status);
    UBreakIterator *b = ubrk_open(UBRK_WORD, "en", NULL, 0, &status);
    ubrk_setUText(b, u, &status);
    assert_true(U_SUCCESS(status));
    struct words w = words_of(t, text);
    struct word word;
    char buf[WORD_FORM_MAX];
    int n = 0;
    int32_t start = ubrk_first(b);
    for (int32_t end = ubrk_next(b); end != UBRK_DONE; start = end, end = ubrk_next(b)) {
        bool is_line = (int)strspn(text.p + start, "_") >= end - start; /* ICU counts a line of underscores */
        if (ubrk_getRuleStatus(b) < UBRK_WORD_NUMBER || is_line)
            continue;
        bool there = words_next(&w, buf, &word);
        if (!there || word.at != (size_t)start || word.text.n != (size_t)(end - start))
            print_message("ICU: \"%.*s\" of: %.*s\n", (int)(end - start), text.p + start, STR_FMT(text));
        assert_true(there);
        assert_int_equal(word.at, start);
        assert_int_equal(word.text.n, end - start);
        n++;
    }
    if (words_next(&w, buf, &word))
        fail_msg("more than ICU: \"%.*s\" of: %.*s", STR_FMT(word.text), STR_FMT(text));
    ubrk_close(b);
    utext_close(u);
    return n;
}

static void words_are_those_of_icu(void **state)
{
    struct word_tables *t = word_tables_new(*state);
    static const struct str texts[] = {
        STR("Can't stop: 3,5 km, 1.000,50 ₸; e.g. A.B. and x_1, 12:30, foo.bar 5a a5"),
        STR("Көше-көше, «Алматы» — №5 үй; 2026-жылғы, 10-15%. қ.Астана"),
        STR("д.12, кв.5, т.е. ул.Абая; и\xcc\x86од, со\xc2\xadлнце"),
        STR("___ _a_ 1_2 ' '' a' 'b' c'd \"e\" f.\n\r\n\tg,h 1,a a,1 .5 5. a.1 1.a"),
        STR(""),
        STR("🙂 a🙂b 👍🏽x"),
        STR("ɐbc Straße naïve Ĳssel"),
    };
    for (size_t i = 0; i < sizeof texts / sizeof texts[0]; i++)
        (void)compare_with_icu(t, texts[i]);
}

static void words_of_real_sentences_are_those_of_icu(void **state)
{
    static const char *const files[] = {"lingua-testdata/sentences_kk.txt", "lingua-testdata/sentences_ru.txt",
                                        "lingua-testdata/sentences_en.txt", "lingua-testdata/sentences_tr.txt"};
    struct word_tables *t = word_tables_new(*state);
    int n = 0;
    for (size_t i = 0; i < sizeof files / sizeof files[0]; i++) {
        char line[8192];
        FILE *f = open_data(files[i]);
        while (next_line(f, line, sizeof line))
            if (!strchr(line, '@')) /* ICU 72 keeps a mail address in one, those before and after it do not */
                n += compare_with_icu(t, str_c(line));
        (void)fclose(f);
    }
    assert_true(n > 40000);
}

/* The forms of all words of `text`, one after another with blanks. */
static struct str forms_of(struct arena *a, struct str text)
{
    struct words w = words_of(word_tables_new(a), text);
    struct word word;
    char buf[WORD_FORM_MAX];
    struct str all = S("");
    while (words_next(&w, buf, &word))
        all = str_printf(a, "%.*s%s%.*s", STR_FMT(all), all.n ? " " : "", STR_FMT(word.form));
    return all;
}

static void a_form_is_one_for_all_spellings(void **state)
{
    struct arena *a = *state;
    assert_str(forms_of(a, S("ЁЛКА Ёлка елка")), "елка елка елка");
    assert_str(forms_of(a, S("ҚАЗАҚ Қазақ ӘІӨҮҰҢҒҺ")), "қазақ қазақ әіөүұңғһ");
    assert_str(forms_of(a, S("со\xc2\xadлнце й и\xcc\x86 е\xcc\x88")), "солнце й й е");
    assert_str(forms_of(a, S("дoрогa")), "дорога");         /* Latin o and a */
    assert_str(forms_of(a, S("сity bус")), "city вус");     /* Cyrillic с; a Latin b among Cyrillic */
    assert_str(forms_of(a, S("МOСТ А4 COVID-19")), "мост а4 covid 19");
    assert_str(forms_of(a, S("don't 3,5")), "don't 3,5");
}

static void a_word_tells_its_script(void **state)
{
    struct words w = words_of(word_tables_new(*state), S("көше дом home 42 日 x_й"));
    struct word word;
    char buf[WORD_FORM_MAX];
    assert_true(words_next(&w, buf, &word) && word.is_kazakh && word.is_cyrillic && !word.is_latin);
    assert_true(words_next(&w, buf, &word) && !word.is_kazakh && word.is_cyrillic);
    assert_true(words_next(&w, buf, &word) && word.is_latin && !word.is_number);
    assert_true(words_next(&w, buf, &word) && word.is_number);
}

/* Pseudo-random bytes, the same in every run. */
static uint32_t next_random(uint64_t *seed)
{
    *seed = *seed * 6364136223846793005u + 1442695040888963407u;
    return (uint32_t)(*seed >> 33);
}

static void any_bytes_are_survived(void **state)
{
    struct word_tables *t = word_tables_new(*state);
    struct stemmer *s = stemmer_new(*state);
    uint64_t seed = 7;
    for (int round = 0; round < 3000; round++) {
        char text[300];
        size_t n = next_random(&seed) % sizeof text;
        for (size_t i = 0; i < n; i++)
            text[i] = (char)(round % 2 ? 0xd0 + next_random(&seed) % 4 : next_random(&seed));
        if (round % 2)
            for (size_t i = 1; i < n; i += 2)
                text[i] = (char)(0x80 + next_random(&seed) % 64);
        struct words w = words_of(t, (struct str){text, n});
        struct word word;
        char buf[WORD_FORM_MAX];
        size_t after = 0;
        while (words_next(&w, buf, &word)) {
            assert_true(word.at >= after && word.at + word.text.n <= n && word.text.n > 0);
            assert_true(word.form.n <= WORD_FORM_MAX);
            after = word.at + word.text.n;
            for (int l = LANGUAGE_KK; l <= LANGUAGE_EN; l++)
                assert_true(word.form.n == 0 || stem(s, (enum language)l, word.form).n > 0);
        }
    }
}

/* == stems == */

static void kazakh_words_of_a_state(void **state)
{
    static const char *const rows[][2] = {
        {"жолдарды", "жол"}, {"азаматтардың", "азамат"}, {"кітабы", "кітап"}, {"балаларымыздан", "бала"},
        {"көшелеріміздің", "көше"}, {"мектептеріміздегі", "мектеп"}, {"суымыз", "су"}, {"су", "су"},
        {"тұрғындар", "тұрғын"}, {"дәрігерлер", "дәрігер"}, {"мастер", "мастер"}, {"әкімдіктің", "әкімдік"},
        {"адам", "адам"}, {"қала", "қала"}, {"дала", "дала"}, {"ұсыныс", "ұсыныс"}, {"өтініш", "өтініш"},
        {"халқымыз", "халық"}, {"аузы", "ауыз"}, {"ауылдағы", "ауыл"}, {"балабақшада", "балабақша"},
        {"келді", "кел"}, {"береді", "бер"}, {"маған", "мен"},
    };
    struct stem_kk *s = stem_kk_new(*state);
    char buf[STEM_KK_MAX];
    for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
        struct str got = stem_kk(s, str_c(rows[i][0]), buf);
        if (!str_eq(got, str_c(rows[i][1])))
            print_message("%s: %.*s, not %s\n", rows[i][0], STR_FMT(got), rows[i][1]);
        assert_str(got, rows[i][1]);
    }
}

/* A row of a treebank: form, lemma and part of speech of a word that is only letters. */
static bool read_conllu(char *line, char **form, char **lemma, char **part)
{
    char *fields[4];
    char *p = line;
    for (int i = 0; i < 4; i++) {
        fields[i] = p;
        p = strchr(p, '\t');
        if (!p)
            return false;
        *p++ = 0;
    }
    *form = fields[1];
    *lemma = fields[2];
    *part = fields[3];
    return strspn(fields[0], "0123456789") == strlen(fields[0]) && line[0] != '#';
}

static void four_of_five_kazakh_forms_meet_their_lemma(void **state)
{
    struct arena *a = *state;
    struct word_tables *t = word_tables_new(a);
    struct stem_kk *s = stem_kk_new(a);
    FILE *f = open_data("ud-kazakh-ktb/kk_ktb-ud-test.conllu");
    char line[4096];
    char *form;
    char *lemma;
    char *part;
    int all = 0;
    int met = 0;
    while (next_line(f, line, sizeof line)) {
        struct word w1;
        struct word w2;
        char b1[WORD_FORM_MAX];
        char b2[WORD_FORM_MAX];
        char s1[STEM_KK_MAX];
        char s2[STEM_KK_MAX];
        if (!read_conllu(line, &form, &lemma, &part) || !strstr("NOUN VERB ADJ PROPN", part))
            continue;
        struct words x = words_of(t, str_c(form));
        struct words y = words_of(t, str_c(lemma));
        if (!words_next(&x, b1, &w1) || !words_next(&y, b2, &w2) || !w1.is_cyrillic || !w2.is_cyrillic)
            continue;
        all++;
        met += str_eq(stem_kk(s, w1.form, s1), stem_kk(s, w2.form, s2));
    }
    (void)fclose(f);
    print_message("%d of %d Kazakh forms have the stem of their lemma\n", met, all);
    assert_true(all > 4000 && met * 100 >= all * 85);
}

static void check_snowball(struct stemmer *s, enum language language, const char *folder, int least, int most_other)
{
    int other = 0;
    char path[128];
    char word[512];
    char expected[512];
    int n = 0;
    (void)snprintf(path, sizeof path, "snowball/%s/voc.txt", folder);
    FILE *voc = open_data(path);
    (void)snprintf(path, sizeof path, "snowball/%s/output.txt", folder);
    FILE *output = open_data(path);
    while (next_line(voc, word, sizeof word) && next_line(output, expected, sizeof expected)) {
        for (int twice = 0; twice < 2; twice++) /* the second time from the cache */
            other += !str_eq(stem(s, language, str_c(word)), str_c(expected));
        n++;
    }
    print_message("%s: %d of %d stems are not those of the list\n", folder, other / 2, n);
    (void)fclose(voc);
    (void)fclose(output);
    assert_true(n >= least && other / 2 <= most_other);
}

static void russian_and_english_are_snowballs(void **state)
{
    struct stemmer *s = stemmer_new(*state);
    check_snowball(s, LANGUAGE_RU, "russian", 49000, 0);
    check_snowball(s, LANGUAGE_EN, "english", 42000, 420); /* the list is of a later Snowball than Debian's */
}

/* == languages == */

static void small_words_are_in_order(void **state)
{
    (void)state;
    for (size_t i = 1; i < n_small_words; i++)
        if (strcmp(small_words[i - 1].text, small_words[i].text) >= 0)
            fail_msg("\"%s\" before \"%s\"", small_words[i - 1].text, small_words[i].text);
}

static int share_guessed(const char *name, enum language expected)
{
    char line[8192];
    int all = 0;
    int right = 0;
    FILE *f = open_data(name);
    while (next_line(f, line, sizeof line)) {
        all++;
        right += language_guess(str_c(line), NULL) == expected;
    }
    (void)fclose(f);
    print_message("%-36s %d of %d\n", name, right, all);
    return right * 1000 / all;
}

static void sentences_and_their_neighbours(void **state)
{
    (void)state;
    static const struct {
        const char *name;
        enum language expected;
        int least; /* thousandths */
    } rows[] = {
        {"lingua-testdata/sentences_kk.txt", LANGUAGE_KK, 985}, {"lingua-testdata/sentences_ru.txt", LANGUAGE_RU, 970},
        {"lingua-testdata/sentences_en.txt", LANGUAGE_EN, 990}, {"lingua-testdata/sentences_uk.txt", LANGUAGE_OTHER, 900},
        {"lingua-testdata/sentences_be.txt", LANGUAGE_OTHER, 900}, {"lingua-testdata/sentences_mn.txt", LANGUAGE_OTHER, 800},
        {"lingua-testdata/sentences_tr.txt", LANGUAGE_OTHER, 900}, {"lingua-testdata/sentences_az.txt", LANGUAGE_OTHER, 900},
        {"lingua-testdata/word-pairs_kk.txt", LANGUAGE_KK, 850}, {"lingua-testdata/word-pairs_ru.txt", LANGUAGE_RU, 850},
        {"lingua-testdata/single-words_kk.txt", LANGUAGE_KK, 700},
    };
    for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++)
        if (share_guessed(rows[i].name, rows[i].expected) < rows[i].least)
            fail_msg("fewer than %d of 1000", rows[i].least);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        TEST(words_are_those_of_icu),
        TEST(words_of_real_sentences_are_those_of_icu),
        TEST(a_form_is_one_for_all_spellings),
        TEST(a_word_tells_its_script),
        TEST(any_bytes_are_survived),
        TEST(kazakh_words_of_a_state),
        TEST(four_of_five_kazakh_forms_meet_their_lemma),
        TEST(russian_and_english_are_snowballs),
        TEST(small_words_are_in_order),
        TEST(sentences_and_their_neighbours),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
