"""Interface texts: the English text is the key, Welsh comes from surveyapp/translations/cy/*.po."""

from functools import cache
from io import BytesIO
from pathlib import Path
from typing import Final

from babel.messages.catalog import Catalog
from babel.messages.mofile import write_mo
from babel.messages.pofile import read_po
from babel.support import NullTranslations, Translations

ENGLISH: Final = "en"
WELSH: Final = "cy"
# Each language under its own name, in the order in which they are offered.
LANGUAGES: Final = {ENGLISH: "English", WELSH: "Cymraeg"}

TRANSLATIONS: Final = Path(__file__).parent.parent / "translations"


def N_(text: str) -> str:
    """Mark a text for translation where it is defined; it is translated where it is shown."""
    return text


def is_language(code: str | None) -> bool:
    return code in LANGUAGES


def gettext(text: str, language: str, **values: object) -> str:
    """The text in that language with `%(name)s` filled in; a literal percent sign is written `%%`."""
    return translations_for(language).gettext(text) % values


def ngettext(singular: str, plural: str, n: int, language: str, **values: object) -> str:
    """The form that fits n (Welsh has six); `%(n)s` is n itself."""
    return translations_for(language).ngettext(singular, plural, n) % {"n": n, **values}


@cache
def translations_for(language: str) -> NullTranslations:
    """The catalogue of one language, read once: the .po files are the only truth, there is nothing to compile."""
    catalogues = sorted((TRANSLATIONS / language).glob("*.po"))
    if language == ENGLISH or not catalogues:
        return NullTranslations()
    return _readable(merged(catalogues, language))


def merged(files: list[Path], language: str) -> Catalog:
    """One catalogue from the files of all slices; the first file that translates a text decides."""
    whole = Catalog(locale=language, fuzzy=False)
    for file in files:
        for message in read_catalogue(file, language):
            known = whole.get(message.id) if message.id else None
            if message.id and message.string and (known is None or not known.string):
                whole.add(message.id, message.string)
    return whole


def read_catalogue(file: Path, language: str) -> Catalog:
    with file.open("rb") as stream:
        return read_po(stream, locale=language)


def _readable(catalogue: Catalog) -> Translations:
    compiled = BytesIO()
    write_mo(compiled, catalogue)
    compiled.seek(0)
    return Translations(compiled)
