-- SPDX-License-Identifier: AGPL-3.0-or-later
--
-- 0006_place.sql - the place that a case is about, and how many cases name each place.

-- Which place of core_place the author named; absent for none.
-- fact of appeal by appeal_id
CREATE TABLE reception_appeal_place (
    realm           INTEGER NOT NULL,
    appeal_id       INTEGER NOT NULL,
    place_id        INTEGER NOT NULL,
    PRIMARY KEY (realm, appeal_id)
) STRICT;

-- Cases by the place itself, not those above it: a place that moves takes its cases along.
-- projection
CREATE TABLE reception_place (
    realm           INTEGER NOT NULL,
    year            TEXT NOT NULL,          -- of the registration: "2026"
    place_id        INTEGER NOT NULL,
    n               INTEGER NOT NULL,
    PRIMARY KEY (realm, year, place_id)
) STRICT;
