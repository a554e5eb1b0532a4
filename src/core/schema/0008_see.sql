-- SPDX-License-Identifier: AGPL-3.0-or-later
--
-- 0008_see.sql - what two persons decide together, who must not work on what, what was read too much, and readings of
-- everything at once.

-- A request that one person makes and another confirms. `noun` and `noun_id` say what it is about.
-- fact of two_persons by id
CREATE TABLE core_two_persons (
    realm            INTEGER NOT NULL,
    id               INTEGER NOT NULL,
    kind             TEXT NOT NULL,         -- two_persons_kind.name: "identity_opening"
    noun             TEXT NOT NULL,
    noun_id          INTEGER NOT NULL,
    ground           TEXT NOT NULL,         -- code of a closed list; '' where the kind has none
    note             TEXT NOT NULL,         -- in the words of who asked
    asked_at         INTEGER NOT NULL,
    asked_by         INTEGER NOT NULL,      -- a person, and the office they acted in; 0: the operator of the machine
    asked_office     INTEGER NOT NULL,
    expires_at       INTEGER NOT NULL,      -- of the request; once confirmed, of what it allows
    confirmed_at     INTEGER,
    confirmed_by     INTEGER,
    confirmed_office INTEGER,
    ended_at         INTEGER,
    ended_how        TEXT CHECK (ended_how IN ('used', 'withdrawn', 'refused', 'expired')),
    PRIMARY KEY (realm, id),
    CHECK (confirmed_by IS NULL OR confirmed_by <> asked_by)
) STRICT;
CREATE INDEX core_two_persons_of ON core_two_persons (realm, noun, noun_id, id);
CREATE INDEX core_two_persons_open ON core_two_persons (realm, kind, id) WHERE ended_at IS NULL;

-- Who has said to be too near to a body, an office or a person to decide about them.
-- fact of person by person_id
CREATE TABLE core_conflict (
    realm       INTEGER NOT NULL,
    id          INTEGER NOT NULL,
    person_id   INTEGER NOT NULL,           -- who declared it
    about       TEXT NOT NULL CHECK (about IN ('body', 'office', 'person')),
    about_id    INTEGER NOT NULL,
    ground      TEXT NOT NULL CHECK (ground IN ('kin', 'former_work', 'money', 'dispute', 'other')),
    note        TEXT NOT NULL,
    declared_at INTEGER NOT NULL,
    ended_at    INTEGER,
    PRIMARY KEY (realm, id)
) STRICT;
CREATE INDEX core_conflict_by_person ON core_conflict (realm, person_id, id);

-- What somebody should look at: a person read very many cases, or one that they said to be too near to. Nothing is
-- blocked by it.
-- fact of alert by id
CREATE TABLE core_alert (
    realm       INTEGER NOT NULL,
    id          INTEGER NOT NULL,
    kind        TEXT NOT NULL CHECK (kind IN ('many_readings', 'many_foreign', 'conflict_opened')),
    person_id   INTEGER NOT NULL,
    office_id   INTEGER NOT NULL,
    body_id     INTEGER NOT NULL,
    noun        TEXT NOT NULL,              -- the case, of 'conflict_opened'; '' otherwise
    noun_id     INTEGER NOT NULL,           -- 0 without one
    n           INTEGER NOT NULL,           -- readings in the hour
    at          INTEGER NOT NULL,
    seen_at     INTEGER,                    -- somebody looked into it, and wrote what came of it
    seen_by     INTEGER,
    seen_office INTEGER,
    seen_note   TEXT,
    PRIMARY KEY (realm, id)
) STRICT;
CREATE INDEX core_alert_of_person ON core_alert (realm, person_id, kind, at);

-- Who read how much lately.
CREATE INDEX journal_reading_by_person ON journal_reading (realm, person_id, at);

-- Readings of everything at once, by the operator of the machine: backups and copies.
-- fact of whole_reading by id
CREATE TABLE core_whole_reading (
    realm       INTEGER NOT NULL,
    id          INTEGER NOT NULL,
    way         TEXT NOT NULL CHECK (way IN ('backup', 'copy')),
    at          INTEGER NOT NULL,
    PRIMARY KEY (realm, id)
) STRICT;
