"""Addresses of the hotline clerk's desk, under `/staff/hotline/`."""

from __future__ import annotations

from django.urls import path

from complaints import views_hotline as views

app_name = "hotline"

urlpatterns = [
    path("", views.call, name="call"),
    path("receipt/", views.receipt, name="receipt"),
    path("text/", views.text, name="text"),
    path("done/", views.done, name="done"),
]
