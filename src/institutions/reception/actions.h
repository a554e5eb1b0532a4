/* SPDX-License-Identifier: AGPL-3.0-or-later
 *
 * actions.h - the verbs of reception: one transaction and at least one event each.
 *
 * Every verb has the shape `verb(struct action *x)` and runs on the writer: x->command points to the command
 * named here (in x->a, copied from the request), x->result to the result when the verb has one. A verb asks
 * the policy first (verdict POLICY_...), then the rules (rules.h names their verdicts); a refusal is
 * x->verdict, and nothing is stored. Ids of cases come from reception_store_find. Verbs may be composed in
 * one job: set x->command, call.
 *
 * Source: architecture.md section 3 ("A write"); rules.md sheet A.
 */
#ifndef BIRGE_RECEPTION_ACTIONS_H
#define BIRGE_RECEPTION_ACTIONS_H

#include "core/action.h"
#include "core/document.h"
#include "institutions/reception/model.h"

/* A file whose bytes document_put has stored already; the verb writes the row alone. */
struct stored_file {
    struct str name;
    struct str media_type;
    int64_t size;
    struct str hash; /* 32 bytes */
};
/* What a row needs of a document; name and hash are copied into `a`. */
struct stored_file stored_file_of(struct arena *a, const struct document *d);

/* ---- intake ---- */

struct submit_command {
    struct str key;           /* idempotency key, 1 to 64 visible ASCII characters */
    enum appeal_channel channel;
    struct str subject, text; /* bytes as received */
    struct str kind;          /* ""; or code of the profile */
    struct str language;      /* "": detected; else what the applicant (or clerk) says */
    struct str page_language; /* taken when nothing can be detected */
    int64_t body_id;          /* 0: the intake body */
    int64_t accused_body_id;  /* 0: none */
    int64_t place_id;         /* of core_place: what place it is about; 0: none named */
    struct str name, email, phone, address; /* absent or "": not given */
    bool contact_consent;     /* letters may be sent to the contact */
    bool keep_apart;          /* who wrote is not told to the body that handles it: core/apart.h */
    bool tell_accused;        /* where the body complained of decides itself: it may know who wrote */
    const struct stored_file *files;
    size_t n_files;
    struct str paper; /* reception_register: which document the clerk saw; "": none, identity unchecked */
};
struct submit_result {
    int64_t id;
    struct str number;
    struct str code;         /* CODE_CHARS characters */
    int64_t received_at;     /* ms UTC */
    struct str registered_on;
    struct str due_on;       /* of the registration, also when it changed since */
    int64_t body_id;
    struct str body_name;    /* as in the receipt */
    struct str language;
    struct str kind;
    bool is_to_superior;     /* another body than the one chosen, see struct route */
    bool accused_decides;
    bool is_repeat;          /* the same key and content came before: this is the first answer again */
};
/* Take in an appeal by its author (web, api). The event names no person, whoever is signed in.
 * Result: struct submit_result. Verdict besides the rules': REQUEST_KEY (not of its form),
 * REQUEST_KEY_REUSED (the key came with other content; shows nothing of it), PLACE_UNKNOWN. */
struct err *reception_submit(struct action *x) WARN_UNUSED;
/* The same by a clerk for somebody (paper, phone, reception); submit_command and submit_result. */
struct err *reception_register(struct action *x) WARN_UNUSED;

/* ---- the author ---- */

struct opinion_command {
    int64_t appeal_id;
    int64_t answer_no;
    bool is_solved;
    struct str comment; /* "" for none */
};
struct err *reception_say_opinion(struct action *x) WARN_UNUSED;

struct file_command {
    int64_t appeal_id;
    struct stored_file file;
};
struct file_result {
    int64_t no;
};
/* The author adds a file while the case is open. Result: struct file_result. */
struct err *reception_add_file(struct action *x) WARN_UNUSED;

struct language_command {
    int64_t appeal_id;
    struct str language;
};
/* By author or staff; letters follow it. */
struct err *reception_correct_language(struct action *x) WARN_UNUSED;

struct contact_send_command {
    int64_t appeal_id;
};
/* Send a code of six digits to the contact (mail first, else phone), or to the new address while one waits; good for
 * ten minutes. */
struct err *reception_contact_send(struct action *x) WARN_UNUSED;
/* Forget the new address: letters go on where they went. contact_send_command. */
struct err *reception_contact_keep(struct action *x) WARN_UNUSED;

struct contact_change_command {
    int64_t appeal_id;
    struct str email;
};
/* Send a code to a new address; it replaces the one of today when the code comes back. With it the author agrees to
 * letters. */
struct err *reception_contact_change(struct action *x) WARN_UNUSED;

struct contact_confirm_command {
    int64_t appeal_id;
    struct str code; /* as typed */
};
struct contact_confirm_result {
    struct verdict
        verdict; /* "no": wrong, expired, too many tries. Not x->verdict: a wrong try must be stored */
    bool is_change; /* it was about a new address */
};
/* Try the code; right: a new address takes the old one's place, the identity level becomes at least "contact".
 * Result: struct contact_confirm_result. */
struct err *reception_contact_confirm(struct action *x) WARN_UNUSED;

/* ---- who wrote, kept apart: actions_see.c ---- */

struct apart_command {
    int64_t appeal_id;
    bool is_apart; /* false: whoever handles it may know who wrote */
};
/* The author keeps who wrote apart from now on, or agrees that it is told. Verdict: APART_NOBODY, APART_SAME. */
struct err *reception_set_apart(struct action *x) WARN_UNUSED;

struct opening_command {
    int64_t appeal_id;  /* ask: in; confirm and withdraw: out */
    int64_t request_id; /* confirm, withdraw: in; ask: out */
    struct str ground;  /* ask: code of the profile's list "open_identity" */
    struct str note;    /* ask: why, in one line */
};
/* Ask that who wrote be opened for oneself. Verdict: APART_NOT, APART_NOBODY, APART_GROUND, TWO_PERSONS_. */
struct err *reception_ask_identity(struct action *x) WARN_UNUSED;
/* The second person agrees; from now on the first sees who wrote, until the time is over. The author is told at once.
 * Verdict: POLICY_ (the body complained of never), TWO_PERSONS_. */
struct err *reception_confirm_identity(struct action *x) WARN_UNUSED;
/* The second person says no, or the first takes it back. */
struct err *reception_refuse_identity(struct action *x) WARN_UNUSED;

/* ---- what the body complained of is shown: actions_shown.c ---- */

struct redact_command {
    int64_t appeal_id;
    struct str passages; /* as they stand in subject or text, one a line; every occurrence is hidden */
    struct str reason;   /* "name", "contact", "place", "other_person", "other" */
};
/* Hide passages. Verdict: SHOWING_NOBODY (no other body is complained of), SHOWING_DONE, SHOWING_WAITS, REDACT_CHOICE
 * (no such reason), REDACT_PASSAGE (fact passage: it stands nowhere), REDACT_PASSAGE_NONE, REDACT_PASSAGE_MANY. */
struct err *reception_redact(struct action *x) WARN_UNUSED;

struct release_command {
    int64_t appeal_id;
    int64_t file_no;
};
/* Let the body complained of see one file of the author; the others stay held back. Verdict: SHOWING_NOBODY,
 * FILE_UNKNOWN, RELEASE_DONE. */
struct err *reception_release(struct action *x) WARN_UNUSED;

/* Ask that the redacted case be shown; name and contacts of the author are hidden in the words by themselves.
 * opening_command without a ground. Verdict: SHOWING_, APART_NOTE, TWO_PERSONS_. */
struct err *reception_ask_showing(struct action *x) WARN_UNUSED;
/* The second person agrees: the body complained of sees it, the author is told. Or says no. opening_command. */
struct err *reception_confirm_showing(struct action *x) WARN_UNUSED;
struct err *reception_refuse_showing(struct action *x) WARN_UNUSED;

/* ---- the desk ---- */

struct assign_command {
    int64_t appeal_id;
    int64_t office_id; /* of an executor or a head of the holder body */
    struct str reason; /* "" at the first assignment */
};
struct err *reception_assign(struct action *x) WARN_UNUSED;

struct forward_command {
    int64_t appeal_id;
    int64_t to_body_id;
    struct str reason; /* shown to the author */
};
struct err *reception_forward(struct action *x) WARN_UNUSED;

struct kind_command {
    int64_t appeal_id;
    struct str kind;
};
/* The clock is not started again; the due date may only become earlier. */
struct err *reception_correct_kind(struct action *x) WARN_UNUSED;

struct identity_command {
    int64_t appeal_id;
    enum appeal_identity level; /* IDENTITY_CONTACT or IDENTITY_PAPER */
    struct str note;            /* what was seen: "identity card" */
    struct str name;            /* as on the document; "": as given. Needed when nobody was named */
};
struct err *reception_check_identity(struct action *x) WARN_UNUSED;

struct renew_command {
    int64_t appeal_id;
    struct str note; /* which document was shown */
};
struct renew_result {
    struct str number;
    struct str code; /* to be printed and handed over; the old one is dead, its sessions are ended */
};
/* Result: struct renew_result. */
struct err *reception_renew_code(struct action *x) WARN_UNUSED;

/* ---- answering ---- */

struct answer_command {
    int64_t appeal_id;
    bool is_refusal;
    struct str ground;   /* of a refusal */
    struct str language;
    struct answer_blocks blocks;
    struct str reason;   /* of a new version; "" for the first */
    const struct stored_file *files;
    size_t n_files;
};
struct answer_result {
    int64_t no;
};
/* Answer or refuse; again: a new version beside the old. Result: struct answer_result. */
struct err *reception_answer(struct action *x) WARN_UNUSED;
/* Staff add a file to the answer that holds. file_command, file_result. */
struct err *reception_add_answer_file(struct action *x) WARN_UNUSED;

/* What the remedy blocks offer before somebody writes them: how, to whom and until when one may complain of
 * an answer that `body_id` gives on `today`, in `language`. Memory: `a`. */
struct err *reception_remedy(struct arena *a, const struct profile *profile, const struct calendar *calendar,
                             const struct directory *d, int64_t body_id, struct str language, int32_t today,
                             struct answer_blocks *ret_blocks) WARN_UNUSED;

/* ---- upkeep ---- */

/* Institution.rebuild: counters and trace edges from facts. */
struct err *reception_rebuild(struct action *x) WARN_UNUSED;
/* Institution.tick: old idempotency keys and codes. */
struct err *reception_tick(struct action *x) WARN_UNUSED;

#endif
