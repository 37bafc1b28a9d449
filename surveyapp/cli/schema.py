"""`surveyapp schema`: the JSON Schemas of what commands print for programs; each lies beside the code that prints."""

from pathlib import Path

import click

import surveyapp

HERE = Path(surveyapp.__file__).parent
SCHEMAS = {
    "cases-import": HERE / "cases" / "import_report.schema.json",
    "context-import": HERE / "context" / "import_report.schema.json",
    "doctor": HERE / "operation" / "doctor.schema.json",
    "responses-import": HERE / "outside" / "import_report.schema.json",
    "standouts": HERE / "reports" / "standouts.schema.json",
    "themes": HERE / "reports" / "themes.schema.json",
}


@click.command()
@click.argument("output", required=False, type=click.Choice(list(SCHEMAS)))
def schema(output: str | None) -> None:
    """Print the JSON Schema of a command's OUTPUT for programs; without one, list them."""
    if output is None:
        click.echo("\n".join(SCHEMAS))
    else:
        click.echo(SCHEMAS[output].read_text(encoding="utf-8"), nl=False)
