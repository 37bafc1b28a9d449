"""`surveyapp responses import`: a past or outside survey from the command line."""

from dataclasses import replace
from pathlib import Path
from typing import NoReturn

import click
from flask import current_app
from flask.cli import with_appcontext

from surveyapp.cli.files import print_report, rows_counted, takes_a_file
from surveyapp.cli.session import command_actor
from surveyapp.config import SETTINGS_KEY
from surveyapp.db import db
from surveyapp.encryption.sealed_box import ReleasePublicKey
from surveyapp.outside.faults import FileRefused, MappingFaulty
from surveyapp.outside.mapping import Mapping, read_mapping
from surveyapp.outside.mappings import SHIPPED
from surveyapp.outside.report import ImportReport, Outcome
from surveyapp.outside.service import OutsideFile, import_survey, preview_survey
from surveyapp.reports.queries import frozen_periods


@click.group()
def responses() -> None:
    """Answers that were given elsewhere."""


@responses.command("import")
@takes_a_file
@click.option("--mapping", "mapping_file", required=True, help="A mapping (YAML), or the name of a shipped one.")
@click.option("--agency", help="Bring it into this agency instead of the mapping's.")
@with_appcontext
def import_file(file: Path, mapping_file: str, agency: str | None, dry_run: bool, as_json: bool) -> None:
    """Take the answers of FILE (CSV or XLSX) as the mapping reads them: all or nothing, each row sealed."""
    mapping = _mapping(mapping_file, agency, as_json)
    try:
        report = _take(OutsideFile(file.read_bytes(), file.suffix), mapping, dry_run, as_json)
    except FileRefused as refused:
        db.session.rollback()
        _refuse(ImportReport(Outcome.REFUSED, mapping.agency, mapping.source, faults=tuple(refused.faults)), as_json)
    print_report(report, as_json)


def _take(file: OutsideFile, mapping: Mapping, dry_run: bool, as_json: bool) -> ImportReport:
    frozen = frozen_periods(db.session, mapping.agency)
    with rows_counted(quiet=as_json) as told:
        if dry_run:
            return preview_survey(db.session, file, mapping, frozen=frozen, progress=told)
        key = ReleasePublicKey.from_text(current_app.config[SETTINGS_KEY].release_public_keys[0])
        report = import_survey(db.session, file, mapping, key, frozen=frozen, actor=command_actor(), progress=told)
    db.session.commit()
    return report


def _mapping(name: str, agency: str | None, as_json: bool) -> Mapping:
    """The mapping of a file or a shipped name, for the agency asked for."""
    path = SHIPPED.get(name, Path(name))
    if not path.is_file():
        raise click.ClickException(f"There is no mapping {name}. Shipped ones are {', '.join(SHIPPED)}.")
    try:
        mapping = read_mapping(path.read_text(encoding="utf-8"))
        return mapping.for_agency(agency) if agency else mapping
    except UnicodeDecodeError as error:
        raise click.ClickException(f"{path.name} is not UTF-8 text. Save it as UTF-8.") from error
    except MappingFaulty as faulty:
        faults = tuple(replace(one, column=f"{path.name}: {one.column}") for one in faulty.faults)
        _refuse(ImportReport(Outcome.REFUSED, agency or "", "", faults=faults), as_json)


def _refuse(report: ImportReport, as_json: bool) -> NoReturn:
    print_report(report, as_json)
    raise SystemExit(1)
