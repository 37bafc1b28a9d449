"""Words of the coding pages: questions, ways of showing, what is wrong with a coding."""

from surveyapp.coding.models import Showing
from surveyapp.languages import N_

QUESTIONS = {
    "best": N_("What was good about working here?"),
    "change": N_("What one thing should we change?"),
    "anything_else": N_("Is there anything else you want to say?"),
}

SHOWINGS = {
    Showing.AS_WRITTEN: N_("As written"),
    Showing.IN_OUR_WORDS: N_("In our words"),
    Showing.COUNTED_ONLY: N_("Not shown, only counted"),
}

SHOWING_HINTS = {
    Showing.AS_WRITTEN: N_("Nothing in it points to a person"),
    Showing.IN_OUR_WORDS: N_("When the wording is unusual or the subject is sensitive"),
    Showing.COUNTED_ONLY: N_("When even our words could point to someone"),
}

WRONG = {
    "missing": N_("Choose at least one code, or “nothing to code”"),
    "nothing and something": N_("Choose “nothing to code” alone, or other codes"),
    "unknown": N_("Choose codes of the code book"),
    "undecided": N_("Say of each marked word whether it is a name"),
    "sensitive": N_("A comment on this subject is never shown as written. Choose another way"),
    "not the whole comment": N_("The comment has changed meanwhile. Look at it again"),
}
"""By the reason of a WrongCoding; a missing paraphrase has words of its own."""

NO_PARAPHRASE = N_("Enter the comment in your own words")

RELIABILITIES = {
    "reliable": N_("reliable"),
    "indicative": N_("indicative"),
    "not reported": N_("not reported"),
}
