from scheduler.report_jobs import report_jobs
from store.identity.forgetting import Forgettings
from store.identity.links import Links
from store.stores import Storage
from tests.conftest import SetClock
from tests.scheduler.conftest import Recording
from tests.store.reporting import AT, CAMPAIGN, file_one


def test_the_jobs_together_bring_a_report_on_its_way(storage: Storage, clock: SetClock) -> None:
    mail, chat, forgotten = Recording("mail"), Recording("customer_service"), list[str]()
    jobs = report_jobs(
        storage,
        CAMPAIGN,
        "a",
        download=lambda media: media.encode(),
        clean=bytes.upper,
        mail=mail,
        tellers={"report": [chat], "prize": [chat]},
        last_said=lambda openid: clock(),
        forget_record=lambda wish: forgotten.append(wish.user),
        campaigns=(CAMPAIGN, "gusu-2020"),
    )
    file_one(storage)
    links = Links(storage)
    with storage.transaction(CAMPAIGN) as stores:
        links.link(stores.reports.origin("oAlice", "d1").link, "oAlice", reach=True)
        token = stores.photos.token("oAlice", "m1")
        stores.photos.want(token, "m1", clock(), "oAlice")
        stores.outbox.add("report:0616-001", "office@example.cn", "收到", "编号")
    links.words.add(links.tokens_of("oAlice")[0], "k", text="x", number="0616-001", phrase="已转交")
    Forgettings(storage).ask("oBob", "all", AT)
    assert [job.name for job in jobs] == ["photos", "mails", "words", "forget", "sweep"]
    for job in jobs:
        job.work()
    assert (storage.photos / f"{token}.jpg").read_bytes() == b"M1"
    assert (len(mail.sent), len(chat.sent), forgotten) == (1, 1, ["oBob"])


def test_without_a_mail_server_no_mail_is_tried(storage: Storage) -> None:
    jobs = report_jobs(
        storage,
        CAMPAIGN,
        "a",
        download=lambda media: b"",
        clean=bytes.upper,
        mail=None,
        tellers={"report": [], "prize": []},
        last_said=lambda openid: None,
        forget_record=lambda wish: None,
        campaigns=(CAMPAIGN,),
    )
    assert "mails" not in [job.name for job in jobs]
