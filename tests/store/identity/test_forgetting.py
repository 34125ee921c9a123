from store.identity.forgetting import Forgettings
from store.stores import Storage
from tests.conftest import SetClock
from tests.store.reporting import AT, dump


def test_a_wish_is_written_once_and_can_not_be_read(storage: Storage) -> None:
    wishes = Forgettings(storage)
    wishes.ask("oAlice", "all", AT)
    wishes.ask("oAlice", "all", AT)
    (wish,) = wishes.due(storage.clock())
    assert (wish.user, wish.scope, wish.done) == ("oAlice", "all", ())
    assert wishes.open("oAlice")
    assert not wishes.open("oBob")
    assert "oAlice" not in dump(storage.identity)


def test_leaving_and_wishing_are_two(storage: Storage) -> None:
    wishes = Forgettings(storage)
    wishes.ask("oAlice", "unfollow", AT)
    wishes.ask("oAlice", "all", AT)
    assert {wish.scope for wish in wishes.due(storage.clock())} == {"unfollow", "all"}


def test_steps_are_remembered_and_the_rest_comes_later(storage: Storage, clock: SetClock) -> None:
    wishes = Forgettings(storage)
    wishes.ask("oAlice", "all", AT)
    (wish,) = wishes.due(clock())
    wishes.did(wish, "links")
    wishes.did(wish, "links")
    wishes.later(wish, "redis: Unavailable", clock())
    assert wishes.due(clock()) == ()
    clock.forward(minutes=2)
    (again,) = wishes.due(clock())
    assert (again.done, again.tries) == (("links",), 1)


def test_a_wish_that_is_done_forgets_who_it_was(storage: Storage, clock: SetClock) -> None:
    wishes = Forgettings(storage)
    wishes.ask("oAlice", "all", AT)
    (wish,) = wishes.due(clock())
    wishes.finish(wish, clock())
    assert not wishes.open("oAlice")
    clock.forward(days=1)
    assert wishes.due(clock()) == ()
    wishes.ask("oAlice", "all", AT)
    assert wishes.open("oAlice")
