"""Complaints: intake, evidence, routing, deadlines, tracking."""
