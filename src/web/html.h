/* SPDX-License-Identifier: AGPL-3.0-or-later
 *
 * html.h - the only place where HTML is made: a sink that escapes by context, and an element stack.
 *
 * Pages are written as templates (tools/viewgen); the generated C calls the functions of the second
 * part. What a template cannot draw (charts, QR codes) is built with the element stack of the third
 * part, which cannot be unbalanced or unescaped. There is no function that takes markup as text: raw
 * output exists only for `struct safe_html`, and only html.c makes one.
 *
 * Keeps: no value, whatever its bytes, opens an element or an attribute; a link leads to http, https,
 * mailto, tel or into this site; bidi and control characters are seen, not obeyed; broken UTF-8 comes
 * out as U+FFFD.
 *
 * Source: trust.md, section 5 (XSS: one HTML writer, escaped by type); experience.md, section 4.
 */
#ifndef BIRGE_WEB_HTML_H
#define BIRGE_WEB_HTML_H

#include "base/buf.h"
#include "web/i18n.h"

struct zone;

#define HTML_MAX (8 * ARENA_MIB) /* a page larger than this is refused (ERR_LIMIT) */
#define HTML_DEPTH 64            /* open elements of the element stack */

/* A page being written. Everything it allocates lives in `a`. */
struct html {
    struct arena *a;
    struct buf out;
    const struct lang *lang; /* language of texts, dates and numbers */
    const struct zone *zone; /* the realm's zone; NULL is UTC */
    int64_t now;             /* ms UTC; "today" in relative days */
    const char *open[HTML_DEPTH]; /* element stack */
    size_t n_open;
    bool in_tag;             /* the last element's attributes may still come */
};

/* Markup that is known to be well-formed and escaped. Made by html_take only; never fill the field. */
struct safe_html {
    struct str made_by_html_c;
};

/* ---- pages ---- */

/* Begin a page. `zone` may be NULL (UTC). Memory: `a`. */
void html_init(struct html *h, struct arena *a, const struct lang *lang, const struct zone *zone,
               int64_t now);
/* The finished page, in the arena of `h`. Errors: ERR_LIMIT when it outgrew HTML_MAX or the arena's cap. */
struct err *html_done(struct html *h, struct str *ret_page) WARN_UNUSED;

/* ---- element stack: what templates cannot draw ---- */

/* Open an element. `name` is static; script, style and the like abort. */
void html_open(struct html *h, const char *name);
/* Attributes of the element just opened. `name` is static; on*, style and srcdoc abort; URL attributes
 * (href, src ...) pass the scheme allow-list. */
void html_attr(struct html *h, const char *name, struct str value);
void html_attr_int(struct html *h, const char *name, int64_t value);
/* Fixed point: 12345 with 2 decimals is "123.45". For SVG geometry. */
void html_attr_fixed(struct html *h, const char *name, int64_t value, int decimals);
/* Text inside the open element. */
void html_say(struct html *h, struct str text);
/* Close the element opened last; `name` must be its name (aborts otherwise). */
void html_close(struct html *h, const char *name);
/* All that was written since html_init; every element must be closed (aborts otherwise). */
struct safe_html html_take(struct html *h);

/* ---- called by generated code; handlers have no need for these ---- */

/* Where a template's slot lies. */
typedef void html_body(struct html *h, const void *model);

void html_lit(struct html *h, const char *bytes, size_t n);      /* a template's own text, as it is */
void html_put_text(struct html *h, struct str s);                 /* element content */
void html_put_attr(struct html *h, struct str s);                 /* inside a quoted attribute */
void html_put_url(struct html *h, struct str s);                  /* start of a URL attribute */
void html_put_url_part(struct html *h, struct str s);             /* later in it: one component */
void html_put_url_path(struct html *h, struct str s);             /* later in it: keeps / ? & = # % */
void html_put_raw(struct html *h, struct safe_html s);            /* {{raw ...}} */

/* What HTML_STR chooses from. */
struct str html_of_str(struct html *h, struct str s);
struct str html_of_c(struct html *h, const char *c);
struct str html_of_int(struct html *h, int64_t v);
struct str html_of_uint(struct html *h, uint64_t v);
struct str html_of_opt(struct html *h, struct opt_int v);

/* A value of a model as text; a type that is not listed does not compile. bool is not: use {{if}}. */
#define HTML_STR(h, x)                                                                             \
    _Generic((x),                                                                                  \
        struct str: html_of_str,                                                                   \
        const char *: html_of_c,                                                                   \
        char *: html_of_c,                                                                         \
        int: html_of_int,                                                                          \
        long: html_of_int,                                                                         \
        long long: html_of_int,                                                                    \
        unsigned: html_of_uint,                                                                    \
        unsigned long: html_of_uint,                                                               \
        unsigned long long: html_of_uint,                                                          \
        struct opt_int: html_of_opt)((h), (x))

/* Filters of templates: {{value|date}} and so on. Absent optional values give "". */
struct str html_f_date(struct html *h, int32_t day);           /* 30 March 2026 */
struct str html_f_day(struct html *h, int32_t day);            /* 30.03.2026, for dense tables */
struct str html_f_isodate(struct html *h, int32_t day);        /* 2026-03-30, for <time datetime> */
struct str html_f_weekday(struct html *h, int32_t day);        /* Monday, 30 March 2026 */
struct str html_f_in_days(struct html *h, int32_t day);        /* in 3 days, counted from today */
struct str html_f_datetime(struct html *h, int64_t at);        /* 30 March 2026, 14:05 in the zone */
struct str html_f_moment(struct html *h, int64_t at);          /* 30.03.2026 14:05, for dense tables */
struct str html_f_isotime(struct html *h, int64_t at);         /* 2026-03-30T09:05:00Z */
struct str html_f_number(struct html *h, int64_t v);           /* 12 345 with no-break spaces */
struct str html_f_size(struct html *h, int64_t bytes);         /* 1,2 MB */
struct str html_f_percent(struct html *h, int64_t permille);   /* 941 is 94,1 % */

/* {{if x}}: a text is true when it is not empty, a number when not 0, a pointer when not NULL. */
static inline bool html_is_str(struct str s)
{
    return s.n > 0;
}
static inline bool html_is_c(const char *c)
{
    return c && *c;
}
static inline bool html_is_opt(struct opt_int v)
{
    return v.has;
}
static inline bool html_is_safe(struct safe_html s)
{
    return s.made_by_html_c.n > 0;
}
static inline bool html_is_any(bool v)
{
    return v;
}
#define HTML_TRUE(x)                                                                               \
    _Generic((x),                                                                                  \
        struct str: html_is_str,                                                                   \
        const char *: html_is_c,                                                                   \
        char *: html_is_c,                                                                         \
        struct opt_int: html_is_opt,                                                               \
        struct safe_html: html_is_safe,                                                            \
        default: html_is_any)(x)

#endif
