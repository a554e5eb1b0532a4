/* SPDX-License-Identifier: AGPL-3.0-or-later
 *
 * smtp.c - one easy handle of libcurl for each letter on its way, one multi handle for all.
 *
 * libcurl says that a letter failed, not at which command; the commands that it sends and the lines that come back
 * are watched for that (phase, code, last line). Commands of sign-in are never looked at beyond their first word.
 */
#include "app/smtp.h"

#include <curl/curl.h>
#include <string.h>

#include "core/letter.h"

#define ANSWER_BYTES 512
#define ADDRESS_BYTES 260

/* A letter on its way. */
struct slot {
    struct smtp *smtp;
    CURL *easy;              /* kept from letter to letter */
    struct curl_slist *to;
    bool is_busy;
    bool has_ended;
    bool is_refused_here;    /* ended before it began */
    bool is_leaving;         /* QUIT was sent: what is answered to that counts for nothing */
    int64_t id;
    struct arena *a;         /* of this letter */
    struct str domain;
    struct str recipient;
    struct str bytes;
    size_t sent;             /* bytes handed to libcurl */
    enum courier_phase phase;
    int code;                /* of the last answer's line */
    char answer[ANSWER_BYTES];
    size_t answer_n;
    CURLcode outcome;
};

struct smtp {
    const struct mail_settings *m;
    const char *url;
    CURLM *multi;
    struct buf *transcript;
    struct slot *slots;
    size_t n_slots;
};

/* ---- watching the conversation ---- */

static void note(struct smtp *s, const char *who, struct str line)
{
    if (!s->transcript)
        return;
    buf_c(s->transcript, who);
    for (size_t i = 0; i < line.n; i++)
        if (line.p[i] != '\r' && line.p[i] != '\n')
            buf_byte(s->transcript, (uint8_t)line.p[i] >= 0x20 ? line.p[i] : '?');
    buf_c(s->transcript, "\n");
}

/* A command as it is sent. Anything but a known word is a secret of sign-in. */
static void watch_command(struct slot *slot, struct str line)
{
    static const char *const plain[] = {"EHLO", "HELO", "STARTTLS", "MAIL", "RCPT", "DATA", "RSET"};
    struct str word = line;
    struct str rest;
    (void)str_cut(str_trim(line), ' ', &word, &rest);
    slot->is_leaving = str_eq(word, S("QUIT"));
    if (slot->is_leaving)
        return;
    if (str_eq(word, S("MAIL")))
        slot->phase = PHASE_FROM;
    else if (str_eq(word, S("RCPT")))
        slot->phase = PHASE_TO;
    else if (str_eq(word, S("DATA")))
        slot->phase = PHASE_DATA;
    slot->code = 0; /* what is said now is an answer to this command */
    slot->answer_n = 0;
    for (size_t i = 0; i < sizeof plain / sizeof plain[0]; i++)
        if (str_eq(word, str_c(plain[i]))) {
            note(slot->smtp, "> ", line);
            return;
        }
    note(slot->smtp, "> ", S("AUTH (not shown)"));
}

/* A line of the server: "250-..." goes on, "250 ..." ends. */
static void watch_answer(struct slot *slot, struct str line)
{
    note(slot->smtp, "< ", line);
    line = str_trim(line);
    if (line.n < 3 || slot->is_leaving)
        return;
    int code = 0;
    for (int i = 0; i < 3; i++) {
        if (line.p[i] < '0' || line.p[i] > '9')
            return;
        code = code * 10 + (line.p[i] - '0');
    }
    slot->code = code;
    slot->answer_n = line.n < ANSWER_BYTES ? line.n : ANSWER_BYTES;
    memcpy(slot->answer, line.p, slot->answer_n);
}

static int watch(CURL *easy, curl_infotype type, char *data, size_t size, void *user)
{
    struct slot *slot = user;
    struct str line = {data, size};
    (void)easy;
    if (type == CURLINFO_HEADER_OUT)
        watch_command(slot, line);
    else if (type == CURLINFO_HEADER_IN)
        watch_answer(slot, line);
    else if (type == CURLINFO_TEXT && (str_starts(line, S("SSL connection using")) || str_starts(line, S("Connected to")) ||
                                       str_starts(line, S("Re-using")) || str_starts(line, S("*"))))
        note(slot->smtp, "* ", line);
    return 0;
}

static size_t read_letter(char *to, size_t size, size_t n, void *user)
{
    struct slot *slot = user;
    size_t room = size * n;
    size_t left = slot->bytes.n - slot->sent;
    size_t take = left < room ? left : room;
    memcpy(to, slot->bytes.p + slot->sent, take);
    slot->sent += take;
    return take;
}

static size_t drop(char *data, size_t size, size_t n, void *user)
{
    (void)data;
    (void)user;
    return size * n;
}

/* ---- one letter ---- */

#define SET(option, value) MUST(curl_easy_setopt(easy, (option), (value)) == CURLE_OK)

/* What is the same for all letters. */
static struct err *prepare(struct arena *a, struct smtp *s, struct slot *slot)
{
    const struct mail_settings *m = s->m;
    CURL *easy = curl_easy_init();
    if (!easy)
        return ERR(a, ERR_INTERNAL, "libcurl cannot begin");
    slot->easy = easy;
    slot->smtp = s;
    SET(CURLOPT_PRIVATE, (void *)slot);
    SET(CURLOPT_URL, s->url);
    SET(CURLOPT_PROTOCOLS_STR, "smtp,smtps");
    SET(CURLOPT_PROXY, "");
    SET(CURLOPT_NOSIGNAL, 1L);
    SET(CURLOPT_USE_SSL, (long)(m->needs_tls ? CURLUSESSL_ALL : CURLUSESSL_NONE));
    SET(CURLOPT_SSLVERSION, (long)CURL_SSLVERSION_TLSv1_2);
    SET(CURLOPT_SSL_VERIFYPEER, 1L);
    SET(CURLOPT_SSL_VERIFYHOST, 2L);
    if (m->ca_file.n > 0)
        SET(CURLOPT_CAINFO, str_to_c(a, m->ca_file));
    if (m->user.n > 0) {
        SET(CURLOPT_USERNAME, str_to_c(a, m->user));
        SET(CURLOPT_PASSWORD, str_to_c(a, m->password));
    }
    SET(CURLOPT_CONNECTTIMEOUT_MS, (long)(m->seconds < 30 ? m->seconds : 30) * 1000);
    SET(CURLOPT_TIMEOUT_MS, (long)m->seconds * 1000);
    SET(CURLOPT_UPLOAD, 1L);
    SET(CURLOPT_READFUNCTION, read_letter);
    SET(CURLOPT_READDATA, (void *)slot);
    SET(CURLOPT_WRITEFUNCTION, drop);
    SET(CURLOPT_DEBUGFUNCTION, watch);
    SET(CURLOPT_DEBUGDATA, (void *)slot);
    SET(CURLOPT_VERBOSE, 1L); /* to the function above alone */
    SET(CURLOPT_MAIL_FROM, str_printf(a, "<%.*s>", STR_FMT(m->from)).p);
    return NULL;
}

static void begin_transfer(struct slot *slot)
{
    CURL *easy = slot->easy;
    char address[ADDRESS_BYTES + 2];
    (void)snprintf(address, sizeof address, "<%.*s>", STR_FMT(slot->recipient));
    slot->to = curl_slist_append(NULL, address);
    MUST(slot->to);
    SET(CURLOPT_MAIL_RCPT, slot->to);
    SET(CURLOPT_INFILESIZE_LARGE, (curl_off_t)slot->bytes.n);
    MUST(curl_multi_add_handle(slot->smtp->multi, easy) == CURLM_OK);
}

void smtp_begin(struct smtp *s, const struct courier_letter *letter)
{
    struct slot *slot = NULL;
    for (size_t i = 0; i < s->n_slots && !slot; i++)
        if (!s->slots[i].is_busy)
            slot = &s->slots[i];
    MUST(slot);
    slot->is_busy = true;
    slot->has_ended = false;
    slot->a = arena_new("letter", 4 * ARENA_MIB);
    slot->id = letter->id;
    slot->domain = str_dup(slot->a, letter->domain);
    slot->recipient = str_dup(slot->a, letter->recipient);
    slot->bytes = str_dup(slot->a, letter->bytes);
    slot->sent = 0;
    slot->phase = PHASE_RELAY;
    slot->is_leaving = false;
    slot->code = 0;
    slot->answer_n = 0;
    slot->to = NULL;
    slot->is_refused_here = !letter_address_ok(letter->recipient);
    if (slot->is_refused_here)
        slot->has_ended = true;
    else
        begin_transfer(slot);
}

static void end_slot(struct slot *slot)
{
    curl_slist_free_all(slot->to);
    slot->to = NULL;
    arena_free(slot->a);
    slot->a = NULL;
    slot->is_busy = false;
}

/* ---- all letters ---- */

static void close_all(void *arg)
{
    struct smtp *s = arg;
    for (size_t i = 0; i < s->n_slots; i++) {
        struct slot *slot = &s->slots[i];
        if (slot->is_busy && !slot->is_refused_here && slot->easy)
            (void)curl_multi_remove_handle(s->multi, slot->easy);
        if (slot->is_busy)
            end_slot(slot);
        curl_easy_cleanup(slot->easy);
    }
    (void)curl_multi_cleanup(s->multi);
}

struct err *smtp_new(struct arena *app, const struct mail_settings *m, struct buf *transcript, struct smtp **ret_smtp)
{
    struct smtp *s = ARENA_NEW(app, struct smtp);
    MUST(curl_global_init(CURL_GLOBAL_DEFAULT) == CURLE_OK);
    s->m = m;
    s->transcript = transcript;
    s->url = str_printf(app, "%.*s/%.*s", STR_FMT(m->url), STR_FMT(m->hello)).p;
    s->multi = curl_multi_init();
    if (!s->multi)
        return ERR(app, ERR_INTERNAL, "libcurl cannot begin");
    s->slots = ARENA_ARRAY(app, (size_t)m->connections, struct slot);
    s->n_slots = (size_t)m->connections;
    arena_defer(app, close_all, s);
    MUST(curl_multi_setopt(s->multi, CURLMOPT_MAX_TOTAL_CONNECTIONS, (long)m->connections) == CURLM_OK);
    for (size_t i = 0; i < s->n_slots; i++)
        TRY(prepare(app, s, &s->slots[i]));
    *ret_smtp = s;
    return NULL;
}

size_t smtp_free(const struct smtp *s)
{
    size_t n = 0;
    for (size_t i = 0; i < s->n_slots; i++)
        n += !s->slots[i].is_busy;
    return n;
}

size_t smtp_busy(const struct smtp *s, struct str *ret_domains)
{
    size_t n = 0;
    for (size_t i = 0; i < s->n_slots; i++)
        if (s->slots[i].is_busy)
            ret_domains[n++] = s->slots[i].domain;
    return n;
}

static void collect(struct smtp *s)
{
    int left;
    for (CURLMsg *m; (m = curl_multi_info_read(s->multi, &left));) {
        struct slot *slot = NULL;
        if (m->msg != CURLMSG_DONE)
            continue;
        MUST(curl_easy_getinfo(m->easy_handle, CURLINFO_PRIVATE, (char **)(void *)&slot) == CURLE_OK);
        slot->outcome = m->data.result;
        slot->has_ended = true;
        (void)curl_multi_remove_handle(s->multi, slot->easy);
    }
}

bool smtp_work(struct smtp *s, int fd, int wait_ms)
{
    struct curl_waitfd also = {.fd = fd, .events = CURL_WAIT_POLLIN};
    int running;
    (void)curl_multi_perform(s->multi, &running);
    collect(s);
    for (size_t i = 0; i < s->n_slots; i++)
        if (s->slots[i].is_busy && s->slots[i].has_ended)
            wait_ms = 0;
    (void)curl_multi_poll(s->multi, &also, fd >= 0 ? 1 : 0, wait_ms, NULL);
    (void)curl_multi_perform(s->multi, &running);
    collect(s);
    return fd >= 0 && also.revents != 0;
}

/* The server's last word, or libcurl's when there was none. */
static struct courier_answer answer_of(struct arena *a, const struct slot *slot)
{
    struct courier_answer answer = {.phase = slot->phase, .code = slot->code};
    bool has_answer = slot->answer_n > 0;
    if (slot->is_refused_here)
        return (struct courier_answer){.phase = PHASE_TO, .code = 550, .text = S("550 not a mail address")};
    answer.is_accepted = slot->outcome == CURLE_OK;
    if (answer.is_accepted || (has_answer && slot->code >= 400)) {
        answer.text = str_dup(a, (struct str){slot->answer, slot->answer_n});
        return answer;
    }
    /* Its last word was friendly, then it fell silent: that word is no answer to what failed. */
    answer.code = 0;
    answer.text = str_dup(a, str_c(curl_easy_strerror(slot->outcome)));
    return answer;
}

bool smtp_ended(struct arena *a, struct smtp *s, struct courier_result *ret_result)
{
    for (size_t i = 0; i < s->n_slots; i++) {
        struct slot *slot = &s->slots[i];
        if (!slot->is_busy || !slot->has_ended)
            continue;
        *ret_result = (struct courier_result){slot->id, answer_of(a, slot)};
        ret_result->answer.text = courier_clean(a, ret_result->answer.text, slot->recipient);
        end_slot(slot);
        return true;
    }
    return false;
}
