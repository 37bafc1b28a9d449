"""The definition format as JSON Schema, for editors; `python -m surveyapp.engine.schema` prints it."""

import json
from typing import Any

from surveyapp.engine.written import WrittenDefinition


def definition_schema() -> dict[str, Any]:
    """The schema that is kept as questionnaires/definition.schema.json."""
    schema = WrittenDefinition.model_json_schema(by_alias=True)
    return {"$schema": "https://json-schema.org/draft/2020-12/schema"} | schema | {"title": "Questionnaire definition"}


def schema_text() -> str:
    """The schema as the file holds it."""
    return json.dumps(definition_schema(), indent=2, ensure_ascii=False) + "\n"


if __name__ == "__main__":
    print(schema_text(), end="")
