/* SPDX-License-Identifier: AGPL-3.0-or-later
 *
 * compile.c - walking a template once: HTML goes to the blob, statements become C, blocks nest.
 *
 * Each branch of a block begins in the same place of the HTML, and all must end in one place; so the place
 * is known everywhere, whatever the data.
 */
#include <string.h>

#include "tools/viewgen/words.h"

#define CODE_MAX (4 * ARENA_MIB)

/* ---- writing C ---- */

static void indent(struct view *v)
{
    for (size_t i = 0; i <= v->n_blocks; i++)
        buf_c(&v->code, "    ");
}

/* Begin a line of C that the compiler and the debugger see at `line` of the template. */
static void begin_line(struct view *v, int line)
{
    buf_printf(&v->code, "#line %d\n", line);
    indent(v);
}

/* The HTML read so far: into the blob, and a call that writes it. */
static void flush(struct view *v)
{
    struct str s = buf_view(&v->literal);
    if (s.n == 0)
        return;
    begin_line(v, v->literal_line);
    buf_printf(&v->code, "html_lit(h, lit_%.*s + %zu, %zu);\n", STR_FMT(v->name), v->n_blob, s.n);
    bool is_first = true;
    while (s.n > 0) {
        size_t end = str_find(s, '\n');
        size_t n = end == SIZE_MAX ? s.n : end + 1;
        if (is_first)
            buf_printf(&v->blob, "    /* %zu */ ", v->n_blob);
        else
            buf_c(&v->blob, "    ");
        c_literal(&v->blob, str_slice(s, 0, n));
        buf_byte(&v->blob, '\n');
        v->n_blob += n;
        s = str_slice(s, n, s.n);
        is_first = false;
    }
    buf_clear(&v->literal);
}

/* ---- names and blocks ---- */

static void drop_names(struct view *v, size_t n)
{
    for (; v->n_names > n; v->n_names--) {
        const struct name *x = &v->names[v->n_names - 1];
        if (!x->is_used && x->kind == NAME_LET)
            fault(v, x->line, "`%.*s` is never used", STR_FMT(x->name));
        if (!x->is_used && x->kind == NAME_LOOP) {
            indent(v);
            buf_printf(&v->code, "(void)%.*s;\n", STR_FMT(x->name));
        }
    }
}

static void add_name(struct view *v, struct str name, enum name_kind kind, int line)
{
    if (v->n_names == MAX_NAMES)
        fault_fatal(v, line, "more than %d names in sight", MAX_NAMES);
    else
        v->names[v->n_names++] = (struct name){.name = name, .kind = kind, .line = line};
}

static struct block *open_block(struct view *v, enum item_kind kind, int line)
{
    if (v->n_blocks == MAX_BLOCKS) {
        fault_fatal(v, line, "more than %d blocks within each other", MAX_BLOCKS);
        return NULL;
    }
    struct block *b = &v->blocks[v->n_blocks++];
    *b = (struct block){.kind = kind, .line = line, .before = v->place, .n_names = v->n_names};
    return b;
}

static const char *block_word(const struct block *b)
{
    return b->kind == ITEM_IF ? "if" : "for";
}

/* The block that {{else}}, {{/if}} ... at `line` belongs to, or NULL after a fault. */
static struct block *current_block(struct view *v, enum item_kind kind, int line)
{
    static const char *const words[] = {
        [ITEM_ELIF] = "elif", [ITEM_ELSE] = "else", [ITEM_END_IF] = "/if", [ITEM_END_FOR] = "/for"};
    if (v->n_blocks == 0) {
        fault_fatal(v, line, "{{%s}} without a block", words[kind]);
        return NULL;
    }
    struct block *b = &v->blocks[v->n_blocks - 1];
    bool fits = kind == ITEM_ELSE || (kind == ITEM_END_FOR) == (b->kind == ITEM_FOR);
    if (!fits)
        fault_fatal(v, line, "{{%s}}, but the {{%s}} of line %d is open", words[kind], block_word(b),
                    b->line);
    else if (b->has_else && (kind == ITEM_ELSE || kind == ITEM_ELIF))
        fault_fatal(v, line, "{{%s}} behind the {{else}} of the {{%s}} of line %d", words[kind],
                    block_word(b), b->line);
    else
        return b;
    return NULL;
}

/* A branch of `b` is over: remember where it ends, and start again where the block began. */
static void end_branch(struct view *v, struct block *b)
{
    flush(v);
    drop_names(v, b->n_names);
    if (b->has_merged) {
        place_join(v, b->line, block_word(b), &b->merged, &v->place);
    } else {
        b->merged = v->place;
        b->has_merged = true;
    }
    v->place = b->before;
}

/* Within a tag or an address, the second round of a loop must begin as the first did. */
static void check_rounds(struct view *v, const struct block *b)
{
    const struct place *p = &v->place;
    if (p->where == IN_TAG && p->needs_space && !b->before.needs_space)
        fault(v, b->line, "{{for}} within a tag: begin what is repeated with a blank");
    if (p->where == IN_VALUE && b->before.address == ADDRESS_START && p->address != ADDRESS_START)
        fault(v, b->line, "{{for}} at the start of an address: begin the address before it");
}

/* ---- statements ---- */

static void compile_if(struct view *v, const struct item *item, struct words *w)
{
    struct str c = parse_condition(w);
    if (!words_end(w, "the condition") || c.n == 0)
        c = S("0");
    flush(v);
    begin_line(v, item->line);
    buf_printf(&v->code, "if (%.*s) {\n", STR_FMT(c));
    (void)open_block(v, ITEM_IF, item->line);
}

static void compile_elif(struct view *v, const struct item *item, struct words *w)
{
    struct block *b = current_block(v, item->kind, item->line);
    if (!b)
        return;
    end_branch(v, b);
    struct str c = parse_condition(w);
    if (!words_end(w, "the condition") || c.n == 0)
        c = S("0");
    v->n_blocks--;
    begin_line(v, item->line);
    buf_printf(&v->code, "} else if (%.*s) {\n", STR_FMT(c));
    v->n_blocks++;
}

static void compile_else(struct view *v, const struct item *item)
{
    struct block *b = current_block(v, item->kind, item->line);
    if (!b)
        return;
    if (b->kind == ITEM_FOR)
        check_rounds(v, b);
    end_branch(v, b);
    b->has_else = true;
    v->n_blocks--;
    if (b->kind == ITEM_FOR) {
        indent(v);
        buf_c(&v->code, "}\n");
        begin_line(v, item->line);
        buf_printf(&v->code, "if (n%d == 0) {\n", b->loop);
    } else {
        begin_line(v, item->line);
        buf_c(&v->code, "} else {\n");
    }
    v->n_blocks++;
}

static void compile_end(struct view *v, const struct item *item)
{
    struct block *b = current_block(v, item->kind, item->line);
    if (!b)
        return;
    if (b->kind == ITEM_FOR && !b->has_else)
        check_rounds(v, b);
    end_branch(v, b);
    if (!b->has_else)
        place_join(v, b->line, block_word(b), &b->merged, &b->before);
    v->place = b->merged;
    v->n_blocks--;
    indent(v);
    buf_c(&v->code, "}\n");
}

static void compile_for(struct view *v, const struct item *item, struct words *w)
{
    struct str array = {0}, count = {0};
    struct str name = parse_new_name(w);
    if (name.n > 0 && !accept(w, "in"))
        fault_fatal(v, item->line, "{{for %.*s in m.rows}}", STR_FMT(name));
    if (v->is_broken || name.n == 0 || !parse_array(w, &array, &count) || !words_end(w, "the array")) {
        v->is_broken = true; /* its names would be missing below */
        return;
    }
    flush(v);
    int n = ++v->n_loops;
    begin_line(v, item->line);
    buf_printf(&v->code, "const size_t n%d = %.*s;\n", n, STR_FMT(count));
    begin_line(v, item->line);
    buf_printf(&v->code, "for (size_t i%d = 0; i%d < n%d; i%d++) {\n", n, n, n, n);
    struct block *b = open_block(v, ITEM_FOR, item->line);
    if (!b)
        return;
    b->loop = n;
    begin_line(v, item->line);
    buf_printf(&v->code, "const __typeof__(*(%.*s)) *%.*s = &(%.*s)[i%d];\n", STR_FMT(array), STR_FMT(name),
               STR_FMT(array), n);
    add_name(v, name, NAME_LOOP, item->line);
}

static void compile_let(struct view *v, const struct item *item, struct words *w)
{
    struct str name = parse_new_name(w);
    if (name.n > 0 && !accept(w, "="))
        fault_fatal(v, item->line, "{{let %.*s = ...}}", STR_FMT(name));
    struct str c = name.n > 0 && !v->is_broken ? parse_let(w) : (struct str){0};
    if (c.n == 0 || !words_end(w, "the value")) {
        v->is_broken = true;
        return;
    }
    flush(v);
    begin_line(v, item->line);
    buf_printf(&v->code, "__auto_type %.*s = %.*s;\n", STR_FMT(name), STR_FMT(c));
    add_name(v, name, NAME_LET, item->line);
}

/* Write `c`, a struct str, where the template is now. */
static void put(struct view *v, int line, struct str c, bool is_path, bool is_asset)
{
    const char *function = place_put(v, line, is_path, is_asset);
    flush(v);
    if (!function || c.n == 0)
        return;
    begin_line(v, line);
    buf_printf(&v->code, "%s(h, %.*s);\n", function, STR_FMT(c));
}

static void compile_value(struct view *v, const struct item *item, struct words *w)
{
    struct value x = parse_value(w);
    if (!words_end(w, "the value"))
        x.c = (struct str){0};
    if (x.c.n > 0 && x.kind == VALUE_BOOL)
        fault(v, item->line, "yes or no is no text; write {{if}}");
    else if (x.c.n > 0 && x.kind == VALUE_NUMBER)
        fault(v, item->line, "write the number itself, without {{}}");
    else if (x.c.n > 0 && x.kind == VALUE_ANY)
        x.c = str_printf(v->g->a, "HTML_STR(h, %.*s)", STR_FMT(x.c));
    put(v, item->line, x.c, x.is_path, false);
}

static void compile_draw(struct view *v, const struct item *item, struct words *w)
{
    struct str call = parse_draw(w, false);
    if (!place_takes_elements(v, item->line, "{{> }}"))
        return;
    v->place.heading = -1;
    if (str_starts(call, S("core_view_csrf(")))
        access_token(v);
    flush(v);
    begin_line(v, item->line);
    buf_printf(&v->code, "%.*s);\n", STR_FMT(call));
}

static void compile_layout(struct view *v, const struct item *item, struct words *w)
{
    if (v->layout.n > 0 || v->n_blob > 0 || v->literal.n > 0 || v->n_blocks > 0 || v->code.n > 0) {
        fault_fatal(v, item->line, "{{layout}} is the first statement of a page, and stands once");
        return;
    }
    v->layout = parse_draw(w, true);
    v->layout_line = item->line;
    v->place.heading = 0;
}

static void compile_body(struct view *v, const struct item *item)
{
    if (!place_takes_elements(v, item->line, "{{body}}"))
        return;
    if (v->body_line > 0) {
        fault_fatal(v, item->line, "{{body}} stands once; there is one in line %d", v->body_line);
        return;
    }
    v->body_line = item->line;
    v->place.heading = -1;
    flush(v);
    begin_line(v, item->line);
    buf_c(&v->code, "body(h, page);\n");
}

static void compile_raw(struct view *v, const struct item *item, struct words *w)
{
    struct value x = parse_value(w);
    if (x.c.n > 0 && x.kind != VALUE_ANY)
        fault(v, item->line, "{{raw}} takes a struct safe_html, which html.c alone makes");
    if (!place_takes_elements(v, item->line, "{{raw}}") || !words_end(w, "the value"))
        return;
    flush(v);
    begin_line(v, item->line);
    buf_printf(&v->code, "html_put_raw(h, %.*s);\n", STR_FMT(x.c));
}

static void compile_item(struct view *v, const struct item *item, enum item_kind next)
{
    struct words w = words_of(v, item);
    switch (item->kind) {
    case ITEM_HTML:
        place_read(v, item, next);
        break;
    case ITEM_VALUE:
        compile_value(v, item, &w);
        break;
    case ITEM_T:
        put(v, item->line, parse_t(&w), false, false);
        break;
    case ITEM_TEXT:
        put(v, item->line, parse_text_of(&w), false, false);
        break;
    case ITEM_ASSET:
        put(v, item->line, parse_asset(&w), false, true);
        break;
    case ITEM_RAW:
        compile_raw(v, item, &w);
        break;
    case ITEM_DRAW:
        compile_draw(v, item, &w);
        break;
    case ITEM_BODY:
        compile_body(v, item);
        break;
    case ITEM_LAYOUT:
        compile_layout(v, item, &w);
        break;
    case ITEM_IF:
        compile_if(v, item, &w);
        break;
    case ITEM_ELIF:
        compile_elif(v, item, &w);
        break;
    case ITEM_ELSE:
        compile_else(v, item);
        break;
    case ITEM_END_IF:
    case ITEM_END_FOR:
        compile_end(v, item);
        break;
    case ITEM_FOR:
        compile_for(v, item, &w);
        break;
    case ITEM_LET:
        compile_let(v, item, &w);
        break;
    case ITEM_COMMENT:
        break;
    }
}

void compile(struct view *v)
{
    buf_init(&v->code, v->g->a, CODE_MAX);
    buf_init(&v->literal, v->g->a, CODE_MAX);
    buf_init(&v->blob, v->g->a, CODE_MAX);
    v->place.heading = -1;
    if (!v->is_broken)
        split(v);
    for (size_t i = 0; i < v->n_items && !v->is_broken; i++) {
        enum item_kind next = i + 1 < v->n_items ? v->items[i + 1].kind : ITEM_HTML;
        v->at = v->source.p + v->items[i].from;
        compile_item(v, &v->items[i], next);
    }
    if (!v->is_broken && v->n_blocks > 0)
        fault_fatal(v, v->blocks[v->n_blocks - 1].line, "{{%s}} without {{/%s}}",
                    block_word(&v->blocks[v->n_blocks - 1]), block_word(&v->blocks[v->n_blocks - 1]));
    place_end(v);
    if (v->is_broken)
        return;
    flush(v);
    drop_names(v, 0);
    access_end(v);
    MUST(!v->code.overflow && !v->blob.overflow);
}
