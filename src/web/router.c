/* SPDX-License-Identifier: AGPL-3.0-or-later
 *
 * router.c - the tree of patterns, and decoding without mercy.
 */
#include "web/router.h"

#include "base/fold.h"

struct node {
    struct str literal;    /* of this segment; absent for a name */
    bool is_lang;
    struct node *children; /* literals first, then {lang}, then a name */
    struct node *next;     /* sibling */
    const struct web_route *by_method[3];
};

struct router {
    struct node root;
};

/* ---- escapes ---- */

static int hex_value(char c)
{
    if (c >= '0' && c <= '9')
        return c - '0';
    if (c >= 'a' && c <= 'f')
        return c - 'a' + 10;
    if (c >= 'A' && c <= 'F')
        return c - 'A' + 10;
    return -1;
}

bool percent_decode(struct arena *a, struct str s, enum percent_rule rule, struct str *ret)
{
    bool is_form = rule != PERCENT_PATH;
    bool is_plain = str_find(s, '%') == SIZE_MAX && (!is_form || str_find(s, '+') == SIZE_MAX);
    if (is_plain) {
        *ret = s;
        return str_is_utf8(s) && (rule == PERCENT_FORM || str_find(s, '\0') == SIZE_MAX);
    }
    char *p = arena_alloc(a, s.n + 1);
    size_t n = 0;
    for (size_t i = 0; i < s.n; i++) {
        char c = s.p[i];
        if (c == '%') {
            int high = i + 2 < s.n ? hex_value(s.p[i + 1]) : -1;
            int low = i + 2 < s.n ? hex_value(s.p[i + 2]) : -1;
            if (high < 0 || low < 0)
                return false;
            c = (char)(high * 16 + low);
            i += 2;
        } else if (c == '+' && is_form) {
            c = ' ';
        }
        if (c == '\0' && rule != PERCENT_FORM)
            return false;
        p[n++] = c;
    }
    *ret = (struct str){p, n};
    return str_is_utf8(*ret);
}

struct str percent_encode(struct arena *a, struct str s, bool keeps_slash)
{
    static const char hex[] = "0123456789ABCDEF";
    static const struct str plain = STR("-._~");
    char *p = arena_alloc(a, s.n * 3 + 1);
    size_t n = 0;
    for (size_t i = 0; i < s.n; i++) {
        unsigned char c = (unsigned char)s.p[i];
        bool is_alnum = (c >= '0' && c <= '9') || (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z');
        if (is_alnum || str_find(plain, (char)c) != SIZE_MAX || (c == '/' && keeps_slash)) {
            p[n++] = (char)c;
        } else {
            p[n++] = '%';
            p[n++] = hex[c >> 4];
            p[n++] = hex[c & 15];
        }
    }
    return (struct str){p, n};
}

/* ---- paths ---- */

static int split_segment(struct arena *a, struct str raw, struct str *ret)
{
    if (str_find(raw, '\\') != SIZE_MAX || !percent_decode(a, raw, PERCENT_PATH, ret))
        return 400; /* browsers read a backslash as a slash */
    if (str_eq(*ret, S(".")) || str_eq(*ret, S("..")))
        return 400;
    if (str_find(*ret, '/') != SIZE_MAX || has_control(*ret))
        return 400;
    return ret->n == 0 ? 404 : 0;
}

int router_split(struct arena *a, struct str path, struct path *ret_path)
{
    MUST(path.n > 0 && path.p[0] == '/');
    struct path out = {.n = 0};
    struct str rest = str_slice(path, 1, path.n);
    bool more = rest.n > 0;
    while (more) {
        struct str raw, one;
        more = str_cut(rest, '/', &raw, &rest);
        int status = split_segment(a, raw, &one);
        if (status)
            return status;
        if (out.n == ROUTER_SEGMENTS)
            return 404;
        out.segments[out.n++] = one;
    }
    *ret_path = out;
    return 0;
}

/* ---- building ---- */

static bool is_name(struct str segment)
{
    return segment.n > 2 && segment.p[0] == '{' && segment.p[segment.n - 1] == '}';
}

static int rank(const struct node *n)
{
    if (n->literal.p)
        return 0;
    return n->is_lang ? 1 : 2;
}

static struct node *child_for(struct arena *a, struct node *parent, struct str segment)
{
    struct node fresh = {0};
    if (!is_name(segment))
        fresh.literal = segment;
    fresh.is_lang = str_eq(segment, S("{lang}"));
    struct node **at = &parent->children;
    for (; *at && rank(*at) <= rank(&fresh); at = &(*at)->next) {
        bool is_same = rank(*at) == rank(&fresh) && (!fresh.literal.p || str_eq((*at)->literal, fresh.literal));
        if (is_same)
            return *at;
    }
    struct node *child = ARENA_NEW(a, struct node);
    *child = fresh;
    child->next = *at;
    *at = child;
    return child;
}

static struct err *check_rule(struct arena *a, const struct web_route *r)
{
    bool changes = r->method != WEB_GET;
    if (!r->handler || !r->pattern || r->pattern[0] != '/')
        return ERR(a, ERR_CONFIG, "route %s has no handler, or its pattern is none", r->pattern ? r->pattern : "?");
    bool fits = changes ? r->csrf != WEB_CSRF_READ : r->csrf != WEB_CSRF_FORM;
    if (!fits)
        return ERR(a, ERR_CONFIG, "route %s: CSRF rule and method do not fit", r->pattern);
    if (!changes && r->body != WEB_BODY_NONE)
        return ERR(a, ERR_CONFIG, "route %s: a GET has no body", r->pattern);
    if (r->method == WEB_DELETE && r->body != WEB_BODY_NONE)
        return ERR(a, ERR_CONFIG, "route %s: a DELETE has no body", r->pattern);
    return NULL;
}

static struct err *add_route(struct arena *a, struct router *router, const struct web_route *r)
{
    TRY(check_rule(a, r));
    struct node *n = &router->root;
    struct str segment, rest = str_c(r->pattern + 1);
    size_t depth = 0;
    bool more = rest.n > 0;
    while (more) {
        more = str_cut(rest, '/', &segment, &rest);
        if (segment.n == 0 || ++depth > ROUTER_SEGMENTS)
            return ERR(a, ERR_CONFIG, "route %s has an empty segment or too many", r->pattern);
        if (segment.p[0] == '{' && !is_name(segment))
            return ERR(a, ERR_CONFIG, "route %s: a name takes a whole segment", r->pattern);
        n = child_for(a, n, segment);
    }
    if (n->by_method[r->method])
        return ERR(a, ERR_CONFIG, "routes %s and %s are alike", n->by_method[r->method]->pattern, r->pattern);
    n->by_method[r->method] = r;
    return NULL;
}

struct err *router_new(struct arena *a, const struct web_route *routes, size_t n, struct router **ret)
{
    struct router *router = ARENA_NEW(a, struct router);
    for (size_t i = 0; i < n; i++)
        TRY(add_route(a, router, &routes[i]));
    *ret = router;
    return NULL;
}

/* ---- finding ---- */

static bool takes(const struct node *n, struct str segment)
{
    if (n->literal.p)
        return str_eq(n->literal, segment);
    return !n->is_lang || lang_find(segment) != NULL;
}

/* The first node in the order of the tree that takes all segments and has a route for `method`; notes on the way which
 * methods other nodes have. */
static const struct web_route *find(const struct node *n, enum web_method method, const struct path *p, size_t at,
                                    unsigned *allow)
{
    if (at == p->n) {
        for (size_t m = 0; m < 3; m++)
            if (n->by_method[m])
                *allow |= 1u << m;
        return n->by_method[method];
    }
    for (const struct node *child = n->children; child; child = child->next) {
        const struct web_route *r =
            takes(child, p->segments[at]) ? find(child, method, p, at + 1, allow) : NULL;
        if (r)
            return r;
    }
    return NULL;
}

void router_find(const struct router *r, enum web_method method, struct router_match *ret_match)
{
    ret_match->allow = 0;
    ret_match->route = find(&r->root, method, &ret_match->path, 0, &ret_match->allow);
}

struct str router_param(const struct router_match *m, struct str name)
{
    struct str segment, rest = str_c(m->route->pattern + 1);
    size_t at = 0;
    bool more = rest.n > 0;
    for (; more; at++) {
        more = str_cut(rest, '/', &segment, &rest);
        if (is_name(segment) && str_eq(str_slice(segment, 1, segment.n - 1), name))
            return m->path.segments[at];
    }
    return (struct str){0};
}
