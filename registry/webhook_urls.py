"""Addresses of the web hooks' page, under `/staff/`."""

from __future__ import annotations

from django.urls import path

from registry import views_webhooks as hooks

urlpatterns = [
    path("webhooks/", hooks.webhooks, name="webhooks"),
    path("webhooks/<int:pk>/try/", hooks.try_one, name="webhook_try"),
    path("webhooks/<int:pk>/resume/", hooks.resume, name="webhook_resume"),
    path("webhooks/<int:pk>/remove/", hooks.remove, name="webhook_remove"),
]
