# Says what PyYAML loads of each file, as one line of JSON.
import json
import sys

import yaml


def say(value):
    if value is None or isinstance(value, bool):
        return value
    if isinstance(value, str):
        return "s" + value.encode().hex()
    if isinstance(value, (int, float)):
        return "n" + repr(value)
    if isinstance(value, list):
        return [say(one) for one in value]
    if isinstance(value, dict):
        return {key.encode().hex(): say(one) for key, one in value.items()}
    raise TypeError(type(value))


for path in sys.argv[1:]:
    with open(path, "rb") as file:
        print(json.dumps(say(yaml.safe_load(file))))
