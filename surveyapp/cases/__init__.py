"""One person's leaving: the identified administrative record, its states and its timeline."""
