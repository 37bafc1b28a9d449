"""Between stored rows and the values every renderer takes."""

from typing import Any

from sqlalchemy import Row

from analytics.findings import Band, Comparison, Direction
from analytics.releases import key_as_json, key_from_json
from analytics.tables import Family, GroupKey, PublishedRow, Selection, Status, Window, WindowCode
from surveyapp.reports.models import ReleaseRow


def key_of(row: ReleaseRow | Row[*tuple[Any, ...]]) -> GroupKey:
    """The group a stored row is of; the columns of the key are enough."""
    window = Window(WindowCode(row.window_code), row.window_first, row.window_last)
    return GroupKey(
        row.source, Family(row.family), row.role, row.area, window, Selection(row.selection), row.dimension, row.level
    )


def published_row(row: ReleaseRow | Row[*tuple[Any, ...]]) -> PublishedRow:
    """A stored row as the value every renderer takes."""
    return PublishedRow(
        key=key_of(row),
        reason=row.reason,
        n=row.n,
        base=row.base,
        percent=row.percent,
        low=row.low,
        high=row.high,
        status=Status(row.status),
        accepted_in=str(row.release),
        weighted_percent=row.weighted_percent,
        mean=None if row.mean_tenths is None else row.mean_tenths / 10,
    )


def comparison_values(one: Comparison) -> dict[str, Any]:
    """A comparison as plain values for storing."""
    return {**vars(one), "key": key_as_json(one.key)}


def comparison_from(stored: dict[str, Any]) -> Comparison:
    """A stored comparison as a value again."""
    band, direction = stored["band"], stored["direction"]
    return Comparison(
        **{
            **stored,
            "key": key_from_json(stored["key"]),
            "direction": Direction(direction) if direction else None,
            "band": Band(band) if band else None,
        }
    )
