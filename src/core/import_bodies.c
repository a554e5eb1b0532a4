/* SPDX-License-Identifier: AGPL-3.0-or-later
 *
 * import_bodies.c - the tree of bodies from a table: parents before or behind their children, new ones and changes.
 *
 * A body is known by its code. A row without one gets a code made from its name, so that a list of names alone (those
 * that cases name, for example) can be taken; rows that say the same as an earlier one count as the same. Fields that
 * have no column stay what they are in a body that exists.
 *
 * Keeps:  bodies stay a tree; all rows or none; from the root down, so that no step on the way makes a cycle.
 */
#include "core/import_kinds.h"

#include <stdlib.h>
#include <string.h>

#include "base/fold.h"
#include "base/hash.h"
#include "base/json.h"
#include "core/bodies.h"
#include "core/directory.h"
#include "core/people.h"
#include "core/policy_rows.h"
#include "core/series.h"
#include "gen/core_queries.h"


enum field {
    F_CODE, F_PARENT, F_KK, F_RU, F_EN, F_ABOUT_KK, F_ABOUT_RU, F_ABOUT_EN, F_ADDRESS, F_PHONE, F_HOURS, F_INTAKE,
    N_FIELDS,
};

static const struct import_field fields[N_FIELDS] = {
    [F_CODE] = {"code", "2 to 40 of a-z 0-9 -; names it for ever; made from the name when not given", IMPORT_LINE,
                .max = BODY_CODE_MAX},
    [F_PARENT] = {"parent", "code of the body above it; at the top when not given", IMPORT_LINE, .max = BODY_CODE_MAX},
    [F_KK] = {"name_kk", "its name in Kazakh", IMPORT_LINE, .is_required = true},
    [F_RU] = {"name_ru", "in Russian", IMPORT_LINE, .is_required = true},
    [F_EN] = {"name_en", "in English", IMPORT_LINE},
    [F_ABOUT_KK] = {"about_kk", "what it is competent for, in Kazakh", IMPORT_LINE, .max = 500},
    [F_ABOUT_RU] = {"about_ru", "in Russian", IMPORT_LINE, .max = 500},
    [F_ABOUT_EN] = {"about_en", "in English", IMPORT_LINE, .max = 500},
    [F_ADDRESS] = {"address", "where it is", IMPORT_LINE},
    [F_PHONE] = {"phone", "its telephone", IMPORT_LINE},
    [F_HOURS] = {"hours", "when it receives people", IMPORT_LINE},
    [F_INTAKE] = {"is_intake", "yes: people can choose it for an appeal; yes when not given", IMPORT_FLAG},
};

/* A body of the file, or one that is stored already and above one of the file. */
struct node {
    struct str code;
    const struct body *stored; /* NULL: it is new */
    struct import_row *row;    /* NULL: the file does not name it */
    int64_t parent;            /* place of its parent among the nodes; -1: none */
    struct body will_be;
    bool is_same;
    int depth;                 /* 0 at the top; -1: not yet known */
};

struct tree {
    struct node *nodes; /* by code */
    size_t n;
};

/* == codes == */

/* Latin letters for a Cyrillic one; "" for what has none. */
static const char *latin(uint32_t c)
{
    static const char *const russian[] = {"a", "b", "v", "g", "d", "e", "zh", "z", "i", "i", "k", "l", "m", "n", "o", "p",
                                          "r", "s", "t", "u", "f", "kh", "ts", "ch", "sh", "shch", "", "y", "", "e", "yu",
                                          "ya"};
    static const struct {
        uint32_t c;
        const char *latin;
    } kazakh[] = {{0x4D9, "a"}, {0x493, "g"}, {0x49B, "q"}, {0x4A3, "n"}, {0x4E9, "o"},
                  {0x4B1, "u"}, {0x4AF, "u"}, {0x4BB, "h"}, {0x456, "i"}};
    if (c >= 0x430 && c <= 0x44F)
        return russian[c - 0x430];
    for (size_t i = 0; i < sizeof kazakh / sizeof kazakh[0]; i++)
        if (kazakh[i].c == c)
            return kazakh[i].latin;
    return "";
}

/* "komitet-dorozhnogo-khozyaistva"; a long one is cut and ends with six letters of its hash. */
static struct str code_of_name(struct arena *a, struct str name)
{
    struct str s = fold(a, name);
    struct buf b;
    buf_init(&b, a, s.n * 4 + 64);
    for (size_t i = 0; i < s.n;) {
        unsigned char c = (unsigned char)s.p[i];
        if ((c >= 'a' && c <= 'z') || (c >= '0' && c <= '9')) {
            buf_byte(&b, (char)c);
            i++;
        } else if ((c & 0xE0) == 0xC0 && i + 1 < s.n) {
            buf_c(&b, latin(((uint32_t)(c & 0x1F) << 6) | ((unsigned char)s.p[i + 1] & 0x3F)));
            i += 2;
        } else {
            if (b.n > 0 && b.p[b.n - 1] != '-')
                buf_byte(&b, '-');
            i++;
        }
    }
    struct str code = buf_view(&b);
    while (code.n > 0 && code.p[code.n - 1] == '-')
        code.n--;
    if (code.n >= BODY_CODE_MIN && code.n <= BODY_CODE_MAX)
        return code;
    struct hash h = HASH(s);
    struct str head = str_slice(code, 0, BODY_CODE_MAX - 7);
    return str_printf(a, "%.*s%s%.*s", STR_FMT(head), head.n > 0 && head.p[head.n - 1] != '-' ? "-" : "",
                      STR_FMT(str_slice(str_hex(a, h.b, 4), 0, 6)));
}

/* == nodes == */

static int compare_nodes(const void *a, const void *b)
{
    const struct node *x = a;
    const struct node *y = b;
    int order = str_cmp(x->code, y->code);
    if (order != 0)
        return order;
    int64_t lx = x->row ? x->row->line : 0; /* what is stored comes before what the file says of it */
    int64_t ly = y->row ? y->row->line : 0;
    return lx < ly ? -1 : lx > ly;
}

static struct node *find(const struct tree *t, struct str code)
{
    struct node key = {.code = code};
    size_t lo = 0;
    for (size_t hi = t->n; lo < hi;) {
        size_t mid = lo + (hi - lo) / 2;
        if (str_cmp(t->nodes[mid].code, key.code) < 0)
            lo = mid + 1;
        else
            hi = mid;
    }
    return lo < t->n && str_eq(t->nodes[lo].code, code) ? &t->nodes[lo] : NULL;
}

static bool values_eq(const struct import_row *a, const struct import_row *b)
{
    for (size_t f = F_PARENT; f < N_FIELDS; f++)
        if (a->v[f].text.p ? !b->v[f].text.p || !str_eq(a->v[f].text, b->v[f].text) : b->v[f].text.p != NULL)
            return false;
    return true;
}

/* Nodes of one code become one: stored and said belong together, what is said twice must be said the same way. */
static void merge(struct import_job *job, struct tree *t)
{
    size_t n = 0;
    for (size_t i = 0; i < t->n; i++) {
        struct node *last = n > 0 ? &t->nodes[n - 1] : NULL;
        struct node *node = &t->nodes[i];
        if (!last || !str_eq(last->code, node->code)) {
            t->nodes[n++] = *node;
            continue;
        }
        if (!last->row) {
            last->row = node->row;
        } else if (values_eq(last->row, node->row)) {
            job->same++;
        } else {
            import_reject(job, node->row, F_CODE, "line %lld says something else of the body %.*s",
                          (long long)last->row->line, STR_FMT(node->code));
        }
    }
    t->n = n;
}

static struct str kept(struct str said, bool has_row_value, struct str stored)
{
    return has_row_value ? said : stored.p ? stored : S("");
}

/* What the body will be: said, else as it was. */
static struct body body_of(const struct node *n)
{
    static const struct body none = {.is_intake = true};
    const struct body *old = n->stored ? n->stored : &none;
    const struct import_value *v = n->row->v;
    struct body b = *old;
    struct str *texts[] = {&b.name.kk, &b.name.ru, &b.name.en, &b.about.kk, &b.about.ru, &b.about.en,
                           &b.address, &b.phone, &b.hours};
    for (size_t i = 0; i < sizeof texts / sizeof texts[0]; i++)
        *texts[i] = kept(v[F_KK + i].text, v[F_KK + i].text.p != NULL, *texts[i]);
    if (v[F_INTAKE].text.p)
        b.is_intake = v[F_INTAKE].i == 1;
    b.code = n->code;
    return b;
}

static bool bodies_eq(const struct body *a, const struct body *b)
{
    return str_eq(a->name.kk, b->name.kk) && str_eq(a->name.ru, b->name.ru) && str_eq(a->name.en, b->name.en) &&
           str_eq(a->about.kk, b->about.kk) && str_eq(a->about.ru, b->about.ru) && str_eq(a->about.en, b->about.en) &&
           str_eq(a->address, b->address) && str_eq(a->phone, b->phone) && str_eq(a->hours, b->hours) &&
           a->is_intake == b->is_intake && a->parent_id == b->parent_id;
}

/* The parent as the file says, else as it is stored. */
static void link_parent(struct import_job *job, struct tree *t, const struct directory *d, struct node *n)
{
    struct str parent = n->row ? n->row->v[F_PARENT].text : (struct str){0};
    const struct body *above = n->stored && n->stored->parent_id ? directory_body(d, n->stored->parent_id) : NULL;
    n->parent = -1;
    if (!parent.p && above)
        parent = above->code;
    if (!parent.p)
        return;
    struct node *p = find(t, parent);
    if (!p)
        import_reject(job, n->row, F_PARENT, "no body has the code \"%.*s\", neither here nor in the file", STR_FMT(parent));
    else if (p->stored && p->stored->is_closed && n->row)
        import_reject(job, n->row, F_PARENT, "the body %.*s was abolished", STR_FMT(parent));
    n->parent = p ? p - t->nodes : -1;
}

/* Depths from the root; who has none at the end stands in a cycle. */
static void find_depths(struct import_job *job, struct tree *t)
{
    bool has_moved = true;
    for (size_t i = 0; i < t->n; i++)
        t->nodes[i].depth = t->nodes[i].parent < 0 ? 0 : -1;
    while (has_moved) {
        has_moved = false;
        for (size_t i = 0; i < t->n; i++) {
            struct node *n = &t->nodes[i];
            if (n->depth >= 0 || t->nodes[n->parent].depth < 0)
                continue;
            n->depth = t->nodes[n->parent].depth + 1;
            has_moved = true;
        }
    }
    for (size_t i = 0; i < t->n; i++)
        if (t->nodes[i].depth < 0 && t->nodes[i].row)
            import_reject(job, t->nodes[i].row, F_PARENT, "the body would stand above itself");
}

static struct tree *build(struct import_job *job, const struct directory *d)
{
    struct tree *t = ARENA_NEW(job->a, struct tree);
    t->nodes = ARENA_ARRAY(job->a, d->n_bodies + job->n, struct node);
    for (size_t i = 0; i < d->n_bodies; i++)
        t->nodes[t->n++] = (struct node){.code = d->bodies[i].code, .stored = &d->bodies[i]};
    for (size_t i = 0; i < job->n; i++) {
        struct import_row *row = &job->rows[i];
        struct str code = row->v[F_CODE].text.p ? row->v[F_CODE].text : code_of_name(job->a, row->v[F_RU].text);
        if (!body_code_fits(code))
            import_reject(job, row, F_CODE, "expected %d to %d of a-z 0-9 -, not beginning with -", BODY_CODE_MIN,
                          BODY_CODE_MAX);
        else
            t->nodes[t->n++] = (struct node){.code = code, .row = row};
    }
    qsort(t->nodes, t->n, sizeof t->nodes[0], compare_nodes);
    merge(job, t);
    return t;
}

static struct err *prepare(struct import_job *job)
{
    struct site *site = import_site(job->import);
    struct directory *d;
    TRY(directory_load(job->a, import_reader(job->import), site->realm, 0, &d));
    struct tree *t = build(job, d);
    for (size_t i = 0; i < t->n; i++)
        link_parent(job, t, d, &t->nodes[i]);
    find_depths(job, t);
    for (size_t i = 0; i < t->n; i++) {
        struct node *n = &t->nodes[i];
        if (!n->row)
            continue;
        n->will_be = body_of(n);
        if (n->stored && n->stored->is_closed)
            import_reject(job, n->row, F_CODE, "the body %.*s was abolished; its code is not used again", STR_FMT(n->code));
        const struct node *above = n->parent >= 0 ? &t->nodes[n->parent] : NULL;
        n->will_be.parent_id = above && above->stored ? above->stored->id : 0;
        bool is_under_new = above && !above->stored;
        n->is_same = n->stored && !is_under_new && bodies_eq(n->stored, &n->will_be);
        job->same += n->is_same;
        job->changed += n->stored && !n->is_same;
    }
    for (size_t i = 0; i < job->n; i++)
        job->rows[i].prepared = t;
    return NULL;
}

/* == taking == */

static struct str detail_of(struct action *x, struct str code, int64_t import_id)
{
    struct buf b;
    struct json j;
    buf_init(&b, x->a, ARENA_KIB);
    json_begin(&j, &b);
    json_object(&j);
    json_put_str(&j, "code", code);
    json_put_int(&j, "import", import_id);
    json_object_end(&j);
    json_end(&j);
    return buf_view(&b);
}

static struct err *add(struct action *x, struct node *n)
{
    const struct body *b = &n->will_be;
    TRY(series_next(x, S("core_body.id"), &n->will_be.id));
    struct core_q_body_add_args row = {
        .realm = x->site->realm,
        .id = b->id,
        .parent_id = {b->parent_id != 0, b->parent_id},
        .code = b->code,
        .name_kk = b->name.kk,
        .name_ru = b->name.ru,
        .name_en = b->name.en,
        .about_kk = b->about.kk,
        .about_ru = b->about.ru,
        .about_en = b->about.en,
        .address = b->address,
        .phone = b->phone,
        .hours = b->hours,
        .is_intake = b->is_intake,
        .created_at = x->now,
    };
    return core_q_body_add(x->a, x->tx, &row, NULL);
}

static struct err *change(struct action *x, const struct node *n)
{
    const struct body *b = &n->will_be;
    struct core_q_body_change_args row = {
        .parent_id = {b->parent_id != 0, b->parent_id},
        .name_kk = b->name.kk,
        .name_ru = b->name.ru,
        .name_en = b->name.en,
        .about_kk = b->about.kk,
        .about_ru = b->about.ru,
        .about_en = b->about.en,
        .address = b->address,
        .phone = b->phone,
        .hours = b->hours,
        .is_intake = b->is_intake,
        .realm = x->site->realm,
        .id = b->id,
    };
    return core_q_body_change(x->a, x->tx, &row, NULL);
}

/* Nobody may have changed a body between the look and the deed. */
static struct err *nothing_changed(struct action *x, const struct tree *t)
{
    const struct directory *d;
    size_t n = 0;
    TRY(directory_of_tx(x->a, x->site, x->tx, &d));
    for (size_t i = 0; i < t->n; i++) {
        const struct body *seen = t->nodes[i].stored;
        const struct body *now = seen ? directory_body(d, seen->id) : NULL;
        n += seen != NULL;
        if (seen && (!now || now->is_closed != seen->is_closed || !bodies_eq(now, seen)))
            return ERR(x->a, ERR_CONFLICT, "the body %.*s was changed while the file was read; start again",
                       STR_FMT(seen->code));
    }
    return n == d->n_bodies ? NULL : ERR(x->a, ERR_CONFLICT, "a body was added while the file was read; start again");
}

static struct err *take_node(struct action *x, const struct import_job *job, struct tree *t, struct node *n)
{
    if (n->parent >= 0 && !t->nodes[n->parent].stored)
        n->will_be.parent_id = t->nodes[n->parent].will_be.id;
    if (n->stored)
        TRY(change(x, n));
    else
        TRY(add(x, n));
    return admin_event(x, S("body"), n->will_be.id, n->stored ? S("changed") : S("added"),
                       detail_of(x, n->code, import_source(job->import)->id));
}

static struct err *take(struct action *x, struct import_job *job)
{
    struct tree *t = job->rows[0].prepared;
    int deepest = 0;
    bool has_changed = false;
    TRY(admin_may(x, MAY_CHANGE_BODIES));
    TRY(nothing_changed(x, t));
    for (size_t i = 0; i < t->n; i++)
        deepest = t->nodes[i].depth > deepest ? t->nodes[i].depth : deepest;
    for (int depth = 0; depth <= deepest; depth++) {
        for (size_t i = 0; i < t->n; i++) {
            struct node *n = &t->nodes[i];
            if (!n->row || n->is_same || n->depth != depth)
                continue;
            TRY(take_node(x, job, t, n));
            has_changed = true;
        }
    }
    if (has_changed)
        action_changes_directory(x);
    return NULL;
}

const struct import_kind core_import_bodies = {
    .noun = "bodies",
    .about = "Bodies with their names in three languages.",
    .fields = fields,
    .n_fields = N_FIELDS,
    .is_whole = true,
    .prepare = prepare,
    .take = take,
};
