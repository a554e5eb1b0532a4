/* SPDX-License-Identifier: AGPL-3.0-or-later
 *
 * web_private.h - what the files of the server share; nothing outside src/web includes it.
 *
 * README.md follows one request through them. Everything of a loop (connections, requests, replies) is touched
 * on that loop's thread only; the exceptions are the queue of tickets (park.c), the pool (pool.c), the buckets
 * (ratelimit.c) and the counters marked atomic.
 */
#ifndef BIRGE_WEB_WEB_PRIVATE_H
#define BIRGE_WEB_WEB_PRIVATE_H

#include <pthread.h>
#include <stdatomic.h>
#include <sys/queue.h>
#include <sys/socket.h>

#include <event2/event.h>
#include <event2/event_struct.h>

#include "base/buf.h"
#include "web/filter.h"
#include "web/form.h"
#include "web/form_private.h"
#include "web/router.h"
#include "web/web.h"

struct bufferevent;
struct evbuffer;
struct evhttp;
struct evhttp_request;
struct evconnlistener;
struct evhttp_bound_socket;

#define REQUEST_MEMORY (32 * ARENA_MIB) /* cap of a request's arena */
#define SLOW_REQUEST_MS 1000            /* a slower one is logged */

/* ---- connections: conn.c ---- */

enum conn_phase {
    CONN_IDLE,   /* nothing of the next request has come */
    CONN_HEAD,   /* part of a head has come */
    CONN_BODY,   /* the head is judged, the body is coming */
    CONN_BUSY,   /* the handler runs, or the request is parked: nothing is read */
    CONN_WRITE,  /* the reply is on its way */
    CONN_CLOSED, /* refused: the rest is thrown away until evhttp lets go */
    CONN_LINGER, /* evhttp let go; what the client still sends is read, so that it sees the reply and no reset */
};

struct conn {
    struct web_loop *loop;
    size_t slot;                /* its place in loop->conns, told to evhttp as the path of each request */
    bool is_used;
    struct bufferevent *socket; /* the bytes as they come */
    struct bufferevent *bev;    /* the filter above; evhttp knows only this one */
    int fd;                     /* -1 until the first byte */
    enum conn_phase phase;
    struct filter_scan scan;
    int64_t body_left;          /* bytes of the body that have not come yet; lingering: that we still take */
    struct web_request *req;    /* from the judged head until its reply is made */
    bool ours;                  /* what evhttp writes now is our reply; otherwise it is dropped */
    bool closes;                /* behind the present reply */
    bool was_served;            /* it had a reply already */
    int64_t waits_since;        /* monotonic ms; CONN_IDLE, CONN_HEAD, CONN_LINGER */
    bool is_surplus;            /* one too many: told so and closed */
    bool lingers;               /* the client may still be sending when we close */
    int unacknowledged;         /* bytes of the reply with the kernel, when last looked at */
    struct event timer;
    struct event more;          /* the socket takes bytes again, or, lingering, has some */
    int64_t deadline;           /* of the present phase, monotonic ms */
    int64_t timer_at;           /* when `timer` fires; 0: not armed */
    TAILQ_ENTRY(conn) waiting;  /* CONN_IDLE and CONN_HEAD, longest waiting first; or to be used again */
};

/* For evhttp_set_bevcb: a fresh connection's filter. */
struct bufferevent *conn_new(struct event_base *base, void *loop);
/* The request that evhttp brings for `path`, "/<slot>"; NULL when there is none. */
struct web_request *conn_claim(struct web_loop *loop, const char *path);
/* A reply to `ev` is about to be made; from here on the request is not the connection's any more. */
void conn_expect_reply(struct conn *c, struct evhttp_request *ev, bool closes);
/* Write what evhttp was just given. */
void conn_send(struct conn *c);
/* Close a connection that has waited long for its client. False: there is none. */
bool conn_evict(struct web_loop *loop);
/* Close what waits for a request; everything else closes behind its reply. */
void conn_drain(struct web_loop *loop);
/* Close what only lingers. */
void conn_end_lingering(struct web_loop *loop);
/* The address of the other end. False when it is gone; `c` may be NULL. */
bool conn_peer(const struct conn *c, struct sockaddr_storage *ret);

/* ---- the server and its loops: server.c ---- */

struct pool;
struct proxy_list;
struct ratelimit;

struct web_loop {
    struct web *web;
    int index;
    pthread_t thread;
    struct arena *a;            /* lives as long as the loop */
    struct event_base *base;
    struct evhttp *http;
    int listen_fd;
    struct evconnlistener *listener; /* NULL when draining */
    struct evhttp_bound_socket *bound;
    struct event listen_timer;  /* accepting again after a pause, or for the last time */
    struct event wake;          /* reads `wake_fd` */
    struct event drain_timer;
    void *app;                  /* what loop_start returned */
    struct err *start_error;
    struct conn **conns;        /* by slot, used or spare */
    size_t n_slots, slot_cap;
    size_t n_conns;             /* used ones */
    size_t n_lingering;         /* of these, in CONN_LINGER */
    size_t max_conns;
    TAILQ_HEAD(, conn) waiting, spare;
    struct arena **arenas;      /* cleared request arenas to use again */
    size_t n_arenas;
    size_t n_requests;          /* from the judged head until the reply is sent */
    uint64_t id_next, id_key;   /* request ids */
    int64_t log_second;         /* monotonic; lines are counted within it */
    int64_t n_logged, n_unlogged;
    bool is_draining;
    /* tickets that other threads finished */
    pthread_mutex_t lock;
    int wake_fd;
    struct web_ticket *done_first, *done_last;
    bool is_woken;
    bool must_drain;
};

struct web {
    struct arena *a;
    struct web_options options;
    struct filter_limits filter;
    struct router *router;
    struct web_route *routes; /* all tables joined */
    size_t n_routes;
    struct proxy_list *proxies;
    struct pool *pool;
    struct ratelimit *buckets;
    struct str address;
    struct web_loop *loops;
    int n_loops;
    _Atomic int64_t inflight; /* bytes of bodies in memory */
    int64_t drain_until;      /* monotonic ms */
    /* starting and ending */
    pthread_mutex_t lock;
    pthread_cond_t changed;
    int n_started;
};

/* Wake `loop` from any thread. Called with loop->lock held. */
void loop_wake(struct web_loop *loop);
/* After each request of a draining loop: end it when nothing is left. */
void loop_end_if_done(struct web_loop *loop);

/* ---- requests: request.c ---- */

struct reply_header {
    const char *name;
    struct str value;
    struct reply_header *next;
};

struct web_ticket {
    struct web_request *req;
    struct err *(*resume)(struct web_request *req, void *user);
    void *user;
    struct web_ticket *next;
    bool is_parked;
    bool is_resumed;
};

#define COOKIE_BYTES 32

struct web_request {
    struct arena *a;
    struct web_loop *loop;
    struct conn *conn;         /* NULL: the client is gone */
    struct evhttp_request *ev; /* evhttp's end, to be answered exactly once; NULL before it spoke and after */
    int refs;                  /* the sender, and the reply's bytes while they are being written */
    struct head head;          /* views into `a` */
    int64_t now;               /* ms UTC */
    int64_t began;             /* monotonic ms */
    char id[17];
    int refused;               /* status decided by the head alone; 0: none */
    bool closes;               /* the connection ends with this reply */
    int64_t inflight;          /* bytes counted in web->inflight */
    struct router_match match;
    struct str path;           /* target up to '?' */
    struct str query;          /* behind it; absent without one */
    struct str_pair *params;   /* of the query, decoded */
    size_t n_params;
    const struct lang *lang;
    struct str behind_lang;
    struct str base_url;
    bool is_tls;
    struct str body;
    struct form_data *form;    /* parsed form body; NULL for other routes */
    void *who;
    /* the cookie */
    bool has_cookie;           /* the client showed one, or got one with this reply */
    uint8_t cookie[COOKIE_BYTES];
    uint8_t next_cookie[COOKIE_BYTES]; /* of web_cookie_prepare */
    bool sets_cookie;          /* Set-Cookie carries somebody's secret: never cached */
    bool took_flash;
    /* the reply */
    bool is_replied;
    int status;
    const char *type;
    struct str reply;
    const char *csp;           /* other than the usual one */
    int cacheable;             /* seconds; 0: no-store */
    bool may_compress;         /* web_compress was asked for */
    struct reply_header *headers, **headers_end;
    struct web_ticket ticket;
};

/* A request for the head in `head` (copied). Sets `refused` when it cannot or need not be served. Memory: its own arena. */
struct web_request *request_new(struct conn *c, struct str head, int *ret_status);
/* The body came (`body` may be NULL): run the request. The reply may be sent, and `req` gone, on return. */
void request_run(struct web_request *req, struct evhttp_request *ev, struct evbuffer *body);
/* After a handler or a resume function: send the reply, or leave it parked. */
void request_after(struct web_request *req, struct err *e);
/* Give up one of `refs`. */
void request_release(struct web_request *req);

/* ---- the reply: reply.c, problem.c ---- */

/* Hand the reply to evhttp. `req` may be gone afterwards. */
void reply_send(struct web_request *req);
/* compress.c: put a compressed body in place of `req->reply` when that was asked for and the client reads it. */
void reply_compress(struct web_request *req);
/* Forget a reply that was made but not sent. */
void reply_forget(struct web_request *req);
/* When nothing better can be drawn: the status, a sentence and the id, in plain text. Never fails. */
struct err *reply_plain(struct web_request *req, int status);
/* "Not Found"; static. */
const char *reply_phrase(int status);

/* ---- who is at the other end: peer.c ---- */

/* Parse "10.0.0.1, ::1". ERR_CONFIG names the first that is no address. */
struct err *proxy_list_parse(struct arena *a, struct str list, struct proxy_list **ret) WARN_UNUSED;
/* Fill base_url and is_tls. */
void peer_look(struct web_request *req);
/* The client's address prefix (/24 or /56) in `ret_prefix` (at most 16 bytes); 0 for a peer that is not limited. */
size_t peer_prefix(struct web_request *req, uint8_t ret_prefix[16]);

/* ---- cookies and CSRF: cookie.c ---- */

void cookie_read(struct web_request *req);
/* Did our own page send this? Call when the form is parsed. */
bool csrf_ok(struct web_request *req);

/* ---- parking: park.c; the pool: pool.c ---- */

/* Run what was resumed for this loop. */
void park_run_done(struct web_loop *loop);
/* As many threads as `n_threads`. Memory: `a`. */
struct pool *pool_start(struct arena *a, int n_threads);
/* Finish what is queued and end. NULL is fine. */
void pool_stop(struct pool *p);
/* ---- buckets: ratelimit.c ---- */

struct ratelimit *ratelimit_new(struct arena *a);
/* Take one from the bucket of `name` and `key`; `per_hour` refill, `burst` at most. Any thread. `now` monotonic ms. */
bool ratelimit_take(struct ratelimit *r, struct str name, struct str key, int64_t per_hour, int64_t burst, int64_t now);
/* Take one of what the server has to spare: `spare` at once and `per_hour` for `key`, SPARE_ALL times as much for all. */
bool ratelimit_spare(struct ratelimit *r, struct str name, struct str key, int64_t per_hour, int64_t spare, int64_t now);
#define SPARE_ALL 10

/* ---- assets ---- */

/* Answer for /assets/... */
struct err *asset_serve(struct web_request *req);

#endif
