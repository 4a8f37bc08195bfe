"""Posted prices (公示价格): a new one is added, an old one is never overwritten."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date, datetime
from decimal import Decimal

from django.db import transaction

from accounts.models import User
from accounts.roles import BodyKind, Role
from accounts.scope import Scope
from directory.models import Institution, PostedPrice
from registry.refusals import NotAllowed, OutOfScope, WrongRole
from registry.services.deeds import Deed


def posts_prices(scope: Scope, institution_id: int) -> bool:
    """Whether the person posts the prices of this institution."""
    return (
        scope.body is BodyKind.INSTITUTION
        and scope.institution_id == institution_id
        and scope.has(Role.INSTITUTION_ADMIN)
    )


@transaction.atomic
def post_price(
    *,
    institution: Institution,
    base_fee: Decimal,
    included_km: Decimal,
    per_km: Decimal,
    waiting_per_hour: Decimal,
    note: str,
    valid_from: date,
    actor: User,
    now: datetime,
    address: str,
) -> PostedPrice:
    """Post a price in yuan and kilometres that counts from `valid_from` on (a day in Asia/Shanghai, not before today).

    What was posted before stays as it was: what a ride cost on a past day can always be told. Raises OutOfScope,
    WrongRole; NotAllowed for a day that has passed, for negative amounts, or if a price begins on that day already.
    """
    deed = Deed(actor, now, address)
    amounts = {
        "base_fee": base_fee,
        "included_km": included_km,
        "per_km": per_km,
        "waiting_per_hour": waiting_per_hour,
    }
    _check(institution, amounts.values(), valid_from, deed)
    Institution.objects.select_for_update().get(pk=institution.pk)
    if PostedPrice.objects.filter(institution=institution, valid_from=valid_from).exists():
        raise NotAllowed("a price begins on that day already")
    price = PostedPrice.objects.create(institution=institution, **amounts, note=note, valid_from=valid_from)
    written = {name: str(amount) for name, amount in amounts.items()}
    deed.record("price.posted", price, institution.division_id, {**written, "valid_from": valid_from.isoformat()})
    return price


def _check(institution: Institution, amounts: Iterable[Decimal], valid_from: date, deed: Deed) -> None:
    """Raises OutOfScope, WrongRole or NotAllowed unless the person may post these amounts from that day on."""
    scope = deed.actor.scope
    if scope.institution_id != institution.pk:
        raise OutOfScope
    if not posts_prices(scope, institution.pk):
        raise WrongRole("prices are posted by the institution's administrator")
    if valid_from < deed.today:
        raise NotAllowed("a price cannot begin in the past")
    if min(amounts) < 0:
        raise NotAllowed("a price cannot be negative")
