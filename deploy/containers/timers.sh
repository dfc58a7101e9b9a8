#!/bin/sh
# Runs each job once an hour or once a day, until it is stopped. A job that fails says so in the log, and the others go on.
run() {
    name=$1
    shift
    python manage.py "$@" || echo "{\"level\":\"CRITICAL\",\"logger\":\"timers\",\"message\":\"The job $name failed\"}" >&2
}
trap 'exit 0' TERM INT
day=
while true; do
    run anchor anchor
    # Once a day, at five or at the first start after it.
    if [ "$(date +%H)" -ge 5 ] && [ "$day" != "$(date +%F)" ]; then
        day=$(date +%F)
        run backup backup /var/backups/leaflets --keep 14
        run verify_history verify_history
        run review_reminders review_reminders
        run check_links check_links
        run clearsessions clearsessions
    fi
    sleep "${PAUSE:-3600}" &
    wait $!
done
