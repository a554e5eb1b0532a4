/* SPDX-License-Identifier: AGPL-3.0-or-later
 *
 * seal.c - the sealed file: its form from outside, sealing, opening, and the content inside.
 *
 * Keeps: a sealed file has one of seven sizes; a content is read only when it is written exactly so, to its last
 *        zero; whom it is for and who may answer stand inside too and must agree with the outside.
 */
#include "core/seal.h"

#include <string.h>

#include "base/buf.h"
#include "base/hash.h"

#define TITLE "birge sealed v1\n"
#define ANY_VERSION "birge sealed v"
#define CONTENT_TITLE "birge sealed content v1\n"

static const size_t classes[] = {1024, 4096, 16384, 65536, 262144, 1048576, SEAL_CLASS_MAX};
#define N_CLASSES (sizeof classes / sizeof classes[0])

const char *seal_finding_name(enum seal_finding f)
{
    static const char *const names[] = {"fine", "not_one", "version", "cut",      "large",
                                        "weak", "other_key", "broken", "malformed"};
    return names[f];
}

/* ---- from outside ---- */

static void write_head(struct buf *b, struct arena *a, const uint8_t to[SEAL_ID_BYTES],
                       const uint8_t reply[SEAL_KEY_BYTES])
{
    struct str to_hex = str_hex(a, to, SEAL_ID_BYTES);
    struct str reply_hex = str_hex(a, reply, SEAL_KEY_BYTES);
    buf_printf(b, "to: %.*s\nreply: %.*s\n", STR_FMT(to_hex), STR_FMT(reply_hex));
}

/* "name: " and 2 n lower-case hexadecimal digits and a line end, at the front of *rest. */
static bool take_hex(struct str *rest, const char *name, uint8_t *ret, size_t n)
{
    struct str key = str_c(name);
    size_t got = 0;
    if (rest->n < key.n + 2 * n + 1 || !str_starts(*rest, key) || rest->p[key.n + 2 * n] != '\n')
        return false;
    const char *hex = rest->p + key.n;
    for (size_t i = 0; i < 2 * n; i++)
        if (!((hex[i] >= '0' && hex[i] <= '9') || (hex[i] >= 'a' && hex[i] <= 'f')))
            return false;
    *rest = str_slice(*rest, key.n + 2 * n + 1, rest->n);
    return sodium_hex2bin(ret, n, hex, 2 * n, NULL, &got, NULL) == 0 && got == n;
}

enum seal_finding seal_look(struct str bytes, struct seal_head *ret_head)
{
    struct seal_head h;
    struct str rest = bytes;
    bool fits = false;
    if (!str_starts(bytes, S(TITLE)))
        return str_starts(bytes, S(ANY_VERSION)) ? SEAL_VERSION : SEAL_NOT_ONE;
    if (bytes.n > SEAL_BYTES_MAX)
        return SEAL_LARGE;
    if (bytes.n < SEAL_HEAD_BYTES)
        return SEAL_CUT;
    rest = str_slice(rest, sizeof TITLE - 1, rest.n);
    if (!take_hex(&rest, "to: ", h.to, sizeof h.to) || !take_hex(&rest, "reply: ", h.reply, sizeof h.reply) ||
        !str_starts(rest, S("\n")))
        return SEAL_NOT_ONE;
    h.box = str_slice(rest, 1, rest.n);
    for (size_t i = 0; i < N_CLASSES; i++)
        fits = fits || h.box.n == SEAL_BOX_BYTES + classes[i];
    if (!fits)
        return SEAL_CUT;
    h.has_reply = !sodium_is_zero(h.reply, sizeof h.reply);
    if (h.has_reply && !seal_key_sound(h.reply))
        return SEAL_WEAK;
    *ret_head = h;
    return SEAL_FINE;
}

/* ---- the content ---- */

/* One line for people: no control characters. */
static bool is_line(struct str s, size_t max_chars)
{
    if (!text_fits(s, max_chars))
        return false;
    for (size_t i = 0; i < s.n; i++)
        if ((uint8_t)s.p[i] < 0x20 || s.p[i] == 0x7F)
            return false;
    return true;
}

static struct err *check_content(struct arena *a, const struct seal_content *c)
{
    if (!is_line(c->subject, 1000))
        return ERR(a, ERR_INPUT, "subject: expected one line of UTF-8, at most 1000 characters");
    if (!text_fits(c->text, SEAL_CLASS_MAX) || !text_fits(c->contact, SEAL_CLASS_MAX))
        return ERR(a, ERR_INPUT, "text: expected UTF-8 without U+0000");
    if (c->n_files > SEAL_FILES)
        return ERR(a, ERR_INPUT, "at most %d files", SEAL_FILES);
    for (size_t i = 0; i < c->n_files; i++)
        if (!is_line(c->files[i].name, SEAL_NAME_CHARS) || c->files[i].name.n == 0)
            return ERR(a, ERR_INPUT, "file %zu: expected a name of one line, at most %d characters", i + 1,
                       SEAL_NAME_CHARS);
    return NULL;
}

static void write_part(struct buf *b, const char *name, struct str s)
{
    buf_printf(b, "%s %zu\n", name, s.n);
    buf_str(b, s);
    buf_byte(b, '\n');
}

static void write_content(struct buf *b, struct arena *a, const uint8_t to[SEAL_ID_BYTES],
                          const struct seal_content *c)
{
    buf_c(b, CONTENT_TITLE);
    write_head(b, a, to, c->reply);
    write_part(b, "subject", c->subject);
    write_part(b, "text", c->text);
    write_part(b, "contact", c->contact);
    for (size_t i = 0; i < c->n_files; i++) {
        write_part(b, "name", c->files[i].name);
        write_part(b, "file", c->files[i].bytes);
    }
    buf_c(b, "end\n");
}

/* "name N\n", N bytes, "\n", at the front of *rest. */
static bool take_part(struct str *rest, const char *name, struct str *ret)
{
    struct str line;
    struct str word;
    struct str count;
    struct str behind;
    int64_t n;
    if (!str_cut(str_slice(*rest, 0, 40), '\n', &line, &behind) || !str_cut(line, ' ', &word, &count) ||
        !str_eq(word, str_c(name)) || !str_to_int64(count, &n) || n < 0)
        return false;
    struct str body = str_slice(*rest, line.n + 1, rest->n);
    if ((uint64_t)n >= body.n || body.p[n] != '\n')
        return false;
    *ret = str_slice(body, 0, (size_t)n);
    *rest = str_slice(body, (size_t)n + 1, body.n);
    return true;
}

static bool read_content(struct arena *a, struct str s, struct seal_content *ret)
{
    struct seal_content c = {.n_files = 0};
    struct str rest = s;
    if (!str_starts(rest, S(CONTENT_TITLE)))
        return false;
    rest = str_slice(rest, sizeof CONTENT_TITLE - 1, rest.n);
    if (!take_hex(&rest, "to: ", c.to, sizeof c.to) || !take_hex(&rest, "reply: ", c.reply, sizeof c.reply) ||
        !take_part(&rest, "subject", &c.subject) || !take_part(&rest, "text", &c.text) ||
        !take_part(&rest, "contact", &c.contact))
        return false;
    while (c.n_files < SEAL_FILES && str_starts(rest, S("name "))) {
        struct seal_file *f = &c.files[c.n_files++];
        if (!take_part(&rest, "name", &f->name) || !take_part(&rest, "file", &f->bytes))
            return false;
    }
    if (!str_starts(rest, S("end\n")))
        return false;
    rest = str_slice(rest, 4, rest.n);
    if (!sodium_is_zero((const uint8_t *)rest.p, rest.n) || check_content(a, &c) != NULL)
        return false;
    *ret = c;
    return true;
}

/* ---- sealing and opening ---- */

struct err *seal_seal(struct arena *a, const struct seal_key *k, const struct seal_content *c,
                      struct str *ret_bytes)
{
    struct buf plain;
    struct buf out;
    TRY(check_content(a, c));
    buf_init(&plain, a, SEAL_CLASS_MAX);
    write_content(&plain, a, k->id, c);
    TRY(buf_check(&plain, "what is to be sealed, with its files (4 MiB at most),"));
    size_t class = 0;
    while (classes[class] < plain.n)
        class++;
    size_t n_zeros = classes[class] - plain.n;
    char *zeros = buf_reserve(&plain, n_zeros);
    MUST(zeros != NULL);
    memset(zeros, 0, n_zeros);
    buf_commit(&plain, n_zeros);

    buf_init(&out, a, SEAL_BYTES_MAX);
    buf_c(&out, TITLE);
    write_head(&out, a, k->id, c->reply);
    buf_byte(&out, '\n');
    size_t n_box = SEAL_BOX_BYTES + plain.n;
    char *box = buf_reserve(&out, n_box);
    MUST(box != NULL);
    struct str inside = buf_view(&plain);
    if (crypto_box_seal((uint8_t *)box, (const uint8_t *)inside.p, inside.n, k->key) != 0)
        return ERR(a, ERR_INPUT, "the key is of low order: whatever is sealed for it, anybody can open");
    buf_commit(&out, n_box);
    *ret_bytes = buf_view(&out);
    return NULL;
}

enum seal_finding seal_open(struct arena *a, struct str bytes, const struct seal_secret *s,
                            struct seal_content *ret_content)
{
    struct seal_head h;
    struct seal_content c;
    uint8_t id[SEAL_ID_BYTES];
    enum seal_finding f = seal_look(bytes, &h);
    if (f != SEAL_FINE)
        return f;
    seal_id(s->key, id);
    if (memcmp(id, h.to, sizeof id) != 0)
        return SEAL_OTHER_KEY;
    size_t n = h.box.n - SEAL_BOX_BYTES;
    char *plain = arena_alloc(a, n);
    if (crypto_box_seal_open((uint8_t *)plain, (const uint8_t *)h.box.p, h.box.n, s->key, s->secret) != 0)
        return SEAL_BROKEN;
    if (!read_content(a, (struct str){plain, n}, &c))
        return SEAL_MALFORMED;
    if (memcmp(c.to, h.to, sizeof c.to) != 0 || memcmp(c.reply, h.reply, sizeof c.reply) != 0)
        return SEAL_BROKEN; /* somebody wrote another key on the outside */
    *ret_content = c;
    return SEAL_FINE;
}
