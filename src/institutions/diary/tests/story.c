/* SPDX-License-Identifier: AGPL-3.0-or-later
 *
 * story.c - writing entries in tests, and what must hold after each test.
 */
#include "institutions/diary/tests/story.h"

#include "base/clock.h"
#include "base/json.h"
#include "gen/diary_queries.h"

struct state *story_new(struct arena *a)
{
    return state_new_with(a, &diary_institution);
}

struct actor story_writer(const struct state *s)
{
    return state_staff(s->executor, s->executor_office, s->city, ROLE_EXECUTOR);
}

struct actor story_clerk(const struct state *s)
{
    return state_staff(s->clerk, s->clerk_office, s->city, ROLE_REGISTRAR);
}

struct actor story_head(const struct state *s)
{
    return state_staff(s->head, s->head_office, s->city, ROLE_HEAD);
}

struct actor story_stranger(const struct state *s)
{
    return state_staff(s->stranger, s->stranger_office, s->health, ROLE_HEAD);
}

struct diary_write_command *story_command(struct state *s, enum diary_kind kind, const char *title, const char *on,
                                          const char *from, const char *to)
{
    struct diary_write_command *c = ARENA_NEW(s->a, struct diary_write_command);
    c->office_id = s->head_office;
    c->source_uid = S("");
    struct diary_version *v = &c->draft.v;
    *v = (struct diary_version){.kind = kind, .form = S(""), .country = S(""), .zone = S("Asia/Almaty"), .link = S(""),
                                .language = S("kk"), .note = S("")};
    v->words[0] = (struct diary_words){.title = str_c(title), .place = S("Әкімдік"), .about = S(""), .outcome = S("")};
    assert_true(diary_times(s->a, s->site->tz, str_c(on), str_c(from), S(""), str_c(to), v));
    return c;
}

struct diary_write_result *story_write(struct state *s, struct diary_write_command *c)
{
    state_do(s, story_writer(s), diary_write, c);
    return s->last.result;
}

struct diary_write_result *story_enter(struct state *s, enum diary_kind kind, const char *title, const char *on,
                                       const char *from, const char *to)
{
    return story_write(s, story_command(s, kind, title, on, from, to));
}

void story_name(struct state *s, struct diary_write_command *c, enum diary_who who, const char *name, const char *post,
                const char *how, const char *given_on)
{
    struct diary_named *all = ARENA_ARRAY(s->a, c->draft.n_named + 1, struct diary_named);
    for (size_t i = 0; i < c->draft.n_named; i++)
        all[i] = c->draft.named[i];
    all[c->draft.n_named++] = (struct diary_named){who, str_c(name), str_c(post), str_c(how), str_c(given_on)};
    c->draft.named = all;
}

struct diary_write_command *story_again(struct state *s, int64_t id)
{
    struct diary_write_command *c = ARENA_NEW(s->a, struct diary_write_command);
    struct diary_entry e = story_entry(s, id);
    struct diary_participant *all;
    size_t n;
    c->id = id;
    c->seen = e.version;
    assert_ok(diary_load_version(s->a, s->read, 1, id, e.version, &c->draft.v));
    assert_ok(diary_load_participants(s->a, s->read, 1, id, &all, &n));
    for (size_t i = 0; i < n; i++)
        if (all[i].to_version == 0 && all[i].withdrawn_at == 0)
            story_name(s, c, all[i].who, str_to_c(s->a, all[i].name), str_to_c(s->a, all[i].post), "", "");
    return c;
}

static struct diary_step_command *step(struct state *s, int64_t id, const char *reason)
{
    struct diary_step_command *c = ARENA_NEW(s->a, struct diary_step_command);
    *c = (struct diary_step_command){.id = id, .seen = story_entry(s, id).version, .reason = str_c(reason)};
    return c;
}

void story_step(struct state *s, struct actor who, struct err *(*verb)(struct action *x), int64_t id, const char *reason)
{
    state_do(s, who, verb, step(s, id, reason));
}

void story_no_step(struct state *s, struct actor who, struct err *(*verb)(struct action *x), int64_t id,
                   const char *reason, const char *code)
{
    state_refuse(s, who, verb, step(s, id, reason), code);
}

void story_publish(struct state *s, int64_t id)
{
    story_step(s, story_writer(s), diary_hold, id, "");
    story_step(s, story_head(s), diary_publish, id, "");
}

struct diary_entry story_entry(struct state *s, int64_t id)
{
    struct diary_entry e = {0};
    bool found;
    assert_ok(diary_load_entry(s->a, s->read, 1, id, &e, &found));
    assert_true(found);
    return e;
}

bool story_is_shown(struct state *s, struct str code, struct diary_shown *ret)
{
    struct diary_shown shown;
    bool found;
    assert_ok(diary_store_public(s->a, s->read, 1, code, 0, ret ? ret : &shown, &found));
    return found;
}

void story_counts(struct state *s, const char *from, const char *to, struct diary_count *ret)
{
    assert_ok(diary_store_counts(s->a, s->read, 1, s->head_office, str_c(from), str_c(to), ret));
}

/* All rows of both projections as one text. */
static struct str projections(struct state *s)
{
    struct buf b;
    struct diary_q_entries_after_row *ids;
    size_t n;
    const char *const grains[] = {"day", "month", "year"};
    buf_init(&b, s->a, 8 * ARENA_MIB);
    assert_ok(diary_q_entries_after(s->a, s->read, 1, 0, 100000, &ids, &n));
    for (size_t i = 0; i < n; i++) {
        struct diary_q_public_of_row q;
        bool found;
        assert_ok(diary_q_public_of(s->a, s->read, 1, ids[i].id, &q, &found));
        if (found)
            buf_printf(&b, "%lld %.*s v%lld %.*s %.*s %.*s %d %d %lld\n", (long long)q.entry_id, STR_FMT(q.state),
                       (long long)q.version, STR_FMT(q.begins_on), STR_FMT(q.counter), STR_FMT(q.counted_on), q.is_part,
                       q.has_part, (long long)q.sequence);
    }
    for (size_t i = 0; i < 3; i++) {
        struct diary_q_counts_between_args args = {.realm = 1, .office_id = s->head_office, .grain = str_c(grains[i]),
                                                   .from_period = S(""), .to_period = S("~")};
        struct diary_q_counts_between_row *rows;
        assert_ok(diary_q_counts_between(s->a, s->read, &args, &rows, &n));
        for (size_t k = 0; k < n; k++)
            if (rows[k].n != 0 || rows[k].n_part != 0)
                buf_printf(&b, "%s %.*s %.*s %lld %lld\n", grains[i], STR_FMT(rows[k].period), STR_FMT(rows[k].counter),
                           (long long)rows[k].n, (long long)rows[k].n_part);
    }
    return buf_view(&b);
}

void story_check(struct state *s)
{
    struct diary_q_entries_after_row *ids;
    size_t n;
    struct str kept = projections(s);
    state_do(s, actor_operator(), diary_rebuild, NULL);
    struct str made = projections(s);
    if (!str_eq(kept, made))
        fail_msg("kept:\n%.*s\nmade anew:\n%.*s", STR_FMT(kept), STR_FMT(made));
    assert_ok(diary_q_entries_after(s->a, s->read, 1, 0, 100000, &ids, &n));
    for (size_t i = 0; i < n; i++)
        state_check_digest(s, DIARY_NOUN, ids[i].id);
}
