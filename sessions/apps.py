from django.apps import AppConfig


class SessionsConfig(AppConfig):
    name = "sessions"
    label = "course_sessions"  # the plain label belongs to django.contrib.sessions

    def ready(self) -> None:
        """Declare the messages of this app."""
        from sessions import messages  # models can't be imported before

        messages.register()
