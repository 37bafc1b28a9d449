"""What is wrong with a row of a file of cases: row, column, what was read, and what is wanted, in both languages."""

from dataclasses import dataclass, field

from surveyapp.languages import ENGLISH, N_, gettext

MOST_READ = 60  # characters of a cell that are repeated to the reader


@dataclass(frozen=True)
class RowFault:
    """One fault; `line` counts from 1 with the heading row, `wanted` is a text of WANTED with its values."""

    line: int
    column: str
    read: str
    wanted: str
    values: dict[str, object] = field(default_factory=dict)

    def wanted_in(self, language: str) -> str:
        """What to write instead, in that language."""
        return gettext(self.wanted, language, **self.values)

    @property
    def shown(self) -> str:
        """What was read, cut to a readable length."""
        return self.read if len(self.read) <= MOST_READ else f"{self.read[:MOST_READ]}…"

    def __str__(self) -> str:
        return f"row {self.line}, {self.column}: read {self.shown!r}; {self.wanted_in(ENGLISH)}"


NOT_EMPTY = N_("This cell must not be empty.")
TOO_LONG = N_("Use at most %(most)s characters.")
ISO_DATE = N_("Write the date like 2027-03-27.")
DAY_NUMBER = N_("A spreadsheet has turned this date into a number. Write it like 2027-03-27.")
FAR_DATE = N_("Check the year: the date must lie between %(first)s and %(last)s.")
DATE_MADE = N_("A spreadsheet has turned this into a date. Format the column as text and type it again.")
ROUNDED = N_("A spreadsheet has rounded this number. Format the column as text and type it again.")
ONE_OF = N_("Use one of: %(choices)s.")
NOT_A_PLACE = N_("Use a code or the exact name from the organisation.")
NOT_YOURS = N_("You cannot add cases in this Area. Take the row out, or ask your HR lead.")
CASE_NOT_YOURS = N_("This person has a case that you cannot change. Take the row out, or ask your HR lead.")
SECOND_PERSON = N_(
    "The person has left, and this is the agency's own address. Two people must agree to it, on the case's page."
)
AN_EMAIL = N_("Write an e-mail address, like name@example.org.")
WHICH_AGENCY = N_("There is more than one agency: name it by code or exact name.")
AFTER_LAST_DAY = N_("The start date must come before the last working day.")
SAME_PERSON = N_("Row %(line)s has the same staff number. Keep one row for each person.")
TOO_MANY_CELLS = N_("This row has more cells than the heading row. Put quotation marks around text that holds a comma.")
UNKNOWN_COLUMN = N_("This is not a column we know. Rename it to one of these, or take it out: %(choices)s.")
LIKE_COLUMN = N_("This is not a column we know. Did you mean %(guess)s?")
TWICE = N_("This column stands twice. Keep one.")
MISSING_COLUMN = N_("The first row must name this column.")
SHIFTED = N_("Row %(line)s looks like the heading row. Take out the rows above it.")
NO_ROWS = N_("The file has no rows below its heading row.")
TOO_MANY_ROWS = N_(
    "A file on screen may hold at most %(most)s rows. Split it, or ask your administrator to import it by command."
)
NOT_A_TABLE = N_("This is not a CSV or Excel (xlsx) file that can be read.")
DIED_BEFORE = N_("Rows about people recorded as having died: %(n)s. Nothing was changed for them.")
