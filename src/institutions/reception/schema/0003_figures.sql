-- SPDX-License-Identifier: AGPL-3.0-or-later
--
-- 0003_figures.sql - figures for the public, kept current by every action: service levels by body and month, and
-- open cases by the day on which they are due.
--
-- What was stored before this file has to be counted once: a row of reception_uncounted says so. The clock's work
-- (reception_tick, at the start of a server) and `birge rebuild` count it and take the row away; until then the
-- pages of figures say that they are being counted.

-- Open cases by holder and last day. Overdue are those of days that have passed: a sum over days, not over cases.
-- projection
CREATE TABLE reception_due (
    realm           INTEGER NOT NULL,
    body_id         INTEGER NOT NULL,       -- who has to act now
    due_on          TEXT NOT NULL,
    n               INTEGER NOT NULL,       -- above 0
    PRIMARY KEY (realm, body_id, due_on)
) STRICT;

-- What happened in a month. A case counts once in each measure at most; where, figures.h says.
-- projection
CREATE TABLE reception_month (
    realm           INTEGER NOT NULL,
    month           TEXT NOT NULL,          -- "2026-03", civil month of the realm
    body_id         INTEGER NOT NULL,
    measure         TEXT NOT NULL,          -- 'registered', 'forwarded', 'on_time', 'late', 'answered', 'refused',
                                            -- 'solved', 'not_solved'
    n               INTEGER NOT NULL,
    PRIMARY KEY (realm, month, body_id, measure)
) STRICT;

-- How many days the first answers of a month took: calendar days from the registration, one row a number of days.
-- projection
CREATE TABLE reception_days (
    realm           INTEGER NOT NULL,
    month           TEXT NOT NULL,          -- of the answer
    body_id         INTEGER NOT NULL,
    days            INTEGER NOT NULL,       -- 0 to 999; 999 stands for more
    n               INTEGER NOT NULL,
    PRIMARY KEY (realm, month, body_id, days)
) STRICT;

-- Realms whose figures are still to be counted from the facts.
-- projection
CREATE TABLE reception_uncounted (
    realm           INTEGER NOT NULL,
    PRIMARY KEY (realm)
) STRICT;
INSERT INTO reception_uncounted (realm) SELECT DISTINCT realm FROM reception_appeal;
