/* SPDX-License-Identifier: AGPL-3.0-or-later
 *
 * control.h - operations on a data folder, done by the server when one runs, by the command itself otherwise.
 *
 * One process writes a data folder. A command that changes state asks DIR/control.sock; when nobody listens
 * there it takes the lock and does the same operation itself. A request is one line of JSON, the reply is one
 * line of JSON: {"ok":true,...} or {"error":"..."}; before it may come lines {"progress":...}. Open files travel with
 * the request, so that the server need not be able to reach what the one who asks may read. The socket is 0600: who
 * may read the folder may ask. Each request has a thread of its own: a backup need not wait for an import.
 *
 * Source: architecture.md section 4 ("One writer in the whole system").
 */
#ifndef BIRGE_APP_CONTROL_H
#define BIRGE_APP_CONTROL_H

#include "base/buf.h"
#include "core/site.h"

/* Arguments of an operation: names and texts. */
struct op_arg {
    const char *name;
    struct str value;
};
#define OP_FILES 2
struct op_args {
    const struct op_arg *items;
    size_t n;
    int files[OP_FILES]; /* open files that came with them; meaningless behind n_files. The caller's */
    size_t n_files;
    /* Called while a long operation runs, with one JSON object; false: the one who asked is gone, stop. NULL: nobody
     * listens. */
    bool (*tell)(void *user, struct str json);
    void *user;
};
/* The value of `name`, or absent. */
struct str op_value(const struct op_args *args, const char *name);

/* An operation writes its result as one JSON object into `out`. */
typedef struct err *op_run(struct arena *a, struct site *site, const struct op_args *args, struct buf *out);
struct op {
    const char *name; /* "backup" */
    op_run *run;
};
/* All operations; static. Ends with a name of NULL. */
extern const struct op ops[];

/* ops_import.c. */
struct err *op_import(struct arena *a, struct site *site, const struct op_args *args, struct buf *out);

/* Do `name` on the folder `dir`, there or here. Memory: `a`. `ret_json` gets the result object. */
struct err *control_do(struct arena *a, const char *dir, const char *name, const struct op_args *args,
                       struct str *ret_json) WARN_UNUSED;

/* Ask the server alone; `*ret_is_running` is false when none serves `dir`, and nothing is done then. */
struct err *control_ask(struct arena *a, const char *dir, const char *name, bool *ret_is_running, struct str *ret_json)
    WARN_UNUSED;

struct control;
/* Listen on DIR/control.sock with a thread of its own. Memory: `app`. */
struct err *control_start(struct arena *app, struct site *site, struct control **ret_control) WARN_UNUSED;
/* End the thread, remove the socket. NULL is fine. */
void control_stop(struct control *c);

#endif
