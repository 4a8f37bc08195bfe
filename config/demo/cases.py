"""Invented complaints, filed through the same service as real ones: every kind, every state that exists."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime, timedelta
from decimal import Decimal
from random import Random

from complaints.entry import Entry
from complaints.files import store_upload
from complaints.kinds import FACTS, Kind
from complaints.models import Complaint
from complaints.models.complaint import Channel
from complaints.services import add_material, submit_complaint, withdraw
from config.demo.drawing import drawn_receipt
from directory.kinds import AuthorityKind
from directory.models import Authority
from registry.models import Marking

STORIES = {
    Kind.SERVICE: "随车人员态度生硬，询问费用时不作解释。",
    Kind.OVERCHARGING: "从省城转回县里，途中临时加价，上车前没有说明总价，下车时要求一次付清。",
    Kind.REFUSAL_OR_DELAY: "拨打电话后等了五十分钟，期间两次催促，均说已经出发。",
    Kind.CREW_OR_EQUIPMENT: "车上没有医生护士，氧气瓶是空的。",
    Kind.INFECTION_CONTROL: "担架上有前一位病人的血迹，没有更换床单。",
    Kind.CARD_MISMATCH: "扫码显示是白色全顺，实际是一辆灰色面包车。",
    Kind.UNLAWFUL_OPERATION: "司机说车是他按月交钱包下来的，收费由他自己定。",
    Kind.ILLEGAL_AMBULANCE: "在医院门口揽客，车身贴着急救字样，没有二维码。",
    Kind.SIREN_MISUSE: "车上没有病人，早高峰一路鸣笛闯红灯。",
    Kind.OTHER: "车身二维码被油漆盖住一半，无法扫描。",
    Kind.AUTHORITY_CONDUCT: "上次投诉一个月没有回音，多次去电均称经办人不在。",
    Kind.PRAISE: "夜里送老人就医，医生护士一路照顾，非常感谢。",
}
FILES_EVERY = 8
WITHDRAWN_EVERY = 9
MATERIAL_EVERY = 5


def make_complaints(count: int, random: Random, now: datetime, step: Callable[[int], None]) -> None:
    """`count` complaints over the last forty days, some with a picture, added material, or withdrawn."""
    markings = list(Marking.objects.public().select_related("ambulance").order_by("pk")[:500])
    kinds = list(Kind)
    for number in range(count):
        kind = kinds[number % len(kinds)]
        at = now - timedelta(minutes=random.randint(30, 40 * 24 * 60))
        chosen = random.choice(_with_superior(markings) if kind is Kind.AUTHORITY_CONDUCT else markings)
        reference = _submit(kind, number, random, at, chosen)
        complaint = Complaint.objects.get(reference=reference)
        if number % MATERIAL_EVERY == 0:
            add_material(complaint=complaint, text="补充：当时有同行家属可以作证。", evidence=[], now=at)
        if number % WITHDRAWN_EVERY == 4:
            withdraw(complaint=complaint, now=at + timedelta(minutes=20))
        step(1)


def _with_superior(markings: list[Marking]) -> list[Marking]:
    """Vehicles in a prefecture with a health authority, which has one above it to answer complaints about it."""
    health = Authority.objects.active().filter(kind=AuthorityKind.HEALTH)
    prefectures = set(health.exclude(division__code__endswith="0000").values_list("division_id", flat=True))
    return [one for one in markings if f"{one.ambulance.division_id[:4]}00" in prefectures] or markings


def _submit(kind: Kind, number: int, random: Random, at: datetime, marking: Marking) -> str:
    unregistered = kind is Kind.ILLEGAL_AMBULANCE
    is_named = number % 3 != 0
    entry = Entry(
        kind=kind,
        ambulance_code="" if unregistered or kind is Kind.AUTHORITY_CONDUCT else marking.code,
        plate=f"赣A？{number % 1000:03d}" if unregistered else "",
        division_code=marking.ambulance.division_id,
        place="人民医院东门" if unregistered else "",
        occurred_at=at - timedelta(hours=random.randint(1, 48)),
        narrative=STORIES[kind],
        about_authority_kind=AuthorityKind.HEALTH if kind is Kind.AUTHORITY_CONDUCT else "",
        distance_km=Decimal(random.randint(20, 1600)) if FACTS[kind].asks_money else None,
        amount_charged=Decimal(random.randint(500, 28000)) if FACTS[kind].asks_money else None,
        contact_name="演示用户" if is_named else "",
        contact_email=f"citizen{number}@demo.example" if is_named else "",
        consent_sensitive=is_named,
    )
    evidence = [store_upload(upload=drawn_receipt(), name="收据.jpg", now=at)] if number % FILES_EVERY == 1 else []
    submitted = submit_complaint(
        entry=entry,
        evidence=evidence,
        key=f"demo-{number}-{random.getrandbits(64):x}",
        channel=Channel.WEB,
        language="zh-hans" if number % 6 else "en",
        flags=(),
        now=at,
    )
    return submitted.receipt.reference
