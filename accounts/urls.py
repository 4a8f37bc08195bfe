"""Addresses of people and invitations, under `/staff/`."""

from __future__ import annotations

from django.urls import path

from accounts import views_session

app_name = "accounts"

urlpatterns = [
    path("stay/", views_session.stay, name="stay"),
]
