-- SPDX-License-Identifier: AGPL-3.0-or-later
--
-- queries.sql - the statements of diary; store*.c alone call them.

-- == entries ==

-- name: entry_add :exec
INSERT INTO diary_entry (realm, id, code, body_id, office_id, state, is_announced, reason, version, public_version,
       sequence, source_uid, entered_at)
VALUES ($realm, $id, $code, $body_id, $office_id, $state, 0, '', 1, 0, 0, $source_uid, $entered_at);

-- name: entry_by_id :one
SELECT id, code, body_id, office_id, state, is_announced, reason, version, public_version, sequence, source_uid,
       entered_at, public_at, changed_at
  FROM diary_entry WHERE realm = $realm AND id = $id;

-- name: entry_of_code :one
SELECT id FROM diary_entry WHERE realm = $realm AND code = $code;

-- name: entry_of_source :one
SELECT id, version FROM diary_entry
 WHERE realm = $realm AND office_id = $office_id AND source_uid = $source_uid AND source_uid <> '' ORDER BY id LIMIT 1;

-- name: entry_set :exec
UPDATE diary_entry SET state = $state, is_announced = $is_announced, reason = $reason, version = $version,
       public_version = $public_version, sequence = $sequence, public_at = $public_at, changed_at = $changed_at
 WHERE realm = $realm AND id = $id;

-- name: entries_after :many
SELECT id FROM diary_entry WHERE realm = $realm AND id > $after ORDER BY id LIMIT $n;

-- The desk of a body, newest first; '' as state lets all through.

-- name: desk_all :many
SELECT id FROM diary_entry WHERE realm = $realm AND body_id = $body_id AND id < $before ORDER BY id DESC LIMIT $n;

-- name: desk_state :many
SELECT id FROM diary_entry WHERE realm = $realm AND body_id = $body_id AND state = $state AND id < $before
 ORDER BY id DESC LIMIT $n;

-- == versions ==

-- name: version_add :exec
INSERT INTO diary_version (realm, entry_id, no, kind, form, is_abroad, country, inside_id, begins_at, ends_at,
       begins_on, ends_on, is_all_day, zone, link, language, note, at, by_person_id, by_office_id)
VALUES ($realm, $entry_id, $no, $kind, $form, $is_abroad, $country, $inside_id, $begins_at, $ends_at,
       $begins_on, $ends_on, $is_all_day, $zone, $link, $language, $note, $at, $by_person_id, $by_office_id);

-- name: version_of :one
SELECT no, kind, form, is_abroad, country, inside_id, begins_at, ends_at, begins_on, ends_on, is_all_day, zone, link,
       language, note, at, by_person_id, by_office_id, approved_at, approved_by
  FROM diary_version WHERE realm = $realm AND entry_id = $entry_id AND no = $no;

-- name: versions_of :many
SELECT no, note, at, by_office_id, approved_at, approved_by
  FROM diary_version WHERE realm = $realm AND entry_id = $entry_id ORDER BY no;

-- name: version_approve :exec
UPDATE diary_version SET approved_at = $approved_at, approved_by = $approved_by
 WHERE realm = $realm AND entry_id = $entry_id AND no = $no;

-- Entries that some version puts inside another one; the caller looks whether it still does.

-- name: inside_of :many
SELECT DISTINCT entry_id FROM diary_version
 WHERE realm = $realm AND inside_id = $inside_id AND inside_id IS NOT NULL ORDER BY entry_id LIMIT $n;

-- name: text_add :exec
INSERT INTO diary_text (realm, entry_id, no, language, title, place, about, outcome)
VALUES ($realm, $entry_id, $no, $language, $title, $place, $about, $outcome);

-- name: texts_of :many
SELECT language, title, place, about, outcome FROM diary_text
 WHERE realm = $realm AND entry_id = $entry_id AND no = $no ORDER BY language;

-- name: texts_of_all :many
SELECT no, language, title, place, about, outcome FROM diary_text
 WHERE realm = $realm AND entry_id = $entry_id ORDER BY no, language;

-- == who took part ==

-- name: participant_add :exec
INSERT INTO diary_participant (realm, entry_id, no, kind, name, post, from_version)
VALUES ($realm, $entry_id, $no, $kind, $name, $post, $from_version);

-- name: participant_end :exec
UPDATE diary_participant SET to_version = $to_version WHERE realm = $realm AND entry_id = $entry_id AND no = $no;

-- name: participants_of :many
-- null: how
-- null: given_on
-- null: withdrawn_at
-- null: withdrawn_how
SELECT p.no, p.kind, p.name, p.post, p.from_version, p.to_version, c.how, c.given_on, c.withdrawn_at, c.withdrawn_how
  FROM diary_participant p
  LEFT JOIN diary_consent c ON c.realm = p.realm AND c.entry_id = p.entry_id AND c.participant_no = p.no
 WHERE p.realm = $realm AND p.entry_id = $entry_id ORDER BY p.no;

-- name: consent_add :exec
INSERT INTO diary_consent (realm, entry_id, participant_no, how, given_on, at, by_person_id, by_office_id)
VALUES ($realm, $entry_id, $participant_no, $how, $given_on, $at, $by_person_id, $by_office_id);

-- name: consent_withdraw :exec
UPDATE diary_consent SET withdrawn_at = $withdrawn_at, withdrawn_how = $withdrawn_how, withdrawn_by = $withdrawn_by
 WHERE realm = $realm AND entry_id = $entry_id AND participant_no = $participant_no;

-- == for everybody ==

-- name: public_set :exec
INSERT INTO diary_public (realm, entry_id, code, body_id, office_id, state, reason, version, kind, form, is_abroad,
       inside_id, begins_at, ends_at, begins_on, ends_on, sequence, public_at, changed_at, counter, counted_on, is_part,
       has_part)
VALUES ($realm, $entry_id, $code, $body_id, $office_id, $state, $reason, $version, $kind, $form, $is_abroad,
       $inside_id, $begins_at, $ends_at, $begins_on, $ends_on, $sequence, $public_at, $changed_at, $counter,
       $counted_on, $is_part, $has_part);

-- name: public_remove :exec
DELETE FROM diary_public WHERE realm = $realm AND entry_id = $entry_id;

-- name: public_remove_all :exec
DELETE FROM diary_public WHERE realm = $realm;

-- name: public_of :one
SELECT entry_id, code, body_id, office_id, state, reason, version, kind, form, is_abroad, inside_id, begins_at, ends_at,
       begins_on, ends_on, sequence, public_at, changed_at, counter, counted_on, is_part, has_part
  FROM diary_public WHERE realm = $realm AND entry_id = $entry_id;

-- name: public_of_code :one
SELECT entry_id FROM diary_public WHERE realm = $realm AND code = $code;

-- name: public_between :many
-- param: kind text
-- param: any_office flag
-- param: where_is int
SELECT entry_id, code, body_id, office_id, state, reason, version, kind, form, is_abroad, inside_id, begins_at, ends_at,
       begins_on, ends_on, sequence, public_at, changed_at
  FROM diary_public
 WHERE realm = $realm AND begins_on >= $from_on AND begins_on <= $to_on AND ends_on >= $first_on
   AND (begins_on, entry_id) > ($after_on, $after_id)
   AND ($kind = '' OR kind = $kind) AND ($any_office = 1 OR office_id = $office_id)
   AND ($where_is = -1 OR is_abroad = $where_is)
 ORDER BY begins_on, entry_id LIMIT $n;

-- name: public_newest :many
SELECT entry_id, code, body_id, office_id, state, reason, version, kind, form, is_abroad, inside_id, begins_at, ends_at,
       begins_on, ends_on, sequence, public_at, changed_at
  FROM diary_public WHERE realm = $realm ORDER BY changed_at DESC, entry_id DESC LIMIT $n;

-- name: public_inside :many
SELECT entry_id FROM diary_public WHERE realm = $realm AND inside_id = $inside_id AND inside_id IS NOT NULL
 ORDER BY begins_at LIMIT $n;

-- name: public_last_day :one
SELECT begins_on FROM diary_public WHERE realm = $realm AND begins_on <= $until ORDER BY begins_on DESC LIMIT 1;

-- == counters ==

-- name: count_add :exec
INSERT INTO diary_count (realm, office_id, grain, period, counter, n, n_part)
VALUES ($realm, $office_id, $grain, $period, $counter, $n, $n_part)
ON CONFLICT (realm, office_id, grain, period, counter) DO UPDATE SET n = diary_count.n + excluded.n,
       n_part = diary_count.n_part + excluded.n_part;

-- name: counts_remove_all :exec
DELETE FROM diary_count WHERE realm = $realm;

-- name: counts_between :many
SELECT period, counter, n, n_part FROM diary_count
 WHERE realm = $realm AND office_id = $office_id AND grain = $grain AND period >= $from_period
   AND period <= $to_period
 ORDER BY period, counter;

-- scan: an office has a row a year and counter; there are as many as offices with a diary.
-- name: count_offices :many
SELECT DISTINCT office_id FROM diary_count WHERE realm = $realm AND n <> 0 ORDER BY office_id LIMIT $n;
