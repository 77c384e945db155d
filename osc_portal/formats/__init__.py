"""How dates are written on Django's own pages: in every language as on all others."""
