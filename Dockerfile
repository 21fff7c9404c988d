# The daemon's image: Node, the libraries it links, the CA certificates to trust, the bundle, and nothing else.
#
#   docker build -t secretmount:0.1.0 .
#
# BUILD_BASE: a Debian with npm. Its C libraries end up in the image, so its release must be maintained.
# RUN_BASE: `scratch`, as all that Node needs is copied. A base of your own has its files overlaid.
ARG BUILD_BASE=node:26-bookworm-slim
ARG RUN_BASE=scratch

FROM ${BUILD_BASE} AS build
RUN apt-get update && apt-get install -y --no-install-recommends binutils ca-certificates
WORKDIR /build
COPY package.json package-lock.json ./
COPY deploy/node/package.json deploy/node/
# The Node that runs the tests is one of these packages, held by its hash; the base's own runs only npm.
RUN npm ci --ignore-scripts --no-audit --no-fund
# Without symbols Node is 33 MB smaller. The packages' records stay with what is copied of them, each in a file of its
# own as distroless images have them: scanners find the libraries by those. Without `files` in nsswitch.conf the C
# library would ask DNS before a pod's hostAliases.
RUN set -eu; \
    node=/root-of-image/usr/bin/node; \
    mkdir -p "$(dirname "$node")" /root-of-image/etc/ssl/certs /root-of-image/var/lib/dpkg/status.d; \
    strip -o "$node" "$(readlink -f node_modules/node-linux-*/bin/node)"; \
    ldd "$node" | grep -o '/[^ ]*' | xargs cp -L --parents -t /root-of-image; \
    cp /etc/ssl/certs/ca-certificates.crt /root-of-image/etc/ssl/certs; \
    cp -L /etc/os-release /root-of-image/etc/os-release; \
    echo 'hosts: files dns' > /root-of-image/etc/nsswitch.conf; \
    for package in libatomic1 libc6 libgcc-s1 libstdc++6 ca-certificates; do \
      dpkg-query --status "$package" > "/root-of-image/var/lib/dpkg/status.d/$package"; \
      cp -L --parents "/usr/share/doc/$package/copyright" /root-of-image; \
    done; \
    cp node_modules/node-linux-*/LICENSE /root-of-image/usr/share/doc/node-LICENSE
COPY deploy/bundle deploy/bundle
COPY src src
COPY LICENSE ./
# A missing library or piece fails the build, not the first pod.
RUN set -eu; \
    npm run --silent build; \
    mkdir -p /program/app; \
    cp dist/secretmount.js dist/*-*.js dist/NOTICES.txt LICENSE /program/app; \
    cp -r /program/app /root-of-image; \
    chroot /root-of-image /usr/bin/node /app/secretmount.js version; \
    rm -r /root-of-image/app; \
    find /program /root-of-image -exec touch -h -d @0 {} +

FROM ${RUN_BASE}
LABEL org.opencontainers.image.title="secretmount" \
      org.opencontainers.image.description="Kubernetes Secrets Store CSI provider for Vault and OpenBao" \
      org.opencontainers.image.licenses="Apache-2.0" \
      org.opencontainers.image.version="0.1.0"
# Two layers: Node changes with its releases, the program with ours.
COPY --from=build /root-of-image /
COPY --from=build /program /
# One arena of the C library: docs/performance.md has what it saves.
ENV MALLOC_ARENA_MAX=1
# The driver's socket folder belongs to root, and so does the socket, so that only root can connect to it. This root
# needs no capability, no privilege and no writable file system: the chart takes them away.
USER 0:0
ENTRYPOINT ["/usr/bin/node", "--disable-sigusr1", "--disallow-code-generation-from-strings", \
            "--expose-gc", "--max-semi-space-size=2", "--max-old-space-size=64", "--no-concurrent-recompilation", \
            "/app/secretmount.js"]
