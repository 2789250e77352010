FROM golang:1.26 AS build
WORKDIR /src
COPY go.mod go.sum ./
RUN go mod download
COPY . .
# .ci/container.sh runs this very line: keep it one line, writing below /out.
RUN CGO_ENABLED=0 GOFLAGS=-buildvcs=false go build -trimpath -ldflags "-s -w" -o /out/rectify ./cmd/rectify
RUN mkdir -m 0700 /out/data

FROM scratch
# Certificate authorities: for a mailbox, relay or MongoDB reached by TLS.
COPY --from=build /etc/ssl/certs/ca-certificates.crt /etc/ssl/certs/ca-certificates.crt
COPY --from=build /out/rectify /rectify
COPY --from=build --chown=65532:65532 /out/data /data
# Temporary files go where writing is allowed: the rest may be mounted read-only.
ENV TMPDIR=/data
USER 65532:65532
VOLUME /data
EXPOSE 8080
HEALTHCHECK --interval=30s --timeout=5s --start-period=60s CMD ["/rectify","health"]
ENTRYPOINT ["/rectify"]
CMD ["serve","--listen","0.0.0.0:8080","--data","/data"]
