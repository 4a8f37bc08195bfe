"""Addresses of complaints at the desk, under `/staff/complaints/`."""

from __future__ import annotations

from django.urls import path

from complaints import views_staff as views

app_name = "cases"

urlpatterns = [
    path("", views.cases, name="cases"),
    path("<int:pk>/", views.case, name="case"),
]
