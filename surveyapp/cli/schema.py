"""`surveyapp schema`: the JSON Schemas of what commands print for programs; each lies beside the code that prints."""

from pathlib import Path

import click

import surveyapp

HERE = Path(surveyapp.__file__).parent
SCHEMAS = {
    "all-agencies": HERE / "reports" / "all_agencies.schema.json",
    "backup": HERE / "operation" / "backup.schema.json",
    "cases-import": HERE / "cases" / "import_report.schema.json",
    "context-import": HERE / "context" / "import_report.schema.json",
    "disposal-plan": HERE / "disposal" / "plan.schema.json",
    "doctor": HERE / "operation" / "doctor.schema.json",
    "questionnaires-compare": HERE / "definitions" / "compare.schema.json",
    "questionnaires-list": HERE / "definitions" / "list.schema.json",
    "releases-audit": HERE / "reports" / "releases_audit.schema.json",
    "releases-cut": HERE / "reports" / "releases_cut.schema.json",
    "releases-list": HERE / "reports" / "releases_list.schema.json",
    "responses-import": HERE / "outside" / "import_report.schema.json",
    "restore": HERE / "operation" / "backup.schema.json",
    "standouts": HERE / "reports" / "standouts.schema.json",
    "themes": HERE / "reports" / "themes.schema.json",
    "worker": HERE / "operation" / "worker.schema.json",
}
"""By the words of the command."""


@click.command()
@click.argument("output", required=False, type=click.Choice(list(SCHEMAS)))
def schema(output: str | None) -> None:
    """Print the JSON Schema of a command's OUTPUT for programs; without one, list them."""
    if output is None:
        click.echo("\n".join(SCHEMAS))
    else:
        click.echo(SCHEMAS[output].read_text(encoding="utf-8"), nl=False)
