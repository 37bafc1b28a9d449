"""iCalendar texts: invitations (REQUEST), updates and cancellations for mail programs, and feeds to subscribe to.

Pure and without a table: a meeting goes in, bytes come out. Times are sent in UTC, so that no calendar program has to
know our clock changes. One meeting keeps its UID and ORGANIZER for life; each change raises SEQUENCE.
"""

from surveyapp.calendars.feed import FeedEvent, feed
from surveyapp.calendars.invitation import CalendarPart, Meeting, cancellation, invitation

__all__ = ["CalendarPart", "FeedEvent", "Meeting", "cancellation", "feed", "invitation"]
