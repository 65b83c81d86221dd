"""What is stored and then done: events in, messages and jobs out, and the loops that do it."""
