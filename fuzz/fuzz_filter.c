/* SPDX-License-Identifier: AGPL-3.0-or-later
 *
 * fuzz_filter.c - bytes of a connection, cut anywhere: the outcome must not depend on the cut, and what passes must
 * mean one thing only.
 *
 * The first byte is the size of the pieces. A head that passed is written out again in one plain form; judged once
 * more it must give the same request.
 */
#include <stdio.h>
#include <stdlib.h>

#include "base/buf.h"
#include "web/filter.h"
#include "web/router.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static const struct filter_limits limits = {.head_bytes = 4096, .head_fields = 32, .url_bytes = 512};

/* The status; 0 for a sound head, -1 when more is wanted. */
static int feed(struct arena *a, struct str bytes, size_t step, struct head *ret)
{
    struct filter_scan s = {0};
    for (size_t n = step < bytes.n ? step : bytes.n;; n = bytes.n - n > step ? n + step : bytes.n) {
        enum filter_step what = filter_scan(&s, bytes.p, n, &limits);
        if (what == FILTER_REFUSED)
            return s.status;
        if (what == FILTER_WHOLE)
            return filter_judge(a, str_slice(bytes, s.start, s.at), &limits, ret);
        if (n == bytes.n)
            return -1;
    }
}

static bool is_visible(struct str s)
{
    for (size_t i = 0; i < s.n; i++)
        if ((unsigned char)s.p[i] <= 0x20 || (unsigned char)s.p[i] >= 0x7f)
            return false;
    return s.n > 0;
}

static void check_head(const struct head *h)
{
    MUST(is_visible(h->target) && h->target.p[0] == '/' && h->target.n <= limits.url_bytes);
    MUST(h->n_fields <= limits.head_fields && h->length >= 0);
    MUST(h->host.p ? filter_is_host(h->host) : h->is_http10);
    MUST(!head_find(h, S("transfer-encoding")).p);
    bool has_body = h->method == HEAD_POST || h->method == HEAD_PUT || h->method == HEAD_PATCH;
    MUST(has_body ? head_find(h, S("content-length")).p != NULL : h->length == 0);
    for (size_t i = 0; i < h->n_fields; i++) {
        MUST(is_visible(h->fields[i].name) && str_find(h->fields[i].name, ':') == SIZE_MAX);
        for (size_t k = 0; k < h->fields[i].value.n; k++)
            MUST((unsigned char)h->fields[i].value.p[k] >= 0x20 || h->fields[i].value.p[k] == '\t');
    }
}

static void judge_again(struct arena *a, const struct head *h)
{
    struct buf b;
    struct head again;
    buf_init(&b, a, 65536);
    buf_str(&b, head_method_name(h->method));
    buf_printf(&b, " %.*s HTTP/1.%d\r\n", STR_FMT(h->target), h->is_http10 ? 0 : 1);
    for (size_t i = 0; i < h->n_fields; i++) {
        buf_str(&b, h->fields[i].name);
        buf_c(&b, ": ");
        buf_str(&b, h->fields[i].value);
        buf_c(&b, "\r\n");
    }
    buf_c(&b, "\r\n");
    static const struct filter_limits wide = {.head_bytes = 65536, .head_fields = 32, .url_bytes = 512};
    MUST(filter_judge(a, buf_view(&b), &wide, &again) == 0);
    MUST(again.method == h->method && again.length == h->length && again.wants_close == h->wants_close);
    MUST(str_eq(again.target, h->target) && str_eq(again.host, h->host) && again.n_fields == h->n_fields);
}

static void split_path(struct arena *a, struct str target)
{
    struct path p;
    struct str path, query;
    if (!str_cut(target, '?', &path, &query))
        path = target;
    if (router_split(a, path, &p) != 0)
        return;
    for (size_t i = 0; i < p.n; i++) {
        MUST(p.segments[i].n > 0 && str_is_utf8(p.segments[i]) && str_find(p.segments[i], '/') == SIZE_MAX);
        MUST(!str_eq(p.segments[i], S("..")) && str_find(p.segments[i], '\0') == SIZE_MAX);
    }
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    if (size == 0)
        return 0;
    struct arena *a = arena_new("fuzz", 0);
    struct str bytes = str_dup(a, (struct str){(const char *)data + 1, size - 1});
    struct head whole = {0}, pieces = {0};
    int status = feed(a, bytes, SIZE_MAX, &whole);
    MUST(feed(a, bytes, data[0] % 64 + 1, &pieces) == status);
    MUST(status == -1 || status == 0 || (status >= 400 && status < 600));
    if (status == 0) {
        MUST(whole.length == pieces.length && str_eq(whole.target, pieces.target));
        check_head(&whole);
        judge_again(a, &whole);
        split_path(a, whole.target);
    }
    arena_free(a);
    return 0;
}
