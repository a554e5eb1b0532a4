/* SPDX-License-Identifier: AGPL-3.0-or-later
 *
 * i18n.h - texts, plurals, dates and numbers in Kazakh, Russian and English.
 *
 * Texts come from locale/<lang>/<slice>.po, compiled by msgfmt and linked into the program. The msgid is
 * a key ("reception.send.title"), the msgstr the text, in English too. A `struct lang` travels with the
 * request; there is no process-wide locale and setlocale is never called. Values are formatted by ICU,
 * zones never: the caller hands in the offset that libc's tzdata gives (base/clock.h).
 *
 * Everything here is safe in any thread. Catalogues are loaded at first use, once; ICU's formatters are
 * cached per thread.
 *
 * Source: experience.md, section 5.
 */
#ifndef BIRGE_WEB_I18N_H
#define BIRGE_WEB_I18N_H

#include "base/err.h"
#include "base/verdict.h"

struct lang;

#define LANG_N 3 /* kk, ru, en, in the order of fall-back */

/* ---- languages ---- */

/* The language of a code ("kk", "ru", "en"), or NULL. */
const struct lang *lang_find(struct str code);
/* 0 <= i < LANG_N; 0 is kk, the default. */
const struct lang *lang_at(size_t i);
size_t lang_index(const struct lang *l);
/* "kk" */
struct str lang_code(const struct lang *l);
/* Its name in itself: "Қазақша". */
struct str lang_name(const struct lang *l);
/* The best of ours for an Accept-Language header; kk when nothing fits. Source: RFC 9110, 12.5.4. */
const struct lang *lang_negotiate(struct str accept_language);

/* ---- texts ---- */

/* One named value of a sentence: {name}. Make them with TEXT_ARG or the two functions. */
struct text_arg {
    const char *name;
    struct str value;  /* a text, as it is */
    int64_t number;    /* or a number, grouped in the language's way */
    bool is_number;
};

/* What TEXT_ARG chooses from. */
struct text_arg text_arg_str(const char *name, struct str value);
struct text_arg text_arg_c(const char *name, const char *value);
struct text_arg text_arg_int(const char *name, int64_t value);
#define TEXT_ARG(name, x)                                                                          \
    _Generic((x),                                                                                  \
        struct str: text_arg_str,                                                                  \
        const char *: text_arg_c,                                                                  \
        char *: text_arg_c,                                                                        \
        default: text_arg_int)((name), (x))

/* The text of `id`, without any filling. Falls back kk, ru, en; then the id itself, so that a hole is
 * seen. Memory: static. Cost: one hash look-up. */
struct str t(const struct lang *l, const char *id);
/* Is there such a text in any language? */
bool t_has(const char *id);
/* The text with {name} replaced. A number named "count" chooses the plural form. Memory: `a`.
 * An unknown placeholder stays visible as it is. */
struct str t_args(struct arena *a, const struct lang *l, const char *id, const struct text_arg *args,
                  size_t n_args);
/* t_args with the arguments in place: T(a, lang, "core.files", TEXT_ARG("count", n)). */
#define T(a, l, id, ...)                                                                           \
    t_args((a), (l), (id), (const struct text_arg[]){__VA_ARGS__},                                 \
           sizeof((const struct text_arg[]){__VA_ARGS__}) / sizeof(struct text_arg))
/* The sentence of a verdict, its facts filled in; "" for a yes. */
struct str t_verdict(struct arena *a, const struct lang *l, const struct verdict *v);
/* What the person can do instead; "" when it names nothing. */
struct str t_verdict_next(struct arena *a, const struct lang *l, const struct verdict *v);
/* Both, as one text for a place where there is room for one: a field of a form. */
struct str t_refusal(struct arena *a, const struct lang *l, const struct verdict *v);

/* Are the catalogues sound (every key in every language, forms and placeholders alike)? For `birge
 * doctor` and the tests. Errors: ERR_CONFIG naming the first fault. */
struct err *i18n_check(struct arena *a) WARN_UNUSED;

/* ---- values; memory in `a` ---- */

/* "2026 ж. 30 наурыз", "30 марта 2026 г.", "30 March 2026" */
struct str lang_date(struct arena *a, const struct lang *l, int32_t day);
/* The same with the day of the week, where the language puts it. */
struct str lang_date_weekday(struct arena *a, const struct lang *l, int32_t day);
/* Month and year by themselves: "2026 ж. наурыз", "март 2026 г.", "March 2026". */
struct str lang_month(struct arena *a, const struct lang *l, int32_t day);
/* 1 = Monday ... 7 = Sunday: "дс", "пн", "Mon"; and in full. */
struct str lang_weekday_short(struct arena *a, const struct lang *l, int weekday);
struct str lang_weekday(struct arena *a, const struct lang *l, int weekday);
/* "30.03.2026", "30/03/2026" for en: for dense tables. */
struct str lang_date_short(struct arena *a, const struct lang *l, int32_t day);
/* "30 March 2026, 14:05"; `offset_min` minutes east of UTC. */
struct str lang_datetime(struct arena *a, const struct lang *l, int64_t at, int32_t offset_min);
/* "30.03.2026 14:05" */
struct str lang_datetime_short(struct arena *a, const struct lang *l, int64_t at, int32_t offset_min);
/* "in 3 days", "3 дня назад", "бүгін" */
struct str lang_in_days(struct arena *a, const struct lang *l, int32_t days);
/* "12 345" with U+00A0, "12,345" for en */
struct str lang_int(struct arena *a, const struct lang *l, int64_t v);
/* "94,1 %" of 941 permille, with U+00A0 before the sign where the language writes one */
struct str lang_permille(struct arena *a, const struct lang *l, int64_t permille);
/* "1,2 МБ", powers of 1024, one decimal below 10 */
struct str lang_size(struct arena *a, const struct lang *l, int64_t bytes);

#endif
