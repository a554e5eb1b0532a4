/* SPDX-License-Identifier: AGPL-3.0-or-later
 *
 * cmd_settings.c - birge settings show: the table of settings, and what a folder's birge.ini makes of it.
 */
#include "app/commands.h"

#include <stdio.h>

#include "app/site_open.h"
#include "base/json.h"
#include "core/config.h"

static void put_json(struct json *j, const struct config_setting *s, struct str value)
{
    json_object(j);
    json_put_str(j, "section", str_c(s->section));
    json_put_str(j, "key", str_c(s->key));
    json_put_str(j, "value", value);
    json_put_str(j, "type", s->is_text ? S("text") : S("number"));
    if (!s->is_text) {
        json_put_int(j, "standard", s->standard);
        json_put_int(j, "min", s->min);
        json_put_int(j, "max", s->max);
    }
    json_put_str(j, "unit", str_c(s->unit));
    json_put_str(j, "about", str_c(s->about));
    json_object_end(j);
}

static void print_line(const struct config_setting *s, struct str value)
{
    (void)printf("[%s] %-22s %12.*s %-10s %s", s->section, s->key, STR_FMT(value), s->unit, s->about);
    if (!s->is_text)
        (void)printf(" (%lld to %lld, else %lld)", (long long)s->min, (long long)s->max, (long long)s->standard);
    (void)putchar('\n');
}

enum cli_exit cmd_settings_show(struct cli *cli)
{
    struct config config = config_default();
    struct config_setting s;
    struct buf b;
    struct json j;
    const char *dir = cli_value(cli, "data");
    struct err *e = dir ? config_load(cli->a, site_paths(cli->a, dir).ini, &config) : NULL;
    if (e)
        return cli_fail(cli, e);
    buf_init(&b, cli->a, ARENA_MIB);
    json_begin(&j, &b);
    json_array(&j);
    for (size_t i = 0; config_setting(i, &s); i++) {
        struct str value = config_value(cli->a, &config, i);
        put_json(&j, &s, value);
        if (!cli->is_json)
            print_line(&s, value);
    }
    json_array_end(&j);
    json_end(&j);
    if (cli->is_json)
        (void)printf("%.*s\n", STR_FMT(buf_view(&b)));
    return CLI_DONE;
}
