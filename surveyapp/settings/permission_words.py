"""Permissions in words, in the order in which a reviewer reads them."""

from typing import Final

from surveyapp.access import Permission as P
from surveyapp.languages import N_

WORDS: Final = {
    P.SEE_CASES: N_("See cases"),
    P.EDIT_CASES: N_("Add and change cases"),
    P.IMPORT_CASES: N_("Add cases from a file"),
    P.SEND_INVITATIONS: N_("Send, hold and reissue invitations"),
    P.KEY_IN_RESPONSES: N_("Key in a paper or phone questionnaire"),
    P.SEE_NAMED_ANSWERS: N_("Read answers given under a name"),
    P.SEE_INTERVIEWS: N_("See interview dates and bookings"),
    P.BOOK_INTERVIEWS: N_("Book interviews for leavers"),
    P.HOLD_INTERVIEWS: N_("Hold interviews and write them up"),
    P.READ_RECORDS: N_("Read every interview record"),
    P.MANAGE_INTERVIEWERS: N_("Look after interviewers and their hours"),
    P.SEE_CONCERNS: N_("Read and close concerns"),
    P.SEE_COMPLIANCE: N_("See where the process is followed"),
    P.UNDO_DEATHS: N_("Undo a death that was recorded by mistake"),
    P.EXPORT_WORKLIST: N_("Download the work list"),
    P.EXPORT_OPERATIONS: N_("Download operational figures"),
    P.SEE_REPORTS: N_("Read released reports"),
    P.EXPORT_REPORTS: N_("Download released reports"),
    P.SIGN_RELEASES: N_("Sign releases"),
    P.SEE_ACTIONS: N_("See actions"),
    P.EDIT_ACTIONS: N_("Add and change actions"),
    P.CODE_COMMENTS: N_("Code redacted comments"),
    P.RELEASE_COMMENTS: N_("Release comments"),
    P.IMPORT_CONTEXT: N_("Bring in head-count and workload"),
    P.IMPORT_RESPONSES: N_("Bring in surveys from elsewhere"),
    P.EDIT_POLICY: N_("Change the policy"),
    P.EDIT_SETTINGS: N_("Change settings"),
    P.EDIT_QUESTIONNAIRES: N_("Publish and retire questionnaires"),
    P.EDIT_USERS: N_("Add accounts and give staff roles"),
    P.SEE_AUDIT: N_("Search the audit log"),
    P.SEE_OPERATION: N_("See how the service stands"),
    P.RUN_DISPOSAL: N_("Set and run disposal"),
    P.EXPORT_SUBJECT: N_("Give a person their data, or erase it"),
    P.BREAK_GLASS: N_("Open a shut case in an emergency"),
    P.SIGNED_IN: N_("Look after one's own account"),
}
