"""Working hours typed as text: "9:00 to 12:30, 13:30 to 17:00" and back."""

import re
from collections.abc import Iterable
from datetime import time

STRETCH = re.compile(r"(\d{1,2})(?:[:.](\d{2}))?\s*(?:to|-|–|i)\s*(\d{1,2})(?:[:.](\d{2}))?")


class HoursNotRead(ValueError):
    """The text is not a list of stretches of hours."""


def read_hours(text: str) -> list[tuple[time, time]]:
    """The stretches of one day, in order; empty text is a day off. Raises HoursNotRead."""
    stretches = [_stretch(part.strip()) for part in text.split(",") if part.strip()]
    for one, following in zip(stretches, stretches[1:], strict=False):
        if following[0] < one[1]:
            raise HoursNotRead(text)
    return stretches


def _stretch(text: str) -> tuple[time, time]:
    found = STRETCH.fullmatch(text)
    if found is None:
        raise HoursNotRead(text)
    try:
        starts, ends = time(int(found[1]), int(found[2] or 0)), time(int(found[3]), int(found[4] or 0))
    except ValueError as error:
        raise HoursNotRead(text) from error
    if starts >= ends:
        raise HoursNotRead(text)
    return starts, ends


def write_hours(stretches: Iterable[tuple[time, time]]) -> str:
    """The stretches as they are typed."""
    return ", ".join(f"{starts:%H:%M} to {ends:%H:%M}" for starts, ends in stretches)
