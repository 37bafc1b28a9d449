"""Who may do what, where: permissions, staff roles, the viewer, scope and guards. Owns no table.

Staff accounts and their grants live in `directory`, which hands this package a `Viewer`; every query takes it first.
"""

from surveyapp.access.permissions import Permission
from surveyapp.access.staff_roles import StaffRole
from surveyapp.access.viewer import Grant, Viewer

__all__ = ["Grant", "Permission", "StaffRole", "Viewer"]
