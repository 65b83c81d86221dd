"""Who wrote decides who answers: guests, owners, admins, joined to the database."""
