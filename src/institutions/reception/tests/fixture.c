/* SPDX-License-Identifier: AGPL-3.0-or-later
 *
 * fixture.c - making the small state, running verbs in it, and checking what must hold after each.
 */
#include "institutions/reception/tests/fixture.h"

#include <stdio.h>
#include <stdlib.h>
#include <sys/wait.h>
#include <unistd.h>

#include "base/file.h"
#include "core/bodies.h"
#include "core/core.h"
#include "core/keys.h"
#include "core/people.h"
#include "core/policy_rows.h"
#include "core/realm.h"
#include "gen/core_queries.h"
#include "gen/reception_queries.h"
#include "gen/schema.h"
#include "institutions/reception/policy.h"
#include "tests/test_db.h"

#define START INT64_C(1785733200000) /* 2026-08-03T05:00:00Z, Monday, 10:00 in Almaty */

/* == folder == */

static void remove_folder(const char *dir)
{
    pid_t pid = fork();
    if (pid == 0) {
        execl("/bin/rm", "rm", "-rf", "--", dir, (char *)NULL);
        _exit(127);
    }
    (void)waitpid(pid, NULL, 0);
}

static void fixture_end(void *arg)
{
    struct fixture *f = arg;
    fixture_close(f);
    remove_folder(f->dir);
}

static int64_t fixture_now(void *user)
{
    return ((struct fixture *)user)->now;
}

static char *path(struct fixture *f, const char *name)
{
    char *p = str_to_c(f->a, str_printf(f->a, "%s/%s", f->dir, name));
    return p;
}

static const struct institution *const institutions[] = {&core_institution, &reception_institution};

static void make_site(struct fixture *f, struct str profile)
{
    struct site *s = ARENA_NEW(f->a, struct site);
    struct config *config = ARENA_NEW(f->a, struct config);
    const struct policy_row *tables[] = {core_policy_rows, reception_policy_rows};
    size_t sizes[] = {CORE_POLICY_ROWS, N_RECEPTION_POLICY_ROWS};
    struct zone *tz;
    struct keys *keys;
    *config = config_default();
    atomic_store(&s->directory_version, 1);
    atomic_store(&s->calendar_version, 1);
    s->config = config;
    s->policy = policy_join(f->a, tables, sizes, 2);
    s->institutions = institutions;
    s->n_institutions = 2;
    s->realm = 1;
    s->data_dir = str_c(f->dir);
    s->objects_dir = str_c(path(f, "objects"));
    s->zone = S("Asia/Almaty");
    s->base_url = S("https://birge.example");
    s->origin = S("birge.example/test");
    assert_ok(zone_open(f->a, s->zone, &tz));
    s->tz = tz;
    assert_ok(file_mkdir(f->a, path(f, "objects"), 0700));
    assert_ok(file_mkdir(f->a, path(f, "log"), 0700));
    assert_ok(keys_make(f->a, path(f, "keys"), path(f, "log/vkey"), s->origin, NULL));
    assert_ok(keys_load(f->a, path(f, "keys"), s->origin, &keys));
    s->keys = keys;
    assert_ok(profile_load_all(f->a, (struct str){0}, &s->profiles, &s->n_profiles));
    s->profile = profile_find(s->profiles, s->n_profiles, profile);
    assert_non_null(s->profile);
    f->site = s;
}

static void open_db(struct fixture *f, const struct db_options *options)
{
    struct db_options o = options ? *options : (struct db_options){0};
    test_db(f->a, path(f, "birge.db"), &o);
    assert_ok(db_open(f->a, &schema_all, &o, &f->site->db));
    assert_ok(db_reader(f->a, f->site->db, &f->read));
    assert_ok(journal_open(f->a, f->site->db, f->read, 1, f->site->keys->log, NULL, &f->site->journal));
    journal_set_clock(f->site->journal, fixture_now, f);
    struct batch_hooks hooks = journal_hooks(f->site->journal);
    assert_ok(db_start(f->a, f->site->db, &hooks));
}

void fixture_close(struct fixture *f)
{
    if (!f->site || !f->site->db)
        return;
    db_stop(f->site->db);
    db_close(f->site->db);
    f->site->db = NULL;
}

void fixture_reopen(struct fixture *f, const struct db_options *options)
{
    fixture_close(f);
    open_db(f, options);
}

/* == the state == */

static int64_t office_of(struct action *x, int64_t body, enum role role, const char *name)
{
    struct str code = str_printf(x->a, "%s%lld", name, (long long)body);
    struct text3 title = {code, code, code};
    struct office_command o = {.body_id = body, .role = role, .title = title, .on = S("2026-01-05")};
    struct person_command p = {
        .login = code, .name = code, .language = S("kk"), .password_hash = S("$argon2id$none")};
    assert_ok(office_add(x, &o));
    assert_ok(person_add(x, &p));
    struct appointment_command a = {.office_id = o.id, .person_id = p.id, .on = S("2026-01-05")};
    assert_ok(appointment_add(x, &a));
    return o.id;
}

static struct fixture_offices body_of(struct action *x, const char *code, int64_t parent)
{
    struct str c = str_c(code);
    struct body_command b = {.seen = SEEN_ANY, .parent_id = parent, .code = c,
                             .name = {str_printf(x->a, "kk %s", code), str_printf(x->a, "ru %s", code),
                                      str_printf(x->a, "en %s", code)},
                             .about = {S(""), S(""), S("")}, .address = S(""), .phone = S(""), .hours = S(""),
                             .is_intake = true};
    assert_ok(body_add(x, &b));
    return (struct fixture_offices){
        .body = b.id,
        .registrar = office_of(x, b.id, ROLE_REGISTRAR, "registrar"),
        .executor = office_of(x, b.id, ROLE_EXECUTOR, "executor"),
        .colleague = office_of(x, b.id, ROLE_EXECUTOR, "colleague"),
        .head = office_of(x, b.id, ROLE_HEAD, "head"),
    };
}

static struct err *make_realm(struct action *x)
{
    struct fixture *f = x->command;
    struct realm_command realm = {.name = {S("Өңір"), S("Область"), S("Region")},
                                  .profile = profile_info(f->site->profile)->id, .zone = S("Asia/Almaty"),
                                  .calendar = "plain"};
    return realm_create(x, &realm);
}

static struct err *make_state(struct action *x)
{
    struct fixture *f = x->command;
    TRY(make_realm(x));
    f->at[F_REGION] = body_of(x, "region", 0);
    f->at[F_CITY] = body_of(x, "city", f->at[F_REGION].body);
    f->at[F_ROADS] = body_of(x, "roads", f->at[F_CITY].body);
    f->at[F_WATER] = body_of(x, "water", f->at[F_CITY].body);
    f->at[F_HEALTH] = body_of(x, "health", f->at[F_REGION].body);
    f->at[F_CLINIC] = body_of(x, "clinic", f->at[F_HEALTH].body);
    f->at[F_COURT] = body_of(x, "court", 0);
    f->administrator = office_of(x, f->at[F_REGION].body, ROLE_ADMINISTRATOR, "admin");
    f->auditor = office_of(x, f->at[F_REGION].body, ROLE_AUDITOR, "auditor");
    return NULL;
}

static struct fixture *new_folder(struct arena *a, struct str profile)
{
    struct fixture *f = ARENA_NEW(a, struct fixture);
    f->a = a;
    f->now = START;
    /* In memory where that is possible: these tests ask for logic, not for durability, and fsync is slow. */
    (void)snprintf(f->dir, sizeof f->dir, "%s/birge-reception-XXXXXX",
                   access("/dev/shm", W_OK) == 0 ? "/dev/shm" : "/tmp");
    assert_non_null(mkdtemp(f->dir));
    arena_defer(a, fixture_end, f);
    make_site(f, profile);
    open_db(f, NULL);
    return f;
}

void fixture_look(struct fixture *f)
{
    struct directory *d;
    assert_ok(directory_load(f->a, f->read, 1, 1, &d));
    f->directory = d;
}

struct fixture *fixture_new_realm(struct arena *a, struct str profile)
{
    struct fixture *f = new_folder(a, profile);
    (void)fixture_do(f, actor_operator(), make_realm, f);
    return f;
}

struct fixture *fixture_new(struct arena *a, const struct db_options *options)
{
    struct fixture *f = new_folder(a, S("kz-2026"));
    (void)fixture_do(f, actor_operator(), make_state, f);
    if (options)
        fixture_reopen(f, options);
    fixture_look(f);
    return f;
}

struct actor fixture_staff(struct fixture *f, int64_t office)
{
    const struct office *o = directory_office(f->directory, office);
    assert_non_null(o);
    /* each office was made with its person, in the same order */
    return (struct actor){.kind = ACTOR_STAFF, .role = o->role, .person_id = office, .office_id = office,
                          .body_id = o->body_id};
}

void fixture_pass_days(struct fixture *f, int days)
{
    f->now += days * MS_PER_DAY;
}

/* == verbs == */

struct err *fixture_run(struct fixture *f, struct actor who, struct err *(*verb)(struct action *x),
                        void *command)
{
    f->last = (struct action){.command = command};
    return action_run(f->a, f->site, who, verb, &f->last);
}

void *fixture_do(struct fixture *f, struct actor who, struct err *(*verb)(struct action *x), void *command)
{
    assert_ok(fixture_run(f, who, verb, command));
    return f->last.result;
}

void fixture_refuse(struct fixture *f, struct actor who, struct err *(*verb)(struct action *x), void *command,
                    const char *code)
{
    struct err *e = fixture_run(f, who, verb, command);
    if (!e || f->last.verdict.allowed || strcmp(f->last.verdict.code, code) != 0)
        print_error("expected %s, found %s\n", code,
                    !e ? "a yes" : f->last.verdict.allowed ? err_text(f->a, e).p : f->last.verdict.code);
    assert_non_null(e);
    assert_false(f->last.verdict.allowed);
    assert_string_equal(f->last.verdict.code, code);
}

struct submit_command fixture_submit_command(struct fixture *f, int64_t body, int64_t accused)
{
    struct str key = str_hex(f->a, random_str(f->a, 16).p, 16);
    return (struct submit_command){
        .key = key,
        .channel = CHANNEL_WEB,
        .subject = S("Көше жарығы"),
        .text = S("Біздің көшеде үш айдан бері жарық жоқ.\nКөмектесіңіздерші."),
        .kind = S(""),
        .language = S(""),
        .page_language = S("kk"),
        .body_id = body,
        .accused_body_id = accused,
        .name = S("Тұрғын Бірінші"),
        .email = S("aigul@example.kz"),
        .contact_consent = true,
        .paper = S(""),
    };
}

struct submit_result *fixture_submit(struct fixture *f, int64_t body, int64_t accused)
{
    struct submit_command *c = ARENA_NEW(f->a, struct submit_command);
    *c = fixture_submit_command(f, body, accused);
    return fixture_do(f, actor_visitor(), reception_submit, c);
}

struct appeal fixture_appeal(struct fixture *f, int64_t id)
{
    struct appeal p = {0};
    bool found;
    assert_ok(reception_load_appeal(f->a, f->read, 1, id, &p, &found));
    assert_true(found);
    return p;
}

static const struct fixture_offices *offices_of(struct fixture *f, int64_t body)
{
    for (int i = 0; i < N_F_BODIES; i++)
        if (f->at[i].body == body)
            return &f->at[i];
    fail_msg("no body %lld in the fixture", (long long)body);
    return NULL;
}

void fixture_assign(struct fixture *f, int64_t id)
{
    const struct fixture_offices *at = offices_of(f, fixture_appeal(f, id).holder_body_id);
    struct assign_command c = {.appeal_id = id, .office_id = at->executor, .reason = S("")};
    (void)fixture_do(f, fixture_staff(f, at->registrar), reception_assign, &c);
}

struct answer_command fixture_answer_command(struct fixture *f, int64_t id, bool is_refusal)
{
    return (struct answer_command){
        .appeal_id = id,
        .is_refusal = is_refusal,
        .ground = is_refusal ? S("no_right") : S(""),
        .language = fixture_appeal(f, id).language,
        .blocks = {.facts = S("Тексерілді."), .rule = S("Заң, 1-бап."), .reasons = S("Сондықтан."),
                   .outcome = S("Жөнделеді."), .next_step = S("Күтіңіз."), .remedy_how = S("Шағым беріңіз."),
                   .remedy_where = S("Жоғары тұрған органға."), .remedy_until = S("2027-12-31")},
        .reason = S(""),
    };
}

void fixture_answer(struct fixture *f, int64_t id, bool is_refusal)
{
    struct appeal p = fixture_appeal(f, id);
    struct answer_command *c = ARENA_NEW(f->a, struct answer_command);
    *c = fixture_answer_command(f, id, is_refusal);
    (void)fixture_do(f, fixture_staff(f, p.holder_office_id), reception_answer, c);
}

struct stored_file fixture_file(struct fixture *f, const char *name, char content)
{
    char *hash = arena_alloc(f->a, 32);
    memset(hash, content, 32);
    return (struct stored_file){
        .name = str_c(name), .media_type = S("application/pdf"), .size = 1000, .hash = {hash, 32}};
}

/* == invariants == */

bool fixture_digest_holds(struct fixture *f, int64_t id)
{
    struct core_q_event_last_of_row last;
    struct core_q_events_of_row *events;
    struct hash digest;
    size_t n;
    int64_t rows;
    bool found;
    assert_ok(core_q_event_last_of(f->a, f->read, 1, APPEAL_NOUN, id, &last, &found));
    assert_true(found);
    assert_ok(core_q_events_of(f->a, f->read, 1, APPEAL_NOUN, id, &events, &n));
    assert_ok(db_digest(f->a, f->read, 1, APPEAL_NOUN, id, events[n - 1].salt, &digest, &rows));
    return str_eq(hash_str(&digest), last.state) && rows > 0;
}

static void check_case(struct fixture *f, int64_t id)
{
    struct appeal p = fixture_appeal(f, id);
    struct appeal_deadline *deadlines;
    struct answer *answers;
    size_t n_deadlines;
    size_t n_answers;
    const struct body *holder = directory_body(f->directory, p.holder_body_id);
    assert_non_null(holder);
    if (p.holder_office_id)
        assert_int_equal(directory_office(f->directory, p.holder_office_id)->body_id, p.holder_body_id);
    if (p.state == APPEAL_ASSIGNED)
        assert_true(p.holder_office_id != 0);
    if (p.accused_body_id && !p.accused_decides)
        assert_false(reception_rules_is_under(f->directory, p.holder_body_id, p.accused_body_id));
    assert_int_equal(appeal_state_is_open(p.state), p.closed_at == 0);
    assert_ok(reception_load_deadlines(f->a, f->read, 1, id, &deadlines, &n_deadlines));
    assert_true(n_deadlines > 0);
    assert_true(str_eq(deadlines[n_deadlines - 1].due_on, p.due_on));
    assert_ok(reception_load_answers(f->a, f->read, 1, id, &answers, &n_answers));
    assert_int_equal(n_answers > 0, !appeal_state_is_open(p.state));
    assert_true(fixture_digest_holds(f, id));
}

void fixture_check(struct fixture *f)
{
    struct case_roots *roots;
    size_t n_roots;
    fixture_check_figures(f);
    assert_ok(reception_load_roots(f->a, f->read, 1, 0, 10000, &roots, &n_roots));
    for (size_t i = 0; i < n_roots; i++)
        check_case(f, roots[i].id);
}
