"""Addresses of what authorities sent to an institution, under `/staff/forwarded/`."""

from __future__ import annotations

from django.urls import path

from complaints import views_forwarded as views

app_name = "forwarded"

urlpatterns = [
    path("", views.forwarded, name="list"),
    path("<int:pk>/", views.one, name="one"),
    path("<int:pk>/files/<int:number>/", views.file, name="file"),
]
