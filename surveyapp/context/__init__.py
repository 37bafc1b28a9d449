"""Head-counts, vacancies, caseload and sickness, which give rates their denominators."""
