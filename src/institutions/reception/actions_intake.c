/* SPDX-License-Identifier: AGPL-3.0-or-later
 *
 * actions_intake.c - an appeal comes in: by its author, or by a clerk who writes it down.
 *
 * One transaction holds the number, the rows, the idempotency key and the event whose commitment is the
 * receipt. The number comes from a counter row in it, so none is handed out twice and none is lost; the
 * secret code is derived from number and key, so a repetition says the same.
 *
 * Keeps:  same key and content: the same answer and nothing new stored, also while the first is still in the
 *         same batch; same key and other content: refused, and nothing of the first is shown; an appeal
 *         always has a holder and a due date with its trace.
 * Source: trust.md section 3 points 1, 2, 10; contract.md (POST /api/v1/appeals, receipt); rules.md A2, A3.
 */
#include "institutions/reception/actions_private.h"

#include <string.h>

#include "algo/language.h"
#include "algo/number.h"
#include "base/hash.h"
#include "core/keys.h"
#include "core/place.h"
#include "core/receipt.h"
#include "core/series.h"
#include "institutions/reception/rules_private.h"

#define KEY_CHARS 64

/* == the idempotency key == */

static bool key_is_well_formed(struct str key)
{
    if (key.n < 1 || key.n > KEY_CHARS)
        return false;
    for (size_t i = 0; i < key.n; i++)
        if (key.p[i] < 0x21 || key.p[i] > 0x7E)
            return false;
    return true;
}

static void add_part(struct buf *b, struct str s)
{
    buf_printf(b, "%zu:", s.n);
    buf_str(b, s);
}

/* Everything that the request said, each part with its length; the language of the page is no part of it. Keyed, since
 * a name could be guessed from the hash where all other words are known; without the key as releases before did. */
static struct err *request_content(struct action *x, const struct submit_command *c, struct str salt, bool is_keyed,
                                   struct str *ret_content)
{
    struct buf b;
    buf_init(&b, x->a, ARENA_MIB);
    const struct str parts[] = {appeal_channel_name(c->channel),
                                c->subject,
                                c->text,
                                c->kind,
                                c->language,
                                c->name,
                                c->email,
                                c->phone,
                                c->address,
                                c->paper};
    for (size_t i = 0; i < sizeof parts / sizeof parts[0]; i++)
        add_part(&b, parts[i]);
    buf_printf(&b, "%lld,%lld,%d,%zu;", (long long)c->body_id, (long long)c->accused_body_id,
               c->contact_consent, c->n_files);
    if (c->place_id)
        buf_printf(&b, "place %lld;", (long long)c->place_id);
    for (size_t i = 0; i < c->n_files; i++) {
        add_part(&b, c->files[i].name);
        add_part(&b, c->files[i].hash);
    }
    if (c->keep_apart || c->tell_accused)
        buf_printf(&b, "apart %d,%d;", c->keep_apart, c->tell_accused);
    TRY(buf_check(&b, "a request"));
    struct hash *h = ARENA_NEW(x->a, struct hash);
    *h = HASH(STR("birge request v1\n"), salt, buf_view(&b));
    if (is_keyed)
        *h = HMAC(x->site->keys->pepper, STR("birge request v2\n"), hash_str(h));
    *ret_content = hash_str(h);
    return NULL;
}

static struct str secret_code(struct action *x, struct str number, struct str key)
{
    char code[CODE_CHARS + 1];
    keys_code(x->site->keys, x->site->realm, number, key, code);
    return str_dup(x->a, str_c(code));
}

/* The first answer again, from what was stored then: due date and body may have changed since. */
static struct err *repeat(struct action *x, const struct submit_command *c, int64_t id)
{
    struct submit_result *result = ARENA_NEW(x->a, struct submit_result);
    struct db_read *r = db_tx_read(x->tx);
    struct appeal p;
    struct appeal_deadline *deadlines;
    struct move *moves;
    size_t n_deadlines;
    size_t n_moves;
    bool found;
    TRY(reception_load_appeal(x->a, r, x->site->realm, id, &p, &found));
    TRY(reception_load_deadlines(x->a, r, x->site->realm, id, &deadlines, &n_deadlines));
    TRY(reception_load_moves(x->a, r, x->site->realm, id, &moves, &n_moves));
    if (!found || n_deadlines == 0 || n_moves == 0)
        return ERR(x->a, ERR_CORRUPT, "the appeal %lld of a known request is incomplete", (long long)id);
    *result = (struct submit_result){
        .id = id,
        .number = p.number,
        .code = secret_code(x, p.number, c->key),
        .received_at = p.received_at,
        .registered_on = p.registered_on,
        .due_on = deadlines[0].due_on,
        .body_id = p.body_id,
        .body_name = p.body_name,
        .language = p.language,
        .kind = p.kind,
        .is_to_superior = moves[0].law.n > 0,
        .accused_decides = p.accused_decides,
        .is_repeat = true,
    };
    x->result = result;
    return NULL;
}

/* == making the case == */

static struct submit_facts facts_of(const struct submit_command *c, bool is_by_clerk)
{
    struct submit_facts f = {
        .subject = c->subject,
        .text = c->text,
        .kind = c->kind,
        .language = c->language,
        .channel = appeal_channel_name(c->channel),
        .body_id = c->body_id,
        .accused_body_id = c->accused_body_id,
        .name = c->name,
        .email = c->email,
        .phone = c->phone,
        .address = c->address,
        .n_files = c->n_files,
        .is_by_clerk = is_by_clerk,
    };
    for (size_t i = 0; i < c->n_files; i++)
        if (c->files[i].size > f.largest_file)
            f.largest_file = c->files[i].size;
    return f;
}

/* What the sender said, else what the words look like, else the language of the page. */
static void choose_language(struct action *x, const struct submit_command *c, struct appeal *p)
{
    struct str told_by = x->who.kind == ACTOR_STAFF ? S("staff") : S("applicant");
    p->language_source = c->language.n > 0 ? told_by : S("detected");
    p->language = c->language;
    if (p->language.n > 0)
        return;
    struct str words = str_printf(x->a, "%.*s\n%.*s", STR_FMT(c->subject), STR_FMT(c->text));
    p->language = language_code(language_of(words, NULL));
    if (p->language.n == 0)
        p->language = c->page_language.n > 0 ? c->page_language : S("kk");
}

static bool names_somebody(const struct submit_command *c)
{
    return c->name.n > 0 || c->email.n > 0 || c->phone.n > 0 || c->address.n > 0;
}

/* Number, code and hashes of a fresh case. */
static struct err *give_number(struct action *x, const struct submit_command *c, struct appeal *p)
{
    int64_t sequence;
    int32_t year = civil_from_day(site_today(x->site, x->now)).year;
    TRY(series_next(x, S("reception_appeal.id"), &p->id));
    TRY(series_next(x, str_printf(x->a, "reception_appeal.%d", year), &sequence));
    p->number = number_make(x->a, year, sequence);
    p->salt = random_str(x->a, RECEIPT_SALT);
    struct hash *content = ARENA_NEW(x->a, struct hash);
    *content = receipt_content(p->salt, p->subject, p->text);
    p->content = hash_str(content);
    struct hash *code = ARENA_NEW(x->a, struct hash);
    *code = HASH(secret_code(x, p->number, c->key));
    p->code_hash = hash_str(code);
    return NULL;
}

/* Why who wrote is kept apart from the first moment; NULL: they are not. */
static const char *apart_cause(const struct submit_command *c, const struct appeal *p)
{
    bool is_to_accused = p->accused_decides && !c->tell_accused;
    return c->keep_apart ? "asked" : is_to_accused ? "accused_decides" : NULL;
}

static struct err *store_applicant(struct action *x, const struct submit_command *c, struct appeal *p)
{
    bool is_checked = p->identity == IDENTITY_PAPER;
    struct applicant row = {
        .name = c->name,
        .email = c->email,
        .phone = c->phone,
        .address = c->address,
        .checked_at = is_checked ? x->now : 0,
        .checked_by = is_checked ? x->who.office_id : 0,
    };
    const char *cause = apart_cause(c, p);
    if (!names_somebody(c))
        return NULL;
    if (cause)
        TRY(reception_store_keep_apart(x, p, cause));
    return reception_store_add_applicant(x, p, &row);
}

/* The event whose commitment the receipt proves: its lines are fixed by the contract. */
static struct err *register_event(struct action *x, const struct submit_command *c, const struct appeal *p,
                                  const struct route *route)
{
    struct event *e = ARENA_NEW(x->a, struct event);
    struct receipt rc = {.number = p->number, .registered_at = p->received_at, .body = p->body_name};
    struct detail d;
    MUST(p->content.n == sizeof rc.content.b);
    memcpy(rc.content.b, p->content.p, sizeof rc.content.b);
    *e = (struct event){
        .noun = APPEAL_NOUN,
        .noun_id = p->id,
        .verb = S("registered"),
        .actor = x->who,
        .profile = p->profile,
        .salt = p->salt,
    };
    TRY(receipt_lines(x->a, &rc, &e->lines));
    struct json *j = detail_begin(x, &d);
    json_put_str(j, "channel", appeal_channel_name(p->channel));
    json_put_str(j, "kind", p->kind);
    json_put_str(j, "language", p->language);
    json_put_int(j, "body", p->body_id);
    json_put_bool(j, "to_superior", route->is_to_superior);
    json_put_bool(j, "accused_decides", route->accused_decides);
    json_put_str(j, "due_on", p->due_on);
    json_put_int(j, "files", (int64_t)c->n_files);
    json_put_str(j, "identity", appeal_identity_name(p->identity));
    json_put_bool(j, "apart", p->is_apart);
    json_object_end(j);
    json_end(j);
    TRY(buf_check(&d.b, "the detail of an event"));
    e->detail = buf_view(&d.b);
    return journal_append(x->site->journal, x->tx, e);
}

static struct err *store_case(struct action *x, const struct submit_command *c, struct appeal *p,
                              const struct route *route, const struct deadline *due)
{
    struct move first = {.kind = S("register"), .to_body_id = p->body_id, .law = route->law};
    TRY(reception_store_add_appeal(x, p));
    TRY(store_applicant(x, c, p));
    TRY(reception_move(x, p, first));
    TRY(reception_set_deadline(x, p, "registered", due));
    TRY(reception_attach(x, p, c->files, c->n_files, 0, 0));
    if (c->place_id)
        TRY(reception_store_add_place(x, p, c->place_id));
    TRY(register_event(x, c, p, route));
    TRY(reception_trace(x, p->id, "held_by", S("body"), p->body_id, x->now));
    if (p->accused_body_id)
        TRY(reception_trace(x, p->id, "complains_of", S("body"), p->accused_body_id, x->now));
    return reception_notify(x, p, "registered");
}

static struct err *remember_request(struct action *x, const struct submit_command *c, struct str key_hash,
                                    int64_t id)
{
    struct known_request request = {.salt = random_str(x->a, 32), .appeal_id = id};
    TRY(request_content(x, c, request.salt, true, &request.content));
    return reception_store_add_request(x, key_hash, &request);
}

/* A place that exists today, or none. */
static struct err *check_place(struct action *x, int64_t place_id)
{
    struct place place;
    bool found = true;
    if (place_id == 0)
        return NULL;
    TRY(place_load(x->a, db_tx_read(x->tx), x->site->realm, place_id, &place, &found));
    return found && !place.to_on.p ? NULL : action_refuse(x, NO("PLACE_UNKNOWN", "place_unknown", NO_LAW));
}

static struct err *make_case(struct action *x, const struct submit_command *c, const struct work *w,
                             bool is_by_clerk, struct str key_hash)
{
    struct submit_facts facts = facts_of(c, is_by_clerk);
    ALLOW(x, reception_rules_submit(x->a, w->profile, w->directory, x->site->config, &facts));
    TRY(check_place(x, c->place_id));
    if (action_is_refused(x))
        return NULL;
    struct route route =
        reception_rules_route(x->a, w->profile, w->directory, c->body_id, c->accused_body_id, w->today);
    const struct profile_kind *kind = reception_rules_kind(w->profile, c->kind, c->accused_body_id != 0);
    struct deadline due;
    TRY(deadline_of_appeal(x->a, w->profile, w->calendar, x->site->tz, x->site->zone, kind, x->now, &due));
    struct appeal p = {
        .kind = kind->code,
        .channel = c->channel,
        .subject = c->subject,
        .text = c->text,
        .body_id = route.body_id,
        .accused_body_id = c->accused_body_id,
        .accused_decides = route.accused_decides,
        .identity = is_by_clerk && c->name.n > 0 && !text_is_blank(c->paper) ? IDENTITY_PAPER : IDENTITY_NONE,
        .state = APPEAL_REGISTERED,
        .holder_body_id = route.body_id,
        .received_at = x->now,
        .registered_on = day_text(x->a, due.registered_on),
        .due_on = day_text(x->a, due.due_on),
        .profile = profile_info(w->profile)->tag,
        .contact_consent = c->contact_consent,
    };
    choose_language(x, c, &p);
    TRY(give_number(x, c, &p));
    p.body_name = text3_for(&directory_body(w->directory, p.body_id)->name, p.language);
    TRY(store_case(x, c, &p, &route, &due));
    TRY(remember_request(x, c, key_hash, p.id));
    struct submit_result *result = ARENA_NEW(x->a, struct submit_result);
    *result = (struct submit_result){
        .id = p.id,
        .number = p.number,
        .code = secret_code(x, p.number, c->key),
        .received_at = p.received_at,
        .registered_on = p.registered_on,
        .due_on = p.due_on,
        .body_id = p.body_id,
        .body_name = p.body_name,
        .language = p.language,
        .kind = p.kind,
        .is_to_superior = route.is_to_superior,
        .accused_decides = route.accused_decides,
    };
    x->result = result;
    return NULL;
}

/* == the verbs == */

static struct err *take_in(struct action *x, const struct work *w, bool is_by_clerk)
{
    const struct submit_command *c = x->command;
    struct known_request known;
    struct str content;
    struct str of_before;
    bool found;
    if (!key_is_well_formed(c->key))
        return action_refuse(x, NO("REQUEST_KEY", "request_key", NO_LAW));
    struct hash *key = ARENA_NEW(x->a, struct hash);
    *key = HASH(STR("birge request key v1\n"), c->key);
    TRY(reception_load_request(x->a, db_tx_read(x->tx), x->site->realm, hash_str(key), &known, &found));
    if (!found)
        return make_case(x, c, w, is_by_clerk, hash_str(key));
    TRY(request_content(x, c, known.salt, true, &content));
    TRY(request_content(x, c, known.salt, false, &of_before));
    if (!str_eq_secret(content, known.content) && !str_eq_secret(of_before, known.content))
        return action_refuse(x, NO("REQUEST_KEY_REUSED", "request_key_reused", NO_LAW));
    return repeat(x, c, known.appeal_id);
}

struct err *reception_submit(struct action *x)
{
    const struct submit_command *c = x->command;
    struct work w;
    MUST(c->channel == CHANNEL_WEB || c->channel == CHANNEL_API);
    TRY(reception_work_new(x, RECEPTION_SUBMIT, &w));
    x->who = actor_visitor(); /* whoever is signed in on this device: the author is a citizen */
    return take_in(x, &w, false);
}

struct err *reception_register(struct action *x)
{
    const struct submit_command *c = x->command;
    struct work w;
    MUST(c->channel == CHANNEL_PAPER || c->channel == CHANNEL_PHONE || c->channel == CHANNEL_RECEPTION);
    TRY(reception_work_new(x, RECEPTION_REGISTER, &w));
    return take_in(x, &w, true);
}
