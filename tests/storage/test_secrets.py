"""The contract of a secret store, held by every one of them. The keyring is a real daemon."""

from collections.abc import Callable, Iterator

import pytest

from crosstrade_desk.storage.secrets import Absent, Locked, NoKeyring, NotAnswering, RefusedStore
from support.secret_service import secret_service


@pytest.fixture(params=["memory", "keyring", "keyring on qasync"])
def store(request: pytest.FixtureRequest, child: Callable[..., object]) -> Iterator[object]:
    kind, _, loop = request.param.partition(" on ")
    if kind == "memory":
        yield child("memory", {})
        return
    with secret_service("unlocked") as service:
        yield child("keyring", service.env, loop=loop or "asyncio")


def test_what_was_never_saved_is_absent(store):
    assert store.state("read") == "Absent"


def test_what_was_saved_is_read_back(store):
    assert store.state("write", ending="-1") == "Stored"
    assert store.ask("read")["ending"] == "-1"


def test_saving_again_replaces(store):
    store.ask("write", ending="-1")
    assert store.state("write", ending="-2") == "Stored"
    assert store.ask("read")["ending"] == "-2"


def test_the_two_entries_are_kept_apart(store):
    store.ask("write", "KEY", "-key")
    store.ask("write", "ADDRESS", "-address")
    store.ask("forget", "KEY")
    assert store.state("read", "KEY") == "Absent"
    assert store.ask("read", "ADDRESS")["ending"] == "-address"


def test_what_was_forgotten_is_absent(store):
    store.ask("write")
    assert store.state("forget") == "Forgotten"
    assert store.state("read") == "Absent"


def test_forgetting_what_was_never_saved_is_no_failure(store):
    assert store.state("forget") == "Forgotten"


def test_text_of_any_language_is_kept_whole(store):
    store.ask("write", ending="-zażółć-🔑" + "x" * 2000)
    assert store.ask("read")["ending"] == "-zażółć-🔑" + "x" * 2000


def test_the_store_has_a_name_and_shows_no_secret(store):
    store.ask("write")
    assert store.ask("name")["text"]
    assert "MARKER" not in store.ask("read")["text"]


def test_the_process_ends_clean(store):
    store.ask("write")
    assert store.end() == ""


@pytest.mark.parametrize("state", [Absent(), Locked(), NoKeyring(), RefusedStore("It failed."), NotAnswering("60 s.")])
def test_every_state_that_gives_no_secret_says_what_happened_and_how_to_go_on(state):
    assert state.sentence.endswith(".")
    assert state.way_on.endswith(".")
