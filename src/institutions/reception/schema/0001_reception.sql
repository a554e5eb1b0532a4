-- SPDX-License-Identifier: AGPL-3.0-or-later
--
-- 0001_reception.sql - appeals of people to state bodies, and what became of each.
--
-- The appeal's words and its applicant stand in different tables: who only handles the matter need
-- not open who wrote it. Everything here is a fact of the appeal, but the last two tables.

-- fact of appeal by id
CREATE TABLE reception_appeal (
    realm           INTEGER NOT NULL,
    id              INTEGER NOT NULL,
    number          TEXT NOT NULL,          -- "2026-0000123-4": year, sequence, check digit
    kind            TEXT NOT NULL,          -- of the profile, "application"
    channel         TEXT NOT NULL,          -- 'web', 'api', 'paper', 'phone', 'reception'
    language        TEXT NOT NULL,          -- 'kk', 'ru', 'en'
    language_source TEXT NOT NULL CHECK (language_source IN ('detected', 'applicant', 'staff')),
    subject         TEXT NOT NULL,          -- exactly the bytes accepted
    text            TEXT NOT NULL,          -- exactly the bytes accepted
    salt            BLOB NOT NULL,          -- 32 bytes, of the content hash
    content         BLOB NOT NULL,          -- 32 bytes, content hash of the receipt
    body_id         INTEGER NOT NULL,       -- the body it was registered for
    body_name       TEXT NOT NULL,          -- its name then, as in the receipt
    accused_body_id INTEGER,                -- the body complained of, when the applicant named one
    accused_decides INTEGER NOT NULL CHECK (accused_decides IN (0, 1)), -- nobody stands above it
    identity        TEXT NOT NULL CHECK (identity IN
                    ('none', 'contact', 'paper', 'signed_in', 'signature')),
    state           TEXT NOT NULL,          -- of the state machine, rules.h
    holder_body_id  INTEGER NOT NULL,       -- who has to act now
    holder_office_id INTEGER,               -- the executor: an office, whoever holds it; NULL until assigned
    received_at     INTEGER NOT NULL,       -- acceptance: the receipt's time
    registered_on   TEXT NOT NULL,          -- day of registration under the profile's rule
    due_on          TEXT NOT NULL,          -- last day for the answer
    closed_at       INTEGER,                -- answered or refused
    is_late         INTEGER NOT NULL CHECK (is_late IN (0, 1)), -- closed after its due date; 0 while open
    profile         TEXT NOT NULL,          -- name and hash of the rules it was registered under
    code_hash       BLOB NOT NULL,          -- SHA-256 of the secret code
    contact_consent INTEGER NOT NULL CHECK (contact_consent IN (0, 1)), -- letters may be sent
    PRIMARY KEY (realm, id),
    UNIQUE (realm, number)
) STRICT;
-- Open cases by due date, so that the overdue come first; closed ones by the day they were closed.
CREATE INDEX reception_appeal_open ON reception_appeal (realm, holder_body_id, due_on, id)
       WHERE closed_at IS NULL;
CREATE INDEX reception_appeal_closed ON reception_appeal (realm, holder_body_id, closed_at, id)
       WHERE closed_at IS NOT NULL;
CREATE INDEX reception_appeal_office ON reception_appeal (realm, holder_office_id, due_on, id)
       WHERE closed_at IS NULL;

-- Who wrote. Absent for an appeal without a name.
-- fact of appeal by appeal_id
CREATE TABLE reception_applicant (
    realm       INTEGER NOT NULL,
    appeal_id   INTEGER NOT NULL,
    name        TEXT NOT NULL,
    email       TEXT,
    phone       TEXT,
    address     TEXT,
    checked_at  INTEGER,                    -- contact or paper checked
    checked_by  INTEGER,                    -- office of the clerk; NULL when by a code
    PRIMARY KEY (realm, appeal_id)
) STRICT;

-- Each way the case took: assigned to an office, forwarded to a body. The first is the registration.
-- fact of appeal by appeal_id
CREATE TABLE reception_move (
    realm           INTEGER NOT NULL,
    appeal_id       INTEGER NOT NULL,
    no              INTEGER NOT NULL,       -- 1, 2, 3 ... of this appeal
    kind            TEXT NOT NULL CHECK (kind IN ('register', 'assign', 'forward')),
    from_body_id    INTEGER,
    to_body_id      INTEGER NOT NULL,
    to_office_id    INTEGER,
    reason          TEXT NOT NULL,          -- for people; '' when none is needed
    law             TEXT NOT NULL,          -- citation from the profile; '' for none
    at              INTEGER NOT NULL,
    by_person_id    INTEGER,                -- NULL: the applicant's choice
    by_office_id    INTEGER,
    PRIMARY KEY (realm, appeal_id, no)
) STRICT;

-- The due date and how it came about: the same steps that produced it, kept as they were.
-- fact of appeal by appeal_id
CREATE TABLE reception_deadline (
    realm           INTEGER NOT NULL,
    appeal_id       INTEGER NOT NULL,
    no              INTEGER NOT NULL,       -- 1 at registration; later ones replace it
    at              INTEGER NOT NULL,
    due_on          TEXT NOT NULL,
    cause           TEXT NOT NULL,          -- 'registered', 'forwarded', 'kind' ...
    trace           TEXT NOT NULL,          -- JSON steps, core/deadline.h
    PRIMARY KEY (realm, appeal_id, no)
) STRICT;

-- An answer or a reasoned refusal, in blocks that must all be there.
-- fact of appeal by appeal_id
CREATE TABLE reception_answer (
    realm           INTEGER NOT NULL,
    appeal_id       INTEGER NOT NULL,
    no              INTEGER NOT NULL,       -- versions: an answer is never changed silently
    kind            TEXT NOT NULL CHECK (kind IN ('answer', 'refusal')),
    ground          TEXT,                   -- of a refusal, from the profile's closed list
    language        TEXT NOT NULL,
    facts           TEXT NOT NULL,          -- what was established
    rule            TEXT NOT NULL,          -- which rule applies
    reasons         TEXT NOT NULL,          -- why it leads to this outcome
    outcome         TEXT NOT NULL,          -- what is decided
    next_step       TEXT NOT NULL,          -- what the applicant can do now
    remedy_how      TEXT NOT NULL,          -- how to complain
    remedy_where    TEXT NOT NULL,
    remedy_until    TEXT NOT NULL,          -- by when, ISO date
    reason          TEXT NOT NULL,          -- why there is a new version; '' for the first
    at              INTEGER NOT NULL,
    by_person_id    INTEGER NOT NULL,
    by_office_id    INTEGER NOT NULL,
    body_id         INTEGER NOT NULL,
    PRIMARY KEY (realm, appeal_id, no)
) STRICT;

-- What the citizen says about an answer. The state does not grade itself.
-- fact of appeal by appeal_id
CREATE TABLE reception_opinion (
    realm           INTEGER NOT NULL,
    appeal_id       INTEGER NOT NULL,
    answer_no       INTEGER NOT NULL,
    is_solved       INTEGER NOT NULL CHECK (is_solved IN (0, 1)),
    comment         TEXT NOT NULL,
    at              INTEGER NOT NULL,
    changed_at      INTEGER,                -- NULL: said once
    PRIMARY KEY (realm, appeal_id, answer_no)
) STRICT;

-- A file that belongs to an appeal or to its answer. The bytes lie under objects/ by their hash.
-- fact of appeal by appeal_id
CREATE TABLE reception_attachment (
    realm           INTEGER NOT NULL,
    appeal_id       INTEGER NOT NULL,
    no              INTEGER NOT NULL,       -- 1, 2, 3 ... of this appeal
    answer_no       INTEGER,                -- of an answer; NULL: the applicant's
    name            TEXT NOT NULL,          -- as given, cleaned for display and download
    media_type      TEXT NOT NULL,          -- found by content, from the allow-list
    size            INTEGER NOT NULL,
    hash            BLOB NOT NULL,          -- SHA-256 of the bytes
    at              INTEGER NOT NULL,
    by_office_id    INTEGER,                -- NULL: the applicant
    PRIMARY KEY (realm, appeal_id, no)
) STRICT;

-- A code sent to the applicant's contact to show that it reaches them. Kept a day, to bound how often.
-- projection
CREATE TABLE reception_contact_code (
    realm           INTEGER NOT NULL,
    appeal_id       INTEGER NOT NULL,
    code_hash       BLOB NOT NULL,          -- keyed: six digits are guessed offline otherwise
    sent_at         INTEGER NOT NULL,
    expires_at      INTEGER NOT NULL,
    tries           INTEGER NOT NULL,       -- wrong ones
    sent            INTEGER NOT NULL,       -- codes sent, this one and those before it
    PRIMARY KEY (realm, appeal_id)
) STRICT;
CREATE INDEX reception_contact_code_by_time ON reception_contact_code (realm, sent_at);

-- Which request made which appeal, so that a repetition gets the same answer. Kept 30 days.
-- projection
CREATE TABLE reception_request (
    realm           INTEGER NOT NULL,
    key_hash        BLOB NOT NULL,          -- SHA-256 of the idempotency key
    salt            BLOB NOT NULL,
    content         BLOB NOT NULL,          -- salted hash of everything the request said
    appeal_id       INTEGER NOT NULL,
    at              INTEGER NOT NULL,
    PRIMARY KEY (realm, key_hash)
) STRICT;
CREATE INDEX reception_request_by_time ON reception_request (realm, at);

-- Figures for people, kept current by every action: cases by body and state.
-- projection
CREATE TABLE reception_count (
    realm           INTEGER NOT NULL,
    body_id         INTEGER NOT NULL,
    state           TEXT NOT NULL,          -- of the state machine; 'late': closed ones with is_late, beside it
    n               INTEGER NOT NULL,
    PRIMARY KEY (realm, body_id, state)
) STRICT;
