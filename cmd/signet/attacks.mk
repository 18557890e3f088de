# Attacks that failed, and have to go on failing. Included by the Makefile. test-go has
# them too.

.PHONY: test-attacks
test-attacks: frontend/dist/index.html cmd/signet/internal/reference/dist/index.html ## attacks on dev and on serve: callers, spaces, passes, the backend, tokens, framing, forgery, sign-in; SIGNET_ATTACK=https://…/api tries a deployment too
	$(GO) test -count=1 ./cmd/signet -run '^(TestAttacks.*|TestTokens|TestServe(Refuses|RefusesRaw|Forgery|SignOut|IDToken)|TestForeignHostIsRefused|TestDevTestingIsOff)$$'
	$(GO) test -count=1 ./cmd/signet/internal/token ./cmd/signet/internal/issuer ./cmd/signet/internal/relay ./cmd/signet/internal/clamd
	$(GO) test -count=1 ./lambda/api -run 'Session|Foreign|Refuse|Bad|Abort|LookupsOfACaller|PassOfWhoHasLeft|Passwords|PausedPass'
	$(GO) test -count=1 ./lambda/notify -run 'Answers|Hostile|Private|Signed'
