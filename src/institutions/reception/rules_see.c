/* SPDX-License-Identifier: AGPL-3.0-or-later
 *
 * rules_see.c - what may be kept apart, opened, or shown to the body complained of.
 *
 * Pure:   facts and profile go in, a verdict comes out.
 * Source: rules.md "Misuse, and the protective defaults" (surveillance, retaliation); trust.md P6 and section 6.
 */
#include "institutions/reception/rules_private.h"

#include "base/buf.h"

struct verdict reception_rules_apart(const struct appeal *appeal, const struct applicant *who, bool is_apart)
{
    if (!who)
        return NO("APART_NOBODY", "apart_nobody", NO_LAW);
    return appeal->is_apart == is_apart ? NO("APART_SAME", "apart_same", NO_LAW) : verdict_yes();
}

struct verdict reception_rules_opening(const struct profile *profile, const struct appeal *appeal,
                                       const struct applicant *who, struct str ground, struct str note)
{
    if (!who)
        return NO("APART_NOBODY", "apart_nobody", NO_LAW);
    if (!appeal->is_apart)
        return NO("APART_NOT", "apart_not", NO_LAW);
    if (!profile_ground(profile, "open_identity", ground))
        return NO("APART_GROUND", "apart_ground", NO_LAW);
    return text_is_blank(note) ? NO("APART_NOTE", "apart_note", NO_LAW) : verdict_yes();
}

/* == what the body complained of is shown == */

struct verdict reception_rules_showing(const struct appeal *appeal, bool is_waiting)
{
    if (appeal->accused_body_id == 0 || appeal->accused_decides || appeal->accused_body_id == appeal->holder_body_id)
        return NO("SHOWING_NOBODY", "showing_nobody", NO_LAW);
    if (appeal->shown_body_id)
        return NO("SHOWING_DONE", "showing_done", NO_LAW);
    return is_waiting ? NO("SHOWING_WAITS", "showing_waits", NO_LAW) : verdict_yes();
}

/* Characters in the first `n` bytes. */
static int64_t characters(struct str s, size_t n)
{
    int64_t count = 0;
    for (size_t i = 0; i < n; i++)
        count += ((uint8_t)s.p[i] & 0xC0) != 0x80;
    return count;
}

size_t reception_rules_occurrences(struct arena *a, struct str words, struct str passage, size_t max,
                                   int64_t *ret_firsts)
{
    size_t n = 0;
    size_t at = 0;
    (void)a;
    while (passage.n > 0 && n < max) {
        size_t found = str_find_str(str_slice(words, at, words.n), passage);
        if (found == SIZE_MAX)
            break;
        at += found;
        ret_firsts[n++] = characters(words, at);
        at += passage.n;
    }
    return n;
}

/* The redaction that hides character `i`; NULL: none. The first of several gives the reason. */
static const struct redaction *hides(const struct redaction *all, size_t n, bool is_subject, int64_t i)
{
    for (size_t k = 0; k < n; k++)
        if (all[k].is_subject == is_subject && i >= all[k].first && i - all[k].first < all[k].n)
            return &all[k];
    return NULL;
}

struct str reception_rules_redacted(struct arena *a, struct str words, bool is_subject, const struct redaction *all,
                                    size_t n, const char *const *reasons, const struct str *labels, size_t n_reasons)
{
    struct buf b;
    int64_t i = -1;
    bool was_hidden = false;
    buf_init(&b, a, words.n + (n + 1) * 256);
    for (size_t at = 0; at < words.n; at++) {
        bool begins = ((uint8_t)words.p[at] & 0xC0) != 0x80;
        i += begins;
        const struct redaction *d = hides(all, n, is_subject, i);
        if (!d)
            buf_byte(&b, words.p[at]);
        for (size_t k = 0; d && begins && !was_hidden && k < n_reasons; k++)
            if (str_eq(d->reason, str_c(reasons[k])))
                buf_printf(&b, "███ [%.*s]", STR_FMT(labels[k]));
        was_hidden = begins ? d != NULL : was_hidden;
    }
    return buf_view(&b);
}
