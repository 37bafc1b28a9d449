"""The promise in force: made from settings, kept with what was answered under it, and never loosened afterwards."""

import hashlib
import json
from dataclasses import asdict, dataclass
from functools import lru_cache
from typing import Any

from sqlalchemy import Executable, select
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.orm import Session

from surveyapp import audit
from surveyapp.db import is_postgresql
from surveyapp.directory.models import Agency
from surveyapp.languages import LANGUAGES
from surveyapp.responses.batches import CUT_DAYS_AFTER_QUARTER
from surveyapp.responses.models import ConfidentialitySettings, Promise, PromiseUse
from surveyapp.responses.promise_words import Facts, Words, in_words

SMALLEST_GROUP, SMALLEST_SENSITIVE_GROUP, NAMED_MONTHS = 10, 20, 24
_ONCE: dict[type[Promise] | type[PromiseUse], dict[str, Executable]] = {
    table: {
        "sqlite": sqlite.insert(table).on_conflict_do_nothing(),
        "postgresql": postgresql.insert(table).on_conflict_do_nothing(),
    }
    for table in (Promise, PromiseUse)
}
LIMITS = {"smallest_group": (7, 50), "smallest_sensitive_group": (20, 100), "named_months": (1, 24)}


class PromiseWouldBeBroken(Exception):
    """The change would loosen what leavers were promised; `setting` is tied to `promised`."""

    def __init__(self, setting: str, promised: int) -> None:
        self.setting, self.promised = setting, promised
        super().__init__(f"{setting} is promised to be {promised}")


class OutsideLimits(Exception):
    """The setting cannot be given this value at all."""

    def __init__(self, setting: str, least: int, most: int) -> None:
        self.setting, self.least, self.most = setting, least, most
        super().__init__(f"{setting} must be {least} to {most}")


@dataclass(frozen=True)
class MadePromise:
    """One promise: its hash, its facts, its words in every language."""

    sha256: str
    facts: Facts
    words: dict[str, Words]


@dataclass(frozen=True)
class Settings:
    """What an agency has set."""

    smallest_group: int = SMALLEST_GROUP
    smallest_sensitive_group: int = SMALLEST_SENSITIVE_GROUP
    named_months: int = NAMED_MONTHS


def settings_of(session: Session, agency: str) -> Settings:
    """The agency's confidentiality settings, the product's defaults where it set none."""
    row = session.get(ConfidentialitySettings, agency)
    return Settings(row.smallest_group, row.smallest_sensitive_group, row.named_months) if row else Settings()


def promise_in_force(session: Session, agency: str) -> MadePromise:
    """What a leaver of the agency is promised now."""
    return promise_for(session.get_one(Agency, agency), settings_of(session, agency))


def promise_for(owner: Agency, own: Settings) -> MadePromise:
    """The promise that these settings would make."""
    return _made(
        Facts(
            agency_en=owner.name,
            agency_cy=owner.name_in("cy"),
            smallest_group=own.smallest_group,
            smallest_sensitive_group=own.smallest_sensitive_group,
            named_months=own.named_months,
            days_to_change=CUT_DAYS_AFTER_QUARTER - 1,
        )
    )


@lru_cache(maxsize=256)
def _made(facts: Facts) -> MadePromise:
    words = {language: in_words(facts, language) for language in LANGUAGES}
    told = {"facts": asdict(facts), "words": {language: asdict(one) for language, one in words.items()}}
    text = json.dumps(told, sort_keys=True, ensure_ascii=False, separators=(",", ":"))
    return MadePromise(hashlib.sha256(text.encode()).hexdigest(), facts, words)


def keep(session: Session, promise: MadePromise) -> None:
    """Store the promise's words, once."""
    words = {language: asdict(one) for language, one in promise.words.items()}
    _insert_once(session, Promise, sha256=promise.sha256, facts=asdict(promise.facts), words=words)


def note_use(session: Session, agency: str, quarter: str, sha256: str) -> None:
    """Note that somebody answered under the promise in that quarter."""
    _insert_once(session, PromiseUse, agency=agency, batch_quarter=quarter, promise=sha256)


def strictest(session: Session, agency: str) -> Settings:
    """The settings that keep every promise given in the agency and the one in force: what the cut goes by."""
    used = select(PromiseUse.promise).where(PromiseUse.agency == agency)
    given = list(session.scalars(select(Promise.facts).where(Promise.sha256.in_(used))))
    now = settings_of(session, agency)
    return Settings(
        max([now.smallest_group, *(one["smallest_group"] for one in given)]),
        max([now.smallest_sensitive_group, *(one["smallest_sensitive_group"] for one in given)]),
        min([now.named_months, *(one["named_months"] for one in given)]),
    )


def is_given(session: Session, agency: str) -> bool:
    """Whether somebody of the agency has answered under a promise: from then on it is never loosened."""
    return session.scalar(select(PromiseUse.promise).where(PromiseUse.agency == agency).limit(1)) is not None


def check_change(session: Session, agency: str, wanted: Settings) -> None:
    """Raises `OutsideLimits`, or `PromiseWouldBeBroken` when answers were given under a stricter promise."""
    for name, (least, most) in LIMITS.items():
        if not least <= getattr(wanted, name) <= most:
            raise OutsideLimits(name, least, most)
    if is_given(session, agency):
        _refuse_loosening(wanted, strictest(session, agency))


def change_settings(session: Session, agency: str, wanted: Settings, *, actor: audit.Actor) -> None:
    """Set them; raises what `check_change` raises."""
    check_change(session, agency, wanted)
    row = session.get(ConfidentialitySettings, agency)
    if row is None:
        session.add(ConfidentialitySettings(agency=agency, **asdict(wanted)))
    else:
        for name, value in asdict(wanted).items():
            setattr(row, name, value)
    audit.record(session, "confidentiality.changed", actor, ("agency", agency), agency=agency, **asdict(wanted))
    session.flush()


def _refuse_loosening(wanted: Settings, promised: Settings) -> None:
    for name in ("smallest_group", "smallest_sensitive_group"):
        if getattr(wanted, name) < getattr(promised, name):
            raise PromiseWouldBeBroken(name, getattr(promised, name))
    if wanted.named_months > promised.named_months:
        raise PromiseWouldBeBroken("named_months", promised.named_months)


def _insert_once(session: Session, table: type[Promise] | type[PromiseUse], **values: Any) -> None:
    made = _ONCE[table]["postgresql" if is_postgresql(session) else "sqlite"]
    session.connection().execute(made, values)
