"""The schema as the test wants it: benchmarks made small, and examples that are there.

The true bounds of a benchmark allow runs of hours, and each is waited for. And a made-up run id finds nothing: two runs
and a baseline are made first, and stand in the schema as examples.
"""

import json
import os
import urllib.request

import schemathesis

SMALL = {"prompt_tokens": 64, "output_tokens": 16, "repetitions": 2, "warm_up": 1}


@schemathesis.hook
def before_load_schema(context, schema):
    make_small(schema)
    give_examples(schema)


def make_small(schema):
    for name in ("EngineAsk", "PipelineAsk"):
        fields = schema["components"]["schemas"][name]["properties"]
        for field, most in SMALL.items():
            assert fields[field]["maximum"] >= most, f"{name}.{field} has no larger bound any more"
            fields[field]["maximum"] = most


def give_examples(schema):
    runs = [post("/api/benchmark/mini", {"repetitions": 12, "output_tokens": 64})["run_id"] for _ in range(2)]
    post("/api/baselines", {"name": "release", "run": runs[0]})
    examples = {"run": runs[0], "name": "release", "path": "licences.txt", "a": runs[0], "b": [runs[1]]}
    for path in schema["paths"].values():
        for operation in path.values():
            for parameter in operation.get("parameters", []):
                if parameter["name"] in examples:
                    parameter["example"] = examples[parameter["name"]]


def post(path, body):
    """The daemon's answer; anything but a success is an error, and ends the test."""
    request = urllib.request.Request(
        os.environ["DUALBENCH_URL"] + path, json.dumps(body).encode(), {"Content-Type": "application/json"}
    )
    with urllib.request.urlopen(request, timeout=60) as answer:
        return json.load(answer)
