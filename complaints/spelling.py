"""How a reference or a receipt code is read aloud on the telephone: group by group, each sign with a word. Pure."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

WORDS: Final[dict[str, tuple[str, str]]] = {
    "A": ("苹果", "Apple"),
    "B": ("男孩", "Boy"),
    "C": ("猫", "Cat"),
    "D": ("狗", "Dog"),
    "E": ("鸡蛋", "Egg"),
    "F": ("鱼", "Fish"),
    "G": ("女孩", "Girl"),
    "H": ("帽子", "Hat"),
    "I": ("冰", "Ice"),
    "J": ("吉普", "Jeep"),
    "K": ("钥匙", "Key"),
    "L": ("狮子", "Lion"),
    "M": ("月亮", "Moon"),
    "N": ("鼻子", "Nose"),
    "O": ("橙子", "Orange"),
    "P": ("钢笔", "Pen"),
    "Q": ("女王", "Queen"),
    "R": ("下雨", "Rain"),
    "S": ("太阳", "Sun"),
    "T": ("茶", "Tea"),
    "U": ("雨伞", "Umbrella"),
    "V": ("胜利", "Victory"),
    "W": ("水", "Water"),
    "X": ("叉", "X-ray"),
    "Y": ("黄色", "Yellow"),
    "Z": ("斑马", "Zebra"),
    "0": ("零", "zero"),
    "1": ("幺", "one"),
    "2": ("二", "two"),
    "3": ("三", "three"),
    "4": ("四", "four"),
    "5": ("五", "five"),
    "6": ("六", "six"),
    "7": ("七", "seven"),
    "8": ("八", "eight"),
    "9": ("九", "nine"),
}
"""Each sign with a Chinese and an English word. Data, not translated: the clerk chooses what the caller understands."""
GROUP = 4


@dataclass(frozen=True)
class Spelled:
    """One sign and its words."""

    sign: str
    chinese: str
    english: str


@dataclass(frozen=True)
class Group:
    """Signs that are read in one breath."""

    text: str
    signs: tuple[Spelled, ...]


def spelled(code: str) -> tuple[Group, ...]:
    """A code in groups of four, whatever stands between them. Raises KeyError for a sign that no code has."""
    plain = "".join(sign for sign in code.upper() if sign.isalnum())
    groups = [plain[start : start + GROUP] for start in range(0, len(plain), GROUP)]
    return tuple(Group(text, tuple(Spelled(sign, *WORDS[sign]) for sign in text)) for text in groups)
