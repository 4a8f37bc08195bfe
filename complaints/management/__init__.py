"""Management of complaints."""
