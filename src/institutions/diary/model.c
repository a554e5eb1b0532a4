/* SPDX-License-Identifier: AGPL-3.0-or-later
 *
 * model.c - the stored names of the diary's words.
 */
#include "institutions/diary/model.h"

static const char *const states[N_DIARY_STATES] = {"planned", "held", "published", "cancelled", "postponed"};
static const char *const kinds[N_DIARY_KINDS] = {"event", "meeting", "trip", "call", "interview", "mail"};
static const char *const whos[N_DIARY_WHO] = {"head", "official", "body", "person"};
static const char *const counters[N_DIARY_COUNTERS] = {
    [DIARY_EVENTS_HOME] = "events_home",         [DIARY_EVENTS_ABROAD] = "events_abroad",
    [DIARY_MEETINGS_HOME] = "meetings_home",     [DIARY_MEETINGS_ABROAD] = "meetings_abroad",
    [DIARY_TRIPS_HOME] = "trips_home",           [DIARY_TRIPS_ABROAD] = "trips_abroad",
    [DIARY_CALLS_HOME] = "calls_home",           [DIARY_CALLS_ABROAD] = "calls_abroad",
    [DIARY_INTERVIEWS] = "interviews",           [DIARY_MAILS] = "mail",
};

static bool find(const char *const *names, int n, struct str name, int *ret)
{
    for (int i = 0; i < n; i++) {
        if (str_eq(str_c(names[i]), name)) {
            *ret = i;
            return true;
        }
    }
    return false;
}

struct str diary_state_name(enum diary_state s)
{
    return str_c(states[s]);
}

bool diary_state_of_name(struct str name, enum diary_state *ret)
{
    int i = 0;
    bool found = find(states, N_DIARY_STATES, name, &i);
    if (found)
        *ret = (enum diary_state)i;
    return found;
}

struct str diary_kind_name(enum diary_kind k)
{
    return str_c(kinds[k]);
}

bool diary_kind_of_name(struct str name, enum diary_kind *ret)
{
    int i = 0;
    bool found = find(kinds, N_DIARY_KINDS, name, &i);
    if (found)
        *ret = (enum diary_kind)i;
    return found;
}

struct str diary_who_name(enum diary_who w)
{
    return str_c(whos[w]);
}

bool diary_who_of_name(struct str name, enum diary_who *ret)
{
    int i = 0;
    bool found = find(whos, N_DIARY_WHO, name, &i);
    if (found)
        *ret = (enum diary_who)i;
    return found;
}

struct str diary_counter_name(enum diary_counter c)
{
    return str_c(counters[c]);
}

bool diary_counter_of_name(struct str name, enum diary_counter *ret)
{
    int i = 0;
    bool found = find(counters, N_DIARY_COUNTERS, name, &i);
    if (found)
        *ret = (enum diary_counter)i;
    return found;
}

bool diary_counter_has_part(enum diary_counter c)
{
    return c <= DIARY_MEETINGS_ABROAD;
}

const char *const *diary_forms(enum diary_kind k)
{
    static const char *const none[] = {NULL};
    static const char *const event[] = {"ceremony", "conference", "session", "visit", NULL};
    static const char *const meeting[] = {"bilateral", "multilateral", NULL};
    static const char *const trip[] = {"state_visit", "official_visit", "working_trip", NULL};
    static const char *const interview[] = {"television", "press", "online", NULL};
    static const char *const mail[] = {"congratulation", "condolence", "telegram", "letter", NULL};
    switch (k) {
    case DIARY_EVENT: return event;
    case DIARY_MEETING: return meeting;
    case DIARY_TRIP: return trip;
    case DIARY_INTERVIEW: return interview;
    case DIARY_MAIL: return mail;
    default: return none;
    }
}

bool diary_form_fits(enum diary_kind k, struct str form)
{
    for (const char *const *f = diary_forms(k); *f; f++)
        if (str_eq(form, str_c(*f)))
            return true;
    return form.n == 0;
}
