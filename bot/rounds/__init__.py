"""What recurs: books, calendars, invariants, erasure, the rounds to owners."""
