"""Published versions of questionnaires: publish, preview, try, retire."""
