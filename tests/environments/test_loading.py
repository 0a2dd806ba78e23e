"""Files: everything wrong with all of them in one report, and never a traceback."""
# ruff: noqa: E501 - sentences stand in one line, where a search finds them

import pytest

from environments.loading.files import load
from environments.loading.report import report

NAMES = ("one", "two", "three")
IMPORTS = "from environments.model import *\n"


def test_an_element_that_is_none_hides_no_mistake_of_those_beside_it(mistakes, service):
    shop = service()
    vars(shop).update(cpu=300)
    assert mistakes({"services": ["shop", shop]}) == [
        "services[0]: Not a value for this field. Allowed: ServiceSettings(...).",
        "services[1].cpu (shop): Fargate has no task with 300 CPU units. Allowed: 256, 512, 1024, 2048, 4096, 8192, 16384, 32768 CPU units (1024 are one vCPU).",
    ]


def test_valid_files(folder):
    loaded = load(NAMES, folder)
    assert loaded.mistakes == ()
    assert [environment.name for environment in loaded.environments] == list(NAMES)


def test_all_mistakes_of_all_files_at_once(folder, edit):
    edit(
        "one",
        ('cidr="10.0.0.0/16"', 'cidr="10.0.0.9/16"'),
        ("memory_mib=512", "memory_mib=300"),
        ("port=8080", 'prot="8080"'),
        ("removable=False", "removable=0"),
    )
    edit(
        "two",
        ('cidr="10.1.0.0/16"', 'cidr="10.2.0.0/16"'),
        ("access_log_retention_days=30", "access_log_retention_days=-30"),
    )
    edit("three", ("deletion_protection=True", "deletion_protection=False"))
    assert (
        report(load(NAMES, folder).mistakes)
        == """\
environments/one.py
  network.cidr = '10.0.0.9/16'
      Not written as first address and prefix length. Allowed: '10.0.0.0/16'.
  registry.removable = 0
      Not a value for this field. Allowed: True or False.
  removable = 0
      Not a value for this field. Allowed: True or False.
  services[0].port (hello)
      Missing. Allowed: a whole number.
  services[0].prot (hello) = '8080'
      ServiceSettings has no such field. Did you mean port? Allowed: name, image, cpu, memory_mib, architecture, port, environment, secrets, retired, health_check_path, routing, scaling, deployment, migration, alarms, exec_enabled, exec_reason.
  services[0].memory_mib (hello) = 300
      Fargate has no task with 256 CPU units and 300 MiB of memory. Allowed: with 256 CPU units, 512, 1024, 2048 MiB.

environments/two.py
  load_balancer.access_log_retention_days = -30
      Outside the range. Allowed: 1 to 3,653 days.
  network.zones[0].public_cidr (eu-central-1a) = '10.1.0.0/24'
      The subnet lies outside the VPC. Allowed: a block inside 10.2.0.0/16.
  network.zones[0].private_cidr (eu-central-1a) = '10.1.16.0/20'
      The subnet lies outside the VPC. Allowed: a block inside 10.2.0.0/16.
  network.zones[1].public_cidr (eu-central-1b) = '10.1.1.0/24'
      The subnet lies outside the VPC. Allowed: a block inside 10.2.0.0/16.
  network.zones[1].private_cidr (eu-central-1b) = '10.1.32.0/20'
      The subnet lies outside the VPC. Allowed: a block inside 10.2.0.0/16.

environments/three.py
  load_balancer.deletion_protection = False
      Production's load balancer could be deleted by mistake. Allowed: True.
  network.cidr = '10.2.0.0/16'
      Overlaps 10.2.0.0/16 of environments/two.py; the two could never be connected. Allowed: a block that shares no address with another environment.

13 mistakes in 3 files. Nothing was written.
"""
    )


def test_one_mistake_is_one(folder, edit):
    edit("one", ("keep_images=10", "keep_images=0"))
    assert report(load(NAMES, folder).mistakes).endswith("\n\n1 mistake. Nothing was written.\n")


@pytest.mark.parametrize(
    ("text", "mistake"),
    [
        ("X = 1\nENVIRONMENT = Environment(\n", "  line 2\n      SyntaxError: '(' was never closed."),
        ("\n\nENVIRONMENT = Nowhere()\n", "  line 3\n      NameError: name 'Nowhere' is not defined."),
        (
            "import no_such_package\n",
            "  line 1\n      ModuleNotFoundError: No module named 'no_such_package'.",
        ),
        (
            f"{IMPORTS}ENVIRONMENT = Environment('qa')\n",
            "  line 2\n      TypeError: Environment takes its fields by name: name, account, region, bootstrap_qualifier, tags, network, cluster, registry, load_balancer, log_retention_days, removable, services, jobs, stopped_tasks.",
        ),
        (
            f"{IMPORTS}c = Canary(percent=1)\n\nc.minutes\n",
            "  line 4\n      UnreadableFieldError: Canary.minutes is missing or not valid.",
        ),
        (
            "X = 1\n",
            "  ENVIRONMENT\n      The file does not say what its environment is. Allowed: ENVIRONMENT = Environment(...) or ProductionEnvironment(...).",
        ),
        (
            "ENVIRONMENT = 'qa'\n",
            "  ENVIRONMENT = 'qa'\n      The file does not say what its environment is. Allowed: ENVIRONMENT = Environment(...) or ProductionEnvironment(...).",
        ),
    ],
)
def test_a_file_that_does_not_run(folder, edit, text, mistake):
    (folder / "qa.py").write_text(text)
    # The other files are read all the same.
    edit("one", ("keep_images=10", "keep_images=0"))
    assert report(load((*NAMES, "qa"), folder).mistakes) == (
        "environments/one.py\n  registry.keep_images = 0\n      Outside the range. Allowed: 2 to 10,000 images.\n\n"
        f"environments/qa.py\n{mistake}\n\n2 mistakes in 2 files. Nothing was written.\n"
    )


def test_an_error_in_a_file_beside_names_that_file(folder, monkeypatch):
    (folder / "shared_values.py").write_text("A = 1\nB = A / 0\n")
    (folder / "qa.py").write_text("import shared_values\n")
    monkeypatch.syspath_prepend(folder)
    assert report(load(("qa",), folder).mistakes) == (
        "environments/shared_values.py\n  line 2\n      ZeroDivisionError: division by zero.\n\n"
        "1 mistake. Nothing was written.\n"
    )


def test_a_file_that_is_no_text(folder):
    (folder / "qa.py").write_bytes(b"ENVIRONMENT = '\xff'\n")
    [mistake] = load(("qa",), folder).mistakes
    assert (mistake.file, mistake.field) == ("environments/qa.py", "line 1")
    assert mistake.problem.startswith("SyntaxError: ")


def test_the_list_of_names(folder):
    assert report(load(("one", "nowhere", "one"), folder).mistakes) == (
        "environments/__init__.py\n"
        "  ENVIRONMENTS[2] = 'one'\n      Listed twice. Allowed: each name once.\n"
        "  ENVIRONMENTS\n      There is no environments/nowhere.py. Allowed: names of environments that have a file.\n\n"
        "2 mistakes. Nothing was written.\n"
    )


def test_a_name_with_a_hyphen_is_a_file_with_an_underscore(folder):
    (folder / "one_eu.py").write_text((folder / "one.py").read_text().replace('name="one"', 'name="one-eu"'))
    loaded = load(("one-eu",), folder)
    assert loaded.mistakes == ()
    assert [environment.name for environment in loaded.environments] == ["one-eu"]


def test_a_copy_that_kept_its_name(folder):
    """One account, region and name would be one set of stacks for two environments."""
    (folder / "two.py").write_text((folder / "three.py").read_text())
    assert [f"{each.field}: {each.problem} {each.allowed}" for each in load(NAMES, folder).mistakes] == [
        "name: An environment is named after its file. 'two'.",
        "bootstrap_qualifier: environments/two.py may be in the same account and has hnb659fds too: each could deploy the other. a qualifier of its own for each environment of an account.",
        "network.cidr: Overlaps 10.2.0.0/16 of environments/two.py; the two could never be connected. a block that shares no address with another environment.",
        "load_balancer.https.domain_name: environments/two.py has this name too, and a name leads to one load balancer. a name of its own for each environment.",
    ]


@pytest.mark.parametrize("cidr", ["10.1.0.0/17", "10.1.128.0/20", "10.1.255.0/24"])
def test_overlaps_of_other_sizes(folder, edit, cidr):
    edit("one", ('cidr="10.0.0.0/16"', f'cidr="{cidr}"'))
    overlaps = [each for each in load(NAMES, folder).mistakes if each.problem.startswith("Overlaps")]
    assert [(each.file, each.field) for each in overlaps] == [("environments/two.py", "network.cidr")]


def test_placeholders_are_found_wherever_they_stand(folder, edit):
    edit("one", ("port=8080", 'port=8080, environment={"KEY": Placeholder("x", "The key.")}'))
    loaded = load(NAMES, folder)
    assert loaded.mistakes == ()
    assert [(each.field, each.stand_in, each.fill_in) for each in loaded.unfilled["one"]] == [
        ("account", "000000000000", "The account of one."),
        ("services[0].environment['KEY'] (hello)", "x", "The key."),
    ]
    assert type(loaded.environments[0].services[0].environment["KEY"]) is str
