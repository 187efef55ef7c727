"""Says which of some `aws` commands there are not: service, operation and parameters by botocore's models.

The argument is JSON: a list of [service, operation, [options]].
"""
import json
import sys

import botocore.session
from botocore import xform_name

# What the AWS CLI has beside the operations of the services.
OWN = {
    ("s3", "sync"): {"--dryrun", "--exclude", "--include", "--delete", "--exact-timestamps"},
    ("s3", "cp"): {"--recursive"},
    ("s3", "ls"): {"--recursive"},
    ("logs", "tail"): {"--follow", "--since", "--format", "--filter-pattern"},
}

session = botocore.session.get_session()
services = set(session.get_available_services())


def fault(service, operation, options):
    if (service, operation) in OWN:
        unknown = [option for option in options if option not in OWN[service, operation]]
        return f"no {unknown[0]}" if unknown else None
    # The CLI calls one service otherwise than its model.
    name = {"s3api": "s3"}.get(service, service)
    if name not in services:
        return "no such service"
    model = session.get_service_model(name)
    known = {xform_name(one, "-"): one for one in model.operation_names}
    if operation not in known:
        return "no such operation"
    shape = model.operation_model(known[operation]).input_shape
    members = {f"--{xform_name(member, '-')}": member for member in (shape.members if shape else {})}
    for option in options:
        # A flag that is off.
        if option not in members and option.replace("--no-", "--", 1) not in members:
            return f"no {option}"
    required = [option for option, member in members.items() if member in shape.required_members] if shape else []
    missing = [option for option in required if option not in options]
    return f"it needs {missing[0]}" if missing else None


for service, operation, options in json.loads(sys.argv[1]):
    found = fault(service, operation, options)
    if found:
        print(f"aws {service} {operation}: {found}")
