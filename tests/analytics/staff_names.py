"""Invented staff for redaction tests: common English, Welsh and South Asian names, many of them ordinary words too."""

import random
from pathlib import Path

_FORENAMES, _SURNAMES = (
    block.split() for block in Path(__file__).with_suffix(".txt").read_text(encoding="utf-8").split("\n\n")
)


def staff(seed: int, size: int) -> list[str]:
    rng = random.Random(seed)
    return [f"{rng.choice(_FORENAMES)} {rng.choice(_SURNAMES)}" for _ in range(size)]
