"""A mobile number counts once its owner has shown, by a code that was sent to it, that she reads there."""

from collections.abc import Callable
from datetime import timedelta
from functools import partial

import pytest
from django.db import IntegrityError
from django.test import override_settings

from accounts.actions import ask_for_code, confirm_mobile, remove_mobile
from accounts.choices import Role
from accounts.exceptions import MobileRefused
from accounts.messages import MOBILE_CODE
from accounts.models import MobileCode, User
from accounts.rules import CODE_LIFETIME, MOST_TO_A_NUMBER, MOST_TO_AN_ACCOUNT, MOST_TRIES
from accounts.tokens import code_of
from audit.models import AuditEvent
from common.tokens import derive_digits
from messaging.actions import choose_topics
from messaging.channels.parts import parts_of
from messaging.choices import Channel, Topic
from messaging.models import Message, SmsMonth, TopicChoice
from regions.models import Region
from tests.factories import NOW, RegionFactory, RoleAssignmentFactory, UserFactory
from tests.races import at_once

pytestmark = pytest.mark.django_db

# Numbers that belong to nobody (PTS keeps 070-174 06 05 to 99 for films and books).
NUMBER, OTHER_NUMBER = "+46701740605", "+46701740606"
A_SECOND, A_MINUTE, AN_HOUR, A_DAY = (timedelta(**{unit: 1}) for unit in ("seconds", "minutes", "hours", "days"))


@pytest.fixture
def region() -> Region:
    return RegionFactory(sms_parts_per_month=500)


@pytest.fixture
def asa(region: Region) -> User:
    return participant(region)


@pytest.fixture
def bo(region: Region) -> User:
    return participant(region)


def participant(region: Region, **fields: str) -> User:
    return RoleAssignmentFactory(user=UserFactory(**fields), role=Role.PARTICIPANT, region=region).user


def proved(user: User, number: str = NUMBER) -> User:
    user.mobile = user.proven_mobile = number
    user.save()
    return user


def newest_code(user: User) -> str:
    return code_of(user.mobile_codes.latest("sent"))


def another(code: str) -> str:
    """Six digits that are not `code`."""
    return f"{(int(code) + 1) % 10**6:06}"


def refused(act: Callable[[], object]) -> str:
    with pytest.raises(MobileRefused) as refusal:
        act()
    return refusal.value.reason


class TestTheCode:
    def test_it_proves_the_number_to_which_it_was_sent(self, asa: User) -> None:
        asa = ask_for_code(user=asa, mobile=NUMBER, now=NOW)
        assert (asa.mobile, asa.sms_number) == (NUMBER, "")
        confirm_mobile(user=asa, code=newest_code(asa), now=NOW)
        asa.refresh_from_db()
        assert asa.sms_number == NUMBER

    def test_it_goes_by_sms_to_that_number_is_worth_a_quarter_and_paid_by_her_region(
        self, asa: User, region: Region
    ) -> None:
        ask_for_code(user=asa, mobile=NUMBER, now=NOW)
        message = Message.objects.get()
        assert (message.channel, message.recipient, message.scope) == (Channel.SMS, NUMBER, region.pk)
        assert (message.due, message.expires) == (NOW, NOW + timedelta(minutes=15))
        assert MOBILE_CODE.topic is None

    @pytest.mark.parametrize("language", ["sv", "en"])
    def test_it_says_in_one_sms_what_it_is_for_and_not_whose(self, region: Region, language: str) -> None:
        asa = participant(region, language=language, first_name="Ingaborg")
        ask_for_code(user=asa, mobile=NUMBER, now=NOW)
        words = MOBILE_CODE.render(Message.objects.get()).sms
        assert newest_code(asa) in words
        assert "15 minut" in words
        assert "Ingaborg" not in words
        assert parts_of(words) == 1

    def test_nothing_of_it_is_stored(self, asa: User) -> None:
        ask_for_code(user=asa, mobile=NUMBER, now=NOW)
        stored = [*MobileCode.objects.values(), *Message.objects.values(), *AuditEvent.objects.values()]
        assert newest_code(asa) not in str(stored)

    def test_it_comes_from_the_portals_secret(self, asa: User) -> None:
        ask_for_code(user=asa, mobile=NUMBER, now=NOW)
        code = newest_code(asa)
        with override_settings(SECRET_KEY="another"):
            assert newest_code(asa) != code

    def test_it_always_has_six_digits(self, region: Region) -> None:
        codes = {derive_digits("x", key=RegionFactory.build().pk, length=6) for _number in range(300)}
        assert {len(code) for code in codes} == {6}
        assert any(code.startswith("0") for code in codes)
        assert len(codes) > 290

    def test_it_works_once(self, asa: User) -> None:
        ask_for_code(user=asa, mobile=NUMBER, now=NOW)
        code = newest_code(asa)
        confirm_mobile(user=asa, code=code, now=NOW)
        assert "no code to enter" in refused(lambda: confirm_mobile(user=asa, code=code, now=NOW))

    def test_it_works_until_it_expires(self, asa: User) -> None:
        ask_for_code(user=asa, mobile=NUMBER, now=NOW)
        code = newest_code(asa)
        assert "too old" in refused(lambda: confirm_mobile(user=asa, code=code, now=NOW + CODE_LIFETIME))
        confirm_mobile(user=asa, code=code, now=NOW + CODE_LIFETIME - A_SECOND)

    def test_a_new_one_ends_it(self, asa: User) -> None:
        ask_for_code(user=asa, mobile=NUMBER, now=NOW)
        first = newest_code(asa)
        ask_for_code(user=asa, mobile=NUMBER, now=NOW + A_MINUTE)
        assert "wrong" in refused(lambda: confirm_mobile(user=asa, code=first, now=NOW + A_MINUTE))
        confirm_mobile(user=asa, code=newest_code(asa), now=NOW + A_MINUTE)

    def test_an_sms_with_one_that_has_ended_is_not_sent_any_more(self, asa: User) -> None:
        ask_for_code(user=asa, mobile=NUMBER, now=NOW)
        message = Message.objects.get()
        assert MOBILE_CODE.still_holds(message, NOW)
        ask_for_code(user=asa, mobile=OTHER_NUMBER, now=NOW)
        assert not MOBILE_CODE.still_holds(message, NOW)

    def test_anothers_code_proves_nothing(self, asa: User, bo: User) -> None:
        ask_for_code(user=asa, mobile=NUMBER, now=NOW)
        ask_for_code(user=bo, mobile=OTHER_NUMBER, now=NOW)
        assert "wrong" in refused(lambda: confirm_mobile(user=bo, code=newest_code(asa), now=NOW))

    def test_a_wrong_one_counts_and_after_five_the_right_one_is_worth_nothing(self, asa: User) -> None:
        ask_for_code(user=asa, mobile=NUMBER, now=NOW)
        right = newest_code(asa)
        said = [refused(lambda: confirm_mobile(user=asa, code=another(right), now=NOW)) for _try in range(MOST_TRIES)]
        assert ["wrong. Check" in reason for reason in said] == [True, True, True, True, False]
        assert "too often" in said[-1]
        assert "too often" in refused(lambda: confirm_mobile(user=asa, code=right, now=NOW))
        asa.refresh_from_db()
        assert (asa.mobile_codes.get().tries, asa.sms_number) == (MOST_TRIES, "")

    def test_who_has_given_no_number_has_no_code_to_enter(self, asa: User) -> None:
        assert "no code to enter" in refused(lambda: confirm_mobile(user=asa, code="000000", now=NOW))


class TestAnotherNumber:
    def test_it_has_to_be_proved_and_the_old_one_gets_nothing_meanwhile(self, asa: User) -> None:
        asa = ask_for_code(user=proved(asa), mobile=OTHER_NUMBER, now=NOW)
        assert (asa.mobile, asa.sms_number) == (OTHER_NUMBER, "")

    def test_the_code_for_the_old_one_does_not_prove_it(self, asa: User) -> None:
        ask_for_code(user=asa, mobile=NUMBER, now=NOW)
        code = newest_code(asa)
        ask_for_code(user=asa, mobile=OTHER_NUMBER, now=NOW)
        assert "wrong" in refused(lambda: confirm_mobile(user=asa, code=code, now=NOW))

    def test_nor_does_a_code_prove_a_number_that_was_put_in_its_place_in_another_way(self, asa: User) -> None:
        """As the release before writes it, while both run."""
        ask_for_code(user=asa, mobile=NUMBER, now=NOW)
        User.objects.filter(pk=asa.pk).update(mobile=OTHER_NUMBER)
        assert "another one" in refused(lambda: confirm_mobile(user=asa, code=newest_code(asa), now=NOW))

    def test_going_back_to_the_one_that_is_proved_takes_no_code(self, asa: User) -> None:
        ask_for_code(user=proved(asa), mobile=OTHER_NUMBER, now=NOW)
        asa = ask_for_code(user=asa, mobile=NUMBER, now=NOW)
        assert asa.sms_number == NUMBER
        assert Message.objects.filter(recipient=NUMBER).count() == 0
        assert not asa.mobile_codes.open().exists()

    def test_what_was_chosen_at_the_old_one_holds_at_it_once_it_is_proved(self, asa: User) -> None:
        choose_topics(addresses=[NUMBER], wanted=[], among=[Topic.REMINDERS], by=asa, now=NOW)
        ask_for_code(user=proved(asa), mobile=OTHER_NUMBER, now=NOW)
        assert TopicChoice.objects.wanted(OTHER_NUMBER, [Topic.REMINDERS]) == [Topic.REMINDERS]
        confirm_mobile(user=asa, code=newest_code(asa), now=NOW)
        assert TopicChoice.objects.wanted(OTHER_NUMBER, [Topic.REMINDERS]) == []

    @pytest.mark.parametrize("wanted", [[], [Topic.REMINDERS]])
    def test_what_was_chosen_at_it_before_stays(self, asa: User, wanted: list[Topic]) -> None:
        opposite = [] if wanted else [Topic.REMINDERS]
        for choice in (opposite, wanted):  # so that both are written down
            choose_topics(addresses=[OTHER_NUMBER], wanted=choice, among=[Topic.REMINDERS], by=asa, now=NOW)
        for choice in (wanted, opposite):
            choose_topics(addresses=[NUMBER], wanted=choice, among=[Topic.REMINDERS], by=asa, now=NOW)
        ask_for_code(user=proved(asa), mobile=OTHER_NUMBER, now=NOW)
        confirm_mobile(user=asa, code=newest_code(asa), now=NOW)
        assert TopicChoice.objects.wanted(OTHER_NUMBER, [Topic.REMINDERS]) == wanted


class TestSomebodyElsesNumber:
    def test_typing_it_looks_the_same_and_takes_nothing_from_her(self, asa: User, bo: User) -> None:
        proved(asa)
        bo = ask_for_code(user=bo, mobile=NUMBER, now=NOW)
        asa.refresh_from_db()
        assert (asa.sms_number, bo.sms_number) == (NUMBER, "")
        assert Message.objects.get().recipient == NUMBER

    def test_who_proves_it_later_has_it_and_for_the_first_it_is_proved_no_longer(self, asa: User, bo: User) -> None:
        """As when an operator gives a number to somebody else."""
        proved(asa)
        ask_for_code(user=bo, mobile=NUMBER, now=NOW)
        confirm_mobile(user=bo, code=newest_code(bo), now=NOW)
        asa.refresh_from_db()
        bo.refresh_from_db()
        assert (asa.mobile, asa.sms_number, bo.sms_number) == (NUMBER, "", NUMBER)
        lapsed = AuditEvent.objects.get(action="user.mobile_lapsed")
        assert (lapsed.target_id, lapsed.actor) == (asa.pk, None)

    def test_the_database_lets_no_number_be_proved_by_two(self, asa: User, bo: User) -> None:
        proved(asa)
        with pytest.raises(IntegrityError):
            proved(bo)


class TestHowOften:
    def ask_until_refused(self, most: int, *, users: list[User], numbers: list[str], every: timedelta) -> str:
        """Ask `most` times, each time as the next and for the next number; return what is said of one more."""
        asks = [(users[n % len(users)], numbers[n % len(numbers)], NOW + n * every) for n in range(most + 1)]
        for user, number, moment in asks[:-1]:
            ask_for_code(user=user, mobile=number, now=moment)
        user, number, moment = asks[-1]
        return refused(lambda: ask_for_code(user=user, mobile=number, now=moment))

    def test_a_number_gets_one_a_minute_whoever_asks(self, asa: User, bo: User) -> None:
        said = self.ask_until_refused(MOST_TO_A_NUMBER[A_MINUTE], users=[asa, bo], numbers=[NUMBER], every=A_SECOND)
        assert "Wait a minute" in said

    def test_a_number_gets_three_an_hour_whoever_asks(self, region: Region) -> None:
        users = [participant(region) for _number in range(4)]
        said = self.ask_until_refused(MOST_TO_A_NUMBER[AN_HOUR], users=users, numbers=[NUMBER], every=2 * A_MINUTE)
        assert "Wait an hour" in said

    def test_a_number_gets_six_a_day_whoever_asks(self, region: Region) -> None:
        users = [participant(region) for _number in range(7)]
        said = self.ask_until_refused(MOST_TO_A_NUMBER[A_DAY], users=users, numbers=[NUMBER], every=AN_HOUR)
        assert "Wait a day" in said

    def test_an_account_asks_four_times_an_hour_whatever_the_numbers(self, asa: User) -> None:
        numbers = [f"+467017406{n}" for n in range(10, 20)]
        said = self.ask_until_refused(MOST_TO_AN_ACCOUNT[AN_HOUR], users=[asa], numbers=numbers, every=A_SECOND)
        assert "Wait an hour" in said

    def test_an_account_asks_eight_times_a_day_whatever_the_numbers(self, asa: User) -> None:
        numbers = [f"+467017406{n}" for n in range(10, 20)]
        said = self.ask_until_refused(MOST_TO_AN_ACCOUNT[A_DAY], users=[asa], numbers=numbers, every=AN_HOUR)
        assert "Wait a day" in said

    def test_removing_the_number_forgets_nothing_of_that(self, asa: User) -> None:
        ask_for_code(user=asa, mobile=NUMBER, now=NOW)
        remove_mobile(user=asa, now=NOW)
        assert "Wait a minute" in refused(lambda: ask_for_code(user=asa, mobile=NUMBER, now=NOW + A_SECOND))

    def test_a_day_later_it_is_forgotten(self, asa: User, bo: User) -> None:
        ask_for_code(user=asa, mobile=NUMBER, now=NOW)
        ask_for_code(user=bo, mobile=OTHER_NUMBER, now=NOW + A_DAY)
        assert [code.number for code in MobileCode.objects.all()] == [OTHER_NUMBER]

    def test_who_is_refused_keeps_the_number_and_the_code_that_she_has(self, asa: User, bo: User) -> None:
        ask_for_code(user=bo, mobile=OTHER_NUMBER, now=NOW)
        ask_for_code(user=asa, mobile=NUMBER, now=NOW)
        refused(lambda: ask_for_code(user=asa, mobile=OTHER_NUMBER, now=NOW + A_SECOND))
        confirm_mobile(user=asa, code=newest_code(asa), now=NOW + A_SECOND)
        asa.refresh_from_db()
        assert asa.sms_number == NUMBER


class TestWhoPays:
    def test_no_code_is_sent_where_no_sms_are(self, asa: User, region: Region) -> None:
        Region.objects.update(sms_parts_per_month=0)
        assert "your region sends none" in refused(lambda: ask_for_code(user=asa, mobile=NUMBER, now=NOW))
        assert not Message.objects.exists()

    def test_nor_without_a_gateway(self, asa: User) -> None:
        with override_settings(SMS_ON=False):
            assert "your region sends none" in refused(lambda: ask_for_code(user=asa, mobile=NUMBER, now=NOW))

    def test_nor_to_one_who_gets_no_reminders(self, region: Region) -> None:
        teacher = RoleAssignmentFactory(role=Role.LECTURER, region=region).user
        assert "your region sends none" in refused(lambda: ask_for_code(user=teacher, mobile=NUMBER, now=NOW))

    def test_nor_when_the_months_are_used_up_but_by_another_region_of_hers(self, asa: User, region: Region) -> None:
        SmsMonth.objects.create(scope=region.pk, month=NOW.date().replace(day=1), parts=500)
        assert "used up" in refused(lambda: ask_for_code(user=asa, mobile=NUMBER, now=NOW))
        second = RegionFactory(sms_parts_per_month=1)
        RoleAssignmentFactory(user=asa, role=Role.PARTICIPANT, region=second)
        ask_for_code(user=asa, mobile=NUMBER, now=NOW)
        assert Message.objects.get().scope == second.pk


class TestRemoving:
    def test_nothing_is_sent_any_more_and_the_code_is_worth_nothing(self, asa: User) -> None:
        ask_for_code(user=proved(asa, OTHER_NUMBER), mobile=NUMBER, now=NOW)
        code = newest_code(asa)
        remove_mobile(user=asa, now=NOW)
        asa.refresh_from_db()
        assert (asa.mobile, asa.proven_mobile) == ("", "")
        assert "no code to enter" in refused(lambda: confirm_mobile(user=asa, code=code, now=NOW))

    def test_the_log_tells_what_was_done_and_no_number(self, asa: User) -> None:
        ask_for_code(user=asa, mobile=NUMBER, now=NOW)
        confirm_mobile(user=asa, code=newest_code(asa), now=NOW)
        remove_mobile(user=asa, now=NOW)
        log = AuditEvent.objects.order_by("created")
        assert [event.action for event in log] == ["user.mobile_given", "user.mobile_proved", "user.mobile_removed"]
        assert "1740605" not in str([(event.before, event.after) for event in log])

    def test_twice_is_as_good_as_once(self, asa: User) -> None:
        proved(asa)
        for _time in range(2):
            remove_mobile(user=asa, now=NOW)
        assert AuditEvent.objects.get().action == "user.mobile_removed"


@pytest.mark.postgresql
@pytest.mark.django_db(transaction=True)
class TestAtOnce:
    def test_who_asks_twice_gets_one_code(self, asa: User) -> None:
        results = at_once([lambda: ask_for_code(user=asa, mobile=NUMBER, now=NOW)] * 4)
        assert sum(isinstance(result, MobileRefused) for result in results) == 3
        assert Message.objects.count() == MobileCode.objects.count() == 1

    def test_many_who_ask_for_one_number_get_it_one_code(self, region: Region) -> None:
        users = [participant(region) for _number in range(5)]
        results = at_once([partial(ask_for_code, user=user, mobile=NUMBER, now=NOW) for user in users])
        assert sum(isinstance(result, MobileRefused) for result in results) == 4
        assert Message.objects.count() == MobileCode.objects.count() == 1
        assert User.objects.filter(mobile=NUMBER).count() == 1

    def test_no_guess_goes_uncounted(self, asa: User) -> None:
        ask_for_code(user=asa, mobile=NUMBER, now=NOW)
        wrong = another(newest_code(asa))
        results = at_once([lambda: confirm_mobile(user=asa, code=wrong, now=NOW)] * (MOST_TRIES + 2))
        assert sum("Koden är fel" in str(result) for result in results) == MOST_TRIES - 1
        assert asa.mobile_codes.get().tries == MOST_TRIES

    def test_a_code_is_used_once(self, asa: User) -> None:
        ask_for_code(user=asa, mobile=NUMBER, now=NOW)
        code = newest_code(asa)
        results = at_once([lambda: confirm_mobile(user=asa, code=code, now=NOW)] * 3)
        assert sum(result is None for result in results) == 1
        assert AuditEvent.objects.filter(action="user.mobile_proved").count() == 1

    def test_of_two_who_prove_one_number_the_later_has_it(self, asa: User, bo: User) -> None:
        ask_for_code(user=asa, mobile=NUMBER, now=NOW)
        ask_for_code(user=bo, mobile=NUMBER, now=NOW + A_MINUTE)
        jobs = [partial(confirm_mobile, user=user, code=newest_code(user), now=NOW + A_MINUTE) for user in (asa, bo)]
        assert at_once(jobs) == [None, None]
        assert User.objects.filter(proven_mobile=NUMBER).count() == 1
        assert AuditEvent.objects.filter(action="user.mobile_lapsed").count() == 1
