"""Addresses of complaints at the desk, under `/staff/complaints/`."""

from __future__ import annotations

from django.urls import path

from complaints import views_act, views_bulk, views_staff

app_name = "cases"

urlpatterns = [
    path("", views_staff.cases, name="cases"),
    path("bulk/", views_bulk.bulk, name="bulk"),
    path("<int:pk>/", views_staff.case, name="case"),
    path("<int:pk>/parts/<int:part_pk>/<slug:step_name>/", views_act.act, name="act"),
]
