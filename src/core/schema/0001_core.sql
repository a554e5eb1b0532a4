-- SPDX-License-Identifier: AGPL-3.0-or-later
--
-- 0001_core.sql - what every state has: realms, bodies, offices, people, a calendar, a journal.
--
-- A table is one of three things. A `fact of <noun>` can never be rebuilt: every change of it is a
-- journal event that carries the digest of all fact rows of its noun. `journal` tables only grow, and
-- the tree commits to them. A `projection` may be lost: it is derived, or it is short-lived state.
-- Times are milliseconds UTC (_at), civil dates ISO text (_on), flags 0 or 1.

-- A self-governing part with its own journal; 1 unless a country runs several.
-- fact of realm by id
CREATE TABLE core_realm (
    realm       INTEGER NOT NULL,
    id          INTEGER NOT NULL,           -- equals realm: the noun's id
    name_kk     TEXT NOT NULL,              -- name of the institution, shown on every page
    name_ru     TEXT NOT NULL,
    name_en     TEXT NOT NULL,
    profile     TEXT NOT NULL,              -- profile new cases are registered under, "kz-2026"
    zone        TEXT NOT NULL,              -- tz database name, "Asia/Almaty"
    is_demo     INTEGER NOT NULL CHECK (is_demo IN (0, 1)),   -- made-up data, said on every page
    created_at  INTEGER NOT NULL,
    PRIMARY KEY (realm, id)
) STRICT;

-- A state body. The tree of parents is the line of command.
-- fact of body by id
CREATE TABLE core_body (
    realm       INTEGER NOT NULL,
    id          INTEGER NOT NULL,
    parent_id   INTEGER,                    -- the superior body; NULL at the top
    code        TEXT NOT NULL,              -- short stable name for addresses and files, "roads"
    name_kk     TEXT NOT NULL,
    name_ru     TEXT NOT NULL,
    name_en     TEXT NOT NULL,
    about_kk    TEXT NOT NULL,              -- what it is competent for, one sentence
    about_ru    TEXT NOT NULL,
    about_en    TEXT NOT NULL,
    address     TEXT NOT NULL,
    phone       TEXT NOT NULL,
    hours       TEXT NOT NULL,              -- reception hours as shown
    is_intake   INTEGER NOT NULL CHECK (is_intake IN (0, 1)), -- citizens can choose it
    created_at  INTEGER NOT NULL,
    closed_at   INTEGER,                    -- abolished; kept because cases name it
    PRIMARY KEY (realm, id),
    UNIQUE (realm, code)
) STRICT;

-- An office (post) of a body. Work belongs to the office, never to the person.
-- fact of office by id
CREATE TABLE core_office (
    realm       INTEGER NOT NULL,
    id          INTEGER NOT NULL,
    body_id     INTEGER NOT NULL,
    role        TEXT NOT NULL CHECK (role IN
                ('registrar', 'executor', 'head', 'administrator', 'auditor')),
    title_kk    TEXT NOT NULL,
    title_ru    TEXT NOT NULL,
    title_en    TEXT NOT NULL,
    from_on     TEXT NOT NULL,
    to_on       TEXT,                       -- last day; NULL while it exists
    PRIMARY KEY (realm, id)
) STRICT;
CREATE INDEX core_office_by_body ON core_office (realm, body_id, id);

-- Someone who can sign in as staff. What applicants say of themselves stands with their appeal.
-- fact of person by id
CREATE TABLE core_person (
    realm       INTEGER NOT NULL,
    id          INTEGER NOT NULL,
    login       TEXT NOT NULL,              -- folded; what is typed at sign-in
    name        TEXT NOT NULL,
    language    TEXT NOT NULL CHECK (language IN ('kk', 'ru', 'en')),
    password    TEXT NOT NULL,              -- argon2id string
    must_change INTEGER NOT NULL CHECK (must_change IN (0, 1)), -- made by an administrator: changed at sign-in
    created_at  INTEGER NOT NULL,
    disabled_at INTEGER,                    -- cannot sign in since then
    PRIMARY KEY (realm, id),
    UNIQUE (realm, login)
) STRICT;

-- Who holds an office, from and to. One person may hold several offices.
-- fact of office by office_id
CREATE TABLE core_appointment (
    realm       INTEGER NOT NULL,
    id          INTEGER NOT NULL,
    office_id   INTEGER NOT NULL,
    person_id   INTEGER NOT NULL,
    from_on     TEXT NOT NULL,
    to_on       TEXT,                       -- last day; NULL while it lasts
    PRIMARY KEY (realm, id)
) STRICT;
CREATE INDEX core_appointment_by_office ON core_appointment (realm, office_id, id);
CREATE INDEX core_appointment_by_person ON core_appointment (realm, person_id, id);

-- The working week, one row per realm: seven characters from Monday, 1 works, 0 rests.
-- fact of calendar by id
CREATE TABLE core_calendar (
    realm       INTEGER NOT NULL,
    id          INTEGER NOT NULL,
    week        TEXT NOT NULL,
    PRIMARY KEY (realm, id)
) STRICT;

-- A day that differs from the week: a holiday, a day off, or a Saturday that works.
-- fact of calendar by calendar_id
CREATE TABLE core_calendar_day (
    realm       INTEGER NOT NULL,
    calendar_id INTEGER NOT NULL,
    day_on      TEXT NOT NULL,
    is_work     INTEGER NOT NULL CHECK (is_work IN (0, 1)),
    name_kk     TEXT NOT NULL,
    name_ru     TEXT NOT NULL,
    name_en     TEXT NOT NULL,
    source      TEXT NOT NULL,              -- act or decision it rests on; shown in "how computed"
    is_verified INTEGER NOT NULL CHECK (is_verified IN (0, 1)),
    PRIMARY KEY (realm, calendar_id, day_on)
) STRICT;

-- Every action: who did what to what, under which rules, and the digest of the state after it.
-- journal
CREATE TABLE journal_event (
    realm       INTEGER NOT NULL,
    seq         INTEGER NOT NULL,           -- 0, 1, 2 ... without gaps
    leaf        INTEGER NOT NULL,           -- index of its entry in the log
    batch       INTEGER NOT NULL,
    at          INTEGER NOT NULL,           -- never earlier than the event before
    noun        TEXT NOT NULL,
    noun_id     INTEGER NOT NULL,
    verb        TEXT NOT NULL,
    actor       TEXT NOT NULL CHECK (actor IN ('applicant', 'staff', 'operator', 'clock')),
    person_id   INTEGER,
    office_id   INTEGER,
    profile     TEXT NOT NULL,              -- name and hash of the rules that were asked; '' for none
    lines       TEXT NOT NULL,              -- what the commitment binds, lines with LF
    detail      TEXT NOT NULL,              -- JSON: what staff and author may read about it
    salt        BLOB NOT NULL,              -- 32 bytes; without it the entry says nothing
    state       BLOB NOT NULL,              -- 32 bytes: digest of all fact rows of the noun
    PRIMARY KEY (realm, seq)
) STRICT;
CREATE INDEX journal_event_by_noun ON journal_event (realm, noun, noun_id, seq);
CREATE INDEX journal_event_by_batch ON journal_event (realm, batch, seq);

-- Every reading of a personal case, shown to its author.
-- journal
CREATE TABLE journal_reading (
    realm       INTEGER NOT NULL,
    seq         INTEGER NOT NULL,           -- 0, 1, 2 ... without gaps
    batch       INTEGER NOT NULL,
    at          INTEGER NOT NULL,
    noun        TEXT NOT NULL,
    noun_id     INTEGER NOT NULL,
    way         TEXT NOT NULL CHECK (way IN ('open', 'print', 'download', 'search', 'export')),
    purpose     TEXT NOT NULL,              -- 'own_case', 'registration', 'audit' ...
    person_id   INTEGER NOT NULL,
    office_id   INTEGER NOT NULL,
    PRIMARY KEY (realm, seq)
) STRICT;
CREATE INDEX journal_reading_by_noun ON journal_reading (realm, noun, noun_id, seq);
CREATE INDEX journal_reading_by_batch ON journal_reading (realm, batch, seq);

-- The public log: one commitment per event, and one per batch that binds its rows.
-- journal
CREATE TABLE journal_entry (
    realm       INTEGER NOT NULL,
    leaf        INTEGER NOT NULL,
    commitment  BLOB NOT NULL,              -- 32 bytes
    PRIMARY KEY (realm, leaf)
) STRICT;

-- Hashes of full tiles, level 1 and up: level 0 is computed from the entries.
-- journal
CREATE TABLE journal_tile (
    realm       INTEGER NOT NULL,
    level       INTEGER NOT NULL,           -- 1 = one hash for 256 leaves
    idx         INTEGER NOT NULL,
    hash        BLOB NOT NULL,              -- 32 bytes
    PRIMARY KEY (realm, level, idx)
) STRICT;

-- One tree head per batch.
-- journal
CREATE TABLE journal_head (
    realm       INTEGER NOT NULL,
    batch       INTEGER NOT NULL,           -- 1, 2, 3 ... without gaps
    at          INTEGER NOT NULL,
    size        INTEGER NOT NULL,           -- leaves after this batch
    events      INTEGER NOT NULL,           -- journal_event rows after this batch
    readings    INTEGER NOT NULL,           -- journal_reading rows after this batch
    salt        BLOB NOT NULL,              -- of the batch's own entry
    digest      BLOB NOT NULL,              -- 32 bytes: digest of this batch's event and reading rows
    root        BLOB NOT NULL,              -- 32 bytes
    PRIMARY KEY (realm, batch)
) STRICT;
CREATE INDEX journal_head_by_size ON journal_head (realm, size);

-- Signed notes of heads, stored by the batch after; the last head is signed again at start.
-- journal
CREATE TABLE journal_note (
    realm       INTEGER NOT NULL,
    size        INTEGER NOT NULL,
    note        TEXT NOT NULL,
    PRIMARY KEY (realm, size)
) STRICT;

-- Edges of the trace: from a citizen's words to the answer, and back.
-- projection
CREATE TABLE core_trace (
    realm       INTEGER NOT NULL,
    from_noun   TEXT NOT NULL,
    from_id     INTEGER NOT NULL,
    edge        TEXT NOT NULL,              -- 'held_by', 'answered_by', 'rests_on' ...
    to_noun     TEXT NOT NULL,
    to_id       INTEGER NOT NULL,
    at          INTEGER NOT NULL,
    PRIMARY KEY (realm, from_noun, from_id, edge, to_noun, to_id)
) STRICT;
CREATE INDEX core_trace_back ON core_trace (realm, to_noun, to_id);

-- Letters on their way out. Written with the action, sent by the courier, no content of the case.
-- projection
CREATE TABLE core_notice (
    realm       INTEGER NOT NULL,
    id          INTEGER NOT NULL,
    at          INTEGER NOT NULL,
    noun        TEXT NOT NULL,
    noun_id     INTEGER NOT NULL,
    kind        TEXT NOT NULL,              -- 'registered', 'answered', 'contact_code' ...
    transport   TEXT NOT NULL,              -- 'email' or 'phone'
    recipient   TEXT NOT NULL,
    language    TEXT NOT NULL,
    subject     TEXT NOT NULL,
    text        TEXT NOT NULL,
    sent_at     INTEGER,
    tries       INTEGER NOT NULL,
    problem     TEXT,                       -- why the last try failed
    PRIMARY KEY (realm, id)
) STRICT;
CREATE INDEX core_notice_unsent ON core_notice (realm, id) WHERE sent_at IS NULL;

-- Who is signed in. Only a hash of the cookie is kept; emptying the table signs everybody out.
-- projection
CREATE TABLE core_session (
    realm       INTEGER NOT NULL,
    hash        BLOB NOT NULL,              -- SHA-256 of the cookie's 32 bytes
    person_id   INTEGER,                    -- staff; NULL for an applicant
    office_id   INTEGER,                    -- the office that the person acts in
    noun        TEXT,                       -- what an applicant opened with number and code
    noun_id     INTEGER,
    created_at  INTEGER NOT NULL,
    seen_at     INTEGER NOT NULL,           -- moved at most once a minute
    expires_at  INTEGER NOT NULL,
    PRIMARY KEY (realm, hash)
) STRICT;
CREATE INDEX core_session_by_expiry ON core_session (realm, expires_at);
CREATE INDEX core_session_by_person ON core_session (realm, person_id);
CREATE INDEX core_session_by_noun ON core_session (realm, noun, noun_id);

-- Last number handed out, per series ('core_body.id', 'reception_appeal.2026' ...).
-- projection
CREATE TABLE core_series (
    realm       INTEGER NOT NULL,
    name        TEXT NOT NULL,
    last        INTEGER NOT NULL,
    PRIMARY KEY (realm, name)
) STRICT;
