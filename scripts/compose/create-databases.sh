#!/bin/sh
# Run once by the database's container, on an empty volume: a role and a database for each service, accessible to it alone.
# A service is named by the variable of its password: POST_DATABASE_PASSWORD gives newfeed_post.
set -eu
for service in $(env | sed -n 's/^\([A-Z0-9_]*\)_DATABASE_PASSWORD=.*/\1/p'); do
  name="newfeed_$(echo "$service" | tr A-Z a-z)"
  password=$(printenv "${service}_DATABASE_PASSWORD")
  psql -v ON_ERROR_STOP=1 -v name="$name" -v password="$password" --username "$POSTGRES_USER" --dbname postgres <<'SQL'
CREATE ROLE :"name" LOGIN PASSWORD :'password';
CREATE DATABASE :"name" OWNER :"name";
REVOKE CONNECT ON DATABASE :"name" FROM PUBLIC;
SQL
done
