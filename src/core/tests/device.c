/* SPDX-License-Identifier: AGPL-3.0-or-later
 *
 * device.c - reading pages of enrolment, and typing codes.
 */
#include "core/tests/device.h"

#include <string.h>

/* What stands in `body` behind `mark`, up to `end`. */
static struct str behind(struct str body, struct str mark, char end)
{
    size_t at = str_find_str(body, mark);
    assert_true(at != SIZE_MAX);
    struct str rest = str_slice(body, at + mark.n, body.n);
    return str_slice(rest, 0, str_find(rest, end));
}

struct device device_of_page(const struct http_reply *page)
{
    static const char letters[] = "ABCDEFGHIJKLMNOPQRSTUVWXYZ234567";
    struct device d = {0};
    struct str text = behind(page->body, S("b-enrol__secret\" translate=\"no\">"), '<');
    size_t bit = 0;
    for (size_t i = 0; i < text.n; i++) {
        if (text.p[i] == ' ')
            continue;
        const char *letter = strchr(letters, text.p[i]);
        assert_non_null(letter);
        for (int k = 4; k >= 0; k--, bit++) {
            assert_true(bit < 8 * TOTP_SECRET_BYTES);
            if ((letter - letters) >> k & 1)
                d.secret[bit / 8] = (uint8_t)(d.secret[bit / 8] | 0x80u >> (bit % 8));
        }
    }
    assert_int_equal(bit, 8 * TOTP_SECRET_BYTES);
    return d;
}

struct str device_offer(const struct http_reply *page)
{
    return behind(page->body, S("name=\"offer\" value=\""), '"');
}

char *device_code(struct arena *a, const struct device *d, int64_t at)
{
    char *code = arena_alloc(a, TOTP_DIGITS + 1);
    totp_code(d->secret, totp_step(at), code);
    return code;
}

struct str device_paper(const struct http_reply *page, int i)
{
    struct str rest = page->body;
    struct str mark = S("<span class=\"b-code\">");
    for (int k = 0; k <= i; k++) {
        size_t at = str_find_str(rest, mark);
        assert_true(at != SIZE_MAX);
        rest = str_slice(rest, at + mark.n, rest.n);
    }
    return str_slice(rest, 0, str_find(rest, '<'));
}

struct http_reply device_password(struct http_client *c, const char *login, const char *password)
{
    struct http_reply form = http_get(c, "/ru/staff/sign-in");
    const char *const pairs[] = {"login", login, "password", password, "to", "", NULL};
    return http_post_form(c, "/ru/staff/sign-in", pairs, http_csrf(&form));
}

struct http_reply device_again(struct http_client *c, const char *code)
{
    struct http_reply form = http_get(c, "/ru/staff/sign-in");
    assert_true(http_contains(&form, "/ru/staff/sign-in/code"));
    const char *const pairs[] = {"code", code, "to", "", NULL};
    return http_post_form(c, "/ru/staff/sign-in/code", pairs, http_csrf(&form));
}

struct http_reply device_sign_in(struct http_client *c, const char *login, const char *code)
{
    assert_int_equal(device_password(c, login, STATE_PASSWORD).status, 303);
    return device_again(c, code);
}

struct http_reply device_enrol_with(struct http_client *c, const struct http_reply *page, struct str offer,
                                    const char *code)
{
    const char *const pairs[] = {"code", code, "to", "", "offer", str_to_c(c->a, offer), NULL};
    return http_post_form(c, "/ru/staff/sign-in/enrol", pairs, http_csrf(page));
}

struct http_reply device_enrol_code(struct http_client *c, const struct http_reply *page, const char *code)
{
    return device_enrol_with(c, page, device_offer(page), code);
}

struct device device_enrolled(struct state *s, const char *login)
{
    struct http_client *c = state_client(s);
    assert_int_equal(device_password(c, login, STATE_PASSWORD).status, 303);
    struct http_reply page = http_get(c, "/ru/staff/sign-in");
    struct device d = device_of_page(&page);
    struct http_reply codes = device_enrol_code(c, &page, device_code(s->a, &d, s->now));
    assert_int_equal(codes.status, 200);
    for (int i = 0; i < 10; i++) {
        struct str paper = device_paper(&codes, i);
        (void)snprintf(d.paper[i], sizeof d.paper[i], "%.*s", STR_FMT(paper));
    }
    return d;
}
