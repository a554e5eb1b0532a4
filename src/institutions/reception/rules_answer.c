/* SPDX-License-Identifier: AGPL-3.0-or-later
 *
 * rules_answer.c - what an answer or a refusal must hold, and what its reader may say about it.
 *
 * Pure:   facts and profile go in.
 * Keeps:  no answer without facts, rule, reasons, outcome, next step and remedy; the term to complain is
 *         never shorter than the law's; a new version says why it is there.
 * Source: rules.md A6 (80(5)), A0 (art. 13); report (S8); needs.md section 6 ("closed, not solved").
 */
#include "institutions/reception/rules_private.h"

/* The block that the profile calls `code`; absent for one that this program does not store. */
static struct str block_of(const struct answer_blocks *b, struct str code)
{
    const struct {
        struct str code;
        struct str text;
    } blocks[] = {
        {STR("facts"), b->facts},           {STR("rule"), b->rule},
        {STR("reasons"), b->reasons},       {STR("outcome"), b->outcome},
        {STR("next_step"), b->next_step},   {STR("remedy_how"), b->remedy_how},
        {STR("remedy_where"), b->remedy_where}, {STR("remedy_until"), b->remedy_until},
    };
    for (size_t i = 0; i < sizeof blocks / sizeof blocks[0]; i++)
        if (str_eq(blocks[i].code, code))
            return blocks[i].text;
    return (struct str){0};
}

static struct verdict check_blocks(struct arena *a, const struct answer_facts *f)
{
    size_t n;
    const struct profile_block *blocks = profile_blocks(f->profile, &n);
    for (size_t i = 0; i < n; i++) {
        struct str text = block_of(&f->blocks, blocks[i].code);
        bool is_needed = f->is_refusal ? blocks[i].in_refusal : blocks[i].in_answer;
        if (is_needed && text_is_blank(text)) {
            struct verdict v = NO("ANSWER_BLOCK", "answer_block", blocks[i].cite.law);
            verdict_fact(&v, "block", blocks[i].code);
            return v;
        }
        if (!text_fits(text, ANSWER_BLOCK_CHARS)) {
            struct verdict v = NO("ANSWER_BLOCK_LONG", "answer_block_long", NO_LAW);
            verdict_fact(&v, "block", blocks[i].code);
            verdict_fact_int(a, &v, "limit", ANSWER_BLOCK_CHARS);
            return v;
        }
    }
    return verdict_yes();
}

/* The remedy's day: a date, and not before the one that the law gives. */
static struct verdict check_remedy(struct arena *a, const struct answer_facts *f)
{
    int32_t until;
    if (f->blocks.remedy_until.n == 0)
        return verdict_yes(); /* the profile does not ask for it */
    if (!day_parse(f->blocks.remedy_until, &until))
        return NO("ANSWER_REMEDY_DATE", "answer_remedy_date", NO_LAW);
    if (until < f->remedy_until) {
        struct verdict v = NO("ANSWER_REMEDY_EARLY", "answer_remedy_early",
                              profile_law(f->profile, "complaint.file", f->today));
        verdict_fact(&v, "until", day_text(a, f->remedy_until));
        return v;
    }
    return verdict_yes();
}

static struct verdict check_ground(const struct answer_facts *f)
{
    bool has_list = false;
    size_t n;
    has_list = profile_grounds(f->profile, "refuse", &n) != NULL && n > 0;
    bool is_known = f->ground.n > 0 && profile_ground(f->profile, "refuse", f->ground);
    bool ok = f->is_refusal ? (is_known || (!has_list && f->ground.n == 0)) : f->ground.n == 0;
    return ok ? verdict_yes() : NO("ANSWER_GROUND", "answer_ground", NO_LAW);
}

static bool is_same(const struct answer_facts *f)
{
    const struct answer_blocks *x = &f->blocks;
    const struct answer_blocks *y = &f->last->blocks;
    return f->is_refusal == f->last->is_refusal && str_eq(f->language, f->last->language) &&
           f->ground.n == f->last->ground.n && (f->ground.n == 0 || str_eq(f->ground, f->last->ground)) &&
           str_eq(x->facts, y->facts) && str_eq(x->rule, y->rule) && str_eq(x->reasons, y->reasons) &&
           str_eq(x->outcome, y->outcome) && str_eq(x->next_step, y->next_step) &&
           str_eq(x->remedy_how, y->remedy_how) && str_eq(x->remedy_where, y->remedy_where) &&
           str_eq(x->remedy_until, y->remedy_until);
}

struct verdict reception_rules_answer(struct arena *a, const struct answer_facts *facts)
{
    const struct profile_info *info = profile_info(facts->profile);
    struct verdict v = check_blocks(a, facts);
    if (!v.allowed)
        return v;
    bool is_state_language = info->n_languages > 0 && str_eq(facts->language, info->languages[0]);
    if (!is_state_language && !str_eq(facts->language, facts->appeal->language))
        return NO("ANSWER_LANGUAGE", "answer_language", NO_LAW);
    v = check_ground(facts);
    if (v.allowed)
        v = check_remedy(a, facts);
    if (!v.allowed)
        return v;
    if (!facts->last)
        return verdict_yes();
    if (is_same(facts))
        return NO("ANSWER_SAME", "answer_same", NO_LAW);
    if (text_is_blank(facts->reason) || !text_fits(facts->reason, REASON_CHARS))
        return NO("ANSWER_REASON", "answer_reason", NO_LAW);
    return verdict_yes();
}

struct verdict reception_rules_opinion(struct arena *a, const struct opinion_facts *facts)
{
    if (!facts->last || facts->last->no != facts->answer_no)
        return NO("OPINION_ANSWER", "opinion_answer", NO_LAW);
    if (!text_fits(facts->comment, COMMENT_CHARS)) {
        struct verdict v = NO("OPINION_LONG", "opinion_long", NO_LAW);
        verdict_fact_int(a, &v, "limit", COMMENT_CHARS);
        return v;
    }
    if (!facts->said)
        return verdict_yes();
    if (facts->said->is_solved == facts->is_solved && str_eq(facts->said->comment, facts->comment))
        return NO("OPINION_SAME", "opinion_same", NO_LAW);
    int64_t days = profile_value(facts->profile, "opinion.change_days", facts->today, 0);
    if (facts->today > facts->first_on + days) {
        struct verdict v = NO("OPINION_TOO_LATE", "opinion_too_late",
                              profile_law(facts->profile, "opinion.change_days", facts->today));
        verdict_fact_int(a, &v, "days", days);
        return v;
    }
    return verdict_yes();
}
