# Builds a static binary and puts it, with git for `--changed-since`, into a small image.
FROM rust:1.88-alpine AS build
RUN apk add --no-cache musl-dev
WORKDIR /src
COPY . .
RUN cargo install --locked --path . --root /out

FROM alpine:3.22
RUN apk add --no-cache git && adduser -D lint && git config --system --add safe.directory '*'
COPY --from=build /out/bin/iac-trust-lint /usr/local/bin/iac-trust-lint
USER lint
WORKDIR /work
ENTRYPOINT ["iac-trust-lint"]
