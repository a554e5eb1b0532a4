/* SPDX-License-Identifier: AGPL-3.0-or-later
 *
 * log.c - formatting a log line in a bounded stack buffer and writing it at once.
 */
#include "base/log.h"

#include <stdatomic.h>
#include <stdio.h>
#include <unistd.h>

#include "base/clock.h"

#define LINE_MAX_BYTES 2048

static _Atomic int lowest = LOG_INFO;

void log_set_level(enum log_level level)
{
    atomic_store_explicit(&lowest, (int)level, memory_order_relaxed);
}

struct line {
    char p[LINE_MAX_BYTES];
    size_t n;
};

static void put(struct line *l, char c)
{
    if (l->n < LINE_MAX_BYTES - 1) /* the last byte is for LF */
        l->p[l->n++] = c;
}

static void put_text(struct line *l, const char *c)
{
    while (*c)
        put(l, *c++);
}

static void put_quoted(struct line *l, struct str s)
{
    static const char hex[] = "0123456789abcdef";
    put(l, '"');
    for (size_t i = 0; i < s.n; i++) {
        unsigned char c = (unsigned char)s.p[i];
        if (c == '"' || c == '\\') {
            put(l, '\\');
            put(l, (char)c);
        } else if (c < 0x20 || c == 0x7f) {
            put_text(l, "\\x");
            put(l, hex[c >> 4]);
            put(l, hex[c & 15]);
        } else {
            put(l, (char)c);
        }
    }
    put(l, '"');
}

void log_line(enum log_level level, const char *what, const struct log_field *fields, size_t n_fields)
{
    static const char *const names[] = {"debug", "info", "warn", "error"};
    if ((int)level < atomic_load_explicit(&lowest, memory_order_relaxed))
        return;
    struct line l;
    l.n = 0;
    int64_t now = clock_now();
    struct civil day = civil_from_day((int32_t)(now / MS_PER_DAY));
    int64_t ms = now % MS_PER_DAY;
    char stamp[64];
    (void)snprintf(stamp, sizeof stamp, "at=%04d-%02d-%02dT%02d:%02d:%02d.%03dZ level=%s what=", day.year,
                   day.month, day.day, (int)(ms / 3600000), (int)(ms / 60000 % 60), (int)(ms / 1000 % 60),
                   (int)(ms % 1000), names[level]);
    put_text(&l, stamp);
    put_quoted(&l, str_c(what));
    for (size_t i = 0; i < n_fields; i++) {
        put(&l, ' ');
        put_text(&l, fields[i].key);
        put(&l, '=');
        put_quoted(&l, fields[i].value);
    }
    l.p[l.n++] = '\n';
    (void)!write(STDERR_FILENO, l.p, l.n); /* nowhere to report that the log cannot be written */
}
