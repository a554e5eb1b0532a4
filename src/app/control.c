/* SPDX-License-Identifier: AGPL-3.0-or-later
 *
 * control.c - both ends of DIR/control.sock.
 */
#include "app/control.h"

#include <errno.h>
#include <poll.h>
#include <pthread.h>
#include <stdatomic.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/un.h>
#include <unistd.h>

#include "app/line_io.h"
#include "app/site_open.h"
#include "base/json.h"
#include "base/log.h"
#include "core/json_read.h"

#define LINE_MAX_BYTES (64 * ARENA_KIB)
#define OP_ARGS 24
#define CLIENTS 16 /* at once */

struct client {
    struct control *control;
    int fd;
    pthread_t thread;
    bool is_used;        /* the control thread's */
    atomic_bool is_done; /* the thread may be joined */
};

struct control {
    struct site *site;
    int fd;
    const char *path;
    atomic_bool is_stopping;
    pthread_t thread;
    struct client clients[CLIENTS];
};

struct str op_value(const struct op_args *args, const char *name)
{
    for (size_t i = 0; i < args->n; i++)
        if (str_eq(str_c(args->items[i].name), str_c(name)))
            return args->items[i].value;
    return (struct str){0};
}

static struct err *run_op(struct arena *a, struct site *site, struct str name, const struct op_args *args,
                          struct buf *out)
{
    for (const struct op *op = ops; op->name; op++)
        if (str_eq(str_c(op->name), name))
            return op->run(a, site, args, out);
    return ERR(a, ERR_INPUT, "unknown operation \"%.*s\"", STR_FMT(name));
}

/* ---- lines ---- */

/* The files that came with a message; what is too many is closed. */
static void take_files(struct msghdr *m, struct op_args *args)
{
    for (struct cmsghdr *c = CMSG_FIRSTHDR(m); c; c = CMSG_NXTHDR(m, c)) {
        if (c->cmsg_level != SOL_SOCKET || c->cmsg_type != SCM_RIGHTS)
            continue;
        size_t n = (c->cmsg_len - CMSG_LEN(0)) / sizeof(int);
        for (size_t i = 0; i < n; i++) {
            int fd;
            memcpy(&fd, CMSG_DATA(c) + i * sizeof fd, sizeof fd);
            if (args && args->n_files < OP_FILES)
                args->files[args->n_files++] = fd;
            else
                (void)close(fd);
        }
    }
}

static struct err *receive_some(struct arena *a, int fd, struct buf *b, struct op_args *files)
{
    char bytes[2048];
    union {
        struct cmsghdr align;
        char room[CMSG_SPACE(sizeof(int) * OP_FILES)];
    } control;
    struct iovec io = {bytes, sizeof bytes};
    struct msghdr m = {.msg_iov = &io, .msg_iovlen = 1, .msg_control = &control, .msg_controllen = sizeof control};
    ssize_t n;
    do {
        n = recvmsg(fd, &m, MSG_CMSG_CLOEXEC);
    } while (n < 0 && errno == EINTR);
    if (n < 0)
        return ERR(a, ERR_IO, "control.sock: %s", strerror(errno));
    take_files(&m, files);
    if (n == 0)
        return ERR(a, ERR_IO, "control.sock: the other side hung up");
    buf_add(b, bytes, (size_t)n);
    return buf_check(b, "a line on control.sock");
}

/* One line without its LF, out of `b`, which keeps what came behind it; files that come along into `files`, if given. */
static struct err *receive_line(struct arena *a, int fd, struct buf *b, struct op_args *files, struct str *ret_line)
{
    for (;;) {
        size_t end = str_find(buf_view(b), '\n');
        if (end != SIZE_MAX) {
            struct str rest = str_dup(a, str_slice(buf_view(b), end + 1, b->n));
            *ret_line = str_dup(a, str_slice(buf_view(b), 0, end));
            buf_clear(b);
            buf_str(b, rest);
            return NULL;
        }
        TRY(receive_some(a, fd, b, files));
    }
}

static struct err *address_of(struct arena *a, const char *path, struct sockaddr_un *ret)
{
    struct str p = str_c(path);
    *ret = (struct sockaddr_un){.sun_family = AF_UNIX};
    if (p.n >= sizeof ret->sun_path)
        return ERR(a, ERR_CONFIG, "%s: the path is longer than a socket's may be (%zu bytes)", path,
                   sizeof ret->sun_path - 1);
    for (size_t i = 0; i < p.n; i++)
        ret->sun_path[i] = p.p[i];
    return NULL;
}

/* ---- the server's end ---- */

/* {"op":"backup","file":"..."} -> name and arguments, in `a`. */
static struct err *parse_request(struct arena *a, struct str line, struct str *ret_name, struct op_arg *items,
                                 size_t *ret_n)
{
    struct json_reader r;
    const char *const *keys;
    struct json_at root = json_read_open(&r, a, S("request"), ERR_INPUT, line);
    size_t n = json_read_keys(&root, OP_ARGS, &keys);
    *ret_n = 0;
    *ret_name = S("");
    for (size_t i = 0; i < n; i++) {
        struct json_at value = json_read_get(&root, keys[i]);
        struct str text = json_read_str(&value, 4096);
        if (str_eq(str_c(keys[i]), S("op")))
            *ret_name = text;
        else
            items[(*ret_n)++] = (struct op_arg){keys[i], text};
    }
    return r.e;
}

/* {"progress":{...}} to whoever asked. */
static bool tell_client(void *user, struct str json)
{
    struct client *c = user;
    struct arena *a = arena_new("tell", 0);
    struct err *e = line_send(a, c->fd, "control.sock", str_printf(a, "{\"progress\":%.*s}\n", STR_FMT(json)));
    bool goes_on = !e && !atomic_load(&c->control->is_stopping);
    arena_free(a);
    return goes_on;
}

static void serve_client(struct client *client)
{
    struct control *c = client->control;
    int fd = client->fd;
    struct arena *a = arena_new("control", 64 * ARENA_MIB);
    struct buf in;
    struct buf out;
    struct str line;
    struct str name;
    struct op_arg items[OP_ARGS];
    struct op_args args = {.items = items, .tell = tell_client, .user = client};
    buf_init(&in, a, LINE_MAX_BYTES);
    buf_init(&out, a, 1 * ARENA_MIB);
    struct err *e = receive_line(a, fd, &in, &args, &line);
    if (!e)
        e = parse_request(a, line, &name, items, &args.n);
    if (!e)
        e = run_op(a, c->site, name, &args, &out);
    for (size_t i = 0; i < args.n_files; i++)
        (void)close(args.files[i]);
    if (e) {
        struct json j;
        buf_clear(&out);
        json_begin(&j, &out);
        json_object(&j);
        json_put_str(&j, "error", err_text(a, e));
        json_put_str(&j, "code", str_c(err_code_name(e->code)));
        json_object_end(&j);
        json_end(&j);
    }
    buf_byte(&out, '\n');
    e = line_send(a, fd, "control.sock", buf_view(&out));
    (void)e; /* the client is gone; what it asked is done all the same */
    arena_free(a);
}

static void *client_main(void *arg)
{
    struct client *c = arg;
    serve_client(c);
    (void)close(c->fd);
    atomic_store(&c->is_done, true);
    return NULL;
}

/* A free place, or NULL; places of those who are done are free again. */
static struct client *free_client(struct control *c)
{
    struct client *found = NULL;
    for (int i = 0; i < CLIENTS; i++) {
        struct client *k = &c->clients[i];
        if (k->is_used && atomic_load(&k->is_done)) {
            MUST(pthread_join(k->thread, NULL) == 0);
            k->is_used = false;
        }
        if (!k->is_used)
            found = k;
    }
    return found;
}

/* Serve `fd` on a thread of its own; hang up when too many are served. */
static void begin_client(struct control *c, int fd)
{
    struct client *k = free_client(c);
    if (k) {
        k->control = c;
        k->fd = fd;
        atomic_store(&k->is_done, false);
        k->is_used = pthread_create(&k->thread, NULL, client_main, k) == 0;
    }
    if (!k || !k->is_used)
        (void)close(fd);
}

static void *control_main(void *arg)
{
    struct control *c = arg;
    while (!atomic_load(&c->is_stopping)) {
        struct pollfd p = {.fd = c->fd, .events = POLLIN};
        if (poll(&p, 1, 200) <= 0)
            continue;
        int fd = accept4(c->fd, NULL, NULL, SOCK_CLOEXEC);
        if (fd < 0)
            continue;
        struct timeval patience = {.tv_sec = 10};
        (void)setsockopt(fd, SOL_SOCKET, SO_RCVTIMEO, &patience, sizeof patience);
        begin_client(c, fd);
    }
    for (int i = 0; i < CLIENTS; i++)
        if (c->clients[i].is_used)
            MUST(pthread_join(c->clients[i].thread, NULL) == 0);
    return NULL;
}

struct err *control_start(struct arena *app, struct site *site, struct control **ret_control)
{
    struct control *c = ARENA_NEW(app, struct control);
    struct sockaddr_un address;
    c->site = site;
    c->path = site_paths(app, str_to_c(app, site->data_dir)).control;
    TRY(address_of(app, c->path, &address));
    (void)unlink(c->path); /* the lock of the database says that nobody else serves this folder */
    c->fd = socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0);
    if (c->fd < 0 || bind(c->fd, (const struct sockaddr *)(const void *)&address, sizeof address) != 0 ||
        chmod(c->path, 0600) != 0 || listen(c->fd, 8) != 0)
        return ERR(app, ERR_IO, "%s: %s", c->path, strerror(errno));
    if (pthread_create(&c->thread, NULL, control_main, c) != 0)
        return ERR(app, ERR_INTERNAL, "the control thread cannot be made");
    *ret_control = c;
    return NULL;
}

void control_stop(struct control *c)
{
    if (!c)
        return;
    atomic_store(&c->is_stopping, true);
    MUST(pthread_join(c->thread, NULL) == 0);
    (void)close(c->fd);
    (void)unlink(c->path);
}

/* ---- the command's end ---- */

static struct str request_line(struct arena *a, const char *name, const struct op_args *args)
{
    struct buf b;
    struct json j;
    buf_init(&b, a, LINE_MAX_BYTES);
    json_begin(&j, &b);
    json_object(&j);
    json_put_str(&j, "op", str_c(name));
    for (size_t i = 0; i < args->n; i++)
        if (args->items[i].value.p)
            json_put_str(&j, args->items[i].name, args->items[i].value);
    json_object_end(&j);
    json_end(&j);
    buf_byte(&b, '\n');
    return buf_view(&b);
}

/* The request and the files that go with it. */
static struct err *send_request(struct arena *a, int fd, struct str line, const struct op_args *args)
{
    union {
        struct cmsghdr align;
        char room[CMSG_SPACE(sizeof(int) * OP_FILES)];
    } control = {0};
    struct iovec io = {(void *)(uintptr_t)line.p, 1}; /* they travel with the first byte */
    struct msghdr m = {.msg_iov = &io, .msg_iovlen = 1};
    if (args->n_files == 0)
        return line_send(a, fd, "control.sock", line);
    m.msg_control = &control;
    m.msg_controllen = CMSG_SPACE(sizeof(int) * args->n_files);
    struct cmsghdr *c = CMSG_FIRSTHDR(&m);
    c->cmsg_level = SOL_SOCKET;
    c->cmsg_type = SCM_RIGHTS;
    c->cmsg_len = CMSG_LEN(sizeof(int) * args->n_files);
    memcpy(CMSG_DATA(c), args->files, sizeof(int) * args->n_files);
    if (sendmsg(fd, &m, MSG_NOSIGNAL) != 1)
        return ERR(a, ERR_IO, "control.sock: %s", strerror(errno));
    return line_send(a, fd, "control.sock", str_slice(line, 1, line.n));
}

/* The last line; those of progress before it are told. */
static struct err *receive_reply(struct arena *a, int fd, const struct op_args *args, struct str *ret_json)
{
    static const struct str progress = STR("{\"progress\":");
    struct buf in;
    bool goes_on = true;
    buf_init(&in, a, 2 * ARENA_MIB);
    while (goes_on) {
        TRY(receive_line(a, fd, &in, NULL, ret_json));
        if (!str_starts(*ret_json, progress))
            return NULL;
        if (args->tell)
            goes_on = args->tell(args->user, str_slice(*ret_json, progress.n, ret_json->n - 1));
    }
    return ERR(a, ERR_IO, "stopped; the server goes on with what it had begun");
}

/* Ask the running server. `*ret_asked` stays false when nobody listens. */
static struct err *ask_server(struct arena *a, const char *path, struct str line, const struct op_args *args,
                              bool *ret_asked, struct str *ret_json)
{
    struct sockaddr_un address;
    TRY(address_of(a, path, &address));
    int fd = socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0);
    if (fd < 0)
        return ERR(a, ERR_IO, "socket: %s", strerror(errno));
    if (connect(fd, (const struct sockaddr *)(const void *)&address, sizeof address) != 0) {
        (void)close(fd);
        return NULL;
    }
    *ret_asked = true;
    struct err *e = send_request(a, fd, line, args);
    if (!e)
        e = receive_reply(a, fd, args, ret_json);
    (void)close(fd);
    return e;
}

/* An {"error":...} reply becomes an error again. */
static struct err *check_reply(struct arena *a, struct str json)
{
    struct json_reader r;
    struct json_at root = json_read_open(&r, a, S("the server's reply"), ERR_INTERNAL, json);
    struct json_at error = json_read_opt(&root, "error");
    if (!r.e && error.v) {
        struct str why = json_read_str(&error, 4096);
        return r.e ? r.e : ERR(a, ERR_INPUT, "%.*s", STR_FMT(why));
    }
    return r.e;
}

struct err *control_ask(struct arena *a, const char *dir, const char *name, bool *ret_is_running, struct str *ret_json)
{
    struct op_args none = {0};
    *ret_is_running = false;
    TRY(ask_server(a, site_paths(a, dir).control, request_line(a, name, &none), &none, ret_is_running, ret_json));
    return *ret_is_running ? check_reply(a, *ret_json) : NULL;
}

struct err *control_do(struct arena *a, const char *dir, const char *name, const struct op_args *args,
                       struct str *ret_json)
{
    bool asked = false;
    TRY(ask_server(a, site_paths(a, dir).control, request_line(a, name, args), args, &asked, ret_json));
    if (asked)
        return check_reply(a, *ret_json);
    struct site *site;
    struct buf out;
    TRY(site_open(a, dir, SITE_WRITE, &site));
    buf_init(&out, a, 1 * ARENA_MIB);
    struct err *e = run_op(a, site, str_c(name), args, &out);
    site_close(site);
    if (!e)
        *ret_json = buf_view(&out);
    return e;
}
