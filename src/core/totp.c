/* SPDX-License-Identifier: AGPL-3.0-or-later
 *
 * totp.c - liboath makes the codes; the window and the texts are ours.
 */
#include "core/totp.h"

#include <liboath/oath.h>
#include <sodium.h>

#include "base/buf.h"
#include "base/clock.h"
#include "base/err.h"
#include "core/page.h"

#define ISSUER_BYTES 48
#define BASE32_CHARS (TOTP_SECRET_BYTES * 8 / 5)

int64_t totp_step(int64_t at)
{
    return at / 1000 / TOTP_STEP_S;
}

void totp_code(const uint8_t secret[TOTP_SECRET_BYTES], int64_t step, char ret[TOTP_DIGITS + 1])
{
    MUST(step >= 0);
    int rc = oath_totp_generate((const char *)secret, TOTP_SECRET_BYTES, (time_t)(step * TOTP_STEP_S), TOTP_STEP_S, 0,
                                TOTP_DIGITS, ret);
    MUST(rc == OATH_OK);
}

static bool is_code(struct str s)
{
    if (s.n != TOTP_DIGITS)
        return false;
    for (size_t i = 0; i < s.n; i++)
        if (s.p[i] < '0' || s.p[i] > '9')
            return false;
    return true;
}

bool totp_check(const uint8_t secret[TOTP_SECRET_BYTES], struct str typed, int64_t at, int64_t last_step,
                int64_t *ret_step)
{
    int64_t now = totp_step(at);
    int64_t found = TOTP_NEVER;
    if (!is_code(typed))
        return false;
    for (int64_t step = now - TOTP_WINDOW; step <= now + TOTP_WINDOW; step++) {
        char code[TOTP_DIGITS + 1];
        if (step < 0)
            continue;
        totp_code(secret, step, code);
        if (sodium_memcmp(code, typed.p, TOTP_DIGITS) == 0 && step > last_step && found == TOTP_NEVER)
            found = step;
        sodium_memzero(code, sizeof code);
    }
    if (found == TOTP_NEVER)
        return false;
    *ret_step = found;
    return true;
}

static void base32(const uint8_t secret[TOTP_SECRET_BYTES], char ret[BASE32_CHARS])
{
    static const char letters[] = "ABCDEFGHIJKLMNOPQRSTUVWXYZ234567";
    for (size_t i = 0; i < BASE32_CHARS; i++) {
        size_t bit = i * 5;
        unsigned two = (unsigned)secret[bit / 8] << 8;
        if (bit / 8 + 1 < TOTP_SECRET_BYTES)
            two |= secret[bit / 8 + 1];
        ret[i] = letters[(two >> (11 - bit % 8)) & 31];
    }
}

struct str totp_groups(struct arena *a, const uint8_t secret[TOTP_SECRET_BYTES])
{
    char chars[BASE32_CHARS];
    struct buf b;
    base32(secret, chars);
    buf_init(&b, a, BASE32_CHARS * 2);
    for (size_t i = 0; i < BASE32_CHARS; i++) {
        if (i > 0 && i % 4 == 0)
            buf_byte(&b, ' ');
        buf_byte(&b, chars[i]);
    }
    sodium_memzero(chars, sizeof chars);
    return buf_view(&b);
}

/* The first whole characters of `s` that fit. */
static struct str beginning(struct str s)
{
    size_t n = s.n < ISSUER_BYTES ? s.n : ISSUER_BYTES;
    while (n > 0 && n < s.n && ((unsigned char)s.p[n] & 0xC0) == 0x80)
        n--;
    return str_trim(str_slice(s, 0, n));
}

struct str totp_uri(struct arena *a, const uint8_t secret[TOTP_SECRET_BYTES], struct str login, struct str issuer)
{
    char chars[BASE32_CHARS];
    base32(secret, chars);
    struct str uri = str_printf(a, "otpauth://totp/%.*s?secret=%.*s&issuer=%.*s", STR_FMT(page_url_part(a, login)),
                                BASE32_CHARS, chars, STR_FMT(page_url_part(a, beginning(issuer))));
    sodium_memzero(chars, sizeof chars);
    return uri;
}
