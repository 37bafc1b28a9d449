"""`surveyapp questionnaires`: check, compare, publish and list versions; bring in an XLSForm workbook as a draft."""

import json
from pathlib import Path

import click
from flask.cli import with_appcontext

from surveyapp.cli.session import command_actor
from surveyapp.db import db
from surveyapp.definitions import queries, service
from surveyapp.definitions.shelf import QUESTIONNAIRES, folder_shelf
from surveyapp.engine import publishing
from surveyapp.engine.compare import Comparability, compare_versions
from surveyapp.engine.faults import DefinitionFaulty
from surveyapp.engine.loader import Shelf, check_file, load_file
from surveyapp.engine.xlsform.translation import import_xlsform

COMPARABLE = {
    Comparability.COMPARABLE: "Can be compared",
    Comparability.WITH_CARE: "Compare with care",
    Comparability.NOT_COMPARABLE: "Do not compare",
}
FILE = click.Path(exists=True, dir_okay=False, path_type=Path)


@click.group()
def questionnaires() -> None:
    """Questionnaires: check a file, publish a version, list what is published."""


@questionnaires.command()
@click.argument("files", nargs=-1, required=True, type=FILE)
def check(files: tuple[Path, ...]) -> None:
    """Tell every fault of each FILE at once, with its line and what to do."""
    n_faults = 0
    for file in files:
        faults = check_file(file, Shelf(file.resolve().parent.parent, also=(QUESTIONNAIRES,)))
        n_faults += len(faults)
        for fault in faults:
            click.echo(str(fault))
        if not faults:
            click.echo(f"{file}: ready to publish.")
    if n_faults:
        raise click.ClickException(f"{n_faults} {'thing' if n_faults == 1 else 'things'} to mend.")


@questionnaires.command()
@click.argument("file", type=FILE)
@with_appcontext
def publish(file: Path) -> None:
    """Freeze FILE (such as questionnaires/leaver/2.yaml) and offer it from now on."""
    root = file.resolve().parent.parent
    try:
        definition = load_file(file)
        if definition.reference != f"{file.resolve().parent.name}/{file.stem}":
            raise click.ClickException(
                f"The file holds {definition.reference}: save it as {definition.reference}.yaml."
            )
        hashes = publishing.with_published(root, definition)
        made = service.publish(db.session, definition.reference, actor=command_actor(), shelf=Shelf(root))
    except DefinitionFaulty as faulty:
        raise click.ClickException(f"Nothing was published.\n{faulty}") from faulty
    except (publishing.PublishedFileChanged, service.AlreadyPublished) as changed:
        raise click.ClickException(
            f"{changed} was published before with other content. Save the change under the next version number."
        ) from changed
    db.session.commit()
    publishing.write_published(root, hashes)
    click.echo(f"{made.reference} is {'published' if made.is_new else 'published already'} ({made.sha256[:12]}).")


@questionnaires.command("list")
@click.option("--json", "as_json", is_flag=True, help="For programs.")
@with_appcontext
def list_versions(as_json: bool) -> None:
    """List every version: published, retired, or a draft in the folder."""
    known = queries.all_published(db.session)
    rows = [{"reference": one.reference, "state": one.state.value, "sha256": one.sha256} for one in known]
    drafts = set(service.references_on(folder_shelf())) - {one.reference for one in known}
    rows += [{"reference": name, "state": "draft", "sha256": ""} for name in sorted(drafts)]
    if as_json:
        click.echo(json.dumps(rows, indent=2))
        return
    for row in rows:
        click.echo(f"{row['reference']:24} {row['state']:10} {row['sha256'][:12]}".rstrip())
    if not rows:
        click.echo(f"There is no questionnaire in {QUESTIONNAIRES}.")


@questionnaires.command()
@click.argument("old", type=FILE)
@click.argument("new", type=FILE)
@click.option("--json", "as_json", is_flag=True, help="For programs.")
def compare(old: Path, new: Path, as_json: bool) -> None:
    """Say what changed from OLD to NEW, and which questions' figures may still be set side by side."""
    shelves = (Shelf(file.resolve().parent.parent, also=(QUESTIONNAIRES,)) for file in (old, new))
    try:
        compared = compare_versions(*(load_file(file, shelf) for file, shelf in zip((old, new), shelves, strict=True)))
    except DefinitionFaulty as faulty:
        raise click.ClickException(f"Mend this first.\n{faulty}") from faulty
    if as_json:
        click.echo(json.dumps({code: how.value for code, how in compared.questions.items()}, indent=2))
        return
    for change in compared.changes:
        click.echo(f"{change.question}: {change.what} {COMPARABLE[change.comparability]}.")
    click.echo(f"{len(compared.comparable)} of {len(compared.questions)} questions can be compared as they are.")


@questionnaires.command("import-xlsform")
@click.argument("workbook", type=FILE)
@click.option("--kind", type=click.Choice(["leaver", "new_starter", "stay", "interview_guide"]), default="leaver")
@click.option("--version", type=click.IntRange(1), default=1, show_default=True)
@click.option("--out", type=click.Path(path_type=Path), help="Where to write the draft (default: standard output).")
def import_workbook(workbook: Path, kind: str, version: int, out: Path | None) -> None:
    """Turn an XLSForm WORKBOOK into the text of a draft definition; what cannot be turned is named by its row."""
    try:
        text = import_xlsform(workbook.read_bytes(), kind, version)
    except DefinitionFaulty as faulty:
        raise click.ClickException(f"Nothing was written.\n{faulty}") from faulty
    if out is None:
        click.echo(text, nl=False)
        return
    out.parent.mkdir(parents=True, exist_ok=True)
    out.write_text(text, encoding="utf-8")
    click.echo(f"Wrote {out}. Check it with `surveyapp questionnaires check {out}`.")
