/* SPDX-License-Identifier: AGPL-3.0-or-later
 *
 * profile_check.c - does a profile make sense: what `birge profile check` refuses.
 *
 * The parser has seen to the form. Here: citations, validity, closed lists that a process needs, claims to
 * be verified, protective defaults, languages. All findings are collected, so that an author mends them at
 * once.
 *
 * Source: rules.md, end of "The profile schema"; "Four things", point 3; "Misuse, and the protective
 * defaults".
 */
#include "core/profile_private.h"

#include <stdarg.h>
#include <stdio.h>

#include "base/clock.h"

#define MAX_FINDINGS 200

struct checker {
    struct arena *a;
    const struct profile *p;
    struct profile_finding *found;
    size_t n;
};

__attribute__((format(printf, 3, 4))) static void find(struct checker *k, struct str place, const char *fmt,
                                                       ...)
{
    char what[400];
    va_list args;
    if (k->n == MAX_FINDINGS)
        return;
    va_start(args, fmt);
    (void)vsnprintf(what, sizeof what, fmt, args);
    va_end(args);
    k->found[k->n++] = (struct profile_finding){.place = place, .problem = str_dup(k->a, str_c(what))};
}

#define PLACE(k, ...) str_printf((k)->a, __VA_ARGS__)

/* ---- texts and citations ---- */

static struct str in_language(const struct text3 *t, struct str code)
{
    return str_eq(code, S("kk")) ? t->kk : str_eq(code, S("ru")) ? t->ru : t->en;
}

/* Every language of the profile has the text; an optional one may be missing whole. */
static void check_text(struct checker *k, struct str place, const char *field, const struct text3 *t,
                       bool is_optional)
{
    if (is_optional && t->kk.n + t->ru.n + t->en.n == 0)
        return;
    for (size_t i = 0; i < k->p->info.n_languages; i++) {
        struct str code = k->p->info.languages[i];
        if (in_language(t, code).n == 0)
            find(k, PLACE(k, "%.*s.%s", STR_FMT(place), field),
                 "expected a text in every language of the profile; %.*s is missing", STR_FMT(code));
    }
}

static void check_cite(struct checker *k, struct str place, const struct citation *c)
{
    check_text(k, place, "note", &c->note, true);
    if (!c->law.p && c->confidence != CONFIDENCE_OWN)
        find(k, place, "expected a citation, or \"verified\": \"own\"");
    if (!k->p->info.is_verified || c->confidence == CONFIDENCE_OWN)
        return;
    if (c->confidence != CONFIDENCE_PRIMARY)
        find(k, place, "the profile claims to be verified; this value is not read in the text of the act");
    else if (!c->url.p || !c->redaction.p || !c->verified_by.p || !c->verified_on.p)
        find(k, place,
             "the profile claims to be verified; expected url, redaction, verified_by and verified_on");
}

/* ---- rules ---- */

#define TWO_STEPS "diary.two_steps" /* a key, not a text */

/* Defaults that protect people. A profile may soften them; to harden one takes a citation that was read. */
static const struct protection {
    const char *key;
    int64_t value;
    int harder; /* +1: a larger value is harder on the person, -1: a smaller one */
} protections[] = {
    {"appeal.may_refuse_acceptance", 0, +1},
    {"appeal.return.two_persons", 1, -1},
    {TWO_STEPS, 1, -1},
    {"privacy.clerk_names_public", 0, +1},
    {"privacy.hide_applicant_from_accused", 1, -1},
    {"privacy.min_group", 10, -1},
    {"privacy.readings_shown", 1, -1},
    {"privacy.suppress_below", 5, -1},
    {"routing.forbid_forward_to_subject", 1, -1},
    {"routing.max_forward_hops", 1, +1},
    {"routing.show_total_age", 1, -1},
};

static void check_protection(struct checker *k, struct str place, const struct profile_rule *rule)
{
    for (size_t i = 0; i < sizeof protections / sizeof protections[0]; i++) {
        const struct protection *d = &protections[i];
        if (!str_eq(rule->key, str_c(d->key)))
            continue;
        bool harder = d->harder > 0 ? rule->value > d->value : rule->value < d->value;
        bool read = rule->cite.law.p && rule->cite.confidence <= CONFIDENCE_SECONDARY;
        if (harder && !read)
            find(k, place, "a protective default (%lld) is hardened; expected a citation that was read",
                 (long long)d->value);
    }
}

static void check_rules(struct checker *k)
{
    const struct profile *p = k->p;
    for (size_t i = 0; i < p->n_rules; i++) {
        const struct profile_rule *rule = &p->rules[i];
        struct str place = PLACE(k, "rules (%.*s)", STR_FMT(rule->key));
        check_text(k, place, "about", &rule->about, false);
        check_cite(k, place, &rule->cite);
        check_protection(k, place, rule);
        if (rule->valid_from > rule->valid_to)
            find(k, place, "expected valid_from not to be after valid_to");
        if (i > 0 && str_eq(p->rules[i - 1].key, rule->key) && rule->valid_from <= p->rules[i - 1].valid_to)
            find(k, place, "its validity overlaps with another rule of the same key");
    }
}

/* A rule of this key holds on every day of the profile. */
static bool covers(const struct profile *p, struct str key)
{
    int64_t next = p->info.valid_from;
    for (size_t i = 0; i < p->n_rules; i++) {
        const struct profile_rule *rule = &p->rules[i];
        if (!str_eq(rule->key, key) || rule->valid_to < next)
            continue;
        if (rule->valid_from > next)
            return false;
        next = (int64_t)rule->valid_to + 1;
    }
    return next > p->info.valid_to;
}

/* `key` is a rule on every day, and one that counts days or months. */
static void check_term(struct checker *k, struct str place, struct str key)
{
    if (!covers(k->p, key)) {
        find(k, place, "expected a rule \"%.*s\" on every day of the profile", STR_FMT(key));
        return;
    }
    for (size_t i = 0; i < k->p->n_rules; i++) {
        const struct profile_rule *rule = &k->p->rules[i];
        if (str_eq(rule->key, key) && (rule->unit > UNIT_MONTHS || rule->value < 1))
            find(k, place, "expected \"%.*s\" to be a term of at least one wd, cd or mo", STR_FMT(key));
    }
}

/* ---- what a process needs ---- */

static const struct need {
    const char *step;
    const char *lists; /* closed lists, with spaces; "" for none */
    const char *terms; /* rules that are terms */
    const char *rules; /* rules of any unit */
} needs[] = {
    {"register", "", "", "term.last_day_moves"},
    {"forward", "forward", "routing.forward_term",
     "routing.max_forward_hops routing.forbid_forward_to_subject routing.clock_restarts"},
    {"refuse", "refuse", "", ""},
    {"return", "return never_return", "appeal.return.term", "appeal.return.two_persons"},
    {"terminate", "terminate", "", ""},
    {"extend", "", "appeal.extension.max appeal.extension.notice", ""},
    {"hearing", "no_hearing", "hearing.notice hearing.objection", ""},
    {"complain", "", "complaint.file", ""},
};

/* Call `check` for each word of `words`. */
static void each_word(struct checker *k, struct str place, const char *words,
                      void (*check)(struct checker *k, struct str place, struct str word))
{
    struct str rest = str_c(words);
    struct str word;
    bool more = rest.n > 0;
    while (more) {
        more = str_cut(rest, ' ', &word, &rest);
        check(k, place, word);
    }
}

static void need_list(struct checker *k, struct str place, struct str list)
{
    size_t n;
    (void)profile_grounds(k->p, str_to_c(k->a, list), &n);
    if (n == 0)
        find(k, place, "needs the closed list \"%.*s\", which the profile lacks", STR_FMT(list));
}

static void need_rule(struct checker *k, struct str place, struct str key)
{
    if (!covers(k->p, key))
        find(k, place, "needs the rule \"%.*s\" on every day of the profile", STR_FMT(key));
}

static void need_block(struct checker *k, struct str place, struct str code)
{
    for (size_t i = 0; i < k->p->n_blocks; i++)
        if (str_eq(k->p->blocks[i].code, code) && k->p->blocks[i].in_refusal)
            return;
    find(k, place, "needs the block \"%.*s\" in every refusal", STR_FMT(code));
}

static void check_processes(struct checker *k)
{
    for (size_t i = 0; i < k->p->n_processes; i++) {
        const struct profile_process *process = &k->p->processes[i];
        for (size_t s = 0; s < process->n_steps; s++) {
            struct str place =
                PLACE(k, "processes (%.*s, %.*s)", STR_FMT(process->code), STR_FMT(process->steps[s]));
            for (size_t n = 0; n < sizeof needs / sizeof needs[0]; n++) {
                if (!str_eq(process->steps[s], str_c(needs[n].step)))
                    continue;
                each_word(k, place, needs[n].lists, need_list);
                each_word(k, place, needs[n].terms, check_term);
                each_word(k, place, needs[n].rules, need_rule);
            }
            if (str_eq(process->steps[s], S("refuse")))
                each_word(k, place, "facts rule reasons outcome remedy_how remedy_where remedy_until",
                          need_block);
        }
    }
}

/* ---- lists ---- */

/* No code stands twice. `items` begin with their code. */
static void check_codes(struct checker *k, const char *name, const void *items, size_t n, size_t size)
{
    for (size_t i = 0; i < n; i++) {
        const struct str *code = (const void *)((const char *)items + i * size);
        for (size_t j = 0; j < i; j++) {
            const struct str *other = (const void *)((const char *)items + j * size);
            if (str_eq(*code, *other))
                find(k, PLACE(k, "%s (%.*s)", name, STR_FMT(*code)), "the code stands twice");
        }
    }
}

static void check_kinds(struct checker *k)
{
    const struct profile *p = k->p;
    size_t n_default = 0;
    for (size_t i = 0; i < p->n_kinds; i++) {
        const struct profile_kind *kind = &p->kinds[i];
        struct str place = PLACE(k, "kinds (%.*s)", STR_FMT(kind->code));
        check_text(k, place, "name", &kind->name, false);
        check_text(k, place, "hint", &kind->hint, false);
        check_cite(k, place, &kind->cite);
        check_term(k, PLACE(k, "%.*s.term", STR_FMT(place)), kind->term);
        n_default += kind->is_default;
    }
    if (n_default != 1)
        find(k, S("kinds"), "expected exactly one with \"default\": true");
    check_codes(k, "kinds", p->kinds, p->n_kinds, sizeof p->kinds[0]);
}

static void check_identities(struct checker *k)
{
    const struct profile *p = k->p;
    for (size_t i = 0; i < p->n_identities; i++) {
        const struct profile_identity *identity = &p->identities[i];
        struct str place = PLACE(k, "identity (%.*s)", STR_FMT(identity->code));
        check_text(k, place, "name", &identity->name, false);
        check_text(k, place, "effect", &identity->effect, false);
        check_text(k, place, "how", &identity->how, !identity->is_offered);
        check_cite(k, place, &identity->cite);
    }
    const struct profile_identity *none = profile_identity(p, S("none"));
    if (!none || !none->is_offered)
        find(k, S("identity"),
             "expected the level \"none\" to be offered: nobody is turned away for not saying who");
    check_codes(k, "identity", p->identities, p->n_identities, sizeof p->identities[0]);
}

static void check_grounds(struct checker *k)
{
    for (size_t i = 0; i < k->p->n_lists; i++) {
        const struct profile_list *list = &k->p->lists[i];
        struct str name = PLACE(k, "grounds.%.*s", STR_FMT(list->code));
        for (size_t g = 0; g < list->n_grounds; g++) {
            struct str place = PLACE(k, "%.*s (%.*s)", STR_FMT(name), STR_FMT(list->grounds[g].code));
            check_text(k, place, "text", &list->grounds[g].text, false);
            check_cite(k, place, &list->grounds[g].cite);
        }
        check_codes(k, name.p, list->grounds, list->n_grounds, sizeof list->grounds[0]);
    }
}

static void check_blocks(struct checker *k)
{
    const struct profile *p = k->p;
    for (size_t i = 0; i < p->n_blocks; i++) {
        struct str place = PLACE(k, "blocks (%.*s)", STR_FMT(p->blocks[i].code));
        check_text(k, place, "name", &p->blocks[i].name, false);
        check_text(k, place, "hint", &p->blocks[i].hint, false);
        check_cite(k, place, &p->blocks[i].cite);
    }
    check_codes(k, "blocks", p->blocks, p->n_blocks, sizeof p->blocks[0]);
    check_text(k, S("remedy"), "name", &p->remedy.name, false);
    check_text(k, S("remedy"), "to_whom", &p->remedy.to_whom, false);
    check_text(k, S("remedy"), "how", &p->remedy.how, false);
    check_text(k, S("remedy"), "after", &p->remedy.after, true);
    check_cite(k, S("remedy"), &p->remedy.cite);
    check_term(k, S("remedy.term"), p->remedy.term);
}

static void check_rest(struct checker *k)
{
    const struct profile *p = k->p;
    if (p->info.valid_from > p->info.valid_to)
        find(k, S("valid_from"), "expected not to be after valid_to");
    check_text(k, S("profile"), "title", &p->info.title, false);
    check_text(k, S("profile"), "standing", &p->info.standing, false);
    for (size_t i = 0; i < p->n_acts; i++) {
        struct str place = PLACE(k, "acts (%.*s)", STR_FMT(p->acts[i].code));
        check_text(k, place, "short", &p->acts[i].name, false);
        check_text(k, place, "title", &p->acts[i].title, false);
    }
    check_codes(k, "acts", p->acts, p->n_acts, sizeof p->acts[0]);
    for (size_t i = 0; i < p->n_channels; i++)
        check_text(k, PLACE(k, "channels (%.*s)", STR_FMT(p->channels[i].code)), "name", &p->channels[i].name,
                   false);
    check_codes(k, "channels", p->channels, p->n_channels, sizeof p->channels[0]);
    check_cite(k, S("registration"), &p->registration.cite);
    check_cite(k, S("registration.hours"), &p->registration.hours_cite);
    for (size_t i = 0; i < p->n_transitions; i++)
        check_cite(k, PLACE(k, "transitions (%.*s)", STR_FMT(p->transitions[i].from)),
                   &p->transitions[i].cite);
}

void profile_check(struct arena *a, const struct profile *p, struct profile_finding **ret_findings,
                   size_t *ret_n)
{
    struct checker k = {.a = a, .p = p, .found = ARENA_ARRAY(a, MAX_FINDINGS, struct profile_finding)};
    check_rest(&k);
    check_rules(&k);
    check_kinds(&k);
    check_identities(&k);
    check_grounds(&k);
    check_blocks(&k);
    check_processes(&k);
    *ret_findings = k.found;
    *ret_n = k.n;
}
