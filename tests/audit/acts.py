"""By which audit event each act is known: the whole list, endpoint by endpoint, for whoever reviews the audit log.

`watching.py` holds every request of every test to it; a test says when a route that changes state is not listed.
"""

from itertools import combinations

EVENTS: dict[str, str] = {
    "absences.cover": "absence.covered",
    "absences.end": "absence.cover_ended",
    "account.confirm_second_step": "user.second_step_set",
    "account.remove_second_step": "user.second_step_removed",
    "account.send_password_link": "user.password_link_asked",
    "account.sign_out_everywhere": "user.signed_out_everywhere",
    "action_moves.begin_or_complete": "action.completed action.started",
    "action_moves.note": "action.noted",
    "action_moves.open_again": "action.reopened",
    "action_moves.review": "action.reviewed",
    "action_moves.stop": "action.stopped",
    "actions.make": "action.agreed",
    "actions.save_change": "action.changed",
    "answers.begin": "questionnaire.begun",
    "answers.decline": "questionnaire.declined",
    "answers.send": "questionnaire.answered",
    "api.change_leaver": "case.last_day_changed case.updated",
    "api.record_death": "case.death_recorded",
    "api.send_leaver": "case.created case.last_day_changed case.area_changed case.leaving_type_changed case.updated"
    " case.stayed case.death_recorded case.reopened",
    "api.withdraw_leaver": "case.stayed",
    "api_tokens.make_token": "api_token.made",
    "api_tokens.revoke_token": "api_token.revoked",
    "bounces.tell_bounce": "message.bounced",
    "bounces.tell_receipt": "message.bounced",
    "case_imports.apply": "case_import.applied",
    "case_imports.discard": "case_import.discarded",
    "case_imports.upload_file": "case_import.uploaded",
    "case_openings.agree": "case.opening_agreed",
    "case_openings.ask": "case.opening_asked",
    "case_openings.refuse": "case.opening_refused",
    "case_page.set_regretted": "case.regretted_set",
    "case_verbs.close": "case.closed",
    "case_verbs.hand_over": "case.handed_over",
    "case_verbs.open_again": "case.reopened",
    "case_verbs.record_stayed": "case.stayed",
    "case_verbs.save_death": "case.death_recorded",
    "case_verbs.save_note": "case.noted",
    "case_verbs.undo_death": "case.death_undone",
    "cases.save_case": "case.updated",
    "cases.save_last_days": "case.last_day_changed",
    "cases.save_new_case": "case.created",
    "coding.hide_words": "comment.words_hidden",
    "coding.save_coding": "comment.coded",
    "coding.skip_comment": "comment.skipped",
    "coding_pages.hold_comment": "comment.held_back comment.let_go",
    "concerns.close": "concern.closed",
    "concerns.log_told": "concern.told",
    "confidentiality.change_promise": "confidentiality.changed",
    "context.apply": "context.imported",
    "context.discard": "context.discarded",
    "context.upload_file": "context.uploaded",
    "disposal.erase_person": "record.disposed_of",
    "disposal.lift_hold": "hold.lifted",
    "disposal.place_hold": "hold.placed",
    "disposal.run_now": "record.disposed_of",
    "disposal.save_schedule": "disposal.schedule_set",
    "disputes.settle_dispute": "comment.settled",
    "guide.add_question": "guide.question_added",
    "guide.stop_question": "guide.question_stopped",
    "interview.ask_for_call": "interview.call_back_asked",
    "interview.cancel": "interview.cancelled",
    "interview.choose_slot": "interview.booked interview.moved",
    "interview.confirm": "interview.confirmed",
    "interview.decline": "interview.declined",
    "interview_record.answer_record": "record.agreed record.commented",
    "interview_record.send_contact": "concern.raised",
    "interviewers.accredit": "interviewer.accredited",
    "interviewers.change_interviewer": "interviewer.changed",
    "interviews.book": "interview.booked interview.moved",
    "interviews.called_back": "interview.called_back",
    "interviews.cancel": "interview.cancelled",
    "interviews.decline": "interview.declined",
    "interviews.no_show": "interview.no_show",
    "interviews.offer": "interview.offered",
    "invitation_lists.print_letters": "letter.printed",
    "invitation_lists.send_chosen": "invite.e_mailed invite.letter",
    "invitations.send_again": "link.asked_again",
    "invitations.send_to_own_address": "link.sent_to_own_address",
    "inviting.change_address": "address.changed address_change.requested",
    "inviting.decide_address": "address_change.refused",
    "inviting.hold": "invitation.held",
    "inviting.print_letter": "letter.printed",
    "inviting.reissue": "link.reissued",
    "inviting.release": "invitation.released",
    "inviting.send_now": "invite.e_mailed",
    "inviting.try_message_again": "message.tried_again",
    "keyed_answers.begin": "questionnaire.keying_begun",
    "keyed_answers.send": "questionnaire.answered",
    "organisation.load_organisation": "organisation.loaded",
    "own_interviews.add_change": "interviewer.changed",
    "own_interviews.remove_change": "interviewer.changed",
    "own_interviews.renew_feed": "interviewer.feed_renewed",
    "own_interviews.stop_feed": "interviewer.feed_stopped",
    "passkeys.add": "user.passkey_added",
    "passkeys.check": "user.signed_in",
    "passkeys.remove": "user.passkey_removed",
    "passkeys.rename": "user.passkey_renamed",
    "passwords.save": "user.password_set",
    "passwords.send_link": "user.password_link_asked",
    "policy.save_numbers": "policy.numbers_set",
    "policy.save_rule": "policy.rule_set",
    "provider.disconnect": "user.provider_disconnected",
    "provider_roles.agree_to_rule": "provider_role.agreed",
    "provider_roles.make_rule": "provider_role.made",
    "questionnaires.publish": "definition.published",
    "questionnaires.restore": "definition.restored",
    "questionnaires.retire": "definition.retired",
    "provider_roles.remove_rule": "provider_role.removed",
    "receipts.send": "response.changed",
    "receipts.withdraw": "response.withdrawn",
    "records.mark_missed": "interview.no_show",
    "records.raise_concern": "concern.raised",
    "records.save_record": "record.begun record.corrected",
    "records.send_points": "record.sent_to_manager",
    "releases.sign": "release.signed",
    "security.begin": "user.signed_in",
    "security.check_code": "user.signed_in",
    "security.logout": "user.signed_out",
    "survey_imports.apply": "survey.imported",
    "survey_imports.ask_for_release": "survey.cut_asked",
    "survey_imports.discard": "survey.discarded",
    "survey_imports.upload_survey": "survey.uploaded",
    "trials.make_link": "trial.made",
    "users.close_account": "user.deactivated",
    "users.end_grant": "user.grant_ended",
    "users.give_staff_role": "user.granted",
    "users.open_account": "user.activated",
    "users.remove_second_step": "user.second_step_removed",
    "users.send_password_link": "user.password_link_asked",
    "wording.save_introduction": "agency.introduced",
    "wording.save_wording": "wording.changed",
}
"""Endpoint and its event; where there are several, each request leaves one of them."""


CHANGES = ("case.last_day_changed", "case.area_changed", "case.leaving_type_changed", "case.updated")
TURNS = ("case.stayed", "case.death_recorded", "case.reopened")
NEWS = (
    ("case.created", "case.stayed"),
    ("case.created", "case.death_recorded"),
    *(some for n in range(2, len(CHANGES) + 1) for some in combinations(CHANGES, n)),
    *((*some, turn) for n in range(1, len(CHANGES) + 1) for some in combinations(CHANGES, n) for turn in TURNS),
)
"""One piece of news may tell several facts: what changed about a case, and that the person stays, died or leaves."""

SEVERAL: dict[str, tuple[tuple[str, ...], ...]] = {
    # two facts in one request, each with its own event
    "api.change_leaver": (("case.last_day_changed", "case.updated"),),
    "api.send_leaver": NEWS,
    "api_tokens.rotate_token": (("api_token.made", "api_token.rotated"),),
    "case_verbs.merge": (("case.merged", "case.took_over_duplicate"),),
    "coding.save_coding": (("comment.coded", "comment.words_hidden"),),
    "interviewers.reassign": (("interviewer.day_reassigned", "interview.reassigned"),),
    "interviews.book": (("interview.booked", "interview.offered"),),
    "invitation_lists.send_chosen": (("invite.e_mailed", "invite.letter"),),
    "invitations.send_to_own_address": (("case.updated", "link.sent_to_own_address"),),
    "inviting.change_address": (("address.changed", "case.updated"),),
    "inviting.decide_address": (("address.changed", "case.updated"),),
    "own_interviews.save_hours": (("interviewer.changed", "interviewer.hours_set"),),
    "provider_roles.remove_rule": (("provider_role.removed", "user.grant_ended"),),
    "records.save_record": (("interview.held", "record.written_up"),),
    "security.check_code": (("user.recovery_code_used", "user.signed_in"),),
    "users.add_user": (("user.granted", "user.password_link_asked"),),
    "users.give_staff_role": (("user.granted", "user.password_link_asked"),),
}
"""Acts that are two changes at once, each known by its own event."""

ON_EACH_RECORD = frozenset(
    {
        "api.send_leaver",
        "case_imports.apply",
        "cases.save_last_days",
        "context.apply",
        "disposal.erase_person",
        "disposal.run_now",
        "interviewers.reassign",
        "invitation_lists.print_letters",
        "invitation_lists.send_chosen",
        "own_interviews.add_change",
        "provider_roles.remove_rule",
    }
)
"""Acts on many records at once: the event stands once for each."""

DRAFT = "CONTRACTS 5: saves of a draft are not audited; the act that ends the draft is"
UNAUDITED: dict[str, str] = {
    "account.begin_second_step": "a secret counts only once a code made from it has been typed, which is audited",
    "answers.begin": "a second beginning only chooses anew how to share, in the draft",
    "answers.save_page": DRAFT,
    "answers.start_again": DRAFT,
    "answers.tell_word": DRAFT,
    "disposal.export_person": "a look: LOOKS",
    "invitation_lists.confirm_sending": "a look: LOOKS",
    "invitations.enter_code": "a try with a letter code is counted, and says nothing about anybody",
    "inviting.release": "a row of the ledger may be made where nothing was held",
    "keyed_answers.discard": DRAFT,
    "keyed_answers.save_page": DRAFT,
    "receipts.change": DRAFT,
    "receipts.enter_code": "opening a response by its receipt leaves no trace that could lead to anybody",
    "receipts.leave": DRAFT,
    "receipts.save_page": DRAFT,
    "records.save_record": "notes are saved as they are typed; beginning, writing up and correcting are audited",
    "trials.begin": DRAFT,
    "trials.save_page": DRAFT,
    "trials.send": "a trial counts nowhere",
}
"""Routes that may change rows without an event, and why."""

BOOKKEEPING = frozenset(
    {
        "api_requests",  # an answer kept, so that the same request again gets it again
        "audit_events",
        "case_events",  # the timeline, written with the event
        "data_keys",
        "drafts",
        "guesses",
        "known_devices",
        "outbox_messages",
        "promises",
        "sign_in_attempts",
        "spent_tokens",
        "update api_tokens",  # when a token was last used
        "update sign_in_sessions",  # when a session was last used
    }
)
"""Tables, or writes to them, that say nothing about anybody's state by themselves."""

LOOKS = ("case.seen", "comments.read", "invitations.listed", "keyed_answers.opened", "record.seen", "subject.exported")
"""Personal data shown in answer to a POST: the look's own event."""

TRIES = frozenset({"user.sign_in_refused", "user.password_link_asked", "message.bounced", "message.tried_again"})
"""Events of what was tried; a refused try changes nothing."""


def events_of(endpoint: str) -> list[str]:
    """The events of which an act leaves one."""
    return EVENTS.get(endpoint, "").split()
