/* SPDX-License-Identifier: AGPL-3.0-or-later
 *
 * courier_rules.c - judging answers, pauses, and answers made fit to be shown.
 */
#include "core/courier_rules.h"

#include "base/buf.h"

#define CLEAN_MAX 300

/* ---- what an answer means ---- */

static const char *const phase_names[N_COURIER_PHASES] = {"relay", "from", "to", "data"};

const char *courier_phase_name(enum courier_phase phase)
{
    return phase_names[phase];
}

bool courier_phase_parse(struct str s, enum courier_phase *ret)
{
    for (int i = 0; i < N_COURIER_PHASES; i++) {
        if (!str_eq(s, str_c(phase_names[i])))
            continue;
        *ret = (enum courier_phase)i;
        return true;
    }
    return false;
}

/* "550 5.7.1 ...": refused by a policy, which an administrator can mend, not because the mailbox does not exist. */
static bool is_policy(const struct courier_answer *answer)
{
    return str_find_str(answer->text, S(" 5.7.")) == 3 || str_find_str(answer->text, S("-5.7.")) == 3;
}

enum courier_outcome courier_judge(const struct courier_answer *answer)
{
    if (answer->is_accepted)
        return OUTCOME_SENT;
    bool asks_sign_in = answer->code == 530 || answer->code == 535 || answer->code == 538;
    if (answer->phase <= PHASE_FROM || answer->code == 421 || asks_sign_in)
        return OUTCOME_RELAY;
    if (answer->code >= 500 && answer->code < 600)
        return is_policy(answer) ? OUTCOME_LATER : OUTCOME_NEVER;
    return OUTCOME_LATER; /* 4yz, or silence: the letter may even have arrived; its Message-ID tells */
}

/* ---- when to try again ---- */

/* Steele, Lea, Flood: splitmix64, one step. */
static uint64_t mixed(uint64_t x)
{
    x += UINT64_C(0x9E3779B97F4A7C15);
    x = (x ^ (x >> 30)) * UINT64_C(0xBF58476D1CE4E5B9);
    x = (x ^ (x >> 27)) * UINT64_C(0x94D049BB133111EB);
    return x ^ (x >> 31);
}

int64_t courier_pause(int64_t first_ms, int64_t most_ms, int64_t n, uint64_t seed)
{
    int64_t pause = first_ms < most_ms ? first_ms : most_ms;
    for (int64_t i = 1; i < n && pause < most_ms; i++)
        pause = pause > most_ms / 2 ? most_ms : pause * 2;
    int64_t quarter = pause / 4;
    int64_t shift = (int64_t)(mixed(seed) % (uint64_t)(2 * quarter + 1)) - quarter;
    return pause + shift;
}

/* ---- answers that may be shown ---- */

static bool is_word_end(char c)
{
    return c == ' ' || c == '<' || c == '>' || c == '(' || c == ')' || c == '"' || c == '\'' || c == ',' || c == ';' ||
           c == ':' || c == '[' || c == ']';
}

static void clean_word(struct buf *b, struct str word, struct str local)
{
    size_t at = word.n;
    while (at > 0 && word.p[at - 1] != '@')
        at--;
    if (at > 0) {
        buf_c(b, "...");
        buf_str(b, str_slice(word, at - 1, word.n));
    } else if (local.n > 0 && str_eq_nocase(word, local)) {
        buf_c(b, "...");
    } else {
        buf_str(b, word);
    }
}

/* Control characters as blanks; no UTF-8: those of ASCII alone. */
static struct str one_line(struct arena *a, struct str text)
{
    bool is_text = str_is_utf8(text);
    char *p = arena_alloc(a, text.n + 1);
    for (size_t i = 0; i < text.n; i++) {
        uint8_t c = (uint8_t)text.p[i];
        bool ok = c >= 0x20 && c != 0x7F && (is_text || c < 0x80);
        p[i] = ok ? text.p[i] : ' ';
    }
    p[text.n] = '\0';
    return str_trim((struct str){p, text.n});
}

struct str courier_clean(struct arena *a, struct str text, struct str recipient)
{
    struct buf b;
    struct str local;
    struct str domain;
    struct str line = one_line(a, str_slice(text, 0, 4 * CLEAN_MAX));
    if (!str_cut(recipient, '@', &local, &domain))
        local = S("");
    buf_init(&b, a, 8 * CLEAN_MAX);
    for (size_t i = 0; i < line.n;) {
        size_t end = i;
        while (end < line.n && !is_word_end(line.p[end]))
            end++;
        clean_word(&b, str_slice(line, i, end), local);
        if (end < line.n)
            buf_byte(&b, line.p[end++]);
        i = end;
    }
    struct str clean = buf_view(&b);
    size_t n = clean.n < CLEAN_MAX ? clean.n : CLEAN_MAX;
    while (n > 0 && n < clean.n && ((uint8_t)clean.p[n] & 0xC0) == 0x80)
        n--; /* do not cut a character */
    return str_dup(a, str_slice(clean, 0, n));
}
