"""Dates and months in words, plural forms, and month names as people type them, in each language."""

from datetime import date
from functools import cache

from babel import Locale
from babel.dates import format_date

# plain `en` gives American dates
_LOCALES = {"en": "en_GB", "cy": "cy"}


@cache
def _locale(language: str) -> Locale:
    return Locale.parse(_LOCALES.get(language, language))


def date_in_words(iso: str, language: str) -> str:
    """`2027-03-27` as "27 March 2027" or "27 Mawrth 2027"."""
    return str(format_date(date.fromisoformat(iso), "d MMMM y", locale=_locale(language)))


def month_in_words(iso: str, language: str) -> str:
    """`2027-03` as "March 2027" or "Mawrth 2027"."""
    return str(format_date(date.fromisoformat(f"{iso}-01"), "MMMM y", locale=_locale(language)))


def plural_form(number: float, language: str) -> str:
    """The CLDR form: zero, one, two, few, many or other."""
    return str(_locale(language).plural_form(number))


def month_number(typed: str) -> int:
    """1 to 12 from `3`, `03`, `March`, `mar` or `Mawrth`; raises ValueError for anything else."""
    number = _month_names().get(typed.strip().rstrip(".").casefold()) or int(typed)
    if not 1 <= number <= 12:
        raise ValueError(typed)
    return number


@cache
def _month_names() -> dict[str, int]:
    names: dict[str, int] = {}
    for language in _LOCALES:
        for context in ("format", "stand-alone"):
            for width in ("wide", "abbreviated"):
                for number, name in _locale(language).months[context][width].items():
                    names.setdefault(str(name).rstrip(".").casefold(), number)
    return names
