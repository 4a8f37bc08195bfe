"""Addresses of the API, version 1, under `/api/v1/`. The names are a contract."""

from __future__ import annotations

from django.urls import include, path

from complaints.api import ComplaintKindsView, ComplaintsView
from complaints.api_follow import (
    AnswersView,
    ComplaintView,
    MaterialView,
    RatingView,
    ReviewView,
    WithdrawalView,
)
from complaints.api_platform import PlatformComplaintsView, PlatformComplaintView
from config.api_pages import DocsView, SchemaView
from registry.api import CardsByPlateView, CardView, DivisionsView

app_name = "api"

urlpatterns = [
    path("ambulances/", CardsByPlateView.as_view(), name="cards"),
    path("ambulances/<str:code>/", CardView.as_view(), name="card"),
    path("complaints/", ComplaintsView.as_view(), name="complaints"),
    path("complaints/<str:reference>/", ComplaintView.as_view(), name="complaint"),
    path("complaints/<str:reference>/material/", MaterialView.as_view(), name="complaint_material"),
    path("complaints/<str:reference>/answers/", AnswersView.as_view(), name="complaint_answers"),
    path("complaints/<str:reference>/withdrawal/", WithdrawalView.as_view(), name="complaint_withdrawal"),
    path("complaints/<str:reference>/rating/", RatingView.as_view(), name="complaint_rating"),
    path("complaints/<str:reference>/review/", ReviewView.as_view(), name="complaint_review"),
    path("divisions/", DivisionsView.as_view(), name="divisions"),
    path("complaint-kinds/", ComplaintKindsView.as_view(), name="complaint_kinds"),
    path("platform/complaints/", PlatformComplaintsView.as_view(), name="platform_complaints"),
    path("platform/complaints/<str:platform_reference>/", PlatformComplaintView.as_view(), name="platform_complaint"),
    path("staff/", include("registry.api_staff_urls")),
    path("staff/", include("complaints.api_staff_urls")),
    path("schema/", SchemaView.as_view(), name="schema"),
    path("docs/", DocsView.as_view(), name="docs"),
]
