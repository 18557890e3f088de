# Uploads through a server. Included by the Makefile. test-go has the same tests with
# less of everything.

RELAY_TEST := SIGNET_TEST_RELAY=full $(GO) test ./cmd/signet -run '^TestServe' -count=1 -v -timeout 30m

.PHONY: need-clamd
need-clamd:
	@bash .ci/install clamd clamav-daemon

.PHONY: need-systemd-analyze
need-systemd-analyze:
	@bash .ci/install systemd-analyze systemd

.PHONY: test-relay
test-relay: build frontend/node_modules/.installed $(CLIENTS)/.installed need-curl need-chromium need-clamd need-systemd-analyze ## uploads through a server: 2 GiB by curl, requests and a form; 16 at once; cuts; EICAR
	$(RELAY_TEST)
