"""Paytm: protocol, client, outcomes, refunds, reconciliation and callback routes."""
