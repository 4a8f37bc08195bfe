"""Addresses of the registry's public pages. What is painted on vehicles (`/a/<code>`) never changes."""

from __future__ import annotations

from django.urls import path, re_path

from registry import views_public as views
from registry.photos import PHOTO_NAME

app_name = "registry"

urlpatterns = [
    path("", views.home, name="home"),
    re_path(r"^a/(?P<code>[^/]+)/$", views.card, name="card"),
    # The same page for capitals, for a missing slash and for no code at all, without a redirect.
    re_path(r"^[aA]/(?P<code>[^/]*)/*$", views.card),
    re_path(r"^[aA]$", views.card),
    path("lookup/", views.lookup, name="lookup"),
    path("institutions/<int:pk>/", views.institution, name="institution"),
    re_path(rf"^photos/(?P<name>{PHOTO_NAME})$", views.photo, name="photo"),
]
