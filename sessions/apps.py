from django.apps import AppConfig


class SessionsConfig(AppConfig):
    name = "sessions"
    label = "course_sessions"  # the plain label belongs to django.contrib.sessions

    def ready(self) -> None:
        """Declare the messages of this app, and what of it belongs to people."""
        from participants.duplicates import belongings
        from sessions import messages  # models can't be imported before
        from sessions.attendance.following import BELONGINGS

        messages.register()
        for belonging in BELONGINGS:
            belongings.register(belonging)
