/* SPDX-License-Identifier: AGPL-3.0-or-later
 *
 * ops.c - the operations that a command asks of the server, or does itself: backup, rebuild, accounts.
 */
#include "app/backup.h"
#include "app/control.h"
#include "base/json.h"
#include "core/institution.h"
#include "core/people.h"

static void begin(struct json *j, struct buf *out)
{
    json_begin(j, out);
    json_object(j);
    json_put_bool(j, "ok", true);
}

static void end(struct json *j)
{
    json_object_end(j);
    json_end(j);
}

static struct err *op_backup(struct arena *a, struct site *site, const struct op_args *args, struct buf *out)
{
    struct str file = op_value(args, "file");
    struct json j;
    int64_t bytes;
    if (!file.p || file.n == 0 || file.p[0] != '/')
        return ERR(a, ERR_INPUT, "file: expected an absolute path");
    TRY(backup_write(a, site, str_to_c(a, file), &bytes));
    begin(&j, out);
    json_put_str(&j, "file", file);
    json_put_int(&j, "bytes", bytes);
    end(&j);
    return NULL;
}

static struct err *op_rebuild(struct arena *a, struct site *site, const struct op_args *args, struct buf *out)
{
    struct json j;
    for (size_t i = 0; i < site->n_institutions; i++) {
        const struct institution *slice = site->institutions[i];
        struct action x = {0};
        if (slice->rebuild)
            TRY(action_run(a, site, actor_operator(), slice->rebuild, &x));
    }
    begin(&j, out);
    end(&j);
    return NULL;
}
