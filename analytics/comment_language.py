"""Which language a comment is written in: English or Welsh, unless somebody has said so."""

from functools import cache

from py3langid.langid import MODEL_FILE, LanguageIdentifier

LANGUAGES = ("en", "cy")
FEWEST_LETTERS = 12


@cache
def _identifier() -> LanguageIdentifier:
    """Loaded once, when first needed; a choice between two languages only."""
    identifier = LanguageIdentifier.from_model_file(MODEL_FILE)
    identifier.set_languages(list(LANGUAGES))
    return identifier


def language_of(text: str, fallback: str = "en") -> str:
    """'en' or 'cy' (py3langid); a comment of a few letters takes the language its leaver answered in (fallback)."""
    if sum(character.isalpha() for character in text) < FEWEST_LETTERS:
        return fallback
    return str(_identifier().classify(text)[0])
