"""`./run bench [NAME ...]`: run every benchmark beside this file (or those named), after a line about the machine."""

import importlib
import os
import platform
import sys
from pathlib import Path

HERE = Path(__file__).parent


def machine() -> str:
    """The machine in one line: processor count, memory, system, Python."""
    memory = os.sysconf("SC_PHYS_PAGES") * os.sysconf("SC_PAGE_SIZE") / 2**30
    system = f"{platform.system()} {platform.machine()}"
    return f"{os.cpu_count()} cores, {memory:.0f} GiB, {system}, Python {platform.python_version()}"


def main(names: list[str]) -> None:
    """Run the benchmarks in order; each prints its own figures."""
    print(f"Machine: {machine()}")
    for path in sorted(HERE.glob("*.py")):
        if path.stem.startswith("_") or (names and path.stem not in names):
            continue
        print(f"\n== {path.stem}", flush=True)
        importlib.import_module(f"tests.benchmarks.{path.stem}").main()


if __name__ == "__main__":
    main(sys.argv[1:])
