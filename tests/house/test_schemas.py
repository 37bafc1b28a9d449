"""The schemas of what commands print for programs: sound, strict, printed by `surveyapp schema`, and all listed."""

import json
from pathlib import Path

import jsonschema_rs
import pytest
from click.testing import CliRunner

from surveyapp.cli.schema import SCHEMAS, schema
from tests.schemas import schema_faults

SURVEYAPP = Path(__file__).parents[2] / "surveyapp"
SHOWN = {
    "release": 4,
    "agency": "ncs",
    "window": "12m",
    "leaving_type": "all",
    "area": "NM",
    "role": "",
    "reason": "workload",
    "n": "12",
    "base": 40,
    "percent": 30,
    "low": 18,
    "high": 46,
    "status": "shown",
    "area_name": "Northmoor",
    "role_name": "",
    "reason_name": "Workload",
}
HIDDEN = SHOWN | {"status": "hidden", "n": None, "base": None, "percent": None, "low": None, "high": None}


@pytest.mark.parametrize("output", SCHEMAS)
def test_every_schema_is_a_sound_one_and_is_printed(output: str) -> None:
    printed = CliRunner().invoke(schema, [output]).output
    assert printed == SCHEMAS[output].read_text(encoding="utf-8")
    assert jsonschema_rs.meta.is_valid(json.loads(printed))


def test_every_schema_in_the_tree_is_listed() -> None:
    assert set(SURVEYAPP.rglob("*.schema.json")) == set(SCHEMAS.values())
    assert CliRunner().invoke(schema).output.splitlines() == sorted(SCHEMAS)


def test_the_schema_of_themes_knows_what_may_stand_in_a_row_of_each_status() -> None:
    masked = HIDDEN | {"status": "masked", "n": "<3", "base": 40}
    good = [SHOWN, HIDDEN, masked, SHOWN | {"group": "lt2"}]
    assert schema_faults("themes", json.dumps(good)) == []
    for wrong in (
        HIDDEN | {"base": 7},
        HIDDEN | {"n": "<3"},
        masked | {"percent": 5},
        masked | {"n": "2"},
        SHOWN | {"percent": 100},
        SHOWN | {"low": None},
        SHOWN | {"respondent": "N1"},
        {name: value for name, value in SHOWN.items() if name != "base"},
    ):
        assert schema_faults("themes", json.dumps([wrong])) != [], wrong
