/* SPDX-License-Identifier: AGPL-3.0-or-later
 *
 * expr.c - values and conditions, as C.
 *
 * viewgen knows names, not types: `m.staff->name` becomes `m->staff->name`, and whether there is such a
 * field is the C compiler's question, asked at the template's line. What can be told without types is
 * told here, in the template's words.
 */
#include <string.h>

#include "tools/viewgen/words.h"

/* ---- names ---- */

static struct name *name_find(struct view *v, struct str name)
{
    for (size_t i = v->n_names; i > 0; i--)
        if (str_eq(v->names[i - 1].name, name))
            return &v->names[i - 1];
    return NULL;
}

static const char reserved[] =
    "m h t T S loop lang body page slot true false not and or if elif else for in let text raw asset layout "
    "auto bool break case char const continue default do double enum extern float goto inline int long "
    "register "
    "return short signed sizeof static struct switch typedef typeof union unsigned void volatile while asm";

struct str parse_new_name(struct words *w)
{
    words_skip(w);
    struct view *v = w->v;
    struct str name = identifier(w);
    const struct name *taken = name.n ? name_find(v, name) : NULL;
    if (name.n == 0)
        fault(v, w->line, "a name is missing: {{for row in m.rows}}, {{let name = m.field}}");
    else if (in_list(name, reserved) ||
             (name.n > 1 && (name.p[0] == 'i' || name.p[0] == 'n') && is_digit(name.p[1])))
        fault(v, w->line, "`%.*s` has a meaning already; take another name", STR_FMT(name));
    else if (taken)
        fault(v, w->line, "`%.*s` is in sight already (line %d); take another name", STR_FMT(name),
              taken->line);
    else
        return name;
    return (struct str){0};
}

static bool is_constant(struct str s)
{
    for (size_t i = 0; i < s.n; i++)
        if (!(s.p[i] >= 'A' && s.p[i] <= 'Z') && !is_digit(s.p[i]) && s.p[i] != '_')
            return false;
    return s.n > 1;
}

static void unknown_name(struct words *w, struct str path, struct str root)
{
    struct buf b;
    buf_init(&b, w->v->g->a, ARENA_MIB);
    buf_c(&b, "m");
    for (size_t i = 0; i < w->v->n_names; i++)
        buf_printf(&b, ", %.*s", STR_FMT(w->v->names[i].name));
    if (w->v->n_loops > 0)
        buf_c(&b, ", loop");
    fault(w->v, w->line, "there is no `%.*s` here; did you mean m.%.*s? In sight: %.*s, lang", STR_FMT(root),
          STR_FMT(path), STR_FMT(buf_view(&b)));
}

/* The innermost {{for}} whose rows are being drawn (not its {{else}}), or NULL. */
static const struct block *loop_block(const struct view *v)
{
    for (size_t i = v->n_blocks; i > 0; i--)
        if (v->blocks[i - 1].kind == ITEM_FOR && !v->blocks[i - 1].has_else)
            return &v->blocks[i - 1];
    return NULL;
}

static struct value loop_value(struct words *w, struct str path)
{
    const struct block *b = loop_block(w->v);
    struct str what = str_slice(path, 5, path.n);
    struct arena *a = w->v->g->a;
    struct value x = {.line = w->line, .kind = VALUE_BOOL};
    if (!b) {
        fault(w->v, w->line, "`loop` is known within {{for}} only");
        return x;
    }
    if (str_eq(what, S("index")) || str_eq(what, S("number"))) {
        x.kind = VALUE_ANY;
        x.c = str_printf(a, what.p[0] == 'i' ? "i%d" : "(i%d + 1)", b->loop);
    } else if (str_eq(what, S("first"))) {
        x.c = str_printf(a, "(i%d == 0)", b->loop);
    } else if (str_eq(what, S("last"))) {
        x.c = str_printf(a, "(i%d + 1 == n%d)", b->loop, b->loop);
    } else {
        fault(w->v, w->line, "there is no `%.*s`; loop has number (from 1), index (from 0), first and last",
              STR_FMT(path));
    }
    return x;
}

/* The C of a path. `is_pointer`: the whole of m or of a loop's element is wanted as a pointer. */
struct value resolve(struct words *w, struct str path, bool is_pointer)
{
    struct view *v = w->v;
    struct value x = {.line = w->line, .kind = VALUE_ANY};
    size_t n = 0;
    while (n < path.n && path.p[n] != '.' && path.p[n] != '-')
        n++;
    struct str root = str_slice(path, 0, n), steps = str_slice(path, n, path.n);
    if (str_eq(root, S("loop")))
        return loop_value(w, path);
    if (str_eq(path, S("lang")))
        return (struct value){.c = S("lang_code(h->lang)"), .kind = VALUE_TEXT, .line = w->line};
    struct name *name = name_find(v, root);
    bool is_model = str_eq(root, S("m"));
    if (name)
        name->is_used = true;
    v->uses_model |= is_model;
    if (!name && !is_model) {
        if (is_constant(path))
            x.c = path;
        else
            unknown_name(w, path, root);
        return x;
    }
    if (name && name->kind == NAME_LET) {
        bool is_dot = steps.n > 0 && steps.p[0] == '.'; /* of a struct or a pointer to one: as it comes */
        x.c = is_dot ? str_printf(v->g->a, "HTML_AT(%.*s)->%.*s", STR_FMT(root),
                                  STR_FMT(str_slice(steps, 1, steps.n)))
                     : path;
        return x;
    }
    if (steps.n > 0 && steps.p[0] == '-') {
        fault(v, w->line, "the first step behind `%.*s` is a dot: %.*s.%.*s", STR_FMT(root), STR_FMT(root),
              STR_FMT(str_slice(steps, 2, steps.n)));
        return x;
    }
    if (steps.n > 0)
        x.c = str_printf(v->g->a, "%.*s->%.*s", STR_FMT(root), STR_FMT(str_slice(steps, 1, steps.n)));
    else if (is_pointer)
        x.c = root;
    else if (is_model)
        fault(v, w->line, "m is the whole page; name one of its fields: m.title");
    else
        x = (struct value){
            .c = str_printf(v->g->a, "(*%.*s)", STR_FMT(root)), .line = w->line, .element = root};
    return x;
}

/* ---- values ---- */

static const char filters[] =
    "date day isodate weekday in_days datetime moment isotime number size percent path";

static struct value filter(struct words *w, struct value x)
{
    words_skip(w);
    struct str name = identifier(w);
    if (!in_list(name, filters)) {
        fault(w->v, w->line, "there is no filter `%.*s`; there are: %s", STR_FMT(name), filters);
        x.c = (struct str){0};
        return x;
    }
    if (x.c.n == 0)
        return x;
    if (str_eq(name, S("path"))) {
        x.is_path = true;
        return x;
    }
    if (x.kind == VALUE_TEXT || x.kind == VALUE_BOOL) {
        fault(w->v, w->line, "|%.*s takes a number or a day, and this is not one", STR_FMT(name));
        x.c = (struct str){0};
        return x;
    }
    const char *macro = in_list(name, "number size percent") ? "HTML_FILTER_NUMBER" : "HTML_FILTER";
    x.c = str_printf(w->v->g->a, "%s(%.*s, h, %.*s)", macro, STR_FMT(name), STR_FMT(x.c));
    x.element = (struct str){0};
    x.kind = VALUE_TEXT;
    return x;
}

static bool is_text_id(struct str id)
{
    bool has_dot = false;
    for (size_t i = 0; i < id.n; i++) {
        char c = id.p[i];
        if (!(c >= 'a' && c <= 'z') && !is_digit(c) && c != '_' && c != '.')
            return false;
        has_dot |= c == '.';
    }
    return has_dot;
}

/* A text id; absent after a fault. */
struct str parse_text_id(struct words *w)
{
    struct str id = dotted(w);
    if (!is_text_id(id)) {
        struct str r = id.n ? id : words_rest(w);
        fault(w->v, w->line, "`%.*s` is no text id; one looks like reception.send.title", STR_FMT(r));
        return (struct str){0};
    }
    return id;
}

/* For --texts: an id, where it stands, and the values it is given ("count,name"; "*" in data-... attributes,
 * which scripts fill). */
void note_text(struct view *v, struct str id, int line, struct str values)
{
    const struct place *p = &v->place;
    if (p->where == IN_VALUE && str_starts(p->attrs[p->n_attrs - 1].name, S("data-")))
        values = S("*");
    if (id.n > 0)
        buf_printf(&v->g->texts, "%.*s\t%s:%d\t%.*s\n", STR_FMT(id), v->file, line, STR_FMT(values));
}

static struct value parse_string(struct words *w)
{
    struct value x = {.kind = VALUE_TEXT, .line = w->line};
    size_t from = ++w->i;
    while (w->i < w->s.n && words_peek(w, 0) != '"') {
        w->line += words_peek(w, 0) == '\n';
        w->i++;
    }
    struct str s = quoted(w->v->g->a, str_slice(w->s, from, w->i));
    w->i++;
    x.c = str_printf(w->v->g->a, "S(%.*s)", STR_FMT(s));
    return x;
}

static struct value parse_number(struct words *w)
{
    size_t from = w->i;
    w->i += words_peek(w, 0) == '-';
    while (is_digit(words_peek(w, 0)))
        w->i++;
    struct str s = str_slice(w->s, from, w->i);
    struct value x = {.kind = VALUE_NUMBER, .line = w->line};
    int64_t v;
    if (!str_to_int64(s, &v) || is_letter(words_peek(w, 0)) || words_peek(w, 0) == '.')
        fault(w->v, w->line, "`%.*s` is not a whole number", STR_FMT(str_slice(w->s, from, w->i + 1)));
    else
        x.c = s;
    return x;
}

/* Behind a dotted word: what people try that is not there. */
static void reject_call(struct words *w, struct str path)
{
    if (words_peek(w, 0) == '(')
        fault_fatal(w->v, w->line, "calls stand in {{let}}: {{let x = %.*s(...)}}, then {{x}}",
                    STR_FMT(path));
    else if (words_peek(w, 0) == '[')
        fault_fatal(w->v, w->line, "there is no [...]; elements come by {{for x in %.*s}}", STR_FMT(path));
    else if (words_peek(w, 0) == '.' || words_peek(w, 0) == '-')
        fault_fatal(w->v, w->line, "a field's name is missing behind `%.*s`", STR_FMT(path));
}

struct value parse_primary(struct words *w, bool is_pointer)
{
    words_skip(w);
    char first = words_peek(w, 0);
    struct value x = {.line = w->line};
    if (first == '"')
        return parse_string(w);
    if (is_digit(first) || (first == '-' && is_digit(words_peek(w, 1))))
        return parse_number(w);
    if (accept(w, "true") || accept(w, "false"))
        return (struct value){
            .c = first == 't' ? S("true") : S("false"), .kind = VALUE_BOOL, .line = w->line};
    if (first == 't' && words_peek(w, 1) == ':') {
        w->i += 2;
        struct str id = parse_text_id(w);
        note_text(w->v, id, w->line, (struct str){0});
        x.kind = VALUE_TEXT;
        x.c = id.n ? str_printf(w->v->g->a, "t(h->lang, \"%.*s\")", STR_FMT(id)) : id;
        return x;
    }
    if (first == '(') {
        w->i++;
        x.kind = VALUE_BOOL;
        struct str c = parse_condition(w);
        x.c = c.n ? str_printf(w->v->g->a, "(%.*s)", STR_FMT(c)) : c;
        if (!accept(w, ")"))
            fault(w->v, w->line, "( without )");
        return x;
    }
    bool is_address = first == '&';
    w->i += is_address;
    struct str path = dotted(w);
    if (path.n == 0) {
        struct str r = words_rest(w);
        fault_fatal(w->v, w->line, r.n ? "`%.*s` is no value" : "a value is missing%.*s", STR_FMT(r));
        return x;
    }
    reject_call(w, path);
    x = resolve(w, path, is_pointer || is_address);
    bool is_whole = !memchr(path.p, '.', path.n) && !memchr(path.p, '-', path.n) && str_eq(x.c, path) &&
                    !is_constant(path);
    const struct name *name = name_find(w->v, path);
    if (is_address && x.c.n && !(is_whole && (!name || name->kind == NAME_LOOP)))
        x.c = str_printf(w->v->g->a, "&%.*s", STR_FMT(x.c));
    return x;
}

struct value parse_value(struct words *w)
{
    struct value x = parse_primary(w, false);
    words_skip(w);
    if (words_peek(w, 0) == '|') {
        w->i++;
        x = filter(w, x);
    }
    return x;
}

/* ---- conditions ---- */

static const char *comparison(struct words *w)
{
    static const char *const ops[] = {"==", "!=", "<=", ">=", "<", ">"};
    for (size_t i = 0; i < sizeof ops / sizeof *ops; i++)
        if (accept(w, ops[i]))
            return ops[i];
    return NULL;
}

static struct str compare(struct words *w, struct value x, const char *op, struct value y)
{
    struct arena *a = w->v->g->a;
    bool is_equality = op[1] == '=' && (op[0] == '=' || op[0] == '!');
    if (x.kind == VALUE_TEXT && y.kind != VALUE_TEXT) { /* the side with the field comes first */
        if (!is_equality) {
            fault(w->v, w->line, "texts are equal or not; `%s` is for numbers", op);
            return (struct str){0};
        }
        return compare(w, y, op, x);
    }
    if (!is_equality && y.kind == VALUE_TEXT) {
        fault(w->v, w->line, "texts are equal or not; `%s` is for numbers", op);
        return (struct str){0};
    }
    const char *no = op[0] == '!' ? "!" : "";
    if (is_equality && (y.kind == VALUE_TEXT || y.kind == VALUE_ANY) && !is_constant(y.c))
        return str_printf(a, "%sHTML_SAME(%.*s, %.*s)", no, STR_FMT(x.c), STR_FMT(y.c));
    return str_printf(a, "%.*s %s %.*s", STR_FMT(x.c), op, STR_FMT(y.c));
}

static struct str truth(struct words *w, struct value x)
{
    if (x.kind == VALUE_BOOL || x.c.n == 0)
        return x.c;
    return str_printf(w->v->g->a, "HTML_TRUE(%.*s)", STR_FMT(x.c));
}

static struct str condition_not(struct words *w)
{
    if (accept(w, "not")) {
        struct str c = condition_not(w);
        return c.n ? str_printf(w->v->g->a, "!(%.*s)", STR_FMT(c)) : c;
    }
    struct value x = parse_primary(w, false);
    const char *op = comparison(w);
    words_skip(w);
    if (!op && words_peek(w, 0) == '=')
        fault_fatal(w->v, w->line, "= gives a name to something; == compares");
    else if (!op && (words_peek(w, 0) == '&' || (words_peek(w, 0) == '|' && words_peek(w, 1) == '|') ||
                     words_peek(w, 0) == '!'))
        fault_fatal(w->v, w->line, "write `and`, `or` and `not`");
    else if (!op && words_peek(w, 0) == '|')
        fault_fatal(w->v, w->line, "a condition asks the value itself, without a filter");
    if (!op)
        return truth(w, x);
    struct value y = parse_primary(w, false);
    return x.c.n && y.c.n ? compare(w, x, op, y) : (struct str){0};
}

static struct str condition_and(struct words *w)
{
    struct str c = condition_not(w);
    while (accept(w, "and")) {
        struct str d = condition_not(w);
        c = c.n && d.n ? str_printf(w->v->g->a, "%.*s && %.*s", STR_FMT(c), STR_FMT(d)) : (struct str){0};
    }
    return c;
}

struct str parse_condition(struct words *w)
{
    struct str c = condition_and(w);
    if (!accept(w, "or"))
        return c;
    struct str all = str_printf(w->v->g->a, "(%.*s)", STR_FMT(c));
    do {
        struct str d = condition_and(w);
        all = d.n && all.n ? str_printf(w->v->g->a, "%.*s || (%.*s)", STR_FMT(all), STR_FMT(d))
                           : (struct str){0};
    } while (accept(w, "or"));
    return all;
}
