"""Every endpoint declares what it asks for, and the table of endpoints and permissions is what a reviewer signed."""

import json
from pathlib import Path

import pytest
from flask import Flask

from surveyapp.access import Permission
from surveyapp.access.guards import ASSET, LEAVER, MACHINE, PUBLIC, declared_permission

TABLE = Path(__file__).parent / "endpoint_permissions.json"
KNOWN = {permission.value for permission in Permission} | {PUBLIC, LEAVER, MACHINE, ASSET}

pytestmark = pytest.mark.one_backend


def declarations(app: Flask) -> dict[str, str | None]:
    return {rule.endpoint: declared_permission(app, rule.endpoint) for rule in app.url_map.iter_rules()}


def test_every_endpoint_declares_a_permission(app: Flask) -> None:
    undeclared = sorted(name for name, what in declarations(app).items() if what not in KNOWN)
    assert not undeclared, f"declare with access.guards: {undeclared}"


def test_the_declarations_are_those_of_the_table(app: Flask) -> None:
    """The table is read by reviewers; after a wanted change renew it with `python -m tests.house.renew_table`."""
    assert json.loads(TABLE.read_text()) == dict(sorted(declarations(app).items()))
