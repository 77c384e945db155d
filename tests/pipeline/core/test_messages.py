"""Messages in any language: what is in a parameter is put together where it is read."""

from __future__ import annotations

import json

import pytest

from reviews.pipeline.core.messages import (
    Clause,
    Listed,
    Message,
    Parameter,
    _,
    items_of,
    listed,
    one_of,
    series,
)

CHINESE = {
    ", ": "、",
    "; ": "；",
    "%(first)s or %(last)s": "%(first)s或%(last)s",
    "%(names)s, … (%(count)s)": "%(names)s 等 %(count)s 个",
    "%(what)s is missing: %(names)s.": "缺少%(what)s：%(names)s。",
    "the tag": "镜像标签",
    "the digest of %(image)s": "%(image)s 的摘要",
}
NESTED = _(
    "%(what)s is missing: %(names)s.",
    what=_("the digest of %(image)s", image="etcd"),
    names=(_("the tag"), "latest", 3),
)


def chinese(template: str) -> str:
    return CHINESE[template]


def test_a_template_without_parameters_says_its_percent_signs_once() -> None:
    assert str(_("100 %% of it")) == "100 % of it"
    assert str(_("%(part)d %% of it", part=5)) == "5 % of it"


def test_messages_and_lists_in_a_parameter_speak_the_language_of_the_whole() -> None:
    assert str(NESTED) == "the digest of etcd is missing: the tag, latest, 3."
    assert NESTED.text(chinese) == "缺少etcd 的摘要：镜像标签、latest、3。"


@pytest.mark.parametrize(
    ("count", "english", "translated"),
    [
        (0, "", ""),
        (1, "0", "0"),
        (8, "0, 1, 2, 3, 4, 5, 6, 7", "0、1、2、3、4、5、6、7"),
        (9, "0, 1, 2, 3, 4, 5, 6, 7, … (9)", "0、1、2、3、4、5、6、7 等 9 个"),
    ],
)
def test_of_a_long_list_eight_are_shown_and_all_are_kept(
    count: int, english: str, translated: str
) -> None:
    names = listed(map(str, range(count)))

    assert (names.text(), names.text(chinese)) == (english, translated)
    assert items_of(names) == tuple(map(str, range(count)))
    assert bool(names) == (count > 0)


def test_a_list_that_is_no_long_one_is_shown_whole() -> None:
    assert str(_("%(names)s", names=tuple("abcdefghij"))) == "a, b, c, d, e, f, g, h, i, j"


@pytest.mark.parametrize(
    ("parameter", "english", "translated"),
    [
        (one_of(["CCE"]), "CCE", "CCE"),
        (one_of(["CCE", "UCS"]), "CCE or UCS", "CCE或UCS"),
        (one_of(["CCE", "UCS", _("the tag")]), "CCE, UCS or the tag", "CCE、UCS或镜像标签"),
        (series(["a: b, c", "d: e"]), "a: b, c; d: e", "a: b, c；d: e"),
    ],
)
def test_a_choice_and_a_series_speak_the_language_of_the_whole(
    parameter: Parameter, english: str, translated: str
) -> None:
    message = Message("%(list)s", {"list": parameter})

    assert str(message) == english
    assert message.text({**CHINESE, "%(list)s": "%(list)s"}.__getitem__) == translated
    assert Message.load(json.loads(json.dumps(message.dump()))) == message


def test_a_sentence_in_a_sentence_loses_its_full_stop() -> None:
    message = _("It is so: %(reason)s.", reason=Clause(_("It is odd.")))
    odd = {"It is odd.": "有问题。", "It is so: %(reason)s.": "原因：%(reason)s。"}

    assert (str(message), message.text(odd.__getitem__)) == (
        "It is so: It is odd.",
        "原因：有问题。",
    )
    assert Message.load(message.dump()) == message


def test_a_message_comes_back_from_its_stored_form() -> None:
    message = _("%(a)s %(b)s %(c)s", a=NESTED, b=listed([NESTED, "x"]), c=2)

    assert NESTED.dump() == {
        "template": "%(what)s is missing: %(names)s.",
        "parameters": {
            "what": {"template": "the digest of %(image)s", "parameters": {"image": "etcd"}},
            "names": [{"template": "the tag", "parameters": {}}, "latest", 3],
        },
    }
    assert message.dump()["parameters"]["b"] == {"listed": [NESTED.dump(), "x"]}
    assert Message.load(json.loads(json.dumps(message.dump()))) == message


def test_a_message_that_an_earlier_version_stored_is_read() -> None:
    stored = {"template": "%(count)d of %(images)s", "parameters": {"count": 2, "images": "a, b"}}

    assert Message.load(stored) == _("%(count)d of %(images)s", count=2, images="a, b")
    assert Message.load(stored).text() == "2 of a, b"
    assert Message.load(stored).dump() == stored


def test_one_value_is_a_list_of_itself() -> None:
    assert items_of("a") == ("a",)
    assert items_of(("a", "b")) == ("a", "b")
    assert items_of(Listed(("a",))) == ("a",)


@pytest.mark.parametrize(
    ("value", "words"),
    [
        (_("list"), "此处却是列表而已"),
        ("list", "此处却是 list 而已"),
        ((_("list"), "list"), "此处却是列表、list 而已"),
        (_("null"), "此处却是 null 而已"),
        (3, "此处却是 3 而已"),
    ],
)
def test_no_blank_is_between_chinese_words_that_fill_a_message_and_its_own(
    value: Parameter, words: str
) -> None:
    chinese = {"here is a %(kind)s": "此处却是 %(kind)s 而已", "list": "列表", ", ": "、"}
    message = _("here is a %(kind)s", kind=value)

    assert message.text(lambda text: chinese.get(text, text)) == words
