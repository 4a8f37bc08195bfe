"""Ambulances, their markings (QR codes), and the public look-up."""
