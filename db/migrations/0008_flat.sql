-- What grows is found by an index: the events that wait, in the order in which they came; the stays
-- of all places on some nights; the messages of somebody who turns out to be somebody else.
CREATE INDEX inbox_waiting ON inbox (seq) WHERE state = 'ready' AND kind <> 'status';
CREATE INDEX occupancy_stay ON occupancy USING gist (stay);
CREATE INDEX message_person ON message (person_id);
