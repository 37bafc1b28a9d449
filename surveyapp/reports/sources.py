"""The sources of a reason: what the leaver said, what the interviewer heard, what HR recorded; never added up."""

LEAVER = "leaver"
LEAVER_MAIN = "leaver_main"
INTERVIEWER = "interviewer"
HR = "hr"
SOURCES = (LEAVER, LEAVER_MAIN, INTERVIEWER, HR)
RESIGNATION, OTHER = "resignation", "other"
