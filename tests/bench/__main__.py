"""All benchmarks and their table.

usage: cd tests && python -m bench [--samples N] [NAME ...]      names: start click far reads scale presets frozen
"""

import argparse
import asyncio
import os
import platform
import sys
from collections.abc import Callable
from datetime import UTC, datetime

os.environ.setdefault("QT_QPA_PLATFORM", "offscreen")

from bench.click import click_to_wire, far_away, window_loop
from bench.frozen import frozen
from bench.reads import reads
from bench.scale import many, scale
from bench.start import start_and_memory, start_with_presets
from bench.table import Figure, table

Bench = Callable[[asyncio.AbstractEventLoop, int], list[Figure]]
BENCHES: dict[str, Bench] = {
    "start": lambda _loop, _samples: start_and_memory(11),
    "click": click_to_wire,
    "far": lambda loop, samples: far_away(loop, max(30, samples // 20)),
    "reads": lambda _loop, _samples: reads(),
    "scale": lambda loop, _samples: scale(loop),
    "presets": lambda _loop, _samples: start_with_presets(many(1000), 7),
    "frozen": lambda _loop, _samples: frozen(11),
}


def main() -> None:
    parser = argparse.ArgumentParser(allow_abbrev=False)
    parser.add_argument("--samples", type=int, default=1000)
    parser.add_argument("names", nargs="*", choices=[*BENCHES, []], default=[])
    options = parser.parse_args()
    figures: list[Figure] = []
    with window_loop() as loop:
        for name in options.names or BENCHES:
            figures += BENCHES[name](loop, options.samples)
    now = datetime.now(UTC).date().isoformat()
    sys.stdout.write(f"{now}, {os.cpu_count()} processors, {platform.system()}, Python {platform.python_version()}\n\n")
    sys.stdout.write(table(figures) + "\n")


if __name__ == "__main__":
    main()
