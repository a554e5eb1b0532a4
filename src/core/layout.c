/* SPDX-License-Identifier: AGPL-3.0-or-later
 *
 * layout.c - the frame of every page, filled from the request: whose Birge it is, the menu, who is signed in.
 *
 * The menu comes from the manifests: citizens see the links that need no permission, staff those that their
 * office may follow. So no link leads to a refusal, and core knows no institution.
 */
#include "core/session.h"

#include "core/directory.h"
#include "core/institution.h"
#include "core/views.h"

static bool is_shown(struct site *site, const struct actor *who, const struct nav_link *link)
{
    if (who->kind != ACTOR_STAFF || link->order >= NAV_FOOT)
        return !link->permission;
    return link->permission && policy_ask_coarse(&site->policy, who, link->permission).allowed;
}

/* Does the page at `path` (query and all) belong to the section that begins at `root`? */
static bool is_in_section(struct str path, struct str root)
{
    if (!str_starts(path, root))
        return false;
    struct str rest = str_slice(path, root.n, path.n);
    return rest.n == 0 || rest.p[0] == '/' || rest.p[0] == '?';
}

/* Insert `link` by its order, behind those of the same order. */
static void insert(const struct nav_link **links, size_t n, const struct nav_link *link)
{
    size_t at = n;
    for (; at > 0 && links[at - 1]->order > link->order; at--)
        links[at] = links[at - 1];
    links[at] = link;
}

static void fill_nav(struct web_request *req, const struct actor *who, struct core_view_layout *l)
{
    struct arena *a = web_arena(req);
    struct site *site = session_site(req);
    size_t n_all = 0;
    for (size_t i = 0; i < site->n_institutions; i++)
        n_all += site->institutions[i]->n_nav;
    const struct nav_link **links = ARENA_ARRAY(a, n_all, const struct nav_link *);
    size_t n = 0;
    for (size_t i = 0; i < site->n_institutions; i++)
        for (size_t k = 0; k < site->institutions[i]->n_nav; k++)
            if (is_shown(site, who, &site->institutions[i]->nav[k]))
                insert(links, n++, &site->institutions[i]->nav[k]);

    struct str path = web_path_behind_lang(req);
    struct core_nav_item *items = ARENA_ARRAY(a, n, struct core_nav_item);
    size_t current = n;
    size_t longest = 0;
    for (size_t i = 0; i < n; i++) {
        struct str root = str_c(links[i]->path);
        struct str also = str_c(links[i]->also);
        items[i].text = t(web_lang(req), links[i]->text_id);
        items[i].href = str_printf(a, "/%.*s%s", STR_FMT(lang_code(web_lang(req))), links[i]->path);
        bool is_here = is_in_section(path, root) || (also.p && is_in_section(path, also));
        if (root.n > longest && is_here) {
            longest = root.n;
            current = i;
        }
    }
    if (current < n)
        items[current].current = true;
    l->nav = items;
    while (l->n_nav < n && links[l->n_nav]->order < NAV_FOOT)
        l->n_nav++;
    l->foot = items + l->n_nav;
    l->n_foot = n - l->n_nav;
}

static void fill_staff(struct web_request *req, const struct actor *who, const struct directory *d,
                       struct core_view_layout *l)
{
    if (who->kind != ACTOR_STAFF)
        return;
    struct arena *a = web_arena(req);
    struct str lang = lang_code(web_lang(req));
    struct core_staff *staff = ARENA_NEW(a, struct core_staff);
    const struct office *office = directory_office(d, who->office_id);
    const struct body *body = directory_body(d, who->body_id);
    struct str title = office ? text3_for(&office->title, lang) : S("");
    struct str name = body ? text3_for(&body->name, lang) : S("");
    struct str home = session_home(who);
    staff->name = session_name(req);
    staff->office = str_printf(a, "%.*s%s%.*s", STR_FMT(title), title.n && name.n ? ", " : "", STR_FMT(name));
    staff->desk_href = str_printf(a, "/%.*s%.*s", STR_FMT(lang), STR_FMT(home));
    l->staff = staff;
    l->is_private = true;
    l->width = CORE_WIDTH_DESK;
}

static void fill_flash(struct web_request *req, struct core_view_layout *l)
{
    struct str kind;
    struct str text_id;
    if (!web_flash_take(req, &kind, &text_id))
        return;
    struct arena *a = web_arena(req);
    struct core_notice *notice = ARENA_NEW(a, struct core_notice);
    notice->kind = str_eq(kind, S("success"))   ? CORE_NOTICE_SUCCESS
                   : str_eq(kind, S("warning")) ? CORE_NOTICE_WARNING
                                                : CORE_NOTICE_INFO;
    notice->text = t(web_lang(req), str_to_c(a, text_id));
    l->notice = notice;
}

static struct err *fill(struct web_request *req, struct str title, const struct actor *who,
                        struct core_view_layout *l)
{
    const struct directory *d;
    TRY(directory_of_loop(web_arena(req), session_loop(req), &d));
    *l = (struct core_view_layout){
        .lang = lang_code(web_lang(req)),
        .title = title,
        .institution = text3_for(&d->realm_name, lang_code(web_lang(req))),
        .path = web_path_behind_lang(req),
        .is_demo = session_site(req)->is_demo,
    };
    fill_nav(req, who, l);
    fill_staff(req, who, d, l);
    return NULL;
}

struct err *session_layout(struct web_request *req, struct str title, struct core_view_layout *ret_layout)
{
    struct core_view_layout l;
    TRY(fill(req, title, session_actor(req), &l));
    fill_flash(req, &l);
    l.csrf = web_csrf_token(req);
    *ret_layout = l;
    return NULL;
}

struct err *session_layout_public(struct web_request *req, struct str title, struct core_view_layout *ret_layout)
{
    struct actor nobody = actor_visitor();
    struct core_view_layout l;
    TRY(fill(req, title, &nobody, &l));
    *ret_layout = l;
    return NULL;
}
