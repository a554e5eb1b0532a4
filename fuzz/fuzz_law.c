/* SPDX-License-Identifier: AGPL-3.0-or-later
 *
 * fuzz_law.c - profiles, calendars and stored traces as somebody may have written them: read strictly or
 * refused with the place; what was read can be asked, checked and written back.
 */
#include "core/deadline.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static void try_profile(struct arena *a, struct str json)
{
    const struct profile *p;
    struct profile_finding *findings;
    size_t n;
    struct err *e = profile_parse(a, S("fuzz"), json, &p);
    MUST(!e || e->code == ERR_CONFIG);
    if (e)
        return;
    profile_check(a, p, &findings, &n);
    for (size_t i = 0; i < n; i++)
        MUST(findings[i].place.n > 0 && findings[i].problem.n > 0);
    MUST(profile_info(p)->id.n > 0);
    (void)profile_rule(p, "appeal.term.ordinary", 20000);
    (void)profile_default_kind(p);
}

static void try_calendar(struct arena *a, struct str json)
{
    struct calendar *c;
    struct err *e = calendar_parse(a, S("fuzz"), json, &c);
    MUST(!e || e->code == ERR_CONFIG);
    if (!e)
        MUST(workdays_is_valid(&c->workdays));
}

static void try_trace(struct arena *a, struct str json)
{
    struct deadline d;
    struct deadline again;
    struct err *e = deadline_from_json(a, json, &d);
    MUST(!e || e->code == ERR_CORRUPT);
    if (e)
        return;
    struct str first = deadline_to_json(a, &d);
    MUST(!deadline_from_json(a, first, &again));
    MUST(str_eq(deadline_to_json(a, &again), first));
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    struct arena *a = arena_new("fuzz", 0);
    struct str json = str_dup(a, (struct str){(const char *)data, size});
    try_profile(a, json);
    try_calendar(a, json);
    try_trace(a, json);
    arena_free(a);
    return 0;
}
