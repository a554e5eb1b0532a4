/* SPDX-License-Identifier: AGPL-3.0-or-later
 *
 * state.c - making the small state of core, running verbs in it, checking what must hold.
 */
#include "core/tests/state.h"

#include <stdio.h>
#include <stdlib.h>
#include <sys/wait.h>
#include <unistd.h>

#include "base/buf.h"
#include "base/clock.h"
#include "base/file.h"
#include "core/config.h"
#include "core/core.h"
#include "core/error_page.h"
#include "core/keys.h"
#include "core/password.h"
#include "core/policy_rows.h"
#include "core/profile.h"
#include "core/realm.h"
#include "core/session.h"
#include "gen/core_queries.h"
#include "gen/schema.h"
#include "tests/test_db.h"

#define STATE_TABLES 100 /* route tables of core and one more institution */
#define START INT64_C(1785733200000) /* 2026-08-03T05:00:00Z, Monday, 10:00 in Almaty */

/* ---- the clock ---- */

static const struct state *clock_of;

int64_t __real_clock_now(void);
int64_t __wrap_clock_now(void);

int64_t __wrap_clock_now(void)
{
    return clock_of ? clock_of->now : __real_clock_now();
}

static int64_t journal_clock(void *user)
{
    return ((struct state *)user)->now;
}

/* ---- the folder ---- */

static void remove_folder(const char *dir)
{
    pid_t pid = fork();
    if (pid == 0) {
        execl("/bin/rm", "rm", "-rf", "--", dir, (char *)NULL);
        _exit(127);
    }
    (void)waitpid(pid, NULL, 0);
}

static void state_end(void *arg)
{
    struct state *s = arg;
    clock_of = NULL;
    if (s->site && s->site->db) {
        db_stop(s->site->db);
        db_close(s->site->db);
    }
    remove_folder(s->dir);
}

static char *path(struct state *s, const char *name)
{
    return str_to_c(s->a, str_printf(s->a, "%s/%s", s->dir, name));
}

/* ---- an institution that core knows nothing of ---- */

static int64_t kept_open; /* what its verdict is about; the tests of a program run one after the other */

static struct verdict may_close_body(struct action *x, int64_t body_id)
{
    (void)x;
    if (body_id != kept_open)
        return verdict_yes();
    return verdict_no("TEST_OWES", "verdict.body.closed", NULL, (struct str){0});
}

static const struct institution made_up = {.name = "made_up", .may_close_body = may_close_body};
static const struct institution *const core_alone[] = {&core_institution, &made_up};

/* ---- the site ---- */

static void open_db(struct state *s)
{
    struct db_options options = {0};
    test_db(s->a, path(s, "birge.db"), &options);
    assert_ok(db_open(s->a, &schema_all, &options, &s->site->db));
    assert_ok(db_reader(s->a, s->site->db, &s->read));
    assert_ok(journal_open(s->a, s->site->db, s->read, 1, s->site->keys->log, NULL, &s->site->journal));
    journal_set_clock(s->site->journal, journal_clock, s);
    struct batch_hooks hooks = journal_hooks(s->site->journal);
    assert_ok(db_start(s->a, s->site->db, &hooks));
}

/* Take `more` (NULL: nothing) in beside core, as the registry does. */
static void take_in(struct state *s, const struct institution *more)
{
    const struct institution **all = ARENA_ARRAY(s->a, 3, const struct institution *);
    const struct policy_row *const tables[] = {core_policy_rows, more ? more->policy_rows : NULL};
    const size_t sizes[] = {CORE_POLICY_ROWS, more ? more->n_policy_rows : 0};
    s->site->policy = policy_join(s->a, tables, sizes, more ? 2 : 1);
    s->site->institutions = core_alone;
    s->site->n_institutions = 2;
    if (!more)
        return;
    all[0] = &core_institution;
    all[1] = &made_up;
    all[2] = more;
    s->site->institutions = all;
    s->site->n_institutions = 3;
    assert_ok(profile_load_all(s->a, (struct str){0}, &s->site->profiles, &s->site->n_profiles));
    s->site->profile = profile_find(s->site->profiles, s->site->n_profiles, S("kz-2026"));
    s->site->base_url = S("https://birge.example");
}

static void make_site(struct state *s, const struct institution *more)
{
    struct config *config = ARENA_NEW(s->a, struct config);
    struct zone *tz;
    struct keys *keys;
    s->site = ARENA_NEW(s->a, struct site);
    *config = config_default();
    config->sign_in_second_factor = S("offered");
    s->config = config;
    atomic_store(&s->site->directory_version, 1);
    atomic_store(&s->site->calendar_version, 1);
    s->site->config = config;
    take_in(s, more);
    s->site->realm = 1;
    s->site->data_dir = str_c(s->dir);
    s->site->zone = S("Asia/Almaty");
    s->site->origin = S("birge.example/core");
    assert_ok(zone_open(s->a, s->site->zone, &tz));
    s->site->tz = tz;
    assert_ok(file_mkdir(s->a, path(s, "log"), 0700));
    assert_ok(keys_make(s->a, path(s, "keys"), path(s, "log/vkey"), s->site->origin, NULL));
    assert_ok(keys_load(s->a, path(s, "keys"), s->site->origin, &keys));
    s->site->keys = keys;
    open_db(s);
}

/* ---- its people ---- */

static int64_t add_body(struct action *x, const char *code, int64_t parent)
{
    struct str c = str_c(code);
    struct body_command b = {
        .parent_id = parent,
        .code = c,
        .name = {str_printf(x->a, "%s қазақша", code), str_printf(x->a, "%s по-русски", code),
                 str_printf(x->a, "%s in English", code)},
        .about = {S(""), S(""), S("")},
        .address = S(""),
        .phone = S(""),
        .hours = S(""),
        .is_intake = true,
    };
    assert_ok(body_add(x, &b));
    return b.id;
}

static int64_t add_staff(struct action *x, struct str hash, const char *login, int64_t body_id, enum role role,
                         int64_t *ret_office)
{
    struct str name = str_printf(x->a, "Person %s", login);
    struct str title = str_printf(x->a, "Office of %s", login);
    struct person_command p = {.login = str_c(login), .name = name, .language = S("ru"), .password_hash = hash};
    struct office_command o = {.body_id = body_id, .role = role, .title = {title, title, title}, .on = S("2026-01-05")};
    assert_ok(person_add(x, &p));
    assert_ok(office_add(x, &o));
    struct appointment_command c = {.office_id = o.id, .person_id = p.id, .on = S("2026-01-05")};
    assert_ok(appointment_add(x, &c));
    *ret_office = o.id;
    return p.id;
}

static struct err *found_state(struct action *x)
{
    struct state *s = x->command;
    struct str hash;
    struct realm_command realm = {
        .name = {S("Сынақ облысы"), S("Пробная область"), S("Test region")},
        .profile = S("kz-2026"),
        .zone = S("Asia/Almaty"),
        .calendar = "plain",
    };
    TRY(realm_create(x, &realm));
    TRY(password_hash(x->a, S(STATE_PASSWORD), &hash));
    s->region = add_body(x, "region", 0);
    s->city = add_body(x, "city", s->region);
    s->roads = add_body(x, "roads", s->city);
    s->health = add_body(x, "health", s->region);
    s->admin = add_staff(x, hash, "admin", s->region, ROLE_ADMINISTRATOR, &s->admin_office);
    s->auditor = add_staff(x, hash, "auditor", s->region, ROLE_AUDITOR, &s->auditor_office);
    s->clerk = add_staff(x, hash, "clerk", s->city, ROLE_REGISTRAR, &s->clerk_office);
    if (s->site->n_institutions == 2)
        return NULL;
    s->executor = add_staff(x, hash, "executor", s->city, ROLE_EXECUTOR, &s->executor_office);
    s->head = add_staff(x, hash, "head", s->city, ROLE_HEAD, &s->head_office);
    s->stranger = add_staff(x, hash, "stranger", s->health, ROLE_HEAD, &s->stranger_office);
    return NULL;
}

struct state *state_new(struct arena *a)
{
    return state_new_with(a, NULL);
}

struct state *state_new_with(struct arena *a, const struct institution *more)
{
    struct state *s = ARENA_NEW(a, struct state);
    s->a = a;
    s->now = START;
    s->proxies = S("");
    kept_open = 0;
    /* In memory where there is such a place: these tests ask what is stored, not whether it survives a power cut. */
    (void)snprintf(s->dir, sizeof s->dir, "%s/birge-core-XXXXXX", access("/dev/shm", W_OK) == 0 ? "/dev/shm" : "/tmp");
    assert_non_null(mkdtemp(s->dir));
    arena_defer(a, state_end, s);
    make_site(s, more);
    state_do(s, actor_operator(), found_state, s);
    return s;
}

/* ---- serving ---- */

static struct err *start_loop(void *app, struct arena *a, int index, void **ret_loop)
{
    (void)index;
    struct loop *loop = ARENA_NEW(a, struct loop);
    loop->site = app;
    TRY(db_reader(a, loop->site->db, &loop->read));
    *ret_loop = loop;
    return NULL;
}

static void end_loop(void *app, void *ended)
{
    (void)app;
    struct loop *loop = ended;
    arena_free(loop->directory_arena);
    derived_free(loop);
    arena_free(loop->calendar_arena);
}

static void stop(void *web)
{
    web_stop(web, 5);
}

void state_serve(struct state *s)
{
    const struct web_route **tables = ARENA_ARRAY(s->a, STATE_TABLES, const struct web_route *);
    size_t *sizes = ARENA_ARRAY(s->a, STATE_TABLES, size_t);
    size_t n = 0;
    for (size_t i = 0; i < s->site->n_institutions; i++) {
        const struct institution *one = s->site->institutions[i];
        for (size_t k = 0; k < one->n_route_tables; k++, n++) {
            assert_true(n < STATE_TABLES);
            tables[n] = one->route_tables[k]->routes;
            sizes[n] = one->route_tables[k]->n;
        }
    }
    struct web_options options = {
        .listen = "127.0.0.1:0",
        .workers = 2,
        .limits = {.header_bytes = 8192, .header_fields = 64, .header_seconds = 5, .url_bytes = 2048,
                   .form_bytes = (int64_t)ARENA_MIB, .upload_bytes = (int64_t)ARENA_MIB,
                   .inflight_bytes = 64 * (int64_t)ARENA_MIB, .connections = 400, .requests_per_second = 1000,
                   .requests_burst = 1000, .body_bytes_per_second = 1024},
        .form_key = s->site->keys->form,
        .proxies = s->proxies,
        .tables = tables,
        .table_sizes = sizes,
        .n_tables = n,
        .app = s->site,
        .loop_start = start_loop,
        .loop_end = end_loop,
        .identify = session_identify,
        .permit = session_permit,
        .draw_error = error_page_draw,
    };
    clock_of = s;
    assert_ok(web_start(s->a, &options, &s->web));
    arena_defer(s->a, stop, s->web);
}

struct http_client *state_client(struct state *s)
{
    return http_connect(s->a, web_address(s->web));
}

/* ---- running verbs ---- */

struct actor state_staff(int64_t person_id, int64_t office_id, int64_t body_id, enum role role)
{
    return (struct actor){
        .kind = ACTOR_STAFF, .role = role, .person_id = person_id, .office_id = office_id, .body_id = body_id};
}

struct actor state_admin(const struct state *s)
{
    return state_staff(s->admin, s->admin_office, s->region, ROLE_ADMINISTRATOR);
}

struct err *state_run(struct state *s, struct actor who, struct err *(*verb)(struct action *x), void *command)
{
    kept_open = s->refuses_to_close;
    s->last = (struct action){.command = command};
    return action_run(s->a, s->site, who, verb, &s->last);
}

void state_do(struct state *s, struct actor who, struct err *(*verb)(struct action *x), void *command)
{
    assert_ok(state_run(s, who, verb, command));
}

void state_refuse(struct state *s, struct actor who, struct err *(*verb)(struct action *x), void *command,
                  const char *code)
{
    int64_t events = state_events(s);
    uint64_t version = atomic_load(&s->site->directory_version);
    struct err *e = state_run(s, who, verb, command);
    assert_non_null(e);
    if (!action_is_refused(&s->last))
        fail_msg("expected %s, failed: %s", code, err_text(s->a, e).p);
    assert_string_equal(s->last.verdict.code, code);
    assert_int_equal(state_events(s), events);
    assert_int_equal(atomic_load(&s->site->directory_version), version);
}

int64_t state_events(struct state *s)
{
    struct core_q_head_last_row head = {0};
    bool found = false;
    assert_ok(core_q_head_last(s->a, s->read, 1, &head, &found));
    return head.events;
}

int64_t state_seen(struct state *s, const char *noun, int64_t id)
{
    struct core_q_event_last_of_row row = {0};
    bool found = false;
    assert_ok(core_q_event_last_of(s->a, s->read, 1, str_c(noun), id, &row, &found));
    assert_true(found);
    return row.seq;
}

/* ---- what must hold ---- */

void state_check_digest(struct state *s, struct str noun, int64_t id)
{
    struct core_q_events_of_row *events;
    struct hash digest;
    int64_t rows;
    size_t n;
    assert_ok(core_q_events_of(s->a, s->read, 1, noun, id, &events, &n));
    assert_true(n > 0);
    assert_ok(db_digest(s->a, s->read, 1, noun, id, events[n - 1].salt, &digest, &rows));
    if (!str_eq(events[n - 1].state, hash_str(&digest)))
        fail_msg("%.*s %lld: its facts are not those of its last event, %.*s", STR_FMT(noun), (long long)id,
                 STR_FMT(events[n - 1].verb));
}

static void check_tree(const struct directory *d)
{
    for (size_t i = 0; i < d->n_bodies; i++) {
        size_t steps = 0;
        for (const struct body *b = &d->bodies[i]; b->parent_id; b = directory_body(d, b->parent_id)) {
            assert_true(++steps < d->n_bodies);
            assert_non_null(directory_body(d, b->parent_id));
        }
        for (size_t k = i + 1; k < d->n_bodies; k++)
            assert_false(str_eq(d->bodies[i].code, d->bodies[k].code));
    }
}

static void check_holders(struct state *s, int64_t office_id)
{
    struct core_q_appointments_of_office_row *rows;
    size_t n;
    assert_ok(core_q_appointments_of_office(s->a, s->read, 1, office_id, &rows, &n));
    for (size_t i = 0; i < n; i++) {
        for (size_t k = i + 1; k < n; k++) {
            bool before = rows[i].to_on.p && str_cmp(rows[i].to_on, rows[k].from_on) < 0;
            bool after = rows[k].to_on.p && str_cmp(rows[k].to_on, rows[i].from_on) < 0;
            bool empty = (rows[i].to_on.p && str_cmp(rows[i].to_on, rows[i].from_on) < 0) ||
                         (rows[k].to_on.p && str_cmp(rows[k].to_on, rows[k].from_on) < 0);
            if (!before && !after && !empty)
                fail_msg("office %lld has two holders", (long long)office_id);
        }
    }
}

void state_check(struct state *s)
{
    struct directory *d;
    struct core_q_people_after_row *people;
    size_t n;
    assert_ok(directory_load(s->a, s->read, 1, 0, &d));
    assert_ok(core_q_people_after(s->a, s->read, 1, 0, 10000, &people, &n));
    check_tree(d);
    for (size_t i = 0; i < d->n_bodies; i++)
        state_check_digest(s, S("body"), d->bodies[i].id);
    for (size_t i = 0; i < d->n_offices; i++) {
        state_check_digest(s, S("office"), d->offices[i].id);
        check_holders(s, d->offices[i].id);
    }
    for (size_t i = 0; i < n; i++)
        state_check_digest(s, S("person"), people[i].id);
    state_check_digest(s, S("realm"), 1);
    state_check_digest(s, S("calendar"), 1);
}

/* ---- verbs as handlers wrap them ---- */

#define WRAPPED(verb)                                                                                          \
    struct err *do_##verb(struct action *x)                                                                    \
    {                                                                                                          \
        return verb(x, x->command);                                                                            \
    }
WRAPPED(body_add)
WRAPPED(body_change)
WRAPPED(body_close)
WRAPPED(person_add)
WRAPPED(person_change)
WRAPPED(person_set_password)
WRAPPED(person_disable)
WRAPPED(person_enable)
WRAPPED(office_add)
WRAPPED(office_change)
WRAPPED(office_close)
WRAPPED(appointment_add)
WRAPPED(appointment_end)

char *state_address(struct state *s, const char *pattern)
{
    struct buf b;
    buf_init(&b, s->a, 512);
    for (const char *p = pattern; *p; p++) {
        if (*p != '{') {
            buf_byte(&b, *p);
            continue;
        }
        struct str name = str_slice(str_c(p), 1, str_find(str_c(p), '}'));
        buf_c(&b, str_eq(name, S("lang")) ? "ru" : str_eq(name, S("year")) ? "2026" : "1");
        p += name.n + 1;
    }
    return str_to_c(s->a, buf_view(&b));
}
