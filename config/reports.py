"""SENTRY_DSN: errors are also reported to a service that collects them, and nothing more than the log says."""

from config import logs


def start(dsn):
    """Report every entry of the log of level ERROR to `dsn` from now on; where that is "", do nothing."""
    if not dsn:
        return
    import sentry_sdk
    from sentry_sdk.integrations.logging import LoggingIntegration

    sentry_sdk.init(
        dsn,
        # Nothing but the log is listened to: what others would add of requests and people is never collected.
        default_integrations=False,
        auto_enabling_integrations=False,
        integrations=[LoggingIntegration(level=None, event_level="ERROR")],
        before_send=_only_what_the_log_says,
        send_default_pii=False,
        include_local_variables=False,
        include_source_context=False,
        max_request_body_size="never",
        max_breadcrumbs=0,
        auto_session_tracking=False,
        send_client_reports=False,
    )


def _only_what_the_log_says(event, hint):
    """Return the report made anew from the entry in the log."""
    record = hint.get("log_record")
    if record is None:
        return None
    said = logs.entry(record)
    tags = {name: str(said[name]) for name in ("request_id", "status") if name in said}
    report = {
        "event_id": event["event_id"],
        "timestamp": event["timestamp"],
        "platform": "python",
        "level": event["level"],
        "logger": said["logger"],
        "logentry": {"message": said["message"]},
        "transaction": said.get("route", ""),
        "tags": tags,
    }
    if "exceptions" in said:
        report["exception"] = {"values": [_exception(each) for each in said["exceptions"]]}
    return report


def _exception(said):
    frames = [
        {"filename": frame.file, "lineno": frame.line, "function": frame.function} for frame in said["frames"]
    ]
    return {"type": said["type"], "value": said["said"], "stacktrace": {"frames": frames}}
