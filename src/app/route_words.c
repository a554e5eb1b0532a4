/* SPDX-License-Identifier: AGPL-3.0-or-later
 *
 * route_words.c - what each address does. Not in the route tables: a handler needs no words, a reader of the
 * reference does.
 *
 * A new route gets a line here; `tools/reference` names those that have none, and lines that no route has.
 */
#include "app/route_words.h"

#include <string.h>

#include "app/registry.h"

struct words {
    enum web_method method;
    const char *pattern;
    const char *words;
};

static const struct words all[] = {
    {WEB_GET, "/healthz", "\"ok\" while writes are possible, else 503"},
    {WEB_GET, "/", "sends to the home page in the language of Accept-Language"},
    {WEB_GET, "/{lang}", "home"},
    {WEB_GET, "/{lang}/help", "what to do where, in plain words"},
    {WEB_GET, "/{lang}/who-sees-what", "who may see what of an appeal"},
    {WEB_GET, "/{lang}/promises", "what is promised and how it is proven"},
    {WEB_GET, "/.well-known/security.txt", "whom to tell of a weakness (RFC 9116)"},
    {WEB_GET, "/{lang}/accessibility", "how far the pages are accessible"},
    {WEB_GET, "/{lang}/bodies", "bodies that take appeals"},
    {WEB_GET, "/{lang}/bodies/{code}", "one body and its offices"},
    {WEB_GET, "/{lang}/appeals/new/place", "finds the place that an appeal is about, by its first letters"},
    {WEB_GET, "/{lang}/appeals/new", "chooses kind and body of a new appeal"},
    {WEB_GET, "/{lang}/appeals/new/write", "the form of an appeal"},
    {WEB_POST, "/{lang}/appeals/new/write", "sends an appeal: number, code, receipt"},
    {WEB_POST, "/{lang}/appeals/files", "adds a file to an appeal that was just sent"},
    {WEB_POST, "/{lang}/appeals/receipt", "the receipt of an appeal that was just sent"},
    {WEB_GET, "/{lang}/track", "asks for number and code"},
    {WEB_POST, "/{lang}/track", "opens an appeal by number and code"},
    {WEB_POST, "/{lang}/leave", "forgets the opened appeal on this device"},
    {WEB_GET, "/v/{number}", "the short address of the QR code: asks for the code"},
    {WEB_GET, "/{lang}/appeals/{number}", "an appeal as its author sees it"},
    {WEB_POST, "/{lang}/appeals/{number}/apart", "keeps its author's name apart, or tells it to whoever handles the appeal"},
    {WEB_GET, "/{lang}/desk/second", "requests that wait for a second person: openings of names, redacted views"},
    {WEB_POST, "/{lang}/desk/second/{id}", "agrees to such a request or refuses it"},
    {WEB_GET, "/{lang}/desk/shown", "appeals about the own body that its holder shows it, redacted"},
    {WEB_GET, "/{lang}/desk/shown/{number}", "one of them, as far as it is shown"},
    {WEB_GET, "/{lang}/desk/shown/{number}/files/{no}", "a file of it that was released"},
    {WEB_POST, "/{lang}/desk/appeals/{number}/opening", "asks for a name that is kept apart to be opened"},
    {WEB_POST, "/{lang}/desk/appeals/{number}/redact", "hides a passage from the body complained of, or shows it again"},
    {WEB_POST, "/{lang}/desk/appeals/{number}/release", "releases a file to the body complained of, or holds it back"},
    {WEB_POST, "/{lang}/desk/appeals/{number}/showing", "asks to show the redacted appeal to the body complained of"},
    {WEB_GET, "/{lang}/appeals/{number}/due", "how its due date is computed"},
    {WEB_GET, "/{lang}/appeals/{number}/files", "its files"},
    {WEB_POST, "/{lang}/appeals/{number}/files", "adds a file"},
    {WEB_GET, "/{lang}/appeals/{number}/files/{no}", "downloads a file"},
    {WEB_GET, "/{lang}/appeals/{number}/receipt", "its receipt, renewed"},
    {WEB_POST, "/{lang}/appeals/{number}/opinion", "the author says solved or not solved"},
    {WEB_POST, "/{lang}/appeals/{number}/language", "corrects the language of the appeal"},
    {WEB_POST, "/{lang}/appeals/{number}/contact", "gives or changes the contact"},
    {WEB_POST, "/{lang}/appeals/{number}/contact/code", "confirms the contact by the code that came"},
    {WEB_GET, "/{lang}/desk", "the list of cases of an office, page by page"},
    {WEB_GET, "/{lang}/desk/appeals/{number}", "a case with its actions; the reading is recorded"},
    {WEB_GET, "/{lang}/desk/register", "the form of an appeal that came on paper"},
    {WEB_POST, "/{lang}/desk/register", "registers an appeal that came on paper"},
    {WEB_POST, "/{lang}/desk/appeals/{number}/assign", "gives a case to an office"},
    {WEB_POST, "/{lang}/desk/appeals/{number}/forward", "passes a case to another body, with a reason"},
    {WEB_POST, "/{lang}/desk/appeals/{number}/kind", "corrects the kind"},
    {WEB_POST, "/{lang}/desk/appeals/{number}/language", "corrects the language"},
    {WEB_POST, "/{lang}/desk/appeals/{number}/identity", "notes an identity that was checked on paper"},
    {WEB_POST, "/{lang}/desk/appeals/{number}/code", "renews a lost code"},
    {WEB_GET, "/{lang}/desk/appeals/{number}/answer", "the form of an answer or refusal"},
    {WEB_POST, "/{lang}/desk/appeals/{number}/answer", "answers or refuses"},
    {WEB_POST, "/{lang}/desk/appeals/{number}/file", "adds a file to an answer"},
    {WEB_GET, "/{lang}/desk/appeals/{number}/files/{no}", "downloads a file of a case; the reading is recorded"},
    {WEB_GET, "/{lang}/staff/sign-in", "asks for login and password"},
    {WEB_POST, "/{lang}/staff/sign-in", "signs in"},
    {WEB_POST, "/{lang}/staff/sign-in/code", "shows a code of the device, or a recovery code"},
    {WEB_POST, "/{lang}/staff/sign-in/enrol", "confirms the first device; recovery codes, shown once"},
    {WEB_POST, "/{lang}/staff/sign-in/password", "changes a password that was made by others"},
    {WEB_POST, "/{lang}/staff/sign-in/office", "chooses the office to act in"},
    {WEB_POST, "/{lang}/staff/office", "changes the office to act in"},
    {WEB_POST, "/{lang}/staff/sign-out", "signs out"},
    {WEB_GET, "/{lang}/staff", "one's own account and sessions"},
    {WEB_POST, "/{lang}/staff/sessions/end", "ends other sessions of one's own"},
    {WEB_GET, "/{lang}/staff/password", "the form of a new password"},
    {WEB_POST, "/{lang}/staff/password", "changes one's own password"},
    {WEB_POST, "/{lang}/staff/language", "chooses the language of one's letters"},
    {WEB_GET, "/{lang}/staff/second-factor", "a device of one's own: the first, or another one"},
    {WEB_POST, "/{lang}/staff/second-factor", "confirms it; recovery codes, shown once"},
    {WEB_GET, "/{lang}/staff/recovery-codes", "asks for a code before recovery codes are renewed"},
    {WEB_POST, "/{lang}/staff/recovery-codes", "renews them, shown once"},
    {WEB_GET, "/{lang}/admin", "what can be administered"},
    {WEB_GET, "/{lang}/admin/realm", "name of the institution"},
    {WEB_POST, "/{lang}/admin/realm", "changes the name of the institution"},
    {WEB_GET, "/{lang}/admin/bodies", "the tree of bodies"},
    {WEB_GET, "/{lang}/admin/bodies/new", "the form of a new body"},
    {WEB_POST, "/{lang}/admin/bodies/new", "makes a body"},
    {WEB_GET, "/{lang}/admin/bodies/{id}", "a body with its offices"},
    {WEB_GET, "/{lang}/admin/bodies/{id}/edit", "the form that changes a body"},
    {WEB_POST, "/{lang}/admin/bodies/{id}/edit", "changes a body"},
    {WEB_GET, "/{lang}/admin/bodies/{id}/close", "asks before a body is closed"},
    {WEB_POST, "/{lang}/admin/bodies/{id}/close", "closes a body"},
    {WEB_GET, "/{lang}/admin/bodies/{id}/offices/new", "the form of a new office"},
    {WEB_POST, "/{lang}/admin/bodies/{id}/offices/new", "makes an office"},
    {WEB_GET, "/{lang}/admin/offices/{id}", "an office and who holds it"},
    {WEB_GET, "/{lang}/admin/offices/{id}/edit", "the form that changes an office"},
    {WEB_POST, "/{lang}/admin/offices/{id}/edit", "changes an office"},
    {WEB_GET, "/{lang}/admin/offices/{id}/close", "asks before an office is closed"},
    {WEB_POST, "/{lang}/admin/offices/{id}/close", "closes an office"},
    {WEB_POST, "/{lang}/admin/offices/{id}/appoint", "appoints a person to an office"},
    {WEB_GET, "/{lang}/admin/offices/{id}/end", "asks before an appointment ends"},
    {WEB_POST, "/{lang}/admin/offices/{id}/end", "ends an appointment"},
    {WEB_GET, "/{lang}/admin/people", "accounts, found by login or name"},
    {WEB_GET, "/{lang}/admin/people/new", "the form of a new account"},
    {WEB_POST, "/{lang}/admin/people/new", "makes an account"},
    {WEB_GET, "/{lang}/admin/people/{id}", "an account and its offices"},
    {WEB_GET, "/{lang}/admin/people/{id}/edit", "the form that changes an account"},
    {WEB_POST, "/{lang}/admin/people/{id}/edit", "changes an account"},
    {WEB_GET, "/{lang}/admin/people/{id}/reset", "asks before a password is reset"},
    {WEB_POST, "/{lang}/admin/people/{id}/reset", "gives a new password, shown once"},
    {WEB_GET, "/{lang}/admin/people/{id}/recover", "the form of a request to restore access"},
    {WEB_POST, "/{lang}/admin/people/{id}/recover", "opens it"},
    {WEB_GET, "/{lang}/admin/recovery", "requests to restore access"},
    {WEB_GET, "/{lang}/admin/recovery/{id}", "one request, and what the reader may do"},
    {WEB_POST, "/{lang}/admin/recovery/{id}/confirm", "confirms it as the second person"},
    {WEB_POST, "/{lang}/admin/recovery/{id}/code", "makes the one-time code, shown once to who opened it"},
    {WEB_POST, "/{lang}/admin/recovery/{id}/withdraw", "withdraws it"},
    {WEB_GET, "/{lang}/admin/people/{id}/disable", "asks before an account is closed"},
    {WEB_POST, "/{lang}/admin/people/{id}/disable", "closes an account"},
    {WEB_POST, "/{lang}/admin/people/{id}/enable", "opens an account again"},
    {WEB_GET, "/{lang}/admin/calendar", "the working week and the years that have holidays"},
    {WEB_GET, "/{lang}/admin/calendar/{year}", "holidays and working days off the week of one year"},
    {WEB_GET, "/{lang}/admin/calendar/{year}/day", "the form of a day"},
    {WEB_POST, "/{lang}/admin/calendar/{year}/day", "sets a day"},
    {WEB_POST, "/{lang}/admin/calendar/{year}/remove", "removes a day"},
    {WEB_GET, "/{lang}/admin/calendar/{year}/week", "the form of the working week"},
    {WEB_POST, "/{lang}/admin/calendar/{year}/week", "changes the working week"},
    {WEB_GET, "/{lang}/admin/journal", "the events of the journal, filtered, page by page"},
    {WEB_GET, "/{lang}/admin/letters", "letters that wait, per domain, and those in trouble"},
    {WEB_POST, "/{lang}/admin/letters/again", "tries all waiting letters at once"},
    {WEB_GET, "/{lang}/admin/letters/{id}", "how one letter fares; neither address nor content"},
    {WEB_POST, "/{lang}/admin/letters/{id}/again", "tries one letter again"},
    {WEB_POST, "/{lang}/staff/sign-in/code", "the second factor at sign-in"},
    {WEB_POST, "/{lang}/staff/sign-in/enrol", "sets up the second factor at the first sign-in"},
    {WEB_GET, "/{lang}/staff/second-factor", "one's own second factor"},
    {WEB_POST, "/{lang}/staff/second-factor", "changes one's own second factor"},
    {WEB_GET, "/{lang}/staff/recovery-codes", "asks before new recovery codes are made"},
    {WEB_POST, "/{lang}/staff/recovery-codes", "makes recovery codes, shown once"},
    {WEB_GET, "/{lang}/admin/people/{id}/recover", "asks before a person is let in again"},
    {WEB_POST, "/{lang}/admin/people/{id}/recover", "begins to let a person in again; a second person confirms"},
    {WEB_GET, "/{lang}/admin/recovery", "recoveries that wait for a second person"},
    {WEB_GET, "/{lang}/admin/recovery/{id}", "one recovery"},
    {WEB_POST, "/{lang}/admin/recovery/{id}/confirm", "confirms a recovery as the second person"},
    {WEB_POST, "/{lang}/admin/recovery/{id}/code", "shows the code of a confirmed recovery, once"},
    {WEB_POST, "/{lang}/admin/recovery/{id}/withdraw", "gives a recovery up"},
    {WEB_GET, "/{lang}/figures", "service levels of all bodies"},
    {WEB_GET, "/{lang}/figures/bodies/{code}", "service levels of one body, by month"},
    {WEB_GET, "/{lang}/figures/months/{month}", "service levels of one month, by body"},
    {WEB_GET, "/{lang}/figures/places", "cases by region, as a map and a table"},
    {WEB_GET, "/exports/figures.csv", "the same figures as a table"},
    {WEB_GET, "/exports/places.csv", "cases by place as a table"},
    {WEB_POST, "/{lang}/appeals/{number}/contact/change", "gives another address for letters"},
    {WEB_POST, "/{lang}/appeals/{number}/contact/keep", "keeps the address that was to be changed"},
    {WEB_GET, "/{lang}/diary", "the public register of what offices do"},
    {WEB_GET, "/{lang}/diary/calendar.ics", "the same as a calendar (iCalendar)"},
    {WEB_GET, "/{lang}/diary/counters", "how many of each kind, with the definition; never added up"},
    {WEB_GET, "/{lang}/diary/entries/{code}", "one entry"},
    {WEB_GET, "/{lang}/diary/feed.atom", "the newest entries as a feed (Atom)"},
    {WEB_GET, "/{lang}/desk/diary", "entries of one's own office"},
    {WEB_GET, "/{lang}/desk/diary/new", "the form of a new entry"},
    {WEB_POST, "/{lang}/desk/diary/new", "writes an entry"},
    {WEB_GET, "/{lang}/desk/diary/{code}", "an entry with its steps"},
    {WEB_GET, "/{lang}/desk/diary/{code}/edit", "the form that changes an entry"},
    {WEB_POST, "/{lang}/desk/diary/{code}/edit", "changes an entry"},
    {WEB_POST, "/{lang}/desk/diary/{code}/{step}", "takes a step: publishes, withdraws ..."},
    {WEB_GET, "/exports/diary.csv", "the register as a table"},
    {WEB_GET, "/exports/diary-counters.csv", "the counters as a table"},
    {WEB_GET, "/api/v1/diary", "entries of the register"},
    {WEB_GET, "/api/v1/diary/counters", "counters of the register"},
    {WEB_GET, "/api/v1/diary/entries/{code}", "one entry"},
    {WEB_GET, "/{lang}/log", "the public log: size, checkpoints, key"},
    {WEB_GET, "/{lang}/log/check", "the form that checks a receipt"},
    {WEB_POST, "/{lang}/log/check", "checks a receipt"},
    {WEB_GET, "/log/checkpoint", "the latest signed head of the log (C2SP tlog-checkpoint)"},
    {WEB_GET, "/log/key", "the public key of the log"},
    {WEB_GET, "/log/checkpoint/{size}", "the signed head of this size"},
    {WEB_GET, "/log/tile/{level}/{n}", "a tile of 256 hashes, or a bundle of 256 entries (level entries)"},
    {WEB_GET, "/log/tile/{level}/{n}/{m}", "the same for numbers from 1000 on (x001/000), and the last tile (000.p/12)"},
    {WEB_GET, "/log/tile/{level}/{n}/{m}/{o}", "the same"},
    {WEB_GET, "/log/tile/{level}/{n}/{m}/{o}/{p}", "the same"},
    {WEB_POST, "/api/v1/appeals", "sends an appeal"},
    {WEB_GET, "/api/v1/appeals/{number}", "an appeal with its state, due date and answers"},
    {WEB_GET, "/api/v1/appeals/{number}/proof", "the receipt, renewed"},
    {WEB_GET, "/api/openapi.json", "the description of the JSON API, OpenAPI 3.1"},
};
#define N_WORDS (sizeof all / sizeof all[0])

const char *route_words(const struct web_route *route)
{
    for (size_t i = 0; i < N_WORDS; i++)
        if (all[i].method == route->method && strcmp(all[i].pattern, route->pattern) == 0)
            return all[i].words;
    return NULL;
}

static bool has_route(const struct words *w, const struct web_route *const *tables, const size_t *sizes, size_t n)
{
    for (size_t i = 0; i < n; i++)
        for (size_t k = 0; k < sizes[i]; k++)
            if (tables[i][k].method == w->method && strcmp(tables[i][k].pattern, w->pattern) == 0)
                return true;
    return false;
}

const char *route_words_stale(struct arena *a)
{
    const struct web_route *const *tables;
    const size_t *sizes;
    size_t n;
    registry_routes(a, &tables, &sizes, &n);
    for (size_t i = 0; i < N_WORDS; i++)
        if (!has_route(&all[i], tables, sizes, n))
            return str_printf(a, "%s %s", all[i].method == WEB_GET ? "GET" : "POST", all[i].pattern).p;
    return NULL;
}
