"""Whether the service on this machine can serve, by /readyz: for a container's health check.

The standard library only: it runs every few seconds.
"""

import os
import sys
import urllib.request

SECONDS = 3


def main() -> int:
    """0 where the service answers that it is ready, else 1 and a line that says why."""
    address = f"http://127.0.0.1:{os.environ.get('PORT', '8080')}/readyz"
    try:
        with urllib.request.urlopen(address, timeout=SECONDS) as answer:
            return int(answer.status != 200)
    except OSError as fault:
        print(f"{address}: {fault}", file=sys.stderr)
        return 1


if __name__ == "__main__":
    sys.exit(main())
