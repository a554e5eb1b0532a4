/* SPDX-License-Identifier: AGPL-3.0-or-later
 *
 * branch.c - joining the ends of branches: after {{/if}} the place must be one, whichever way was taken.
 */
#include "tools/viewgen/view.h"

static void explain(struct view *v, int line, const char *block, const struct place *x, const struct place *y)
{
    const struct place *more = x->n_open >= y->n_open ? x : y;
    size_t same = 0;
    while (same < x->n_open && same < y->n_open && str_eq(x->open[same].name, y->open[same].name))
        same++;
    if (x->where == IN_TEXT && y->where == IN_TEXT && same < more->n_open) {
        const struct element *e = &more->open[same];
        fault_fatal(v, line,
                    "{{%s}}: one way leaves <%.*s> of line %d open, another does not; open and close it in "
                    "one branch",
                    block, STR_FMT(e->name), e->line);
    } else {
        static const char *const wheres[] = {"between elements", "within a tag", "within a quoted value"};
        fault_fatal(v, line, "{{%s}}: one way ends %s, another %s", block, wheres[x->where],
                    wheres[y->where]);
    }
}

static bool is_same_place(const struct place *x, const struct place *y)
{
    if (x->where != y->where || x->n_open != y->n_open)
        return false;
    for (size_t i = 0; i < x->n_open; i++)
        if (!str_eq(x->open[i].name, y->open[i].name))
            return false;
    if (x->where == IN_TEXT)
        return true;
    if (!str_eq(x->tag.name, y->tag.name) || x->tag.line != y->tag.line)
        return false;
    return x->where == IN_TAG || (x->quote == y->quote && x->value_from == y->value_from);
}

void place_join(struct view *v, int line, const char *block, struct place *into, const struct place *other)
{
    if (!is_same_place(into, other)) {
        explain(v, line, block, into, other);
        return;
    }
    for (size_t i = 0; i < into->n_open; i++)
        into->open[i].needs_token |= other->open[i].needs_token;
    into->needs_space |= other->needs_space;
    into->may_be_scheme |= other->may_be_scheme;
    into->after_pre |= other->after_pre;
    if (into->address != other->address)
        into->address = ADDRESS_UNSURE;
    if (into->heading >= 0)
        into->heading = other->heading < 0 || other->heading > into->heading ? other->heading : into->heading;
    size_t shared = into->n_attrs;
    for (size_t i = 0; i < other->n_attrs && into->where != IN_TEXT; i++) {
        const struct attr *a = &other->attrs[i];
        size_t k = 0;
        while (k < shared && !str_eq(into->attrs[k].name, a->name))
            k++;
        if (k < shared) {
            into->attrs[k].has_value |= a->has_value;
            into->attrs[k].has_asset |= a->has_asset;
        } else if (into->n_attrs < MAX_ATTRS) {
            into->attrs[into->n_attrs++] = *a;
        }
    }
}

void place_end(struct view *v)
{
    const struct element *top = element_top(v);
    if (v->is_broken)
        return;
    if (v->place.where != IN_TEXT)
        fault_fatal(v, v->place.tag.line, "<%.*s is not finished: %s", STR_FMT(v->place.tag.name),
                    v->place.where == IN_TAG ? "> is missing" : "the quote of a value is open");
    else if (top)
        fault_fatal(v, top->line, "<%.*s> is never closed", STR_FMT(top->name));
}
