import pytest
from moto.cloudformation.exceptions import ValidationError

from rehearsal.engine.order import creation_order
from tests.rehearsal.templates import att, ref, resource


def test_a_resource_comes_after_everything_its_properties_refer_to() -> None:
    resources = {
        "SubList": resource("T", Text={"Fn::Sub": ["${Sub.Arn} ${x}", {"x": ref("Joined")}]}),
        "Sub": resource("T", Text={"Fn::Sub": "${Joined}-${!Literal}-${AWS::Region}"}),
        "Joined": resource("T", Text={"Fn::Join": ["", [att("Got", "Arn"), {"Fn::GetAtt": "Other.Arn"}]]}),
        "Got": resource("T"),
        "Other": resource("T"),
    }

    order = creation_order(resources)

    assert sorted(order) == sorted(resources)
    for later, earlier in (("Sub", "Joined"), ("SubList", "Sub"), ("Joined", "Got"), ("Joined", "Other")):
        assert order.index(later) > order.index(earlier)


def test_depends_on_holds_for_what_another_resource_refers_to() -> None:
    # moto creates Service when Group refers to it, before Rule.
    resources = {
        "Group": resource("T", Service=ref("Service")),
        "Service": resource("T", "Rule"),
        "Rule": resource("T"),
    }

    assert creation_order(resources) == ["Rule", "Service", "Group"]


def test_a_circle_is_refused_in_cloudformations_words() -> None:
    with pytest.raises(ValidationError, match=r"Circular dependency between resources: \[A, B\]"):
        creation_order({"A": resource("T", Other=ref("B")), "B": resource("T", Other=ref("A"))})
