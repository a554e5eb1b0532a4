/* SPDX-License-Identifier: AGPL-3.0-or-later
 *
 * statement.c - what stands behind {{for}}, {{let}}, {{t}}, {{text}} and {{asset}}, as C.
 */
#include <string.h>

#include "tools/viewgen/words.h"

bool parse_array(struct words *w, struct str *ret_array, struct str *ret_count)
{
    words_skip(w);
    struct str path = dotted(w);
    if (path.n == 0) {
        fault(w->v, w->line, "an array is missing: {{for row in m.rows}}");
        return false;
    }
    struct value array = resolve(w, path, true);
    if (array.c.n == 0)
        return false;
    *ret_array = array.c;
    if (accept(w, "count")) {
        struct value n = parse_primary(w, false);
        *ret_count = n.c;
        return n.c.n > 0;
    }
    size_t last = array.c.n;
    while (last > 0 && array.c.p[last - 1] != '.' && array.c.p[last - 1] != '>')
        last--;
    if (last == 0) {
        fault(w->v, w->line,
              "how many? {{for x in %.*s count m.n_something}}, or an array that stands in a struct "
              "beside its count",
              STR_FMT(path));
        return false;
    }
    *ret_count = str_printf(w->v->g->a, "%.*sn_%.*s", STR_FMT(str_slice(array.c, 0, last)),
                            STR_FMT(str_slice(array.c, last, array.c.n)));
    return true;
}

/* name(a, b): a function of views.h. */
static struct str parse_call(struct words *w, struct str name)
{
    struct buf b;
    buf_init(&b, w->v->g->a, ARENA_MIB);
    buf_printf(&b, "%.*s(", STR_FMT(name));
    w->i++;
    for (bool is_first = true; !accept(w, ")"); is_first = false) {
        if (!is_first && !accept(w, ",")) {
            fault_fatal(w->v, w->line, "( without ) behind %.*s", STR_FMT(name));
            return (struct str){0};
        }
        words_skip(w);
        struct value x = words_peek(w, 0) == 'h' && !is_letter(words_peek(w, 1)) && words_peek(w, 1) != '.'
                             ? (w->i++, (struct value){.c = S("h")})
                             : parse_primary(w, true);
        if (x.c.n == 0)
            return (struct str){0};
        buf_printf(&b, "%s%.*s", is_first ? "" : ", ", STR_FMT(x.c));
    }
    buf_byte(&b, ')');
    return buf_view(&b);
}

struct str parse_let(struct words *w)
{
    words_skip(w);
    struct words ahead = *w;
    struct str word = identifier(&ahead);
    if (word.n > 0 && words_peek(&ahead, 0) == '(') {
        *w = ahead;
        return parse_call(w, word);
    }
    if (accept(w, "text"))
        return parse_text_of(w);
    if (words_peek(w, 0) == 't' && strchr(" \t\n", words_peek(w, 1))) {
        w->i++;
        return parse_t(w);
    }
    struct value x = parse_value(w);
    if (x.is_path)
        fault(w->v, x.line, "|path says how an address is written; it stands in href=\"...\"");
    return x.c;
}

/* name=value ... of a text, as an array and its length; the names alone, with commas, in `ret_names`. */
static struct str text_args(struct words *w, struct str *ret_names)
{
    struct buf b, names;
    int n = 0;
    buf_init(&b, w->v->g->a, ARENA_MIB);
    buf_init(&names, w->v->g->a, ARENA_MIB);
    for (words_skip(w); w->i < w->s.n; words_skip(w), n++) {
        int line = w->line;
        struct str name = identifier(w);
        if (name.n == 0 || words_peek(w, 0) != '=' || words_peek(w, 1) == '=') {
            fault_fatal(w->v, line, "values of a text are named: count=m.n_files name=m.who");
            return (struct str){0};
        }
        w->i++;
        struct value x = parse_value(w);
        if (x.c.n == 0)
            return (struct str){0};
        if (x.kind == VALUE_BOOL || x.is_path) {
            fault(w->v, line, "{%.*s} takes a text or a number", STR_FMT(name));
            return (struct str){0};
        }
        buf_printf(&b, "%s%s(\"%.*s\", %.*s)", n ? ", " : "",
                   x.kind == VALUE_TEXT     ? "text_arg_str"
                   : x.kind == VALUE_NUMBER ? "text_arg_int"
                                            : "HTML_ARG",
                   STR_FMT(name), STR_FMT(x.c));
        buf_printf(&names, "%s%.*s", n ? "," : "", STR_FMT(name));
    }
    *ret_names = buf_view(&names);
    if (n == 0)
        return S("NULL, 0");
    return str_printf(w->v->g->a, "(const struct text_arg[]){%.*s}, %d", STR_FMT(buf_view(&b)), n);
}

struct str parse_t(struct words *w)
{
    words_skip(w);
    int line = w->line;
    struct str id = parse_text_id(w), names = {0};
    if (id.n == 0)
        return id;
    struct str args = text_args(w, &names);
    note_text(w->v, id, line, names);
    if (str_eq(args, S("NULL, 0")))
        return str_printf(w->v->g->a, "t(h->lang, \"%.*s\")", STR_FMT(id));
    return args.n
               ? str_printf(w->v->g->a, "t_args(h->a, h->lang, \"%.*s\", %.*s)", STR_FMT(id), STR_FMT(args))
               : args;
}

struct str parse_text_of(struct words *w)
{
    struct value id = parse_primary(w, false);
    if (id.c.n == 0)
        return id.c;
    if (id.kind != VALUE_ANY) {
        fault(w->v, id.line,
              "{{text}} takes an id from the model: {{text m.text_id}}; a known id is {{t some.id}}");
        return (struct str){0};
    }
    struct str names, args = text_args(w, &names);
    return args.n ? str_printf(w->v->g->a, "html_text_of(h, %.*s, %.*s)", STR_FMT(id.c), STR_FMT(args))
                  : args;
}

struct str parse_asset(struct words *w)
{
    words_skip(w);
    if (words_peek(w, 0) != '"') {
        fault(w->v, w->line, "an asset is named in quotes: {{asset \"birge.css\"}}");
        return (struct str){0};
    }
    struct value name = parse_primary(w, false);
    w->v->g->uses_assets = true;
    return words_end(w, "the asset's name")
               ? str_printf(w->v->g->a, "asset_url%.*s", STR_FMT(str_slice(name.c, 1, name.c.n)))
               : (struct str){0};
}
