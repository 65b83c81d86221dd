-- What every process has counted, added up; and the indexes by which the figures are read.

CREATE TABLE counter (
    name   text NOT NULL,
    labels text NOT NULL,
    value  double precision NOT NULL,
    PRIMARY KEY (name, labels)
);

CREATE INDEX message_dead ON message (done_at) WHERE state = 'dead';
CREATE INDEX inbox_parked ON inbox (seq) WHERE state = 'parked';
CREATE INDEX booking_age ON booking (created_at);
CREATE INDEX booking_event_answer ON booking_event (at)
    WHERE from_status = 'BOOKING_REQUEST_SENT_TO_OWNER';
CREATE INDEX refund_open ON refund (status) WHERE status IN ('due', 'initiated');
