/* SPDX-License-Identifier: AGPL-3.0-or-later
 *
 * courier_main.c - the courier: asks the server for letters over one socket, sends them, tells what became of each.
 *
 * It opens no database, no key and no folder; settings come over the socket. Of the whole program only this
 * process connects out. Requests and replies take turns: {"want":2,"busy":[..],"results":[..]} is answered with
 * {"ok":true,"wait_ms":..,"letters":[..]}; a result is told again until a reply says that it is recorded.
 *
 * Keeps:  SIGTERM ends what is on its way, tells of it and exits 0; a server that is gone ends it at once.
 * Source: architecture.md section 3.
 */
#include "app/courier_main.h"

#include <errno.h>
#include <poll.h>
#include <signal.h>
#include <string.h>
#include <sys/epoll.h>
#include <sys/prctl.h>
#include <sys/resource.h>
#include <sys/signalfd.h>
#include <unistd.h>

#include "app/line_io.h"
#include "app/smtp.h"
#include "base/clock.h"
#include "base/json.h"
#include "base/log.h"
#include "core/json_read.h"

#define LINE_MAX_BYTES (16 * ARENA_MIB)
#define TOLD_MAX 64
#define CONNECTIONS_MAX 16
#define DRAIN_MS 15000
#define LINK "the server's socket"

/* A result that waits until the server has it. */
struct told {
    int64_t id;
    bool is_accepted;
    enum courier_phase phase;
    int code;
    char text[320];
};

struct courier {
    struct mail_settings m;
    struct smtp *smtp;
    int signals;            /* signalfd of SIGTERM and SIGINT */
    int events;             /* epoll of the socket and the signals */
    struct told told[TOLD_MAX];
    size_t n_told;
    size_t n_asked;         /* of them in the request that is open */
    bool is_asked;          /* a reply is due */
    bool is_stopping;
    int64_t stop_at;        /* then it ends whatever is on its way; monotonic ms */
    int64_t ask_at;         /* no request before; monotonic ms */
};

/* ---- settings ---- */

static struct str optional(const struct json_at *root, const char *key, size_t max)
{
    struct json_at at = json_read_opt(root, key);
    return at.v ? json_read_str(&at, max) : S("");
}

static struct err *read_settings(struct arena *app, struct mail_settings *m)
{
    struct str line;
    struct json_reader r;
    TRY(line_receive(app, COURIER_FD, LINK, LINE_MAX_BYTES, &line));
    struct json_at root = json_read_open(&r, app, S("settings"), ERR_INTERNAL, line);
    struct json_at url = json_read_get(&root, "url");
    struct json_at hello = json_read_get(&root, "hello");
    struct json_at from = json_read_get(&root, "from");
    struct json_at tls = json_read_get(&root, "needs_tls");
    struct json_at connections = json_read_get(&root, "connections");
    struct json_at seconds = json_read_get(&root, "seconds");
    *m = (struct mail_settings){
        .is_smtp = true,
        .url = json_read_str(&url, 1024),
        .hello = json_read_str(&hello, 256),
        .from = json_read_str(&from, 256),
        .needs_tls = json_read_bool(&tls),
        .ca_file = optional(&root, "ca_file", 4096),
        .user = optional(&root, "user", 1024),
        .password = optional(&root, "password", 4096),
        .connections = json_read_int(&connections, 1, CONNECTIONS_MAX),
        .seconds = json_read_int(&seconds, 1, 3600),
    };
    return r.e;
}

/* ---- asking ---- */

static void put_result(struct json *j, const struct told *t)
{
    json_object(j);
    json_put_int(j, "id", t->id);
    json_put_bool(j, "accepted", t->is_accepted);
    json_put_str(j, "phase", str_c(courier_phase_name(t->phase)));
    json_put_int(j, "code", t->code);
    if (t->text[0])
        json_put_str(j, "text", str_c(t->text));
    json_object_end(j);
}

static struct err *ask(struct arena *a, struct courier *c)
{
    struct str busy[CONNECTIONS_MAX];
    struct buf b;
    struct json j;
    size_t n = smtp_busy(c->smtp, busy);
    size_t room = TOLD_MAX - c->n_told - n; /* every letter on its way will need a place */
    size_t want = smtp_free(c->smtp);
    want = c->is_stopping ? 0 : want < room ? want : room;
    buf_init(&b, a, ARENA_MIB);
    json_begin(&j, &b);
    json_object(&j);
    json_put_int(&j, "want", (int64_t)want);
    json_key(&j, "busy");
    json_array(&j);
    for (size_t i = 0; i < n; i++)
        json_str(&j, busy[i].n > 0 ? busy[i] : S("+unknown"));
    json_array_end(&j);
    json_key(&j, "results");
    json_array(&j);
    for (size_t i = 0; i < c->n_told; i++)
        put_result(&j, &c->told[i]);
    json_array_end(&j);
    json_object_end(&j);
    json_end(&j);
    buf_byte(&b, '\n');
    c->n_asked = c->n_told;
    c->is_asked = true;
    return line_send(a, COURIER_FD, LINK, buf_view(&b));
}

/* ---- the reply ---- */

static struct err *take_letter(struct arena *a, struct courier *c, const struct json_at *at)
{
    struct json_at id = json_read_get(at, "id");
    struct json_at recipient = json_read_get(at, "recipient");
    struct json_at bytes = json_read_get(at, "bytes");
    struct courier_letter letter = {
        .id = json_read_int(&id, 1, INT64_MAX),
        .domain = optional(at, "domain", 1024),
        .recipient = json_read_str(&recipient, 1024),
    };
    struct str base64 = json_read_str(&bytes, LINE_MAX_BYTES);
    if (at->r->e)
        return at->r->e;
    if (!base64_decode(a, base64, &letter.bytes))
        return ERR(a, ERR_INTERNAL, "letter %lld: not base64", (long long)letter.id);
    smtp_begin(c->smtp, &letter);
    return NULL;
}

/* What was told is recorded: forget it. */
static void forget_told(struct courier *c)
{
    memmove(c->told, c->told + c->n_asked, (c->n_told - c->n_asked) * sizeof c->told[0]);
    c->n_told -= c->n_asked;
    c->n_asked = 0;
}

static struct err *take_reply(struct arena *a, struct courier *c)
{
    struct str line;
    struct json_reader r;
    TRY(line_receive(a, COURIER_FD, LINK, LINE_MAX_BYTES, &line));
    struct json_at root = json_read_open(&r, a, S("reply"), ERR_INTERNAL, line);
    struct json_at ok = json_read_get(&root, "ok");
    struct json_at wait = json_read_get(&root, "wait_ms");
    struct json_at letters = json_read_get(&root, "letters");
    bool is_ok = json_read_bool(&ok);
    c->is_asked = false;
    c->ask_at = clock_monotonic() + json_read_int(&wait, 0, 3600000);
    size_t n = json_read_count(&letters, CONNECTIONS_MAX);
    if (r.e)
        return r.e;
    if (is_ok)
        forget_told(c);
    for (size_t i = 0; i < n; i++) {
        struct json_at at = json_read_item(&letters, i);
        TRY(take_letter(a, c, &at));
    }
    return NULL;
}

/* ---- the loop ---- */

/* What ended, into the list of what is to be told. */
static void collect(struct arena *a, struct courier *c)
{
    struct courier_result r;
    while (c->n_told < TOLD_MAX && smtp_ended(a, c->smtp, &r)) {
        struct told *t = &c->told[c->n_told++];
        *t = (struct told){.id = r.id, .is_accepted = r.answer.is_accepted, .phase = r.answer.phase, .code = r.answer.code};
        (void)snprintf(t->text, sizeof t->text, "%.*s", STR_FMT(r.answer.text));
        c->ask_at = 0; /* at once */
    }
}

static bool is_readable(int fd)
{
    struct pollfd p = {.fd = fd, .events = POLLIN};
    return poll(&p, 1, 0) > 0;
}

static bool is_done(const struct courier *c)
{
    bool is_idle = smtp_free(c->smtp) == (size_t)c->m.connections && c->n_told == 0 && !c->is_asked;
    return c->is_stopping && (is_idle || clock_monotonic() >= c->stop_at);
}

static int patience(const struct courier *c)
{
    int64_t left = c->is_asked ? 1000 : c->ask_at - clock_monotonic();
    return (int)(left < 0 ? 0 : left > 1000 ? 1000 : left);
}

static struct err *step(struct arena *a, struct courier *c)
{
    bool wants = c->n_told > 0 || (!c->is_stopping && smtp_free(c->smtp) > 0);
    if (!c->is_asked && wants && clock_monotonic() >= c->ask_at)
        TRY(ask(a, c));
    (void)smtp_work(c->smtp, c->events, patience(c));
    collect(a, c);
    struct signalfd_siginfo signal;
    if (read(c->signals, &signal, sizeof signal) == (ssize_t)sizeof signal && !c->is_stopping) {
        c->is_stopping = true;
        c->stop_at = clock_monotonic() + DRAIN_MS;
    }
    return is_readable(COURIER_FD) ? take_reply(a, c) : NULL;
}

static struct err *work(struct courier *c)
{
    while (!is_done(c)) {
        struct arena *a = arena_new("step", 64 * ARENA_MIB);
        struct err *e = step(a, c);
        if (e && e->code != ERR_IO)
            LOG(LOG_ERROR, "the courier ends", {"error", err_text(a, e)});
        bool failed = e != NULL;
        arena_free(a);
        if (failed)
            return NULL; /* the server is gone, or says what nobody understands: it starts another courier */
    }
    return NULL;
}

static struct err *open_signals(struct arena *app, struct courier *c)
{
    sigset_t set;
    (void)sigemptyset(&set);
    (void)sigaddset(&set, SIGTERM);
    (void)sigaddset(&set, SIGINT);
    MUST(sigprocmask(SIG_SETMASK, &set, NULL) == 0);
    c->signals = signalfd(-1, &set, SFD_CLOEXEC | SFD_NONBLOCK);
    c->events = epoll_create1(EPOLL_CLOEXEC);
    int fds[] = {c->signals, COURIER_FD};
    for (int i = 0; i < 2; i++) {
        struct epoll_event event = {.events = EPOLLIN};
        if (c->signals < 0 || c->events < 0 || epoll_ctl(c->events, EPOLL_CTL_ADD, fds[i], &event) != 0)
            return ERR(app, ERR_IO, "descriptor %d: %s", fds[i], strerror(errno));
    }
    return NULL;
}

int courier_main(void)
{
    struct arena *app = arena_new("courier", 0);
    struct courier *c = ARENA_NEW(app, struct courier);
    (void)prctl(PR_SET_DUMPABLE, 0); /* it knows a password */
    (void)setrlimit(RLIMIT_CORE, &(struct rlimit){0, 0});
    (void)signal(SIGPIPE, SIG_IGN);
    struct err *e = open_signals(app, c);
    if (!e)
        e = read_settings(app, &c->m);
    if (!e)
        e = smtp_new(app, &c->m, NULL, &c->smtp);
    if (!e)
        e = work(c);
    if (e)
        LOG(LOG_ERROR, "the courier cannot work", {"error", err_text(app, e)});
    int code = e ? 1 : 0;
    arena_free(app);
    return code;
}
