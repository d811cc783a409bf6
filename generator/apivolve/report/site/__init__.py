"""A history of api-versions → the pages of a static site, its feeds and its search."""

from .pages import render_site
from .steps import Step, step_from, step_of

__all__ = ["Step", "render_site", "step_from", "step_of"]
