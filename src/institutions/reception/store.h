/* SPDX-License-Identifier: AGPL-3.0-or-later
 *
 * store.h - rows to structs and back, and the gate: what an actor may not see is not returned.
 *
 * The upper half is for pages and API. Each function that reads a case takes the actor and asks the policy
 * with the row's state; a refused row never reaches the handler. A case opened by staff is a reading: the
 * caller sends its page through action_page_after_reading with `reading`. The lower half (store_private.h)
 * is for actions.
 *
 * Source: trust.md section 5 (authorisation inside data access), architecture.md section 4 (policy).
 */
#ifndef BIRGE_RECEPTION_STORE_H
#define BIRGE_RECEPTION_STORE_H

#include "core/site.h"
#include "core/two_persons.h"
#include "institutions/reception/model.h"

/* ---- finding ---- */

/* The id of a number as typed (spaces and missing hyphens forgiven); 0 when there is none. Numbers are no
 * secret, but do not tell a visitor which exist: use reception_store_open or _by_code for them. */
struct err *reception_store_find(struct arena *a, struct db_read *r, int64_t realm, struct str typed,
                                 int64_t *ret_id) WARN_UNUSED;

/* Does `typed_code` open the case of `typed_number`? `ret_who` gets the applicant of that case.
 * Verdict: CODE_WRONG, the same for an unknown number and a wrong code, in the same time; CODE_NUMBER when
 * the number's check digit shows a typing error; CODE_SHAPE when the code is not twenty letters. */
struct err *reception_store_by_code(struct arena *a, struct db_read *r, int64_t realm,
                                    struct str typed_number, struct str typed_code, struct actor *ret_who,
                                    struct verdict *ret_verdict) WARN_UNUSED;
/* The applicant of a case, for whoever has shown a right to be it (a signed upload token). */
struct actor reception_applicant_of(int64_t appeal_id);

/* Opening who wrote: how long a request waits for its second person, and how long it is open then. */
#define RECEPTION_CONFIRM_WITHIN (72 * INT64_C(3600000))
#define RECEPTION_OPENED_FOR (24 * INT64_C(3600000))
extern const struct two_persons_kind reception_opening;
/* Institution.check: does the newest box open with this folder's key? ERR_CORRUPT when not. */
struct err *reception_check_boxes(struct arena *a, struct db_read *r, const struct site *site) WARN_UNUSED;

/* Showing a redacted case to the body complained of: how long a request waits. */
extern const struct two_persons_kind reception_showing;

/* ---- what the body complained of is shown: store_shown.c ---- */

#define N_REDACTION_REASONS 5
/* Stored words of the reasons, in the order of their labels. */
extern const char *const reception_redaction_reasons[N_REDACTION_REASONS];
/* The redacted case for staff of the body complained of; `labels`: the reasons in words. A reading: send the page
 * after `ret_reading`. Verdict: CASE_UNKNOWN, POLICY_. */
struct err *reception_store_open_shown(struct arena *a, struct db_read *r, const struct site *site,
                                       const struct actor *who, struct str typed_number,
                                       const struct str labels[N_REDACTION_REASONS],
                                       struct redacted_case *ret_case, struct reading *ret_reading,
                                       struct verdict *ret_verdict) WARN_UNUSED;
/* A file of it that was released. Verdict: the same, FILE_UNKNOWN. */
struct err *reception_store_shown_file(struct arena *a, struct db_read *r, const struct site *site,
                                       const struct actor *who, struct str typed_number, int64_t no,
                                       struct attachment *ret_file, struct reading *ret_reading,
                                       struct verdict *ret_verdict) WARN_UNUSED;
struct shown_row {
    int64_t appeal_id;
    struct str number, kind, registered_on, due_on;
    enum appeal_state state;
    int64_t at; /* since when it is shown */
};
/* What the actor's body is shown, newest first, ids below `before`. Nothing personal: not a reading. */
struct err *reception_store_shown_list(struct arena *a, struct db_read *r, const struct site *site,
                                       const struct actor *who, int64_t before, int64_t n,
                                       struct shown_row **ret_rows, size_t *ret_n) WARN_UNUSED;

/* ---- one case ---- */

/* One event of the timeline; nothing in it names a clerk. */
struct case_event {
    int64_t seq;
    int64_t at;           /* ms UTC */
    struct str verb;      /* "registered", "assigned" ... */
    struct str actor;     /* "applicant", "staff", "operator", "clock" */
    int64_t office_id;    /* staff; 0 otherwise */
    struct str detail;    /* JSON */
};

/* A letter to the contact of today that did not arrive, or not yet. */
struct case_trouble {
    int64_t at;         /* the letter was written, ms UTC */
    bool is_given_up;   /* false: it is tried again */
    struct str problem; /* what was answered, without addresses; absent for whoever may not see who wrote */
};

struct reception_case {
    struct appeal appeal;
    int64_t place_id; /* what place it is about; 0: none named */
    const struct applicant *applicant; /* NULL: nobody is named, or this actor may not see who */
    bool has_applicant;                /* somebody is named */
    bool has_contact;                  /* with a mail address or a telephone */
    struct str new_email;              /* for the author: waits for its code; absent: none */
    bool has_open_code;                /* for the author: a code was sent and not entered yet */
    const struct case_trouble *troubles; /* the last few, newest first */
    size_t n_troubles;
    const struct move *moves;
    size_t n_moves;
    const struct appeal_deadline *deadlines; /* the last one holds */
    size_t n_deadlines;
    const struct answer *answers; /* the last one holds */
    size_t n_answers;
    const struct opinion *opinions;
    size_t n_opinions;
    const struct attachment *files;
    size_t n_files;
    const struct origin *origin; /* of an imported case; NULL: it was sent here */
    const struct case_event *events;
    size_t n_events;
    bool is_reading;        /* staff: show it only after this reading is durable */
    struct reading reading; /* way "open", purpose and actor filled in */
};

/* Open the case of `typed_number` for `who`. `purpose`: "own_case", "registration", "supervision", "audit";
 * "" takes the one of the role. `with_applicant`: the page needs to show who wrote; filled only if the
 * policy allows that too.
 * Memory:  `a`.
 * Verdict: CASE_UNKNOWN (no such number; for an applicant also another's case, so that nothing can be
 *          probed), CASE_PURPOSE, POLICY_...  With a "no" *ret_case stays untouched. */
struct err *reception_store_open(struct arena *a, struct db_read *r, const struct site *site,
                                 const struct actor *who, struct str typed_number, struct str purpose,
                                 bool with_applicant, const struct reception_case **ret_case,
                                 struct verdict *ret_verdict) WARN_UNUSED;

/* May `who` do `action` to this case now? For the buttons of a page; the verb asks again. */
struct verdict reception_store_may(const struct site *site, const struct actor *who, const char *action,
                                   const struct appeal *appeal);

/* One file of a case, for download; staff read it (way "download" in *ret_reading when *ret_is_reading).
 * Verdict: as reception_store_open, or FILE_UNKNOWN. */
struct err *reception_store_file(struct arena *a, struct db_read *r, const struct site *site,
                                 const struct actor *who, struct str typed_number, int64_t no,
                                 struct attachment *ret_file, bool *ret_is_reading,
                                 struct reading *ret_reading, struct verdict *ret_verdict) WARN_UNUSED;

/* Who has opened a case: office and way, never a name; newest first, at most `n`, those before `before`
 * (INT64_MAX at first). Only after reception_store_open said yes. */
struct case_reading {
    int64_t seq;
    int64_t at;
    struct str way;
    struct str purpose;
    int64_t office_id;
};
struct err *reception_store_readings(struct arena *a, struct db_read *r, const struct site *site,
                                     int64_t appeal_id, int64_t before, int64_t n,
                                     struct case_reading **ret_readings, size_t *ret_n) WARN_UNUSED;

/* The receipt of a registration, to be handed to its author only: as it was first given (byte for byte the
 * same each time), or renewed against the newest checkpoint. ERR_NOT_FOUND while its batch is not durable. */
struct err *reception_store_receipt(struct arena *a, struct db_read *r, const struct site *site,
                                    int64_t appeal_id, bool is_renewed, struct str *ret_text) WARN_UNUSED;

/* ---- the desk ---- */

enum desk_list {
    DESK_OPEN,   /* open cases of the body; the overdue come first, since they are due first */
    DESK_MINE,   /* open cases of the actor's office, the same order */
    DESK_CLOSED, /* closed cases of the body, newest first */
};
#define DESK_PAGE_MAX 100

struct desk_filter {
    enum desk_list list;
    struct str state;    /* stored name; "" all */
    struct str kind;     /* "" all */
    struct str language; /* "" all */
    bool only_overdue;
    bool only_unassigned;
    struct str after;    /* cursor of a page: rows behind it; "" the first page */
    struct str before;   /* cursor: rows before it; at most one of the two */
    int64_t n;           /* rows; at most DESK_PAGE_MAX */
};
struct desk_page {
    struct desk_row *rows;
    size_t n_rows;
    struct str next;     /* cursor for `after`; absent: this is the last page */
    struct str previous; /* cursor for `before`; absent: this is the first page */
};
/* One page of the desk of the actor's body. Not a reading: nothing personal is in it.
 * Verdict: POLICY_...; DESK_CURSOR for a cursor that was not made here. */
struct err *reception_store_desk(struct arena *a, struct db_read *r, const struct site *site,
                                 const struct actor *who, const struct desk_filter *filter, int32_t today,
                                 struct desk_page *ret_page, struct verdict *ret_verdict) WARN_UNUSED;

struct desk_counts {
    int64_t by_state[N_APPEAL_STATES]; /* held by the body */
    int64_t open;
    int64_t overdue;
    int64_t due_soon;                  /* open, due today or within the next 3 days */
    int64_t mine;                      /* open and assigned to the actor's office; DESK_MINE_MOST stands for more */
};
#define DESK_MINE_MOST 1001
/* Verdict: POLICY_... Cost: the days on which open cases of the body are due, and DESK_MINE_MOST rows of an index. */
struct err *reception_store_desk_counts(struct arena *a, struct db_read *r, const struct site *site,
                                        const struct actor *who, int32_t today,
                                        struct desk_counts *ret_counts,
                                        struct verdict *ret_verdict) WARN_UNUSED;

/* ---- figures for everybody ---- */

struct body_counts {
    int64_t body_id;
    int64_t by_state[N_APPEAL_STATES];
    int64_t overdue;       /* open, and the due date lies before today */
    int64_t answered_late; /* closed, and the first answer came after the due date */
};
/* Cases by the body that holds them, of all bodies that hold or held one; by body. No personal data, no
 * policy. Cost: bodies times states, and the days on which open cases are due; never the cases. */
struct err *reception_store_counts(struct arena *a, struct db_read *r, int64_t realm, int32_t today,
                                   struct body_counts **ret_counts, size_t *ret_n) WARN_UNUSED;

/* ---- objects ---- */

/* Institution.objects: every stored file that a row names. */
struct err *reception_objects(struct arena *a, struct db_read *r, int64_t realm,
                              struct err *(*seen)(void *user, struct str hash, int64_t size),
                              void *user) WARN_UNUSED;

#endif
