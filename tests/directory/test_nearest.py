"""The nearest authority on the way up."""

import pytest

from directory.formats import BadFormat
from directory.nearest import nearest


@pytest.mark.parametrize(
    ("place", "expected"),
    [
        ("360103", "county"),  # 西湖区, Nanchang, has its own
        ("360104", "prefecture"),  # 青云谱区 has none: Nanchang
        ("360100", "prefecture"),
        ("360200", "province"),  # 景德镇 has none: Jiangxi
        ("360781", "province"),  # 瑞金: neither it nor 赣州
        ("110101", "municipality"),  # 东城区: straight to Beijing
        ("429004", "direct"),  # 仙桃 has its own
        ("429005", "hubei"),  # 潜江, directly under Hubei
        ("350100", None),  # nobody in Fujian
    ],
)
def test_the_nearest_authority_is_the_divisions_own_or_the_next_one_up(place, expected):
    candidates = {
        "360103": "county",
        "360100": "prefecture",
        "360000": "province",
        "110000": "municipality",
        "429004": "direct",
        "420000": "hubei",
        "420100": "a neighbour",
    }
    assert nearest(candidates, place) == expected


@pytest.mark.parametrize("code", ["", "1101", "11010A", "1101011", "010101", "１１０１０１", "110101\n"])
def test_a_malformed_division_code_is_refused_instead_of_matching_nothing(code):
    with pytest.raises(BadFormat) as refusal:
        nearest({"110000": 1}, code)
    assert refusal.value.code == "division_code"
