/* SPDX-License-Identifier: AGPL-3.0-or-later
 *
 * notice.c - the outbox: rows made by actions, files made from rows.
 *
 * The text is made here from kind, number and link, in the language of the person; nothing of a case's content
 * can get in. Delivery writes a letter durably under the name of its row and then marks the row: after a crash
 * in between the same file is written again.
 */
#include "core/notice.h"

#include "base/buf.h"
#include "base/clock.h"
#include "base/file.h"
#include "core/config.h"
#include "gen/core_queries.h"
#include "web/i18n.h"

#define RECIPIENT_MAX 320 /* bytes of a mail address, RFC 5321 section 4.5.3.1 */
#define TEXT_MAX (16 * ARENA_KIB)
#define AT_ONCE 100 /* letters delivered between two marks */

/* == writing == */

static struct err *check_recipient(struct arena *a, struct str s)
{
    bool ok = s.n > 0 && s.n <= RECIPIENT_MAX && str_is_utf8(s);
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
    TRY(write_text(a, l ? l : lang_at(0), n, &row.subject, &row.text));
    TRY(next_id(a, tx, site->realm, &row.id));
    return core_q_notice_add(a, tx, &row, NULL);
}

/* == a letter as a file == */

/* A header's text as encoded words of RFC 2047: whole characters, so few that a line stays within 76. */
static void encoded_words(struct buf *b, struct str s)
{
    size_t at = 0;
    while (at < s.n) {
        size_t n = s.n - at < 39 ? s.n - at : 39;
        while (at + n < s.n && ((uint8_t)s.p[at + n] & 0xC0) == 0x80)
            n--; /* do not cut a character */
        buf_c(b, at > 0 ? "\r\n =?UTF-8?B?" : "=?UTF-8?B?");
        buf_base64(b, s.p + at, n);
        buf_c(b, "?=");
        at += n;
    }
}

/* "Tue, 24 Nov 2026 22:24:23 +0000" (RFC 5322, section 3.3). */
static void mail_date(struct buf *b, int64_t at)
{
    static const char *const days[] = {"Mon", "Tue", "Wed", "Thu", "Fri", "Sat", "Sun"};
    static const char *const months[] = {"Jan", "Feb", "Mar", "Apr", "May", "Jun",
                                         "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"};
    int32_t day = (int32_t)(at / MS_PER_DAY);
    int64_t second = at % MS_PER_DAY / 1000;
    struct civil c = civil_from_day(day);
    buf_printf(b, "%s, %d %s %d %02d:%02d:%02d +0000", days[day_weekday(day) - 1], c.day, months[c.month - 1], c.year,
               (int)(second / 3600), (int)(second / 60 % 60), (int)(second % 60));
}

/* Host of the site for addresses, or one that can never be somebody's. */
static struct str mail_host(struct site *site)
{
    struct str host = site->base_url;
    size_t at = str_find_str(host, S("://"));
    if (at == SIZE_MAX)
        return S("birge.invalid");
    host = str_slice(host, at + 3, host.n);
    for (size_t i = 0; i < host.n; i++)
        if (host.p[i] == ':' || host.p[i] == '/')
            return str_slice(host, 0, i);
    return host;
}

static void body_base64(struct buf *b, struct arena *a, struct str text)
{
    struct buf crlf;
    buf_init(&crlf, a, 2 * TEXT_MAX);
    for (size_t i = 0; i < text.n; i++)
        buf_c(&crlf, text.p[i] == '\n' ? "\r\n" : (char[]){text.p[i], '\0'});
    for (size_t at = 0; at < crlf.n; at += 57) { /* 76 characters a line */
        buf_base64(b, crlf.p + at, crlf.n - at < 57 ? crlf.n - at : 57);
        buf_c(b, "\r\n");
    }
}

static struct err *letter(struct arena *a, struct site *site, const struct core_q_notices_unsent_row *n,
                          struct str *ret_bytes)
{
    struct str host = mail_host(site);
    struct buf b;
    buf_init(&b, a, 4 * TEXT_MAX);
    buf_c(&b, "Date: ");
    mail_date(&b, n->at);
    buf_printf(&b, "\r\nFrom: Birge <no-reply@%.*s>\r\nTo: %.*s\r\nMessage-ID: <notice-%lld-%lld@%.*s>\r\nSubject: ",
               STR_FMT(host), STR_FMT(n->recipient), (long long)site->realm, (long long)n->id, STR_FMT(host));
    encoded_words(&b, n->subject);
    buf_printf(&b, "\r\nAuto-Submitted: auto-generated\r\nContent-Language: %.*s\r\nMIME-Version: 1.0\r\n"
               "Content-Type: text/plain; charset=utf-8\r\nContent-Transfer-Encoding: base64\r\n\r\n",
               STR_FMT(n->language));
    body_base64(&b, a, n->text);
    *ret_bytes = buf_view(&b);
    return buf_check(&b, "a letter");
}

/* A message to a phone: the number, an empty line, the text. */
static struct err *message(struct arena *a, const struct core_q_notices_unsent_row *n, struct str *ret_bytes)
{
    *ret_bytes = str_printf(a, "%.*s\n\n%.*s", STR_FMT(n->recipient), STR_FMT(n->text));
    return NULL;
}

static struct err *write_file(struct arena *a, struct site *site, const char *outbox,
                              const struct core_q_notices_unsent_row *n)
{
    struct str bytes;
    bool is_mail = str_eq(n->transport, S("email"));
    if (is_mail)
        TRY(letter(a, site, n, &bytes));
    else
        TRY(message(a, n, &bytes));
    const char *path = str_printf(a, "%s/%012lld.%s", outbox, (long long)n->id, is_mail ? "eml" : "sms").p;
    return file_write(a, path, bytes, 0600);
}

/* == delivering == */

/* Some letters on their way: read by one job, marked by the next. */
struct round {
    struct site *site;
    int64_t after; /* letters up to this id were tried */
    struct core_q_notices_unsent_row *rows;
    size_t n;
    const char **problems; /* of each row; NULL: delivered */
    int64_t at;
};

static struct err *read_round(struct db_job *job, struct db_tx *tx)
{
    struct round *o = job->user;
    return core_q_notices_unsent(job->a, db_tx_read(tx), o->site->realm, o->after, AT_ONCE, &o->rows, &o->n);
}

static struct err *mark_round(struct db_job *job, struct db_tx *tx)
{
    struct round *o = job->user;
    for (size_t i = 0; i < o->n; i++) {
        int64_t id = o->rows[i].id;
        if (o->problems[i])
            TRY(core_q_notice_failed(job->a, tx, str_c(o->problems[i]), o->site->realm, id, NULL));
        else
            TRY(core_q_notice_sent(job->a, tx, (struct opt_int){true, o->at}, o->site->realm, id, NULL));
    }
    return NULL;
}

static struct err *deliver_round(struct arena *a, struct round *o, const char *outbox)
{
    struct db_job job = {.a = a, .user = o, .run = read_round};
    TRY(db_run(o->site->db, &job));
    if (o->n == 0)
        return NULL;
    o->problems = ARENA_ARRAY(a, o->n, const char *);
    for (size_t i = 0; i < o->n; i++) {
        struct err *e = write_file(a, o->site, outbox, &o->rows[i]);
        o->problems[i] = e ? err_text(a, e).p : NULL;
        o->after = o->rows[i].id;
    }
    o->at = clock_now();
    job = (struct db_job){.a = a, .user = o, .run = mark_round};
    return db_run(o->site->db, &job);
}

struct err *notice_deliver(struct arena *a, struct site *site)
{
    struct str folder = site->config->mail_outbox.n > 0 ? site->config->mail_outbox : S("outbox");
    const char *outbox = str_printf(a, "%.*s/%.*s", STR_FMT(site->data_dir), STR_FMT(folder)).p;
    struct round o = {.site = site, .after = INT64_MIN, .n = AT_ONCE};
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
