#!/bin/sh
# nginx behind the DNS of Docker or Kubernetes: resolves its upstreams every two seconds, and reloads nginx when they have changed.
# (`server … resolve` needs a later version, and a name in `proxy_pass` bypasses balancing.)
set -eu

# A volume: bodies and media take more than the container's memory. What the last run had in hand is of no use.
run=/var/lib/newfeed
configuration=/etc/nginx
mkdir -p "$run"
rm -rf "$run/body" "$run/proxy"

addresses() { # <service>: its instances' addresses, sorted; in Kubernetes its name has the release's before it
  getent ahostsv4 "${SERVICE_PREFIX:-}$1" 2>/dev/null | awk '{print $1}' | sort -u || true
}

# A look-up that finds nothing changes nothing: it may have failed, or the only instance is being replaced.
gateways=
notifications=
receivers=

to_instances() { # <prefix>: the body of a map from what begins with it and an instance's name
  echo "  default notifications;"
  for a in $notifications; do
    n=$(echo "$a" | tr . -)
    echo "  \"~^$1$n~\" $n;"
  done
  echo "}"
}

upstream() { # <name> <addresses> <port and options> [<directive>…]
  echo "upstream $1 {"
  for a in $2; do echo "  server $a:$3;"; done
  # None yet. An address of nginx's own would have it ask itself.
  [ -n "$2" ] || echo "  server 127.0.0.1:1 down;"
  shift 3
  for directive; do echo "  $directive;"; done
  echo "}"
}

render() {
  found=$(addresses api-gateway)
  gateways=${found:-$gateways}
  found=$(addresses notification-service)
  notifications=${found:-$notifications}
  found=$(addresses auth-service)
  receivers=${found:-$receivers}
  {
    upstream gateways "$gateways" "8080 max_fails=1 fail_timeout=1s" least_conn "keepalive 64"
    # Never marked as failed: nginx removes the mark when a request ends, and streams do not end.
    upstream notifications "$notifications" "3005 max_fails=0" least_conn
    # An instance is named after its address, and its session ids begin with that name.
    for address in $notifications; do upstream "$(echo "$address" | tr . -)" "$address" "3005 max_fails=0"; done
    upstream grpc_gateways "$gateways" "50050 max_fails=1 fail_timeout=1s" least_conn "keepalive 64"
    echo "server {"
    echo "  listen 50050 http2;"
    echo "  client_max_body_size 0;"
    echo "  client_body_timeout 60s;"
    echo "  location / {"
    echo "    grpc_pass grpc://grpc_gateways;"
    echo '    grpc_set_header X-Forwarded-For $remote_addr;'
    echo '    grpc_set_header X-Correlation-Id $correlation_id;'
    echo "    grpc_connect_timeout 2s;"
    echo "    grpc_next_upstream error timeout;"
    echo "    grpc_next_upstream_tries 3;"
    echo "    grpc_next_upstream_timeout 5s;"
    echo "    error_page 502 503 504 = /.grpc/unavailable;"
    echo "  }"
    echo "  location = /.grpc/unavailable {"
    echo "    internal;"
    echo "    default_type application/grpc;"
    echo "    add_header grpc-status 14 always;"
    echo '    add_header grpc-message "That part is not available right now; try again soon." always;'
    echo "    return 200;"
    echo "  }"
    echo "}"
    # Webhooks, which auth-service receives on a port of their own when it has their secret.
    upstream webhooks "$receivers" "8081 max_fails=1 fail_timeout=1s"
    echo "server {"
    echo "  listen 8081;"
    echo "  client_max_body_size 128k;"
    echo "  location = /webhooks/identity { proxy_pass http://webhooks; }"
    echo "  location / { return 404; }"
    echo "}"
    # The names of event streams too.
    echo 'map $uri $stream_instance {'
    to_instances "/api/sse/"
    echo 'map $arg_sid $notification_instance {'
    to_instances ""
  } >"$run/upstreams.new"
}

real_ip=
for proxy in $(echo "${TRUSTED_PROXIES:-}" | tr , " "); do real_ip="$real_ip set_real_ip_from $proxy;"; done
[ -z "$real_ip" ] || real_ip="$real_ip real_ip_header X-Forwarded-For; real_ip_recursive on;"
# With a certificate: TLS on a second port, with HTTP/2, and HTTP/3 where nginx was built with it (`renderTls` of scripts/cluster/nginx.ts).
tls=
if [ -s "$configuration/tls/fullchain.pem" ]; then
  tls="listen 8443 ssl http2 backlog=4096; ssl_certificate $configuration/tls/fullchain.pem; ssl_certificate_key $configuration/tls/key.pem;"
  tls="$tls ssl_protocols TLSv1.2 TLSv1.3; ssl_session_cache shared:tls:10m; ssl_session_timeout 1d; ssl_session_tickets off;"
  case "$(nginx -V 2>&1)" in
    *http_v3_module*) tls="$tls listen 8443 quic reuseport; add_header Alt-Svc 'h3=\":${HTTPS_PORT:-8443}\"; ma=86400' always;" ;;
  esac
fi
certificate() { [ -z "$tls" ] || cksum "$configuration/tls/fullchain.pem" "$configuration/tls/key.pem" 2>&1; }
# Pages may load media from where clients reach the stores (`mediaOriginsOf` of shared/src/ports/media-urls.ts).
bucket=
[ "${S3_SIGNED_URLS:-false}" != true ] || bucket=${S3_ENDPOINT:-}
media_origins=$(printf '%s\n' "$MEDIA_BASE_URL" "${CLOUDINARY_BASE_URL:-}" "$bucket" | sed -nE 's|^(https?://[^/]+).*|\1|p' | awk '!seen[$0]++' | paste -sd ' ' -)
# They send large files to the bucket, where that is offered (`connectSources` of shared/src/contracts/pages.ts).
connect_sources="'self'"
[ "${S3_DIRECT_UPLOADS:-false}" != true ] || connect_sources="'self' $(printf '%s\n' "${S3_ENDPOINT:-}" | sed -nE 's|^(https?://[^/]+).*|\1|p')"
allowed_origins=
for origin in $(echo "${ALLOWED_ORIGINS:-}" | tr , " "); do allowed_origins="${allowed_origins:+$allowed_origins }\"$origin\" \$http_origin;"; done
sed -e "s|\${ALLOWED_ORIGINS}|$allowed_origins|g" -e "s|\${RUN_DIR}|$run|g" -e "s|\${UPSTREAMS}|$run/upstreams.conf|g" -e "s|\${LISTEN}|8080|g" -e "s|\${STATUS_LISTEN}|8082|g" -e "s|\${TLS}|$tls|g" -e "s|\${REAL_IP}|$real_ip|g" \
  -e "s|\${WEB_ROOT}|/usr/share/newfeed/web|g" -e "s|\${MEDIA_ORIGINS}|$media_origins|g" -e "s|\${CONNECT_SOURCES}|$connect_sources|g" \
  "$configuration/newfeed.conf" >"$run/nginx.conf"

# Requests in flight finish, sockets and event streams do not: they are cut, and come back elsewhere. Docker sends QUIT, as
# nginx's image says, and KILL ten seconds later.
stop() {
  kill -QUIT "$nginx" || true
  left=5
  while [ "$left" -gt 0 ] && kill -0 "$nginx" 2>/dev/null; do
    sleep 1
    left=$((left - 1))
  done
  kill -TERM "$nginx" 2>/dev/null || true
  wait "$nginx" || true
  exit 0
}
stopping=
trap 'stopping=yes' QUIT TERM INT

render
mv "$run/upstreams.new" "$run/upstreams.conf"
known=$(certificate || true)
nginx -c "$run/nginx.conf" -g "daemon off;" &
nginx=$!
trap stop QUIT TERM INT
[ -z "$stopping" ] || stop

while sleep 2 & wait $!; do
  kill -0 "$nginx" 2>/dev/null || exit 1
  render
  # A renewed certificate is read by a reload; connections stay. One that does not fit its key is refused, and the old one goes on.
  found=$(certificate || true)
  cmp -s "$run/upstreams.new" "$run/upstreams.conf" && [ "$found" = "$known" ] && continue
  known=$found
  mv "$run/upstreams.new" "$run/upstreams.conf"
  nginx -c "$run/nginx.conf" -s reload || true
done
