"""The commands of run.py, and what they start."""
