/* SPDX-License-Identifier: AGPL-3.0-or-later
 *
 * server.c - binding, loops, accepting, and the end.
 *
 * Each loop thread has its own event base, its own evhttp and its own socket on the same address
 * (SO_REUSEPORT), so loops share nothing but the pool, the buckets and two counters. Bases are made without
 * locks: other threads reach a loop only through its eventfd.
 *
 * Keeps: web_stop returns when every loop has ended; a request that is still parked after its patience keeps its
 *        memory, so that whoever resumes it later writes into nothing.
 */
#include "web/web_private.h"

#include <arpa/inet.h>
#include <errno.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <signal.h>
#include <string.h>
#include <sys/eventfd.h>
#include <sys/resource.h>
#include <time.h>
#include <unistd.h>

#include <event2/buffer.h>
#include <event2/http.h>
#include <event2/listener.h>

#include "base/clock.h"
#include "base/log.h"

#define BACKLOG 1024
#define MAX_LOOPS 4
#define PAUSE_MS 100 /* without accepting, when descriptors ran out */

/* ---- addresses ---- */

static struct err *parse_listen(struct arena *a, const char *listen, struct sockaddr_storage *ret, socklen_t *ret_n)
{
    struct str s = str_c(listen), host, port;
    size_t colon = SIZE_MAX;
    int64_t number = -1;
    for (size_t i = 0; i < s.n; i++)
        if (s.p[i] == ':')
            colon = i;
    host = str_slice(s, 0, colon == SIZE_MAX ? 0 : colon);
    port = colon == SIZE_MAX ? (struct str){0} : str_slice(s, colon + 1, s.n);
    bool has_brackets = host.n > 2 && host.p[0] == '[' && host.p[host.n - 1] == ']';
    const char *name = str_to_c(a, has_brackets ? str_slice(host, 1, host.n - 1) : host);
    if (!name || !str_to_int64(port, &number) || number < 0 || number > 65535)
        return ERR(a, ERR_CONFIG, "listen: \"%s\" is not address:port", listen);
    struct sockaddr_in v4 = {.sin_family = AF_INET, .sin_port = htons((uint16_t)number)};
    struct sockaddr_in6 v6 = {.sin6_family = AF_INET6, .sin6_port = htons((uint16_t)number)};
    memset(ret, 0, sizeof *ret);
    if (!has_brackets && inet_pton(AF_INET, name, &v4.sin_addr) == 1) {
        memcpy(ret, &v4, sizeof v4);
        *ret_n = sizeof v4;
        return NULL;
    }
    if (has_brackets && inet_pton(AF_INET6, name, &v6.sin6_addr) == 1) {
        memcpy(ret, &v6, sizeof v6);
        *ret_n = sizeof v6;
        return NULL;
    }
    return ERR(a, ERR_CONFIG, "listen: \"%s\" is not an IP address; IPv6 stands in brackets", name);
}

static struct str address_text(struct arena *a, const struct sockaddr_storage *s)
{
    char text[INET6_ADDRSTRLEN];
    if (s->ss_family == AF_INET) {
        const struct sockaddr_in *v4 = (const struct sockaddr_in *)(const void *)s;
        MUST(inet_ntop(AF_INET, &v4->sin_addr, text, sizeof text));
        return str_printf(a, "%s:%d", text, ntohs(v4->sin_port));
    }
    const struct sockaddr_in6 *v6 = (const struct sockaddr_in6 *)(const void *)s;
    MUST(inet_ntop(AF_INET6, &v6->sin6_addr, text, sizeof text));
    return str_printf(a, "[%s]:%d", text, ntohs(v6->sin6_port));
}

static void set_option(int fd, int level, int option)
{
    int on = 1;
    (void)setsockopt(fd, level, option, &on, sizeof on);
}

/* Bind and listen. `shares`: others of ours bind the same address. */
static struct err *open_socket(struct arena *a, const struct sockaddr_storage *at, socklen_t n, bool shares, int *ret_fd)
{
    int fd = socket(at->ss_family, SOCK_STREAM | SOCK_NONBLOCK | SOCK_CLOEXEC, 0);
    if (fd < 0)
        return ERR(a, ERR_IO, "socket: %s", strerror(errno));
    set_option(fd, SOL_SOCKET, SO_REUSEADDR);
    set_option(fd, IPPROTO_TCP, TCP_NODELAY); /* accepted sockets inherit it */
    if (at->ss_family == AF_INET6)
        set_option(fd, IPPROTO_IPV6, IPV6_V6ONLY);
    if (shares)
        set_option(fd, SOL_SOCKET, SO_REUSEPORT);
    if (bind(fd, (const struct sockaddr *)at, n) == 0 && (!shares || listen(fd, BACKLOG) == 0)) {
        *ret_fd = fd;
        return NULL;
    }
    int why = errno;
    (void)close(fd);
    if (why == EADDRINUSE)
        return ERR(a, ERR_IO, "address %.*s is in use", STR_FMT(address_text(a, at)));
    return ERR(a, ERR_IO, "address %.*s: %s", STR_FMT(address_text(a, at)), strerror(why));
}

/* One socket per loop. The first is tried alone: with SO_REUSEPORT a second server of ours would bind too, and
 * each would get half of the visitors. */
static struct err *open_sockets(struct web *w)
{
    struct sockaddr_storage at;
    socklen_t n;
    int fd;
    TRY(parse_listen(w->a, w->options.listen, &at, &n));
    TRY(open_socket(w->a, &at, n, false, &fd));
    MUST(getsockname(fd, (struct sockaddr *)&at, &n) == 0);
    (void)close(fd);
    for (int i = 0; i < w->n_loops; i++)
        TRY(open_socket(w->a, &at, n, true, &w->loops[i].listen_fd));
    w->address = address_text(w->a, &at);
    return NULL;
}

static void close_sockets(struct web *w)
{
    for (int i = 0; i < w->n_loops; i++) {
        if (w->loops[i].listen_fd >= 0)
            (void)close(w->loops[i].listen_fd);
        w->loops[i].listen_fd = -1;
    }
}

/* ---- a loop's events ---- */

void loop_wake(struct web_loop *loop)
{
    uint64_t one = 1;
    if (loop->is_woken)
        return;
    loop->is_woken = true;
    MUST(write(loop->wake_fd, &one, sizeof one) == (ssize_t)sizeof one);
}

void loop_end_if_done(struct web_loop *loop)
{
    if (loop->is_draining && !loop->listener && loop->n_conns == loop->n_lingering && loop->n_requests == 0)
        (void)event_base_loopbreak(loop->base);
}

static void drain_over(evutil_socket_t fd, short what, void *arg)
{
    struct web_loop *loop = arg;
    (void)fd;
    (void)what;
    if (loop->n_requests > 0)
        LOG(LOG_WARN, "stopping although requests are not answered yet");
    (void)event_base_loopbreak(loop->base);
}

static void begin_drain(struct web_loop *loop)
{
    int64_t left = loop->web->drain_until - clock_monotonic();
    struct timeval patience = {.tv_sec = (time_t)(left > 0 ? left / 1000 : 0),
                               .tv_usec = (suseconds_t)(left > 0 ? left % 1000 * 1000 : 0)};
    loop->is_draining = true;
    MUST(event_add(&loop->listen_timer, &(struct timeval){0}) == 0);
    MUST(event_add(&loop->drain_timer, &patience) == 0);
    conn_drain(loop);
    loop_end_if_done(loop);
}

static void woken(evutil_socket_t fd, short what, void *arg)
{
    struct web_loop *loop = arg;
    uint64_t n;
    (void)what;
    MUST(read(fd, &n, sizeof n) == (ssize_t)sizeof n);
    MUST(pthread_mutex_lock(&loop->lock) == 0);
    loop->is_woken = false;
    bool must_drain = loop->must_drain;
    MUST(pthread_mutex_unlock(&loop->lock) == 0);
    park_run_done(loop);
    if (must_drain && !loop->is_draining)
        begin_drain(loop);
}

/* A round of the loop after the drain began, so that whoever had connected by then was accepted. */
static void stop_listening(struct web_loop *loop)
{
    if (!loop->listener)
        return;
    loop->listener = NULL;
    evhttp_del_accept_socket(loop->http, loop->bound);
    loop_end_if_done(loop);
}

static void listen_timer(evutil_socket_t fd, short what, void *arg)
{
    struct web_loop *loop = arg;
    (void)fd;
    (void)what;
    if (loop->is_draining)
        stop_listening(loop);
    else
        (void)evconnlistener_enable(loop->listener);
}

static int is_wake(const struct event_base *base, const struct event *e, void *arg)
{
    const struct web_loop **ret = arg;
    (void)base;
    if (event_get_callback(e) != woken)
        return 0;
    *ret = event_get_callback_arg(e);
    return 1;
}

/* Out of descriptors: let some go before trying again. The listener's argument is evhttp's, so the loop is found by
 * its wake event. */
static void accept_failed(struct evconnlistener *listener, void *http)
{
    struct web_loop *loop = NULL;
    (void)http;
    MUST(event_base_foreach_event(evconnlistener_get_base(listener), is_wake, &loop) == 1 && loop);
    struct timeval pause = {.tv_usec = PAUSE_MS * 1000};
    (void)evconnlistener_disable(listener);
    (void)conn_evict(loop);
    MUST(event_add(&loop->listen_timer, &pause) == 0);
}

static void on_request(struct evhttp_request *ev, void *arg)
{
    struct web_loop *loop = arg;
    struct web_request *req = conn_claim(loop, evhttp_request_get_uri(ev));
    MUST(req); /* evhttp reads only what conn.c wrote */
    request_run(req, ev, evhttp_request_get_input_buffer(ev));
}

static void set_up(struct web_loop *loop)
{
    struct event_config *config = event_config_new();
    MUST(config && event_config_set_flag(config, EVENT_BASE_FLAG_NOLOCK) == 0);
    loop->base = event_base_new_with_config(config);
    MUST(loop->base);
    event_config_free(config);
    loop->http = evhttp_new(loop->base);
    MUST(loop->http);
    evhttp_set_bevcb(loop->http, conn_new, loop);
    evhttp_set_gencb(loop->http, on_request, loop);
    evhttp_set_default_content_type(loop->http, NULL);
    loop->listener = evconnlistener_new(loop->base, NULL, NULL, LEV_OPT_CLOSE_ON_FREE | LEV_OPT_CLOSE_ON_EXEC, 0,
                                        loop->listen_fd);
    MUST(loop->listener);
    loop->bound = evhttp_bind_listener(loop->http, loop->listener);
    MUST(loop->bound);
    loop->listen_fd = -1; /* the listener closes it */
    evconnlistener_set_error_cb(loop->listener, accept_failed);
    MUST(event_assign(&loop->wake, loop->base, loop->wake_fd, EV_READ | EV_PERSIST, woken, loop) == 0);
    MUST(event_add(&loop->wake, NULL) == 0);
    MUST(evtimer_assign(&loop->drain_timer, loop->base, drain_over, loop) == 0);
    MUST(evtimer_assign(&loop->listen_timer, loop->base, listen_timer, loop) == 0);
    TAILQ_INIT(&loop->waiting);
    TAILQ_INIT(&loop->spare);
    randombytes_buf(&loop->id_key, sizeof loop->id_key);
}

static void free_loop(struct web_loop *loop)
{
    (void)close(loop->wake_fd);
    MUST(pthread_mutex_destroy(&loop->lock) == 0);
    arena_free(loop->a);
}

static void tear_down(struct web_loop *loop)
{
    if (loop->n_requests > 0)
        return; /* somebody holds a ticket still: nothing may go */
    event_del(&loop->wake);
    event_del(&loop->drain_timer);
    event_del(&loop->listen_timer);
    loop->is_draining = true;
    conn_end_lingering(loop);
    evhttp_free(loop->http);
    while (loop->n_conns > 0 && event_base_loop(loop->base, EVLOOP_ONCE) == 0)
        continue; /* bufferevents end in the round after they were freed */
    event_base_free(loop->base);
    for (size_t i = 0; i < loop->n_arenas; i++)
        arena_free(loop->arenas[i]);
    free_loop(loop);
}

/* ---- threads ---- */

static void tell(struct web *w, int *counter)
{
    MUST(pthread_mutex_lock(&w->lock) == 0);
    (*counter)++;
    MUST(pthread_cond_broadcast(&w->changed) == 0);
    MUST(pthread_mutex_unlock(&w->lock) == 0);
}

static void *loop_main(void *arg)
{
    struct web_loop *loop = arg;
    struct web *w = loop->web;
    const struct web_options *o = &w->options;
    if (o->loop_start)
        loop->start_error = o->loop_start(o->app, loop->a, loop->index, &loop->app);
    bool ok = !loop->start_error;
    if (ok)
        set_up(loop);
    tell(w, &w->n_started);
    if (!ok)
        return NULL;
    (void)event_base_dispatch(loop->base);
    if (o->loop_end)
        o->loop_end(o->app, loop->app);
    tear_down(loop);
    return NULL;
}

static void drain_all(struct web *w)
{
    for (int i = 0; i < w->n_loops; i++) {
        struct web_loop *loop = &w->loops[i];
        if (loop->start_error)
            continue;
        MUST(pthread_mutex_lock(&loop->lock) == 0);
        loop->must_drain = true;
        loop_wake(loop);
        MUST(pthread_mutex_unlock(&loop->lock) == 0);
    }
}

static struct err *start_threads(struct web *w)
{
    sigset_t all, before;
    struct err *e = NULL;
    (void)sigfillset(&all);
    MUST(pthread_sigmask(SIG_SETMASK, &all, &before) == 0); /* signals are for the main thread */
    w->pool = pool_start(w->a, w->n_loops);
    for (int i = 0; i < w->n_loops; i++)
        MUST(pthread_create(&w->loops[i].thread, NULL, loop_main, &w->loops[i]) == 0);
    MUST(pthread_sigmask(SIG_SETMASK, &before, NULL) == 0);
    MUST(pthread_mutex_lock(&w->lock) == 0);
    while (w->n_started < w->n_loops)
        MUST(pthread_cond_wait(&w->changed, &w->lock) == 0);
    MUST(pthread_mutex_unlock(&w->lock) == 0);
    for (int i = 0; i < w->n_loops && !e; i++)
        if (w->loops[i].start_error) /* copied: the loop's memory goes */
            e = ERR(w->a, w->loops[i].start_error->code, "loop %d cannot start: %s", i,
                    err_text(w->a, w->loops[i].start_error).p);
    return e;
}

static struct err *join_routes(struct web *w)
{
    const struct web_options *o = &w->options;
    for (size_t i = 0; i < o->n_tables; i++)
        w->n_routes += o->table_sizes[i];
    struct web_route *routes = ARENA_ARRAY(w->a, w->n_routes, struct web_route);
    size_t at = 0;
    for (size_t i = 0; i < o->n_tables; i++)
        for (size_t k = 0; k < o->table_sizes[i]; k++)
            routes[at++] = o->tables[i][k];
    w->routes = routes;
    return router_new(w->a, routes, w->n_routes, &w->router);
}

static int default_workers(void)
{
    long cores = sysconf(_SC_NPROCESSORS_ONLN);
    return cores < 1 ? 1 : cores > MAX_LOOPS ? MAX_LOOPS : (int)cores;
}

/* Each connection takes a descriptor; 256 more for everything else. */
static void raise_descriptors(int64_t connections)
{
    struct rlimit r;
    rlim_t need = (rlim_t)connections + 256;
    if (getrlimit(RLIMIT_NOFILE, &r) != 0 || r.rlim_cur >= need)
        return;
    r.rlim_cur = r.rlim_max < need ? r.rlim_max : need;
    if (setrlimit(RLIMIT_NOFILE, &r) != 0 || r.rlim_cur < need)
        LOG(LOG_WARN, "fewer descriptors than connections are allowed; the longest waiting will make room");
}

/* libevent's own words, few and about system calls. */
static void log_of_libevent(int severity, const char *message)
{
    LOG(severity >= EVENT_LOG_WARN ? LOG_WARN : LOG_DEBUG, "libevent says", {"message", str_c(message)});
}

struct err *web_start(struct arena *app, const struct web_options *options, struct web **ret_web)
{
    struct web *w = ARENA_NEW(app, struct web);
    const struct web_limits *l = &options->limits;
    MUST(options->form_key && l->header_seconds > 0 && l->connections > 0 && l->header_bytes > 0);
    event_set_log_callback(log_of_libevent);
    raise_descriptors(l->connections);
    w->a = app;
    w->options = *options;
    if (w->options.limits.body_bytes_per_second <= 0)
        w->options.limits.body_bytes_per_second = 1024;
    w->filter = (struct filter_limits){.head_bytes = (size_t)l->header_bytes, .head_fields = (size_t)l->header_fields,
                                       .url_bytes = (size_t)l->url_bytes};
    w->n_loops = options->workers > 0 ? options->workers : default_workers();
    w->loops = ARENA_ARRAY(app, (size_t)w->n_loops, struct web_loop);
    MUST(pthread_mutex_init(&w->lock, NULL) == 0 && pthread_cond_init(&w->changed, NULL) == 0);
    for (int i = 0; i < w->n_loops; i++)
        w->loops[i].listen_fd = -1;
    TRY(join_routes(w));
    TRY(proxy_list_parse(app, options->proxies, &w->proxies));
    w->buckets = ratelimit_new(app);
    struct err *e = open_sockets(w);
    if (e) {
        close_sockets(w);
        return e;
    }
    for (int i = 0; i < w->n_loops; i++) {
        struct web_loop *loop = &w->loops[i];
        loop->web = w;
        loop->index = i;
        loop->a = arena_new("loop", 0);
        loop->max_conns = (size_t)((l->connections + w->n_loops - 1) / w->n_loops);
        loop->wake_fd = eventfd(0, EFD_CLOEXEC | EFD_NONBLOCK);
        MUST(loop->wake_fd >= 0 && pthread_mutex_init(&loop->lock, NULL) == 0);
    }
    e = start_threads(w);
    if (e) {
        web_stop(w, 0);
        return e;
    }
    *ret_web = w;
    return NULL;
}

struct str web_address(struct web *w)
{
    return w->address;
}

void web_stop(struct web *w, int seconds)
{
    w->drain_until = clock_monotonic() + (int64_t)seconds * 1000;
    drain_all(w);
    for (int i = 0; i < w->n_loops; i++) {
        struct web_loop *loop = &w->loops[i];
        MUST(pthread_join(loop->thread, NULL) == 0);
        if (loop->start_error)
            free_loop(loop);
    }
    close_sockets(w);
    pool_stop(w->pool);
}

const struct web_route *web_routes(struct web *w, size_t *ret_n)
{
    *ret_n = w->n_routes;
    return w->routes;
}
