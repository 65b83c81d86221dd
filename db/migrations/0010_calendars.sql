-- Calendars shared with other sites: a secret feed of our own, and theirs.

ALTER TABLE property
    ADD feed_token text NOT NULL UNIQUE
        DEFAULT replace(gen_random_uuid()::text || gen_random_uuid()::text, '-', '');

CREATE TABLE calendar (
    calendar_id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    property_id text NOT NULL REFERENCES property,
    url         text NOT NULL,
    unit        integer CHECK (unit > 0),
    tried_at    timestamptz,
    synced_at   timestamptz,
    fault       text,
    UNIQUE (property_id, url)
);

CREATE TABLE calendar_event (
    calendar_id bigint NOT NULL REFERENCES calendar ON DELETE CASCADE,
    uid         text NOT NULL CHECK (length(uid) <= 300),
    stay        daterange NOT NULL CHECK (NOT isempty(stay)),
    PRIMARY KEY (calendar_id, uid)
);

ALTER TABLE occupancy
    ADD calendar_id bigint,
    ADD event_uid   text,
    ADD CONSTRAINT occupancy_event FOREIGN KEY (calendar_id, event_uid)
        REFERENCES calendar_event ON DELETE CASCADE,
    ADD CONSTRAINT occupancy_one_cause CHECK (booking_id IS NULL OR calendar_id IS NULL);
CREATE INDEX occupancy_of_event ON occupancy (calendar_id, event_uid)
    WHERE calendar_id IS NOT NULL;
