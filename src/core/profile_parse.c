/* SPDX-License-Identifier: AGPL-3.0-or-later
 *
 * profile_parse.c - from the text of a profile file to the struct: strict about form, silent about sense.
 *
 * A field that is not known is refused, since a misspelt rule that silently does not hold is worse than none.
 * Whether the values make sense together is the affair of profile_check.c.
 *
 * Source: rules.md, "The profile schema".
 */
#include "core/profile_private.h"

#include "base/clock.h"
#include "base/hash.h"
#include "core/json_read.h"

#define MAX_ITEMS 500  /* elements of any list of a profile */
#define MAX_TEXT 2000  /* bytes of a text for people */
#define MAX_WORD 80    /* bytes of a code or key */

const char *const profile_confidence_words[N_CONFIDENCE] = {"primary", "secondary", "no", "own"};
const char *const profile_unit_words[N_UNITS] = {"wd", "cd", "mo", "pct", "count", "MRP"};
static const char *const from_words[] = {"registration", "receipt", "next_day"};
static const char *const silence_words[] = {"none", "refused", "accepted", "agreed"};
static const char *const after_hours_words[] = {"next_working_day", "same_day"};
static const char *const language_words[] = {"kk", "ru", "en"};
static const char *const identity_words[] = {"none", "contact", "paper", "signed_in", "signature"};
const char *const profile_step_names[] = {"register", "assign", "forward", "answer",  "refuse",
                                          "return",   "terminate", "extend", "hearing", "complain"};
const size_t profile_n_step_names = sizeof profile_step_names / sizeof profile_step_names[0];

#define WORD(at, words) json_read_word((at), (words), sizeof(words) / sizeof(words)[0])
#define CITED "cite verified verified_by verified_on note"

/* ---- small parts ---- */

static struct str opt_str(const struct json_at *up, const char *key, size_t max)
{
    struct json_at at = json_read_opt(up, key);
    return at.v ? json_read_str(&at, max) : (struct str){0};
}

static struct str get_str(const struct json_at *up, const char *key, size_t max)
{
    struct json_at at = json_read_get(up, key);
    return json_read_str(&at, max);
}

static bool get_bool(const struct json_at *up, const char *key)
{
    struct json_at at = json_read_get(up, key);
    return json_read_bool(&at);
}

static int32_t opt_day(const struct json_at *up, const char *key, int32_t otherwise)
{
    struct json_at at = json_read_opt(up, key);
    return at.v ? json_read_day(&at) : otherwise;
}

static struct text3 text_of(const struct json_at *at)
{
    json_read_fields(at, "kk ru en");
    struct text3 t = {
        .kk = opt_str(at, "kk", MAX_TEXT),
        .ru = opt_str(at, "ru", MAX_TEXT),
        .en = opt_str(at, "en", MAX_TEXT),
    };
    if (t.kk.n == 0 && t.ru.n == 0 && t.en.n == 0)
        json_read_fail(at, "expected a text in at least one of kk, ru, en");
    return t;
}

static struct text3 get_text(const struct json_at *up, const char *key)
{
    struct json_at at = json_read_get(up, key);
    return text_of(&at);
}

static struct text3 opt_text(const struct json_at *up, const char *key)
{
    struct json_at at = json_read_opt(up, key);
    return at.v ? text_of(&at) : (struct text3){0};
}

/* A list of the profile and the function that reads one element. */
#define READ_LIST(p, field, up, key, required, read_one)                                           \
    do {                                                                                           \
        struct json_at list_at_ = (required) ? json_read_get((up), (key)) : json_read_opt((up), (key)); \
        size_t list_n_ = list_at_.v ? json_read_count(&list_at_, MAX_ITEMS) : 0;                   \
        (p)->field = arena_array((up)->r->a, list_n_, sizeof *(p)->field);                         \
        for (size_t i_ = 0; i_ < list_n_; i_++) {                                                  \
            struct json_at item_at_ = json_read_item(&list_at_, i_);                               \
            read_one((p), &item_at_, &(p)->field[i_]);                                             \
        }                                                                                          \
        (p)->n_##field = list_n_;                                                                  \
    } while (0)

/* ---- citations ---- */

static void read_act(struct profile *p, const struct json_at *at, struct profile_act *act)
{
    (void)p;
    json_read_fields(at, "code short title url redaction");
    *act = (struct profile_act){
        .code = get_str(at, "code", MAX_WORD),
        .name = get_text(at, "short"),
        .title = get_text(at, "title"),
        .url = opt_str(at, "url", 300),
        .redaction = opt_str(at, "redaction", 300),
    };
    if (act->url.p && !str_starts(act->url, S("https://"))) {
        struct json_at url = json_read_opt(at, "url");
        json_read_fail(&url, "expected an address that begins with https://");
    }
}

static const struct profile_act *act_of(const struct profile *p, struct str code)
{
    for (size_t i = 0; i < p->n_acts; i++)
        if (str_eq(p->acts[i].code, code))
            return &p->acts[i];
    return NULL;
}

static void read_cite(const struct profile *p, const struct json_at *at, struct citation *c)
{
    json_read_fields(at, "act article url redaction");
    struct json_at act_at = json_read_get(at, "act");
    struct str code = json_read_str(&act_at, MAX_WORD);
    const struct profile_act *act = act_of(p, code);
    if (!act) {
        json_read_fail(&act_at, "expected the code of one of the profile's acts; found \"%.*s\"",
                       STR_FMT(code));
        return;
    }
    c->act = act->name;
    c->act_title = act->title;
    c->article = opt_str(at, "article", MAX_WORD);
    c->url = opt_str(at, "url", 300);
    c->redaction = opt_str(at, "redaction", 300);
    if (!c->url.p)
        c->url = act->url;
    if (!c->redaction.p)
        c->redaction = act->redaction;
    struct str name = text3_for(&act->name, S("en"));
    c->law = c->article.p ? str_printf(at->r->a, "%.*s %.*s", STR_FMT(name), STR_FMT(c->article)) : name;
}

/* The fields CITED of an object that rests on a citation. */
static struct citation citation_of(const struct profile *p, const struct json_at *up)
{
    struct citation c = {0};
    struct json_at verified = json_read_get(up, "verified");
    struct json_at cite = json_read_opt(up, "cite");
    struct json_at on = json_read_opt(up, "verified_on");
    c.confidence = (enum confidence)WORD(&verified, profile_confidence_words);
    c.verified_by = opt_str(up, "verified_by", 200);
    c.note = opt_text(up, "note");
    if (on.v) {
        (void)json_read_day(&on);
        c.verified_on = json_read_str(&on, 10);
    }
    if (cite.v)
        read_cite(p, &cite, &c);
    if (cite.v && c.confidence == CONFIDENCE_OWN)
        json_read_fail(&cite, "expected no citation beside \"verified\": \"own\"");
    return c;
}

/* ---- the parts of a profile ---- */

static int32_t minute_of(const struct json_at *at)
{
    struct str s = json_read_str(at, 5);
    bool ok = s.n == 5 && s.p[2] == ':';
    for (size_t i = 0; ok && i < 5; i++)
        ok = i == 2 || (s.p[i] >= '0' && s.p[i] <= '9');
    int32_t minute = ok ? ((s.p[0] - '0') * 10 + s.p[1] - '0') * 60 + (s.p[3] - '0') * 10 + s.p[4] - '0' : -1;
    if (!at->r->e && (minute < 0 || minute >= 24 * 60 || s.p[3] > '5'))
        json_read_fail(at, "expected a time of day such as 18:00; found \"%.*s\"", STR_FMT(s));
    return minute;
}

static void read_registration(struct profile *p, const struct json_at *at)
{
    json_read_fields(at, "rule close hours " CITED);
    struct json_at rule = json_read_get(at, "rule");
    struct json_at close = json_read_get(at, "close");
    struct json_at hours = json_read_get(at, "hours");
    json_read_fields(&hours, CITED);
    p->registration = (struct profile_registration){
        .rule = (enum profile_after_hours)WORD(&rule, after_hours_words),
        .close_minute = minute_of(&close),
        .cite = citation_of(p, at),
        .hours_cite = citation_of(p, &hours),
    };
}

static void read_rule(struct profile *p, const struct json_at *at, struct profile_rule *rule)
{
    json_read_fields(at, "key value unit count_from on_silence valid_from valid_to about " CITED);
    struct json_at value = json_read_get(at, "value");
    struct json_at unit = json_read_get(at, "unit");
    struct json_at from = json_read_opt(at, "count_from");
    struct json_at silence = json_read_opt(at, "on_silence");
    *rule = (struct profile_rule){
        .key = get_str(at, "key", MAX_WORD),
        .value = json_read_int(&value, 0, INT64_C(1000000000)),
        .unit = (enum profile_unit)WORD(&unit, profile_unit_words),
        .count_from = from.v ? (enum profile_from)WORD(&from, from_words) : FROM_NEXT_DAY,
        .on_silence = silence.v ? (enum profile_silence)WORD(&silence, silence_words) : SILENCE_NONE,
        .valid_from = opt_day(at, "valid_from", INT32_MIN),
        .valid_to = opt_day(at, "valid_to", INT32_MAX),
        .about = get_text(at, "about"),
        .cite = citation_of(p, at),
    };
    if (rule->unit <= UNIT_MONTHS && rule->value > 3660)
        json_read_fail(&value, "expected a term of at most 3660; found %lld", (long long)rule->value);
}

static void read_kind(struct profile *p, const struct json_at *at, struct profile_kind *kind)
{
    json_read_fields(at, "code regime term default names_subject name hint " CITED);
    *kind = (struct profile_kind){
        .code = get_str(at, "code", MAX_WORD),
        .regime = get_str(at, "regime", MAX_WORD),
        .name = get_text(at, "name"),
        .hint = get_text(at, "hint"),
        .term = get_str(at, "term", MAX_WORD),
        .is_default = get_bool(at, "default"),
        .names_subject = get_bool(at, "names_subject"),
        .cite = citation_of(p, at),
    };
}

static void read_channel(struct profile *p, const struct json_at *at, struct profile_channel *channel)
{
    (void)p;
    json_read_fields(at, "code staff name");
    *channel = (struct profile_channel){
        .code = get_str(at, "code", MAX_WORD),
        .name = get_text(at, "name"),
        .is_staff = get_bool(at, "staff"),
    };
}

static void read_identity(struct profile *p, const struct json_at *at, struct profile_identity *identity)
{
    json_read_fields(at, "code offered name effect how " CITED);
    struct json_at code = json_read_get(at, "code");
    *identity = (struct profile_identity){
        .code = str_c(identity_words[WORD(&code, identity_words)]),
        .name = get_text(at, "name"),
        .effect = get_text(at, "effect"),
        .how = opt_text(at, "how"),
        .is_offered = get_bool(at, "offered"),
        .cite = citation_of(p, at),
    };
}

static void read_ground(struct profile *p, const struct json_at *at, struct profile_ground *ground)
{
    json_read_fields(at, "code text " CITED);
    *ground = (struct profile_ground){
        .code = get_str(at, "code", MAX_WORD),
        .text = get_text(at, "text"),
        .cite = citation_of(p, at),
    };
}

static void read_lists(struct profile *p, const struct json_at *at)
{
    const char *const *names;
    size_t n = json_read_keys(at, MAX_ITEMS, &names);
    p->lists = ARENA_ARRAY(at->r->a, n, struct profile_list);
    for (size_t k = 0; k < n; k++) {
        struct json_at list_at = json_read_get(at, names[k]);
        struct profile_list *list = &p->lists[p->n_lists++];
        list->code = str_c(names[k]);
        list->n_grounds = json_read_count(&list_at, MAX_ITEMS);
        list->grounds = ARENA_ARRAY(at->r->a, list->n_grounds, struct profile_ground);
        for (size_t i = 0; i < list->n_grounds; i++) {
            struct json_at item = json_read_item(&list_at, i);
            read_ground(p, &item, &list->grounds[i]);
        }
    }
}

static void read_block(struct profile *p, const struct json_at *at, struct profile_block *block)
{
    json_read_fields(at, "code in_answer in_refusal name hint " CITED);
    *block = (struct profile_block){
        .code = get_str(at, "code", MAX_WORD),
        .in_answer = get_bool(at, "in_answer"),
        .in_refusal = get_bool(at, "in_refusal"),
        .name = get_text(at, "name"),
        .hint = get_text(at, "hint"),
        .cite = citation_of(p, at),
    };
}

static void read_remedy(struct profile *p, const struct json_at *at)
{
    json_read_fields(at, "term name to_whom how after " CITED);
    p->remedy = (struct profile_remedy){
        .name = get_text(at, "name"),
        .to_whom = get_text(at, "to_whom"),
        .how = get_text(at, "how"),
        .after = opt_text(at, "after"),
        .term = get_str(at, "term", MAX_WORD),
        .cite = citation_of(p, at),
    };
}

static void read_process(struct profile *p, const struct json_at *at, struct profile_process *process)
{
    (void)p;
    json_read_fields(at, "code steps");
    struct json_at steps = json_read_get(at, "steps");
    process->code = get_str(at, "code", MAX_WORD);
    process->n_steps = json_read_count(&steps, profile_n_step_names);
    process->steps = ARENA_ARRAY(at->r->a, process->n_steps, struct str);
    for (size_t i = 0; i < process->n_steps; i++) {
        struct json_at step = json_read_item(&steps, i);
        process->steps[i] =
            str_c(profile_step_names[json_read_word(&step, profile_step_names, profile_n_step_names)]);
    }
}

static void read_transition(struct profile *p, const struct json_at *at, struct profile_transition *t)
{
    json_read_fields(at, "from process keeps " CITED);
    *t = (struct profile_transition){
        .from = get_str(at, "from", MAX_WORD),
        .process = get_str(at, "process", MAX_WORD),
        .keeps = get_bool(at, "keeps"),
        .cite = citation_of(p, at),
    };
}

/* ---- the whole ---- */

/* Ids become file names and addresses. */
static struct str id_of(const struct json_at *up, const char *key)
{
    struct json_at at = json_read_get(up, key);
    struct str id = json_read_str(&at, 40);
    for (size_t i = 0; i < id.n; i++) {
        char c = id.p[i];
        bool ok = (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9') || (c == '-' && i > 0);
        if (!ok)
            json_read_fail(&at, "expected lower-case letters, digits and hyphens; found \"%.*s\"",
                           STR_FMT(id));
    }
    return id;
}

static void read_info(struct profile *p, const struct json_at *root)
{
    static const char *const formats[] = {"birge profile v1"};
    struct json_at format = json_read_get(root, "format");
    struct json_at languages = json_read_get(root, "languages");
    (void)WORD(&format, formats);
    struct profile_info *info = &p->info;
    info->id = id_of(root, "id");
    info->title = get_text(root, "title");
    info->standing = get_text(root, "standing");
    info->is_verified = get_bool(root, "verified");
    info->calendar = id_of(root, "calendar");
    struct json_at zone = json_read_opt(root, "zone");
    info->zone = zone.v ? json_read_str(&zone, 63) : S("UTC");
    info->valid_from = opt_day(root, "valid_from", INT32_MIN);
    info->valid_to = opt_day(root, "valid_to", INT32_MAX);
    if (json_read_opt(root, "replaces").v)
        info->replaces = id_of(root, "replaces");
    size_t n = json_read_count(&languages, 3);
    struct str *codes = ARENA_ARRAY(root->r->a, n, struct str);
    for (size_t i = 0; i < n; i++) {
        struct json_at at = json_read_item(&languages, i);
        codes[i] = str_c(language_words[WORD(&at, language_words)]);
    }
    info->languages = codes;
    info->n_languages = n;
    if (n == 0)
        json_read_fail(&languages, "expected at least one of kk, ru, en");
}

static int by_key(const void *left, const void *right)
{
    const struct profile_rule *a = left;
    const struct profile_rule *b = right;
    int c = str_cmp(a->key, b->key);
    return c != 0 ? c : a->valid_from < b->valid_from ? -1 : a->valid_from > b->valid_from;
}

static void read_all(struct profile *p, const struct json_at *root)
{
    json_read_fields(
        root, "format id title standing verified calendar zone valid_from valid_to replaces languages acts "
              "registration rules kinds channels identity grounds blocks remedy processes transitions");
    read_info(p, root);
    READ_LIST(p, acts, root, "acts", true, read_act);
    struct json_at registration = json_read_get(root, "registration");
    read_registration(p, &registration);
    READ_LIST(p, rules, root, "rules", true, read_rule);
    READ_LIST(p, kinds, root, "kinds", true, read_kind);
    READ_LIST(p, channels, root, "channels", true, read_channel);
    READ_LIST(p, identities, root, "identity", true, read_identity);
    struct json_at grounds = json_read_get(root, "grounds");
    read_lists(p, &grounds);
    READ_LIST(p, blocks, root, "blocks", true, read_block);
    struct json_at remedy = json_read_get(root, "remedy");
    read_remedy(p, &remedy);
    READ_LIST(p, processes, root, "processes", true, read_process);
    READ_LIST(p, transitions, root, "transitions", false, read_transition);
    if (!root->r->e)
        qsort(p->rules, p->n_rules, sizeof p->rules[0], by_key);
}

struct err *profile_parse(struct arena *app, struct str name, struct str json,
                          const struct profile **ret_profile)
{
    struct json_reader r;
    struct profile *p = ARENA_NEW(app, struct profile);
    p->info.json = str_dup(app, json);
    struct hash h = HASH(json);
    p->info.hash = str_hex(app, h.b, sizeof h.b);
    struct json_at root = json_read_open(&r, app, name, ERR_CONFIG, p->info.json);
    read_all(p, &root);
    json_read_close(&r);
    TRY(r.e);
    p->info.tag = str_printf(app, "%.*s@%.*s", STR_FMT(p->info.id), PROFILE_TAG_HEX, p->info.hash.p);
    *ret_profile = p;
    return NULL;
}
