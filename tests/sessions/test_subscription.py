"""The page on which one gets, changes and ends the address of one's calendar."""

from concurrent.futures import ThreadPoolExecutor
from threading import Barrier
from typing import Any

import pytest
from django.db import connection
from django.test import Client
from django.urls import reverse
from pytest_django import Settings

from accounts.choices import Role
from accounts.models import User
from audit.models import AuditEvent
from common.tokens import hash_of
from sessions import actions
from sessions.calendars.feeds import address_of, token_of
from sessions.exceptions import FeedRefused
from sessions.models import CalendarFeed
from tests.factories import (
    NOW,
    CalendarFeedFactory,
    MunicipalityFactory,
    RegionFactory,
    RoleAssignmentFactory,
    administrator,
    coordinator,
    lecturer,
)

pytestmark = pytest.mark.django_db


@pytest.fixture
def siv(client: Client) -> User:
    """A coordinator, logged in."""
    user = coordinator(RegionFactory())
    client.force_login(user)
    return user


def page(client: Client) -> Any:
    return client.get(reverse("sessions:subscription"))


def press(client: Client, button: str) -> str:
    """Press a button and return the page that follows."""
    return str(client.post(reverse(f"sessions:{button}"), follow=True).content.decode())


def test_there_is_no_address_until_one_is_asked_for(client: Client, siv: User) -> None:
    assert b"/kalender/" not in page(client).content
    assert not CalendarFeed.objects.exists()


def test_whoever_asks_gets_an_address_that_answers(client: Client, siv: User) -> None:
    shown = press(client, "subscribe")
    address = address_of(CalendarFeed.objects.get(user=siv))
    assert address in shown
    assert address.replace("https:", "webcal:").replace("http:", "webcal:") in shown
    assert Client().get(address).status_code == 200


def test_the_address_can_be_shown_again_though_only_its_hash_is_kept(client: Client, siv: User) -> None:
    press(client, "subscribe")
    feed = CalendarFeed.objects.get()
    assert feed.token_hash == hash_of(token_of(feed))
    assert address_of(feed) in page(client).content.decode()


def test_a_new_address_replaces_the_old(client: Client, siv: User) -> None:
    press(client, "subscribe")
    old = address_of(CalendarFeed.objects.get())
    shown = press(client, "renew_subscription")
    new = address_of(CalendarFeed.objects.get())
    assert new in shown
    assert old not in shown
    assert (Client().get(old).status_code, Client().get(new).status_code) == (404, 200)


def test_turned_off_and_on_again_it_has_another_address(client: Client, siv: User) -> None:
    press(client, "subscribe")
    old = address_of(CalendarFeed.objects.get())
    assert old not in press(client, "end_subscription")
    assert Client().get(old).status_code == 404
    assert old not in press(client, "subscribe")
    assert Client().get(old).status_code == 404


def test_asking_twice_gives_the_same_address(client: Client, siv: User) -> None:
    press(client, "subscribe")
    press(client, "subscribe")
    assert CalendarFeed.objects.count() == 1


def test_each_role_has_its_own_address(client: Client, siv: User) -> None:
    RoleAssignmentFactory(user=siv, role=Role.MANAGER, municipality=MunicipalityFactory())
    press(client, "subscribe")
    client.post(reverse("accounts:switch_role"), {"role": siv.role_assignments.get(role=Role.MANAGER).pk})
    assert address_of(CalendarFeed.objects.get()) not in page(client).content.decode()
    press(client, "subscribe")
    assert set(CalendarFeed.objects.values_list("role", flat=True)) == {Role.COORDINATOR, Role.MANAGER}


def test_who_acts_as_administrator_is_shown_the_calendar_of_her_other_role(client: Client) -> None:
    user = administrator()
    RoleAssignmentFactory(user=user, role=Role.LECTURER, region=RegionFactory())
    client.force_login(user)
    client.post(reverse("accounts:switch_role"), {"role": user.role_assignments.get(role=Role.ADMINISTRATOR).pk})
    press(client, "subscribe")
    assert CalendarFeed.objects.get().role == Role.LECTURER


def test_after_a_change_of_the_secret_key_the_old_address_works_but_cannot_be_shown(
    client: Client, siv: User, settings: Settings
) -> None:
    press(client, "subscribe")
    old = address_of(CalendarFeed.objects.get())
    settings.SECRET_KEY = "another" * 10
    client.force_login(siv)
    shown = page(client).content.decode()
    assert "Din prenumeration fungerar" in shown
    assert "/kalender/" not in shown
    assert Client().get(old).status_code == 200


def test_it_is_reached_from_the_menu(client: Client, siv: User) -> None:
    assert reverse("sessions:subscription") in client.get(reverse("accounts:profile")).content.decode()


@pytest.mark.postgresql
@pytest.mark.django_db(transaction=True)
def test_asked_for_twice_at_the_same_moment_there_is_one_address() -> None:
    user = coordinator(RegionFactory())
    both = Barrier(2)

    def ask(_: int) -> str:
        try:
            connection.ensure_connection()
            both.wait()
            return address_of(actions.open_feed(role=Role.COORDINATOR, by=user, now=NOW))
        finally:
            connection.close()

    with ThreadPoolExecutor(2) as pool:
        assert len(set(pool.map(ask, range(2)))) == 1
    assert CalendarFeed.objects.count() == 1


class TestActions:
    def test_a_role_one_does_not_have_is_refused(self) -> None:
        with pytest.raises(FeedRefused):
            actions.open_feed(role=Role.COORDINATOR, by=lecturer(RegionFactory()), now=NOW)

    def test_a_role_without_sessions_is_refused(self) -> None:
        with pytest.raises(FeedRefused):
            actions.open_feed(role=Role.ADMINISTRATOR, by=administrator(), now=NOW)

    def test_nobody_renews_or_closes_what_is_somebody_elses(self) -> None:
        feed, other = CalendarFeedFactory(), coordinator(RegionFactory())
        with pytest.raises(FeedRefused):
            actions.renew_feed(feed=feed, by=other, now=NOW)
        with pytest.raises(FeedRefused):
            actions.close_feed(feed=feed, by=other, now=NOW)
        assert CalendarFeed.objects.active().get() == feed

    def test_what_has_ended_gets_no_new_address(self) -> None:
        feed = CalendarFeedFactory(revoked=NOW)
        with pytest.raises(FeedRefused):
            actions.renew_feed(feed=feed, by=feed.user, now=NOW)

    def test_every_step_is_in_the_log_without_the_secret(self) -> None:
        user = coordinator(RegionFactory())
        feed = actions.open_feed(role=Role.COORDINATOR, by=user, now=NOW)
        first = token_of(feed)
        feed = actions.renew_feed(feed=feed, by=user, now=NOW)
        actions.close_feed(feed=feed, by=user, now=NOW)
        events = AuditEvent.objects.filter(target_id=feed.pk)
        assert {event.action for event in events} == {
            "calendar_feed.opened",
            "calendar_feed.renewed",
            "calendar_feed.closed",
        }
        logged = str(list(events.values()))
        assert first not in logged
        assert token_of(feed) not in logged
