-- What must be true at every moment, by name: each statement answers the rows that break it, as
-- (subject, detail); the subject is a booking's id where there is one. Ours is compared with the
-- outside books where they are handed over, else with what we have heard ourselves.
-- facts/reliability.md 4 in words; db/invariants.py hands over the parameters.

-- name: i01_one_settlement
-- Every payment has exactly one place: its booking, or the refund of all of it, or an open alert.
WITH place AS (
    SELECT p.booking_id, p.txn_id, p.amount, p.settled_as, count(*) OVER (PARTITION BY p.txn_id) AS rows,
           (SELECT count(*) FROM booking b
             WHERE b.txn_id = p.txn_id AND b.booking_id = p.booking_id) AS bookings,
           (SELECT coalesce(sum(r.amount), 0) FROM refund r
             WHERE r.txn_id = p.txn_id AND r.status <> 'failed') AS back,
           EXISTS (SELECT 1 FROM alert a
                    WHERE a.closed_at IS NULL AND a.subject LIKE '%' || p.txn_id) AS raised
      FROM payment p)
SELECT DISTINCT booking_id AS subject, format('payment %s stands %s times', txn_id, rows) AS detail
  FROM place WHERE rows > 1
UNION ALL
SELECT booking_id, format('payment %s is settled as booking, and %s bookings have it', txn_id, bookings)
  FROM place WHERE settled_as = 'booking' AND bookings <> 1
UNION ALL
SELECT booking_id, format('payment %s is settled as %s, and a booking has it', txn_id, settled_as)
  FROM place WHERE settled_as <> 'booking' AND bookings > 0
UNION ALL
SELECT booking_id, format('payment %s is no booking''s, and %s of %s paise go back', txn_id, back, amount)
  FROM place WHERE settled_as <> 'booking' AND back < amount AND NOT raised
UNION ALL
SELECT b.booking_id, format('the booking''s payment %s is not there', b.txn_id) FROM booking b
 WHERE NOT EXISTS (SELECT 1 FROM payment p
                    WHERE p.txn_id = b.txn_id AND p.booking_id = b.booking_id);

-- name: i02_paytms_money
-- Paytm's successful transactions are ours, to the paisa: $1 ids, $2 paise; null: not asked.
WITH book AS (SELECT txn_id, amount FROM unnest($1::text[], $2::bigint[]) AS t (txn_id, amount)),
     raised AS (SELECT subject FROM alert WHERE closed_at IS NULL)
SELECT p.booking_id AS subject, format('payment %s: Paytm does not have it', p.txn_id) AS detail
  FROM payment p LEFT JOIN book USING (txn_id) WHERE $1::text[] IS NOT NULL AND book.txn_id IS NULL
UNION ALL
SELECT p.booking_id, format('payment %s: ours %s, Paytm''s %s paise', p.txn_id, p.amount, book.amount)
  FROM payment p JOIN book USING (txn_id) WHERE p.amount <> book.amount
UNION ALL
SELECT book.txn_id, format('Paytm took %s paise that we do not have', book.amount)
  FROM book LEFT JOIN payment p USING (txn_id)
 WHERE p.txn_id IS NULL
   AND NOT EXISTS (SELECT 1 FROM raised WHERE subject LIKE '%' || book.txn_id)
UNION ALL
SELECT p.booking_id, format('payment %s of %s paise made a booking of %s', p.txn_id, p.amount, b.advance_paid)
  FROM payment p JOIN booking b USING (txn_id)
 WHERE p.settled_as = 'booking' AND p.amount <> b.advance_paid
UNION ALL
SELECT p.booking_id, format('payment %s came by link %s, not by %s', p.txn_id, p.link_id, c.link_id)
  FROM payment p JOIN checkout c USING (booking_id) WHERE p.link_id <> c.link_id;

-- name: i03_money_kept
-- What we keep of a booking's advance is what its state says: all of it, or less what is due back.
WITH kept AS (
    SELECT b.booking_id, b.status, b.advance_paid, b.refund_due, b.total, b.due,
           c.advance, c.total AS agreed,
           greatest(b.advance_paid - (SELECT coalesce(sum(r.amount), 0) FROM refund r
                                       WHERE r.txn_id = b.txn_id AND r.status <> 'failed'), 0) AS keeps,
           CASE WHEN b.status LIKE 'REFUND%' THEN b.advance_paid - coalesce(b.refund_due, 0)
                ELSE b.advance_paid END AS ought,
           EXISTS (SELECT 1 FROM refund r WHERE r.txn_id = b.txn_id
                      AND r.status = ANY (CASE b.status WHEN 'REFUNDED' THEN ARRAY['refunded']
                                          ELSE ARRAY['due', 'initiated'] END)) AS goes,
           (SELECT e.to_status FROM booking_event e
             WHERE e.booking_id = b.booking_id
               AND (e.event IN ('cancelled', 'deadline_passed')
                    OR e.event = 'payment_succeeded' AND e.to_status = 'REFUND_REQUIRED')
             ORDER BY e.seq DESC LIMIT 1) AS decided
      FROM booking b JOIN checkout c USING (booking_id))
SELECT booking_id AS subject, format('%s keeps %s paise, ought to keep %s', status, keeps, ought) AS detail
  FROM kept WHERE keeps <> ought
UNION ALL
SELECT booking_id, format('%s, and no such refund is there', status)
  FROM kept WHERE status LIKE 'REFUND%' AND keeps = ought AND NOT goes
UNION ALL
SELECT booking_id, format('the host cancelled, and only %s of %s paise are due back', refund_due, advance_paid)
  FROM kept WHERE status LIKE 'REFUND%' AND decided <> 'GUEST_CANCELLED'
              AND keeps = ought AND refund_due IS DISTINCT FROM advance_paid
UNION ALL
SELECT booking_id, format('%s of %s paise agreed, %s of %s paid', advance, agreed, advance_paid, total)
  FROM kept WHERE (advance, agreed) <> (advance_paid, total) OR due <> total - advance_paid;

-- name: i04_refunds
-- Never more back than came; each refund of Paytm's is one of ours: $1 ref ids, $2 transactions,
-- $3 paise, $4 states (DONE, FAILED, else open); null: not asked.
WITH book AS (
    SELECT ref_id, txn_id, amount, state
      FROM unnest($1::text[], $2::text[], $3::bigint[], $4::text[]) AS t (ref_id, txn_id, amount, state))
SELECT p.booking_id AS subject, format('payment %s of %s paise, %s go back', p.txn_id, p.amount, sum(r.amount)) AS detail
  FROM payment p JOIN refund r USING (txn_id) WHERE r.status <> 'failed'
 GROUP BY p.booking_id, p.txn_id, p.amount HAVING sum(r.amount) > p.amount
UNION ALL
SELECT r.booking_id, format('refund %s is of a payment of %s', r.ref_id, p.booking_id)
  FROM refund r LEFT JOIN payment p USING (txn_id) WHERE r.booking_id IS DISTINCT FROM p.booking_id
UNION ALL
SELECT booking_id, format('refund %s is refunded at no time', ref_id)
  FROM refund WHERE status = 'refunded' AND done_at IS NULL
UNION ALL
SELECT min(booking_id), format('refund %s stands %s times', ref_id, count(*))
  FROM refund GROUP BY ref_id HAVING count(*) > 1
UNION ALL
SELECT coalesce(p.booking_id, book.txn_id), format('Paytm gives back %s paise as %s, unknown to us', book.amount, book.ref_id)
  FROM book LEFT JOIN payment p USING (txn_id)
 WHERE NOT EXISTS (SELECT 1 FROM refund r WHERE r.ref_id = book.ref_id)
   AND NOT EXISTS (SELECT 1 FROM refund r WHERE r.txn_id = book.txn_id AND r.by_hand)
   AND NOT EXISTS (SELECT 1 FROM alert a WHERE a.closed_at IS NULL AND a.subject LIKE '%' || book.txn_id)
UNION ALL
SELECT r.booking_id, format('refund %s: ours %s paise of %s, Paytm''s %s of %s', ref_id, r.amount, r.txn_id, book.amount, book.txn_id)
  FROM refund r JOIN book USING (ref_id) WHERE (r.amount, r.txn_id) <> (book.amount, book.txn_id)
UNION ALL
SELECT r.booking_id, format('refund %s is %s here and %s at Paytm', ref_id, r.status, coalesce(book.state, 'unknown'))
  FROM refund r LEFT JOIN book USING (ref_id)
 WHERE $1::text[] IS NOT NULL AND NOT r.by_hand
   AND (r.status = 'refunded' AND book.state IS DISTINCT FROM 'DONE'
        OR r.status = 'failed' AND book.state = 'DONE');

-- name: i05_never_twice
-- No unit is given twice, and whoever holds dates has exactly its units on them: $1 holding states.
WITH held AS (
    SELECT c.booking_id, c.units, c.stay, coalesce(b.status, c.status) AS status,
           count(o.unit) FILTER (WHERE o.stay = c.stay AND o.property_id = c.property_id) AS fit,
           count(o.unit) AS taken
      FROM checkout c LEFT JOIN booking b USING (booking_id) LEFT JOIN occupancy o USING (booking_id)
     GROUP BY c.booking_id, b.status)
SELECT coalesce(one.booking_id, other.booking_id, one.property_id) AS subject,
       format('unit %s of %s is taken twice: by %s and %s', one.unit, one.property_id,
              coalesce(one.booking_id, 'a block'), coalesce(other.booking_id, 'a block')) AS detail
  FROM occupancy one JOIN occupancy other
    ON one.occupancy_id < other.occupancy_id AND one.property_id = other.property_id
   AND one.unit = other.unit AND one.stay && other.stay
UNION ALL
SELECT booking_id, format('%s holds %s of %s units on %s', status, fit, units, stay)
  FROM held WHERE status = ANY ($1::text[]) AND (fit <> units OR taken <> units)
UNION ALL
SELECT booking_id, format('%s still holds %s units', status, taken)
  FROM held WHERE status <> ALL ($1::text[]) AND taken > 0;

-- name: i06_last_event
-- The state is what the last event says; events have no gap, follow each other and are legal.
WITH steps AS (
    SELECT e.*, row_number() OVER w AS place, lag(to_status, 1, '-') OVER w AS before
      FROM booking_event e WINDOW w AS (PARTITION BY booking_id ORDER BY seq))
SELECT booking_id AS subject, format('event %s stands at place %s', seq, place) AS detail
  FROM steps WHERE seq <> place
UNION ALL
SELECT booking_id, format('event %s starts from %s after %s', seq, from_status, before)
  FROM steps WHERE from_status <> before
UNION ALL
SELECT booking_id, format('event %s: %s by %s from %s to %s is not legal', seq, event, actor, from_status, to_status)
  FROM steps s WHERE NOT EXISTS (
    SELECT 1 FROM legal_move l
     WHERE (l.from_status, l.event, l.actor, l.to_status) = (s.from_status, s.event, s.actor, s.to_status))
UNION ALL
SELECT c.booking_id, format('stands in %s, its last event says %s', coalesce(b.status, c.status), last.to_status)
  FROM checkout c LEFT JOIN booking b USING (booking_id)
  LEFT JOIN LATERAL (SELECT to_status FROM booking_event e WHERE e.booking_id = c.booking_id
                      ORDER BY seq DESC LIMIT 1) last ON true
 WHERE coalesce(b.status, c.status) <> coalesce(last.to_status, '-');

-- name: i07_promised
-- Each event has exactly the messages and jobs that flows/consequences.py asks for, and no row
-- names an event that did not ask for it: $1-$10 are the columns of flows/promises.py.
WITH promise AS MATERIALIZED (
    SELECT * FROM unnest($1::text[], $2::text[], $3::text[], $4::text[], $5::text[], $6::text[],
                         $7::text[], $8::text[], $9::boolean[], $10::integer[])
        AS t (from_status, event, actor, to_status, decided_by, kind, intent, role, needed, many)),
made AS MATERIALIZED (
    SELECT e.booking_id, e.seq, e.from_status, e.event, e.actor, e.to_status, c.person_id,
           coalesce((array_agg(e.actor) FILTER (WHERE e.event IN ('confirmed', 'cancelled', 'deadline_passed'))
                     OVER (PARTITION BY e.booking_id ORDER BY e.seq DESC
                           ROWS BETWEEN CURRENT ROW AND UNBOUNDED FOLLOWING))[1], '') AS decided_by
      FROM booking_event e JOIN checkout c USING (booking_id)),
asked AS MATERIALIZED (
    SELECT made.*, kind, intent, role, needed, many
      FROM made JOIN promise USING (from_status, event, actor, to_status)
     WHERE promise.decided_by IN ('', made.decided_by)),
there AS MATERIALIZED (
    SELECT booking_id, split_part(dedupe_key, ':', 2)::integer AS seq, kind, intent, person_id, id
      FROM message WHERE dedupe_key ~ '^LC[0-9A-Z]{6}:[0-9]{1,6}:' AND booking_id = left(dedupe_key, 8))
SELECT booking_id AS subject, format('event %s (%s) has %s of 1 %s', seq, event, count(there.id), intent) AS detail
  FROM asked LEFT JOIN there USING (booking_id, seq, kind, intent)
 WHERE needed GROUP BY booking_id, seq, event, kind, intent
HAVING count(there.id) = 0 OR kind = 'whatsapp' AND count(there.id) > 1
UNION ALL
SELECT booking_id, format('event %s (%s) has %s of %s messages to the %s', seq, event, count(there.id), many, role)
  FROM asked LEFT JOIN there USING (booking_id, seq, kind, intent)
 WHERE many > 0 GROUP BY booking_id, seq, event, role, many
HAVING count(there.id) <> many AND NOT bool_or(needed)
UNION ALL
SELECT booking_id, format('%s names event %s, which asks for no such thing', intent, seq)
  FROM there LEFT JOIN asked USING (booking_id, seq, kind, intent) WHERE asked.event IS NULL
UNION ALL
SELECT booking_id, format('%s of event %s went to somebody else', intent, seq)
  FROM there JOIN asked USING (booking_id, seq, kind, intent)
 WHERE role = 'guest' AND there.person_id <> asked.person_id;

-- name: i08_accepted
-- What WhatsApp accepted, and did not let fail, is what we know as sent, each row once: $1 our
-- rows' ids, $2 wamids; null: what its status webhooks told, as far as they are kept.
WITH told AS (
    SELECT status ->> 'biz_opaque_callback_data' AS tracker, status ->> 'id' AS wamid
      FROM inbox, LATERAL (SELECT convert_from(body, 'UTF8') AS text) AS raw,
           LATERAL (SELECT CASE WHEN pg_input_is_valid(raw.text, 'jsonb')
                    THEN raw.text::jsonb #> '{entry,0,changes,0,value,statuses,0}' END AS status) AS read
     WHERE $1::bigint[] IS NULL AND kind = 'status'
     GROUP BY 1, 2 HAVING bool_and(status ->> 'status' <> 'failed')),
book AS (
    SELECT tracker::bigint AS id, wamid FROM told WHERE tracker ~ '^[0-9]{1,18}$'
    UNION ALL SELECT * FROM unnest($1::bigint[], $2::text[]))
SELECT coalesce(m.booking_id, book.id::text) AS subject, format('message %s was accepted %s times', book.id, count(*)) AS detail
  FROM book LEFT JOIN message m USING (id) GROUP BY book.id, m.booking_id HAVING count(*) > 1
UNION ALL
SELECT coalesce(m.booking_id, book.id::text), format('message %s was accepted, and is %s', book.id, coalesce(m.state, 'not there'))
  FROM book LEFT JOIN message m USING (id) WHERE $1::bigint[] IS NOT NULL AND m.state IS DISTINCT FROM 'sent'
UNION ALL
SELECT coalesce(m.booking_id, m.id::text), format('message %s (%s) is sent, and was not accepted', m.id, m.intent)
  FROM message m LEFT JOIN book USING (id)
 WHERE $1::bigint[] IS NOT NULL AND m.kind = 'whatsapp' AND m.state = 'sent' AND book.id IS NULL
   AND m.wa_status IS DISTINCT FROM 'failed'
UNION ALL
SELECT coalesce(m.booking_id, m.id::text), format('message %s has another wamid than WhatsApp gave it', m.id)
  FROM message m JOIN book USING (id) WHERE m.wamid NOT IN (book.wamid, 'erased')
   AND NOT EXISTS (SELECT 1 FROM book other WHERE other.id = m.id AND other.wamid = m.wamid)
UNION ALL
SELECT coalesce(booking_id, id::text), format('message %s (%s) is sent without a wamid', id, intent)
  FROM message WHERE kind = 'whatsapp' AND state = 'sent' AND wamid IS NULL
UNION ALL
SELECT coalesce(min(booking_id), min(id)::text), format('%s messages have the same wamid', count(*))
  FROM message WHERE wamid <> 'erased' GROUP BY wamid HAVING count(*) > 1
UNION ALL
SELECT coalesce(booking_id, id::text), format('message %s is %s on the phone and %s here', id, wa_status, state)
  FROM message WHERE $1::bigint[] IS NULL AND wa_status <> 'failed' AND state <> 'sent';

-- name: i09_nothing_overdue
-- At rest nothing is overdue by more than $2 at $1, and whatever waits has its alarm clock set;
-- $3: refunds go by themselves.
WITH alarm AS (
    SELECT * FROM (VALUES ('PAYMENT_PENDING', 'hold_lapsed'), ('BOOKING_REQUEST_SENT_TO_OWNER', 'deadline_passed'),
        ('OWNER_CANCELLED', 'settled'), ('GUEST_CANCELLED', 'settled'), ('TICKET_GENERATED', 'stay_over'),
        ('CHECKED_IN', 'stay_over')) AS t (status, intent))
SELECT coalesce(m.booking_id, m.lane) AS subject, format('%s %s was due at %s', m.kind, m.intent, m.run_at) AS detail
  FROM message m WHERE m.state = 'ready' AND m.run_at < $1::timestamptz - $2::interval
   AND NOT EXISTS (SELECT 1 FROM held h WHERE h.booking_id = m.booking_id)
UNION ALL
SELECT coalesce(booking_id, lane), format('%s %s hangs under a lease that ended at %s', kind, intent, lease_until)
  FROM message WHERE state = 'sending' AND lease_until < clock_timestamp() - $2::interval
UNION ALL
SELECT 'inbox ' || seq, format('the %s was due at %s', kind, run_at) FROM inbox
 WHERE state = 'ready' AND run_at < $1::timestamptz - $2::interval
UNION ALL
SELECT c.booking_id, format('%s, and no %s is set', alarm.status, alarm.intent)
  FROM checkout c LEFT JOIN booking b USING (booking_id)
  JOIN alarm ON alarm.status = coalesce(b.status, c.status)
 WHERE NOT EXISTS (SELECT 1 FROM message m WHERE m.booking_id = c.booking_id
                      AND m.intent = alarm.intent AND m.state IN ('ready', 'sending'))
UNION ALL
SELECT r.booking_id, format('refund %s is %s, and nothing moves it', ref_id, status) FROM refund r
 WHERE (status = 'initiated' OR status = 'due' AND $3::boolean)
   AND NOT EXISTS (SELECT 1 FROM message m WHERE m.booking_id = r.booking_id
                      AND m.intent = 'refund' AND m.state IN ('ready', 'sending'))
   AND NOT EXISTS (SELECT 1 FROM alert a WHERE a.booking_id = r.booking_id AND a.closed_at IS NULL)
UNION ALL
SELECT r.booking_id, format('refund %s was to be looked at at %s', ref_id, look_at) FROM refund r
 WHERE status IN ('due', 'initiated') AND look_at < $1::timestamptz - $2::interval AND $3::boolean;

-- name: i10_in_order
-- A person gets what concerns one booking, and the answers to what he wrote, in the order in which
-- they were queued: $1 our rows' ids in the order of acceptance; null: by the time of our record,
-- give or take $2.
WITH book AS (SELECT id, min(place) AS place
                FROM unnest($1::bigint[]) WITH ORDINALITY AS t (id, place) GROUP BY id),
sent AS (
    SELECT m.id, m.lane, m.booking_id, m.intent, book.place, m.done_at,
           max(book.place) OVER earlier AS last_place, max(m.done_at) OVER earlier AS last_done
      FROM message m LEFT JOIN book USING (id)
     WHERE m.kind = 'whatsapp' AND m.state = 'sent'
    WINDOW earlier AS (PARTITION BY m.lane, m.booking_id ORDER BY m.id
                       ROWS BETWEEN UNBOUNDED PRECEDING AND 1 PRECEDING))
SELECT coalesce(booking_id, lane) AS subject, format('message %s (%s) overtook an earlier one', id, intent) AS detail
  FROM sent WHERE CASE WHEN $1::bigint[] IS NOT NULL THEN place < last_place
                  ELSE done_at < last_done - $2::interval END;

-- name: i11_heard
-- What WhatsApp delivered is in the inbox and handled, and nothing else is: $1 ids, $2 the kinds
-- they are of; null: each answer has its cause there.
SELECT id AS subject, 'was delivered, and is not in the inbox' AS detail
  FROM unnest($1::text[]) AS t (id) WHERE NOT EXISTS (SELECT 1 FROM inbox i WHERE i.id = t.id)
UNION ALL
SELECT 'inbox ' || seq, format('a %s that WhatsApp did not deliver', kind) FROM inbox
 WHERE kind = ANY ($2::text[]) AND id <> ALL ($1::text[])
UNION ALL
SELECT 'inbox ' || seq, format('a %s is done at no time', kind) FROM inbox
 WHERE state = 'done' AND done_at IS NULL
UNION ALL
SELECT 'inbox ' || min(seq), format('stands %s times', count(*)) FROM inbox GROUP BY id HAVING count(*) > 1
UNION ALL
SELECT lane, format('message %s answers what is not in the inbox', m.id) FROM message m
 WHERE m.intent = 'answer' AND m.dedupe_key LIKE 'wamid.%'
   AND m.created_at > (SELECT min(received_at) FROM inbox)
   AND NOT EXISTS (SELECT 1 FROM inbox i WHERE i.id = regexp_replace(m.dedupe_key, ':[0-9]+$', ''));

-- name: i12_right_to_decide
-- Each decision of an owner or admin came from a number that had the right at that moment, give or
-- take $1 for what was decided while the right was being changed.
SELECT e.booking_id AS subject, format('event %s (%s): this number was not enrolled as %s', seq, event, actor) AS detail
  FROM booking_event e JOIN checkout c USING (booking_id)
 WHERE e.actor IN ('owner', 'admin') AND e.made_at IS NOT NULL
   AND NOT EXISTS (
       SELECT 1 FROM enrolment n
        WHERE n.phone = e.by_phone AND n.since <= e.made_at + $1::interval
          AND n.property_id IS NOT DISTINCT FROM CASE e.actor WHEN 'owner' THEN c.property_id END
          AND (e.actor = 'admin' OR NOT EXISTS (
              SELECT 1 FROM enrolment later
               WHERE later.property_id = n.property_id AND later.since > n.since
                 AND later.since <= e.made_at - $1::interval)));

-- name: i13_one_ticket
-- Confirmed and ticket go together, and no two tickets have the same secret.
SELECT b.booking_id AS subject, format('%s with %s tickets', b.status, count(t.token)) AS detail
  FROM booking b
  LEFT JOIN ticket t USING (booking_id)
 GROUP BY b.booking_id, b.status
HAVING count(t.token) <> (SELECT count(*) FROM booking_event e
                           WHERE e.booking_id = b.booking_id AND e.event = 'ticket_issued')
UNION ALL
SELECT t.booking_id, 'a ticket without a booking' FROM ticket t
 WHERE NOT EXISTS (SELECT 1 FROM booking b WHERE b.booking_id = t.booking_id)
UNION ALL
SELECT min(booking_id), format('%s tickets have the same secret', count(*))
  FROM ticket GROUP BY token HAVING count(*) > 1;

-- name: i14_raised
-- Whatever only a human can mend has an alert, open or closed since.
SELECT coalesce(m.booking_id, m.lane) AS subject, format('%s %s is dead, and nobody was told', m.kind, m.intent) AS detail
  FROM message m
 WHERE m.state = 'dead'
   AND NOT EXISTS (SELECT 1 FROM alert a
                    WHERE a.booking_id IS NOT DISTINCT FROM m.booking_id
                      AND a.subject LIKE CASE m.kind WHEN 'whatsapp' THEN 'undelivered:%' ELSE 'job:' || m.intent || '%' END
                      AND (a.closed_at IS NULL OR a.closed_at >= m.done_at))
UNION ALL
SELECT coalesce(m.booking_id, m.lane), format('%s did not arrive (%s), and nobody was told', m.intent, m.wa_error)
  FROM message m
 WHERE m.state = 'sent' AND m.wa_status = 'failed'
   AND NOT EXISTS (SELECT 1 FROM message again WHERE again.dedupe_key = m.id || ':as_template')
   AND NOT EXISTS (SELECT 1 FROM alert a
                    WHERE a.subject = format('undelivered:%s:%s', coalesce(m.booking_id, 'None'), m.wa_error))
UNION ALL
SELECT 'inbox ' || i.seq, format('a parked %s, and nobody was told', i.kind) FROM inbox i
 WHERE i.state = 'parked' AND i.kind <> 'status'
   AND NOT EXISTS (SELECT 1 FROM alert a WHERE a.subject LIKE 'inbox:%'
                      AND (a.closed_at IS NULL OR a.closed_at >= i.received_at))
UNION ALL
SELECT r.booking_id, format('refund %s is stuck, and no alert is open', r.ref_id) FROM refund r
 WHERE r.stuck_since IS NOT NULL AND r.status IN ('due', 'initiated')
   AND NOT EXISTS (SELECT 1 FROM alert a WHERE a.subject = 'refund:' || r.txn_id AND a.closed_at IS NULL);
