"""Reference data: bodies. Divisions come from a file, prices from their institution; both are only looked at."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.contrib import admin
from django.http import HttpRequest

from directory.models import Authority, Division, Institution, PostedPrice

if TYPE_CHECKING:
    DivisionModelAdmin = admin.ModelAdmin[Division]  # generic for the type checker only
    AuthorityModelAdmin = admin.ModelAdmin[Authority]
    InstitutionModelAdmin = admin.ModelAdmin[Institution]
    PriceInline = admin.TabularInline[PostedPrice, Institution]
else:
    DivisionModelAdmin = AuthorityModelAdmin = InstitutionModelAdmin = admin.ModelAdmin
    PriceInline = admin.TabularInline


@admin.register(Division)
class DivisionAdmin(DivisionModelAdmin):
    """Divisions, read-only: `manage.py load_divisions` writes them."""

    list_display = ("code", "name", "level", "parent", "closed_on")
    list_filter = ("level",)
    list_select_related = ("parent",)
    search_fields = ("code", "name")

    def has_add_permission(self, request: HttpRequest) -> bool:
        """Never by hand."""
        return False

    def has_change_permission(self, request: HttpRequest, obj: Division | None = None) -> bool:
        """Never by hand."""
        return False

    def has_delete_permission(self, request: HttpRequest, obj: Division | None = None) -> bool:
        """A code is closed, never deleted."""
        return False


@admin.register(Authority)
class AuthorityAdmin(AuthorityModelAdmin):
    """Authorities."""

    list_display = ("name", "kind", "division", "parent", "complaint_phone", "is_active")
    list_filter = ("kind", "is_active")
    list_select_related = ("division", "parent")
    search_fields = ("name",)
    autocomplete_fields = ("division", "parent")

    def has_delete_permission(self, request: HttpRequest, obj: Authority | None = None) -> bool:
        """A body is closed, never deleted: what its people did stays under its name."""
        return False


class PostedPriceInline(PriceInline):
    """An institution's prices, which it posts itself: what was posted is never overwritten."""

    model = PostedPrice
    extra = 0

    def has_add_permission(self, request: HttpRequest, obj: Institution | None = None) -> bool:
        """Posted at the institution's desk (`registry.services.prices`)."""
        return False

    def has_change_permission(self, request: HttpRequest, obj: Institution | None = None) -> bool:
        """Never: a ride is measured by what was posted on its day."""
        return False

    def has_delete_permission(self, request: HttpRequest, obj: Institution | None = None) -> bool:
        """Never, for the same reason."""
        return False


@admin.register(Institution)
class InstitutionAdmin(InstitutionModelAdmin):
    """Institutions with their posted prices."""

    list_display = ("name", "kind", "division", "complaint_phone", "in_120_network", "closed_on")
    list_filter = ("kind", "in_120_network")
    list_select_related = ("division",)
    search_fields = ("name", "credit_code")
    autocomplete_fields = ("division", "supervised_by")
    readonly_fields = ("closed_on",)  # closed and opened again by the authority (`registry.services.institutions`)
    inlines = (PostedPriceInline,)

    def has_delete_permission(self, request: HttpRequest, obj: Institution | None = None) -> bool:
        """As for an authority."""
        return False
