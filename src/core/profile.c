/* SPDX-License-Identifier: AGPL-3.0-or-later
 *
 * profile.c - asking a profile: rules by key and day, kinds, grounds, and what else it says.
 */
#include "core/profile_private.h"

#include "base/clock.h"

/* ---- names of enums ---- */

struct str confidence_name(enum confidence c)
{
    MUST(c >= 0 && c < N_CONFIDENCE);
    return str_c(profile_confidence_words[c]);
}

bool confidence_of_name(struct str name, enum confidence *ret_confidence)
{
    for (int i = 0; i < N_CONFIDENCE; i++) {
        if (str_eq(name, str_c(profile_confidence_words[i]))) {
            *ret_confidence = (enum confidence)i;
            return true;
        }
    }
    return false;
}

struct str profile_unit_name(enum profile_unit unit)
{
    MUST(unit >= 0 && unit < N_UNITS);
    return str_c(profile_unit_words[unit]);
}

/* ---- finding a profile ---- */

const struct profile *profile_find(const struct profile *const *profiles, size_t n, struct str id)
{
    for (size_t i = 0; i < n; i++)
        if (str_eq(profiles[i]->info.id, id))
            return profiles[i];
    return NULL;
}

const struct profile *profile_find_tag(const struct profile *const *profiles, size_t n, struct str tag)
{
    for (size_t i = 0; i < n; i++)
        if (str_eq(profiles[i]->info.tag, tag))
            return profiles[i];
    return NULL;
}

static const struct profile *successor_of(const struct profile *const *profiles, size_t n, struct str id)
{
    for (size_t i = 0; i < n; i++)
        if (profiles[i]->info.replaces.p && str_eq(profiles[i]->info.replaces, id))
            return profile_find(profiles, n, profiles[i]->info.id);
    return NULL;
}

const struct profile *profile_in_force(const struct profile *const *profiles, size_t n, struct str id,
                                       int32_t day)
{
    const struct profile *start = profile_find(profiles, n, id);
    const struct profile *p = start;
    for (size_t hops = 0; p && hops <= n; hops++) { /* a circle of "replaces" ends too */
        if (day < p->info.valid_from)
            p = p->info.replaces.p ? profile_find(profiles, n, p->info.replaces) : NULL;
        else if (day > p->info.valid_to)
            p = successor_of(profiles, n, p->info.id);
        else
            return p;
    }
    return start;
}

const struct profile_info *profile_info(const struct profile *p)
{
    return &p->info;
}

/* ---- rules ---- */

const struct profile_rule *profile_rule(const struct profile *p, const char *key, int32_t on)
{
    struct str k = str_c(key);
    size_t low = 0;
    size_t high = p->n_rules;
    while (low < high) { /* the first rule of this key */
        size_t mid = low + (high - low) / 2;
        if (str_cmp(p->rules[mid].key, k) < 0)
            low = mid + 1;
        else
            high = mid;
    }
    for (; low < p->n_rules && str_eq(p->rules[low].key, k); low++)
        if (p->rules[low].valid_from <= on && on <= p->rules[low].valid_to)
            return &p->rules[low];
    return NULL;
}

int64_t profile_value(const struct profile *p, const char *key, int32_t on, int64_t otherwise)
{
    const struct profile_rule *rule = profile_rule(p, key, on);
    return rule ? rule->value : otherwise;
}

struct str profile_law(const struct profile *p, const char *key, int32_t on)
{
    const struct profile_rule *rule = profile_rule(p, key, on);
    return rule ? rule->cite.law : (struct str){0};
}

const struct profile_rule *profile_rules(const struct profile *p, size_t *ret_n)
{
    *ret_n = p->n_rules;
    return p->rules;
}

/* ---- kinds, channels, identity ---- */

const struct profile_kind *profile_kinds(const struct profile *p, size_t *ret_n)
{
    *ret_n = p->n_kinds;
    return p->kinds;
}

const struct profile_kind *profile_kind(const struct profile *p, struct str code)
{
    for (size_t i = 0; i < p->n_kinds; i++)
        if (str_eq(p->kinds[i].code, code))
            return &p->kinds[i];
    return NULL;
}

const struct profile_kind *profile_default_kind(const struct profile *p)
{
    for (size_t i = 0; i < p->n_kinds; i++)
        if (p->kinds[i].is_default)
            return &p->kinds[i];
    return p->n_kinds > 0 ? &p->kinds[0] : NULL;
}

const struct profile_channel *profile_channels(const struct profile *p, size_t *ret_n)
{
    *ret_n = p->n_channels;
    return p->channels;
}

const struct profile_channel *profile_channel(const struct profile *p, struct str code)
{
    for (size_t i = 0; i < p->n_channels; i++)
        if (str_eq(p->channels[i].code, code))
            return &p->channels[i];
    return NULL;
}

const struct profile_identity *profile_identities(const struct profile *p, size_t *ret_n)
{
    *ret_n = p->n_identities;
    return p->identities;
}

const struct profile_identity *profile_identity(const struct profile *p, struct str code)
{
    for (size_t i = 0; i < p->n_identities; i++)
        if (str_eq(p->identities[i].code, code))
            return &p->identities[i];
    return NULL;
}

/* ---- closed lists and steps ---- */

const struct profile_ground *profile_grounds(const struct profile *p, const char *list, size_t *ret_n)
{
    *ret_n = 0;
    for (size_t i = 0; i < p->n_lists; i++) {
        if (str_eq(p->lists[i].code, str_c(list))) {
            *ret_n = p->lists[i].n_grounds;
            return p->lists[i].grounds;
        }
    }
    return NULL;
}

const struct profile_ground *profile_ground(const struct profile *p, const char *list, struct str code)
{
    size_t n;
    const struct profile_ground *grounds = profile_grounds(p, list, &n);
    for (size_t i = 0; i < n; i++)
        if (str_eq(grounds[i].code, code))
            return &grounds[i];
    return NULL;
}

bool profile_has_step(const struct profile *p, const char *process, const char *step)
{
    for (size_t i = 0; i < p->n_processes; i++) {
        if (!str_eq(p->processes[i].code, str_c(process)))
            continue;
        for (size_t k = 0; k < p->processes[i].n_steps; k++)
            if (str_eq(p->processes[i].steps[k], str_c(step)))
                return true;
    }
    return false;
}

/* ---- the rest ---- */

const struct profile_block *profile_blocks(const struct profile *p, size_t *ret_n)
{
    *ret_n = p->n_blocks;
    return p->blocks;
}

const struct profile_remedy *profile_remedy(const struct profile *p)
{
    return &p->remedy;
}

const struct profile_registration *profile_registration(const struct profile *p)
{
    return &p->registration;
}

const struct profile_transition *profile_transitions(const struct profile *p, size_t *ret_n)
{
    *ret_n = p->n_transitions;
    return p->transitions;
}
