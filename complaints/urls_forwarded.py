"""Addresses of what authorities sent to an institution, under `/staff/forwarded/`."""

from __future__ import annotations

from django.urls import URLPattern

app_name = "forwarded"

urlpatterns: list[URLPattern] = []
