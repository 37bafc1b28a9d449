"""How an agency's messages introduce themselves: sender, reply-to, contact, its name in Welsh and its mail domains."""

from collections.abc import Mapping, Sequence
from typing import Final

from sqlalchemy.orm import Session

from surveyapp.audit import Actor, record
from surveyapp.directory.models import Agency

FIELDS: Final = ("name_cy", "mail_sender", "reply_to", "contact_name", "contact_phone")


def introduce(
    session: Session, agency: Agency, said: Mapping[str, str | None], domains: Sequence[str], actor: Actor
) -> None:
    """Change what is given; the audit trail names the fields that changed."""
    wanted = {name: (said.get(name) or "").strip() for name in FIELDS}
    changed = [name for name in FIELDS if getattr(agency, name) != wanted[name]]
    for name in changed:
        setattr(agency, name, wanted[name])
    own = sorted({domain.strip().lower().lstrip("@") for domain in domains if domain.strip()})
    if own != agency.mail_domains:
        agency.mail_domains = own
        changed.append("mail_domains")
    if changed:
        record(session, "agency.introduced", actor, ("agency", agency.code), agency=agency.code, fields=changed)
    session.flush()
