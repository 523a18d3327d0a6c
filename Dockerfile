# Pantrie in an empty image: docker build --build-arg VERSION="$(git describe --tags --always)" -t pantrie .
# VERSION is what "pantrie version" and About say; the build itself cannot know it, as it has no .git.
# The pages do not depend on the processor; the program is built on this one for the other.
FROM --platform=$BUILDPLATFORM node:24-slim AS pages
WORKDIR /src/frontend
COPY frontend/package.json frontend/package-lock.json frontend/.npmrc ./
RUN npm ci --no-audit --no-fund
COPY frontend ./
RUN npm run build

FROM --platform=$BUILDPLATFORM golang:1.26 AS program
WORKDIR /src
COPY go.mod go.sum ./
RUN go mod download
COPY . .
COPY --from=pages /src/frontend/build ./frontend/build
ARG TARGETOS TARGETARCH TARGETVARIANT VERSION=dev
RUN touch frontend/build/index.html && mkdir -p /empty/data \
 && GOOS=$TARGETOS GOARCH=$TARGETARCH GOARM=${TARGETVARIANT#v} make -o frontend/build/index.html pantrie VERSION=$VERSION

FROM scratch
COPY --from=program /src/pantrie /pantrie
COPY --from=program --chown=65532:65532 /empty /
# There is no /tmp: what SQLite puts aside goes beside the data.
ENV PANTRIE_DATA_DIR=/data TMPDIR=/data
USER 65532:65532
VOLUME /data
EXPOSE 8000
HEALTHCHECK --interval=30s --timeout=6s --start-period=30s CMD ["/pantrie", "healthcheck"]
ENTRYPOINT ["/pantrie"]
