/* SPDX-License-Identifier: AGPL-3.0-or-later
 *
 * letter.c - headers, encoded words, quoted-printable.
 */
#include "core/letter.h"

#include "base/buf.h"
#include "base/clock.h"

#define LETTER_MAX (256 * ARENA_KIB)
#define LINE_CHARS 76 /* RFC 2045: of an encoded line, the soft break included */

/* ---- addresses ---- */

static bool is_address_char(char c)
{
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') ||
           str_find(S(".!#$%&'*+-/=?^_`{|}~"), c) != SIZE_MAX;
}

static bool is_domain_char(char c)
{
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '.' || c == '-';
}

bool letter_address_ok(struct str address)
{
    struct str local;
    struct str domain;
    if (address.n > 254 || !str_cut(address, '@', &local, &domain))
        return false;
    bool ok = local.n > 0 && local.n <= 64 && domain.n > 0;
    for (size_t i = 0; i < local.n; i++)
        ok = ok && is_address_char(local.p[i]);
    for (size_t i = 0; i < domain.n; i++)
        ok = ok && is_domain_char(domain.p[i]);
    /* "-x" would be an option to some programs behind a mail server. */
    return ok && local.p[0] != '.' && local.p[0] != '-' && domain.p[0] != '.' && domain.p[0] != '-' &&
           domain.p[domain.n - 1] != '.' && str_find_str(domain, S("..")) == SIZE_MAX;
}

struct str letter_domain(struct arena *a, struct str address)
{
    size_t at = address.n;
    while (at > 0 && address.p[at - 1] != '@')
        at--;
    if (at == 0)
        return S("");
    struct str domain = str_slice(address, at, address.n);
    char *p = arena_alloc(a, domain.n + 1);
    for (size_t i = 0; i < domain.n; i++)
        p[i] = (char)(domain.p[i] >= 'A' && domain.p[i] <= 'Z' ? domain.p[i] + ('a' - 'A') : domain.p[i]);
    p[domain.n] = '\0';
    return (struct str){p, domain.n};
}

/* ---- headers ---- */

/* A header's text as encoded words of RFC 2047: whole characters, so few that a line stays within 76. */
static void encoded_words(struct buf *b, struct str s)
{
    size_t at = 0;
    while (at < s.n) {
        size_t n = s.n - at < 39 ? s.n - at : 39;
        while (n > 0 && at + n < s.n && ((uint8_t)s.p[at + n] & 0xC0) == 0x80)
            n--; /* do not cut a character */
        if (n == 0)
            n = s.n - at < 39 ? s.n - at : 39; /* no UTF-8 at all */
        buf_c(b, at > 0 ? "\r\n =?UTF-8?B?" : "=?UTF-8?B?");
        buf_base64(b, s.p + at, n);
        buf_c(b, "?=");
        at += n;
    }
}

/* "Tue, 24 Nov 2026 22:24:23 +0000" (RFC 5322, section 3.3). */
static void mail_date(struct buf *b, int64_t at)
{
    static const char *const days[] = {"Mon", "Tue", "Wed", "Thu", "Fri", "Sat", "Sun"};
    static const char *const months[] = {"Jan", "Feb", "Mar", "Apr", "May", "Jun",
                                         "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"};
    int32_t day = (int32_t)(at / MS_PER_DAY);
    int64_t second = at % MS_PER_DAY / 1000;
    struct civil c = civil_from_day(day);
    buf_printf(b, "%s, %d %s %d %02d:%02d:%02d +0000", days[day_weekday(day) - 1], c.day, months[c.month - 1], c.year,
               (int)(second / 3600), (int)(second / 60 % 60), (int)(second % 60));
}

/* ---- the body ---- */

static bool is_plain(char c)
{
    return (c >= '!' && c <= '~' && c != '=') || c == ' ' || c == '\t';
}

/* One line of text without its end: words stay readable, the rest becomes =XX, long lines are folded softly. */
static void quoted_line(struct buf *b, struct str line)
{
    size_t used = 0;
    for (size_t i = 0; i < line.n; i++) {
        bool is_last = i + 1 == line.n;
        bool is_blank = line.p[i] == ' ' || line.p[i] == '\t';
        bool as_is = is_plain(line.p[i]) && !(is_blank && is_last); /* a blank at the end would be lost on the way */
        size_t width = as_is ? 1 : 3;
        if (used + width > LINE_CHARS - (is_last ? 0 : 1)) {
            buf_c(b, "=\r\n");
            used = 0;
        }
        if (as_is)
            buf_byte(b, line.p[i]);
        else
            buf_printf(b, "=%02X", (unsigned)(uint8_t)line.p[i]);
        used += width;
    }
    buf_c(b, "\r\n");
}

static void quoted_printable(struct buf *b, struct str text)
{
    while (text.n > 0) {
        struct str line;
        struct str rest;
        if (!str_cut(text, '\n', &line, &rest))
            rest = S("");
        if (line.n > 0 && line.p[line.n - 1] == '\r')
            line.n--;
        quoted_line(b, line);
        text = rest;
    }
}

struct err *letter_write(struct arena *a, const struct letter *l, struct str *ret_bytes)
{
    struct buf b;
    if (!letter_address_ok(l->from))
        return ERR(a, ERR_INPUT, "the sender of letters, \"%.*s\", is no plain mail address", STR_FMT(l->from));
    buf_init(&b, a, LETTER_MAX);
    buf_c(&b, "Date: ");
    mail_date(&b, l->at);
    buf_c(&b, "\r\nFrom: ");
    encoded_words(&b, l->from_name);
    buf_printf(&b, l->from_name.n > 0 ? "\r\n <%.*s>" : "<%.*s>", STR_FMT(l->from));
    if (letter_address_ok(l->to))
        buf_printf(&b, "\r\nTo: <%.*s>", STR_FMT(l->to));
    else
        buf_c(&b, "\r\nTo: undisclosed-recipients:;");
    buf_printf(&b, "\r\nMessage-ID: <%.*s>", STR_FMT(l->message_id));
    if (l->thread.n > 0)
        buf_printf(&b, "\r\nIn-Reply-To: <%.*s>\r\nReferences: <%.*s>", STR_FMT(l->thread), STR_FMT(l->thread));
    buf_c(&b, "\r\nSubject: ");
    encoded_words(&b, l->subject);
    buf_printf(&b, "\r\nAuto-Submitted: auto-generated\r\nX-Auto-Response-Suppress: All\r\nContent-Language: %.*s"
               "\r\nMIME-Version: 1.0\r\nContent-Type: text/plain; charset=utf-8\r\n"
               "Content-Transfer-Encoding: quoted-printable\r\n\r\n", STR_FMT(l->language));
    quoted_printable(&b, l->text);
    *ret_bytes = buf_view(&b);
    return buf_check(&b, "a letter");
}
