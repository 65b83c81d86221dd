"""The owner's desk: requests, arrivals, blocked dates and check-in, in the owner's own chat."""
