"""The artwork of a marking: what the paint shop puts on the vehicle, as SVG, PNG and a true-size PDF page.

One layout (`layout.lay_out`) gives a list of placed outlines; three writers (`writers`) draw that same list.
"""

from registry.artwork.layout import Facts, UnfitFacts
from registry.artwork.writers import pdf, png, svg

__all__ = ["Facts", "UnfitFacts", "pdf", "png", "svg"]
