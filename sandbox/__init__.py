"""A local WhatsApp Cloud API, a local Paytm and the three-phones page."""
