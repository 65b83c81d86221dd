"""Properties and festivals as their files say them, checked as a whole."""
