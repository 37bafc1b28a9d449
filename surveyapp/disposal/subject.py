"""Everything the service can find about one person, as readable HTML and JSON in one ZIP."""

import io
import json
import uuid
import zipfile
from datetime import date, datetime
from enum import Enum
from html import escape
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from surveyapp import audit, clock
from surveyapp.audit import Actor
from surveyapp.audit import queries as trail
from surveyapp.cases.models import Case
from surveyapp.disposal import belongings
from surveyapp.encryption.records import Encrypted
from surveyapp.mail.models import OutboxMessage

CANNOT_BE_FOUND = (
    "Answers given confidentially are not in this file. They are kept without a name, sealed, and nobody can tell "
    "which are yours, the people who run this service included. What was counted in published figures stays counted. "
    "The same holds for what you wrote in your own words: once names are taken out, comments keep no link to anybody.",
    "Nid yw atebion a roddwyd yn gyfrinachol yn y ffeil hon. Fe'u cedwir heb enw, dan sêl, ac ni all neb ddweud pa rai "
    "yw eich rhai chi, gan gynnwys y bobl sy'n rhedeg y gwasanaeth hwn. Mae'r hyn a gyfrifwyd mewn ffigurau a "
    "gyhoeddwyd yn aros felly. Mae'r un peth yn wir am yr hyn a ysgrifennoch yn eich geiriau eich hun: unwaith y bydd "
    "enwau wedi'u tynnu allan, nid oes cyswllt rhwng sylwadau a neb.",
)
NOT_FOR_READERS = ("_cipher", "_hash", "_index", "_fingerprint", "data_key_id")


def collect(session: Session, case: Case) -> dict[str, list[dict[str, Any]]]:
    """Every record that hangs on the case, decrypted, by table; with the messages sent and who looked at the record."""
    found: dict[str, list[dict[str, Any]]] = {}
    messages = session.scalars(select(OutboxMessage).where(OutboxMessage.about == case.about))
    for row in [*belongings.below(session, [case]), *messages]:
        found.setdefault(row.__tablename__, []).append(_readable(row))
    found["looks"] = [
        {"at": event.at.isoformat(), "event": event.event, "who": f"{event.actor_kind} {event.actor_id}"}
        for event in trail.events_about(session, str(case.id))
    ]
    return {name: sorted(rows, key=lambda row: json.dumps(row, default=str)) for name, rows in sorted(found.items())}


def _readable(row: Any) -> dict[str, Any]:
    """A row's plain columns and decrypted texts; keys, hashes and sealed drafts say nothing to a reader."""
    plain = {
        column.name: _plain(getattr(row, column.name, None))
        for column in row.__table__.columns
        if not column.name.endswith(NOT_FOR_READERS)
    }
    texts = {name: getattr(row, name) for name, kind in _encrypted_of(type(row)) if getattr(row, name) is not None}
    return {name: value for name, value in (plain | texts).items() if value is not None}


def _encrypted_of(model: type) -> list[tuple[str, Encrypted]]:
    return [(name, kind) for name, kind in vars(model).items() if isinstance(kind, Encrypted)]


def _plain(value: Any) -> Any:
    if isinstance(value, bytes):
        return None
    if isinstance(value, Enum):
        return value.value
    return value.isoformat() if isinstance(value, date | datetime) else str(value) if _is_id(value) else value


def _is_id(value: Any) -> bool:
    return isinstance(value, uuid.UUID)


def export(session: Session, case: Case, actor: Actor) -> bytes:
    """The ZIP of a person's data; that it was made is in the audit log."""
    audit.record(session, "subject.exported", actor, ("case", case.id), agency=case.agency)
    found = collect(session, case)
    made = io.BytesIO()
    with zipfile.ZipFile(made, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("data.json", json.dumps({"not_included": CANNOT_BE_FOUND, "records": found}, indent=1))
        archive.writestr("data.html", _page(found))
    return made.getvalue()


def _page(found: dict[str, list[dict[str, Any]]]) -> str:
    """One plain page that opens anywhere, every value escaped."""
    parts = [
        '<!DOCTYPE html>\n<html lang="en"><head><meta charset="utf-8"><title>Your data</title></head><body>',
        f"<h1>Your data</h1>\n<p>Made on {clock.today().isoformat()}.</p>",
        f'<p>{escape(CANNOT_BE_FOUND[0])}</p>\n<p lang="cy">{escape(CANNOT_BE_FOUND[1])}</p>',
    ]
    for table, rows in found.items():
        parts.append(f"<h2>{escape(table.replace('_', ' ').capitalize())}</h2>")
        for row in rows:
            lines = [f"<dt>{escape(_label(name))}</dt><dd>{escape(str(value))}</dd>" for name, value in row.items()]
            parts.append(f"<dl>{''.join(lines)}</dl><hr>")
    return "\n".join([*parts, "</body></html>\n"])


def _label(name: str) -> str:
    return name.replace("_", " ").capitalize()
