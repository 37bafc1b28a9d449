"""What can be wrong with an outside survey or its mapping, and what to know about one: texts for both languages.

A fault holds one of these and its values apart, and a `remedy` that follows it where several faults end alike.
"""

from surveyapp.languages import N_

# Remedies that several faults share.
EXPORT_AGAIN = N_("Export the table again as CSV (UTF-8) or XLSX.")
UNPIVOT = N_("This is a printed table, not one row for each person or group of people: unpivot it first.")
OWN_AGENCY = N_("Bring it into an agency of its own instead: change “agency” in the mapping.")

# The file as it is.
NTH_COLUMN = N_("column %(n)s")
NO_ROWS = N_("The file has no rows below its heading row.")
NO_TEXT_FILE = N_("This is not a text file.")
NO_WORKBOOK = N_("This workbook cannot be opened.")
OTHER_ENCODING = N_("The file is not %(encoding)s: correct “encoding” in the mapping.")
QUOTES_OPEN = N_("The quotation marks do not match.")
OTHER_DELIMITER = N_("The cells are separated by %(delimiter)s: say so with “delimiter” in the mapping.")
HEADING_SPLIT = N_(
    "The heading row has %(headings)s cells, the rows below have %(cells)s: a heading was split or shifted. "
    "Put quotation marks around it."
)
TITLE_ROW = N_("This row is a title, not the headings: set “header_row” in the mapping.")
HEADING_EMPTY = N_("This heading is empty above filled cells (merged or stacked).")
ROW_LENGTH = N_(
    "The heading row has %(headings)s cells, this row %(cells)s. Put quotation marks around text that holds a comma."
)
LOST_TEXT = N_("A character was lost (U+FFFD) when the file was saved.")
COLUMN_TWICE = N_("This heading stands twice: rename one.")
NO_COLUMN = N_("The file has no such column.")
READ_AS_CP1252 = N_("The file is not UTF-8 and was read as Windows text (cp1252).")
OTHER_SHEETS = N_("Only the first sheet was read: %(sheet)s.")

# Its cells.
NO_CODE = N_("No code can be made of this: give one under “codes”.")
SAME_CODE = N_("Its code %(code)s is that of “%(other)s” too: recode them to one, or give each a code under “codes”.")
CONTRADICTION = N_("A main reason is given where the reasons are skipped: the two contradict each other.")
A_TOTAL = N_("This is a total: its people would count twice. Take the row out.")
LEAVING_TYPE = N_("List this under “resignation” or “other”.")
TENURE_BAND = N_("List this under one of the tenure bands.")
HOW_MANY = N_("Write a whole number of people, 1 or more.")
A_YEAR = N_("Write a date with its year.")
A_QUARTER = N_("Write a date with its quarter.")
A_MONTH = N_("Write a date with its month.")
TICK = N_("List this under “ticked”, “not_ticked” or “skipped”.")
OTHER_NAME = N_("Code %(code)s is “%(other)s” elsewhere: keep one name.")
NO_MAIN_REASON = N_("This is none of the reasons: correct it, or recode it under “main_reason”.")
NO_REASON = N_("This is none of the reasons.")
ORDER_MIXED = N_(
    "The order of day and month is mixed: %(day_first)s dates can only be day/month, %(month_first)s only month/day, "
    "%(either)s either. Correct the file; it is not guessed row by row."
)
SAY_ORDER = N_(
    "Say the order of day and month (“order: dmy” or “order: mdy”). Dates that can only be day/month: %(day_first)s; "
    "only month/day: %(month_first)s; either: %(either)s."
)
BAND_MADE_DATE = N_("A spreadsheet has turned this band into a date: take the file as it was before, or recode it.")
BETWEEN = N_("Write a whole number from %(least)s to %(most)s.")

# What there is to know of a file that can be taken.
DATES_MADE = N_("A spreadsheet has turned cells into dates: %(n)s. The column is not used.")
NUMBERS_ROUNDED = N_(
    "A spreadsheet has rounded numbers: %(n)s of them, %(left)s different ones are left. Do not match rows by them."
)
PLACEHOLDER_KEPT = N_("An answer holds a placeholder that was never filled in: “%(cell)s”. It was kept.")
NOT_BETWEEN = N_("Row %(row)s holds “%(cell)s”. A whole number from %(least)s to %(most)s is wanted.")
NO_DATES = N_("The survey has no dates: everybody counts in the window of all dates only.")
UNDATED = N_("People without a date: %(n)s. They count in the window of all dates only.")
KEPT_AS_BLANK = N_("Some people have none here. They are kept under “%(name)s”.")
OTHER_LEAVING = N_("Whatever is not listed as a resignation counts as another way of leaving.")

# Whether the survey fits the agency.
HERE_ALREADY = N_("This file is in agency %(agency)s already: its people would count twice.")
SOURCE_HERE_ALREADY = N_("This source is in agency %(agency)s already: its people would count twice.")
CUT_ALREADY = N_("The figures of agency %(agency)s are cut already and stay as they are.")
YEARS_AND_QUARTERS = N_(
    "Years, or people without a date, cannot stand beside quarters: use “precision: year” for all of them."
)
TOO_MANY_REASONS = N_(
    "The survey lists %(n)s reasons, more than %(most)s: this looks like free text. "
    "Give the column that people chose from, or a separator."
)
NEEDS_QUARTERS = N_("Agency %(agency)s has answers of its own: every row needs its month or quarter.")
NOT_BEFORE_ANSWERS = N_("Agency %(agency)s has answers from %(begins)s on, and %(late)s is not before them.")
NAME_QUESTIONNAIRE = N_(
    "Agency %(agency)s has answers of its own: name the questionnaire whose reasons these are "
    "(“questionnaire: leaver”) and recode to its codes."
)
NOT_PUBLISHED = N_("There is no published questionnaire %(questionnaire)s: write “own”, or publish it first.")
NOT_OFFERED = N_("%(questionnaire)s lists no reason %(code)s (%(name)s): give its code under “codes” of “reasons”.")
NO_SUCH_CODE = N_("Agency %(agency)s has no such code: recode it, or give its code under “codes”.")
NOT_YOUR_AGENCY = N_("You may not bring a survey into this agency: ask an administrator of all agencies.")

# The mapping.
AGENCY_CODE = N_("Use a code of lower-case letters, digits, _ and -, with at most 40 characters.")
NO_YAML = N_("This is not YAML from here on: check indents, colons and quotation marks.")
KEYS_AND_VALUES = N_("Write keys and values, such as “agency: tafe”. See MAPPINGS.md.")
KEY_TWICE = N_("This key stands twice: keep one.")
KEY_MISSING = N_("Add this key.")
KEY_UNKNOWN = N_("This key is not known: see MAPPINGS.md for the keys, or take it out.")
ONE_OF = N_("Use one of: %(choices)s.")
A_NUMBER = N_("Write a whole number.")
AT_LEAST = N_("Write a whole number, %(least)s or more.")
AT_MOST = N_("Write a whole number, %(most)s or less.")
A_TEXT = N_("Write one value here, not a list or keys of its own.")
NOT_EMPTY = N_("Write something here: it must not be empty.")
TOO_LONG = N_("Use at most %(most)s characters.")
A_LIST = N_("Write a list here, such as [Yes, No].")
KEYS_HERE = N_("Write keys and values here. See MAPPINGS.md.")
DOES_NOT_FIT = N_("This value does not fit here: see MAPPINGS.md.")
COLUMN_OR_VALUE = N_("Give either “column” or “value”.")
WHICH_RESIGNATION = N_("List under “resignation” the cells that mean a resignation.")
ONE_WAY_OF_REASONS = N_("Give either “tick_columns” or “multi_column”.")
WHICH_TICKED = N_("List under “ticked” what a ticked cell holds; “label” means the option's own words.")
NAME_COLUMNS = N_("Give one name column for each “multi_column”.")
IN_TWO_LISTS = N_("These stand in two of “ticked”, “not_ticked” and “skipped”: %(cells)s. Keep one.")
