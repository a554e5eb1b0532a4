/* SPDX-License-Identifier: AGPL-3.0-or-later
 *
 * courier_host.c - one courier at a time, one thread that answers it.
 *
 * Keeps:  the courier gets one descriptor, no environment, and dies with the server; what it had taken waits again
 *         when the next one starts; a courier that ends at once is not started in a busy loop.
 */
#include "app/courier_host.h"

#include <errno.h>
#include <fcntl.h>
#include <pthread.h>
#include <signal.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/socket.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

#include "app/courier_main.h"
#include "app/line_io.h"
#include "base/clock.h"
#include "base/json.h"
#include "base/log.h"
#include "core/courier.h"
#include "core/json_read.h"

#define REQUEST_MAX_BYTES ARENA_MIB
#define REPLY_MAX_BYTES (16 * ARENA_MIB)
#define FIRST_PAUSE_MS 500
#define MOST_PAUSE_MS 60000
#define LONG_LIFE_MS 60000 /* a courier that lived so long did not fail at its start */
#define STOP_MS 20000
#define IDLE_MS 1000       /* how often an idle courier asks */
#define TROUBLED_MS 5000   /* how soon again when its results could not be recorded */
#define RESULTS_MAX 64
#define LINK "the courier's socket"

struct courier_host {
    struct site *site;
    struct mail_settings m;
    struct str name;
    pid_t pid;        /* 0: none runs */
    int fd;           /* socket to it */
    pthread_t thread; /* answers it */
    int64_t began_at; /* monotonic ms */
    int64_t start_at; /* no start before; monotonic ms */
    int failures;     /* short lives in a row */
};

/* ---- a request ---- */

struct request {
    struct courier_visit visit;
    struct courier_result results[RESULTS_MAX];
    struct str busy[RESULTS_MAX];
};

static void read_result(const struct json_at *at, struct courier_result *r)
{
    static const char *const phases[N_COURIER_PHASES] = {"relay", "from", "to", "data"};
    struct json_at id = json_read_get(at, "id");
    struct json_at accepted = json_read_get(at, "accepted");
    struct json_at phase = json_read_get(at, "phase");
    struct json_at code = json_read_get(at, "code");
    struct json_at text = json_read_opt(at, "text");
    *r = (struct courier_result){
        .id = json_read_int(&id, 1, INT64_MAX),
        .answer = {.is_accepted = json_read_bool(&accepted),
                   .phase = (enum courier_phase)json_read_word(&phase, phases, N_COURIER_PHASES),
                   .code = (int)json_read_int(&code, 0, 999),
                   .text = text.v ? json_read_str(&text, 1024) : S("")},
    };
}

static struct err *read_request(struct arena *a, struct str line, struct request *q)
{
    struct json_reader r;
    struct json_at root = json_read_open(&r, a, S("a courier's request"), ERR_INTERNAL, line);
    struct json_at want = json_read_get(&root, "want");
    struct json_at busy = json_read_get(&root, "busy");
    struct json_at results = json_read_get(&root, "results");
    q->visit.n_wanted = (size_t)json_read_int(&want, 0, RESULTS_MAX);
    q->visit.n_busy = json_read_count(&busy, RESULTS_MAX);
    q->visit.n_results = json_read_count(&results, RESULTS_MAX);
    for (size_t i = 0; i < q->visit.n_busy && !r.e; i++) {
        struct json_at at = json_read_item(&busy, i);
        q->busy[i] = json_read_str(&at, 1024);
    }
    for (size_t i = 0; i < q->visit.n_results && !r.e; i++) {
        struct json_at at = json_read_item(&results, i);
        read_result(&at, &q->results[i]);
    }
    q->visit.busy = q->busy;
    q->visit.results = q->results;
    return r.e;
}

/* ---- the reply ---- */

static void put_letter(struct json *j, struct arena *a, const struct courier_letter *letter)
{
    struct buf base64;
    buf_init(&base64, a, REPLY_MAX_BYTES);
    buf_base64(&base64, letter->bytes.p, letter->bytes.n);
    json_object(j);
    json_put_int(j, "id", letter->id);
    if (letter->domain.n > 0)
        json_put_str(j, "domain", letter->domain);
    json_put_str(j, "recipient", letter->recipient);
    json_put_str(j, "bytes", buf_view(&base64));
    json_object_end(j);
}

static struct str reply_line(struct arena *a, bool is_ok, int wait_ms, const struct courier_letter *letters, size_t n)
{
    struct buf b;
    struct json j;
    buf_init(&b, a, REPLY_MAX_BYTES);
    json_begin(&j, &b);
    json_object(&j);
    json_put_bool(&j, "ok", is_ok);
    json_put_int(&j, "wait_ms", wait_ms);
    json_key(&j, "letters");
    json_array(&j);
    for (size_t i = 0; i < n; i++)
        put_letter(&j, a, &letters[i]);
    json_array_end(&j);
    json_object_end(&j);
    json_end(&j);
    buf_byte(&b, '\n');
    return buf_view(&b);
}

static struct str settings_line(struct arena *a, const struct mail_settings *m)
{
    struct buf b;
    struct json j;
    buf_init(&b, a, ARENA_MIB);
    json_begin(&j, &b);
    json_object(&j);
    json_put_str(&j, "url", m->url);
    json_put_str(&j, "hello", m->hello);
    json_put_str(&j, "from", m->from);
    json_put_bool(&j, "needs_tls", m->needs_tls);
    if (m->ca_file.n > 0)
        json_put_str(&j, "ca_file", m->ca_file);
    if (m->user.n > 0) {
        json_put_str(&j, "user", m->user);
        json_put_str(&j, "password", m->password);
    }
    json_put_int(&j, "connections", m->connections);
    json_put_int(&j, "seconds", m->seconds);
    json_object_end(&j);
    json_end(&j);
    buf_byte(&b, '\n');
    return buf_view(&b);
}

/* ---- the thread that answers ---- */

static struct err *answer(struct arena *a, struct courier_host *h, struct db_read *r)
{
    struct str line;
    struct request *q = ARENA_NEW(a, struct request);
    struct courier_letter *letters = NULL;
    size_t n = 0;
    TRY(line_receive(a, h->fd, LINK, REQUEST_MAX_BYTES, &line));
    TRY(read_request(a, line, q));
    q->visit.by = h->name;
    struct err *e = courier_visit(a, h->site, r, &h->m, &q->visit, &letters, &n);
    if (e)
        LOG(LOG_WARN, "what the courier told is not recorded yet", {"error", err_text(a, e)});
    struct str reply = e ? reply_line(a, false, TROUBLED_MS, NULL, 0) : reply_line(a, true, IDLE_MS, letters, n);
    return line_send(a, h->fd, LINK, reply);
}

static struct err *greet(struct arena *a, struct courier_host *h, struct db_read **ret_read)
{
    TRY(db_reader(a, h->site->db, ret_read));
    TRY(courier_gone(a, h->site, &h->m, h->name)); /* the one before left these */
    return line_send(a, h->fd, LINK, settings_line(a, &h->m));
}

static void *answer_main(void *arg)
{
    struct courier_host *h = arg;
    struct db_read *r = NULL;
    struct arena *life = arena_new("courier's life", 64 * ARENA_MIB);
    struct err *e = greet(life, h, &r);
    if (e)
        LOG(LOG_WARN, "the courier cannot be served", {"error", err_text(life, e)});
    bool is_over = e != NULL;
    while (!is_over) {
        struct arena *a = arena_new("courier's request", 64 * ARENA_MIB);
        e = answer(a, h, r);
        if (e && e->code != ERR_IO)
            LOG(LOG_ERROR, "the courier is not understood", {"error", err_text(a, e)});
        is_over = e != NULL;
        arena_free(a);
    }
    (void)shutdown(h->fd, SHUT_RDWR); /* a courier that still lives sees the end */
    arena_free(life);
    return NULL;
}

/* ---- the process ---- */

/* Between fork and exec: nothing but system calls. */
__attribute__((noreturn)) static void become_courier(int fd, pid_t parent)
{
    char program[] = "birge";
    char word[] = COURIER_WORD;
    char language[] = "LANG=C.UTF-8";
    char *const argv[] = {program, word, NULL};
    char *const environment[] = {language, NULL};
    bool ok = prctl(PR_SET_PDEATHSIG, SIGKILL) == 0 && getppid() == parent;
    if (fd == COURIER_FD)
        ok = ok && fcntl(fd, F_SETFD, 0) == 0;
    else
        ok = ok && dup2(fd, COURIER_FD) == COURIER_FD;
    if (ok && close_range(COURIER_FD + 1, ~0U, 0) == 0)
        (void)execve("/proc/self/exe", argv, environment);
    _exit(126);
}

/* No start before a pause that grows with each short life. */
static void put_off(struct courier_host *h)
{
    int64_t now = clock_monotonic();
    h->failures = now - h->began_at > LONG_LIFE_MS ? 1 : h->failures + 1;
    h->start_at = now + courier_pause(FIRST_PAUSE_MS, MOST_PAUSE_MS, h->failures, (uint64_t)now);
}

static void start(struct courier_host *h)
{
    int pair[2];
    pid_t parent = getpid();
    h->began_at = clock_monotonic();
    if (socketpair(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0, pair) != 0) {
        LOG(LOG_WARN, "no courier", {"error", str_c(strerror(errno))});
        put_off(h);
        return;
    }
    pid_t pid = fork();
    if (pid == 0)
        become_courier(pair[1], parent);
    (void)close(pair[1]);
    h->fd = pair[0];
    if (pid < 0 || pthread_create(&h->thread, NULL, answer_main, h) != 0) {
        LOG(LOG_WARN, "no courier", {"error", S("no process or thread can be made")});
        (void)close(h->fd);
        if (pid > 0)
            (void)waitpid(pid, NULL, 0); /* it sees the end of its socket */
        put_off(h);
        return;
    }
    h->pid = pid;
    LOG(LOG_INFO, "the courier runs", {"relay", h->m.url});
}

/* It has ended with `status`. */
static void bury(struct courier_host *h, int status)
{
    (void)shutdown(h->fd, SHUT_RDWR);
    MUST(pthread_join(h->thread, NULL) == 0);
    (void)close(h->fd);
    h->pid = 0;
    if (!WIFEXITED(status) || WEXITSTATUS(status) != 0)
        LOG(LOG_WARN, "the courier ended", {"how", WIFSIGNALED(status) ? S("by a signal") : S("with an error")});
}

void courier_host_look(struct courier_host *h)
{
    int status;
    if (!h)
        return;
    if (h->pid != 0 && waitpid(h->pid, &status, WNOHANG) == h->pid) {
        bury(h, status);
        put_off(h);
    }
    if (h->pid == 0 && clock_monotonic() >= h->start_at)
        start(h);
}

int64_t courier_host_pause(const struct courier_host *h)
{
    if (!h || h->pid != 0)
        return INT64_MAX;
    int64_t left = h->start_at - clock_monotonic();
    return left > 0 ? left : 0;
}

struct err *courier_host_start(struct arena *app, struct site *site, struct courier_host **ret_host)
{
    struct mail_settings m;
    TRY(mail_settings_read(app, site->config, site->data_dir, &m));
    if (!m.is_smtp)
        return NULL;
    struct courier_host *h = ARENA_NEW(app, struct courier_host);
    h->site = site;
    h->m = m;
    h->name = courier_name(app, site);
    if (!m.needs_tls && !mail_relay_is_local(m.url))
        LOG(LOG_WARN, "letters go to the relay over an open line: [mail] tls = none");
    start(h);
    *ret_host = h;
    return NULL;
}

void courier_host_stop(struct courier_host *h)
{
    int status = 0;
    if (!h || h->pid == 0)
        return;
    (void)kill(h->pid, SIGTERM);
    int64_t end = clock_monotonic() + STOP_MS;
    while (waitpid(h->pid, &status, WNOHANG) == 0) {
        if (clock_monotonic() >= end)
            (void)kill(h->pid, SIGKILL);
        (void)nanosleep(&(struct timespec){.tv_nsec = 10000000}, NULL);
    }
    bury(h, status);
}
