"""Texts, dates and numbers in English and Welsh, without Flask: for e-mails, the engine, PDFs and pages alike.

English text is the key. `gettext` and `ngettext` take the language; `formats` writes dates, times and numbers;
`python -m surveyapp.languages.catalogue` keeps the Welsh files (see surveyapp/translations/README.md).
"""

from surveyapp.languages.texts import (
    ENGLISH,
    LANGUAGES,
    N_,
    WELSH,
    gettext,
    is_language,
    ngettext,
    translations_for,
)

__all__ = ["ENGLISH", "LANGUAGES", "WELSH", "N_", "gettext", "is_language", "ngettext", "translations_for"]
