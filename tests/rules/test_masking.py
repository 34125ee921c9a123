import pytest
from hypothesis import given
from hypothesis import strategies as st

from rules.masking import mask_id, mask_name, mask_phone, mask_text


def test_names_and_numbers_as_they_are_shown() -> None:
    assert mask_name("王小明") == "王*"
    assert mask_name("欧阳小明") == "欧阳*"
    assert mask_name("") == ""
    assert mask_phone("13800001234") == "138****1234"
    assert mask_phone("１３８ ０００ ０１２３４") == "138****1234"
    assert mask_phone("0951-8622127") == "095****2127"
    assert mask_id("64010219900101123X") == "640**************X"


@pytest.mark.parametrize(
    ("text", "gone"),
    [
        ("我叫王小明，仓库里住人", "王小明"),
        ("我的名字是王小明。", "王小明"),
        ("我是赵铁柱，3号楼的灯坏了", "赵铁柱"),
        ("仓库里住人，我是李敏", "李敏"),
        ("本人姓李，看到锅炉没年检", "李"),
        ("打13800001234找我", "13800001234"),
        ("打138 0000 1234找我", "0000"),
        ("打１３８００００１２３４找我", "１３８"),
        ("座机0951-8622127", "8622127"),
        ("一三八零零零零一二三四", "一三八零"),
        ("身份证64010219900101123X", "19900101"),
        ("卡号6222020200112233445", "62220202"),
        ("微信号abc_12345", "abc_12345"),
        ("发到wang@126.com", "wang"),
        ("我是三班的老王，叉车没证", "老王"),
        ("我是三班的老王，叉车没证", "三班"),
        ("我是这家厂的电工，配电箱没盖", "电工"),
        ("我住在3号楼2单元501，楼道堵了", "501"),
    ],
)
def test_what_points_at_the_writer_is_hidden(text: str, gone: str) -> None:
    masked = mask_text(text)
    assert gone not in masked
    assert "〔" in masked
    assert mask_text(masked) == masked


@pytest.mark.parametrize(
    "text",
    [
        "仓库里设了员工宿舍，三楼安全出口上锁",
        "我叫了他们停工，没人听",
        "我是昨天路过看到的，楼梯堵了",
        "我是高空作业时看到的，没有护栏",
        "宁A12345的罐车停在小区",
        "2020年6月16日，3号库堆了50吨，离宿舍12米",
        "编号0616-031那件还在",
    ],
)
def test_the_matter_itself_stays(text: str) -> None:
    assert mask_text(text) == text


def test_the_writers_own_name_and_number_go_wherever_they_stand() -> None:
    masked = mask_text("赵铁柱看到的，8622127", known=("赵铁柱", "8622127"))
    assert masked == "〔姓名〕看到的，〔电话〕"


@given(
    st.from_regex(r"1[3-9][0-9]{9}", fullmatch=True),
    st.lists(st.sampled_from(["", " ", "-", ".", "—", "\u200b"]), min_size=11, max_size=11),
    st.sampled_from(["0123456789", "０１２３４５６７８９", "٠١٢٣٤٥٦٧٨٩"]),
)
def test_however_a_mobile_number_is_written_it_goes(phone: str, gaps: list[str], digits: str) -> None:
    written = "".join(digits[int(sign)] + gap for sign, gap in zip(phone, gaps, strict=True))
    masked = mask_text(f"仓库里住人，打{written}找我")
    assert masked.replace(" ", "").startswith("仓库里住人，打〔电话〕")


@given(st.text(max_size=300))
def test_any_text_can_be_masked_and_stored(text: str) -> None:
    masked = mask_text(text)
    assert "\x00" not in masked
    masked.encode()
