/* SPDX-License-Identifier: AGPL-3.0-or-later
 *
 * cmd_seal.c - birge seal: sealing and opening without any server, on a machine that its owner trusts.
 *
 * Nothing is sent and nothing is kept but the files that are named. Keys and passphrases come from files or the
 * terminal, never from the words of the command: those everybody on the machine can read.
 * Source: docs/adr/0064; contract.md (Command line).
 */
#include "app/commands.h"

#include <errno.h>
#include <stdio.h>
#include <string.h>
#include <termios.h>
#include <unistd.h>

#include "app/control.h"
#include "base/file.h"
#include "base/hash.h"
#include "base/json.h"
#include "core/json_read.h"
#include "core/seal.h"

#define SMALL_FILE 4096
#define PASSPHRASE_MIN 12 /* characters of a fresh one */

/* ---- passphrases ---- */

/* A line from the terminal, not echoed. */
static struct err *ask(struct arena *a, const char *question, struct str *ret_line)
{
    char line[SMALL_FILE];
    struct termios shown;
    FILE *tty = fopen("/dev/tty", "r+e");
    if (!tty)
        return ERR(a, ERR_INPUT, "there is no terminal to ask for the passphrase: use --passphrase FILE");
    (void)fputs(question, tty);
    (void)fflush(tty);
    bool is_terminal = tcgetattr(fileno(tty), &shown) == 0;
    struct termios hidden = shown;
    hidden.c_lflag &= ~(tcflag_t)ECHO;
    if (is_terminal)
        (void)tcsetattr(fileno(tty), TCSAFLUSH, &hidden);
    char *got = fgets(line, sizeof line, tty);
    if (is_terminal)
        (void)tcsetattr(fileno(tty), TCSAFLUSH, &shown);
    (void)fputc('\n', tty);
    (void)fclose(tty);
    *ret_line = str_dup(a, (struct str){line, got ? strcspn(line, "\r\n") : 0});
    sodium_memzero(line, sizeof line);
    return NULL;
}

/* From --passphrase FILE (its first line), else from the terminal; a fresh one is asked for twice. */
static struct err *passphrase(struct cli *cli, bool is_fresh, struct str *ret)
{
    const char *path = cli_value(cli, "passphrase");
    struct str again;
    if (path) {
        struct str all;
        TRY(file_read(cli->a, path, SMALL_FILE, &all));
        *ret = (struct str){all.p, strcspn(all.p, "\r\n")};
    } else {
        TRY(ask(cli->a, is_fresh ? "new passphrase: " : "passphrase: ", ret));
        if (is_fresh)
            TRY(ask(cli->a, "once more: ", &again));
        if (is_fresh && !str_eq(*ret, again))
            return ERR(cli->a, ERR_INPUT, "the two passphrases differ; nothing was written");
    }
    if (!str_is_utf8(*ret) || (is_fresh && str_utf8_len(*ret) < PASSPHRASE_MIN))
        return ERR(cli->a, ERR_INPUT, "the passphrase must have at least %d characters, UTF-8", PASSPHRASE_MIN);
    return NULL;
}

/* ---- keygen ---- */

static struct err *keygen(struct cli *cli)
{
    struct seal_secret secret;
    struct seal_key public = {.name = str_c(cli_value(cli, "name"))};
    struct seal_key read;
    struct str phrase;
    struct str text;
    TRY(passphrase(cli, true, &phrase));
    seal_secret_make(&secret);
    memcpy(public.key, secret.key, sizeof public.key);
    TRY(seal_key_read(cli->a, seal_key_text(cli->a, &public), &read)); /* is the name one line? */
    TRY(seal_secret_text(cli->a, &secret, phrase, &text));
    sodium_memzero(&secret, sizeof secret);
    struct err *e = file_create(cli->a, cli_value(cli, "out"), text, 0600);
    if (e && e->code == ERR_CONFLICT)
        return ERR(cli->a, ERR_INPUT, "%s exists already; a key is never written over", cli_value(cli, "out"));
    TRY(e);
    struct str file = seal_key_text(cli->a, &read);
    (void)printf("%.*s", STR_FMT(file));
    (void)fprintf(stderr, "fingerprint: %.*s\n", STR_FMT(seal_fingerprint(cli->a, read.id)));
    return NULL;
}

enum cli_exit cmd_seal_keygen(struct cli *cli)
{
    struct err *e = keygen(cli);
    return e ? cli_fail(cli, e) : CLI_DONE;
}

/* ---- sealing ---- */

/* The first line is the subject, the rest the text. */
static void read_letter(struct str letter, struct seal_content *c)
{
    struct str rest;
    if (!str_cut(letter, '\n', &c->subject, &rest))
        rest = S("");
    if (str_ends(c->subject, S("\r")))
        c->subject.n--;
    while (rest.n > 0 && (*rest.p == '\n' || *rest.p == '\r'))
        rest = str_slice(rest, 1, rest.n);
    c->text = rest;
    c->contact = S("");
}

static struct err *read_attachments(struct cli *cli, struct seal_content *c)
{
    for (int i = 1; i < cli->n_operands && c->n_files < SEAL_FILES; i++) {
        struct seal_file *f = &c->files[c->n_files++];
        const char *slash = strrchr(cli->operands[i], '/');
        f->name = str_c(slash ? slash + 1 : cli->operands[i]);
        TRY(file_read(cli->a, cli->operands[i], SEAL_CLASS_MAX, &f->bytes));
    }
    return NULL;
}

/* "7K3M-9QXA-...": as people copy it. */
static struct str in_groups(struct arena *a, const char *letters)
{
    struct buf b;
    buf_init(&b, a, 2 * SEAL_SECRET_CHARS);
    for (size_t i = 0; letters[i]; i++)
        buf_printf(&b, "%s%c", i > 0 && i % 4 == 0 ? "-" : "", letters[i]);
    return buf_view(&b);
}

/* Give an appeal the key that its answer is to be sealed for, and its author the secret behind it. */
static struct err *await_answer(struct cli *cli, struct seal_content *c)
{
    char letters[SEAL_SECRET_CHARS + 1];
    struct seal_secret pair;
    const char *keep = cli_value(cli, "answer-secret");
    seal_answer_secret(letters);
    MUST(seal_answer_pair(str_c(letters), &pair));
    memcpy(c->reply, pair.key, sizeof c->reply);
    sodium_memzero(&pair, sizeof pair);
    struct str shown = in_groups(cli->a, letters);
    if (keep)
        return file_create(cli->a, keep, str_printf(cli->a, "%.*s\n", STR_FMT(shown)), 0600);
    (void)fprintf(stderr, "answer secret, shown once; without it the answer cannot be read: %.*s\n", STR_FMT(shown));
    return NULL;
}

static struct err *seal(struct cli *cli)
{
    struct seal_key key;
    struct seal_content c = {.n_files = 0};
    struct str text;
    struct str letter;
    struct str bytes;
    TRY(file_read(cli->a, cli_value(cli, "to"), SMALL_FILE, &text));
    TRY(seal_key_read(cli->a, text, &key));
    TRY(file_read(cli->a, cli->operands[0], SEAL_CLASS_MAX, &letter));
    read_letter(letter, &c);
    TRY(read_attachments(cli, &c));
    if (!key.is_reply)
        TRY(await_answer(cli, &c));
    TRY(seal_seal(cli->a, &key, &c, &bytes));
    (void)fprintf(stderr, "sealed for %.*s, fingerprint %.*s\n", STR_FMT(key.name),
                  STR_FMT(seal_fingerprint(cli->a, key.id)));
    if (fwrite(bytes.p, 1, bytes.n, stdout) != bytes.n || fflush(stdout) != 0)
        return ERR(cli->a, ERR_IO, "stdout: %s", strerror(errno));
    return NULL;
}

enum cli_exit cmd_seal(struct cli *cli)
{
    if (isatty(STDOUT_FILENO)) {
        cli_say(cli, "the sealed file goes to stdout: add > sealed.birge");
        return CLI_USAGE;
    }
    struct err *e = seal(cli);
    return e ? cli_fail(cli, e) : CLI_DONE;
}

/* ---- opening ---- */

/* A name under which a file of a stranger may be written: letters, digits, . - _ and its number before it. */
static struct str safe_name(struct arena *a, size_t no, struct str name)
{
    struct buf b;
    buf_init(&b, a, 2 * SMALL_FILE);
    buf_printf(&b, "%zu-", no);
    for (size_t i = 0; i < name.n; i++) {
        char ch = name.p[i];
        bool ok = (ch >= 'a' && ch <= 'z') || (ch >= 'A' && ch <= 'Z') || (ch >= '0' && ch <= '9') || ch == '.' ||
                  ch == '-' || ch == '_';
        buf_byte(&b, ok ? ch : '_');
    }
    return buf_view(&b);
}

static struct err *write_files(struct cli *cli, const struct seal_content *c)
{
    const char *dir = cli_value(cli, "files");
    for (size_t i = 0; i < c->n_files; i++) {
        struct str name = safe_name(cli->a, i + 1, c->files[i].name);
        if (!dir) {
            (void)fprintf(stderr, "file %.*s, %zu bytes: not written; use --files DIR\n", STR_FMT(name),
                          c->files[i].bytes.n);
            continue;
        }
        TRY(file_create(cli->a, str_printf(cli->a, "%s/%.*s", dir, STR_FMT(name)).p, c->files[i].bytes, 0600));
    }
    return NULL;
}

/* The key that an answer is to be sealed for, as a file: from inside the seal, where the server cannot change it. */
static struct err *write_reply_key(struct cli *cli, const struct seal_content *c)
{
    const char *path = cli_value(cli, "reply-key");
    struct seal_key k = {.is_reply = true, .name = S("author")};
    if (!path)
        return NULL;
    if (sodium_is_zero(c->reply, sizeof c->reply))
        return ERR(cli->a, ERR_INPUT, "this is an answer: it awaits none");
    memcpy(k.key, c->reply, sizeof k.key);
    return file_create(cli->a, path, seal_key_text(cli->a, &k), 0600);
}

static void print_content(struct cli *cli, const struct seal_content *c)
{
    struct buf b;
    struct json j;
    if (!cli->is_json) {
        (void)printf("%.*s\n\n%.*s\n%s%.*s%s", STR_FMT(c->subject), STR_FMT(c->text), c->contact.n ? "\n-- \n" : "",
                     STR_FMT(c->contact), c->contact.n ? "\n" : "");
        return;
    }
    buf_init(&b, cli->a, 6 * SEAL_CLASS_MAX);
    json_begin(&j, &b);
    json_object(&j);
    json_put_str(&j, "subject", c->subject);
    json_put_str(&j, "text", c->text);
    json_put_str(&j, "contact", c->contact);
    json_put_int(&j, "files", (int64_t)c->n_files);
    json_object_end(&j);
    json_end(&j);
    (void)printf("%.*s\n", STR_FMT(buf_view(&b)));
}

/* The secret that opens: a recipient's key file, or an author's answer secret. */
static enum cli_exit read_secret(struct cli *cli, struct seal_secret *ret_secret)
{
    struct str text;
    struct str phrase;
    bool opened = false;
    const char *key = cli_value(cli, "key");
    const char *answer = cli_value(cli, "answer-secret");
    if (!key == !answer) {
        cli_say(cli, "expected one of --key FILE (a recipient's secret key) and --answer-secret FILE (an author's)");
        return CLI_USAGE;
    }
    struct err *e = file_read(cli->a, key ? key : answer, SMALL_FILE, &text);
    if (!e && key)
        e = passphrase(cli, false, &phrase);
    if (!e && key)
        e = seal_secret_read(cli->a, text, phrase, &opened, ret_secret);
    if (e)
        return cli_fail(cli, e);
    if (answer)
        opened = seal_answer_pair(str_trim(text), ret_secret);
    if (!opened)
        cli_say(cli, key ? "the passphrase is wrong, or the key file was changed"
                         : "%s: expected an answer secret of %d letters and digits", answer, SEAL_SECRET_CHARS);
    return opened ? CLI_DONE : CLI_WRONG;
}

static enum cli_exit refuse(struct cli *cli, enum seal_finding f)
{
    static const char *const sentences[] = {
        [SEAL_FINE] = "",
        [SEAL_NOT_ONE] = "this is not a sealed file",
        [SEAL_VERSION] = "the file is of a later version; a newer birge opens it",
        [SEAL_CUT] = "the file has none of the sizes of sealed files: it was cut off or something was added",
        [SEAL_LARGE] = "the file is larger than any sealed file",
        [SEAL_WEAK] = "the file names a reply key to which anybody could open",
        [SEAL_OTHER_KEY] = "the file is sealed for another key than this one",
        [SEAL_BROKEN] = "the file was changed after it was sealed; nothing of it can be read",
        [SEAL_MALFORMED] = "the seal opens, but what is inside is not of the known form",
    };
    cli_say(cli, "%s", sentences[f]);
    return CLI_WRONG;
}

enum cli_exit cmd_seal_open(struct cli *cli)
{
    struct seal_secret secret;
    struct seal_content c;
    struct str bytes;
    struct err *e = file_read(cli->a, cli->operands[0], SEAL_BYTES_MAX + 1, &bytes);
    if (e && e->code == ERR_LIMIT)
        return refuse(cli, SEAL_LARGE);
    if (e)
        return cli_fail(cli, e);
    enum cli_exit wrong = read_secret(cli, &secret);
    if (wrong)
        return wrong;
    enum seal_finding f = seal_open(cli->a, bytes, &secret, &c);
    sodium_memzero(&secret, sizeof secret);
    if (f != SEAL_FINE)
        return refuse(cli, f);
    e = write_files(cli, &c);
    if (!e)
        e = write_reply_key(cli, &c);
    if (e)
        return cli_fail(cli, e);
    print_content(cli, &c);
    return CLI_DONE;
}
