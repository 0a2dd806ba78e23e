"""Custom resources: CloudFormation's request and answer, around whoever can do the work here.

https://docs.aws.amazon.com/AWSCloudFormation/latest/UserGuide/crpg-ref.html
"""

import uuid
from typing import Any

from moto.awslambda.utils import get_backend

from rehearsal.journal import Kind
from rehearsal.models.custom_answer import Answer, Listener
from rehearsal.models.python_function import StoredFunction
from rehearsal.models.resource import Properties, RefusedError, Resource
from rehearsal.models.stand_ins import STAND_INS


class CustomResource(Resource):
    """AWS::CloudFormation::CustomResource and Custom::anything.

    A function with a Python runtime is run from its stored code. CDK's own functions for Node cannot run, as
    there is no SDK for them: the ones this project uses have a stand-in, any other is skipped by name.
    """

    def create(self, new: Properties) -> None:
        """Send Create, with all the properties there are."""
        self._take(self._ask("Create", dict(new.items())))

    def update(self, new: Properties) -> Resource | None:
        """Send Update; another physical id in the answer makes it a replacement, cleaned up with a Delete."""
        old = self.properties
        if new["ServiceToken"] != old["ServiceToken"]:
            raise RefusedError("Modifying service token is not allowed.")
        answer = self._ask("Update", new, old)
        if answer.physical_id == self.physical_id:
            self._take(answer)
            return None
        successor = CustomResource(self.place, self.name)
        successor._take(answer)
        return successor

    def delete(self) -> None:
        """Send Delete."""
        old = self.properties
        self._ask("Delete", old)

    def get_cfn_attribute(self, attribute_name: str) -> Any:
        """Give a value of the answer's Data."""
        if attribute_name not in self.attributes:
            raise RefusedError(
                f"CustomResource attribute error: Vendor response doesn't contain {attribute_name} attribute"
            )
        return self.attributes[attribute_name]

    def _take(self, answer: Answer) -> None:
        self.physical_id = answer.physical_id
        self.attributes = answer.data

    def _ask(self, request: str, new: Properties, old: Properties | None = None) -> Answer:
        token = new["ServiceToken"]
        function = StoredFunction.find(get_backend(self.place.account, self.place.region), token)
        if function is not None and function.runtime.startswith("python"):
            return self._run(function, request, new, old)
        stand_in = STAND_INS.get(self.place.type)
        if stand_in is not None:
            answer = stand_in(self, request, new)
            self.note(Kind.STOOD_IN, f"{request}: {answer.reason}")
            return answer
        runtime = f"its function has the runtime {function.runtime}" if function else f"no function {token}"
        self.note(Kind.SKIPPED, f"{request}: {runtime}")
        return Answer.skipped(self.physical_id or self.name)

    def _run(self, function: StoredFunction, request: str, new: Properties, old: Properties | None) -> Answer:
        event: Properties = {
            "RequestType": request,
            "ServiceToken": new["ServiceToken"],
            "StackId": self.place.stack_id,
            "RequestId": str(uuid.uuid4()),
            "LogicalResourceId": self.place.logical_id,
            "ResourceType": self.place.type,
            "ResourceProperties": as_strings(new),
        }
        if request != "Create":
            event["PhysicalResourceId"] = self.physical_id
        if old is not None:
            event["OldResourceProperties"] = as_strings(old)
        with Listener() as listener:
            event["ResponseURL"] = listener.url
            function.call(event)
            answer = listener.answer(event)
        self.note(Kind.EXECUTED, f"{request}: {function.name}")
        return answer


def as_strings(value: Any) -> Any:
    """Properties as CloudFormation sends them: every scalar is a string."""
    if isinstance(value, dict):
        return {key: as_strings(item) for key, item in value.items()}
    if isinstance(value, list):
        return [as_strings(item) for item in value]
    if isinstance(value, bool):
        return str(value).lower()
    return str(value)
