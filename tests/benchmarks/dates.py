"""How long one reading takes: `python -m tests.benchmarks.dates` prints a table of the readers."""

from collections.abc import Callable
from time import perf_counter

from flows.dates import find_stay, read_stay, stay_in
from tests.flows.dates.reading import FESTIVALS, TODAY, rows

REPEATS = 50
TARGET_MS = 0.1


def measure(read: Callable[[str], object], text: str) -> float:
    """The best of some readings of a text in milliseconds: the rest is the machine's noise."""
    best = float("inf")
    for _ in range(REPEATS):
        start = perf_counter()
        read(text)
        best = min(best, (perf_counter() - start) * 1000)
    return best


def main() -> None:
    """Measure the readers over the case files."""
    names = ("cases.tsv", "heldout.tsv", "sentences.tsv")
    texts = [row.text for name in names for row in rows(name)]
    readers: dict[str, Callable[[str], object]] = {
        "read_stay": lambda text: read_stay(text, TODAY, FESTIVALS),
        "find_stay": lambda text: find_stay(text, TODAY, FESTIVALS),
        "stay_in": lambda text: stay_in(text, TODAY, FESTIVALS),
    }
    print(
        f"{'':10} {'texts':>6} {'mean ms':>8} {'max ms':>8} {f'over {TARGET_MS}':>9}  slowest text"
    )
    for name, read in readers.items():
        took = {text: measure(read, text) for text in texts}
        slowest = max(took, key=took.__getitem__)
        over = sum(each > TARGET_MS for each in took.values())
        mean = sum(took.values()) / len(took)
        print(f"{name:10} {len(took):6} {mean:8.3f} {took[slowest]:8.3f} {over:9}  {slowest!r}")


if __name__ == "__main__":
    main()
