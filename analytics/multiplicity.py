"""Control for asking many questions at once: Benjamini and Hochberg's false discovery rate (1995)."""

import numpy as np
from numpy.typing import ArrayLike, NDArray


def benjamini_hochberg(p_values: ArrayLike) -> NDArray[np.float64]:
    """Adjusted p-values (q-values) in the order given, shape of the input flattened.

    A test is a discovery at rate q when its adjusted value is <= q. Raises ValueError for values outside 0..1 or
    missing ones, since a missing p-value would silently change how many tests were made.
    """
    p = np.asarray(p_values, dtype=np.float64).ravel()
    if np.isnan(p).any() or ((p < 0) | (p > 1)).any():
        raise ValueError("p-values lie between 0 and 1 and none may be missing")
    if p.size == 0:
        return p
    order = np.argsort(p, kind="stable")
    scaled = p[order] * p.size / np.arange(1, p.size + 1)
    adjusted = np.empty_like(p)
    adjusted[order] = np.minimum(np.minimum.accumulate(scaled[::-1])[::-1], 1.0)
    return adjusted
