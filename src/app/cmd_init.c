/* SPDX-License-Identifier: AGPL-3.0-or-later
 *
 * cmd_init.c - birge init: a data folder with its keys, its realm, and its first accounts.
 *
 * The folder is made beside its place and moved there when it is whole. Keys are synced before the first event,
 * since every receipt depends on them. Without --demo there is one body that takes appeals, one administrator and
 * one registrar; their passwords are printed once.
 */
#include "app/commands.h"

#include <stdio.h>

#include "app/database.h"
#include "app/folder.h"
#include "app/site_open.h"
#include "base/clock.h"
#include "base/file.h"
#include "core/bodies.h"
#include "core/institution.h"
#include "core/keys.h"
#include "core/log.h"
#include "core/password.h"
#include "core/people.h"
#include "core/profile.h"
#include "core/realm.h"
#include "gen/core_queries.h"

struct init {
    struct cli *cli;
    struct arena *a;
    struct site_birth birth;
    const char *origin; /* NULL: made from the key */
    const char *name;   /* of the institution; NULL: a neutral one */
    struct str url;     /* of the database server; absent: birge.db of the folder */
    struct buf accounts;
};

/* ---- the folder ---- */

static struct err *make_folder(struct init *in, const char *dir)
{
    struct site_paths paths = site_paths(in->a, dir);
    struct config config = config_default();
    struct buf ini;
    if (in->url.n > 0)
        config.database_url = in->url;
    TRY(file_mkdir(in->a, paths.objects, 0700));
    TRY(file_mkdir(in->a, paths.log, 0755));
    TRY(keys_make(in->a, paths.keys, paths.vkey, str_c(in->origin), &config.log_origin));
    buf_init(&ini, in->a, 64 * ARENA_KIB);
    config_write(&ini, &config);
    TRY(buf_check(&ini, "birge.ini"));
    return file_write(in->a, paths.ini, buf_view(&ini), 0600);
}

/* ---- the realm ---- */

static struct err *verb_realm(struct action *x)
{
    struct init *in = x->command;
    struct text3 name = {S("Қабылдау"), S("Приёмная"), S("Reception")};
    if (in->name)
        name = (struct text3){str_c(in->name), str_c(in->name), str_c(in->name)};
    const struct profile_info *law = profile_info(x->site->profile);
    struct realm_command c = {.name = name, .profile = law->id, .zone = x->site->zone,
                              .calendar = str_to_c(x->a, law->calendar), .is_demo = in->birth.is_demo};
    return realm_create(x, &c);
}

/* ---- the first accounts ---- */

struct account {
    const char *login;
    enum role role;
    struct text3 title;
    struct str password; /* made here, printed once */
    struct str hash;
};

struct first_accounts {
    struct init *in;
    struct account *items;
    size_t n;
};

static struct err *appoint(struct action *x, int64_t body_id, const struct account *account)
{
    struct str today = day_text(x->a, site_today(x->site, x->now));
    struct office_command office = {.body_id = body_id, .role = account->role, .title = account->title, .on = today};
    struct person_command person = {.login = str_c(account->login), .name = account->title.kk, .language = S("kk"),
                                    .password_hash = account->hash, .must_change = true};
    TRY(office_add(x, &office));
    TRY(person_add(x, &person));
    struct appointment_command c = {.office_id = office.id, .person_id = person.id, .on = today};
    return appointment_add(x, &c);
}

static struct err *verb_first_accounts(struct action *x)
{
    struct first_accounts *first = x->command;
    const char *name = first->in->name;
    struct body_command body = {
        .seen = SEEN_ANY,
        .code = S("reception"),
        .name = {S("Азаматтарды қабылдау бөлімі"), S("Приёмная граждан"), S("Citizens' reception")},
        .about = {S("Өтініштерді тіркейді және құзыретті органдарға жібереді"),
                  S("Регистрирует обращения и направляет их компетентным органам"),
                  S("Registers appeals and passes them to the competent bodies")},
        .address = S(""),
        .phone = S(""),
        .hours = S(""),
        .is_intake = true,
    };
    if (name)
        body.name = (struct text3){str_c(name), str_c(name), str_c(name)};
    TRY(body_add(x, &body));
    for (size_t i = 0; i < first->n; i++)
        TRY(appoint(x, body.id, &first->items[i]));
    return NULL;
}

static struct err *make_first_accounts(struct init *in, struct site *site)
{
    struct account items[] = {
        {"admin", ROLE_ADMINISTRATOR, {S("Жүйе әкімшісі"), S("Администратор системы"), S("System administrator")}, {0}, {0}},
        {"registrar", ROLE_REGISTRAR, {S("Тіркеуші"), S("Регистратор"), S("Registrar")}, {0}, {0}},
        {"executor", ROLE_EXECUTOR, {S("Орындаушы"), S("Исполнитель"), S("Executor")}, {0}, {0}},
    };
    struct first_accounts first = {in, items, sizeof items / sizeof items[0]};
    for (size_t i = 0; i < first.n; i++) {
        items[i].password = password_once(in->a);
        TRY(password_hash(in->a, items[i].password, &items[i].hash));
    }
    struct action x = {.command = &first};
    TRY(action_run(in->a, site, actor_operator(), verb_first_accounts, &x));
    for (size_t i = 0; i < first.n; i++)
        buf_printf(&in->accounts, "%s\t%.*s\t%.*s\n", items[i].login, STR_FMT(items[i].password),
                   STR_FMT(items[i].title.en));
    return NULL;
}

/* A demo has a past, so its realm is born before it; the demo hands the clock back to the system. */
static int64_t before_the_demo(void *user)
{
    return *(const int64_t *)user;
}

/* A server may hold a state already: that of another folder, or of an init that did not finish. */
static struct err *expect_no_realm(struct init *in, struct site *site)
{
    struct core_q_realm_row row;
    struct db_read *r;
    bool found = false;
    TRY(db_reader(in->a, site->db, &r));
    TRY(core_q_realm(in->a, r, site->realm, &row, &found));
    return found ? ERR(in->a, ERR_CONFLICT, "%.*s holds a state already; nothing was changed. Give an empty database; a "
                       "second server of the same state is not made by init (docs/operate/postgres.md)",
                       STR_FMT(database_shown(in->a, in->url)))
                 : NULL;
}

static struct err *fill(struct init *in, struct site *site)
{
    struct action x = {.command = in};
    int64_t now = clock_now();
    int64_t birth = now - 100 * MS_PER_DAY;
    if (in->url.n > 0)
        TRY(expect_no_realm(in, site));
    if (in->birth.is_demo)
        journal_set_clock(site->journal, before_the_demo, &birth);
    TRY(action_run(in->a, site, actor_operator(), verb_realm, &x));
    if (!in->birth.is_demo)
        return make_first_accounts(in, site);
    for (size_t i = 0; i < site->n_institutions; i++)
        if (site->institutions[i]->demo)
            TRY(site->institutions[i]->demo(in->a, site, now, &in->accounts));
    return NULL;
}

static struct err *make_all(struct init *in, const char *dir)
{
    struct site *site;
    struct arena *app = arena_new("init", 0);
    struct err *e = make_folder(in, dir);
    if (!e)
        e = site_open_new(app, dir, &in->birth, &site);
    if (!e) {
        e = fill(in, site);
        site_close(site);
    }
    if (e)
        e = WRAP(in->a, e, "init"); /* copies the chain's head; its texts are in `app` */
    struct str why = e ? err_text(in->a, e) : S("");
    enum err_code code = e ? e->code : 0;
    arena_free(app);
    return e ? ERR(in->a, code, "%.*s", STR_FMT(why)) : NULL;
}

/* ---- the command ---- */

static void print_accounts(const struct init *in)
{
    struct str rest = buf_view(&in->accounts);
    struct str line;
    (void)printf("\n%-22s %-22s %s\n", "login", "password (shown once)", "office");
    while (rest.n > 0 && str_cut(rest, '\n', &line, &rest)) {
        struct str login = line;
        struct str password = S("");
        struct str office = S("");
        if (str_cut(line, '\t', &login, &password))
            (void)str_cut(password, '\t', &password, &office);
        (void)printf("%-22.*s %-22.*s %.*s\n", STR_FMT(login), STR_FMT(password), STR_FMT(office));
    }
}

static enum cli_exit finish(struct init *in, const char *dir)
{
    struct str vkey;
    struct err *e = file_read(in->a, site_paths(in->a, dir).vkey, ARENA_KIB, &vkey);
    if (e)
        return cli_fail(in->cli, e);
    (void)printf("data folder: %s\npublic key of the log, to be published: %.*s\n", dir, STR_FMT(str_trim(vkey)));
    print_accounts(in);
    (void)fflush(stdout);
    return CLI_DONE;
}

enum cli_exit cmd_init(struct cli *cli)
{
    const char *dir = cli_value(cli, "data");
    const char *temporary = NULL;
    struct init in = {
        .cli = cli,
        .a = cli->a,
        .birth = {.profile = str_c(cli_value(cli, "profile")), .zone = str_c(cli_value(cli, "zone")),
                  .is_demo = cli_has(cli, "demo")},
        .origin = cli_value(cli, "origin"),
        .name = cli_value(cli, "name"),
    };
    buf_init(&in.accounts, cli->a, 256 * ARENA_KIB);
    struct err *e = clock_self_test(cli->a);
    if (!e && cli_has(cli, "db"))
        e = database_url(cli->a, cli_value(cli, "db"), &in.url);
    if (!e)
        e = folder_begin(cli->a, dir, &temporary);
    if (!e)
        e = make_all(&in, temporary);
    if (!e)
        e = folder_publish(cli->a, temporary, dir);
    if (e) {
        if (temporary)
            folder_remove(cli->a, temporary);
        return cli_fail(cli, e);
    }
    return finish(&in, dir);
}
