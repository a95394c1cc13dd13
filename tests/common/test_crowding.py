"""Places for costly work, which all processes of a machine share."""

import multiprocessing
from concurrent.futures import ThreadPoolExecutor
from contextlib import ExitStack
from multiprocessing.connection import Connection
from pathlib import Path

import pytest
from pytest_django import Settings

from common.crowding import Crowded, one_of


@pytest.fixture(autouse=True)
def _places(settings: Settings, tmp_path: Path) -> None:
    settings.VAR_DIR = tmp_path


def hold(told: Connection) -> None:
    with one_of(1, "reading"):
        told.send("held")
        told.recv()  # for ever


def test_there_are_as_many_as_said_and_each_is_free_again_afterwards() -> None:
    for _time in range(2):
        with ExitStack() as held:
            for _place in range(3):
                held.enter_context(one_of(3, "reading"))
            with pytest.raises(Crowded), one_of(3, "reading"):
                raise AssertionError("there was a fourth")


def test_other_work_has_places_of_its_own() -> None:
    with one_of(1, "reading"), one_of(1, "writing"):
        pass


def test_threads_share_them_too() -> None:
    def taken() -> bool:
        try:
            with one_of(1, "reading"):
                return False
        except Crowded:
            return True

    with one_of(1, "reading"), ThreadPoolExecutor(1) as thread:
        assert thread.submit(taken).result()


def test_one_is_free_when_its_holder_was_killed_or_failed() -> None:
    here, there = multiprocessing.Pipe()
    process = multiprocessing.get_context("fork").Process(target=hold, args=[there])
    process.start()
    assert here.recv() == "held"
    with pytest.raises(Crowded), one_of(1, "reading"):
        raise AssertionError("it was held by another process")
    process.kill()
    process.join()
    with pytest.raises(ZeroDivisionError), one_of(1, "reading"):
        raise ZeroDivisionError
    with one_of(1, "reading"):
        pass
