"""How long the command takes against AWS's times, beside the critical path and terraform.

    python benchmarks/deploy/bench.py [--runs N] [--profile-calls] [--json]
                                      [--terraform-plugins DIR]

Each round is a life: a fresh deploy, one with nothing to do, one after a function's code was
changed, one after a method was opened behind the tools' back, a teardown. Each tool lives it in
turn, before the same local cloud, which a proxy makes as slow as AWS is: once where a call takes
80 ms, as within the Region, and once where it takes 250 ms.
"""

from __future__ import annotations

import argparse
import json
import os
import signal
import sys
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from urllib.parse import urlsplit

from aws_model import Model
from aws_proxy import Proxy
from aws_times import CALLS, Times
from cloud import WHOLE, Cloud
from contenders import Contender, Ours
from needs import SCENARIOS
from report import as_json, print_report
from runs import Machine, Run
from start import clients_seconds, proxy_seconds
from terraform import Terraform, why_not
from timeline import timeline

PLUGINS = "TERRAFORM_PLUGINS"


def main() -> None:
    asked = _arguments()
    load = os.getloadavg()[0]
    signal.signal(signal.SIGTERM, lambda *_: sys.exit("ended"))  # and nothing is left running
    with tempfile.TemporaryDirectory() as folder, _standing(Path(folder)) as (ours, proxy, cloud):
        left_out = why_not(asked.terraform_plugins)
        contenders: list[Contender] = [ours]
        if left_out:
            print(f"terraform is left out: {left_out}", file=sys.stderr)
        else:
            home = Path(folder) / "terraform"
            contenders.append(Terraform(home, Path(asked.terraform_plugins), ours.sources, proxy))
        cloud.inventory()  # the local cloud loads a service when it is first asked for
        machine = Machine(clients_seconds(), proxy_seconds(proxy, cloud.port), load)
        runs = [
            run
            for seconds in CALLS
            for number in range(asked.runs)
            for contender in contenders
            for run in _life(
                contender, proxy, cloud, (seconds, number), profile=asked.profile_calls
            )
        ]
    if asked.json:
        print(json.dumps(as_json(runs, machine), indent=2))
    else:
        print_report(runs, machine)


def _arguments() -> argparse.Namespace:
    parser = argparse.ArgumentParser(description=(__doc__ or "").partition("\n")[0])
    parser.add_argument(
        "--runs", type=int, default=5, help="rounds for each call time (%(default)s)"
    )
    parser.add_argument("--json", action="store_true", help="the result as JSON")
    parser.add_argument(
        "--profile-calls", action="store_true", help="the calls of the first round on a time line"
    )
    parser.add_argument(
        "--terraform-plugins",
        metavar="DIR",
        default=os.environ.get(PLUGINS, ""),
        help=f"terraform's plugin folder with hashicorp/aws (default: ${PLUGINS})",
    )
    return parser.parse_args()


@contextmanager
def _standing(folder: Path) -> Iterator[tuple[Ours, Proxy, Cloud]]:
    """A project, its local cloud, and the proxy before it; nothing is left running."""
    home = folder / "home"
    home.mkdir()
    ours = Ours(folder / "shop", home)
    try:
        port = urlsplit(ours.say("local", "up")).port
        if port is None:
            raise SystemExit("the local cloud didn't tell its port")
        with Proxy(port).serving() as proxy:
            ours.through(proxy.url)
            yield ours, proxy, Cloud(port)
    finally:
        ours.say("local", "down")


def _life(
    contender: Contender, proxy: Proxy, cloud: Cloud, round_: tuple[float, int], *, profile: bool
) -> Iterator[Run]:
    """One tool's runs of all scenarios, each checked for what it left.

    Its names are new in each round, and both tools draw the same lots.
    """
    seconds, number = round_
    mark = f"x{round(seconds * 1000)}x{number}"
    cloud.reset()
    for scenario in SCENARIOS:
        contender.prepare(scenario, mark)
        before = cloud.live_codes()
        if scenario == "drift":
            cloud.open_one_method()
        proxy.calls.clear()
        proxy.model = Model(
            Times(seconds, mark)
        )  # since the last command, quotas filled and everything settled
        timed = contender.run(scenario)
        if busy := proxy.model.busy(timed.ended):
            raise SystemExit(f"{contender.name} {scenario} ended while {', '.join(busy)}")
        _check(contender.name, scenario, cloud, before)
        run = Run.of(contender.name, scenario, timed, cloud.inventory(), proxy)
        print(f"{number + 1} {run}", file=sys.stderr, flush=True)
        if profile and number == 0 and seconds == CALLS[0]:
            print("", *timeline(proxy.calls, timed), "", sep="\n", file=sys.stderr, flush=True)
        yield run


def _check(name: str, scenario: str, cloud: Cloud, before: dict[str, str]) -> None:
    """The same system stands after every run; a fast run that did something else isn't one."""
    found = cloud.inventory()
    if scenario == "teardown":  # what is left is reported in the report
        return
    if found != WHOLE:
        wrong = {n: (found.get(n, 0), WHOLE.get(n, 0)) for n in {*found, *WHOLE}}
        differing = {n: pair for n, pair in wrong.items() if pair[0] != pair[1]}
        raise SystemExit(f"{name} {scenario}: found and expected differ: {differing}")
    changed = [each for each, code in cloud.live_codes().items() if before.get(each, code) != code]
    if len(changed) != (scenario == "code"):
        raise SystemExit(f"{name} {scenario}: the live code changed of {changed}")


if __name__ == "__main__":
    main()
