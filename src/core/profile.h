/* SPDX-License-Identifier: AGPL-3.0-or-later
 *
 * profile.h - the law as data: one law profile, read from profiles/<id>.json, and what it says.
 *
 * A number of the law is never in C: it is a rule of a profile, with its citation and with how sure we are
 * of it. A case keeps the tag of the profile that it was registered under ("kz-2026@1f0c2a94b3de": id and
 * hash of the file), and is judged by that version for ever; so every version that a case may name stays
 * loadable. A profile is made once at start, is never changed, and is read by every thread.
 *
 * Keeps:  nothing about any country is in C code; a value without citation is marked `own` or refused; what
 *         is not verified says so wherever it is shown.
 * Source: rules.md ("The profile schema", sheets A, N, O), architecture.md section 4.
 */
#ifndef BIRGE_CORE_PROFILE_H
#define BIRGE_CORE_PROFILE_H

#include <limits.h>

#include "base/err.h"
#include "core/text3.h"

struct lang;
struct profile;

/* == where a value comes from == */

/* How sure we are that the act says this. Stored and shown by name (confidence_name). */
enum confidence {
    CONFIDENCE_PRIMARY,   /* "primary": read in the text of the act, in the redaction named */
    CONFIDENCE_SECONDARY, /* "secondary": an official page, press or other secondary source */
    CONFIDENCE_NO,        /* "no": general knowledge, to verify */
    CONFIDENCE_OWN,       /* "own": a decision of Birge or of this institution, not law */
    N_CONFIDENCE,
};

/* Where something is written. Texts live as long as the profile. */
struct citation {
    struct str law;           /* plain, for logs and stored rows: "APPC 64(3)"; absent for `own` */
    struct text3 act;         /* short name of the act: "APPC", "ӘРПК", "АППК"; empty for `own` */
    struct text3 act_title;   /* its full name and date */
    struct str article;       /* "64(3)"; absent for `own` and where no article is recorded */
    struct str url;           /* text of the act; absent if unknown */
    struct str redaction;     /* redaction that was read; absent if none */
    enum confidence confidence;
    struct str verified_by;   /* who compared it with the act; absent: nobody yet */
    struct str verified_on;   /* ISO date; absent as above */
    struct text3 note;        /* remark for readers ("the article number is to verify"); empty for none */
};

/* "primary", "secondary", "no", "own"; static. */
struct str confidence_name(enum confidence c);
bool confidence_of_name(struct str name, enum confidence *ret_confidence);
/* What people read: "read in the act", "Birge's own rule" ... in the language; static. */
struct str confidence_text(const struct lang *l, enum confidence c);
/* "APPC, art. 64(3)", "ӘРПК, 64(3)-бап", "АППК, ст. 64(3)"; for `own` the words of confidence_text.
 * Memory: `a`. */
struct str citation_text(struct arena *a, const struct lang *l, const struct citation *c);
/* The same for a stored plain form ("APPC 64(3)", of verdicts and moves), by the acts of `p`; a form that
 * names no act of `p` comes back as it is. `p` may be NULL. In `a`. */
struct str law_text(struct arena *a, const struct lang *l, const struct profile *p, struct str law);

/* == loading == */

#define PROFILE_TAG_HEX 12

/* Parse one profile file, strictly: unknown and duplicate fields, wrong types and words that are not of
 * their list are refused. `name` is used in messages only.
 * Memory: `app`, for the life of the profile. Cost: linear, a few ms.
 * Errors: ERR_CONFIG "profiles/kz-2026.json: rules[12].unit: expected one of wd, cd, ...; found \"days\"". */
struct err *profile_parse(struct arena *app, struct str name, struct str json,
                          const struct profile **ret_profile) WARN_UNUSED;

/* One thing that profile_check found. */
struct profile_finding {
    struct str place;   /* "rules[12] (appeal.extension)" */
    struct str problem; /* what is wrong and what was expected; English */
};
/* What `birge profile check` says. Refused: a rule without citation or `own`; overlapping validity of one
 * key; a closed list or rule that a process of the profile needs and lacks; an unverified value in a profile
 * that claims to be verified; a protective default hardened without a citation; a text that lacks one of
 * the profile's languages; a kind whose term is no rule. (An unknown unit is refused by profile_parse.)
 * Memory: `a`. None found: *ret_n = 0. */
void profile_check(struct arena *a, const struct profile *p, struct profile_finding **ret_findings,
                   size_t *ret_n);

/* All profiles that are known: those of the program, those of DIR/profiles/<id>.json (they stand before the
 * program's of the same id), and earlier versions kept as DIR/profiles/<id>@<12 hex>.json. Each is checked.
 * `data_dir` may be absent: only the program's.
 * Memory: `app`. Errors: ERR_CONFIG (with the file, place and what was expected), ERR_IO. */
struct err *profile_load_all(struct arena *app, struct str data_dir,
                             const struct profile *const **ret_profiles, size_t *ret_n) WARN_UNUSED;
/* Keep the bytes of `p` as DIR/profiles/<tag>.json, durably, unless they lie there: cases may name it after
 * the program or the file has changed. Before the first case is registered under it. */
struct err *profile_keep(struct arena *a, struct str data_dir, const struct profile *p) WARN_UNUSED;
/* Ids of the profiles that come with the program, for `birge init --profile` and its help. Static. */
const char *const *profile_builtin_ids(size_t *ret_n);

/* The profile of `id` that new cases are registered under; NULL when there is none. Linear. */
const struct profile *profile_find(const struct profile *const *profiles, size_t n, struct str id);
/* The very version of `tag`; NULL when it is not known. Linear. */
const struct profile *profile_find_tag(const struct profile *const *profiles, size_t n, struct str tag);
/* The profile whose law was in force on `day` in the line of succession of `id` ("replaces", both ways);
 * the profile of `id` itself when none fits. Source: rules.md, "Four things", point 1. */
const struct profile *profile_in_force(const struct profile *const *profiles, size_t n, struct str id,
                                       int32_t day);

/* == what it is == */

struct profile_info {
    struct str id;            /* "kz-2026" */
    struct str tag;           /* "kz-2026@1f0c2a94b3de": what a case keeps */
    struct str hash;          /* SHA-256 of the file, 64 hex */
    struct text3 title;       /* "Kazakhstan, law from 1 July 2026" */
    struct text3 standing;    /* what is sure and what is not, for readers */
    bool is_verified;         /* claims that every value was compared with the act */
    int32_t valid_from;       /* first civil day; INT32_MIN if unbounded */
    int32_t valid_to;         /* last civil day; INT32_MAX if unbounded */
    struct str replaces;      /* id of the profile before it; absent for none */
    struct str calendar;      /* calendar file that goes with it, for calendar_install: "kz", "plain" */
    struct str zone;          /* time zone of a realm that names none, "Asia/Almaty"; "UTC" when the file names none */
    const struct str *languages; /* "kk", "ru", "en" */
    size_t n_languages;
    struct str json;          /* the file itself */
};
const struct profile_info *profile_info(const struct profile *p);

/* == rules: one value each == */

enum profile_unit {
    UNIT_WORKING_DAYS,  /* "wd" */
    UNIT_CALENDAR_DAYS, /* "cd" */
    UNIT_MONTHS,        /* "mo" */
    UNIT_PERCENT,       /* "pct" */
    UNIT_COUNT,         /* "count"; a yes or no is 1 or 0 */
    UNIT_MRP,           /* "MRP": monthly calculation index, a yearly value */
    N_UNITS,
};
/* "wd", "cd" ...; static. */
struct str profile_unit_name(enum profile_unit unit);
/* From which event a term runs; the day after the event is the first that counts. */
enum profile_from {
    FROM_REGISTRATION, /* "registration" */
    FROM_RECEIPT,      /* "receipt": acceptance, registered or not */
    FROM_NEXT_DAY,     /* "next_day": the event that the rule's key names (a decision, a request) */
};
/* What it means in law when the term passes in silence. */
enum profile_silence {
    SILENCE_NONE,     /* "none": nothing; alert the head */
    SILENCE_REFUSED,  /* "refused": deemed refusal dated that day */
    SILENCE_ACCEPTED, /* "accepted" */
    SILENCE_AGREED,   /* "agreed" */
};

struct profile_rule {
    struct str key;       /* "appeal.term.ordinary" */
    int64_t value;
    enum profile_unit unit;
    enum profile_from count_from; /* terms only */
    enum profile_silence on_silence;
    int32_t valid_from;   /* INT32_MIN if unbounded */
    int32_t valid_to;     /* INT32_MAX if unbounded */
    struct text3 about;   /* what it rules, one sentence; for the page of rules */
    struct citation cite;
};

/* The rule `key` as in force on civil day `on`; NULL when the profile has none then. Cost: logarithmic. */
const struct profile_rule *profile_rule(const struct profile *p, const char *key, int32_t on);
/* Its value, or `otherwise` (a count, a flag). */
int64_t profile_value(const struct profile *p, const char *key, int32_t on, int64_t otherwise);
/* Its plain citation ("APPC 65(1)"), or the absent value: for verdicts and stored rows. */
struct str profile_law(const struct profile *p, const char *key, int32_t on);
/* All rules, by key and validity. */
const struct profile_rule *profile_rules(const struct profile *p, size_t *ret_n);

/* Keys that the program asks for; profile_check refuses a profile that lacks one that its processes need
 * (profile_check.c has the table, profiles/README.md the whole list).
 *
 *     routing.forward_term          by when a body that is not competent passes an appeal on
 *     routing.max_forward_hops      how many times it may be passed on without an arbiter
 *     routing.forbid_forward_to_subject   1: never decided by the body complained of
 *     routing.clock_restarts        1: the term begins again at the body that received it
 *     appeal.term.<regime>          the term for the answer; a kind names its own
 *     appeal.extension, appeal.extension_notice
 *     complaint.file                by when one may complain of an answer
 *     complaint.file_unnamed        the same when the answer named no remedy
 *     privacy.*                     protective defaults (sheet N and "Misuse")
 */

/* == kinds, channels, identity == */

struct profile_kind {
    struct str code;        /* "application" */
    struct str regime;      /* "ordinary", "complaint", "simplified" */
    struct text3 name;      /* "өтініш", "заявление", "application" */
    struct text3 hint; /* in plain words, for the one who chooses: "I ask for help with a right of mine" */
    struct str term;        /* key of the rule of its term */
    bool is_default;        /* taken when the sender chose nothing; exactly one */
    bool names_subject;     /* may name a body complained of */
    struct citation cite;
};
const struct profile_kind *profile_kinds(const struct profile *p, size_t *ret_n);
const struct profile_kind *profile_kind(const struct profile *p, struct str code);
const struct profile_kind *profile_default_kind(const struct profile *p);

struct profile_channel {
    struct str code;   /* "web", "api", "paper", "phone", "reception" */
    struct text3 name;
    bool is_staff;     /* a clerk enters it */
};
const struct profile_channel *profile_channels(const struct profile *p, size_t *ret_n);
const struct profile_channel *profile_channel(const struct profile *p, struct str code);

/* What it means in law how well the sender is known. Levels in rising order: "none", "contact", "paper",
 * "signed_in", "signature". */
struct profile_identity {
    struct str code;
    struct text3 name;    /* "Contact checked" */
    struct text3 effect;  /* the legal effect, said before sending */
    struct text3 how;     /* how one reaches this level; empty: not yet possible here */
    bool is_offered;      /* possible in this program now */
    struct citation cite;
};
const struct profile_identity *profile_identities(const struct profile *p, size_t *ret_n);
const struct profile_identity *profile_identity(const struct profile *p, struct str code);

/* == closed lists == */

struct profile_ground {
    struct str code;  /* "identical" */
    struct text3 text; /* the ground, as the answer says it */
    struct citation cite;
};
/* The closed list `list`: "refuse", "return", "never_return", "terminate", "forward", "no_hearing". NULL
 * and 0 when the profile has none: the step does not exist then (`profile_has_step`). */
const struct profile_ground *profile_grounds(const struct profile *p, const char *list, size_t *ret_n);
const struct profile_ground *profile_ground(const struct profile *p, const char *list, struct str code);

/* Does the process ("appeal") have this step ("register", "assign", "forward", "answer", "refuse", "return",
 * "terminate", "extend", "hearing", "complain") under this profile? */
bool profile_has_step(const struct profile *p, const char *process, const char *step);

/* == the answer and what follows == */

struct profile_block {
    struct str code;      /* "facts", "rule", "reasons", "outcome", "next_step", "remedy_how", "remedy_where",
                             "remedy_until" */
    bool in_answer, in_refusal; /* must stand in it */
    struct text3 name;    /* heading */
    struct text3 hint;    /* for the one who writes it */
    struct citation cite;
};
/* The blocks that an answer or refusal must have, in order. */
const struct profile_block *profile_blocks(const struct profile *p, size_t *ret_n);

/* How one complains of an answer: offered as text for the remedy blocks; who answers may change it. */
struct profile_remedy {
    struct text3 name;    /* "complaint to the superior body" */
    struct text3 to_whom; /* to whom */
    struct text3 how;     /* by what way, what it must hold */
    struct text3 after;   /* what comes after it (court); empty for none */
    struct str term;      /* key of the rule: 3 months */
    struct citation cite;
};
const struct profile_remedy *profile_remedy(const struct profile *p);

/* == the registration day == */

enum profile_after_hours {
    AFTER_HOURS_NEXT_WORKING_DAY, /* "next_working_day": after hours, or on a day off */
    AFTER_HOURS_SAME_DAY,         /* "same_day": registered on the civil day of receipt, always */
};
struct profile_registration {
    enum profile_after_hours rule;
    int32_t close_minute;        /* end of working hours, minutes after local midnight */
    struct citation cite;        /* of the rule */
    struct citation hours_cite;  /* of the hours */
};
const struct profile_registration *profile_registration(const struct profile *p);

/* What becomes of open cases when this profile follows another. */
struct profile_transition {
    struct str from;    /* id of the profile before */
    struct str process; /* "appeal" */
    bool keeps;         /* a case keeps the rules it was registered under; false: it moves to these */
    struct citation cite;
};
const struct profile_transition *profile_transitions(const struct profile *p, size_t *ret_n);

#endif
