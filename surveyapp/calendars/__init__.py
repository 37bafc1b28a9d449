"""Calendar invitations and feeds (iCalendar), pure."""
