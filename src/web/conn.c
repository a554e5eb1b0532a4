/* SPDX-License-Identifier: AGPL-3.0-or-later
 *
 * conn.c - the bufferevent filter between the socket and evhttp.
 *
 * evhttp never sees what the client wrote. It gets a head of our own making, "POST /7 HTTP/1.1", a length and
 * perhaps "Connection: close", where 7 names the connection; so there is nothing left for it to read in another
 * way than the filter did. Bodies pass through, counted. One request is let in at a time; what a client
 * pipelines behind it waits, unjudged, and is judged like the first.
 *
 * On the way out only our replies pass: the pages that evhttp writes about its own errors are dropped. Bytes
 * are written to the socket at once; a filter's bufferevent tells evhttp "written" when the bytes have moved
 * down one level, and evhttp would then shut the socket before they left.
 *
 * Every phase has its deadline. Whoever sends or takes less than body_bytes_per_second for long is closed.
 *
 * Keeps:  a request is judged once, whole, before any of it is acted on;
 *         a busy or parked connection is not read from, so its client cannot make the request go away;
 *         the bytes of all bodies together stay below inflight_bytes.
 * Source: architecture.md section 3; RFC 9112, sections 9.3 and 9.6 (lingering close).
 */
#include "web/web_private.h"

#include <errno.h>
#include <linux/sockios.h>
#include <string.h>
#include <sys/ioctl.h>
#include <sys/socket.h>
#include <unistd.h>

#include <event2/buffer.h>
#include <event2/bufferevent.h>
#include <event2/http.h>

#include "base/clock.h"

#define IDLE_MS 30000            /* between two requests of a connection */
#define CREDIT_FACTOR 4          /* so many header_seconds may a body or a reply stand still */
#define GRACE_MS 1000            /* so long a new connection may wait before it is closed for another one */
#define EVICT_LOOKS 64
#define LINGER_MS 2000           /* so long a client may be silent that still has to read our last words */
#define LINGER_MOST_MS 30000
#define LINGER_BYTES (32 * 1024 * 1024)

/* ---- time ---- */

static void arm(struct conn *c, int64_t now)
{
    int64_t ms = c->deadline > now ? c->deadline - now : 0;
    struct timeval tv = {.tv_sec = (time_t)(ms / 1000), .tv_usec = (suseconds_t)(ms % 1000 * 1000)};
    c->timer_at = c->deadline;
    MUST(event_add(&c->timer, &tv) == 0);
}

/* Set the deadline of the phase. The timer is moved only when it would fire too late: one that fires early looks
 * again, so that a busy connection costs no timer per request. */
static void due_in(struct conn *c, int64_t ms)
{
    int64_t now = clock_monotonic();
    c->deadline = now + ms;
    if (c->timer_at == 0 || c->timer_at > c->deadline)
        arm(c, now);
}

static int64_t head_ms(const struct conn *c)
{
    return c->loop->web->options.limits.header_seconds * 1000;
}

/* `n` bytes moved: the deadline moves by what they may take, up to the credit. */
static void earn(struct conn *c, size_t n)
{
    int64_t most = clock_monotonic() + head_ms(c) * CREDIT_FACTOR;
    c->deadline += (int64_t)n * 1000 / c->loop->web->options.limits.body_bytes_per_second;
    if (c->deadline > most)
        c->deadline = most;
}

/* ---- phases ---- */

static bool is_waiting(enum conn_phase p)
{
    return p == CONN_IDLE || p == CONN_HEAD;
}

static void enter(struct conn *c, enum conn_phase phase)
{
    if (c->phase == CONN_LINGER)
        c->loop->n_lingering--;
    if (phase == CONN_LINGER)
        c->loop->n_lingering++;
    if (is_waiting(c->phase))
        TAILQ_REMOVE(&c->loop->waiting, c, waiting);
    if (is_waiting(phase)) {
        TAILQ_INSERT_TAIL(&c->loop->waiting, c, waiting);
        c->waits_since = clock_monotonic();
    }
    c->phase = phase;
}

static void know_fd(struct conn *c)
{
    if (c->fd < 0 && c->socket)
        c->fd = bufferevent_getfd(c->socket);
}

/* evhttp frees its bufferevent some time before we hear of it; until then only its callbacks are gone. */
static bool is_let_go(const struct conn *c)
{
    bufferevent_event_cb on_event = NULL;
    if (!c->bev)
        return true;
    bufferevent_getcb(c->bev, NULL, NULL, &on_event, NULL);
    return on_event == NULL;
}

/* Make evhttp forget the connection, in the next round of the loop. */
static void let_go(struct conn *c)
{
    if (!is_let_go(c))
        bufferevent_trigger_event(c->bev, BEV_EVENT_EOF | BEV_EVENT_READING, BEV_TRIG_DEFER_CALLBACKS);
}

/* Answer for ourselves, in plain text: no request, no language, no page; then close. */
static void refuse(struct conn *c, int status)
{
    char out[512];
    const char *again = status == 503 ? "Retry-After: 5\r\n" : "";
    const char *phrase = reply_phrase(status);
    int n = snprintf(out, sizeof out,
                     "HTTP/1.1 %d %s\r\nContent-Type: text/plain; charset=utf-8\r\nContent-Length: %zu\r\n"
                     "X-Content-Type-Options: nosniff\r\nCache-Control: no-store\r\n%sConnection: close\r\n\r\n"
                     "%d %s\n",
                     status, phrase, strlen(phrase) + 5, again, status, phrase);
    MUST(n > 0 && (size_t)n < sizeof out);
    if (c->fd >= 0)
        (void)!send(c->fd, out, (size_t)n, MSG_NOSIGNAL | MSG_DONTWAIT); /* a full socket is not worth waiting for */
    enter(c, CONN_CLOSED);
    c->lingers = c->loop->n_conns <= 2 * c->loop->max_conns; /* under a flood of connections nobody is waited for */
    let_go(c);
}

/* ---- bytes in ---- */

/* The head that evhttp gets. A refused request goes up without its body. */
static void pass_head(struct conn *c, struct evbuffer *to)
{
    struct web_request *req = c->req;
    int64_t length = req->refused ? 0 : req->head.length;
    evbuffer_add_printf(to, "%s /%zu HTTP/1.1\r\n", length > 0 ? "POST" : "GET", c->slot);
    if (length > 0)
        evbuffer_add_printf(to, "Content-Length: %lld\r\n", (long long)length);
    if (req->closes)
        evbuffer_add_printf(to, "Connection: close\r\n");
    evbuffer_add_printf(to, "\r\n");
}

static bool take_inflight(struct web_request *req, int64_t n)
{
    struct web *w = req->loop->web;
    int64_t before = atomic_fetch_add(&w->inflight, n);
    if (before + n > w->options.limits.inflight_bytes) {
        atomic_fetch_sub(&w->inflight, n);
        return false;
    }
    req->inflight += n;
    return true;
}

/* The head is judged: say what becomes of its body. */
static void begin_body(struct conn *c, bool is_body_here)
{
    struct web_request *req = c->req;
    struct web *w = c->loop->web;
    c->body_left = req->refused ? 0 : req->head.length;
    if (c->body_left > 0 && atomic_load(&w->inflight) + c->body_left > w->options.limits.inflight_bytes) {
        req->refused = 503;
        c->body_left = 0;
    }
    if (req->refused && req->head.length > 0)
        req->closes = c->lingers = true; /* the body is not wanted: nothing can follow it */
    if (c->body_left == 0) {
        enter(c, CONN_BUSY);
        return;
    }
    enter(c, CONN_BODY);
    due_in(c, head_ms(c) * CREDIT_FACTOR);
    static const char go_on[] = "HTTP/1.1 100 Continue\r\n\r\n";
    if (req->head.expects_continue && !is_body_here)
        (void)!send(c->fd, go_on, sizeof go_on - 1, MSG_NOSIGNAL | MSG_DONTWAIT);
}

static enum bufferevent_filter_result read_head(struct conn *c, struct evbuffer *from, struct evbuffer *to)
{
    size_t max = c->loop->web->filter.head_bytes + 2;
    size_t n = evbuffer_get_length(from);
    if (n > max)
        n = max;
    if (n == 0)
        return BEV_NEED_MORE;
    if (c->is_surplus) {
        refuse(c, 503);
        return BEV_NEED_MORE;
    }
    const char *p = (const char *)evbuffer_pullup(from, (ev_ssize_t)n);
    MUST(p);
    enum filter_step step = filter_scan(&c->scan, p, n, &c->loop->web->filter);
    if (step == FILTER_MORE) {
        if (c->phase == CONN_IDLE) {
            enter(c, CONN_HEAD);
            due_in(c, head_ms(c));
        }
        return BEV_NEED_MORE;
    }
    int status = c->scan.status;
    if (step == FILTER_WHOLE)
        c->req = request_new(c, (struct str){p + c->scan.start, c->scan.at - c->scan.start}, &status);
    if (status) {
        refuse(c, status);
        return BEV_NEED_MORE;
    }
    evbuffer_drain(from, c->scan.at);
    c->scan = (struct filter_scan){0};
    begin_body(c, evbuffer_get_length(from) > 0);
    pass_head(c, to);
    return BEV_OK;
}

static enum bufferevent_filter_result read_body(struct conn *c, struct evbuffer *from, struct evbuffer *to)
{
    size_t n = evbuffer_get_length(from);
    if (n == 0)
        return BEV_NEED_MORE;
    if ((int64_t)n > c->body_left)
        n = (size_t)c->body_left;
    if (!take_inflight(c->req, (int64_t)n)) {
        refuse(c, 503);
        return BEV_NEED_MORE;
    }
    MUST(evbuffer_remove_buffer(from, to, n) == (int)n);
    c->body_left -= (int64_t)n;
    earn(c, n);
    if (c->body_left == 0)
        enter(c, CONN_BUSY);
    return BEV_OK;
}

static enum bufferevent_filter_result filter_in(struct evbuffer *from, struct evbuffer *to, ev_ssize_t limit,
                                                enum bufferevent_flush_mode mode, void *arg)
{
    struct conn *c = arg;
    (void)limit;
    (void)mode;
    know_fd(c);
    switch (c->phase) {
    case CONN_IDLE:
    case CONN_HEAD:
        return read_head(c, from, to);
    case CONN_BODY:
        return read_body(c, from, to);
    case CONN_BUSY:
    case CONN_WRITE:
        return BEV_NEED_MORE;
    case CONN_CLOSED:
    case CONN_LINGER:
        break;
    }
    evbuffer_drain(from, evbuffer_get_length(from));
    return BEV_NEED_MORE;
}

/* ---- bytes out ---- */

/* Bytes that the kernel holds and the client has not acknowledged. */
static int unacknowledged(const struct conn *c)
{
    int n = 0;
    return ioctl(c->fd, SIOCOUTQ, &n) == 0 ? n : 0;
}

/* The kernel tells us late that there is room again: a slow phone may be reading all the time. */
static bool is_still_taking(struct conn *c)
{
    int64_t least = c->loop->web->options.limits.body_bytes_per_second * head_ms(c) * CREDIT_FACTOR / 1000;
    int before = c->unacknowledged;
    c->unacknowledged = unacknowledged(c);
    return before - c->unacknowledged >= least;
}

static enum bufferevent_filter_result filter_out(struct evbuffer *from, struct evbuffer *to, ev_ssize_t limit,
                                                 enum bufferevent_flush_mode mode, void *arg)
{
    struct conn *c = arg;
    (void)to;
    (void)limit;
    (void)mode;
    if (!c->ours) {
        evbuffer_drain(from, evbuffer_get_length(from));
        return BEV_OK;
    }
    while (evbuffer_get_length(from) > 0) {
        int n = evbuffer_write(from, c->fd);
        if (n > 0) {
            earn(c, (size_t)n);
        } else if (n < 0 && errno == EINTR) {
            continue;
        } else if (n < 0 && errno == EAGAIN) {
            c->unacknowledged = unacknowledged(c);
            MUST(event_add(&c->more, NULL) == 0);
            return BEV_NEED_MORE;
        } else { /* the client is gone; evhttp learns it from its next read */
            evbuffer_drain(from, evbuffer_get_length(from));
        }
    }
    return BEV_OK;
}

static void conn_writable(evutil_socket_t fd, short what, void *arg)
{
    struct conn *c = arg;
    (void)fd;
    (void)what;
    if (!is_let_go(c))
        bufferevent_flush(c->bev, EV_WRITE, BEV_NORMAL);
}

void conn_send(struct conn *c)
{
    if (!event_initialized(&c->more))
        MUST(event_assign(&c->more, c->loop->base, c->fd, EV_WRITE, conn_writable, c) == 0);
    bufferevent_flush(c->bev, EV_WRITE, BEV_NORMAL);
    if (c->phase == CONN_WRITE && !is_let_go(c))
        bufferevent_disable(c->bev, EV_READ); /* a client that half-closed still wants its reply */
}

/* evhttp is done with the request: all bytes are with the kernel. */
static void conn_replied(struct evhttp_request *ev, void *arg)
{
    struct conn *c = arg;
    (void)ev;
    bool is_more = evbuffer_get_length(bufferevent_get_input(c->socket)) > 0;
    c->ours = false;
    c->was_served = true;
    if (c->closes) {
        c->lingers = c->lingers || is_more;
        enter(c, CONN_CLOSED);
        return;
    }
    enter(c, CONN_IDLE);
    due_in(c, IDLE_MS);
    if (is_more)
        bufferevent_trigger(c->socket, EV_READ, BEV_TRIG_IGNORE_WATERMARKS | BEV_TRIG_DEFER_CALLBACKS);
}

void conn_expect_reply(struct conn *c, struct evhttp_request *ev, bool closes)
{
    MUST(c->phase == CONN_BUSY);
    evhttp_request_set_on_complete_cb(ev, conn_replied, c);
    c->req = NULL;
    c->ours = true;
    c->closes = closes;
    enter(c, CONN_WRITE);
    due_in(c, head_ms(c) * CREDIT_FACTOR);
}

/* ---- the end of a connection ---- */

static void conn_free(struct conn *c)
{
    struct web_loop *loop = c->loop;
    enter(c, CONN_CLOSED);
    event_del(&c->timer);
    if (event_initialized(&c->more))
        event_del(&c->more);
    if (c->fd >= 0)
        (void)close(c->fd);
    c->is_used = false;
    TAILQ_INSERT_TAIL(&loop->spare, c, waiting);
    loop->n_conns--;
    loop_end_if_done(loop);
}

/* Read and forget what the client still sends, so that our last words are not lost in a reset. */
static void conn_lingering(evutil_socket_t fd, short what, void *arg)
{
    struct conn *c = arg;
    char rest[16384];
    (void)what;
    ssize_t n = recv(fd, rest, sizeof rest, MSG_DONTWAIT);
    int64_t now = clock_monotonic();
    if (n > 0) {
        c->body_left -= n;
        c->deadline = now + LINGER_MS;
    }
    bool goes_on = n > 0 ? c->body_left > 0 && now < c->waits_since + LINGER_MOST_MS
                         : n < 0 && (errno == EAGAIN || errno == EINTR);
    if (!goes_on)
        conn_free(c);
}

static void linger(struct conn *c)
{
    enter(c, CONN_LINGER);
    c->waits_since = clock_monotonic();
    c->body_left = LINGER_BYTES;
    (void)shutdown(c->fd, SHUT_WR);
    MUST(event_assign(&c->more, c->loop->base, c->fd, EV_READ | EV_PERSIST, conn_lingering, c) == 0);
    MUST(event_add(&c->more, NULL) == 0);
    due_in(c, LINGER_MS);
    loop_end_if_done(c->loop);
}

void conn_end_lingering(struct web_loop *loop)
{
    for (size_t i = 0; i < loop->n_slots; i++)
        if (loop->conns[i]->is_used && loop->conns[i]->phase == CONN_LINGER)
            conn_free(loop->conns[i]);
}

/* evhttp let go of the filter. The socket's events go with it, its descriptor stays with us. */
static void conn_let_go(void *arg)
{
    struct conn *c = arg;
    know_fd(c);
    bufferevent_disable(c->socket, EV_READ | EV_WRITE);
    (void)bufferevent_setfd(c->socket, -1);
    c->bev = c->socket = NULL;
    if (event_initialized(&c->more))
        event_del(&c->more);
    struct web_request *req = c->req;
    c->req = NULL;
    if (req) {
        req->conn = NULL;
        if (!req->ev) /* evhttp never asked for it */
            request_release(req);
    }
    if (c->lingers && c->fd >= 0)
        linger(c);
    else
        conn_free(c);
}

static void close_quietly(struct conn *c)
{
    enter(c, CONN_CLOSED);
    let_go(c);
}

/* A client that takes nothing must not keep what the kernel holds for it either: reset instead of a polite end. */
static void close_rudely(struct conn *c)
{
    struct linger now = {.l_onoff = 1, .l_linger = 0};
    (void)setsockopt(c->fd, SOL_SOCKET, SO_LINGER, &now, sizeof now);
    close_quietly(c);
}

static void conn_expired(evutil_socket_t fd, short what, void *arg)
{
    struct conn *c = arg;
    (void)fd;
    (void)what;
    int64_t now = clock_monotonic();
    c->timer_at = 0;
    if (now < c->deadline && c->phase != CONN_BUSY) {
        arm(c, now);
        return;
    }
    know_fd(c);
    switch (c->phase) {
    case CONN_IDLE:
        if (c->is_surplus)
            refuse(c, 503);
        else
            close_quietly(c);
        break;
    case CONN_HEAD:
    case CONN_BODY:
        refuse(c, 408);
        break;
    case CONN_WRITE:
        if (is_still_taking(c))
            due_in(c, head_ms(c) * CREDIT_FACTOR);
        else
            close_rudely(c);
        break;
    case CONN_LINGER:
        conn_free(c);
        break;
    case CONN_BUSY:
    case CONN_CLOSED:
        break;
    }
}

/* A connection that was served and sits idle may go at any time (RFC 9112, 9.5); one whose first request is
 * still on its way only after a while. Looks at a few of the oldest. */
static struct conn *to_evict(struct web_loop *loop)
{
    int64_t now = clock_monotonic();
    int looked = 0;
    struct conn *c;
    TAILQ_FOREACH(c, &loop->waiting, waiting)
    {
        bool may_go = !c->is_surplus && ((c->was_served && c->phase == CONN_IDLE) || now - c->waits_since >= GRACE_MS);
        if (may_go)
            return c;
        if (++looked == EVICT_LOOKS)
            break;
    }
    return NULL;
}

bool conn_evict(struct web_loop *loop)
{
    struct conn *c = to_evict(loop);
    if (c)
        close_quietly(c);
    return c != NULL;
}

void conn_drain(struct web_loop *loop)
{
    struct conn *c, *next;
    for (c = TAILQ_FIRST(&loop->waiting); c; c = next) {
        next = TAILQ_NEXT(c, waiting);
        close_quietly(c);
    }
}

/* ---- a new connection ---- */

static struct conn *conn_alloc(struct web_loop *loop)
{
    struct conn *c = TAILQ_FIRST(&loop->spare);
    size_t slot = loop->n_slots;
    if (c) {
        TAILQ_REMOVE(&loop->spare, c, waiting);
        slot = c->slot;
    } else {
        c = ARENA_NEW(loop->a, struct conn);
        if (loop->n_slots == loop->slot_cap) {
            size_t cap = loop->slot_cap ? loop->slot_cap * 2 : 64;
            loop->conns = arena_grow(loop->a, loop->conns, loop->slot_cap * sizeof *loop->conns,
                                     cap * sizeof *loop->conns);
            loop->slot_cap = cap;
        }
        loop->conns[loop->n_slots++] = c;
    }
    *c = (struct conn){.loop = loop, .slot = slot, .fd = -1, .phase = CONN_CLOSED, .is_used = true};
    loop->n_conns++;
    return c;
}

struct bufferevent *conn_new(struct event_base *base, void *arg)
{
    struct web_loop *loop = arg;
    struct conn *c = conn_alloc(loop);
    c->socket = bufferevent_socket_new(base, -1, 0);
    MUST(c->socket);
    c->bev = bufferevent_filter_new(c->socket, filter_in, filter_out, BEV_OPT_CLOSE_ON_FREE, conn_let_go, c);
    MUST(c->bev);
    MUST(evtimer_assign(&c->timer, base, conn_expired, c) == 0);
    if (loop->n_conns > loop->max_conns)
        c->is_surplus = !conn_evict(loop);
    enter(c, CONN_IDLE);
    due_in(c, c->is_surplus ? 0 : head_ms(c));
    return c->bev;
}

struct web_request *conn_claim(struct web_loop *loop, const char *path)
{
    int64_t slot = 0;
    if (!path || path[0] != '/' || !str_to_int64(str_c(path + 1), &slot) || slot < 0)
        return NULL;
    if ((size_t)slot >= loop->n_slots || !loop->conns[slot]->is_used)
        return NULL;
    struct web_request *req = loop->conns[slot]->req;
    return req && !req->ev ? req : NULL;
}

bool conn_peer(const struct conn *c, struct sockaddr_storage *ret)
{
    socklen_t n = sizeof *ret;
    return c && c->fd >= 0 && getpeername(c->fd, (struct sockaddr *)ret, &n) == 0;
}
