/* SPDX-License-Identifier: AGPL-3.0-or-later
 *
 * state.h - a small state of core alone, or of core and one more institution, on a real SQLite file, for tests of
 * verbs and of pages. A new institution begins its tests with state_new_with(a, &its_manifest).
 *
 *     region (top)           administrator and auditor have their offices here
 *      |- city
 *      |   `- roads
 *      `- health
 *
 * The journal's clock stands still at `now` until a test moves it; the server, when it is started, asks the
 * wrapped clock (link with --wrap=clock_now).
 */
#ifndef BIRGE_CORE_TESTS_STATE_H
#define BIRGE_CORE_TESTS_STATE_H

#include "tests/test.h"

#include "core/bodies.h"
#include "core/institution.h"
#include "tests/http_client.h"

#define STATE_PASSWORD "three blue teapots sing" /* of every person of the state */

struct config;

struct state {
    struct arena *a;
    char dir[64];
    struct site *site;
    struct config *config; /* of the site; a second factor is only offered until a test asks for it */
    struct db_read *read;
    struct web *web; /* NULL until state_serve */
    struct str proxies; /* for state_serve: whose X-Forwarded-For counts; "" at first: nobody's */
    int64_t now;     /* ms UTC; Monday 2026-08-03, 10:00 in Almaty at first */
    int64_t region, city, roads, health;                   /* bodies */
    int64_t admin_office, auditor_office, clerk_office;    /* clerk: registrar of the city */
    int64_t admin, auditor, clerk;                         /* people: logins "admin", "auditor", "clerk" */
    /* Only with another institution: executor and head of the city, and the head of another body. */
    int64_t executor_office, head_office, stranger_office;
    int64_t executor, head, stranger; /* logins the same */
    int64_t refuses_to_close;                              /* body that the made-up institution keeps open; 0: none */
    struct action last;                                    /* the last verb that ran */
};

/* A fresh state; everything ends with `a`. */
struct state *state_new(struct arena *a);
/* The same with `more` taken in beside core: its policy, its pages, the law of kz-2026. NULL: core alone. */
struct state *state_new_with(struct arena *a, const struct institution *more);
/* Serve its pages on loopback. */
void state_serve(struct state *s);
struct http_client *state_client(struct state *s);

/* Actors. */
struct actor state_admin(const struct state *s);
struct actor state_staff(int64_t person_id, int64_t office_id, int64_t body_id, enum role role);

/* Run a verb for `who`: NULL, or why not (s->last.verdict tells a refusal). */
struct err *state_run(struct state *s, struct actor who, struct err *(*verb)(struct action *x), void *command);
/* It must succeed. */
void state_do(struct state *s, struct actor who, struct err *(*verb)(struct action *x), void *command);
/* It must be refused with `code`, and leave nothing behind. */
void state_refuse(struct state *s, struct actor who, struct err *(*verb)(struct action *x), void *command,
                  const char *code);

/* The invariants of administration: bodies are a tree, codes differ, no office has two holders on one day, the
 * last event of every noun carries the digest of its facts. */
void state_check(struct state *s);
/* Does the last event of this noun carry the digest of its facts? Fails the test otherwise. */
void state_check_digest(struct state *s, struct str noun, int64_t id);
/* Number of events so far. */
int64_t state_events(struct state *s);
/* The last event of a noun, for "seen". */
int64_t state_seen(struct state *s, const char *noun, int64_t id);

/* The verbs with their commands in x->command, as handlers wrap them. */
struct err *do_body_add(struct action *x);
struct err *do_body_change(struct action *x);
struct err *do_body_close(struct action *x);
struct err *do_person_add(struct action *x);
struct err *do_person_change(struct action *x);
struct err *do_person_set_password(struct action *x);
struct err *do_person_disable(struct action *x);
struct err *do_person_enable(struct action *x);
struct err *do_office_add(struct action *x);
struct err *do_office_change(struct action *x);
struct err *do_office_close(struct action *x);
struct err *do_appointment_add(struct action *x);
struct err *do_appointment_end(struct action *x);

/* A route's pattern with something in every place: "ru" for the language, 2026 for a year, 1 for the rest. In s->a. */
char *state_address(struct state *s, const char *pattern);

#define assert_ok(e)                                                                                           \
    do {                                                                                                       \
        struct err *assert_ok_ = (e);                                                                          \
        if (assert_ok_) {                                                                                      \
            struct arena *assert_a_ = arena_new("failure", 0);                                                 \
            print_error("%s\n", err_text(assert_a_, assert_ok_).p);                                            \
            arena_free(assert_a_);                                                                             \
        }                                                                                                      \
        assert_null(assert_ok_);                                                                               \
    } while (0)

#endif
