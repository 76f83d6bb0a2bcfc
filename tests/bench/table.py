"""One figure of a benchmark, and the table of all."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from statistics import median


@dataclass(frozen=True, slots=True)
class Figure:
    """What was measured. `ratio` is to what `against` names; `bar` is what the ratio, or the figure, may be at most."""

    what: str
    value: str
    samples: int
    ratio: float | None = None
    against: str = ""
    bar: str = ""

    @property
    def row(self) -> str:
        ratio = "" if self.ratio is None else f"{self.ratio:.1f} × {self.against}"
        return f"| {self.what} | {self.value} | {self.samples} | {ratio} | {self.bar} |"


def p99(samples: Sequence[float]) -> float:
    """The 99th percentile of at least one sample."""
    return sorted(samples)[min(len(samples) - 1, int(len(samples) * 0.99))]


def milliseconds(samples: Sequence[float]) -> str:
    """Median and 99th percentile of samples in milliseconds."""
    return f"{median(samples):.2f} ms, p99 {p99(samples):.2f} ms"


HEAD = "| what | figure | samples | ratio | bar |\n|---|---|---|---|---|"


def table(figures: Sequence[Figure]) -> str:
    """All figures as Markdown."""
    return "\n".join([HEAD, *(figure.row for figure in figures)])


def growth(thing: str, found: Mapping[int, Mapping[str, Sequence[float]]]) -> list[Figure]:
    """What the same work costs with few and with many, and how many times the fewest it is.

    `found`: for each number of things, the fewest first, the samples in milliseconds of each work.
    """
    fewest, first = next(iter(found.items()))
    return [
        Figure(
            f"{number:,} {thing}: {work}",
            milliseconds(costs[work]),
            len(costs[work]),
            median(costs[work]) / median(first[work]),
            f"{fewest:,}",
        )
        for work in first
        for number, costs in found.items()
    ]
