"""Whether what a command prints for programs fits the schema that `surveyapp schema` prints for it."""

import json

import jsonschema_rs

from surveyapp.cli.schema import SCHEMAS


def schema_faults(output: str, printed: str) -> list[str]:
    """What does not fit, with its place; empty when all is well."""
    validator = jsonschema_rs.validator_for(json.loads(SCHEMAS[output].read_text(encoding="utf-8")))
    return [f"{list(error.instance_path)}: {error.message}" for error in validator.iter_errors(json.loads(printed))]
