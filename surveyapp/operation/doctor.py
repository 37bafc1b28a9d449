"""Doctor: every check in order. What cannot be asked is a finding too; a check never stops the next one."""

import logging
from collections.abc import Callable, Iterator
from functools import partial

from sqlalchemy.exc import SQLAlchemyError
from sqlalchemy.orm import Session

from surveyapp.config import Settings
from surveyapp.languages import N_
from surveyapp.operation import database_checks, key_checks, machine_checks, work_checks
from surveyapp.operation.findings import Finding, State, fault

logger = logging.getLogger(__name__)
Check = tuple[str, Callable[[], Iterator[Finding]]]


def examine(session: Session, settings: Settings) -> list[Finding]:
    """Everything, as an operator at the command line may know it."""
    return _run(
        session,
        [
            ("settings", partial(machine_checks.check_settings, settings)),
            ("secrets", partial(machine_checks.check_secret_files, settings)),
            ("disk", partial(machine_checks.check_disk, settings)),
            ("migrations", partial(database_checks.check_schema, session)),
            ("durability", partial(database_checks.check_durability, session)),
            ("integrity", partial(database_checks.check_integrity, session, whole=True)),
            ("clock", partial(machine_checks.check_clock, session)),
            *_work(session, settings),
            ("release key", partial(key_checks.check_release_key, session, settings)),
            ("releases", partial(work_checks.check_known_before, session, is_naming=True)),
            ("audit", partial(database_checks.check_audit_chain, session)),
        ],
    )


def examine_from_the_web(session: Session, settings: Settings) -> list[Finding]:
    """What the web process may know and can find out at once: no key is touched and no file is read whole."""
    return _run(
        session,
        [
            ("settings", partial(machine_checks.check_settings, settings)),
            ("disk", partial(machine_checks.check_disk, settings)),
            ("migrations", partial(database_checks.check_schema, session)),
            ("durability", partial(database_checks.check_durability, session)),
            ("clock", partial(machine_checks.check_clock, session)),
            *_work(session, settings),
            ("releases", partial(work_checks.check_known_before, session, is_naming=False)),
        ],
    )


def _work(session: Session, settings: Settings) -> list[Check]:
    return [
        ("mail", partial(work_checks.check_mail, session)),
        ("worker", partial(work_checks.check_worker, session)),
        ("job", partial(work_checks.check_jobs, session)),
        ("backup", partial(work_checks.check_backups, session)),
        ("release key", partial(key_checks.check_recovery_copy, session, settings)),
    ]


def _run(session: Session, checks: list[Check]) -> list[Finding]:
    found: list[Finding] = []
    for name, check in checks:
        try:
            found.extend(check())
        except (SQLAlchemyError, OSError) as error:
            session.rollback()
            logger.error("doctor could not look at %s: %s", name, type(error).__name__)
            found.append(_could_not_look(name, error))
    session.rollback()
    return found


def _could_not_look(name: str, error: Exception) -> Finding:
    return fault(
        name,
        N_("This could not be looked at: %(why)s."),
        N_("See that the database answers and the disk can be read, then run it again."),
        why=type(error).__name__,
    )


def is_well(found: list[Finding]) -> bool:
    """Whether nothing is broken; warnings do not count."""
    return all(one.state is not State.FAULT for one in found)
