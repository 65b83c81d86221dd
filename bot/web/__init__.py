"""The HTTP surface: routes, the gate before them, health and figures."""
