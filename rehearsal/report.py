"""The inventory as a table for people, and what in it is not real."""

from collections.abc import Iterable, Iterator

from rich.console import Console
from rich.table import Table

from rehearsal.inventory import Inventory
from rehearsal.inventory.containers import Service
from rehearsal.inventory.release import DeploymentGroup
from rehearsal.inventory.traffic import Rule
from rehearsal.journal import Entry, Kind

Row = tuple[str, str, str]

NOT_RUN = (
    "moto stores what was created and runs none of it: no container, no build, no request through the load "
    "balancer, no IAM decision, no rollback of a stack. CodeDeploy's stages follow a clock, not real tasks."
)


def show(inventory: Inventory, console: Console) -> None:
    """Print what exists, section by section, and the URL."""
    report = _Report(inventory)
    table = Table(title="What that AWS now answers", title_justify="left", title_style="bold")
    table.add_column("Resource", no_wrap=True)
    table.add_column("Name", overflow="fold")
    table.add_column("What it is", overflow="fold")
    for section in report.sections():
        for row in section:
            table.add_row(*row)
        table.add_section()
    console.print(table)
    for load_balancer in inventory.load_balancers:
        console.print(f"[bold]URL[/] {load_balancer.url}", soft_wrap=True)


def show_unreal(entries: Iterable[Entry], console: Console) -> None:
    """Print each resource that was executed, replaced, skipped or cut short, then what never runs here."""
    entries = list(entries)
    for kind in (Kind.EXECUTED, Kind.STOOD_IN, Kind.SKIPPED, Kind.NOT_SHOWN):
        for entry in (entry for entry in entries if entry.kind is kind):
            line = f"  {kind:<9}  {entry.type}  {entry.stack}/{entry.logical_id}: {entry.detail}"
            console.print(line, highlight=False, markup=False, soft_wrap=True)
    console.print(NOT_RUN, soft_wrap=True)


class _Report:
    """Rows of the table; target groups and listeners go by the names a person knows them by."""

    def __init__(self, inventory: Inventory) -> None:
        self._all = inventory
        self._ports = {
            listener.arn: str(listener.port)
            for load_balancer in inventory.load_balancers
            for listener in load_balancer.listeners
        }
        # CodeDeploy calls the first of its pair blue; nobody can tell the generated names apart.
        colours = {
            name: colour
            for group in inventory.deployment_groups
            for name, colour in zip(group.target_groups, ("blue", "green"), strict=False)
        }
        self._groups = {group.arn: colours.get(group.name, group.name) for group in inventory.target_groups}

    def sections(self) -> Iterator[Iterator[Row]]:
        """The sections, from the network up."""
        yield self._network()
        yield self._registry()
        yield self._containers()
        yield self._traffic()
        yield self._releases()
        yield self._access()
        yield self._watching()

    def _network(self) -> Iterator[Row]:
        for vpc in self._all.vpcs:
            closed = "closed" if vpc.default_group_closed else "OPEN"
            gateways = f"{vpc.nat_gateways} NAT" if vpc.nat_gateways else "no NAT"
            yield "VPC", vpc.name or vpc.id, f"{vpc.cidr}, {gateways}, default security group {closed}"
            for subnet in vpc.subnets:
                kind = "public" if subnet.public else "private"
                yield "Subnet", subnet.name or subnet.id, f"{kind}, {subnet.zone}, {subnet.cidr}"
            for kind in sorted({endpoint.kind for endpoint in vpc.endpoints}):
                services = [endpoint.service for endpoint in vpc.endpoints if endpoint.kind == kind]
                yield "VPC endpoints", kind, ", ".join(services)

    def _registry(self) -> Iterator[Row]:
        for repository in self._all.repositories:
            scan = "scan on push" if repository.scan_on_push else "no scan"
            tags = ", ".join(repository.tags) or "no image"
            yield "Repository", repository.name, f"{repository.mutability.lower()} tags, {scan}; holds {tags}"

    def _containers(self) -> Iterator[Row]:
        for cluster in self._all.clusters:
            shares = ", ".join(f"{name} {weight}" for name, weight in cluster.strategy.items())
            yield "Cluster", cluster.name, f"Container Insights {cluster.insights}; {shares or 'no strategy'}"
            for service in cluster.services:
                yield from self._service(service)
        for target in self._all.scaling_targets:
            policies = ", ".join([*target.policies, *target.schedules]) or "no policy"
            yield "Scaling", target.resource, f"{target.minimum} to {target.maximum} tasks; {policies}"

    def _service(self, service: Service) -> Iterator[Row]:
        attached = ", ".join(self._groups.get(arn, arn) for arn in service.target_groups)
        desired = f"desired count {service.desired}"
        yield "Service", service.name, f"{service.controller} controller, {desired}, attached to {attached}"
        task = service.task_definition
        size = f"{task.cpu} CPU units, {task.memory} MiB, {task.architecture}"
        yield "Task definition", task.revision, f"{size}; image {', '.join(task.images)}"

    def _traffic(self) -> Iterator[Row]:
        for load_balancer in self._all.load_balancers:
            zones = ", ".join(load_balancer.zones)
            yield "Load balancer", load_balancer.name, f"{load_balancer.scheme}, {zones}"
            for listener in load_balancer.listeners:
                for rule in listener.rules:
                    where = f"{listener.protocol} {listener.port}, priority {rule.priority}"
                    yield "Listener rule", where, self._rule(rule)
        for group in self._all.target_groups:
            what = f"{self._groups[group.arn]}: {group.target_type} targets, port {group.port}"
            yield "Target group", group.name, f"{what}, health check {group.health_check_path}"

    def _rule(self, rule: Rule) -> str:
        when = "; ".join(rule.conditions) or "anything else"
        if not rule.weights:
            return f"{when}: {rule.answer}"
        shares = [f"{self._groups.get(arn, arn)} {weight}" for arn, weight in rule.weights.items()]
        return f"{when}: {', '.join(shares)}"

    def _releases(self) -> Iterator[Row]:
        for group in self._all.deployment_groups:
            yield "CodeDeploy", f"{group.application} / {group.name}", self._deployment(group)

    def _deployment(self, group: DeploymentGroup) -> str:
        production = ", ".join(self._ports.get(arn, arn) for arn in group.production_listeners)
        test = ", ".join(self._ports.get(arn, arn) for arn in group.test_listeners) or "none"
        return (
            f"{group.configuration}: {group.traffic}; production listener {production}, test {test}; "
            f"old tasks stay {group.termination_wait_minutes} minutes; {len(group.alarms)} alarms; "
            f"rolls back on {', '.join(group.rollback_on) or 'nothing'}"
        )

    def _access(self) -> Iterator[Row]:
        for role in self._all.roles:
            yield "Role", role.name, f"for {', '.join(role.trusted)}"

    def _watching(self) -> Iterator[Row]:
        for alarm in self._all.alarms:
            yield "Alarm", alarm, ""
        for name, days in self._all.log_groups.items():
            yield "Log group", name, f"{days} days" if days else "kept for ever"
