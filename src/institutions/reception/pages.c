/* SPDX-License-Identifier: AGPL-3.0-or-later
 *
 * pages.c - the start and end of every handler, and the panels that several pages show.
 *
 * Keeps: the read transaction ends with the handler; "who will see this" comes from the table that guards the case.
 */
#include "institutions/reception/pages.h"

#include "core/deadline_view.h"
#include "core/views.h"

#define PUBLIC_SECONDS 60 /* a public page may be kept that long */
#define SOON_DAYS 3       /* working days left that call for attention */

/* ---- start and end ---- */

struct err *pages_public(struct page *p, struct str title, struct core_view_layout *ret_layout)
{
    TRY(session_layout_public(p->req, title, ret_layout));
    ret_layout->width = CORE_WIDTH_FULL;
    return NULL;
}

struct err *pages_private(struct page *p, struct str title, struct core_view_layout *ret_layout)
{
    TRY(session_layout(p->req, title, ret_layout));
    ret_layout->is_private = true;
    ret_layout->has_quick_exit = true;
    ret_layout->width = CORE_WIDTH_READING;
    return NULL;
}

struct err *pages_end_public(struct page *p, struct html *h)
{
    web_cacheable(p->req, PUBLIC_SECONDS);
    web_compress(p->req);
    return page_end(p->req, 200, h);
}

/* ---- words ---- */

struct str pages_appeal_href(struct page *p, struct str number, const char *rest)
{
    return str_printf(p->a, "/%.*s/appeals/%.*s%s", STR_FMT(p->code), STR_FMT(number), rest);
}

struct str pages_mail_shortened(struct page *p, struct str email)
{
    struct str name;
    struct str host;
    if (!str_cut(email, '@', &name, &host) || name.n == 0)
        return S("…");
    size_t first = 1;
    while (first < name.n && ((unsigned char)name.p[first] & 0xc0) == 0x80)
        first++;
    return str_printf(p->a, "%.*s…@%.*s", (int)first, name.p, STR_FMT(host));
}

/* ---- panels ---- */

/* How an open case stands to its due date. */
static void due_of_open(struct page *p, int32_t due, struct core_view_due *d)
{
    int32_t left = workdays_between(&p->calendar->workdays, p->today, due);
    if (p->today > due) {
        int32_t late = workdays_between(&p->calendar->workdays, due, p->today);
        d->remaining = T(p->a, p->lang, "reception.due.late", TEXT_ARG("count", (int64_t)late));
        d->kind = S("late");
    } else if (p->today == due) {
        d->remaining = pages_t(p, "reception.due.today");
        d->kind = S("soon");
    } else {
        d->remaining = T(p->a, p->lang, "reception.due.left", TEXT_ARG("count", (int64_t)left));
        d->kind = left <= SOON_DAYS ? S("soon") : S("ahead");
    }
}

struct core_view_due pages_due(struct page *p, const char *label_id, struct str due_on, int64_t closed_at,
                              struct str why_href)
{
    struct core_view_due d = {
        .label = pages_t(p, label_id),
        .date = pages_date(p, due_on),
        .date_iso = due_on,
        .why_href = why_href,
    };
    if (why_href.n > 0)
        d.why_text = pages_t(p, "reception.due.why");
    int32_t due;
    if (!day_parse(due_on, &due))
        return d;
    if (closed_at == 0) {
        due_of_open(p, due, &d);
        return d;
    }
    bool in_time = site_today(p->site, closed_at) <= due;
    d.remaining = pages_t(p, in_time ? "reception.due.in_time" : "reception.due.was_late");
    d.kind = in_time ? S("done") : S("late");
    return d;
}

size_t pages_troubles(struct page *p, const struct reception_case *c, const char *who, const char *what,
                      const struct core_view_help **ret_troubles)
{
    struct core_view_help *troubles = ARENA_ARRAY(p->a, c->n_troubles, struct core_view_help);
    for (size_t i = 0; i < c->n_troubles; i++) {
        const struct case_trouble *one = &c->troubles[i];
        const char *when = one->is_given_up ? "failed" : "later";
        struct str answer = one->problem.n > 0 ? one->problem : S("");
        troubles[i] = (struct core_view_help){
            .title = T(p->a, p->lang, str_printf(p->a, "reception.trouble.%s.%s.title", who, when).p,
                       TEXT_ARG("time", pages_time(p, one->at))),
            .text = T(p->a, p->lang, str_printf(p->a, "reception.trouble.%s.%s", what, when).p,
                      TEXT_ARG("answer", answer)),
            .kind = one->is_given_up ? S("warning") : S("info"),
        };
    }
    *ret_troubles = troubles;
    return c->n_troubles;
}

struct err *pages_deadline(struct page *p, const struct appeal_deadline *row, struct core_view_deadline *ret_view)
{
    struct deadline d;
    TRY(deadline_from_json(p->a, row->trace, &d));
    core_deadline_view(p->a, p->lang, &d, ret_view);
    return NULL;
}

bool pages_may_send(struct web_request *req)
{
    const struct config *c = session_site(req)->config;
    return web_limit_spare(req, "appeals", c->appeals_per_hour, c->appeals_spare, c->appeals_spare_per_hour);
}

/* The line of one role in one body; false when this role is none that citizens are told of. */
static bool sees_line(struct page *p, const struct audience *one, struct reception_sees *ret_item)
{
    struct str name = pages_body(p, one->body_id);
    struct str role = role_name(one->role);
    const char *id = str_printf(p->a, "reception.sees.%.*s", STR_FMT(role)).p;
    if (!t_has(id))
        return false;
    *ret_item = (struct reception_sees){
        .who = T(p->a, p->lang, id, TEXT_ARG("body", name)),
        .why = t(p->lang, str_printf(p->a, "%s.why", id).p),
        .sees_words = true,
        .sees_person = one->sees_applicant,
    };
    return true;
}

struct reception_view_sees pages_sees(struct page *p, const struct policy_subject *subject, bool is_apart,
                                      int64_t accused_body_id, bool can_be_forwarded)
{
    struct audience *all;
    size_t n_all;
    reception_rules_audience(p->a, &p->site->policy, p->directory, subject, is_apart, p->today, &all, &n_all);
    struct reception_sees *items = ARENA_ARRAY(p->a, n_all + 2, struct reception_sees);
    size_t n = 0;
    items[n++] = (struct reception_sees){
        .who = pages_t(p, "reception.sees.you"),
        .why = pages_t(p, "reception.sees.you.why"),
        .sees_words = true,
        .sees_person = true,
    };
    for (int role = 0; role < N_ROLES; role++) {
        int64_t last_body = 0;
        for (size_t i = 0; i < n_all; i++) {
            if ((int)all[i].role != role || all[i].body_id == last_body)
                continue;
            last_body = all[i].body_id; /* one line for all offices of a role in a body */
            if (sees_line(p, &all[i], &items[n]))
                n++;
        }
    }
    if (can_be_forwarded)
        items[n++] = (struct reception_sees){
            .who = pages_t(p, "reception.sees.forwarded"),
            .why = pages_t(p, "reception.sees.forwarded.why"),
            .sees_words = true,
            .sees_person = !is_apart,
        };
    return (struct reception_view_sees){
        .items = items,
        .n_items = n,
        .not_them = subject->accused_body_id ? pages_body(p, accused_body_id) : (struct str){0},
    };
}

size_t pages_levels(struct page *p, const struct reception_level **ret_levels)
{
    size_t n_all;
    const struct profile_identity *all = profile_identities(p->site->profile, &n_all);
    struct reception_level *levels = ARENA_ARRAY(p->a, n_all, struct reception_level);
    size_t n = 0;
    for (size_t i = 0; i < n_all; i++) {
        if (!all[i].is_offered)
            continue;
        levels[n++] = (struct reception_level){
            .title = text3_for(&all[i].name, p->code),
            .effect = text3_for(&all[i].effect, p->code),
            .how = text3_for(&all[i].how, p->code),
            .law = citation_text(p->a, p->lang, &all[i].cite),
        };
    }
    *ret_levels = levels;
    return n;
}

struct str pages_file_hint(struct page *p, bool is_first)
{
    const struct config *c = p->site->config;
    struct str size = lang_size(p->a, p->lang, c->attachment_mib * 1024 * 1024);
    return T(p->a, p->lang, is_first ? "reception.file.hint" : "reception.file.hint.next", TEXT_ARG("size", size),
             TEXT_ARG("count", c->attachments));
}

static struct str file_type(struct str media_type)
{
    static const struct {
        struct str media, shown;
    } types[] = {
        {STR("application/pdf"), STR("PDF")},
        {STR("image/jpeg"), STR("JPEG")},
        {STR("image/png"), STR("PNG")},
        {STR("application/vnd.openxmlformats-officedocument.wordprocessingml.document"), STR("DOCX")},
    };
    for (size_t i = 0; i < sizeof types / sizeof types[0]; i++)
        if (str_eq(media_type, types[i].media))
            return types[i].shown;
    return S("TXT");
}

struct core_file pages_file(struct page *p, const struct attachment *f, struct str number)
{
    return (struct core_file){
        .name = f->name,
        .href = pages_appeal_href(p, number, str_printf(p->a, "/files/%lld", (long long)f->no).p),
        .type = file_type(f->media_type),
        .size = f->size,
        .note = pages_time(p, f->at),
    };
}

struct core_view_tag pages_state(struct page *p, enum appeal_state state)
{
    static const char *const kinds[N_APPEAL_STATES] = {
        [APPEAL_REGISTERED] = "blue", [APPEAL_FORWARDED] = "blue", [APPEAL_ASSIGNED] = "teal",
        [APPEAL_ANSWERED] = "yellow", [APPEAL_REFUSED] = "yellow", [APPEAL_SOLVED] = "green",
        [APPEAL_NOT_SOLVED] = "orange",
    };
    return (struct core_view_tag){.text = pages_t_of(p, "reception.state.", appeal_state_name(state)),
                                  .kind = str_c(kinds[state])};
}

struct stored_file pages_copy_file(struct arena *a, const struct stored_file *f)
{
    return (struct stored_file){.name = str_dup(a, f->name),
                                .media_type = str_dup(a, f->media_type),
                                .size = f->size,
                                .hash = str_dup(a, f->hash)};
}

/* ---- cases of another system ---- */

struct str pages_imported(struct page *p, const struct origin *origin)
{
    if (!origin)
        return (struct str){0};
    if (origin->number.n == 0)
        return T(p->a, p->lang, "import.case.text", TEXT_ARG("source", origin->source));
    return T(p->a, p->lang, "import.case.text.number", TEXT_ARG("source", origin->source),
             TEXT_ARG("number", origin->number));
}

struct str pages_told_answer_by(struct page *p, const struct origin *origin)
{
    if (!origin || origin->answered_by.n == 0)
        return (struct str){0};
    return T(p->a, p->lang, "import.case.answered_by", TEXT_ARG("who", origin->answered_by));
}
