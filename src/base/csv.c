/* SPDX-License-Identifier: AGPL-3.0-or-later
 *
 * csv.c - a window over the file that always begins at a row; splitting happens inside it.
 *
 * The row is looked for in the bytes that are there; when it does not end in them, more are fetched and the scan goes
 * on where it was. A quote that is never closed ends at max_row (or at the end of the file): then the first line alone
 * is given up and reading goes on behind it, since nothing says that what follows belongs to it. Text behind a closing
 * quote gives up all lines up to there: they may be the middle of somebody's words, and are no rows.
 */
#include "base/csv.h"

#include <string.h>
#include <unicode/ucnv.h>

#include "base/buf.h"

#define FETCH (64 * ARENA_KIB)
#define MAX_FIELD (256 * ARENA_KIB)
#define MAX_ROW (1 * ARENA_MIB)

/* Where a field lies in the window. */
struct span {
    size_t from, to;      /* without its quotes */
    bool has_doubled;     /* quotes inside are doubled */
    int64_t line, column; /* where it begins */
};

/* How far the scan of a row came. All positions count from the row's first byte. */
struct scan {
    size_t i;           /* next byte */
    size_t n_fields;
    struct span spans[CSV_COLUMNS];
    size_t first_end;   /* behind the first line's end; 0: not seen */
    int64_t line;       /* of byte i */
    size_t line_start;  /* first byte of that line */
    const char *problem;
    int64_t problem_line;
    size_t problem_at;  /* byte, and first byte of its line */
    size_t problem_line_start;
    size_t problem_field;
};

struct csv_reader {
    struct arena *a;
    csv_source *source;
    void *user;
    size_t max_field, max_row;
    char separator;
    UConverter *encoding; /* NULL: UTF-8 */
    const char *encoding_name;
    char *bytes;  /* the window */
    size_t at, n; /* the row begins at `at`; bytes up to `n` are there */
    bool is_end;  /* the source has no more */
    bool is_begun;
    int64_t line;   /* of `at` */
    int64_t offset; /* of `at` in the file */
    struct scan scan;
};

/* == the window == */

static char *row_start(const struct csv_reader *c)
{
    return c->bytes + c->at;
}

/* Fetch more bytes behind the row's first ones; false in `ret_more` when there are none or no room. */
static struct err *fetch(struct csv_reader *c, bool *ret_more)
{
    *ret_more = false;
    if (c->is_end || c->n - c->at >= c->max_row)
        return NULL;
    if (c->at > 0) {
        memmove(c->bytes, c->bytes + c->at, c->n - c->at);
        c->n -= c->at;
        c->at = 0;
    }
    size_t room = c->max_row + FETCH - c->n;
    size_t got = 0;
    TRY(c->source(c->user, c->bytes + c->n, room < FETCH ? room : FETCH, &got));
    c->is_end = got == 0;
    c->n += got;
    *ret_more = got > 0;
    return NULL;
}

/* Is byte `i` of the row there? Fetches when it is not yet; "no" at the end of the file and from max_row on. */
static struct err *need(struct csv_reader *c, size_t i, bool *ret_there)
{
    bool more = i < c->max_row;
    *ret_there = more && i < c->n - c->at;
    while (!*ret_there && more) {
        TRY(fetch(c, &more));
        *ret_there = i < c->n - c->at;
    }
    return NULL;
}

/* == encodings == */

/* The letters of ASCII must be bytes of their own, or a separator could be half a letter. */
static bool is_ascii_based(UConverter *u)
{
    switch (ucnv_getType(u)) {
    case UCNV_SBCS:
    case UCNV_DBCS:
    case UCNV_MBCS:
    case UCNV_LATIN_1:
    case UCNV_US_ASCII:
        break;
    default:
        return false;
    }
    static const char probe[] = "A,;\t\"\r\n0z";
    UChar out[16];
    UErrorCode status = U_ZERO_ERROR;
    int32_t n = ucnv_toUChars(u, out, 16, probe, (int32_t)(sizeof probe - 1), &status);
    if (U_FAILURE(status) || n != (int32_t)(sizeof probe - 1))
        return false;
    for (int32_t i = 0; i < n; i++)
        if (out[i] != (UChar)probe[i])
            return false;
    return true;
}

static void close_encoding(void *arg)
{
    ucnv_close(arg);
}

static struct err *open_encoding(struct arena *a, struct csv_reader *c, const char *name)
{
    if (!name || str_eq_nocase(str_c(name), S("utf-8")) || str_eq_nocase(str_c(name), S("utf8")))
        return NULL;
    UErrorCode status = U_ZERO_ERROR;
    UConverter *u = ucnv_open(name, &status);
    if (U_FAILURE(status))
        return ERR(a, ERR_CONFIG, "encoding %s is not known; windows-1251, KOI8-R and ISO-8859-5 are, for example", name);
    arena_defer(a, close_encoding, u);
    status = U_ZERO_ERROR;
    ucnv_setToUCallBack(u, UCNV_TO_U_CALLBACK_STOP, NULL, NULL, NULL, &status);
    if (U_FAILURE(status) || !is_ascii_based(u))
        return ERR(a, ERR_CONFIG, "encoding %s cannot be read row by row; convert the file to UTF-8 first", name);
    c->encoding = u;
    c->encoding_name = name;
    return NULL;
}

static bool has_high_bytes(struct str s)
{
    for (size_t i = 0; i < s.n; i++)
        if ((unsigned char)s.p[i] >= 0x80)
            return true;
    return false;
}

/* Decode one field into `a`; a reason when it is no text. */
static const char *decode(struct arena *a, struct csv_reader *c, struct str *field)
{
    if (!has_high_bytes(*field))
        return NULL;
    if (!c->encoding)
        return str_is_utf8(*field) ? NULL : "the field is not UTF-8; the file may mix encodings, or need --encoding";
    if (str_is_utf8(*field) && field->n - str_utf8_len(*field) > 1)
        return "the field is UTF-8 in a file of another declared encoding";
    UErrorCode status = U_ZERO_ERROR;
    int32_t cap = (int32_t)field->n * 2 + 1;
    UChar *wide = ARENA_ARRAY(a, (size_t)cap, UChar);
    ucnv_resetToUnicode(c->encoding);
    int32_t n = ucnv_toUChars(c->encoding, wide, cap, field->p, (int32_t)field->n, &status);
    for (int32_t i = 0; U_SUCCESS(status) && i < n; i++)
        if (wide[i] == 0xFFFD || wide[i] == 0x1A || (wide[i] >= 0x80 && wide[i] < 0xA0))
            status = U_INVALID_CHAR_FOUND;
    if (U_FAILURE(status))
        return "the field holds bytes that are no letters of the declared encoding";
    struct buf b;
    buf_init(&b, a, field->n * 4 + 8);
    for (int32_t i = 0; i < n; i++) {
        uint32_t u = wide[i];
        bool is_pair = U16_IS_LEAD(u) && i + 1 < n && U16_IS_TRAIL(wide[i + 1]);
        buf_utf8(&b, is_pair ? (uint32_t)U16_GET_SUPPLEMENTARY(u, wide[i + 1]) : u);
        i += is_pair;
    }
    *field = buf_view(&b);
    return NULL;
}

/* == scanning one row == */

static void fail_at(struct scan *s, const char *problem, size_t at)
{
    if (s->problem)
        return;
    s->problem = problem;
    s->problem_line = s->line;
    s->problem_at = at;
    s->problem_line_start = s->line_start;
    s->problem_field = s->n_fields > 0 ? s->n_fields - 1 : 0;
}

static struct span *begin_field(struct scan *s)
{
    if (s->n_fields == CSV_COLUMNS) {
        fail_at(s, "more than 256 fields", s->i);
        return &s->spans[CSV_COLUMNS - 1];
    }
    struct span *f = &s->spans[s->n_fields++];
    *f = (struct span){.from = s->i, .to = s->i, .line = s->line, .column = (int64_t)(s->i - s->line_start) + 1};
    return f;
}

/* Behind the LF at byte i. */
static void pass_line_end(struct scan *s)
{
    s->i++;
    s->line++;
    s->line_start = s->i;
    if (s->first_end == 0)
        s->first_end = s->i;
}

/* A quoted field; s->i stands behind its opening quote. False in `ret_closed` when no end came. */
static struct err *scan_quoted(struct csv_reader *c, struct scan *s, struct span *f, bool *ret_closed)
{
    bool there;
    f->from = s->i;
    *ret_closed = false;
    for (;;) {
        TRY(need(c, s->i, &there));
        if (!there || s->i - f->from > c->max_field + 1)
            return NULL;
        const char *p = row_start(c);
        /* Most bytes are words: go through what is there at once. */
        size_t n = c->n - c->at;
        while (s->i < n && p[s->i] != '"' && p[s->i] != '\n')
            s->i++;
        if (s->i == n)
            continue;
        if (p[s->i] == '\n') {
            pass_line_end(s);
            continue;
        }
        TRY(need(c, s->i + 1, &there));
        p = row_start(c);
        if (there && p[s->i + 1] == '"') {
            f->has_doubled = true;
            s->i += 2;
            continue;
        }
        if (s->i - f->from > c->max_field)
            fail_at(s, "the field is longer than is allowed", f->from);
        f->to = s->i++;
        *ret_closed = true;
        return NULL;
    }
}

/* A field without quotes, up to separator or line end. */
static struct err *scan_plain(struct csv_reader *c, struct scan *s, struct span *f)
{
    bool there;
    for (;;) {
        TRY(need(c, s->i, &there));
        if (!there)
            break;
        char b = row_start(c)[s->i];
        if (b == c->separator || b == '\n')
            break;
        if (b == '"')
            fail_at(s, "a quote inside a field that does not begin with one; such a field is quoted whole, and quotes in it "
                       "are doubled", s->i);
        if (b == '\0')
            fail_at(s, "a NUL byte", s->i);
        s->i++;
        if (s->i - f->from > c->max_field)
            fail_at(s, "the field is longer than is allowed", s->i);
    }
    f->to = s->i;
    return NULL;
}

/* Skip to the end of this line, after a problem. */
static struct err *skip_line(struct csv_reader *c, struct scan *s)
{
    bool there;
    for (;;) {
        TRY(need(c, s->i, &there));
        if (!there || row_start(c)[s->i] == '\n')
            return NULL;
        s->i++;
    }
}

/* A quote was never closed: give up the first line only. */
static void give_up_quote(struct scan *s, const struct span *f)
{
    s->problem = "the quote that opens here is never closed";
    s->problem_line = f->line;
    s->problem_line_start = f->from - (size_t)f->column;
    s->problem_at = f->from - 1;
    s->problem_field = s->n_fields - 1;
    if (s->first_end > 0)
        s->i = s->first_end - 1; /* at its LF */
}

/* One field; `ret_end` when it was the row's last. */
static struct err *scan_field(struct csv_reader *c, struct scan *s, bool *ret_end)
{
    bool there;
    struct span *f = begin_field(s);
    TRY(need(c, s->i, &there));
    if (there && row_start(c)[s->i] == '"') {
        bool closed;
        s->i++;
        TRY(scan_quoted(c, s, f, &closed));
        if (!closed) {
            give_up_quote(s, f);
            *ret_end = true;
            return NULL;
        }
        TRY(need(c, s->i, &there));
        char b = there ? row_start(c)[s->i] : '\n';
        if (b == '\r') {
            TRY(need(c, s->i + 1, &there));
            b = there && row_start(c)[s->i + 1] == '\n' ? '\n' : b;
            s->i += b == '\n';
        }
        if (b != c->separator && b != '\n') {
            fail_at(s, "text behind a closing quote; quotes inside a field are doubled", s->i);
            TRY(skip_line(c, s));
        }
    } else {
        TRY(scan_plain(c, s, f));
    }
    TRY(need(c, s->i, &there));
    *ret_end = !there || row_start(c)[s->i] != c->separator;
    if (there && !*ret_end)
        s->i++; /* the separator */
    return NULL;
}

/* == from spans to fields == */

static struct str undouble(struct arena *a, struct str s)
{
    char *p = arena_alloc(a, s.n + 1);
    size_t n = 0;
    for (size_t i = 0; i < s.n; i++) {
        p[n++] = s.p[i];
        if (s.p[i] == '"')
            i++; /* its twin */
    }
    return (struct str){p, n};
}

static void take_fields(struct arena *a, struct csv_reader *c, const struct scan *s, struct csv_row *row)
{
    const char *p = row_start(c);
    row->fields = ARENA_ARRAY(a, s->n_fields, struct str);
    for (size_t i = 0; i < s->n_fields && !row->problem; i++) {
        const struct span *f = &s->spans[i];
        struct str bytes = {p + f->from, f->to - f->from};
        row->fields[i] = f->has_doubled ? undouble(a, bytes) : str_dup(a, bytes);
        row->problem = memchr(bytes.p, 0, bytes.n) ? "a NUL byte" : decode(a, c, &row->fields[i]);
        if (row->problem) {
            row->problem_line = f->line;
            row->problem_column = f->column;
            row->problem_field = i;
        }
    }
    row->n_fields = row->problem ? 0 : s->n_fields;
}

/* Step over `n` bytes. */
static void step(struct csv_reader *c, size_t n)
{
    c->at += n;
    c->offset += (int64_t)n;
}

/* Behind the line end that follows, however far it is; false in `ret_ended` when the file ends without one. */
static struct err *drop_line(struct csv_reader *c, bool *ret_ended)
{
    bool there = true;
    *ret_ended = true;
    for (;;) {
        const char *p = row_start(c);
        const char *end = memchr(p, '\n', c->n - c->at);
        step(c, end ? (size_t)(end - p) + 1 : c->n - c->at);
        if (end) {
            c->line++;
            return NULL;
        }
        TRY(need(c, 0, &there));
        if (!there) {
            *ret_ended = false;
            return NULL;
        }
    }
}

/* Scan the row that begins at `at` and step behind it. */
static struct err *scan_row(struct arena *a, struct csv_reader *c, struct csv_row *row)
{
    struct scan *s = &c->scan;
    bool is_end = false;
    bool there;
    *s = (struct scan){.line = c->line};
    while (!is_end)
        TRY(scan_field(c, s, &is_end));
    TRY(need(c, s->i, &there));
    size_t end = s->i; /* at the LF, at the end of the file, or in a line that is given up */
    bool is_too_long = !there && (end < c->n - c->at || !c->is_end);
    bool is_cut = is_too_long || (there && row_start(c)[end] != '\n');
    if (is_too_long)
        fail_at(s, "the row is longer than is allowed", end);
    const char *p = row_start(c);
    struct span *last = &s->spans[s->n_fields - 1];
    bool has_cr = end > 0 && p[end - 1] == '\r';
    if (has_cr && last->to == end && last->from < last->to)
        last->to--;
    *row = (struct csv_row){
        .line = c->line, .raw = {p, has_cr ? end - 1 : end}, .problem = s->problem, .problem_field = SIZE_MAX,
    };
    if (s->problem) {
        row->problem_line = s->problem_line;
        row->problem_column = (int64_t)(s->problem_at - s->problem_line_start) + 1;
        row->problem_field = s->problem_field;
    } else {
        take_fields(a, c, s, row);
    }
    for (size_t i = 0; i < end; i++)
        c->line += p[i] == '\n';
    step(c, end);
    bool is_ended = there; /* by a line end, which the last row of a file may lack */
    if (is_cut) {
        row->raw = str_dup(a, row->raw);
        TRY(drop_line(c, &is_ended));
    } else if (there) {
        step(c, 1);
        c->line++;
    }
    row->n_lines = c->line - row->line + (is_ended ? 0 : 1);
    return NULL;
}

/* == the beginning of the file == */

/* The separator that the first line holds most of, outside quotes; a comma when it holds none. */
static struct err *find_separator(struct csv_reader *c)
{
    static const char candidates[] = {',', ';', '\t'};
    size_t counts[3] = {0};
    bool is_quoted = false;
    bool there = true;
    for (size_t i = 0; i < c->max_field; i++) {
        TRY(need(c, i, &there));
        if (!there)
            break;
        char b = row_start(c)[i];
        if (b == '\n' && !is_quoted)
            break;
        if (b == '"')
            is_quoted = !is_quoted;
        for (size_t k = 0; k < 3 && !is_quoted; k++)
            counts[k] += b == candidates[k];
    }
    size_t best = 0;
    for (size_t k = 1; k < 3; k++)
        if (counts[k] > counts[best])
            best = k;
    c->separator = candidates[best];
    return NULL;
}

static struct err *begin_file(struct arena *a, struct csv_reader *c)
{
    bool there;
    c->is_begun = true;
    TRY(need(c, 2, &there));
    const char *p = row_start(c);
    size_t n = c->n - c->at;
    if (n >= 2 && (memcmp(p, "\xFF\xFE", 2) == 0 || memcmp(p, "\xFE\xFF", 2) == 0))
        return ERR(a, ERR_INPUT, "line 1: the file is UTF-16; save it as CSV UTF-8 and try again");
    if (n >= 3 && memcmp(p, "\xEF\xBB\xBF", 3) == 0) {
        c->at += 3;
        c->offset += 3;
    }
    return c->separator ? NULL : find_separator(c);
}

/* == the interface == */

struct err *csv_open(struct arena *a, csv_source *source, void *user, const struct csv_options *options,
                     struct csv_reader **ret_csv)
{
    struct csv_reader *c = ARENA_NEW(a, struct csv_reader);
    *c = (struct csv_reader){
        .a = a,
        .source = source,
        .user = user,
        .max_field = options->max_field ? options->max_field : MAX_FIELD,
        .max_row = options->max_row ? options->max_row : MAX_ROW,
        .separator = options->separator,
        .line = 1,
    };
    TRY(open_encoding(a, c, options->encoding));
    c->bytes = arena_alloc(a, c->max_row + FETCH);
    *ret_csv = c;
    return NULL;
}

struct err *csv_next(struct arena *a, struct csv_reader *csv, struct csv_row *row, bool *ret_more)
{
    *ret_more = false;
    if (!csv->is_begun)
        TRY(begin_file(a, csv));
    for (;;) {
        bool there;
        TRY(need(csv, 0, &there));
        if (!there)
            return NULL;
        TRY(scan_row(a, csv, row));
        bool is_empty = row->raw.n == 0;
        if (!is_empty) {
            *ret_more = true;
            return NULL;
        }
    }
}

char csv_separator(const struct csv_reader *csv)
{
    return csv->is_begun ? csv->separator : 0;
}

int64_t csv_offset(const struct csv_reader *csv)
{
    return csv->offset;
}

void csv_put(struct buf *b, bool is_first, struct str field)
{
    bool needs_quotes = str_starts(field, S("\xEF\xBB\xBF")); /* not to be taken for a mark of the file */
    if (!is_first)
        buf_byte(b, ',');
    for (size_t i = 0; i < field.n && !needs_quotes; i++)
        needs_quotes = field.p[i] == ',' || field.p[i] == '"' || field.p[i] == '\n' || field.p[i] == '\r' ||
                       field.p[i] == ';' || field.p[i] == '\t';
    if (!needs_quotes) {
        buf_str(b, field);
        return;
    }
    buf_byte(b, '"');
    for (size_t i = 0; i < field.n; i++) {
        if (field.p[i] == '"')
            buf_byte(b, '"');
        buf_byte(b, field.p[i]);
    }
    buf_byte(b, '"');
}

void csv_put_end(struct buf *b)
{
    /* A row of one empty field would be an empty line, which is no row. */
    if (b->n == 0 || b->p[b->n - 1] == '\n')
        buf_c(b, "\"\"");
    buf_c(b, "\r\n");
}
