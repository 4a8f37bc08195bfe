"""Addresses of Open311 GeoReport v2, under `/open311/`. The names are the specification's."""

from __future__ import annotations

from django.urls import re_path

from complaints.open311 import views

app_name = "open311"

FORM = r"\.(?P<form>json|xml)"

urlpatterns = [
    re_path(rf"^discovery{FORM}$", views.address(views.discovery), name="discovery"),
    re_path(rf"^v2/discovery{FORM}$", views.address(views.discovery), name="discovery_v2"),
    re_path(rf"^v2/services{FORM}$", views.address(views.services), name="services"),
    re_path(rf"^v2/services/(?P<service_code>[^/]+){FORM}$", views.address(views.service), name="service"),
    re_path(rf"^v2/requests{FORM}$", views.address(views.requests, views.post_request), name="requests"),
    re_path(rf"^v2/requests/(?P<service_request_id>[^/]+){FORM}$", views.address(views.one_request), name="request"),
    re_path(rf"^v2/tokens/(?P<token>[^/]+){FORM}$", views.address(views.token), name="token"),
]
