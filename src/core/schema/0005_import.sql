-- SPDX-License-Identifier: AGPL-3.0-or-later
--
-- 0005_import.sql - what came in bulk: which file, how far it came, and what the journal says about its rows.

-- An import of one file. It moves on in the same transaction as the rows that it takes.
-- fact of import by id
CREATE TABLE core_import (
    realm       INTEGER NOT NULL,
    id          INTEGER NOT NULL,
    noun        TEXT NOT NULL,              -- 'appeals', 'bodies' ...
    source      TEXT NOT NULL,              -- what the operator calls the origin; shown with each row
    file        TEXT NOT NULL,              -- its name, without folder
    size        INTEGER NOT NULL,           -- bytes
    hash        BLOB NOT NULL,              -- SHA-256 of its bytes
    reading     TEXT NOT NULL,              -- JSON: which column is which field, encoding, separator, empty word
    rows_done   INTEGER NOT NULL,           -- rows of the file that are settled, one way or the other
    taken       INTEGER NOT NULL,           -- became something
    same        INTEGER NOT NULL,           -- said what was stored already
    rejected    INTEGER NOT NULL,           -- stand in rejects.csv
    rejects_size INTEGER NOT NULL,          -- bytes of rejects.csv that belong to the settled rows
    begun_at    INTEGER NOT NULL,
    ended_at    INTEGER,                    -- NULL: it runs, or was stopped and can go on
    PRIMARY KEY (realm, id)
) STRICT;
CREATE INDEX core_import_by_file ON core_import (realm, noun, hash, id);

-- The states of things that one event brought in bulk: ids first_id, first_id + 1 ... each 32 bytes, a digest of all
-- fact rows of that thing under a salt made from the event's. The event's lines and its batch bind the row. It
-- speaks for a thing until a later event does.
-- journal
CREATE TABLE journal_part (
    realm       INTEGER NOT NULL,
    seq         INTEGER NOT NULL,           -- of the event
    noun        TEXT NOT NULL,
    first_id    INTEGER NOT NULL,
    n           INTEGER NOT NULL,
    states      BLOB NOT NULL,              -- 32 * n bytes
    PRIMARY KEY (realm, seq)
) STRICT;
CREATE INDEX journal_part_by_noun ON journal_part (realm, noun, first_id);
