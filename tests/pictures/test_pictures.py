"""Certificates and posters: every text fits, every sign is in the font, no red, small files, and a font that is missed."""

from __future__ import annotations

import io
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
import segno
from PIL import Image

from bot.language.cutting import words_of
from content.loader import available_campaigns, load
from pictures import certificate, poster
from pictures.canvas import Canvas
from pictures.certificate import Certificate
from pictures.draw import draw
from pictures.fonts import MISSING, Fonts, NoFont, find
from pictures.layout import Block, fit, fit_all, joined, signs, width_of
from pictures.poster import Poster

LARGEST = 300 * 1024
LINK = "http://weixin.qq.com/q/02nXu9pGQkddU10000w07k"
CERTIFICATE = Certificate(
    name="李敏",
    passed="通过安全知识考试",
    result="20题答对18题",
    done=18,
    total=20,
    day="2020年6月18日",
    event="2020年宁夏“安全生产月”",
    theme="消除事故隐患，筑牢安全防线",
    organiser="自治区安委会办公室",
    number="K7QM-2XHD-9RTW",
    link=LINK,
)
POSTER = Poster(
    phrases=[["消除事故隐患"], ["筑牢安全防线"]],
    theme=CERTIFICATE.theme,
    event=CERTIFICATE.event,
    organiser=CERTIFICATE.organiser,
    link=LINK,
)


@pytest.fixture(scope="module")
def fonts() -> Fonts:
    return find()


def picture(data: bytes) -> Image.Image:
    return Image.open(io.BytesIO(data)).convert("RGB")


def check_width(block: Block, most: int) -> None:
    assert block.lines
    for line in block.lines:
        assert width_of(line, block.face, block.size) <= most, line


def test_every_slogan_of_every_campaign_fits_in_large_type_and_loses_nothing(fonts: Fonts) -> None:
    slogans = {slogan for name in available_campaigns() for slogan in load(name).slogans.items}
    assert len(slogans) >= 28  # most campaigns have the same
    for slogan in slogans:
        phrases = [words_of(part) for part in slogan.split()]
        block = poster.lay_out(replace(POSTER, phrases=phrases), fonts).slogan
        assert "".join(block.lines) == "".join(slogan.split())
        assert block.size >= 88, slogan
        assert block.height <= 620
        check_width(block, 900)


def test_a_slogan_breaks_where_its_phrases_end(fonts: Fonts) -> None:
    phrases = [[phrase] for phrase in ("多看一眼", "安全保险", "多防一步", "少出事故")]
    assert poster.lay_out(replace(POSTER, phrases=phrases), fonts).slogan.lines == (
        "多看一眼", "安全保险", "多防一步", "少出事故",
    )  # fmt: skip


def test_a_long_phrase_breaks_between_words_and_not_within_a_quotation(fonts: Fonts) -> None:
    slogan = "深入开展第19个全国“安全生产月”和“安全生产万里行”活动"
    lines = poster.lay_out(replace(POSTER, phrases=[words_of(slogan)]), fonts).slogan.lines
    assert any("“安全生产月”" in line for line in lines)
    assert any("“安全生产万里行”" in line for line in lines)
    assert any("第19个" in line for line in lines)


def test_a_slogan_of_no_words_that_can_be_broken_still_fits(fonts: Fonts) -> None:
    block = poster.lay_out(replace(POSTER, phrases=[["安全" * 40]]), fonts).slogan
    assert "".join(block.lines) == "安全" * 40
    check_width(block, 900)


ORGANISER = "姑苏区民政和卫生健康局安全生产委员会办公室及各街道综合治理局"
each_theme = pytest.mark.parametrize(
    "theme",
    ["生命至上", "人人讲安全、个个会应急，关键时刻能救命，筑牢安全发展的人民防线", "筑牢安全防线" * 8],
)


@pytest.mark.parametrize("name", ["甲", "阿卜杜拉·买买提明", "WWWWWWWWWW", "龘龘龘龘龘龘龘龘龘龘"])
@each_theme
def test_long_names_themes_and_organisers_fit(fonts: Fonts, name: str, theme: str) -> None:
    blocks = certificate.lay_out(replace(CERTIFICATE, name=name, theme=theme, organiser=ORGANISER), fonts)
    for block in (blocks.name, blocks.event, blocks.passed, blocks.result, blocks.theme):
        check_width(block, 816)
    check_width(blocks.issuer, 542)
    assert "".join(blocks.issuer.lines) == f"由{ORGANISER}的安全月助手生成"
    assert blocks.theme.height <= 120
    assert "".join(blocks.theme.lines).replace("，", "") == theme.replace("，", "")


@each_theme
def test_long_themes_and_organisers_fit_below_a_slogan(fonts: Fonts, theme: str) -> None:
    below = poster.lay_out(replace(POSTER, theme=theme, organiser=ORGANISER), fonts)
    check_width(below.theme, 624)
    assert below.theme.height + below.organiser.height <= 312 - 58


def test_every_campaign_stands_on_both_pictures(fonts: Fonts) -> None:
    for campaign in map(load, available_campaigns()):
        event = f"2020年{campaign.welcome.audience}“安全生产月”"
        whose = {"event": event, "theme": campaign.theme.text, "organiser": campaign.organiser}
        blocks = certificate.lay_out(Certificate(**{**plain(CERTIFICATE), **whose}), fonts)
        assert (len(blocks.event.lines), len(blocks.theme.lines)) == (1, 1)
        assert blocks.issuer.lines[-1].endswith("的安全月助手生成")
        assert len(draw({"kind": "poster", **plain(POSTER), **whose}, fonts)) < LARGEST


def test_the_font_has_every_sign_that_we_draw(fonts: Fonts) -> None:
    texts = [
        certificate.TITLE,
        certificate.NOT_OFFICIAL,
        certificate.SCAN,
        "活动主题编号这位朋友由的安全月助手生成",
    ]
    for campaign in map(load, available_campaigns()):
        texts += [campaign.theme.text, campaign.organiser, campaign.welcome.audience, *campaign.slogans.items]
    for text in texts:
        assert not fonts.plain.lacks(text)
        assert not fonts.bold.lacks(text)


def test_a_sign_that_the_font_has_not_is_found(fonts: Fonts) -> None:
    assert fonts.plain.lacks("安全🧯生产") == "🧯"


def test_a_name_that_cannot_be_drawn_is_not_drawn_as_boxes(fonts: Fonts) -> None:
    order = {"kind": "certificate", **plain(CERTIFICATE)}
    assert draw({**order, "name": "小🧯"}, fonts) == draw({**order, "name": "这位朋友"}, fonts)
    assert draw({**order, "name": "小红"}, fonts) != draw({**order, "name": "这位朋友"}, fonts)


def test_the_certificate_is_small_upright_and_without_red(fonts: Fonts) -> None:
    data = certificate.draw(CERTIFICATE, fonts)
    image = picture(data)
    assert (image.size, len(data) < LARGEST) == ((1080, 1527), True)
    assert _red(image) == 0


@pytest.mark.parametrize("number", range(len(poster.LOOKS)))
def test_the_poster_is_small_upright_without_red_and_easy_to_read(fonts: Fonts, number: int) -> None:
    data = poster.draw(replace(POSTER, number=number), fonts)
    image, look = picture(data), poster.LOOKS[number]
    assert (image.size, len(data) < LARGEST) == ((1080, 1440), True)
    assert _red(image) == 0
    assert _contrast(look.ground, look.slogan) >= 4.5
    assert _contrast(look.ground, look.second) >= 4.5


def test_as_many_bricks_are_laid_as_answers_were_right(fonts: Fonts) -> None:
    def laid(done: int) -> int:
        image = picture(certificate.draw(replace(CERTIFICATE, done=done), fonts)).crop((200, 790, 880, 900))
        return sum(count for count, colour in image.getcolors(100_000) or [] if colour == (14, 90, 115))

    all_of_them, eighteen, sixteen = laid(20), laid(18), laid(16)
    assert all_of_them > eighteen > sixteen > 10_000
    assert abs((all_of_them - eighteen) - (eighteen - sixteen)) < 200


def test_the_code_holds_the_link_module_by_module() -> None:
    sheet = Canvas(400, 400, "#0E5A73")
    sheet.smooth()
    side = sheet.code(LINK, 20, 30, 300)
    image, rows = picture(sheet.png()), [list(row) for row in segno.make(LINK, error="m", micro=False).matrix]
    module = side // (len(rows) + 8)
    for y, row in enumerate(rows):
        for x, dark in enumerate(row):
            where = (20 + (x + 4) * module + module // 2, 30 + (y + 4) * module + module // 2)
            assert (image.getpixel(where) == (255, 255, 255)) is not bool(dark)
    quiet = {image.getpixel((20 + at, 30 + module)) for at in range(side)}
    assert quiet == {(255, 255, 255)}


def test_the_code_is_large_enough_to_be_scanned_from_a_screen(fonts: Fonts) -> None:
    sheet = Canvas(400, 400, "#FFFFFF")
    sheet.smooth()
    long = "https://anquan.yingji.xumingsi.example.gov.cn/p/"
    rows = len(list(segno.make(long, error="m", micro=False).matrix))
    assert sheet.code(long, 0, 0, 236) // (rows + 8) >= 5
    assert fonts


def test_without_any_font_the_sentence_says_what_to_install(tmp_path: Path) -> None:
    with pytest.raises(NoFont) as refused:
        find(folders=[str(tmp_path)])
    assert str(refused.value) == MISSING
    assert "apt-get install fonts-noto-cjk" in MISSING


def test_a_font_file_that_is_none_or_not_chinese_is_refused(tmp_path: Path) -> None:
    with pytest.raises(NoFont, match="打不开"):
        find(str(tmp_path / "nothing.ttc"))
    (tmp_path / "text.ttf").write_text("no font")
    with pytest.raises(NoFont, match="打不开"):
        find(str(tmp_path / "text.ttf"))


def test_a_family_without_bold_is_thickened(fonts: Fonts, tmp_path: Path) -> None:
    named = find(fonts.plain.path)
    assert named.bold.thicken
    block = poster.lay_out(POSTER, named).slogan
    check_width(block, 900)
    assert len(poster.draw(POSTER, named)) < LARGEST
    (tmp_path / "wqy-microhei.ttc").symlink_to(fonts.plain.path)
    assert find(folders=[str(tmp_path)]).bold.thicken


def test_the_faces_are_those_for_simplified_chinese(fonts: Fonts) -> None:
    for face in (fonts.plain, fonts.bold):
        assert (face.at(12).getname()[0] or "").endswith((" SC", " CN", "Hei"))


def test_no_line_begins_with_a_comma_or_ends_with_an_opening_quote(fonts: Fonts) -> None:
    block = fit(signs("一二三四，五六七八，“九十”。" * 4), fonts.plain, (260, 900), [40])
    assert len(block.lines) > 4
    assert not any(line[0] in "，。”" or line[-1] == "“" for line in block.lines)
    assert joined(["“", "安全", "生产", "月", "”", "和"]) == ["“安全生产月”", "和"]


def test_what_fits_in_no_size_is_said(fonts: Fonts) -> None:
    with pytest.raises(ValueError, match="does not fit"):
        fit_all([["安全生产"]], fonts.plain, (50, 50), [40, 30])


def plain(words: object) -> dict[str, Any]:
    """The fields of a picture, as they are ordered."""
    return {name: getattr(words, name) for name in words.__dataclass_fields__}  # type: ignore[attr-defined]


def _red(image: Image.Image) -> int:
    found = image.getcolors(1_000_000) or []
    return sum(n for n, (red, green, blue) in found if red > 150 and green < 90 and blue < 90)  # type: ignore[misc]


def _contrast(one: str, other: str) -> float:
    """By WCAG's formula."""

    def light(colour: str) -> float:
        parts = [int(colour[n : n + 2], 16) / 255 for n in (1, 3, 5)]
        linear = [part / 12.92 if part <= 0.04045 else ((part + 0.055) / 1.055) ** 2.4 for part in parts]
        return 0.2126 * linear[0] + 0.7152 * linear[1] + 0.0722 * linear[2]

    dark, bright = sorted((light(one), light(other)))
    return (bright + 0.05) / (dark + 0.05)
