"""What the build would do over and over, it does once: together, more than half of its time.

For each citation pybtex asks the Python environment anew which plugins are installed. Python's
collector of garbage looks again and again at the trees of all pages, which hold none. And for
each number of a figure in the text Sphinx unpacks the tree of the figure's page anew.
"""

import functools
import gc

import pybtex.plugin
from sphinx.domains.std import StandardDomain


class Glance:
    """The environment, for those who look at trees and change none."""

    def __init__(self, env):
        self._env = env
        self.get_doctree = functools.cache(env.get_doctree)

    def __getattr__(self, name):
        return getattr(self._env, name)


class Numbers(StandardDomain):
    """Sphinx's standard domain, that unpacks a tree once to look up all numbers in it."""

    @functools.cached_property
    def _glance(self):
        return Glance(self.env)

    def resolve_xref(self, env, fromdocname, builder, typ, *rest):
        seen = self._glance if typ == "numref" else env
        return super().resolve_xref(seen, fromdocname, builder, typ, *rest)


def remember_plugins(module=pybtex.plugin):
    """Let pybtex keep what it learned about installed plugins."""
    if not hasattr(module.entry_points, "cache_info"):
        module.entry_points = functools.cache(module.entry_points)


def setup(app):
    remember_plugins()
    app.add_domain(Numbers, override=True)
    gc.freeze()
    gc.set_threshold(200_000, 50, 1000)
