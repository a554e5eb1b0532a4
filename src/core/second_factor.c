/* SPDX-License-Identifier: AGPL-3.0-or-later
 *
 * second_factor.c - sealing, taking and replacing what staff show besides the password.
 */
#include "core/second_factor.h"

#include <string.h>

#include "base/json.h"
#include "core/config.h"
#include "core/keys.h"
#include "core/people.h"
#include "core/session.h"
#include "gen/core_queries.h"

#define OFFER_MS (30 * INT64_C(60000))
#define DETAIL_BYTES 256

static struct err *refuse(struct action *x, const char *code, const char *text_id, const char *next_id)
{
    return action_refuse(x, verdict_no(code, text_id, next_id, (struct str){0}));
}

/* ---- the rule of the house ---- */

bool second_factor_is_required(const struct site *site)
{
    struct str rule = site->config->sign_in_second_factor;
    return rule.n ? str_eq(rule, S("required")) : !site->is_demo;
}

struct err *second_factor_rule_keep(struct action *x)
{
    struct core_q_sign_in_rule_row row;
    bool found = false;
    bool is_required = second_factor_is_required(x->site);
    struct str now = is_required ? S("required") : S("offered");
    MUST(x->who.kind == ACTOR_OPERATOR);
    TRY(core_q_sign_in_rule(x->a, db_tx_read(x->tx), x->site->realm, &row, &found));
    bool was_required = found ? str_eq(row.second_factor, S("required")) : !x->site->is_demo;
    if (was_required == is_required)
        return NULL;
    TRY(core_q_sign_in_rule_set(x->a, x->tx, x->site->realm, now, NULL));
    return admin_event(x, S("realm"), x->site->realm,
                       is_required ? S("second_factor_required") : S("second_factor_offered"), (struct str){0});
}

/* ---- sealing ---- */

/* What is sealed, with whom it belongs to; all of it is plain bytes. */
struct sealed {
    int64_t realm, person_id;
    int64_t until;       /* an offer: ms UTC; 0 when it is stored */
    struct hash cookie;  /* an offer: of the browser; zero when it is stored */
    uint8_t secret[TOTP_SECRET_BYTES];
    uint8_t pad[4];      /* zero: no byte of the struct is left undefined */
};
#define SEALED_BYTES (crypto_secretbox_NONCEBYTES + crypto_secretbox_MACBYTES + sizeof(struct sealed))

static struct hash key_of(const struct site *site)
{
    return HMAC(site->keys->pepper, S("birge second factor v1\n"));
}

static struct str seal(struct arena *a, const struct site *site, const struct sealed *s)
{
    struct hash key = key_of(site);
    uint8_t *out = arena_alloc(a, SEALED_BYTES);
    randombytes_buf(out, crypto_secretbox_NONCEBYTES);
    MUST(crypto_secretbox_easy(out + crypto_secretbox_NONCEBYTES, (const uint8_t *)s, sizeof *s, out, key.b) == 0);
    sodium_memzero(&key, sizeof key);
    return (struct str){(const char *)out, SEALED_BYTES};
}

static bool unseal(const struct site *site, struct str bytes, struct sealed *ret)
{
    struct hash key = key_of(site);
    const uint8_t *in = (const uint8_t *)bytes.p;
    bool ok = bytes.n == SEALED_BYTES &&
              crypto_secretbox_open_easy((uint8_t *)ret, in + crypto_secretbox_NONCEBYTES,
                                         SEALED_BYTES - crypto_secretbox_NONCEBYTES, in, key.b) == 0;
    sodium_memzero(&key, sizeof key);
    return ok;
}

struct str second_factor_offer(struct arena *a, const struct site *site, int64_t person_id, const struct hash *cookie,
                               int64_t now, uint8_t ret_secret[TOTP_SECRET_BYTES])
{
    struct sealed s = {.realm = site->realm, .person_id = person_id, .until = now + OFFER_MS, .cookie = *cookie};
    struct buf b;
    randombytes_buf(s.secret, sizeof s.secret);
    memcpy(ret_secret, s.secret, sizeof s.secret);
    struct str sealed = seal(a, site, &s);
    sodium_memzero(&s, sizeof s);
    buf_init(&b, a, SEALED_BYTES * 2);
    buf_base64(&b, sealed.p, sealed.n);
    return buf_view(&b);
}

bool second_factor_offer_open(struct arena *a, const struct site *site, struct str offer, int64_t person_id,
                              const struct hash *cookie, int64_t now, uint8_t ret_secret[TOTP_SECRET_BYTES])
{
    struct sealed s;
    struct str bytes;
    if (offer.n > SEALED_BYTES * 2 || !base64_decode(a, offer, &bytes) || !unseal(site, bytes, &s))
        return false;
    bool ok = s.realm == site->realm && s.person_id == person_id && s.until > now && hash_eq(&s.cookie, cookie);
    if (ok)
        memcpy(ret_secret, s.secret, sizeof s.secret);
    sodium_memzero(&s, sizeof s);
    return ok;
}

/* ---- what a person has ---- */

struct err *second_factor_of(struct arena *a, struct db_read *r, int64_t realm, int64_t person_id,
                             struct second_factor *ret_factor)
{
    struct core_q_second_factor_row row = {0};
    struct core_q_recovery_codes_row *codes;
    size_t n;
    struct second_factor f = {0};
    TRY(core_q_second_factor(a, r, realm, person_id, &row, &f.is_enrolled));
    TRY(core_q_recovery_codes(a, r, realm, person_id, &codes, &n));
    f.enrolled_at = row.enrolled_at;
    for (size_t i = 0; i < n; i++)
        f.n_codes += !codes[i].used_at.has;
    *ret_factor = f;
    return NULL;
}

/* ---- recovery codes ---- */

static struct hash code_hash(const struct site *site, int64_t person_id, const char *code)
{
    uint8_t who[16];
    for (int i = 0; i < 8; i++) {
        who[i] = (uint8_t)((uint64_t)site->realm >> (56 - 8 * i));
        who[8 + i] = (uint8_t)((uint64_t)person_id >> (56 - 8 * i));
    }
    return HMAC(site->keys->pepper, S("birge recovery code v1\n"), {(const char *)who, sizeof who}, str_c(code));
}

static void wipe_codes(void *codes)
{
    sodium_memzero(codes, sizeof(struct recovery_codes));
}

/* Ten codes, stored; the event is the caller's. */
static struct err *make_codes(struct action *x, int64_t person_id, const struct recovery_codes **ret_codes)
{
    struct recovery_codes *codes = ARENA_NEW(x->a, struct recovery_codes);
    arena_defer(x->a, wipe_codes, codes);
    for (int i = 0; i < RECOVERY_CODES; i++) {
        uint8_t random[8];
        char code[RECOVERY_CODE_CHARS + 1];
        const int half = RECOVERY_CODE_CHARS / 2;
        randombytes_buf(random, sizeof random);
        crockford_encode(random, RECOVERY_CODE_CHARS, code);
        (void)snprintf(codes->text[i], sizeof codes->text[i], "%.*s-%s", half, code, code + half);
        struct hash h = code_hash(x->site, person_id, code);
        TRY(core_q_recovery_code_set(x->a, x->tx, x->site->realm, person_id, i + 1,
                                     str_dup(x->a, hash_str(&h)), NULL));
        sodium_memzero(code, sizeof code);
        sodium_memzero(random, sizeof random);
    }
    *ret_codes = codes;
    return NULL;
}

struct err *second_factor_renew_codes(struct action *x, int64_t person_id, const struct recovery_codes **ret_codes)
{
    TRY(make_codes(x, person_id, ret_codes));
    return admin_event(x, S("person"), person_id, S("recovery_codes_renewed"), (struct str){0});
}

/* ---- taking a code ---- */

static struct err *accepted(struct action *x, int64_t person_id, bool is_paper, int64_t left)
{
    struct buf b;
    struct json j;
    buf_init(&b, x->a, DETAIL_BYTES);
    json_begin(&j, &b);
    json_object(&j);
    json_put_str(&j, "way", is_paper ? S("recovery_code") : S("device"));
    if (is_paper)
        json_put_int(&j, "left", left);
    json_object_end(&j);
    json_end(&j);
    return admin_event(x, S("person"), person_id, S("code_accepted"), buf_view(&b));
}

/* A code of paper: ERR only for failures, `*ret_taken` tells. */
static struct err *take_paper(struct action *x, int64_t person_id, struct str typed, bool *ret_taken)
{
    struct core_q_recovery_codes_row *rows;
    char code[RECOVERY_CODE_CHARS + 1];
    size_t n;
    int64_t no = 0;
    int64_t left = 0;
    *ret_taken = false;
    if (!crockford_clean(typed, RECOVERY_CODE_CHARS, code))
        return NULL;
    struct hash h = code_hash(x->site, person_id, code);
    sodium_memzero(code, sizeof code);
    TRY(core_q_recovery_codes(x->a, db_tx_read(x->tx), x->site->realm, person_id, &rows, &n));
    for (size_t i = 0; i < n; i++) {
        bool is_it = !rows[i].used_at.has && str_eq_secret(rows[i].hash, hash_str(&h));
        left += !rows[i].used_at.has && !is_it;
        no = is_it ? rows[i].no : no;
    }
    if (no == 0)
        return NULL;
    TRY(core_q_recovery_code_used(x->a, x->tx, (struct opt_int){true, x->now}, x->site->realm, person_id, no, NULL));
    *ret_taken = true;
    return accepted(x, person_id, true, left);
}

/* `typed` without spaces and hyphens: apps show "123 456". */
static struct str squeezed(struct arena *a, struct str typed)
{
    struct buf b;
    buf_init(&b, a, typed.n + 1);
    for (size_t i = 0; i < typed.n; i++)
        if (typed.p[i] != ' ' && typed.p[i] != '-')
            buf_byte(&b, typed.p[i]);
    return buf_view(&b);
}

struct err *second_factor_take(struct action *x, int64_t person_id, struct str typed, int64_t at, bool *ret_is_paper)
{
    struct core_q_second_factor_row row;
    struct sealed s;
    int64_t step;
    bool found = false;
    bool is_paper;
    TRY(core_q_second_factor(x->a, db_tx_read(x->tx), x->site->realm, person_id, &row, &found));
    if (!found)
        return refuse(x, "FACTOR_WRONG", "verdict.factor.wrong", "verdict.factor.wrong.next");
    if (!unseal(x->site, row.secret, &s) || s.realm != x->site->realm || s.person_id != person_id)
        return ERR(x->a, ERR_INTERNAL, "the second factor of person %lld is not one that was sealed for them",
                   (long long)person_id);
    bool is_code = totp_check(s.secret, squeezed(x->a, typed), at, row.last_step, &step);
    sodium_memzero(&s, sizeof s);
    if (is_code) {
        TRY(core_q_second_factor_used(x->a, x->tx, step, x->site->realm, person_id, NULL));
        *ret_is_paper = false;
        return accepted(x, person_id, false, 0);
    }
    TRY(take_paper(x, person_id, typed, &is_paper));
    if (!is_paper)
        return refuse(x, "FACTOR_WRONG", "verdict.factor.wrong", "verdict.factor.wrong.next");
    *ret_is_paper = true;
    return NULL;
}

/* ---- enrolling ---- */

struct err *second_factor_set(struct action *x, int64_t person_id, const uint8_t secret[TOTP_SECRET_BYTES],
                              struct str typed, int64_t at, const struct recovery_codes **ret_codes)
{
    struct sealed s = {.realm = x->site->realm, .person_id = person_id};
    int64_t step;
    if (!totp_check(secret, squeezed(x->a, typed), at, TOTP_NEVER, &step))
        return refuse(x, "FACTOR_CONFIRM", "verdict.factor.confirm", "verdict.factor.confirm.next");
    memcpy(s.secret, secret, sizeof s.secret);
    struct core_q_second_factor_set_args row = {
        .realm = x->site->realm,
        .person_id = person_id,
        .secret = seal(x->a, x->site, &s),
        .last_step = step,
        .enrolled_at = x->now,
    };
    sodium_memzero(&s, sizeof s);
    TRY(core_q_second_factor_set(x->a, x->tx, &row, NULL));
    TRY(make_codes(x, person_id, ret_codes));
    TRY(session_end_of_person(x, person_id));
    return admin_event(x, S("person"), person_id, S("second_factor_set"), (struct str){0});
}

struct err *second_factor_remove(struct action *x, int64_t person_id)
{
    struct second_factor f;
    TRY(second_factor_of(x->a, db_tx_read(x->tx), x->site->realm, person_id, &f));
    if (!f.is_enrolled && f.n_codes == 0)
        return NULL;
    TRY(core_q_second_factor_remove(x->a, x->tx, x->site->realm, person_id, NULL));
    TRY(core_q_recovery_codes_remove(x->a, x->tx, x->site->realm, person_id, NULL));
    TRY(session_end_of_person(x, person_id));
    return admin_event(x, S("person"), person_id, S("second_factor_removed"), (struct str){0});
}
