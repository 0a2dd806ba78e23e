"""Which deployments there are, and the clock that moves them on."""

import threading
from typing import Any

from moto.codedeploy.models import CodeDeployBackend, codedeploy_backends
from moto.codedeploy.responses import CodeDeployResponse

from rehearsal.clock import CLOCK
from rehearsal.models.codedeploy_life import Life

_ticking = threading.Lock()


def tick() -> None:
    """Do what is due in every deployment.

    One thread at a time; another one finds the state as it is, and so do a hook's own calls, made from here.
    """
    if not _ticking.acquire(blocking=False):
        return
    try:
        for regions in list(codedeploy_backends.values()):
            for backend in list(regions.values()):
                _advance(backend)
    finally:
        _ticking.release()


def _advance(backend: CodeDeployBackend) -> None:
    now = CLOCK.now()
    # A rollback that is made on the way comes last in the list.
    for name in (names := list(backend.deployments)):
        life_of(backend.deployments[name]).advance(now)
        names += [made for made in backend.deployments if made not in names]


def life_of(record: Any) -> Life:
    """The life of moto's object of a deployment."""
    # On moto's own object, so that a reset forgets it with everything else.
    return record.life


def find(self: CodeDeployResponse) -> Life:
    """The deployment that a request names, as it is by now."""
    tick()
    return life_of(self.codedeploy_backend.get_deployment(self._get_param("deploymentId")))
