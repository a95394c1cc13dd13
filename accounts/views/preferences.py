"""What somebody wants to get from the portal, chosen after logging in or by the link in a mail."""

from django.contrib import messages
from django.contrib.auth.decorators import login_not_required
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_http_methods

from accounts.addresses import addresses_of
from accounts.forms import PreferencesForm
from accounts.http import AuthenticatedRequest
from accounts.rules import BY_SMS, topics_of
from messaging import kinds
from messaging.actions import choose_topics
from messaging.choices import Topic
from messaging.models import TopicChoice
from messaging.rules import SUMMARY_OF
from messaging.unsubscribing import read


@require_http_methods(["GET", "HEAD", "POST"])
def preferences(request: AuthenticatedRequest) -> HttpResponse:
    """Choose which messages to get, by e-mail, wherever it goes to, and by SMS."""
    user = request.user
    topics = topics_of((role.role for role in user.roles), kinds.topics())
    ways = {"email": (addresses_of(user), topics)}
    if user.sms_number:
        ways["sms"] = ([user.sms_number], [topic for topic in topics if topic in BY_SMS])
    form = PreferencesForm(
        request.POST if request.method == "POST" else None,
        wanted={name: TopicChoice.objects.wanted_at(addresses, among) for name, (addresses, among) in ways.items()},
        topics={name: among for name, (_addresses, among) in ways.items()},
    )
    if request.method == "POST" and form.is_valid():
        for name, (addresses, among) in ways.items():
            choose_topics(addresses=addresses, wanted=form.wanted(name), among=among, by=user, now=timezone.now())
        messages.success(request, _("Your choice is saved. It holds for messages that wait to be sent, too."))
        return redirect("accounts:preferences")
    context = {"form": form, "topics": topics, "addresses": ways["email"][0]}
    return render(request, "accounts/preferences.html", context, status=422 if form.errors else 200)


@login_not_required
@csrf_exempt  # a mail program has no cookie of ours; what it may do is in the signed link
@require_http_methods(["GET", "HEAD", "POST"])
def unsubscribe(request: HttpRequest, token: str) -> HttpResponse:
    """End a topic at an address, or begin it again. Only a POST does: some programs open every link (RFC 8058)."""
    try:
        address, topic = read(token)
    except ValueError as error:
        raise Http404 from error
    summary = SUMMARY_OF.get(topic)
    if request.method == "POST":
        if summary and "summary" in request.POST:
            choose_topics(addresses=[address], wanted=[summary], among=[topic, summary], by=None, now=timezone.now())
        else:
            wanted = [topic] if "again" in request.POST else []
            choose_topics(addresses=[address], wanted=wanted, among=[topic], by=None, now=timezone.now())
    wanted = TopicChoice.objects.wanted(address, Topic)
    context = {
        "topic": topic,
        "address": address,
        "ended": topic not in wanted,
        "summary": summary,
        "is_summed_up": summary in wanted,
    }
    return render(request, "accounts/unsubscribe.html", context)
