"""Every audit row about a case names the authority complained of, so that the record can leave it out for that one."""

from __future__ import annotations

from tests.config.test_house import ROOT


def test_no_service_names_a_case_in_the_record_by_its_reference_alone():
    services = sorted((ROOT / "complaints" / "services").glob("*.py"))
    alone = [path.name for path in services if '"reference":' in path.read_text() and path.name != "case_steps.py"]
    assert services
    assert not alone, f"use case_steps.named() in {alone}"
