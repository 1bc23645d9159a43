"""Step 7: the claims-aware code live: a version of code and settings, behind the alias."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from productsapi.aws.caller import Aws
from productsapi.engine.resource import Fields, Observed, Outputs, Resource
from productsapi.errors import NotFound
from productsapi.packaging import code_sha256
from productsapi.routes import FUNCTIONS
from productsapi.steps import function_settings as settings
from productsapi.steps.stack import ALIAS, Stack


def resources(stack: Stack) -> list[Resource]:
    return [LiveCode(stack, function) for function in FUNCTIONS]


@dataclass(frozen=True)
class LiveCode(Resource):
    """What the alias serves. Versions can't be changed, so a change of anything publishes one."""

    stack: Stack
    function: str
    step = "code"
    kind = "live code"
    needs = settings.NEEDS

    @property
    def name(self) -> str:
        return self.stack.function_name(self.function)

    @property
    def located_by(self) -> tuple[str, ...]:
        return (f"latest code of {self.function}",)

    @property
    def part_of(self) -> str:
        return f"function {self.name}"

    @property
    def after(self) -> tuple[str, ...]:
        """The role's rights are there before the code that needs them is live."""
        table = self.stack.config.table
        index = (f"category index {table.name}",) if table.category_index else ()
        return (self.part_of, f"role policy {self.stack.role_name(self.function)}", *index)

    @property
    def sha256(self) -> str:
        return code_sha256(self.stack.code[self.function])

    def read(self, aws: Aws, known: Outputs) -> Observed | None:
        try:
            answer = aws.call("lambda", "GetFunction", FunctionName=self.name, Qualifier=ALIAS)
        except NotFound:
            return None
        configuration = answer["Configuration"]
        fields = {
            **settings.of(configuration),
            "code_sha256": configuration["CodeSha256"],
            "latest_code_sha256": known.get(f"latest code of {self.function}"),
            "architecture": _architecture(configuration),
        }
        return Observed(fields, {f"version of {self.function}": configuration["Version"]})

    def want(self, known: Outputs) -> Fields:
        return {
            **settings.wanted(self.stack, self.function, known),
            "code_sha256": self.sha256,
            "latest_code_sha256": self.sha256,
            "architecture": self.stack.config.functions.architecture,
        }

    def create(self, aws: Aws, known: Outputs) -> Mapping[str, str]:
        version = self._publish(aws)
        aws.call(
            "lambda", "CreateAlias", FunctionName=self.name, Name=ALIAS, FunctionVersion=version
        )
        return {f"version of {self.function}": version}

    def update(
        self, aws: Aws, known: Outputs, observed: Observed, changed: frozenset[str]
    ) -> Mapping[str, str]:
        version = self._publish(aws)
        aws.call(
            "lambda",
            "UpdateAlias",
            FunctionName=self.name,
            Name=ALIAS,
            FunctionVersion=version,
            RoutingConfig={"AdditionalVersionWeights": {}},
        )
        return {f"version of {self.function}": version}

    def _publish(self, aws: Aws) -> str:
        """Upload what isn't there yet and make a version of it.

        Where nothing changed since the last version, AWS answers with that one.
        """
        latest = aws.call("lambda", "GetFunction", FunctionName=self.name)["Configuration"]
        architecture = self.stack.config.functions.architecture
        if (latest["CodeSha256"], _architecture(latest)) != (self.sha256, architecture):
            aws.call(
                "lambda",
                "UpdateFunctionCode",
                FunctionName=self.name,
                ZipFile=self.stack.code[self.function],
                Architectures=[architecture],
            )
            settings.wait_until_settled(aws, self.name)
        answer = aws.call(
            "lambda", "PublishVersion", FunctionName=self.name, CodeSha256=self.sha256
        )
        version = str(answer["Version"])
        if answer.get("State") == "Pending":
            settings.wait_until_settled(aws, self.name, version)
        return version


def _architecture(configuration: Mapping[str, Any]) -> str:
    """Functions older than the choice don't tell it."""
    return str(configuration.get("Architectures", ["x86_64"])[0])
