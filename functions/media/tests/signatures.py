"""Signs what standard input asks for with botocore, one JSON object a line; answers one a line."""

import datetime
import json
import sys

import botocore.auth
from botocore.auth import S3SigV4PostAuth, S3SigV4QueryAuth
from botocore.awsrequest import AWSRequest
from botocore.credentials import Credentials


def form(auth, asked):
    request = AWSRequest(method="POST", url=asked["url"])
    fields = {"key": asked["key"], "Content-Type": asked["content_type"]}
    if asked["checksum_sha256"]:
        fields["x-amz-checksum-sha256"] = asked["checksum_sha256"]
    conditions = [{"bucket": asked["bucket"]}]
    conditions += [{name: value} for name, value in fields.items()]
    conditions.append(["content-length-range", asked["size"], asked["size"]])
    request.context["s3-presign-post-fields"] = fields
    request.context["s3-presign-post-policy"] = {"expiration": asked["until"], "conditions": conditions}
    auth.add_auth(request)
    # The same policy in the bytes that we wrote.
    return {
        "fields": request.context["s3-presign-post-fields"],
        "signature_of_ours": auth.signature(asked["policy"], request),
    }


def link(auth, asked):
    request = AWSRequest(method="GET", url=asked["url"], params=dict(asked["overrides"]))
    auth.add_auth(request)
    return {"url": request.url}


for line in sys.stdin:
    asked = json.loads(line)
    now = datetime.datetime.strptime(asked["now"], "%Y%m%dT%H%M%SZ")
    botocore.auth.get_current_datetime = lambda now=now: now
    credentials = Credentials(asked["access_key"], asked["secret_key"], asked["token"])
    if "policy" in asked:
        answer = form(S3SigV4PostAuth(credentials, "s3", asked["region"]), asked)
    else:
        answer = link(S3SigV4QueryAuth(credentials, "s3", asked["region"], asked["seconds"]), asked)
    print(json.dumps(answer))
