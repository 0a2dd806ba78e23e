"""The ECR action that moto lacks, and that tells the architecture of an image."""

import base64

from moto.core.exceptions import ServiceException
from moto.core.responses import ActionResult
from moto.ecr.responses import ECRResponse

from rehearsal.images import CONFIGS, digest


class _LayersNotFoundError(ServiceException):
    code = "LayersNotFoundException"


def install() -> None:
    """Give moto's ECR the action below."""
    setattr(ECRResponse, "get_download_url_for_layer", _get_download_url_for_layer)  # noqa: B010 - moto declares another


def _get_download_url_for_layer(self: ECRResponse) -> ActionResult:
    # Raises if there is no such repository.
    self.ecr_backend._get_repository(self._get_param("repositoryName"))
    wanted = self._get_param("layerDigest")
    for config in CONFIGS.values():
        if digest(config) == wanted:
            # On AWS an address in S3. This one is its own content, and needs no server.
            url = f"data:application/json;base64,{base64.b64encode(config.encode()).decode()}"
            return ActionResult({"downloadUrl": url, "layerDigest": wanted})
    raise _LayersNotFoundError(f"The layer with digest {wanted} does not exist.")
