/* SPDX-License-Identifier: AGPL-3.0-or-later
 *
 * notice.c - the outbox: rows made by actions, letters made from rows, and the file transport.
 *
 * The text is made here from kind, number and link, in the language of the person; nothing of a case's content
 * can get in. The file transport writes a letter durably under the name of its row and then marks the row: after
 * a crash in between the same file is written again.
 */
#include "core/notice.h"

#include "base/buf.h"
#include "base/clock.h"
#include "base/file.h"
#include "core/apart.h"
#include "core/config.h"
#include "core/courier.h"
#include "core/letter.h"
#include "gen/core_queries.h"
#include "web/i18n.h"

#define RECIPIENT_MAX 320 /* bytes of a mail address, RFC 5321 section 4.5.3.1 */
#define TEXT_MAX (16 * ARENA_KIB)
#define AT_ONCE 100 /* letters delivered between two marks */

/* == writing == */

static struct err *check_recipient(struct arena *a, struct str s)
{
    bool ok = s.n > 0 && s.n <= RECIPIENT_MAX && str_is_utf8(s) && !apart_is_box(s);
    for (size_t i = 0; i < s.n; i++)
        ok = ok && (uint8_t)s.p[i] >= 0x20 && s.p[i] != 0x7F; /* a line end would begin another header */
    return ok ? NULL : ERR(a, ERR_INPUT, "the recipient of a notice must be one line of 1 to %d bytes", RECIPIENT_MAX);
}

/* "notice.<kind>.<part>", or that of something new when the kind has none. In `a`. */
static const char *text_id(struct arena *a, const char *kind, const char *part)
{
    const char *id = str_printf(a, "notice.%s.%s", kind, part).p;
    return t_has(id) ? id : str_printf(a, "notice.changed.%s", part).p;
}

static void add_paragraph(struct buf *b, struct str s)
{
    if (b->n > 0)
        buf_c(b, "\n");
    buf_str(b, s);
    buf_byte(b, '\n');
}

static struct err *write_text(struct arena *a, const struct lang *l, const struct notice *n, struct str *ret_subject,
                              struct str *ret_text)
{
    struct buf b;
    struct str code = n->code.p ? n->code : S("");
    const char *where = str_find_str(n->link, S("://")) != SIZE_MAX ? "notice.where_link" : "notice.where_site";
    buf_init(&b, a, TEXT_MAX);
    add_paragraph(&b, T(a, l, text_id(a, n->kind, "text"), TEXT_ARG("number", n->number), TEXT_ARG("code", code)));
    add_paragraph(&b, T(a, l, where, TEXT_ARG("link", n->link)));
    if (str_eq(n->transport, S("email")))
        add_paragraph(&b, t(l, "notice.footer"));
    *ret_subject = T(a, l, text_id(a, n->kind, "subject"), TEXT_ARG("number", n->number));
    *ret_text = buf_view(&b);
    return buf_check(&b, "a notice");
}

static struct err *next_id(struct arena *a, struct db_tx *tx, int64_t realm, int64_t *ret_id)
{
    struct core_q_series_last_row row = {0};
    bool found = false;
    TRY(core_q_series_last(a, db_tx_read(tx), realm, S("core_notice.id"), &row, &found));
    *ret_id = found ? row.last + 1 : 1;
    return core_q_series_set(a, tx, realm, S("core_notice.id"), *ret_id, NULL);
}

struct err *notice_add(struct arena *a, struct db_tx *tx, struct site *site, int64_t at, const struct notice *n)
{
    const struct lang *l = lang_find(n->language);
    struct core_q_notice_add_args row = {
        .realm = site->realm,
        .at = at,
        .noun = n->noun,
        .noun_id = n->noun_id,
        .kind = str_c(n->kind),
        .transport = n->transport,
        .recipient = n->recipient,
        .language = n->language,
    };
    TRY(check_recipient(a, n->recipient));
    if (n->is_apart)
        row.recipient = apart_close(a, site->keys, site->realm, n->noun, n->noun_id, n->recipient);
    TRY(write_text(a, l ? l : lang_at(0), n, &row.subject, &row.text));
    TRY(next_id(a, tx, site->realm, &row.id));
    TRY(core_q_notice_add(a, tx, &row, NULL));
    struct str mail_domain = n->is_apart ? DOMAIN_APART : letter_domain(a, n->recipient);
    struct str domain = str_eq(n->transport, S("email")) ? mail_domain : DOMAIN_PHONE;
    return courier_add(a, tx, site->realm, row.id, at, n->noun, n->noun_id, domain, n->expires_at);
}

struct err *notice_recipient(struct arena *a, const struct site *site, struct str noun, int64_t noun_id,
                             struct str stored, struct str *ret_recipient)
{
    return apart_open(a, site->keys, site->realm, noun, noun_id, stored, ret_recipient);
}

/* == a letter as bytes == */

/* Host of the site for addresses; that of the sender when the site does not know its own; or one that can never be
 * somebody's. */
static struct str mail_host(struct arena *a, struct site *site)
{
    struct str host = site->base_url;
    size_t at = str_find_str(host, S("://"));
    host = at == SIZE_MAX ? S("") : str_slice(host, at + 3, host.n);
    size_t end = 0;
    while (end < host.n && host.p[end] != ':' && host.p[end] != '/')
        end++;
    host = str_slice(host, 0, end);
    if (letter_address_ok(str_printf(a, "x@%.*s", STR_FMT(host))))
        return host;
    bool has_sender = letter_address_ok(site->config->mail_from);
    return has_sender ? letter_domain(a, site->config->mail_from) : S("birge.invalid");
}

struct err *notice_letter(struct arena *a, struct site *site, const struct notice_row *n, struct str *ret_bytes)
{
    struct str host = mail_host(a, site);
    const struct config *c = site->config;
    struct letter l = {
        .at = n->at,
        .from = c->mail_from.n > 0 ? c->mail_from : str_printf(a, "no-reply@%.*s", STR_FMT(host)),
        .from_name = c->mail_name.n > 0 ? c->mail_name : S("Birge"),
        .to = n->recipient,
        .message_id = str_printf(a, "notice-%lld-%lld-%lld@%.*s", (long long)site->realm, (long long)n->id,
                                 (long long)n->at, STR_FMT(host)),
        .thread = str_printf(a, "%.*s-%lld-%lld@%.*s", STR_FMT(n->noun), (long long)site->realm,
                             (long long)n->noun_id, STR_FMT(host)),
        .subject = n->subject,
        .language = n->language,
        .text = n->text,
    };
    return letter_write(a, &l, ret_bytes);
}

/* == the file transport == */

/* A message to a phone: the number, an empty line, the text. */
static struct err *message(struct arena *a, const struct notice_row *n, struct str *ret_bytes)
{
    *ret_bytes = str_printf(a, "%.*s\n\n%.*s", STR_FMT(n->recipient), STR_FMT(n->text));
    return NULL;
}

static struct err *write_file(struct arena *a, struct site *site, const char *outbox, const struct notice_row *n)
{
    struct str bytes;
    struct notice_row plain = *n;
    bool is_mail = str_eq(n->transport, S("email"));
    TRY(notice_recipient(a, site, n->noun, n->noun_id, n->recipient, &plain.recipient));
    if (is_mail)
        TRY(notice_letter(a, site, &plain, &bytes));
    else
        TRY(message(a, &plain, &bytes));
    const char *path = str_printf(a, "%s/%012lld.%s", outbox, (long long)n->id, is_mail ? "eml" : "sms").p;
    return file_write(a, path, bytes, 0600);
}

/* Some letters on their way: read by one job, marked by the next. */
struct round {
    struct site *site;
    struct mail_settings settings;
    int64_t after; /* letters up to this id were tried */
    struct notice_row *rows;
    size_t n;
    const char **problems; /* of each row; NULL: delivered */
    int64_t at;
};

/* Messages to phones alone: letters are the courier's. */
static struct err *read_phone_round(struct db_job *job, struct db_tx *tx)
{
    struct round *o = job->user;
    struct core_q_deliveries_due_row *rows;
    size_t n;
    TRY(core_q_deliveries_due(job->a, db_tx_read(tx), o->site->realm, DOMAIN_PHONE, o->at, AT_ONCE, &rows, &n));
    o->rows = ARENA_ARRAY(job->a, n, struct notice_row);
    o->n = n;
    for (size_t i = 0; i < n; i++)
        o->rows[i] = (struct notice_row){rows[i].id,        rows[i].at,       rows[i].noun,    rows[i].noun_id,
                                         rows[i].transport, rows[i].recipient, rows[i].language, rows[i].subject,
                                         rows[i].text};
    return NULL;
}

/* All that wait. */
static struct err *read_round(struct db_job *job, struct db_tx *tx)
{
    struct round *o = job->user;
    struct core_q_deliveries_open_row *rows;
    size_t n;
    TRY(core_q_deliveries_open(job->a, db_tx_read(tx), o->site->realm, o->after, AT_ONCE, &rows, &n));
    o->rows = ARENA_ARRAY(job->a, n, struct notice_row);
    o->n = n;
    for (size_t i = 0; i < n; i++)
        o->rows[i] = (struct notice_row){rows[i].id,        rows[i].at,       rows[i].noun,    rows[i].noun_id,
                                         rows[i].transport, rows[i].recipient, rows[i].language, rows[i].subject,
                                         rows[i].text};
    return NULL;
}

static struct err *mark_round(struct db_job *job, struct db_tx *tx)
{
    struct round *o = job->user;
    for (size_t i = 0; i < o->n; i++) {
        bool is_ok = !o->problems[i];
        struct courier_result result = {
            .id = o->rows[i].id,
            .answer = {.is_accepted = is_ok, .phase = PHASE_DATA, .text = is_ok ? S("") : str_c(o->problems[i])}};
        TRY(courier_record(job->a, tx, o->site, &o->settings, &result, o->at));
    }
    return NULL;
}

static struct err *deliver_round(struct arena *a, struct round *o, const char *outbox)
{
    struct db_job job = {.a = a, .user = o, .run = o->settings.is_smtp ? read_phone_round : read_round};
    o->at = clock_now();
    TRY(db_run(o->site->db, &job));
    if (o->n == 0)
        return NULL;
    o->problems = ARENA_ARRAY(a, o->n, const char *);
    for (size_t i = 0; i < o->n; i++) {
        struct err *e = write_file(a, o->site, outbox, &o->rows[i]);
        o->problems[i] = e ? err_text(a, e).p : NULL;
        o->after = o->rows[i].id;
    }
    job = (struct db_job){.a = a, .user = o, .run = mark_round};
    return db_run(o->site->db, &job);
}

struct err *notice_deliver(struct arena *a, struct site *site)
{
    struct str folder = site->config->mail_outbox.n > 0 ? site->config->mail_outbox : S("outbox");
    const char *outbox = str_printf(a, "%.*s/%.*s", STR_FMT(site->data_dir), STR_FMT(folder)).p;
    struct round o = {.site = site, .after = INT64_MIN, .n = AT_ONCE};
    TRY(mail_settings_read(a, site->config, site->data_dir, &o.settings));
    TRY(file_mkdir(a, outbox, 0700));
    while (o.n == AT_ONCE) {
        struct arena *tmp = arena_new("letters", 32 * ARENA_MIB);
        struct err *e = deliver_round(tmp, &o, outbox);
        if (e)
            e = ERR(a, e->code, "%s", err_text(a, e).p);
        arena_free(tmp);
        TRY(e);
    }
    return NULL;
}
