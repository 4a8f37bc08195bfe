"""The doors of the house."""

from django.contrib import admin
from django.urls import URLPattern, URLResolver, include, path, re_path
from django.views.generic import RedirectView

from config.api_pages import nothing_here
from config.health import healthz, readyz

urlpatterns: list[URLPattern | URLResolver] = [
    path("admin/", admin.site.urls),
    path("healthz", healthz, name="healthz"),
    path("readyz", readyz, name="readyz"),
    path("api/v1/", include("config.api_urls")),
    re_path(r"^api(?:/|$)", nothing_here),
    path("open311/", include("complaints.open311.urls")),
    path("complaints/", include("complaints.urls")),
    path("staff/", include("accounts.urls_sign_in")),
    path("staff/", include("accounts.urls")),
    path("staff/complaints/", include("complaints.urls_reveal")),
    path("staff/complaints/", include("complaints.urls_links")),
    path("staff/complaints/", include("complaints.staff_urls")),
    path("staff/hotline/", include("complaints.urls_hotline")),
    path("staff/forwarded/", include("complaints.urls_forwarded")),
    path("staff/supervision/", include("complaints.urls_supervision")),
    path("staff/", include("accounts.urls_audit")),
    path("staff/", include("registry.staff_urls")),
    path("staff/", include("registry.webhook_urls")),
    path("staff/platforms/", include("registry.platform_urls")),
    path("", include("registry.urls")),
    re_path(r"^[tT]/?$", RedirectView.as_view(pattern_name="complaints:track", query_string=True), name="short_track"),
]

handler400 = "config.errors.bad_request"
handler500 = "config.errors.server_error"
