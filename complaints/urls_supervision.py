"""Addresses of supervision, under `/staff/supervision/`."""

from __future__ import annotations

from django.urls import path, re_path

from complaints import views_extension, views_quality, views_retention, views_supervision

app_name = "supervision"

urlpatterns = [
    path("", views_supervision.desk, name="desk"),
    path("statistics/", views_supervision.statistics, name="statistics"),
    re_path(
        r"^statistics/export\.(?P<file_format>csv|xlsx)$", views_supervision.export_statistics, name="statistics_export"
    ),
    path("quality/", views_quality.quality, name="quality"),
    path("quality/draw/", views_quality.draw, name="draw"),
    path("quality/<int:pk>/", views_quality.check, name="check"),
    path("retention/", views_retention.retention, name="retention"),
    path("retention/<int:pk>/", views_retention.batch, name="batch"),
    path("retention/<int:pk>/confirm/", views_retention.confirm, name="confirm"),
    path("holds/<int:pk>/", views_retention.hold, name="hold"),
    path("extensions/ask/<int:pk>/", views_extension.ask, name="ask_extension"),
    path("extensions/<int:pk>/", views_extension.decide, name="decide_extension"),
]
