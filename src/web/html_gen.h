/* SPDX-License-Identifier: AGPL-3.0-or-later
 *
 * html_gen.h - what only generated code needs: one spelling for values whose C type viewgen does not know.
 *
 * viewgen reads templates, not headers. So it writes HTML_SAME(m->state, S("open")) and the compiler
 * picks by type; a type that makes no sense in that place does not compile.
 */
#ifndef BIRGE_WEB_HTML_GEN_H
#define BIRGE_WEB_HTML_GEN_H

#include "web/html.h"

/* ---- {{> part m.part}}: from a struct or from a pointer to one ---- */

#define HTML_MODEL(type, x) _Generic((x), type: &(x), default: (x))
/* An element of a loop, given to a field that is like `want`: a pointer to it, or a copy. */
#define HTML_ELEMENT(want, element) _Generic((want), __typeof__(element): (element), default: *(element))

/* {{let x = ...}} {{x.field}}: x is a struct or a pointer to one. */
#define HTML_AT(x) __builtin_choose_expr(__builtin_classify_type(x) == 5 /* pointer */, (x), &(x))

/* ---- {{if m.kind == "late"}}: texts by their bytes (an absent one is ""), all else as numbers ---- */

static inline bool html_same_str(struct str x, struct str y)
{
    return x.n == y.n && str_starts(x, y);
}
static inline bool html_same_c(const char *x, struct str y)
{
    return html_same_str(str_c(x), y);
}
static inline bool html_same_uint(uint64_t x, uint64_t y)
{
    return x == y;
}
static inline bool html_same_int(int64_t x, int64_t y)
{
    return x == y;
}
#define HTML_SAME(x, y)                                                                            \
    _Generic((x),                                                                                  \
        struct str: html_same_str,                                                                 \
        const char *: html_same_c,                                                                 \
        char *: html_same_c,                                                                       \
        unsigned long: html_same_uint,                                                             \
        unsigned long long: html_same_uint,                                                        \
        default: html_same_int)((x), (y))

/* ---- {{t id name=value}} ---- */

static inline struct text_arg html_arg_uint(const char *name, uint64_t v)
{
    return text_arg_int(name, v > INT64_MAX ? INT64_MAX : (int64_t)v);
}
static inline struct text_arg html_arg_opt(const char *name, struct opt_int v)
{
    return v.has ? text_arg_int(name, v.v) : text_arg_str(name, (struct str){0});
}
#define HTML_ARG(name, x)                                                                          \
    _Generic((x),                                                                                  \
        struct str: text_arg_str,                                                                  \
        const char *: text_arg_c,                                                                  \
        char *: text_arg_c,                                                                        \
        unsigned long: html_arg_uint,                                                              \
        unsigned long long: html_arg_uint,                                                         \
        struct opt_int: html_arg_opt,                                                              \
        default: text_arg_int)((name), (x))

/* {{text m.text_id}}: the text of an id that may be absent. */
static inline struct str html_text_of(struct html *h, const char *id, const struct text_arg *args, size_t n)
{
    return id && *id ? t_args(h->a, h->lang, id, args, n) : (struct str){0};
}

/* ---- {{m.due_on|date}}: an absent value gives "" ---- */

#define HTML_OPT_DAY(filter)                                                                       \
    static inline struct str html_f_##filter##_opt(struct html *h, struct opt_int v)               \
    {                                                                                              \
        bool is_day = v.has && v.v >= INT32_MIN && v.v <= INT32_MAX;                               \
        return is_day ? html_f_##filter(h, (int32_t)v.v) : (struct str){0};                        \
    }
#define HTML_OPT_INT(filter)                                                                       \
    static inline struct str html_f_##filter##_opt(struct html *h, struct opt_int v)               \
    {                                                                                              \
        return v.has ? html_f_##filter(h, v.v) : (struct str){0};                                  \
    }
HTML_OPT_DAY(date)
HTML_OPT_DAY(day)
HTML_OPT_DAY(isodate)
HTML_OPT_DAY(weekday)
HTML_OPT_DAY(in_days)
HTML_OPT_INT(datetime)
HTML_OPT_INT(moment)
HTML_OPT_INT(isotime)
HTML_OPT_INT(number)
HTML_OPT_INT(size)
HTML_OPT_INT(percent)

static inline int64_t html_count(uint64_t n)
{
    return n > INT64_MAX ? INT64_MAX : (int64_t)n;
}
#define HTML_FILTER(filter, h, x)                                                                  \
    _Generic((x), struct opt_int: html_f_##filter##_opt, default: html_f_##filter)((h), (x))
/* The same for filters of plain numbers, where sizes and counts may be unsigned. */
#define HTML_FILTER_NUMBER(filter, h, x)                                                           \
    _Generic((x),                                                                                  \
        struct opt_int: html_f_##filter##_opt,                                                     \
        unsigned long: html_u_##filter,                                                            \
        unsigned long long: html_u_##filter,                                                       \
        default: html_f_##filter)((h), (x))
#define HTML_UINT(filter)                                                                          \
    static inline struct str html_u_##filter(struct html *h, uint64_t v)                           \
    {                                                                                              \
        return html_f_##filter(h, html_count(v));                                                  \
    }
HTML_UINT(number)
HTML_UINT(size)
HTML_UINT(percent)

#endif
