"""Puts pictures together for page and chat: what stands on them, drawn apart, kept in a folder."""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass
from functools import partial
from typing import TYPE_CHECKING, Any

from bot.errors import SettingsError
from bot.language.cutting import words_of
from cli.closing import leave_news
from content.models import Campaign
from pictures.drawer import Gallery, font_fault
from rules.certificates import Held, certificate_words, poster_words
from scheduler.picture_job import PictureSender
from store.stores import Storage

if TYPE_CHECKING:
    from app import Parts
    from bot.settings import Settings

_NAME = re.compile(r"poster/(\d{1,4})|certificate/([2-9A-Z-]{14})")


@dataclass(frozen=True, slots=True)
class Piece:
    """One picture: what stands on it, and whose it is."""

    order: dict[str, Any]
    owner: str = ""


@dataclass(frozen=True, slots=True)
class Studio:
    """All pictures of one campaign."""

    storage: Storage
    campaign: Campaign
    gallery: Gallery
    page: str  # where a QR code leads until the account's own is known

    def certificates(self, user: str) -> tuple[Held, ...]:
        """What somebody has passed."""
        with self.storage.transaction(self.campaign.id) as stores:
            return stores.certificates.of(user)

    def find(self, user: str, picture: str) -> Piece | None:
        """A picture by its name: a poster is anybody's, a certificate only whose it is."""
        found = _NAME.fullmatch(picture)
        if found is None:
            return None
        return self._poster(int(found[1])) if found[1] else self._certificate(user, found[2])

    def ready(self, piece: Piece) -> bytes | None:
        """The picture if it is drawn; else it will be in a moment, and nobody waits here."""
        kept = self.gallery.kept(piece.order, piece.owner)
        if kept is None:
            self.gallery.begin(piece.order, piece.owner)
        return kept

    def draw(self, user: str, picture: str) -> bytes | None:
        """The picture, drawn now where it is not there; nothing where there is no such picture."""
        piece = self.find(user, picture)
        return None if piece is None else self.gallery.get(piece.order, piece.owner)

    def forget(self, user: str) -> None:
        """Delete somebody's certificates as they were drawn, and what they had ordered."""
        with self.storage.transaction(self.campaign.id) as stores:
            self.gallery.forget(stores.certificates.owner(user))
            stores.pictures.forget(user)

    def _poster(self, number: int) -> Piece | None:
        if not 1 <= number <= len(self.campaign.slogans.items):
            return None
        with self.storage.transaction(self.campaign.id) as stores:
            link = stores.pictures.account_link() or self.page
        return Piece(poster_words(self.campaign, number, link, words_of))

    def _certificate(self, user: str, number: str) -> Piece | None:
        with self.storage.transaction(self.campaign.id) as stores:
            held = next((one for one in stores.certificates.of(user) if one.number == number), None)
            if held is None:
                return None
            name = stores.players.of(user).printed
            link = stores.pictures.account_link() or self.page
            owner = stores.certificates.owner(user)
        return Piece(certificate_words(self.campaign, held, name, link), owner)


def build_studio(storage: Storage, campaign: Campaign, settings: Settings) -> Studio:
    """The studio with its folder beside the other data."""
    gallery = Gallery(settings.data_dir.resolve() / "pictures", settings.font_file)
    return Studio(storage, campaign, gallery, f"{settings.base_url}/p/")


def picture_sender(parts: Parts, now: Callable[[], Any]) -> PictureSender:
    """What sends pictures in chat."""
    with parts.storage.transaction(parts.campaign.id) as stores:
        orders = stores.pictures
    wechat = parts.wechat
    return PictureSender(
        orders,
        last_said=parts.turns.last_said,
        now=now,
        draw=parts.studio.draw,
        upload=lambda data: wechat.upload_image("picture", data),
        send=wechat.send_image,
        account=parts.settings.wechat_app_id,
        account_link=wechat.qr_content,
        tell=partial(leave_news, parts.turns),
    )


def check_font(settings: Settings) -> None:
    """Refuse the start where no Chinese font is there, with the sentence that says what to install."""
    fault = font_fault(settings.font_file)
    if fault:
        raise SettingsError(fault)
