"""Giving a mobile number, and proving by a code that one reads what is sent there. Until then it gets nothing else."""

from collections.abc import Iterable
from datetime import datetime
from uuid import UUID

from django.db import IntegrityError, transaction
from django.utils.crypto import constant_time_compare
from django.utils.translation import gettext as _

from accounts import rules
from accounts.exceptions import MobileRefused
from accounts.messages import code_draft
from accounts.models import MobileCode, User
from accounts.tokens import code_of
from audit.actions import record
from common.locking import lock
from messaging.actions import carry_choices, queue
from messaging.limits import sms_limit
from messaging.models import SmsMonth
from messaging.rules import refusal_of_sms


@transaction.atomic
def ask_for_code(*, user: User, mobile: str, now: datetime) -> User:
    """Make `mobile` (E.164) the number of `user`, who does it herself, and send a code to it; an earlier code ends.

    Whether somebody else has the number makes no difference, here or in what follows. Going back to the number that
    she proved last takes no code. The log tells that she gave a number, not which. Raises MobileRefused if codes are
    asked for too often, or if no region of hers can pay for the SMS; then nothing has changed.
    """
    user = lock(user)
    has_proved_it = mobile == user.proven_mobile
    scope = None if has_proved_it else _admitted(user, mobile, now)
    user.mobile_codes.open().update(ended=now)
    if user.mobile != mobile:
        user.mobile = mobile
        user.save(update_fields=["mobile"])
        record("user.mobile_given", user, by=user, now=now)
    if scope:
        queue([code_draft(_new_code(user, now), scope=scope)])
    return user


def confirm_mobile(*, user: User, code: str, now: datetime) -> None:
    """Take the number of `user` as proved by the `code` that was sent to it: from now on SMS go there.

    Whoever proved it before reads there no more, so that for her it isn't proved any longer; she isn't named. What
    was chosen at the number that it replaces is taken along (carry_choices). Raises MobileRefused; a wrong code counts,
    whatever becomes of the request.
    """
    with transaction.atomic(durable=True):
        refusal = _try(user, code, now)
    if refusal:
        raise MobileRefused(refusal)


@transaction.atomic
def remove_mobile(*, user: User, now: datetime) -> None:
    """Forget the number of `user`, who does it herself. How many codes she has asked for stays known for a day."""
    user = lock(user)
    user.mobile_codes.open().update(ended=now)
    if user.mobile:
        user.mobile = user.proven_mobile = ""
        user.save(update_fields=["mobile", "proven_mobile"])
        record("user.mobile_removed", user, by=user, now=now)


def _admitted(user: User, number: str, now: datetime) -> UUID:
    """The region that pays for a code to `number`. Raises MobileRefused."""
    forget_codes(now=now)
    if refusal := rules.refusal_to_send_code(
        to_number=MobileCode.objects.filter(number=number).moments(now=now),
        to_account=user.mobile_codes.moments(now=now),
        now=now,
    ):
        raise MobileRefused(refusal)
    for region in sorted(user.sms_region_ids):
        spent, limit = SmsMonth.objects.spent(region, now=now), sms_limit(region)
        if refusal_of_sms(parts=1, spent=spent, limit=limit) is None:
            return region
    raise MobileRefused(_("No SMS can be sent to you now: your region sends none, or those of this month are used up."))


@transaction.atomic
def forget_codes(*, now: datetime) -> None:
    """Forget the codes that are counted no more, and with them the numbers.

    Whoever does so at the same moment passes by those that are being deleted: two can't wait for each other.
    """
    outlived = MobileCode.objects.outlived(now=now).select_for_update(skip_locked=True)
    MobileCode.objects.filter(pk__in=[code.pk for code in outlived]).delete()


def _new_code(user: User, now: datetime) -> MobileCode:
    try:
        with transaction.atomic():
            return MobileCode.objects.create(
                user=user,
                number=user.mobile,
                sent=now,
                minute=int(now.timestamp()) // 60,
                expires=now + rules.CODE_LIFETIME,
            )
    except IntegrityError as error:  # somebody else asked for one to the same number at the same moment
        raise MobileRefused(rules.reason_just_sent()) from error


def _try(user: User, code: str, now: datetime) -> str | None:
    """Prove the number if `code` is right; else count the attempt, and say why it proves nothing."""
    sent = user.mobile_codes.open().first()
    if sent is None:
        return _("There is no code to enter. Ask for a new one.")
    people = {one.pk: one for one in User.objects.connected_with(sent.number, user=user).select_for_update()}
    user, sent = people.pop(user.pk), lock(sent)
    if sent.ended or user.mobile != sent.number:
        return _("The code has been used, or another one was sent after it.")
    if refusal := rules.refusal_to_try_code(expires=sent.expires, tries=sent.tries, now=now):
        return refusal
    if not constant_time_compare(code, code_of(sent)):
        sent.tries += 1
        sent.save(update_fields=["tries"])
        is_last = rules.refusal_to_try_code(expires=sent.expires, tries=sent.tries, now=now)
        return is_last or _("The code is wrong. Check it against the newest SMS.")
    sent.ended = now
    sent.save(update_fields=["ended"])
    _prove(user, others=people.values(), now=now)
    return None


def _prove(user: User, *, others: Iterable[User], now: datetime) -> None:
    for other in others:
        if other.proven_mobile == user.mobile:
            other.proven_mobile = ""
            other.save(update_fields=["proven_mobile"])
            record("user.mobile_lapsed", other, by=None, now=now)
    carry_choices({user.proven_mobile: user.mobile})
    user.proven_mobile = user.mobile
    user.save(update_fields=["proven_mobile"])
    record("user.mobile_proved", user, by=user, now=now)
