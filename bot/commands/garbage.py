"""Python's search for unreachable cycles, fitted to a service: seldom, and never of what stays."""

import gc

# Containers that may be made, less those freed, before the young are looked through. A step makes
# a few hundred and frees them by counting; Python's own 700 would search thrice a step, and the
# oldest generation, which holds the whole program, every few hundred steps.
YOUNG, MIDDLE, OLD = 20_000, 10, 50


def settle() -> None:
    """What is there now stays until the process ends: it is never looked through again."""
    gc.collect()
    gc.freeze()
    gc.set_threshold(YOUNG, MIDDLE, OLD)
