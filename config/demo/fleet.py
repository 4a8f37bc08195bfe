"""Invented ambulances with codes and history: first one of every standing, then a likely mixture."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from itertools import islice
from random import Random

from django.core.files.base import ContentFile
from django.core.files.storage import default_storage

from config.demo.drawing import drawn_ambulance
from directory.formats import PlateKind, vin_check_digit_is_right
from directory.kinds import AuthorityKind, InstitutionKind
from directory.models import Authority, Institution
from registry.choices import AmbulanceStatus, MarkingState, Position, RevokeReason, VehicleType
from registry.codes import ALPHABET, LENGTH, check_character
from registry.models import Ambulance, Marking, StatusChange
from registry.photos import photo_name

PROVINCES = "11 12 13 14 15 21 22 23 31 32 33 34 35 36 37 41 42 43 44 45 46 50 51 52 53 54 61 62 63 64 65"
HEADS = dict(zip(PROVINCES.split(), "京津冀晋蒙辽吉黑沪苏浙皖闽赣鲁豫鄂湘粤桂琼渝川贵云藏陕甘青宁新", strict=True))
"""First character of a plate, by the first two digits of the division."""
MODELS = ("江铃全顺 JX5045", "依维柯 NJ5046", "大通 SH5041", "福田风景 BJ5038", "奔驰 凌特 324")
COLOURS = ("白色", "白色", "白色", "白蓝相间", "黄色")
BATCH = 1000
UNUSED_CODE = "2" * (LENGTH - 1) + check_character("2" * (LENGTH - 1))
"""Well formed, and never given to a vehicle: a forged code to try."""


@dataclass(frozen=True)
class Story:
    """What becomes of one vehicle."""

    status: AmbulanceStatus = AmbulanceStatus.IN_SERVICE
    in_120_network: bool = True
    inspection_days: int = 200
    scrap_days: int | None = 2000
    is_code_revoked: bool = False


SHOWCASE: tuple[Story, ...] = (
    Story(),
    Story(in_120_network=False),
    Story(inspection_days=-20),
    Story(scrap_days=-10),
    Story(status=AmbulanceStatus.SUSPENDED),
    Story(status=AmbulanceStatus.RETIRED),
    Story(is_code_revoked=True),
    Story(is_code_revoked=True, status=AmbulanceStatus.SUSPENDED),
    Story(status=AmbulanceStatus.DRAFT),
    Story(status=AmbulanceStatus.UNDER_REVIEW),
)
"""The first vehicles of the first institution, so that every standing can be seen."""


def some_story(random: Random) -> Story:
    """A likely vehicle: nine of ten in order."""
    return Story(
        status=random.choices(
            [AmbulanceStatus.IN_SERVICE, AmbulanceStatus.SUSPENDED, AmbulanceStatus.RETIRED, AmbulanceStatus.DRAFT],
            [92, 2, 4, 2],
        )[0],
        in_120_network=random.random() < 0.7,
        inspection_days=random.choices([random.randint(1, 360), -random.randint(1, 60)], [97, 3])[0],
        scrap_days=random.choice([None, random.randint(400, 4000), random.randint(400, 4000)]),
        is_code_revoked=random.random() < 0.03,
    )


class Fleet:
    """Makes ambulances in batches, the same ones for the same seed."""

    def __init__(self, random: Random, now: datetime, institutions: Sequence[Institution]) -> None:
        self.random, self.now, self.today = random, now, now.date()
        self.institutions = institutions
        self.certifiers = {(one.division_id, one.kind): one for one in Authority.objects.filter(division__isnull=False)}
        self.photos = [self._photo(colour) for colour in ("white", "blue", "yellow")]

    def make(self, count: int, step: Callable[[int], None]) -> None:
        """`count` ambulances, each with its codes and history."""
        numbers = iter(range(count))
        while batch := list(islice(numbers, BATCH)):
            self._make_batch(batch)
            step(len(batch))

    def _make_batch(self, numbers: Sequence[int]) -> None:
        stories = [SHOWCASE[n] if n < len(SHOWCASE) else some_story(self.random) for n in numbers]
        vehicles = Ambulance.objects.bulk_create(
            self._ambulance(number, story) for number, story in zip(numbers, stories, strict=True)
        )
        told = list(zip(vehicles, stories, strict=True))
        Marking.objects.bulk_create(marking for vehicle, story in told for marking in self._markings(vehicle, story))
        StatusChange.objects.bulk_create(change for vehicle, _ in told for change in self._history(vehicle))

    def _ambulance(self, number: int, story: Story) -> Ambulance:
        institution = self._institution(number)
        new_energy = number % 9 == 8
        registered_on = self.today - timedelta(days=self.random.randint(100, 2500))
        is_blood = institution.kind in {InstitutionKind.BLOOD_STATION, InstitutionKind.CDC}
        is_120 = story.in_120_network and institution.in_120_network
        return Ambulance(
            institution=institution,
            plate=self._plate(number, institution.division_id, new_energy=new_energy),
            plate_kind=PlateKind.SMALL_NEW_ENERGY if new_energy else PlateKind.SMALL,
            vin=demo_vin(number),
            fleet_number=f"{number % 100:02d}-{number // 100:03d}",
            vehicle_type=VehicleType.D if is_blood else self.random.choice("ABBC"),
            has_negative_pressure=not is_blood and self.random.random() < 0.4,
            in_120_network=is_120,
            colour=self.random.choice(COLOURS),
            brand_model=self.random.choice(MODELS),
            photo=self.photos[number % len(self.photos)],
            is_for_pre_hospital=is_120,
            is_for_institution_transfer=not is_blood,
            is_for_non_emergency_transfer=not is_120 and not is_blood,
            is_for_special_goods=is_blood,
            licence_owner=institution.name,
            registered_on=registered_on,
            inspection_valid_until=self.today + timedelta(days=story.inspection_days),
            scrap_due_on=self._scrap_due_on(story, registered_on),
            certified_by=self._certifier(institution),
            division_id=institution.division_id,
            station=f"{self.random.randint(1, 30)}号急救站",
            positioning_device=f"DEMO-{number:07d}",
            status=story.status,
            retired_on=self.today - timedelta(days=30) if story.status == AmbulanceStatus.RETIRED else None,
        )

    def _institution(self, number: int) -> Institution:
        if number < len(SHOWCASE):
            return self.institutions[0]
        if number == len(SHOWCASE) and len(self.institutions) > 1:
            return self.institutions[1]  # the one that closed down
        return self.random.choice(self.institutions)

    def _plate(self, number: int, division_code: str, *, new_energy: bool) -> str:
        head = HEADS[division_code[:2]]
        letters = "ABCDEFGHJKLMNPQRSTUVWXYZ"
        series = letters[number // 100_000 % len(letters)]
        return f"{head}{series}D{number % 100_000:05d}" if new_energy else f"{head}{series}{number % 100_000:05d}"

    def _scrap_due_on(self, story: Story, registered_on: date) -> date | None:
        if story.scrap_days is None:
            return None
        return max(self.today + timedelta(days=story.scrap_days), registered_on + timedelta(days=1))

    def _certifier(self, institution: Institution) -> Authority:
        code = institution.division_id
        for division_code in (f"{code[:4]}00", f"{code[:2]}0000"):
            found = self.certifiers.get((division_code, AuthorityKind.HEALTH))
            if found:
                return found
        raise LookupError(f"no health authority above {code}")

    def _markings(self, vehicle: Ambulance, story: Story) -> list[Marking]:
        if vehicle.status in {AmbulanceStatus.DRAFT, AmbulanceStatus.UNDER_REVIEW}:
            return []
        issued_at = self.now - timedelta(days=self.random.randint(1, 300))
        live = [
            Marking(ambulance=vehicle, code=self._code(), position=position, issued_at=issued_at)
            for position in (Position.LEFT, Position.RIGHT)
        ]
        if vehicle.status == AmbulanceStatus.RETIRED:
            for marking in live:
                revoke(marking, RevokeReason.VEHICLE_RETIRED, self.now - timedelta(days=30))
            return live
        for marking in live:
            marking.state, marking.mounted_at = MarkingState.MOUNTED, issued_at + timedelta(hours=5)
        if story.is_code_revoked:
            gone = Marking(ambulance=vehicle, code=self._code(), position=Position.LEFT, issued_at=issued_at)
            revoke(gone, RevokeReason.DAMAGED, issued_at)
            return [gone, *live]
        return live

    def _history(self, vehicle: Ambulance) -> list[StatusChange]:
        path = {
            AmbulanceStatus.SUSPENDED: (AmbulanceStatus.IN_SERVICE, AmbulanceStatus.SUSPENDED),
            AmbulanceStatus.RETIRED: (AmbulanceStatus.IN_SERVICE, AmbulanceStatus.RETIRED),
            AmbulanceStatus.IN_SERVICE: (AmbulanceStatus.IN_SERVICE,),
        }.get(AmbulanceStatus(vehicle.status), ())
        old = AmbulanceStatus.UNDER_REVIEW
        changes = []
        for number, status in enumerate(path):
            at = self.now - timedelta(days=300 - 200 * number)
            changes.append(
                StatusChange(ambulance=vehicle, old_status=old, new_status=status, reason="演示数据", changed_at=at)
            )
            old = status
        return changes

    def _code(self) -> str:
        body = "".join(self.random.choice(ALPHABET) for _ in range(LENGTH - 1))
        return body + check_character(body)

    def _photo(self, colour: str) -> str:
        picture = drawn_ambulance(colour)
        name = photo_name(picture)
        if not default_storage.exists(name):
            default_storage.save(name, ContentFile(picture))
        return name


def revoke(marking: Marking, reason: RevokeReason, at: datetime) -> None:
    """Make an unsaved code a revoked one."""
    marking.state, marking.revoke_reason, marking.revoked_at = MarkingState.REVOKED, reason, at


def demo_vin(number: int) -> str:
    """A VIN with a right check digit, of a maker that does not exist."""
    for check in "0123456789X":
        vin = f"LDEM0DEM{check}{number:08d}".replace("O", "0")
        if vin_check_digit_is_right(vin):
            return vin
    raise AssertionError("one of eleven check digits is right")
