-- What the guest's chat needs: who wants no reminders, where a place is, and what its owner says
-- about food, pets and the like.
ALTER TABLE person ADD COLUMN quiet boolean NOT NULL DEFAULT false;
ALTER TABLE property
    ADD COLUMN latitude double precision CHECK (latitude BETWEEN -90 AND 90),
    ADD COLUMN longitude double precision CHECK (longitude BETWEEN -180 AND 180),
    ADD COLUMN answers jsonb NOT NULL DEFAULT '{}';
