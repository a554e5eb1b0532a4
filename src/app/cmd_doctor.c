/* SPDX-License-Identifier: AGPL-3.0-or-later
 *
 * cmd_doctor.c - birge doctor: the findings as lines for people or as JSON.
 */
#include "app/commands.h"

#include <stdio.h>

#include "app/doctor.h"
#include "base/json.h"

static void print_json(struct cli *cli, const struct doctor *d, enum grade worst)
{
    struct buf b;
    struct json j;
    buf_init(&b, cli->a, ARENA_MIB);
    json_begin(&j, &b);
    json_object(&j);
    json_put_str(&j, "worst", str_c(grade_name(worst)));
    json_key(&j, "findings");
    json_array(&j);
    for (size_t i = 0; i < d->n; i++) {
        json_object(&j);
        json_put_str(&j, "name", str_c(d->findings[i].name));
        json_put_str(&j, "grade", str_c(grade_name(d->findings[i].grade)));
        json_put_str(&j, "found", d->findings[i].found);
        json_put_str(&j, "todo", str_c(d->findings[i].todo));
        json_object_end(&j);
    }
    json_array_end(&j);
    json_object_end(&j);
    json_end(&j);
    (void)printf("%.*s\n", STR_FMT(buf_view(&b)));
}

static void print_lines(struct cli *cli, const struct doctor *d)
{
    for (size_t i = 0; i < d->n; i++) {
        const struct finding *f = &d->findings[i];
        if (cli->is_quiet && f->grade == GRADE_OK)
            continue;
        (void)printf("%-8s %-18s %.*s\n", grade_name(f->grade), f->name, STR_FMT(f->found));
        if (f->todo)
            (void)printf("%-8s %-18s -> %s\n", "", "", f->todo);
    }
}

enum cli_exit cmd_doctor(struct cli *cli)
{
    struct doctor *d = ARENA_NEW(cli->a, struct doctor);
    enum grade worst = GRADE_OK;
    d->a = cli->a;
    doctor_machine(d);
    if (cli_value(cli, "data"))
        doctor_folder(d, cli_value(cli, "data"), cli_has(cli, "deep"));
    for (size_t i = 0; i < d->n; i++)
        worst = d->findings[i].grade > worst ? d->findings[i].grade : worst;
    if (cli->is_json)
        print_json(cli, d, worst);
    else
        print_lines(cli, d);
    return worst == GRADE_FAILURE ? CLI_WRONG : CLI_DONE;
}
