"""What the people of the simulator can do, each act a push to the product."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from simulator.messages import Fields
from simulator.pusher import Push, Pusher, PushResult
from simulator.records import Media, Person, QrCode
from simulator.world import World

EVENTS: Mapping[str, str] = {
    "subscribe": "关注",
    "unsubscribe": "取消关注",
    "SCAN": "扫码",
    "CLICK": "点菜单",
    "VIEW": "打开网页",
    "TEMPLATESENDJOBFINISH": "送达回执",
    "subscribe_msg_popup_event": "订阅弹窗",
    "subscribe_msg_sent_event": "订阅通知回执",
}


class Acts(World):
    """A platform whose people act; ``person`` is always an openid, a name or a Person."""

    def __init__(self, *args: Any, **values: Any) -> None:
        super().__init__(*args, **values)
        self.pusher = Pusher(self)

    def add_person(self, openid: str, name: str = "", note: str = "", follows: bool = True) -> Person:
        """Let one more person live here, for tests that need many."""
        return self.state.put(Person(openid, name or openid, note, follows))

    # messages

    def push_text(self, person: str | Person, text: str, **extra: str | int) -> PushResult:
        """Say something; ``extra`` are further fields, such as MsgId or bizmsgmenuid."""
        return self._message(person, "text", {"text": text}, {"Content": text, **extra}, text)

    def push_image(self, person: str | Person, data: bytes, content_type: str = "image/jpeg") -> PushResult:
        """Send a photo."""
        media = self.keep_media("image", content_type, data)
        fields: Fields = {"PicUrl": f"{self.url}/media/{media.id}", "MediaId": media.id}
        return self._message(person, "image", {"media_id": media.id}, fields, "照片")

    def push_voice(self, person: str | Person, data: bytes = b"#!AMR\n") -> PushResult:
        """Send a voice message, without any transcript."""
        media, better = (self.keep_media("voice", "audio/amr", data) for _ in range(2))
        fields: Fields = {"MediaId": media.id, "Format": "amr", "MediaId16K": better.id, "Recognition": ""}
        return self._message(person, "voice", {"media_id": media.id}, fields, "语音")

    def push_location(self, person: str | Person, lat: float, lon: float, label: str) -> PushResult:
        """Send a place."""
        fields: Fields = {"Location_X": lat, "Location_Y": lon, "Scale": 16, "Label": label}
        return self._message(person, "location", {"lat": lat, "lon": lon, "label": label}, fields, "位置")

    def push_item(self, person: str | Person, item: str, text: str) -> PushResult:
        """Tap an item of a menu message: it counts as a tap and arrives as a text."""
        who = self._follower(person)
        self.show(who, "person", "text", {"text": text})
        self.state.windows.open(who.openid, "tap", self.seconds())
        fields: Fields = {"MsgType": "text", "Content": text, "bizmsgmenuid": item}
        return self.pusher.push(who, {**fields, "MsgId": self.fresh_id()}, f"{who.name}：{text}")

    def _message(
        self, person: str | Person, kind: str, shown: dict[str, Any], fields: Fields, what: str
    ) -> PushResult:
        who = self._follower(person)
        self.show(who, "person", kind, shown)
        self.state.windows.open(who.openid, "message", self.seconds())
        return self.pusher.push(
            who, {"MsgType": kind, "MsgId": self.fresh_id(), **fields}, f"{who.name}：{what}"
        )

    def _follower(self, person: str | Person) -> Person:
        who = self.person(person)
        if not who.follows:
            raise ValueError(f"{who.name} does not follow the account and cannot write to it")
        return who

    # events

    def push_event(self, person: str | Person, event: str, **fields: Any) -> PushResult:
        """Push any event with further fields."""
        who = self.person(person)
        what = f"{who.name}：{EVENTS.get(event, event)}"
        return self.pusher.push(who, {"MsgType": "event", "Event": event, **fields}, what)

    def push_click(self, person: str | Person, key: str) -> PushResult:
        """Tap a menu entry of type click."""
        who = self._follower(person)
        self.state.windows.open(who.openid, "tap", self.seconds())
        return self.push_event(who, "CLICK", EventKey=key)

    def push_menu_view(self, person: str | Person, url: str) -> PushResult:
        """Tap a menu entry of type view; the page itself is the phone's business."""
        return self.push_event(self._follower(person), "VIEW", EventKey=url, MenuId=400000001)

    def follow(self, person: str | Person, scene: str | None = None) -> PushResult:
        """Follow the account, perhaps by the QR code of a scene."""
        who = self.state.change(person, follows=True)
        self.state.windows.open(who.openid, "tap", self.seconds())
        self.show(who, "note", "text", {"text": f"您已关注{self.settings.account_name}"})
        if not scene:
            return self.push_event(who, "subscribe", EventKey="")
        return self.push_event(who, "subscribe", EventKey=f"qrscene_{scene}", Ticket=self._ticket(scene))

    def unfollow(self, person: str | Person) -> PushResult:
        """Stop following; from here on nothing reaches the person."""
        who = self.state.change(person, follows=False)
        self.state.windows.close(who.openid)
        self.show(who, "note", "text", {"text": "您已取消关注"})
        return self.push_event(who, "unsubscribe", EventKey="")

    def scan(self, person: str | Person, scene: str) -> PushResult:
        """Scan a QR code: whoever does not follow yet does so by it."""
        who = self.person(person)
        if not who.follows:
            return self.follow(who, scene)
        self.state.windows.open(who.openid, "tap", self.seconds())
        return self.push_event(who, "SCAN", EventKey=scene, Ticket=self._ticket(scene))

    def _ticket(self, scene: str) -> str:
        made = [code.ticket for code in self.state.qrcodes.values() if code.scene == scene]
        return made[-1] if made else f"gQSim{scene.encode().hex()}"

    def block(self, person: str | Person, blocked: bool = True) -> Person:
        """Refuse the account's messages, or take them again."""
        return self.state.change(person, blocked=blocked)

    def give_credit(self, person: str | Person, template_id: str, accept: bool = True) -> PushResult:
        """Agree to one subscription notification (or refuse it), as the popup in a page does."""
        who = self.person(person)
        if accept:
            key = f"{who.openid}|{template_id}"
            with self.state.lock:
                self.state.credits[key] = self.state.credits.get(key, 0) + 1
        answer = {
            "TemplateId": template_id,
            "SubscribeStatusString": "accept" if accept else "reject",
            "PopupScene": 1,
        }
        return self.push_event(who, "subscribe_msg_popup_event", SubscribeMsgPopupEvent={"List": answer})

    # the rest

    def push_again(self, push: Push) -> PushResult:
        """Deliver a push once more although it was answered."""
        return self.pusher.deliver(push)

    def verify_callback(self) -> bool:
        """Ask the product to prove that the callback is its own."""
        return self.pusher.verify()

    def keep_media(self, kind: str, content_type: str, data: bytes) -> Media:
        """Keep a picture or recording and give it an id."""
        media = Media(f"sim{self.fresh_id()}", kind, content_type, self.seconds())
        self.state.store_media(media, data)
        return media

    def add_qrcode(self, code: QrCode) -> QrCode:
        """Keep a QR code that was made."""
        with self.state.lock:
            self.state.qrcodes[code.ticket] = code
            self.state.touch()
        return code
