"""The schemas of what commands print for programs: sound, strict, printed by `surveyapp schema`, and all listed."""

import json
from collections.abc import Iterator
from pathlib import Path

import click
import jsonschema_rs
import pytest
from click.testing import CliRunner

from surveyapp.cli import Commands
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


def commands_for_programs(command: click.Command, *words: str) -> Iterator[str]:
    """Every command that can print JSON, by its words."""
    if isinstance(command, click.Group):
        context = click.Context(command)
        for name in command.list_commands(context):
            below = command.get_command(context, name)
            assert below is not None
            yield from commands_for_programs(below, *words, name)
    for option in command.params:
        choices = option.type.choices if isinstance(option.type, click.Choice) else ()
        if "--json" in option.opts or ("--format" in option.opts and "json" in choices):
            yield "-".join(words)


def test_every_command_that_prints_json_has_a_schema_and_every_schema_its_command() -> None:
    assert sorted(commands_for_programs(Commands("surveyapp"))) == sorted(SCHEMAS)
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
