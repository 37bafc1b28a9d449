"""The few phrases the engine itself says, in every language: error messages and standing answers."""

from collections.abc import Mapping

LANGUAGES = ("en", "cy")

PHRASES: Mapping[str, Mapping[str, str]] = {
    "prefer_not_to_say": {"en": "Prefer not to say", "cy": "Mae'n well gen i beidio â dweud"},
    "not_answered": {"en": "Not answered", "cy": "Heb ei ateb"},
    "other_detail": {"en": "Please say", "cy": "Dywedwch beth"},
    "progress": {"en": "Part {number} of {total}: {part}", "cy": "Rhan {number} o {total}: {part}"},
    "progress_separate": {"en": "Optional: {part}", "cy": "Dewisol: {part}"},
    "rank": {"en": "Choice {number}", "cy": "Dewis {number}"},
    "day": {"en": "Day", "cy": "Diwrnod"},
    "month": {"en": "Month", "cy": "Mis"},
    "year": {"en": "Year", "cy": "Blwyddyn"},
    "choose_shown": {
        "en": "Choose from the answers on this page",
        "cy": "Dewiswch o blith yr atebion ar y dudalen hon",
    },
    "choose_alone": {
        "en": "Choose “{option}” on its own, or take it out and keep your other answers",
        "cy": "Dewiswch “{option}” ar ei ben ei hun, neu tynnwch y tic a chadw eich atebion eraill",
    },
    "choose_once": {"en": "Choose each answer only once", "cy": "Dewiswch bob ateb unwaith yn unig"},
    "choose_in_order": {"en": "Fill in your first choice first", "cy": "Llenwch eich dewis cyntaf yn gyntaf"},
    "choose_or_prefer_not": {
        "en": "Give an answer or choose “Prefer not to say”, not both",
        "cy": "Rhowch ateb neu dewiswch “Mae'n well gen i beidio â dweud”, nid y ddau",
    },
    "required": {"en": "Choose one of the answers", "cy": "Dewiswch un o'r atebion"},
    "enter_number": {"en": "Enter a number, like 12", "cy": "Rhowch rif, fel 12"},
    "enter_whole_number": {"en": "Enter a whole number, like 12", "cy": "Rhowch rif cyfan, fel 12"},
    "fewer_decimals": {
        "en": "Use {decimals} digits or fewer after the point",
        "cy": "Defnyddiwch {decimals} digid neu lai ar ôl y pwynt",
    },
    "at_least": {"en": "Enter {limit} or more", "cy": "Rhowch {limit} neu fwy"},
    "at_most": {"en": "Enter {limit} or less", "cy": "Rhowch {limit} neu lai"},
    "enter_date": {"en": "Enter a real date, like 27 3 2027", "cy": "Rhowch ddyddiad go iawn, fel 27 3 2027"},
    "enter_month": {"en": "Enter a month and a year, like 3 2027", "cy": "Rhowch fis a blwyddyn, fel 3 2027"},
    "shorten": {
        "en": "Use {limit} characters or fewer. You have used {used}",
        "cy": "Defnyddiwch {limit} nod neu lai. Rydych wedi defnyddio {used}",
    },
}


def phrase(name: str, language: str, **values: object) -> str:
    """The phrase in the language, English where the language has none, with its values put in."""
    words = PHRASES[name]
    text = words.get(language, words["en"])
    return text.format(**values) if values else text
