"""MEDIA_STORE, S3_ENDPOINT and S3_REGION: where files for patients are kept, a folder or a bucket."""

import re

from django.core.exceptions import ImproperlyConfigured

from config.values import is_this_machine

BUCKET = re.compile(
    r"s3://(?P<bucket>[a-z0-9][a-z0-9.-]{1,61}[a-z0-9])(/(?P<prefix>[\w-]+(/[\w-]+)*))?/?", re.ASCII
)
ENDPOINT = re.compile(r"(?P<scheme>https?)://(?P<host>[\w.-]+|\[[0-9a-f:]+\])(:\d{1,5})?/?", re.ASCII)


def media_store(environment, debug):
    """Return what Django's STORAGES says of media. Raises ImproperlyConfigured, which repeats no key."""
    store, endpoint = environment.get("MEDIA_STORE", ""), environment.get("S3_ENDPOINT", "")
    region = environment.get("S3_REGION", "")
    if not store:
        if endpoint or region:
            raise ImproperlyConfigured(
                "MEDIA_STORE: set it beside S3_ENDPOINT or S3_REGION, as in s3://bucket, or take those away."
            )
        return {"BACKEND": "exercises.folder.Folder"}
    found = BUCKET.fullmatch(store)
    if not found:
        raise ImproperlyConfigured(
            "MEDIA_STORE: write s3:// and the name of a bucket, and if it holds other things too, / and the beginning "
            "of ours, as in s3://leaflets/media. Leave it out to keep media in MEDIA_ROOT."
        )
    _refuse_unsafe(endpoint, region, debug)
    _refuse_half_a_key(environment.get("AWS_ACCESS_KEY_ID"), environment.get("AWS_SECRET_ACCESS_KEY"))
    options = {"bucket_name": found["bucket"], "location": found["prefix"] or ""}
    options |= {"endpoint_url": endpoint or None, "region_name": region or None}
    return {"BACKEND": "exercises.bucket.Bucket", "OPTIONS": options}


def _refuse_unsafe(endpoint, region, debug):
    if not (endpoint or region):
        raise ImproperlyConfigured(
            "Set S3_REGION beside MEDIA_STORE, as in eu-west-2; for a store that is not Amazon's, S3_ENDPOINT."
        )
    if region and not re.fullmatch(r"[a-z0-9-]+", region):
        raise ImproperlyConfigured("S3_REGION: write the name of a region, as in eu-west-2")
    found = ENDPOINT.fullmatch(endpoint)
    if endpoint and not found:
        raise ImproperlyConfigured("S3_ENDPOINT: write https:// and the host, as in https://s3.example.org")
    if endpoint and found["scheme"] == "http" and not (debug and is_this_machine(found["host"])):
        raise ImproperlyConfigured(
            "S3_ENDPOINT: what is stored leaves this machine, so it must begin with https://"
        )


def _refuse_half_a_key(*key):
    if any(key) and not all(key):
        raise ImproperlyConfigured(
            "Set both AWS_ACCESS_KEY_ID and AWS_SECRET_ACCESS_KEY, or neither where the machine has a role."
        )
