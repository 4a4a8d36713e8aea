#!/bin/sh
# Run once by the database's container, on an empty volume: a role and a database for each service, each its own only.
set -eu
for service in auth user post comment media notification; do
  name="newfeed_$service"
  password=$(eval "echo \"\$$(echo "$service" | tr a-z A-Z)_DATABASE_PASSWORD\"")
  psql -v ON_ERROR_STOP=1 -v name="$name" -v password="$password" --username "$POSTGRES_USER" --dbname postgres <<'SQL'
CREATE ROLE :"name" LOGIN PASSWORD :'password';
CREATE DATABASE :"name" OWNER :"name";
REVOKE CONNECT ON DATABASE :"name" FROM PUBLIC;
SQL
done
