"""Libraries that take long to load, loaded when first used: a web server that draws nothing starts without them."""

from importlib import import_module
from typing import TYPE_CHECKING, Any


class _WhenUsed:
    """Stands for a module until something of it is asked for."""

    def __init__(self, name: str) -> None:
        self._name = name

    def __getattr__(self, attribute: str) -> Any:
        return getattr(import_module(self._name), attribute)


if TYPE_CHECKING:
    import plotly.graph_objects as go
    import scipy.sparse as sp
    import xlsxwriter
    from scipy import special
    from sklearn import linear_model
    from sklearn.feature_extraction import text as words
else:
    linear_model = _WhenUsed("sklearn.linear_model")
    words = _WhenUsed("sklearn.feature_extraction.text")
    go = _WhenUsed("plotly.graph_objects")
    xlsxwriter = _WhenUsed("xlsxwriter")
    sp = _WhenUsed("scipy.sparse")
    special = _WhenUsed("scipy.special")

__all__ = ["go", "linear_model", "sp", "special", "words", "xlsxwriter"]
