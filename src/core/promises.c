/* SPDX-License-Identifier: AGPL-3.0-or-later
 *
 * promises.c - the results of the tests, read as strictly as anything else.
 */
#include "core/promises.h"

#include <string.h>

#include "core/json_read.h"

/* Linked in by promises/meson.build. */
extern const unsigned char promises_results[] __attribute__((visibility("hidden")));
extern const unsigned char promises_results_end[] __attribute__((visibility("hidden")));

struct words {
    const char *title_id, *how_id, *missing_id;
};

static const struct words words[N_PROMISES] = {
    {"promise.p1", "promise.p1.how", NULL},
    {"promise.p2", "promise.p2.how", NULL},
    {"promise.p3", "promise.p3.how", NULL},
    {"promise.p4", "promise.p4.how", "promise.p4.missing"},
    {"promise.p5", "promise.p5.how", NULL},
    {"promise.p6", "promise.p6.how", NULL},
    {"promise.p7", "promise.p7.how", NULL},
    {"promise.p8", "promise.p8.how", "promise.p8.missing"},
    {"promise.p9", "promise.p9.how", "promise.p9.missing"},
    {"promise.p10", "promise.p10.how", NULL},
    {"promise.p11", "promise.p11.how", NULL},
    {"promise.p12", "promise.p12.how", NULL},
    {"promise.p13", "promise.p13.how", NULL},
    {"promise.p14", "promise.p14.how", "promise.p14.missing"},
    {"promise.p15", "promise.p15.how", "promise.p15.missing"},
    {"promise.p16", "promise.p16.how", "promise.p16.missing"},
    {"promise.p17", "promise.p17.how", "promise.p17.missing"},
    {"promise.p18", "promise.p18.how", "promise.p18.missing"},
    {"promise.p19", "promise.p19.how", "promise.p19.missing"},
    {"promise.p20", "promise.p20.how", "promise.p20.missing"},
};

/* Names that tests print ("figure: P1 kills 30") and what they are called for people. */
static const char *const figures[][2] = {
    {"kills", "promise.figure.kills"},
    {"power_cuts", "promise.figure.power_cuts"},
    {"receipts", "promise.figure.receipts"},
    {"lost", "promise.figure.lost"},
    {"altered", "promise.figure.altered"},
    {"duplicates", "promise.figure.duplicates"},
    {"bad_signatures", "promise.figure.bad_signatures"},
    {"saboteurs", "promise.figure.saboteurs"},
    {"saboteurs_caught", "promise.figure.saboteurs_caught"},
    {"receipts_changed", "promise.figure.receipts_changed"},
    {"receipts_accepted", "promise.figure.receipts_accepted"},
    {"changes", "promise.figure.changes"},
    {"changes_noticed", "promise.figure.changes_noticed"},
    {"checks", "promise.figure.checks"},
    {"leaks", "promise.figure.leaks"},
    {"pages", "promise.figure.pages"},
    {"run_scripts", "promise.figure.run_scripts"},
    {"calendars", "promise.figure.calendars"},
    {"faults", "promise.figure.faults"},
    {"inputs", "promise.figure.inputs"},
    {"crashes", "promise.figure.crashes"},
    {"honest_served", "promise.figure.honest_served"},
    {"honest_refused", "promise.figure.honest_refused"},
    {"exposure_tenths", "promise.figure.exposure_tenths"},
};
#define N_FIGURES (sizeof figures / sizeof figures[0])

static void read_tests(const struct json_at *at, struct promise *p)
{
    static const char *const outcomes[] = {"passed", "failed", "skipped", "not run"};
    p->n_tests = json_read_count(at, PROMISE_TESTS_MAX);
    for (size_t i = 0; i < p->n_tests; i++) {
        struct json_at item = json_read_item(at, i);
        json_read_fields(&item, "name outcome cases");
        struct json_at name = json_read_get(&item, "name");
        struct json_at outcome = json_read_get(&item, "outcome");
        struct json_at cases = json_read_get(&item, "cases");
        p->tests[i].name = json_read_str(&name, 80);
        p->tests[i].outcome = (enum promise_outcome)json_read_word(&outcome, outcomes, 4);
        p->tests[i].cases = json_read_int(&cases, 0, INT64_C(1000000000000));
    }
}

static void read_figures(const struct json_at *at, struct promise *p)
{
    p->n_figures = json_read_count(at, PROMISE_FIGURES_MAX);
    for (size_t i = 0; i < p->n_figures; i++) {
        struct json_at item = json_read_item(at, i);
        json_read_fields(&item, "name value");
        struct json_at name = json_read_get(&item, "name");
        struct json_at value = json_read_get(&item, "value");
        struct str s = json_read_str(&name, 40);
        size_t k = 0;
        while (k < N_FIGURES && !str_eq(s, str_c(figures[k][0])))
            k++;
        if (k == N_FIGURES)
            json_read_fail(&name, "expected a figure that promises.c knows");
        else
            p->figures[i].text_id = figures[k][1];
        p->figures[i].value = json_read_int(&value, 0, INT64_C(1000000000000));
    }
}

static enum promise_state state_of(const struct promise *p)
{
    size_t passed = 0;
    for (size_t i = 0; i < p->n_tests; i++)
        passed += p->tests[i].outcome == PROMISE_PASSED;
    if (passed == 0)
        return PROMISE_OPEN;
    return passed == p->n_tests && !p->missing_id ? PROMISE_PROVEN : PROMISE_IN_PART;
}

static void read_promise(const struct json_at *at, size_t i, struct promise *p)
{
    char expected[8];
    json_read_fields(at, "id tests figures");
    struct json_at id = json_read_get(at, "id");
    struct json_at tests = json_read_get(at, "tests");
    struct json_at shown = json_read_get(at, "figures");
    struct str name = json_read_str(&id, 3);
    expected[0] = 'P';
    size_t n = 1;
    if (i + 1 >= 10)
        expected[n++] = (char)('0' + (i + 1) / 10);
    expected[n++] = (char)('0' + (i + 1) % 10);
    if (!str_eq(name, (struct str){expected, n}))
        json_read_fail(&id, "expected the promises in their order, here number %zu", i + 1);
    *p = (struct promise){words[i].title_id, words[i].how_id, words[i].missing_id};
    read_tests(&tests, p);
    read_figures(&shown, p);
    p->state = state_of(p);
}

struct err *promises_read(struct arena *a, struct str json, struct promises **ret_promises)
{
    struct json_reader r;
    struct promises *all = ARENA_NEW(a, struct promises);
    if (!json.p)
        json = (struct str){(const char *)promises_results, (size_t)(promises_results_end - promises_results)};
    struct json_at root = json_read_open(&r, a, S("promises/results.json"), ERR_CORRUPT, json);
    json_read_fields(&root, "version on passed failed skipped promises");
    struct json_at version = json_read_get(&root, "version");
    struct json_at on = json_read_get(&root, "on");
    struct json_at passed = json_read_get(&root, "passed");
    struct json_at failed = json_read_get(&root, "failed");
    struct json_at skipped = json_read_get(&root, "skipped");
    struct json_at list = json_read_get(&root, "promises");
    all->version = json_read_str(&version, 40);
    all->day = json_read_day(&on);
    all->passed = json_read_int(&passed, 0, INT64_C(1000000000));
    all->failed = json_read_int(&failed, 0, INT64_C(1000000000));
    all->skipped = json_read_int(&skipped, 0, INT64_C(1000000000));
    if (json_read_count(&list, N_PROMISES) != N_PROMISES)
        json_read_fail(&list, "expected %d promises", N_PROMISES);
    for (size_t i = 0; i < N_PROMISES && !r.e; i++) {
        struct json_at item = json_read_item(&list, i);
        read_promise(&item, i, &all->items[i]);
    }
    struct err *e = r.e;
    json_read_close(&r);
    if (e)
        return e;
    *ret_promises = all;
    return NULL;
}
