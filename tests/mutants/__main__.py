"""Every protection taken away once: `python -m tests.mutants` prints who noticed.

Ends with 1 where a mutation survives, where its text is not in the code any more, or where a named
test fails without any mutation.
"""

import sys
import tempfile
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from queue import SimpleQueue

from tests.mutants.mutations import MUTATIONS, Mutation
from tests.mutants.trial import Misfit, copy_to, exit_code, killed

AT_ONCE = 2


def main() -> int:
    """Try them all and print the table."""
    copies: SimpleQueue[Path] = SimpleQueue()
    with tempfile.TemporaryDirectory(prefix="looncamp-mutants-") as name:
        Path(name).chmod(0o755)  # the tests' database has a user of its own
        for number in range(AT_ONCE):
            (folder := Path(name) / str(number)).mkdir()
            copies.put(copy_to(folder))
        if exit_code(Path(name) / "0" / "tree", *sorted({each.test for each in MUTATIONS})) != 0:
            print("a named test fails without any mutation", file=sys.stderr)
            return 1

        def judged(mutation: Mutation) -> str:
            copy = copies.get()
            try:
                return "killed" if killed(mutation, copy) else "SURVIVED"
            except Misfit as misfit:
                return f"MISFIT {misfit}"
            finally:
                copies.put(copy)

        with ThreadPoolExecutor(AT_ONCE) as crew:
            verdicts = []
            for mutation, verdict in zip(MUTATIONS, crew.map(judged, MUTATIONS), strict=True):
                print(f"{verdict:8}  {mutation.name:42}  {mutation.test}", flush=True)
                verdicts.append(verdict)
    dead = verdicts.count("killed")
    print(f"{dead}/{len(MUTATIONS)} killed")
    return int(dead < len(MUTATIONS))


if __name__ == "__main__":
    sys.exit(main())
