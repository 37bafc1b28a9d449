"""The promise in plain words, written from the settings in force: pure, the same facts always give the same words."""

from dataclasses import dataclass

from surveyapp.languages import gettext as _


@dataclass(frozen=True)
class Facts:
    """What the promise says, as numbers and names."""

    agency_en: str
    agency_cy: str
    smallest_group: int
    smallest_sensitive_group: int
    named_months: int
    days_to_change: int

    def agency(self, language: str) -> str:
        return self.agency_cy if language == "cy" else self.agency_en


@dataclass(frozen=True)
class Words:
    """The promise in one language: a sentence each, under the way of sharing it belongs to."""

    who_reads: tuple[str, ...]
    never: tuple[str, ...]
    kept: tuple[str, ...]
    named: tuple[str, ...]
    not_at_all: tuple[str, ...]


def in_words(facts: Facts, language: str) -> Words:
    """Who reads what, what they never see, what is kept, and what changes when a name is given."""
    return Words(
        who_reads=_who_reads(facts, language),
        never=_never(facts, language),
        kept=_kept(facts, language),
        named=_named(facts, language),
        not_at_all=(
            _("We will not ask you again.", language),
            _("HR sees that you chose not to take part, and not why.", language),
        ),
    )


def _who_reads(facts: Facts, language: str) -> tuple[str, ...]:
    return (
        _("Your answers are locked when you send them.", language),
        _(
            "Managers and HR see only counts for groups of %(n)s people or more.",
            language,
            n=facts.smallest_group,
        ),
        _(
            "For subjects such as bullying or health, the group must be %(n)s or more.",
            language,
            n=facts.smallest_sensitive_group,
        ),
        _("Names are taken out of what you write. Then a person in the central team reads it.", language),
    )


def _never(facts: Facts, language: str) -> tuple[str, ...]:
    return (
        _("Nobody at %(agency)s sees who gave which answer.", language, agency=facts.agency(language)),
        _("HR sees that you answered, and not what you said.", language),
        _("We do not keep your name, the time, or the address of your computer with your answers.", language),
    )


def _kept(facts: Facts, language: str) -> tuple[str, ...]:
    return (
        _("We keep your Area, job role, grade group, length of service and type of leaving with them.", language),
        _("Grade group and length of service are taken away when the figures are made.", language),
        _(
            "You get a receipt code. It lets you read, change or take back your answers for at least %(n)s days.",
            language,
            n=facts.days_to_change,
        ),
        _("After that your answers are part of the figures and cannot be taken out.", language),
        _(
            "A technician holding the key, the database and earlier backups could link an answer; nobody else can.",
            language,
        ),
        _("A court or the law can require us to hand over what we hold.", language),
    )


def _named(facts: Facts, language: str) -> tuple[str, ...]:
    return (
        _("HR in your Area and the central team can read your answers with your name.", language),
        _("Each time someone opens them, we write down who and when.", language),
        _("Your interviewer can read them only if you tick the box.", language),
        _("They are also counted in the figures.", language),
        _("We delete them %(n)s months after your last day.", language, n=facts.named_months),
    )
