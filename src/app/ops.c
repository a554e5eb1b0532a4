/* SPDX-License-Identifier: AGPL-3.0-or-later
 *
 * ops.c - the operations that a command asks of the server, or does itself: backup, rebuild, accounts.
 */
#include <sys/resource.h>

#include "app/backup.h"
#include "app/control.h"
#include "app/site_open.h"
#include "base/clock.h"
#include "base/file.h"
#include "base/fold.h"
#include "base/json.h"
#include "core/institution.h"
#include "core/password.h"
#include "core/people.h"
#include "core/recovery.h"
#include "core/second_factor.h"
#include "gen/core_queries.h"

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
    const char *dir = str_to_c(a, site->data_dir);
    struct str now = instant_text(a, clock_now());
    TRY(file_swap(a, site_paths(a, dir).backup, now, 0600)); /* for birge doctor */
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

/* ---- what a server says of itself, for birge doctor ---- */

struct about {
    struct arena *a; /* of the one who asks */
    struct db_setting *settings;
    size_t n;
};

/* On the writer: its connection is the one whose settings count. */
static struct err *read_settings(struct db_job *job, struct db_tx *tx)
{
    struct about *about = job->user;
    return db_settings(about->a, db_tx_read(tx), &about->settings, &about->n);
}

static void put_settings(struct json *j, const struct about *about)
{
    json_key(j, "settings");
    json_array(j);
    for (size_t i = 0; i < about->n; i++) {
        json_object(j);
        json_put_str(j, "name", str_c(about->settings[i].name));
        json_put_str(j, "value", about->settings[i].value);
        if (about->settings[i].expected)
            json_put_str(j, "expected", str_c(about->settings[i].expected));
        json_object_end(j);
    }
    json_array_end(j);
}

static struct err *op_about(struct arena *a, struct site *site, const struct op_args *args, struct buf *out)
{
    struct json j;
    struct rlimit files = {0};
    struct about about = {.a = a};
    struct db_job job = {.a = a, .run = read_settings, .user = &about};
    (void)getrlimit(RLIMIT_NOFILE, &files);
    TRY(db_run(site->db, &job));
    begin(&j, out);
    json_put_str(&j, "listening", site->listening.p ? site->listening : S(""));
    json_put_bool(&j, "takes_writes", db_takes_writes(site->db));
    json_put_int(&j, "waiting", db_waiting(site->db));
    json_put_int(&j, "open_files", files.rlim_cur > INT64_MAX ? INT64_MAX : (int64_t)files.rlim_cur);
    put_settings(&j, &about);
    end(&j);
    return NULL;
}

/* ---- accounts ---- */

struct account_command {
    struct person_command person;
    int64_t office_id; /* 0: none */
};

static struct err *verb_account_add(struct action *x)
{
    struct account_command *c = x->command;
    TRY(person_add(x, &c->person));
    if (c->office_id == 0)
        return NULL;
    struct appointment_command appointment = {.office_id = c->office_id, .person_id = c->person.id,
                                              .on = day_text(x->a, site_today(x->site, x->now))};
    return appointment_add(x, &appointment);
}

/* A fresh password and its hash, hashed here and not on the writer. */
static struct err *fresh_password(struct arena *a, struct person_command *person, struct str *ret_password)
{
    *ret_password = password_once(a);
    person->must_change = true;
    return password_hash(a, *ret_password, &person->password_hash);
}

static void say_password(struct buf *out, struct str login, struct str password)
{
    struct json j;
    begin(&j, out);
    json_put_str(&j, "login", login);
    json_put_str(&j, "password", password);
    end(&j);
}

static struct err *op_user_add(struct arena *a, struct site *site, const struct op_args *args, struct buf *out)
{
    struct account_command c = {.person = {.login = op_value(args, "login"), .name = op_value(args, "name"),
                                           .language = op_value(args, "language")}};
    struct str office = op_value(args, "office");
    struct str password;
    if (office.p && (!str_to_int64(office, &c.office_id) || c.office_id <= 0))
        return ERR(a, ERR_INPUT, "--office %.*s: expected the id of an office", STR_FMT(office));
    TRY(fresh_password(a, &c.person, &password));
    struct action x = {.command = &c};
    TRY(action_run(a, site, actor_operator(), verb_account_add, &x));
    say_password(out, c.person.login, password);
    return NULL;
}

static struct err *verb_account_reset(struct action *x)
{
    struct account_command *c = x->command;
    struct core_q_person_by_login_row row;
    bool found = false;
    TRY(core_q_person_by_login(x->a, db_tx_read(x->tx), x->site->realm, c->person.login, &row, &found));
    if (!found)
        return ERR(x->a, ERR_NOT_FOUND, "nobody has the login \"%.*s\"", STR_FMT(c->person.login));
    c->person.id = row.id;
    bool ended;
    TRY(recovery_end_of(x, row.id, S("replaced"), &ended));
    TRY(second_factor_remove(x, row.id)); /* the operator of the machine stands for the second person */
    return person_set_password(x, &c->person);
}

static struct err *op_user_reset(struct arena *a, struct site *site, const struct op_args *args, struct buf *out)
{
    struct account_command c = {.person = {.login = fold(a, op_value(args, "login")), .seen = SEEN_ANY}};
    struct str password;
    TRY(fresh_password(a, &c.person, &password));
    struct action x = {.command = &c};
    TRY(action_run(a, site, actor_operator(), verb_account_reset, &x));
    say_password(out, c.person.login, password);
    return NULL;
}

static void put_person(struct json *j, const struct core_q_people_after_row *p)
{
    json_object(j);
    json_put_int(j, "id", p->id);
    json_put_str(j, "login", p->login);
    json_put_str(j, "name", p->name);
    json_put_str(j, "language", p->language);
    json_put_bool(j, "disabled", p->disabled_at.has);
    json_object_end(j);
}

static struct err *op_user_list(struct arena *a, struct site *site, const struct op_args *args, struct buf *out)
{
    struct db_read *r;
    struct json j;
    int64_t after = 0;
    size_t n = 1;
    TRY(db_reader(a, site->db, &r));
    begin(&j, out);
    json_key(&j, "people");
    json_array(&j);
    while (n > 0) {
        struct core_q_people_after_row *rows;
        TRY(core_q_people_after(a, r, site->realm, after, 500, &rows, &n));
        for (size_t i = 0; i < n; i++) {
            put_person(&j, &rows[i]);
            after = rows[i].id;
        }
    }
    json_array_end(&j);
    end(&j);
    return NULL;
}

const struct op ops[] = {
    {"about", op_about},           {"import", op_import},
    {"backup", op_backup},         {"rebuild", op_rebuild},     {"user.add", op_user_add},
    {"user.reset", op_user_reset}, {"user.list", op_user_list}, {NULL, NULL},
};
