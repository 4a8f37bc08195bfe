"""Addresses of the partner platforms, under `/staff/platforms/`."""

from __future__ import annotations

from django.urls import path

from registry import views_platforms as views

urlpatterns = [
    path("", views.platforms, name="platforms"),
    path("keys/<int:pk>/revoke/", views.platform_key_revoke, name="platform_key_revoke"),
    path("<int:pk>/", views.platform, name="platform"),
    path("<int:pk>/edit/", views.platform_edit, name="platform_edit"),
    path("<int:pk>/keys/", views.platform_key, name="platform_key"),
    path("<int:pk>/webhooks/", views.platform_webhook, name="platform_webhook"),
    path("<int:pk>/close/", views.platform_close, name="platform_close"),
    path("<int:pk>/open/", views.platform_reopen, name="platform_reopen"),
]
