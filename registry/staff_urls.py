"""Addresses of the desk, under `/staff/`. Signing in and people are at home in accounts."""

from __future__ import annotations

from django.urls import include, path, re_path

from registry import views_staff as desk
from registry import views_staff_fleet as fleet
from registry import views_staff_institutions as institutions
from registry import views_staff_vehicle as vehicle
from registry.views_authorities import authorities

app_name = "staff"

urlpatterns = [
    path("", desk.desk, name="desk"),
    path("search/", desk.find, name="search"),
    path("ambulances/", fleet.ambulances, name="ambulances"),
    re_path(r"^ambulances/export\.(?P<file_format>csv|xlsx)$", fleet.export_ambulances, name="ambulances_export"),
    path("views/", fleet.save_view, name="view_save"),
    path("views/<int:pk>/remove/", fleet.remove_view, name="view_remove"),
    path("ambulances/<int:pk>/", vehicle.ambulance, name="ambulance"),
    re_path(
        r"^ambulances/(?P<pk>[0-9]{1,18})/(?P<action_name>change|suspend|return|retire)/$",
        vehicle.act_on_ambulance,
        name="ambulance_act",
    ),
    re_path(
        r"^ambulances/(?P<pk>[0-9]{1,18})/codes/(?P<marking_pk>[0-9]{1,18})/(?P<action_name>mount|reissue|revoke)/$",
        vehicle.act_on_code,
        name="code_act",
    ),
    path("institutions/", institutions.institutions, name="institutions"),
    re_path(
        r"^institutions/export\.(?P<file_format>csv|xlsx)$",
        institutions.export_institutions,
        name="institutions_export",
    ),
    path("institutions/<int:pk>/", institutions.institution, name="institution"),
    path("institutions/<int:pk>/change/", institutions.change, name="institution_change"),
    path("institutions/<int:pk>/close/", institutions.close, name="institution_close"),
    path("institutions/<int:pk>/reopen/", institutions.reopen, name="institution_reopen"),
    path("prices/", institutions.prices, name="prices"),
    path("authorities/", authorities, name="authorities"),
    path("", include("registry.application_urls")),
]
