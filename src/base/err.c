/* SPDX-License-Identifier: AGPL-3.0-or-later
 *
 * err.c - failures as chains that live in the arena of the request or job.
 */
#include "base/err.h"

#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>

#include "base/buf.h"

__attribute__((format(printf, 6, 0)))
static struct err *make(struct arena *a, enum err_code code, const char *file, int line,
                        const struct err *cause, const char *fmt, va_list ap)
{
    va_list again;
    va_copy(again, ap);
    int n = vsnprintf(NULL, 0, fmt, ap);
    MUST(n >= 0);
    char *msg = arena_alloc(a, (size_t)n + 1);
    (void)vsnprintf(msg, (size_t)n + 1, fmt, again);
    va_end(again);
    struct err *e = ARENA_NEW(a, struct err);
    *e = (struct err){.code = code, .file = file, .line = line, .msg = msg, .cause = cause};
    return e;
}

struct err *err_make(struct arena *a, enum err_code code, const char *file, int line,
                     const char *fmt, ...)
{
    va_list ap;
    va_start(ap, fmt);
    struct err *e = make(a, code, file, line, NULL, fmt, ap);
    va_end(ap);
    return e;
}

struct err *err_wrap(struct arena *a, const struct err *cause, const char *file, int line,
                     const char *fmt, ...)
{
    va_list ap;
    va_start(ap, fmt);
    struct err *e = make(a, cause->code, file, line, cause, fmt, ap);
    va_end(ap);
    return e;
}

struct str err_text(struct arena *a, const struct err *e)
{
    struct buf b;
    buf_init(&b, a, 16 * ARENA_KIB);
    for (; e; e = e->cause)
        buf_printf(&b, "%s%s", e->msg, e->cause ? ": " : "");
    return buf_view(&b);
}

const char *err_code_name(enum err_code code)
{
    switch (code) {
    case ERR_INTERNAL:
        return "internal";
    case ERR_INPUT:
        return "input";
    case ERR_LIMIT:
        return "limit";
    case ERR_NOT_FOUND:
        return "not_found";
    case ERR_CONFLICT:
        return "conflict";
    case ERR_BUSY:
        return "busy";
    case ERR_FULL:
        return "full";
    case ERR_IO:
        return "io";
    case ERR_SYNC:
        return "sync";
    case ERR_CORRUPT:
        return "corrupt";
    case ERR_DB:
        return "db";
    case ERR_CONFIG:
        return "config";
    case ERR_TIMEOUT:
        return "timeout";
    }
    return "unknown";
}

void must_failed(const char *cond, const char *file, int line)
{
    (void)fprintf(stderr, "birge: bug: \"%s\" does not hold at %s:%d\n", cond, file, line);
    abort();
}
