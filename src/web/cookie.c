/* SPDX-License-Identifier: AGPL-3.0-or-later
 *
 * cookie.c - the visitor's cookie, the token that proves a form is ours, and the short message for the next page.
 *
 * The cookie is 32 random bytes and says nothing; whoever stores a session stores its hash. `__Host-` binds it to
 * this very host and to TLS (browsers take http://127.0.0.1 too). The token of a form is an HMAC of the cookie,
 * so a page of another site can neither read nor guess it. Because pages say "Referrer-Policy: no-referrer",
 * browsers write "Origin: null" into our own forms; with Sec-Fetch-Site that does not matter, and old browsers
 * without it are held by the token alone.
 *
 * Source: experience.md section 8; RFC 6265bis; Fetch standard, "append a request Origin header".
 */
#include "web/web_private.h"

#include <sodium.h>
#include <string.h>

#define COOKIE_NAME "__Host-birge"
#define FLASH_NAME "__Host-birge-flash"
#define CSRF_BYTES 16 /* of mask, and of what it hides */
#define COOKIE_TEXT 43 /* base64url of 32 bytes */

/* ---- reading ---- */

/* The value of one cookie; absent without one, or when it stands there twice with two values. */
static struct str cookie_find(const struct web_request *req, struct str name)
{
    struct str found = {0};
    for (size_t i = 0; i < req->head.n_fields; i++) {
        if (!str_eq_nocase(req->head.fields[i].name, S("cookie")))
            continue;
        struct str one, rest = req->head.fields[i].value;
        bool more = rest.n > 0;
        while (more) {
            struct str key, value;
            more = str_cut(rest, ';', &one, &rest);
            if (!str_cut(str_trim(one), '=', &key, &value) || !str_eq(key, name))
                continue;
            if (found.p && !str_eq(found, value))
                return (struct str){0};
            found = value;
        }
    }
    return found;
}

void cookie_read(struct web_request *req)
{
    struct str text = cookie_find(req, S(COOKIE_NAME));
    size_t n = 0;
    const char *end = NULL;
    if (text.n != COOKIE_TEXT)
        return;
    int bad = sodium_base642bin(req->cookie, sizeof req->cookie, text.p, text.n, NULL, &n, &end,
                                sodium_base64_VARIANT_URLSAFE_NO_PADDING);
    req->has_cookie = bad == 0 && n == COOKIE_BYTES && end == text.p + text.n;
}

static struct str cookie_bytes(const struct web_request *req)
{
    return (struct str){(const char *)req->cookie, COOKIE_BYTES};
}

bool web_cookie_hash(struct web_request *req, struct hash *ret_hash)
{
    if (req->has_cookie)
        *ret_hash = HASH(cookie_bytes(req));
    return req->has_cookie;
}

/* ---- setting ---- */

static void set_cookie(struct web_request *req, const char *name, struct str value, const char *more)
{
    req->sets_cookie = true;
    web_header(req, "Set-Cookie", str_printf(req->a, "%s=%.*s; Path=/; Secure; HttpOnly; SameSite=Lax%s", name,
                                             STR_FMT(value), more));
}

struct hash web_cookie_prepare(struct web_request *req)
{
    randombytes_buf(req->next_cookie, sizeof req->next_cookie);
    return HASH({(const char *)req->next_cookie, COOKIE_BYTES});
}

void web_cookie_take_up(struct web_request *req)
{
    char text[COOKIE_TEXT + 1];
    memcpy(req->cookie, req->next_cookie, COOKIE_BYTES);
    req->has_cookie = true;
    MUST(sodium_bin2base64(text, sizeof text, req->cookie, sizeof req->cookie,
                           sodium_base64_VARIANT_URLSAFE_NO_PADDING));
    set_cookie(req, COOKIE_NAME, str_c(text), "");
}

struct hash web_cookie_renew(struct web_request *req)
{
    struct hash h = web_cookie_prepare(req);
    web_cookie_take_up(req);
    return h;
}

void web_cookie_clear(struct web_request *req)
{
    req->has_cookie = false;
    set_cookie(req, COOKIE_NAME, S(""), "; Max-Age=0");
}

/* ---- signing ---- */

static const uint8_t *form_key(const struct web_request *req)
{
    return req->loop->web->options.form_key;
}

static struct str hmac_text(struct web_request *req, struct str purpose, struct str text)
{
    struct hash h = HMAC(form_key(req), purpose, S("\0"), text);
    return str_hex(req->a, h.b, sizeof h.b);
}

struct str web_sign(struct web_request *req, struct str text)
{
    return hmac_text(req, S("sign"), text);
}

static bool same_secret(struct str a, struct str b)
{
    return a.n == b.n && a.p && b.p && str_eq_secret(a, b);
}

bool web_sign_ok(struct web_request *req, struct str text, struct str signature)
{
    return same_secret(web_sign(req, text), signature);
}

/* What binds a form to the cookie. */
static void csrf_bytes(struct web_request *req, uint8_t ret[CSRF_BYTES])
{
    struct hash h = HMAC(form_key(req), S("csrf"), S("\0"), cookie_bytes(req));
    memcpy(ret, h.b, CSRF_BYTES);
}

/* The token is masked anew each time, so that the length of a compressed page says nothing about it (BREACH). */
struct str web_csrf_token(struct web_request *req)
{
    uint8_t token[2 * CSRF_BYTES];
    if (!req->has_cookie)
        (void)web_cookie_renew(req);
    csrf_bytes(req, token + CSRF_BYTES);
    randombytes_buf(token, CSRF_BYTES);
    for (size_t i = 0; i < CSRF_BYTES; i++)
        token[CSRF_BYTES + i] ^= token[i];
    return str_hex(req->a, token, sizeof token);
}

static bool csrf_token_ok(struct web_request *req, struct str sent)
{
    uint8_t token[2 * CSRF_BYTES];
    uint8_t right[CSRF_BYTES];
    size_t n = 0;
    bool is_hex = sent.n == 2 * sizeof token && sodium_hex2bin(token, sizeof token, sent.p, sent.n, NULL, &n, NULL) == 0;
    if (!is_hex || n != sizeof token)
        return false;
    for (size_t i = 0; i < CSRF_BYTES; i++)
        token[CSRF_BYTES + i] ^= token[i];
    csrf_bytes(req, right);
    return sodium_memcmp(token + CSRF_BYTES, right, CSRF_BYTES) == 0;
}

/* ---- did our own page send this? ---- */

/* What the browser itself says: 1 our page, -1 another one, 0 it does not say. */
static int browser_says(struct web_request *req)
{
    struct str site = head_find(&req->head, S("sec-fetch-site"));
    if (site.p)
        return str_eq(site, S("same-origin")) || str_eq(site, S("none")) ? 1 : -1;
    struct str origin = head_find(&req->head, S("origin"));
    if (!origin.p || str_eq(origin, S("null")))
        return 0;
    return str_eq_nocase(origin, web_base_url(req)) ? 1 : -1;
}

static struct str sent_token(const struct web_request *req)
{
    for (size_t i = 0; req->form && i < req->form->n_values; i++)
        if (str_eq(req->form->values[i].name, S("csrf")))
            return req->form->values[i].text;
    return head_find(&req->head, S("x-csrf-token"));
}

bool csrf_ok(struct web_request *req)
{
    switch (req->match.route->csrf) {
    case WEB_CSRF_READ:
        return true;
    case WEB_CSRF_API: /* where the browser does not say, "null" is a page without an origin: not ours */
        return browser_says(req) > 0 ||
               (browser_says(req) == 0 && !str_eq(head_find(&req->head, S("origin")), S("null")));
    case WEB_CSRF_FORM:
        break;
    }
    if (browser_says(req) < 0 || !req->has_cookie)
        return false;
    return csrf_token_ok(req, sent_token(req));
}

/* ---- a message for the next page ---- */

void web_flash(struct web_request *req, const char *kind, const char *text_id)
{
    struct str text = str_printf(req->a, "%s:%s", kind, text_id);
    struct str signature = hmac_text(req, S("flash"), text);
    set_cookie(req, FLASH_NAME, str_printf(req->a, "%.*s:%.*s", STR_FMT(text), STR_FMT(signature)), "; Max-Age=60");
}

bool web_flash_take(struct web_request *req, struct str *ret_kind, struct str *ret_text_id)
{
    struct str value = cookie_find(req, S(FLASH_NAME));
    if (!value.p || req->took_flash)
        return false;
    req->took_flash = true;
    set_cookie(req, FLASH_NAME, S(""), "; Max-Age=0");
    size_t signed_n = value.n > 65 ? value.n - 65 : 0;
    struct str text = str_slice(value, 0, signed_n), signature = str_slice(value, signed_n + 1, value.n);
    struct str kind, text_id;
    if (!str_cut(text, ':', &kind, &text_id) || !same_secret(hmac_text(req, S("flash"), text), signature))
        return false;
    *ret_kind = kind;
    *ret_text_id = text_id;
    return true;
}
