"""How many groups of a table are hidden: said at the head of every page."""

from collections.abc import Iterable

from analytics.tables import PublishedRow, Status
from surveyapp.languages import gettext as _


def hidden_words(rows: Iterable[PublishedRow], language: str) -> str:
    """How many groups of a table are hidden, out of how many."""
    groups: dict[tuple[str, ...], bool] = {}
    for row in rows:
        group = (row.key.area, row.key.role, row.key.dimension, row.key.level)
        groups[group] = groups.get(group, True) and row.status is Status.HIDDEN
    hidden = sum(groups.values())
    if not hidden:
        return _("nothing", language)
    return _("%(n)s of %(total)s groups", language, n=hidden, total=len(groups))
