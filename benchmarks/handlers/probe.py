"""One environment of Lambda's, from the process's start: told are CPU seconds and peak memory.

    python probe.py EVENT WARM_REQUESTS

Alone in its process, with the form's folders on PYTHONPATH. `ready` is what Lambda's init phase
does, `context` the TLS context that the first connection needs, where the form makes it later.
"""

import sys
import time

start = time.process_time()
import lambda_function  # noqa: E402 - first, and alone: what it needs is loaded in its own time

ready = time.process_time()

import io  # noqa: E402
import json  # noqa: E402
import os  # noqa: E402
import resource  # noqa: E402
import ssl  # noqa: E402
from pathlib import Path  # noqa: E402


class Context:
    """What the frameworks and we ask of Lambda's."""

    function_name = "bench"
    function_version = "1"
    memory_limit_in_mb = 256
    invoked_function_arn = "arn:aws:lambda:eu-west-2:000000000000:function:bench"
    aws_request_id = "bench"
    log_group_name = log_stream_name = "bench"

    def get_remaining_time_in_millis(self) -> int:
        return 10_000


event, warm = json.loads(Path(sys.argv[1]).read_text()), int(sys.argv[2])
reported = {"ready": ready, "context": ready - start}
if "shared.connection" not in sys.modules:  # ours has it by now, and a connection
    spent = time.process_time()
    ssl.create_default_context(cafile=os.environ["AWS_CA_BUNDLE"])
    reported["context"] += time.process_time() - spent
spent = time.process_time()
out, sys.stdout = sys.stdout, io.StringIO()
answer = lambda_function.lambda_handler(event, Context())
reported["first"] = reported["ready"] + time.process_time() - spent
if answer["statusCode"] != 201:
    raise SystemExit(answer["body"])
spent = time.process_time()
for _ in range(warm):
    lambda_function.lambda_handler(event, Context())
reported["warm"] = (time.process_time() - spent) / max(warm, 1)
reported["whole"] = time.process_time()
sys.stdout = out
status = Path("/proc/self/status")
if status.exists():  # getrusage has the parent's peak where that was higher: exec keeps it
    reported["peak"] = int(status.read_text().partition("VmHWM:")[2].split()[0]) / 1024
else:
    reported["peak"] = (
        resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024 / 1024
    )  # macOS: bytes
print(json.dumps(reported))
