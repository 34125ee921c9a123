import pytest

from rules.report_states import (
    ENDED,
    NOT_REFERRED,
    RESULTS,
    IllegalStep,
    Known,
    State,
    Step,
    check,
    following,
    phrase,
    shown,
    step,
    who_sets,
)

ALLOWED = {
    "draft": "submitted emergency deleted",
    "emergency": "draft closed_emergency",
    "closed_emergency": "",
    "deleted": "",
    "submitted": "screening withdrawn",
    "screening": "need_info duplicate out_of_scope ready hidden withdrawn",
    "need_info": "screening ready withdrawn",
    "duplicate": "closed reopened withdrawn",
    "out_of_scope": "closed reopened withdrawn",
    "ready": "referred self_reported withdrawn",
    "self_reported": "referred closed withdrawn",
    "referred": "acknowledged returned withdrawn",
    "returned": "referred withdrawn",
    "acknowledged": "verifying refused withdrawn",
    "refused": "closed referred",
    "verifying": "verified_true partly not_true cannot_verify withdrawn",
    "verified_true": "rectified penalised",
    "partly": "rectified penalised",
    "not_true": "review closed",
    "cannot_verify": "review closed",
    "rectified": "closed review reopened",
    "penalised": "rectified closed reopened",
    "review": "verified_true partly not_true cannot_verify rectified penalised",
    "closed": "reopened",
    "reopened": "screening withdrawn",
    "withdrawn": "",
    "hidden": "screening",
}
PAIRS = [(old.value, new.value) for old in State for new in State]


def test_the_table_names_every_state() -> None:
    assert set(ALLOWED) == {state.value for state in State}


@pytest.mark.parametrize(("old", "new"), PAIRS)
def test_every_pair_of_states(old: str, new: str) -> None:
    if new in ALLOWED[old].split():
        assert step(old, new) == new
        assert new in following(old)
    else:
        with pytest.raises(IllegalStep):
            step(old, new)


def test_an_unknown_state_is_refused() -> None:
    with pytest.raises(IllegalStep):
        step("submitted", "accepted")


def test_nothing_goes_from_received_to_closed() -> None:
    with pytest.raises(IllegalStep):
        check("submitted", Step(State.CLOSED, reason="x", result="已消除"))


def test_a_step_needs_a_reason() -> None:
    with pytest.raises(IllegalStep, match="理由"):
        check("submitted", Step(State.SCREENING, reason=" "))


@pytest.mark.parametrize("new", [State.ACKNOWLEDGED, State.RETURNED])
def test_what_an_authority_did_needs_the_authority(new: State) -> None:
    with pytest.raises(IllegalStep, match="部门"):
        check("referred", Step(new, reason="电话告知"))
    assert check("referred", Step(new, by="区消防救援机构", reason="电话告知")) is new


def test_closing_needs_a_result() -> None:
    with pytest.raises(IllegalStep, match="结果"):
        check("rectified", Step(State.CLOSED, reason="回访"))
    assert check("rectified", Step(State.CLOSED, reason="回访", result="已整改")) is State.CLOSED


def test_hiding_takes_two_people() -> None:
    with pytest.raises(IllegalStep, match="两个人"):
        check("screening", Step(State.HIDDEN, reason="恶意", people=("甲", "甲")))
    assert check("screening", Step(State.HIDDEN, reason="恶意", people=("甲", "乙"))) is State.HIDDEN


def test_only_an_authority_accepts_verifies_and_concludes() -> None:
    theirs = {state.value for state in State if who_sets(state) == "authority"}
    assert {"acknowledged", "refused", "verifying", "verified_true", "not_true", "rectified"} <= theirs
    assert not theirs & {"submitted", "screening", "referred", "closed", "withdrawn"}


@pytest.mark.parametrize("state", [*State])
def test_what_a_reporter_reads_claims_nothing_for_the_authority(state: State) -> None:
    for told in ("", "XF-0318"):
        text = shown(Known(state, "0616-031", "6月16日 15:02", "区消防救援机构", told, "已整改", True))
        for word in ("已受理", "属实", "不予受理"):
            if word in text:
                assert "告诉我们：" in text[: text.index(word)]
        assert "匿名" not in text
        assert "{" not in text


@pytest.mark.parametrize("state", [*State])
def test_until_a_transfer_is_on_record_the_reader_is_sent_to_12350(state: State) -> None:
    text = shown(Known(state, "0616-031", by="区消防救援机构"))
    exempt = ENDED | {State.OUT_OF_SCOPE, State.DUPLICATE}
    assert (NOT_REFERRED in text) == (state not in exempt)


@pytest.mark.parametrize("result", RESULTS)
def test_a_result_that_only_an_authority_can_know_is_quoted(result: str) -> None:
    text = shown(Known("closed", "0616-031", by="区消防救援机构", result=result, referred=True))
    assert result in text
    assert ("告诉我们：" in text) == (result in ("已整改", "已处罚", "不属实", "无法核实"))


def test_every_phrase_fits_a_template_field() -> None:
    assert all(1 <= len(phrase(state)) <= 5 for state in State)
