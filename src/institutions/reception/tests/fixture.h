/* SPDX-License-Identifier: AGPL-3.0-or-later
 *
 * fixture.h - a whole small state in a temporary folder, for tests: keys, journal, SQLite, a profile, a
 * calendar without holidays, a tree of bodies with offices that people hold. Time stands still until a test
 * moves it.
 *
 *     region                        the court stands apart, with nobody above it
 *      |- city                      court
 *      |   |- roads
 *      |   `- water
 *      `- health
 *          `- clinic
 */
#ifndef BIRGE_RECEPTION_TESTS_FIXTURE_H
#define BIRGE_RECEPTION_TESTS_FIXTURE_H

#include "tests/test.h"

#include "core/document.h"
#include "core/history.h"
#include "core/profile.h"
#include "institutions/reception/actions.h"
#include "institutions/reception/reception.h"
#include "institutions/reception/store_private.h"

enum fixture_body { F_REGION, F_CITY, F_ROADS, F_WATER, F_HEALTH, F_CLINIC, F_COURT, N_F_BODIES };

/* Offices of one body; each is held by a person of its own. */
struct fixture_offices {
    int64_t body;
    int64_t registrar, executor, colleague, head; /* offices */
};

struct fixture {
    struct arena *a;
    char dir[64];
    struct site *site;
    struct db_read *read;
    int64_t now; /* what the journal's clock says, ms UTC; Monday 2026-08-03 10:00 in Almaty at first */
    struct fixture_offices at[N_F_BODIES];
    int64_t administrator, auditor; /* offices of the region */
    const struct directory *directory;
    struct action last; /* the last verb that ran */
};

/* A fresh state; `options` may be NULL (fault injection). Memory: `a`, which ends it too. */
struct fixture *fixture_new(struct arena *a, const struct db_options *options);
/* A realm under the law of `profile` and nothing in it yet; fixture_look fills f->directory later. */
struct fixture *fixture_new_realm(struct arena *a, struct str profile);
/* Read bodies and offices as they are now. */
void fixture_look(struct fixture *f);
/* Stop and start again over the same folder. */
void fixture_reopen(struct fixture *f, const struct db_options *options);
/* Stop the writer and close the database; the folder stays until `a` is freed. */
void fixture_close(struct fixture *f);

/* Staff in `office`, as they are signed in. */
struct actor fixture_staff(struct fixture *f, int64_t office);
/* Move the clock on. */
void fixture_pass_days(struct fixture *f, int days);

/* Run `verb` for `who`; NULL, or the error (f->last.verdict tells a refusal). */
struct err *fixture_run(struct fixture *f, struct actor who, struct err *(*verb)(struct action *x),
                        void *command) WARN_UNUSED;
/* It must succeed; its result. */
void *fixture_do(struct fixture *f, struct actor who, struct err *(*verb)(struct action *x), void *command);
/* It must be refused with `code`. */
void fixture_refuse(struct fixture *f, struct actor who, struct err *(*verb)(struct action *x), void *command,
                    const char *code);

/* An appeal to `body` (0: nobody chosen) about `accused` (0: none), with name and mail; a fresh key each
 * time. */
struct submit_result *fixture_submit(struct fixture *f, int64_t body, int64_t accused);
/* The command of it, to be changed first. */
struct submit_command fixture_submit_command(struct fixture *f, int64_t body, int64_t accused);
/* The row as it is now. */
struct appeal fixture_appeal(struct fixture *f, int64_t id);
/* Assign it to the executor of its holder, and answer it, all blocks filled. */
void fixture_assign(struct fixture *f, int64_t id);
void fixture_answer(struct fixture *f, int64_t id, bool is_refusal);
/* An answer with all blocks, in the language of the case. */
struct answer_command fixture_answer_command(struct fixture *f, int64_t id, bool is_refusal);
/* A file whose bytes are said to be stored. */
struct stored_file fixture_file(struct fixture *f, const char *name, char content);

/* All figures equal a recount, case by case: counted.c. Part of fixture_check. */
void fixture_check_figures(struct fixture *f);
/* The invariants that hold after every job: counters equal a recount, every open case has one holder that
 * exists, an accused body holds nothing, the last deadline is the due date, closed cases have answers, every
 * event's digest is that of the facts. */
void fixture_check(struct fixture *f);
/* Does the last event of `id` carry the digest of its rows? */
bool fixture_digest_holds(struct fixture *f, int64_t id);

#define assert_ok(e)                                                                                         \
    do {                                                                                                     \
        struct err *assert_ok_ = (e);                                                                        \
        if (assert_ok_) {                                                                                    \
            struct arena *assert_a_ = arena_new("failure", 0);                                               \
            print_error("%s\n", err_text(assert_a_, assert_ok_).p);                                          \
            arena_free(assert_a_);                                                                           \
        }                                                                                                    \
        assert_null(assert_ok_);                                                                             \
    } while (0)

#endif
