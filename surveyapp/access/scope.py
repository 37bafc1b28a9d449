"""Narrowing a query to where a viewer's permission holds."""

from typing import Any, TypeVar

from sqlalchemy import ColumnElement, Select, and_, false, or_, true

from surveyapp.access.permissions import Permission
from surveyapp.access.viewer import Viewer

Row = TypeVar("Row", bound=tuple[Any, ...])


def within(
    viewer: Viewer, permission: Permission, agency: ColumnElement[str] | Any, area: ColumnElement[str] | Any
) -> ColumnElement[bool]:
    """The SQL condition that a row's agency and Area codes lie where the viewer holds the permission."""
    scope = viewer.scope_for(permission)
    if scope.everywhere:
        return true()
    allowed = [agency == code for code in sorted(scope.agencies)]
    allowed += [and_(agency == owner, area == code) for owner, code in sorted(scope.areas)]
    return or_(*allowed) if allowed else false()


def narrowed(query: Select[Row], viewer: Viewer, permission: Permission, agency: Any, area: Any) -> Select[Row]:
    """The query with the viewer's scope added; a viewer without the permission gets no rows."""
    return query.where(within(viewer, permission, agency, area))
