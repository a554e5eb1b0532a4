/* SPDX-License-Identifier: AGPL-3.0-or-later
 *
 * http.c - many clients on one thread: each sends an appeal, waits for its answer, sends the next.
 *
 * A connection that breaks with a request on its way leaves that request open: the server may have stored it or not.
 * Every answer but 201, 503 and 500 breaks a promise, and so does a 503 that does not say when to come again. Loops that
 * break no disk do not allow a 500 either; they look at the count.
 */
#include "crash.h"

#include <arpa/inet.h>
#include <errno.h>
#include <fcntl.h>
#include <netinet/tcp.h>
#include <poll.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>
#include <sys/socket.h>
#include <time.h>
#include <unistd.h>

#define DRAIN_US 4000000 /* after "stop", for answers on their way */
#define RETRY_US 2000     /* between two attempts to connect */
#define REFUSED_US 20000  /* after a 503 */
#define GONE 25           /* refused connections of each client in a row: nobody listens */

struct client {
    int fd;          /* -1: not connected */
    int port;
    int64_t n;       /* request on its way; -1: none */
    int64_t redo;    /* to be sent again, since 503 or a broken connection was the answer; -1: none */
    char out[CRASH_BODY];
    size_t out_n, out_at;
    char in[CRASH_BODY * 4];
    size_t in_n;
    int64_t began_us, rest_until_us;
    int refused;     /* connections in a row */
    int64_t sent;    /* requests in all */
};

struct run {
    struct ledger *l;
    const struct load *load;
    struct loaded *done;
    struct client *clients;
    int64_t next_again; /* in load->again, each twice */
    int64_t n_new;      /* requests that were never sent before */
    bool is_stopping;
};

static int64_t now_us(void)
{
    struct timespec t;
    (void)clock_gettime(CLOCK_MONOTONIC, &t);
    return (int64_t)t.tv_sec * 1000000 + t.tv_nsec / 1000;
}

static int connected(int port)
{
    int one = 1;
    struct sockaddr_in to = {.sin_family = AF_INET, .sin_port = htons((uint16_t)port),
                             .sin_addr.s_addr = htonl(INADDR_LOOPBACK)};
    int fd = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
    if (fd < 0)
        return -1;
    (void)setsockopt(fd, IPPROTO_TCP, TCP_NODELAY, &one, sizeof one);
    if (connect(fd, (const struct sockaddr *)(const void *)&to, sizeof to) != 0) {
        (void)close(fd);
        return -1;
    }
    return fd;
}

/* ---- answers ---- */

/* The value of a header in the block that ends at `end`; NULL when there is none. */
static const char *header(const char *in, const char *end, const char *name)
{
    size_t n = strlen(name);
    for (const char *p = strstr(in, "\r\n"); p && p < end; p = strstr(p + 2, "\r\n"))
        if (strncasecmp(p + 2, name, n) == 0 && p[2 + n] == ':')
            return p + 3 + n;
    return NULL;
}

/* Bytes of the first whole answer in `in`, 0 when it is not whole yet, SIZE_MAX when it is none. */
static size_t whole(const char *in, size_t n, int *ret_status, const char **ret_body, size_t *ret_body_n)
{
    const char *end = memmem(in, n, "\r\n\r\n", 4);
    const char *length = end ? header(in, end, "Content-Length") : NULL;
    if (!end)
        return 0;
    if (!length || sscanf(in, "HTTP/1.%*d %d", ret_status) != 1)
        return SIZE_MAX;
    *ret_body = end + 4;
    *ret_body_n = strtoul(length, NULL, 10);
    size_t all = (size_t)(end + 4 - in) + *ret_body_n;
    return all <= n ? all : 0;
}

int http_get(int port, const char *path, char *out, size_t room, size_t *ret_n)
{
    char request[512];
    char *in = malloc(room + CRASH_BODY);
    struct timeval patience = {.tv_sec = 20};
    size_t n = 0;
    int status = 0;
    const char *body;
    int fd = connected(port);
    if (!in || fd < 0) {
        free(in);
        return 0;
    }
    (void)setsockopt(fd, SOL_SOCKET, SO_RCVTIMEO, &patience, sizeof patience);
    int len = snprintf(request, sizeof request, "GET %s HTTP/1.1\r\nHost: 127.0.0.1:%d\r\nConnection: close\r\n\r\n", path,
                       port);
    ssize_t got = send(fd, request, (size_t)len, MSG_NOSIGNAL);
    size_t all = 0;
    while (got > 0 && all == 0 && n + 1 < room + CRASH_BODY) {
        got = recv(fd, in + n, room + CRASH_BODY - 1 - n, 0);
        n += got > 0 ? (size_t)got : 0;
        in[n] = 0;
        all = whole(in, n, &status, &body, ret_n);
    }
    (void)close(fd);
    if (all == 0 || all == SIZE_MAX || *ret_n >= room) {
        free(in);
        return 0;
    }
    memcpy(out, body, *ret_n);
    out[*ret_n] = 0;
    free(in);
    return status;
}

/* ---- one client ---- */

/* The connection is gone; what was on its way is open. */
static void lose(struct run *run, struct client *c)
{
    if (c->fd >= 0)
        (void)close(c->fd);
    c->fd = -1;
    c->in_n = 0;
    if (c->n < 0)
        return;
    struct request *r = &run->l->requests[c->n];
    if (r->state != REQUEST_PROMISED)
        r->state = REQUEST_OPEN;
    run->done->open++;
    c->redo = run->load->again ? c->n : -1;
    c->n = -1;
}

/* The next thing to send, or -1. */
static int64_t take(struct run *run, struct client *c)
{
    const struct load *load = run->load;
    if (run->is_stopping)
        return -1;
    if (c->redo >= 0) {
        int64_t n = c->redo;
        c->redo = -1;
        return n;
    }
    if (!load->again)
        return load->at_most > 0 && run->n_new >= load->at_most ? -1 : (run->n_new++, ledger_new(run->l));
    return run->next_again < 2 * load->n_again ? load->again[run->next_again++ / 2] : -1;
}

static void begin(struct run *run, struct client *c)
{
    char key[64];
    char body[CRASH_BODY / 2];
    c->n = take(run, c);
    if (c->n < 0)
        return;
    ledger_key(run->l, c->n, key, sizeof key);
    size_t n = ledger_body(run->l, c->n, body, sizeof body);
    c->out_n = (size_t)snprintf(c->out, sizeof c->out,
                                "POST /api/v1/appeals HTTP/1.1\r\nHost: 127.0.0.1:%d\r\nContent-Type: application/json\r\n"
                                "Idempotency-Key: %s\r\nContent-Length: %zu\r\n\r\n%s", c->port, key, n, body);
    c->out_at = 0;
    c->began_us = now_us();
    c->sent++;
}

static void send_more(struct run *run, struct client *c, int index)
{
    ssize_t n = send(c->fd, c->out + c->out_at, c->out_n - c->out_at, MSG_NOSIGNAL | MSG_DONTWAIT);
    if (n < 0 && errno != EAGAIN) {
        lose(run, c);
        return;
    }
    c->out_at += n > 0 ? (size_t)n : 0;
    if (c->out_at == c->out_n && run->load->hangs_up && index % 4 == 0 && c->sent % 7 == 0)
        lose(run, c); /* gone in the middle of the commit */
}

static void take_answer(struct run *run, struct client *c, int status, const char *body, size_t n, const char *after)
{
    struct request *r = &run->l->requests[c->n];
    run->l->statuses[status > 0 && status < 600 ? status : 0]++;
    if (status == 201) {
        int64_t took = now_us() - c->began_us;
        ledger_promise(run->l, c->n, body, n);
        run->done->promised++;
        run->done->longest_us = took > run->done->longest_us ? took : run->done->longest_us;
    } else if ((status == 503 && after) || status == 500) { /* 500: a disk that is gone, cut or broken by the harness */
        run->done->refused++;
        if (r->state != REQUEST_PROMISED)
            r->state = REQUEST_REFUSED;
        c->rest_until_us = now_us() + REFUSED_US;
        c->redo = run->load->again ? c->n : -1;
    } else {
        wrong("request %lld: answered %d%s: %.*s", (long long)c->n, status, status == 503 ? " without Retry-After" : "",
              (int)(n < 300 ? n : 300), body);
    }
    c->n = -1;
}

static void receive(struct run *run, struct client *c)
{
    int status;
    const char *body;
    size_t body_n;
    ssize_t got = recv(c->fd, c->in + c->in_n, sizeof c->in - 1 - c->in_n, MSG_DONTWAIT);
    if (got < 0 && errno == EAGAIN)
        return;
    if (got <= 0) {
        lose(run, c);
        return;
    }
    c->in_n += (size_t)got;
    c->in[c->in_n] = 0;
    size_t all = whole(c->in, c->in_n, &status, &body, &body_n);
    if (all == SIZE_MAX || (all == 0 && c->in_n + 1 == sizeof c->in))
        wrong("not an answer: %.300s", c->in);
    if (all == 0)
        return;
    if (c->n < 0)
        wrong("an answer that nobody waited for: %.300s", c->in);
    take_answer(run, c, status, body, body_n, header(c->in, body - 4, "Retry-After"));
    bool closes = header(c->in, body - 4, "Connection") != NULL;
    memmove(c->in, c->in + all, c->in_n - all);
    c->in_n -= all;
    if (closes)
        lose(run, c);
}

static void connect_again(struct run *run, struct client *c, int64_t now)
{
    if (c->fd >= 0 || now < c->rest_until_us || run->is_stopping)
        return;
    c->fd = connected(c->port);
    c->refused = c->fd < 0 ? c->refused + 1 : 0;
    if (c->fd < 0)
        c->rest_until_us = now + RETRY_US;
}

/* ---- all of them ---- */

/* "stop" on stdin: whoever drives us wants no more. */
static bool is_told_to_stop(void)
{
    char line[64];
    struct pollfd in = {.fd = STDIN_FILENO, .events = POLLIN};
    return poll(&in, 1, 0) > 0 && (!fgets(line, sizeof line, stdin) || strcmp(line, "stop\n") == 0);
}

/* Poll the sockets; false when no client has anything to do any more. */
static bool turn(struct run *run, int64_t stopped_at)
{
    struct pollfd fds[CRASH_CONNECTIONS];
    int64_t now = now_us();
    bool is_busy = false;
    bool somebody_listens = false;
    for (int i = 0; i < run->load->clients; i++) {
        struct client *c = &run->clients[i];
        connect_again(run, c, now);
        if (c->fd >= 0 && c->n < 0 && now >= c->rest_until_us)
            begin(run, c);
        somebody_listens |= c->fd >= 0 || c->refused < GONE;
        is_busy |= c->n >= 0 || (!run->is_stopping && (c->redo >= 0 || now < c->rest_until_us));
        fds[i] = (struct pollfd){.fd = c->fd, .events = (short)(POLLIN | (c->n >= 0 && c->out_at < c->out_n ? POLLOUT : 0))};
    }
    bool is_over = run->is_stopping && now - stopped_at > DRAIN_US;
    if (!somebody_listens || is_over || (!is_busy && (run->is_stopping || run->load->again || run->load->at_most)))
        return false;
    (void)poll(fds, (nfds_t)run->load->clients, 2);
    for (int i = 0; i < run->load->clients; i++) {
        struct client *c = &run->clients[i];
        if (c->fd >= 0 && fds[i].fd == c->fd && fds[i].revents & (POLLIN | POLLHUP | POLLERR))
            receive(run, c);
        if (c->fd >= 0 && c->n >= 0 && c->out_at < c->out_n)
            send_more(run, c, i);
    }
    return true;
}

void load_run(struct ledger *l, const struct load *load, struct loaded *ret)
{
    struct run run = {.l = l, .load = load, .done = ret};
    int64_t stopped_at = 0;
    *ret = (struct loaded){0};
    run.clients = calloc(CRASH_CONNECTIONS, sizeof *run.clients);
    if (!run.clients)
        broken("no memory for clients");
    for (int i = 0; i < load->clients; i++) {
        run.clients[i].fd = -1;
        run.clients[i].n = run.clients[i].redo = -1;
        run.clients[i].port = load->ports[i % load->n_ports];
    }
    while (turn(&run, stopped_at)) {
        if (!run.is_stopping && is_told_to_stop()) {
            run.is_stopping = true;
            stopped_at = now_us();
        }
    }
    run.is_stopping = true;
    for (int i = 0; i < load->clients; i++)
        lose(&run, &run.clients[i]);
    free(run.clients);
}
