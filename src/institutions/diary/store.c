/* SPDX-License-Identifier: AGPL-3.0-or-later
 *
 * store.c - rows of an entry as structs, for actions and for staff. What everybody sees stands in store_public.c,
 * writing and counting in store_write.c; together they are all that names this slice's statements.
 */
#include "institutions/diary/store_private.h"

#include "gen/diary_queries.h"
#include "institutions/diary/diary.h"

static struct err *unknown_word(struct arena *a, int64_t id, const char *what, struct str word)
{
    return ERR(a, ERR_CORRUPT, "entry %lld has the unknown %s \"%.*s\"", (long long)id, what, STR_FMT(word));
}

struct err *diary_load_entry(struct arena *a, struct db_read *r, int64_t realm, int64_t id,
                             struct diary_entry *ret_entry, bool *ret_found)
{
    struct diary_q_entry_by_id_row row;
    TRY(diary_q_entry_by_id(a, r, realm, id, &row, ret_found));
    if (!*ret_found)
        return NULL;
    struct diary_entry e = {
        .id = row.id,
        .code = row.code,
        .body_id = row.body_id,
        .office_id = row.office_id,
        .is_announced = row.is_announced,
        .reason = row.reason,
        .version = row.version,
        .public_version = row.public_version,
        .sequence = row.sequence,
        .source_uid = row.source_uid,
        .entered_at = row.entered_at,
        .public_at = row.public_at.v,
        .changed_at = row.changed_at.v,
    };
    if (!diary_state_of_name(row.state, &e.state))
        return unknown_word(a, id, "state", row.state);
    *ret_entry = e;
    return NULL;
}

static struct err *load_words(struct arena *a, struct db_read *r, int64_t realm, int64_t id, int64_t no,
                              struct diary_words words[LANG_N])
{
    struct diary_q_texts_of_row *rows;
    size_t n;
    TRY(diary_q_texts_of(a, r, realm, id, no, &rows, &n));
    for (size_t i = 0; i < n; i++) {
        const struct lang *l = lang_find(rows[i].language);
        if (!l)
            return unknown_word(a, id, "language", rows[i].language);
        words[lang_index(l)] = (struct diary_words){
            .title = rows[i].title, .place = rows[i].place, .about = rows[i].about, .outcome = rows[i].outcome};
    }
    return NULL;
}

struct err *diary_load_version(struct arena *a, struct db_read *r, int64_t realm, int64_t id, int64_t no,
                               struct diary_version *ret_version)
{
    struct diary_q_version_of_row row;
    bool found;
    TRY(diary_q_version_of(a, r, realm, id, no, &row, &found));
    if (!found)
        return ERR(a, ERR_CORRUPT, "entry %lld has no version %lld", (long long)id, (long long)no);
    struct diary_version v = {
        .no = row.no,
        .form = row.form,
        .is_abroad = row.is_abroad,
        .country = row.country,
        .inside_id = row.inside_id.v,
        .begins_at = row.begins_at,
        .ends_at = row.ends_at,
        .begins_on = row.begins_on,
        .ends_on = row.ends_on,
        .is_all_day = row.is_all_day,
        .zone = row.zone,
        .link = row.link,
        .language = row.language,
        .note = row.note,
        .at = row.at,
        .by_person_id = row.by_person_id.v,
        .by_office_id = row.by_office_id.v,
        .approved_at = row.approved_at.v,
    };
    if (!diary_kind_of_name(row.kind, &v.kind))
        return unknown_word(a, id, "kind", row.kind);
    TRY(load_words(a, r, realm, id, no, v.words));
    *ret_version = v;
    return NULL;
}

struct err *diary_load_participants(struct arena *a, struct db_read *r, int64_t realm, int64_t id,
                                    struct diary_participant **ret_items, size_t *ret_n)
{
    struct diary_q_participants_of_row *rows;
    size_t n;
    TRY(diary_q_participants_of(a, r, realm, id, &rows, &n));
    struct diary_participant *items = ARENA_ARRAY(a, n, struct diary_participant);
    for (size_t i = 0; i < n; i++) {
        items[i] = (struct diary_participant){
            .no = rows[i].no,
            .name = rows[i].name,
            .post = rows[i].post,
            .from_version = rows[i].from_version,
            .to_version = rows[i].to_version.v,
            .how = rows[i].how,
            .given_on = rows[i].given_on,
            .withdrawn_at = rows[i].withdrawn_at.v,
            .withdrawn_how = rows[i].withdrawn_how,
        };
        if (!diary_who_of_name(rows[i].kind, &items[i].who))
            return unknown_word(a, id, "participant", rows[i].kind);
    }
    *ret_items = items;
    *ret_n = n;
    return NULL;
}

struct err *diary_load_all_words(struct arena *a, struct db_read *r, int64_t realm, int64_t id,
                                 struct diary_words **ret_words, size_t *ret_n)
{
    struct diary_q_texts_of_all_row *rows;
    size_t n;
    TRY(diary_q_texts_of_all(a, r, realm, id, &rows, &n));
    struct diary_words *words = ARENA_ARRAY(a, n, struct diary_words);
    for (size_t i = 0; i < n; i++)
        words[i] = (struct diary_words){
            .title = rows[i].title, .place = rows[i].place, .about = rows[i].about, .outcome = rows[i].outcome};
    *ret_words = words;
    *ret_n = n;
    return NULL;
}

struct err *diary_load_inside(struct arena *a, struct db_read *r, int64_t realm, int64_t id, int64_t **ret_ids,
                              size_t *ret_n)
{
    struct diary_q_inside_of_row *rows;
    size_t n_rows;
    size_t n = 0;
    TRY(diary_q_inside_of(a, r, realm, id, DIARY_INSIDE_MAX * 2, &rows, &n_rows));
    int64_t *ids = ARENA_ARRAY(a, n_rows, int64_t);
    for (size_t i = 0; i < n_rows; i++) {
        struct diary_entry e;
        struct diary_version v;
        bool found;
        TRY(diary_load_entry(a, r, realm, rows[i].entry_id, &e, &found));
        if (!found)
            continue;
        TRY(diary_load_version(a, r, realm, e.id, e.version, &v));
        bool was_shown_there = false;
        if (v.inside_id != id && e.public_version > 0 && e.public_version != e.version) {
            TRY(diary_load_version(a, r, realm, e.id, e.public_version, &v));
            was_shown_there = v.inside_id == id;
        }
        if (v.inside_id == id || was_shown_there)
            ids[n++] = e.id;
    }
    *ret_ids = ids;
    *ret_n = n;
    return NULL;
}

struct err *diary_find(struct arena *a, struct db_read *r, int64_t realm, struct str code, int64_t *ret_id)
{
    struct diary_q_entry_of_code_row row;
    bool found;
    TRY(diary_q_entry_of_code(a, r, realm, code.p ? code : S(""), &row, &found));
    *ret_id = found ? row.id : 0;
    return NULL;
}

struct err *diary_find_source(struct arena *a, struct db_read *r, int64_t realm, int64_t office_id, struct str uid,
                              int64_t *ret_id)
{
    struct diary_q_entry_of_source_row row;
    bool found = false;
    if (uid.n > 0)
        TRY(diary_q_entry_of_source(a, r, realm, office_id, uid, &row, &found));
    *ret_id = found ? row.id : 0;
    return NULL;
}

/* == staff == */

struct verdict diary_store_may(const struct site *site, const struct actor *who, const char *action,
                               const struct diary_entry *entry)
{
    struct policy_subject subject = diary_rules_subject(entry);
    return policy_ask(&site->policy, who, action, &subject);
}

static struct err *load_full(struct arena *a, struct db_read *r, int64_t realm, int64_t id, struct diary_full *ret_full,
                             bool *ret_found)
{
    struct diary_full f = {.frame_code = S(""), .frame_title = S("")};
    struct diary_participant *items;
    TRY(diary_load_entry(a, r, realm, id, &f.entry, ret_found));
    if (!*ret_found)
        return NULL;
    TRY(diary_load_version(a, r, realm, id, f.entry.version, &f.version));
    TRY(diary_load_participants(a, r, realm, id, &items, &f.n_participants));
    f.participants = items;
    if (f.version.inside_id) {
        struct diary_entry frame;
        struct diary_version v;
        struct str language;
        bool found;
        TRY(diary_load_entry(a, r, realm, f.version.inside_id, &frame, &found));
        if (found) {
            TRY(diary_load_version(a, r, realm, frame.id, frame.version, &v));
            f.frame_code = frame.code;
            f.frame_title = diary_words_for(v.words, lang_find(v.language), v.language, &language)->title;
        }
    }
    *ret_full = f;
    return NULL;
}

struct err *diary_store_open(struct arena *a, struct db_read *r, const struct site *site, const struct actor *who,
                             struct str code, struct diary_full *ret_full, struct verdict *ret_verdict)
{
    int64_t id;
    bool found = false;
    struct diary_full f;
    struct verdict unknown =
        verdict_no("ENTRY_UNKNOWN", "verdict.diary.entry_unknown", "verdict.diary.entry_unknown.next", (struct str){0});
    *ret_verdict = policy_ask_coarse(&site->policy, who, DIARY_OPEN);
    if (!ret_verdict->allowed)
        return NULL;
    TRY(diary_find(a, r, site->realm, code, &id));
    if (id)
        TRY(load_full(a, r, site->realm, id, &f, &found));
    *ret_verdict = found ? diary_store_may(site, who, DIARY_OPEN, &f.entry) : unknown;
    bool is_anothers = !ret_verdict->allowed && str_eq(str_c(ret_verdict->code), S("POLICY_NOT_YOURS"));
    if (is_anothers)
        *ret_verdict = unknown;
    if (ret_verdict->allowed)
        *ret_full = f;
    return NULL;
}

struct err *diary_store_desk(struct arena *a, struct db_read *r, const struct site *site, const struct actor *who,
                             struct str state, int64_t before, int64_t n, struct diary_full **ret_items, size_t *ret_n,
                             struct verdict *ret_verdict)
{
    struct policy_subject subject = {.body_id = who->body_id, .state = POLICY_STATELESS};
    struct diary_q_desk_all_row *all;
    struct diary_q_desk_state_row *some;
    size_t n_rows;
    *ret_verdict = policy_ask(&site->policy, who, DIARY_DESK, &subject);
    if (!ret_verdict->allowed)
        return NULL;
    struct diary_q_desk_state_args args = {
        .realm = site->realm, .body_id = who->body_id, .state = state, .before = before, .n = n};
    if (state.n == 0)
        TRY(diary_q_desk_all(a, r, site->realm, who->body_id, before, n, &all, &n_rows));
    else
        TRY(diary_q_desk_state(a, r, &args, &some, &n_rows));
    struct diary_full *items = ARENA_ARRAY(a, n_rows, struct diary_full);
    for (size_t i = 0; i < n_rows; i++) {
        bool found;
        TRY(load_full(a, r, site->realm, state.n == 0 ? all[i].id : some[i].id, &items[i], &found));
    }
    *ret_items = items;
    *ret_n = n_rows;
    return NULL;
}

bool diary_names_persons(const struct diary_participant *participants, size_t n)
{
    for (size_t i = 0; i < n; i++)
        if (participants[i].who == DIARY_WHO_PERSON)
            return true;
    return false;
}

const struct diary_words *diary_words_for(const struct diary_words words[LANG_N], const struct lang *lang,
                                          struct str main_language, struct str *ret_language)
{
    const struct lang *own = lang_find(main_language);
    const struct lang *best = words[lang_index(lang)].title.n > 0 || !own ? lang : own;
    *ret_language = lang_code(best);
    return &words[lang_index(best)];
}
