"""Exit interviews: who may interview, when they can, the offer to the leaver, the booking, the record, the agreement.

Owns `interviewers` and their calendars, `interview_offers`, `interview_bookings`, `interview_records` and its points.
Offer: offered > accepted, declined, lapsed, withdrawn. Booking: booked > held, no_show, cancelled. Record: drafted >
written_up > commented > agreed. Two live bookings never overlap: the database itself refuses it. May call invitations,
responses, concerns, cases and everything before them.
"""
