/* SPDX-License-Identifier: AGPL-3.0-or-later
 *
 * i18n_check.c - are the three catalogues sound, and do they say the same things?
 *
 * Source: experience.md, sections 5 and 12 (10).
 */
#include "web/i18n_private.h"

/* How often the placeholder occurs in `text`. */
static size_t occurrences(struct str text, struct str name)
{
    size_t n = 0;
    size_t pos = 0;
    struct str found;
    while (i18n_placeholder(text, &pos, &found))
        n += str_eq(found, name);
    return n;
}

/* A placeholder of `text` that `other` lacks, or absent. "count" may be left out: "one letter". */
static struct str lacks(struct str text, struct str other)
{
    size_t pos = 0;
    struct str name;
    while (i18n_placeholder(text, &pos, &name))
        if (!occurrences(other, name) && !str_eq(name, S("count")))
            return name;
    return (struct str){0};
}

static struct err *compare(struct arena *a, const struct lang *l, struct message m, const struct lang *other)
{
    struct message twin;
    if (!catalogue_find(i18n_catalogue(other), m.id.p, &twin))
        return ERR(a, ERR_CONFIG, "text \"%.*s\" is in %.*s but not in %.*s", STR_FMT(m.id), STR_FMT(l->code),
                   STR_FMT(other->code));
    if (m.is_plural != twin.is_plural)
        return ERR(a, ERR_CONFIG, "text \"%.*s\" has plural forms in one of %.*s and %.*s only", STR_FMT(m.id),
                   STR_FMT(l->code), STR_FMT(other->code));
    for (size_t i = 0; i < message_forms(m); i++)
        for (size_t k = 0; k < message_forms(twin); k++) {
            struct str name = lacks(message_form(m, i), message_form(twin, k));
            if (name.p)
                return ERR(a, ERR_CONFIG, "text \"%.*s\": {%.*s} is in %.*s but not in %.*s", STR_FMT(m.id),
                           STR_FMT(name), STR_FMT(l->code), STR_FMT(other->code));
        }
    return NULL;
}

static struct err *check_message(struct arena *a, const struct lang *l, struct message m)
{
    if (m.is_plural && message_forms(m) != l->n_plurals)
        return ERR(a, ERR_CONFIG, "text \"%.*s\" has %zu plural forms in %.*s, not %zu", STR_FMT(m.id),
                   message_forms(m), STR_FMT(l->code), l->n_plurals);
    for (size_t i = 0; i < message_forms(m); i++)
        if (!message_form(m, i).n)
            return ERR(a, ERR_CONFIG, "text \"%.*s\" is empty in %.*s", STR_FMT(m.id), STR_FMT(l->code));
    for (size_t i = 0; i < LANG_N; i++)
        TRY(compare(a, l, m, lang_at(i)));
    return NULL;
}

struct err *i18n_check(struct arena *a)
{
    for (size_t i = 0; i < LANG_N; i++) {
        const struct lang *l = lang_at(i);
        struct catalogue c;
        struct err *e = catalogue_open(a, i18n_catalogue_bytes(l), &c);
        if (e)
            return WRAP(a, e, "catalogue %.*s", STR_FMT(l->code));
        struct message header = catalogue_at(&c, 0);
        if (header.id.n || str_find_str(header.text, l->header_plurals) == SIZE_MAX)
            return ERR(a, ERR_CONFIG, "the header of %.*s must say \"Plural-Forms: %.*s\"", STR_FMT(l->code),
                       STR_FMT(l->header_plurals));
    }
    for (size_t i = 0; i < LANG_N; i++)
        for (size_t k = 1; k < i18n_catalogue(lang_at(i))->n; k++)
            TRY(check_message(a, lang_at(i), catalogue_at(i18n_catalogue(lang_at(i)), k)));
    return NULL;
}
