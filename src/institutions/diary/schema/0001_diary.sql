-- SPDX-License-Identifier: AGPL-3.0-or-later
--
-- 0001_diary.sql - what an office does: events, meetings, trips, calls, interviews, protocol mail.
--
-- What was written is kept version by version. Pages for everybody read diary_public, where nothing stands that was
-- not published: a statement that forgets a condition still cannot show a plan.

-- fact of entry by id
CREATE TABLE diary_entry (
    realm           INTEGER NOT NULL,
    id              INTEGER NOT NULL,
    code            TEXT NOT NULL,          -- 12 letters by chance: its public name, so that gaps tell nothing
    body_id         INTEGER NOT NULL,       -- whose staff keeps it
    office_id       INTEGER NOT NULL,       -- whose diary it is
    state           TEXT NOT NULL CHECK (state IN ('planned', 'held', 'published', 'cancelled', 'postponed')),
    is_announced    INTEGER NOT NULL CHECK (is_announced IN (0, 1)), -- shown before it is over, by a decision
    reason          TEXT NOT NULL,          -- why cancelled or postponed; '' otherwise
    version         INTEGER NOT NULL,       -- the newest
    public_version  INTEGER NOT NULL,       -- the one that everybody sees; 0: none
    sequence        INTEGER NOT NULL,       -- iCalendar: how often it changed for everybody
    source_uid      TEXT NOT NULL,          -- UID in the calendar it was imported from; '' when typed
    entered_at      INTEGER NOT NULL,
    public_at       INTEGER,                -- first shown to everybody
    changed_at      INTEGER,                -- last changed for everybody
    PRIMARY KEY (realm, id),
    UNIQUE (realm, code)
) STRICT;
CREATE INDEX diary_entry_body ON diary_entry (realm, body_id, id);
CREATE INDEX diary_entry_state ON diary_entry (realm, body_id, state, id);
CREATE INDEX diary_entry_source ON diary_entry (realm, office_id, source_uid) WHERE source_uid <> '';

-- What an entry said from one version to the next.
-- fact of entry by entry_id
CREATE TABLE diary_version (
    realm           INTEGER NOT NULL,
    entry_id        INTEGER NOT NULL,
    no              INTEGER NOT NULL,       -- 1, 2, 3 ...
    kind            TEXT NOT NULL CHECK (kind IN ('event', 'meeting', 'trip', 'call', 'interview', 'mail')),
    form            TEXT NOT NULL,          -- "state_visit" ...; '' when nothing more is to say
    is_abroad       INTEGER NOT NULL CHECK (is_abroad IN (0, 1)), -- calls and mail: with somebody abroad
    country         TEXT NOT NULL,          -- abroad; '' at home
    inside_id       INTEGER,                -- the event or trip that it is part of
    begins_at       INTEGER NOT NULL,
    ends_at         INTEGER NOT NULL,       -- the first instant behind it
    begins_on       TEXT NOT NULL,          -- its days in its zone
    ends_on         TEXT NOT NULL,
    is_all_day      INTEGER NOT NULL CHECK (is_all_day IN (0, 1)),
    zone            TEXT NOT NULL,          -- tz database name
    link            TEXT NOT NULL,          -- transcript or material; '' for none
    language        TEXT NOT NULL CHECK (language IN ('kk', 'ru', 'en')), -- the one it must be written in
    note            TEXT NOT NULL,          -- what was corrected, for everybody; '' in the first
    at              INTEGER NOT NULL,
    by_person_id    INTEGER,                -- NULL: imported
    by_office_id    INTEGER,
    approved_at     INTEGER,                -- by another person
    approved_by     INTEGER,                -- office
    PRIMARY KEY (realm, entry_id, no)
) STRICT;
CREATE INDEX diary_version_inside ON diary_version (realm, inside_id, entry_id) WHERE inside_id IS NOT NULL;

-- The words of a version in one language.
-- fact of entry by entry_id
CREATE TABLE diary_text (
    realm           INTEGER NOT NULL,
    entry_id        INTEGER NOT NULL,
    no              INTEGER NOT NULL,
    language        TEXT NOT NULL CHECK (language IN ('kk', 'ru', 'en')),
    title           TEXT NOT NULL,
    place           TEXT NOT NULL,
    about           TEXT NOT NULL,
    outcome         TEXT NOT NULL,
    PRIMARY KEY (realm, entry_id, no, language)
) STRICT;

-- Who took part, from one version to another. A private person stands here with consent alone.
-- fact of entry by entry_id
CREATE TABLE diary_participant (
    realm           INTEGER NOT NULL,
    entry_id        INTEGER NOT NULL,
    no              INTEGER NOT NULL,
    kind            TEXT NOT NULL CHECK (kind IN ('head', 'official', 'body', 'person')),
                                            -- head: of a state or government
    name            TEXT NOT NULL,
    post            TEXT NOT NULL,          -- what an official is; '' for bodies and persons
    from_version    INTEGER NOT NULL,
    to_version      INTEGER,                -- the first that does not name them any more
    PRIMARY KEY (realm, entry_id, no)
) STRICT;

-- That a private person agreed to be named; kept as proof when it is withdrawn.
-- fact of entry by entry_id
CREATE TABLE diary_consent (
    realm           INTEGER NOT NULL,
    entry_id        INTEGER NOT NULL,
    participant_no  INTEGER NOT NULL,
    how             TEXT NOT NULL CHECK (how IN ('written', 'email', 'spoken')),
    given_on        TEXT NOT NULL,
    at              INTEGER NOT NULL,
    by_person_id    INTEGER,
    by_office_id    INTEGER,
    withdrawn_at    INTEGER,
    withdrawn_how   TEXT,
    withdrawn_by    INTEGER,                -- office that wrote it down
    PRIMARY KEY (realm, entry_id, participant_no)
) STRICT;

-- What everybody may see, and what each entry adds to the counters.
-- projection
CREATE TABLE diary_public (
    realm           INTEGER NOT NULL,
    entry_id        INTEGER NOT NULL,
    code            TEXT NOT NULL,
    body_id         INTEGER NOT NULL,
    office_id       INTEGER NOT NULL,
    state           TEXT NOT NULL,
    reason          TEXT NOT NULL,
    version         INTEGER NOT NULL,
    kind            TEXT NOT NULL,
    form            TEXT NOT NULL,
    is_abroad       INTEGER NOT NULL CHECK (is_abroad IN (0, 1)),
    inside_id       INTEGER,
    begins_at       INTEGER NOT NULL,
    ends_at         INTEGER NOT NULL,
    begins_on       TEXT NOT NULL,
    ends_on         TEXT NOT NULL,
    sequence        INTEGER NOT NULL,
    public_at       INTEGER NOT NULL,
    changed_at      INTEGER NOT NULL,
    counter         TEXT NOT NULL,          -- which one it is counted in; '' none
    counted_on      TEXT NOT NULL,          -- the day that it is counted for
    is_part         INTEGER NOT NULL CHECK (is_part IN (0, 1)),  -- counts only in "of which"
    has_part        INTEGER NOT NULL CHECK (has_part IN (0, 1)), -- counts, and in "of which" too
    PRIMARY KEY (realm, entry_id),
    UNIQUE (realm, code)
) STRICT;
CREATE INDEX diary_public_day ON diary_public (realm, begins_on, entry_id);
CREATE INDEX diary_public_changed ON diary_public (realm, changed_at, entry_id);
CREATE INDEX diary_public_inside ON diary_public (realm, inside_id, begins_at) WHERE inside_id IS NOT NULL;

-- Counters by day, month and year, so that any period is read from a few rows.
-- projection
CREATE TABLE diary_count (
    realm           INTEGER NOT NULL,
    office_id       INTEGER NOT NULL,
    grain           TEXT NOT NULL CHECK (grain IN ('day', 'month', 'year')),
    period          TEXT NOT NULL,          -- "2026-03-30", "2026-03", "2026"
    counter         TEXT NOT NULL,
    n               INTEGER NOT NULL,
    n_part          INTEGER NOT NULL,       -- "of which"
    PRIMARY KEY (realm, office_id, grain, period, counter)
) STRICT;
