-- SPDX-License-Identifier: AGPL-3.0-or-later
--
-- queries.sql - the statements of reception; store.c alone calls them.

-- name: appeal_add :exec
INSERT INTO reception_appeal (realm, id, number, kind, channel, language, language_source, subject, text,
       salt, content, body_id, body_name, accused_body_id, accused_decides, identity, state, holder_body_id,
       received_at, registered_on, due_on, is_late, profile, code_hash, contact_consent)
VALUES ($realm, $id, $number, $kind, $channel, $language, $language_source, $subject, $text,
       $salt, $content, $body_id, $body_name, $accused_body_id, $accused_decides, $identity, $state, $body_id,
       $received_at, $registered_on, $due_on, 0, $profile, $code_hash, $contact_consent);

-- name: appeal_by_id :one
SELECT id, number, kind, channel, language, language_source, subject, text, salt, content, body_id, body_name,
       accused_body_id, accused_decides, identity, state, holder_body_id, holder_office_id, received_at,
       registered_on, due_on, closed_at, is_late, profile, code_hash, contact_consent
  FROM reception_appeal WHERE realm = $realm AND id = $id;

-- name: appeal_code_of_number :one
SELECT id, code_hash FROM reception_appeal WHERE realm = $realm AND number = $number;

-- name: appeal_set_progress :exec
UPDATE reception_appeal SET state = $state, holder_body_id = $holder_body_id,
       holder_office_id = $holder_office_id, closed_at = $closed_at, is_late = $is_late
 WHERE realm = $realm AND id = $id;

-- name: appeal_set_due :exec
UPDATE reception_appeal SET due_on = $due_on WHERE realm = $realm AND id = $id;

-- name: appeal_set_language :exec
UPDATE reception_appeal SET language = $language, language_source = $language_source
 WHERE realm = $realm AND id = $id;

-- name: appeal_set_kind :exec
UPDATE reception_appeal SET kind = $kind WHERE realm = $realm AND id = $id;

-- name: appeal_set_identity :exec
UPDATE reception_appeal SET identity = $identity WHERE realm = $realm AND id = $id;

-- name: appeal_set_code :exec
UPDATE reception_appeal SET code_hash = $code_hash WHERE realm = $realm AND id = $id;

-- The desk shows no personal data: a list is not a reading. '' as a filter lets everything through.

-- name: desk_open :many
-- param: state text
-- param: kind text
-- param: language text
-- param: any_office flag
SELECT id, number, kind, language, state, holder_body_id, holder_office_id, received_at, registered_on,
       due_on, closed_at
  FROM reception_appeal
 WHERE realm = $realm AND holder_body_id = $holder_body_id AND closed_at IS NULL AND due_on < $due_before
   AND (due_on, id) > ($after_due_on, $after_id)
   AND ($state = '' OR state = $state) AND ($kind = '' OR kind = $kind)
   AND ($language = '' OR language = $language) AND ($any_office = 1 OR holder_office_id IS NULL)
 ORDER BY due_on, id LIMIT $n;

-- name: desk_open_back :many
-- param: state text
-- param: kind text
-- param: language text
-- param: any_office flag
SELECT id, number, kind, language, state, holder_body_id, holder_office_id, received_at, registered_on,
       due_on, closed_at
  FROM reception_appeal
 WHERE realm = $realm AND holder_body_id = $holder_body_id AND closed_at IS NULL AND due_on < $due_before
   AND (due_on, id) < ($before_due_on, $before_id)
   AND ($state = '' OR state = $state) AND ($kind = '' OR kind = $kind)
   AND ($language = '' OR language = $language) AND ($any_office = 1 OR holder_office_id IS NULL)
 ORDER BY due_on DESC, id DESC LIMIT $n;

-- name: desk_office :many
-- param: state text
-- param: kind text
-- param: language text
-- param: any_office flag
SELECT id, number, kind, language, state, holder_body_id, holder_office_id, received_at, registered_on,
       due_on, closed_at
  FROM reception_appeal
 WHERE realm = $realm AND holder_office_id = $holder_office_id AND closed_at IS NULL AND due_on < $due_before
   AND (due_on, id) > ($after_due_on, $after_id)
   AND ($state = '' OR state = $state) AND ($kind = '' OR kind = $kind)
   AND ($language = '' OR language = $language) AND ($any_office = 1 OR holder_office_id IS NULL)
 ORDER BY due_on, id LIMIT $n;

-- name: desk_office_back :many
-- param: state text
-- param: kind text
-- param: language text
-- param: any_office flag
SELECT id, number, kind, language, state, holder_body_id, holder_office_id, received_at, registered_on,
       due_on, closed_at
  FROM reception_appeal
 WHERE realm = $realm AND holder_office_id = $holder_office_id AND closed_at IS NULL AND due_on < $due_before
   AND (due_on, id) < ($before_due_on, $before_id)
   AND ($state = '' OR state = $state) AND ($kind = '' OR kind = $kind)
   AND ($language = '' OR language = $language) AND ($any_office = 1 OR holder_office_id IS NULL)
 ORDER BY due_on DESC, id DESC LIMIT $n;

-- name: desk_closed :many
-- param: state text
-- param: kind text
-- param: language text
-- param: any_office flag
SELECT id, number, kind, language, state, holder_body_id, holder_office_id, received_at, registered_on,
       due_on, closed_at
  FROM reception_appeal
 WHERE realm = $realm AND holder_body_id = $holder_body_id AND closed_at IS NOT NULL
   AND (closed_at, id) < ($before_closed_at, $before_id)
   AND ($state = '' OR state = $state) AND ($kind = '' OR kind = $kind)
   AND ($language = '' OR language = $language) AND ($any_office = 1 OR holder_office_id IS NULL)
 ORDER BY closed_at DESC, id DESC LIMIT $n;

-- name: desk_closed_back :many
-- param: state text
-- param: kind text
-- param: language text
-- param: any_office flag
SELECT id, number, kind, language, state, holder_body_id, holder_office_id, received_at, registered_on,
       due_on, closed_at
  FROM reception_appeal
 WHERE realm = $realm AND holder_body_id = $holder_body_id AND closed_at IS NOT NULL
   AND (closed_at, id) > ($after_closed_at, $after_id)
   AND ($state = '' OR state = $state) AND ($kind = '' OR kind = $kind)
   AND ($language = '' OR language = $language) AND ($any_office = 1 OR holder_office_id IS NULL)
 ORDER BY closed_at, id LIMIT $n;

-- Open cases that are due before a day: before today, the overdue. A sum over days, however many cases.

-- name: due_of_body :one
SELECT CAST(coalesce(sum(n), 0) AS INTEGER) AS n FROM reception_due
 WHERE realm = $realm AND body_id = $body_id AND due_on < $due_before;

-- The open cases of an office, counted to $most and no further.

-- name: open_of_office :one
-- scan: of the rows that the inner statement found by its index, $most of them
SELECT CAST(count(*) AS INTEGER) AS n FROM (
       SELECT id FROM reception_appeal
        WHERE realm = $realm AND holder_office_id = $holder_office_id AND closed_at IS NULL LIMIT $most) AS counted;

-- name: overdue_by_body :many
SELECT body_id, CAST(sum(n) AS INTEGER) AS n FROM reception_due
 WHERE realm = $realm AND due_on < $due_before GROUP BY body_id ORDER BY body_id;

-- Everything, for counting again: linear in all cases. The first answer says what closed a case.

-- name: countable_after :many
-- null: first_answer
SELECT p.id, p.body_id, p.registered_on, p.state, p.holder_body_id, p.due_on, p.closed_at, p.is_late,
       n.kind AS first_answer
  FROM reception_appeal AS p
  LEFT JOIN reception_answer AS n ON n.realm = p.realm AND n.appeal_id = p.id AND n.no = 1 AND n.at <= p.closed_at
 WHERE p.realm = $realm AND p.id > $after ORDER BY p.id LIMIT $n;

-- name: forwards_between :many
SELECT from_body_id, at FROM reception_move
 WHERE realm = $realm AND appeal_id > $after AND appeal_id <= $upto AND kind = 'forward'
 ORDER BY appeal_id, no;

-- name: appeals_after :many
SELECT id, body_id, accused_body_id, received_at FROM reception_appeal
 WHERE realm = $realm AND id > $after ORDER BY id LIMIT $n;

-- name: applicant_add :exec
INSERT INTO reception_applicant (realm, appeal_id, name, email, phone, address, checked_at, checked_by)
VALUES ($realm, $appeal_id, $name, $email, $phone, $address, $checked_at, $checked_by);

-- name: applicant_of :one
SELECT name, email, phone, address, checked_at, checked_by
  FROM reception_applicant WHERE realm = $realm AND appeal_id = $appeal_id;

-- name: applicant_set_checked :exec
UPDATE reception_applicant SET name = $name, checked_at = $checked_at, checked_by = $checked_by
 WHERE realm = $realm AND appeal_id = $appeal_id;

-- name: move_add :exec
INSERT INTO reception_move (realm, appeal_id, no, kind, from_body_id, to_body_id, to_office_id, reason,
                            law, at, by_person_id, by_office_id)
VALUES ($realm, $appeal_id, $no, $kind, $from_body_id, $to_body_id, $to_office_id, $reason,
        $law, $at, $by_person_id, $by_office_id);

-- name: moves_of :many
SELECT no, kind, from_body_id, to_body_id, to_office_id, reason, law, at, by_person_id, by_office_id
  FROM reception_move WHERE realm = $realm AND appeal_id = $appeal_id ORDER BY no;

-- name: deadline_add :exec
INSERT INTO reception_deadline (realm, appeal_id, no, at, due_on, cause, trace)
VALUES ($realm, $appeal_id, $no, $at, $due_on, $cause, $trace);

-- name: deadlines_of :many
SELECT no, at, due_on, cause, trace FROM reception_deadline
 WHERE realm = $realm AND appeal_id = $appeal_id ORDER BY no;

-- name: answer_add :exec
INSERT INTO reception_answer (realm, appeal_id, no, kind, ground, language, facts, rule, reasons, outcome,
       next_step, remedy_how, remedy_where, remedy_until, reason, at, by_person_id, by_office_id, body_id)
VALUES ($realm, $appeal_id, $no, $kind, $ground, $language, $facts, $rule, $reasons, $outcome,
       $next_step, $remedy_how, $remedy_where, $remedy_until, $reason, $at, $by_person_id, $by_office_id,
       $body_id);

-- name: answers_of :many
SELECT no, kind, ground, language, facts, rule, reasons, outcome, next_step, remedy_how, remedy_where,
       remedy_until, reason, at, by_person_id, by_office_id, body_id
  FROM reception_answer WHERE realm = $realm AND appeal_id = $appeal_id ORDER BY no;

-- name: opinion_add :exec
INSERT INTO reception_opinion (realm, appeal_id, answer_no, is_solved, comment, at)
VALUES ($realm, $appeal_id, $answer_no, $is_solved, $comment, $at);

-- name: opinion_change :exec
UPDATE reception_opinion SET is_solved = $is_solved, comment = $comment, changed_at = $changed_at
 WHERE realm = $realm AND appeal_id = $appeal_id AND answer_no = $answer_no;

-- name: opinions_of :many
SELECT answer_no, is_solved, comment, at, changed_at FROM reception_opinion
 WHERE realm = $realm AND appeal_id = $appeal_id ORDER BY answer_no;

-- name: attachment_add :exec
INSERT INTO reception_attachment (realm, appeal_id, no, answer_no, name, media_type, size, hash, at,
       by_office_id)
VALUES ($realm, $appeal_id, $no, $answer_no, $name, $media_type, $size, $hash, $at, $by_office_id);

-- name: attachments_of :many
SELECT no, answer_no, name, media_type, size, hash, at, by_office_id
  FROM reception_attachment WHERE realm = $realm AND appeal_id = $appeal_id ORDER BY no;

-- name: attachment_hashes_after :many
SELECT appeal_id, no, hash, size FROM reception_attachment
 WHERE realm = $realm AND (appeal_id, no) > ($after_appeal_id, $after_no) ORDER BY appeal_id, no LIMIT $n;

-- name: contact_code_set :exec
INSERT INTO reception_contact_code (realm, appeal_id, code_hash, sent_at, expires_at, tries, sent)
VALUES ($realm, $appeal_id, $code_hash, $sent_at, $expires_at, 0, 1)
ON CONFLICT (realm, appeal_id) DO UPDATE SET code_hash = excluded.code_hash, sent_at = excluded.sent_at,
       expires_at = excluded.expires_at, tries = 0, sent = reception_contact_code.sent + 1;

-- name: contact_code_of :one
SELECT code_hash, sent_at, expires_at, tries, sent FROM reception_contact_code
 WHERE realm = $realm AND appeal_id = $appeal_id;

-- name: contact_code_tried :exec
UPDATE reception_contact_code SET tries = tries + 1 WHERE realm = $realm AND appeal_id = $appeal_id;

-- The code has served; how many were sent is remembered for the day.
-- name: contact_code_used :exec
UPDATE reception_contact_code SET expires_at = 0 WHERE realm = $realm AND appeal_id = $appeal_id;

-- name: contact_change_set :exec
INSERT INTO reception_contact_change (realm, appeal_id, email, asked_at)
VALUES ($realm, $appeal_id, $email, $asked_at)
ON CONFLICT (realm, appeal_id) DO UPDATE SET email = excluded.email, asked_at = excluded.asked_at;

-- name: contact_change_of :one
SELECT email, asked_at FROM reception_contact_change WHERE realm = $realm AND appeal_id = $appeal_id;

-- name: contact_change_remove :exec
DELETE FROM reception_contact_change WHERE realm = $realm AND appeal_id = $appeal_id;

-- name: contact_changes_remove_old :exec
DELETE FROM reception_contact_change WHERE realm = $realm AND asked_at < $before;

-- name: applicant_set_email :exec
UPDATE reception_applicant SET email = $email WHERE realm = $realm AND appeal_id = $appeal_id;

-- name: appeal_set_consent :exec
UPDATE reception_appeal SET contact_consent = $contact_consent WHERE realm = $realm AND id = $id;

-- name: contact_codes_remove_old :exec
DELETE FROM reception_contact_code WHERE realm = $realm AND sent_at < $before;

-- name: request_add :exec
INSERT INTO reception_request (realm, key_hash, salt, content, appeal_id, at)
VALUES ($realm, $key_hash, $salt, $content, $appeal_id, $at);

-- name: request_by_key :one
SELECT salt, content, appeal_id, at FROM reception_request WHERE realm = $realm AND key_hash = $key_hash;

-- name: requests_remove_old :exec
DELETE FROM reception_request WHERE realm = $realm AND at < $before;

-- name: count_add :exec
INSERT INTO reception_count (realm, body_id, state, n) VALUES ($realm, $body_id, $state, $n)
ON CONFLICT (realm, body_id, state) DO UPDATE SET n = reception_count.n + excluded.n;

-- name: counts :many
SELECT body_id, state, n FROM reception_count WHERE realm = $realm ORDER BY body_id, state;

-- name: counts_of_body :many
SELECT state, n FROM reception_count WHERE realm = $realm AND body_id = $body_id ORDER BY state;

-- name: counts_remove :exec
DELETE FROM reception_count WHERE realm = $realm;

-- name: due_add :exec
INSERT INTO reception_due (realm, body_id, due_on, n) VALUES ($realm, $body_id, $due_on, $n)
ON CONFLICT (realm, body_id, due_on) DO UPDATE SET n = reception_due.n + excluded.n;

-- name: due_remove_empty :exec
DELETE FROM reception_due WHERE realm = $realm AND body_id = $body_id AND due_on = $due_on AND n = 0;

-- name: due_remove :exec
DELETE FROM reception_due WHERE realm = $realm;

-- name: due_all :many
SELECT body_id, due_on, n FROM reception_due WHERE realm = $realm ORDER BY body_id, due_on;

-- name: month_add :exec
INSERT INTO reception_month (realm, month, body_id, measure, n) VALUES ($realm, $month, $body_id, $measure, $n)
ON CONFLICT (realm, month, body_id, measure) DO UPDATE SET n = reception_month.n + excluded.n;

-- name: months_between :many
SELECT month, body_id, measure, n FROM reception_month
 WHERE realm = $realm AND month >= $first AND month <= $last ORDER BY month, body_id, measure;

-- name: month_first :one
SELECT CAST(coalesce(min(month), '') AS TEXT) AS month FROM reception_month WHERE realm = $realm;

-- name: months_remove :exec
DELETE FROM reception_month WHERE realm = $realm;

-- name: days_add :exec
INSERT INTO reception_days (realm, month, body_id, days, n) VALUES ($realm, $month, $body_id, $days, $n)
ON CONFLICT (realm, month, body_id, days) DO UPDATE SET n = reception_days.n + excluded.n;

-- name: days_between :many
SELECT month, body_id, days, n FROM reception_days
 WHERE realm = $realm AND month >= $first AND month <= $last ORDER BY month, body_id, days;

-- name: days_remove :exec
DELETE FROM reception_days WHERE realm = $realm;

-- name: uncounted :one
SELECT CAST(count(*) AS INTEGER) AS n FROM reception_uncounted WHERE realm = $realm;

-- name: uncounted_add :exec
INSERT INTO reception_uncounted (realm) VALUES ($realm) ON CONFLICT (realm) DO NOTHING;

-- name: uncounted_remove :exec
DELETE FROM reception_uncounted WHERE realm = $realm;

-- == imported cases ==

-- name: appeal_import :exec
INSERT INTO reception_appeal (realm, id, number, kind, channel, language, language_source, subject, text,
       salt, content, body_id, body_name, accused_decides, identity, state, holder_body_id,
       received_at, registered_on, due_on, closed_at, is_late, profile, code_hash, contact_consent)
VALUES ($realm, $id, $number, $kind, $channel, $language, $language_source, $subject, $text,
       $none, $none, $body_id, $body_name, 0, 'none', $state, $body_id,
       $received_at, $registered_on, $due_on, $closed_at, $is_late, $profile, $none, 0);

-- name: origin_add :exec
INSERT INTO reception_origin (realm, appeal_id, import_id, line, source, number, theme, category, place, answer,
       answered_by)
VALUES ($realm, $appeal_id, $import_id, $line, $source, $number, $theme, $category, $place, $answer, $answered_by);

-- name: origin_of :one
SELECT import_id, line, source, number, theme, category, place, answer, answered_by FROM reception_origin
 WHERE realm = $realm AND appeal_id = $appeal_id;

-- name: origin_by_number :one
SELECT p.number FROM reception_origin o JOIN reception_appeal p ON p.realm = o.realm AND p.id = o.appeal_id
 WHERE o.realm = $realm AND o.source = $source AND o.number = $number;

-- Places.

-- name: appeal_place_add :exec
INSERT INTO reception_appeal_place (realm, appeal_id, place_id) VALUES ($realm, $appeal_id, $place_id);

-- name: appeal_place_of :one
SELECT place_id FROM reception_appeal_place WHERE realm = $realm AND appeal_id = $appeal_id;

-- name: appeal_places_between :many
SELECT s.place_id, p.registered_on
  FROM reception_appeal_place AS s JOIN reception_appeal AS p ON p.realm = s.realm AND p.id = s.appeal_id
 WHERE s.realm = $realm AND s.appeal_id > $after AND s.appeal_id <= $upto ORDER BY s.appeal_id;

-- name: place_add :exec
INSERT INTO reception_place (realm, year, place_id, n) VALUES ($realm, $year, $place_id, $n)
ON CONFLICT (realm, year, place_id) DO UPDATE SET n = reception_place.n + excluded.n;

-- name: places_of_year :many
SELECT place_id, n FROM reception_place WHERE realm = $realm AND year = $year ORDER BY place_id;

-- name: places_remove :exec
DELETE FROM reception_place WHERE realm = $realm;

-- == who may see ==

-- name: apart_of :one
SELECT cause, at FROM reception_apart WHERE realm = $realm AND appeal_id = $appeal_id;

-- name: apart_add :exec
INSERT INTO reception_apart (realm, appeal_id, cause, at) VALUES ($realm, $appeal_id, $cause, $at);

-- name: apart_remove :exec
DELETE FROM reception_apart WHERE realm = $realm AND appeal_id = $appeal_id;

-- name: apart_newest :one
SELECT a.appeal_id, p.name, p.email, p.phone FROM reception_apart a
  JOIN reception_applicant p ON p.realm = a.realm AND p.appeal_id = a.appeal_id
 WHERE a.realm = $realm ORDER BY a.appeal_id DESC LIMIT 1;

-- name: applicant_set_all :exec
UPDATE reception_applicant SET name = $name, email = $email, phone = $phone, address = $address
 WHERE realm = $realm AND appeal_id = $appeal_id;

-- name: shown_of :one
SELECT body_id, request_id, at FROM reception_shown WHERE realm = $realm AND appeal_id = $appeal_id;

-- name: shown_add :exec
INSERT INTO reception_shown (realm, appeal_id, body_id, request_id, at)
VALUES ($realm, $appeal_id, $body_id, $request_id, $at);

-- name: shown_to_body :many
SELECT p.number, p.kind, p.state, p.registered_on, p.due_on, s.appeal_id, s.at
  FROM reception_shown s JOIN reception_appeal p ON p.realm = s.realm AND p.id = s.appeal_id
 WHERE s.realm = $realm AND s.body_id = $body_id AND s.appeal_id < $before ORDER BY s.appeal_id DESC LIMIT $n;

-- name: redactions_of :many
SELECT no, field, first_char, n_chars, reason FROM reception_redaction
 WHERE realm = $realm AND appeal_id = $appeal_id ORDER BY no;

-- name: redaction_add :exec
INSERT INTO reception_redaction (realm, appeal_id, no, field, first_char, n_chars, reason, by_person_id, at)
VALUES ($realm, $appeal_id, $no, $field, $first_char, $n_chars, $reason, $by_person_id, $at);

-- name: released_of :many
SELECT file_no FROM reception_released WHERE realm = $realm AND appeal_id = $appeal_id ORDER BY file_no;

-- name: released_add :exec
INSERT INTO reception_released (realm, appeal_id, file_no, by_person_id, by_office_id, at)
VALUES ($realm, $appeal_id, $file_no, $by_person_id, $by_office_id, $at);
