/* SPDX-License-Identifier: AGPL-3.0-or-later
 *
 * cmd_profile.c - birge profile show and check: the law as data, on a terminal.
 */
#include "app/commands.h"

#include <stdio.h>

#include "base/file.h"
#include "core/profile.h"

#define PROFILE_BYTES ((size_t)2 * ARENA_MIB) /* as profile_load.c takes it */

/* Call `each` for the profiles that --profile and --data name. */
static enum cli_exit for_profiles(struct cli *cli, bool (*each)(struct cli *cli, const struct profile *p))
{
    const struct profile *const *all;
    size_t n;
    const char *only = cli_value(cli, "profile");
    struct err *e = profile_load_all(cli->a, str_c(cli_value(cli, "data")), &all, &n);
    if (e)
        return cli_fail(cli, e);
    bool ok = true;
    size_t n_seen = 0;
    for (size_t i = 0; i < n; i++) {
        if (only && !str_eq(profile_info(all[i])->id, str_c(only)))
            continue;
        n_seen++;
        ok = each(cli, all[i]) && ok;
    }
    if (n_seen == 0) {
        cli_say(cli, "no profile is named \"%s\"", only ? only : "");
        return CLI_USAGE;
    }
    return ok ? CLI_DONE : CLI_WRONG;
}

static const char *const units[] = {
    [UNIT_WORKING_DAYS] = "working days", [UNIT_CALENDAR_DAYS] = "calendar days", [UNIT_MONTHS] = "months",
    [UNIT_PERCENT] = "%",                 [UNIT_COUNT] = "",                      [UNIT_MRP] = "MRP",
};

static bool show(struct cli *cli, const struct profile *p)
{
    const struct profile_info *info = profile_info(p);
    size_t n;
    const struct profile_rule *rules = profile_rules(p, &n);
    if (cli->is_json) {
        (void)printf("%.*s\n", STR_FMT(info->json));
        return true;
    }
    (void)printf("%.*s  %.*s%s\n", STR_FMT(info->tag), STR_FMT(info->title.en),
                 info->is_verified ? "" : "  (not all values are verified)");
    for (size_t i = 0; i < n; i++)
        (void)printf("  %-38.*s %6lld %-14s %-24.*s %.*s\n", STR_FMT(rules[i].key), (long long)rules[i].value,
                     units[rules[i].unit], STR_FMT(rules[i].cite.law.p ? rules[i].cite.law : S("own")),
                     STR_FMT(confidence_name(rules[i].cite.confidence)));
    return true;
}

static bool check(struct cli *cli, const struct profile *p)
{
    struct profile_finding *findings;
    size_t n;
    const struct profile_info *info = profile_info(p);
    profile_check(cli->a, p, &findings, &n);
    for (size_t i = 0; i < n; i++)
        (void)printf("%.*s: %.*s: %.*s\n", STR_FMT(info->id), STR_FMT(findings[i].place), STR_FMT(findings[i].problem));
    if (n == 0 && !cli->is_quiet)
        (void)printf("%.*s: sound%s\n", STR_FMT(info->tag),
                     info->is_verified ? ", verified" : ", not all values are verified");
    return n == 0;
}

enum cli_exit cmd_profile_show(struct cli *cli)
{
    return for_profiles(cli, show);
}

/* A file that somebody writes: everything that is wrong with it, at once. */
static enum cli_exit check_file(struct cli *cli, const char *path)
{
    struct str bytes;
    const struct profile *p;
    struct err *e = file_read(cli->a, path, PROFILE_BYTES, &bytes);
    if (e)
        return cli_fail(cli, e);
    e = profile_parse(cli->a, str_c(path), bytes, &p);
    if (e) {
        cli_say(cli, "%.*s", STR_FMT(err_text(cli->a, e)));
        return CLI_WRONG;
    }
    return check(cli, p) ? CLI_DONE : CLI_WRONG;
}

enum cli_exit cmd_profile_check(struct cli *cli)
{
    const char *path = cli_value(cli, "file");
    if (path)
        return check_file(cli, path);
    return for_profiles(cli, check);
}
