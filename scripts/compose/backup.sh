#!/bin/sh
# Backs up the feed of docker-compose.yml into a new folder: sh scripts/compose/backup.sh <new folder>
# The dumps of all databases are of one moment: clients are refused until they are made.
set -eu
umask 077
folder=${1:?usage: sh scripts/compose/backup.sh <new folder>}
mkdir "$folder"
sql() { docker compose exec -T postgres psql -U postgres -v ON_ERROR_STOP=1 -At -d "$1" -c "$2" </dev/null; }
databases=$(sql postgres "SELECT datname FROM pg_database WHERE datname LIKE 'newfeed\_%' ORDER BY datname")

# How many events the bus does not have yet, and how many of it wait for their consumers.
waiting() {
  total=0
  for database in $databases; do
    unsent=$(sql "$database" "SELECT count(*) FROM newfeed.outbox WHERE sent_at IS NULL")
    total=$((total + unsent))
  done
  queues=$(docker compose exec -T rabbitmq rabbitmqctl -q list_queues --no-table-headers name messages </dev/null)
  queued=$(echo "$queues" | awk '$1 !~ /\.dead$/ { sum += $2 } END { print sum + 0 }')
  echo $((total + queued))
}

docker compose stop nginx
trap 'docker compose start nginx' EXIT
trap 'exit 1' INT TERM
# RabbitMQ counts every five seconds: once seen empty, a queue may not be.
quiet=0
for second in $(seq 120); do
  count=$(waiting)
  if [ "$count" -eq 0 ]; then quiet=$((quiet + 1)); else quiet=0; fi
  [ "$quiet" -lt 7 ] || break
  sleep 1
done
[ "$quiet" -eq 7 ] || {
  echo "$count events still wait after $second seconds: see that RabbitMQ and all services run" >&2
  exit 1
}
for database in $databases; do
  docker compose exec -T postgres pg_dump -U postgres -Fc "$database" </dev/null >"$folder/$database.dump"
done
docker compose exec -T media-service sh -c 'mkdir -p /data/media && tar -C /data -cf - media' </dev/null >"$folder/media.tar"
cp .env "$folder/env"
echo "Backed up into $folder"
