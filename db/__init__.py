"""PostgreSQL: the schema, every query by name, and the one door for changes of state."""
