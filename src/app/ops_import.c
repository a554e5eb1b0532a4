/* SPDX-License-Identifier: AGPL-3.0-or-later
 *
 * ops_import.c - the operation behind `birge import`: an order from its arguments, a report as JSON.
 */
#include "app/control.h"
#include "base/json.h"
#include "core/import.h"
#include "core/institution.h"

static void put_progress(struct buf *b, const struct import_progress *p)
{
    struct json j;
    json_begin(&j, b);
    json_object(&j);
    json_put_int(&j, "rows", p->rows);
    json_put_int(&j, "rejected", p->rejected);
    json_put_int(&j, "bytes", p->bytes);
    json_put_int(&j, "size", p->size);
    json_put_int(&j, "ms", p->ms);
    json_object_end(&j);
    json_end(&j);
}

static bool progress(void *user, const struct import_progress *p)
{
    const struct op_args *args = user;
    struct arena *a = arena_new("progress", 0);
    struct buf b;
    if (!args->tell) {
        arena_free(a);
        return true;
    }
    buf_init(&b, a, 4 * ARENA_KIB);
    put_progress(&b, p);
    bool goes_on = args->tell(args->user, buf_view(&b));
    arena_free(a);
    return goes_on;
}

static void put_report(struct buf *out, const struct import_report *r)
{
    struct json j;
    json_begin(&j, out);
    json_object(&j);
    json_put_bool(&j, "ok", true);
    json_put_int(&j, "import", r->id);
    json_put_int(&j, "rows", r->rows);
    json_put_int(&j, "taken", r->taken);
    json_put_int(&j, "changed", r->changed);
    json_put_int(&j, "same", r->same);
    json_put_int(&j, "rejected", r->rejected);
    json_put_int(&j, "resumed_at", r->resumed_at);
    json_put_bool(&j, "known", r->is_known);
    json_put_bool(&j, "stopped", r->is_stopped);
    json_put_int(&j, "ms", r->ms);
    json_put_raw(&j, "columns", r->columns);
    json_put_raw(&j, "preview", r->preview);
    json_key(&j, "rejects");
    json_array(&j);
    for (size_t i = 0; i < r->n_told; i++) {
        json_object(&j);
        json_put_int(&j, "line", r->told[i].line);
        if (r->told[i].field.n > 0) /* absent: the row as a whole */
            json_put_str(&j, "field", r->told[i].field);
        json_put_str(&j, "reason", r->told[i].why);
        json_object_end(&j);
    }
    json_array_end(&j);
    json_object_end(&j);
    json_end(&j);
}

static struct err *known_nouns(struct arena *a, const struct site *site, struct str noun)
{
    struct buf b;
    buf_init(&b, a, 4 * ARENA_KIB);
    for (size_t i = 0; i < site->n_institutions; i++)
        for (size_t k = 0; k < site->institutions[i]->n_imports; k++)
            buf_printf(&b, "%s%s", b.n > 0 ? ", " : "", site->institutions[i]->imports[k]->noun);
    return ERR(a, ERR_INPUT, "import %.*s: not known; there is %.*s", STR_FMT(noun), STR_FMT(buf_view(&b)));
}

struct err *op_import(struct arena *a, struct site *site, const struct op_args *args, struct buf *out)
{
    struct str noun = op_value(args, "noun");
    struct str dates = op_value(args, "dates");
    struct import_report report;
    struct import_order order = {
        .kind = import_find(site->institutions, site->n_institutions, noun),
        .fd = args->n_files > 0 ? args->files[0] : -1,
        .rejects_fd = args->n_files > 1 ? args->files[1] : -1,
        .file = op_value(args, "file"),
        .source = op_value(args, "source"),
        .map = op_value(args, "map"),
        .set = op_value(args, "set"),
        .encoding = op_value(args, "encoding"),
        .separator = op_value(args, "separator"),
        .empty = op_value(args, "empty"),
        .html = op_value(args, "html"),
        .is_month_first = str_eq(dates, S("mdy")),
        .is_dry_run = op_value(args, "dry_run").p != NULL,
        .is_again = op_value(args, "again").p != NULL,
        .progress = progress,
        .user = (void *)(uintptr_t)args,
    };
    if (!order.kind)
        return known_nouns(a, site, noun);
    if (order.fd < 0 || !order.file.p)
        return ERR(a, ERR_INPUT, "import: no file came with the request");
    TRY(import_run(a, site, &order, &report));
    put_report(out, &report);
    return NULL;
}
