# syntax=docker/dockerfile:1
# One executable on a base with nothing but a C library: no shell, no package manager, not root.
#
#   docker build -t teahouse .
#   docker run -d -p 127.0.0.1:8787:8787 -v teahouse:/data --env-file .env teahouse
#
# It starts only when MODE is given: `production` with its secrets (.env.example), or, to play,
# `-e MODE=sandbox -e SANDBOX_PUBLIC=1`, published on 127.0.0.1 alone.

FROM node:20-bookworm-slim AS build
WORKDIR /build
COPY package.json package-lock.json bunfig.toml ./
COPY sdk/package.json sdk/package.json
COPY scripts/setup.mjs scripts/setup.mjs
RUN node scripts/setup.mjs
COPY tsconfig.json ./
COPY db db
COPY scripts scripts
COPY src src
# The empty folder becomes the first content of the volume, so that it belongs to who runs the server.
RUN node_modules/.bin/bun scripts/build.ts && mkdir /empty

FROM gcr.io/distroless/base-debian12:nonroot
COPY --from=build /build/dist/teahouse /usr/local/bin/teahouse
COPY --from=build --chown=65532:65532 /empty /data
# MODE is deliberately no mode: the server names the two that there are, and ends.
ENV MODE=unset HOST=0.0.0.0 PORT=8787 DATA_DIR=/data
WORKDIR /data
VOLUME /data
EXPOSE 8787
HEALTHCHECK --interval=30s --timeout=5s --start-period=10s --retries=3 CMD ["/usr/local/bin/teahouse", "health"]
ENTRYPOINT ["/usr/local/bin/teahouse"]
CMD ["serve"]
