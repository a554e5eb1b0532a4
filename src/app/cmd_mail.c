/* SPDX-License-Identifier: AGPL-3.0-or-later
 *
 * cmd_mail.c - birge mail test: one letter to one address, and everything that both sides say.
 *
 * It needs no running server and no database: settings are read, a letter is made, the relay is asked, and the answer
 * is shown. The letter has what letters may stumble over: a lone dot, a very long line, three alphabets.
 */
#include "app/commands.h"

#include <stdio.h>

#include "app/site_open.h"
#include "app/smtp.h"
#include "base/clock.h"
#include "base/file.h"
#include "base/hash.h"
#include "base/json.h"
#include "core/letter.h"

#define TRANSCRIPT_MAX (256 * ARENA_KIB)
#define STEP_MS 200

static struct str test_text(struct arena *a)
{
    struct buf b;
    buf_init(&b, a, 64 * ARENA_KIB);
    buf_c(&b, "This letter was sent by \"birge mail test\". If you can read it, letters of Birge reach you.\n"
              "Бұл хат пошта баптауын тексеру үшін жіберілді. Әріптер: ә ғ қ ң ө ұ ү һ і.\n"
              "Это письмо отправлено для проверки почты.\n\nA line with a single dot follows, then a long one:\n.\n");
    for (int i = 0; i < 120; i++)
        buf_c(&b, "long line ");
    buf_c(&b, "\nEnd.\n");
    return buf_view(&b);
}

static struct err *test_letter(struct arena *a, const struct mail_settings *m, struct str to, struct courier_letter *ret)
{
    struct str id = random_str(a, 12);
    struct letter l = {
        .at = clock_now(),
        .from = m->from.n > 0 ? m->from : S("no-reply@birge.invalid"),
        .from_name = m->from_name,
        .to = to,
        .message_id = str_printf(a, "test-%.*s@%.*s", STR_FMT(str_hex(a, id.p, id.n)),
                                 STR_FMT(m->hello.n > 0 ? m->hello : S("birge.invalid"))),
        .thread = S(""),
        .subject = S("Birge: a test of mail · тексеру · проверка"),
        .language = S("en"),
        .text = test_text(a),
    };
    *ret = (struct courier_letter){.id = 1, .domain = letter_domain(a, to), .recipient = to};
    return letter_write(a, &l, &ret->bytes);
}

/* The file transport: where the letter lies now. */
static enum cli_exit to_folder(struct cli *cli, const struct config *c, const struct courier_letter *letter)
{
    struct str folder = c->mail_outbox.n > 0 ? c->mail_outbox : S("outbox");
    const char *outbox = str_printf(cli->a, "%s/%.*s", cli_value(cli, "data"), STR_FMT(folder)).p;
    const char *path = str_printf(cli->a, "%s/test.eml", outbox).p;
    struct err *e = file_mkdir(cli->a, outbox, 0700);
    if (!e)
        e = file_write(cli->a, path, letter->bytes, 0600);
    if (e)
        return cli_fail(cli, e);
    cli_say(cli, "[mail] transport is folder: letters become files and nobody gets them");
    (void)printf("%s\n", path);
    return CLI_DONE;
}

static enum cli_exit print_outcome(struct cli *cli, const struct courier_answer *answer, struct str transcript)
{
    struct buf b;
    struct json j;
    if (!cli->is_json) {
        (void)printf("%.*s%s: %.*s\n", STR_FMT(transcript), answer->is_accepted ? "accepted" : "not accepted",
                     STR_FMT(answer->text));
        return answer->is_accepted ? CLI_DONE : CLI_WRONG;
    }
    buf_init(&b, cli->a, ARENA_MIB);
    json_begin(&j, &b);
    json_object(&j);
    json_put_bool(&j, "accepted", answer->is_accepted);
    json_put_str(&j, "phase", str_c(courier_phase_name(answer->phase)));
    json_put_int(&j, "code", answer->code);
    json_put_str(&j, "answer", answer->text);
    json_object_end(&j);
    json_end(&j);
    (void)printf("%.*s\n", STR_FMT(buf_view(&b)));
    return answer->is_accepted ? CLI_DONE : CLI_WRONG;
}

static enum cli_exit to_relay(struct cli *cli, const struct mail_settings *m, const struct courier_letter *letter)
{
    struct smtp *smtp;
    struct buf transcript;
    struct courier_result result;
    buf_init(&transcript, cli->a, TRANSCRIPT_MAX);
    struct err *e = smtp_new(cli->a, m, &transcript, &smtp);
    if (e)
        return cli_fail(cli, e);
    smtp_begin(smtp, letter);
    while (!smtp_ended(cli->a, smtp, &result))
        (void)smtp_work(smtp, -1, STEP_MS);
    return print_outcome(cli, &result.answer, buf_view(&transcript));
}

enum cli_exit cmd_mail_test(struct cli *cli)
{
    struct config c;
    struct mail_settings m;
    struct courier_letter letter;
    struct str to = str_c(cli->operands[0]);
    if (!letter_address_ok(to))
        return cli_fail(cli, ERR(cli->a, ERR_INPUT, "\"%.*s\" is no plain mail address", STR_FMT(to)));
    struct err *e = config_load(cli->a, site_paths(cli->a, cli_value(cli, "data")).ini, &c);
    if (!e)
        e = mail_settings_read(cli->a, &c, str_c(cli_value(cli, "data")), &m);
    if (!e)
        e = test_letter(cli->a, &m, to, &letter);
    if (e)
        return cli_fail(cli, e);
    return m.is_smtp ? to_relay(cli, &m, &letter) : to_folder(cli, &c, &letter);
}
