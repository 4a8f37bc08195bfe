"""Rules for passwords: long enough, and not what is tried first."""

from __future__ import annotations

import pytest
from django.contrib.auth.password_validation import validate_password
from django.core.exceptions import ValidationError

from accounts.models import User
from accounts.passwords import common_pieces
from directory.models import Institution

OWNER = User(
    name="王小明", email="xiaoming.wang@renji.example", institution=Institution(name="仁济急救中心有限公司总部")
)


@pytest.mark.parametrize(
    "password",
    [
        "correct-horse-battery-77",
        "seven blue kettles sing",
        "雨后的石板路上有三只猫在等",
        "Tr0ub4dor&3xylophone",
        "woaini-paper-lantern-river",  # one common piece in a long phrase
        "x" + "kfjqzvwmhbtd" * 10,
    ],
)
def test_a_long_unusual_password_is_taken(password):
    validate_password(password, OWNER)


@pytest.mark.parametrize(
    "password",
    [
        "woaini1314520",
        "WoAiNi5201314!",
        "5201314520131452",
        "qq123456789000",
        "1qaz2wsx3edc",
        "qwertyuiop123",
        "zhangwei19901234",
        "aaaaaaaaaaaa",
        "abcabcabcabc",
        "123456789012",
        "Passw0rd2026!!",
        "beijing2026!!",
        "yiyuan120120",
        "jiuhuche888888",
        "woaizhongguo1",
        "救护车救护车救护车救护车",
        "救护车扫码核验救护车扫码核验",
        "仁济急救中心有限公司总部2026",
        "xiaoming.wang2026",
        "王小明王小明王小明王小明",
        "ｗｏａｉｎｉ１３１４５２０",
    ],
)
def test_what_is_tried_first_is_refused(password):
    with pytest.raises(ValidationError) as refused:
        validate_password(password, OWNER)
    assert "password_tried_first" in {error.code for error in refused.value.error_list}


def test_length_is_the_only_other_rule_and_the_message_says_how_long():
    with pytest.raises(ValidationError, match="11"):
        validate_password("kfjqzvwmhbt", OWNER)
    validate_password("kfjqzvwmhbtd", OWNER)
    validate_password("k f j q z v w m h b t d" * 5, OWNER)
    with pytest.raises(ValidationError, match="129"):
        validate_password("kfjqzvwmhbtd" * 10 + "kfjqzvwmh", OWNER)


def test_the_list_is_there_and_holds_no_word_so_short_that_it_would_hit_everybody():
    words = common_pieces()
    assert len(words) >= 300
    assert all(len(word) >= 2 for word in words)
    assert {"5201314", "woaini", "qwerty"} <= set(words)
