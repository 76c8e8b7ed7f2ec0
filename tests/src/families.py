"""Prints the families that prometheus_client reads from standard input, as JSON.

The argument is the format: text or openmetrics.
"""

import importlib
import json
import sys

module = {"text": "prometheus_client.parser", "openmetrics": "prometheus_client.openmetrics.parser"}[sys.argv[1]]
parser = importlib.import_module(module)
text = sys.stdin.buffer.read().decode("utf-8")


def exemplar(of):
    return of and {"labels": of.labels, "value": of.value}


json.dump(
    [
        {
            "name": family.name,
            "type": family.type,
            "unit": family.unit,
            "help": family.documentation,
            "samples": [
                # JSON has neither NaN nor infinities.
                {
                    "name": sample.name,
                    "labels": sample.labels,
                    "value": repr(float(sample.value)),
                    "exemplar": exemplar(sample.exemplar),
                }
                for sample in family.samples
            ],
        }
        for family in parser.text_string_to_metric_families(text)
    ],
    sys.stdout,
)
