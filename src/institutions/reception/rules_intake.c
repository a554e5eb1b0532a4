/* SPDX-License-Identifier: AGPL-3.0-or-later
 *
 * rules_intake.c - what is taken in, as what, and by which body.
 *
 * Nothing is refused for a wrong kind, a missing name or an address that nobody needs: only what a record
 * cannot hold. The body complained of does not receive its own case while anybody stands above it.
 *
 * Pure:   facts, profile, directory and today go in. Source: rules.md A0 (art. 14), A1, A2 (63, 64), A3
 *         (91(4), 97).
 */
#include "base/fold.h"
#include "institutions/reception/rules_private.h"

/* == may it be taken in? == */

static struct verdict with_limit(struct arena *a, struct verdict v, int64_t limit)
{
    verdict_fact_int(a, &v, "limit", limit);
    return v;
}

static struct verdict check_words(struct arena *a, const struct config *limits, const struct submit_facts *f)
{
    if (!str_is_utf8(f->subject) || !str_is_utf8(f->text))
        return NO("SUBMIT_ENCODING", "submit_encoding", NO_LAW);
    if (text_is_blank(f->subject))
        return NO("SUBMIT_SUBJECT_EMPTY", "submit_subject_empty", NO_LAW);
    if (has_control(f->subject))
        return NO("SUBMIT_SUBJECT_CONTROL", "submit_subject_control", NO_LAW);
    if (str_utf8_len(f->subject) > (size_t)limits->subject_chars)
        return with_limit(a, NO("SUBMIT_SUBJECT_LONG", "submit_subject_long", NO_LAW), limits->subject_chars);
    if (text_is_blank(f->text))
        return NO("SUBMIT_TEXT_EMPTY", "submit_text_empty", NO_LAW);
    if (str_find(f->text, '\0') != SIZE_MAX)
        return NO("SUBMIT_TEXT_CONTROL", "submit_text_control", NO_LAW);
    if (str_utf8_len(f->text) > (size_t)limits->text_chars)
        return with_limit(a, NO("SUBMIT_TEXT_LONG", "submit_text_long", NO_LAW), limits->text_chars);
    return verdict_yes();
}

static struct verdict check_contact(const struct submit_facts *f)
{
    const struct {
        const char *field;
        struct str value;
        size_t max;
    } fields[] = {{"name", f->name, 200},
                  {"email", f->email, 254},
                  {"phone", f->phone, 40},
                  {"address", f->address, 500}};
    for (size_t i = 0; i < sizeof fields / sizeof fields[0]; i++) {
        struct str s = fields[i].value;
        bool ok = text_fits(s, fields[i].max) && (!s.p || !has_control(s));
        if (ok && i == 1 && s.n > 0) {
            size_t at = str_find(s, '@');
            ok = at > 0 && at != SIZE_MAX && at + 1 < s.n && str_find(s, ' ') == SIZE_MAX;
        }
        if (!ok) {
            struct verdict v = NO("SUBMIT_CONTACT", "submit_contact", NO_LAW);
            verdict_fact(&v, "field", str_c(fields[i].field));
            return v;
        }
    }
    return verdict_yes();
}

/* The first open body without a superior: whoever leaves the choice to the state writes to it. */
static const struct body *intake_body(const struct directory *d)
{
    for (size_t i = 0; i < d->n_bodies; i++)
        if (d->bodies[i].parent_id == 0 && !d->bodies[i].is_closed)
            return &d->bodies[i];
    return NULL;
}

static struct verdict check_bodies(const struct directory *d, const struct submit_facts *f)
{
    const struct body *body = f->body_id ? directory_body(d, f->body_id) : intake_body(d);
    bool is_open = body && !body->is_closed && (f->body_id == 0 || f->is_by_clerk || body->is_intake);
    if (!is_open)
        return NO("SUBMIT_BODY", "submit_body", NO_LAW);
    if (f->accused_body_id && !directory_body(d, f->accused_body_id))
        return NO("SUBMIT_ACCUSED", "submit_accused", NO_LAW);
    return verdict_yes();
}

static struct verdict check_choices(const struct profile *profile, const struct submit_facts *f)
{
    if (f->kind.n > 0 && !profile_kind(profile, f->kind))
        return NO("SUBMIT_KIND", "submit_kind", NO_LAW);
    bool is_language = f->language.n == 0 || str_eq(f->language, S("kk")) || str_eq(f->language, S("ru")) ||
                       str_eq(f->language, S("en"));
    if (!is_language)
        return NO("SUBMIT_LANGUAGE", "submit_language", NO_LAW);
    if (!profile_channel(profile, f->channel))
        return NO("SUBMIT_CHANNEL", "submit_channel", NO_LAW);
    return verdict_yes();
}

struct verdict reception_rules_submit(struct arena *a, const struct profile *profile,
                                      const struct directory *d, const struct config *limits,
                                      const struct submit_facts *facts)
{
    struct verdict v = check_words(a, limits, facts);
    if (v.allowed)
        v = check_choices(profile, facts);
    if (v.allowed)
        v = check_contact(facts);
    if (v.allowed)
        v = check_bodies(d, facts);
    if (!v.allowed)
        return v;
    if (facts->n_files > (size_t)limits->attachments)
        return with_limit(a, NO("SUBMIT_FILES", "submit_files", NO_LAW), limits->attachments);
    if (facts->largest_file > limits->attachment_mib * (int64_t)ARENA_MIB)
        return with_limit(a, NO("SUBMIT_FILE_LARGE", "submit_file_large", NO_LAW), limits->attachment_mib);
    return verdict_yes();
}

/* == as what? == */

const struct profile_kind *reception_rules_kind(const struct profile *profile, struct str kind,
                                                bool has_accused)
{
    if (kind.n > 0)
        return profile_kind(profile, kind);
    size_t n;
    const struct profile_kind *kinds = profile_kinds(profile, &n);
    for (size_t i = 0; has_accused && i < n; i++)
        if (str_eq(kinds[i].regime, S("complaint")))
            return &kinds[i];
    return profile_default_kind(profile);
}

/* == by whom? == */

bool reception_rules_is_under(const struct directory *d, int64_t body_id, int64_t accused_body_id)
{
    if (accused_body_id == 0)
        return false;
    size_t steps = 0;
    for (const struct body *b = directory_body(d, body_id); b && steps <= d->n_bodies; steps++) {
        if (b->id == accused_body_id)
            return true;
        b = b->parent_id ? directory_body(d, b->parent_id) : NULL;
    }
    return false;
}

/* The nearest open body above `body_id` that does not stand under it again (a cycle in stored data). */
static int64_t superior(const struct directory *d, int64_t body_id)
{
    const struct body *accused = directory_body(d, body_id);
    size_t steps = 0;
    int64_t next = accused ? accused->parent_id : 0;
    for (const struct body *b = next ? directory_body(d, next) : NULL; b && steps < d->n_bodies; steps++) {
        if (!b->is_closed && !reception_rules_is_under(d, b->id, body_id))
            return b->id;
        b = b->parent_id ? directory_body(d, b->parent_id) : NULL;
    }
    return 0;
}

struct route reception_rules_route(struct arena *a, const struct profile *profile, const struct directory *d,
                                   int64_t chosen_body_id, int64_t accused_body_id, int32_t today)
{
    (void)a;
    const struct body *intake = intake_body(d);
    struct route route = {.body_id = chosen_body_id ? chosen_body_id : intake ? intake->id : 0};
    if (!reception_rules_is_under(d, route.body_id, accused_body_id))
        return route;
    if (profile_value(profile, "routing.forbid_forward_to_subject", today, 1) == 0) {
        route.accused_decides = true;
        return route;
    }
    int64_t above = superior(d, accused_body_id);
    if (above == 0) {
        route.accused_decides = true;
        return route;
    }
    route.is_to_superior = route.body_id != above;
    route.body_id = above;
    route.law = profile_law(profile, "routing.forbid_forward_to_subject", today);
    return route;
}
