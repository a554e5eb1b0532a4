-- SPDX-License-Identifier: AGPL-3.0-or-later
--
-- 0004_territory.sql - places with their names and borders, as the classifier of a country gives them.
--
-- A place keeps its id and code for ever; one that a new edition no longer knows gets a last day and stays, because
-- cases name it.

-- Everything below one place at the top (its region, itself included) is one noun: an edition that comes in is an
-- event for each region that it changes, whatever the number of villages.
-- fact of territory by region_id
CREATE TABLE core_place (
    realm           INTEGER NOT NULL,
    region_id       INTEGER NOT NULL,       -- the place at the top above it; its own id there
    id              INTEGER NOT NULL,
    parent_id       INTEGER NOT NULL,       -- 0 at the top
    code            TEXT NOT NULL,          -- of the classifier: "103200000"
    kind            TEXT NOT NULL,          -- 'region', 'district', 'subdistrict', 'settlement'
    name_kk         TEXT NOT NULL,
    name_ru         TEXT NOT NULL,
    name_en         TEXT NOT NULL,          -- may be ''
    from_on         TEXT NOT NULL,          -- first day here, ISO
    to_on           TEXT,                   -- last day; NULL while it exists
    PRIMARY KEY (realm, region_id, id),
    UNIQUE (realm, code)
) STRICT;
CREATE INDEX core_place_by_id ON core_place (realm, id);
CREATE INDEX core_place_below ON core_place (realm, parent_id, id);

-- The border of a place: what was imported, and the line that maps draw.
-- fact of border by place_id
CREATE TABLE core_border (
    realm           INTEGER NOT NULL,
    place_id        INTEGER NOT NULL,
    rings           BLOB NOT NULL,          -- core/border.h: rings of points, millionths of a degree
    display         BLOB NOT NULL,          -- the same, simplified
    source          TEXT NOT NULL,          -- whose borders they are: attribution, shown on the map
    PRIMARY KEY (realm, place_id)
) STRICT;

-- Names for finding by their first letters: each word of each name, folded, with what follows it.
-- projection
CREATE TABLE core_place_name (
    realm           INTEGER NOT NULL,
    fold            TEXT NOT NULL,
    place_id        INTEGER NOT NULL,
    PRIMARY KEY (realm, fold, place_id)
) STRICT;
CREATE INDEX core_place_name_of ON core_place_name (realm, place_id);
