"""What a request of CloudFormation does to its rule. After CreateRule, nothing here writes actions.

A deployment moves users by writing the weights of a rule's two target groups; whoever else writes actions
moves users as well. The odd cases are decided in docs/decisions/listener-rule-as-custom-resource.md.
"""

import contextlib
from collections.abc import Callable, Sequence

from botocore.exceptions import ClientError  # pyright: ignore[reportMissingTypeStubs]

from .balancer import Balancer, Patience, Refusal, code, tag_list
from .rule import Json, Rule, Weights, plain, same, wanted_conditions

# Tags that say whose a rule is: the resource of which stack, its role, and the request that made it.
STACK, LOGICAL_ID = "ecs-platform:stack", "ecs-platform:logical-id"
ROLE, REQUEST = "ecs-platform:role", "ecs-platform:request"
TEST = "test"
# The physical id that a failed Create answers; the id of its request follows.
NOT_CREATED = "not-created/"
# One minute, for weights on the move to come to rest or a rule of the same stack to give up its priority.
TRIES, PAUSE_SECONDS = 20, 3.0


class Request:
    """One request of CloudFormation for one rule."""

    def __init__(self, event: Json, elb: object, patience: Patience) -> None:
        self._balancer = Balancer(elb, patience)
        self._patience = patience
        self._type, self._id = str(event["RequestType"]), str(event["RequestId"])
        self._owner = {STACK: str(event["StackId"]), LOGICAL_ID: str(event["LogicalResourceId"])}
        self._physical_id = str(event.get("PhysicalResourceId", ""))
        self._new: Json = event["ResourceProperties"]
        self._old: Json = event.get("OldResourceProperties", self._new)
        self._listener = str(self._new.get("ListenerArn", ""))
        self._role = str(self._new.get("Role", ""))
        self._pair = _pair(self._new)

    @property
    def wrote(self) -> Sequence[str]:
        """The operations that changed something."""
        return self._balancer.wrote

    def serve(self) -> str:
        """Do what is asked for; the physical id, which is the rule's ARN."""
        return {"Create": self._create, "Update": self._update, "Delete": self._delete}[self._type]()

    def _create(self) -> str:
        return self._adopt() or self._make()

    def _update(self) -> str:
        rule = self._find(self._physical_id)
        if rule:
            self._refuse_what_is_fixed(rule)
        if not rule or rule.listener != self._listener:
            return self._adopt() or self._make()
        elsewhere = str(self._old.get("ListenerArn", self._listener))
        if elsewhere != self._listener:
            # Back from a move to another listener that failed: nobody else knows what it may have left there.
            for stray in self._own(elsewhere):
                self._balancer.remove(stray.arn)
        return self._converge(rule)

    def _delete(self) -> str:
        if _is_rule(self._physical_id):
            self._balancer.remove(self._physical_id)
        elif self._listener:
            # Create failed half-way. If it answered, only what it made itself goes: a later one may live.
            answered = self._physical_id.startswith(NOT_CREATED)
            for rule in self._own(self._listener):
                if not answered or NOT_CREATED + rule.tags.get(REQUEST, "") == self._physical_id:
                    self._balancer.remove(rule.arn)
        return self._physical_id

    def _refuse_what_is_fixed(self, rule: Rule) -> None:
        # The live rule is asked as well: the way back from such a refusal is an update too.
        if set(_pair(self._old)) != set(self._pair) and not self._carries(rule):
            raise Refusal(
                "The two target groups of a rule are fixed when it is created: new groups have no tasks, and "
                "users would be sent there. Undo what replaces them (name, port, protocol or VPC), or add a "
                "second service with groups of its own, move the routes to it and remove this one."
            )
        if self._old.get("Role") != self._role and rule.tags.get(ROLE) != self._role:
            raise Refusal(f"The role of a rule is fixed when it is created: add a {self._role} rule instead.")

    def _adopt(self) -> str | None:
        """The rule that this resource already has on the listener, its weights as they are; or None."""
        for rule in self._own(self._listener):
            interrupted = rule.tags.get(REQUEST) == self._id
            weights = self._weights(rule)
            if self._carries(rule) and self._left_behind(rule.arn, weights, self._agreed, weights):
                if interrupted:
                    # Or answered long ago and delivered again: then CloudFormation knows this very rule.
                    raise Refusal(
                        "The weights moved while the rule was made and Lambda was stopped. Deploy again."
                    )
                self._balancer.remove(rule.arn)
                continue
            if self._type == "Create" and not interrupted:
                # CloudFormation may yet delete the attempt that made it, and must not take it from us.
                self._balancer.call("add_tags", ResourceArns=[rule.arn], Tags=tag_list({REQUEST: self._id}))
            return self._converge(rule)
        return None

    def _make(self) -> str:
        """A new rule, with the weights by which users are served now."""
        why = ""
        for _ in range(TRIES):
            carriers = self._carriers()
            weights = self._live(carriers)
            if not weights:
                each = ", ".join(f"{rule.arn} has {self._weights(rule)}" for rule in carriers)
                why = f"The rules that forward to these target groups disagree on their weights: {each}."
                self._patience.pause(PAUSE_SECONDS, why)
                continue
            try:
                arn = self._create_rule(weights)
            except ClientError as error:
                holder, why = self._holder(error)
                if not holder or not self._is_own(holder):
                    self._patience.pause(PAUSE_SECONDS, why)
                    continue
                # Made by a call whose answer was lost on the way.
                arn, weights = holder.arn, self._weights(holder)
            try:
                if not self._left_behind(arn, weights, self._live):
                    return arn
            except Exception:
                with contextlib.suppress(ClientError, Refusal):
                    self._balancer.remove(arn)
                raise
            self._balancer.remove(arn)
            why = "The weights of these target groups do not come to rest."
        raise Refusal(why)

    def _create_rule(self, weights: Weights) -> str:
        pair = zip(self._pair, weights, strict=True)
        groups = [{"TargetGroupArn": group, "Weight": weight} for group, weight in pair]
        made = self._balancer.call(
            "create_rule",
            ListenerArn=self._listener,
            Priority=int(self._new["Priority"]),
            Conditions=wanted_conditions(self._new),
            Actions=[{"Type": "forward", "ForwardConfig": {"TargetGroups": groups}}],
            Tags=tag_list(self._owner | {ROLE: self._role, REQUEST: self._id}),
        )
        return made["Rules"][0]["RuleArn"]

    def _converge(self, rule: Rule) -> str:
        """Priority and conditions as wanted. Never actions."""
        if rule.priority != str(self._new["Priority"]):
            self._move(rule)
        conditions = wanted_conditions(self._new)
        if rule.conditions != plain(conditions):
            self._balancer.call("modify_rule", RuleArn=rule.arn, Conditions=conditions)
        return rule.arn

    def _move(self, rule: Rule) -> None:
        wanted = [{"RuleArn": rule.arn, "Priority": int(self._new["Priority"])}]
        why = ""
        for _ in range(TRIES):
            try:
                self._balancer.call("set_rule_priorities", RulePriorities=wanted)
                return
            except ClientError as error:
                holder, why = self._holder(error)
                if holder and holder.arn == rule.arn:
                    return
            self._patience.pause(PAUSE_SECONDS, why)
        raise Refusal(why)

    def _left_behind(
        self,
        arn: str,
        weights: Weights,
        tell: Callable[[list[Rule]], Weights | None],
        untold: Weights | None = None,
    ) -> bool:
        """Whether the weights moved on without this rule, which still has `weights`.

        Looked at twice, because a mover writes one rule after the other.
        """
        for look in range(2):
            if look:
                self._patience.pause(PAUSE_SECONDS, "The weights of these target groups are moving.")
            rules = {rule.arn: rule for rule in self._carriers()}
            mine = rules.pop(arn, None)
            if mine and (not rules or not same(self._weights(mine), weights)):
                return False
            if mine and same(tell(list(rules.values())) or untold, weights):
                return False
        return True

    def _live(self, rules: list[Rule]) -> Weights | None:
        """The weights by which users are served, as these rules tell; None while they disagree."""
        if any(self._has_role(rule) for rule in rules):
            return self._agreed(rules)
        if self._role == TEST and rules:
            return self._agreed(rules, any_role=True)
        # A test rule in mid-deployment points at tasks that nobody has approved: production asks the tasks.
        blue, green = (self._balancer.has_tasks(group) for group in self._pair)
        if blue and green:
            raise Refusal(
                "No rule of its role has weights to take over, and both target groups have tasks: which of "
                "them serves users cannot be known. Deploy again when the running deployment has ended."
            )
        if blue or green:
            return (100, 0) if blue else (0, 100)
        # Scaled to zero, or new. At rest a test rule tells the truth.
        return self._agreed(rules, any_role=True) if rules else (100, 0)

    def _agreed(self, rules: list[Rule], *, any_role: bool = False) -> Weights | None:
        found = [self._weights(rule) for rule in rules if any_role or self._has_role(rule)]
        return found[0] if found and all(same(other, found[0]) for other in found) else None

    def _carriers(self) -> list[Rule]:
        rules = [rule for rule in self._balancer.all_rules(self._listener) if self._carries(rule)]
        return self._balancer.tagged(rules)

    def _carries(self, rule: Rule) -> bool:
        return bool(rule.weights) and set(rule.weights) <= set(self._pair)

    def _weights(self, rule: Rule) -> Weights:
        return rule.weights.get(self._pair[0], 0), rule.weights.get(self._pair[1], 0)

    def _has_role(self, rule: Rule) -> bool:
        # A rule that somebody else made has no tag; on our listener it serves the same users.
        return rule.tags.get(ROLE, self._role if rule.listener == self._listener else "") == self._role

    def _own(self, listener: str) -> list[Rule]:
        rules = self._balancer.tagged(self._balancer.rules(ListenerArn=listener))
        return [rule for rule in rules if self._is_own(rule)]

    def _is_own(self, rule: Rule) -> bool:
        return self._owner.items() <= rule.tags.items()

    def _find(self, arn: str) -> Rule | None:
        found = self._balancer.tagged(self._balancer.rules(RuleArns=[arn])) if _is_rule(arn) else []
        return found[0] if found else None

    def _holder(self, error: ClientError) -> tuple[Rule | None, str]:
        """Who has the priority, and the reason to give if that stays so; refuses where waiting is in vain."""
        if code(error) != "PriorityInUse":
            raise error
        rules = self._balancer.rules(ListenerArn=self._listener)
        found = self._balancer.tagged([rule for rule in rules if rule.priority == str(self._new["Priority"])])
        if not found:
            return None, "Its priority was in use a moment ago."
        holder = found[0]
        stack = holder.tags.get(STACK)
        owner = (
            f"{holder.tags.get(LOGICAL_ID)} of stack {stack.split('/')[1]}"
            if stack
            else "not made by this platform"
        )
        why = (
            f"Priority {holder.priority} is in use by {holder.arn} ({owner}). Give one of the two another "
            "routing priority in the environment's file; to exchange two, give one a free number first."
        )
        # Only a rule of the same stack can be about to give it up.
        if stack != self._owner[STACK]:
            raise Refusal(why)
        return holder, why


def _pair(properties: Json) -> tuple[str, str]:
    return str(properties.get("BlueTargetGroupArn")), str(properties.get("GreenTargetGroupArn"))


def _is_rule(physical_id: str) -> bool:
    return ":listener-rule/" in physical_id
