"""Addresses of the complaint pages."""

from __future__ import annotations

from django.urls import path

from complaints import views_public as views

app_name = "complaints"

urlpatterns = [
    path("new/", views.new, name="new"),
    path("track/", views.track, name="track"),
]
