/* SPDX-License-Identifier: AGPL-3.0-or-later
 *
 * cmd_check.c - birge verify (one receipt, offline) and birge audit (a whole folder).
 */
#include "app/commands.h"

#include <stdio.h>
#include <unistd.h>

#include "app/site_open.h"
#include "base/clock.h"
#include "base/file.h"
#include "base/json.h"
#include "core/audit.h"
#include "core/receipt.h"

/* The key itself, or the name of a file that holds it. */
static struct err *read_vkey(struct arena *a, const char *arg, struct vkey *ret_vkey)
{
    struct str text = str_c(arg);
    bool is_file = file_exists(arg);
    if (!is_file && str_find(text, '+') == SIZE_MAX)
        return ERR(a, ERR_INPUT, "--key %s: neither a key (name+hash+base64) nor a file that holds one", arg);
    if (is_file)
        TRY(file_read(a, arg, ARENA_KIB * 4, &text));
    struct err *e = vkey_parse(a, text, ret_vkey);
    return e ? WRAP(a, e, "--key") : NULL;
}

static void print_json(struct cli *cli, const struct receipt *r, const struct err *wrong)
{
    struct buf b;
    struct json j;
    buf_init(&b, cli->a, ARENA_MIB);
    json_begin(&j, &b);
    json_object(&j);
    json_put_bool(&j, "valid", !wrong);
    if (wrong) {
        json_put_str(&j, "problem", err_text(cli->a, wrong));
    } else {
        json_put_str(&j, "number", r->number);
        json_put_str(&j, "registered_at", instant_text(cli->a, r->registered_at));
        json_put_str(&j, "body", r->body);
        json_put_int(&j, "index", r->leaf);
    }
    json_object_end(&j);
    json_end(&j);
    (void)printf("%.*s\n", STR_FMT(buf_view(&b)));
}

enum cli_exit cmd_verify(struct cli *cli)
{
    struct vkey vkey;
    struct str text;
    struct receipt r = {0};
    struct err *e = read_vkey(cli->a, cli_value(cli, "key"), &vkey);
    if (!e)
        e = file_read(cli->a, cli->operands[0], RECEIPT_MAX + 1, &text);
    if (e) {
        cli_say(cli, "%s", err_text(cli->a, e).p);
        return CLI_USAGE;
    }
    struct err *wrong = receipt_verify(cli->a, &vkey, text, &r);
    if (cli->is_json)
        print_json(cli, &r, wrong);
    if (wrong) {
        cli_say(cli, "this receipt does not hold: %s", err_text(cli->a, wrong).p);
        return CLI_WRONG;
    }
    if (!cli->is_json && !cli->is_quiet)
        (void)printf("valid: appeal %.*s, registered %s for %.*s, entry %lld of the log %.*s\n", STR_FMT(r.number),
                     instant_text(cli->a, r.registered_at).p, STR_FMT(r.body), (long long)r.leaf, STR_FMT(vkey.name));
    return CLI_DONE;
}

/* ---- audit ---- */

static void draw_progress(void *user, int64_t done, int64_t all)
{
    (void)user;
    (void)fprintf(stderr, "\raudit: %lld of %lld", (long long)done, (long long)all);
    if (done >= all)
        (void)fputs("\r\033[K", stderr);
}

static void print_report(struct cli *cli, const struct audit_report *r)
{
    struct buf b;
    struct json j;
    buf_init(&b, cli->a, ARENA_MIB);
    json_begin(&j, &b);
    json_object(&j);
    json_put_bool(&j, "sound", r->is_sound);
    if (!r->is_sound)
        json_put_str(&j, "finding", r->finding);
    json_put_int(&j, "leaves", r->leaves);
    json_put_int(&j, "events", r->events);
    json_put_int(&j, "readings", r->readings);
    json_put_int(&j, "heads", r->heads);
    json_put_int(&j, "nouns", r->nouns);
    json_put_int(&j, "rows", r->rows);
    json_put_int(&j, "objects", r->objects);
    json_object_end(&j);
    json_end(&j);
    (void)printf("%.*s\n", STR_FMT(buf_view(&b)));
}

static struct err *run_audit(struct cli *cli, const char *dir, struct audit_report *ret_report)
{
    struct site *site;
    struct db_read *r;
    struct str vkey;
    struct site_paths paths = site_paths(cli->a, dir);
    TRY(site_open(cli->a, dir, SITE_DOUBTED, &site));
    struct audit_options options = {
        .realm = site->realm,
        .head_path = paths.head,
        .objects_dir = site->objects_dir,
        .institutions = site->institutions,
        .n_institutions = site->n_institutions,
        .progress = isatty(STDERR_FILENO) && !cli->is_quiet ? draw_progress : NULL,
    };
    struct err *e = file_read(cli->a, paths.vkey, 4 * ARENA_KIB, &vkey);
    if (!e)
        e = vkey_parse(cli->a, vkey, &options.vkey);
    if (!e)
        e = db_reader(cli->a, site->db, &r);
    if (!e)
        e = audit(cli->a, r, &options, ret_report);
    site_close(site);
    return e;
}

enum cli_exit cmd_audit(struct cli *cli)
{
    struct audit_report report = {0};
    struct err *e = run_audit(cli, cli_value(cli, "data"), &report);
    if (e)
        return cli_fail(cli, e);
    if (cli->is_json)
        print_report(cli, &report);
    if (!report.is_sound) {
        cli_say(cli, "audit: %.*s", STR_FMT(report.finding));
        return CLI_WRONG;
    }
    if (!cli->is_json && !cli->is_quiet)
        (void)printf("sound: %lld entries, %lld events, %lld readings, %lld heads; %lld things of %lld rows agree with "
                     "their events; %lld objects\n",
                     (long long)report.leaves, (long long)report.events, (long long)report.readings,
                     (long long)report.heads, (long long)report.nouns, (long long)report.rows,
                     (long long)report.objects);
    return CLI_DONE;
}
