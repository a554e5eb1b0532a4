/* SPDX-License-Identifier: AGPL-3.0-or-later
 *
 * pages.h - what the pages and the API of reception share: the start of every handler, links, panels.
 *
 * A page is one read transaction (pages_run of core/page.h); an answer that comes back from the writer starts a
 * new page.
 *
 * Keeps:  no handler asks the database by itself: store.h does, and asks the policy first.
 */
#ifndef BIRGE_RECEPTION_PAGES_H
#define BIRGE_RECEPTION_PAGES_H

#include "core/calendar.h"
#include "core/deadline.h"
#include "core/directory.h"
#include "core/institution.h"
#include "core/page.h"
#include "core/profile.h"
#include "institutions/reception/actions.h"
#include "institutions/reception/rules.h"
#include "institutions/reception/store.h"
#include "institutions/reception/views.h"

/* Routes of this part, for the manifest. */
extern const struct route_table reception_routes_home;  /* home, who sees what, help */
extern const struct route_table reception_routes_bodies;
extern const struct route_table reception_routes_send;  /* choosing, writing, sent */
extern const struct route_table reception_routes_files; /* further files, receipts, downloads */
extern const struct route_table reception_routes_track; /* number and code, leaving */
extern const struct route_table reception_routes_case;  /* the appeal for its author */
extern const struct route_table reception_routes_own;   /* what the author does there */
extern const struct route_table reception_routes_see;   /* second persons, the redacted case, protection in figures */
extern const struct route_table reception_routes_api;   /* /api/v1 and its description */

/* Wrong codes an hour of one address prefix. A code has 100 bits: this keeps noise away, not guessing. */
#define PAGES_CODE_TRIES_PER_HOUR 120

/* The frame: `title` is the page's h1. Public pages are the same for everybody and may be cached; private ones hold
 * forms or personal things and get the quick exit. */
struct err *pages_public(struct page *p, struct str title, struct core_view_layout *ret_layout) WARN_UNUSED;
struct err *pages_private(struct page *p, struct str title, struct core_view_layout *ret_layout) WARN_UNUSED;
/* Send a page that everybody may see and caches may keep for a minute. */
struct err *pages_end_public(struct page *p, struct html *h) WARN_UNUSED;

/* "/kk/appeals/2026-0000123-4" and `rest` ("/due"), in `p->a`. */
struct str pages_appeal_href(struct page *p, struct str number, const char *rest);
/* "an address of mail": the first letter and the part behind @, for screens that others see. */
struct str pages_mail_shortened(struct page *p, struct str email);

/* ---- panels ---- */

/* Letters to the author that did not arrive, or not yet, each with what can be done. `who` reads it: "own", "desk";
 * `what` is told: "own", "desk", or "hidden", without the answer of the mail server. In `p->a`. */
size_t pages_troubles(struct page *p, const struct reception_case *c, const char *who, const char *what,
                      const struct core_view_help **ret_troubles);

/* The panel of a due date. `closed_at` 0: still open; `why_href` may be absent. */
struct core_view_due pages_due(struct page *p, const char *label_id, struct str due_on, int64_t closed_at,
                              struct str why_href);
/* A stored deadline as core.deadline draws it. ERR_CORRUPT for a broken trace. Memory: p->a. */
struct err *pages_deadline(struct page *p, const struct appeal_deadline *row, struct core_view_deadline *ret_view)
    WARN_UNUSED;
/* May one more appeal come from this address now? Counts it. */
bool pages_may_send(struct web_request *req);
/* Who will see it, computed from the policy. `subject` as reception_rules_audience takes it. */
struct reception_view_sees pages_sees(struct page *p, const struct policy_subject *subject, bool is_apart,
                                      int64_t accused_body_id, bool can_be_forwarded);
/* What each level of identity means, those that are possible here. Memory: p->a. */
size_t pages_levels(struct page *p, const struct reception_level **ret_levels);
/* "PDF, JPEG, PNG ... up to 10 MB". `is_first`: more may follow on the next page. */
struct str pages_file_hint(struct page *p, bool is_first);
/* The history of a case, and the due date when it is open. Memory: p->a. */
size_t pages_timeline(struct page *p, const struct reception_case *c, const struct core_step **ret_steps);
/* A state as a coloured word. */
struct core_view_tag pages_state(struct page *p, enum appeal_state state);
/* A file for core.files: download at `href`. */
struct core_file pages_file(struct page *p, const struct attachment *f, struct str number);

/* "7K3M-9QXA-..." of a code, as people copy it. In `a`. */
struct str pages_code_in_groups(struct arena *a, struct str code);
/* What is stored of an upload, copied into the arena of a command. */
struct stored_file pages_copy_file(struct arena *a, const struct stored_file *f);
/* A signed token with which the sender of a fresh appeal may add files for a day, without the code. */
struct str pages_file_token(struct page *p, struct str number);

/* The page that follows sending: number and code, once. `n_files` were attached. Replies 201. */
struct err *pages_show_sent(struct page *p, const struct submit_result *r, int64_t n_files) WARN_UNUSED;

/* ---- the case of its author ---- */

/* Whether who wrote is kept apart, and every opening with both persons and the ground; NULL when nobody is named.
 * Memory: p->a. pages_see.c. */
struct err *pages_apart(struct page *p, const struct reception_case *c, struct str csrf,
                        const struct reception_view_apart **ret_view) WARN_UNUSED;

/* Open the case that the path names, for the applicant who is signed in to it. Anybody else is led to the page that
 * asks for number and code: *ret_case stays NULL then, and the reply is sent. */
struct err *pages_open_own(struct page *p, const struct reception_case **ret_case) WARN_UNUSED;
/* What an author's form brought back when it was refused: shown at that form. */
struct own_retry {
    struct web_errors errors;
    struct str comment;  /* as typed */
    struct str new_email; /* the same */
    int status;          /* 422 ... */
};
/* Draw the case for its author; `retry` may be NULL. */
struct err *pages_show_own(struct page *p, const struct own_retry *retry) WARN_UNUSED;

/* "From <source>, its number <number>", in p->a; absent for a case that was sent here. */
struct str pages_imported(struct page *p, const struct origin *origin);
/* Who gave the answer that the other system told; absent when it is not known. */
struct str pages_told_answer_by(struct page *p, const struct origin *origin);

#endif
