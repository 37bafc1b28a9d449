"""`python -m tests.invitations.renew_examples`: write the example of every message anew, for a person to read."""

from tests.invitations.test_emails import BOTH, EXAMPLES, example, file_of

if __name__ == "__main__":
    EXAMPLES.mkdir(exist_ok=True)
    for kind, language in BOTH:
        made = example(kind, language)
        file_of(kind, language).write_text(f"Subject: {made.subject}\n\n{made.text}", encoding="utf-8")
