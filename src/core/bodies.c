/* SPDX-License-Identifier: AGPL-3.0-or-later
 *
 * bodies.c - the verbs on bodies and on the realm.
 */
#include "core/bodies.h"

#include "base/clock.h"
#include "base/json.h"
#include "core/institution.h"
#include "core/policy_rows.h"
#include "core/series.h"
#include "gen/core_queries.h"

#define NAME_CHARS 200
#define ABOUT_CHARS 500

static struct err *refuse(struct action *x, const char *code, const char *text_id, const char *next_id)
{
    return action_refuse(x, verdict_no(code, text_id, next_id, (struct str){0}));
}

/* ---- is the command well-formed? ---- */

bool body_code_fits(struct str s)
{
    for (size_t i = 0; i < s.n; i++) {
        char c = s.p[i];
        if (!((c >= 'a' && c <= 'z') || (c >= '0' && c <= '9') || c == '-'))
            return false;
    }
    return s.n >= BODY_CODE_MIN && s.n <= BODY_CODE_MAX && s.p[0] != '-';
}

static struct err *name_ok(struct action *x, const struct text3 *name)
{
    TRY(admin_line(x, "name_kk", name->kk, NAME_CHARS, false));
    TRY(admin_line(x, "name_ru", name->ru, NAME_CHARS, false));
    return admin_line(x, "name_en", name->en, NAME_CHARS, true);
}

static struct err *command_ok(struct action *x, const struct body_command *c)
{
    TRY(name_ok(x, &c->name));
    TRY(admin_line(x, "about_kk", c->about.kk, ABOUT_CHARS, true));
    TRY(admin_line(x, "about_ru", c->about.ru, ABOUT_CHARS, true));
    TRY(admin_line(x, "about_en", c->about.en, ABOUT_CHARS, true));
    TRY(admin_line(x, "address", c->address, NAME_CHARS, true));
    TRY(admin_line(x, "phone", c->phone, NAME_CHARS, true));
    return admin_line(x, "hours", c->hours, NAME_CHARS, true);
}

/* ---- the tree ---- */

/* May `parent_id` stand above `id` (0: a new body)? */
static struct err *parent_ok(struct action *x, int64_t id, int64_t parent_id)
{
    if (parent_id == 0)
        return NULL;
    const struct directory *d;
    TRY(directory_of_tx(x->a, x->site, x->tx, &d));
    const struct body *parent = directory_body(d, parent_id);
    if (!parent)
        return refuse(x, "BODY_PARENT_UNKNOWN", "verdict.body.parent_unknown", NULL);
    if (parent->is_closed)
        return refuse(x, "BODY_PARENT_CLOSED", "verdict.body.parent_closed", NULL);
    int64_t *chain;
    size_t n = directory_chain(x->a, d, parent_id, &chain);
    for (size_t i = 0; i < n; i++)
        if (chain[i] == id)
            return refuse(x, "BODY_CYCLE", "verdict.body.cycle", "verdict.body.cycle.next");
    return NULL;
}

static struct err *load_body(struct action *x, int64_t id, struct core_q_body_by_id_row *ret_row)
{
    bool found = false;
    TRY(core_q_body_by_id(x->a, db_tx_read(x->tx), x->site->realm, id, ret_row, &found));
    if (!found)
        return refuse(x, "BODY_UNKNOWN", "verdict.body.unknown", NULL);
    if (ret_row->closed_at.has)
        return refuse(x, "BODY_CLOSED", "verdict.body.closed", NULL);
    return NULL;
}

static struct str code_detail(struct action *x, struct str code)
{
    struct buf b;
    struct json j;
    buf_init(&b, x->a, ARENA_KIB);
    json_begin(&j, &b);
    json_object(&j);
    json_put_str(&j, "code", code);
    json_object_end(&j);
    json_end(&j);
    return buf_view(&b);
}

/* ---- verbs ---- */

struct err *body_add(struct action *x, struct body_command *c)
{
    TRY(admin_may(x, MAY_CHANGE_BODIES));
    TRY(command_ok(x, c));
    if (!body_code_fits(c->code))
        return ERR(x->a, ERR_INPUT, "code: expected %d to %d of a-z 0-9 -, not beginning with -", BODY_CODE_MIN,
                   BODY_CODE_MAX);
    struct core_q_body_by_code_row other;
    bool taken = false;
    TRY(core_q_body_by_code(x->a, db_tx_read(x->tx), x->site->realm, c->code, &other, &taken));
    if (taken)
        return refuse(x, "BODY_CODE_TAKEN", "verdict.body.code_taken", NULL);
    TRY(parent_ok(x, 0, c->parent_id));
    int64_t id;
    TRY(series_next(x, S("core_body.id"), &id));
    struct core_q_body_add_args row = {
        .realm = x->site->realm,
        .id = id,
        .parent_id = {c->parent_id != 0, c->parent_id},
        .code = c->code,
        .name_kk = c->name.kk,
        .name_ru = c->name.ru,
        .name_en = c->name.en,
        .about_kk = c->about.kk,
        .about_ru = c->about.ru,
        .about_en = c->about.en,
        .address = c->address,
        .phone = c->phone,
        .hours = c->hours,
        .is_intake = c->is_intake,
        .created_at = x->now,
    };
    TRY(core_q_body_add(x->a, x->tx, &row, NULL));
    TRY(admin_event(x, S("body"), id, S("added"), code_detail(x, c->code)));
    action_changes_directory(x);
    c->id = id;
    return NULL;
}

struct err *body_change(struct action *x, const struct body_command *c)
{
    struct core_q_body_by_id_row row;
    TRY(admin_may(x, MAY_CHANGE_BODIES));
    TRY(command_ok(x, c));
    TRY(load_body(x, c->id, &row));
    TRY(admin_not_stale(x, S("body"), c->id, c->seen));
    TRY(parent_ok(x, c->id, c->parent_id));
    struct core_q_body_change_args change = {
        .parent_id = {c->parent_id != 0, c->parent_id},
        .name_kk = c->name.kk,
        .name_ru = c->name.ru,
        .name_en = c->name.en,
        .about_kk = c->about.kk,
        .about_ru = c->about.ru,
        .about_en = c->about.en,
        .address = c->address,
        .phone = c->phone,
        .hours = c->hours,
        .is_intake = c->is_intake,
        .realm = x->site->realm,
        .id = c->id,
    };
    TRY(core_q_body_change(x->a, x->tx, &change, NULL));
    action_changes_directory(x);
    return admin_event(x, S("body"), c->id, S("changed"), code_detail(x, row.code));
}

/* Nothing may hang below a body that goes: no body, no office whose last day is still to come. */
static struct err *nothing_below(struct action *x, int64_t id)
{
    const struct directory *d;
    struct str today = day_text(x->a, site_today(x->site, x->now));
    TRY(directory_of_tx(x->a, x->site, x->tx, &d));
    for (size_t i = 0; i < d->n_bodies; i++)
        if (d->bodies[i].parent_id == id && !d->bodies[i].is_closed)
            return refuse(x, "BODY_HAS_BODIES", "verdict.body.has_bodies", "verdict.body.has_bodies.next");
    for (size_t i = 0; i < d->n_offices; i++) {
        const struct office *o = &d->offices[i];
        if (o->body_id == id && (!o->to_on.p || str_cmp(o->to_on, today) >= 0))
            return refuse(x, "BODY_HAS_OFFICES", "verdict.body.has_offices", "verdict.body.has_offices.next");
    }
    return NULL;
}

struct err *body_close(struct action *x, const struct body_command *c)
{
    struct core_q_body_by_id_row row;
    TRY(admin_may(x, MAY_CHANGE_BODIES));
    TRY(load_body(x, c->id, &row));
    TRY(admin_not_stale(x, S("body"), c->id, c->seen));
    for (size_t i = 0; i < x->site->n_institutions; i++) {
        const struct institution *slice = x->site->institutions[i];
        if (!slice->may_close_body)
            continue;
        struct verdict v = slice->may_close_body(x, c->id);
        if (!v.allowed)
            return action_refuse(x, v);
    }
    TRY(nothing_below(x, c->id));
    TRY(core_q_body_close(x->a, x->tx, (struct opt_int){true, x->now}, x->site->realm, c->id, NULL));
    action_changes_directory(x);
    return admin_event(x, S("body"), c->id, S("closed"), code_detail(x, row.code));
}

struct err *realm_rename(struct action *x, const struct text3 *name, int64_t seen)
{
    int64_t realm = x->site->realm;
    TRY(admin_may(x, MAY_CHANGE_REALM));
    TRY(name_ok(x, name));
    TRY(admin_not_stale(x, S("realm"), realm, seen));
    TRY(core_q_realm_set_name(x->a, x->tx, name->kk, name->ru, name->en, realm, NULL));
    action_changes_directory(x);
    return admin_event(x, S("realm"), realm, S("changed"), (struct str){0});
}
