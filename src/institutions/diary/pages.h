/* SPDX-License-Identifier: AGPL-3.0-or-later
 *
 * pages.h - what the pages, feeds and API of the diary share: words, times, lines of a list.
 */
#ifndef BIRGE_DIARY_PAGES_H
#define BIRGE_DIARY_PAGES_H

#include "core/institution.h"
#include "core/page.h"
#include "institutions/diary/rules.h"
#include "institutions/diary/store.h"
#include "institutions/diary/views.h"

/* Routes of this part, for the manifest. */
extern const struct route_table diary_routes_public;   /* list, calendar */
extern const struct route_table diary_routes_entry;    /* one entry */
extern const struct route_table diary_routes_counters;
extern const struct route_table diary_routes_feeds;    /* Atom, iCalendar, CSV */
extern const struct route_table diary_routes_api;      /* /api/v1/diary */
extern const struct route_table diary_routes_desk;     /* lists and one entry for staff, steps */
extern const struct route_table diary_routes_write;    /* the form */

/* Entries of one page of a month. */
#define DIARY_PAGE 200

/* "Meeting, bilateral". */
struct str diary_kind_text(struct page *p, const struct diary_version *v);
/* "3 August 2026, 10:00 to 11:00" in its zone, which is named when it is not the realm's. */
struct str diary_when_text(struct page *p, const struct diary_version *v);
/* ISO date or instant for <time datetime>. */
struct str diary_when_iso(struct arena *a, const struct diary_version *v);
/* "10:00" of an instant in the zone of `v`; "" for whole days. */
struct str diary_clock(struct page *p, const struct diary_version *v, int64_t at);
/* Place and country. */
struct str diary_place_text(struct page *p, const struct diary_version *v, const struct diary_words *w);
/* The words for the page's reader; `ret_lang` is absent when they are in the page's language. */
const struct diary_words *diary_page_words(struct page *p, const struct diary_words words[LANG_N], struct str main_language,
                                           struct str *ret_lang);
/* "only in Kazakh", for words that are in `lang`; absent when `lang` is. */
struct str diary_only_in(struct page *p, struct str lang);
/* A state as a tag; no text for the usual one, published. */
struct core_view_tag diary_state_tag(struct page *p, enum diary_state state);
/* A line of a list. */
struct diary_line diary_line_of(struct page *p, const struct diary_shown *s);
/* Participants by sort, named ones only. Memory: p->a. */
size_t diary_groups(struct page *p, const struct diary_participant *all, size_t n, const struct diary_group **ret_groups);
/* Choices for the words of `values`, which ends with NULL; labels are texts `prefix` + word.
 * Returns their number; in p->a. */
size_t diary_options(struct page *p, const char *const *values, const char *prefix, struct str chosen,
                     const struct core_option **ret);
/* Offices that have a diary with something in it, as choices; none when there is only one. */
struct err *diary_office_options(struct page *p, int64_t chosen, const struct core_option **ret_options, size_t *ret_n,
                                 int64_t *ret_first) WARN_UNUSED;
/* "Title, body" of an office. */
struct str diary_office_text(struct page *p, int64_t office_id);

/* The first and last day of the month "2026-08"; false for none. */
bool diary_month(struct arena *a, struct str month, struct str *ret_first, struct str *ret_last);

/* Frame of a page for everybody. It is not kept by caches: withdrawn consent must show at once. */
struct err *diary_layout(struct page *p, struct str title, struct core_view_layout *ret_layout) WARN_UNUSED;
/* Send it. */
struct err *diary_end(struct page *p, struct html *h) WARN_UNUSED;

#endif
