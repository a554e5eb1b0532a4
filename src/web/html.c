/* SPDX-License-Identifier: AGPL-3.0-or-later
 *
 * html.c - the sink of all HTML: what a value becomes in each place, and the element stack.
 *
 * Three treatments. Text (elements and quoted attributes alike): the five characters of markup become
 * entities, and what would act without being seen becomes visible. The start of an address: judged by its
 * scheme, then percent-encoded where it is no address. The rest of an address: percent-encoded as data.
 *
 * Keeps:  after any value the HTML parser of a browser is in the state in which it was before.
 * Source: trust.md, section 5; WHATWG HTML, 13.2.5 (states), 13.3 (serialising); RFC 3986, 2.2, 2.3, 4.2;
 *         Unicode TR9, 2 (bidi controls), TR36.
 */
#include "web/html.h"

#include <inttypes.h>
#include <string.h>

/* ---- bytes and code points ---- */

/* Length of the UTF-8 sequence at p[0..n) and its code point; 0 when it is broken. */
static size_t decode(const unsigned char *p, size_t n, uint32_t *ret)
{
    if (p[0] < 0x80) {
        *ret = p[0];
        return 1;
    }
    size_t len = p[0] >= 0xF0 ? 4 : p[0] >= 0xE0 ? 3 : 2;
    if (p[0] < 0xC2 || p[0] > 0xF4 || len > n)
        return 0;
    uint32_t u = p[0] & (0x7Fu >> len);
    for (size_t i = 1; i < len; i++) {
        if ((p[i] & 0xC0) != 0x80)
            return 0;
        u = u << 6 | (p[i] & 0x3Fu);
    }
    static const uint32_t least[] = {0, 0, 0x80, 0x800, 0x10000};
    if (u < least[len] || u > 0x10FFFF || (u >= 0xD800 && u <= 0xDFFF))
        return 0;
    *ret = u;
    return len;
}

/* Code points that act on what stands around them, or on a terminal, without being seen. */
static bool is_hidden_power(uint32_t u)
{
    if (u < 0x20)
        return u != '\t' && u != '\n';
    return (u >= 0x7F && u <= 0x9F) || u == 0x061C || u == 0x200E || u == 0x200F ||
           (u >= 0x202A && u <= 0x202E) || (u >= 0x2066 && u <= 0x2069);
}

static const char *entity(uint32_t u)
{
    switch (u) {
    case '&':
        return "&amp;";
    case '<':
        return "&lt;";
    case '>':
        return "&gt;";
    case '"':
        return "&quot;";
    case '\'':
        return "&#39;";
    default:
        return NULL;
    }
}

#define REPLACEMENT "\xEF\xBF\xBD" /* U+FFFD */

/* How many bytes at p[0..n) are surely harmless: letters of ASCII and the two-byte scripts, Cyrillic among
 * them (U+00C0 to U+05FF). 0: look closely. Nearly all text is of this kind. */
static size_t harmless(const unsigned char *p, size_t n)
{
    static const bool plain[256] = {
        ['\n'] = true, [' '] = true, ['!'] = true, ['#' ... '%'] = true, ['(' ... ';'] = true,
        ['='] = true,  ['?' ... '~'] = true,
    };
    if (plain[p[0]])
        return 1;
    return p[0] >= 0xC3 && p[0] <= 0xD7 && n > 1 && (p[1] & 0xC0) == 0x80 ? 2 : 0;
}

/* Text for elements and quoted attributes: runs of harmless bytes are copied whole. */
static void escape(struct buf *b, struct str s)
{
    const unsigned char *p = (const unsigned char *)s.p;
    size_t run = 0, i = 0;
    while (i < s.n) {
        uint32_t u = 0;
        size_t len = harmless(p + i, s.n - i);
        if (len > 0) {
            i += len;
            continue;
        }
        len = decode(p + i, s.n - i, &u);
        bool is_line_end = u == '\r' && i + 1 < s.n && p[i + 1] == '\n';
        const char *e = len ? entity(u) : REPLACEMENT;
        if (!e && !is_hidden_power(u)) {
            i += len;
            continue;
        }
        buf_add(b, s.p + run, i - run);
        if (e)
            buf_c(b, e);
        else if (!is_line_end) /* of CR LF the LF remains, as a browser reads it */
            buf_printf(b, "[U+%04" PRIX32 "]", u);
        i += len ? len : 1;
        run = i;
    }
    buf_add(b, s.p ? s.p + run : NULL, s.n - run);
}

/* ---- addresses ---- */

static bool is_unreserved(unsigned char c)
{
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '-' ||
           c == '.' || c == '_' || c == '~';
}

/* Percent-encode all but unreserved characters and those of `keep`; then entities, for the attribute. */
static void encode(struct buf *b, struct str s, const char *keep)
{
    static const char hex[] = "0123456789ABCDEF";
    const unsigned char *p = (const unsigned char *)s.p;
    for (size_t i = 0; i < s.n;) {
        uint32_t u;
        size_t len = decode(p + i, s.n - i, &u);
        struct str bytes = len ? (struct str){s.p + i, len} : S(REPLACEMENT);
        i += len ? len : 1;
        for (size_t k = 0; k < bytes.n; k++) {
            unsigned char c = (unsigned char)bytes.p[k];
            if (is_unreserved(c) || (c != '\0' && c < 0x80 && strchr(keep, c))) {
                const char *e = entity(c);
                buf_add(b, e ? e : bytes.p + k, e ? strlen(e) : 1);
            } else {
                char out[3] = {'%', hex[c >> 4], hex[c & 15]};
                buf_add(b, out, sizeof out);
            }
        }
    }
}

/* May a link lead to `s`? A scheme of the list, or an address in this site: "//host" is neither, and what
 * a browser would make of a backslash, a blank or a control character is not asked: they get encoded. */
static bool is_allowed_address(struct str s)
{
    static const struct str schemes[] = {STR("https"), STR("http"), STR("mailto"), STR("tel")};
    if (str_starts(s, S("//")))
        return false;
    size_t end = 0;
    while (end < s.n && s.p[end] != ':' && s.p[end] != '/' && s.p[end] != '?' && s.p[end] != '#')
        end++;
    if (end == s.n || s.p[end] != ':')
        return true;
    for (size_t i = 0; i < sizeof schemes / sizeof *schemes; i++)
        if (str_eq_nocase(str_slice(s, 0, end), schemes[i]))
            return true;
    return false;
}

static void put_address(struct buf *b, struct str s)
{
    if (is_allowed_address(s))
        encode(b, s, ":/?#[]@!$&'()*+,;=%");
    else
        buf_c(b, "#blocked");
}

/* ---- called by generated code ---- */

void html_lit(struct html *h, const char *bytes, size_t n)
{
    MUST(!h->in_tag);
    buf_add(&h->out, bytes, n);
}

void html_put_text(struct html *h, struct str s)
{
    MUST(!h->in_tag);
    escape(&h->out, s);
}

void html_put_attr(struct html *h, struct str s)
{
    escape(&h->out, s);
}

void html_put_url(struct html *h, struct str s)
{
    put_address(&h->out, s);
}

void html_put_url_part(struct html *h, struct str s)
{
    /* "." and ".." are steps, encoded or not: "/cases/../all" would be another page. */
    if (str_eq(s, S(".")) || str_eq(s, S("..")))
        s = S("#blocked");
    encode(&h->out, s, "");
}

void html_put_url_path(struct html *h, struct str s)
{
    /* "/" and "/host" must not become "//host", which is another site's address. */
    struct str before = buf_view(&h->out);
    if (str_ends(before, S("/")) && str_starts(s, S("/"))) {
        buf_c(&h->out, "%2F");
        s = str_slice(s, 1, s.n);
    } else if (str_starts(s, S("//"))) {
        buf_c(&h->out, "/%2F");
        s = str_slice(s, 2, s.n);
    }
    encode(&h->out, s, "/?&=#%");
}

void html_put_raw(struct html *h, struct safe_html s)
{
    MUST(!h->in_tag);
    buf_str(&h->out, s.made_by_html_c);
}

struct str html_of_str(struct html *h, struct str s)
{
    (void)h;
    return s;
}

struct str html_of_c(struct html *h, const char *c)
{
    (void)h;
    return str_c(c);
}

struct str html_of_int(struct html *h, int64_t v)
{
    return str_printf(h->a, "%" PRId64, v);
}

struct str html_of_uint(struct html *h, uint64_t v)
{
    return str_printf(h->a, "%" PRIu64, v);
}

struct str html_of_opt(struct html *h, struct opt_int v)
{
    return v.has ? html_of_int(h, v.v) : (struct str){0};
}

/* ---- pages ---- */

void html_init(struct html *h, struct arena *a, const struct lang *lang, const struct zone *zone,
               int64_t now)
{
    *h = (struct html){.a = a, .lang = lang, .zone = zone, .now = now};
    buf_init(&h->out, a, HTML_MAX);
}

struct err *html_done(struct html *h, struct str *ret_page)
{
    MUST(h->n_open == 0);
    TRY(buf_check(&h->out, "page"));
    *ret_page = buf_view(&h->out);
    return NULL;
}

/* ---- element stack ---- */

static bool is_in(const char *name, const char *const *list)
{
    for (; *list; list++)
        if (strcmp(name, *list) == 0)
            return true;
    return false;
}

static bool is_name(const char *name)
{
    if (name[0] < 'a' || name[0] > 'z')
        return false;
    for (const char *c = name; *c; c++)
        if (!is_unreserved((unsigned char)*c) || *c == '~' || *c == '.')
            return false;
    return true;
}

static bool is_void(const char *name)
{
    static const char *const names[] = {"br", "hr", "img", "input", "wbr", "col", "area", NULL};
    return is_in(name, names);
}

/* The attributes of the element opened last are over. */
static void end_tag(struct html *h)
{
    if (h->in_tag)
        buf_byte(&h->out, '>');
    h->in_tag = false;
}

static void must_hold_content(const struct html *h)
{
    MUST(h->n_open == 0 || !is_void(h->open[h->n_open - 1]));
}

void html_open(struct html *h, const char *name)
{
    /* What runs, loads, changes how the parser reads, or animates an attribute. */
    static const char *const never[] = {
        "script", "style",   "iframe",        "frame",        "frameset",         "object",
        "embed",  "applet",  "base",          "link",         "meta",             "template",
        "math",   "noscript", "xmp",          "plaintext",    "foreignObject",    "animate",
        "set",    "noembed", "animateMotion", "animateTransform", "noframes", "annotation-xml", NULL};
    MUST(is_name(name) && !is_in(name, never));
    must_hold_content(h);
    MUST(h->n_open < HTML_DEPTH);
    end_tag(h);
    buf_byte(&h->out, '<');
    buf_c(&h->out, name);
    h->open[h->n_open++] = name;
    h->in_tag = true;
}

void html_attr(struct html *h, const char *name, struct str value)
{
    static const char *const never[] = {"style", "srcdoc", "srcset", "imagesrcset", "ping", NULL};
    static const char *const address[] = {"href", "src", "action", "formaction", "cite", "data", "poster",
                                          "background", "longdesc", NULL};
    MUST(h->in_tag && is_name(name) && strncmp(name, "on", 2) != 0 && !is_in(name, never));
    buf_byte(&h->out, ' ');
    buf_c(&h->out, name);
    buf_c(&h->out, "=\"");
    if (is_in(name, address))
        put_address(&h->out, value);
    else
        escape(&h->out, value);
    buf_byte(&h->out, '"');
}

void html_attr_int(struct html *h, const char *name, int64_t value)
{
    html_attr(h, name, html_of_int(h, value));
}

void html_attr_fixed(struct html *h, const char *name, int64_t value, int decimals)
{
    MUST(decimals >= 0 && decimals <= 9);
    uint64_t unit = 1, v = value < 0 ? 0 - (uint64_t)value : (uint64_t)value;
    for (int i = 0; i < decimals; i++)
        unit *= 10;
    struct str text = str_printf(h->a, "%s%" PRIu64, value < 0 ? "-" : "", v / unit);
    if (decimals > 0)
        text = str_printf(h->a, "%.*s.%0*" PRIu64, STR_FMT(text), decimals, v % unit);
    html_attr(h, name, text);
}

void html_say(struct html *h, struct str text)
{
    must_hold_content(h);
    end_tag(h);
    escape(&h->out, text);
}

void html_close(struct html *h, const char *name)
{
    MUST(h->n_open > 0 && strcmp(h->open[h->n_open - 1], name) == 0);
    end_tag(h);
    if (!is_void(name)) {
        buf_c(&h->out, "</");
        buf_c(&h->out, name);
        buf_byte(&h->out, '>');
    }
    h->n_open--;
}

struct safe_html html_take(struct html *h)
{
    MUST(h->n_open == 0);
    /* Half a chart is no chart: what outgrew its bound is left out, and html_done will say so. */
    return (struct safe_html){h->out.overflow ? (struct str){0} : buf_view(&h->out)};
}
