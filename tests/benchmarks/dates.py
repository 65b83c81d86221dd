"""How long one reading takes: `python -m tests.benchmarks.dates` prints mean and slowest."""

from collections.abc import Callable
from time import perf_counter

from flows.dates import find_stay, read_stay
from tests.flows.dates.reading import FESTIVALS, TODAY, rows

ROUNDS = 20
TARGET_MS = 0.1


def measure(read: Callable[[str], object], texts: list[str]) -> tuple[float, float]:
    """Mean and slowest reading of these texts, in milliseconds; each text's best of all rounds."""
    best = dict.fromkeys(texts, float("inf"))
    total = 0.0
    for _ in range(ROUNDS):
        for text in texts:
            start = perf_counter()
            read(text)
            took = (perf_counter() - start) * 1000
            best[text] = min(best[text], took)
            total += took
    return total / (ROUNDS * len(texts)), max(best.values())


def main() -> None:
    """Measure both readers over the case files."""
    names = ("cases.tsv", "heldout.tsv", "sentences.tsv")
    texts = [row.text for name in names for row in rows(name)]
    readers: dict[str, Callable[[str], object]] = {
        "read_stay": lambda text: read_stay(text, TODAY, FESTIVALS),
        "find_stay": lambda text: find_stay(text, TODAY, FESTIVALS),
    }
    for name, read in readers.items():
        mean, slowest = measure(read, texts)
        print(
            f"{name}: {len(texts)} texts, mean {mean:.3f} ms (target {TARGET_MS}),"
            f" slowest {slowest:.3f} ms"
        )


if __name__ == "__main__":
    main()
