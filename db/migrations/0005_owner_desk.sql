-- The owner's desk: blocked dates, a pause that ends by itself, the first scan of a ticket.

ALTER TABLE property ADD paused_until timestamptz;

CREATE TABLE block (
    block_id    bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    property_id text NOT NULL REFERENCES property,
    stay        daterange NOT NULL CHECK (NOT isempty(stay)),
    made_by     text NOT NULL CHECK (made_by IN ('owner', 'admin')),
    booking_id  text REFERENCES checkout,
    created_at  timestamptz NOT NULL
);
CREATE INDEX block_property ON block (property_id);
CREATE UNIQUE INDEX block_of_booking ON block (booking_id);

ALTER TABLE occupancy
    ADD block_id bigint REFERENCES block ON DELETE CASCADE,
    ADD CONSTRAINT occupancy_block_alone CHECK (block_id IS NULL OR booking_id IS NULL);
CREATE INDEX occupancy_of_block ON occupancy (block_id) WHERE block_id IS NOT NULL;

ALTER TABLE ticket ADD scanned_at timestamptz;
