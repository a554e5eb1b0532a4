/* SPDX-License-Identifier: AGPL-3.0-or-later
 *
 * promises.h - what Birge promises, with what the tests of this version said of it.
 *
 * The words of a promise are texts; which tests stand for it, and what they found, stands in promises/results.json,
 * which tools/promises writes from a run and which is linked in. Nothing here is typed in by hand to look well: a test
 * that did not run, or was skipped, shows as such.
 * Source: trust.md, section 2 (P1 to P20).
 */
#ifndef BIRGE_CORE_PROMISES_H
#define BIRGE_CORE_PROMISES_H

#include "base/err.h"

#define N_PROMISES 20
#define PROMISE_TESTS_MAX 24
#define PROMISE_FIGURES_MAX 12

enum promise_outcome { PROMISE_PASSED, PROMISE_FAILED, PROMISE_SKIPPED, PROMISE_NOT_RUN };
/* Proven: every test that stands for it passed and nothing is known to be missing. */
enum promise_state { PROMISE_PROVEN, PROMISE_IN_PART, PROMISE_OPEN };

struct promise_test {
    struct str name;              /* "crash / power" */
    enum promise_outcome outcome;
    int64_t cases;                /* that it counted itself; 1 for a program that is one test */
};
struct promise_figure {
    const char *text_id; /* what was counted */
    int64_t value;
};
struct promise {
    const char *title_id, *how_id;
    const char *missing_id; /* what is not proven; NULL: nothing that we know of */
    enum promise_state state;
    struct promise_test tests[PROMISE_TESTS_MAX];
    size_t n_tests;
    struct promise_figure figures[PROMISE_FIGURES_MAX];
    size_t n_figures;
};
struct promises {
    struct str version; /* that was tested */
    int32_t day;        /* of the run */
    int64_t passed, failed, skipped; /* of the whole run */
    struct promise items[N_PROMISES];
};

/* Read results (the linked ones when `json` is absent). Memory: `a`.
 * Errors: ERR_CORRUPT with the place. */
struct err *promises_read(struct arena *a, struct str json, struct promises **ret_promises) WARN_UNUSED;

#endif
