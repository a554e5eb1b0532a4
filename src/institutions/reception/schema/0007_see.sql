-- SPDX-License-Identifier: AGPL-3.0-or-later
--
-- 0007_see.sql - who is not told who wrote, and what the body complained of is shown.

-- The applicant of this case is kept apart: reception_applicant holds boxes (core/apart.h), which two persons open.
-- fact of appeal by appeal_id
CREATE TABLE reception_apart (
    realm           INTEGER NOT NULL,
    appeal_id       INTEGER NOT NULL,
    cause           TEXT NOT NULL CHECK (cause IN ('asked', 'accused_decides')),
    at              INTEGER NOT NULL,
    PRIMARY KEY (realm, appeal_id)
) STRICT;

-- The body complained of is shown the case, without who wrote and without the passages below, so that it can give its
-- side. Two persons of the holder decided it together.
-- fact of appeal by appeal_id
CREATE TABLE reception_shown (
    realm           INTEGER NOT NULL,
    appeal_id       INTEGER NOT NULL,
    body_id         INTEGER NOT NULL,       -- the body complained of
    request_id      INTEGER NOT NULL,       -- core_two_persons: who asked and who confirmed
    at              INTEGER NOT NULL,
    PRIMARY KEY (realm, appeal_id)
) STRICT;
CREATE INDEX reception_shown_by_body ON reception_shown (realm, body_id, appeal_id);

-- A passage that stands as a black bar there, and why.
-- fact of appeal by appeal_id
CREATE TABLE reception_redaction (
    realm           INTEGER NOT NULL,
    appeal_id       INTEGER NOT NULL,
    no              INTEGER NOT NULL,       -- 1, 2, 3 ... of this appeal
    field           TEXT NOT NULL CHECK (field IN ('subject', 'text')),
    first_char      INTEGER NOT NULL,       -- from 0, in characters
    n_chars         INTEGER NOT NULL,
    reason          TEXT NOT NULL CHECK (reason IN ('name', 'contact', 'place', 'other_person', 'other')),
    by_person_id    INTEGER NOT NULL,
    at              INTEGER NOT NULL,
    PRIMARY KEY (realm, appeal_id, no)
) STRICT;

-- A file of the applicant that is shown there too; all others are held back.
-- fact of appeal by appeal_id
CREATE TABLE reception_released (
    realm           INTEGER NOT NULL,
    appeal_id       INTEGER NOT NULL,
    file_no         INTEGER NOT NULL,
    by_person_id    INTEGER NOT NULL,
    by_office_id    INTEGER NOT NULL,
    at              INTEGER NOT NULL,
    PRIMARY KEY (realm, appeal_id, file_no)
) STRICT;
