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
        ("联系人王小明13800001234", "王小明"),
        ("联系人：岳小明，仓库里住人", "岳小明"),
        ("举报人欧阳明，仓库里住人", "欧阳明"),
        ("反映人是王芳。", "王芳"),
        ("本人王小明，看到锅炉没年检", "王小明"),
        ("我的名字王小明，看到锅炉没年检", "王小明"),
        ("我是保安老王，叉车没证", "老王"),
        ("我是业主王小明，叉车没证", "王小明"),
        ("我是老王，叉车没证", "老王"),
        ("我家在锦绣小区3号楼2单元501，楼道堵了", "锦绣"),
        ("我家在锦绣小区3号楼2单元501，楼道堵了", "501"),
        ("我家住锦绣小区3号楼2单元501，楼道堵了", "501"),
        ("我就住3号楼2单元501，楼道堵了", "501"),
        ("我老公王小明在里面上班", "王小明"),
        ("我老公王小明，在里面上班", "王小明"),
        ("我爸叫李大山，在里面上班", "李大山"),
        ("我妈李芳电话忘了", "李芳"),
        ("微信同号wang_12345", "wang"),
        ("微信 wang-12345", "wang"),
        ("加我v：wang12345", "wang"),
        ("壹叁捌零零零零壹贰叁肆", "壹贰叁肆"),
        ("打一三八 零零零零 一二三四", "一二三四"),
        ("打一三八-零零零零-一二三四", "一二三四"),
        ("打138零零零零1234", "1234"),
        ("打138 - 0000 - 1234找我", "1234"),
        ("座机0951 - 862 2127", "2127"),
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
        "本人于昨天看到，楼梯堵了",
        "本人向您反映，楼梯堵了",
        "本人马上要离开，请快来",
        "我爸马上到，门还锁着",
        "我妈叫我来说，门还锁着",
        "我家在装修，隔壁乱接电线",
        "我家楼下着火了",
        "住了101-102-103-104四间",
        "联系人没有写在牌子上",
        "微信扫码充电的桩冒烟",
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


@pytest.mark.parametrize(
    "sign", ["\x1b", "\x7f", "\x85", "\x9b", "\x9d", "\x9f", "\u061c", "\u202e", "\u2066", "\u2069"]
)
def test_no_sign_is_left_that_steers_a_terminal_or_turns_what_is_read(sign: str) -> None:
    assert mask_text(f"南京路{sign}31m5号") == "南京路31m5号"
    assert mask_text(f"打138{sign}00001234") == "打〔电话〕"
