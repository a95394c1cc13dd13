"""The log-in page and asking for a code; allauth does the rest."""

from typing import Any

from allauth.account.stages import LoginStage
from allauth.account.views import LoginView as AllauthLoginView
from allauth.account.views import RequestLoginCodeView as AllauthRequestLoginCodeView
from django.conf import settings
from django.http import HttpRequest, HttpResponse

from accounts import demo


class LoginView(AllauthLoginView):  # type: ignore[misc]
    """Two ways in on one page, and in development the demo's log-ins."""

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        context: dict[str, Any] = super().get_context_data(**kwargs)
        logins = demo.logins() if settings.DEVELOPMENT else []
        return context | {"demo_logins": logins, "demo_password": demo.PASSWORD}


class RequestLoginCodeView(AllauthRequestLoginCodeView):  # type: ignore[misc]
    """Asking for a code, also while one is awaited: the new one takes its place, under the same limits."""

    def _redirect_to_pending_stage(self, request: HttpRequest, stage: LoginStage) -> HttpResponse | None:
        if request.method == "POST":
            return None
        answer: HttpResponse | None = super()._redirect_to_pending_stage(request, stage)
        return answer


login = LoginView.as_view()
request_login_code = RequestLoginCodeView.as_view()
