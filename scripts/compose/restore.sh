#!/bin/sh
# Restores a backup of scripts/compose/backup.sh into empty volumes: sh scripts/compose/restore.sh <folder>
# Starts PostgreSQL, and nothing else.
set -eu
folder=${1:?usage: sh scripts/compose/restore.sh <folder>}
fail() {
  echo "$1" >&2
  exit 1
}
[ -f "$folder/media.tar" ] && [ -f "$folder/newfeed_notification.dump" ] || fail "$folder holds no backup, or not all of it"
cmp -s .env "$folder/env" || fail ".env is not the backup's: cp $folder/env .env"
[ -z "$(docker compose ps --services --status running | grep -vx postgres)" ] || fail "the feed is running: docker compose down --volumes stops it and removes all data"
sql() { docker compose exec -T postgres psql -U postgres -v ON_ERROR_STOP=1 -At -d "$1" -c "$2" </dev/null; }

docker compose up -d --wait postgres
for dump in "$folder"/newfeed_*.dump; do
  name=$(basename "$dump" .dump)
  [ "$(sql postgres "SELECT count(*) FROM pg_database WHERE datname = '$name'")" = 1 ] || fail "there is no database $name: is this version older than the backup?"
  [ "$(sql "$name" "SELECT count(*) FROM pg_tables WHERE schemaname NOT IN ('pg_catalog', 'information_schema')")" = 0 ] ||
    fail "the database $name is not empty: docker compose down --volumes removes all data"
done
for dump in "$folder"/newfeed_*.dump; do
  name=$(basename "$dump" .dump)
  docker compose exec -T postgres pg_restore -U postgres --exit-on-error --single-transaction --no-owner --role="$name" -d "$name" <"$dump"
done
docker compose run --rm -T --no-deps --entrypoint tar media-service -C /data -xf - <"$folder/media.tar"
# Offsets are assigned again: clients ahead of the backup must not take new entries for known ones.
docker compose run --rm -T --no-deps --entrypoint node notification-service scripts/operate/migrate.ts --new-epoch </dev/null
echo "Restored. Start everything: docker compose up -d"
