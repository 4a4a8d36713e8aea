#!/bin/sh
# Run by the database's container on an empty volume, and by hand when a service is new: a role and a database for each
# service, accessible to it alone. What exists is left as it is.
# A service is named by the variable of its password: POST_DATABASE_PASSWORD gives newfeed_post.
set -eu
for service in $(env | sed -n 's/^\([A-Z0-9_]*\)_DATABASE_PASSWORD=.*/\1/p'); do
  name="newfeed_$(echo "$service" | tr A-Z a-z)"
  password=$(printenv "${service}_DATABASE_PASSWORD")
  psql -v ON_ERROR_STOP=1 -v name="$name" -v password="$password" --username "$POSTGRES_USER" --dbname postgres <<'SQL'
SELECT format('CREATE ROLE %I LOGIN PASSWORD %L', :'name', :'password') WHERE NOT EXISTS (SELECT FROM pg_roles WHERE rolname = :'name') \gexec
SELECT format('CREATE DATABASE %I OWNER %I', :'name', :'name') WHERE NOT EXISTS (SELECT FROM pg_database WHERE datname = :'name') \gexec
REVOKE CONNECT ON DATABASE :"name" FROM PUBLIC;
SQL
done
# For the exporter of metrics, once it has a password: a role that reads what PostgreSQL counts, and no row of a service.
if [ -n "${POSTGRES_EXPORTER_PASSWORD:-}" ]; then
  psql -v ON_ERROR_STOP=1 --username "$POSTGRES_USER" --dbname postgres <<'SQL'
\getenv password POSTGRES_EXPORTER_PASSWORD
SELECT format('CREATE ROLE newfeed_exporter LOGIN PASSWORD %L IN ROLE pg_monitor', :'password')
WHERE NOT EXISTS (SELECT FROM pg_roles WHERE rolname = 'newfeed_exporter') \gexec
SQL
fi
