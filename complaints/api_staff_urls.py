"""Addresses of cases for other systems, under `/api/v1/staff/`, in the namespace of the API. A contract."""

from __future__ import annotations

from django.urls import path

from complaints import api_cases as cases
from complaints import api_forwarded as forwarded

PART = "cases/<int:pk>/parts/<int:part_pk>"

urlpatterns = [
    path("cases/", cases.CasesView.as_view(), name="staff_cases"),
    path("cases/<int:pk>/", cases.OneCaseView.as_view(), name="staff_case"),
    *(path(f"{PART}/{name}/", cases.step_view(name).as_view(), name=f"staff_case_{name}") for name in cases.DOINGS),
    path(f"{PART}/<str:step>/", cases.PersonStepView.as_view(), name="staff_case_step"),
    path("forwarded/", forwarded.ForwardedView.as_view(), name="staff_forwarded"),
    path("forwarded/<int:pk>/", forwarded.OneForwardedView.as_view(), name="staff_forwarded_one"),
    path("forwarded/<int:pk>/reply/", forwarded.ReplyView.as_view(), name="staff_forwarded_reply"),
]
