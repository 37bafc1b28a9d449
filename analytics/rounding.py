"""How a released percentage is rounded and when a count is masked (STATISTICS 1.5, CONTRACTS 2.8)."""

import math

SMALL_BASE = 50
SMALL_BASE_STEP = 5
MASK_BELOW = 3
SENSITIVE_MASK_BELOW = 5


def percent_step(base: int) -> int:
    """Points between neighbouring percentages that may be shown: 5 below a base of 50, 1 from there."""
    return SMALL_BASE_STEP if base < SMALL_BASE else 1


def round_count_percent(n: int, base: int) -> int:
    """n of base as a whole percentage on the base's step, half away from zero, in exact integer arithmetic."""
    if base <= 0:
        raise ValueError("a percentage needs a base above 0")
    step = percent_step(base)
    return (200 * n + base * step) // (2 * base * step) * step


def round_share(share: float, base: int) -> int:
    """A share (0 to 1) that is no plain count, such as an expected share, rounded like a percentage of that base.

    Like a shown percentage it never reads 0% or 100%.
    """
    step = percent_step(base)
    # the small number keeps 12.5 that is held as 12.499999999999998 on its half
    rounded = math.floor(100 * share / step + 0.5 + 1e-9) * step
    return min(max(rounded, 1), 99)


def mask_below(is_sensitive: bool) -> int:
    """The smallest count that is shown as itself."""
    return SENSITIVE_MASK_BELOW if is_sensitive else MASK_BELOW


def masked_count(n: int, base: int, is_sensitive: bool = False) -> str:
    """The literal text that stands for a masked count ('<3', '>=38' of 40), or '' when n may be shown."""
    limit = mask_below(is_sensitive)
    if n < limit:
        return f"<{limit}"
    if base - n < limit:
        return f">={base - limit + 1}"
    return ""
