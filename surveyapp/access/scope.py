"""Narrowing a query to where a viewer's permission holds."""

from typing import Any

from sqlalchemy import ColumnElement, and_, false, or_, true

from surveyapp.access.permissions import Permission
from surveyapp.access.viewer import Viewer


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
