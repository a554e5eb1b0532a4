/* SPDX-License-Identifier: AGPL-3.0-or-later
 *
 * model.c - stored names of states, channels and identity levels.
 */
#include "institutions/reception/model.h"

#include "base/err.h"

static const struct str state_names[N_APPEAL_STATES] = {
    [APPEAL_REGISTERED] = STR("registered"), [APPEAL_FORWARDED] = STR("forwarded"),
    [APPEAL_ASSIGNED] = STR("assigned"),     [APPEAL_ANSWERED] = STR("answered"),
    [APPEAL_REFUSED] = STR("refused"),       [APPEAL_SOLVED] = STR("solved"),
    [APPEAL_NOT_SOLVED] = STR("not_solved"),
};

static const struct str channel_names[N_CHANNELS] = {
    [CHANNEL_WEB] = STR("web"),     [CHANNEL_API] = STR("api"),
    [CHANNEL_PAPER] = STR("paper"), [CHANNEL_PHONE] = STR("phone"),
    [CHANNEL_RECEPTION] = STR("reception"), [CHANNEL_IMPORT] = STR("import"),
};

static const struct str identity_names[N_IDENTITIES] = {
    [IDENTITY_NONE] = STR("none"),           [IDENTITY_CONTACT] = STR("contact"),
    [IDENTITY_PAPER] = STR("paper"),         [IDENTITY_SIGNED_IN] = STR("signed_in"),
    [IDENTITY_SIGNATURE] = STR("signature"),
};

/* Position of `name`, or -1. */
static int find(const struct str *names, int n, struct str name)
{
    for (int i = 0; i < n; i++)
        if (str_eq(names[i], name))
            return i;
    return -1;
}

struct str appeal_state_name(enum appeal_state s)
{
    MUST(s >= 0 && s < N_APPEAL_STATES);
    return state_names[s];
}

bool appeal_state_of_name(struct str name, enum appeal_state *ret_state)
{
    int i = find(state_names, N_APPEAL_STATES, name);
    if (i >= 0)
        *ret_state = (enum appeal_state)i;
    return i >= 0;
}

struct str appeal_channel_name(enum appeal_channel c)
{
    MUST(c >= 0 && c < N_CHANNELS);
    return channel_names[c];
}

bool appeal_channel_of_name(struct str name, enum appeal_channel *ret_channel)
{
    int i = find(channel_names, N_CHANNELS, name);
    if (i >= 0)
        *ret_channel = (enum appeal_channel)i;
    return i >= 0;
}

struct str appeal_identity_name(enum appeal_identity i)
{
    MUST(i >= 0 && i < N_IDENTITIES);
    return identity_names[i];
}

bool appeal_identity_of_name(struct str name, enum appeal_identity *ret_identity)
{
    int i = find(identity_names, N_IDENTITIES, name);
    if (i >= 0)
        *ret_identity = (enum appeal_identity)i;
    return i >= 0;
}
