/* SPDX-License-Identifier: AGPL-3.0-or-later
 *
 * model.h - the nouns of reception: an appeal, who wrote it, and what became of it.
 *
 * Plain data. What store fills lives in the arena of the call; absent texts have p == NULL, absent ids
 * are 0. The words of an appeal and its applicant are different structs, because they are different rights.
 */
#ifndef BIRGE_RECEPTION_MODEL_H
#define BIRGE_RECEPTION_MODEL_H

#include "core/actor.h"
#include "core/directory.h"

/* The noun of the journal, the trace and of sessions. */
#define APPEAL_NOUN S("appeal")

/* Where a case stands. The order is that of the main path; the names are stored, never the numbers.
 *
 * The fuller law adds states here and edges in rules.c; none of these can be reached yet:
 *   hearing         the preliminary decision was sent, the applicant may object (rules.md A5)
 *   returned        sent back for a defect that was not mended (A2, 64(7))
 *   withdrawn       by the applicant (A2, 64(9))
 *   deemed_refused  the term lapsed without an answer (A6, 91(2))
 *   complaint       the answer is contested before the superior body (A3, A4)
 *   reopened        not solved, taken up again (A7)
 */
enum appeal_state {
    APPEAL_REGISTERED, /* waits for the registrar of its body */
    APPEAL_FORWARDED,  /* passed on once; waits for the registrar of the new body */
    APPEAL_ASSIGNED,   /* an office works on it */
    APPEAL_ANSWERED,   /* closed with an answer; the applicant has said nothing yet */
    APPEAL_REFUSED,    /* closed with a reasoned refusal; the applicant has said nothing yet */
    APPEAL_SOLVED,     /* the applicant says: solved */
    APPEAL_NOT_SOLVED, /* the applicant says: not solved */
    N_APPEAL_STATES,
};
#define APPEAL_BIT(state) (1u << (state))
#define APPEAL_OPEN_BITS                                                                                     \
    (APPEAL_BIT(APPEAL_REGISTERED) | APPEAL_BIT(APPEAL_FORWARDED) | APPEAL_BIT(APPEAL_ASSIGNED))
#define APPEAL_CLOSED_BITS                                                                                   \
    (APPEAL_BIT(APPEAL_ANSWERED) | APPEAL_BIT(APPEAL_REFUSED) | APPEAL_BIT(APPEAL_SOLVED) |                  \
     APPEAL_BIT(APPEAL_NOT_SOLVED))
#define APPEAL_ALL_BITS (APPEAL_OPEN_BITS | APPEAL_CLOSED_BITS)

/* By which door an appeal came in. */
enum appeal_channel { CHANNEL_WEB, CHANNEL_API, CHANNEL_PAPER, CHANNEL_PHONE, CHANNEL_RECEPTION, CHANNEL_IMPORT,
                      N_CHANNELS };

/* Where an imported case came from, and what the other system said of it beside what became columns. */
struct origin {
    int64_t import_id;
    int64_t line;       /* of its file */
    struct str source;  /* what the operator calls the origin */
    struct str number;  /* its number there; absent: none */
    struct str theme, category, place; /* absent: not told */
    struct str answer;  /* as it was given there; absent: none was told */
    struct str answered_by;
};

/* How well it is known who wrote, weakest first; what each level means in law stands in the profile. */
enum appeal_identity {
    IDENTITY_NONE,      /* nobody, or a name nobody checked */
    IDENTITY_CONTACT,   /* a code sent to the contact came back */
    IDENTITY_PAPER,     /* a clerk saw a document */
    IDENTITY_SIGNED_IN, /* later: through a sign-in service */
    IDENTITY_SIGNATURE, /* later: digital signature */
    N_IDENTITIES,
};

struct appeal {
    int64_t id;
    struct str number;            /* "2026-0000123-4" */
    struct str kind;              /* of the profile, "application" */
    enum appeal_channel channel;
    struct str language;          /* "kk", "ru", "en" */
    struct str language_source;   /* "detected", "applicant", "staff" */
    struct str subject;           /* the bytes accepted */
    struct str text;              /* the bytes accepted */
    struct str salt;              /* 32 bytes, of receipt and registration event */
    struct str content;           /* 32 bytes, content hash of the receipt */
    int64_t body_id;              /* registered for */
    struct str body_name;         /* its name then, as in the receipt */
    int64_t accused_body_id;      /* complained of; 0: none named */
    bool accused_decides;         /* the body complained of answers itself: nobody stands above it */
    enum appeal_identity identity;
    enum appeal_state state;
    int64_t holder_body_id;       /* has to act now, or acted last */
    int64_t holder_office_id;     /* the executor: an office, whoever holds it; 0 until assigned */
    int64_t received_at;          /* acceptance, ms UTC */
    struct str registered_on;     /* ISO date */
    struct str due_on;            /* ISO date: last day for the answer */
    int64_t closed_at;            /* ms UTC of the first answer; 0 while open */
    bool is_late;                 /* the first answer came after the due date; false while open */
    struct str profile;           /* name and hash of the rules of its registration */
    struct str code_hash;         /* 32 bytes */
    bool contact_consent;         /* letters may be sent */
    bool is_apart;                /* who wrote is in boxes: core/apart.h */
    int64_t opened_by;            /* the person for whom two persons opened them last; 0: nobody */
    int64_t opened_until;         /* ms UTC: no longer from then on */
    int64_t shown_body_id;        /* the body complained of, which is shown the redacted case; 0: not */
};

/* Who wrote. A right of its own: see reception.see_applicant, and reception.see_apart where it is kept apart. */
struct applicant {
    struct str name;    /* "" when only a contact was left */
    struct str email;   /* absent: none */
    struct str phone;   /* absent: none */
    struct str address; /* absent: none */
    int64_t checked_at; /* contact or paper, ms UTC; 0: never */
    int64_t checked_by; /* office of the clerk; 0: by a code, or never */
};

struct move {
    int64_t no;           /* 1, 2, 3 ... */
    struct str kind;      /* "register", "assign", "forward" */
    int64_t from_body_id; /* 0 for the registration */
    int64_t to_body_id;
    int64_t to_office_id; /* 0: the registrar of the body */
    struct str reason;    /* "" when none was needed */
    struct str law;       /* citation; "" for none */
    int64_t at;           /* ms UTC */
    int64_t by_person_id; /* 0: the applicant's choice. Never shown to the public */
    int64_t by_office_id;
};

/* A due date and the steps it came from. The last one holds. */
struct appeal_deadline {
    int64_t no;
    int64_t at;
    struct str due_on;
    struct str cause; /* "registered", "forwarded", "kind" */
    struct str trace; /* JSON steps, core/deadline.h draws them */
};

/* The blocks of an answer or a refusal. All but `ground` are mandatory. */
struct answer_blocks {
    struct str facts;        /* what was established */
    struct str rule;         /* which rule applies */
    struct str reasons;      /* why it leads to this outcome */
    struct str outcome;      /* what is decided */
    struct str next_step;    /* what the applicant can do now */
    struct str remedy_how;   /* how to complain */
    struct str remedy_where; /* where */
    struct str remedy_until; /* by when, ISO date */
};

struct answer {
    int64_t no;        /* version: 1, 2 ... The last one holds, all stay readable */
    bool is_refusal;
    struct str ground; /* of a refusal: code of the profile's closed list; absent for an answer */
    struct str language;
    struct answer_blocks blocks;
    struct str reason; /* why there is this version; "" for the first */
    int64_t at;
    int64_t by_person_id; /* never shown to the public */
    int64_t by_office_id;
    int64_t body_id;
};

struct opinion {
    int64_t answer_no;
    bool is_solved;
    struct str comment; /* "" for none */
    int64_t at;
    int64_t changed_at; /* 0: said once */
};

struct attachment {
    int64_t no;
    int64_t answer_no;    /* 0: the applicant's */
    struct str name;
    struct str media_type;
    int64_t size;         /* bytes */
    struct str hash;      /* 32 bytes: SHA-256, its name under objects/ */
    int64_t at;
    int64_t by_office_id; /* 0: the applicant */
};

/* A passage that the body complained of does not see. */
struct redaction {
    bool is_subject;   /* else of the text */
    int64_t first, n;  /* characters, from 0 */
    struct str reason; /* stored word */
};

/* A file that it is shown; its name is not, since names are given by authors. */
struct shown_file {
    int64_t no;
    struct str media_type;
    int64_t size; /* bytes */
};

/* The case as the body complained of sees it. No member holds who wrote, and none can. */
struct redacted_case {
    struct str number, kind, language;
    struct str subject, text; /* black bars with their reasons stand where passages were hidden */
    enum appeal_state state;
    int64_t holder_body_id;
    struct str registered_on, due_on;
    int64_t n_hidden;         /* passages */
    const struct shown_file *files;
    size_t n_files;
    int64_t n_held_back;      /* files that it is not shown */
};

/* A line of a desk: nothing of it tells who wrote or what. */
struct desk_row {
    int64_t id;
    struct str number;
    struct str kind;
    struct str language;
    enum appeal_state state;
    int64_t holder_body_id;
    int64_t holder_office_id;
    int64_t received_at;
    struct str registered_on;
    struct str due_on;
    int64_t closed_at;
    bool is_overdue; /* open, and the due date lies before today */
};

/* Stored names: "registered" ...; static. */
struct str appeal_state_name(enum appeal_state s);
/* The state of a stored name; false for an unknown one. */
bool appeal_state_of_name(struct str name, enum appeal_state *ret_state);
/* Stored names: "web", "api", "paper", "phone", "reception"; static. */
struct str appeal_channel_name(enum appeal_channel c);
/* The channel of a stored name; false for an unknown one. */
bool appeal_channel_of_name(struct str name, enum appeal_channel *ret_channel);
/* Stored names: "none", "contact", "paper", "signed_in", "signature"; static. */
struct str appeal_identity_name(enum appeal_identity i);
/* The identity level of a stored name; false for an unknown one. */
bool appeal_identity_of_name(struct str name, enum appeal_identity *ret_identity);
/* May a case of this state still be answered for the first time? */
static inline bool appeal_state_is_open(enum appeal_state s)
{
    return (APPEAL_OPEN_BITS & APPEAL_BIT(s)) != 0;
}

#endif
