/* SPDX-License-Identifier: AGPL-3.0-or-later
 *
 * json.c - writing JSON onto a buffer.
 *
 * Source: RFC 8259.
 */
#include "base/json.h"

void json_begin(struct json *j, struct buf *b)
{
    *j = (struct json){.b = b};
}

void json_end(struct json *j)
{
    MUST(j->depth == 0 && !j->has_key);
}

/* What comes before a value or a key. */
static void separate(struct json *j)
{
    if (j->has_key) {
        j->has_key = false;
        return;
    }
    if (j->depth == 0)
        return;
    MUST(j->open[j->depth - 1] == '[');
    if (j->has_item[j->depth - 1])
        buf_byte(j->b, ',');
    j->has_item[j->depth - 1] = true;
}

static void open_container(struct json *j, char c)
{
    separate(j);
    MUST(j->depth < JSON_DEPTH);
    j->open[j->depth] = c;
    j->has_item[j->depth] = false;
    j->depth++;
    buf_byte(j->b, c);
}

static void close_container(struct json *j, char open, char close)
{
    MUST(j->depth > 0 && !j->has_key && j->open[j->depth - 1] == open);
    j->depth--;
    buf_byte(j->b, close);
}

void json_object(struct json *j)
{
    open_container(j, '{');
}

void json_object_end(struct json *j)
{
    close_container(j, '{', '}');
}

void json_array(struct json *j)
{
    open_container(j, '[');
}

void json_array_end(struct json *j)
{
    close_container(j, '[', ']');
}

/* Bytes of the UTF-8 character at `p`, or 0 when it is not one. */
static size_t character(const char *p, size_t n)
{
    for (size_t len = 1; len <= 4 && len <= n; len++)
        if (str_is_utf8((struct str){p, len}))
            return len;
    return 0;
}

/* Bytes from `i` on that stand for themselves: no quote, backslash, control character; in valid UTF-8 all others. */
static size_t plain_run(struct str s, size_t i, bool is_valid)
{
    size_t n = 0;
    for (; i + n < s.n; n++) {
        unsigned char c = (unsigned char)s.p[i + n];
        if (c == '"' || c == '\\' || c < 0x20 || c == 0x7f || (c >= 0x80 && !is_valid))
            break;
    }
    return n;
}

static void write_escape(struct buf *b, unsigned char c)
{
    if (c == '"' || c == '\\') {
        buf_byte(b, '\\');
        buf_byte(b, (char)c);
    } else if (c == '\n') {
        buf_c(b, "\\n");
    } else {
        buf_printf(b, "\\u%04x", c);
    }
}

static void write_string(struct buf *b, struct str s)
{
    bool is_valid = str_is_utf8(s);
    buf_byte(b, '"');
    for (size_t i = 0; i < s.n;) {
        size_t n = plain_run(s, i, is_valid);
        buf_add(b, s.p + i, n);
        i += n;
        if (i == s.n)
            break;
        unsigned char c = (unsigned char)s.p[i];
        size_t len = c < 0x80 ? 1 : character(s.p + i, s.n - i);
        if (c < 0x80)
            write_escape(b, c);
        else if (len == 0)
            buf_utf8(b, 0xfffd);
        else
            buf_add(b, s.p + i, len);
        i += len > 0 ? len : 1;
    }
    buf_byte(b, '"');
}

void json_key(struct json *j, const char *key)
{
    MUST(j->depth > 0 && j->open[j->depth - 1] == '{' && !j->has_key);
    if (j->has_item[j->depth - 1])
        buf_byte(j->b, ',');
    j->has_item[j->depth - 1] = true;
    write_string(j->b, str_c(key));
    buf_byte(j->b, ':');
    j->has_key = true;
}

void json_str(struct json *j, struct str s)
{
    separate(j);
    if (s.p)
        write_string(j->b, s);
    else
        buf_c(j->b, "null");
}

void json_int(struct json *j, int64_t v)
{
    separate(j);
    buf_int(j->b, v);
}

void json_bool(struct json *j, bool v)
{
    separate(j);
    buf_c(j->b, v ? "true" : "false");
}

void json_null(struct json *j)
{
    separate(j);
    buf_c(j->b, "null");
}

void json_put_str(struct json *j, const char *key, struct str s)
{
    json_key(j, key);
    json_str(j, s);
}

void json_put_int(struct json *j, const char *key, int64_t v)
{
    json_key(j, key);
    json_int(j, v);
}

void json_put_bool(struct json *j, const char *key, bool v)
{
    json_key(j, key);
    json_bool(j, v);
}

void json_put_raw(struct json *j, const char *key, struct str json)
{
    json_key(j, key);
    separate(j);
    buf_str(j->b, json);
}
