/* SPDX-License-Identifier: AGPL-3.0-or-later
 *
 * rules.h - the law of an appeal as pure functions: facts, profile and today go in, a verdict comes out.
 *
 * Numbers (terms, hops, closed lists) stand in the profile; what is checked here is what they mean. A "no"
 * carries its citation, the facts it rests on and what the person can do instead; its texts are
 * "verdict.reception.<code in small letters>" and the same with ".next" in
 * locale/<lang>/reception_verdicts.po.
 *
 * Keeps:  a case never reaches the body complained of, nor a body under it, unless nobody stands above it;
 *         passing on and correcting never make a due date later than the law of the registration says;
 *         no edge of the state machine leads out of an open state without an answer.
 * Source: rules.md sheet A, "Misuse"; report, "Virtual Reception Office" (S7, S8).
 */
#ifndef BIRGE_RECEPTION_RULES_H
#define BIRGE_RECEPTION_RULES_H

#include "base/verdict.h"
#include "core/calendar.h"
#include "core/config.h"
#include "core/deadline.h"
#include "core/policy.h"
#include "core/profile.h"
#include "institutions/reception/model.h"

/* == the state machine ==
 *
 *     registered -> assigned -> answered | refused -> solved | not_solved
 *         |            |  \_ assigned (re-assigned)      |
 *         +-> forwarded<-+                               +-> answered | refused (a new version)
 *               \-> assigned
 *     registered, forwarded -> answered | refused: the head of the body may answer at once.
 */

/* May a case go from `from` to `to`? Later laws add edges here and nowhere else. */
bool reception_rules_edge(enum appeal_state from, enum appeal_state to);

/* What the policy is asked about a case: its holder, its office, the body complained of, its state. */
struct policy_subject reception_rules_subject(const struct appeal *appeal);

/* == submitting == */

struct submit_facts {
    struct str subject, text;  /* bytes as received */
    struct str kind;           /* "": the profile's default, or a complaint when a body is complained of */
    struct str language;       /* "": to be detected */
    struct str channel;        /* stored name */
    int64_t body_id;           /* 0: the sender leaves it to the intake body */
    int64_t accused_body_id;   /* 0: none */
    struct str name, email, phone, address; /* absent or "": not given */
    size_t n_files;
    int64_t largest_file;      /* bytes */
    bool is_by_clerk;          /* on behalf of somebody: any open body will do */
};

/* May this be taken in? Nothing is refused for form beyond what a record needs.
 *
 * Memory:  the verdict's texts live in `a`.
 * Verdict: SUBMIT_SUBJECT_EMPTY, _SUBJECT_LONG, _SUBJECT_CONTROL, _TEXT_EMPTY, _TEXT_LONG, _TEXT_CONTROL
 *          (U+0000), _ENCODING (not UTF-8), _KIND (no such kind; a kind that does not fit is never refused),
 *          _LANGUAGE, _CHANNEL, _BODY (unknown, closed or not open to appeals), _ACCUSED (unknown), _CONTACT
 *          (fact field: too long, not one line, or no address of its sort), _FILES (more than the limit),
 *          _FILE_LARGE.
 * Source:  rules.md A2 (63, 64(1)), A0 (art. 14); contract.md (text as received). */
struct verdict reception_rules_submit(struct arena *a, const struct profile *profile,
                                      const struct directory *d, const struct config *limits,
                                      const struct submit_facts *facts);

/* The kind that an appeal without a chosen kind gets. Never NULL for a sound profile. */
const struct profile_kind *reception_rules_kind(const struct profile *profile, struct str kind,
                                                bool has_accused);

/* Where a fresh appeal goes. */
struct route {
    int64_t body_id;      /* responsible: named in the receipt, holds the case */
    bool is_to_superior;  /* not the one chosen: that is complained of, or stands under the one that is */
    bool accused_decides; /* nobody stands above the body complained of: it gets its own case */
    struct str law;       /* citation for is_to_superior; absent otherwise */
};

/* The body that takes a fresh appeal: the chosen one, else the intake body (the first open body without a
 * superior); when that is the body complained of or stands under it, the nearest open superior of the body
 * complained of.
 * Cost: linear in the bodies. Source: rules.md A3 (91(4), 97(2)), own default forbid_forward_to_subject. */
struct route reception_rules_route(struct arena *a, const struct profile *profile, const struct directory *d,
                                   int64_t chosen_body_id, int64_t accused_body_id, int32_t today);

/* Is `body_id` the body complained of, or does the chain of its superiors lead to it? Cost: depth of the
 * tree. */
bool reception_rules_is_under(const struct directory *d, int64_t body_id, int64_t accused_body_id);

/* == assigning, forwarding == */

struct assign_facts {
    const struct appeal *appeal;
    const struct directory *directory;
    int64_t office_id;
    struct str reason;
    int32_t today;
};
/* Verdict: ASSIGN_OFFICE (none such, of another body, ended, or neither executor nor head), ASSIGN_SAME (has
 * it already), ASSIGN_REASON (a re-assignment needs one), ASSIGN_REASON_LONG. */
struct verdict reception_rules_assign(struct arena *a, const struct assign_facts *facts);

struct forward_facts {
    const struct appeal *appeal;
    const struct directory *directory;
    const struct profile *profile;   /* of the case */
    const struct calendar *calendar;
    int64_t to_body_id;
    struct str reason;
    const struct move *moves;        /* so far */
    size_t n_moves;
    int32_t arrived_on;              /* civil day on which the present holder got it */
    int32_t today;
};
/* May the holder pass the case on to `to_body_id`?
 *
 * Yes, when the profile's hops are not used up, its days have not run out, a reason is given, and the body
 * is open, never held the case before, and is neither the body complained of nor under it.
 *
 * Verdict: FORWARD_BODY (none such, or closed), _SAME, _BACK (it held the case before), _ACCUSED,
 *          _SECOND_TIME, _TOO_LATE (fact until), _REASON, _REASON_LONG, _ABSENT (the profile knows no
 *          forwarding).
 * Errors:  ERR_CONFIG from the profile's term.
 * Source:  rules.md A3 (65, 97(2)); S7. */
struct err *reception_rules_forward(struct arena *a, const struct forward_facts *facts,
                                    struct verdict *ret_verdict) WARN_UNUSED;

/* == answering == */

struct answer_facts {
    const struct appeal *appeal;
    const struct profile *profile;   /* of the case */
    const struct answer *last;       /* the version before; NULL for the first */
    bool is_refusal;
    struct str ground;               /* absent for an answer */
    struct str language;
    struct answer_blocks blocks;
    struct str reason;               /* why there is a new version; "" for the first */
    int32_t remedy_until;            /* until when the law lets one complain of an answer given today */
    int32_t today;
};
#define REASON_CHARS 2000       /* limits at the door, no law */
#define ANSWER_BLOCK_CHARS 20000
#define COMMENT_CHARS 2000

/* Verdict: ANSWER_BLOCK (a mandatory block is empty; fact block), _BLOCK_LONG, _LANGUAGE (neither the
 *          language of the appeal nor the state language), _GROUND (of a refusal: missing, or not of the
 *          closed list; of an answer: there must be none), _REMEDY_DATE (not a date), _REMEDY_EARLY (before
 *          the law's day; fact until), _SAME (nothing differs from the version before), _REASON (a new
 *          version needs one).
 * Source:  rules.md A6 (80(5)), A0 (art. 13); S8. */
struct verdict reception_rules_answer(struct arena *a, const struct answer_facts *facts);

/* == opinion == */

struct opinion_facts {
    const struct answer *last;      /* the answer that holds; NULL: none */
    const struct opinion *said;     /* what was said about it; NULL: nothing */
    int64_t answer_no;              /* the one spoken of */
    bool is_solved;
    struct str comment;
    int32_t first_on;               /* civil day of the first word about this answer */
    int32_t today;
    const struct profile *profile;
};
/* One opinion for each version of an answer; it may be changed for some days (profile: opinion.change_days).
 * Verdict: OPINION_ANSWER (there is none, or a newer one), _SAME, _TOO_LATE (fact days), _LONG. */
struct verdict reception_rules_opinion(struct arena *a, const struct opinion_facts *facts);

/* == the clerk's corrections == */

/* Verdict: KIND_UNKNOWN, KIND_SAME. Source: rules.md A1 (64(1)): never rejected for a wrong kind. */
struct verdict reception_rules_kind_change(struct arena *a, const struct profile *profile,
                                           const struct appeal *appeal, struct str kind);
/* Verdict: LANGUAGE_UNKNOWN, LANGUAGE_SAME. */
struct verdict reception_rules_language_change(struct arena *a, const struct appeal *appeal,
                                               struct str language);
/* Verdict: FILE_TOO_MANY (fact limit), FILE_SAME (these bytes are there already), FILE_LARGE. */
struct verdict reception_rules_file(struct arena *a, const struct config *limits,
                                    const struct attachment *files, size_t n_files, int64_t answer_no,
                                    struct str hash, int64_t size);
/* Raise the identity to `level` (contact or paper) on what a clerk saw.
 * Verdict: IDENTITY_LEVEL (not one that a clerk can give), IDENTITY_KNOWN (as well known already),
 * IDENTITY_NAME (nobody is named), IDENTITY_NOTE (say what was seen), IDENTITY_CONTACT (there is none to
 * check). */
struct verdict reception_rules_identity(struct arena *a, const struct appeal *appeal,
                                        const struct applicant *applicant, enum appeal_identity level,
                                        struct str name, struct str note);
/* A clerk renews the code. Verdict: RENEW_ANONYMOUS (no name was left: nobody can show to be the author),
 * RENEW_NOTE (say which document was shown). */
struct verdict reception_rules_renew(struct arena *a, const struct applicant *applicant, struct str note);

/* == the contact code == */

/* Bounds against guessing and against flooding somebody else's mailbox; no law. Source: experience.md
 * section 9. */
#define CONTACT_CODE_DIGITS 6
#define CONTACT_CODE_MINUTES 10
#define CONTACT_CODE_TRIES 5
#define CONTACT_CODE_PAUSE_SECONDS 60
#define CONTACT_CODES_A_DAY 5

struct contact_code {
    int64_t sent_at;    /* ms UTC */
    int64_t expires_at; /* ms UTC */
    int64_t tries;      /* wrong ones so far */
    int64_t sent;       /* codes sent so far, of this and earlier ones */
};
/* May a code be sent? `last` NULL: none was. Verdict: CONTACT_NONE, CONTACT_CHECKED, CONTACT_TOO_SOON (fact
 * seconds), CONTACT_TOO_OFTEN. */
struct verdict reception_rules_contact_send(struct arena *a, const struct appeal *appeal,
                                            const struct applicant *applicant,
                                            const struct contact_code *last, int64_t now);
/* May a code be sent to `email`, so that it replaces the contact of today once the code comes back? `applicant` NULL:
 * nobody is named yet. Verdict: CONTACT_ADDRESS (no plain mail address), CONTACT_SAME, CONTACT_TOO_SOON,
 * CONTACT_TOO_OFTEN. */
struct verdict reception_rules_contact_change(struct arena *a, const struct applicant *applicant, struct str email,
                                              const struct contact_code *last, int64_t now);
/* Was it right? `matches`: the typed code has the stored hash. Verdict: CONTACT_NO_CODE, CONTACT_EXPIRED,
 * CONTACT_TRIES (too many wrong ones), CONTACT_WRONG (fact left). */
struct verdict reception_rules_contact_try(struct arena *a, const struct contact_code *code, bool matches,
                                           int64_t now);

/* == who wrote, kept apart: rules_see.c == */

/* May the author keep who wrote apart, or no longer? `who` NULL: nobody is named. Verdict: APART_NOBODY, APART_SAME. */
struct verdict reception_rules_apart(const struct appeal *appeal, const struct applicant *who, bool is_apart);
/* May somebody ask that it be opened? `ground` is of the profile's closed list "open_identity".
 * Verdict: APART_NOBODY, APART_NOT, APART_GROUND, APART_NOTE (no word why). */
struct verdict reception_rules_opening(const struct profile *profile, const struct appeal *appeal,
                                       const struct applicant *who, struct str ground, struct str note);

/* == what the body complained of is shown: rules_see.c == */

/* May it be made ready and shown? `is_waiting`: a request to show it waits for its second person.
 * Verdict: SHOWING_NOBODY, SHOWING_DONE, SHOWING_WAITS. */
struct verdict reception_rules_showing(const struct appeal *appeal, bool is_waiting);
/* Where `passage` stands in `words`, in characters; every occurrence, at most `max`. Memory: `a`. */
size_t reception_rules_occurrences(struct arena *a, struct str words, struct str passage, size_t max,
                                   int64_t *ret_firsts);
/* `words` with each redaction of that field as a black bar and its label (`reasons` and `labels` in one order).
 * Overlapping ones are one bar. Memory: `a`. */
struct str reception_rules_redacted(struct arena *a, struct str words, bool is_subject, const struct redaction *all,
                                    size_t n, const char *const *reasons, const struct str *labels, size_t n_reasons);

/* == who will see it == */

/* Offices that may open a case, from policy and directory. */
struct audience {
    int64_t office_id;
    int64_t body_id;
    enum role role;
    bool is_if_assigned;   /* only when the case is assigned to this office */
    bool sees_applicant;   /* name and contacts too */
};
/* Everybody who could open this case or draft (`subject` as reception_rules_subject makes it, or of a draft:
 * state registered, holder as reception_rules_route says), by the very table that guards it; by body, then
 * office. `is_apart`: who wrote is kept apart, so that nobody sees them until two persons open it.
 * Memory: `a`. Cost: offices times rows of the policy. Source: issue "who will see this"; trust.md P6. */
void reception_rules_audience(struct arena *a, const struct policy *policy, const struct directory *d,
                              const struct policy_subject *subject, bool is_apart, int32_t today,
                              struct audience **ret_audience, size_t *ret_n);

#endif
