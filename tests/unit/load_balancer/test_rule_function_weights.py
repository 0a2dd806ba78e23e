"""Which weights a new rule gets."""

import pytest

from ecs_platform.load_balancer.rule_function.swap_safe_rule.request import ROLE
from tests.unit.load_balancer.rule_clients import Client
from tests.unit.load_balancer.rule_world import Resource, World, refused, succeeded


def _production(world: World, priority: int = 20) -> Resource:
    return Resource(world, logical_id="Another", Priority=priority)


def _test(world: World, priority: int = 20) -> Resource:
    return Resource(world, logical_id="Test", Priority=priority, ListenerArn=world.test, Role="test")


def test_the_first_rule_of_a_service_is_all_for_blue(fake: World) -> None:
    assert fake.weights(Resource(fake).create()) == (100, 0)


def test_a_rule_follows_the_one_of_its_role_wherever_that_is(fake: World) -> None:
    _production(fake).create()
    fake.swap(30, 70)

    assert fake.weights(Resource(fake, ListenerArn=fake.https).create()) == (30, 70)


def test_in_mid_deployment_production_follows_production_and_test_follows_test(fake: World) -> None:
    """The test rule already points at tasks that nobody has approved."""
    _production(fake).create()
    _test(fake).create()
    fake.swap(0, 100, role="test")

    assert fake.weights(Resource(fake, ListenerArn=fake.https).create()) == (100, 0)
    second_test = Resource(fake, logical_id="Test2", ListenerArn=fake.test, Role="test")
    assert fake.weights(second_test.create()) == (0, 100)


def test_a_test_rule_without_another_follows_production(fake: World) -> None:
    _production(fake).create()
    fake.swap(0, 100)
    fake.start_tasks(fake.green)
    fake.start_tasks(fake.blue)

    assert fake.weights(_test(fake).create()) == (0, 100)


def test_production_without_another_asks_the_tasks_before_the_test_rule(fake: World) -> None:
    _test(fake).create()
    fake.swap(0, 100)
    fake.start_tasks(fake.blue)

    assert fake.weights(Resource(fake).create()) == (100, 0)


def test_production_without_another_and_with_two_groups_of_tasks_is_refused(fake: World) -> None:
    _test(fake).create()
    fake.start_tasks(fake.blue)
    fake.start_tasks(fake.green)
    resource = Resource(fake)

    told = resource.send(resource.event("Create"))

    assert "both target groups have tasks" in refused(told)
    assert fake.rules(fake.http) == []


def test_a_service_scaled_to_zero_follows_its_test_rule(fake: World) -> None:
    _test(fake).create()
    fake.swap(0, 100)

    assert fake.weights(Resource(fake).create()) == (0, 100)


def test_tasks_on_their_way_out_do_not_count(fake: World) -> None:
    fake.elb.targets[fake.blue] += ["draining", "draining"]
    fake.elb.targets[fake.green] += ["draining", "initial"]

    assert fake.weights(Resource(fake).create()) == (0, 100)


@pytest.mark.parametrize("state", ["initial", "healthy", "unhealthy", "unused", "unavailable"])
def test_tasks_in_any_other_state_count(fake: World, state: str) -> None:
    """Without a rule ELB calls every target unused."""
    fake.elb.targets[fake.green] += [state]

    assert fake.weights(Resource(fake).create()) == (0, 100)


def test_a_rule_that_somebody_else_made_counts_on_the_same_listener(fake: World) -> None:
    """Such as CloudFormation's own, on the day of the migration."""
    fake.by_hand(fake.http, 20, fake.forward(0, 1))
    fake.start_tasks(fake.blue)

    assert fake.weights(Resource(fake).create()) == (0, 1)


def test_a_rule_that_somebody_else_made_elsewhere_does_not_speak_for_production(fake: World) -> None:
    fake.by_hand(fake.test, 20, fake.forward(0, 100))
    fake.start_tasks(fake.blue)

    assert fake.weights(Resource(fake).create()) == (100, 0)


def test_a_forward_to_a_single_group_is_all_for_that_group(fake: World) -> None:
    fake.by_hand(fake.http, 20, [{"Type": "forward", "TargetGroupArn": fake.green}])

    blue, green = fake.weights(Resource(fake).create())
    assert blue == 0
    assert green > 0


def test_rules_of_other_services_do_not_count(fake: World) -> None:
    other = fake.blue.replace("group-1", "other")
    fake.elb.targets[other] = []
    groups = [{"TargetGroupArn": group, "Weight": 50} for group in (fake.blue, other)]
    fake.by_hand(fake.http, 20, [{"Type": "forward", "ForwardConfig": {"TargetGroups": groups}}])

    assert fake.weights(Resource(fake).create()) == (100, 0)


def test_one_to_nothing_is_a_hundred_to_nothing(fake: World) -> None:
    fake.by_hand(fake.http, 20, fake.forward(1, 0))
    fake.by_hand(fake.http, 21, fake.forward(100, 0))
    elb = Client(fake.elb)

    assert Resource(fake, elb=elb).create()
    assert elb.writes == ["create_rule"]


def test_rules_that_disagree_are_waited_for(fake: World) -> None:
    """A deployment writes one rule after the other."""
    done = fake.by_hand(fake.http, 20, fake.forward(0, 100))
    pending = fake.by_hand(fake.http, 21, fake.forward(100, 0))
    resource = Resource(fake)
    resource.meanwhile = lambda: fake.write(pending, 0, 100)

    arn = resource.create()

    assert fake.weights(arn) == fake.weights(done) == fake.weights(pending) == (0, 100)


def test_rules_that_never_agree_are_refused(fake: World) -> None:
    fake.by_hand(fake.http, 20, fake.forward(0, 100))
    fake.by_hand(fake.http, 21, fake.forward(50, 50))
    resource = Resource(fake)

    told = resource.send(resource.event("Create"))

    assert "disagree on their weights" in refused(told)
    assert resource.seconds_left == pytest.approx(170 - 60)
    assert len(fake.rules()) == 2


def test_a_sibling_is_found_behind_many_rules_and_pages(fake: World) -> None:
    for priority in range(100, 145):
        fake.by_hand(fake.http, priority)
    fake.by_hand(fake.https, 50, fake.forward(7, 93), **{ROLE: "production"})
    for rule in fake.rules(fake.http):
        fake.elb.modify_rule(
            RuleArn=rule.arn,
            Actions=[{"Type": "fixed-response", "FixedResponseConfig": {"StatusCode": "200"}}],
        )

    assert fake.weights(Resource(fake).create()) == (7, 93)


def test_its_own_rule_is_found_behind_many_rules(fake: World) -> None:
    """DescribeTags takes twenty."""
    for priority in range(100, 145):
        fake.by_hand(fake.http, priority)
    resource = Resource(fake)

    assert resource.create() == resource.create()


def test_what_the_first_rule_of_a_service_costs(fake: World) -> None:
    """No more calls than these: an account deploys many services at once and ELB counts."""
    elb = Client(fake.elb)
    Resource(fake, elb=elb).create()

    look = ["describe_listeners", *["describe_rules"] * 3]
    tasks = ["describe_target_health"] * 2
    own = ["describe_rules"]
    assert [name for name, _ in elb.calls] == [*own, *look, *tasks, "create_rule", *look, "describe_tags"]


def test_a_rule_that_vanishes_while_tags_are_read_does_not_disturb(fake: World) -> None:
    """One missing rule fails DescribeTags for all of them."""
    doomed = fake.by_hand(fake.http, 50)
    _production(fake).create()
    fake.swap(0, 100, role="production")

    def delete_once(_: int, name: str) -> None:
        if name == "describe_tags" and any(rule.arn == doomed for rule in fake.rules()):
            fake.elb.delete_rule(RuleArn=doomed)

    resource = Resource(fake, elb=Client(fake.elb, before=delete_once))

    assert fake.weights(succeeded(resource.send(resource.event("Create")))) == (0, 100)
