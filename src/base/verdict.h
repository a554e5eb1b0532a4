/* SPDX-License-Identifier: AGPL-3.0-or-later
 *
 * verdict.h - a "yes" or a reasoned "no", the product that people read.
 *
 * Rules return verdicts, never errors, for what the law or a right refuses. A "no" names its ground,
 * the facts it rests on, the citation and what the person can do next, as text ids that every
 * language translates (locale/, ids beginning with "verdict.").
 */
#ifndef BIRGE_BASE_VERDICT_H
#define BIRGE_BASE_VERDICT_H

#include "base/str.h"

/* One fact that a verdict rests on, filled into the translated sentence by name. */
struct fact {
    const char *name; /* placeholder, such as "due_on" */
    struct str value; /* text, ready to show */
};

#define VERDICT_FACTS 6

struct verdict {
    bool allowed;
    const char *code;     /* stable and upper-case, such as "FORWARD_SECOND_TIME"; NULL when allowed */
    const char *text_id;  /* the sentence that names the ground; NULL when allowed */
    const char *next_id;  /* what the person can do instead; NULL when allowed */
    struct str law;       /* citation from the profile, such as "APPC 65"; absent for a right */
    struct fact facts[VERDICT_FACTS];
    size_t n_facts;
};

/* The "yes". */
struct verdict verdict_yes(void);
/* A "no"; `code`, `text_id` and `next_id` are static, `law` lives as long as its profile. */
struct verdict verdict_no(const char *code, const char *text_id, const char *next_id, struct str law);
/* Add a fact; aborts beyond VERDICT_FACTS. */
void verdict_fact(struct verdict *v, const char *name, struct str value);
/* The same for a number; its text lives in `a`. */
void verdict_fact_int(struct arena *a, struct verdict *v, const char *name, int64_t value);

#endif
