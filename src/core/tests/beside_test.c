/* SPDX-License-Identifier: AGPL-3.0-or-later
 *
 * beside_test.c - two servers on one database: what one changes, the other sees.
 *
 * Needs a server (BIRGE_TEST_DB); skipped without one.
 */
#include "core/tests/state.h"

#include "core/bodies.h"
#include "core/calendar.h"
#include "core/directory.h"
#include "core/keys.h"
#include "core/site.h"
#include "gen/schema.h"
#include "tests/test.h"
#include "tests/test_db.h"

/* A second server beside the state's: a site of its own on the same database. */
struct beside {
    struct site site;
    struct loop loop;
};

static int64_t clock_of(void *user)
{
    return ((struct state *)user)->now;
}

static void open_journal(struct state *s, struct site *site, struct db_read *r)
{
    assert_ok(journal_open(s->a, site->db, r, 1, site->keys->log, NULL, &site->journal));
    journal_set_clock(site->journal, clock_of, s);
    journal_watch_others(site->journal, site_others_wrote, site);
    struct batch_hooks hooks = journal_hooks(site->journal);
    assert_ok(db_start(s->a, site->db, &hooks));
}

static void close_beside(void *arg)
{
    struct beside *b = arg;
    db_stop(b->site.db);
    db_close(b->site.db);
}

static struct beside *beside_new(struct state *s)
{
    struct beside *b = ARENA_NEW(s->a, struct beside);
    struct db_options options = {0};
    test_db(s->a, str_to_c(s->a, str_printf(s->a, "%s/birge.db", s->dir)), &options);
    options.path = NULL;
    b->site = (struct site){
        .policy = s->site->policy, .keys = s->site->keys, .config = s->site->config, .institutions = s->site->institutions,
        .n_institutions = s->site->n_institutions, .realm = 1, .data_dir = s->site->data_dir, .zone = s->site->zone,
        .tz = s->site->tz, .origin = s->site->origin, .profile = s->site->profile,
    };
    assert_ok(db_open(s->a, &schema_all, &options, &b->site.db));
    arena_defer(s->a, close_beside, b);
    assert_ok(db_reader(s->a, b->site.db, &b->loop.read));
    open_journal(s, &b->site, b->loop.read);
    journal_watch_others(s->site->journal, site_others_wrote, s->site);
    b->loop.site = &b->site;
    return b;
}

static struct err *count_bodies(struct action *x)
{
    const struct directory *d;
    TRY(directory_of_tx(x->a, x->site, x->tx, &d));
    *(size_t *)x->command = d->n_bodies;
    return NULL;
}

/* What a verb of this server finds. */
static size_t bodies_of_writer(struct state *s, struct site *site)
{
    size_t n = 0;
    struct action x = {.command = &n};
    assert_ok(action_run(s->a, site, state_admin(s), count_bodies, &x));
    return n;
}

/* What a page of this server shows. */
static size_t bodies_of_page(struct state *s, struct loop *loop)
{
    const struct directory *d;
    assert_ok(db_read_begin(s->a, loop->read));
    assert_ok(directory_of_loop(s->a, loop, &d));
    size_t n = d->n_bodies;
    db_read_end(loop->read);
    return n;
}

static void add_body(struct state *s, struct site *site, const char *code)
{
    struct str c = str_c(code);
    struct body_command b = {.parent_id = s->region, .code = c, .name = {c, c, c}, .about = {S(""), S(""), S("")},
                             .address = S(""), .phone = S(""), .hours = S("")};
    struct action x = {.command = &b};
    assert_ok(action_run(s->a, site, state_admin(s), do_body_add, &x));
}

static void a_body_added_by_one_is_seen_by_the_other(void **state)
{
    struct state *s = state_new(*state);
    struct beside *b = beside_new(s);
    size_t n = bodies_of_writer(s, &b->site);
    assert_int_equal(bodies_of_writer(s, s->site), n);
    assert_int_equal(bodies_of_page(s, &b->loop), n);
    for (int i = 0; i < 4; i++) {
        add_body(s, i % 2 ? &b->site : s->site, str_printf(s->a, "more%d", i).p);
        n++;
        assert_int_equal(bodies_of_page(s, &b->loop), n);
        assert_int_equal(bodies_of_writer(s, &b->site), n);
        assert_int_equal(bodies_of_writer(s, s->site), n);
    }
    state_check(s);
}

static void a_page_keeps_its_directory_while_nobody_changes_it(void **state)
{
    struct state *s = state_new(*state);
    struct beside *b = beside_new(s);
    const struct directory *first;
    const struct directory *again;
    assert_ok(db_read_begin(s->a, b->loop.read));
    assert_ok(directory_of_loop(s->a, &b->loop, &first));
    add_body(s, s->site, "later"); /* not in this page's transaction */
    assert_ok(directory_of_loop(s->a, &b->loop, &again));
    assert_ptr_equal(first, again);
    db_read_end(b->loop.read);
    assert_ok(db_read_begin(s->a, b->loop.read));
    assert_ok(directory_of_loop(s->a, &b->loop, &first));
    db_read_end(b->loop.read);
    assert_ok(db_read_begin(s->a, b->loop.read));
    assert_ok(directory_of_loop(s->a, &b->loop, &again));
    assert_ptr_equal(first, again); /* read once, kept */
    db_read_end(b->loop.read);
}

int main(void)
{
    if (!test_db_is_server())
        return 77; /* about a database server; the pass on PostgreSQL runs this */
    const struct CMUnitTest tests[] = {
        TEST(a_body_added_by_one_is_seen_by_the_other),
        TEST(a_page_keeps_its_directory_while_nobody_changes_it),
    };
    return cmocka_run_group_tests_name("beside", tests, NULL, NULL);
}
