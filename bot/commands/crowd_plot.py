"""The picture of a load: each answer's time over the run, with its percentiles, as SVG."""

from collections.abc import Sequence

WIDTH, HEIGHT, LEFT, BOTTOM, TOP = 720, 320, 60, 40, 20
SHARES = ((0.5, "#2f6f4f"), (0.95, "#b7791f"), (0.99, "#b03030"))


def percentile(values: Sequence[float], share: float) -> float:
    """The value below which so large a share lies; 0 of nothing."""
    ordered = sorted(values)
    return ordered[min(len(ordered) - 1, int(len(ordered) * share))] if ordered else 0.0


def svg(answers: Sequence[tuple[float, float]]) -> str:
    """Points of (seconds since the start, seconds that the answer took), and three lines."""
    took = [each for _, each in answers]
    last = max((at for at, _ in answers), default=1.0) or 1.0
    most = max(took, default=1.0) or 1.0

    def across(at: float) -> float:
        return LEFT + at / last * (WIDTH - LEFT - 20)

    def up(seconds: float) -> float:
        return HEIGHT - BOTTOM - seconds / most * (HEIGHT - BOTTOM - TOP)

    points = [
        f'<circle cx="{across(at):.1f}" cy="{up(each):.1f}" r="2" fill="#3b6ea5"/>'
        for at, each in answers
    ]
    for share, colour in SHARES:
        value = percentile(took, share)
        points.append(
            f'<line x1="{LEFT}" x2="{WIDTH - 20}" y1="{up(value):.1f}" y2="{up(value):.1f}" '
            f'stroke="{colour}"/><text x="{WIDTH - 20}" y="{up(value) - 3:.1f}" '
            f'text-anchor="end" fill="{colour}">p{share * 100:.0f} {value * 1000:.0f} ms</text>'
        )
    return "\n".join(
        [
            f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {WIDTH} {HEIGHT}" '
            'font-family="sans-serif" font-size="12">',
            f'<rect width="{WIDTH}" height="{HEIGHT}" fill="white"/>',
            f'<path d="M{LEFT} {TOP}V{HEIGHT - BOTTOM}H{WIDTH - 20}" fill="none" stroke="#555"/>',
            f'<text x="{LEFT - 6}" y="{TOP + 8}" text-anchor="end">{most * 1000:.0f} ms</text>',
            f'<text x="{LEFT - 6}" y="{HEIGHT - BOTTOM}" text-anchor="end">0</text>',
            f'<text x="{WIDTH - 20}" y="{HEIGHT - BOTTOM + 18}" text-anchor="end">'
            f"{last:.1f} s</text>",
            f'<text x="{LEFT}" y="{HEIGHT - 6}">{len(answers)} answers</text>',
            *points,
            "</svg>",
            "",
        ]
    )
