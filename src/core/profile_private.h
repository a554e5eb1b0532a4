/* SPDX-License-Identifier: AGPL-3.0-or-later
 *
 * profile_private.h - what a profile looks like inside; for the profile_*.c files alone.
 */
#ifndef BIRGE_CORE_PROFILE_PRIVATE_H
#define BIRGE_CORE_PROFILE_PRIVATE_H

#include "core/profile.h"

struct profile_act {
    struct str code;     /* "appc": how citations name it in the file */
    struct text3 name;   /* short: "APPC" */
    struct text3 title;
    struct str url, redaction; /* absent if unknown */
};

struct profile_list {
    struct str code; /* "return" */
    struct profile_ground *grounds;
    size_t n_grounds;
};

struct profile_process {
    struct str code; /* "appeal" */
    struct str *steps;
    size_t n_steps;
};

struct profile {
    struct profile_info info;
    struct profile_act *acts;
    size_t n_acts;
    struct profile_registration registration;
    struct profile_rule *rules; /* by key, then valid_from */
    size_t n_rules;
    struct profile_kind *kinds;
    size_t n_kinds;
    struct profile_channel *channels;
    size_t n_channels;
    struct profile_identity *identities;
    size_t n_identities;
    struct profile_list *lists;
    size_t n_lists;
    struct profile_block *blocks;
    size_t n_blocks;
    struct profile_remedy remedy;
    struct profile_process *processes;
    size_t n_processes;
    struct profile_transition *transitions;
    size_t n_transitions;
};

/* How the words of an enum are written in files, by its values. */
extern const char *const profile_confidence_words[N_CONFIDENCE];
extern const char *const profile_unit_words[N_UNITS];

/* The steps a process may have; anything else is refused. */
extern const char *const profile_step_names[];
extern const size_t profile_n_step_names;

/* One file that comes with the program (profiles/, linked in by profiles/meson.build). */
struct profile_file {
    const char *name; /* "kz-2026.json" */
    const unsigned char *bytes;
    const unsigned char *end;
};
extern const struct profile_file profile_files[];
extern const size_t profile_n_files;

/* The bytes of a file that comes with the program, or the absent value. Static. */
struct str profile_file_bytes(const char *name);

#endif
