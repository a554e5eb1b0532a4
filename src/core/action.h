/* SPDX-License-Identifier: AGPL-3.0-or-later
 *
 * action.h - how a verb runs: one command, one savepoint, at least one event, one answer.
 *
 * A handler copies its input into a command, names the verb and what to answer, and parks. The verb runs on
 * the writer thread inside a savepoint; it asks rules and policy, writes facts and appends events. A refusal
 * is no failure: the verb returns action_refuse(x, verdict), its savepoint is undone, and the answer sees the
 * verdict. Commands of the command line and tests run the same verbs through action_run.
 *
 *     static struct err *run(struct action *x) { return reception_answer(x, x->command, ...); }
 *     static struct err *answered(struct web_request *req, struct action *x) { ... web_redirect ... }
 *     struct action *x = action_new(req);
 *     x->command = copy of the form in x->a;
 *     return action_submit(req, x, run, answered);
 *
 * Keeps:  a job never touches the memory of a connection: everything it reads lives in x->a.
 * Source: architecture.md section 3 ("A write"), style.md B6 point 2.
 */
#ifndef BIRGE_CORE_ACTION_H
#define BIRGE_CORE_ACTION_H

#include "core/actor.h"
#include "core/site.h"
#include "db/db.h"
#include "web/web.h"

struct action {
    struct arena *a;      /* the job's own: command, events, results; freed after the answer */
    struct site *site;
    struct actor who;     /* copied from the request */
    struct db_tx *tx;     /* set while the verb runs */
    int64_t now;          /* set while the verb runs: journal_now, ms UTC */
    void *command;        /* the verb's input, in `a` */
    void *user;           /* what the handler keeps for its answer, in `a`; no verb looks at it */
    void *result;         /* what the verb made, in `a` */
    struct verdict verdict; /* a "no" when the verb was refused; texts in `a` or static */
    bool changed_directory; /* set by action_changes_directory */
    bool changed_calendar;  /* set by action_changes_calendar */
    bool changed_figures;   /* set by action_changes_figures */
    bool needs_space;     /* true at first: refused with 503 when the disk is short */
    bool is_patient;      /* of action_start: bulk, which gives way to every other job (struct db_job) */
    int64_t ran_us;       /* of a patient one, when it is done: how long it held the writer, */
    int64_t commit_us;    /* and the commit behind it */
    struct action_private *own;
};

/* The verb said no: remember why and undo. `return action_refuse(x, v);` */
struct err *action_refuse(struct action *x, struct verdict v);
bool action_is_refused(const struct action *x);
/* In a verb: refuse with `v` when it says no. */
#define ALLOW(x, v)                                                                                          \
    do {                                                                                                     \
        struct verdict allow_ = (v);                                                                         \
        if (!allow_.allowed)                                                                                 \
            return action_refuse((x), allow_);                                                               \
    } while (0)

/* The verb changed bodies or offices, or the calendar: jobs after it read them anew, and pages once it is durable. */
void action_changes_directory(struct action *x);
void action_changes_calendar(struct action *x);
/* The verb counted something that pages show: what they derived from counters is old once it is durable. */
void action_changes_figures(struct action *x);

/* A fresh action with an arena of its own, for the actor of `req`. */
struct action *action_new(struct web_request *req);
/* Queue the verb and park. `answer` runs on the loop's thread when the batch is durable or the verb was
 * refused (x->verdict); when the job failed, the error page is sent and `answer` is not called. Queue full,
 * disk short: 503 with Retry-After. The action is freed afterwards. */
struct err *action_submit(struct web_request *req, struct action *x, struct err *(*verb)(struct action *x),
                          struct err *(*answer)(struct web_request *req, struct action *x)) WARN_UNUSED;
/* Run a verb and wait: commands, demo, tests. `a` is the action's arena. ERR_INPUT with the English sentence
 * of the verdict when it is refused (x->verdict says it in full). */
struct err *action_run(struct arena *a, struct site *site, struct actor who, struct err *(*verb)(struct action *x),
                       struct action *x) WARN_UNUSED;

/* The same in two steps, for whoever has something to do in between: queue the verb, and wait for it. ERR_BUSY from the
 * first when the queue is full: nothing runs then. `a` and `x` must stay until the second returned. */
struct err *action_start(struct arena *a, struct site *site, struct actor who, struct err *(*verb)(struct action *x),
                         struct action *x) WARN_UNUSED;
struct err *action_wait(struct action *x) WARN_UNUSED;

/* Send `html` with `status` after the reading is durable: the page is drawn already, one access job is queued, the
 * page goes out on its completion. Queue full or write failed: 503, nothing is shown. */
struct err *action_page_after_reading(struct web_request *req, const struct reading *reading, int status,
                                      struct str html) WARN_UNUSED;
/* The same for a file. */
struct err *action_download_after_reading(struct web_request *req, const struct reading *reading, const char *type,
                                          struct str name, struct str bytes) WARN_UNUSED;

#endif
