-- The truth of LoonCamp. Money is bigint paise, moments are timestamptz, days are those of the
-- property's zone. Business time is always a parameter; only leases read the database's clock.

CREATE EXTENSION IF NOT EXISTS btree_gist;
CREATE EXTENSION IF NOT EXISTS pg_trgm;

-- A camp or villa. `price` is per guest and night, `price_per_unit` per unit and night; one is set.
CREATE TABLE property (
    property_id     text PRIMARY KEY CHECK (property_id ~ '^[a-z0-9-]{2,60}$'),
    name            text NOT NULL CHECK (length(name) BETWEEN 2 AND 60),
    area            text NOT NULL,
    kind            text NOT NULL CHECK (kind IN ('camp', 'villa')),
    owner_name      text NOT NULL,
    owner_phone     text NOT NULL CHECK (owner_phone ~ '^\+[0-9]{7,15}$'),
    units           integer NOT NULL CHECK (units BETWEEN 1 AND 500),
    guests_per_unit integer NOT NULL CHECK (guests_per_unit BETWEEN 1 AND 100),
    price           bigint CHECK (price > 0),
    price_per_unit  bigint CHECK (price_per_unit > 0),
    advance_percent integer NOT NULL CHECK (advance_percent BETWEEN 1 AND 100),
    checkin         time NOT NULL,
    checkout        time NOT NULL,
    map_url         text NOT NULL,
    about           text NOT NULL DEFAULT '',
    paused          boolean NOT NULL DEFAULT false,
    paused_until    timestamptz, -- then it resumes by itself; null: until somebody resumes it
    place           integer NOT NULL DEFAULT 0, -- order in the list of places
    -- what a guest who cancels gets back, as flows/refund_policy.py reads it
    refund_steps    jsonb NOT NULL DEFAULT '[{"days": 2, "percent": 100}]'
                    CHECK (jsonb_typeof(refund_steps) = 'array'),
    -- The secret in the address of the property's own calendar feed.
    feed_token      text NOT NULL UNIQUE
        DEFAULT replace(gen_random_uuid()::text || gen_random_uuid()::text, '-', ''),
    latitude        double precision CHECK (latitude BETWEEN -90 AND 90),
    longitude       double precision CHECK (longitude BETWEEN -180 AND 180),
    answers         jsonb NOT NULL DEFAULT '{}', -- the owner's words on food, pets, pool, photos
    CHECK ((price IS NULL) <> (price_per_unit IS NULL))
);
CREATE INDEX property_owner ON property (owner_phone);

-- Who may answer for a place, and since when; without a property: an admin. Rights are checked
-- against the property itself; this is the memory that invariant I12 reads. `since` is the
-- database's time, as `booking_event.made_at`.
CREATE TABLE enrolment (
    property_id text REFERENCES property,
    phone       text NOT NULL,
    since       timestamptz NOT NULL DEFAULT clock_timestamp()
);
CREATE INDEX enrolment_phone ON enrolment (phone);

CREATE FUNCTION enrol_owner() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    INSERT INTO enrolment (property_id, phone) VALUES (NEW.property_id, NEW.owner_phone);
    RETURN NULL;
END $$;
CREATE TRIGGER property_enrols_owner AFTER INSERT ON property
    FOR EACH ROW EXECUTE FUNCTION enrol_owner();
CREATE TRIGGER property_changes_owner AFTER UPDATE OF owner_phone ON property
    FOR EACH ROW WHEN (OLD.owner_phone <> NEW.owner_phone) EXECUTE FUNCTION enrol_owner();

-- Days that people call by a name, for the date grammar; brought by `properties import`.
CREATE TABLE festival (
    word  text NOT NULL CHECK (length(word) BETWEEN 2 AND 60),
    first date NOT NULL,
    last  date NOT NULL CHECK (last >= first),
    PRIMARY KEY (word, first)
);

-- Whoever writes to us or is written to: guest, owner, admin. WhatsApp may hide the phone behind
-- a business-scoped user id, and an owner is known by phone before ever writing; so both are
-- nullable, each is unique, and at least one is there.
CREATE TABLE person (
    person_id    bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    user_id      text UNIQUE CHECK (length(user_id) <= 160),
    phone        text UNIQUE CHECK (phone ~ '^\+[0-9]{7,15}$'),
    name         text NOT NULL DEFAULT '',
    language     text NOT NULL DEFAULT 'en' CHECK (language IN ('en', 'hi', 'mr')),
    heard_at     timestamptz, -- the last inbound message: opens WhatsApp's 24-hour window
    next_send_at timestamptz, -- pair pacing: the theoretical time of the next message
    quiet        boolean NOT NULL DEFAULT false, -- wrote "stop": no reminders, no offers
    doubted_at   timestamptz, -- the number was somebody else's before: it gives no right
    created_at   timestamptz NOT NULL,
    opted_in_at  timestamptz, -- when an owner first wrote: WhatsApp wants to know that he agreed
    CHECK (user_id IS NOT NULL OR phone IS NOT NULL)
) WITH (fillfactor = 80);

-- The conversation of one person: the draft and what was asked last. Its row is the lock that
-- makes two messages of one person be answered one after the other.
CREATE TABLE chat (
    person_id  bigint PRIMARY KEY REFERENCES person ON DELETE CASCADE,
    state      jsonb NOT NULL DEFAULT '{}',
    updated_at timestamptz NOT NULL
) WITH (fillfactor = 70);

-- Every single event that WhatsApp delivered, under its own id (wamid; wamid and status; hash).
-- The body is bytes: text and jsonb refuse what guests can type.
CREATE SEQUENCE inbox_seq;
CREATE TABLE inbox (
    id          text PRIMARY KEY,
    seq         bigint NOT NULL UNIQUE,
    kind        text NOT NULL CHECK (kind IN ('message', 'status', 'other')),
    lane        text NOT NULL, -- the sender: one lane is handled in the order of arrival
    body        bytea NOT NULL,
    state       text NOT NULL DEFAULT 'ready' CHECK (state IN ('ready', 'done', 'parked')),
    attempts    integer NOT NULL DEFAULT 0,
    run_at      timestamptz NOT NULL,
    received_at timestamptz NOT NULL,
    done_at     timestamptz,
    last_error  text
);
CREATE INDEX inbox_ready ON inbox (kind, seq) WHERE state = 'ready';
CREATE INDEX inbox_waiting ON inbox (seq) WHERE state = 'ready' AND kind <> 'status';
CREATE INDEX inbox_lane ON inbox (lane, seq) WHERE state = 'ready';
CREATE INDEX inbox_age ON inbox (received_at);
CREATE INDEX inbox_parked ON inbox (seq) WHERE state = 'parked';

-- What a guest is about to pay for: held dates and a payment link, before there is a booking.
-- Its status is the booking's own until the booking row exists and carries it on.
CREATE TABLE checkout (
    booking_id      text PRIMARY KEY CHECK (booking_id ~ '^LC[0-9A-HJKMNP-TV-Z]{6}$'),
    property_id     text NOT NULL REFERENCES property,
    person_id       bigint NOT NULL REFERENCES person,
    guest_name      text NOT NULL,
    guest_phone     text NOT NULL CHECK (guest_phone ~ '^\+[0-9]{7,15}$'),
    checkin         timestamptz NOT NULL,
    checkout        timestamptz NOT NULL CHECK (checkout > checkin),
    stay            daterange NOT NULL CHECK (NOT isempty(stay)),
    guests          integer NOT NULL CHECK (guests > 0),
    units           integer NOT NULL CHECK (units > 0),
    total           bigint NOT NULL CHECK (total > 0),
    advance         bigint NOT NULL CHECK (advance BETWEEN 1 AND total),
    status          text NOT NULL DEFAULT '-',
    hold_until      timestamptz NOT NULL,
    callback_secret text NOT NULL UNIQUE,
    link_id         text UNIQUE,
    link_url        text,
    created_at      timestamptz NOT NULL
);
CREATE INDEX checkout_person ON checkout (person_id, created_at DESC);
-- One unpaid hold per guest.
CREATE UNIQUE INDEX checkout_one_hold ON checkout (person_id) WHERE status = 'PAYMENT_PENDING';
-- What an admin finds a booking by.
CREATE INDEX checkout_phone ON checkout (guest_phone);
CREATE INDEX checkout_last_four ON checkout (right(guest_phone, 4));
CREATE INDEX checkout_name ON checkout USING gin (guest_name gin_trgm_ops);
CREATE INDEX checkout_stay ON checkout USING gist (stay, property_id);

-- Another site's calendar of a property (Airbnb, Booking.com): its events block dates here.
CREATE TABLE calendar (
    calendar_id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    property_id text NOT NULL REFERENCES property,
    url         text NOT NULL,            -- a secret: whoever knows it can read the calendar
    unit        integer CHECK (unit > 0), -- the one it is about; null: whichever is free
    tried_at    timestamptz,
    synced_at   timestamptz,              -- the last time that it was read whole
    fault       text,                     -- why the last try failed; null: it did not
    UNIQUE (property_id, url)
);

-- One event of such a calendar; what it blocks hangs on it.
CREATE TABLE calendar_event (
    calendar_id bigint NOT NULL REFERENCES calendar ON DELETE CASCADE,
    uid         text NOT NULL CHECK (length(uid) <= 300),
    stay        daterange NOT NULL CHECK (NOT isempty(stay)),
    PRIMARY KEY (calendar_id, uid)
);

-- Nights on which an owner takes nobody: his block of all units that were free then.
CREATE TABLE block (
    block_id    bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    property_id text NOT NULL REFERENCES property,
    stay        daterange NOT NULL CHECK (NOT isempty(stay)),
    made_by     text NOT NULL CHECK (made_by IN ('owner', 'admin')),
    booking_id  text REFERENCES checkout, -- a cancelled booking: its units join the block
    created_at  timestamptz NOT NULL
);
CREATE INDEX block_property ON block (property_id);
CREATE UNIQUE INDEX block_of_booking ON block (booking_id);

-- Who has which unit on which nights: an unpaid hold, a booking or an owner's block. Two rows
-- can never overlap, whatever the application believes.
CREATE TABLE occupancy (
    occupancy_id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    property_id  text NOT NULL REFERENCES property,
    unit         integer NOT NULL CHECK (unit > 0),
    stay         daterange NOT NULL CHECK (NOT isempty(stay)),
    booking_id   text REFERENCES checkout, -- null: a block
    block_id     bigint REFERENCES block ON DELETE CASCADE,
    calendar_id  bigint,                   -- with event_uid: a block by another site's event
    event_uid    text,
    CONSTRAINT occupancy_event FOREIGN KEY (calendar_id, event_uid)
        REFERENCES calendar_event ON DELETE CASCADE,
    CONSTRAINT occupancy_one_cause CHECK (booking_id IS NULL OR calendar_id IS NULL),
    CONSTRAINT occupancy_block_alone CHECK (block_id IS NULL OR booking_id IS NULL),
    CONSTRAINT occupancy_never_twice EXCLUDE USING gist (
        property_id WITH =, unit WITH =, stay WITH &&
    )
);
-- Who is where, over all places; with what is asked for, so that the index alone answers.
CREATE INDEX occupancy_stay ON occupancy USING gist (stay) INCLUDE (property_id, unit);
CREATE INDEX occupancy_booking ON occupancy (booking_id);
CREATE INDEX occupancy_of_block ON occupancy (block_id) WHERE block_id IS NOT NULL;
CREATE INDEX occupancy_of_event ON occupancy (calendar_id, event_uid)
    WHERE calendar_id IS NOT NULL;

-- The booking, inserted when the payment succeeds.
CREATE TABLE booking (
    booking_id   text PRIMARY KEY REFERENCES checkout,
    property_id  text NOT NULL REFERENCES property,
    person_id    bigint NOT NULL REFERENCES person,
    guest_name   text NOT NULL,
    guest_phone  text NOT NULL,
    owner_phone  text NOT NULL,
    admin_phone  text NOT NULL,
    checkin      timestamptz NOT NULL,
    checkout     timestamptz NOT NULL,
    guests       integer NOT NULL,
    units        integer NOT NULL,
    advance_paid bigint NOT NULL CHECK (advance_paid > 0),
    total        bigint NOT NULL,
    due          bigint NOT NULL CHECK (due = total - advance_paid),
    txn_id       text NOT NULL UNIQUE,
    order_id     text NOT NULL,
    status       text NOT NULL CHECK (status <> '-'),
    asked_at     timestamptz, -- when the owner was asked
    answer_by    timestamptz, -- promised to the guest: then the admin takes over
    deadline     timestamptz, -- then cancelled and refunded
    reason       text,        -- of the cancellation
    refund_due   bigint,      -- what is to be paid back, once cancelled
    created_at   timestamptz NOT NULL
);
CREATE INDEX booking_person ON booking (person_id, created_at DESC);
CREATE INDEX booking_property ON booking (property_id, checkin);
CREATE INDEX booking_status ON booking (status); -- the admin's lists of what waits
CREATE INDEX booking_age ON booking (created_at);
CREATE INDEX booking_waiting ON booking (owner_phone, answer_by)
    WHERE status = 'BOOKING_REQUEST_SENT_TO_OWNER';

-- Every legal move, as flows/booking.py has it.
CREATE TABLE legal_move (
    from_status text NOT NULL,
    event       text NOT NULL,
    actor       text NOT NULL,
    to_status   text NOT NULL,
    PRIMARY KEY (from_status, event, actor, to_status)
);

-- What happened to a booking, from its checkout's first event on; seq counts from 1.
CREATE TABLE booking_event (
    booking_id  text NOT NULL REFERENCES checkout,
    seq         integer NOT NULL CHECK (seq > 0),
    from_status text NOT NULL,
    event       text NOT NULL,
    to_status   text NOT NULL,
    actor       text NOT NULL,
    at          timestamptz NOT NULL,
    note        text NOT NULL DEFAULT '',
    by_phone    text, -- the number that owner or admin had at that moment
    made_at     timestamptz DEFAULT clock_timestamp(), -- the database's time, to compare with enrolment
    trace       text, -- of the event that caused it
    PRIMARY KEY (booking_id, seq),
    FOREIGN KEY (from_status, event, actor, to_status) REFERENCES legal_move
);
CREATE INDEX booking_event_answer ON booking_event (at)
    WHERE from_status = 'BOOKING_REQUEST_SENT_TO_OWNER'; -- how fast owners answer

-- An event IS the change of status: inserting it moves the row, and only from where it stands.
CREATE FUNCTION apply_event() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF NEW.seq <> 1 + coalesce(
        (SELECT max(seq) FROM booking_event
         WHERE booking_id = NEW.booking_id AND seq < NEW.seq), 0) THEN
        RAISE EXCEPTION 'event % of % leaves a gap', NEW.seq, NEW.booking_id;
    END IF;
    UPDATE booking SET status = NEW.to_status
     WHERE booking_id = NEW.booking_id AND status = NEW.from_status;
    IF NOT FOUND THEN
        UPDATE checkout SET status = NEW.to_status
         WHERE booking_id = NEW.booking_id AND status = NEW.from_status
           AND NOT EXISTS (SELECT 1 FROM booking WHERE booking_id = NEW.booking_id);
    END IF;
    IF NOT FOUND THEN
        RAISE EXCEPTION '% is not in status %', NEW.booking_id, NEW.from_status;
    END IF;
    RETURN NULL;
END $$;
CREATE TRIGGER event_moves_booking AFTER INSERT ON booking_event
    FOR EACH ROW EXECUTE FUNCTION apply_event();

-- A status is only ever what the last event says.
CREATE FUNCTION status_needs_event() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF NEW.status IS DISTINCT FROM coalesce((
        SELECT to_status FROM booking_event
         WHERE booking_id = NEW.booking_id ORDER BY seq DESC LIMIT 1), '-') THEN
        RAISE EXCEPTION 'status % of % has no event', NEW.status, NEW.booking_id;
    END IF;
    RETURN NEW;
END $$;
CREATE TRIGGER booking_status_needs_event BEFORE INSERT OR UPDATE OF status ON booking
    FOR EACH ROW EXECUTE FUNCTION status_needs_event();
CREATE TRIGGER checkout_status_needs_event BEFORE INSERT OR UPDATE OF status ON checkout
    FOR EACH ROW EXECUTE FUNCTION status_needs_event();

-- Every successful transaction that Paytm showed us, once, and what became of it.
CREATE TABLE payment (
    txn_id     text PRIMARY KEY,
    booking_id text NOT NULL REFERENCES checkout,
    order_id   text NOT NULL,
    link_id    text NOT NULL,
    amount     bigint NOT NULL CHECK (amount > 0),
    status     text NOT NULL CHECK (status IN ('SUCCESS')),
    settled_as text NOT NULL CHECK (settled_as IN ('booking', 'surplus', 'mismatch')),
    paid_at    timestamptz,
    created_at timestamptz NOT NULL
);
CREATE INDEX payment_booking ON payment (booking_id);
CREATE INDEX payment_age ON payment (created_at);
CREATE UNIQUE INDEX payment_one_booking ON payment (booking_id) WHERE settled_as = 'booking';

-- Money on its way back. The id is stored before Paytm is called, and a new one is made only
-- after the old one has finally failed.
CREATE TABLE refund (
    ref_id         text PRIMARY KEY,
    txn_id         text NOT NULL REFERENCES payment,
    booking_id     text NOT NULL REFERENCES checkout,
    amount         bigint NOT NULL CHECK (amount > 0),
    status         text NOT NULL CHECK (status IN ('due', 'initiated', 'refunded', 'failed')),
    by_hand        boolean NOT NULL DEFAULT false,
    bank_reference text,
    last_code      text,        -- Paytm's last word
    looks          integer NOT NULL DEFAULT 0,
    look_at        timestamptz, -- not to be touched before; null: at once
    stuck_since    timestamptz, -- a human was asked to look; null: it goes by itself
    created_at     timestamptz NOT NULL,
    done_at        timestamptz
);
CREATE UNIQUE INDEX refund_one_open ON refund (txn_id) WHERE status <> 'failed';
CREATE INDEX refund_booking ON refund (booking_id);
CREATE INDEX refund_open ON refund (status) WHERE status IN ('due', 'initiated');
CREATE INDEX refund_reference ON refund (bank_reference) WHERE bank_reference IS NOT NULL;

-- The e-ticket's secret. It is kept readable because the link is sent again on request.
CREATE TABLE ticket (
    booking_id    text PRIMARY KEY REFERENCES booking,
    token         text NOT NULL UNIQUE CHECK (length(token) >= 22),
    issued_at     timestamptz NOT NULL,
    checked_in_at timestamptz,
    scanned_at    timestamptz -- the first time that the host scanned it
);

-- What an admin wrote down about a booking, for the other admins.
CREATE TABLE booking_note (
    note_id    bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    booking_id text NOT NULL REFERENCES checkout,
    by_phone   text NOT NULL,
    words      text NOT NULL,
    created_at timestamptz NOT NULL
);
CREATE INDEX booking_note_of ON booking_note (booking_id);

-- The outbox: WhatsApp messages, calls to Paytm and timers. One row of a lane is in flight at a
-- time; a row that is not due does not block its lane. `id` goes out as biz_opaque_callback_data,
-- so a status webhook proves the send of a row whose answer was lost.
CREATE TABLE message (
    id             bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    dedupe_key     text NOT NULL UNIQUE, -- kept for ever
    lane           text NOT NULL,        -- p:<person> or b:<booking>
    kind           text NOT NULL CHECK (kind IN ('whatsapp', 'paytm', 'timer')),
    intent         text NOT NULL,
    booking_id     text REFERENCES checkout,
    person_id      bigint REFERENCES person,
    payload        jsonb NOT NULL DEFAULT '{}',
    state          text NOT NULL DEFAULT 'ready'
                   CHECK (state IN ('ready', 'sending', 'sent', 'dead', 'cancelled')),
    attempts       integer NOT NULL DEFAULT 0,
    run_at         timestamptz NOT NULL,
    lease          uuid,
    lease_until    timestamptz,
    wamid          text,
    wa_status      text CHECK (wa_status IN ('sent', 'delivered', 'read', 'played', 'failed')),
    wa_error       integer,
    form           text CHECK (form IN ('free', 'template')),
    price_category text,
    price_type     text,
    last_error     text,
    created_at     timestamptz NOT NULL,
    done_at        timestamptz,
    trace          text -- of the event that caused it
) WITH (fillfactor = 70);
CREATE INDEX message_due ON message (run_at, id) WHERE state = 'ready';
CREATE INDEX message_lane ON message (lane, id) WHERE state IN ('ready', 'sending');
CREATE UNIQUE INDEX message_one_in_flight ON message (lane) WHERE state = 'sending';
CREATE INDEX message_booking ON message (booking_id) WHERE booking_id IS NOT NULL;
CREATE INDEX message_person ON message (person_id);
CREATE INDEX message_wamid ON message (wamid) WHERE wamid IS NOT NULL;
CREATE INDEX message_dead ON message (done_at) WHERE state = 'dead';

-- After a backup was restored: bookings about which nothing is said and nothing is done until a
-- human has told how they stand, because what waited then may have happened since.
CREATE TABLE held (
    booking_id text PRIMARY KEY REFERENCES checkout,
    held_at    timestamptz NOT NULL
);

-- Let a held booking go on, without the reminders that came due meanwhile; `silent`: also without
-- the messages that wait, which were said before. Whether it was held.
CREATE FUNCTION let_go(which text, silent boolean) RETURNS boolean LANGUAGE plpgsql AS $$
DECLARE since timestamptz;
BEGIN
    DELETE FROM held WHERE booking_id = which RETURNING held_at INTO since;
    IF since IS NULL THEN
        RETURN false;
    END IF;
    UPDATE message SET state = 'cancelled', done_at = since, last_error = 'restored'
     WHERE booking_id = which AND state = 'ready'
       AND (silent AND kind = 'whatsapp'
            OR kind = 'timer' AND run_at <= since
               AND intent IN ('hold_ends_soon', 'owner.reminder', 'owner_silent',
                              'guest.reminder', 'guest.thanks'));
    RETURN true;
END $$;

-- Whoever decides about a booking knows how it stands.
CREATE FUNCTION decided_by_people() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    PERFORM let_go(NEW.booking_id, true);
    RETURN NULL;
END $$;
CREATE TRIGGER event_lets_go AFTER INSERT ON booking_event
    FOR EACH ROW WHEN (NEW.actor IN ('guest', 'owner', 'admin'))
    EXECUTE FUNCTION decided_by_people();

-- What WhatsApp says of our templates; without a row a template counts as approved.
CREATE TABLE template (
    name       text NOT NULL,
    language   text NOT NULL,
    status     text NOT NULL,
    category   text NOT NULL DEFAULT 'UTILITY',
    quality    text NOT NULL DEFAULT 'UNKNOWN', -- GREEN, YELLOW, RED: a red one is soon paused
    updated_at timestamptz NOT NULL,
    PRIMARY KEY (name, language)
);

-- What an admin must look at until it is closed. One open alert for one subject.
CREATE TABLE alert (
    alert_id   bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    subject    text NOT NULL,
    booking_id text REFERENCES checkout,
    detail     text NOT NULL,
    created_at timestamptz NOT NULL,
    closed_at  timestamptz
);
CREATE UNIQUE INDEX alert_open ON alert (subject) WHERE closed_at IS NULL;

-- Facts of the running system that all processes share: the sandbox's clock, open circuits.
CREATE TABLE setting (
    key   text PRIMARY KEY,
    value jsonb NOT NULL
);

-- The newest slot of each recurring job that somebody has taken: the one that takes it queues it.
CREATE TABLE recurring (
    name text PRIMARY KEY,
    slot timestamptz NOT NULL
);

INSERT INTO legal_move (from_status, event, actor, to_status) VALUES
    ('-', 'link_created', 'guest', 'PAYMENT_PENDING'),
    ('PAYMENT_PENDING', 'payment_succeeded', 'paytm', 'PAYMENT_SUCCESS'),
    ('PAYMENT_PENDING', 'hold_lapsed', 'clock', 'PAYMENT_EXPIRED'),
    ('PAYMENT_PENDING', 'withdrawn', 'guest', 'PAYMENT_EXPIRED'),
    ('PAYMENT_PENDING', 'withdrawn', 'admin', 'PAYMENT_EXPIRED'),
    ('PAYMENT_EXPIRED', 'payment_succeeded', 'paytm', 'PAYMENT_SUCCESS'),
    ('PAYMENT_EXPIRED', 'payment_succeeded', 'paytm', 'REFUND_REQUIRED'),
    ('PAYMENT_SUCCESS', 'request_queued', 'clock', 'BOOKING_REQUEST_SENT_TO_OWNER'),
    ('BOOKING_REQUEST_SENT_TO_OWNER', 'confirmed', 'owner', 'OWNER_CONFIRMED'),
    ('BOOKING_REQUEST_SENT_TO_OWNER', 'confirmed', 'admin', 'OWNER_CONFIRMED'),
    ('BOOKING_REQUEST_SENT_TO_OWNER', 'cancelled', 'owner', 'OWNER_CANCELLED'),
    ('BOOKING_REQUEST_SENT_TO_OWNER', 'cancelled', 'admin', 'OWNER_CANCELLED'),
    ('BOOKING_REQUEST_SENT_TO_OWNER', 'deadline_passed', 'clock', 'OWNER_CANCELLED'),
    ('BOOKING_REQUEST_SENT_TO_OWNER', 'cancelled', 'guest', 'GUEST_CANCELLED'),
    ('BOOKING_REQUEST_SENT_TO_OWNER', 'cancelled', 'admin', 'GUEST_CANCELLED'),
    ('TICKET_GENERATED', 'cancelled', 'guest', 'GUEST_CANCELLED'),
    ('TICKET_GENERATED', 'cancelled', 'admin', 'GUEST_CANCELLED'),
    ('OWNER_CONFIRMED', 'ticket_issued', 'clock', 'TICKET_GENERATED'),
    ('OWNER_CANCELLED', 'undone', 'owner', 'BOOKING_REQUEST_SENT_TO_OWNER'),
    ('OWNER_CANCELLED', 'undone', 'admin', 'BOOKING_REQUEST_SENT_TO_OWNER'),
    ('OWNER_CANCELLED', 'settled', 'clock', 'REFUND_REQUIRED'),
    ('GUEST_CANCELLED', 'settled', 'clock', 'REFUND_REQUIRED'),
    ('GUEST_CANCELLED', 'settled', 'clock', 'CLOSED'),
    ('TICKET_GENERATED', 'checked_in', 'owner', 'CHECKED_IN'),
    ('TICKET_GENERATED', 'checked_in', 'admin', 'CHECKED_IN'),
    ('TICKET_GENERATED', 'stay_over', 'clock', 'CLOSED'),
    ('CHECKED_IN', 'stay_over', 'clock', 'CLOSED'),
    ('REFUND_REQUIRED', 'refund_requested', 'clock', 'REFUND_INITIATED'),
    ('REFUND_REQUIRED', 'refund_requested', 'admin', 'REFUND_INITIATED'),
    ('REFUND_INITIATED', 'refund_succeeded', 'paytm', 'REFUNDED'),
    ('REFUND_INITIATED', 'refund_failed', 'paytm', 'REFUND_REQUIRED'),
    ('REFUND_REQUIRED', 'refunded_by_hand', 'admin', 'REFUNDED'),
    ('REFUND_INITIATED', 'refunded_by_hand', 'admin', 'REFUNDED');

-- What every process has counted for /metrics, added up; `labels` is JSON with sorted keys.
CREATE TABLE counter (
    name   text NOT NULL,
    labels text NOT NULL,
    value  double precision NOT NULL,
    PRIMARY KEY (name, labels)
);
