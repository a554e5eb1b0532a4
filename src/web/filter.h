/* SPDX-License-Identifier: AGPL-3.0-or-later
 *
 * filter.h - which bytes are one request, judged before anything else sees them.
 *
 * Two pure steps. filter_scan looks at bytes as they arrive and says where the head ends, or refuses at the
 * first byte that no head may hold. filter_judge takes the whole head apart and refuses whatever two programs
 * could read in two ways. conn.c feeds both and counts the bytes of the body.
 *
 * Keeps:  the outcome depends on the bytes only, never on how they were cut into packets;
 *         a head that passed has one length, one Host, and no line that means anything else elsewhere.
 * Source: RFC 9112; trust.md section 7 ("Refused before the router").
 */
#ifndef BIRGE_WEB_FILTER_H
#define BIRGE_WEB_FILTER_H

#include "base/arena.h"
#include "base/str.h"

struct filter_limits {
    size_t head_bytes;  /* request line, fields and the empty line */
    size_t head_fields; /* field lines */
    size_t url_bytes;   /* request target */
};

/* How far a head was read. Begin with {0}. */
struct filter_scan {
    size_t at;      /* bytes looked at */
    size_t start;   /* where the request line begins: 0, or 2 behind one empty line */
    size_t line;    /* where the present line begins */
    size_t n_lines; /* whole lines behind us, the request line included */
    int status;     /* why it was refused: 400, 414 or 431 */
};

enum filter_step {
    FILTER_MORE,    /* give more bytes */
    FILTER_WHOLE,   /* the head is bytes [start, at) */
    FILTER_REFUSED, /* see `status` */
};

struct head_field {
    struct str name;  /* as sent; a token */
    struct str value; /* without the blanks around it */
};

enum head_method { HEAD_GET, HEAD_HEAD, HEAD_POST, HEAD_PUT, HEAD_PATCH, HEAD_DELETE, HEAD_OPTIONS };

/* A head that was judged sound. Views point into the bytes that were judged. */
struct head {
    enum head_method method;
    struct str target;       /* begins with '/': path and query as sent, the origin form */
    bool is_http10;
    struct str host;         /* "birge.example:8443"; absent only with HTTP/1.0 */
    struct head_field *fields;
    size_t n_fields;
    int64_t length;          /* bytes of the body; 0: none */
    bool expects_continue;
    bool wants_close;        /* Connection: close, or HTTP/1.0 */
};

/* Look at `n` bytes from `p` on: the same bytes as before and what came behind them since. Cost: linear in the new bytes. */
enum filter_step filter_scan(struct filter_scan *s, const char *p, size_t n, const struct filter_limits *limits);

/* Judge a whole head. 0, or the status that refuses it: 400, 411, 414, 417, 431, 501 or 505.
 * Memory: the table of fields in `a`. `ret_head` stays untouched when refused. */
int filter_judge(struct arena *a, struct str head, const struct filter_limits *limits, struct head *ret_head);

/* Is it a host and perhaps a port, as in Host? */
bool filter_is_host(struct str s);
/* The value of the first field of that name, in any case; absent without one. */
struct str head_find(const struct head *h, struct str name);
/* The last one: what the nearest proxy wrote stands last. */
struct str head_find_last(const struct head *h, struct str name);
/* "GET", "HEAD" ... */
struct str head_method_name(enum head_method m);

#endif
