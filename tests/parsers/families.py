"""Prints what prometheus_client reads from the text exposition on standard input, as JSON."""

import json
import sys

from prometheus_client.parser import text_string_to_metric_families

text = sys.stdin.buffer.read().decode("utf-8")
families = [
    {
        "name": family.name,
        "type": family.type,
        "help": family.documentation,
        "samples": [
            # JSON knows neither NaN nor the infinities.
            {"name": sample.name, "labels": sample.labels, "value": repr(sample.value)}
            for sample in family.samples
        ],
    }
    for family in text_string_to_metric_families(text)
]
json.dump(families, sys.stdout)
