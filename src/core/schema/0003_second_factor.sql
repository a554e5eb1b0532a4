-- SPDX-License-Identifier: AGPL-3.0-or-later
--
-- 0003_second_factor.sql - what staff show besides the password, and how two persons let somebody in again.
--
-- The rows are facts of the person (the rule: of the realm), so every change of them is an event and the audit finds
-- one that has none. Without DIR/keys they tell no secret: secrets are sealed, codes are kept as hashes under a key.

-- The device that shows a person's codes: one secret each (RFC 6238).
-- fact of person by person_id
CREATE TABLE core_second_factor (
    realm       INTEGER NOT NULL,
    person_id   INTEGER NOT NULL,
    secret      BLOB NOT NULL,              -- sealed: nonce, then realm, person and 20 bytes in a secretbox
    last_step   INTEGER NOT NULL,           -- the 30 seconds of the last code taken; it and older ones are not taken again
    enrolled_at INTEGER NOT NULL,
    PRIMARY KEY (realm, person_id)
) STRICT;

-- Codes on paper, each good for once, for the day when the device is lost.
-- fact of person by person_id
CREATE TABLE core_recovery_code (
    realm       INTEGER NOT NULL,
    person_id   INTEGER NOT NULL,
    no          INTEGER NOT NULL,           -- 1 to 10
    hash        BLOB NOT NULL,              -- HMAC of the code
    used_at     INTEGER,
    PRIMARY KEY (realm, person_id, no)
) STRICT;

-- A request to let somebody in who lost password and device: one person opens it, another confirms.
-- fact of person by person_id
CREATE TABLE core_recovery (
    realm            INTEGER NOT NULL,
    id               INTEGER NOT NULL,
    person_id        INTEGER NOT NULL,      -- who is to be let in
    reason           TEXT NOT NULL,         -- what was lost
    checked          TEXT NOT NULL,         -- how it was made sure who they are
    opened_at        INTEGER NOT NULL,
    opened_by        INTEGER NOT NULL,      -- a person, and the office they acted in
    opened_office    INTEGER NOT NULL,
    expires_at       INTEGER NOT NULL,
    confirmed_at     INTEGER,
    confirmed_by     INTEGER,
    confirmed_office INTEGER,
    handed_at        INTEGER,               -- the one-time code was made and shown to who opened it
    code             BLOB,                  -- HMAC of it
    ended_at         INTEGER,
    ended_how        TEXT CHECK (ended_how IN ('used', 'signed_in', 'withdrawn', 'expired', 'replaced')),
    PRIMARY KEY (realm, id)
) STRICT;
CREATE INDEX core_recovery_by_person ON core_recovery (realm, person_id, id);
CREATE INDEX core_recovery_open ON core_recovery (realm, id) WHERE ended_at IS NULL;

-- Whether staff must have a second factor, as the settings said at the last start; no row: they must, outside a
-- demonstration.
-- fact of realm by id
CREATE TABLE core_sign_in_rule (
    realm         INTEGER NOT NULL,
    id            INTEGER NOT NULL,
    second_factor TEXT NOT NULL CHECK (second_factor IN ('required', 'offered')),
    PRIMARY KEY (realm, id)
) STRICT;

-- What a session was opened with, besides the password.
-- projection
CREATE TABLE core_session_factor (
    realm       INTEGER NOT NULL,
    hash        BLOB NOT NULL,              -- of the cookie, as in core_session
    person_id   INTEGER NOT NULL,
    code_at     INTEGER,                    -- when a code was taken; NULL: none was
    recovery_id INTEGER,                    -- of who came in by a handed-over code and must choose a password
    expires_at  INTEGER NOT NULL,
    PRIMARY KEY (realm, hash)
) STRICT;
CREATE INDEX core_session_factor_by_person ON core_session_factor (realm, person_id);
CREATE INDEX core_session_factor_by_expiry ON core_session_factor (realm, expires_at);
