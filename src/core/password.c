/* SPDX-License-Identifier: AGPL-3.0-or-later
 *
 * password.c - judging, hashing and making passwords.
 *
 * A list of whole common passwords is mostly shorter than twelve characters, so the list here holds the parts
 * that long bad passwords are made of. What is left of a password without them, without rows of keys and
 * without repetition, must still be long enough to be worth something.
 */
#include "core/password.h"

#include <pthread.h>
#include <sodium.h>
#include <string.h>
#include <unistd.h>

#include "base/fold.h"
#include "base/hash.h"

#define PASSES 2
#define MEMORY (19 * ARENA_MIB)
#define OWN_CHARS 6    /* characters that must be the person's own idea */
#define DISTINCT 5     /* different characters */
#define RUN_CHARS 4    /* neighbours on a keyboard or in the alphabet that count as a run */
#define ONCE_GROUPS 4

/* ---- judging ---- */

/* Parts of common passwords, folded; longer before shorter where one holds the other. */
static const char *const common_parts[] = {
    "correcthorsebatterystaple", "trustno1", "letmein", "welcome", "password", "passw0rd", "p@ssw0rd", "p@ssword",
    "passphrase", "passcode", "secret", "changeme", "default", "administrator", "administration", "admin", "root",
    "superuser", "manager", "operator", "registrar", "executor", "auditor", "office", "kancelyariya", "akimat",
    "iloveyou", "football", "baseball", "princess", "sunshine", "monkey", "dragon", "master", "shadow", "superman",
    "batman", "michael", "starwars", "computer", "internet", "samsung", "iphone", "google", "facebook", "whatsapp",
    "summer", "winter", "spring", "autumn", "january", "february", "monday", "friday", "december", "november",
    "kazakhstan", "qazaqstan", "almaty", "astana", "nursultan", "shymkent", "karaganda", "aktobe", "semey", "abai",
    "oskemen", "pavlodar", "kostanay", "birge", "egov", "government", "ministry", "parol", "gfhjkm", "privet",
    "kupiyasoz", "qupiyasoz", "salem", "zdravstvuy", "lubov", "solnce", "solnyshko", "natasha", "nurlan", "aigerim",
    "askar", "daniyar", "marina", "andrey", "sergey", "aleksandr", "dmitriy", "ekaterina",
    "пароль", "секрет", "админ", "администратор", "привет", "здравствуй", "любовь", "солнце", "солнышко", "наташа",
    "марина", "андрей", "сергей", "александр", "дмитрий", "екатерина", "казахстан", "қазақстан", "алматы", "астана",
    "шымкент", "караганда", "қарағанды", "семей", "абай", "құпиясөз", "құпия", "сәлем", "нұрлан", "айгерім", "асқар",
    "данияр", "әкімдік", "әкімат", "акимат", "министерство", "канцелярия", "кеңсе", "тіркеуші", "регистратор",
    "исполнитель", "январь", "февраль", "декабрь", "понедельник", "2023", "2024", "2025", "2026", "2027", "2028",
};

/* Keys beside each other, and alphabets; read in both directions. */
static const char *const rows[] = {
    "1234567890", "qwertyuiop", "asdfghjkl", "zxcvbnm", "1qaz2wsx3edc4rfv5tgb6yhn7ujm", "1q2w3e4r5t6y7u8i9o0p",
    "abcdefghijklmnopqrstuvwxyz", "йцукенгшщзхъ", "фывапролджэ", "ячсмитьбю", "абвгдежзийклмнопрстуфхцчшщъыьэюя",
    "!@#$%^&*()", "қәіңғүұқөһ",
};

/* The code points of valid UTF-8, in `a`. */
static uint32_t *points_of(struct arena *a, struct str s, size_t *ret_n)
{
    uint32_t *points = ARENA_ARRAY(a, s.n + 1, uint32_t);
    size_t n = 0;
    for (size_t i = 0; i < s.n;) {
        unsigned char c = (unsigned char)s.p[i];
        size_t len = c < 0x80 ? 1 : c < 0xe0 ? 2 : c < 0xf0 ? 3 : 4;
        uint32_t point = len == 1 ? c : c & (0x7fu >> len);
        for (size_t k = 1; k < len && i + k < s.n; k++)
            point = point << 6 | ((unsigned char)s.p[i + k] & 0x3f);
        points[n++] = point;
        i += len;
    }
    *ret_n = n;
    return points;
}

static size_t position(const uint32_t *row, size_t n, uint32_t point)
{
    for (size_t i = 0; i < n; i++)
        if (row[i] == point)
            return i;
    return SIZE_MAX;
}

/* How far from `from` on the text runs along `row`, in one direction or the other. */
static size_t run_length(const uint32_t *p, size_t n, size_t from, const uint32_t *row, size_t n_row)
{
    size_t longest = 0;
    for (int step = -1; step <= 1; step += 2) {
        size_t at = position(row, n_row, p[from]);
        size_t i = from;
        while (i < n && at < n_row && row[at] == p[i]) {
            i++;
            at = step < 0 && at == 0 ? SIZE_MAX : at + (size_t)step;
        }
        if (i - from > longest)
            longest = i - from;
    }
    return longest;
}

/* Mark the runs of neighbouring keys and letters, and what repeats the sign before it. */
static void mark_runs(struct arena *a, const uint32_t *p, size_t n, bool *marked)
{
    for (size_t r = 0; r < sizeof rows / sizeof rows[0]; r++) {
        size_t n_row;
        uint32_t *row = points_of(a, str_c(rows[r]), &n_row);
        for (size_t i = 0; i < n; i++) {
            size_t len = run_length(p, n, i, row, n_row);
            for (size_t k = 0; len >= RUN_CHARS && k < len; k++)
                marked[i + k] = true;
        }
    }
    for (size_t i = 2; i < n; i++)
        if (p[i] == p[i - 1] && p[i] == p[i - 2])
            marked[i] = true;
}

static void mark_word(struct arena *a, const uint32_t *p, size_t n, struct str word, bool *marked)
{
    size_t len;
    uint32_t *w = points_of(a, word, &len);
    for (size_t i = 0; len > 0 && i + len <= n; i++)
        if (memcmp(p + i, w, len * sizeof w[0]) == 0)
            for (size_t k = 0; k < len; k++)
                marked[i + k] = true;
}

/* The words of a name or login, of three letters and more. */
static void mark_words_of(struct arena *a, const uint32_t *p, size_t n, struct str name, bool *marked)
{
    struct str folded = fold(a, name);
    size_t begin = 0;
    for (size_t i = 0; i <= folded.n; i++) {
        bool ends = i == folded.n || folded.p[i] == ' ' || folded.p[i] == '.' || folded.p[i] == '-' ||
                    folded.p[i] == '_' || folded.p[i] == '@';
        if (!ends)
            continue;
        struct str word = str_slice(folded, begin, i);
        if (str_utf8_len(word) >= 3)
            mark_word(a, p, n, word, marked);
        begin = i + 1;
    }
}

static size_t unmarked(const bool *marked, size_t n)
{
    size_t left = 0;
    for (size_t i = 0; i < n; i++)
        left += !marked[i];
    return left;
}

static size_t distinct(const uint32_t *p, size_t n)
{
    size_t found = 0;
    for (size_t i = 0; i < n; i++)
        found += position(p, i, p[i]) == SIZE_MAX;
    return found;
}

static struct verdict no(const char *code, const char *text_id)
{
    return verdict_no(code, text_id, NULL, (struct str){0});
}

struct verdict password_check(struct arena *a, struct str password, struct str login, struct str name)
{
    if (password.n > PASSWORD_MAX_BYTES)
        return no("PASSWORD_LONG", "verdict.password.long");
    if (!str_is_utf8(password) || has_control(password))
        return no("PASSWORD_BYTES", "verdict.password.bytes");
    if (str_utf8_len(password) < PASSWORD_MIN_CHARS) {
        struct verdict v = no("PASSWORD_SHORT", "verdict.password.short");
        verdict_fact(&v, "min", str_printf(a, "%d", PASSWORD_MIN_CHARS));
        return v;
    }
    size_t n;
    uint32_t *p = points_of(a, fold(a, password), &n);
    bool *marked = ARENA_ARRAY(a, n + 1, bool);
    mark_runs(a, p, n, marked);
    for (size_t i = 0; i < sizeof common_parts / sizeof common_parts[0]; i++)
        mark_word(a, p, n, str_c(common_parts[i]), marked);
    if (distinct(p, n) < DISTINCT || unmarked(marked, n) < OWN_CHARS)
        return no("PASSWORD_COMMON", "verdict.password.common");
    mark_words_of(a, p, n, login, marked);
    mark_words_of(a, p, n, name, marked);
    if (unmarked(marked, n) < OWN_CHARS)
        return no("PASSWORD_OWN", "verdict.password.own");
    return verdict_yes();
}

/* ---- hashing ---- */

/* Hashes running now; process-wide on purpose, since memory is. */
static pthread_mutex_t hashing_lock = PTHREAD_MUTEX_INITIALIZER;
static pthread_cond_t hashing_less = PTHREAD_COND_INITIALIZER;
static int hashing;

static int cores(void)
{
    long n = sysconf(_SC_NPROCESSORS_ONLN);
    return n < 1 ? 1 : (int)n;
}

static void hashing_begin(void)
{
    MUST(sodium_init() >= 0);
    MUST(pthread_mutex_lock(&hashing_lock) == 0);
    while (hashing >= cores())
        MUST(pthread_cond_wait(&hashing_less, &hashing_lock) == 0);
    hashing++;
    MUST(pthread_mutex_unlock(&hashing_lock) == 0);
}

static void hashing_end(void)
{
    MUST(pthread_mutex_lock(&hashing_lock) == 0);
    hashing--;
    MUST(pthread_cond_signal(&hashing_less) == 0);
    MUST(pthread_mutex_unlock(&hashing_lock) == 0);
}

struct err *password_hash(struct arena *a, struct str password, struct str *ret_hash)
{
    char out[crypto_pwhash_STRBYTES];
    hashing_begin();
    int rc = crypto_pwhash_str(out, password.p ? password.p : "", password.n, PASSES, MEMORY);
    hashing_end();
    if (rc != 0)
        return ERR(a, ERR_LIMIT, "no memory to hash a password");
    *ret_hash = str_dup(a, str_c(out));
    return NULL;
}

/* Of a random password that nobody knows; its work is that of every other hash made here. */
static const char nobody[] = "$argon2id$v=19$m=19456,t=2,p=1$8OrVNhSmLRvXkVGkxzFBYg$"
                             "lwJ0Whcqq5XoqCM7vAFgHPKPQ0Zr2Nn4bRtXxCZyFCw";

bool password_is(struct str hash, struct str password, bool *ret_rehash)
{
    char stored[crypto_pwhash_STRBYTES] = {0};
    bool is_known = hash.n > 0 && hash.n < sizeof stored;
    if (is_known)
        memcpy(stored, hash.p, hash.n);
    else
        memcpy(stored, nobody, sizeof nobody);
    hashing_begin();
    int rc = crypto_pwhash_str_verify(stored, password.p ? password.p : "", password.n);
    hashing_end();
    bool is_right = is_known && rc == 0;
    *ret_rehash = is_right && crypto_pwhash_str_needs_rehash(stored, PASSES, MEMORY) != 0;
    sodium_memzero(stored, sizeof stored);
    return is_right;
}

struct str password_once(struct arena *a)
{
    uint8_t bytes[ONCE_GROUPS * 4];
    char letters[ONCE_GROUPS * 4 + 1];
    randombytes_buf(bytes, sizeof bytes);
    crockford_encode(bytes, ONCE_GROUPS * 4, letters);
    struct str once = str_printf(a, "%.4s-%.4s-%.4s-%.4s", letters, letters + 4, letters + 8, letters + 12);
    sodium_memzero(letters, sizeof letters);
    return once;
}
