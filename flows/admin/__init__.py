"""The admin's desk: every booking, every guest's question, and how the house stands."""
