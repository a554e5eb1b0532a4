/* SPDX-License-Identifier: AGPL-3.0-or-later
 *
 * feed.c - conditional replies, dates of HTTP, XML text.
 */
#include "core/feed.h"

#include "base/clock.h"
#include "base/hash.h"

#define TAG_HEX 32

static const char *const days[] = {"Mon", "Tue", "Wed", "Thu", "Fri", "Sat", "Sun"};
static const char *const months[] = {"Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"};

/* ---- dates ---- */

struct str http_date(struct arena *a, int64_t at)
{
    int64_t seconds = at / 1000;
    int32_t day = (int32_t)(seconds / 86400);
    int of_day = (int)(seconds % 86400);
    struct civil c = civil_from_day(day);
    return str_printf(a, "%s, %02d %s %04d %02d:%02d:%02d GMT", days[day_weekday(day) - 1], c.day, months[c.month - 1],
                      c.year, of_day / 3600, of_day / 60 % 60, of_day % 60);
}

static bool digits(struct str s, size_t at, size_t n, int *ret)
{
    int v = 0;
    for (size_t i = at; i < at + n; i++) {
        if (s.p[i] < '0' || s.p[i] > '9')
            return false;
        v = v * 10 + s.p[i] - '0';
    }
    *ret = v;
    return true;
}

bool http_date_parse(struct str s, int64_t *ret_at)
{
    struct civil c;
    int hour;
    int minute;
    int second;
    bool has_shape = s.n == 29 && str_ends(s, S(" GMT")) && s.p[3] == ',' && s.p[19] == ':' && s.p[22] == ':';
    if (!has_shape || !digits(s, 5, 2, &c.day) || !digits(s, 12, 4, &c.year) || !digits(s, 17, 2, &hour) ||
        !digits(s, 20, 2, &minute) || !digits(s, 23, 2, &second))
        return false;
    for (c.month = 1; c.month <= 12; c.month++)
        if (str_eq(str_slice(s, 8, 11), str_c(months[c.month - 1])))
            break;
    if (c.month > 12 || c.day < 1 || c.day > 31 || hour > 23 || minute > 59 || second > 60)
        return false;
    *ret_at = ((int64_t)civil_to_day(c) * 86400 + hour * 3600 + minute * 60 + second) * 1000;
    return true;
}

/* ---- replies ---- */

/* Is `tag` in the list of If-None-Match? */
static bool is_listed(struct str list, struct str tag)
{
    struct str one;
    struct str rest = list;
    for (bool more = list.n > 0; more;) {
        more = str_cut(rest, ',', &one, &rest);
        one = str_trim(one);
        if (str_starts(one, S("W/")))
            one = str_slice(one, 2, one.n);
        if (str_eq(one, tag) || str_eq(one, S("*")))
            return true;
    }
    return false;
}

static bool is_known(struct web_request *req, struct str tag, int64_t changed_at)
{
    struct str list = web_header_in(req, "If-None-Match");
    struct str since = web_header_in(req, "If-Modified-Since");
    int64_t at;
    if (list.p)
        return is_listed(list, tag); /* a date beside it counts for nothing */
    return since.p && changed_at > 0 && http_date_parse(since, &at) && changed_at / 1000 * 1000 <= at;
}

struct err *feed_reply(struct web_request *req, const char *type, struct str body, int64_t changed_at)
{
    struct arena *a = web_arena(req);
    struct hash h = HASH(body);
    struct str tag = str_printf(a, "\"%.*s\"", TAG_HEX, str_hex(a, h.b, sizeof h.b).p);
    web_header(req, "Cache-Control", S("no-cache"));
    web_header(req, "ETag", tag);
    if (changed_at > 0)
        web_header(req, "Last-Modified", http_date(a, changed_at));
    if (is_known(req, tag, changed_at))
        return web_reply(req, 304, NULL, S(""));
    return web_reply(req, 200, type, body);
}

/* ---- XML ---- */

void feed_xml(struct buf *b, struct str s)
{
    for (size_t i = 0; i < s.n; i++) {
        unsigned char c = (unsigned char)s.p[i];
        if (c == '&')
            buf_c(b, "&amp;");
        else if (c == '<')
            buf_c(b, "&lt;");
        else if (c == '>')
            buf_c(b, "&gt;");
        else if (c == '"')
            buf_c(b, "&quot;");
        else if (c < ' ' && c != '\n' && c != '\t')
            buf_c(b, "\xef\xbf\xbd");
        else if (c == 0xef && i + 2 < s.n && (unsigned char)s.p[i + 1] == 0xbf && (unsigned char)s.p[i + 2] >= 0xbe) {
            buf_c(b, "\xef\xbf\xbd"); /* U+FFFE and U+FFFF are no characters of XML */
            i += 2;
        } else
            buf_byte(b, (char)c);
    }
}

void feed_element(struct buf *b, const char *name, struct str text)
{
    if (text.n == 0)
        return;
    buf_printf(b, "<%s>", name);
    feed_xml(b, text);
    buf_printf(b, "</%s>\n", name);
}
