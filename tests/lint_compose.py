"""A compose file against the schema that Docker Compose 1.29 ships: run by lint_deploy.sh."""

import json
import sys
from importlib.metadata import distribution
from pathlib import Path

import jsonschema
import yaml

SCHEMA = "compose/config/compose_spec.json"


def main(file: str) -> int:
    """1 and a line for each fault of the file."""
    schema = json.loads(Path(str(distribution("docker-compose").locate_file(SCHEMA))).read_text())
    schema["properties"]["name"] = {"type": "string"}  # younger than this schema
    content = yaml.safe_load(Path(file).read_text())
    faults = list(jsonschema.Draft7Validator(schema).iter_errors(content))
    for fault in faults:
        print(f"{file}: {'/'.join(map(str, fault.path))}: {fault.message}")
    return int(bool(faults))


if __name__ == "__main__":
    sys.exit(main(*sys.argv[1:]))
