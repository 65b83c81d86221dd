"""What LoonCamp is measured against, written as a user of each library would write it."""
