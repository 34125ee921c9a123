from collections.abc import Callable, Collection
from datetime import timedelta

import pytest

from rules.report import Consent
from store.identity.links import Links
from store.reports import filed_links
from store.stores import Storage
from tests.conftest import SetClock
from tests.store.reporting import AT, CAMPAIGN, dump, file_one

CONSENT = Consent("contact", "宁夏回族自治区应急管理厅", "我同意…", "1", AT.isoformat())


def links_of(storage: Storage) -> Links:
    return Links(storage)


def filed(storage: Storage) -> Callable[[Collection[str]], Collection[str]]:
    def ask(tokens: Collection[str]) -> Collection[str]:
        with storage.transaction(CAMPAIGN) as stores:
            return filed_links(stores.session, tokens)

    return ask


def test_a_reporter_is_found_again_and_can_not_be_read(storage: Storage) -> None:
    links = links_of(storage)
    links.link("t1", "oAlice", reach=True, name="王小明", phone="13800001234", consents=[CONSENT])
    assert links.tokens_of("oAlice") == ("t1",)
    assert links.tokens_of("oBob") == ()
    left = dump(storage.identity)
    assert all(value not in left for value in ("oAlice", "王小明", "13800001234"))
    assert dump(storage.case).count("t1") == 0


def test_who_leaves_nothing_is_not_kept_by_openid(storage: Storage) -> None:
    links = links_of(storage)
    links.link("t1", "oAlice")
    assert not links.reachable("t1")
    assert not links.words.add("t1", "k", text="x", number="0616-001", phrase="已转交")


def test_the_last_word_on_one_report_counts(storage: Storage) -> None:
    links = links_of(storage)
    links.link("t1", "oAlice", reach=True, name="王小明", phone="13800001234", consents=[CONSENT])
    links.link("t1", "oAlice")
    assert links.tokens_of("oAlice") == ("t1",)
    assert links.named("oAlice") == 0


def test_the_contact_is_given_only_with_reason_and_consent_and_every_look_stays(storage: Storage) -> None:
    links = links_of(storage)
    links.link("t1", "oAlice", reach=True, name="王小明", phone="13800001234", consents=[CONSENT])
    with pytest.raises(ValueError, match="为什么"):
        links.consented_contact("t1", who="office:li", reason="", at=AT)
    contact = links.consented_contact("t1", who="office:li", reason="核实", at=AT)
    assert contact is not None
    assert (contact.name, contact.phone, contact.recipient) == (
        "王小明",
        "13800001234",
        "宁夏回族自治区应急管理厅",
    )
    assert links.withdraw_consent("oAlice", AT) == 1
    assert links.consented_contact("t1", who="office:li", reason="再核实", at=AT) is None
    links.forget("oAlice")
    assert [reason for _, _, reason in links.looks("t1")] == ["核实", "再核实"]


def test_a_name_without_consent_is_given_to_nobody(storage: Storage) -> None:
    links = links_of(storage)
    links.link("t1", "oAlice", reach=True, name="王小明", phone="13800001234")
    assert links.consented_contact("t1", who="office:li", reason="核实", at=AT) is None


def test_a_link_without_case_is_swept_after_a_day(storage: Storage, clock: SetClock) -> None:
    links = links_of(storage)
    file_one(storage)
    with storage.transaction(CAMPAIGN) as stores:
        token = stores.reports.origin("oAlice", "d1").link
    links.link(token, "oAlice")
    links.link("left behind", "oBob")
    assert links.sweep(filed(storage)) == 0
    clock.forward(hours=25)
    assert links.sweep(filed(storage)) == 1
    assert links.tokens_of("oAlice") == (token,)
    assert links.tokens_of("oBob") == ()


def test_a_settled_link_stays(storage: Storage, clock: SetClock) -> None:
    links = links_of(storage)
    links.link("t1", "oAlice")
    links.settle("t1")
    clock.forward(days=3)
    assert links.sweep(lambda tokens: ()) == 0


def test_forgetting_takes_links_and_words(storage: Storage) -> None:
    links = links_of(storage)
    links.link("t1", "oAlice", reach=True)
    assert links.words.add("t1", "k1", text="有新进展", number="0616-001", phrase="已转交")
    assert links.forget("oAlice") == 1
    assert links.forget("oAlice") == 0
    assert links.words.claim("a", storage.clock()) is None


def test_releasing_a_withdrawn_report_leaves_only_that_it_was_theirs(storage: Storage) -> None:
    links = links_of(storage)
    links.link("t1", "oAlice", reach=True, name="王小明", phone="13800001234", consents=[CONSENT])
    links.release("t1")
    assert links.tokens_of("oAlice") == ("t1",)
    assert not links.reachable("t1")
    assert links.named("oAlice") == 0


def test_a_word_goes_once_to_whoever_wants_to_hear(storage: Storage, clock: SetClock) -> None:
    links = links_of(storage)
    links.link("t1", "oAlice", reach=True)
    assert links.words.add("t1", "k1", text="有新进展", number="0616-001", phrase="已转交")
    assert not links.words.add("t1", "k1", text="有新进展", number="0616-001", phrase="已转交")
    word = links.words.claim("a", clock())
    assert word is not None
    assert (word.openid, word.text, word.number, word.phrase) == ("oAlice", "有新进展", "0616-001", "已转交")
    assert links.words.claim("b", clock()) is None
    assert links.words.accepted(word)
    assert "有新进展" not in dump(storage.identity)


def test_a_word_that_was_not_sent_comes_again(storage: Storage, clock: SetClock) -> None:
    links = links_of(storage)
    links.link("t1", "oAlice", reach=True)
    links.words.add("t1", "k1", text="x", number="n", phrase="p")
    word = links.words.claim("a", clock())
    assert word is not None
    links.words.retry(word, "busy", clock())
    assert links.words.claim("a", clock()) is None
    assert links.words.claim("a", clock() + timedelta(minutes=2)) is not None


def test_a_dead_sender_leaves_a_word_unknown(storage: Storage, clock: SetClock) -> None:
    links = links_of(storage)
    links.link("t1", "oAlice", reach=True)
    links.words.add("t1", "k1", text="x", number="n", phrase="p")
    links.words.claim("a", clock())
    clock.forward(minutes=5)
    assert links.words.settle_lost(clock()) == 1
    assert links.words.claim("a", clock()) is None
