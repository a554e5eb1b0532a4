/* SPDX-License-Identifier: AGPL-3.0-or-later
 *
 * control.c - both ends of DIR/control.sock.
 */
#include "app/control.h"

#include <errno.h>
#include <poll.h>
#include <pthread.h>
#include <stdatomic.h>
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
#define OP_ARGS 16

struct control {
    struct site *site;
    int fd;
    const char *path;
    atomic_bool is_stopping;
    pthread_t thread;
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

/* ---- the socket ---- */

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

static void serve_client(struct control *c, int fd)
{
    struct arena *a = arena_new("control", 64 * ARENA_MIB);
    struct buf out;
    struct str line;
    struct str name;
    struct op_arg items[OP_ARGS];
    struct op_args args = {.items = items};
    buf_init(&out, a, 1 * ARENA_MIB);
    struct err *e = line_receive(a, fd, "control.sock", LINE_MAX_BYTES, &line);
    if (!e)
        e = parse_request(a, line, &name, items, &args.n);
    if (!e)
        e = run_op(a, c->site, name, &args, &out);
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
        serve_client(c, fd);
        (void)close(fd);
    }
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

/* Ask the running server. `*ret_asked` stays false when nobody listens. */
static struct err *ask_server(struct arena *a, const char *path, struct str line, bool *ret_asked, struct str *ret_json)
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
    struct err *e = line_send(a, fd, "control.sock", line);
    if (!e)
        e = line_receive(a, fd, "control.sock", LINE_MAX_BYTES, ret_json);
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
    TRY(ask_server(a, site_paths(a, dir).control, request_line(a, name, &none), ret_is_running, ret_json));
    return *ret_is_running ? check_reply(a, *ret_json) : NULL;
}

struct err *control_do(struct arena *a, const char *dir, const char *name, const struct op_args *args,
                       struct str *ret_json)
{
    bool asked = false;
    TRY(ask_server(a, site_paths(a, dir).control, request_line(a, name, args), &asked, ret_json));
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
