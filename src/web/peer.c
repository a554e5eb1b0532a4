/* SPDX-License-Identifier: AGPL-3.0-or-later
 *
 * peer.c - who is at the other end: the address prefix that limits count, and the address people see.
 *
 * X-Forwarded-* are words of the client unless a configured proxy is the peer. Addresses are used here and
 * forgotten: they are neither logged nor stored.
 *
 * Source: trust.md section 7 ("Anonymous limits count the client's /24 ...").
 */
#include "web/web_private.h"

#include <arpa/inet.h>
#include <netinet/in.h>
#include <string.h>

/* An address of either family, IPv4 as ::ffff:a.b.c.d. */
struct address {
    uint8_t b[16];
};

struct proxy_list {
    struct address *items;
    size_t n;
};

static const uint8_t v4_mapped[12] = {0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0xff, 0xff};

static bool is_v4(const struct address *a)
{
    return memcmp(a->b, v4_mapped, sizeof v4_mapped) == 0;
}

static bool address_parse(struct str s, struct address *ret)
{
    char text[INET6_ADDRSTRLEN];
    struct address out;
    s = str_trim(s);
    if (s.n > 2 && s.p[0] == '[' && s.p[s.n - 1] == ']')
        s = str_slice(s, 1, s.n - 1);
    if (s.n == 0 || s.n >= sizeof text)
        return false;
    memcpy(text, s.p, s.n);
    text[s.n] = '\0';
    memcpy(out.b, v4_mapped, sizeof v4_mapped);
    if (inet_pton(AF_INET, text, out.b + 12) != 1 && inet_pton(AF_INET6, text, out.b) != 1)
        return false;
    *ret = out;
    return true;
}

struct err *proxy_list_parse(struct arena *a, struct str list, struct proxy_list **ret)
{
    struct proxy_list *out = ARENA_NEW(a, struct proxy_list);
    struct str one, rest = list;
    bool more = list.n > 0;
    out->items = ARENA_ARRAY(a, list.n + 1, struct address);
    while (more) {
        more = str_cut(rest, ',', &one, &rest);
        if (str_trim(one).n == 0)
            continue;
        if (!address_parse(one, &out->items[out->n++]))
            return ERR(a, ERR_CONFIG, "proxies: %.*s is no address", STR_FMT(str_trim(one)));
    }
    *ret = out;
    return NULL;
}

static bool is_proxy(const struct web *w, const struct address *a)
{
    for (size_t i = 0; i < w->proxies->n; i++)
        if (memcmp(w->proxies->items[i].b, a->b, sizeof a->b) == 0)
            return true;
    return false;
}

static bool is_loopback(const struct address *a)
{
    static const uint8_t one[16] = {[15] = 1};
    return is_v4(a) ? a->b[12] == 127 : memcmp(a->b, one, sizeof one) == 0;
}

static bool peer_address(const struct web_request *req, struct address *ret)
{
    struct sockaddr_storage s;
    if (!conn_peer(req->conn, &s))
        return false;
    if (s.ss_family == AF_INET) {
        memcpy(ret->b, v4_mapped, sizeof v4_mapped);
        memcpy(ret->b + 12, &((const struct sockaddr_in *)(const void *)&s)->sin_addr, 4);
        return true;
    }
    if (s.ss_family == AF_INET6) {
        memcpy(ret->b, &((const struct sockaddr_in6 *)(const void *)&s)->sin6_addr, 16);
        return true;
    }
    return false;
}

/* Behind a proxy: the last address that no proxy of ours wrote about itself. */
static void look_behind(const struct web_request *req, struct address *at)
{
    struct str list = head_find_last(&req->head, S("x-forwarded-for"));
    while (list.n > 0 && is_proxy(req->loop->web, at)) {
        size_t comma = SIZE_MAX;
        for (size_t i = 0; i < list.n; i++)
            if (list.p[i] == ',')
                comma = i;
        struct address next;
        if (!address_parse(str_slice(list, comma == SIZE_MAX ? 0 : comma + 1, list.n), &next))
            return;
        *at = next;
        list = comma == SIZE_MAX ? (struct str){0} : str_slice(list, 0, comma);
    }
}

size_t peer_prefix(struct web_request *req, uint8_t ret_prefix[16])
{
    struct address at;
    if (!peer_address(req, &at))
        return 0;
    bool by_proxy = is_proxy(req->loop->web, &at);
    if (!by_proxy && is_loopback(&at))
        return 0;
    look_behind(req, &at);
    size_t n = is_v4(&at) ? 15 : 7; /* /24 and /56 */
    memcpy(ret_prefix, at.b, n);
    return n;
}

/* ---- the address people see ---- */

void peer_look(struct web_request *req)
{
    if (req->base_url.p)
        return;
    struct address at;
    struct str host = req->head.host;
    if (req->loop->web->proxies->n > 0 && peer_address(req, &at) && is_proxy(req->loop->web, &at)) {
        struct str forwarded = head_find_last(&req->head, S("x-forwarded-host"));
        req->is_tls = str_eq_nocase(head_find_last(&req->head, S("x-forwarded-proto")), S("https"));
        if (filter_is_host(forwarded))
            host = forwarded;
    }
    if (!host.p)
        host = req->loop->web->address;
    req->base_url = str_printf(req->a, "%s://%.*s", req->is_tls ? "https" : "http", STR_FMT(host));
}
