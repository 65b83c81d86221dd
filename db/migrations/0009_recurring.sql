-- Recurring jobs: nightly comparisons, digests, feeds.

-- The newest slot of each recurring job that somebody has taken: the one that takes it queues it.
CREATE TABLE recurring (
    name text PRIMARY KEY,
    slot timestamptz NOT NULL
);
