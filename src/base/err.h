/* SPDX-License-Identifier: AGPL-3.0-or-later
 *
 * err.h - failures and refusals.
 *
 * Four things can go wrong and are treated four ways. A bug: MUST aborts. Out of memory: abort.
 * A failure (database gone, disk full, bad row): `struct err *`, NULL is fine, in the arena of the
 * request or job. A refusal (too late, not your right) is no error: it is a `struct verdict`, the
 * product that a person reads (verdict.h).
 */
#ifndef BIRGE_BASE_ERR_H
#define BIRGE_BASE_ERR_H

#include "base/arena.h"
#include "base/str.h"

enum err_code {
    ERR_INTERNAL = 1, /* none of the others; 500 */
    ERR_INPUT,        /* what came from outside is not as expected; 400 or 422 */
    ERR_LIMIT,        /* a bound at the door was reached; 413 or 503 */
    ERR_NOT_FOUND,    /* no such thing; 404 */
    ERR_CONFLICT,     /* somebody was faster, or a key is taken; 409 */
    ERR_BUSY,         /* queue full, try again; 503 with Retry-After */
    ERR_FULL,         /* disk or quota exhausted; 503 */
    ERR_IO,           /* a system call failed */
    ERR_SYNC,         /* a sync failed: the process must end */
    ERR_CORRUPT,      /* stored data contradicts itself: the process must end */
    ERR_DB,           /* the engine refused for another reason */
    ERR_CONFIG,       /* a setting is missing or wrong; usage */
    ERR_TIMEOUT,      /* a deadline passed */
};

struct err {
    enum err_code code;
    const char *file;        /* source file of this hop */
    int line;
    const char *msg;         /* for operators and logs, English, one line */
    const struct err *cause; /* what it rests on, or NULL */
};

/* Make an error in `a`; printf-like. */
struct err *err_make(struct arena *a, enum err_code code, const char *file, int line,
                     const char *fmt, ...) __attribute__((format(printf, 5, 6), returns_nonnull));
/* Put context above `cause`, keeping its code. */
struct err *err_wrap(struct arena *a, const struct err *cause, const char *file, int line,
                     const char *fmt, ...) __attribute__((format(printf, 5, 6), returns_nonnull));
/* The whole chain in one line, "outer: inner: ...", in `a`. */
struct str err_text(struct arena *a, const struct err *e);
const char *err_code_name(enum err_code code);

#define ERR(a, code, ...) err_make((a), (code), __FILE__, __LINE__, __VA_ARGS__)
#define WRAP(a, cause, ...) err_wrap((a), (cause), __FILE__, __LINE__, __VA_ARGS__)

/* Return the error of `expr` to the caller, if it has one. */
#define TRY(expr)                                                                                  \
    do {                                                                                           \
        struct err *try_err_ = (expr);                                                             \
        if (try_err_)                                                                              \
            return try_err_;                                                                       \
    } while (0)

#define WARN_UNUSED __attribute__((warn_unused_result))

/* An invariant of the program, always checked: log and abort when it does not hold. Never for
 * conditions that input can reach. */
#define MUST(cond)                                                                                 \
    do {                                                                                           \
        if (__builtin_expect(!(cond), 0))                                                          \
            must_failed(#cond, __FILE__, __LINE__);                                                \
    } while (0)
__attribute__((noreturn)) void must_failed(const char *cond, const char *file, int line);

#endif
