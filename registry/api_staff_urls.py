"""Addresses of the API for hospital systems, under `/api/v1/staff/`, in the namespace of the API. A contract."""

from __future__ import annotations

from django.urls import path

from registry import api_staff as fleet
from registry import api_staff_applications as applications

urlpatterns = [
    path("ambulances/", fleet.FleetView.as_view(), name="staff_ambulances"),
    path("ambulances/<int:pk>/", fleet.VehicleView.as_view(), name="staff_ambulance"),
    path("ambulances/<int:pk>/markings/", fleet.VehicleMarkingsView.as_view(), name="staff_markings"),
    path("applications/", applications.ApplicationsView.as_view(), name="staff_applications"),
    path("applications/<int:pk>/", applications.ApplicationView.as_view(), name="staff_application"),
    path("applications/<int:pk>/documents/", applications.DocumentsView.as_view(), name="staff_documents"),
    path(
        "applications/<int:pk>/documents/<int:document_pk>/",
        applications.DocumentView.as_view(),
        name="staff_document",
    ),
    path("applications/<int:pk>/submit/", applications.SubmitView.as_view(), name="staff_submit"),
    path("applications/<int:pk>/withdraw/", applications.WithdrawView.as_view(), name="staff_withdraw"),
    path("applications/<int:pk>/agree/", applications.AgreeView.as_view(), name="staff_agree"),
    path("applications/<int:pk>/decline/", applications.DeclineView.as_view(), name="staff_decline"),
]
