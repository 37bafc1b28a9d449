"""The leaver-questionnaire and exit-interview platform; `app.create_app` puts it together."""
