"""A script of .github/, which is no package, as a module."""

from importlib.util import module_from_spec, spec_from_file_location
from types import ModuleType

from tests.github.workflows import ROOT


def load(name: str) -> ModuleType:
    spec = spec_from_file_location(name, ROOT / ".github" / f"{name}.py")
    assert spec
    assert spec.loader
    module = module_from_spec(spec)
    spec.loader.exec_module(module)
    return module
