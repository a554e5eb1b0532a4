/* SPDX-License-Identifier: AGPL-3.0-or-later
 *
 * refused_test.c - what must not build, and the words in which it is said.
 *
 * One row per refusal: a template named t.html, and all that viewgen says about it. A row that builds, or
 * says something else, fails. `ok` rows are the near misses: they must build.
 */
#include "tests/test.h"
#include "tools/viewgen/view.h"

struct row {
    const char *html;
    const char *says; /* behind "t.html:"; several lines for several faults */
};

static const struct row places[] = {
    {"<h{{m.x}}>", "1: error: a value in the name of an element: <h{{...}}"},
    {"<{{m.x}}>", "1: error: a statement in the name of an element: <{{...}}"},
    {"<p></{{m.x}}>", "1: error: </ is not finished where a statement stands"},
    {"<p></p {{if m.x}}>", "1: error: an end tag is </p> and nothing more"},
    {"<p\n{{m.x}}></p>",
     "2: error: between attributes stand {{if}} and {{for}} only; write name=\"{{...}}\""},
    {"<p data-{{m.x}}=\"1\">",
     "1: error: a value in the name of an attribute; write it whole, with {{if}} if need be"},
    {"<p {{t a.b}}>", "1: error: between attributes stand {{if}} and {{for}} only; write name=\"{{...}}\""},
    {"<p title={{m.x}}>", "1: error: a value without quotes; write title=\"...\""},
    {"<p title=x>", "1: error: a value without quotes; write title=\"...\""},
    {"<!-- {{m.x}} -->",
     "1: error: nothing stands in an HTML comment but words; {{! this }} is a comment for authors"},
    {"<script>{{m.x}}</script>",
     "1: error: a script in the page: the page's policy (CSP) stops it; scripts are files, "
     "<script src=\"{{asset \"x.js\"}}\" defer></script>\n"
     "1: error: a script in the page: the page's policy (CSP) stops it; scripts are files, "
     "<script src=\"{{asset \"x.js\"}}\" defer></script>"},
    {"<script src=\"/a.js\">alert(1)</script>",
     "1: error: a script in the page: the page's policy (CSP) stops it; scripts are files, "
     "<script src=\"{{asset \"x.js\"}}\" defer></script>"},
    {"<script src=\"{{m.x}}\"></script>",
     "1: error: a value chooses a script; scripts are named: src=\"{{asset \"x.js\"}}\""},
    {"<style>p{}</style>",
     "1: error: <style> is never drawn: styles stand in assets/; the page's policy (CSP) stops them here"},
    {"<p style=\"color:red\"></p>",
     "1: error: style= is never written: the page's policy (CSP) stops it; take a class"},
    {"<p onclick=\"{{m.x}}\"></p>", "1: error: onclick=: the page's policy (CSP) stops it; scripts are files "
                                    "and find their elements by data-... "
                                    "attributes"},
    {"<iframe srcdoc=\"{{m.x}}\">", "1: error: srcdoc= is never written: it is a page within the page"},
    {"<iframe></iframe>", "1: error: <iframe> is never drawn: pages load nothing foreign into themselves"},
    {"<img alt=\"\" srcset=\"{{m.x}}\">", "1: error: a value in srcset="},
    {"<link rel=\"stylesheet\" href=\"{{m.x}}\">",
     "1: error: a value chooses what the page loads; name it: href=\"{{asset \"x.css\"}}\""},
    {"<link rel=\"{{m.x}}\" href=\"/x\">", "1: error: a value chooses what a <link> does; write its rel"},
    {"<meta http-equiv=\"refresh\" content=\"0\">",
     "1: error: <meta http-equiv>: headers are the server's affair"},
    {"<base href=\"/\">", "1: error: <base> is never drawn: it would turn every link of the page"},
    {"<svg><animate/></svg>", "1: error: <animate> is never drawn: it can write addresses behind our back"},
    {"<svg><a xlink:href=\"x\"></a></svg>", "1: error: xlink:href= is never written: write href"},
    {"<a href=\"javascript:x\">x</a>",
     "1: error: javascript: is no address; there are https, http, mailto, tel, and addresses in this site"},
    {"<a href=\"{{m.x}}:y\">x</a>",
     "1: error: `:` behind a value could make a scheme of it, such as javascript:"},
    {"<a href=\"{{m.x}}{{m.y}}:y\">x</a>",
     "1: error: `:` behind a value could make a scheme of it, such as javascript:"},
    {"<a href=\"{{m.x}}&#58;y\">x</a>",
     "1: error: &#58; in an address: write the character itself, or percent-encode it"},
    {"<a href=\"{{m.x|path}}\">x</a>",
     "1: error: |path goes on with an address; at its start stands a whole one or \"/\""},
    {"<a href=\"{{if m.x}}/x{{/if}}{{m.y}}\">x</a>",
     "1: error: where the address begins depends on a condition; write the branches out whole"},
    {"<a href=\"{{for r in m.rows}}{{r.x}}{{/for}}\">x</a>",
     "1: error: {{for}} at the start of an address: begin the address before it"},
    {"<a href=\"/x{{asset \"a.css\"}}\">x</a>",
     "1: error: {{asset}} is a whole address; nothing stands before it"},
    {"<p>{{asset \"a.css\"}}</p>", "1: error: {{asset}} is an address: href=\"{{asset \"birge.css\"}}\""},
    {"<p>{{m.x|path}}</p>", "1: error: |path stands in an address: href=\"/{{lang}}{{m.path|path}}\""},
    {"<p title=\"{{raw m.x}}\"></p>", "1: error: {{raw}} stands between elements, not within a tag"},
    {"<p {{> core.tag m.x}}></p>", "1: error: {{> }} stands between elements, not within a tag"},
    {"<title>{{raw m.x}}</title>", "1: error: {{raw}} in <title>, which holds text alone"},
    {"<title><b>x</b></title>", "1: error: <title> (line 1) holds text alone; write &lt; for <"},
};

static const struct row markup[] = {
    {"<p>\n<b>x</p>", "2: error: </p>, but <b> of line 2 is still open"},
    {"<p>\nx", "1: error: <p> is never closed"},
    {"</p>", "1: error: </p> closes nothing"},
    {"<p", "1: error: <p is not finished"},
    {"<p title=\"x", "1: error: <p is not finished: the quote of a value is open"},
    {"<p title=\"x>\n<b>\"", "1: error: a bare > in a value: write &gt;, or close the quote of title="},
    {"<div/>", "1: error: <div/> stays open in HTML; write <div></div>"},
    {"<br></br>", "1: error: <br> has no end tag"},
    {"<sapn>", "1: error: there is no element <sapn>"},
    {"<P>", "1: error: <P>: names of elements are small letters"},
    {"<rect>", "1: error: <rect> stands within <svg> only"},
    {"<svg><div>", "1: error: <div> within <svg>: a browser would end the picture here"},
    {"<p><div>x</div></p>",
     "1: error: <div> ends the <p> of line 1 in every browser; close it before, or make it a <div>"},
    {"<p><b><ul><li>x</li></ul></b></p>",
     "1: error: <ul> ends the <p> of line 1 in every browser; close it before, or make it a <div>"},
    {"<a href=\"/\"><b><a href=\"/\">x</a></b></a>", "1: error: <a> within <a> (line 1)"},
    {"<form><form></form></form>", "1: error: <form> within <form> (line 1)"},
    {"<ul>x</ul>", "1: error: no text directly in <ul> (line 1): it holds li script"},
    {"<ul><p>x</p></ul>", "1: error: <p> directly in <ul> (line 1), which holds li script"},
    {"<div><li>x</li></div>", "1: error: <li> stands directly in ul ol menu, not in <div> (line 1)"},
    {"<table><tr>{{m.x}}</tr></table>", "1: error: no text directly in <tr> (line 1): it holds td th"},
    {"<p>a & b</p>", "1: error: a bare &; write &amp;"},
    {"<p>a &copy b</p>", "1: error: a bare &; write &amp;"},
    {"<p>a &copy; b</p>", "1: error: &copy; is not needed: write the character itself"},
    {"<p>1 < 2</p>", "1: error: a bare <; write &lt;"},
    {"<p class=\"a\" class=\"b\">", "1: error: class= stands twice in this tag; a browser takes the first"},
    {"<p class=\"a\"id=\"b\">", "1: error: a blank is missing before `i` in <p ...>"},
    {"<p \"a\">", "1: error: `\"` in a tag; an attribute is name=\"value\""},
    {"<p>x</p><!doctype html>", "1: error: <!doctype html> is the first thing of a page"},
    {"<!DOCTYPE html>", "1: error: <! begins a comment or <!doctype html>"},
    {"<p align=\"left\">", "1: error: align= is never written: looks stand in assets/css; take a class"},
    {"a\r\nb", "1: error: lines end with LF alone; this one has a CR"},
    {"a\n\x1B[1m", "2: error: a control character (U+001B)"},
    {"\xEF\xBB\xBF<p>", "1: error: a byte order mark; save the file as UTF-8 without it"},
    {"a\n\n\xE2\x80\xAE", "3: error: an invisible character that turns the direction of text"},
    {"\xE2\x81\xA7", "1: error: an invisible character that turns the direction of text"},
    {"\xFF", "1: error: this file is not valid UTF-8"},
};

static const struct row branches[] = {
    {"{{if m.x}}<p>{{/if}}</p>", "1: error: {{if}}: one way leaves <p> of line 1 open, another does not; "
                                 "open and close it in one branch"},
    {"\n{{if m.x}}\n<b>{{else}}<i>{{/if}}", "2: error: {{if}}: one way leaves <b> of line 3 open, another "
                                            "does not; open and close it in one branch"},
    {"<p>{{if m.x}}</p>{{/if}}",
     "1: error: </p> closes the element of line 1, which was opened outside the {{if}} of line 1"},
    {"{{for r in m.rows}}<li>{{/for}}", "1: error: {{for}}: one way leaves <li> of line 1 open, another does "
                                        "not; open and close it in one branch"},
    {"<p {{if m.x}}class=\"{{/if}}\">",
     "1: error: {{if}}: one way ends within a quoted value, another within a tag"},
    {"<p {{if m.x}}>{{/if}}", "1: error: {{if}}: one way ends between elements, another within a tag"},
    {"<input {{if m.x}}disabled{{/if}}checked>", "1: error: a blank is missing before `c` in <input ...>"},
    {"<input {{if m.x}}disabled {{else}}required{{/if}}checked>",
     "1: error: a blank is missing before `c` in <input ...>"},
    {"<p {{for r in m.rows}}class{{/for}}></p>",
     "1: error: {{for}} within a tag: begin what is repeated with a blank"},
    {"{{if m.x}}", "1: error: {{if}} without {{/if}}"},
    {"\n{{for r in m.rows}}", "2: error: {{for}} without {{/for}}"},
    {"{{/if}}", "1: error: {{/if}} without a block"},
    {"{{if m.x}}\n{{/for}}", "2: error: {{/for}}, but the {{if}} of line 1 is open"},
    {"{{for r in m.rows}}\n{{elif m.x}}", "2: error: {{elif}}, but the {{for}} of line 1 is open"},
    {"{{if m.x}}{{else}}\n{{else}}{{/if}}", "2: error: {{else}} behind the {{else}} of the {{if}} of line 1"},
    {"{{/foo}}", "1: error: there is no {{/foo}}; blocks end with {{/if}} and {{/for}}"},
};

static const struct row words[] = {
    {"{{title}}", "1: error: there is no `title` here; did you mean m.title? In sight: m, lang"},
    {"{{for row in m.rows}}{{rwo.x}}{{/for}}",
     "1: error: there is no `rwo` here; did you mean m.rwo.x? In sight: m, row, loop, lang"},
    {"{{for row in m.rows}}{{row.x}}{{/for}}{{row.x}}",
     "1: error: there is no `row` here; did you mean m.row.x? In sight: m, loop, lang"},
    {"{{m}}", "1: error: m is the whole page; name one of its fields: m.title"},
    {"{{m->x}}", "1: error: the first step behind `m` is a dot: m.x"},
    {"{{m.x|dat}}",
     "1: error: there is no filter `dat`; there are: date day isodate weekday in_days datetime moment "
     "isotime number size percent path"},
    {"{{lang|date}}", "1: error: |date takes a number or a day, and this is not one"},
    {"{{m.x y}}", "1: error: `y` is too much behind the value"},
    {"{{m.f(1)}}", "1: error: calls stand in {{let}}: {{let x = m.f(...)}}, then {{x}}"},
    {"{{m.rows[0]}}", "1: error: there is no [...]; elements come by {{for x in m.rows}}"},
    {"{{m.}}", "1: error: a field's name is missing behind `m`"},
    {"{{5}}", "1: error: write the number itself, without {{}}"},
    {"{{for r in m.rows}}{{loop.first}}{{/for}}", "1: error: yes or no is no text; write {{if}}"},
    {"{{for r in m.rows}}{{loop.count}}{{/for}}",
     "1: error: there is no `loop.count`; loop has number (from 1), index (from 0), first and last"},
    {"{{for r in m.rows}}{{else}}{{loop.number}}{{/for}}", "1: error: `loop` is known within {{for}} only"},
    {"{{loop.number}}", "1: error: `loop` is known within {{for}} only"},
    {"{{if}}x{{/if}}", "1: error: a value is missing"},
    {"{{if m.x = 1}}x{{/if}}", "1: error: = gives a name to something; == compares"},
    {"{{if m.x && m.y}}x{{/if}}", "1: error: write `and`, `or` and `not`"},
    {"{{if !m.x}}x{{/if}}", "1: error: `!m.x` is no value"},
    {"{{if m.x|date}}x{{/if}}", "1: error: a condition asks the value itself, without a filter"},
    {"{{if m.x < \"a\"}}x{{/if}}", "1: error: texts are equal or not; `<` is for numbers"},
    {"{{if (m.x}}x{{/if}}", "1: error: ( without )"},
    {"{{if m.n > 007}}x{{/if}}", "1: error: `007` is not a whole number"},
    {"{{if m.x}}a{{else if m.y}}b{{/if}}", "1: error: nothing stands behind {{else"},
    {"{{for m.rows}}{{/for}}", "1: error: `m` has a meaning already; take another name"},
    {"{{for row m.rows}}{{/for}}", "1: error: {{for row in m.rows}}"},
    {"{{let int = m.x}}", "1: error: `int` has a meaning already; take another name"},
    {"{{let n1 = m.x}}", "1: error: `n1` has a meaning already; take another name"}, /* a loop's count */
    {"{{let a = m.x}}{{let a = m.y}}", "1: error: `a` is in sight already (line 1); take another name"},
    {"{{let a = m.x}}", "1: error: `a` is never used"},
    {"{{if m.x}}\n{{let a = m.x}}\n{{/if}}", "2: error: `a` is never used"},
    {"{{let a m.x}}", "1: error: {{let a = ...}}"},
    {"{{let a = f(m.x}}", "1: error: ( without ) behind f"},
    {"{{let x = m.rows}}{{for r in x}}{{/for}}", "1: error: how many? {{for x in x count m.n_something}}, or "
                                                 "an array that stands in a struct beside its count"},
    {"{{t title}}", "1: error: `title` is no text id; one looks like reception.send.title"},
    {"{{t Core.x}}", "1: error: `Core.x` is no text id; one looks like reception.send.title"},
    {"{{t core.x m.n}}", "1: error: values of a text are named: count=m.n_files name=m.who"},
    {"{{text \"core.x\"}}",
     "1: error: {{text}} takes an id from the model: {{text m.text_id}}; a known id is {{t some.id}}"},
    {"{{raw \"<b>\"}}", "1: error: {{raw}} takes a struct safe_html, which html.c alone makes"},
    {"{{> tag m.x}}", "1: error: which template? {{> core.tag ...}}"},
    {"{{> core.tag m.x m.y}}",
     "1: error: `m.y` is too much behind the model; either one struct, or fields by name"},
    {"{{> core.tag text=m.x\n  m.y}}",
     "2: error: fields are named: text=m.state kind=\"green\"; or one value alone is the whole model"},
    {"{{> core.tag \"x\"}}",
     "1: error: a template is drawn from a struct: {{> core.tag m.tag}}; or name the fields"},
    {"<p></p>\n{{layout core.layout m.layout}}",
     "2: error: {{layout}} is the first statement of a page, and stands once"},
    {"{{body}}\n{{body}}", "2: error: {{body}} stands once; there is one in line 1"},
    {"{{m.x", "1: error: {{ without }}"},
    {"\n{{m.x {{m.y}}", "2: error: {{ without }}"},
    {"x }} y", "1: error: }} without {{"},
    {"{{}}", "1: error: {{}} is empty"},
    {"<a href=\"{{asset x}}\">x</a>", "1: error: an asset is named in quotes: {{asset \"birge.css\"}}"},
};

static const struct row people[] = {
    {"<input type=\"text\" id=\"a\">",
     "1: error: <input> without a label; write <label for=\"a\">, or aria-label=\"...\""},
    {"<label for=\"b\">x</label><input id=\"a\">",
     "1: error: <input> without a label; write <label for=\"a\">, or aria-label=\"...\""},
    {"<select><option>x</option></select>",
     "1: error: <select> without a label; give it an id and write <label for=\"...\">"},
    {"<label for=\"{{m.id}}\">x</label>\n<textarea id=\"{{m.name}}\"></textarea>",
     "2: error: <textarea> without a label; write <label for=\"{{m.name}}\">, or aria-label=\"...\""},
    {"<img src=\"/x\">", "1: error: a picture without alt=\"...\"; alt=\"\" when it says nothing"},
    {"<h1>x</h1><h3>x</h3>", "1: error: <h3> behind <h1> leaves a level out"},
    {"{{layout core.layout m.layout}}<h2>x</h2>", "1: error: the first heading of a page is <h1>, not <h2>"},
    {"{{if m.x}}<h2>x</h2>{{else}}<h3>x</h3>{{/if}}<h5>x</h5>",
     "1: error: <h5> behind <h3> leaves a level out"},
    {"<!doctype html><html><body></body></html>",
     "1: error: a page without its language; write <html lang=\"{{lang}}\">"},
    {"<form method=\"post\">\n</form>",
     "2: error: the form of line 1 posts without its token; draw {{> core.csrf token=m.layout.csrf}} in it"},
    {"<form method=\"POST\">{{if m.x}}{{> core.csrf token=m.x}}{{/if}}</form>",
     "1: error: the form of line 1 posts without its token; draw {{> core.csrf token=m.layout.csrf}} in it"},
};

/* Near misses of the rows above: these build. */
static const char *const fine[] = {
    "<p {{if m.x}}class=\"a\"{{else}}class=\"b\"{{/if}}></p>",
    "<input aria-label=\"x\"{{if m.x}} disabled{{/if}}>",
    "<p{{for r in m.rows}} data-a{{/for}}></p>",
    "<a href=\"{{m.x}}?a:b\">x</a>",
    "<a href=\"{{m.x}}/a:b\">x</a>",
    "<a href=\"/a:b\">x</a>",
    "<a href=\"mailto:{{m.x}}\">x</a>",
    "<a href=\"{{if m.x}}{{m.x}}{{else}}/{{/if}}\">x</a>",
    "<a href=\"/a{{if m.x}}/{{m.x}}{{/if}}?b={{m.y}}&amp;c=1\">x</a>",
    "", /* an empty template */
    "<svg><use href=\"{{asset \"i.svg\"}}#x\"/><linearGradient/><path d=\"M0\"></path></svg>",
    "<label>x <input></label>",
    "<label for=\"{{m.id}}\">x</label><input id=\"{{m.id}}\">",
    "<input id=\"{{m.id}}\"><label for=\"{{m.id}}\">x</label>",
    "<input type=\"hidden\" name=\"a\"><input type=\"submit\">",
    "<h1>x</h1>{{if m.x}}<h2>x</h2>{{/if}}<h3>x</h3>",
    "<h1>x</h1>{{> core.tag m.x}}<h3>x</h3>",
    "<h3>a part begins where it is drawn</h3>",
    "<table><tr><td>x</td></tr></table><tr><td>a part of a table</td></tr>",
    "<p><button type=\"button\"><span>x</span></button></p>",
    "<form method=\"get\"></form><form></form>",
    "<form method=\"post\">{{if m.x}}{{> core.csrf token=m.x}}{{else}}{{> core.csrf "
    "token=m.y}}{{/if}}</form>",
    "<form method=\"post\"><input type=\"hidden\" name=\"csrf\" value=\"{{m.x}}\"></form>",
    "<script src=\"{{asset \"a.js\"}}\" defer></script>",
    "<link rel=\"alternate\" href=\"{{m.feed}}\">",
    "<!-- words --><p>&amp; &lt; &#x2014; &nbsp;</p>",
    "{{! {{ anything but the end \" }}<p></p>",
    "{{if m.x == \"}}\"}}x{{/if}}",
    "{{if (m.a or m.b) and not (m.c == CORE_X)}}x{{/if}}",
    "{{let a = f(h, m.x, \"y\", 3)}}{{a}}",
    "{{let a = t core.x count=m.n}}{{a}}",
    "{{let a = text m.id}}{{let b = m.on|date}}{{a}}{{b}}",
    "{{for a in m.as}}{{for b in a.bs count m.n}}{{b}}{{loop.number}}{{else}}{{a.x}}{{/for}}{{if "
    "loop.last}}x{{/if}}{{/for}}",
    "{{let x = m.p->q}}{{x.y}}{{x->z.w}}",
    "{{> core.tag\n  text=t:core.x\n  small=(m.n > 3)\n  p=&m.q}}",
};

static struct viewgen *run(struct arena *a, const char *html)
{
    struct viewgen *g = viewgen_new(a);
    compile(view_new(g, "t.html", str_c(html)));
    return g;
}

static void check_rows(void **state, const struct row *rows, size_t n)
{
    int wrong = 0;
    for (size_t i = 0; i < n; i++) {
        struct viewgen *g = run(*state, rows[i].html);
        struct buf expected;
        buf_init(&expected, *state, 10000);
        struct str rest = str_c(rows[i].says), line;
        while (rest.n > 0) {
            (void)str_cut(rest, '\n', &line, &rest);
            buf_printf(&expected, "t.html:%.*s\n", STR_FMT(line));
        }
        if (str_eq(buf_view(&g->faults), buf_view(&expected)))
            continue;
        print_error("%s\n  says     %.*s  not      %.*s", rows[i].html, STR_FMT(buf_view(&g->faults)),
                    STR_FMT(buf_view(&expected)));
        wrong++;
    }
    assert_int_equal(wrong, 0);
}

#define CHECK_ROWS(rows) check_rows(state, (rows), sizeof(rows) / sizeof *(rows))

static void values_stand_in_safe_places_only(void **state)
{
    CHECK_ROWS(places);
}
static void wrong_html_does_not_build(void **state)
{
    CHECK_ROWS(markup);
}
static void branches_end_in_one_place(void **state)
{
    CHECK_ROWS(branches);
}
static void wrong_words_are_told_the_right_ones(void **state)
{
    CHECK_ROWS(words);
}
static void pages_are_for_all_people(void **state)
{
    CHECK_ROWS(people);
}

static void near_misses_build(void **state)
{
    for (size_t i = 0; i < sizeof fine / sizeof *fine; i++) {
        struct viewgen *g = run(*state, fine[i]);
        if (g->n_faults)
            fail_msg("%s\n  says     %.*s", fine[i], STR_FMT(buf_view(&g->faults)));
    }
}

/* Every prefix of a template that uses everything: a message or a function, never a crash. */
static void half_a_template_is_no_crash(void **state)
{
    static const char all[] =
        "{{layout core.layout title=t:a.b}}{{! c }}<!doctype html>\n<html lang=\"{{lang}}\"><body {{if m.x "
        "and (m.y == 1 or "
        "not m.z)}}class='a {{m.b}}'{{elif lang == \"kk\"}}id=\"x\"{{/if}}>{{let e = f(m.x, \"a\", "
        "1)}}{{e.x}}\n"
        "{{for r in m.rows count m.n}}<a href=\"/{{lang}}{{r.x|path}}?a={{m.on|date}}&amp;b\">{{t a.b n=1 "
        "s=\"x\"}}</a>"
        "{{else}}<textarea aria-label='x'>{{m.t}}</textarea>{{/for}}{{> core.tag text=m.x kind=\"a\"}}{{raw "
        "m.r}}"
        "<svg viewBox=\"0 0 1 1\"><path d=\"M\"/></svg><!-- c -->{{text m.id a=m.b|size}}</body></html>";
    for (size_t n = 0; n < sizeof all; n++) {
        struct viewgen *g = viewgen_new(*state);
        compile(view_new(g, "t.html", str_dup(*state, (struct str){all, n})));
        assert_true(g->n_faults > 0 || n < 50 || n == sizeof all - 1 || g->views[0]->code.n > 0);
    }
}

/* Slices know their own templates. */
static void references_are_checked_within_a_slice(void **state)
{
    static const struct row rows[] = {
        {"{{> demo.tga m.x}}", "1: error: there is no template demo/views/tga.html; there are: t tag layout"},
        {"{{> reception.tag m.x}}",
         "1: error: demo draws its own templates and core's, not those of reception"},
        {"{{> demo.layout m.x}}", "1: error: layout.html is a layout; it stands in {{layout }} at the top"},
        {"{{layout demo.tag m.x}}",
         "1: error: tag.html has no {{body}}, so it is no layout; draw it with {{> }}"},
        {"{{> demo.tag m.x}}{{> core.anything m.x}}", ""},
    };
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
        struct viewgen *g = viewgen_new(*state);
        g->slice = g->folder = S("demo");
        struct view *v = view_new(g, "t.html", str_c(rows[i].html));
        (void)view_new(g, "tag.html", S("<b></b>"));
        (void)view_new(g, "layout.html", S("<b>{{body}}</b>"));
        compile(v);
        struct str says = rows[i].says[0] ? str_printf(*state, "t.html:%s\n", rows[i].says) : S("");
        assert_true(str_eq(buf_view(&g->faults), says));
    }
}

static void a_template_has_a_c_name(void **state)
{
    static const char *const names[] = {"Page.html", "my-page.html", "1.html", ".html"};
    for (size_t i = 0; i < sizeof names / sizeof *names; i++) {
        struct viewgen *g = viewgen_new(*state);
        compile(view_new(g, names[i], S("<p></p>")));
        assert_int_equal(g->n_faults, 1);
    }
}

static void text_ids_are_listed_with_their_lines(void **state)
{
    struct viewgen *g =
        run(*state, "{{t a.b}}\n<p title=\"{{t c.d count=m.n}}\"></p>{{> core.tag\n  text=t:e.f}}"
                    "<p data-x=\"{{t g.h}}\"></p>");
    assert_str(buf_view(&g->texts),
               "a.b\tt.html:1\t\nc.d\tt.html:2\tcount\ne.f\tt.html:3\t\ng.h\tt.html:3\t*\n");
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        TEST(values_stand_in_safe_places_only), TEST(wrong_html_does_not_build),
        TEST(branches_end_in_one_place),        TEST(wrong_words_are_told_the_right_ones),
        TEST(pages_are_for_all_people),         TEST(near_misses_build),
        TEST(half_a_template_is_no_crash),      TEST(references_are_checked_within_a_slice),
        TEST(a_template_has_a_c_name),          TEST(text_ids_are_listed_with_their_lines),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
