/* SPDX-License-Identifier: AGPL-3.0-or-later
 *
 * i18n.c - the three languages, and finding and filling their texts.
 *
 * Keeps: a text that one language lacks is shown in Kazakh, then Russian, then English, and at last as
 *        its own key, so that a page never has a hole; no process-wide locale is ever set.
 * Source: experience.md, section 5; CLDR 42, plural rules; RFC 9110, 12.5.4.
 */
#include "web/i18n.h"

#include <threads.h>

#include "base/buf.h"
#include "web/i18n_private.h"
#include "web/weight.h"

#define TEXT_MAX (64 * ARENA_KIB) /* one filled sentence; the longest of ours have a few hundred bytes */

extern const char catalogue_kk[], catalogue_kk_end[];
extern const char catalogue_ru[], catalogue_ru_end[];
extern const char catalogue_en[], catalogue_en_end[];

/* ---- languages ---- */

/* One thing, or any other number. */
static size_t plural_one_other(uint64_t n)
{
    return n != 1;
}

/* 1 письмо, 21 письмо; 2 письма; 5 писем, 11 писем. */
static size_t plural_slavic(uint64_t n)
{
    if (n % 10 == 1 && n % 100 != 11)
        return 0;
    return n % 10 >= 2 && n % 10 <= 4 && (n % 100 < 12 || n % 100 > 14) ? 1 : 2;
}

static const struct lang langs[LANG_N] = {
    {0, STR("kk"), STR("Қазақша"), "kk_KZ", STR("nplurals=2; plural=(n != 1);"), 2, plural_one_other},
    {1, STR("ru"), STR("Русский"), "ru_KZ",
     STR("nplurals=3; plural=(n%10==1 && n%100!=11 ? 0 : n%10>=2 && n%10<=4 && "
         "(n%100<10 || n%100>=20) ? 1 : 2);"),
     3, plural_slavic},
    {2, STR("en"), STR("English"), "en_GB", STR("nplurals=2; plural=(n != 1);"), 2, plural_one_other},
};

const struct lang *lang_find(struct str code)
{
    for (size_t i = 0; i < LANG_N; i++)
        if (str_eq(langs[i].code, code))
            return &langs[i];
    return NULL;
}

const struct lang *lang_at(size_t i)
{
    MUST(i < LANG_N);
    return &langs[i];
}

size_t lang_index(const struct lang *l)
{
    return l->index;
}

struct str lang_code(const struct lang *l)
{
    return l->code;
}

struct str lang_name(const struct lang *l)
{
    return l->name;
}

const struct lang *lang_negotiate(struct str accept_language)
{
    const struct lang *best = &langs[0];
    int best_weight = 0;
    struct str rest = accept_language;
    while (rest.p) {
        struct str range;
        struct str params;
        struct str primary;
        struct str subtags;
        (void)str_cut(rest, ',', &range, &rest);
        (void)str_cut(range, ';', &range, &params);
        (void)str_cut(str_trim(range), '-', &primary, &subtags);
        int w = weight_of(params);
        for (size_t i = 0; i < LANG_N; i++)
            if (w > best_weight && str_eq_nocase(langs[i].code, primary)) {
                best = &langs[i];
                best_weight = w;
            }
    }
    return best;
}

/* ---- catalogues ---- */

struct str i18n_catalogue_bytes(const struct lang *l)
{
    const char *const from[LANG_N] = {catalogue_kk, catalogue_ru, catalogue_en};
    const char *const to[LANG_N] = {catalogue_kk_end, catalogue_ru_end, catalogue_en_end};
    return (struct str){from[l->index], (size_t)(to[l->index] - from[l->index])};
}

/* Written once, before anybody reads. */
static struct catalogue catalogues[LANG_N];
static once_flag catalogues_once = ONCE_FLAG_INIT;

static void open_catalogues(void)
{
    for (size_t i = 0; i < LANG_N; i++)
        catalogue_open_trusted(i18n_catalogue_bytes(&langs[i]), &catalogues[i]);
}

const struct catalogue *i18n_catalogue(const struct lang *l)
{
    call_once(&catalogues_once, open_catalogues);
    return &catalogues[l->index];
}

/* The message in `l`, or in the first of kk, ru, en that has it; its language goes to *ret_lang. */
static bool find(const struct lang *l, const char *id, struct message *ret, const struct lang **ret_lang)
{
    MUST(id && *id); /* the empty id is the header */
    *ret_lang = l;
    if (catalogue_find(i18n_catalogue(l), id, ret))
        return true;
    for (size_t i = 0; i < LANG_N; i++) {
        *ret_lang = &langs[i];
        if (catalogue_find(i18n_catalogue(&langs[i]), id, ret))
            return true;
    }
    return false;
}

/* ---- texts ---- */

struct text_arg text_arg_str(const char *name, struct str value)
{
    return (struct text_arg){.name = name, .value = value};
}

struct text_arg text_arg_c(const char *name, const char *value)
{
    return (struct text_arg){.name = name, .value = str_c(value)};
}

struct text_arg text_arg_int(const char *name, int64_t value)
{
    return (struct text_arg){.name = name, .number = value, .is_number = true};
}

struct str t(const struct lang *l, const char *id)
{
    struct message m;
    const struct lang *used;
    return find(l, id, &m, &used) ? message_form(m, 0) : str_c(id);
}

bool t_has(const char *id)
{
    struct message m;
    const struct lang *used;
    return find(&langs[0], id, &m, &used);
}

bool i18n_placeholder(struct str text, size_t *pos, struct str *ret_name)
{
    for (size_t i = *pos; i < text.n; i++) {
        if (text.p[i] != '{')
            continue;
        size_t end = i + 1;
        while (end < text.n && ((text.p[end] >= 'a' && text.p[end] <= 'z') ||
                                (text.p[end] >= '0' && text.p[end] <= '9') || text.p[end] == '_'))
            end++;
        if (end < text.n && text.p[end] == '}' && end > i + 1) {
            *ret_name = str_slice(text, i + 1, end);
            *pos = end + 1;
            return true;
        }
    }
    return false;
}

static const struct text_arg *find_arg(const struct text_arg *args, size_t n_args, struct str name)
{
    for (size_t i = 0; i < n_args; i++)
        if (str_eq(str_c(args[i].name), name))
            return &args[i];
    return NULL;
}

static struct str fill(struct arena *a, const struct lang *l, struct str text, const struct text_arg *args,
                       size_t n_args)
{
    struct buf b;
    buf_init(&b, a, TEXT_MAX);
    size_t done = 0;
    size_t pos = 0;
    struct str name;
    while (i18n_placeholder(text, &pos, &name)) {
        const struct text_arg *arg = find_arg(args, n_args, name);
        if (!arg)
            continue; /* stays as it is, and is copied with the text behind it */
        buf_str(&b, str_slice(text, done, pos - name.n - 2));
        buf_str(&b, arg->is_number ? lang_int(a, l, arg->number) : arg->value);
        done = pos;
    }
    buf_str(&b, str_slice(text, done, text.n));
    return buf_view(&b);
}

struct str t_args(struct arena *a, const struct lang *l, const char *id, const struct text_arg *args,
                  size_t n_args)
{
    struct message m;
    const struct lang *used;
    if (!find(l, id, &m, &used))
        return str_c(id);
    size_t form = 0;
    const struct text_arg *count = find_arg(args, n_args, S("count"));
    if (m.is_plural && count && count->is_number) {
        int64_t n = count->number;
        form = used->plural(n < 0 ? 0 - (uint64_t)n : (uint64_t)n);
    }
    return fill(a, used, message_form(m, form), args, n_args);
}

/* A sentence of a verdict. A fact called "count" that is a number chooses the plural form. */
static struct str with_facts(struct arena *a, const struct lang *l, const char *id, const struct verdict *v)
{
    if (v->allowed || !id)
        return S("");
    struct text_arg args[VERDICT_FACTS + 1];
    size_t n = 0;
    for (; n < v->n_facts; n++) {
        args[n] = text_arg_str(v->facts[n].name, v->facts[n].value);
        int64_t number;
        if (str_eq(str_c(args[n].name), S("count")) && str_to_int64(args[n].value, &number))
            args[n] = text_arg_int(args[n].name, number);
    }
    args[n++] = text_arg_str("law", v->law);
    return t_args(a, l, id, args, n);
}

struct str t_verdict(struct arena *a, const struct lang *l, const struct verdict *v)
{
    return with_facts(a, l, v->text_id, v);
}

struct str t_verdict_next(struct arena *a, const struct lang *l, const struct verdict *v)
{
    return with_facts(a, l, v->next_id, v);
}

struct str t_refusal(struct arena *a, const struct lang *l, const struct verdict *v)
{
    struct str why = t_verdict(a, l, v);
    struct str next = t_verdict_next(a, l, v);
    return next.n > 0 ? str_printf(a, "%.*s %.*s", STR_FMT(why), STR_FMT(next)) : why;
}
