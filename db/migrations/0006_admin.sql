-- The admin's desk: search that grows, notes, and moves that an admin may make for others.

CREATE EXTENSION IF NOT EXISTS pg_trgm;

CREATE INDEX checkout_phone ON checkout (guest_phone);
CREATE INDEX checkout_last_four ON checkout (right(guest_phone, 4));
CREATE INDEX checkout_name ON checkout USING gin (guest_name gin_trgm_ops);
CREATE INDEX checkout_stay ON checkout USING gist (stay, property_id);
CREATE INDEX refund_reference ON refund (bank_reference) WHERE bank_reference IS NOT NULL;

CREATE TABLE booking_note (
    note_id    bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    booking_id text NOT NULL REFERENCES checkout,
    by_phone   text NOT NULL,
    words      text NOT NULL,
    created_at timestamptz NOT NULL
);
CREATE INDEX booking_note_of ON booking_note (booking_id);

INSERT INTO legal_move (from_status, event, actor, to_status) VALUES
    ('PAYMENT_PENDING', 'withdrawn', 'admin', 'PAYMENT_EXPIRED'),
    ('OWNER_CANCELLED', 'undone', 'admin', 'BOOKING_REQUEST_SENT_TO_OWNER');
