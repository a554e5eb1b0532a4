/* SPDX-License-Identifier: AGPL-3.0-or-later
 *
 * engine_fault.c - an engine whose n-th call fails, for tests that ask: and then?
 *
 * Wraps another engine. Counted are the calls that can fail (control, start, step, exec, migrate). With ERR_FULL
 * the inner transaction is rolled back first, as SQLite does behind a savepoint: measured, and the reason
 * why the writer asks in_transaction after every failed job.
 */
#include "db/engine.h"

struct engine_faulty {
    struct engine super;
    struct engine *inner;
    int calls;
    int at;
    enum err_code code;
    bool forever;
};

static struct engine_faulty *self(struct engine *e)
{
    return (struct engine_faulty *)(void *)e;
}

static struct err *maybe_fail(struct engine_faulty *f, struct arena *a, const char *what)
{
    f->calls++;
    if (f->calls != f->at && !(f->forever && f->calls > f->at))
        return NULL;
    if (f->code == ERR_FULL && f->inner->ops->in_transaction(f->inner)) {
        struct err *e = f->inner->ops->control(f->inner, a, ENGINE_ROLLBACK);
        (void)e; /* the transaction is gone either way */
    }
    return ERR(a, f->code, "injected fault in call %d (%s)", f->calls, what);
}

static struct err *fault_control(struct engine *e, struct arena *a, enum engine_step step)
{
    struct engine_faulty *f = self(e);
    bool is_undo = step == ENGINE_ROLLBACK || step == ENGINE_ROLLBACK_TO || step == ENGINE_END_READ;
    if (!is_undo)
        TRY(maybe_fail(f, a, "control"));
    return f->inner->ops->control(f->inner, a, step);
}

static bool fault_in_transaction(struct engine *e)
{
    return self(e)->inner->ops->in_transaction(self(e)->inner);
}

static struct err *fault_start(struct engine *e, struct arena *a, int id, const struct db_value *args,
                               int n_args, void **ret_statement)
{
    TRY(maybe_fail(self(e), a, "start"));
    return self(e)->inner->ops->start(self(e)->inner, a, id, args, n_args, ret_statement);
}

static struct err *fault_step(struct engine *e, struct arena *a, void *statement, bool *ret_has_row)
{
    TRY(maybe_fail(self(e), a, "step"));
    return self(e)->inner->ops->step(self(e)->inner, a, statement, ret_has_row);
}

static struct db_value fault_column(struct engine *e, void *statement, int i)
{
    return self(e)->inner->ops->column(self(e)->inner, statement, i);
}

static void fault_finish(struct engine *e, void *statement)
{
    self(e)->inner->ops->finish(self(e)->inner, statement);
}

static struct err *fault_exec(struct engine *e, struct arena *a, int id, const struct db_value *args, int n_args,
                              int64_t *ret_changed)
{
    TRY(maybe_fail(self(e), a, "exec"));
    return self(e)->inner->ops->exec(self(e)->inner, a, id, args, n_args, ret_changed);
}

static struct err *fault_lock_realm(struct engine *e, struct arena *a, int64_t realm)
{
    struct engine *inner = self(e)->inner;
    if (!inner->ops->lock_realm)
        return NULL;
    TRY(maybe_fail(self(e), a, "lock_realm"));
    return inner->ops->lock_realm(inner, a, realm);
}

static struct err *fault_migrate(struct engine *e, struct arena *a, const struct db_migration *m)
{
    TRY(maybe_fail(self(e), a, "migrate"));
    return self(e)->inner->ops->migrate(self(e)->inner, a, m);
}

static struct err *fault_checkpoint(struct engine *e, struct arena *a, int pages)
{
    struct engine *inner = self(e)->inner;
    return inner->ops->checkpoint ? inner->ops->checkpoint(inner, a, pages) : NULL;
}

static struct err *fault_backup(struct engine *e, struct arena *a, const char *path)
{
    return self(e)->inner->ops->backup(self(e)->inner, a, path);
}

static struct err *fault_check(struct engine *e, struct arena *a)
{
    return self(e)->inner->ops->check(self(e)->inner, a);
}

static void fault_close(struct engine *e)
{
    self(e)->inner->ops->close(self(e)->inner);
}

static const struct engine_ops fault_ops = {
    .control = fault_control,
    .in_transaction = fault_in_transaction,
    .start = fault_start,
    .step = fault_step,
    .column = fault_column,
    .finish = fault_finish,
    .exec = fault_exec,
    .lock_realm = fault_lock_realm,
    .migrate = fault_migrate,
    .checkpoint = fault_checkpoint,
    .backup = fault_backup,
    .check = fault_check,
    .close = fault_close,
};

struct engine *engine_fault(struct arena *app, struct engine *inner, int at, enum err_code code, bool forever)
{
    struct engine_faulty *f = ARENA_NEW(app, struct engine_faulty);
    *f = (struct engine_faulty){
        .super = {.ops = &fault_ops}, .inner = inner, .at = at, .code = code, .forever = forever};
    return &f->super;
}
